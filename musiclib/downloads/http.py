"""Fetching a file over HTTP(S) into its part: asking, following, continuing, reading.

Runs in the transfer's own thread with the blocking client, as that moves bytes at half the cost of the
asynchronous one; all of it may be stopped from the loop at any moment (`Job`).
"""

from __future__ import annotations

import contextlib
import http.cookiejar
import ssl
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

import httpcore2
import httpx2

from musiclib.domain.states import TransferReason
from musiclib.downloads.answers import Body, Complete, StartOver, refused, understand
from musiclib.downloads.base import HttpOrigin, TransferError
from musiclib.downloads.bodies import Pace, pieces
from musiclib.downloads.job import Job
from musiclib.downloads.receiving import Receiver
from musiclib.downloads.redirects import (
    MAX_REDIRECTS,
    REDIRECTS,
    BadRedirect,
    is_same_place,
    leads_to_the_web,
    next_hop,
    port_of,
)

_EXCERPT_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True)
class Timeouts:
    """After how many seconds a server is given up."""

    connect_s: float = 10.0
    answer_s: float = 60.0
    """From asking to the end of the answer's header, redirects apart."""
    stall_s: float = 30.0
    """Without a byte."""
    slow_s: float = 60.0
    """With less than `slow_bytes`."""
    slow_bytes: int = 16 * 1024


class _ToldToEnd(ssl.SSLSocket):
    """Ends with the word of the server alone: bytes without a length may have been cut by somebody else."""

    @property
    def suppress_ragged_eofs(self) -> bool:
        return False

    @suppress_ragged_eofs.setter
    def suppress_ragged_eofs(self, value: bool) -> None:
        """`ssl` sets it to its default."""


def told_to_end(context: ssl.SSLContext) -> ssl.SSLContext:
    """The same context; a connection that breaks off is an error there, no end (RFC 9112, 9.8).

    Without effect where the system checks certificates (Windows, macOS): there audio that was cut is left
    to the checks of the file.
    """
    context.sslsocket_class = _ToldToEnd
    return context


def make_client(
    user_agent: str, timeouts: Timeouts, transport: httpx2.BaseTransport | None = None
) -> httpx2.Client:
    """A client for any number of threads. It keeps no cookie, no connection, and follows nothing."""
    no_cookies = http.cookiejar.CookieJar(http.cookiejar.DefaultCookiePolicy(allowed_domains=[]))
    return httpx2.Client(
        headers={"User-Agent": user_agent, "Accept": "*/*", "Accept-Encoding": "identity"},
        cookies=no_cookies,
        timeout=httpx2.Timeout(
            connect=timeouts.connect_s, read=timeouts.stall_s, write=timeouts.stall_s, pool=None
        ),
        limits=httpx2.Limits(max_connections=None, max_keepalive_connections=0),
        follow_redirects=False,
        verify=told_to_end(httpx2.create_ssl_context()),
        transport=transport,
    )


def host_of(address: str) -> str:
    """Host and port an address leads to. Raises `TransferError` if it is no address of the web."""
    url = _url(address)
    return f"{url.host}:{port_of(url)}"


