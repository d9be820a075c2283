"""The albums that scanned files make: by album tag and album artist, else by folder."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from musiclib.db.albums import AlbumRepository
from musiclib.db.connection import Connection
from musiclib.db.identities import new_ids
from musiclib.db.records import FileRecord, NewAlbum
from musiclib.domain.ids import AlbumId, FileId, TrackId
from musiclib.domain.rows import AlbumEntry
from musiclib.services.acts import Clock
from musiclib.services.import_rows import album_key, storable


@dataclass(frozen=True, slots=True)
class _Group:
    """Files of one album, in the order of disc, number and name."""

    title: str
    artist: str | None
    folder: str
    year: int | None
    files: Sequence[FileRecord]


def add_to_albums(
    conn: Connection, files: Sequence[FileRecord], tracks: Mapping[FileId, TrackId], clock: Clock
) -> list[AlbumId]:
    """Put the tracks of files on the albums earlier scans made of the same names, else on new ones.

    Never on a pasted one. Returns the albums that were made or changed.
    """
    albums, now = AlbumRepository(conn), clock()
    groups: dict[str, list[_Group]] = defaultdict(list)
    for group in _groups(files):
        groups[album_key(group.title, group.artist)].append(group)
    made = _made_before(albums, groups)
    fresh = (AlbumId(each) for each in new_ids(len(groups)))
    new: list[NewAlbum] = []
    entries: dict[AlbumId, list[AlbumEntry]] = {}
    for key, members in groups.items():
        first = members[0]
        album_id = made.get(key) or next(fresh)
        listed = [each.track_id for each in albums.entries(album_id)] if key in made else []
        if key not in made:
            new.append(NewAlbum(album_id, first.title, first.artist, key, first.year, first.folder))
        there = set(listed)
        discs = {
            track_id: int(file.tags.get("disc") or 1)
            for group in members
            for file in group.files
            if (track_id := tracks[file.id]) not in there
        }
        entries[album_id] = [
            AlbumEntry(track_id, position, None, disc, None)
            for position, (track_id, disc) in enumerate(discs.items(), len(listed) + 1)
        ]
    albums.add_many(new, now)
    albums.append_many(entries, now)
    return list(entries)


def _made_before(albums: AlbumRepository, keys: Iterable[str]) -> dict[str, AlbumId]:
    """Albums of these keys that a scan has made: those that come from a folder."""
    return {
        key: made[0].id
        for key, some in albums.by_match_keys(keys).items()
        if (made := [each for each in some if each.origin and Path(each.origin).is_absolute()])
    }


def _groups(files: Iterable[FileRecord]) -> list[_Group]:
    by_name: dict[tuple[str, str, str], list[FileRecord]] = defaultdict(list)
    for file in files:
        tags = file.tags
        if album := tags.get("album"):
            by_name["album", album, tags.get("albumartist") or ""].append(file)
        else:
            by_name["folder", _folder(file), ""].append(file)
    return [_group(members) for members in by_name.values()]


def _group(members: list[FileRecord]) -> _Group:
    tags, folder = members[0].tags, _folder(members[0])
    artists = {file.tags.get("artist") for file in members}
    artist = tags.get("albumartist") or (artists.pop() if len(artists) == 1 else None)
    title = tags.get("album") or storable(Path(folder).name) or "Files"
    years = (file.tags.get("original_date") or file.tags.get("date") for file in members)
    year = next((int(each[:4]) for each in years if each), None)
    return _Group(title, artist, storable(folder), year, sorted(members, key=_place))


def _place(file: FileRecord) -> tuple[int, int, str]:
    return file.tags.get("disc") or 1, file.tags.get("track") or 10_000, file.path


def _folder(file: FileRecord) -> str:
    return os.path.dirname(file.path)  # noqa: PTH120 (a Path for each of 100,000 files is slow)
