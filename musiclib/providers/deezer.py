"""Deezer's public API (https://developers.deezer.com/api), without an account.

It fails inside HTTP 200, and its objects have three depths: search results know no ISRC; `/album/{id}/tracks`
does; `/track/{id}` adds contributors, date and BPM. So an album is asked for first (two calls for all its
tracks), then the ISRC, then free text; free text is dropped by Deezer as soon as a field filter is present,
and fuzzy filters often miss, so the field form comes last.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

import httpx2

from musiclib.domain.art_ref import ArtRef
from musiclib.domain.matching import ACCEPT, REVIEW, MatchReason, Recording, score
from musiclib.domain.provenance import Plain
from musiclib.domain.references import Reference
from musiclib.domain.states import Source
from musiclib.domain.text import clean_isrc, split_features, split_version
from musiclib.providers.albums import AlbumOffer, album_title, choose_album
from musiclib.providers.answers import Answers
from musiclib.providers.base import AnswerCache, ArtBytes, Candidate, Gate, Json, TrackQuery
from musiclib.providers.http import Backoff, Caller, Outcome, Retry
from musiclib.providers.payload import date, identifier, mapping, number, objects, text
from musiclib.providers.pictures import LinkedPictures
from musiclib.providers.shortlist import Shortlist, Way, Words, wanted, words

NAME = Source.DEEZER.value
_LIMIT = 25
_PAGE = 100
_MOST_PAGES = 4
_MOST_QUERY = 200
_CODES = {
    4: Outcome.BUSY,  # quota
    700: Outcome.BUSY,
    800: Outcome.NOT_FOUND,
    200: Outcome.FORBIDDEN,
    300: Outcome.FORBIDDEN,
}
"""Of the others, 100, 500, 501 and 600 say that the question was wrong."""
_ALBUM_FIELDS = frozenset({"label", "genres", "release_date"})
_SYNTAX = re.compile(r'[":]')
_COVERS = (("cover_xl", 1000), ("cover_big", 500), ("cover_medium", 250))
_STAND_IN = "/images/cover//"
_MD5 = re.compile(r"[0-9a-f]{32}")
_BY_MD5 = "https://cdn-images.dzcdn.net/images/cover/{}/1000x1000-000000-80-0-0.jpg"


class Deezer:
    """A `MetadataProvider`, `CompletingProvider`, `ArtProvider` and `ArtChooser`.

    Safe for many tasks of one event loop.
    """

    name = NAME

    def __init__(
        self,
        client: httpx2.AsyncClient,
        gate: Gate,
        cache: AnswerCache,
        clock: Callable[[], datetime],
        base_url: str = "https://api.deezer.com",
        retry: Retry | None = None,
    ) -> None:
        # Its quota counts five seconds.
        backoff = Backoff(longest_s=60.0, first_s=5.0)
        caller = Caller(NAME, "Deezer", client, gate, clock, retry=retry, inside=_inside, backoff=backoff)
        self._answers = Answers(caller, cache, base_url, unkept="preview")
        self._art = LinkedPictures(NAME, "Deezer", caller, client, cache, clock, base_url, retry)

    async def search(self, query: TrackQuery) -> list[Candidate]:
        """By album if the library has one, by ISRC, by free text, by fields: until one fits."""
        shortlist = Shortlist(query)
        recording = wanted(query)
        ways: list[Way] = []
        if query.album and query.album_tracks:
            ways.append(Way(lambda: self._on_album(query), enough=ACCEPT, least=REVIEW))
        if isrc := clean_isrc(recording.isrc):
            # A code that is wrong leads to somebody else's track: then the names have their say.
            ways.append(Way(lambda: self._track(f"track/isrc:{isrc}"), enough=ACCEPT))
        if recording.title:
            asked = words(recording)
            ways.append(Way(lambda: self._found(_free(asked.artist, asked.title))))
            ways.append(Way(lambda: self._found(_by_fields(asked))))
        await shortlist.fill(ways)
        candidates, best = shortlist.candidates, shortlist.best
        if best is not None and shortlist.best_score >= REVIEW:
            candidates[best] = await self._with_everybody(candidates[best], recording)
        return candidates

    async def _with_everybody(self, candidate: Candidate, asked: Recording) -> Candidate:
        """The candidate with its whole credit, where the short one leaves somebody out who was asked for."""
        whole = candidate.raw_key.startswith("track/")
        if whole or MatchReason.ARTIST_PARTLY not in score(asked, candidate.recording).reasons:
            return candidate
        return next(iter(await self._track(f"track/{candidate.external_id}")), candidate)

    async def by_reference(self, reference: Reference) -> list[Candidate]:
        """See `MetadataProvider`."""
        if reference.provider not in (NAME, None):
            return []
        isrc = "isrc:" if reference.provider is None else ""
        return await self._track(f"track/{isrc}{reference.external_id}")

    async def complete(self, candidate: Candidate, lacking: Collection[str]) -> Candidate:
        """See `CompletingProvider`: with the ISRC from the track, else with label and genres from its album.

        An album's answer serves all its tracks.
        """
        wanting = set(lacking) - set(candidate.fields)
        album = candidate.album_external_id
        fields: Mapping[str, Plain] = {}
        if "isrc" in wanting:
            fields = _track_fields(await self._answers.detail(f"track/{candidate.external_id}", {}, "id"))
        elif wanting & _ALBUM_FIELDS and album is not None:
            fields = _album_fields(await self._answers.detail(f"album/{album}", {}, "id"))
        return replace(candidate, fields={**fields, **candidate.fields}) if fields else candidate

    async def fetch_art(self, candidate: Candidate) -> ArtBytes | None:
        """See `ArtProvider`."""
        return await self._art.fetch_art(candidate)

    async def pictures(self, candidate: Candidate) -> list[ArtRef]:
        """See `ArtChooser`. Costs no call."""
        return await self._art.pictures(candidate)

    async def fetch_picture(self, ref: ArtRef) -> ArtBytes | None:
        """See `ArtChooser`."""
        return await self._art.fetch_picture(ref)

    async def _track(self, path: str) -> list[Candidate]:
        track = await self._answers.ask(path, path, {}, expected="id")
        found = _candidate(track, mapping(track.get("album")), "track")
        return [found] if found else []

    async def _found(self, terms: str) -> list[Candidate | None]:
        """The tracks a search finds; none for an empty question."""
        answer = await self._search("search", terms)
        return [
            _candidate(each, mapping(each.get("album")), "search") for each in objects(answer.get("data"))
        ]

    async def _on_album(self, query: TrackQuery) -> list[Candidate | None]:
        album = await self._album(query)
        ident = identifier(album.get("id"))
        if ident is None:
            return []
        return [_candidate(each, album, "album") for each in await self._album_tracks(ident)]

    async def _album(self, query: TrackQuery) -> Json:
        """The album of the query as search results hold it; an empty object if none fits."""
        title, artist = album_title(query.album or ""), query.album_artist or query.artist
        asked = Words(title, artist, title, artist)
        for terms in (_free(artist, title), _by_fields(asked, "album")):
            answer = await self._search("search/album", terms)
            offers = [
                AlbumOffer(name, text(mapping(each.get("artist")).get("name")) or "", _count(each), each)
                for each in objects(answer.get("data"))
                if (name := text(each.get("title")))
            ]
            if chosen := choose_album(title, artist, query.album_tracks, offers):
                return chosen.answer
        return {}

    async def _album_tracks(self, album: str) -> list[Json]:
        path = f"album/{album}/tracks"
        tracks: list[Json] = []
        for _ in range(_MOST_PAGES):
            params = {"limit": str(_PAGE), "index": str(len(tracks))}
            answer = await self._answers.ask(f"{path}?{urlencode(params)}", path, params, expected="data")
            page = objects(answer.get("data"))
            tracks += page
            if not page or len(tracks) >= (number(answer.get("total")) or 0):
                break
        return tracks

    async def _search(self, path: str, terms: str) -> Json:
        if not terms:
            return {}
        params = {"q": terms, "limit": str(_LIMIT)}
        return await self._answers.ask(f"{path}?{terms}", path, params, expected="data")


def popularity(rank: Any) -> int | None:
    """0-100 of Deezer's `rank` (0 to about 1,000,000): a ten-thousandth, rounded, at most 100; 0: unknown."""
    value = number(rank)
    return min(100, round(value / 10_000)) if value is not None and value > 0 else None


