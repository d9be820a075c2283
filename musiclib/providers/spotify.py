"""Spotify as a source of candidates and pictures, for those who have signed in.

An album costs two calls for all its tracks; they have no ISRC then, unless the app may ask for tracks in
batches. A track costs one call by ISRC, else one or two by names: search results are full objects.
https://developer.spotify.com/policy: what is shown is to link back, which `Candidate.links` holds.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import datetime
from functools import partial

import httpx2

from musiclib.credentials import CredentialsUnavailable
from musiclib.domain.art_ref import ArtRef
from musiclib.domain.matching import ACCEPT, REVIEW
from musiclib.domain.provenance import Plain
from musiclib.domain.references import Reference
from musiclib.domain.text import clean_isrc
from musiclib.errors import CapabilityForbidden
from musiclib.providers.albums import AlbumOffer, album_title, choose_album
from musiclib.providers.base import AnswerCache, ArtBytes, Candidate, Gate, Json, TrackQuery
from musiclib.providers.http import Retry
from musiclib.providers.payload import number, text
from musiclib.providers.pictures import LinkedPictures
from musiclib.providers.shortlist import Shortlist, Way, Words, wanted, words
from musiclib.providers.spotify_account import NAME, Access, Capabilities, load_grant
from musiclib.providers.spotify_answers import album_fields, candidate_of, credit_of, ident_of, track_fields
from musiclib.providers.spotify_api import LABEL, SpotifyAPIClient
from musiclib.providers.spotify_auth import SpotifyAccounts, SpotifyTokens

_SYNTAX = re.compile(r'[":*]')
_MOST_TITLE, _MOST_ARTIST = 120, 80
"""A query may have 250 characters."""


class SpotifyProvider:
    """A `MetadataProvider`, `BatchProvider`, `CompletingProvider`, `ArtProvider` and `ArtChooser`.

    Safe for many tasks of one event loop.
    """

    name = NAME

    def __init__(
        self,
        api: SpotifyAPIClient,
        client: httpx2.AsyncClient,
        cache: AnswerCache,
        clock: Callable[[], datetime],
        base_url: str = "https://api.spotify.com/v1",
        retry: Retry | None = None,
    ) -> None:
        """`client` fetches pictures, without a token; `base_url` is where `api` asks."""
        self._api = api
        self._art = LinkedPictures(NAME, LABEL, api.caller, client, cache, clock, base_url, retry)

    async def search(self, query: TrackQuery) -> list[Candidate]:
        """By album if the library has one, by ISRC, by filters, by plain text: until one fits."""
        shortlist = Shortlist(query)
        recording = wanted(query)
        ways: list[Way] = []
        if query.album and query.album_tracks:
            ways.append(Way(lambda: self._on_album(query), enough=ACCEPT, least=REVIEW))
        if isrc := clean_isrc(recording.isrc):
            ways.append(Way(lambda: self._by_isrc(isrc)))
        if recording.title:
            asked = words(recording)
            ways += [Way(partial(self._found, terms)) for terms in _terms(asked)]
        await shortlist.fill(ways)
        return shortlist.candidates

    async def by_reference(self, reference: Reference) -> list[Candidate]:
        """See `MetadataProvider`."""
        if reference.provider == NAME:
            track = await self._api.track(reference.external_id)
            found = [candidate_of(track)] if track else []
        elif reference.provider is None:
            found = await self._by_isrc(reference.external_id)
        else:
            found = []
        return [each for each in found if each is not None]

    async def by_ids(self, external_ids: Collection[str]) -> dict[str, Candidate]:
        """See `BatchProvider`: 50 in one request, which an app in development mode may not make."""
        full = await self._api.tracks(external_ids)
        made = {ident: candidate_of(track) for ident, track in full.items()}
        return {ident: each for ident, each in made.items() if each is not None}

    async def complete(self, candidate: Candidate, lacking: Collection[str]) -> Candidate:
        """See `CompletingProvider`: with ISRC and popularity from the track.

        The label and genres come from the album, where the app is one that gets them.
        """
        wanting = set(lacking) - set(candidate.fields)
        fields: dict[str, Plain] = {}
        if "isrc" in wanting:
            fields = track_fields(await self._api.track(candidate.external_id) or {})
        elif wanting & {"label", "genres"} and self._api.has_batches and candidate.album_external_id:
            fields = album_fields(await self._api.album(candidate.album_external_id) or {})
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

    async def _by_isrc(self, isrc: str) -> list[Candidate | None]:
        return [candidate_of(each) for each in await self._api.tracks_by_isrc(isrc)]

    async def _found(self, terms: str) -> list[Candidate | None]:
        return [candidate_of(each) for each in await self._api.search(terms)]

    async def _on_album(self, query: TrackQuery) -> list[Candidate | None]:
        album = await self._album(query)
        ident = ident_of(album)
        if ident is None:
            return []
        tracks = await self._api.album_tracks(ident)
        full = await self._in_full([track for each in tracks if (track := ident_of(each))])
        return [candidate_of(full.get(ident_of(each) or "", each), album) for each in tracks]

    async def _album(self, query: TrackQuery) -> Json:
        """The album of the query as search results hold it; an empty object if none fits."""
        title, artist = album_title(query.album or ""), query.album_artist or query.artist
        for terms in _terms(Words(title, artist, title, artist), "album"):
            offers = [
                AlbumOffer(name, credit_of(each), _count(each), each)
                for each in await self._api.search(terms, "album")
                if (name := text(each.get("name")))
            ]
            if chosen := choose_album(title, artist, query.album_tracks, offers):
                return chosen.answer
        return {}

    async def _in_full(self, ids: list[str]) -> dict[str, Json]:
        """The tracks with all that is known of them, if the app may ask for many at once."""
        try:
            return await self._api.tracks(ids)
        except CapabilityForbidden:
            return {}


async def connect_spotify(
    access: Access,
    client: httpx2.AsyncClient,
    gate: Gate,
    cache: AnswerCache,
    retry: Retry | None = None,
) -> SpotifyProvider | None:
    """The provider, or None if nobody has signed in. A keyring that is locked now may be opened later."""
    api = await connect_spotify_api(access, client, gate, cache, retry)
    if api is None:
        return None
    return SpotifyProvider(api, client, cache, access.clock, access.api_url, retry)


async def connect_spotify_api(
    access: Access,
    client: httpx2.AsyncClient,
    gate: Gate,
    cache: AnswerCache,
    retry: Retry | None = None,
) -> SpotifyAPIClient | None:
    """The same for who asks the API itself."""
    try:
        if await asyncio.to_thread(load_grant, access.store, access.client_id) is None:
            return None
    except CredentialsUnavailable:
        pass
    accounts = SpotifyAccounts(access.client_id, access.contact, access.clock, access.accounts_url)
    capabilities = Capabilities(access.memory, access.client_id, access.clock)
    tokens = SpotifyTokens(accounts, access.store, capabilities, gate, access.clock)
    return SpotifyAPIClient(client, gate, cache, access.clock, tokens, capabilities, access.api_url, retry)


def _terms(asked: Words, what: str = "track") -> list[str]:
    """Queries to try in turn: by filters, an empty one left out, then as plain text."""
    title, artist = _plain(asked.bare_title, _MOST_TITLE), _plain(asked.first_artist, _MOST_ARTIST)
    full = _plain(asked.title, _MOST_TITLE)
    if not full:
        return []
    free = f"{_plain(asked.artist, _MOST_ARTIST)} {full}".strip()
    by_filters = f'{what}:"{title or full}"'
    if artist:
        by_filters += f' artist:"{artist}"'
    return list(dict.fromkeys([by_filters, free]))


def _plain(terms: str, most: int) -> str:
    return " ".join(_SYNTAX.sub(" ", terms).split())[:most].strip()


def _count(album: Json) -> int | None:
    count = number(album.get("total_tracks"))
    return int(count) if count and count > 0 else None
