from __future__ import annotations

from pathlib import Path

from tests.crash.runs import kill_and_check, prepare

KILLS, TRACKS = 2, 60
"""A sample; `python -m tests.crash --runs` does 200 over more tracks, on both databases."""


def test_a_killed_run_is_there_with_all_it_wrote_or_not_at_all(tmp_path: Path) -> None:
    prepare(tmp_path, None, TRACKS)
    assert kill_and_check(tmp_path, None, TRACKS, KILLS, seed=5, longest_s=0.6)
