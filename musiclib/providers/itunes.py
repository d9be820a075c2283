"""Apple's iTunes search (https://performance-partners.apple.com/search-api): covers of last resort.

It allows about 20 calls a minute, and answers more of them with nothing, or 403 with nothing, for long; that
never means that it does not know a thing. It knows no ISRC.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

import httpx2

from musiclib.domain.art_ref import ArtRef
from musiclib.domain.matching import ACCEPT, REVIEW, Recording, score
from musiclib.domain.provenance import Plain
from musiclib.domain.references import Reference
from musiclib.domain.states import Source
from musiclib.domain.text import split_artists, split_version
from musiclib.providers.albums import AlbumOffer, album_title, choose_album
from musiclib.providers.answers import Answers
from musiclib.providers.base import AnswerCache, ArtBytes, Candidate, Gate, Json, TrackQuery
from musiclib.providers.http import Backoff, Caller, Outcome, Retry, Rule
from musiclib.providers.payload import date, identifier, number, objects, text
from musiclib.providers.pictures import LinkedPictures
from musiclib.providers.shortlist import Shortlist, Way, wanted, words

NAME = Source.ITUNES.value
_LIMIT = "25"
_MOST_SONGS = "200"
_MOST_TERM = 200
_RULES = (
    Rule(403, 403, Outcome.RATE_LIMITED),
    Rule(200, 200, Outcome.RATE_LIMITED, longest=0),
    Rule(200, 200, Outcome.RATE_LIMITED, holds=b"null", longest=len(b"null")),
)
_FIRST_WAIT_S, _LONGEST_WAIT_S = 300.0, 1800.0
_SIZE_IN_ADDRESS = "100x100bb"
_SIDE = 1200
_NO_GENRE = "Music"


class ITunes:
    """A `MetadataProvider`, `ArtProvider` and `ArtChooser`. Safe for many tasks of one event loop.

    Its art is asked for with candidates of any provider: it looks for the album or song by itself, and takes
    the cover only of one that the matching would accept.
    """

    name = NAME

    def __init__(
        self,
        client: httpx2.AsyncClient,
        gate: Gate,
        cache: AnswerCache,
        clock: Callable[[], datetime],
        base_url: str = "https://itunes.apple.com",
        retry: Retry | None = None,
    ) -> None:
        backoff = Backoff(_LONGEST_WAIT_S, _FIRST_WAIT_S)
        caller = Caller(NAME, "iTunes", client, gate, clock, _RULES, retry, backoff=backoff)
        self._answers = Answers(caller, cache, base_url, always={"media": "music"}, unkept="previewUrl")
        self._art = LinkedPictures(NAME, "iTunes", caller, client, cache, clock, base_url, retry)

    async def search(self, query: TrackQuery) -> list[Candidate]:
        """By album if the library has one, else by names: with the whole credit and title, then with less."""
        shortlist = Shortlist(query)
        ways: list[Way] = []
        if query.album and query.album_tracks:
            ways.append(Way(lambda: self._on_album(query), enough=ACCEPT, least=REVIEW))
        asked = words(wanted(query))
        terms = (_term(asked.artist, asked.title), _term(asked.first_artist, asked.bare_title))
        ways += [
            Way(lambda term=term: self._songs(term))  # type: ignore[misc]
            for term in dict.fromkeys(terms)
            if term
        ]
        await shortlist.fill(ways)
        return shortlist.candidates

    async def by_reference(self, reference: Reference) -> list[Candidate]:
        """See `MetadataProvider`; only Apple's own ids name anything here."""
        if reference.provider != NAME:
            return []
        found = await self._listed(reference.external_id)
        return [each for each in found if each and each.external_id == reference.external_id]

    async def fetch_art(self, candidate: Candidate) -> ArtBytes | None:
        """The cover of the candidate, whoever offers it; see `ArtProvider`."""
        for ref in await self.pictures(candidate):
            if (art := await self._art.fetch_picture(ref)) is not None:
                return art
        return None

    async def pictures(self, candidate: Candidate) -> list[ArtRef]:
        """See `ArtChooser`. For a candidate of another provider: two calls at most."""
        own = await self._art.pictures(candidate)
        if own or candidate.provider == NAME:
            return own
        recording = candidate.recording
        return await self._album_art(recording) or await self._song_art(recording)

    async def fetch_picture(self, ref: ArtRef) -> ArtBytes | None:
        """See `ArtChooser`."""
        return await self._art.fetch_picture(ref)

    async def _on_album(self, query: TrackQuery) -> Sequence[Candidate | None]:
        title, artist = album_title(query.album or ""), query.album_artist or query.artist
        offers = [
            AlbumOffer(name, text(each.get("artistName")) or "", _count(each), each)
            for each in await self._results("album", _term(artist, title))
            if (name := _album_name(each))
        ]
        chosen = choose_album(title, artist, query.album_tracks, offers)
        ident = identifier(chosen.answer.get("collectionId")) if chosen else None
        return await self._listed(ident) if ident else []

    async def _listed(self, ident: str) -> Sequence[Candidate | None]:
        """The song of an id, or the songs of an album's."""
        params = {"id": ident, "entity": "song", "limit": _MOST_SONGS}
        answer = await self._answers.ask(f"lookup?{ident}", "lookup", params, expected="results")
        return [_candidate(each) for each in objects(answer.get("results"))]

    async def _album_art(self, recording: Recording) -> list[ArtRef]:
        if not recording.album:
            return []
        album = Recording(recording.artist, album_title(recording.album))
        scored = [
            (score(album, Recording(text(each.get("artistName")) or "", name)).score, each)
            for each in await self._results("album", _term(words(album).artist, album.title))
            if (name := _album_name(each))
        ]
        return _best_art([(points, _cover(each)) for points, each in scored])

    async def _song_art(self, recording: Recording) -> list[ArtRef]:
        asked = words(recording)
        songs = [each for each in await self._songs(_term(asked.artist, asked.title)) if each is not None]
        return _best_art([(score(recording, each.recording).score, each.art) for each in songs])

    async def _songs(self, term: str) -> Sequence[Candidate | None]:
        return [_candidate(each) for each in await self._results("song", term)]

    async def _results(self, entity: str, term: str) -> list[Json]:
        if not term:
            return []
        params = {"term": term, "entity": entity, "limit": _LIMIT}
        answer = await self._answers.ask(f"search?{entity}/{term}", "search", params, expected="results")
        return objects(answer.get("results"))


