"""What a child may do to us, named to `AnalysisPool(analyse="tests.analysis.engines:...")`."""

import ctypes
import os
import signal
import sys
import time
from pathlib import Path

from musiclib.analysis.features import Analysis, AudioFeatures


def _features(engine: str) -> Analysis:
    return Analysis(AudioFeatures(duration_s=1.0, codec="none", sample_rate=1, channels=1, engine=engine))


def fine(path: Path, engine: str | None) -> Analysis:
    """Reports the child's pid as the engine."""
    return _features(str(os.getpid()))


def modules(path: Path, engine: str | None) -> Analysis:
    """Reports what an idle child has loaded."""
    return _features(" ".join(sys.modules))


def modules_after_analysis(path: Path, engine: str | None) -> Analysis:
    from musiclib.analysis.worker import analyze_file

    analyze_file(path, engine)
    return modules(path, engine)


def niceness(path: Path, engine: str | None) -> Analysis:
    return _features(str(os.getpriority(os.PRIO_PROCESS, 0)))


def begun(path: Path, pid: int) -> Path:
    """The note that this child has begun the file."""
    return path.with_suffix(f".{pid}")


def by_name(path: Path, engine: str | None) -> Analysis:
    """Does what the file's name says; of one in a folder it is noted there by whom it was begun."""
    if path.is_absolute():
        begun(path, os.getpid()).touch()
    if path.stem == "hang":
        time.sleep(600)
    if path.stem == "hang-with-gil":
        ctypes.PyDLL(None).sleep(600)
    if path.stem == "segfault":
        os.kill(os.getpid(), signal.SIGSEGV)
    if path.stem == "exit":
        os._exit(7)
    if path.stem == "bug":
        raise RuntimeError("a bug of ours")
    if path.stem == "slow":
        time.sleep(0.5)
    return fine(path, engine)