class HttpFetch:
    """One file behind HTTP(S), on its way into a part."""

    def __init__(
        self,
        client: httpx2.Client,
        origin: HttpOrigin,
        receiver: Receiver,
        job: Job,
        *,
        timeouts: Timeouts,
        clock: Callable[[], datetime],
    ) -> None:
        self._client = client
        self._origin = origin
        self._receiver = receiver
        self._job = job
        self._timeouts = timeouts
        self._clock = clock

    def run(self) -> None:
        """Fetch until the part is complete. Raises `TransferError`, `OSError`, `Stopped`."""
        started_over = False
        while not self._receiver.complete:
            try:
                self._ask_for_more()
            except StartOver as changed:
                if started_over:
                    raise TransferError(
                        TransferReason.WRONG_RANGE, str(changed), retry=True, restart=True
                    ) from changed
                started_over = True
                self._receiver.forget()

    def _ask_for_more(self) -> None:
        asked = self._receiver.asked()
        with contextlib.ExitStack() as stack:
            with self._job.asking():
                response = stack.enter_context(self._answer(asked.headers()))
                if response.status_code not in (200, 206, 416):
                    raise self._refusal(response)
                found = understand(response.status_code, response.headers, asked, self._clock())
            if isinstance(found, Complete):
                self._receiver.finish_as_it_is()
                return
            stack.enter_context(_network(self._job, answered=True))
            self._take(response, found)

    def _take(self, response: httpx2.Response, body: Body) -> None:
        pace = Pace(self._timeouts.slow_s, self._timeouts.slow_bytes)
        content_type = response.headers.get("Content-Type", "")
        data = pieces(response, body, self._job, self._timeouts.stall_s)
        self._receiver.receive(body, pace.timed(data), lambda text: self._origin.refusal(content_type, text))

    @contextlib.contextmanager
    def _answer(self, headers: Mapping[str, str]) -> Iterator[httpx2.Response]:
        """The answer after redirects, always from the source's own address on: others go stale."""
        url, own = _url(self._origin.address()), dict(self._origin.headers)
        # A validator goes back as it came, also beyond ASCII.
        asked = httpx2.Headers(dict(headers), encoding="latin-1")
        for _ in range(MAX_REDIRECTS + 1):
            with _network(self._job, answered=False):
                request = self._client.build_request(
                    "GET", url, headers=own, extensions={"trace": self._job.trace}
                )
                request.headers.update(asked)
                response = self._client.send(request, stream=True)
            try:
                location = response.headers.get("Location")
                if response.status_code not in REDIRECTS or not location:
                    yield response
                    return
            finally:
                response.close()
            try:
                target = next_hop(url, location)
            except BadRedirect as error:
                raise TransferError(TransferReason.BAD_REDIRECT, f"The server {error}.") from error
            if not is_same_place(url, target):
                own = {}
            url = target
        said = f"The server sent us from address to address more than {MAX_REDIRECTS} times."
        raise TransferError(TransferReason.BAD_REDIRECT, said)

    def _refusal(self, response: httpx2.Response) -> TransferError:
        text = bytearray()
        with contextlib.suppress(httpx2.HTTPError):
            for data in response.iter_raw():
                text += data
                if len(text) >= _EXCERPT_BYTES:
                    break
        said = self._origin.refusal(response.headers.get("Content-Type", ""), bytes(text))
        return said or refused(response.status_code, response.headers, self._clock())


def _url(address: str) -> httpx2.URL:
    try:
        url = httpx2.URL(address)
    except (httpx2.InvalidURL, TypeError):
        url = httpx2.URL("")
    if not leads_to_the_web(url):
        raise TransferError(TransferReason.UNREACHABLE, "This is no address of a file on the web.")
    return url


@contextlib.contextmanager
def _network(job: Job, *, answered: bool) -> Iterator[None]:
    """Turns the errors of the network into those for people; those we made ourselves into `Stopped`."""
    try:
        yield
    except (httpx2.HTTPError, httpx2.StreamError, httpcore2.NetworkError, httpcore2.TimeoutException,
            httpcore2.ProtocolError) as error:  # fmt: skip
        job.keep_on()
        raise _in_words(error, answered=answered, too_late=job.too_late) from error


def _in_words(error: Exception, *, answered: bool, too_late: bool) -> TransferError:
    timed_out = isinstance(error, httpx2.TimeoutException | httpcore2.TimeoutException)
    if answered:
        what = "The server sent nothing any more." if timed_out else "The connection broke off."
        return TransferError(TransferReason.BROKEN_OFF, what, retry=True)
    if timed_out or too_late:
        what = "The server took too long to answer."
    elif isinstance(error.__cause__, ssl.SSLCertVerificationError) or "CERTIFICATE" in str(error):
        what = "The server's certificate is not valid."
    elif isinstance(error, httpx2.ProtocolError):
        return TransferError(
            TransferReason.SERVER_ERROR, "The server gave an answer that is none.", retry=True
        )
    else:
        what = "The server cannot be reached."
    return TransferError(TransferReason.UNREACHABLE, what, retry=True)
