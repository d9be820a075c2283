from __future__ import annotations

from pathlib import Path

import pytest

from tests.crash.runs import kill_and_check, prepare
from tests.support.database import DIALECTS

KILLS, TRACKS = 2, 60
"""A sample; `python -m tests.crash --runs` does 200 over more tracks."""


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_killed_run_is_there_with_all_it_wrote_or_not_at_all(
    request: pytest.FixtureRequest, tmp_path: Path, dialect: str
) -> None:
    address = request.getfixturevalue("postgresql").empty_library() if dialect == "postgresql" else None
    prepare(tmp_path, address, TRACKS)
    assert kill_and_check(tmp_path, address, TRACKS, KILLS, seed=5, longest_s=0.6)
