"""`AnalysisPool` runs analyses in child processes, so that a crash or a hang costs one file and no more.

Standard library only: this module is imported by the window and the command line.
"""

import asyncio
import contextlib
import logging
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path
from types import TracebackType
from typing import Self

from musiclib.analysis.compiled import forget_compiled_code
from musiclib.analysis.engines.base import installed_engines
from musiclib.analysis.features import Analysis
from musiclib.analysis.lane import Death, Lane, Reply
from musiclib.errors import AnalyserCrashed, AnalysisError, AnalysisTimedOut, BugError, UnreadableAudio

_log = logging.getLogger(__name__)

_BASE_LIMIT_S = 60.0
_PREPARE_LIMIT_S = 600.0
_LONGEST_LIMIT_S = 2 * 3600.0
# A lane that is slower than this many times real time is taken to hang.
_SLOWEST_SPEED = 4.0
# Where the length is unknown: bytes a second of a poor MP3, so that the guess is rather too long.
_POOR_BYTES_PER_S = 16_000


def default_lanes() -> int:
    """One core stays free; more than four lanes would only wait for the disk."""
    return max(1, min(4, (os.cpu_count() or 2) - 1))


def time_limit_s(size: int, duration_s: float | None = None) -> float:
    """How long an analysis of a file of `size` bytes, lasting `duration_s` if known, may take."""
    length = size / _POOR_BYTES_PER_S if duration_s is None else duration_s
    return min(_BASE_LIMIT_S + length / _SLOWEST_SPEED, _LONGEST_LIMIT_S)


