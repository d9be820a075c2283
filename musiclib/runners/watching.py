"""Watches the music folders: what comes, changes and goes there is scanned a moment later.

One asyncio loop, without Qt. The system tells of changes (`watchfiles`); it may lose some when there are
too many at once, and tells nothing of what other machines do on a network drive. So whole folders are
scanned too: when the watching begins, from time to time, and after every flood of changes. A scan that
finds nothing new opens no file.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Generic, TypeVar

from musiclib.errors import KnownError
from musiclib.runners.drives import is_on_network
from musiclib.runners.wakeable import Wakeable
from musiclib.runners.watch_process import Message, WatchProcess

_FLOOD = 2_000
"""Changes at once after which some may be lost."""
_MOST_PLACES = 40
"""Folders that are scanned one by one rather than all with what is around them."""
_TICK_S = 0.25

_log = logging.getLogger(__name__)

Outcome = TypeVar("Outcome")
"""What a scan returns."""


class Watched(StrEnum):
    """How a folder is watched."""

    BY_SYSTEM = "by_system"
    FROM_TIME_TO_TIME = "from_time_to_time"
    """Scanned whole every few minutes: a network drive, or the system cannot watch so many folders."""
    AWAY = "away"
    """Not there. It is looked for."""


@dataclass(frozen=True, slots=True)
class WatchUpdate(Generic[Outcome]):
    """How the folders are watched now; `outcome` is that of a scan that has just ended."""

    folders: tuple[tuple[Path, Watched], ...]
    outcome: Outcome | None = None
    trouble: str | None = None
    """Why a scan could not be made, as a sentence."""


@dataclass(frozen=True, slots=True)
class Pauses:
    """In seconds."""

    quiet: float = 2.0
    """So long nothing changes before a scan: an album is copied whole, and a file has stopped growing."""
    longest: float = 120.0
    """After so long it is scanned although changes go on."""
    first: float = 5.0
    """Before the first scan: the window comes first."""
    network: float = 600.0
    """Between two scans of a folder that the system does not watch."""
    whole: float = 3600.0
    """Between two scans of one that it does."""
    away: float = 20.0


def how_to_watch(folder: Path) -> Watched:
    """How a folder can be watched now."""
    if not folder.is_dir():
        return Watched.AWAY
    return Watched.FROM_TIME_TO_TIME if is_on_network(folder) else Watched.BY_SYSTEM


class FolderWatcher(Wakeable, Generic[Outcome]):
    """A scan that runs when it is to stop keeps what it has read."""

    def __init__(
        self,
        folders: Sequence[Path],
        scan: Callable[[Sequence[Path], Callable[[], bool]], Outcome],
        on_change: Callable[[WatchUpdate[Outcome]], None],
        *,
        how: Callable[[Path], Watched] = how_to_watch,
        pauses: Pauses | None = None,
    ) -> None:
        """`scan` takes folders and a function that says whether to stop; it runs in a thread."""
        super().__init__()
        self._folders = {folder: _Folder(folder) for folder in folders}
        self._scan = scan
        self._on_change = on_change
        self._how = how
        self._pauses = pauses or Pauses()

    async def run(self) -> None:
        """Watch until `request_stop`."""
        with self._wakeable():
            watching = [asyncio.create_task(self._watch(each)) for each in self._folders.values()]
            try:
                while not self._stop.is_set():
                    await self._scan_what_is_due()
                    await self._rest()
            finally:
                for task in watching:
                    task.cancel()
                await asyncio.gather(*watching, return_exceptions=True)

    async def _rest(self) -> None:
        assert self._woken is not None
        self._woken.clear()
        if not self._stop.is_set():
            # Nothing is polled while nothing is watched.
            pause = _TICK_S if self._folders else None
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._woken.wait(), pause)

    # --- what the system tells ----------------------------------------------------------------------

    async def _watch(self, folder: _Folder) -> None:
        assert self._loop is not None
        folder.whole_at = self._loop.time() + self._pauses.first
        while True:
            how = await asyncio.to_thread(self._how, folder.path)
            if how is Watched.BY_SYSTEM:
                self._tell_state(folder, how)
                how = await self._listen(folder)
            self._tell_state(folder, how)
            await asyncio.sleep(self._pauses.away if how is Watched.AWAY else self._pauses.network)
            folder.whole_at = self._loop.time()

    async def _listen(self, folder: _Folder) -> Watched:
        """Take what the system tells until it tells no more; returns how to go on."""
        loop = asyncio.get_running_loop()
        told: asyncio.Queue[Message] = asyncio.Queue()

        def tell(message: Message) -> None:
            with contextlib.suppress(RuntimeError):  # the loop has just closed
                loop.call_soon_threadsafe(told.put_nowait, message)

        try:
            disk = (await asyncio.to_thread(folder.path.stat)).st_dev
            process = WatchProcess(folder.path, tell)
        except FileNotFoundError:
            return Watched.AWAY
        except OSError as error:
            return self._not_by_system(folder, str(error))
        ready = False
        try:
            while isinstance(message := await told.get(), list):
                if not ready:  # what changed while the watching began is found by scanning
                    ready = True
                    folder.whole_at = min(folder.whole_at, loop.time() + self._pauses.first)
                if message:
                    folder.note(message, loop.time(), flood=len(message) > _FLOOD)
                elif await asyncio.to_thread(_disk_of, folder.path) != disk:
                    return Watched.AWAY  # another disk was mounted here, or taken away
            return self._not_by_system(folder, message or "its watcher ended")
        finally:
            process.end()

    def _not_by_system(self, folder: _Folder, why: str) -> Watched:
        _log.warning("%s cannot be watched (%s); it is scanned from time to time", folder.path, why)
        return Watched.FROM_TIME_TO_TIME

    def _tell_state(self, folder: _Folder, how: Watched) -> None:
        if folder.how is not how:
            folder.how = how
            self._tell()

    def _tell(self, outcome: Outcome | None = None, trouble: str | None = None) -> None:
        known = ((each.path, each.how) for each in self._folders.values())
        states = tuple((path, how) for path, how in known if how is not None)
        self._on_change(WatchUpdate(states, outcome, trouble))

    # --- scans --------------------------------------------------------------------------------------

    async def _scan_what_is_due(self) -> None:
        assert self._loop is not None
        now = self._loop.time()
        due = [
            place
            for folder in self._folders.values()
            if folder.how is not Watched.AWAY
            for place in await asyncio.to_thread(folder.due, now, self._pauses)
        ]
        if not due or self._stop.is_set():
            return
        try:
            outcome = await asyncio.to_thread(self._scan, due, self._stop.is_set)
        except KnownError as error:
            self._tell(trouble=str(error))
            return
        self._tell(outcome=outcome)


class _Folder:
    """A folder that is watched, and where something has changed in it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.how: Watched | None = None
        self.whole_at = float("inf")
        """When it is scanned whole."""
        self._changed: dict[str, None] = {}
        self._since = self._last = 0.0
        self._sizes: dict[str, int] = {}

    def note(self, paths: Iterable[str], now: float, *, flood: bool) -> None:
        """Something has changed at these paths; in a flood of changes, perhaps elsewhere too."""
        if flood:
            self.whole_at = now
        if not self._changed:
            self._since = now
        self._last = now
        self._changed.update(dict.fromkeys(paths))

    def due(self, now: float, pauses: Pauses) -> list[Path]:
        """The folders to scan now; they count as scanned from here on."""
        whole = now >= self.whole_at
        if self._changed:
            quiet = now - self._last >= pauses.quiet and self._stands_still(now)
            if not quiet and now - self._since < pauses.longest:
                return []
        elif not whole:
            return []
        changed, self._changed, self._sizes = self._changed, {}, {}
        places = {self.path} if whole else self._places(changed)
        if self.path in places:
            self.whole_at = now + pauses.whole
        return sorted(places)

    def _stands_still(self, now: float) -> bool:
        """Whether no file is larger than when it was looked at last; if one is, wait once more."""
        sizes = dict(_sizes(list(self._changed)))
        still = sizes == self._sizes
        if not still:
            self._sizes, self._last = sizes, now
        return still

    def _places(self, changed: Iterable[str]) -> set[Path]:
        places = {self._nearest(Path(path)) for path in changed}
        return places if len(places) <= _MOST_PLACES else {self.path}

    def _nearest(self, path: Path) -> Path:
        """The folder to look into for what became of a path: the first above it that is there."""
        if path.is_dir():
            return path
        above = next((each for each in path.parents if each.is_dir()), self.path)
        return above if above.is_relative_to(self.path) else self.path


def _sizes(paths: Iterable[str]) -> Iterator[tuple[str, int]]:
    for path in paths:
        with contextlib.suppress(OSError):
            yield path, os.stat(path).st_size  # noqa: PTH116 (a Path for each of thousands is slow)


def _disk_of(folder: Path) -> int | None:
    try:
        return folder.stat().st_dev
    except OSError:
        return None
