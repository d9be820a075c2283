"""Spotify's Web API (https://developer.spotify.com/documentation/web-api), the part that looks things up.

An app in development mode is the normal case: batch requests answer 403, a search gives at most 10 results,
and fields are absent, null, 0 or empty. `next` of a page is never followed: it may name another host.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Protocol

import httpx2

from musiclib.credentials import Secret
from musiclib.domain.retry_after import retry_after
from musiclib.errors import (
    BadPayload,
    CapabilityForbidden,
    ProviderError,
    QuotaExceeded,
    RateLimited,
    SignInNeeded,
)
from musiclib.providers.base import ANSWERS_KEPT, AnswerCache, Gate, Json, Kept
from musiclib.providers.http import Answer, Backoff, Caller, OneFlight, Retry
from musiclib.providers.payload import mapping, objects, text
from musiclib.providers.spotify_account import NAME, Capabilities, Refusal

_log = logging.getLogger(__name__)

LABEL = "Spotify"
SEARCH_LIMIT = 10
QUOTA_EXCEEDED = "QUOTA_EXCEEDED"
_PAGE = 50
_BATCH = {"tracks": 50, "albums": 20, "artists": 50}
_MOST_PAGES = 20
_SMALLER_PAGES = (10, 5)
_FIRST_REST_S = 30.0
_LONGEST_REST_S = 3600.0
_KEPT = ANSWERS_KEPT[NAME]
_KEPT_ISRC = replace(_KEPT, missed=timedelta(days=1))
"""Their search by ISRC has found nothing at all for days before."""
_ID = re.compile(r"[0-9A-Za-z]{1,64}")
_NOT_ALLOWED = re.compile(r"not registered|user management|allow[- ]?list|whitelist", re.IGNORECASE)


class TokenSource(Protocol):
    """Where access tokens come from. Each method raises errors of the `ProviderError` family."""

    async def token(self) -> Secret: ...

    async def after(self, refused: Secret) -> Secret:
        """Another token than one the API refused."""
        ...

    async def give_up(self) -> SignInNeeded:
        """The API refused a fresh token too; returns what to raise."""
        ...


class _Refused(CapabilityForbidden):
    """A 403 whose meaning depends on what was asked for."""

    def __init__(self, said: str) -> None:
        super().__init__(NAME, "Spotify does not allow this request.", "?")
        self.said = said


class _PageTooLarge(BadPayload):
    pass


class SpotifyAPIClient:
    """Asks the Web API with a person's token. Safe for many tasks of one event loop.

    Answers come from the cache where it has them: hits for at most 30 days, as Spotify's terms want.
    All methods raise errors of the `ProviderError` family; `CapabilityForbidden` if this app may not ask.
    """

    def __init__(
        self,
        client: httpx2.AsyncClient,
        gate: Gate,
        cache: AnswerCache,
        clock: Callable[[], datetime],
        tokens: TokenSource,
        capabilities: Capabilities,
        base_url: str = "https://api.spotify.com/v1",
        retry: Retry | None = None,
    ) -> None:
        self._clock = clock
        self._backoff = Backoff(_LONGEST_REST_S, _FIRST_REST_S)
        self.caller = Caller(
            NAME, LABEL, client, gate, clock, retry=retry, backoff=self._backoff, explain=self._explain
        )
        self._cache = cache
        self._tokens = tokens
        self._capabilities = capabilities
        self._base_url = base_url.rstrip("/")
        self._flights = OneFlight()
        self._was_served = False
        self.has_batches = False
        """A batch was answered: the app is not in development mode, and other fields are there too."""

    async def search(self, query: str, kind: str = "track", kept: Kept = _KEPT) -> list[Json]:
        """The first ten "track"s or "album"s for a query; tracks are full objects.

        See https://developer.spotify.com/documentation/web-api/reference/search for the filters.
        """
        part = f"{kind}s"

        async def call() -> Json:
            answer = await self._page("search", "search", {"q": query, "type": kind}, SEARCH_LIMIT)
            return {part: _items(mapping(answer.get(part)))[:SEARCH_LIMIT]}

        raw = await self._kept(f"search?{kind}:{query}", call, kept, found=lambda raw: bool(raw[part]))
        return objects(raw.get(part))

    async def search_track_by_isrc(
        self, isrc: str, fits: Callable[[Json], bool] = lambda track: True
    ) -> Json | None:
        """The first track with this ISRC that fits, or None; labels reuse them, so look at what it is."""
        return next(filter(fits, await self.tracks_by_isrc(isrc)), None)

    async def tracks_by_isrc(self, isrc: str) -> list[Json]:
        """All its issues (single, album, compilation). One ISRC a call: the API knows no OR."""
        return await self.search(f"isrc:{isrc}", kept=_KEPT_ISRC)

    async def track(self, track_id: str) -> Json | None:
        return await self._one("tracks", track_id)

    async def album(self, album_id: str) -> Json | None:
        return await self._one("albums", album_id)

    async def artist(self, artist_id: str) -> Json | None:
        return await self._one("artists", artist_id)

    async def album_tracks(self, album_id: str) -> list[Json]:
        """All tracks of an album, in order, as short objects: they have no ISRC."""
        if not _ID.fullmatch(album_id):
            return []
        path = f"albums/{album_id}/tracks"

        async def call() -> Json:
            found: list[Json] = []
            for _ in range(_MOST_PAGES):
                params = {"offset": str(len(found))} if found else {}
                page = await self._page("albums/{id}/tracks", path, params, _PAGE)
                items = _items(page) if page else []
                found += items
                total = page.get("total")
                if not items or not isinstance(total, int) or len(found) >= total:
                    break
            return {"items": found}

        raw = await self._kept(path, call, _KEPT, found=lambda raw: bool(raw["items"]))
        return objects(raw.get("items"))

    async def tracks(self, ids: Iterable[str]) -> dict[str, Json]:
        """Full tracks by id, 50 a call; unknown ones are absent. Most apps may not."""
        return await self._many("tracks", ids)

    async def albums(self, ids: Iterable[str]) -> dict[str, Json]:
        """As `tracks`, 20 a call."""
        return await self._many("albums", ids)

    async def artists(self, ids: Iterable[str]) -> dict[str, Json]:
        return await self._many("artists", ids)

    async def _one(self, kind: str, ident: str) -> Json | None:
        if not _ID.fullmatch(ident):
            return None
        path = f"{kind}/{ident}"

        async def call() -> Json:
            answer = await self._call(f"{kind}/{{id}}", path, {})
            if answer and "id" not in answer:
                raise _odd()
            return answer

        return await self._kept(path, call, _KEPT, found=bool) or None

    async def _many(self, kind: str, ids: Iterable[str]) -> dict[str, Json]:
        wanted = [each for each in dict.fromkeys(ids) if _ID.fullmatch(each)]
        found: dict[str, Json] = {}
        async with self._flights.only(f"{kind}?{','.join(wanted)}"):
            asked: list[str] = []
            for ident in wanted:
                known = self._cache.get(NAME, f"{kind}/{ident}", _KEPT)
                if known is None:
                    asked.append(ident)
                elif known.found:
                    found[ident] = known.raw
            for start in range(0, len(asked), _BATCH[kind]):
                some = asked[start : start + _BATCH[kind]]
                answer = await self._call(kind, kind, {"ids": ",".join(some)})
                if not isinstance(answer.get(kind), list):
                    raise _odd()
                self.has_batches = True
                found |= self._keep_each(kind, some, objects(answer[kind]))
        return found

    def _keep_each(self, kind: str, ids: Collection[str], answers: Iterable[Json]) -> dict[str, Json]:
        named = {str(each.get("id")): each for each in answers}
        for ident in ids:
            self._cache.put(NAME, f"{kind}/{ident}", named.get(ident, {}), found=ident in named)
        return {ident: named[ident] for ident in ids if ident in named}

    async def _kept(
        self,
        key: str,
        call: Callable[[], Awaitable[Json]],
        kept: Kept,
        found: Callable[[Json], bool],
    ) -> Json:
        """What is known under `key`, else what `call` brings."""
        async with self._flights.only(key):
            known = self._cache.get(NAME, key, kept)
            if known is not None:
                return known.raw
            raw = await call()
            self._cache.put(NAME, key, raw, found=found(raw))
            return raw

    async def _page(self, endpoint: str, path: str, params: Mapping[str, str], usual: int) -> Json:
        """A page as large as this app may have it."""
        sizes = [self._capabilities.page_size(endpoint, usual)]
        sizes += [each for each in _SMALLER_PAGES if each < sizes[0]]
        for size in sizes[:-1]:
            try:
                return await self._call(endpoint, path, {**params, "limit": str(size)})
            except _PageTooLarge:
                smaller = sizes[sizes.index(size) + 1]
                _log.info("%s gives no %d at once; asking for %d", endpoint, size, smaller)
                self._capabilities.set_page_size(endpoint, smaller)
        return await self._call(endpoint, path, {**params, "limit": str(sizes[-1])})

    async def _call(self, endpoint: str, path: str, params: Mapping[str, str]) -> Json:
        """The answer; an empty object if there is no such thing."""
        self._capabilities.check(endpoint)
        token = await self._tokens.token()
        try:
            return await self._get(endpoint, path, params, token)
        except SignInNeeded:
            _log.info("the access token was refused; asking for another")
        token = await self._tokens.after(token)
        try:
            return await self._get(endpoint, path, params, token)
        except SignInNeeded:
            needed = await self._tokens.give_up()
        raise needed

    async def _get(self, endpoint: str, path: str, params: Mapping[str, str], token: Secret) -> Json:
        headers = {"Authorization": f"Bearer {token.reveal()}"}
        refused: ProviderError
        try:
            answer = await self.caller.get_json(f"{self._base_url}/{path}", params, headers)
        except _Refused as error:
            refused = self._meaning(endpoint, error.said)
        except _PageTooLarge:
            raise
        except BadPayload:
            # Its message quotes the answer, and a server may send back what it was sent.
            refused = _odd()
        else:
            self._was_served = True
            return answer or {}
        raise refused from None

    def _meaning(self, endpoint: str, said: str) -> CapabilityForbidden:
        """Which of the three kinds of 403 this is; it is remembered."""
        if "premium" in said.lower():
            return self._capabilities.refuse(Refusal.PREMIUM)
        if _NOT_ALLOWED.search(said) or (endpoint == "search" and not self._was_served):
            # Who is not on the list of the app's users gets a token, and then nothing.
            return self._capabilities.refuse(Refusal.USER)
        return self._capabilities.close(endpoint)

    def _explain(self, answer: Answer) -> ProviderError | None:
        if answer.status == 429:
            return self._rate_limited(answer)
        if answer.status == 403:
            return _Refused(_message(answer.body))
        if answer.status in (400, 422) and "limit" in _message(answer.body).lower():
            return _PageTooLarge(NAME, "Spotify does not give so many results at once.")
        return None

    def _rate_limited(self, answer: Answer) -> RateLimited:
        now = self._clock()
        rest = now + timedelta(seconds=self._backoff.trouble())
        told = retry_after(answer.headers.get("Retry-After"), now)
        until = told if told is not None and told > now else rest
        reason = text(mapping(_parsed(answer.body).get("error")).get("reason"))
        if reason == QUOTA_EXCEEDED:
            return QuotaExceeded(NAME, "Spotify's quota for your developer account is used up.", until)
        return RateLimited(NAME, "Spotify asked us to slow down.", until)


def _items(page: Json) -> list[Json]:
    if not isinstance(page.get("items"), list):
        raise _odd()
    return objects(page["items"])


def _odd() -> BadPayload:
    return BadPayload(NAME, "Spotify answered with something else than documented. It will be asked again.")


def _message(body: bytes) -> str:
    """What an error says: `error.message`, its problem details, or plain text."""
    parsed = _parsed(body)
    told = text(mapping(parsed.get("error")).get("message"))
    return told or body[:2000].decode("utf-8", "replace")


def _parsed(body: bytes) -> Json:
    try:
        return mapping(json.loads(body))
    except (ValueError, RecursionError):
        return {}
