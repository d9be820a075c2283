"""`musiclib sources`, as a person or a script runs it."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer

from musiclib.cli.main import run

Cli = Callable[..., tuple[int, str, str]]


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, data_dir: Path) -> Cli:
    monkeypatch.setenv("MUSICLIB_DATA_DIR", str(data_dir))
    monkeypatch.setenv("MUSICLIB_CREDENTIALS", "file")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")

    def call(*arguments: str, stdin: str = "") -> tuple[int, str, str]:
        monkeypatch.setattr("sys.stdin", io.StringIO(stdin))
        code = run(["sources", *arguments])
        told = capsys.readouterr()
        return code, told.out, told.err

    return call


def names(cli: Cli) -> list[str]:
    return [each["name"] for each in json.loads(cli("list", "--json")[1])]


def test_from_adding_a_folder_to_removing_it(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "one.mp3").write_bytes(b"x")
    assert cli("add", "folder", str(tmp_path), "--name", "NAS")[0] == 0
    assert cli("test", "nas") == (0, "NAS: 1 audio file.\n", "")
    assert cli("move", "NAS", "1")[1].splitlines() == ["1. NAS", "2. Music folders", "3. archive.org"]
    assert cli("disable", "NAS")[1] == "NAS is switched off.\n"
    assert "off" in cli("list")[1].splitlines()[1]
    assert json.loads(cli("enable", "NAS", "--json")[1])["enabled"] is True
    assert cli("remove", "NAS")[0] == 0
    assert names(cli) == ["Music folders", "archive.org"]


def test_a_password_comes_from_stdin_and_is_shown_nowhere(
    cli: Cli, httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MUSICLIB_ONLINE", "true")
    answer = {
        "subsonic-response": {"status": "ok", "type": "navidrome", "serverVersion": "0.60", "artists": {}}
    }
    httpserver.expect_request("/rest/getArtists").respond_with_json(answer)
    url = httpserver.url_for("").rstrip("/")
    told = cli("add", "subsonic", url, "--set", "user=ada", "--json", stdin="pass word \nmore")
    row = json.loads(told[1])
    assert (row["name"], row["values"]) == ("127.0.0.1", {"url": url, "user": "ada", "sign_in": "auto"})
    assert "pass word" not in "".join([*map(str, told), *map(str, cli("list", "--json"))])
    assert cli("test", "127.0.0.1") == (0, "127.0.0.1 answers: navidrome 0.60.\n", "")
    httpserver.clear()
    httpserver.expect_request("/rest/getArtists").respond_with_json(
        {"subsonic-response": {"status": "failed", "error": {"code": 40}}}
    )
    code, out, _ = cli("test", "127.0.0.1", "--json")
    assert (code, json.loads(out)[0]["works"]) == (1, False)


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (("add", "tape", "/x"), 2, "there are folder, subsonic"),
        (("add", "folder", "/x", "--set", "colour"), 2, "not of the form"),
        (("test", "Attic"), 2, "there are Music folders, archive.org"),
        (("move", "archive.org", "0"), 2, "PLACE"),
        (("add", "folder"), 1, "Folder is missing"),
        (("add", "folder", "--set", "folder=music"), 1, "whole path"),
        (("remove", "archive.org"), 1, "Switch it off"),
    ],
)
def test_wrong_use_is_told(cli: Cli, arguments: tuple[str, ...], code: int, told: str) -> None:
    found, _, err = cli(*arguments)
    assert (found, told in " ".join(err.replace("│", " ").split())) == (code, True), err
    assert names(cli) == ["Music folders", "archive.org"]


def test_kinds_say_what_they_ask_for(cli: Cli) -> None:
    kinds = {each["name"]: each for each in json.loads(cli("kinds", "--json")[1])}
    assert [each["name"] for each in kinds["subsonic"]["fields"]] == ["url", "user", "secret", "sign_in"]
    assert "archive" not in kinds
