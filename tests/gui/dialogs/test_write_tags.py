"""The dialog that shows what would be written into files, over real files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from musiclib.domain.ids import TrackId
from musiclib.domain.tag_fields import TagField
from musiclib.gui.context import AppContext
from musiclib.gui.dialogs.write_tags import WriteTags
from musiclib.gui.main_window import MainWindow
from musiclib.gui.models.tag_cells import Shown
from musiclib.services.tag_types import TagSelection
from musiclib.tags.reader import read_tags
from tests.services.audio import write_wav

TITLES = ("Auftakt", "Labyrinth", "Slow Burn")
Ask = Callable[[], WriteTags]


@pytest.fixture
def music(tmp_path: Path) -> Path:
    for title in TITLES:
        write_wav(
            tmp_path / "music" / f"{title}.wav", 0.1, artist="Mira Voss", title=title, album="Hafenklang"
        )
    return tmp_path / "music"


@pytest.fixture
def ask(qtbot: QtBot, context: AppContext, window: MainWindow, music: Path) -> Ask:
    """Opens the dialog for all tracks, of which the first two have a tempo and a key the files lack."""
    library = context.library
    library.scan.scan([music])
    rows = sorted(library.library.load_tracks(), key=lambda row: row.title)
    for row in rows[:2]:
        library.library.set_value(row.id, "bpm", 124.5)
        library.library.set_value(row.id, "key_code", 21)
    context.preferences.update(tag_fields=(TagField.BPM, TagField.KEY))
    ids: list[TrackId] = [row.id for row in rows]

    def open_it() -> WriteTags:
        context.shell.write_tags(TagSelection(ids), "3 tracks")
        dialog = window.tags.dialog
        assert dialog is not None
        qtbot.waitUntil(lambda: sum(_counts(dialog)) == len(TITLES))
        return dialog

    return open_it


def _counts(dialog: WriteTags) -> tuple[int, int, int, int]:
    counts = dialog.model.counts()
    return counts.written, counts.left_out, counts.same, counts.problems


def test_what_is_ticked_is_written_and_taken_back(
    qtbot: QtBot, context: AppContext, window: MainWindow, music: Path, ask: Ask
) -> None:
    before = {path: path.read_bytes() for path in music.iterdir()}
    dialog = ask()
    assert _counts(dialog) == (2, 0, 1, 0)
    assert dialog.model.rowCount() == 2
    qtbot.waitUntil(lambda: dialog.act.text() == "Write 2 files")
    assert dialog.sum.text() == "3 files = 2 change + 1 say it already"
    assert dialog.model.index(0, 1).data() == "Becomes 124.5"
    # The first cell is chosen: Space takes its tick off, Shift+Space that of the column.
    QTest.keyClick(dialog.table, Qt.Key.Key_Space)
    assert dialog.model.index(0, 1).data() == "Becomes 124.5, left out"
    QTest.keyClick(dialog.table, Qt.Key.Key_Space, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClick(dialog.table, Qt.Key.Key_Space, Qt.KeyboardModifier.ShiftModifier)
    assert [choice.fields for choice in dialog.model.choices()] == [{TagField.KEY}, {TagField.KEY}]
    QTest.keyClick(dialog.table, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(dialog.isHidden)
    tags = read_tags(music / "Auftakt.wav")
    assert (tags.bpm, tags.key) == (None, "Am")
    qtbot.waitUntil(lambda: "Tags of 2 files written" in window.toast.accessibleName())
    context.shell.undo()
    qtbot.waitUntil(lambda: "Taken back" in window.toast.accessibleName())
    assert {path: path.read_bytes() for path in music.iterdir()} == before


def test_fields_are_chosen_and_remembered(qtbot: QtBot, context: AppContext, ask: Ask) -> None:
    dialog = ask()
    dialog.chips[TagField.BPM].click()
    dialog.chips[TagField.TITLE].click()
    assert dialog.model.fields == (TagField.TITLE, TagField.KEY)
    assert context.preferences.settings.tag_fields == (TagField.TITLE, TagField.KEY)
    for field in (TagField.TITLE, TagField.KEY):
        dialog.chips[field].click()
    qtbot.waitUntil(lambda: dialog.nothing.text() == "Choose above what is to be written.")
    assert not dialog.act.isEnabled()
    dialog.dismiss()


def test_a_file_that_cannot_be_written_is_named_and_stays(
    qtbot: QtBot, music: Path, ask: Ask, context: AppContext
) -> None:
    dialog = ask()
    (music / "Auftakt.wav").chmod(0o444)
    qtbot.waitUntil(dialog.act.isEnabled)
    dialog.act.click()
    qtbot.waitUntil(lambda: _counts(dialog) == (0, 0, 2, 1))
    assert not dialog.isHidden()
    assert dialog.model.kind is Shown.PROBLEMS
    assert "is write-protected" in dialog.model.index(0, 0).data()
    assert read_tags(music / "Labyrinth.wav").bpm == 124.5
    dialog.dismiss()


def test_without_anything_chosen_it_says_so(qtbot: QtBot, window: MainWindow) -> None:
    window.open_page("tracks")
    QTest.keyClick(window, Qt.Key.Key_T, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: "Choose tracks or an album first." in window.toast.accessibleName())
    assert window.tags.dialog is None


def test_a_file_another_program_has_changed_is_left_and_the_rest_undone(
    qtbot: QtBot, context: AppContext, window: MainWindow, music: Path, ask: Ask
) -> None:
    dialog = ask()
    qtbot.waitUntil(dialog.act.isEnabled)
    dialog.act.click()
    qtbot.waitUntil(dialog.isHidden)
    changed = music / "Auftakt.wav"
    changed.write_bytes(changed.read_bytes() + bytes(2))
    mine = changed.read_bytes()
    history = context.library.library.history
    qtbot.waitUntil(lambda: history(1)[0].kind == "tag_write")
    window._acts.take_back(history(1)[0].id)
    qtbot.waitUntil(lambda: "Auftakt.wav was changed again since." in window.toast.accessibleName())
    assert read_tags(music / "Labyrinth.wav").bpm == 124.5
    window.toast._act()
    qtbot.waitUntil(lambda: "Taken back" in window.toast.accessibleName())
    assert read_tags(music / "Labyrinth.wav").bpm is None
    assert changed.read_bytes() == mine
