"""The data-quality report on the command line and as files."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from musiclib.cli.main import run

LIST = """Artist,Title,BPM,Key,Label
Ada Quist,<b>First</b> Light,124,8A,Warft
Noor Hale,Second Wind,125,9A,n/a
Mira Voss,Auftakt,,,
"""
Cli = Callable[..., tuple[str, str]]


@pytest.fixture
def cli(data_dir: Path, capsys: pytest.CaptureFixture[str]) -> Cli:
    """Run a command; returns what it wrote to stdout and stderr."""

    def call(*arguments: str, code: int = 0) -> tuple[str, str]:
        got = run(["--data-dir", str(data_dir), *arguments])
        printed = capsys.readouterr()
        assert got == code, printed.err
        return printed.out, printed.err

    return call


def _import(cli: Cli, tmp_path: Path) -> None:
    file = tmp_path / "set.csv"
    file.write_text(LIST, "utf-8")
    cli("import", str(file), "--album", "A Set")
    cli("set", "Second Wind", "bpm=480")


def _numbers(told: dict[str, list[dict[str, object]]]) -> dict[object, dict[str, object]]:
    return {row["query"]: row for row in told["numbers"]}


def test_each_number_tells_the_query_that_opens_it_and_files_hold_the_same(cli: Cli, tmp_path: Path) -> None:
    assert "There are no tracks yet" in cli("report")[1]
    _import(cli, tmp_path)
    html, table = tmp_path / "report.html", tmp_path / "report.csv"
    sampled = ("--sample", "2", "--seed", "7")
    told = json.loads(cli("report", "--json", *sampled, "--html", str(html), "--csv", str(table))[0])
    assert (told["tracks"], told["sample"]["query"], len(told["sample"]["tracks"])) == (3, "sample:2@7", 2)
    assert _numbers(told)["odd:bpm"]["tracks"] == 1
    found = json.loads(cli("tracks", "--json", "odd:empty")[0])
    assert _numbers(told)["odd:empty"]["tracks"] == len(found) == 1

    text = html.read_text("utf-8")
    assert "&lt;b&gt;First&lt;/b&gt; Light" in text
    assert "<b>First" not in text
    assert not any(each in text for each in ("<script", "http://", "https://", "src="))
    # Every number that has rows leads to them.
    anchors = {part.split('"')[0] for part in text.split('href="#')[1:]}
    assert {"missing-isrc", "odd-bpm", "odd-empty"} <= anchors
    assert all(f'id="{anchor}"' in text for anchor in anchors)

    with table.open(encoding="utf-8", newline="") as stream:
        rows = {row["query"]: row for row in csv.DictReader(stream)}
    assert rows["missing:isrc"]["tracks"] == "3"
    assert rows["odd:empty"]["tracks"] == "1"
    assert rows["source:manual"]["values"] == "1"
    missing = tmp_path / "no folder" / "report.html"
    assert "cannot be written" in cli("report", "--html", str(missing), code=1)[1]


def test_a_report_is_compared_with_the_one_before(cli: Cli, tmp_path: Path) -> None:
    _import(cli, tmp_path)
    first = json.loads(cli("report", "--json")[0])
    cli("set", "Auftakt", "bpm=124")
    second = json.loads(cli("report", "--json")[0])
    assert second["compared_with"] == first["measured_at"]
    row = _numbers(second)["missing:bpm"]
    assert (row["before"], row["tracks"], row["change"]) == (1, 0, -1)
    shown = cli("report", "--sample", "2", "--seed", "7")[0]
    for part in ("missing:key", "66.7", "clash:bpm", "sample:2@7", "overwritten by us: 0"):
        assert part in shown
    assert "no report that old" in cli("report", "--since", "2001-01-01", code=1)[1]
    assert "--since" in cli("report", "--since", "whenever", code=2)[1]
