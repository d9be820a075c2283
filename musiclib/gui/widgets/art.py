"""Album art as a widget: the cover, or the tile drawn from the title."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QMouseEvent, QPainter, QPaintEvent

from musiclib.domain.ids import ArtId
from musiclib.gui.art_work import picture_in
from musiclib.gui.context import AppContext
from musiclib.gui.widgets.controls import Painted


class ArtLabel(Painted):
    """A square picture; shows itself once it has been made."""

    def __init__(self, context: AppContext, side: int) -> None:
        super().__init__(context.theme)
        self._art, self._side = context.art, side
        self._art_id: ArtId | None = None
        self._title = ""
        self.setFixedSize(QSize(side, side))
        context.art.ready.connect(self._ready)

    def show_art(self, art_id: ArtId | None, title: str) -> None:
        if (art_id, title) == (self._art_id, self._title):
            return
        self._art_id, self._title = art_id, title
        self.setAccessibleName(self.tr("Cover of {title}").format(title=title))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._title:
            return
        pixmap = self._art.get(self._art_id, self._title, self._side, self.devicePixelRatioF())
        if pixmap is not None:
            QPainter(self).drawPixmap(0, 0, pixmap)

    def _ready(self, art_id: object, title: str) -> None:
        if (art_id, title) == (self._art_id, self._title):
            self.update()


class ArtButton(ArtLabel):
    """One that is clicked, or dropped upon, to get another picture: `wanted` carries what was dropped."""

    wanted = Signal(object)

    def __init__(self, context: AppContext, side: int) -> None:
        super().__init__(context, side)
        self.setToolTip(self.tr("Choose another picture, or drop one here"))
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAcceptDrops(True)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.wanted.emit(None)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if picture_in(event.mimeData()) is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        if (take := picture_in(event.mimeData())) is not None:
            event.acceptProposedAction()
            self.wanted.emit(take)
