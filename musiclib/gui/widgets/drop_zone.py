"""Where cards are dropped that should go to another album."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout

from musiclib.domain.states import Bucket
from musiclib.gui.models.bucket_cards import dragged
from musiclib.gui.theme import Theme
from musiclib.gui.widgets.controls import label, restyle


class AlbumDropZone(QFrame):
    """Takes rows of the list, not extra files. `dropped` carries the ids of their tracks."""

    dropped = Signal(list)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setProperty("card", "zone")
        self.setAcceptDrops(True)
        words = label(theme, self.tr("Drop here to move to another album"), "body", "accent")
        words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setAccessibleName(words.text())
        self.setMinimumHeight(theme.size("control"))
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.space(3), 0, theme.space(3), 0)
        row.addWidget(words)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        found = dragged(event.mimeData())
        if found is None or found[0] is Bucket.EXTRA:
            event.ignore()
            return
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        self._frame("target")

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._frame("zone")

    def dropEvent(self, event: QDropEvent) -> None:
        self._frame("zone")
        found = dragged(event.mimeData())
        if found is not None and found[0] is not Bucket.EXTRA:
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()
            self.dropped.emit(found[1])

    def _frame(self, card: str) -> None:
        self.setProperty("card", card)
        restyle(self)
