"""How many tracks need a person, counted as rows come and go."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QObject

from musiclib.domain.ids import TrackId
from musiclib.domain.states import BadgeState, MatchState
from musiclib.gui.stores import TrackStore


class MatchTally(QObject):
    """Costs what changed, not what there is. Connect to the store after this is made."""

    def __init__(self, tracks: TrackStore, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tracks = tracks
        self._review: set[TrackId] = set()
        self._errors: set[TrackId] = set()
        tracks.reset.connect(self._count_all)
        tracks.added.connect(self._count)
        tracks.changed.connect(self._count)
        tracks.removed.connect(self._forget)
        self._count_all()

    @property
    def review(self) -> int:
        """Tracks whose recording a person is to decide upon."""
        return len(self._review)

    @property
    def needs_you(self) -> int:
        """Those, and tracks that are broken."""
        return len(self._review | self._errors)

    def _count_all(self) -> None:
        self._review.clear()
        self._errors.clear()
        self._count(row.id for row in self._tracks.rows())

    def _count(self, ids: Iterable[TrackId]) -> None:
        for track_id in ids:
            row = self._tracks.get(track_id)
            asks = row is not None and row.match_state is MatchState.REVIEW and not row.is_id
            broken = row is not None and row.badge.state is BadgeState.ERROR
            for held, holds in ((self._review, asks), (self._errors, broken)):
                if holds:
                    held.add(track_id)
                else:
                    held.discard(track_id)

    def _forget(self, ids: Iterable[TrackId]) -> None:
        self._review.difference_update(ids)
        self._errors.difference_update(ids)
