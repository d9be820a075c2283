"""The tracks of a pack: how well known each is, and why it is in it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from PySide6.QtCore import QCoreApplication, QObject

from musiclib.domain.ids import TrackId
from musiclib.domain.packs import Pack, PackTrack, Within
from musiclib.domain.rows import TrackRow
from musiclib.gui.models.track_columns import TrackColumn, TrackLayout
from musiclib.gui.models.track_list import TrackListModel
from musiclib.gui.stores import TrackStore

PACK_LAYOUT = TrackLayout(
    (
        (TrackColumn.ART, 44, 0),
        (TrackColumn.TITLE, 150, 1),
        (TrackColumn.ARTIST, 120, 0.7),
        (TrackColumn.YEAR, 50, 0),
        (TrackColumn.BPM, 58, 0),
        (TrackColumn.POPULARITY, 74, 0),
        (TrackColumn.WHY, 220, 0.8),
    ),
    "row_tall",
    version_under_title=True,
)


def _tr(text: str) -> str:
    return QCoreApplication.translate("packs", text)


class PackTrackModel(TrackListModel):
    """As a list of tracks; a column says where each stands among those it is compared with."""

    def __init__(self, store: TrackStore, now: Callable[[], datetime], parent: QObject | None = None) -> None:
        super().__init__(store, PACK_LAYOUT, now, parent)
        self._found: dict[TrackId, PackTrack] = {}
        self._within = Within.LIBRARY

    def show_pack(self, pack: Pack, rows: Sequence[TrackRow]) -> None:
        """`rows` in the order of the pack."""
        self._found = {each.id: each for each in pack.tracks}
        self._within = pack.rule.within
        self.show(rows)

    def text(self, place: int, row: TrackRow, column: TrackColumn) -> str:
        if column is not TrackColumn.WHY:
            return super().text(place, row, column)
        found = self._found.get(row.id)
        if found is None:
            return ""
        words = place_words(self._within).format(n=round(found.percentile))
        return _tr("{place}, for the balance").format(place=words) if found.balancing else words


def place_words(within: Within) -> str:
    """Where a track stands, with {n} for the percentile."""
    return {
        Within.LIBRARY: _tr("ahead of {n} % of the library"),
        Within.ARTIST: _tr("ahead of {n} % of its artist"),
        Within.GENRE: _tr("ahead of {n} % of its genre"),
        Within.DECADE: _tr("ahead of {n} % of its decade"),
    }[within]
