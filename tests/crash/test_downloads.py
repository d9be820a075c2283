from __future__ import annotations

from pathlib import Path

from tests.crash.downloads import Plan, finish_and_check, kill_and_check, prepare, start_drivers
from tests.support.audio_server import audio_server

KILLS = 3


def test_killed_downloads_lose_no_byte_and_double_no_file(tmp_path: Path) -> None:
    plan = Plan(albums=2, tracks=3, seconds=8.0, bytes_per_s=250_000)
    with audio_server() as server:
        prepare(tmp_path, server, plan)
        with start_drivers(tmp_path, server, plan) as drivers:
            tally = kill_and_check(drivers, server, plan, KILLS, seed=3, longest_s=1.8, report=False)
            finish_and_check(drivers, server, plan)
    assert tally.hits == KILLS
