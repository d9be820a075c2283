"""`musiclib collect` as a person or a script runs it, against a server in a process of its own."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from musiclib.bootstrap import open_library
from musiclib.cli.main import run
from musiclib.credentials import Secret
from musiclib.providers.spotify_account import Grant, save_grant
from musiclib.settings import load_settings
from tests.support.isrc_library import put_tracks
from tests.support.isrc_server import asked, beatport_answer, isrc_server
from tests.support.spotify_server import CLIENT_ID

Cli = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with isrc_server() as address:
        yield address


@pytest.fixture
def cli(
    server: str, data_dir: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Cli:
    for name, value in {
        "DATA_DIR": str(data_dir),
        "CREDENTIALS": "file",
        "SPOTIFY_API_URL": f"{server}/v1",
        "SPOTIFY_ACCOUNTS_URL": f"{server}/accounts",
        "SPOTIFY_CLIENT_ID": CLIENT_ID,
        "SPOTIFY_DAILY_CALLS": "10",
        "BEATPORT_URL": f"{server}/v4",
    }.items():
        monkeypatch.setenv(f"MUSICLIB_{name}", value)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")

    def call(*arguments: str, stdin: str = "") -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "stdin", io.StringIO(stdin))
        code = run(["collect", *arguments])
        told = capsys.readouterr()
        return code, told.out, told.err

    return call


def fill(count: int, *, signed_in: bool = True) -> None:
    library = open_library(load_settings())
    with library._db.write() as conn:
        put_tracks(conn, range(count), library._clock())
    if signed_in:
        save_grant(library._secrets, Grant(CLIENT_ID, Secret("refresh"), library._clock()))
    library.close()


def test_spotify_until_the_calls_of_a_day_are_used_up(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(12, signed_in=False)
    code, out, err = cli("spotify")
    assert (code, out) == (1, "Spotify: 0 found, 0 not found.\n")
    assert err == "musiclib: Sign in to Spotify in the settings.\n"
    fill(0)
    code, out, err = cli("spotify")
    assert code == 1
    assert "are left." in out
    assert "24 hours are used up. Start again after" in err
    monkeypatch.setenv("MUSICLIB_SPOTIFY_DAILY_CALLS", "1000")
    code, out, _ = cli("spotify", "--json")
    told = json.loads(out)
    assert (code, told["ending"], told["left"], told["failed"]) == (0, "done", 0, 0)
    assert cli("spotify")[1] == "Spotify: Nothing was left to do.\n"


def test_beatport_only_with_a_token(cli: Cli, server: str) -> None:
    fill(10)
    assert cli("beatport")[0] == 1
    assert cli("beatport-token", stdin="two words")[0] == 1
    code, out, _ = cli("beatport-token", stdin='{"access_token": "owntoken", "expires_in": 36000}')
    assert (code, "owntoken" in out) == (0, False)
    before = sum(asked(server).values())
    code, out, _ = cli("beatport", "--raw-only", "--json")
    assert (code, json.loads(out)["collected"]["found"], json.loads(out)["processed"]) == (0, 8, None)
    assert sum(asked(server).values()) == before + 10
    assert cli("beatport", "--process-only") == (0, "Processing: 8 found, 0 not found.\n", "")
    assert cli("beatport-token", "--forget")[1] == "Beatport is not asked.\n"


def test_files_and_wrong_use(cli: Cli, tmp_path: Path) -> None:
    fill(3)
    good, bad = tmp_path / "good.json", tmp_path / "bad.csv"
    good.write_bytes(beatport_answer(1))
    bad.write_text("a,b\n1,2\n")
    code, out, err = cli("beatport", str(good), str(bad))
    assert (code, out) == (
        1,
        "Beatport: 1 found, 0 not found, 1 failed.\nProcessing: 1 found, 0 not found.\n",
    )
    assert f"{bad} is neither JSON nor a table with a header" in err
    for wrong in (["--raw-only", "--again"], ["--process-only", str(good)], ["nowhere.csv"]):
        assert cli("beatport", *wrong)[0] == 2
