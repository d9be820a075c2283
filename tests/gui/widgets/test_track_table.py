"""The table repaints what changed and nothing more."""

import itertools
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

import pytest
from PySide6.QtCore import QRect
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from musiclib.domain.badges import Badge
from musiclib.domain.music_key import KeyNotation
from musiclib.domain.rows import AlbumDetail, AlbumEntry
from musiclib.domain.states import BadgeState
from musiclib.gui.context import AppContext
from musiclib.gui.models.track_columns import ALBUM_LAYOUT
from musiclib.gui.models.track_table import AlbumTrackModel
from musiclib.gui.painting.lettering import Lines, Stamps
from musiclib.gui.widgets.settled_table import SettledTable
from musiclib.gui.widgets.track_table import TrackTable
from tests.gui.painted import Painted
from tests.gui.rows import NOW, album, track


def show_many(context: AppContext, table: TrackTable) -> None:
    rows = [track(n) for n in range(300)]
    context.tracks.apply(rows)
    entries = tuple(AlbumEntry(row.id, place, None, 1, None) for place, row in enumerate(rows, 1))
    model = table.model()
    assert isinstance(model, AlbumTrackModel)
    model.show(AlbumDetail(album(1), entries))


@pytest.fixture
def table(qtbot: QtBot, context: AppContext) -> Iterator[TrackTable]:
    model = AlbumTrackModel(context.tracks, ALBUM_LAYOUT, lambda: NOW)
    made = TrackTable(context, model, ALBUM_LAYOUT)
    qtbot.addWidget(made)
    made.resize(900, 400)
    with qtbot.waitExposed(made):
        made.show()
    yield made
    model.deleteLater()


def test_a_change_repaints_its_rows_and_those_out_of_view_nothing(
    qtbot: QtBot, context: AppContext, table: TrackTable
) -> None:
    show_many(context, table)
    painted = Painted(table.viewport())

    def change(*places: int) -> list[QRect]:
        painted.since_last()
        rows = [context.tracks.rows()[place] for place in places]
        context.tracks.apply([replace(row, bpm=128.0, revision=row.revision + 1) for row in rows])
        return painted.since_last()

    qtbot.waitUntil(lambda: change(*range(200, 290)) == [])
    band = QRect(0, table.rowViewportPosition(2), table.viewport().width(), 2 * table.rowHeight(2))
    qtbot.waitUntil(lambda: change(2, 3) == [band])


def test_rows_that_bring_a_scroll_bar_are_painted_once_in_bands(
    context: AppContext, table: TrackTable
) -> None:
    painted = Painted(table.viewport())
    painted.since_last()
    view = table.viewport()
    table.band = 200
    width = view.width()

    show_many(context, table)
    ground, *bands = painted.since_last()
    assert view.width() < width
    assert ground == view.rect()  # with the first band of rows
    assert bands
    assert bands[-1].bottom() == ground.bottom()
    assert all(above.bottom() + 1 == below.top() for above, below in itertools.pairwise(bands))


def test_what_is_kept_of_cells_is_what_would_be_painted_anew(
    monkeypatch: pytest.MonkeyPatch, context: AppContext, table: TrackTable
) -> None:
    def picture() -> QImage:
        return table.viewport().grab().toImage()

    def anew() -> QImage:
        """Cell by cell, as Qt does it, with nothing kept from before."""
        theme = context.theme
        with monkeypatch.context() as patch:
            patch.setattr(theme, "lines", Lines(theme.font))
            patch.setattr(theme, "stamps", Stamps())
            patch.setattr(TrackTable, "paint_rows", SettledTable.paint_rows)
            return picture()

    painted = Painted(table.viewport())
    show_many(context, table)
    painted.since_last()
    row = replace(track(0), key_code=9, energy=3, popularity=40, version="Of a Night Without an End at All")
    model = table.model()
    assert isinstance(model, AlbumTrackModel)
    states = (BadgeState.WAITING, BadgeState.REVIEW, BadgeState.ERROR)
    changes: list[Callable[[], object]] = [
        lambda: context.tracks.apply([row]),
        lambda: context.tracks.apply([replace(row, key_code=20, energy=9, popularity=2, revision=99)]),
        *(
            partial(
                context.tracks.apply,
                [replace(track(1), badge=Badge(state), revision=99 + nth)],
            )
            for nth, state in enumerate(states)
        ),
        lambda: model.set_notation(KeyNotation.MUSICAL),
        lambda: table.choose_places([1, 2]),
        lambda: table.set_row_height("row_compact"),
        lambda: table.resize(700, 400),
        lambda: context.theme.set_preference("dark"),
    ]
    before = picture()
    for change in changes:
        change()
        painted.since_last()
        now = picture()
        assert now != before, changes.index(change)
        assert now == anew(), changes.index(change)
        before = now