def _inside(answer: Json) -> Outcome | None:
    """What an error inside a success means (https://developers.deezer.com/api/errors)."""
    error = answer.get("error")
    if not error:
        return None
    code = number(mapping(error).get("code"))
    return _CODES.get(int(code), Outcome.REFUSED) if code is not None else Outcome.REFUSED


def _plain(terms: str) -> str:
    return " ".join(_SYNTAX.sub(" ", terms).split())[:_MOST_QUERY].strip()


def _free(artist: str, title: str) -> str:
    """Free text, the title being there; an artist alone would find everything by them."""
    return _plain(f"{artist} {title}") if _plain(title) else ""


def _by_fields(asked: Words, what: str = "track") -> str:
    """The field form, of the first artist and the title without what stands in brackets."""
    title, artist = _plain(asked.bare_title), _plain(asked.first_artist)
    if not title:
        return ""
    return f'artist:"{artist}" {what}:"{title}"' if artist else f'{what}:"{title}"'


def _count(album: Json) -> int | None:
    count = number(album.get("nb_tracks"))
    return int(count) if count else None


def _candidate(track: Json, album: Json, depth: str) -> Candidate | None:
    """`album` is what is known of the track's album, `depth` where the answer comes from."""
    ident = identifier(track.get("id"))
    fields = _track_fields(track)
    if ident is None or "title" not in fields or "artist" not in fields:
        return None
    if name := text(album.get("title")):
        fields["album"] = name
    fields |= {name: value for name, value in _album_fields(album).items() if name not in fields}
    return Candidate(
        provider=NAME,
        external_id=ident,
        fields=fields,
        raw=track,
        raw_key=f"track/{ident}" if depth == "track" else f"{depth}/track/{ident}",
        album_external_id=identifier(album.get("id")),
        position=_place(track),
        art=_art(album),
        links=((NAME, f"https://www.deezer.com/track/{ident}"),),
        artist_ids=tuple(
            (name, artist)
            for each in _credited(track)
            if (name := text(each.get("name"))) and (artist := identifier(each.get("id")))
        ),
    )


