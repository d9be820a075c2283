"""Searching on the command line."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from musiclib.cli.main import run

LIST = """Artist,Title,BPM,Key
Ada Quist,First Light,124,8A
Noor Hale,Second Wind,125,9A
Noor Hale,Far Shore,124,2B
Mira Voss,Auftakt,174,
"""


@pytest.fixture
def cli(data_dir: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[str, str]]:
    """Run a command on a library with four tracks; returns what it wrote to stdout and stderr."""

    def call(*arguments: str, code: int = 0) -> tuple[str, str]:
        got = run(["--data-dir", str(data_dir), *arguments])
        printed = capsys.readouterr()
        assert got == code, printed.err
        return printed.out, printed.err

    file = tmp_path / "set.csv"
    file.write_text(LIST, "utf-8")
    call("import", str(file), "--album", "A Set")
    return call


Cli = Callable[..., tuple[str, str]]


def _titles(cli: Cli, *arguments: str) -> list[str]:
    return [row["title"] for row in json.loads(cli(*arguments, "--json")[0])]


def test_tracks_are_searched_and_sorted(cli: Cli) -> None:
    assert _titles(cli, "tracks", "bpm:62-63", "--sort", "-bpm,title") == [
        "Second Wind",
        "Far Shore",
        "First Light",
    ]
    assert _titles(cli, "tracks", "--sort", "-bpm", "--limit", "2") == ["Auftakt", "Second Wind"]
    assert _titles(cli, "tracks", "key:~8A -wind") == ["First Light"]
    assert "Auftakt" in cli("tracks", "--", "-noor", "in:set")[0]


def test_a_query_that_cannot_be_read_is_wrong_use(cli: Cli) -> None:
    assert "energie: is not a field; did you mean energy:?" in cli("tracks", "energie:6", code=2)[1]
    assert "is no column to sort by" in cli("tracks", "--sort", "tempo", code=2)[1]
    out, err = cli("tracks", "mood:dark")
    assert (out, err) == ("", "mood: is not a field, so it is looked for as it stands.\nNothing is found.\n")


def test_what_goes_with_a_track(cli: Cli) -> None:
    (found,) = json.loads(cli("neighbours", "first", "light", "--json")[0])
    assert (found["title"], found["why"]) == ("Second Wind", "9A is one step up the wheel; 0.8 % faster")
    assert "9A is one step up the wheel" in cli("neighbours", "first", "light")[0]
    assert "Nothing in the library goes with" in cli("neighbours", "first", "light", "--tempo", "0.1")[1]


def test_smart_albums(cli: Cli) -> None:
    assert "There are no smart albums yet" in cli("smart", "list")[1]
    assert cli("smart", "save", "Fast", "bpm:>150")[0] == "Fast: bpm:>150 (1 track now)\n"
    cli("smart", "save", "fast", "BPM>123")
    assert json.loads(cli("smart", "list", "--json")[0]) == [
        {"name": "fast", "query": "bpm:>123", "tracks": 4}
    ]
    assert _titles(cli, "smart", "show", "FAST", "--sort", "title", "--limit", "1") == ["Auftakt"]
    assert "There is no smart album" in cli("smart", "show", "slow", code=1)[1]
    assert cli("smart", "delete", "Fast")[0] == "fast is gone. It was: bpm:>123\n"
    assert "No track has a genre yet" in cli("genres")[1]


def test_packs_are_listed_made_and_written(cli: Cli, tmp_path: Path) -> None:
    for title, popularity in (("First Light", 10), ("Second Wind", 50), ("Far Shore", 90)):
        cli("set", title, f"popularity={popularity}")
    assert " 90 " in cli("tracks", "Far Shore")[0]
    assert _titles(cli, "tracks", "--sort", "-popularity", "rank:>30") == ["Far Shore", "Second Wind"]
    rule = "within:library familiar:0"
    made = json.loads(cli("packs", "make", "top-hits", "--rule", rule, "--smart", "Known", "--json")[0])
    assert [row["title"] for row in made["list"]] == ["Far Shore"]
    assert (made["fitting"], made["elsewhere"], made["unknown"]) == (1, 2, 1)
    assert made["kept"] == {"smart": "Known: rank:>=80"}
    packs = json.loads(cli("packs", "list", "--json")[0])
    assert [each["pack"] for each in packs][:2] == ["top-hits", "deep-cuts"]
    file = tmp_path / "pack.csv"
    medium = ("packs", "make", "medium", "noor", "--rule", rule, "--album", "Middle")
    cli(*medium, "--format", "csv", "-o", str(file))
    assert "Second Wind" in file.read_text("utf-8")
    assert "Second Wind" in cli("tracks", "in:middle")[0]
    assert "no album is made" in cli("packs", "make", "hard", "noor", "--album", "None", code=1)[1]
    assert "is no part of a rule" in cli("packs", "make", "hard", "--rule", "within:moon", code=2)[1]
