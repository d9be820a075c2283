"""What one artist or genre has: albums on a shelf, the best known tracks below."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QPixmap, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QListView, QVBoxLayout, QWidget

from musiclib.domain.groups import Group, GroupDetail
from musiclib.domain.ids import ArtId
from musiclib.gui import wording
from musiclib.gui.context import AppContext
from musiclib.gui.delegates.album_tile import AlbumTileDelegate
from musiclib.gui.models.album_grid import AlbumGridModel
from musiclib.gui.models.group_list import track_count
from musiclib.gui.models.track_columns import LIBRARY_LAYOUT
from musiclib.gui.models.track_list import TrackListModel
from musiclib.gui.stores import AlbumStore
from musiclib.gui.widgets.album_view import AlbumView
from musiclib.gui.widgets.controls import ElidedLabel, button, label
from musiclib.gui.widgets.track_table import TrackTable

_TILE = 104


class AlbumShelf(AlbumView):
    """One row of small tiles; the wheel goes along it."""

    def __init__(self, context: AppContext, model: AlbumGridModel) -> None:
        super().__init__(context, model)
        self._tiles = AlbumTileDelegate(context.theme, context.art, self)
        self._tiles.side = _TILE
        self.setItemDelegate(self._tiles)
        self.setFlow(QListView.Flow.LeftToRight)
        self.setWrapping(False)
        self.setHorizontalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setGridSize(self._tiles.cell_size())
        self.setFixedHeight(self._tiles.cell_size().height() + context.theme.space(3))

    def wheelEvent(self, event: QWheelEvent) -> None:
        delta = event.angleDelta()
        bar = self.horizontalScrollBar()
        bar.setValue(bar.value() - (delta.y() or delta.x()))
        event.accept()


class GroupPane(QWidget):
    """`all_wanted` asks for every track of the group on the tracks page."""

    all_wanted = Signal()
    album_opened = Signal(object)

    def __init__(self, context: AppContext) -> None:
        super().__init__()
        self._context = context
        theme = context.theme
        self.group: Group | None = None
        self._albums = AlbumStore(self)
        self.shelf = AlbumShelf(context, AlbumGridModel(self._albums, self))
        self.shelf.album_opened.connect(self.album_opened)
        self.model = TrackListModel(context.tracks, LIBRARY_LAYOUT, context.now, self)
        self.table = TrackTable(context, self.model, LIBRARY_LAYOUT)
        self.table.setAccessibleName(self.tr("Tracks"))
        self._picture = QLabel()
        side = theme.size("art_download")
        self._picture.setFixedSize(side, side)
        self._name = ElidedLabel(theme, "", "page")
        self._facts = ElidedLabel(theme, "", "body", "secondary")
        self.every = button(theme, self.tr("All on the Tracks page"), "playlist")
        self.every.clicked.connect(self.all_wanted)
        self._heading = label(theme, self.tr("Tracks"), "section")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(self._head())
        shelf = QHBoxLayout()
        shelf.setContentsMargins(theme.space(6) - theme.size("tile_gap_x") // 2, 0, 0, theme.space(2))
        shelf.addWidget(self.shelf)
        column.addLayout(shelf)
        column.addWidget(self.table, 1)
        context.art.ready.connect(self._on_art)

    def show_group(self, group: Group) -> None:
        """Say which one it is; what it has follows."""
        self.group = group
        self._name.setText(group.name)
        self._facts.setText(track_count(group.tracks))
        self._draw()

    def show_detail(self, detail: GroupDetail) -> None:
        facts = [track_count(detail.tracks), wording.long_duration(detail.duration_s)]
        if len(detail.rows) < detail.tracks:
            facts.append(self.tr("the best known {n} here").format(n=wording.number(len(detail.rows))))
        self._facts.setText(", ".join(facts))
        self._albums.replace(detail.albums)
        self.shelf.setVisible(bool(detail.albums))
        self.model.show(detail.rows)
        self.table.scrollToTop()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.every.setVisible(self.width() > self._context.theme.size("inspector") * 1.4)

    def _head(self) -> QHBoxLayout:
        theme = self._context.theme
        row = QHBoxLayout()
        row.setContentsMargins(theme.space(6), theme.space(3), theme.space(6), theme.space(4))
        row.setSpacing(theme.space(4))
        row.addWidget(self._picture)
        words = QVBoxLayout()
        words.setSpacing(theme.space(1))
        words.addStretch(1)
        words.addWidget(self._name)
        words.addWidget(self._facts)
        words.addStretch(1)
        row.addLayout(words, 1)
        row.addWidget(self.every, alignment=Qt.AlignmentFlag.AlignVCenter)
        return row

    def _draw(self) -> None:
        if self.group is None:
            return
        side = self._context.theme.size("art_download")
        art = self._context.art.get(self.group.art_id, self.group.name, side, self.devicePixelRatioF())
        self._picture.setPixmap(art if art is not None else QPixmap())

    def _on_art(self, art_id: ArtId | None, title: str) -> None:
        if self.group is not None and (art_id, title) == (self.group.art_id, self.group.name):
            self._draw()

    def sizeHint(self) -> QSize:
        return QSize(600, 500)
