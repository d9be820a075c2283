"""Tags on the command line: shown, previewed, written, taken back."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from musiclib.cli.main import run
from tests.services.audio import write_wav

Cli = Callable[..., tuple[str, str]]


@pytest.fixture
def cli(data_dir: Path, music: Path, capsys: pytest.CaptureFixture[str]) -> Cli:
    def call(*arguments: str, code: int = 0) -> tuple[str, str]:
        got = run(["--data-dir", str(data_dir), *arguments])
        printed = capsys.readouterr()
        assert got == code, printed.err
        return printed.out, printed.err

    call("scan", str(music))
    call("set", "Auftakt", "bpm=124.5", "key=8A")
    return call


@pytest.fixture
def music(tmp_path: Path) -> Path:
    folder = tmp_path / "music"
    for title in ("Auftakt", "Labyrinth"):
        write_wav(folder / f"{title}.wav", 0.1, artist="Mira Voss", title=title, album="Hafenklang")
    return folder


def test_nothing_is_written_without_yes_and_all_of_it_is_taken_back(cli: Cli, music: Path) -> None:
    file = music / "Auftakt.wav"
    before = file.read_bytes()
    out, err = cli("tags", "write", "auftakt", "--fields", "bpm,key,title")
    assert [line.split() for line in out.splitlines()[2:]] == [
        ["BPM", "–", "124.5"],
        ["Key", "–", "Am", "·", "8A"],
    ]
    assert err == "1 file would be written, 0 say it already. Add --yes to write that.\n"
    assert file.read_bytes() == before
    preview = json.loads(cli("tags", "write", str(file), "--fields", "bpm,isrc", "--json")[0])
    assert [cell["state"] for cell in preview[0]["cells"]] == ["changes", "nothing"]
    assert preview[0]["file"] == str(file)
    outcome = json.loads(
        cli("tags", "write", "--album", "Hafenklang", "--fields", "bpm,key", "--yes", "--json")[0]
    )
    assert (outcome["written"], outcome["same"], outcome["failures"]) == (1, 1, [])
    shown = json.loads(cli("tags", "show", str(file), "--json")[0])[0]
    assert (shown["tags"]["bpm"], shown["tags"]["key"], shown["tags"]["key_shown"]) == (
        ["124.5"],
        ["Am"],
        ["8A"],
    )
    assert cli("tags", "undo")[0] == "Undone: Tags of 1 file written\n"
    assert file.read_bytes() == before
    assert "No tags were written" in cli("tags", "undo", code=1)[1]


def test_what_fails_is_named_and_the_rest_is_done(cli: Cli, music: Path) -> None:
    cli("set", "Labyrinth", "bpm=126")
    (music / "Labyrinth.wav").chmod(0o444)
    out, err = cli("tags", "write", "--all", "--fields", "bpm", "--yes", code=1)
    assert out == "1 file written, 0 unchanged.\n"
    assert "Labyrinth.wav is write-protected" in err
    assert "Test.wav" not in cli("tags", "show", str(music / "Auftakt.wav"))[0]
    assert "nothing.wav cannot be opened" in cli("tags", "show", str(music / "nothing.wav"), code=1)[1]


def test_wrong_use_is_told(cli: Cli, music: Path) -> None:
    assert (
        "“tempo” is no field; there are title,"
        in cli("tags", "write", "--all", "--fields", "tempo", code=2)[1]
    )
    assert "Say what to write" in cli("tags", "write", code=2)[1]
    assert "exclude each other" in cli("tags", "write", "--all", "--yes", "--preview", code=2)[1]
