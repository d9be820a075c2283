"""The transfer engine: moves the bytes of any origin into a part, checks them, and places the file.

    engine = Engine(folder, user_agent=..., clock=..., options=Options(bytes_per_s=..., per_host=2))
    engine.prepare(known=...)                   FOLDER_MISSING where the folder's drive is not there
    fetched = await engine.fetch(transfer_id, origin, Expected.of(candidate), on_progress)
    ...                                         decode check of `fetched.path`, by who asked for it
    path = await engine.place(transfer_id, fetched, "Ada Quist/2026 - First Light/01 Dawn")
    ...                                         the library's own transaction
    await engine.discard(transfer_id)           also after a cancel: removes part and journal
    await engine.aclose()

Until `discard`, all of it may be done again after a crash and ends with the same file in the same place: a
whole part is not fetched again, and a file that was placed already is found (`Fetched.placed`).
Disk: `<folder>/.incoming/<transfer id>.part`, `.json` (the journal), `.link` (a hard link on its way).
"""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import os
import time
from collections.abc import AsyncIterator, Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TypeVar
from uuid import UUID

import httpx2

from musiclib.domain.ids import TransferId
from musiclib.domain.states import TransferReason
from musiclib.downloads.base import FileOrigin, HttpOrigin, Origin, TransferError
from musiclib.downloads.disk import folder_missing, on_disk
from musiclib.downloads.expected import Expected, Fetched, Progress
from musiclib.downloads.http import HttpFetch, Timeouts, host_of, make_client
from musiclib.downloads.job import Job
from musiclib.downloads.limits import Bandwidth, HostSlots, Rests
from musiclib.downloads.local import copy_file, on_source, open_source
from musiclib.downloads.parts import (
    INCOMING,
    Journal,
    PartFile,
    Placing,
    read_journal,
    remove_files,
    write_journal,
)
from musiclib.downloads.placing import move, place, placed
from musiclib.downloads.receiving import Receiver, Room, check
from musiclib.downloads.zips import unpack_member
from musiclib.errors import DiskFull

_LOOK_EVERY_S = 0.25
_MOST_THREADS = 64
_UNNAMED_KEPT_S = 24 * 3600

T = TypeVar("T")
OnProgress = Callable[[Progress], None]


@dataclass(frozen=True, slots=True)
class Options:
    """What a person may set, and bounds."""

    bytes_per_s: int = 0
    """Of all downloads together; 0: no limit. Files of this machine's disks do not count."""
    per_host: int = 2
    """Files of a host that move at once."""
    apart_s: float = 0.1
    """Between one request to a host and the next."""
    local_files: str = "copy"
    """As `Settings.local_files`: "copy", "hardlink" or "leave"."""
    max_file_bytes: int = 8_000_000_000
    reserve_bytes: int = 256 * 1024 * 1024
    """So much of the disk is left free."""
    timeouts: Timeouts = field(default_factory=Timeouts)


