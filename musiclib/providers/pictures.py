"""Fetches pictures, bounded in bytes and pixels: a file that would unpack to gigabytes is refused.

A picture on the provider's own server takes a turn at that provider's gate. Other hosts (content networks)
are asked without one: what ails them says nothing about the provider, so their errors carry a name of
their own and never block it.
"""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

import httpx2

from musiclib.domain.art_ref import ArtRef
from musiclib.domain.image_header import read_image_header
from musiclib.domain.states import Source
from musiclib.errors import BadInput, BadPayload, ProviderUnreachable
from musiclib.providers.base import AnswerCache, ArtBytes, Candidate
from musiclib.providers.http import Caller, OneFlight, Outcome, Retry, Rule

_log = logging.getLogger(__name__)

NAME = "pictures"
MAX_ART_BYTES = 10 * 1024 * 1024
MAX_ADDRESS = 1000
_REMEMBERED_BYTES = 24 * 1024 * 1024
_HOST_RESTS = timedelta(minutes=5)
_RULES = (
    Rule(429, 429, Outcome.RATE_LIMITED),
    Rule(503, 503, Outcome.RATE_LIMITED),
    Rule(400, 499, Outcome.NOT_FOUND),
)


class Pictures:
    """Fetches pictures of one provider; the tracks of an album ask for the same one after the other."""

    def __init__(self, provider: str, label: str, cache: AnswerCache) -> None:
        self._provider = provider
        self._label = label
        self._cache = cache
        self._flights = OneFlight()
        self._recent: OrderedDict[str, ArtBytes] = OrderedDict()

    async def fetch(
        self, key: str, addresses: Iterable[str], caller: Caller, *, insist: bool = False
    ) -> ArtBytes | None:
        """The picture at the first of `addresses` (its sizes) that has one; that none has is remembered.

        A further address is tried only after one that led on to a server that lacks this size, or where the
        caller insists: most often there is no picture at all.
        Raises `BadPayload` if it is no picture or larger than a cover may be.
        """
        async with self._flights.only(key):
            if (recent := self._recent.get(key)) is not None:
                return recent
            known = self._cache.get(self._provider, key)
            if known is not None and not known.found:
                return None
            for address in addresses:
                # Pictures do not get smaller by another compression, and so cannot be a bomb of that kind.
                headers = {"Accept-Encoding": "identity"}
                answer, there = await caller.look(address, {}, MAX_ART_BYTES, headers)
                if there:
                    return self._kept(key, _checked(answer.body, address, self._provider, self._label))
                if not (answer.redirected or insist):
                    break
            self._cache.put(self._provider, key, {}, found=False)
            return None

    def _kept(self, key: str, art: ArtBytes) -> ArtBytes:
        seen = {"url": art.source_url, "mime": art.mime, "width": art.width, "height": art.height}
        self._cache.put(self._provider, key, seen, found=True)
        self._recent[key] = art
        while sum(len(each.data) for each in self._recent.values()) > _REMEMBERED_BYTES:
            self._recent.popitem(last=False)
        return art


def _checked(data: bytes, address: str, provider: str, label: str) -> ArtBytes:
    header = read_image_header(data)
    if header is None:
        raise BadPayload(provider, f"{label} sent something that is no picture. Try again later.")
    if not header.acceptable:
        raise BadPayload(
            provider,
            f"{label} sent a picture of {header.width} x {header.height} pixels, "
            "more than a cover may have. Choose another cover for this album.",
        )
    return ArtBytes(data, header.mime, header.width, header.height, provider, address)


async def first_picture(
    refs: Iterable[ArtRef], fetch: Callable[[ArtRef], Awaitable[ArtBytes | None]]
) -> ArtBytes | None:
    """The first picture there is; raises `BadPayload` if all there is is unfit."""
    unfit: BadPayload | None = None
    for ref in refs:
        try:
            art = await fetch(ref)
        except BadPayload as error:
            unfit = unfit or error
            continue
        if art is not None:
            return art
    if unfit is not None:
        raise unfit
    return None


