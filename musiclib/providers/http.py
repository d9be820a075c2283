"""The way to every provider: one client, bounded answers, typed errors.

The only module here that names the HTTP library. What an answer means is a table (`Rule`): providers
put their own rows before the common ones, since some tell "slow down" by 503 and some fail inside 200.
Only network errors and server errors are tried again here; being told to slow down is the business of
the gate and the task table, which remember it over a restart.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, TypeVar

import httpx2
import stamina

from musiclib.domain.contact import NOT_SET, is_contact
from musiclib.domain.retry_after import retry_after
from musiclib.errors import (
    BadInput,
    BadPayload,
    CapabilityForbidden,
    ProviderError,
    ProviderUnreachable,
    RateLimited,
    SignInNeeded,
)
from musiclib.logs import redact
from musiclib.providers.base import Gate
from musiclib.version import installed_version

_log = logging.getLogger(__name__)

MAX_JSON_BYTES = 8 * 1024 * 1024
MAX_REDIRECTS = 5
_REDIRECTS = frozenset({301, 302, 303, 307, 308})

_RESETS = (httpx2.ReadError, httpx2.WriteError, httpx2.CloseError, httpx2.RemoteProtocolError)

T = TypeVar("T")
Params = Mapping[str, str] | Callable[[], Mapping[str, str]]
"""Parameters of a request, or what makes them once it is its turn."""


class Outcome(StrEnum):
    """What an answer means to us."""

    OK = "ok"
    NOT_FOUND = "not_found"
    RATE_LIMITED = "rate_limited"
    SIGN_IN = "sign_in"
    FORBIDDEN = "forbidden"
    TRANSIENT = "transient"
    BUSY = "busy"
    """Too many calls at this moment: worth another try soon, then the same as `RATE_LIMITED`."""
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Rule:
    """Answers with a status from `low` to `high`, and with `holds` in the body, mean `outcome`.

    With `longest`, only those whose body has at most so many bytes, white space around it aside.
    """

    low: int
    high: int
    outcome: Outcome
    holds: bytes = b""
    longest: int | None = None

    def fits(self, status: int, body: bytes) -> bool:
        if not self.low <= status <= self.high or self.holds not in body:
            return False
        return self.longest is None or len(body.strip()) <= self.longest


COMMON_RULES = (
    Rule(200, 299, Outcome.OK),
    Rule(404, 404, Outcome.NOT_FOUND),
    Rule(410, 410, Outcome.NOT_FOUND),
    Rule(429, 429, Outcome.RATE_LIMITED),
    Rule(401, 401, Outcome.SIGN_IN),
    Rule(403, 403, Outcome.FORBIDDEN),
    Rule(408, 408, Outcome.TRANSIENT),
    Rule(400, 499, Outcome.REFUSED),
    Rule(500, 599, Outcome.TRANSIENT),
)


@dataclass(frozen=True, slots=True)
class Retry:
    """How stubbornly network and server errors are tried again, and how long one call may take."""

    attempts: int = 3
    wait_initial_s: float = 0.5
    wait_max_s: float = 5.0
    call_timeout_s: float = 60.0


@dataclass(frozen=True, slots=True)
class Answer:
    """What a provider said in the end, after redirects."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    url: str
    """Where it came from in the end."""
    redirected: bool = False


class Backoff:
    """Seconds to stay away after trouble: half a minute, one, two ... an hour, halved by every success."""

    def __init__(self, longest_s: float = 3600.0, first_s: float = 30.0) -> None:
        self._longest = longest_s
        self._first = self._next = first_s

    def trouble(self) -> float:
        now = self._next
        self._next = min(now * 2, self._longest)
        return now

    def success(self) -> None:
        self._next = max(self._next / 2, self._first)


class OneFlight:
    """Lets only one caller at a time work on the same key; others wait and then find it in the cache."""

    def __init__(self) -> None:
        self._locks: dict[str, tuple[asyncio.Lock, int]] = {}

    @asynccontextmanager
    async def only(self, key: str) -> AsyncIterator[None]:
        lock, users = self._locks.get(key, (asyncio.Lock(), 0))
        self._locks[key] = lock, users + 1
        try:
            async with lock:
                yield
        finally:
            lock, users = self._locks.pop(key)
            if users > 1:
                self._locks[key] = lock, users - 1


class _Again(Exception):
    """A call that may work when it is tried once more; carries the reason for people."""


class _Busy(_Again):
    """One that was refused for the moment only."""

    def __init__(self, reason: str, headers: Mapping[str, str]) -> None:
        super().__init__(reason)
        self.headers = headers


def app_version() -> str:
    """What the providers are told."""
    return installed_version() or "0.dev"


def user_agent(contact: str, version: str) -> str:
    """`musiclib/VERSION ( contact )`: MusicBrainz blocks addresses whose programs do not say who they are.

    Without a contact it says that there is none. Raises `BadInput` if it cannot stand in a header.
    """
    contact = contact.strip() or NOT_SET
    if not is_contact(contact):
        raise BadInput(
            "The contact in the settings must be a web or mail address in plain letters: "
            "providers ask who is calling. Set it and try again."
        )
    return f"musiclib/{version} ( {contact} )"


