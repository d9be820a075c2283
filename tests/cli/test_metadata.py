"""`musiclib metadata` as a person or a script uses it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from musiclib.cli.main import run

LIST = "Artist,Title\nAda Quist,First Light\nNoor Hale,Second Wind\nMira Voss,Auftakt\n"


@pytest.fixture
def cli(data_dir: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[str, str]]:
    """Run a command on a library with three tracks; returns what it wrote to stdout and stderr."""

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


def popularities(cli: Cli) -> list[int | None]:
    return [each.get("popularity") for each in json.loads(cli("tracks", "--json")[0])]


@pytest.fixture
def file(cli: Cli, tmp_path: Path) -> Path:
    path = tmp_path / "found.csv"
    rows = json.loads(cli("tracks", "--json")[0])
    lines = [f"{row['id']},,{60 + n},GBAYE000000{n}" for n, row in enumerate(rows)]
    path.write_text("\n".join(["track_id,spotify_id,spotify_popularity,isrc", *lines]))
    return path


def test_plan_apply_and_revert(cli: Cli, file: Path) -> None:
    out, err = cli("metadata", "plan", str(file))
    assert "9 cells = 6 to write + 0 left out + 0 ask you + 0 locked + 3 same" in out
    plan = file.with_name("found_plan.csv")
    assert str(plan) in err
    text = plan.read_text("utf-8-sig")
    plan.write_text(text.replace(",61,yes,", ",61,no,"), "utf-8")
    out, err = cli("metadata", "apply", str(file))
    assert "5 values of 3 tracks written" in out
    assert ".sqlite3" in err
    assert popularities(cli) == [60, None, 62]
    assert "5 values" in cli("metadata", "revert", "--list")[0]
    cli("metadata", "revert")
    assert popularities(cli) == [None] * 3
    assert "no run" in cli("metadata", "revert", code=1)[1]


def test_what_was_changed_stops_an_apply_and_asks_at_a_revert(cli: Cli, file: Path) -> None:
    cli("metadata", "plan", str(file))
    cli("set", "First Light", "label=Harbour Own")
    err = cli("metadata", "apply", str(file), code=1)[1]
    assert "“Ada Quist - First Light” was changed since the plan was made, so nothing was written" in err
    assert popularities(cli) == [None] * 3
    cli("metadata", "plan", str(file))
    done = json.loads(cli("metadata", "apply", str(file), "--json")[0])
    assert (done["tracks"], done["cells"]) == (3, 6)
    cli("set", "First Light", "popularity=5")
    err = cli("metadata", "revert", code=1)[1]
    assert "--changed keep" in err
    cli("metadata", "revert", "--changed", "sometimes", code=2)
    cli("metadata", "revert", "--changed", "keep")
    assert popularities(cli) == [5, None, None]


def test_bad_files_are_refused_with_the_line(cli: Cli, file: Path) -> None:
    text = file.read_text()
    file.write_text(text.replace(",60,", ",600,"))
    err = cli("metadata", "plan", str(file), code=1)[1]
    assert "Line 2: spotify_popularity is “600”. It is a whole number from 0 to 100" in err
    file.write_text(text + "\n00000000-0000-7000-8000-000000000000,,5,")
    out, err = cli("metadata", "plan", str(file), "--json", code=1)
    assert json.loads(out)["sum"]["write"] == 6
    assert "line 5: the track 00000000-0000-7000-8000-000000000000 is not in this library" in err


def test_nobody_is_asked_offline(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MUSICLIB_ONLINE", "false")
    assert "network is switched off" in cli("metadata", "fetch", code=1)[1]


def test_a_track_that_was_deleted_since_the_plan_stops_the_run(cli: Cli, file: Path) -> None:
    text = file.read_text()
    file.write_text(text + "\n00000000-0000-7000-8000-000000000000,,5,")
    cli("metadata", "plan", str(file), code=1)
    plan = file.with_name("found_plan.csv")
    gone = "00000000-0000-7000-8000-000000000000,,,,,no,,,5,yes,spotify,,,no,,k0"
    plan.write_text(f"{plan.read_text('utf-8-sig').rstrip()}\n{gone}\n")
    assert "was deleted since, so nothing was written" in cli("metadata", "apply", str(file), code=1)[1]
    assert popularities(cli) == [None] * 3
