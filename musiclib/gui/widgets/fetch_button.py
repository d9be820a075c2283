"""Gets what an album lacks, or tells how far it has come."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QHBoxLayout, QWidget

from musiclib.domain import transfer_words
from musiclib.domain.ids import AlbumId
from musiclib.domain.rows import TrackRow
from musiclib.gui import shell as places
from musiclib.gui import wording
from musiclib.gui.context import AppContext
from musiclib.gui.models.download_list import is_paused
from musiclib.gui.widgets.controls import button


class FetchButton(QWidget):
    """Absent while nothing is missing. What it says is what the download centre says."""

    def __init__(self, context: AppContext) -> None:
        super().__init__()
        self._context = context
        self._album: AlbumId | None = None
        self._missing = 0
        theme = context.theme
        self.get = button(theme, self.tr("Get this album"), "download-simple", "primary")
        self.get.clicked.connect(self._get)
        self.state = button(theme, "", "download-simple")
        self.state.setFont(theme.font("body", tabular=True))
        self.state.clicked.connect(self._open)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        for each in (self.get, self.state):
            row.addWidget(each)
            each.hide()
        context.downloads.rows.on_any_change(self._tell)

    def show_album(self, album_id: AlbumId, rows: Sequence[TrackRow]) -> None:
        """The album, and its tracks."""
        self._album = album_id
        self._missing = sum(not row.has_file and not row.is_id for row in rows)
        self._tell()

    @Slot()
    def _tell(self, _ids: object = None) -> None:
        if self._album is None:
            return
        row = self._context.downloads.rows.get(self._album)
        under_way = row is not None and row.finished_at is None
        self.get.setVisible(not under_way and self._missing > 0)
        self.state.setVisible(under_way)
        if row is None or not under_way:
            return
        done, total = transfer_words.album_bytes(row)
        share = f"{done * 100 // total} %" if total else ""
        words = self.tr("Paused") if is_paused(row) else self.tr("Coming")
        self.state.setText(f"{words} {share}".strip())
        now = self._context.now()
        sentence = transfer_words.album_sentence(row, now, wording.clock(now), wording.translate)
        self.state.setToolTip(" ".join(sentence))
        self.state.setAccessibleName(" ".join(sentence))

    @Slot()
    def _get(self) -> None:
        if self._album is not None:
            self._context.downloads.get_album(self._album)

    @Slot()
    def _open(self) -> None:
        self._context.shell.open_page(places.DOWNLOADS, self._album)
