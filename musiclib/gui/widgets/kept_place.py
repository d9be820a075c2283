"""What a person chose and looks at in a table stays while its rows come anew."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QObject

from musiclib.domain.ids import TrackId
from musiclib.gui.models.library_tracks import LibraryTrackModel
from musiclib.gui.widgets.track_table import TrackTable

_MOST = 500
"""Of more rows than these that were selected one by one, none stays selected."""


@dataclass(frozen=True, slots=True)
class _Kept:
    current: TrackId | None
    chosen: Sequence[TrackId]
    all_chosen: bool
    anchor: TrackId | None
    """The row under the pointer, else the uppermost in view."""
    anchor_y: int


class KeptPlace(QObject):
    """Chooses the same tracks again after a reset of the model, wherever they stand then.

    With another query or order the table stands at its top; otherwise no row moves under the pointer.
    """

    def __init__(self, table: TrackTable, model: LibraryTrackModel) -> None:
        super().__init__(table)
        self._table, self._model = table, model
        self._kept: _Kept | None = None
        model.modelAboutToBeReset.connect(self._keep)
        model.arranged.connect(table.scrollToTop)
        model.grown.connect(self._restore)

    def _keep(self) -> None:
        if self._kept is not None:  # the order before has not come to its end: what was chosen before it
            return
        table, model = self._table, self._model
        current = table.currentIndex()
        places = table.chosen_places()
        all_chosen = len(places) > _MOST and len(places) == model.rowCount()
        hovered = table.cells.hover_row
        row = hovered if hovered >= 0 else max(0, table.rowAt(0))
        there = 0 <= row < model.rowCount()
        self._kept = _Kept(
            model.id_at(current.row()) if current.isValid() else None,
            model.ids_at(places) if len(places) <= _MOST else [],
            all_chosen,
            model.id_at(row) if there else None,
            table.rowViewportPosition(row) if there else 0,
        )

    def _restore(self) -> None:
        kept, self._kept = self._kept, None
        if kept is None:
            return
        table, model, flag = self._table, self._model, QItemSelectionModel.SelectionFlag
        if kept.all_chosen:
            table.selectAll()
        elif kept.chosen:
            selection = QItemSelection()
            for track_id in kept.chosen:
                if (place := model.place_of(track_id)) is not None:
                    selection.select(model.index(place, 0), model.index(place, model.columnCount() - 1))
            table.selectionModel().select(selection, flag.Select)
        place = model.place_of(kept.current) if kept.current is not None else None
        if place is not None:
            table.setAutoScroll(False)  # which would bring the current row into view
            table.selectionModel().setCurrentIndex(model.index(place, 0), flag.NoUpdate)
            table.setAutoScroll(True)
        if not model.begun_anew and kept.anchor is not None:
            place = model.place_of(kept.anchor)
            if place is not None:
                bar = table.verticalScrollBar()
                bar.setValue(bar.value() + table.rowViewportPosition(place) - kept.anchor_y)
