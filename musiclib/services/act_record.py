"""One act while it is being done, and what is kept of it so that it can be taken back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from musiclib.db import images
from musiclib.db.albums import AlbumRepository
from musiclib.db.connection import Connection
from musiclib.db.files import FileRepository
from musiclib.db.imports import ImportRepository
from musiclib.db.preferences import SourcePreferenceRepository
from musiclib.db.remerging import set_preference
from musiclib.db.tracks import TrackRepository
from musiclib.domain.ids import AlbumId, ImportId, TrackId
from musiclib.domain.rows import AlbumEntry

_TRACKS, _ALBUMS = "tracks", "albums"
"""Tables of images."""


@dataclass
class Act:
    """An act while it is being done."""

    conn: Connection
    now: datetime
    kind: str
    summary: str = ""
    extra: dict[str, Any] = field(default_factory=dict)
    """What the service wants to find again in the payload."""
    made_tracks: list[TrackId] = field(default_factory=list)
    """Tracks this act makes; undoing takes them away again unless somebody needs them by then."""
    made_albums: list[AlbumId] = field(default_factory=list)
    made_lists: dict[AlbumId, Sequence[AlbumEntry]] = field(default_factory=dict)
    """What stands on those at the end of the act; of those that are absent it is read."""
    reached: Sequence[TrackId] = ()
    """Of a kind that takes itself back: the tracks it touches, of which no images are kept."""
    touched: dict[TrackId, None] = field(default_factory=dict)
    before: images.Images = field(default_factory=dict)
    lists: dict[AlbumId, list[AlbumEntry]] = field(default_factory=dict)
    albums: dict[AlbumId, None] = field(default_factory=dict)
    gives_up_matches: bool = False
    """The tracks are looked up anew: undoing brings back what catalogues said of them before."""
    preferences: list[dict[str, Any]] = field(default_factory=list)
    """Preferences of sources this act changes, before and after."""
    imports: dict[AlbumId, list[ImportId]] = field(default_factory=dict)
    """The pasted lists that the albums were made of."""

    def prefer(self, artist_key: str, field: str, source: str | None) -> None:
        """Prefer a source, or none any more; the tracks are merged anew after the act, some at a time."""
        repository = SourcePreferenceRepository(self.conn)
        before = repository.get(artist_key, field)
        if before != source:
            change = {"artist_key": artist_key, "field": field, "before": before, "after": source}
            self.preferences.append(change)
            set_preference(self.conn, artist_key, field, source, self.now)

    def watch(self, tracks: Iterable[TrackId] = (), albums: Iterable[AlbumId] = ()) -> None:
        """Say what will be changed, before it is changed."""
        new_tracks = [each for each in dict.fromkeys(tracks) if each not in self.touched]
        new_albums = [each for each in dict.fromkeys(albums) if each not in self.albums]
        taken = images.take(self.conn, images.Scope.of(new_tracks, new_albums))
        for table, rows in taken.items():
            self.before.setdefault(table, {}).update(rows)
        self.touched.update(dict.fromkeys(new_tracks))
        self.albums.update(dict.fromkeys(new_albums))
        for album_id in new_albums:
            self.lists[album_id] = AlbumRepository(self.conn).entries(album_id)
        self.imports.update(ImportRepository(self.conn).of_albums(new_albums))

    def find_made(self) -> None:
        """Of what was watched: what was not there before and is there now was made by this act."""
        tracks, albums = (self.before.get(name, {}) for name in (_TRACKS, _ALBUMS))
        new_tracks = [each for each in self.touched if (str(each),) not in tracks]
        self.made_tracks += TrackRepository(self.conn).get_many(new_tracks)
        new_albums = [each for each in self.albums if (str(each),) not in albums]
        self.made_albums += [each for each in new_albums if AlbumRepository(self.conn).get(each)]


def payload_of(act: Act) -> dict[str, Any] | None:
    """What `take_back` needs to undo an act; None if it changed nothing."""
    made_tracks, made = frozenset(act.made_tracks), frozenset(act.made_albums)
    after = images.take(act.conn, images.Scope.of(act.touched.keys() - made_tracks, act.albums.keys() - made))
    changes = images.differences(act.before, after)
    if act.gives_up_matches:
        changes += images.matches(act.before)
    repository = AlbumRepository(act.conn)
    lists: dict[str, Any] = {}
    for album_id, before in act.lists.items():
        now = repository.entries(album_id)
        if now != before and album_id not in made:
            lists[str(album_id)] = {"before": _plain(before), "after": _plain(now)}
    made_albums = [
        {
            "id": str(each.id),
            "title": each.title,
            "list": _plain(act.made_lists.get(each.id) or repository.entries(each.id)),
        }
        for each in (repository.get(album_id) for album_id in act.made_albums)
        if each is not None
    ]
    if not (changes or lists or made_albums or act.made_tracks or act.preferences):
        return None
    gone = {(change["table"], change["key"][0]) for change in changes if change["after"] is None}
    return {
        "changes": changes,
        "lists": lists,
        "made_tracks": [str(each) for each in act.made_tracks],
        "made_albums": made_albums,
        "preferences": act.preferences,
        "gives_up_matches": act.gives_up_matches,
        "own_links": sorted(links_by_hand(act.conn, act.made_tracks)),
        "imports": {
            str(album_id): [str(each) for each in ids]
            for album_id, ids in act.imports.items()
            if (_ALBUMS, str(album_id)) in gone
        },
        **act.extra,
    }


def links_by_hand(conn: Connection, track_ids: Iterable[TrackId]) -> set[tuple[str, str]]:
    """Which files a person said these tracks are: (track, file)."""
    files = FileRepository(conn).files_of(track_ids)
    links = FileRepository(conn).links_of(each.id for some in files.values() for each in some)
    return {
        (str(link.track_id), str(link.file_id)) for some in links.values() for link in some if link.by_hand
    }


def _plain(entries: Iterable[AlbumEntry]) -> list[list[Any]]:
    return [[str(each.track_id), each.position, each.label, each.disc, each.start_s] for each in entries]
