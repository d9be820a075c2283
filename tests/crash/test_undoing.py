from __future__ import annotations

from pathlib import Path

from tests.crash.harness import Drivers
from tests.crash.undoing import finish_and_check, kill_and_check, prepare

KILLS = 2
"""A sample; `python -m tests.crash --undo` does more."""


def test_no_act_is_ever_half_undone(tmp_path: Path) -> None:
    prepare(tmp_path, 2)
    with Drivers(tmp_path, module="tests.crash.undoing") as drivers:
        assert kill_and_check(drivers, KILLS, seed=20260617, longest_s=0.6) >= KILLS
    finish_and_check(tmp_path, 2)
