"""The grid of albums paints the tiles that changed, and none between them."""

from dataclasses import replace

from PySide6.QtCore import QRect
from PySide6.QtGui import QPainter
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
