"""Albums and their lists."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from musiclib.db.identities import new_ids
from musiclib.db.records import AlbumRecord, NewAlbum
from musiclib.db.schema import Album, AlbumFile, AlbumTrack, Track
from musiclib.db.statements import chunked, insert_columns, insert_many, upsert
from musiclib.domain.folding import folded
from musiclib.domain.ids import AlbumId, ArtId, FileId, TrackId
from musiclib.domain.rows import AlbumEntry, renumbered

_RECORD = (
    Album.id,
    Album.revision,
    Album.title,
    Album.artist,
    Album.match_key,
    Album.year,
    Album.origin,
    Album.art_id,
    Album.art_locked,
    Album.paused,
    Album.created_at,
)
# Built once: a statement costs more to build than SQLite takes to run it.
_ON_LIST = AlbumTrack.track_id.in_(bindparam("ids", expanding=True))
_ALBUMS_OF = select(AlbumTrack.track_id, AlbumTrack.album_id).where(_ON_LIST).distinct()
_HAVING = select(*_RECORD).where(Album.id.in_(select(AlbumTrack.album_id).where(_ON_LIST)))
_ENTRY = (AlbumTrack.track_id, AlbumTrack.position, AlbumTrack.label, AlbumTrack.disc, AlbumTrack.start_s)


class AlbumRepository:
    """The revision an album shows is its own plus those of the tracks on its list.

    So a badge that changes raises it without a write here. When tracks leave a list, their share
    is added to the album's own revision: the sum never falls.
    """

    def __init__(self, conn: Connection) -> None:
        self._conn = conn

    def add(
        self,
        album_id: AlbumId,
        title: str,
        artist: str | None,
        match_key: str,
        now: datetime,
        *,
        year: int | None = None,
        origin: str | None = None,
    ) -> None:
        self._conn.execute(
            insert(Album).values(
                id=album_id,
                title=title,
                artist=artist,
                match_key=match_key,
                year=year,
                origin=origin,
                created_at=now,
                updated_at=now,
            )
        )

    def add_many(self, new: Sequence[NewAlbum], now: datetime) -> None:
        """As `add`, of many at once."""
        rows = [
            {
                "id": each.id,
                "title": each.title,
                "artist": each.artist,
                "match_key": each.match_key,
                "year": each.year,
                "origin": each.origin,
                "art_locked": False,
                "paused": False,
                "revision": 1,
                "created_at": now,
                "updated_at": now,
            }
            for each in new
        ]
        insert_many(self._conn, Album, rows)

    def get(self, album_id: AlbumId) -> AlbumRecord | None:
        row = self._conn.execute(select(*_RECORD).where(Album.id == album_id)).first()
        return _record(row) if row else None

    def all(self) -> list[AlbumRecord]:
        """Every album, newest first."""
        query = select(*_RECORD).order_by(Album.created_at.desc(), Album.id.desc())
        return [_record(row) for row in self._conn.execute(query)]

    def by_match_key(self, match_key: str) -> list[AlbumRecord]:
        """Albums of that key, newest first."""
        return self.by_match_keys([match_key]).get(match_key, [])

    def by_match_keys(self, keys: Iterable[str]) -> dict[str, list[AlbumRecord]]:
        """Albums of each key, newest first; keys without an album are absent."""
        found: dict[str, list[AlbumRecord]] = defaultdict(list)
        for some in chunked(set(keys)):
            query = select(*_RECORD).where(Album.match_key.in_(some))
            for row in self._conn.execute(query.order_by(Album.created_at.desc())):
                album = _record(row)
                found[album.match_key].append(album)
        return dict(found)

    def named(self, name: str) -> list[AlbumRecord]:
        """Albums with this title, or "artist - title", whatever the case; newest first."""
        wanted = folded(name)
        return [
            album
            for album in self.all()
            if wanted in {folded(album.title), folded(f"{album.artist} - {album.title}")}
        ]

    def origins(self) -> list[str]:
        """Every place albums came from, once."""
        return [each for each in self._conn.execute(select(Album.origin).distinct()).scalars() if each]

    def change(
        self,
        album_id: AlbumId,
        now: datetime,
        *,
        title: str,
        artist: str | None,
        year: int | None,
        match_key: str,
    ) -> None:
        """Set what a person calls the album."""
        self._set([album_id], now, title=title, artist=artist, year=year, match_key=match_key)

    def set_paused(self, album_ids: Iterable[AlbumId], paused: bool, now: datetime) -> None:
        self._set(album_ids, now, paused=paused)

    def set_art(
        self, album_id: AlbumId, art_id: ArtId | None, now: datetime, *, locked: bool = False
    ) -> None:
        """`locked`: a person has decided so."""
        self._set([album_id], now, art_id=art_id, art_locked=locked)

    def drop_found_art(self, track_id: TrackId, art_id: ArtId, now: datetime) -> None:
        """Take a picture off the albums of a track that got it from this track, and from no other of theirs.

        Albums whose picture a person has decided on keep it.
        """
        on = select(AlbumTrack.album_id).where(AlbumTrack.track_id == track_id)
        others = (
            select(AlbumTrack.id)
            .join(Track, Track.id == AlbumTrack.track_id)
            .where(AlbumTrack.album_id == Album.id, Track.art_id == art_id)
        )
        query = select(Album.id).where(Album.id.in_(on), Album.art_id == art_id, ~Album.art_locked)
        for album_id in self._conn.execute(query.where(~others.exists())).scalars().all():
            self.set_art(AlbumId(album_id), None, now)

    def delete(self, album_id: AlbumId) -> None:
        """Remove an album and its list. Its tracks stay in the library, and so do their files."""
        self._conn.execute(delete(Album).where(Album.id == album_id))

    def entries(self, album_id: AlbumId) -> list[AlbumEntry]:
        """The list in order."""
        query = select(*_ENTRY).where(AlbumTrack.album_id == album_id)
        rows = self._conn.execute(query.order_by(AlbumTrack.position, AlbumTrack.id))
        return [_entry(row) for row in rows]

    def append(self, album_id: AlbumId, entries: Sequence[AlbumEntry], now: datetime) -> None:
        """Add places to the list; the positions given must be free."""
        self.append_many({album_id: entries}, now)

    def append_many(self, entries_of: Mapping[AlbumId, Sequence[AlbumEntry]], now: datetime) -> None:
        """As `append`, for several albums at once."""
        grown = {album_id: entries for album_id, entries in entries_of.items() if entries}
        self._insert(grown)
        self._set(grown, now)

    def set_entries(self, album_id: AlbumId, entries: Sequence[AlbumEntry], now: datetime) -> None:
        """Replace the whole list."""
        self._keep_share([album_id])
        self._conn.execute(delete(AlbumTrack).where(AlbumTrack.album_id == album_id))
        self._insert({album_id: entries})
        self._set([album_id], now)

    def remove_tracks(self, album_id: AlbumId, track_ids: Iterable[TrackId], now: datetime) -> None:
        """Take tracks off the list and close the gaps. They stay in the library."""
        gone = set(track_ids)
        kept = renumbered(entry for entry in self.entries(album_id) if entry.track_id not in gone)
        self.set_entries(album_id, kept, now)

    def take_off_all_lists(self, track_ids: Sequence[TrackId], now: datetime) -> list[AlbumId]:
        """Take tracks off every list; returns the albums that changed."""
        touched = sorted({album for albums in self.albums_of(track_ids).values() for album in albums})
        for album_id in touched:
            self.remove_tracks(album_id, track_ids, now)
        return touched

    def albums_of(self, track_ids: Iterable[TrackId]) -> dict[TrackId, list[AlbumId]]:
        """The albums each track stands on; tracks on none are absent."""
        found: dict[TrackId, list[AlbumId]] = defaultdict(list)
        for ids in chunked(track_ids):
            for track_id, album_id in self._conn.execute(_ALBUMS_OF, {"ids": ids}):
                found[TrackId(track_id)].append(AlbumId(album_id))
        return dict(found)

    def titles(self, album_ids: Iterable[AlbumId]) -> dict[AlbumId, str]:
        """The title of each album that exists."""
        found: dict[AlbumId, str] = {}
        for ids in chunked(album_ids):
            for album_id, title in self._conn.execute(select(Album.id, Album.title).where(Album.id.in_(ids))):
                found[AlbumId(album_id)] = title
        return found

    def having(self, track_id: TrackId) -> list[AlbumRecord]:
        """The albums a track stands on."""
        return [_record(row) for row in self._conn.execute(_HAVING, {"ids": [track_id]})]

    def overlaps(self, track_ids: Iterable[TrackId]) -> dict[AlbumId, int]:
        """How many of these tracks stand on each album: which one a pasted list may belong to."""
        counts: dict[AlbumId, int] = defaultdict(int)
        for albums in self.albums_of(track_ids).values():
            for album_id in albums:
                counts[album_id] += 1
        return dict(counts)

    def leave_out(self, album_id: AlbumId, file_ids: Iterable[FileId], now: datetime) -> None:
        """Remember that files beside an album do not belong on its list."""
        rows = [{"album_id": album_id, "file_id": file_id} for file_id in file_ids]
        upsert(self._conn, AlbumFile, rows, keys=("album_id", "file_id"), renew=())
        self._set([album_id], now)

    def _set(self, album_ids: Iterable[AlbumId], now: datetime, **values: Any) -> None:
        changes = {**values, "updated_at": now, "revision": Album.revision + 1}
        for ids in chunked(album_ids):
            self._conn.execute(update(Album).where(Album.id.in_(ids)).values(changes))

    def _keep_share(self, album_ids: Sequence[AlbumId]) -> None:
        share = (
            select(func.coalesce(func.sum(Track.revision), 0))
            .join(AlbumTrack, AlbumTrack.track_id == Track.id)
            .where(AlbumTrack.album_id == Album.id)
            .scalar_subquery()
        )
        self._conn.execute(
            update(Album).where(Album.id.in_(album_ids)).values(revision=Album.revision + share)
        )

    def _insert(self, entries_of: Mapping[AlbumId, Sequence[AlbumEntry]]) -> None:
        places = [(album_id, entry) for album_id, entries in entries_of.items() for entry in entries]
        if not places:
            return
        columns: dict[str, list[Any]] = {
            "id": new_ids(len(places)),
            "album_id": [album_id for album_id, _ in places],
            "track_id": [entry.track_id for _, entry in places],
            "position": [entry.position for _, entry in places],
            "label": [entry.label for _, entry in places],
            "disc": [entry.disc for _, entry in places],
            "start_s": [entry.start_s for _, entry in places],
        }
        insert_columns(self._conn, AlbumTrack, columns)


def _record(row: Sequence[Any]) -> AlbumRecord:
    return AlbumRecord(*row)


def _entry(row: Sequence[Any]) -> AlbumEntry:
    return AlbumEntry(*row)
