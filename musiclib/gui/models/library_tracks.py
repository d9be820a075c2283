"""The whole library as a table of which only the order is held, and the rows of what is in view."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from functools import partial
from itertools import chain
from typing import Protocol
from uuid import UUID

from PySide6.QtCore import QElapsedTimer, QModelIndex, QObject, QPersistentModelIndex, QTimer, Signal, Slot

from musiclib.domain.ids import ID_BYTES, TrackId
from musiclib.domain.rows import TrackRow
from musiclib.domain.track_order import SortKey
from musiclib.domain.track_query import TrackQuery
from musiclib.errors import KnownError
from musiclib.gui.models.track_columns import TrackLayout
from musiclib.gui.models.track_table import TrackModel
from musiclib.gui.reading import Reading, Topic
from musiclib.gui.stores import TrackStore

Index = QModelIndex | QPersistentModelIndex
_NO_PARENT = QModelIndex()
_FIRST = 400
"""How much of a new order comes at once."""
_BLOCK = 64
_FAR = 4 * _BLOCK
"""Rows that were asked for and are so far from those in view are no longer wanted."""
_NEAR = 24 * _BLOCK
_REST_MS = 120
"""All of an order is read once nobody has asked for another one for so long: between two keys it is not."""
_CALM_MS = 700
_AT_LEAST_EVERY_MS = 10_000
"""When the order is made good while the library changes: in the first pause, or after so long."""


class TrackSource(Protocol):
    """What the table reads; called off the GUI thread."""

    def first(
        self, query: TrackQuery, order: Sequence[SortKey], count: int, rows: int
    ) -> tuple[bytes, list[TrackRow]]: ...
    def packed(self, query: TrackQuery, order: Sequence[SortKey]) -> bytes: ...
    def rows(self, track_ids: Sequence[TrackId]) -> list[TrackRow]: ...


class LibraryTrackModel(TrackModel):
    """The tracks of a query in an order: the first screen at once, all others a moment after.

    What was shown before stands until the new order is there. A row that has not been read is None, and is
    read with its neighbours when it is asked for. Rows that change keep their place; the order is made good
    once nothing has changed for a moment (`modelReset`; `place_of` says where a track stands by then).
    """

    arranged = Signal()
    """Another query or order is in force, from its first row on."""
    grown = Signal()
    """All of it is there."""

    def __init__(
        self,
        store: TrackStore,
        layout: TrackLayout,
        now: Callable[[], datetime],
        reading: Reading,
        source: TrackSource,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(store, layout, now, parent)
        self._reading, self._source = reading, source
        self._query, self._order = TrackQuery(), tuple[SortKey, ...]()
        self._in_view = 0
        self._ids = b""
        self.whole = False
        """Whether all ids are there, and so how many there are."""
        self.begun_anew = False
        """Whether the last reset came of another query or order, and not of what happened in the library."""
        self._near: dict[int, TrackRow] = {}
        self._places: dict[TrackId, int] = {}
        """Of the rows in `_near`."""
        self._wanted: dict[int, None] = {}
        self._gone: set[int] = set()
        """Places whose track was not there when it was read."""
        self._last = 0
        """The place asked for last but one fetch: where the view comes from."""
        self._fetch_soon = QTimer(self, singleShot=True, interval=0)
        self._fetch_soon.timeout.connect(self._fetch)
        self._rest_soon = QTimer(self, singleShot=True, interval=_REST_MS)
        self._rest_soon.timeout.connect(self._read_rest)
        self._again = QTimer(self, singleShot=True, interval=_CALM_MS)
        self._again.timeout.connect(self._read_again)
        self._stirred_for = QElapsedTimer()
        store.changed.connect(self._on_rows)
        store.added.connect(self._on_rows)
        store.stirred.connect(self._on_stirred)
        store.reset.connect(self._on_reset)
        store.removed.connect(self._on_removed)

    @property
    def query(self) -> TrackQuery:
        return self._query

    @property
    def order(self) -> Sequence[SortKey]:
        return self._order

    def show(self, query: TrackQuery, order: Sequence[SortKey], in_view: int) -> None:
        """Show the tracks of this query in this order, from the top; so many rows come with the order."""
        self._query, self._order, self._in_view = query, tuple(order), in_view
        self._again.stop()
        self._rest_soon.stop()
        self._reading.drop(Topic.REST)
        self._stirred_for.invalidate()
        op = partial(self._source.first, self._query, self._order, _FIRST, in_view)
        self._reading.ask(Topic.ORDER, op, self._take_first)

    def rowCount(self, parent: Index = _NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self._ids) // ID_BYTES

    def id_at(self, place: int) -> TrackId:
        return TrackId(UUID(bytes=self._ids[place * ID_BYTES : (place + 1) * ID_BYTES]))

    def ids_at(self, places: Iterable[int]) -> list[TrackId]:
        return [self.id_at(place) for place in places]

    def place_of(self, track_id: TrackId) -> int | None:
        """Where a track stands; looks through all of them."""
        near = self._places.get(track_id)
        if near is not None:
            return near
        wanted, start = track_id.bytes, 0
        while (found := self._ids.find(wanted, start)) >= 0:
            if found % ID_BYTES == 0:
                return found // ID_BYTES
            start = found + 1
        return None

    def row_at(self, row: int) -> TrackRow | None:
        """The row at a place; None until it is read, which asking for it brings about."""
        held = self._near.get(row)
        if held is not None or not 0 <= row < self.rowCount():
            return held
        track_id = self.id_at(row)
        held = self._store.get(track_id)
        if held is not None:
            self._near[row] = held
            self._places[track_id] = row
        elif row not in self._gone:
            self._wanted[row] = None
            self._fetch_soon.start()
        return held

    @Slot(object)
    def _take_first(self, answer: tuple[bytes, list[TrackRow]]) -> None:
        ids, rows = answer
        self._store.apply(rows)
        self.whole = len(ids) < _FIRST * ID_BYTES
        self._replace(ids, anew=True)
        self.arranged.emit()
        if self.whole:
            self.grown.emit()
        else:
            self._rest_soon.start()

    def _read_rest(self) -> None:
        self.row_at(self._in_view)  # the rows that come into view next
        op = partial(self._source.packed, self._query, self._order)
        self._reading.ask(Topic.REST, op, self._take_rest)

    @Slot(object)
    def _take_rest(self, ids: bytes) -> None:
        """What follows the first ones; or, if somebody changed the library meanwhile, all anew."""
        first, count = self.rowCount(), len(ids) // ID_BYTES
        self.whole = True
        if not ids.startswith(self._ids):
            self._replace(ids, anew=True)
        elif count > first:
            self.beginInsertRows(_NO_PARENT, first, count - 1)
            self._ids = ids
            self.endInsertRows()
        self.grown.emit()

    def _replace(self, ids: bytes, *, anew: bool) -> None:
        self.beginResetModel()
        self._ids, self.begun_anew = ids, anew
        self._forget()
        self.endResetModel()

    def _forget(self) -> None:
        self._near, self._places, self._wanted, self._gone = {}, {}, {}, set()

    # -- rows

    def _fetch(self) -> None:
        if not self._wanted:
            return
        newest = next(reversed(self._wanted))
        self._wanted = {place: None for place in self._wanted if abs(place - newest) < _FAR}
        blocks = {place // _BLOCK for place in self._wanted}
        ahead = max(blocks) + 1 if newest >= self._last else min(blocks) - 1
        self._last = newest
        self._drop_far(newest)
        places = [
            place
            for block in (*sorted(blocks), ahead)
            for place in range(max(0, block * _BLOCK), min(self.rowCount(), (block + 1) * _BLOCK))
            if place not in self._near
        ]
        ids = dict(zip(self.ids_at(places), places, strict=True))
        self._store.pin(self, chain(self._places, ids))
        op = partial(_read_rows, self._source, ids)
        self._reading.ask(Topic.ROWS, op, self._take_rows, self._not_read)

    def _drop_far(self, middle: int) -> None:
        if len(self._near) > _NEAR:
            self._near = {place: row for place, row in self._near.items() if abs(place - middle) < _NEAR // 2}
            self._places = {row.id: place for place, row in self._near.items()}

    @Slot(object)
    def _take_rows(self, answer: tuple[dict[TrackId, int], list[TrackRow]]) -> None:
        places, rows = answer
        there = {row.id for row in rows}
        for track_id, place in places.items():
            if place < self.rowCount() and self.id_at(place) == track_id:
                self._wanted.pop(place, None)
                if track_id in there:
                    self._places[track_id] = place
                else:
                    self._gone.add(place)
        self._store.apply(rows)
        self._on_rows([row.id for row in rows])  # those it held already, too
        if self._wanted:
            self._fetch_soon.start()

    @Slot(object)
    def _not_read(self, error: KnownError) -> None:
        self._gone.update(self._wanted)  # not asked for again and again; a new order asks anew
        self._wanted = {}
        self._reading.told.emit(error)

    def _on_rows(self, ids: Iterable[TrackId]) -> None:
        told = []
        for each in ids:
            place, row = self._places.get(each), self._store.get(each)
            if place is not None and row is not None and self._near.get(place) is not row:
                self._near[place] = row
                told.append(place)
        self._tell(told)

    # -- an order that is no longer right

    def _on_stirred(self, ids: list[TrackId]) -> None:
        if not self._stirred_for.isValid():
            self._stirred_for.start()
        if not ids:
            self._read_again()
        elif self._stirred_for.elapsed() < _AT_LEAST_EVERY_MS:
            self._again.start()

    def _on_reset(self) -> None:
        self._forget()
        if self.rowCount():
            self._tell([0, self.rowCount() - 1])
        self._read_again()

    def _on_removed(self, _ids: list[TrackId]) -> None:
        self._read_again()

    def _read_again(self) -> None:
        asked = self._reading.asked(Topic.ORDER) or self._reading.asked(Topic.REST)
        if asked or self._rest_soon.isActive():
            self._again.start()
            return
        self._again.stop()
        self._stirred_for.invalidate()
        op = partial(self._source.packed, self._query, self._order)
        self._reading.ask(Topic.REST, op, self._take_again)

    @Slot(object)
    def _take_again(self, ids: bytes) -> None:
        self.whole = True
        if ids != self._ids:
            self._replace(ids, anew=False)
            self.grown.emit()


def _read_rows(source: TrackSource, places: dict[TrackId, int]) -> tuple[dict[TrackId, int], list[TrackRow]]:
    return places, source.rows(list(places))
