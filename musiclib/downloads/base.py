"""What a source of audio is, and how its bytes reach us.

A `Downloader` finds candidates and says how to fetch one; moving bytes is the engine's business alone, so
that pause, resume, limits and checks are the same for all. Others add sources by the entry point group
`musiclib.downloaders`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import ClassVar, Protocol

from musiclib.domain.audio_candidates import AudioCandidate, WantedAlbum
from musiclib.domain.states import TransferReason
from musiclib.errors import KnownError


class TransferError(KnownError):
    """One transfer came to no end; what is on the disk of it is whole up to the journalled offset.

    `retry`: it may work later by itself, not before `until` where the source said so (UTC).
    `restart`: what was fetched so far is of no use and is dropped. Not `tried`: nothing was asked, as its
    turn had not come.
    """

    code = "transfer"

    def __init__(
        self,
        reason: TransferReason,
        message: str,
        *,
        retry: bool = False,
        until: datetime | None = None,
        restart: bool = False,
        tried: bool = True,
    ) -> None:
        super().__init__(message)
        self.reason = reason
        self.retry = retry
        self.until = until
        self.restart = restart
        self.tried = tried


@dataclass(frozen=True, slots=True)
class HttpOrigin:
    """A file behind HTTP(S). `address` makes the address and its secret parts anew for each request.

    `headers` (the password among them) go to the host of the address only. `refusal` reads what a source
    says in an answer that is no audio (a Subsonic error inside 200), and may say which error it is.
    """

    address: Callable[[], str] = field(repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    refusal: Callable[[str, bytes], TransferError | None] = field(
        default=lambda content_type, body: None, repr=False
    )
    per_host: int = 2
    """How many of its files may move at once."""


@dataclass(frozen=True, slots=True)
class FileOrigin:
    """A file on a disk of this machine."""

    path: Path
    in_place: bool = False
    """It lies in a folder of the library and is used where it is, whatever `local_files` says."""


@dataclass(frozen=True, slots=True)
class ZipOrigin:
    """A member of a ZIP file on a disk of this machine."""

    path: Path
    member: str


Origin = HttpOrigin | FileOrigin | ZipOrigin


class Downloader(Protocol):
    """One source as it is set up. Belongs to the loop it was made in."""

    kind: ClassVar[str]
    """What the entry point is called: "folder", "archive"."""

    @property
    def id(self) -> str:
        """Stored with its candidates."""

    @property
    def label(self) -> str:
        """Its name for people."""

    async def find(self, wanted: WantedAlbum) -> list[AudioCandidate]:
        """What it has that may be one of the wanted tracks, bounded; who ranks decides what is.

        Raises `TransferError`.
        """

    async def origin(self, candidate: AudioCandidate) -> Origin:
        """Where the bytes of a candidate of its own are now. Raises `TransferError`."""

    async def check(self) -> str:
        """Whether it can be used now: a sentence of what there is. Raises `TransferError`."""
