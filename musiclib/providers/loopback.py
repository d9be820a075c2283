"""Waits on this computer for the browser to come back from a sign-in page (RFC 8252, section 7.3)."""

from __future__ import annotations

import asyncio
import concurrent.futures
import errno
import html
import socket
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from musiclib.errors import PortInUse, SignInCancelled, SignInFailed, SignInTimedOut

HOST = "127.0.0.1"
PATH = "/callback"
_MOST_HEAD = 16 * 1024
_REQUEST_TIMEOUT_S = 5.0


@dataclass(frozen=True, slots=True)
class Visit:
    """What a visit to the address means."""

    status: int
    """Of HTTP."""
    sentence: str
    """For the person in front of the browser."""
    outcome: str | SignInFailed | None = None
    """What the waiting ends with, if it does."""


class Loopback:
    """A listener for one sign-in. `wait` is for one thread, `settle` and `cancel` are for any."""

    def __init__(self, port: int) -> None:
        """Listens from now on; port 0 takes a free one. Raises `PortInUse`."""
        try:
            self._socket = socket.create_server((HOST, port))
        except OSError as error:
            if error.errno in (errno.EADDRINUSE, errno.EACCES):
                raise PortInUse(
                    f"Port {port} is in use by another program. Close it, or set spotify_redirect_port to 0 "
                    "or to another port (and register that one with Spotify)."
                ) from error
            raise SignInFailed(
                f"The sign-in cannot listen on this computer ({error.strerror}). Try again."
            ) from error
        self.address = f"http://{HOST}:{self._socket.getsockname()[1]}{PATH}"
        self._answer: concurrent.futures.Future[str] = concurrent.futures.Future()

    def wait(self, judge: Callable[[str], Visit], timeout_s: float) -> str:
        """What `settle` was called with. `judge` is called with the query of each visit to the address.

        Other paths are answered by 404 and are none. Raises what `settle` was called with,
        `SignInCancelled` and `SignInTimedOut`.
        """
        try:
            return asyncio.run(self._listen(judge, timeout_s))
        finally:
            self._socket.close()

    def settle(self, outcome: str | SignInFailed) -> None:
        """End the waiting; only the first call counts."""
        try:
            if isinstance(outcome, str):
                self._answer.set_result(outcome)
            else:
                self._answer.set_exception(outcome)
        except concurrent.futures.InvalidStateError:
            return

    def cancel(self) -> None:
        self.settle(SignInCancelled("The sign-in was cancelled."))

    def close(self) -> None:
        """Listen no more, if nobody has waited."""
        self._socket.close()

    async def _listen(self, judge: Callable[[str], Visit], timeout_s: float) -> str:
        visitors: dict[asyncio.Task[Any] | None, asyncio.StreamWriter] = {}

        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            visitors[asyncio.current_task()] = writer
            outcome = await _serve(judge, reader, writer)
            del visitors[asyncio.current_task()]
            if outcome is not None:
                self.settle(outcome)

        server = await asyncio.start_server(serve, sock=self._socket, limit=_MOST_HEAD)
        try:
            async with asyncio.timeout(timeout_s):
                return await asyncio.wrap_future(self._answer)
        except TimeoutError as error:
            raise SignInTimedOut(
                f"Nobody came back from Spotify within {timeout_s / 60:.0f} minutes. Try again."
            ) from error
        finally:
            server.close()
            # Python 3.11 reports a visitor that is cancelled as an error; one that is hung up on just ends.
            for writer in visitors.values():
                writer.transport.abort()
            await asyncio.gather(*filter(None, visitors))


async def _serve(
    judge: Callable[[str], Visit], reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> str | SignInFailed | None:
    """One request of a browser; some connect and ask nothing."""
    visit: Visit | None = None
    try:
        async with asyncio.timeout(_REQUEST_TIMEOUT_S):
            head = await reader.readuntil(b"\r\n\r\n")
            method, target = head.split(b"\r\n", 1)[0].decode("ascii").split(" ")[:2]
            path, _, query = target.partition("?")
            if method != "GET":
                visit = Visit(405, "This page can only be visited.")
            elif path != PATH:
                visit = Visit(404, "There is nothing here.")
            else:
                visit = judge(query)
            writer.write(_page(visit))
            await writer.drain()
    except (TimeoutError, OSError, ValueError, EOFError, asyncio.LimitOverrunError):
        pass  # a browser that went away has still brought what it brought
    finally:
        writer.close()
    return visit.outcome if visit else None


def _page(visit: Visit) -> bytes:
    body = (
        '<!doctype html><html><head><meta charset="utf-8"><title>musiclib</title></head>'
        f"<body><p>{html.escape(visit.sentence)}</p></body></html>"
    ).encode()
    head = (
        f"HTTP/1.1 {visit.status} {'OK' if visit.status == 200 else 'Refused'}\r\n"
        "Content-Type: text/html; charset=utf-8\r\nCache-Control: no-store\r\n"
        f"Referrer-Policy: no-referrer\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    )
    return head.encode() + body
