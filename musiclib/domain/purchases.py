"""What the files of a purchase are, by their names, and which album they are of."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from rapidfuzz import fuzz

from musiclib.domain.audio_candidates import AudioCandidate
from musiclib.domain.ids import AlbumId
from musiclib.domain.text import normalise

SOURCE = "purchase"
"""The id of the one source that purchases have."""
_SHOP_NAME = re.compile(r"(?P<artist>.+?) - (?P<album>.+?) - (?P<number>\d{1,3})[ .]\s*(?P<title>.+)")
"""As Bandcamp names them: "Artist - Album - 03 Title"."""
_NUMBERED = re.compile(r"(?:(?P<disc>\d{1,2})-)?(?P<number>\d{1,3})[ ._-]+(?P<title>.*\D.*)")
_ALBUM_NAME = re.compile(r"(?P<artist>.+?) - (?P<album>.+)")
_SURELY = 90.0


@dataclass(frozen=True, slots=True)
class Purchase:
    """The audio files of a purchase; `title` and `artist` are of the album, as far as names tell."""

    candidates: tuple[AudioCandidate, ...]
    title: str
    artist: str | None


@dataclass(frozen=True, slots=True)
class KnownAlbum:
    """An album of the library that a purchase may be of."""

    id: AlbumId
    title: str
    artist: str | None


def purchased_file(ref: str, member: str, size: int, release: str) -> AudioCandidate:
    """The candidate of a file with this name (with its folders, as the ZIP has it)."""
    path = PurePosixPath(member.replace("\\", "/"))
    stem, suffix = path.stem, path.suffix.lstrip(".").lower()
    read = _SHOP_NAME.fullmatch(stem) or _NUMBERED.fullmatch(stem)
    parts = read.groupdict() if read else {}
    return AudioCandidate(
        source=SOURCE,
        ref=ref,
        name=path.name,
        # Of a compilation the title begins with the artist, and the first name is the label's or nobody's:
        # who chooses reads the title both ways where no artist is named.
        title=parts.get("title") or stem,
        album=parts.get("album"),
        album_artist=parts.get("artist"),
        track_number=int(parts["number"]) if parts.get("number") else None,
        disc=int(parts["disc"]) if parts.get("disc") else None,
        suffix=suffix,
        size=size,
        release=release,
        given=True,
    )


def purchase_of(candidates: Sequence[AudioCandidate], file_stem: str) -> Purchase:
    """`file_stem` is the name of the ZIP: it tells the album where its files do not."""
    albums = Counter(each.album for each in candidates if each.album)
    artists = Counter(each.album_artist for each in candidates if each.album_artist)
    named = _ALBUM_NAME.fullmatch(file_stem.replace("_", " ").strip())
    title = albums.most_common(1)[0][0] if albums else (named["album"] if named else file_stem)
    artist = artists.most_common(1)[0][0] if artists else (named["artist"] if named else None)
    return Purchase(tuple(candidates), title, artist)


def album_of(purchase: Purchase, albums: Iterable[KnownAlbum]) -> AlbumId | None:
    """The album of the library that a purchase is surely of; None where none, or several, are."""
    rated = sorted(((_likeness(purchase, each), each.id) for each in albums), reverse=True)
    likely = [album_id for likeness, album_id in rated if likeness >= _SURELY]
    if len(likely) > 1 and rated[0][0] == rated[1][0]:
        return None
    return likely[0] if likely else None


def _likeness(purchase: Purchase, album: KnownAlbum) -> float:
    of_title = fuzz.ratio(normalise(purchase.title), normalise(album.title))
    if not purchase.artist or not album.artist:
        return of_title
    of_artist = fuzz.token_set_ratio(normalise(purchase.artist), normalise(album.artist))
    return min(of_title, 0.7 * of_title + 0.3 * of_artist)
