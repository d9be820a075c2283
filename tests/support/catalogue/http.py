"""Requests and answers as the providers' servers see them, and a log of who asked what, when."""

from __future__ import annotations

import json
import re
import struct
import time
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    """Below the provider's base address: "/search"."""
    args: Mapping[str, str]
    headers: Mapping[str, str]
    base_url: str
    """The provider's, without a slash at its end."""
    body: bytes = b""

    def number(self, name: str, default: int) -> int:
        value = self.args.get(name, "")
        return int(value) if value.isdigit() else default


@dataclass(frozen=True)
class Response:
    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def json(cls, content: Any, status: int = 200, **headers: str) -> Response:
        told = {"Content-Type": "application/json; charset=utf-8"}
        told |= {name.replace("_", "-"): value for name, value in headers.items()}
        return cls(status, json.dumps(content, ensure_ascii=False).encode(), told)

    @classmethod
    def redirect(cls, address: str, status: int = 307) -> Response:
        return cls(status, b"", {"Location": address})


Handler = Callable[[Request, re.Match[str]], Response]
Routes = tuple[tuple[str, Handler], ...]


def route(routes: Routes, request: Request) -> Response | None:
    """The answer of the first route whose pattern is the whole path; None if there is none."""
    for pattern, handler in routes:
        if found := re.fullmatch(pattern, request.path):
            return handler(request, found)
    return None


@dataclass(frozen=True)
class Call:
    provider: str
    at: float
    """`time.monotonic()` when it came in."""
    request: Request
    status: int

    def __str__(self) -> str:
        asked = "&".join(f"{name}={value}" for name, value in self.request.args.items())
        return f"{self.provider} {self.request.method} {self.request.path}?{asked} -> {self.status}"


@dataclass
class RequestLog:
    all: list[Call] = field(default_factory=list)

    def add(self, provider: str, request: Request, status: int, at: float | None = None) -> None:
        self.all.append(Call(provider, time.monotonic() if at is None else at, request, status))

    def calls(self, *providers: str) -> list[Call]:
        """Those to these providers, or all."""
        return [call for call in self.all if not providers or call.provider in providers]

    def repeated(self) -> list[str]:
        """Calls that were made more than once."""
        seen = [str(call) for call in self.all]
        return sorted({each for each in seen if seen.count(each) > 1})

    def clear(self) -> None:
        self.all.clear()


def picture(width: int, height: int, seed: int) -> bytes:
    """A PNG of one colour, one bit for a pixel."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    colour = bytes((seed >> shift) & 0xFF for shift in (16, 8, 0))
    header = struct.pack(">IIBBBBB", width, height, 1, 3, 0, 0, 0)
    pixels = zlib.compress(bytes((1 + (width + 7) // 8) * height))
    parts = chunk(b"IHDR", header) + chunk(b"PLTE", colour) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + parts
