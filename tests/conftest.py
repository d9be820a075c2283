"""What holds for every test: a world of its own, and nothing left behind.

A record of WARNING or above fails the test unless it is announced: `@pytest.mark.logs("part of it")`.
"""

from __future__ import annotations

import gc
import os
import re
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import psutil
import pytest

from tests.support import compiled
from tests.support.database import PostgresqlServer, empty_library, migrated_file, postgresql_server

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
# As in the lanes: numpy is not loaded yet.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
# Nothing here asks a server it has to trust; to read a system's certificates takes each client 30 ms.
os.environ.pop("SSL_CERT_FILE", None)
os.environ["SSL_CERT_DIR"] = str(Path(__file__).parent / "fixtures")
os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.null.Keyring"

hypothesis.settings.register_profile("musiclib", deadline=None, print_blob=True)
hypothesis.settings.load_profile("musiclib")

_GRACE_S = 10.0
# One for a whole test run each: the helper of the spawn method, the database server of a session fixture, and
# what ends that.
_STAYING_CHILDREN = re.compile(r"resource_tracker|postgres|forkserver|end_with_parent")


def pytest_configure(config: pytest.Config) -> None:
    compiled.share()
    # What a shell starts in the background ignores Ctrl+C, and so would the programs that tests stop by it.
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    config.addinivalue_line("markers", "logs(pattern): log records of WARNING and above this test expects")


def pytest_collection_finish() -> None:
    """What the modules hold stays till the end: no collection of garbage, and no test that looks through
    all objects for a leak, has to go through these hundreds of thousands again."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def _untouched_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("default") / "data"


@pytest.fixture(autouse=True)
def _own_world(monkeypatch: pytest.MonkeyPatch, _untouched_folder: Path) -> Iterator[None]:
    """No setting of the person who runs the tests counts; writing to the default folder is a failure."""
    for name in [name for name in os.environ if name.upper().startswith("MUSICLIB_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("MUSICLIB_DATA_DIR", str(_untouched_folder))
    yield
    assert not _untouched_folder.exists(), "the test used the default data folder"


@pytest.fixture(scope="session")
def httpserver_listen_address() -> tuple[str, int]:
    """For pytest-httpserver: a number, since not every machine knows the name localhost."""
    return "127.0.0.1", 0


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgresqlServer]:
    with postgresql_server() as server:
        yield server


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library of the newest schema, to be copied: a tenth of the time the migrations take."""
    return migrated_file(tmp_path_factory.mktemp("template") / "library.sqlite3")


@pytest.fixture
def data_dir(tmp_path: Path, sqlite_template: Path) -> Path:
    """A data folder with an empty library in it."""
    return empty_library(tmp_path / "data", sqlite_template)


@pytest.fixture(autouse=True)
def _no_stray_logs(request: pytest.FixtureRequest, caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    yield
    expected = [str(mark.args[0]) for mark in request.node.iter_markers("logs")]
    records = (record for when in ("setup", "call") for record in caplog.get_records(when))
    stray = [
        f"{record.levelname} {record.name}: {record.getMessage()}"
        for record in records
        if record.levelno >= 30 and not any(re.search(each, record.getMessage()) for each in expected)
    ]
    assert not stray, "unexpected log records:\n" + "\n".join(stray)


@pytest.fixture(autouse=True)
def _nothing_left_running() -> Iterator[None]:
    threads, children = set(threading.enumerate()), _children()
    yield
    end = time.monotonic() + _GRACE_S
    while left := _left(threads, children):
        assert time.monotonic() < end, f"still running after the test: {', '.join(left)}"
        time.sleep(0.01)


def _left(threads: set[threading.Thread], children: set[int]) -> list[str]:
    # Threads that Qt or a library made show up as _DummyThread for ever, also after their end.
    left = [
        f"thread {thread.name}"
        for thread in threading.enumerate()
        if thread not in threads and not isinstance(thread, threading._DummyThread)
    ]
    for pid in _children() - children:
        try:
            command = " ".join(psutil.Process(pid).cmdline())
        except psutil.NoSuchProcess:
            continue
        if not _STAYING_CHILDREN.search(command):
            left.append(f"process {pid} {command}")
    return left


def _children() -> set[int]:
    tasks = Path("/proc/self/task")
    if not tasks.exists():
        return {child.pid for child in psutil.Process().children()}
    found: set[int] = set()
    for task in tasks.iterdir():
        try:
            found.update(map(int, (task / "children").read_text().split()))
        except FileNotFoundError:  # the thread has just ended
            continue
    return found
