"""A file of 200 MB over the loopback, from nginx to the disk: ours beside curl's, by turns.

curl does not see to it that its bytes outlive a power cut; ours do before they count, so that both are
shown: without the last fsync, as curl does, and with it. The limit is for the first.
"""

import asyncio
import contextlib
import hashlib
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

from musiclib.domain.ids import TransferId
from musiclib.downloads import parts
from musiclib.downloads.base import HttpOrigin
from musiclib.downloads.expected import Expected
from tests.support.fetching import ID, PATIENT, open_engine
from tests.support.nginx import nginx

SIZE = 200_000_000
ROUNDS = 9
LIMIT = 0.9


@dataclass(frozen=True)
class Run:
    """One transfer."""

    seconds: float
    cpu_s: float

    @property
    def mb_per_s(self) -> float:
        return SIZE / 1e6 / self.seconds


def _cpu_s() -> float:
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(each.ru_utime + each.ru_stime for each in used)


def _timed(do: Callable[[], object]) -> Run:
    cpu, begin = _cpu_s(), time.perf_counter()
    do()
    return Run(time.perf_counter() - begin, _cpu_s() - cpu)


def _curl(address: str, folder: Path) -> Run:
    target = folder / "curl.part"
    run = _timed(lambda: subprocess.run(["curl", "-s", "-o", target, address], check=True))
    target.unlink()
    return run


@contextlib.contextmanager
def _without_fsync() -> Iterator[None]:
    with mock.patch.object(parts, "sync_file"):
        yield


def _ours(address: str, folder: Path, hashes: dict[str, str], *, sync: bool) -> Run:
    async def run() -> Run:
        async with open_engine(folder, PATIENT) as engine:
            cpu, begin = _cpu_s(), time.perf_counter()
            await engine.fetch(ID, HttpOrigin(lambda: address), Expected("one", SIZE, hashes))
            found = Run(time.perf_counter() - begin, _cpu_s() - cpu)
            await engine.discard(TransferId(ID))
            return found

    with contextlib.nullcontext() if sync else _without_fsync():
        return asyncio.run(run())


def _row(name: str, runs: list[Run], against: list[Run]) -> float:
    """Prints medians; returns the median of the ratios, each of one round."""
    ratio = statistics.median(other.seconds / run.seconds for run, other in zip(runs, against, strict=True))
    cpu = statistics.median(run.cpu_s for run in runs) * 1e9 / SIZE
    speed = statistics.median(run.mb_per_s for run in runs)
    print(f"{name:34}{speed:>9.0f}{cpu:>13.2f}{ratio:>12.2f}")
    return ratio


def main() -> int:
    if shutil.which("curl") is None:
        print("curl is not here to be compared with")
        return 1
    with tempfile.TemporaryDirectory(dir=os.environ.get("TMPDIR")) as name:
        folder = Path(name)
        (folder / "www").mkdir()
        data = b"fLaC" + os.urandom(SIZE - 4)
        (folder / "www" / "a.flac").write_bytes(data)
        sha1 = {"sha1": hashlib.sha1(data, usedforsecurity=False).hexdigest()}
        md5 = {"md5": hashlib.md5(data, usedforsecurity=False).hexdigest()}
        del data
        with nginx(folder / "www", folder / "nginx") as server:
            address = f"{server}/a.flac"
            ways: dict[str, Callable[[], Run]] = {
                "curl": lambda: _curl(address, folder),
                "ours, no fsync": lambda: _ours(address, folder, {}, sync=False),
                "ours": lambda: _ours(address, folder, {}, sync=True),
                "ours, sha1 checked": lambda: _ours(address, folder, sha1, sync=True),
                "ours, md5 checked": lambda: _ours(address, folder, md5, sync=True),
            }
            for each in ways.values():
                each()  # into the caches
            found: dict[str, list[Run]] = {name: [] for name in ways}
            for _ in range(ROUNDS):
                for way, measure in ways.items():
                    found[way].append(measure())
    print(f"{'':34}{'MB/s':>9}{'CPU s a GB':>13}{'of curl':>12}")
    ratios = {name: _row(name, runs, found["curl"]) for name, runs in found.items()}
    good = ratios["ours, no fsync"] >= LIMIT
    print(f"limit: {LIMIT} of curl, neither syncing; {'kept' if good else 'MISSED'}")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
