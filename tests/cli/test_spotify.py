"""`musiclib spotify` against a fake Spotify, as a person or a script runs it."""

from __future__ import annotations

import io
import json
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from musiclib.cli import spotify as command
from musiclib.cli.main import run
from tests.support.spotify_server import CLIENT_ID, FakeSpotify, serve_spotify

Cli = Callable[..., tuple[int, str, str]]


@pytest.fixture
def spotify(monkeypatch: pytest.MonkeyPatch, data_dir: Path) -> Iterator[FakeSpotify]:
    with serve_spotify() as served:
        for name in ("spotify_api_url", "spotify_accounts_url"):
            monkeypatch.setenv(f"MUSICLIB_{name.upper()}", served.settings[name])
        monkeypatch.setenv("MUSICLIB_DATA_DIR", str(data_dir))
        monkeypatch.setenv("MUSICLIB_CREDENTIALS", "file")
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        yield served


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str]) -> Cli:
    def call(*arguments: str) -> tuple[int, str, str]:
        code = run(["spotify", *arguments])
        told = capsys.readouterr()
        return code, told.out, told.err

    return call


def browse(monkeypatch: pytest.MonkeyPatch, visit: Callable[[str], Any]) -> Callable[[], None]:
    """Puts a browser in the place of the computer's own; the result waits until it is done."""
    threads: list[threading.Thread] = []

    def opened(address: str) -> bool:
        threads.append(threading.Thread(target=visit, args=(address,)))
        threads[-1].start()
        return True

    monkeypatch.setattr(command.webbrowser, "open", opened)
    return lambda: threads[-1].join(10)


def test_from_signing_in_to_signing_out(
    cli: Cli, spotify: FakeSpotify, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, out, _ = cli("status")
    assert (code, "client id" in out) == (0, True)
    code, _, err = cli("sign-in")
    assert (code, "developer.spotify.com" in err) == (1, True)
    end = browse(monkeypatch, spotify.visit)
    code, out, err = cli("sign-in", "--client-id", CLIENT_ID)
    end()
    assert code == 0
    assert out.startswith("Signed in to Spotify until ")
    assert "credentials.json, which only you can read" in err, "a file in the place of a keyring is announced"
    code, out, _ = cli("status", "--json")
    told = json.loads(out)
    assert (told["state"], told["client_id"], told["kept_in_file"]) == ("signed_in", CLIENT_ID, True)
    assert not any(secret in out for secret in spotify.given)
    code, out, _ = cli("sign-out")
    assert (code, out) == (0, "Signed out of Spotify.\n")
    code, out, _ = cli("sign-out", "--remove-data", "--json")
    told = json.loads(out)
    assert told["status"]["state"] == "signed_out"
    assert told["removed"] == {"tracks": 0, "values": 0, "candidates": 0, "answers": 0, "pictures": 0}
    code, out, err = cli("sign-out", "--remove-data")
    assert (code, "Removed Spotify's data of 0 tracks" in out, "Backups" in err) == (0, True, True)
    assert out.startswith("Nobody was signed in to Spotify here.\n")


def test_who_says_no_gets_1(cli: Cli, spotify: FakeSpotify, monkeypatch: pytest.MonkeyPatch) -> None:
    end = browse(monkeypatch, lambda address: spotify.visit(address, says="access_denied"))
    code, out, err = cli("sign-in", "--client-id", CLIENT_ID)
    end()
    assert (code, out, "did not let musiclib" in err) == (1, "", True)


def test_the_address_is_pasted_where_there_is_no_browser(
    cli: Cli, spotify: FakeSpotify, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class Person(io.StringIO):
        """Reads the address on the screen, first pastes the wrong one, then the right one."""

        lines = 0

        def readline(self, *_: Any) -> str:
            self.lines += 1
            if self.lines < 3:
                return ("\n", "http://127.0.0.1/\n")[self.lines - 1]
            address = next(line for line in capsys.readouterr().err.split() if "/authorize?" in line)
            return spotify.callback(address)

    monkeypatch.setattr("sys.stdin", Person())
    code, out, _ = cli("sign-in", "--no-browser", "--client-id", CLIENT_ID)
    assert (code, out.startswith("Signed in")) == (0, True)
    monkeypatch.setattr("sys.stdin", io.StringIO())
    code, _, err = cli("sign-in", "--no-browser")
    assert (code, "cancelled" in err) == (1, True)
    code, _, err = cli("sign-in", "--no-browser", "--client-id", "?")
    assert (code, "not a client id" in err) == (2, True)


@pytest.mark.parametrize("arguments", [["sign-up"], ["status", "--what"], []])
def test_wrong_use_is_2(cli: Cli, spotify: FakeSpotify, arguments: list[str]) -> None:
    assert cli(*arguments)[0] == 2
