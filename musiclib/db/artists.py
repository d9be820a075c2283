"""Artists: one row each, whatever number of tracks they are credited on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, bindparam, func, select, update

from musiclib.db.code_order import in_code_order
from musiclib.db.records import ArtistRecord
from musiclib.db.schema import Artist, TrackArtist
from musiclib.db.statements import chunked
from musiclib.domain.ids import TrackId
from musiclib.domain.provenance import Plain

_CREDITS: Any = (
    select(func.count(TrackArtist.track_id.distinct()))
    .where(TrackArtist.artist_id == Artist.id)
    .correlate(Artist)
    .scalar_subquery()
)
_RECORD = select(
    Artist.id, Artist.name, Artist.match_key, Artist.external_ids, Artist.genres, Artist.fetched_at, _CREDITS
)
_IDS_OF = select(Artist.id, Artist.match_key, Artist.external_ids).where(
    Artist.match_key.in_(bindparam("keys", expanding=True))
)
_ONE = update(Artist).where(Artist.id == bindparam("key"))
_SET_IDS = _ONE.values(external_ids=bindparam("ids"))
_SET_GENRES = _ONE.values(genres=bindparam("named"))
_SET_FETCHED = _ONE.values(fetched_at=bindparam("at"))


Found = tuple[Sequence[str], Mapping[str, str]]
"""Genres of an artist, and ids by provider."""


class ArtistRepository:
    """An artist is known by the normalised name; `TrackRepository.set_credits` makes the rows."""

    def __init__(self, conn: Connection) -> None:
        self._conn = conn

    def all(self) -> list[ArtistRecord]:
        """Those credited on a track, by name."""
        rows = self._conn.execute(_RECORD.where(_CREDITS > 0).order_by(in_code_order(Artist.match_key)))
        return [ArtistRecord(*row) for row in rows]

    def of_track(self, track_id: TrackId) -> list[ArtistRecord]:
        """The artists of a track in the order of its credit."""
        query = _RECORD.join(TrackArtist, TrackArtist.artist_id == Artist.id)
        rows = self._conn.execute(
            query.where(TrackArtist.track_id == track_id).order_by(TrackArtist.position)
        )
        return [ArtistRecord(*row) for row in rows]

    def learn_ids(self, learnt: Mapping[str, Mapping[str, str]]) -> bool:
        """Remember ids by match key and provider; the first one learnt stays. True if any was new.

        Names nobody is credited under are passed over.
        """
        known: dict[UUID, tuple[Mapping[str, str], Mapping[str, str]]] = {}
        for keys in chunked(learnt):
            for artist_id, key, ids in self._conn.execute(_IDS_OF, {"keys": keys}):
                known[artist_id] = ids, learnt[key]
        return self._add_ids(known)

    def waiting(self, provider: str, limit: int) -> dict[str, UUID]:
        """Artists nobody was asked for yet, by their id at the provider."""
        external_id = Artist.external_ids[provider].as_string()
        query = select(external_id, Artist.id).where(Artist.fetched_at.is_(None), external_id.is_not(None))
        return {str(row[0]): row[1] for row in self._conn.execute(query.order_by(Artist.id).limit(limit))}

    def set_facts(self, found: Mapping[UUID, Found], now: datetime) -> None:
        """What a provider was asked for, and told, of artists. Genres it does not know stay as they were."""
        asked = [{"key": artist_id, "at": now} for artist_id in found]
        named = [
            {"key": artist_id, "named": list(genres)} for artist_id, (genres, _) in found.items() if genres
        ]
        for statement, rows in ((_SET_FETCHED, asked), (_SET_GENRES, named)):
            if rows:
                self._conn.execute(statement, rows)
        known: dict[UUID, tuple[Mapping[str, str], Mapping[str, str]]] = {}
        for ids in chunked(artist_id for artist_id, (_, others) in found.items() if others):
            query = select(Artist.id, Artist.external_ids).where(Artist.id.in_(ids))
            known |= {row[0]: (row[1], found[row[0]][1]) for row in self._conn.execute(query)}
        self._add_ids(known)

    def _add_ids(self, known: Mapping[UUID, tuple[Mapping[str, str], Mapping[str, str]]]) -> bool:
        """Add new ids to those that are known, by artist."""
        rows = [
            {"key": artist_id, "ids": {**new, **old}}
            for artist_id, (old, new) in known.items()
            if not new.keys() <= old.keys()
        ]
        if rows:
            self._conn.execute(_SET_IDS, rows)
        return bool(rows)


def genres_of(artists: Sequence[ArtistRecord]) -> dict[str, Plain]:
    """What stands in where nobody names a genre of a recording itself: the genres of its artists."""
    genres = list(dict.fromkeys(genre for artist in artists for genre in artist.genres))
    return {"genres": genres} if genres else {}
