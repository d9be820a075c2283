"""What lists of a large library read: orders in few bytes, the rows of what is in view, sums."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from musiclib.db import queries, track_names, track_search, track_sums
from musiclib.db.engine import Database
from musiclib.domain.ids import ID_BYTES, TrackId
from musiclib.domain.rows import LibraryCounts, TrackRow, TrackSums
from musiclib.domain.track_order import SortKey
from musiclib.domain.track_query import TrackQuery
from musiclib.services.acts import Clock


class BrowsingService:
    """Thread-safe; every call is one read transaction, and raises `Interrupted` if its thread is."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db, self._clock = db, clock

    def interrupt(self, thread: int) -> None:
        """Break off what the thread of this identifier reads; may wait for a server."""
        self._db.interrupt(thread)

    def first(
        self, query: TrackQuery, order: Sequence[SortKey], count: int, rows: int
    ) -> tuple[bytes, list[TrackRow]]:
        """As `packed`, of the first `count` tracks, and the rows of the first `rows` of them."""
        with self._db.read() as conn:
            ids = track_search.packed(conn, query, self._now(), order, count)
            ends = range(ID_BYTES, min(len(ids), rows * ID_BYTES) + 1, ID_BYTES)
            shown = [TrackId(UUID(bytes=ids[end - ID_BYTES : end])) for end in ends]
            return ids, queries.track_rows(conn, shown, self._clock())

    def packed(self, query: TrackQuery, order: Sequence[SortKey]) -> bytes:
        """The ids of the tracks that are found, in order, 16 bytes each."""
        with self._db.read() as conn:
            return track_search.packed(conn, query, self._now(), order)

    def rows(self, track_ids: Sequence[TrackId]) -> list[TrackRow]:
        """The rows of these tracks, in no order; ids that are gone are left out."""
        with self._db.read() as conn:
            return queries.track_rows(conn, track_ids, self._clock())

    def totals(self, queries_: Sequence[TrackQuery]) -> list[TrackSums]:
        """The sums of what each of these queries finds."""
        with self._db.read() as conn:
            now = self._now()
            return [track_sums.of_those(conn, each, now) for each in queries_]

    def together(self, query: TrackQuery) -> tuple[TrackSums, frozenset[int]]:
        """The sums of what a query finds, and the codes of all keys among them."""
        with self._db.read() as conn:
            now = self._now()
            return track_sums.of_those(conn, query, now), track_sums.keys_of_those(conn, query, now)

    def together_of(self, track_ids: Sequence[TrackId]) -> tuple[TrackSums, frozenset[int]]:
        """The same of these tracks."""
        with self._db.read() as conn:
            return track_sums.of_these(conn, track_ids), track_sums.keys_of_these(conn, track_ids)

    def first_named(
        self, query: TrackQuery, order: Sequence[SortKey], column: str, prefix: str
    ) -> TrackId | None:
        """The first track that is found whose words in a column of text begin so."""
        with self._db.read() as conn:
            return track_names.first_named(conn, query, self._now(), order, column, prefix)

    def counts(self) -> LibraryCounts:
        """How many tracks there are, and how many of them need a person."""
        with self._db.read() as conn:
            return track_sums.library_counts(conn)

    def _now(self) -> datetime:
        """In the person's time zone, whose days are the ones that count."""
        return self._clock().astimezone()
