"""MusicBrainz, web service 2 (https://musicbrainz.org/doc/MusicBrainz_API).

It answers one call a second, so few are made: an album is found by one search and read by one look-up, with
ISRCs, labels and genres of all its tracks; ISRCs of other tracks are asked for many at a time.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import datetime

import httpx2

from musiclib.domain.matching import ACCEPT, REVIEW
from musiclib.domain.references import Reference
from musiclib.domain.text import clean_isrc
from musiclib.errors import BadPayload
from musiclib.providers import musicbrainz_answers as answers
from musiclib.providers.albums import album_title, choose_album
from musiclib.providers.answers import Answers
from musiclib.providers.base import AnswerCache, ArtistFacts, Candidate, Gate, Json, TrackQuery
from musiclib.providers.http import Backoff, Caller, Outcome, Retry, Rule
from musiclib.providers.lucene import any_of, recording_queries, release_queries
from musiclib.providers.musicbrainz_isrcs import IsrcLookups
from musiclib.providers.payload import objects
from musiclib.providers.shortlist import Shortlist, Way, wanted

NAME = answers.NAME
LIMIT = 15
_ALBUM_LIMIT = 25
_ARTISTS_AT_ONCE = 40
_NAMED_AT_MOST = 5
_RULES = (Rule(503, 503, Outcome.RATE_LIMITED),)
_RELEASE_PARTS = "recordings artist-credits labels release-groups genres tags isrcs media url-rels"
_RECORDING_PARTS = "artist-credits isrcs releases release-groups genres tags url-rels"
_ARTIST_PARTS = "aliases genres tags url-rels"
_OF_RELEASE = frozenset({"label", "catalog_number", "genres", "isrc"})


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
        self._isrcs = IsrcLookups(self._answers)
        self._artist_turn = asyncio.Lock()

    async def search(self, query: TrackQuery) -> list[Candidate]:
        """By album if the library has one, by ISRC, by names: until one fits.

        The best comes in full if it is good enough to be taken and nobody else has decided what it is.
        """
        shortlist = Shortlist(query)
        recording = wanted(query)
        ways: list[Way] = []
        if query.album and query.album_tracks:
            ways.append(Way(lambda: self._on_album(query), enough=ACCEPT, least=REVIEW))
        isrc = clean_isrc(recording.isrc)
        if isrc:
            # A code that is wrong leads to somebody else's recording: then the names have their say.
            ways.append(Way(lambda: self._having(isrc, recording.album), enough=ACCEPT))
        ways += [
            Way(lambda lucene=lucene: self._found(lucene, recording.album, isrc))  # type: ignore[misc]
            for lucene in recording_queries(recording)
        ]
        await shortlist.fill(ways)
        candidates, best = shortlist.candidates, shortlist.best
        if best is not None and shortlist.best_score >= ACCEPT and query.known is None:
            candidates[best] = await self.complete(candidates[best], _OF_RELEASE)
        return candidates

    async def by_reference(self, reference: Reference) -> list[Candidate]:
        """See `MetadataProvider`; a recording is complete with what its release says."""
        if reference.provider is None:
            found = await self._having(reference.external_id, None)
        elif reference.provider == NAME and answers.MBID.fullmatch(reference.external_id):
            found = await self._recording(reference.external_id)
        else:
            return []
        named = [each for each in found if each is not None][:_NAMED_AT_MOST]
        return [await self.complete(each, _OF_RELEASE) for each in named]

    async def complete(self, candidate: Candidate, lacking: Collection[str]) -> Candidate:
        """See `CompletingProvider`: with what its release says, which serves all tracks of the release."""
        mbid = candidate.album_external_id
        if mbid is None or not _OF_RELEASE & set(lacking) - set(candidate.fields):
            return candidate
        fields = answers.release_fields(await self._release(mbid), candidate.external_id)
        return replace(candidate, fields={**fields, **candidate.fields}) if fields else candidate

    async def artists(self, ids: Collection[str]) -> dict[str, ArtistFacts]:
        """See `ArtistProvider`. Those a search does not find are looked up one by one: merged ones are so."""
        asked = [mbid for mbid in dict.fromkeys(ids) if answers.MBID.fullmatch(mbid)]
        found: dict[str, ArtistFacts] = {}
        async with self._artist_turn:  # whoever comes second finds what both want in the cache
            for mbid, artist in (await self._artists(asked)).items():
                if facts := answers.artist_facts(artist):
                    found[mbid] = facts
        return found

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
        return [answers.candidate(each, album, isrc) for each in await self._isrcs.recordings(isrc)]

    async def _found(self, lucene: str, album: str | None, isrc: str | None) -> Sequence[Candidate | None]:
        params = {"query": lucene, "limit": str(LIMIT)}
        raw = await self._answers.ask(f"recording?{lucene}", "recording", params, expected="recordings")
        return [answers.candidate(each, album, isrc) for each in objects(raw.get("recordings"))]

    async def _recording(self, mbid: str) -> Sequence[Candidate | None]:
        """By look-up, which knows merged recordings and links; else by search."""
        path = f"recording/{mbid}"
        raw = await self._answers.detail(path, {"inc": _RECORDING_PARTS}, "id", key=f"{path}?full")
        if raw:
            return [answers.candidate(raw, None, None)]
        return await self._found(any_of("rid", [mbid]), None, None)

    async def _release(self, mbid: str) -> Json:
        return await self._answers.detail(f"release/{mbid}", {"inc": _RELEASE_PARTS}, "id")

    async def _artists(self, mbids: Sequence[str]) -> dict[str, Json]:
        found = {
            mbid: known for mbid in mbids if (known := self._answers.known(_artist_key(mbid))) is not None
        }
        wanting = [mbid for mbid in mbids if mbid not in found]
        for start in range(0, len(wanting), _ARTISTS_AT_ONCE):
            found |= await self._search_artists(wanting[start : start + _ARTISTS_AT_ONCE])
        for mbid in wanting:
            if mbid not in found:
                params = {"inc": _ARTIST_PARTS}
                found[mbid] = await self._answers.detail(
                    f"artist/{mbid}", params, "id", key=_artist_key(mbid)
                )
        return found

    async def _search_artists(self, mbids: Sequence[str]) -> dict[str, Json]:
        params = {"query": any_of("arid", mbids), "limit": "100"}
        try:
            raw = await self._answers.fetch("artist", params, expected="artists")
        except BadPayload:
            return {}
        found = {}
        for each in objects(raw.get("artists")):
            if (mbid := answers.mbid_of(each)) and mbid in mbids:
                found[mbid] = self._answers.keep(_artist_key(mbid), each, "id")
        return found


def _artist_key(mbid: str) -> str:
    return f"artist/{mbid}"
