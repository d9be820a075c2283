"""What all views of albums share."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QContextMenuEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QListView

from musiclib.domain.ids import AlbumId, ArtId
from musiclib.domain.rows import AlbumRow
from musiclib.gui.context import AppContext
from musiclib.gui.delegates.album_tile import AlbumDelegate
from musiclib.gui.models.album_grid import AlbumGridModel

Index = QModelIndex | QPersistentModelIndex

_AHEAD = 24
"""Albums out of view whose art is made beforehand."""


class AlbumView(QListView):
    """Keys, hover and selection. `menu_wanted` carries a place on the screen."""

    album_opened = Signal(object)
    menu_wanted = Signal(QPoint)

    def __init__(self, context: AppContext, model: AlbumGridModel) -> None:
        super().__init__()
        self.context, self.albums = context, model
        self.setModel(model)
        # Only then does Qt move what is painted when it is scrolled, and asks for what came into view alone.
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMouseTracking(True)
        self.setUniformItemSizes(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(self.tr("Albums"))
        self._kept: AlbumId | None = None
        self._scrolled_to = 0
        self._prepared = (-1, True)
        """The album at the edge from which on art was made last, and in which direction."""
        self.verticalScrollBar().valueChanged.connect(self._prepare)
        self.activated.connect(self._open)
        context.theme.changed.connect(self.viewport().update)
        context.art.ready.connect(self._on_art)
        model.modelAboutToBeReset.connect(self._keep_current)
        model.modelReset.connect(self._restore_current)

    def delegate(self) -> AlbumDelegate:
        made = self.itemDelegate()
        assert isinstance(made, AlbumDelegate)
        return made

    def chosen_albums(self) -> list[AlbumRow]:
        """The selected albums, else the current one."""
        indexes = self.selectionModel().selectedIndexes() or [self.currentIndex()]
        rows = (self.albums.album_at(index.row()) for index in indexes if index.isValid())
        return [row for row in rows if row is not None]

    def choose(self, album_id: AlbumId) -> None:
        """Make this album the current one and bring it into view."""
        place = self.albums.place_of(album_id)
        if place is not None:
            self.setCurrentIndex(self.albums.index(place))
            self.scrollTo(self.albums.index(place))

    def dataChanged(self, top_left: Index, bottom_right: Index, roles: Sequence[int] = ()) -> None:
        """Repaint the albums that changed: Qt lays the whole view out anew, though all are of one size."""
        if QAccessible.isActive():
            super().dataChanged(top_left, bottom_right, roles)
        elif top_left == bottom_right:
            self.viewport().update(self.visualRect(top_left))
        else:
            self.viewport().update()

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self.viewport()).fillRect(event.rect(), self.context.theme.color("bg.content"))
        self.delegate().begin(event.region())
        self.paint_albums(event)

    def paint_albums(self, event: QPaintEvent) -> None:
        """Paint them upon their ground, which is there."""
        super().paintEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        index = self.currentIndex()
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and index.isValid():
            self._open(index)
        elif event.key() == Qt.Key.Key_Space and index.isValid():
            self.selectionModel().select(index, self.selectionModel().SelectionFlag.Toggle)
        elif event.key() == Qt.Key.Key_Menu and index.isValid():
            self.menu_wanted.emit(self.viewport().mapToGlobal(self.visualRect(index).center()))
        else:
            super().keyPressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        self._hover(self.indexAt(event.position().toPoint()))

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._hover(QModelIndex())

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if self.indexAt(event.pos()).isValid():
            self.menu_wanted.emit(event.globalPos())

    def _hover(self, index: QModelIndex) -> None:
        delegate = self.delegate()
        old = delegate.hovered
        delegate.hovered = index.row() if index.isValid() else -1
        if old != delegate.hovered:
            for place in (old, delegate.hovered):
                if place >= 0:
                    self.update(self.albums.index(place))

    def _open(self, index: QModelIndex) -> None:
        row = self.albums.album_at(index.row())
        if row is not None:
            self.album_opened.emit(row.id)

    def _on_art(self, art_id: ArtId | None, title: str) -> None:
        for place in self.delegate().awaited.pop((art_id, title), ()):
            self.update(self.albums.index(place))

    def _prepare(self, value: int) -> None:
        """Have the art of what comes into view next made, whichever way it is scrolled."""
        down, self._scrolled_to = value >= self._scrolled_to, value
        view = self.viewport().rect()
        edge = self.indexAt(view.bottomLeft() if down else view.topLeft())
        if not edge.isValid() or (edge.row(), down) == self._prepared:
            return
        self._prepared = edge.row(), down
        ahead = range(1, _AHEAD) if down else range(-1, -_AHEAD, -1)
        for by in reversed(ahead):  # the nearest last, which are made first
            row = self.albums.album_at(edge.row() + by)
            if row is not None:
                self.delegate().prepare(row, self.devicePixelRatioF())

    def _keep_current(self) -> None:
        row = self.albums.album_at(self.currentIndex().row()) if self.currentIndex().isValid() else None
        self._kept = row.id if row else None

    def _restore_current(self) -> None:
        if self._kept is not None:
            self.choose(self._kept)
