"""Tracks, their artists and their effective values."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache
from itertools import chain
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    String,
    bindparam,
    delete,
    exists,
    func,
    or_,
    select,
    type_coerce,
    update,
)

from musiclib.db.albums import AlbumRepository
from musiclib.db.code_order import in_code_order
from musiclib.db.identities import RawId, new_ids
from musiclib.db.records import Credit, NewTrack, TrackRecord
from musiclib.db.schema import (
    Album,
    AlbumTrack,
    Art,
    Artist,
    ExternalData,
    File,
    Track,
    TrackArtist,
    TrackFile,
    TrackMetadata,
)
from musiclib.db.statements import chunked, insert_columns, raise_tracks, texts, upsert
from musiclib.domain.art_ref import LOCAL_ART
from musiclib.domain.ids import ArtId, TrackId
from musiclib.domain.provenance import MERGED_FIELDS, Plain
from musiclib.domain.states import FileState, MatchState, Source

_RECORD = (
    Track.id,
    Track.revision,
    Track.artist,
    Track.title,
    Track.version,
    Track.album,
    Track.duration_s,
    Track.isrc,
    Track.is_id,
    Track.match_key,
    Track.match_state,
    Track.match_score,
    Track.match_locked,
    Track.art_id,
    Track.art_locked,
)
_MATCH_STATE = _RECORD.index(Track.match_state)
# Built once: a statement costs more to build than SQLite takes to run it.
_ONE_OF = Track.id.in_(bindparam("ids", expanding=True))
_RECORDS = select(*_RECORD).where(_ONE_OF)
_VALUES = select(Track.id, *(getattr(Track, name) for name in MERGED_FIELDS)).where(_ONE_OF)
_NEEDING_EAR = select(Track.id).where(_ONE_OF, Track.needs_ear)
_NEEDED = {"artist", "title"}


class TrackRepository:
    """Every change here raises the `revision` of the tracks it changes."""

    def __init__(self, conn: Connection) -> None:
        self._conn = conn

    def add(self, tracks: Sequence[NewTrack], now: datetime) -> None:
        """Insert tracks; their ids must be new."""
        if not tracks:
            return
        count, values = len(tracks), [track.values for track in tracks]
        given = sorted({name for each in values for name in each})
        columns: dict[str, list[Any]] = {name: [each.get(name) for each in values] for name in given}
        columns |= {
            "id": [track.id for track in tracks],
            "match_key": [track.match_key for track in tracks],
            "is_id": [track.is_id for track in tracks],
            "match_state": [track.match_state for track in tracks],
            "match_locked": [False] * count,
            "revision": [1] * count,
            "created_at": [now] * count,
            "updated_at": [now] * count,
        }
        insert_columns(self._conn, Track, columns)

    def get(self, track_id: TrackId) -> TrackRecord | None:
        return self.get_many([track_id]).get(track_id)

    def get_many(self, track_ids: Iterable[TrackId]) -> dict[TrackId, TrackRecord]:
        """The tracks that exist, in no order."""
        found: dict[TrackId, TrackRecord] = {}
        for ids in chunked(track_ids):
            for row in self._conn.execute(_RECORDS, {"ids": ids}):
                found[TrackId(row[0])] = _record(row)
        return found

    def newest_names(self) -> tuple[str, str] | None:
        """(artist, title) of the track that came last and has both; None if there is none."""
        newest = select(Track.artist, Track.title).where(Track.is_id.is_(False), Track.artist != "")
        row = self._conn.execute(newest.order_by(Track.id.desc()).limit(1)).one_or_none()
        return None if row is None else (row[0], row[1])

    def by_match_keys(self, keys: Iterable[str]) -> dict[str, list[TrackRecord]]:
        """Tracks of each match key, oldest first; keys without a track are absent."""
        return self._by(Track.match_key, keys)

    def by_isrcs(self, isrcs: Iterable[str]) -> dict[str, list[TrackRecord]]:
        """Tracks of each ISRC (upper case, no hyphens), oldest first."""
        return self._by(Track.isrc, isrcs)

    def _by(self, column: Any, values: Iterable[str]) -> dict[str, list[TrackRecord]]:
        found: dict[str, list[TrackRecord]] = defaultdict(list)
        wanted = set(values)
        if not wanted:
            return {}
        named = column.in_(texts(self._conn, wanted))
        query = select(column, *_RECORD).where(named).order_by(Track.created_at, Track.id)
        for value, *record in self._conn.execute(query):
            found[value].append(_record(record))
        return dict(found)

    def get_tracks_missing_spotify_link(
        self, limit: int, asked_since: datetime, after: TrackId | None = None
    ) -> list[TrackRecord]:
        """Tracks with an ISRC that Spotify may know and that no recording there is known of, by id.

        Those are left out that a run has asked for at `asked_since` or later. Each page changes what the
        next one would hold at its place, so a page begins behind the last track of the one before
        (`after`): an offset would skip tracks.
        """
        return self.missing_link(Source.SPOTIFY, limit, asked_since, after)

    def missing_link(
        self, provider: str, limit: int, asked_since: datetime, after: TrackId | None = None
    ) -> list[TrackRecord]:
        """The same for another provider."""
        query = select(*_RECORD).where(*_missing_link(provider, asked_since))
        if after is not None:
            query = query.where(Track.id > after)
        return [_record(row) for row in self._conn.execute(query.order_by(Track.id).limit(limit))]

    def count_missing_link(self, provider: str, asked_since: datetime) -> int:
        query = select(func.count()).select_from(Track).where(*_missing_link(provider, asked_since))
        return self._conn.execute(query).scalar_one()

    def all(self) -> list[TrackRecord]:
        """Every track, oldest first."""
        query = select(*_RECORD).order_by(Track.created_at, Track.id)
        return [_record(row) for row in self._conn.execute(query)]

    def keys_without_file(self) -> list[tuple[RawId, str]]:
        """Id and match key of every track that a file may be found for, oldest first; IDs are left out.

        Of 300,000 ids few are wanted as such: `identities.track_id` makes one of what the driver gives.
        """
        raw: Any = type_coerce(Track.id, String)
        query = select(raw, Track.match_key).where(
            Track.is_id.is_(False), ~exists().where(TrackFile.track_id == Track.id)
        )
        return [(row[0], row[1]) for row in self._conn.execute(query.order_by(Track.id))]

    def values(self, track_ids: Iterable[TrackId]) -> dict[TrackId, dict[str, Plain | None]]:
        """The effective value of every field of `MERGED_FIELDS`."""
        found: dict[TrackId, dict[str, Plain | None]] = {}
        for ids in chunked(track_ids):
            for row in self._conn.execute(_VALUES, {"ids": ids}):
                found[TrackId(row[0])] = dict(zip(MERGED_FIELDS, row[1:], strict=True))
        return found

    def set_values(
        self,
        changes: Mapping[TrackId, Mapping[str, Plain | None]],
        now: datetime,
        *,
        match_keys: Mapping[TrackId, str] | None = None,
    ) -> None:
        """Set effective values; fields that are not named stay. None clears all but artist and title.

        `match_keys` gives the new key of tracks whose name changed.
        """
        alike: dict[tuple[str, ...], list[dict[str, Any]]] = defaultdict(list)
        for track_id, values in changes.items():
            row = {name: value for name, value in values.items() if value is not None or name not in _NEEDED}
            if match_keys and track_id in match_keys:
                row["match_key"] = match_keys[track_id]
            alike[tuple(sorted(row))].append({**row, "key": track_id, "at": now})
        for names, rows in alike.items():
            self._conn.execute(_setting(names), rows)

    def set_match(
        self,
        track_ids: Iterable[TrackId],
        state: MatchState,
        score: float | None,
        now: datetime,
        *,
        margin: float | None = None,
        locked: bool | None = None,
    ) -> None:
        """Say where tracks stand (score 0-100, `margin` how far that is ahead of the next recording).

        `locked` None leaves a person's lock as it is.
        """
        values: dict[str, Any] = {"match_state": state, "match_score": score, "match_margin": margin}
        if locked is not None:
            values["match_locked"] = locked
        self._change(track_ids, values, now)

    def set_id(self, track_ids: Iterable[TrackId], is_id: bool, now: datetime) -> None:
        """Say whether tracks are `ID - ID` lines that wait for their names."""
        self._change(track_ids, {"is_id": is_id}, now)

    def needing_ear(self, track_ids: Iterable[TrackId]) -> set[TrackId]:
        """Those of the tracks whose tempo or key a person should check."""
        found: set[TrackId] = set()
        for ids in chunked(track_ids):
            found.update(TrackId(each) for each in self._conn.execute(_NEEDING_EAR, {"ids": ids}).scalars())
        return found

    def to_listen_to(self) -> list[TrackId]:
        """Tracks that need an ear and have a readable file, by artist and title."""
        readable = (
            select(TrackFile.file_id)
            .join(File, File.id == TrackFile.file_id)
            .where(TrackFile.track_id == Track.id, File.state == FileState.OK)
        )
        query = select(Track.id).where(Track.needs_ear, readable.exists())
        found = self._conn.execute(
            query.order_by(in_code_order(Track.artist), in_code_order(Track.title), Track.id)
        ).scalars()
        return [TrackId(each) for each in found]

    def set_needs_ear(self, track_ids: Iterable[TrackId], needed: bool, now: datetime) -> None:
        self._change(track_ids, {"needs_ear": needed}, now)

    def set_art(
        self, track_ids: Iterable[TrackId], art_id: ArtId | None, now: datetime, *, locked: bool = False
    ) -> None:
        """`locked`: a person has decided so."""
        self._change(track_ids, {"art_id": art_id, "art_locked": locked}, now)

    def drop_found_art(self, track_ids: Iterable[TrackId], now: datetime) -> None:
        """Take off pictures that were found with a match which holds no more.

        Those of the person's own files stay, those a person decided on, and those of an album they follow.
        """
        of_album = (
            select(AlbumTrack.id)
            .join(Album, Album.id == AlbumTrack.album_id)
            .where(AlbumTrack.track_id == Track.id, Album.art_id == Track.art_id, Album.art_locked)
        )
        query = select(Track.id).join(Art, Art.id == Track.art_id)
        found = query.where(~Track.art_locked, Art.source.not_in(LOCAL_ART), ~of_album.exists())
        for ids in chunked(track_ids):
            self.set_art(
                [TrackId(each) for each in self._conn.execute(found.where(Track.id.in_(ids))).scalars()],
                None,
                now,
            )

    def touch(self, track_ids: Iterable[TrackId]) -> None:
        """Raise the revision of tracks whose row changed in another table."""
        raise_tracks(self._conn, track_ids)

    def delete(self, track_ids: Sequence[TrackId], now: datetime) -> None:
        """Remove tracks, their places on lists, tasks and metadata. Their files stay."""
        AlbumRepository(self._conn).take_off_all_lists(track_ids, now)
        for ids in chunked(track_ids):
            self._conn.execute(delete(Track).where(Track.id.in_(ids)))

    def without_album(self, track_ids: Iterable[TrackId]) -> list[TrackId]:
        """Those of the tracks that stand on no list (any more)."""
        listed = AlbumRepository(self._conn).albums_of(ids := list(track_ids))
        return [track_id for track_id in ids if track_id not in listed]

    def set_credits(self, credits_of: Mapping[TrackId, Sequence[Credit]], now: datetime) -> None:
        """Replace the artists of tracks; one is known by its match key, and its first spelling stays."""
        for track_ids in chunked(credits_of):
            self._conn.execute(delete(TrackArtist).where(TrackArtist.track_id.in_(track_ids)))
        self.add_credits(credits_of, now)

    def add_credits(self, credits_of: Mapping[TrackId, Sequence[Credit]], now: datetime) -> None:
        """The same for tracks that have no artists yet."""
        artists: dict[str, str] = {}
        for credit in chain.from_iterable(credits_of.values()):
            artists.setdefault(credit.match_key, credit.name)
        upsert(
            self._conn,
            Artist,
            [
                {
                    "id": new,
                    "name": name,
                    "match_key": key,
                    "external_ids": {},
                    "genres": [],
                    "created_at": now,
                }
                for new, (key, name) in zip(new_ids(len(artists)), artists.items(), strict=True)
            ],
            keys=("match_key",),
            renew=(),
        )
        ids: dict[str, Any] = {}
        query = select(Artist.match_key, Artist.id).where(Artist.match_key.in_(texts(self._conn, artists)))
        ids.update((row[0], row[1]) for row in self._conn.execute(query))
        if not artists:
            return
        columns: dict[str, list[Any]] = {
            "track_id": [track_id for track_id, each in credits_of.items() for _ in each],
            "position": [place for each in credits_of.values() for place in range(1, len(each) + 1)],
            "artist_id": [ids[credit.match_key] for each in credits_of.values() for credit in each],
            "join_phrase": [credit.join_phrase for each in credits_of.values() for credit in each],
        }
        insert_columns(self._conn, TrackArtist, columns)

    def _change(self, track_ids: Iterable[TrackId], values: dict[str, Any], now: datetime) -> None:
        statement = _changing(tuple(values))
        named = {f"new_{name}": value for name, value in values.items()}
        for ids in chunked(track_ids):
            self._conn.execute(statement, {**named, "new_updated_at": now, "ids": ids})


@cache
def _setting(names: tuple[str, ...]) -> Any:
    """Sets these effective values of one track and raises its revision."""
    _refuse_unknown(names)
    values: dict[str, Any] = {name: bindparam(name) for name in names} | {"updated_at": bindparam("at")}
    return (
        update(Track).where(Track.id == bindparam("key")).values({**values, "revision": Track.revision + 1})
    )


@cache
def _changing(names: tuple[str, ...]) -> Any:
    """Sets these columns of some tracks and raises their revision."""
    changes: dict[str, Any] = {name: bindparam(f"new_{name}") for name in (*names, "updated_at")}
    return update(Track).where(_ONE_OF).values({**changes, "revision": Track.revision + 1})


def _record(row: Sequence[Any]) -> TrackRecord:
    values = list(row)
    values[_MATCH_STATE] = MatchState(values[_MATCH_STATE])
    return TrackRecord(*values)


def _missing_link(provider: str, asked_since: datetime) -> tuple[ColumnElement[bool], ...]:
    said = TrackMetadata.track_id == Track.id, TrackMetadata.source == provider
    asked = ExternalData.track_id == Track.id, ExternalData.provider == provider
    return (
        Track.isrc.is_not(None),
        ~exists().where(*said, TrackMetadata.external_id.is_not(None)),
        ~exists().where(
            *asked, or_(ExternalData.fetched_at >= asked_since, ExternalData.processed_at.is_(None))
        ),
    )


def _refuse_unknown(names: Iterable[str]) -> None:
    unknown = set(names) - {*MERGED_FIELDS, "match_key"}
    if unknown:
        raise ValueError(f"no effective value is called {', '.join(sorted(unknown))}")
