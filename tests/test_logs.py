from __future__ import annotations

import asyncio
import gc
import logging
import sys
import threading
from pathlib import Path

import pytest

from musiclib.logs import log_loop_exception, logging_to, redact

_log = logging.getLogger("musiclib.test")


@pytest.mark.parametrize(
    "text",
    [
        "GET https://me:hunter2@host/path",
        "postgresql+psycopg://me:hunter2@host/db",
        "Authorization: Bearer hunter2.hunter2",
        '{"refresh_token": "hunter2", "x": 1}',
        "https://host/?access_token=hunter2&x=1",
        "password='hunter2'",
        "client_secret: hunter2",
        "API_KEY=hunter2",
    ],
)
def test_nothing_secret_is_left(text: str) -> None:
    assert "hunter2" not in redact(text)


@pytest.mark.parametrize(
    "text",
    ["https://musicbrainz.org/ws/2", "2 tokens left", "C:\\Music\\a.mp3", "10:20:30 Artist - Secret Love"],
)
def test_the_rest_stays(text: str) -> None:
    assert redact(text) == text


def test_arguments_and_tracebacks_are_redacted_too(tmp_path: Path) -> None:
    file = tmp_path / "logs" / "musiclib.log"
    with logging_to(file):
        _log.info("asking %s", "https://me:hunter2@host/")
        try:
            raise ValueError("token=hunter2")
        except ValueError:
            _log.info("failed", exc_info=True)
    text = file.read_text("utf-8")
    assert "asking https://***@host/" in text
    assert "ValueError: token=***" in text


@pytest.mark.logs("unhandled in thread")
def test_an_exception_of_a_thread_is_logged(tmp_path: Path) -> None:
    file = tmp_path / "musiclib.log"
    with logging_to(file):
        thread = threading.Thread(target=lambda: 1 / 0, name="divider")
        thread.start()
        thread.join()
    assert "unhandled in thread divider" in file.read_text("utf-8")
    assert "ZeroDivisionError" in file.read_text("utf-8")


@pytest.mark.logs("unhandled in the event loop")
def test_an_exception_nobody_awaited_is_logged(tmp_path: Path) -> None:
    async def fail() -> None:
        raise LookupError("lost")

    async def forget() -> None:
        asyncio.get_running_loop().set_exception_handler(log_loop_exception)
        task = asyncio.create_task(fail())
        await asyncio.wait([task])
        del task
        gc.collect()

    file = tmp_path / "musiclib.log"
    with logging_to(file):
        asyncio.run(forget())
    assert "LookupError: lost" in file.read_text("utf-8")


@pytest.mark.logs("^unhandled$")
def test_an_exception_of_the_main_thread_is_logged_and_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "excepthook", sys.__excepthook__)
    file = tmp_path / "musiclib.log"
    with logging_to(file):
        sys.excepthook(KeyError, KeyError("gone"), None)
    assert "KeyError: 'gone'" in file.read_text("utf-8")
    assert "KeyError: 'gone'" in capsys.readouterr().err


def test_everything_is_put_back(tmp_path: Path) -> None:
    before = sys.excepthook, threading.excepthook, logging.getLogger().level, logging.getLogger().handlers[:]
    with logging_to(tmp_path / "musiclib.log", verbose=True):
        assert sys.excepthook is not before[0]
    after = sys.excepthook, threading.excepthook, logging.getLogger().level, logging.getLogger().handlers[:]
    assert after == before


@pytest.mark.logs("the disk is nearly full")
def test_without_a_place_for_the_file_warnings_go_to_stderr(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "logs").write_text("")
    with logging_to(tmp_path / "logs" / "musiclib.log"):
        _log.info("all is well")
        _log.warning("the disk is nearly full")
    told = capsys.readouterr().err
    assert "the disk is nearly full" in told
    assert "all is well" not in told


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a full disk to write to, of Linux")
def test_a_full_disk_costs_lines_of_the_log_and_nothing_else(capsys: pytest.CaptureFixture[str]) -> None:
    with logging_to(Path("/dev/full")):
        logging.getLogger("musiclib.test").info("no room for this")
    assert capsys.readouterr().err == ""
