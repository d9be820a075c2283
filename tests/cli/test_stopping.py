"""Long commands end when they are told to, and leave nothing half done."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from musiclib.cli.main import run
from tests.support.limits import ENDS_WITHIN_S

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no signal for one process")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_worker_ends_within_three_seconds(
    number: int, data_dir: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "list.txt").write_text("Ada Quist - First Light\n")
    assert run(["--data-dir", str(data_dir), "import", str(tmp_path / "list.txt")]) == 0
    with subprocess.Popen(
        [sys.executable, "-m", "musiclib", "--data-dir", str(data_dir), "worker"],
        env={**os.environ, "MUSICLIB_ONLINE": "false"},
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stderr is not None
        assert "Working on the queue" in process.stderr.readline()
        process.send_signal(number)
        begin = time.monotonic()
        rest = process.stderr.read()
        process.wait(timeout=10)
        took = time.monotonic() - begin
    assert (process.returncode, rest) == (0, "")
    assert took < ENDS_WITHIN_S
    capfd.readouterr()
    assert run(["--data-dir", str(data_dir), "tasks", "--json"]) == 0
    assert "running" not in {task["status"] for task in json.loads(capfd.readouterr().out)}
