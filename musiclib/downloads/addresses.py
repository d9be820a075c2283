"""Addresses a person pasted: what is behind each is fetched, nothing is searched for."""

from __future__ import annotations

import base64
from collections.abc import Callable
from functools import partial
from typing import ClassVar
from urllib.parse import urlsplit

from musiclib.domain import address_list
from musiclib.domain.audio_candidates import AudioCandidate, WantedAlbum
from musiclib.domain.states import TransferReason
from musiclib.downloads.base import HttpOrigin, TransferError

ReadSecret = Callable[[str], str | None]


def sign_in_name(ref: str) -> str:
    """By which name the store of secrets keeps the user and password ("user:password") of a server.

    What was given for https is never sent where everybody can read it.
    """
    parts = urlsplit(ref)
    return f"download:{parts.scheme}://{parts.netloc}"


def address_name(ref: str) -> str:
    """By which name it keeps a whole address whose query lets whoever has it in."""
    return f"address:{ref}"


class Addresses:
    """See `Downloader`. Its candidates are made when the list is pasted, so `find` has none."""

    kind: ClassVar[str] = "address"
    id = address_list.SOURCE
    label = "Address"

    def __init__(self, secret: ReadSecret) -> None:
        self._secret = secret

    async def find(self, wanted: WantedAlbum) -> list[AudioCandidate]:
        return []

    async def check(self) -> str:
        return "Each address is asked when it is its turn."

    async def origin(self, candidate: AudioCandidate) -> HttpOrigin:
        if urlsplit(candidate.ref).scheme not in ("http", "https"):
            raise TransferError(TransferReason.GONE, "This is no address of a web server. Give another one.")
        sign_in = self._secret(sign_in_name(candidate.ref))
        headers = {"Authorization": _basic(sign_in)} if sign_in else {}
        return HttpOrigin(partial(self._address, candidate.ref), headers)

    def _address(self, ref: str) -> str:
        return self._secret(address_name(ref)) or ref


def _basic(sign_in: str) -> str:
    """RFC 7617, in UTF-8."""
    return "Basic " + base64.b64encode(sign_in.encode()).decode()