class Engine:
    """Belongs to one loop. The blocking work is done in threads of its own."""

    def __init__(
        self,
        folder: Path,
        *,
        user_agent: str,
        clock: Callable[[], datetime],
        options: Options = Options(),
        owner: str = "",
        transport: httpx2.BaseTransport | None = None,
    ) -> None:
        """`owner` names the library, where several share a download folder."""
        self._folder = folder
        self._incoming = folder / INCOMING
        self._clock = clock
        self._options = options
        self._owner = owner
        self._bandwidth = Bandwidth(options.bytes_per_s)
        self._hosts = HostSlots(options.apart_s)
        self._rests = Rests(clock)
        self._client = make_client(user_agent, options.timeouts, transport)
        self._threads = ThreadPoolExecutor(_MOST_THREADS, thread_name_prefix="transfer")

    @property
    def options(self) -> Options:
        return self._options

    @options.setter
    def options(self, options: Options) -> None:
        """Time-outs and `apart_s` stay; the bandwidth changes for what is under way too."""
        self._options = options
        self._bandwidth.bytes_per_s = options.bytes_per_s

    def prepare(self, *, known: bool = False) -> None:
        """Make the folder. `known`: files were placed in it before, so it is not made anew.

        A folder that has nothing in it any more counts as not there: it is where a drive was mounted.
        Raises `TransferError`, `DiskFull`.
        """
        with on_disk(self._folder):
            if known and (not self._folder.is_dir() or not any(self._folder.iterdir())):
                raise folder_missing(self._folder)
            self._incoming.mkdir(parents=True, exist_ok=True)

    async def fetch(
        self,
        transfer_id: TransferId,
        origin: Origin,
        expected: Expected,
        on_progress: OnProgress = lambda progress: None,
    ) -> Fetched:
        """The whole, checked file. Goes on where it stood; waits for its turn at the host.

        `on_progress` is called in the loop, up to four times a second. When cancelled, it returns once what
        came is saved. Raises `TransferError` and `DiskFull`; after an error with `restart` nothing is kept.
        """
        async with self._turn(origin) as host:
            job = Job(self._bandwidth if isinstance(origin, HttpOrigin) else Bandwidth())
            try:
                work = partial(self._fetch, str(transfer_id), origin, expected, job)
                return await self._watched(job, work, on_progress)
            except TransferError as error:
                if error.until is not None:
                    self._rests.rest(host, error.until)
                if error.restart:
                    await self.discard(transfer_id)
                raise

    async def place(self, transfer_id: TransferId, fetched: Fetched, target: str) -> Path:
        """Move a fetched file to `target` below the folder; "/" between names, without the suffix.

        Never over another file, and never outside. When cancelled, the file is where it was. Raises
        `TransferError` and `DiskFull`.
        """
        if fetched.stays or fetched.placed:
            return fetched.path
        moved: list[Path] = []

        def move_there() -> Path:
            moved.append(self._place(str(transfer_id), fetched, target))
            return moved[0]

        try:
            return await self._in_thread(move_there)
        except asyncio.CancelledError:
            for path in moved:
                await self.take_back(fetched, path)
            raise

    async def take_back(self, fetched: Fetched, path: Path) -> None:
        """Undo `place`: nobody knows yet of the file at `path`, and it may not be wanted any more."""
        if path == fetched.path:
            return
        with contextlib.suppress(TransferError, DiskFull):  # it stays, and a scan will find it
            await self._in_thread(partial(move, path, fetched.path))

    async def discard(self, transfer_id: TransferId) -> None:
        """Remove what is here of a transfer that is over; a file in its place stays."""
        await self._in_thread(partial(remove_files, self._incoming, str(transfer_id)))

    def stored(self, transfer_id: TransferId) -> tuple[int, int | None]:
        """How many bytes are surely here, and of how many if that is known."""
        with on_disk(self._folder):
            journal = read_journal(self._incoming / f"{transfer_id}.json")
        return (journal.offset, journal.total) if journal is not None else (0, None)

    def orphans(self, open_ids: Collection[TransferId]) -> list[TransferId]:
        """Transfers that have files here and are not open any more; each is to be discarded.

        Files of another library are not ours to judge; those that name none are, after a day.
        """
        with on_disk(self._folder):
            names = {path.name.partition(".")[0] for path in self._incoming.iterdir()}
            return [each for each in map(_as_id, sorted(names)) if each and self._is_orphan(each, open_ids)]

    async def aclose(self) -> None:
        """To be called when nothing is fetched any more."""
        self._client.close()
        self._threads.shutdown(wait=False)

    @contextlib.asynccontextmanager
    async def _turn(self, origin: Origin) -> AsyncIterator[str]:
        """The host it is a turn at; none has the name of this machine's disks."""
        if not isinstance(origin, HttpOrigin):
            yield ""
            return
        host = host_of(origin.address())
        async with self._hosts.slot(host, min(origin.per_host, self._options.per_host)):
            if (until := self._rests.until(host)) is not None:
                raise TransferError(
                    TransferReason.RATE_LIMITED, "The server asked us to slow down.",
                    retry=True, until=until, tried=False,
                )  # fmt: skip
            yield host

    async def _watched(self, job: Job, work: Callable[[], T], on_progress: OnProgress) -> T:
        loop = asyncio.get_running_loop()
        future = loop.run_in_executor(self._threads, work)
        told: Progress | None = None
        try:
            while not future.done():
                await asyncio.wait({future}, timeout=_LOOK_EVERY_S)
                job.give_up_asking(self._options.timeouts.answer_s)
                if (now := Progress(job.done, job.total, job.checking)) != told:
                    told = now
                    on_progress(now)
        except BaseException:  # a cancel, or who is told of the progress
            if job.stop():
                await _until_done(future)
            future.add_done_callback(_forget_result)
            raise
        return future.result()

    async def _in_thread(self, work: Callable[[], T]) -> T:
        """Done to the end, also when cancelled."""

        def guarded() -> T:
            with on_disk(self._folder):
                return work()

        future = asyncio.get_running_loop().run_in_executor(self._threads, guarded)
        try:
            return await asyncio.shield(future)
        except asyncio.CancelledError:
            await _until_done(future)
            future.add_done_callback(_forget_result)
            raise

    def _fetch(self, name: str, origin: Origin, expected: Expected, job: Job) -> Fetched:
        with contextlib.closing(job), on_disk(self._folder):
            if not self._folder.is_dir():
                raise folder_missing(self._folder)
            self._incoming.mkdir(exist_ok=True)
            if (found := self._placed_before(name, expected)) is not None:
                return found
            if isinstance(origin, FileOrigin):
                how = "leave" if origin.in_place else self._options.local_files
                found = self._without_copying(name, origin.path, how, expected, job)
            return found or self._received(name, origin, expected, job)

    def _received(self, name: str, origin: Origin, expected: Expected, job: Job) -> Fetched:
        part = PartFile(self._incoming, name, expected, owner=self._owner).load()
        options = self._options
        receiver = Receiver(part, expected, job, Room(options.max_file_bytes, options.reserve_bytes))
        if isinstance(origin, HttpOrigin):
            HttpFetch(self._client, origin, receiver, job, timeouts=options.timeouts, clock=self._clock).run()
        elif isinstance(origin, FileOrigin):
            copy_file(origin.path, receiver, job)
        else:
            unpack_member(origin.path, origin.member, receiver, job)
        return receiver.check()

    def _without_copying(
        self, name: str, path: Path, how: str, expected: Expected, job: Job
    ) -> Fetched | None:
        """The file where it is, or a second name of it; None if it has to be copied after all."""
        if how == "copy":
            return None
        with open_source(path), on_source(path):
            own = path.resolve(strict=True)
            if how == "leave":
                return dataclasses.replace(check(own, expected, job), stays=True)
        link = self._incoming / f"{name}.link"
        link.unlink(missing_ok=True)
        try:
            os.link(own, link)
        except OSError:
            return None
        fetched = check(link, expected, job)
        journal = Journal(expected.key, expected.size, dict(expected.hashes), owner=self._owner)
        journal = dataclasses.replace(journal, offset=fetched.size, total=fetched.size, complete=True)
        write_journal(self._incoming / f"{name}.json", journal)
        return fetched

    def _placed_before(self, name: str, expected: Expected) -> Fetched | None:
        journal = read_journal(self._incoming / f"{name}.json")
        if journal is None or journal.placing is None or not journal.is_of(expected):
            return None
        part = self._incoming / f"{name}.part"
        path = placed(self._folder, journal.placing, part)
        if path is None:
            return None
        part.unlink(missing_ok=True)
        return Fetched(path, journal.placing.size, path.suffix.removeprefix("."), placed=True)

    def _place(self, name: str, fetched: Fetched, target: str) -> Path:
        path = self._incoming / f"{name}.json"
        journal = read_journal(path)

        def announce(placing: Placing) -> None:
            if journal is not None:
                write_journal(path, dataclasses.replace(journal, placing=placing), durable=True)

        return place(self._folder, fetched.path, target, fetched.suffix, announce)

    def _is_orphan(self, transfer_id: TransferId, open_ids: Collection[TransferId]) -> bool:
        if transfer_id in open_ids:
            return False
        journal = read_journal(self._incoming / f"{transfer_id}.json")
        if journal is not None:
            return journal.owner == self._owner
        with contextlib.suppress(FileNotFoundError):
            begun = (self._incoming / f"{transfer_id}.part").stat().st_mtime
            return time.time() - begun > _UNNAMED_KEPT_S
        return True


def _as_id(name: str) -> TransferId | None:
    try:
        return TransferId(UUID(name))
    except ValueError:
        return None


async def _until_done(future: asyncio.Future[T]) -> None:
    """Wait, however often it is cancelled."""
    while not future.done():
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.wait({future})


def _forget_result(future: asyncio.Future[T]) -> None:
    if not future.cancelled():
        future.exception()
