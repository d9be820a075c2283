"""The two ways to look at albums: a grid of tiles and a list of rows."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QStyle

from musiclib.gui.context import AppContext
from musiclib.gui.delegates.album_tile import LIST_ROW, AlbumRowDelegate, AlbumTileDelegate
from musiclib.gui.models.album_grid import AlbumGridModel
from musiclib.gui.widgets.even_albums import EvenAlbums


class AlbumGrid(EvenAlbums):
    """Tiles in as many columns as fit; the art takes the slack so that both sides are flush."""

    def __init__(self, context: AppContext, model: AlbumGridModel) -> None:
        super().__init__(context, model)
        self.least = context.theme.size("tile_min")
        self._tiles = AlbumTileDelegate(context.theme, context.art, self)
        self.setItemDelegate(self._tiles)
        self._fit()

    def zoom(self, steps: int) -> None:
        """Make tiles larger or smaller, within the sizes of the design and once more above them."""
        self.set_least(self.least + steps * self.context.theme.space(2))

    def set_least(self, width: int) -> None:
        """Tiles are at least that wide, within the same bounds."""
        theme = self.context.theme
        least, most = theme.size("tile_min"), theme.size("tile_max") + theme.space(12)
        self.least = min(most, max(least, width))
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        place = event.position().toPoint()
        index = self.indexAt(place)
        if event.button() is Qt.MouseButton.LeftButton and index.isValid():
            cell = self.visualRect(index)
            if self._tiles.tick_rect(cell).contains(place):
                flags = self.selectionModel().SelectionFlag
                self.selectionModel().select(index, flags.Toggle)
                self.selectionModel().setCurrentIndex(index, flags.NoUpdate)
                return
            if self._tiles.menu_rect(cell).contains(place):
                self.setCurrentIndex(index)
                self.menu_wanted.emit(event.globalPosition().toPoint())
                return
        super().mousePressEvent(event)

    def _fit(self) -> None:
        gap = self.context.theme.size("tile_gap_x")
        # Room for a scroll bar is left even where there is none: with one, tiles would be of another size.
        bar = self.verticalScrollBar()
        width = self.maximumViewportSize().width() - bar.style().pixelMetric(
            QStyle.PixelMetric.PM_ScrollBarExtent, None, bar
        )
        columns = max(1, width // (self.least + gap))
        side = (width // columns - gap) // 2 * 2
        if side > 0:
            self._tiles.side = side
            self.set_cells(columns, self._tiles.cell_size())


class AlbumList(EvenAlbums):
    """One album a row."""

    def __init__(self, context: AppContext, model: AlbumGridModel) -> None:
        super().__init__(context, model)
        self.setItemDelegate(AlbumRowDelegate(context.theme, context.art, self))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.set_cells(1, QSize(self.viewport().width(), LIST_ROW))
