"""`musiclib review` over a real library."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from musiclib.bootstrap import open_library
from musiclib.cli.main import run
from musiclib.settings import Settings
from tests.support.review_cases import CASES, LOST, add_review_cases

Cli = Callable[..., str]


@pytest.fixture
def cli(data_dir: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Cli:
    """Run a command; returns what it wrote to stdout, or to stderr if it failed."""
    monkeypatch.setenv("MUSICLIB_ONLINE", "false")
    library = open_library(Settings(data_dir=data_dir, online=False))
    add_review_cases(library)
    library.close()

    def call(*arguments: str, code: int = 0) -> str:
        capsys.readouterr()
        got = run(["--data-dir", str(data_dir), *arguments])
        printed = capsys.readouterr()
        assert got == code, printed.err
        return printed.err if code else printed.out

    return call


def queue(cli: Cli, *options: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(cli("review", "--json", *options))
    return found


def titles(cli: Cli, *options: str) -> list[str]:
    return [each["title"] for each in queue(cli, *options)]


def test_the_queue_with_candidates_and_reasons(cli: Cli) -> None:
    first, second, *_ = queue(cli)
    assert len(queue(cli)) == len(CASES)
    assert (first["title"], first["why"]) == ("Северный ветер", "5 candidates, 3 points apart")
    best = first["candidates"][0]
    assert (best["number"], best["provider"], best["score"]) == (1, "musicbrainz", 95.0)
    assert best["fields"]["isrc"] == "ZZMLB2400318"
    assert second["why"] == "41 s longer than the list says"
    text = cli("review")
    assert "Лида Морозова - Северный ветер (Инструментал)\n    5 candidates, 3 points apart." in text
    assert "    2   92  Лида Морозова - Северный ветер (Инструментал), 5:46," in text
    assert titles(cli, "--not-found") == [each.listed.title.split(" (")[0] for each in LOST[:1]] + [
        LOST[1].listed.title
    ]


def test_a_pick_is_locked_and_can_be_undone(cli: Cli) -> None:
    change = json.loads(cli("review", "pick", "Северный", "2", "--json"))
    assert "Северный ветер" in change["summary"]
    assert "Северный ветер" not in titles(cli)
    (row,) = json.loads(cli("tracks", "Северный", "--json"))
    assert (row["match"], row["isrc"]) == ("matched", "ZZMLB2400319")
    cli("undo")
    assert titles(cli)[0] == "Северный ветер"


def test_none_never_and_later(cli: Cli) -> None:
    cli("review", "later", "Северный")
    assert titles(cli)[-1] == "Северный ветер"
    cli("review", "never", "Северный", "1")
    assert [each["ruled_out"] for each in queue(cli)[-1]["candidates"]] == [False] * 4 + [True]
    cli("review", "none", "Again")
    assert "You, Again" in titles(cli, "--not-found")


def test_accepting_from_a_score(cli: Cli) -> None:
    shown = json.loads(cli("review", "accept", "--from", "85", "--dry-run", "--json"))
    assert [each["title"] for each in shown] == ["Северный ветер", "首都高の雨"]
    assert len(titles(cli)) == len(CASES)
    assert "MusicBrainz" in cli("review", "accept", "--from", "85")
    assert len(titles(cli)) == len(CASES) - 2
    cli("undo")
    assert len(titles(cli)) == len(CASES)


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("pick", "Северный", "9"), 1, "There is no candidate 9: the track has 5."),
        (("pick", "Paper Lanterns", "1"), 1, "This track has no candidates."),
        (("pick", "Северный", "Mira Voss"), 1, "names no recording"),
        (("pick", "Северный", "ZZMLB2400318"), 1, "switched off"),
        (("later", "nobody knows"), 1, "No track has all these words"),
        (("accept",), 2, "--from"),
        (("accept", "--from", "101"), 2, "--from"),
        (("never", "Северный"), 2, "N"),
    ],
)
def test_what_cannot_be_done_is_told(cli: Cli, arguments: tuple[str, ...], code: int, said: str) -> None:
    assert said in cli("review", *arguments, code=code)
