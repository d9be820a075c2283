"""The full figure: `python -m tests.crash --kills 300`."""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

from tests.crash.harness import Drivers, check, finish_and_check, kill_and_check, prepare


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        prepare(folder)
        # Enough work that the last kill still finds some.
        with Drivers(folder, lists=max(20, arguments.kills // 2)) as drivers:
            hits = kill_and_check(drivers, arguments.kills, arguments.seed, longest_s=1.0, report=True)
            finish_and_check(drivers)
        tasks = sum(check(folder).values())
    seconds = time.monotonic() - started
    print(f"children lived on for at most {drivers.slowest_end_s:.1f} s")
    print(
        f"{arguments.kills} rounds, {hits} processes killed at work in {seconds:.0f} s: "
        f"{tasks} tasks, none lost, none done twice, no orphan, database whole"
    )


if __name__ == "__main__":
    main()
