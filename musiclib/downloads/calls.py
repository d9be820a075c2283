"""Asks a source what it has: bounded JSON over HTTP, with errors of the `TransferError` kind.

The metadata providers have their own caller with gates and budgets in the database; a source of audio is a
server of the person's, or one whose searches are few.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

import httpx2
import stamina

from musiclib.domain.retry_after import retry_after
from musiclib.domain.states import TransferReason
from musiclib.downloads.base import TransferError
from musiclib.downloads.redirects import (
    MAX_REDIRECTS,
    REDIRECTS,
    BadRedirect,
    is_same_place,
    leads_to_the_web,
    next_hop,
)

MAX_ANSWER_BYTES = 32 * 1024 * 1024
"""The files of an Internet Archive item of some thousand pieces are some megabytes."""
_TYPED = {
    401: (TransferReason.SIGN_IN_NEEDED, "asks for a user name and a password that are right"),
    403: (TransferReason.FORBIDDEN, "does not allow this"),
    404: (TransferReason.GONE, "does not know this any more"),
    410: (TransferReason.GONE, "does not know this any more"),
}

_NO_ADDRESS = "has an address that is none. Check it in the settings"

Params = Sequence[tuple[str, str]]


class _Again(Exception):
    """Worth another try in some seconds; carries the error that stands if that fails too."""

    def __init__(self, error: TransferError) -> None:
        super().__init__(str(error))
        self.error = error


class Turns:
    """Lets calls to one source begin one after another, `per_s` a second at most, `at_once` under way."""

    def __init__(self, per_s: float, at_once: int) -> None:
        self._apart = 1 / per_s
        self._free = asyncio.Semaphore(at_once)
        self._next = 0.0

    async def __aenter__(self) -> None:
        await self._free.acquire()
        try:
            loop = asyncio.get_running_loop()
            begin = max(self._next, loop.time())
            self._next = begin + self._apart
            await asyncio.sleep(begin - loop.time())
        except BaseException:
            self._free.release()
            raise

    async def __aexit__(self, *of_error: object) -> None:
        self._free.release()


class SourceCaller:
    """Calls of one source. Errors name it by its label and never hold an address: that may carry a token."""

    def __init__(
        self,
        label: str,
        client: httpx2.AsyncClient,
        clock: Callable[[], datetime],
        turns: Turns | None = None,
        *,
        attempts: int = 3,
        wait_s: float = 0.5,
    ) -> None:
        self.label = label
        self._client = client
        self._clock = clock
        self._turns = turns or Turns(per_s=20, at_once=4)
        self._attempts = attempts
        self._wait_s = wait_s

    async def get_json(
        self,
        url: str,
        params: Params | Callable[[], Params] = (),
        headers: Mapping[str, str] | None = None,
    ) -> Any:
        """What JSON the address answers with. `params` may be made anew for each try (salted tokens).

        `headers` go to the host of the address only. Network and server errors are tried again some times;
        raises `TransferError`.
        """
        attempts = stamina.retry_context(
            on=_Again, attempts=self._attempts, timeout=None, wait_initial=self._wait_s, wait_max=5.0
        )
        try:
            async for attempt in attempts:
                with attempt:
                    async with self._turns:
                        made = params() if callable(params) else params
                        return await self._once(self._whole(url, made), headers or {})
        except _Again as again:
            raise again.error from again
        raise AssertionError("a retry loop ends by returning or raising")

    def _whole(self, url: str, params: Params) -> httpx2.URL:
        try:
            whole = httpx2.URL(url).copy_merge_params(list(params))
        except httpx2.InvalidURL as error:
            raise self._refused(TransferReason.UNREACHABLE, _NO_ADDRESS) from error
        if not leads_to_the_web(whole):
            raise self._refused(TransferReason.UNREACHABLE, _NO_ADDRESS)
        return whole

    async def _once(self, url: httpx2.URL, headers: Mapping[str, str]) -> Any:
        try:
            for _ in range(MAX_REDIRECTS + 1):
                request = self._client.build_request("GET", url, headers=dict(headers))
                response = await self._client.send(request, stream=True, follow_redirects=False)
                try:
                    location = response.headers.get("Location")
                    if response.status_code not in REDIRECTS or not location:
                        return self._read(response, await self._body(response))
                    target = next_hop(url, location)
                finally:
                    await response.aclose()
                if not is_same_place(url, target):
                    headers = {}
                url = target
        except BadRedirect as error:
            raise self._refused(TransferReason.BAD_REDIRECT, str(error)) from error
        except httpx2.TimeoutException as error:
            raise self._again(TransferReason.UNREACHABLE, "takes too long to answer") from error
        except (httpx2.TransportError, httpx2.DecodingError) as error:
            raise self._again(TransferReason.UNREACHABLE, "cannot be reached") from error
        raise self._refused(TransferReason.BAD_REDIRECT, "sent us from address to address without end")

    async def _body(self, response: httpx2.Response) -> bytes:
        body = bytearray()
        async for chunk in response.aiter_bytes():
            body += chunk
            if len(body) > MAX_ANSWER_BYTES:
                raise self._refused(TransferReason.TOO_LARGE, "sends an answer that has no end")
        return bytes(body)

    def _read(self, response: httpx2.Response, body: bytes) -> Any:
        status = response.status_code
        if status == 429 or (status == 503 and "Retry-After" in response.headers):
            until = retry_after(response.headers.get("Retry-After"), self._clock())
            raise TransferError(
                TransferReason.RATE_LIMITED, f"{self.label} asks us to slow down.", retry=True, until=until
            )
        if status in _TYPED:
            reason, words = _TYPED[status]
            raise self._refused(reason, words)
        if status >= 500 or status == 408:
            raise self._again(TransferReason.SERVER_ERROR, f"has a fault of its own (status {status})")
        if not 200 <= status < 300:
            raise self._refused(TransferReason.SERVER_ERROR, f"refuses our question (status {status})")
        try:
            return json.loads(body)
        except (ValueError, RecursionError) as error:
            raise self._refused(
                TransferReason.SERVER_ERROR, "answers with something else than it should. Check its address"
            ) from error

    def _refused(self, reason: TransferReason, words: str) -> TransferError:
        return TransferError(reason, f"{self.label} {words}.")

    def _again(self, reason: TransferReason, words: str) -> _Again:
        return _Again(TransferError(reason, f"{self.label} {words}. It is asked again later.", retry=True))


def make_client(user_agent: str) -> httpx2.AsyncClient:
    """Redirects are followed by `SourceCaller`."""
    return httpx2.AsyncClient(
        headers={"User-Agent": user_agent, "Accept": "application/json"},
        timeout=httpx2.Timeout(connect=10.0, read=30.0, write=10.0, pool=120.0),
        limits=httpx2.Limits(max_connections=8, max_keepalive_connections=4),
        follow_redirects=False,
    )
