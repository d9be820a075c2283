"""`musiclib art` on a real library."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from musiclib.bootstrap import open_library
from musiclib.cli.main import run
from musiclib.settings import Settings
from tests.runners.helpers import import_tracks
from tests.support.catalogue.http import picture
from tests.support.library import give_album_art

Cli = Callable[..., str]


@pytest.fixture
def cli(data_dir: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Cli:
    monkeypatch.setenv("MUSICLIB_ONLINE", "false")
    library = open_library(Settings(data_dir=data_dir, online=False))
    outcome = import_tracks(library, "Ada Quist - First Light", "Ilium - Psi", title="Lanterns")
    for seed in (1, 2):
        give_album_art(library, outcome.album_id, picture(40, 30, seed))
    library.close()

    def call(*arguments: str, code: int = 0) -> str:
        got = run(["--data-dir", str(data_dir), "art", *arguments])
        printed = capsys.readouterr()
        assert got == code, printed.err
        return printed.out + printed.err

    return call


def test_pictures_are_listed_and_one_is_used(cli: Cli, tmp_path: Path) -> None:
    listed = json.loads(cli("Lanterns", "--json"))
    assert [(each["number"], each["source"], each["in_force"]) for each in listed] == [
        (1, "manual", True),
        (2, "manual", False),
    ]
    assert {(each["width"], each["height"], each["tracks"]) for each in listed} == {(40, 30, 2), (40, 30, 0)}
    assert "40 x 30" in cli("lanterns")
    assert "Art of “Lanterns” changed" in cli("Lanterns", "--choose", "2")
    assert json.loads(cli("Lanterns", "--json"))[0]["art_id"] == listed[1]["art_id"]
    (tmp_path / "mine.png").write_bytes(picture(64, 64, 3))
    done = json.loads(cli("psi", "--track", "--file", str(tmp_path / "mine.png"), "--json"))
    assert len(done["track_ids"]) == 1
    assert json.loads(cli("psi", "--track", "--json"))[0]["width"] == 64
    cli("Lanterns", "--none")
    assert not any(each["in_force"] for each in json.loads(cli("Lanterns", "--json")))


def test_what_cannot_be_is_said(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "text.png").write_text("no picture")
    assert "there are 2" in cli("Lanterns", "--choose", "3", code=1)
    assert "picture" in cli("Lanterns", "--file", str(tmp_path / "text.png"), code=1)
    assert "switched off" in cli("Lanterns", "--look-further", code=1)
    assert "no album" in cli("nowhere", code=1)
    assert "Only one" in cli("Lanterns", "--none", "--choose", "1", code=2)
