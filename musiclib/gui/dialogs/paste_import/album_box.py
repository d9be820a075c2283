"""The field in which an album of the library is chosen."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QComboBox, QCompleter

from musiclib.domain.ids import AlbumId
from musiclib.domain.rows import AlbumRow
from musiclib.gui.context import AppContext


class AlbumBox(QComboBox):
    """All albums by title, in a list or by any part that is typed.

    It holds no more than the album it shows until somebody turns to it: there may be many, and each change of
    a list that is being pasted shows it anew.
    """

    album_picked = Signal(object)

    def __init__(self, context: AppContext) -> None:
        super().__init__()
        self._albums = context.albums
        self._ids: list[AlbumId | None] = []
        self._filled = False
        self.setEditable(True)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.setFont(context.theme.font("title_in_row"))
        self.setProperty("dense", "true")
        self.setAccessibleName(self.tr("Which album"))
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(24)
        completer = QCompleter(self.model(), self)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.setCompleter(completer)
        for signal in (self._albums.added, self._albums.removed, self._albums.reset):
            signal.connect(self._forget)
        self._put(())
        self.currentIndexChanged.connect(self._pick)

    def show_album(self, album_id: AlbumId | None) -> None:
        """Show that one as chosen, or none."""
        with QSignalBlocker(self):
            if self.hasFocus():
                self._fill()
            if not self._filled:
                row = self._albums.get(album_id) if album_id is not None else None
                self._put(() if row is None else (row,))
            self._go_to(album_id)

    def showPopup(self) -> None:
        self._fill()
        super().showPopup()

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._fill()
        super().focusInEvent(event)

    def _forget(self) -> None:
        self._filled = False

    def _fill(self) -> None:
        if self._filled:
            return
        chosen = self._ids[max(0, self.currentIndex())]
        with QSignalBlocker(self):
            self._put(sorted(self._albums.rows(), key=lambda row: row.title.casefold()))
            self._go_to(chosen)
        self._filled = True

    def _put(self, rows: Iterable[AlbumRow]) -> None:
        rows = list(rows)
        self._ids = [None, *(row.id for row in rows)]
        names = (row.title if not row.artist else f"{row.title} ({row.artist})" for row in rows)
        self.clear()
        self.addItems([self.tr("Choose an album"), *names])

    def _go_to(self, album_id: AlbumId | None) -> None:
        self.setCurrentIndex(self._ids.index(album_id) if album_id in self._ids else 0)
        if (field := self.lineEdit()) is not None:
            field.setCursorPosition(0)

    def _pick(self, index: int) -> None:
        if index > 0:
            self.album_picked.emit(self._ids[index])
