from __future__ import annotations

from pathlib import Path

import pytest

from tests.crash.collecting import finish_and_check, kill_and_check, prepare, start_drivers
from tests.support.isrc_server import isrc_server

KILLS, COUNT = 2, 300


def test_a_killed_run_keeps_whole_answers_and_is_gone_on_with(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with isrc_server() as address:
        prepare(tmp_path, address, COUNT)
        with start_drivers(tmp_path, address) as drivers:
            hits, count = kill_and_check(drivers, address, COUNT, KILLS, seed=5, longest_s=0.8, report=False)
            finish_and_check(drivers, address, count, hits)
