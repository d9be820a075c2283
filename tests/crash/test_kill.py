from __future__ import annotations

from pathlib import Path

from tests.crash.harness import Drivers, finish_and_check, kill_and_check, prepare

KILLS = 10
"""A sample; `python -m tests.crash` does 300."""


def test_kills_lose_nothing_and_double_nothing(data_dir: Path) -> None:
    prepare(data_dir)
    with Drivers(data_dir, 5) as drivers:
        hits = kill_and_check(drivers, KILLS, seed=20260617, longest_s=0.4)
        finish_and_check(drivers, 5)
    assert hits >= KILLS // 2


def test_two_processes_share_a_library_without_doing_anything_twice(data_dir: Path) -> None:
    prepare(data_dir)
    with Drivers(data_dir, 2) as drivers:
        finish_and_check(drivers, 2, workers=2)
