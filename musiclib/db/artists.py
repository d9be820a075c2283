"""Artists: one row each, whatever number of tracks they are credited on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, bindparam, func, select, update

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
_SET_IDS = (
    update(Artist)
    .where(Artist.id == bindparam("key"))
    # Another provider may know more of them.
    .values(external_ids=bindparam("ids"), fetched_at=None)
)


class ArtistRepository:
    """An artist is known by the normalised name; `TrackRepository.set_credits` makes the rows."""

    def __init__(self, conn: Connection) -> None:
        self._conn = conn

    def all(self) -> list[ArtistRecord]:
        """Those credited on a track, by name."""
        rows = self._conn.execute(_RECORD.where(_CREDITS > 0).order_by(Artist.match_key))
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
        new: list[dict[str, Any]] = []
        for keys in chunked(learnt):
            for artist_id, key, known in self._conn.execute(_IDS_OF, {"keys": keys}):
                ids = {**learnt[key], **known}
                if ids != known:
                    new.append({"key": artist_id, "ids": ids})
        if new:
            self._conn.execute(_SET_IDS, new)
        return bool(new)

    def waiting(self, provider: str, limit: int) -> dict[str, UUID]:
        """Artists nobody was asked for yet, by their id at the provider."""
        external_id = Artist.external_ids[provider].as_string()
        query = select(external_id, Artist.id).where(Artist.fetched_at.is_(None), external_id.is_not(None))
        return {str(row[0]): row[1] for row in self._conn.execute(query.order_by(Artist.id).limit(limit))}

    def set_genres(self, genres: Mapping[UUID, Sequence[str]], now: datetime) -> None:
        """What was found of artists; none at all is a finding too."""
        rows = [{"key": artist_id, "named": list(each), "at": now} for artist_id, each in genres.items()]
        if rows:
            statement = update(Artist).where(Artist.id == bindparam("key"))
            values: dict[str, Any] = {"genres": bindparam("named"), "fetched_at": bindparam("at")}
            self._conn.execute(statement.values(values), rows)


def genres_of(artists: Sequence[ArtistRecord]) -> dict[str, Plain]:
    """What stands in where nobody names a genre of a recording itself: the genres of its artists."""
    genres = list(dict.fromkeys(genre for artist in artists for genre in artist.genres))
    return {"genres": genres} if genres else {}
