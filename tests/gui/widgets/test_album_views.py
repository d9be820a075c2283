"""The grid of albums paints the tiles that changed, and none between them."""

import random
from dataclasses import replace

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QAbstractItemView, QListView
from pytestqt.qtbot import QtBot

from musiclib.domain.rows import AlbumRow
from musiclib.gui.context import AppContext
from musiclib.gui.delegates.album_tile import AlbumTileDelegate
from musiclib.gui.models.album_grid import AlbumGridModel
from musiclib.gui.widgets.album_views import AlbumGrid
from tests.gui.painted import Painted
from tests.gui.rows import album, counts


class Noting(AlbumTileDelegate):
    """Remembers whose tiles it drew."""

    drawn: set[str]

    def _lines(self, painter: QPainter, art: QRect, row: AlbumRow) -> None:
        self.drawn.add(row.title)
        super()._lines(painter, art, row)


def test_only_the_albums_that_changed_are_drawn(qtbot: QtBot, context: AppContext) -> None:
    context.albums.replace([album(number) for number in range(40)])
    model = AlbumGridModel(context.albums)
    grid = AlbumGrid(context, model)
    qtbot.addWidget(grid)
    tiles = Noting(context.theme, context.art, grid)
    tiles.drawn = set()
    grid.setItemDelegate(tiles)
    grid.resize(900, 700)
    with qtbot.waitExposed(grid):
        grid.show()
    painted = Painted(grid.viewport())
    qtbot.waitUntil(lambda: len(tiles.drawn) > 6 and not painted.since_last())

    def only_these_drawn(revision: int) -> bool:
        """A window system may ask for everything again at any time; a changed album never does."""
        painted.since_last()
        tiles.drawn.clear()
        changed = [replace(row, revision=revision, counts=counts(done=revision)) for row in (first, sixth)]
        context.albums.apply(changed)
        return len(painted.since_last()) == 1 and tiles.drawn == {first.title, sixth.title}

    first, sixth = model.album_at(0), model.album_at(6)
    assert first is not None
    assert sixth is not None
    revisions = iter(range(2, 1000))
    qtbot.waitUntil(lambda: only_these_drawn(next(revisions)))
    model.deleteLater()


_KEYS = (
    *(Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down),
    *(Qt.Key.Key_Home, Qt.Key.Key_End, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown),
)
_WITH = (
    Qt.KeyboardModifier.NoModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.ControlModifier,
)


def test_keys_and_clicks_do_as_in_a_list_of_qt(qtbot: QtBot, context: AppContext) -> None:
    """Which lays its albums out; the grid only reckons. Of whole lines: from an album above the gap in
    the last one, Qt's list does not go down.
    """
    model = AlbumGridModel(context.albums)
    grid, laid_out = AlbumGrid(context, model), QListView()
    for view in (grid, laid_out):
        qtbot.addWidget(view)
        view.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        view.resize(740, 700)
        view.show()
    laid_out.setModel(model)
    laid_out.setItemDelegate(AlbumTileDelegate(context.theme, context.art, grid))
    laid_out.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
    laid_out.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    laid_out.setFlow(QListView.Flow.LeftToRight)
    laid_out.setWrapping(True)
    laid_out.setGridSize(grid.cell)
    laid_out.resize(grid.columns * grid.cell.width() + grid.cell.width() // 2, 700)
    tiles = laid_out.itemDelegate()
    assert isinstance(tiles, AlbumTileDelegate)
    tiles.side = grid.delegate().side  # type: ignore[attr-defined]
    context.albums.replace([album(number) for number in range(grid.columns * 9)])
    chance = random.Random(11)

    def state(view: QListView) -> tuple[int, list[int], int]:
        chosen = sorted(index.row() for index in view.selectionModel().selectedIndexes())
        return view.currentIndex().row(), chosen, view.verticalScrollBar().value()

    for view in (grid, laid_out):
        view.setCurrentIndex(model.index(0))
    for _ in range(120):
        key, held, by_key = chance.choice(_KEYS), chance.choice(_WITH), chance.random() < 0.7
        inside = grid.viewport().rect()
        centers = [grid.cell_rect(place).center() for place in grid.places_within(inside)]
        at = chance.choice([each for each in centers if inside.contains(each)])
        for view in (grid, laid_out):
            if by_key:
                qtbot.keyClick(view, key, held)
            else:
                qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, held, at)
        assert state(grid) == state(laid_out), (key, held, at, by_key)
    model.deleteLater()
