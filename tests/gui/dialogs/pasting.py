"""A mix to paste, and what the tests of the paste dialog do with it."""

from __future__ import annotations

from PySide6.QtGui import QTextCursor
from pytestqt.qtbot import QtBot

from musiclib.bootstrap import Library
from musiclib.domain.tracklist.parser import parse_tracklist
from musiclib.gui.context import AppContext
from musiclib.gui.dialogs.paste_import.dialog import PasteImportDialog
from musiclib.gui.models.import_rows import Column
from musiclib.services.import_types import ImportRequest, NewAlbum

MIX = """Mira Voss @ Hafenklang 042

[0:00] Mira Voss - Auftakt (Intro Edit) [NORDLICHT]
[3:12] Kessel & Vroom - Zwischen den Jahren [DIAL EAST]
[9:40] Delphine Aumont - The Night Porters - You, Again
[17:30] ID - ID
[22:48] Leni Brandt - Sonntage (Dub)
1:10:09 Half Past Nothing / Ottoline Wray Trio
"""


def paste(qtbot: QtBot, dialog: PasteImportDialog, text: str) -> None:
    with qtbot.waitSignal(dialog.session.read):
        dialog.open_with(text)


def type_more(qtbot: QtBot, dialog: PasteImportDialog, text: str) -> None:
    dialog.text.moveCursor(QTextCursor.MoveOperation.End)
    with qtbot.waitSignal(dialog.session.read):
        dialog.text.insertPlainText(text)


def cell(dialog: PasteImportDialog, row: int, column: Column) -> str:
    return str(dialog.model.index(row, column).data())


def import_mix(library: Library, text: str = MIX, title: str = "Hafenklang 042") -> None:
    rows = parse_tracklist(text).tracks
    library.imports.commit(ImportRequest(rows, text, NewAlbum(title)))


def load(context: AppContext, library: Library) -> None:
    context.albums.replace(library.library.load_albums())
