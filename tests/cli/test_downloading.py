"""`musiclib download` over a real library, a real server and the real check."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from musiclib.cli.main import run
from tests.support.audio_server import AudioServer, audio_server
from tests.support.downloads import wav
from tests.support.limits import ENDS_WITHIN_S

Cli = Callable[..., str]
NAMES = (("Mira Voss", "Auftakt"), ("Tessera", "Labyrinth"))


@pytest.fixture
def server(tmp_path: Path) -> Iterator[AudioServer]:
    with audio_server() as served:
        for artist, title in NAMES:
            served.files[f"/{artist} - {title}.wav".replace(" ", "%20")] = wav(
                tmp_path / "made", artist, title
            )
        yield served


@pytest.fixture
def cli(
    data_dir: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Cli:
    """Run a command; returns what it wrote to stdout, or to stderr if it failed."""
    monkeypatch.setenv("MUSICLIB_ONLINE", "false")
    for name in ("ARCHIVE", "MUSICBRAINZ", "COVERART", "DEEZER", "ITUNES"):
        monkeypatch.setenv(f"MUSICLIB_{name}_URL", "http://127.0.0.1:9")  # nobody is there
    monkeypatch.setenv("MUSICLIB_CREDENTIALS", "file")
    monkeypatch.setenv("MUSICLIB_DOWNLOAD_DIR", str(tmp_path / "music"))
    (tmp_path / "list.txt").write_text("\n".join(" - ".join(names) for names in NAMES))

    def call(*arguments: str, code: int = 0) -> str:
        capfd.readouterr()
        got = run(["--data-dir", str(data_dir), *arguments])
        printed = capfd.readouterr()
        assert got == code, printed.err
        return printed.err if code else printed.out

    call("import", str(tmp_path / "list.txt"), "--album", "Night")
    return call


def addresses(tmp_path: Path, server: AudioServer) -> str:
    path = tmp_path / "addresses.txt"
    path.write_text("\n".join(server.url(each) for each in server.files))
    return str(path)


def status(cli: Cli, *arguments: str) -> Any:
    return json.loads(cli("download", "--json", "status", *arguments))


def states(cli: Cli) -> list[str]:
    return [each["state"] for album in status(cli)["albums"] for each in album["transfers"]]


def test_an_album_from_a_list_of_addresses(
    cli: Cli, server: AudioServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = addresses(tmp_path, server)
    assert "network is switched off" in cli("download", "Night", "--url-list", given, code=1)
    monkeypatch.setenv("MUSICLIB_ONLINE", "true")
    told = json.loads(cli("download", "Night", "--url-list", given, "--json"))
    assert (told["asked"], told["album"]["here"], told["album"]["total"]) == (2, 2, 2)
    assert told["album"]["sentence"].startswith("All 2 are here and checked. Finished at ")
    placed = sorted((tmp_path / "music").rglob("*.wav"))
    assert [path.name for path in placed] == ["01 Auftakt.wav", "02 Labyrinth.wav"]
    assert [path.read_bytes() for path in placed] == list(server.files.values())
    assert "Here, checked, Address" in cli("download", "status", "Night")
    assert cli("download", "Night").startswith("Night (")
    assert all(track["has_file"] for track in json.loads(cli("tracks", "--json")))


def test_what_cannot_be_had_is_named_and_wrong_use_is_told(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = cli("download", "Night", code=1)
    assert "Mira Voss - Auftakt: No source: None of your sources has it" in told
    assert "There is no album" in cli("download", "Nothing of the kind", code=1)
    cli("download", "pause", code=2)
    cli("download", "pause", "Night", "--all", code=2)
    cli("download", "Night", "--url-list", "a", "--zip", "b", code=2)
    empty = tmp_path / "empty.txt"
    empty.write_text("nothing here")
    monkeypatch.setenv("MUSICLIB_ONLINE", "true")
    assert "no web address" in cli("download", "Night", "--url-list", str(empty), code=1)


def test_pause_resume_cancel_and_retry(cli: Cli) -> None:
    assert "is not in the download centre" in cli("download", "pause", "Night", code=1)
    cli("download", "Night", "--no-wait")
    assert states(cli) == ["wanted", "wanted"]
    (told,) = json.loads(cli("download", "pause", "Night", "--json"))
    assert told["sentence"].startswith("Paused by you at ")
    assert status(cli)["paused"]
    cli("download", "resume", "--all")
    assert states(cli) == ["wanted", "wanted"]
    cli("download", "pause", "--all")
    cli("download", "retry", "--all")
    assert states(cli) == ["paused", "paused"]
    cli("download", "cancel", "Night")
    assert status(cli)["albums"] == []
    assert status(cli, "--history")["albums"][0]["title"] == "Night"
    cli("download", "Night", "--no-wait")
    assert states(cli) == ["wanted", "wanted"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no signal for one process")
def test_ctrl_c_keeps_what_came_and_a_worker_goes_on(
    cli: Cli, server: AudioServer, data_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MUSICLIB_ONLINE", "true")
    server.gate.clear()
    command = [sys.executable, "-m", "musiclib", "--data-dir", str(data_dir), "download", "Night"]
    options = ["--url-list", addresses(tmp_path, server)]
    with subprocess.Popen([*command, *options], env=os.environ, stderr=subprocess.PIPE, text=True) as process:
        incoming = tmp_path / "music" / ".incoming"
        end = time.monotonic() + 60
        while sum(each.stat().st_size > 10_000 for each in incoming.glob("*.part")) < 2:
            if time.monotonic() > end:
                break
            time.sleep(0.02)
        begin = time.monotonic()
        process.send_signal(signal.SIGINT)
        assert process.stderr is not None
        assert "the same command goes on" in process.stderr.read()
        process.wait(timeout=10)
        assert (process.returncode, time.monotonic() - begin < ENDS_WITHIN_S) == (1, True)
    assert states(cli) == ["queued", "queued"]
    came = [each["bytes_done"] for each in status(cli)["albums"][0]["transfers"]]
    assert min(came) > 10_000
    server.gate.set()
    with subprocess.Popen(
        [*command[:-2], "worker"], env=os.environ, stderr=subprocess.PIPE, text=True
    ) as process:
        end = time.monotonic() + 60
        while states(cli) != ["done", "done"] and time.monotonic() < end:
            time.sleep(0.05)
        process.send_signal(signal.SIGTERM)
        assert process.stderr is not None
        process.stderr.read()
    assert (process.returncode, states(cli)) == (0, ["done", "done"])
    assert [server.requests(path)[-1].start for path in server.files] == came