class _Open:
    """The gate of hosts that are no provider's."""

    @asynccontextmanager
    async def slot(self, provider: str) -> AsyncIterator[None]:
        yield


class LinkedPictures:
    """The `ArtProvider` and `ArtChooser` of references of kind "url". Safe for many tasks of one event loop.

    Only https is asked, and http where the provider itself is (a server of one's own); nothing but our name
    is sent along, and no address with a name and password in it is used.
    """

    def __init__(
        self,
        name: str,
        label: str,
        own: Caller,
        client: httpx2.AsyncClient,
        cache: AnswerCache,
        clock: Callable[[], datetime],
        base_url: str,
        retry: Retry | None = None,
    ) -> None:
        """`own` calls the provider's own server, which is at `base_url`."""
        self._name = name
        self._own = own
        self._pictures = Pictures(name, label, cache)
        self._elsewhere = Caller(
            NAME, f"The server of {label}'s pictures", client, _Open(), clock, _RULES, retry
        )
        self._clock = clock
        self._base = httpx2.URL(base_url)
        self._resting: dict[str, datetime] = {}

    async def fetch_art(self, candidate: Candidate) -> ArtBytes | None:
        """See `ArtProvider`."""
        return await first_picture(await self.pictures(candidate), self.fetch_picture)

    async def pictures(self, candidate: Candidate) -> list[ArtRef]:
        """See `ArtChooser`."""
        return [ref for ref in candidate.art if (ref.provider, ref.kind) == (self._name, "url")]

    async def fetch_picture(self, ref: ArtRef) -> ArtBytes | None:
        """See `ArtChooser`."""
        url = self._address(ref.ref)
        if url is None:
            _log.info("a picture at an address that is not asked was left out")
            return None
        key = f"picture/{ref.ref}"
        if (url.host, url.port) == (self._base.host, self._base.port):
            return await self._pictures.fetch(key, [ref.ref], self._own)
        now = self._clock()
        if (until := self._resting.get(url.host)) and until > now:
            raise ProviderUnreachable(
                NAME, f"{url.host} could not be reached and rests. It will be tried again later."
            )
        try:
            return await self._pictures.fetch(key, [ref.ref], self._elsewhere)
        except ProviderUnreachable:
            self._resting[url.host] = now + _HOST_RESTS
            raise

    def _address(self, address: str) -> httpx2.URL | None:
        try:
            url = httpx2.URL(address)
        except httpx2.InvalidURL:
            return None
        secure = url.scheme == "https" or (url.scheme == "http" and self._base.scheme == "http")
        usable = secure and url.host and not url.userinfo and len(address) <= MAX_ADDRESS
        return url if usable else None


async def fetch_any_picture(
    client: httpx2.AsyncClient, address: str, clock: Callable[[], datetime], retry: Retry | None = None
) -> ArtBytes:
    """The picture at an address a person gave, bounded as all are; nothing but our name is sent along.

    Its `source_url` is the address without what may be a signature. Raises `BadInput` if there is none
    there, an error of the `ProviderError` family if the server gave no answer.
    """
    url = _plain_address(address)
    caller = Caller(NAME, f"The server {url.host}", client, _Open(), clock, _RULES, retry)
    answer, there = await caller.look(str(url), {}, MAX_ART_BYTES, {"Accept-Encoding": "identity"})
    if not there:
        raise BadInput(f"There is no picture at this address of {url.host}. Check it, or save the picture.")
    bare = str(url.copy_with(query=None, fragment=None))
    return _checked(answer.body, bare, Source.MANUAL, f"The server {url.host}")


def _plain_address(address: str) -> httpx2.URL:
    try:
        url = httpx2.URL(address.strip())
    except httpx2.InvalidURL as error:
        raise BadInput("This is not an address. It begins with https:// or http://.") from error
    if url.scheme not in ("http", "https") or not url.host or len(address) > MAX_ADDRESS:
        raise BadInput("This is not an address a picture can be taken from. It begins with https://.")
    if url.userinfo:
        raise BadInput("This address holds a name or password. Save the picture and choose the file.")
    return url
