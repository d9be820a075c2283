"""An album as a document that travels: its title, artist, year, origin, picture and list.

All of it is a person's, but for a picture nobody has decided on and where the album came from. Whether work
on it is paused is a machine's. Tracks are named on the list by the shared library's keys.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from musiclib.db.albums import AlbumRepository
from musiclib.db.identities import new_ids
from musiclib.db.schema import Album, AlbumTrack, Track
from musiclib.db.sync_documents import Side, versions_of
from musiclib.db.sync_rows import Row, Travelling, told_moment
from musiclib.db.sync_tracks import ART, SHA, put_art
from musiclib.domain.ids import AlbumId, ArtId, TrackId
from musiclib.domain.rows import AlbumEntry
from musiclib.domain.sync_merge import Entry, Part, Pick, digest_of

_OWN = ("title", "artist", "year", "origin", "match_key", "art_locked", "created_at")
_ALBUMS = Travelling(Album, ("id", "art_id", *_OWN))
_NEW = Travelling(Album, ("id", "art_id", *_OWN, "paused", "revision", "updated_at"))
_PLACES = Travelling(AlbumTrack, ("id", "album_id", "track_id", "position", "label", "disc", "start_s"))
_TRACKS = Travelling(Track, ("id",))
_HAND = ("title", "artist", "year")
_SHARED = 0.5
"""Two albums of one name are the same if so much of the shorter list is on both."""


@dataclass(frozen=True, slots=True)
class AlbumDocument:
    key: str
    version: str
    own: Mapping[str, Any]
    art: Row | None
    places: tuple[Entry, ...]
    picked: frozenset[str] = frozenset()

    @property
    def title(self) -> str:
        artist = self.own["artist"]
        return f"{artist} - {self.own['title']}" if artist else str(self.own["title"])

    def parts(self) -> dict[str, Part]:
        parts = {name: Part(digest_of(self.own[name]), True) for name in _HAND if self.own[name] is not None}
        if self.own["origin"] is not None:
            parts["origin"] = Part(digest_of(self.own["origin"]))
        locked = bool(self.own["art_locked"])
        if self.art is not None or locked:
            parts["art"] = Part(digest_of((self.art[SHA] if self.art else None, locked)), locked)
        parts["list"] = Part(digest_of(self.places), True)
        return parts

    def shown(self, part: str) -> Any:
        if part == "list":
            return [place[0] for place in self.places]
        if part == "art":
            return self.art[SHA] if self.art else None
        return self.own.get(part)

    def entries(self) -> Sequence[Entry]:
        return self.places

    def alike(self, other: AlbumDocument) -> bool:
        mine, theirs = ({place[0] for place in each.places} for each in (self, other))
        return len(mine & theirs) >= _SHARED * min(len(mine), len(theirs))

    def with_picks(
        self,
        other: AlbumDocument,
        picks: Mapping[str, Pick],
        theirs: Pick,
        joined: Sequence[Entry] | None,
    ) -> AlbumDocument:
        taken = frozenset(name for name, pick in picks.items() if pick in (theirs, Pick.BOTH))
        if not taken:
            return self
        own = {**self.own, **{name: other.own[name] for name in taken if name in other.own}}
        if "title" in taken or "artist" in taken:
            own["match_key"] = other.own["match_key"]
        made = replace(self, own=own, picked=taken)
        if "art" in taken:
            made = replace(made, own={**own, "art_locked": other.own["art_locked"]}, art=other.art)
        if "list" in taken:
            places = other.places if picks["list"] is theirs else tuple(joined or ())
            made = replace(made, places=places)
        return made


class AlbumDocuments:
    kind = "album"

    def __init__(self, common: Mapping[str, str]) -> None:
        """`common` gives the key of a track that all libraries use, where this one has another."""
        self._common = common
        self._own = {theirs: mine for mine, theirs in common.items()}

    def versions(self, conn: Connection, keys: Iterable[str] | None = None) -> dict[str, str]:
        return versions_of(conn, Album, keys)

    def read(self, conn: Connection, keys: Sequence[str]) -> dict[str, AlbumDocument]:
        versions = self.versions(conn, keys)
        rows = list(_ALBUMS.of(conn, "id", keys))
        places = _PLACES.by(conn, "album_id", keys)
        art = {row[0]: row for row in ART.of(conn, "id", {str(row[1]) for row in rows if row[1]})}
        found: dict[str, AlbumDocument] = {}
        for album_id, art_id, *own in rows:
            listed = sorted(places.get(album_id, ()), key=lambda row: (row[3], row[0]))
            entries = tuple((self._common.get(row[2], row[2]), *row[4:]) for row in listed)
            named = dict(zip(_OWN, own, strict=True))
            found[album_id] = AlbumDocument(
                album_id, versions[album_id], named, art.get(art_id or ""), entries
            )
        return found

    def natural_keys(self, conn: Connection, keys: Sequence[str]) -> dict[str, tuple[str, ...]]:
        columns = Travelling(Album, ("id", "match_key"))
        return {row[0]: (f"name {row[1]}",) for row in columns.of(conn, "id", keys)}

    def ready(self, conn: Connection, documents: Sequence[AlbumDocument]) -> Sequence[AlbumDocument]:
        wanted = {self._own.get(str(place[0]), str(place[0])) for each in documents for place in each.places}
        there = {row[0] for row in _TRACKS.of(conn, "id", wanted)}
        lacking = wanted - there
        if not lacking:
            return documents
        return [
            each
            for each in documents
            if lacking.isdisjoint(self._own.get(place[0], place[0]) for place in each.places)
        ]

    def add(self, conn: Connection, new: Sequence[AlbumDocument], side: Side) -> None:
        now = told_moment(side.now)
        art = put_art(conn, [each.art for each in new if each.art])
        rows = [
            (
                each.key,
                art.get(each.art[SHA]) if each.art else None,
                *(each.own[name] for name in _OWN),
                0,
                1,
                now,
            )
            for each in new
        ]
        _NEW.insert(conn, rows)
        places = [
            (each.key, self._own.get(place[0], place[0]), position, *place[1:])
            for each in new
            for position, place in enumerate(each.places, 1)
        ]
        made = new_ids(len(places))
        _PLACES.insert(conn, [(new_id.hex, *place) for new_id, place in zip(made, places, strict=True)])

    def change(self, conn: Connection, changed: Sequence[AlbumDocument], side: Side) -> None:
        albums = AlbumRepository(conn)
        art = put_art(conn, [each.art for each in changed if each.art])
        for each in changed:
            album_id, own = AlbumId(UUID(each.key)), each.own
            albums.change(
                album_id,
                side.now,
                title=own["title"],
                artist=own["artist"],
                year=own["year"],
                match_key=own["match_key"],
            )
            if "art" in each.picked:
                art_id = ArtId(UUID(art[each.art[SHA]])) if each.art else None
                albums.set_art(album_id, art_id, side.now, locked=bool(own["art_locked"]))
            if "list" in each.picked:
                albums.set_entries(album_id, self._entries(each), side.now)

    def delete(self, conn: Connection, keys: Sequence[str], now: datetime) -> set[str]:
        for key in keys:
            AlbumRepository(conn).delete(AlbumId(UUID(key)))
        return set(keys)

    def _entries(self, document: AlbumDocument) -> list[AlbumEntry]:
        return [
            AlbumEntry(TrackId(UUID(self._own.get(place[0], place[0]))), position, *place[1:])
            for position, place in enumerate(document.places, 1)
        ]
