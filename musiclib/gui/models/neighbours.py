"""The tracks that go with another: how far their tempo lies, and why they fit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from PySide6.QtCore import QObject

from musiclib.domain.ids import TrackId
from musiclib.domain.neighbours import Neighbour
from musiclib.domain.rows import TrackRow
from musiclib.gui import wording
from musiclib.gui.models.track_columns import TrackColumn, TrackLayout
from musiclib.gui.models.track_list import TrackListModel
from musiclib.gui.stores import TrackStore

NEIGHBOUR_LAYOUT = TrackLayout(
    (
        (TrackColumn.ART, 44, 0),
        (TrackColumn.TITLE, 150, 1),
        (TrackColumn.ARTIST, 110, 0.5),
        (TrackColumn.BPM, 58, 0),
        (TrackColumn.TEMPO_STEP, 82, 0),
        (TrackColumn.KEY, 56, 0),
        (TrackColumn.ENERGY, 76, 0),
        (TrackColumn.WHY, 290, 1.2),
    ),
    "row_tall",
    version_under_title=True,
)


class NeighbourModel(TrackListModel):
    """As a list of tracks; two columns say how far each lies from the track in question, and why it fits."""

    def __init__(self, store: TrackStore, now: Callable[[], datetime], parent: QObject | None = None) -> None:
        super().__init__(store, NEIGHBOUR_LAYOUT, now, parent)
        self._found: dict[TrackId, Neighbour] = {}

    def show_neighbours(self, found: Sequence[Neighbour], rows: Sequence[TrackRow]) -> None:
        """`rows` in the order in which they are to stand."""
        self._found = {each.track_id: each for each in found}
        self.show(rows)

    def text(self, place: int, row: TrackRow, column: TrackColumn) -> str:
        found = self._found.get(row.id)
        if column is TrackColumn.WHY:
            return found.why if found is not None else ""
        if column is TrackColumn.TEMPO_STEP:
            return tempo_step(found) if found is not None else wording.MISSING
        return super().text(place, row, column)


def tempo_step(found: Neighbour) -> str:
    """+0.8 %, with a sign of how it is counted where that is in another time."""
    if found.tempo_percent is None:
        return wording.MISSING
    text = f"{abs(found.tempo_percent):.1f} %"
    sign = "" if text == "0.0 %" else "+" if found.tempo_percent > 0 else "−"
    counted = {2.0: " ÷2", 0.5: " ×2"}.get(found.tempo_factor, "")
    return f"{sign}{text}{counted}"
