"""Which sources a person prefers, and the tracks whose values change with that."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, delete, select

from musiclib.db.schema import Artist, SourcePreference, TrackArtist, TrackMetadata
from musiclib.db.statements import upsert
from musiclib.domain import provenance
from musiclib.domain.ids import TrackId

_ALL = select(SourcePreference.artist_key, SourcePreference.field, SourcePreference.source).order_by(
    SourcePreference.artist_key, SourcePreference.field
)


class SourcePreferenceRepository:
    """At most one source for an artist (or everywhere) and a field."""

    def __init__(self, conn: Connection) -> None:
        self._conn = conn

    def all(self) -> list[provenance.SourcePreference]:
        """Those for everywhere first, then by artist and field."""
        return [provenance.SourcePreference(*row) for row in self._conn.execute(_ALL)]

    def get(self, artist_key: str, field: str) -> str | None:
        """The preferred source."""
        return next((e.source for e in self.all() if (e.artist_key, e.field) == (artist_key, field)), None)

    def set(self, artist_key: str, field: str, source: str | None, now: datetime) -> None:
        """Prefer a source; None: none any more."""
        table = SourcePreference
        if source is None:
            where = table.artist_key == artist_key, table.field == field
            self._conn.execute(delete(table).where(*where))
        else:
            row = {"artist_key": artist_key, "field": field, "source": source, "created_at": now}
            upsert(self._conn, table, [row], keys=("artist_key", "field"))

    def artist_names(self, keys: Collection[str]) -> dict[str, str]:
        """How the artists of these keys write their names."""
        query = select(Artist.match_key, Artist.name).where(Artist.match_key.in_(list(keys)))
        return {row[0]: row[1] for row in self._conn.execute(query)}


def tracks_of_sources(
    conn: Connection, sources: Collection[str] | None, artist_key: str | None, after: UUID | None, limit: int
) -> list[TrackId]:
    """Tracks of which one of the sources (None: any) says something, in the order of their ids.

    `artist_key` names whose tracks, `after` the last of those seen already.
    """
    said = TrackMetadata
    query = select(said.track_id).distinct().order_by(said.track_id).limit(limit)
    if sources is not None:
        query = query.where(said.source.in_(list(sources)))
    if after is not None:
        query = query.where(said.track_id > after)
    if artist_key is not None:
        credited = select(TrackArtist.track_id).join(Artist, Artist.id == TrackArtist.artist_id)
        query = query.where(said.track_id.in_(credited.where(Artist.match_key == artist_key)))
    return [TrackId(each) for each in conn.execute(query).scalars()]
