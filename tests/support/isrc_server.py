"""A server that knows tracks by ISRC alone and answers at once, in a process of its own.

It speaks as Spotify does (search, and the token endpoint) and as Beatport does (tracks by ISRC). What an
ISRC ends in decides: 9 is not there, 8 is another artist's; all others are of the artist the number names.
`GET /asked` tells how often each ISRC was asked for.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import parse_qs, urlsplit

_BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


def isrc_of(nth: int) -> str:
    return f"ZZMLB{nth:07}"


def artist_of(nth: int) -> str:
    return f"Harbour Nine {nth % 977}"


def title_of(nth: int) -> str:
    return f"Signal {nth}"


def is_found(nth: int) -> bool:
    return nth % 10 < 8


def spotify_id(nth: int) -> str:
    digits = []
    for _ in range(6):
        nth, digit = divmod(nth, 62)
        digits.append(_BASE62[digit])
    return "0" * 16 + "".join(reversed(digits))


def spotify_answer(nth: int) -> bytes:
    items = []
    if nth % 10 != 9:
        artist = artist_of(nth) if is_found(nth) else "Somebody Else"
        album = {
            "id": spotify_id(nth // 10),
            "name": f"Night Ferry {nth // 10}",
            "album_type": "album",
            "release_date": "2021-03-05",
            "release_date_precision": "day",
            "total_tracks": 10,
            "artists": [{"id": spotify_id(nth % 977), "name": artist, "type": "artist"}],
            "images": [
                {"url": f"https://i.example/{nth}/{side}", "width": side, "height": side}
                for side in (640, 300, 64)
            ],
        }
        items.append(
            {
                "id": spotify_id(nth),
                "type": "track",
                "name": title_of(nth),
                "artists": album["artists"],
                "album": album,
                "duration_ms": 200_000 + nth % 100_000,
                "external_ids": {"isrc": isrc_of(nth)},
                "popularity": nth % 101,
                "track_number": nth % 10 + 1,
                "disc_number": 1,
            }
        )
    return json.dumps({"tracks": {"items": items, "total": len(items), "limit": 10, "offset": 0}}).encode()


def beatport_answer(nth: int) -> bytes:
    results = []
    if nth % 10 != 9:
        results.append(
            {
                "id": nth + 1,
                "name": title_of(nth),
                "mix_name": "Original Mix",
                "slug": f"signal-{nth}",
                "artists": [{"id": 1, "name": artist_of(nth) if is_found(nth) else "Somebody Else"}],
                "remixers": [],
                "bpm": 120 + nth % 20,
                "key": {"name": "Eb Minor", "camelot_number": 2, "camelot_letter": "A"},
                "genre": {"name": "Techno (Peak Time / Driving)"},
                "sub_genre": None,
                "isrc": isrc_of(nth),
                "catalog_number": f"NF{nth:05}",
                "publish_date": "2021-03-05",
                "new_release_date": "2021-03-05",
                "length_ms": 200_000 + nth % 100_000,
                "release": {"id": 7, "name": "Night Ferry", "label": {"id": 3, "name": "Quay Records"}},
            }
        )
    return json.dumps({"results": results, "count": len(results), "next": None, "previous": None}).encode()


class _Answering(asyncio.Protocol):
    """As little of HTTP/1.1 as these clients need, for as little time as can be."""

    def __init__(self, asked: Counter[str]) -> None:
        self._asked = asked
        self._held = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._held += data
        while b"\r\n\r\n" in self._held:
            head, _, rest = self._held.partition(b"\r\n\r\n")
            length = 0
            for line in head.split(b"\r\n")[1:]:
                name, _, value = line.partition(b":")
                if name.lower() == b"content-length":
                    length = int(value)
            if len(rest) < length:
                return
            self._held = rest[length:]
            self._answer(head.split(b" ", 2)[1].decode())

    def _answer(self, target: str) -> None:
        address = urlsplit(target)
        query = parse_qs(address.query)
        if address.path.endswith("/api/token"):
            body = b'{"access_token": "fast", "token_type": "Bearer", "expires_in": 3600}'
        elif address.path == "/asked":
            body = json.dumps(self._asked).encode()
        elif "isrc" in query:
            body = self._counted(query["isrc"][0], beatport_answer)
        else:
            body = self._counted(query["q"][0].removeprefix("isrc:"), spotify_answer)
        head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        assert isinstance(self._transport, asyncio.Transport)
        self._transport.write(head.encode() + body)

    def _counted(self, isrc: str, say: Callable[[int], bytes]) -> bytes:
        self._asked[isrc] += 1
        return say(int(isrc[5:]))


async def _serve() -> None:
    asked: Counter[str] = Counter()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: _Answering(asked), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    # Ends with whoever holds the other end of our input.
    await loop.run_in_executor(None, sys.stdin.read)


@contextmanager
def isrc_server() -> Iterator[str]:
    """The address of one that runs meanwhile."""
    command = [sys.executable, "-m", "tests.support.isrc_server"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield f"http://127.0.0.1:{process.stdout.readline().strip()}"
        process.kill()


def asked(address: str) -> dict[str, int]:
    """How often each ISRC was asked for."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(f"{address}/asked", timeout=10) as answer:
        counted: dict[str, int] = json.load(answer)
    return counted


if __name__ == "__main__":
    asyncio.run(_serve())
