"""The window looks after the library in the background, and tells quietly what it finds."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from pytestqt.qtbot import QtBot

from musiclib.bootstrap import Library
from musiclib.gui.care import Care
from musiclib.gui.context import AppContext
from tests.gui.conftest import add_album


@pytest.fixture
def care(qtbot: QtBot, context: AppContext) -> Iterator[Care]:
    made = Care(context)
    yield made
    made.work.request_stop()
    assert made.work.wait(10_000)


def test_after_a_crash_the_library_is_checked_and_the_copy_of_the_day_made(
    qtbot: QtBot, care: Care, context: AppContext, library: Library
) -> None:
    add_album(library, "Hafenklang", [("Mira Voss", "Auftakt")])
    left = library.settings.data_dir / "open" / "killed.open"
    left.touch()
    library._presence.left_open = (left,)
    told: list[str] = []
    context.shell.toast_wanted.connect(lambda text, *_: told.append(text))
    care.work.start()
    qtbot.waitUntil(
        lambda: told == ["musiclib was not closed in good order last time. The library is whole."]
    )
    qtbot.waitUntil(care.work.isFinished)
    assert not left.exists()
    assert [row.path.name[:5] for row in library.backups.rows()] == ["daily"]

    with qtbot.waitSignal(context.shell.checked) as found:
        context.shell.check_library()
    assert found.args[0].whole
    qtbot.waitUntil(care.work.isFinished)
    assert len(told) == 1


def test_a_nearly_full_disk_is_told_once(
    qtbot: QtBot, care: Care, context: AppContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    free = SimpleNamespace(total=10**12, used=10**12 - 10**8, free=10**8)
    monkeypatch.setattr(shutil, "disk_usage", lambda _folder: free)
    told: list[str] = []
    context.shell.toast_wanted.connect(lambda text, *_: told.append(text))
    for _ in range(2):
        care.work.start()
        qtbot.waitUntil(care.work.isFinished)
    qtbot.waitUntil(lambda: len(told) == 2)
    assert all("nearly full" in each for each in told)
