"""Album art as a widget: the cover, or the tile drawn from the title."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtGui import QPainter, QPaintEvent

from musiclib.domain.ids import ArtId
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
