"""What a person has heard, told on the command line; and the analysis paused there."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from musiclib.bootstrap import open_library
from musiclib.cli.main import run
from musiclib.settings import Settings
from tests.runners.helpers import give_file, import_tracks
from tests.support.sources import say

Cli = Callable[..., str]


@pytest.fixture
def cli(data_dir: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Cli:
    library = open_library(Settings(data_dir=data_dir, online=False))
    first, _ = import_tracks(library, "Ada Quist - First Light", "Noor Hale - Second Wind").rows
    say(library, "analysis", first, {"bpm": 82.0, "key_code": 21})
    say(library, "deezer", first, {"bpm": 123.0})
    give_file(library, first, tmp_path / "one.flac")
    library.close()

    def call(*arguments: str, code: int = 0) -> str:
        got = run(["--data-dir", str(data_dir), *arguments])
        printed = capsys.readouterr()
        assert got == code, printed.err
        return printed.out + printed.err if code else printed.out

    return call


def field(cli: Cli, name: str) -> tuple[object, str]:
    card = json.loads(cli("track", "first", "--json"))["fields"][name]
    return card["value"], card["rule"]


def test_tempo_and_key_are_set_counted_otherwise_taken_and_locked(cli: Cli) -> None:
    assert cli("set", "First", "Light", "bpm=124", "key=8B") == (
        "BPM set to 124 on “Ada Quist - First Light”\nKey set to C major on “Ada Quist - First Light”\n"
    )
    assert (field(cli, "bpm"), field(cli, "key_code")) == ((124.0, "locked"), (0, "locked"))
    for how, value in (("double", 248.0), ("/2", 124.0), ("3:2", 186.0), ("2:3", 124.0)):
        cli("set", "first", f"bpm={how}")
        assert field(cli, "bpm") == (value, "locked")
    cli("set", "first", "--take", "bpm=deezer")
    assert field(cli, "bpm") == (123.0, "locked")
    cli("undo")
    assert field(cli, "bpm") == (124.0, "locked")
    cli("set", "first", "--clear", "bpm", "--clear", "key")
    assert field(cli, "bpm") == (82.0, "precedence")
    cli("set", "first", "--lock", "bpm")
    assert field(cli, "bpm") == (82.0, "locked")


def test_what_cannot_be_set_is_refused_with_the_way_out(cli: Cli) -> None:
    assert "lies between 10 and 500" in cli("set", "first", "bpm=fast", code=1)
    assert "no field “tempo”" in cli("set", "first", "tempo=120", code=1)
    assert "has no BPM yet" in cli("set", "second", "bpm=x2", code=1)
    assert "musiclib set TRACK bpm=124" in cli("set", "first", code=2)


def test_the_analysis_is_paused_alone_and_says_so(cli: Cli) -> None:
    assert "You paused the analysis of 1 file." in cli("analysis", "pause")
    assert json.loads(cli("analysis", "status", "--json"))["pace"] == "paused"
    assert "musiclib analysis resume" in cli("analyze", "--track", "first", code=1)
    assert "paused" not in cli("analysis", "resume")
    assert json.loads(cli("analysis", "status", "--json")) == {
        "pace": "full", "done": 0, "running": 0, "queued": 1, "waiting": 0, "error": 0,
    }  # fmt: skip