class AnalysisPool:
    """Up to `lanes` files at once, each in its own child process at low priority.

    Belongs to one asyncio loop: make it, call it and stop it there, on the thread that runs the loop.
    Children start with the first file and are replaced after `files_per_lane` files (native code leaks).
    `engine` forces "essentia" or "librosa" (`AnalysisError` where it is not installed); `analyse` names the
    function the children call, as "module:function" with the arguments (path, engine).
    """

    def __init__(
        self,
        lanes: int | None = None,
        *,
        engine: str | None = None,
        analyse: str = "musiclib.analysis.worker:analyze_file",
        files_per_lane: int = 200,
    ) -> None:
        if engine is not None and engine not in installed_engines():
            raise AnalysisError(
                f"The audio engine “{engine}” is not installed here. Installed: "
                f"{', '.join(installed_engines()) or 'none'}; choose one of these in the settings."
            )
        self.lanes = lanes or default_lanes()
        self._engine = engine
        self._analyse = analyse
        self._files_per_lane = files_per_lane
        self._free = asyncio.Semaphore(self.lanes)
        self._idle: list[Lane] = []
        self._busy: set[Lane] = set()
        self._starting = asyncio.Lock()
        self._stopped = False

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    @property
    def pids(self) -> tuple[int, ...]:
        """The children that are alive now, idle ones last."""
        return tuple(lane.pid for lane in (*self._busy, *self._idle))

    async def analyze(
        self, path: Path, *, duration_s: float | None = None, limit_s: float | None = None
    ) -> Analysis:
        """Analyse one file; waits for a free lane first, which the time limit does not count.

        Give `duration_s` where it is known: a size says little about how long twelve hours of silence play.

        The limit is `limit_s`, else follows from `duration_s` or the file's size. Cancelling ends the child's
        work at once. Raises `UnreadableAudio`, `AnalyserCrashed` or `AnalysisTimedOut`, for this file alone;
        `BugError` with the child's traceback; `asyncio.CancelledError` when the pool is or was stopped.
        """
        async with self._free:
            if self._stopped:
                raise asyncio.CancelledError("the analysis pool was stopped")
            if limit_s is None:
                # Asking a dead network drive may take long; the loop must not.
                size = await asyncio.to_thread(_size, path) if duration_s is None else 0
                limit_s = time_limit_s(size, duration_s)
            async with self._lane() as lane:
                try:
                    async with asyncio.timeout(limit_s):
                        outcome = await lane.run(path)
                except TimeoutError as error:
                    raise AnalysisTimedOut(
                        f"The analysis of “{path.name}” was stopped: it took longer than "
                        f"{limit_s:.0f} seconds. Play the file to check it."
                    ) from error
            if self._stopped:
                raise asyncio.CancelledError("the analysis pool was stopped")
            return _analysis(path, outcome)

    async def stop(self) -> None:
        """End all children at once; calls of `analyze` in flight end as cancelled. Idempotent."""
        self._stopped = True
        lanes = (*self._busy, *self._idle)
        for lane in lanes:
            lane.kill()
        for lane in lanes:
            lane.reap()
        self._idle.clear()

    @contextlib.asynccontextmanager
    async def _lane(self) -> AsyncIterator[Lane]:
        """A lane of the caller's own; kept for the next file only if it ends this one alive and well."""
        self._idle = [lane for lane in self._idle if lane.alive]
        lane = self._idle.pop() if self._idle else await self._started()
        self._busy.add(lane)
        finished = False
        try:
            yield lane
            finished = True
        finally:
            keep = finished and lane.alive and lane.files_done < self._files_per_lane and not self._stopped
            self._busy.discard(lane)
            if keep:
                self._idle.append(lane)
            else:
                _end(lane)

    async def _started(self) -> Lane:
        """A new lane that is ready; the time it takes is not part of a file's.

        One lane after the other: where an engine compiles its code at its first use, as librosa does for
        up to a minute, the second lane finds it compiled, and no two of ours write to one cache. Another
        program may: code that was mixed up there crashes whoever loads it, so it is compiled anew then.
        """
        async with self._starting:
            lane, outcome = await self._start()
            if isinstance(outcome, Death):
                _log.warning("a lane ended while it started (%s); once more", _cause(outcome.exit_code))
                await asyncio.to_thread(forget_compiled_code)
                lane, outcome = await self._start()
        if isinstance(outcome, Death):
            raise AnalyserCrashed(
                f"The analyser ended while it started ({_cause(outcome.exit_code)}). Restart the program; if "
                "that does not help, choose the other engine in the settings."
            )
        if outcome.kind == "bug":
            _end(lane)
            raise BugError(f"the analyser could not start:\n{outcome.text}")
        return lane

    async def _start(self) -> tuple[Lane, Reply | Death]:
        if self._stopped:
            raise asyncio.CancelledError("the analysis pool was stopped")
        lane = Lane(self._analyse, self._engine)
        self._busy.add(lane)
        ready = False
        try:
            async with asyncio.timeout(_PREPARE_LIMIT_S):
                outcome = await lane.prepare()
            if self._stopped:
                raise asyncio.CancelledError("the analysis pool was stopped")
            ready = isinstance(outcome, Reply)
        except TimeoutError as error:
            raise AnalysisTimedOut("The analyser did not start. Restart the program.") from error
        finally:
            self._busy.discard(lane)
            if not ready:
                _end(lane)
        return lane, outcome


def _end(lane: Lane) -> None:
    lane.kill()
    lane.reap()


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _analysis(path: Path, outcome: Reply | Death) -> Analysis:
    if isinstance(outcome, Death):
        raise AnalyserCrashed(
            f"The analyser crashed on “{path.name}” ({_cause(outcome.exit_code)}). "
            "Other files are not affected; play this one to check it."
        )
    if outcome.analysis is not None:
        return outcome.analysis
    if outcome.kind == "unreadable":
        raise UnreadableAudio(outcome.text)
    raise BugError(f"analysis of {path} failed:\n{outcome.text}")


def _cause(exit_code: int | None) -> str:
    if exit_code is None:
        return "no exit code"
    if exit_code >= 0:
        return f"exit code {exit_code}"
    with contextlib.suppress(ValueError):
        return signal.Signals(-exit_code).name
    return f"signal {-exit_code}"
