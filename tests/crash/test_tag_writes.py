from __future__ import annotations

from pathlib import Path

from tests.crash.tag_writes import finish_and_check, kill_and_check, prepare, start_drivers

KILLS = 2
"""A sample; `python -m tests.crash --tags --kills 200` does more."""


def test_killed_tag_writing_damages_no_file_and_loses_no_original(tmp_path: Path) -> None:
    plan = prepare(tmp_path, copies=1)
    with start_drivers(tmp_path) as drivers:
        kill_and_check(drivers, plan, KILLS, seed=7, longest_s=0.4, report=False)
    finish_and_check(tmp_path, plan)
