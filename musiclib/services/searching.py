"""Finding tracks: the one way in for the window, the command line and smart albums."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from musiclib.db import neighbours, queries, query_completions, track_search
from musiclib.db.engine import Database
from musiclib.domain.ids import TrackId
from musiclib.domain.neighbours import TEMPO_PERCENT, Neighbour, neighbours_of
from musiclib.domain.query_fields import FIELDS, Field, Kind, field_called
from musiclib.domain.rows import TrackRow
from musiclib.domain.track_order import SortKey
from musiclib.domain.track_query import TrackQuery, value_text
from musiclib.errors import BadInput, NotInLibrary
from musiclib.services.acts import Clock

_OFFERED = 8
"""So many values of a field of text are offered."""


@dataclass(frozen=True, slots=True)
class Completion:
    """What a word could become: `text` stands in its place, `words` say what it means."""

    text: str
    words: str
    count: int | None
    """How many tracks the query would find with it; None: not counted, since it is not a whole term yet or
    takes too long."""


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
        name, colon, typed = word.removeprefix("-").partition(":")
        if not colon:
            return tuple(Completion(f"{sign}{each.name}:", each.words, None) for each in _fields_like(name))
        field = field_called(name)
        if field is None:
            return ()
        # Alternatives that are typed already stay.
        before, comma, last = typed.rpartition(",")
        begin = f"{sign}{field.name}:{before}{comma}"
        found = [Completion(f"{begin}{value}", words, None) for value, words in self._values(field, last)]
        if field.looks_far:
            return tuple(found)
        return tuple(replace(each, count=self.count(query.with_term(each.text))) for each in found)

    def _values(self, field: Field, typed: str) -> list[tuple[str, str]]:
        """(value, what it means) of the field, as far as they begin as typed."""
        if field.kind is Kind.TEXT:
            with self._db.read() as conn:
                values = query_completions.values_beginning(conn, field.name, typed.strip('"'), _OFFERED)
            return [(value_text(each), "") for each in values]
        begin = typed.casefold()
        offers = dict(field.offers) | {each: "" for each in field.codes if each not in dict(field.offers)}
        return [(value, words) for value, words in offers.items() if value.startswith(begin)]

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


def _fields_like(begin: str) -> list[Field]:
    """Fields whose name begins so, then those of which another name does."""
    low = begin.casefold()
    named = [each for each in FIELDS.values() if each.name.startswith(low)]
    return named + [
        each
        for each in FIELDS.values()
        if each not in named and any(alias.startswith(low) for alias in each.aliases)
    ]
