"""MusicBrainz, web service 2 (https://musicbrainz.org/doc/MusicBrainz_API).

It answers one call a second, so few are made. An album is found by one search and read by one look-up, with
ISRCs, labels and genres of all its tracks. What is known of other tracks (their ISRC, their exact names,
their release) is gathered while a call waits for its turn, and asked for many at a time.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial

import httpx2

from musiclib.domain.matching import ACCEPT, REVIEW
from musiclib.domain.provenance import Plain
from musiclib.domain.references import Reference
from musiclib.domain.text import clean_isrc
from musiclib.errors import BadPayload, ProviderUnreachable
from musiclib.providers import musicbrainz_answers as answers
from musiclib.providers.albums import album_title, choose_album
from musiclib.providers.answers import Answers
from musiclib.providers.base import AnswerCache, ArtistFacts, Candidate, Gate, Json, TrackQuery
from musiclib.providers.gathered_search import GatheredSearch
from musiclib.providers.http import Backoff, Caller, Outcome, Retry, Rule
from musiclib.providers.lucene import (
    any_artist,
    any_of,
    any_phrase,
    artist_key,
    has_phrases,
    phrase_key,
    recording_queries,
    release_queries,
)
from musiclib.providers.payload import objects, text
from musiclib.providers.shortlist import Shortlist, Way, wanted

NAME = answers.NAME
LIMIT = 15
_ALBUM_LIMIT = 25
_ARTISTS_AT_ONCE = 40
_PHRASES_AT_ONCE = 6
_NAMED_AT_MOST = 5
_MANY_TRACKS = 12
_MOST_BY_ARTIST = 100
_MOST_OF_ONE_NAME = 2
_RULES = (Rule(503, 503, Outcome.RATE_LIMITED),)
_RELEASE_PARTS = "recordings artist-credits labels release-groups genres tags isrcs media url-rels"
_RECORDING_PARTS = "artist-credits isrcs releases release-groups genres tags url-rels"
_ARTIST_PARTS = "genres tags url-rels"
_OF_RELEASE = frozenset({"label", "catalog_number"})


class MusicBrainz:
    """A `MetadataProvider`, `CompletingProvider` and `ArtistProvider`.

    Safe for many tasks of one event loop.
    """

    name = NAME

    def __init__(
        self,
        client: httpx2.AsyncClient,
        gate: Gate,
        cache: AnswerCache,
        clock: Callable[[], datetime],
        base_url: str = "https://musicbrainz.org/ws/2",
        retry: Retry | None = None,
    ) -> None:
        # It refuses whatever comes in a second that has held one call too many, and soon serves again.
        backoff = Backoff(longest_s=32.0, first_s=1.0)
        caller = Caller(
            *(NAME, "MusicBrainz", client, gate, clock, _RULES, retry), resets=Outcome.BUSY, backoff=backoff
        )
        self._answers = Answers(caller, cache, base_url, always={"fmt": "json"})
        self._isrcs = GatheredSearch(
            self._answers, "recording", "isrc", partial(any_of, "isrc"), answers.has_isrc
        )
        self._phrases = GatheredSearch(
            self._answers, "recording", "names", any_phrase, _is_named, _PHRASES_AT_ONCE
        )
        self._releases = GatheredSearch(
            self._answers, "release", "listed", partial(any_of, "reid"), answers.has_mbid
        )
        self._artists = GatheredSearch(
            self._answers, "artist", "artist", partial(any_of, "arid"), answers.has_mbid, _ARTISTS_AT_ONCE
        )
        self._names = GatheredSearch(self._answers, "artist", "called", any_artist, answers.is_called)

    async def search(self, query: TrackQuery) -> list[Candidate]:
        """By album if the library has one, by ISRC, by names: until one fits.

        A code that is known for sure comes before an album of few tracks: the codes of several albums fit
        into one call, where each album takes two.
        """
        shortlist = Shortlist(query)
        recording = wanted(query)
        on_album = Way(lambda: self._on_album(query), enough=ACCEPT, least=REVIEW)
        ways = [on_album] if query.album and query.album_tracks else []
        if isrc := clean_isrc(recording.isrc):
            # A code that is wrong leads to somebody else's recording: then the names have their say.
            having = Way(lambda: self._having(isrc, recording.album), enough=ACCEPT)
            few = query.known is not None and (query.album_tracks or 0) < _MANY_TRACKS
            ways = [having, *ways] if few else [*ways, having]
        named = recording_queries(recording)
        if query.known is not None:
            key = phrase_key(recording)
            if key:
                ways.append(Way(lambda: self._called(key, recording.album, isrc), least=REVIEW))
            named = named[:1]  # the names are no longer those somebody has pasted
        ways += [
            Way(lambda lucene=lucene: self._found(lucene, recording.album, isrc))  # type: ignore[misc]
            for lucene in named
        ]
        if query.known is None and recording.title and (artist := artist_key(recording)):
            ways.append(Way(lambda: self._by_artist(artist, recording.album), least=REVIEW))
        await shortlist.fill(ways)
        return shortlist.candidates

    async def by_reference(self, reference: Reference) -> list[Candidate]:
        """See `MetadataProvider`; a recording is complete with what its release says."""
        if reference.provider is None:
            found = await self._having(reference.external_id, None)
        elif reference.provider == NAME and answers.MBID.fullmatch(reference.external_id):
            found = await self._recording(reference.external_id)
        else:
            return []
        named = [each for each in found if each is not None][:_NAMED_AT_MOST]
        return [await self._in_full(each) for each in named]

    async def complete(self, candidate: Candidate, lacking: Collection[str]) -> Candidate:
        """See `CompletingProvider`: with the label of its release, asked for many at a time."""
        mbid = candidate.album_external_id
        if mbid is None or not _OF_RELEASE & set(lacking) - set(candidate.fields):
            return candidate
        release = self._answers.known(f"release/{mbid}")  # read for another track, it tells more
        if not release:
            listed = await self._releases.get(mbid)
            release = next((each for each in listed if answers.has_mbid(mbid, each)), None)
        if release is None:
            return await self._in_full(candidate)
        return _with(candidate, answers.release_fields(release, candidate.external_id))

    async def artists(self, ids: Collection[str]) -> dict[str, ArtistFacts]:
        """See `ArtistProvider`. Those a search does not find are looked up one by one: merged ones are so."""
        asked = [mbid for mbid in dict.fromkeys(ids) if answers.MBID.fullmatch(mbid)]
        listed = await asyncio.gather(*(self._artist(mbid) for mbid in asked))
        found = {mbid: answers.artist_facts(each) for mbid, each in zip(asked, listed, strict=True)}
        return {mbid: facts for mbid, facts in found.items() if facts is not None}

    async def _on_album(self, query: TrackQuery) -> Sequence[Candidate | None]:
        title, artist = album_title(query.album or ""), query.album_artist or query.artist
        for lucene in release_queries(title, artist, query.album_tracks):
            params = {"query": lucene, "limit": str(_ALBUM_LIMIT)}
            raw = await self._answers.ask(f"release?{lucene}", "release", params, expected="releases")
            offers = answers.album_offers(raw.get("releases"))
            if chosen := choose_album(title, artist, query.album_tracks, offers):
                return answers.release_candidates(await self._release(str(chosen.answer["id"])))
        return []

    async def _having(self, isrc: str, album: str | None) -> Sequence[Candidate | None]:
        return [answers.candidate(each, album, isrc) for each in await self._isrcs.get(isrc)]

    async def _found(
        self, lucene: str, album: str | None, isrc: str | None, limit: int = LIMIT
    ) -> Sequence[Candidate | None]:
        params = {"query": lucene, "limit": str(limit)}
        raw = await self._answers.ask(f"recording?{lucene}", "recording", params, expected="recordings")
        return [answers.candidate(each, album, isrc) for each in objects(raw.get("recordings"))]

    async def _by_artist(self, artist: str, album: str | None) -> Sequence[Candidate | None]:
        """Recordings by an artist of this name, for titles that no search finds by words.

        They are in other letters, misspelt, or words run together. One answer serves all tracks by the
        artist. A server that cannot search artists takes nothing from what the other ways have brought.
        """
        try:
            listed = await self._names.get(artist)
        except ProviderUnreachable:
            return []
        found: list[Candidate | None] = []
        for each in [one for one in listed if answers.is_called(artist, one)][:_MOST_OF_ONE_NAME]:
            offered = await self._found(any_of("arid", [str(each["id"])]), album, None, _MOST_BY_ARTIST)
            found += [one and _also_called(one, answers.other_names(each)) for one in offered]
        return found

    async def _recording(self, mbid: str) -> Sequence[Candidate | None]:
        """By look-up, which knows merged recordings and links; else by search."""
        path = f"recording/{mbid}"
        raw = await self._answers.detail(path, {"inc": _RECORDING_PARTS}, "id", key=f"{path}?full")
        if raw:
            return [answers.candidate(raw, None, None)]
        return await self._found(any_of("rid", [mbid]), None, None)

    async def _called(self, key: str, album: str | None, isrc: str | None) -> Sequence[Candidate | None]:
        return [answers.candidate(each, album, isrc) for each in await self._phrases.get(key)]

    async def _in_full(self, candidate: Candidate) -> Candidate:
        mbid = candidate.album_external_id
        if mbid is None:
            return candidate
        return _with(candidate, answers.release_fields(await self._release(mbid), candidate.external_id))

    async def _release(self, mbid: str) -> Json:
        return await self._answers.detail(f"release/{mbid}", {"inc": _RELEASE_PARTS}, "id")

    async def _artist(self, mbid: str) -> Json:
        try:
            listed = await self._artists.get(mbid)
        except BadPayload:
            listed = []
        if found := next((each for each in listed if answers.has_mbid(mbid, each)), None):
            return found
        path = f"artist/{mbid}"
        return await self._answers.detail(path, {"inc": _ARTIST_PARTS}, "id", key=f"{path}?full")


def _with(candidate: Candidate, fields: Mapping[str, Plain]) -> Candidate:
    return replace(candidate, fields={**fields, **candidate.fields}) if fields else candidate


def _also_called(candidate: Candidate, names: Sequence[str]) -> Candidate:
    return replace(candidate, artist_aliases=tuple(dict.fromkeys((*candidate.artist_aliases, *names))))


def _is_named(key: str, recording: Json) -> bool:
    title = text(recording.get("title")) or ""
    return has_phrases(key, title, answers.credit(recording.get("artist-credit")))