def _place(track: Json) -> int | None:
    """Where the track stands, on albums of one disc."""
    place, disc = number(track.get("track_position")), number(track.get("disk_number"))
    return int(place) if place and place > 0 and disc in (None, 1) else None


def _track_fields(track: Json) -> dict[str, Plain]:
    fields: dict[str, Plain] = {}
    title = _full_title(track)
    if title:
        fields["title"], version = split_version(title)
        if version:
            fields["version"] = version
    if artist := _credit(track, title):
        fields["artist"] = artist
    if isrc := clean_isrc(text(track.get("isrc"))):
        fields["isrc"] = isrc
    if (length := number(track.get("duration"))) and length > 0:
        fields["duration_s"] = float(length)
    if (bpm := number(track.get("bpm"))) and bpm > 0:
        fields["bpm"] = bpm
    if released := date(track.get("release_date")):
        fields["release_date"] = released
    if (rank := popularity(track.get("rank"))) is not None:
        fields["popularity"] = rank
    return fields


def _full_title(track: Json) -> str:
    """The title with its version, which some answers hold apart."""
    title = text(track.get("title")) or text(track.get("title_short")) or ""
    version = text(track.get("title_version")) or ""
    return title if not title or version in title else f"{title} {version}"


def _credited(track: Json) -> list[Json]:
    """The main artists, the first named first; only `/track/{id}` knows more than that one."""
    others = [each for each in objects(track.get("contributors")) if each.get("role") in (None, "Main")]
    first = mapping(track.get("artist"))
    return others if len(others) > 1 else [first]


def _credit(track: Json, title: str) -> str:
    """The main artists, and the featured ones unless the title names them."""
    names = [name for each in _credited(track) if (name := text(each.get("name")))]
    credit = " & ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else "".join(names)
    featured = [
        name
        for each in objects(track.get("contributors"))
        if each.get("role") == "Featured" and (name := text(each.get("name"))) and name not in names
    ]
    if credit and featured and not split_features(title)[1]:
        credit += f" feat. {', '.join(featured)}"
    return credit


def _album_fields(album: Json) -> dict[str, Plain]:
    fields: dict[str, Plain] = {}
    if label := text(album.get("label")):
        fields["label"] = label
    genres = [
        name for each in objects(mapping(album.get("genres")).get("data")) if (name := text(each.get("name")))
    ]
    if genres:
        fields["genres"] = genres
    if released := date(album.get("release_date")):
        fields["release_date"] = released
    return fields


def _art(album: Json) -> tuple[ArtRef, ...]:
    """The largest cover that is named, else the address that leads to it; nothing for a stand-in."""
    for name, side in _COVERS:
        if (address := text(album.get(name))) and _STAND_IN not in address:
            return (ArtRef(NAME, "url", address, side, side),)
    if (md5 := text(album.get("md5_image"))) and _MD5.fullmatch(md5):
        return (ArtRef(NAME, "url", _BY_MD5.format(md5), 1000, 1000),)
    if (leading := text(album.get("cover"))) and leading.endswith("/image"):
        return (ArtRef(NAME, "url", f"{leading}?size=xl"),)
    return ()
