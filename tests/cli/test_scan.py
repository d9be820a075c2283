"""Files on disk, through the commands: scan, link, measure, export."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from musiclib.analysis.synth import SynthSpec, render
from musiclib.cli.main import run
from musiclib.domain.music_key import MusicalKey

Cli = Callable[..., Any]


@pytest.fixture
def cli(data_dir: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Cli:
    """Run a command with --json on a library of its own, without a network."""
    monkeypatch.setenv("MUSICLIB_ONLINE", "false")

    def call(*arguments: str, code: int = 0) -> Any:
        got = run(["--data-dir", str(data_dir), "--json", *arguments])
        printed = capsys.readouterr()
        assert got == code, printed.err
        return json.loads(printed.out) if printed.out else printed.err

    return call


@pytest.fixture
def music(tmp_path: Path) -> Path:
    folder = tmp_path / "music"
    folder.mkdir()
    spec = SynthSpec(124.0, MusicalKey(9, minor=True), duration_s=12.0)
    render(folder / "light.flac", spec, {"artist": "Ada Quist", "title": "First Light"})
    (folder / "broken.mp3").write_bytes(b"no audio" * 200)
    return folder


def test_from_list_and_folder_to_measurements(cli: Cli, music: Path, tmp_path: Path) -> None:
    (tmp_path / "list.txt").write_text("Ada Quist - First Light\nNoor Hale - Second Wind\n")
    cli("import", str(tmp_path / "list.txt"), "--album", "A Night")
    scanned = cli("scan", str(music), code=1)
    assert (scanned["added"], scanned["linked"], len(scanned["broken"])) == (1, 1, 1)
    cli("enrich", "--until-idle")
    (row,) = cli("tracks", "quist")
    assert row["bpm"] == pytest.approx(124, abs=0.5)
    assert row["has_file"]
    assert cli("export", "json", "A Night")["list"][0]["camelot"] == row["camelot"]


def test_a_library_is_measured_again(cli: Cli, music: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cli("scan", str(music), code=1)
    line = cli("analyze", "--library")
    assert line["title"] == "First Light"
    assert line["loudness_lufs"] < 0


def test_a_playlist_holds_the_files(cli: Cli, music: Path, tmp_path: Path) -> None:
    cli("scan", str(music), code=1)
    target = tmp_path / "list.m3u8"
    cli("export", "m3u8", "-o", str(target))
    lines = target.read_text("utf-8").splitlines()
    assert lines[0] == "#EXTM3U"
    assert lines[1].endswith("Ada Quist - First Light")
    assert lines[2] == str(music / "light.flac")


def test_a_folder_that_is_not_there_is_told(cli: Cli, tmp_path: Path) -> None:
    assert "none" in cli("scan", str(tmp_path / "none"), code=1)


def test_without_a_folder_the_settings_name_them(
    cli: Cli, music: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "Name a folder" in cli("scan", code=1)
    monkeypatch.setenv("MUSICLIB_MUSIC_FOLDERS", str(music))
    assert cli("scan", code=1)["added"] == 1
