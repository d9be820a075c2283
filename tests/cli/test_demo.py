"""Where the sample library may go. That it goes the whole way is tested with its service and in `.ci/run`."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from musiclib.cli.main import run


@pytest.mark.parametrize("option", ["--keep", "--data-dir"])
def test_a_library_that_is_no_sample_is_left_alone(
    option: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "library.sqlite3").write_bytes(b"mine")
    assert run(["demo", option, str(tmp_path)]) == 1
    assert "--keep" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["library.sqlite3"]


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("")
    assert run(["demo", "--keep", str(tmp_path / "file" / "demo")]) == 1
    assert "cannot be written" in capsys.readouterr().err


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGINT for one process")
def test_ctrl_c_stops_it_and_the_own_database_is_not_touched(tmp_path: Path) -> None:
    own = tmp_path / "own.sqlite3"
    with subprocess.Popen(
        [sys.executable, "-m", "musiclib", "demo", "--no-window", "--keep", str(tmp_path / "demo")],
        env={**os.environ, "MUSICLIB_DATABASE_URL": f"sqlite:///{own}"},
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        deadline = time.monotonic() + 30
        while not list(tmp_path.glob("demo/sample music/*/*.flac")):
            assert time.monotonic() < deadline
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        _, told = process.communicate(timeout=30)
    assert process.returncode == 130, told
    assert "Traceback" not in told
    assert (tmp_path / "demo" / "library.sqlite3").exists()
    assert not own.exists()