def make_client(
    contact: str, version: str | None = None, transport: httpx2.AsyncBaseTransport | None = None
) -> httpx2.AsyncClient:
    """One client for all providers; close it with `aclose()`. Redirects are followed by `Caller`."""
    return httpx2.AsyncClient(
        headers={"User-Agent": user_agent(contact, version or app_version())},
        timeout=httpx2.Timeout(connect=10.0, read=20.0, write=10.0, pool=60.0),
        limits=httpx2.Limits(max_connections=8, max_keepalive_connections=4),
        follow_redirects=False,
        transport=transport,
    )


class Caller:
    """Calls one provider through its gate and tells its answers and errors apart."""

    def __init__(
        self,
        provider: str,
        label: str,
        client: httpx2.AsyncClient,
        gate: Gate,
        clock: Callable[[], datetime],
        rules: tuple[Rule, ...] = (),
        retry: Retry | None = None,
        *,
        inside: Callable[[dict[str, Any]], Outcome | None] = lambda answer: None,
        resets: Outcome = Outcome.TRANSIENT,
        backoff: Backoff | None = None,
        explain: Callable[[Answer], ProviderError | None] = lambda answer: None,
    ) -> None:
        """`label` is the provider's name for people; `rules` come before the common ones.

        `inside` says what a JSON object that came as a success means, if it is none; `resets` what a
        connection that broke means; `backoff` how long to stay away where the provider does not say.
        `explain` makes the error of an answer that says more than the rules can tell.
        """
        self.provider = provider
        self.label = label
        self._client = client
        self._gate = gate
        self._clock = clock
        self._rules = rules + COMMON_RULES
        self._retry = retry or Retry()
        self._inside = inside
        self._resets = resets
        self._backoff = backoff or Backoff()
        self._explain = explain
        self._away: tuple[datetime, float] | None = None
        """Since when we stay away without having been told for how long, and for how many seconds."""

    async def get_json(
        self, url: str, params: Params, headers: Mapping[str, str] | None = None
    ) -> dict[str, Any] | None:
        """The JSON object at an address; None if the provider does not know the thing."""
        wanted = {"Accept": "application/json", **(headers or {})}
        return await self._tried(url, params, MAX_JSON_BYTES, wanted, self._read_json)

    async def get(
        self, url: str, params: Params, max_bytes: int, headers: Mapping[str, str]
    ) -> Answer | None:
        """The answer at an address; None if the provider does not know the thing.

        Raises an error of the `ProviderError` family. Every attempt takes a turn at the gate.
        """
        answer, known = await self.look(url, params, max_bytes, headers)
        return answer if known else None

    async def look(
        self, url: str, params: Params, max_bytes: int, headers: Mapping[str, str]
    ) -> tuple[Answer, bool]:
        """As `get`, for those who also want to see what came where there is no such thing (False)."""
        return await self._tried(url, params, max_bytes, headers, self._read)

    async def _tried(
        self,
        url: str,
        params: Params,
        max_bytes: int,
        headers: Mapping[str, str],
        read: Callable[[Answer], T],
    ) -> T:
        retry = self._retry
        attempts = stamina.retry_context(
            on=_Again,
            attempts=retry.attempts,
            timeout=None,
            wait_initial=retry.wait_initial_s,
            wait_max=retry.wait_max_s,
            wait_jitter=retry.wait_initial_s,
        )
        try:
            async for attempt in attempts:
                with attempt:
                    async with self._gate.slot(self.provider):
                        asked = params() if callable(params) else params
                        answer = await self._once(url, asked, max_bytes, headers)
                        _log.debug("%s: %s, %d bytes", answer.url, answer.status, len(answer.body))
                        return read(answer)
        except _Busy as error:
            raise self._rate_limited(error.headers) from error
        except _Again as error:
            raise ProviderUnreachable(
                self.provider, f"{self.label} cannot be reached ({error}). It will be tried again later."
            ) from error
        raise AssertionError("a retry loop ends by returning or raising")

    async def _once(
        self, url: str, params: Mapping[str, str], max_bytes: int, headers: Mapping[str, str]
    ) -> Answer:
        try:
            async with asyncio.timeout(self._retry.call_timeout_s):
                return await self._follow(httpx2.URL(url).copy_merge_params(params), max_bytes, headers)
        except TimeoutError as error:
            raise _Again("it took too long to answer") from error
        except httpx2.TimeoutException as error:
            raise _Again("it took too long to answer") from error
        except (httpx2.TransportError, httpx2.DecodingError) as error:
            if self._resets is Outcome.BUSY and isinstance(error, _RESETS):
                raise _Busy(_in_words(error), {}) from error
            raise _Again(_in_words(error)) from error

    async def _follow(self, url: httpx2.URL, max_bytes: int, headers: Mapping[str, str]) -> Answer:
        for hops in range(MAX_REDIRECTS + 1):
            request = self._client.build_request("GET", url, headers=dict(headers))
            response = await self._client.send(request, stream=True)
            try:
                location = response.headers.get("Location")
                if response.status_code not in _REDIRECTS or not location:
                    body = await self._body(response, max_bytes)
                    return Answer(response.status_code, response.headers, body, str(url), hops > 0)
                target = self._next_hop(url, location)
                if (target.scheme, target.host, target.port) != (url.scheme, url.host, url.port):
                    headers = {name: value for name, value in headers.items() if name != "Authorization"}
                url = target
            finally:
                await response.aclose()
        raise self._bad(f"sent us from address to address more than {MAX_REDIRECTS} times")

    def _next_hop(self, url: httpx2.URL, location: str) -> httpx2.URL:
        try:
            target = url.join(location)
        except httpx2.InvalidURL as error:
            raise self._bad("sent us to an address that is none") from error
        if target.scheme not in ("http", "https") or not target.host or target.userinfo:
            raise self._bad("sent us to an address that is none")
        if url.scheme == "https" and target.scheme == "http":
            raise self._bad("sent us to an address that is not secure")
        return target

    async def _body(self, response: httpx2.Response, max_bytes: int) -> bytes:
        told = response.headers.get("Content-Length", "")
        if told.isdigit() and int(told) > max_bytes:
            raise self._bad(f"sent an answer larger than {max_bytes:,} bytes")
        body = bytearray()
        async for chunk in response.aiter_bytes(64 * 1024):
            body += chunk
            if len(body) > max_bytes:
                raise self._bad(f"sent an answer larger than {max_bytes:,} bytes")
        return bytes(body)

    def _read(self, answer: Answer) -> tuple[Answer, bool]:
        return answer, self._is_known(answer, classify(answer, self._rules))

    def _read_json(self, answer: Answer) -> dict[str, Any] | None:
        outcome = classify(answer, self._rules)
        parsed = self._json(answer) if outcome is Outcome.OK else {}
        known = self._is_known(answer, self._inside(parsed) or outcome)
        return parsed if known else None

    def _is_known(self, answer: Answer, outcome: Outcome) -> bool:
        """Whether the provider knows the thing; raises for all that is no answer to that."""
        if (explained := self._explain(answer)) is not None:
            raise explained
        if outcome is Outcome.TRANSIENT:
            raise _Again(f"status {answer.status}")
        if outcome is Outcome.BUSY:
            raise _Busy("it is busy", answer.headers)
        if outcome is Outcome.RATE_LIMITED:
            raise self._rate_limited(answer.headers)
        self._backoff.success()
        if outcome in (Outcome.OK, Outcome.NOT_FOUND):
            return outcome is Outcome.OK
        if outcome is Outcome.SIGN_IN:
            raise SignInNeeded(self.provider, f"{self.label} asks you to sign in again.")
        if outcome is Outcome.FORBIDDEN:
            capability = httpx2.URL(answer.url).path
            raise CapabilityForbidden(self.provider, f"{self.label} does not allow this request.", capability)
        raise self._bad(f"refused our request with status {answer.status}: {_excerpt(answer.body)}")

    def _rate_limited(self, headers: Mapping[str, str]) -> RateLimited:
        now = self._clock()
        until = retry_after(headers.get("Retry-After"), now) or self._untold(now)
        return RateLimited(self.provider, f"{self.label} asked us to slow down.", until)

    def _untold(self, now: datetime) -> datetime:
        """How long to stay away. Several calls that are refused together are one trouble."""
        if self._away is not None:
            since, wait_s = self._away
            if since <= now < since + timedelta(seconds=wait_s):
                return since + timedelta(seconds=wait_s)
        self._away = now, self._backoff.trouble()
        return now + timedelta(seconds=self._away[1])

    def _json(self, answer: Answer) -> dict[str, Any]:
        if answer.body.lstrip()[:1] == b"<":
            # Not the provider's word: a network that wants a sign-in, or a server that is being mended.
            raise _Again("a web page came instead of data; perhaps this network asks you to sign in")
        try:
            parsed = json.loads(answer.body, parse_constant=_no_constant)
        except (ValueError, RecursionError) as error:
            raise self._bad(f"sent something that is not JSON: {_excerpt(answer.body)}") from error
        if not isinstance(parsed, dict):
            raise self._bad("sent JSON of another shape than documented")
        return parsed

    def _bad(self, what: str) -> BadPayload:
        return BadPayload(self.provider, f"{self.label} {what}. Retry later; other sources go on.")


def classify(answer: Answer, rules: tuple[Rule, ...]) -> Outcome:
    """What the first rule that fits says; an answer no rule knows (a redirect to nowhere) is refused."""
    for rule in rules:
        if rule.fits(answer.status, answer.body):
            return rule.outcome
    return Outcome.REFUSED


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is not JSON")


def _excerpt(body: bytes) -> str:
    # A server may send back what it was sent.
    text = redact(" ".join(body[:200].decode("utf-8", "replace").split()))
    return repr(text[:80]) if text else "nothing"


def _in_words(error: Exception) -> str:
    if isinstance(error, httpx2.ConnectError):
        return "no connection"
    if isinstance(error, httpx2.DecodingError):
        return "its answer was garbled"
    return "the connection broke"