def _term(artist: str, title: str) -> str:
    """The title being there; an artist alone would find everything by them."""
    return " ".join(f"{artist} {title}".split())[:_MOST_TERM].strip() if title.strip() else ""


def _best_art(scored: Sequence[tuple[float, tuple[ArtRef, ...]]]) -> list[ArtRef]:
    """The cover of the best that would be accepted as a match."""
    fitting = [each for each in scored if each[0] >= ACCEPT and each[1]]
    return list(max(fitting, key=lambda each: each[0])[1]) if fitting else []


def _candidate(song: Json) -> Candidate | None:
    ident = identifier(song.get("trackId"))
    title, artist = _title(song), text(song.get("artistName"))
    if ident is None or title is None or artist is None or song.get("kind") not in (None, "song"):
        return None
    fields: dict[str, Plain] = {"artist": artist}
    fields["title"], version = split_version(title)
    if version:
        fields["version"] = version
    if album := _album_name(song):
        fields["album"] = album
    if (length := number(song.get("trackTimeMillis"))) and length > 0:
        fields["duration_s"] = round(length / 1000, 3)
    if released := date((text(song.get("releaseDate")) or "")[:10]):
        fields["release_date"] = released
    if (genre := text(song.get("primaryGenreName"))) and genre != _NO_GENRE:
        fields["genres"] = [genre]
    artist_id = identifier(song.get("artistId"))
    return Candidate(
        provider=NAME,
        external_id=ident,
        fields=fields,
        raw=song,
        raw_key=f"song/{ident}",
        album_external_id=identifier(song.get("collectionId")),
        art=_cover(song),
        links=_links(song, ident),
        # A credit of several carries the id of one of them.
        artist_ids=((artist, artist_id),) if artist_id and len(split_artists(artist)) == 1 else (),
    )


def _title(song: Json) -> str | None:
    """The fuller one of two: the name for display may lack the version, the other may be starred out."""
    name, censored = text(song.get("trackName")), text(song.get("trackCensoredName"))
    if name and censored and censored.startswith(name) and "*" not in censored:
        return censored
    return name


def _album_name(result: Json) -> str | None:
    name = text(result.get("collectionName"))
    return album_title(name) if name else None


def _count(album: Json) -> int | None:
    return int(number(album.get("trackCount")) or 0) or None


def _links(song: Mapping[str, object], ident: str) -> tuple[tuple[str, str], ...]:
    address = text(song.get("trackViewUrl")) or ""
    usable = address.startswith("https://") and ident in address
    return ((NAME, address),) if usable else ()


def _cover(result: Json) -> tuple[ArtRef, ...]:
    """An address that names its size serves any other size too (by use, not by promise)."""
    address = text(result.get("artworkUrl100"))
    if address is None:
        return ()
    if _SIZE_IN_ADDRESS not in address:
        return (ArtRef(NAME, "url", address, 100, 100),)
    large = re.sub(rf"{_SIZE_IN_ADDRESS}(?=[^/]*$)", f"{_SIDE}x{_SIDE}bb", address)
    return (ArtRef(NAME, "url", large, _SIDE, _SIDE),)
