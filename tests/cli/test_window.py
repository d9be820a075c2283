from __future__ import annotations

from pathlib import Path

import pytest

from musiclib import system_libraries
from musiclib.cli.command import Windows
from musiclib.cli.main import run
from musiclib.settings import Settings


def test_without_a_command_the_window_opens(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    opened: list[Settings] = []

    def opener(settings: Settings) -> int:
        opened.append(settings)
        return 0

    assert run(["--data-dir", str(tmp_path)], Windows(open=opener)) == 0
    assert opened[0].data_dir == tmp_path


def test_without_a_display_the_way_on_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    assert run(["--data-dir", str(tmp_path)]) == 1
    told = capsys.readouterr().err
    assert "no display" in told
    assert "musiclib demo" in told


def test_missing_libraries_are_named_with_their_packages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    absent = system_libraries.SystemLibrary("libnowhere.so.1", "Qt", "libnowhere1", "nowhere", "nowhere")
    monkeypatch.setattr(system_libraries, "LIBRARIES", (absent,))
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    assert run(["--data-dir", str(tmp_path), "snapshot", str(tmp_path / "a.png")]) == 1
    told = capsys.readouterr().err
    assert "libnowhere.so.1" in told
    assert "sudo apt-get install libnowhere1" in told
