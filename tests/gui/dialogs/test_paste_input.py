"""What the paste dialog is given: files, drops, much text, none, and keys."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, Qt, QUrl
from pytestqt.qtbot import QtBot

from musiclib.gui.dialogs.paste_import.dialog import PasteImportDialog
from musiclib.gui.dialogs.paste_import.session import MAX_PASTE_CHARS
from musiclib.gui.models.import_draft import Mark
from musiclib.gui.models.import_rows import Column
from tests.gui.dialogs.pasting import MIX, cell, paste, type_more


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("empty.txt", b"  \n", "is empty"),
        ("song.mp3", bytes(range(256)) * 20, "not a text file"),
        ("huge.txt", b"Somebody - Something\n" * 900_000, "too long"),
        ("gone.txt", None, "cannot be read"),
    ],
)
def test_bad_files_are_told_and_nothing_is_lost(
    qtbot: QtBot, dialog: PasteImportDialog, tmp_path: Path, name: str, content: bytes | None, words: str
) -> None:
    paste(qtbot, dialog, MIX)
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    dialog.open_files([str(path)])
    qtbot.waitUntil(lambda: words in dialog.notice.text())
    assert dialog.text.toPlainText() == MIX
    assert dialog.model.rowCount() == 6


def test_a_file_in_an_old_encoding_can_be_read_another_way(
    qtbot: QtBot, dialog: PasteImportDialog, tmp_path: Path
) -> None:
    path = tmp_path / "list.txt"
    path.write_bytes("Лида Морозова - Тихий час\nПарк Горизонт - Электросон\n".encode("cp1251"))
    with qtbot.waitSignal(dialog.session.read):
        dialog.open_files([str(path)])
    assert "choose here" in dialog.notice.text()

    with qtbot.waitSignal(dialog.session.read):
        dialog.notice.choices()[0].textActivated.emit("koi8_r")
    wrong = cell(dialog, 0, Column.ARTIST)
    with qtbot.waitSignal(dialog.session.read):
        dialog.notice.choices()[0].textActivated.emit("cp1251")
    assert wrong != cell(dialog, 0, Column.ARTIST) == "Лида Морозова"


def test_a_huge_paste_is_refused_and_the_text_stays(qtbot: QtBot, dialog: PasteImportDialog) -> None:
    paste(qtbot, dialog, MIX)
    mime = QMimeData()
    mime.setText("Somebody - Something\n" * (MAX_PASTE_CHARS // 10))
    dialog.text.insertFromMimeData(mime)
    assert "too long" in dialog.notice.text()
    assert dialog.text.toPlainText() == MIX


def test_a_long_text_comes_in_portions_before_what_a_person_does(
    qtbot: QtBot, dialog: PasteImportDialog
) -> None:
    long = "\n".join(f"Somebody {n} - Something" for n in range(6000))
    dialog.open_with(long)
    assert dialog.text.blockCount() < 6000
    qtbot.keyClicks(dialog.text, "!")
    assert dialog.text.toPlainText() == "!" + long
    dialog.text.undo()
    dialog.text.undo()
    assert dialog.text.toPlainText() == ""

    mime = QMimeData()
    mime.setText(long)
    told: list[str] = []
    dialog.text.typed.connect(told.append)
    dialog.text.insertFromMimeData(mime)
    qtbot.waitUntil(lambda: told == [long])
    assert dialog.text.textCursor().atEnd()


def test_an_empty_paste_says_what_to_do(qtbot: QtBot, dialog: PasteImportDialog) -> None:
    dialog.open_with()
    assert dialog.foot.primary.text() == "Paste a list to import it"
    assert not dialog.foot.primary.isEnabled()
    type_more(qtbot, dialog, "https://example.org/page\n")
    assert "No track was found" in dialog.notice.text()


def test_a_dropped_file_is_read(qtbot: QtBot, dialog: PasteImportDialog, tmp_path: Path) -> None:
    path = tmp_path / "set.txt"
    path.write_text(MIX, "utf-8")
    dialog.open_with()
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path))])
    with qtbot.waitSignal(dialog.session.read):
        dialog.text.insertFromMimeData(mime)
    assert dialog.model.rowCount() == 6


def test_doubts_are_walked_by_key_and_keys_stay_inside(qtbot: QtBot, dialog: PasteImportDialog) -> None:
    paste(qtbot, dialog, MIX)
    qtbot.keyClick(dialog.text, Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    assert dialog.model.row(dialog.rows.currentIndex().row()).mark is Mark.UNSURE

    dialog.text.setFocus()
    seen = set()
    for _ in range(40):
        qtbot.keyClick(dialog.window().focusWidget() or dialog, Qt.Key.Key_Tab)
        focus = dialog.window().focusWidget()
        assert focus is not None
        assert dialog.isAncestorOf(focus)
        seen.add(focus)
    assert dialog.rows in seen
    qtbot.keyClick(dialog.rows, Qt.Key.Key_Escape)
    assert dialog.isHidden()
