"""Finding tracks: the one way in for the window, the command line and smart albums."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from musiclib.db import neighbours, queries, track_search
from musiclib.db.engine import Database
from musiclib.domain.ids import TrackId
from musiclib.domain.neighbours import TEMPO_PERCENT, Neighbour, neighbours_of
from musiclib.domain.query_fields import FIELDS, field_called
from musiclib.domain.rows import TrackRow
from musiclib.domain.track_order import SortKey
from musiclib.domain.track_query import TrackQuery
from musiclib.errors import BadInput, NotInLibrary
from musiclib.services.acts import Clock


@dataclass(frozen=True, slots=True)
class Completion:
    """What a word could become: `text` stands in its place, `words` say what it means."""

    text: str
    words: str
    count: int | None
    """How many tracks the query would find with it; None: not counted, since it is not a whole term yet."""


class SearchingService:
    """Thread-safe; every call is one read transaction."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    def ids(
        self,
        query: TrackQuery,
        order: Sequence[SortKey] = (),
        limit: int | None = None,
        offset: int = 0,
    ) -> list[TrackId]:
        """The tracks that are found, in order; those that are equal in it, oldest first."""
        with self._db.read() as conn:
            return track_search.find(conn, query, self._now(), order, limit, offset)

    def count(self, query: TrackQuery) -> int:
        """How many tracks are found."""
        with self._db.read() as conn:
            return track_search.count(conn, query, self._now())

    def rows(self, track_ids: Sequence[TrackId]) -> list[TrackRow]:
        """The rows of these tracks in this order; ids that are gone are left out."""
        with self._db.read() as conn:
            found = {row.id: row for row in queries.track_rows(conn, track_ids, self._clock())}
        return [found[each] for each in track_ids if each in found]

    def completions(self, query: TrackQuery, word: str) -> tuple[Completion, ...]:
        """What `word`, being typed beside the other terms of `query`, could become; the likeliest first."""
        sign = "-" if word.startswith("-") else ""
        name, colon, value = word.removeprefix("-").partition(":")
        if not colon:
            fitting = [each for each in FIELDS.values() if each.name.startswith(name.casefold())]
            return tuple(Completion(f"{sign}{each.name}:", each.words, None) for each in fitting)
        field = field_called(name)
        if field is None:
            return ()
        offers = [each for each in field.offers if each[0].startswith(value.casefold())]
        texts = [(f"{sign}{field.name}:{offer}", words) for offer, words in offers]
        return tuple(Completion(text, words, self.count(query.with_term(text))) for text, words in texts)

    def goes_with(
        self, track_id: TrackId, limit: int = 50, *, tempo_percent: float = TEMPO_PERCENT
    ) -> list[Neighbour]:
        """Tracks that go with this one in a mix, best first.

        Raises `NotInLibrary` if it is gone, `BadInput` if neither its tempo nor its key is known.
        """
        with self._db.read() as conn:
            track = neighbours.sounding(conn, track_id)
            if track is None:
                raise NotInLibrary("This track is no longer in the library.")
            if not track.bpm and track.key_code is None:
                raise BadInput("Neither the tempo nor the key of this track is known yet. Analyse it first.")
            others = neighbours.may_go_with(conn, track, tempo_percent)
        return neighbours_of(track, others, limit, tempo_percent=tempo_percent)

    def _now(self) -> datetime:
        """In the person's time zone, whose days are the ones that count."""
        return self._clock().astimezone()
