"""Artists, recordings and releases, and the ids the providers know them by.

In a file (JSON) a release is `{"title", "artist", "date", "tracks": [{"title", "version", "s", "isrc"}]}`
with more where it matters: see `Release` and `Recording`. A credit is one artist's name, or a pattern
"{Nia Okafor} feat. {Bo Lind}". A track with the `"key"` of an earlier one is that recording again.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.support.catalogue.server import Served

PROVIDERS = ("musicbrainz", "deezer", "itunes", "spotify")
_BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_CREDITED = re.compile(r"\{([^{}]+)\}([^{}]*)")


def mbid(kind: str, key: str) -> str:
    """A MusicBrainz id, always the same for the same thing."""
    digest = hashlib.sha256(f"{kind}/{key}".encode()).hexdigest()
    return f"{digest[:8]}-{digest[8:12]}-4{digest[13:16]}-8{digest[17:20]}-{digest[20:32]}"


def number(kind: str, key: str) -> int:
    """An id at Deezer or iTunes."""
    return 100_000_000 + int(hashlib.sha256(f"{kind}:{key}".encode()).hexdigest()[:12], 16) % 900_000_000


def base62(kind: str, key: str) -> str:
    """An id at Spotify."""
    value = int(hashlib.sha256(f"{kind}#{key}".encode()).hexdigest(), 16)
    return "".join(_BASE62[value // 62**place % 62] for place in range(22))


@dataclass(frozen=True)
class Artist:
    name: str
    aliases: tuple[str, ...] = ()
    sort_name: str | None = None
    genres: tuple[str, ...] = ()
    comment: str = ""
    """Tells artists of the same name apart."""

    @property
    def key(self) -> str:
        return f"{self.name}/{self.comment}"


@dataclass(frozen=True)
class Credit:
    """Artists in order, each with the words behind it ("" after the last)."""

    parts: tuple[tuple[Artist, str], ...]

    @property
    def name(self) -> str:
        return "".join(artist.name + join for artist, join in self.parts)

    @property
    def all_names(self) -> str:
        """What shops find it by: their search knows artists by their other names too."""
        return " ".join(name for artist, _ in self.parts for name in (artist.name, *artist.aliases))

    @property
    def artists(self) -> tuple[Artist, ...]:
        return tuple(artist for artist, _ in self.parts)

    @property
    def main(self) -> tuple[tuple[Artist, str], ...]:
        """The parts before the first "feat."."""
        for at, (_, join) in enumerate(self.parts):
            if "feat" in join:
                return (*self.parts[:at], (self.parts[at][0], ""))
        return self.parts

    @property
    def features(self) -> tuple[Artist, ...]:
        return self.artists[len(self.main) :]


@dataclass(frozen=True)
class Recording:
    key: str
    title: str
    credit: Credit
    duration_s: float
    version: str | None = None
    """Providers write it behind the title, each in its own way."""
    isrcs: tuple[str, ...] = ()
    genres: tuple[str, ...] = ()
    rank: int = 300_000
    """How much it is played: 0 to 1,000,000."""
    explicit: bool = False
    told_apart: bool = False
    """MusicBrainz has the version in the disambiguation, not in the title."""

    def called(self, style: str = "{} ({})", features: bool = False) -> str:
        """The title with the version in that style, and "(feat. X)" where the credit leaves it out."""
        title = self.title
        if features and self.credit.features:
            title += f" (feat. {' & '.join(each.name for each in self.credit.features)})"
        return style.format(title, self.version) if self.version else title


@dataclass(frozen=True)
class Release:
    key: str
    title: str
    credit: Credit
    date: str
    """YYYY, YYYY-MM or YYYY-MM-DD."""
    recordings: tuple[Recording, ...]
    label: str | None = None
    catalog_number: str | None = None
    kind: str = "Album"
    """Album, Single or EP."""
    secondary: tuple[str, ...] = ()
    """Compilation, Live, Remix, DJ-mix."""
    status: str = "Official"
    genres: tuple[str, ...] = ()
    art: bool = True
    on: frozenset[str] = frozenset(PROVIDERS)
    """Who knows it."""

    @property
    def full_date(self) -> str:
        return self.date + "-01-01"[len(self.date) - 4 :] if len(self.date) < 10 else self.date


@dataclass(frozen=True)
class Catalogue:
    releases: tuple[Release, ...]

    @classmethod
    def load(cls, path: Path) -> Catalogue:
        return cls(tuple(_Reader(json.loads(path.read_text("utf-8"))).releases()))

    @cached_property
    def recordings(self) -> tuple[Recording, ...]:
        return tuple({each.key: each for release in self.releases for each in release.recordings}.values())

    @cached_property
    def artists(self) -> tuple[Artist, ...]:
        credits_ = [each.credit for each in (*self.releases, *self.recordings)]
        return tuple({each.key: each for credit in credits_ for each in credit.artists}.values())

    @cached_property
    def releases_of(self) -> Mapping[str, tuple[Release, ...]]:
        """The releases each recording (by key) is on, the earliest first."""
        found: dict[str, list[Release]] = {}
        for release in sorted(self.releases, key=lambda each: each.full_date):
            for each in release.recordings:
                found.setdefault(each.key, []).append(release)
        return {key: tuple(dict.fromkeys(releases)) for key, releases in found.items()}

    def at(self, provider: str) -> Catalogue:
        """The part of it one provider knows."""
        return Catalogue(tuple(each for each in self.releases if provider in each.on))

    def ids(self, key: str) -> dict[str, str]:
        """What each provider calls the recording with this key."""
        numeric = str(number("track", key))
        return {
            "musicbrainz": mbid("recording", key),
            "deezer": numeric,
            "itunes": numeric,
            "spotify": base62("track", key),
        }

    @contextmanager
    def serve(self) -> Iterator[Served]:
        """All providers on one port of the loopback, each under its own path."""
        from tests.support.catalogue.server import serve

        with serve(self) as served:
            yield served


class _Reader:
    """Reads the JSON form."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self._releases = data["releases"]
        self._artists = {
            f"{each['name']}{'@' + each['comment'] if 'comment' in each else ''}": Artist(
                each["name"],
                tuple(each.get("aliases", ())),
                each.get("sort_name"),
                tuple(each.get("genres", ())),
                each.get("comment", ""),
            )
            for each in data.get("artists", ())
        }
        self._recordings: dict[str, Recording] = {}

    def releases(self) -> Iterator[Release]:
        for nth, each in enumerate(self._releases):
            credit = self._credit(each["artist"])
            key = each.get("key", f"{each['artist']}/{each['title']}/{each['date']}/{nth}")
            yield Release(
                key=key,
                title=each["title"],
                credit=credit,
                date=each["date"],
                recordings=tuple(
                    self._recording(track, each["artist"], f"{key}/{place}")
                    for place, track in enumerate(each["tracks"], 1)
                ),
                label=each.get("label"),
                catalog_number=each.get("catalog_number"),
                kind=each.get("kind", "Album"),
                secondary=tuple(each.get("secondary", ())),
                status=each.get("status", "Official"),
                genres=tuple(each.get("genres", ())),
                art=each.get("art", True),
                on=frozenset(each.get("on", PROVIDERS)),
            )

    def _credit(self, text: str) -> Credit:
        """ "{A} feat. {B}"; "Name@comment" is the artist of that name and comment."""
        pairs = _CREDITED.findall(text) or [(text, "")]
        return Credit(tuple((self._artist(name), join) for name, join in pairs))

    def _artist(self, name: str) -> Artist:
        return self._artists.setdefault(name, Artist(name))

    def _recording(self, track: Mapping[str, Any], artist: str, default_key: str) -> Recording:
        key = track.get("key", default_key)
        if "title" not in track:
            return self._recordings[key]
        assert key not in self._recordings, f"two recordings are called {key}"
        isrc = track.get("isrc", ())
        made = Recording(
            key=key,
            title=track["title"],
            credit=self._credit(track.get("artist", artist)),
            duration_s=float(track["s"]),
            version=track.get("version"),
            isrcs=(isrc,) if isinstance(isrc, str) else tuple(isrc),
            genres=tuple(track.get("genres", ())),
            rank=track.get("rank", 300_000),
            explicit=track.get("explicit", False),
            told_apart=track.get("told_apart", False),
        )
        self._recordings[key] = made
        return made


def credit_of(*names: str) -> Credit:
    """A credit of artists joined by " & "."""
    artists: Iterable[Artist] = map(Artist, names)
    parts = [(artist, " & ") for artist in artists]
    return Credit((*parts[:-1], (parts[-1][0], "")))
