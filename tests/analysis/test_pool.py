"""The pool with real children, that crash, hang, are killed, cancelled and orphaned."""

import asyncio
import multiprocessing
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from musiclib.analysis.pool import AnalysisPool, time_limit_s
from musiclib.errors import AnalyserCrashed, AnalysisError, AnalysisTimedOut, BugError, UnreadableAudio
from tests.analysis.engines import begun
from tests.analysis.starting_engine import CRASHES, NOTES
from tests.support.limits import ENDS_WITHIN_S

ENGINES = "tests.analysis.engines"


def gone(pid: int) -> bool:
    return not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE


def wait_for(condition: Callable[[], bool], seconds: float = 30.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


async def wait_until(condition: Callable[[], bool], seconds: float = 30.0) -> None:
    await asyncio.to_thread(wait_for, condition, seconds)


def all_begun(pool: AnalysisPool, path: Path) -> bool:
    return bool(pool.pids) and all(begun(path, pid).exists() for pid in pool.pids)


def test_crash_costs_its_own_file_only() -> None:
    async def scenario() -> None:
        async with AnalysisPool(2, analyse=f"{ENGINES}:by_name") as pool:
            names = ["slow", "segfault", "slow", "exit", "fine"]
            outcomes = await asyncio.gather(
                *(pool.analyze(Path(f"{name}.flac")) for name in names), return_exceptions=True
            )
        for name, outcome in zip(names, outcomes, strict=True):
            assert isinstance(outcome, AnalyserCrashed) == (name in {"segfault", "exit"}), outcome
        assert "SIGSEGV" in str(outcomes[1])
        assert "exit code 7" in str(outcomes[3])

    asyncio.run(scenario())


def test_lane_killed_from_outside(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with AnalysisPool(1, analyse=f"{ENGINES}:by_name") as pool:
            path = tmp_path / "hang.flac"
            job = asyncio.create_task(pool.analyze(path, limit_s=60))
            await wait_until(lambda: all_begun(pool, path))
            os.kill(pool.pids[0], signal.SIGKILL)
            with pytest.raises(AnalyserCrashed, match="SIGKILL") as caught:
                await job
            assert caught.value.code == "analyser_crashed"
            assert (await pool.analyze(Path("fine.flac"))).features.codec == "none"

    asyncio.run(scenario())


def test_idle_lane_that_died_is_not_held_against_the_next_file() -> None:
    async def scenario() -> None:
        async with AnalysisPool(1, analyse=f"{ENGINES}:fine") as pool:
            await pool.analyze(Path("a"))
            (pid,) = pool.pids
            os.kill(pid, signal.SIGKILL)
            await wait_until(
                lambda: os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None
            )
            assert (await pool.analyze(Path("b"))).features.engine != str(pid)

    asyncio.run(scenario())


@pytest.fixture
def notes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(NOTES, str(tmp_path / "notes"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "notes"


async def two_files() -> None:
    async with AnalysisPool(2, analyse="tests.analysis.starting_engine:analyse") as pool:
        await asyncio.gather(pool.analyze(Path("a")), pool.analyze(Path("b")))


def test_lanes_get_ready_one_after_the_other(notes: Path) -> None:
    asyncio.run(two_files())
    assert notes.read_text().splitlines() == ["starts", "is ready"] * 2


@pytest.mark.logs("a lane ended while it started")
def test_a_crash_at_the_start_has_the_code_compiled_anew(
    notes: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NUMBA_CACHE_DIR", raising=False)
    monkeypatch.setenv(CRASHES, "1")
    compiled = tmp_path / "cache" / "musiclib" / "compiled"
    compiled.mkdir(parents=True)
    asyncio.run(two_files())
    assert notes.read_text().splitlines() == ["starts"] + ["starts", "is ready"] * 2
    assert not compiled.exists()


@pytest.mark.logs("a lane ended while it started")
def test_an_analyser_that_cannot_start_says_so(notes: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(CRASHES, "99")
    with pytest.raises(AnalyserCrashed, match=r"while it started \(SIGSEGV\).*other engine"):
        asyncio.run(two_files())
    assert not multiprocessing.active_children()


def test_hang_ends_at_the_limit_and_the_lane_is_new() -> None:
    async def scenario() -> None:
        async with AnalysisPool(1, analyse=f"{ENGINES}:by_name") as pool:
            started = time.monotonic()
            with pytest.raises(AnalysisTimedOut, match="longer than 1 seconds"):
                await pool.analyze(Path("hang.flac"), limit_s=1.0)
            assert time.monotonic() - started < 10
            assert pool.pids == ()
            assert (await pool.analyze(Path("fine.flac"))).features.codec == "none"

    asyncio.run(scenario())


@pytest.mark.parametrize("stem", ["hang", "hang-with-gil"])
def test_cancel_ends_the_child(tmp_path: Path, stem: str) -> None:
    async def scenario() -> None:
        async with AnalysisPool(1, analyse=f"{ENGINES}:by_name") as pool:
            path = tmp_path / f"{stem}.flac"
            job = asyncio.create_task(pool.analyze(path, limit_s=60))
            await wait_until(lambda: all_begun(pool, path))
            (pid,) = pool.pids
            job.cancel()
            with pytest.raises(asyncio.CancelledError):
                await job
            assert gone(pid)

    asyncio.run(scenario())


def test_stop_with_hung_jobs_is_quick_and_leaves_nothing() -> None:
    async def scenario() -> None:
        pool = AnalysisPool(2, analyse=f"{ENGINES}:by_name")
        jobs = [asyncio.create_task(pool.analyze(Path(f"{stem}.flac"))) for stem in ("hang", "hang", "fine")]
        await wait_until(lambda: len(pool.pids) == 2)
        pids = pool.pids
        started = time.monotonic()
        await pool.stop()
        outcomes = await asyncio.gather(*jobs, return_exceptions=True)
        assert time.monotonic() - started < ENDS_WITHIN_S
        assert all(isinstance(outcome, asyncio.CancelledError) for outcome in outcomes)
        assert all(gone(pid) for pid in pids)
        with pytest.raises(asyncio.CancelledError):
            await pool.analyze(Path("fine.flac"))
        await pool.stop()

    asyncio.run(scenario())


def test_bug_of_ours_is_told_with_its_traceback() -> None:
    async def scenario() -> None:
        async with AnalysisPool(1, analyse=f"{ENGINES}:by_name") as pool:
            with pytest.raises(BugError, match="a bug of ours"):
                await pool.analyze(Path("bug.flac"))
            assert (await pool.analyze(Path("fine.flac"))).features.codec == "none"

    asyncio.run(scenario())


def test_lane_is_kept_and_then_recycled() -> None:
    async def scenario() -> list[str]:
        async with AnalysisPool(1, analyse=f"{ENGINES}:fine", files_per_lane=3) as pool:
            return [(await pool.analyze(Path(str(number)))).features.engine for number in range(5)]

    pids = asyncio.run(scenario())
    assert len(set(pids[:3])) == 1
    assert len(set(pids[3:])) == 1
    assert pids[0] != pids[4]


def test_children_are_bare_and_give_way() -> None:
    async def scenario() -> tuple[str, str]:
        async with AnalysisPool(1, analyse=f"{ENGINES}:modules") as pool:
            loaded = (await pool.analyze(Path("x"))).features.engine
        async with AnalysisPool(1, analyse=f"{ENGINES}:niceness") as pool:
            return loaded, (await pool.analyze(Path("x"))).features.engine

    loaded, niceness = asyncio.run(scenario())
    assert not {"numpy", "av", "essentia", "librosa"} & set(loaded.split())
    assert int(niceness) >= max(10, min(19, os.getpriority(os.PRIO_PROCESS, 0) + 5))


def test_unreadable_file_is_told_through_the_lane(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with AnalysisPool(1) as pool:
            with pytest.raises(UnreadableAudio, match="is empty"):
                await pool.analyze(empty)

    empty = tmp_path / "zero.mp3"
    empty.touch()
    asyncio.run(scenario())


def test_engine_that_is_not_there_is_named() -> None:
    with pytest.raises(AnalysisError, match="“aubio” is not installed here"):
        AnalysisPool(1, engine="aubio")


def test_time_limit_grows_with_length_or_size() -> None:
    assert time_limit_s(0, 240.0) == 120.0
    assert time_limit_s(10_000_000) > time_limit_s(1_000_000) > 60.0
    assert time_limit_s(10**12) == 7200.0


PARENT = """
import asyncio, sys
from pathlib import Path
from musiclib.analysis.pool import AnalysisPool
from tests.analysis.engines import begun

async def main():
    pool = AnalysisPool(2, analyse="tests.analysis.engines:by_name")
    path = Path(sys.argv[1])
    jobs = [asyncio.create_task(pool.analyze(path, limit_s=60)) for _ in range(2)]
    while len(pool.pids) < 2:
        await asyncio.sleep(0.01)
    while not all(begun(path, pid).exists() for pid in pool.pids):
        await asyncio.sleep(0.01)
    print(*pool.pids, flush=True)
    await asyncio.gather(*jobs)

if __name__ == "__main__":
    asyncio.run(main())
"""


@pytest.mark.parametrize("stem", ["hang", "hang-with-gil"])
def test_no_orphan_when_the_parent_is_killed(tmp_path: Path, stem: str) -> None:
    if stem == "hang-with-gil" and sys.platform != "linux":
        pytest.skip("only Linux ends a child that never lets go of the GIL")
    script = tmp_path / "parent.py"
    script.write_text(PARENT)
    with subprocess.Popen(
        [sys.executable, str(script), str(tmp_path / f"{stem}.flac")],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(Path.cwd())},
    ) as parent:
        assert parent.stdout is not None
        pids = [int(pid) for pid in parent.stdout.readline().split()]
        assert len(pids) == 2
        assert not any(gone(pid) for pid in pids)
        parent.kill()
    wait_for(lambda: all(gone(pid) for pid in pids))
