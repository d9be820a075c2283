"""Packs: top hits, deep cuts, easy to hard, made of what the library knows of popularity."""

from __future__ import annotations

from musiclib.db import popularity, track_search
from musiclib.db.engine import Database
from musiclib.domain.packs import Pack, PackRule, make_pack
from musiclib.domain.track_query import TrackQuery
from musiclib.services.acts import Clock


class PackService:
    """Thread-safe; every call is one read transaction. What becomes of a pack is for others to keep."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db, self._clock = db, clock

    def make(self, rule: PackRule, query: TrackQuery | None = None) -> Pack:
        """The pack of a rule, of the tracks that `query` finds; percentiles count the whole library."""
        return self.make_all([rule], query)[0]

    def make_all(self, rules: list[PackRule], query: TrackQuery | None = None) -> list[Pack]:
        """The same for several rules, of one reading."""
        with self._db.read() as conn:
            library = popularity.rated(conn)
            wanted = None
            if query:
                wanted = frozenset(track_search.find(conn, query, self._clock().astimezone()))
        return [make_pack(rule, library, wanted) for rule in rules]
