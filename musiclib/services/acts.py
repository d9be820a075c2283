"""Acts a person can take back: every service that changes something does it inside one of these.

An act is one write transaction. What it touches is looked at before and after; the difference is
kept as a changeset in the same transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from musiclib.db import images
from musiclib.db.albums import AlbumRepository
from musiclib.db.connection import Connection
from musiclib.db.effective import remerge
from musiclib.db.engine import Database
from musiclib.db.files import FileRepository
from musiclib.db.imports import ChangesetRepository
from musiclib.db.metadata import CandidateRepository, TrackMetadataRepository
from musiclib.db.preferences import SourcePreferenceRepository
from musiclib.db.remerging import remerge_what_is_due, set_preference
from musiclib.db.tracks import TrackRepository
from musiclib.domain.ids import AlbumId, ChangesetId, TrackId
from musiclib.domain.rows import AlbumEntry, HistoryEntry
from musiclib.domain.states import Source
from musiclib.errors import ChangedSince, NotInLibrary
from musiclib.services.changes import Change

Clock = Callable[[], datetime]


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
    touched: dict[TrackId, None] = field(default_factory=dict)
    before: images.Images = field(default_factory=dict)
    lists: dict[AlbumId, list[AlbumEntry]] = field(default_factory=dict)
    albums: dict[AlbumId, None] = field(default_factory=dict)
    gives_up_matches: bool = False
    """The tracks are looked up anew: undoing brings back what catalogues said of them before."""
    preferences: list[dict[str, Any]] = field(default_factory=list)
    """Preferences of sources this act changes, before and after."""

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


class Acts:
    """Does acts, remembers them, and takes them back."""

    def __init__(self, db: Database, clock: Clock, precedence: Sequence[str]) -> None:
        self._db = db
        self._clock = clock
        self._precedence = precedence

    @contextmanager
    def begin(self, kind: str) -> Iterator[Doing]:
        """One transaction that can be undone. After the block, `change` says what came of it."""
        with self._db.write() as conn:
            doing = Doing(Act(conn, self._clock(), kind))
            yield doing
            doing.change = _remember(doing.act)

    def history(self, limit: int = 200) -> list[HistoryEntry]:
        with self._db.read() as conn:
            return ChangesetRepository(conn).history(limit)

    def remerge_what_is_due(self) -> list[TrackId]:
        """After an act that changed what is preferred; returns the tracks whose values changed."""
        return remerge_what_is_due(self._db, self._precedence, self._clock)

    def undo(self, changeset_id: ChangesetId | None) -> Change:
        """Take an act back, the last one if none is named.

        Raises `NotInLibrary` if there is nothing to undo, `ChangedSince` if it was built upon.
        """
        now = self._clock()
        with self._db.write() as conn:
            changesets = ChangesetRepository(conn)
            if changeset_id is None:
                last = changesets.last()
                changeset_id = last.id if last else None
            found = changesets.get(changeset_id) if changeset_id else None
            if changeset_id is None:
                raise NotInLibrary("There is nothing to undo.")
            if found is None:
                raise NotInLibrary(f"There is no change {changeset_id} in the history of this library.")
            entry, payload = found
            if not changesets.mark_undone(changeset_id, now):
                raise ChangedSince(f"“{entry.summary}” was undone before.")
            since = changesets.tracks_touched_since(changeset_id)
            tracks, albums = _take_back(conn, payload, since, now, self._precedence)
        if payload.get("preferences"):
            tracks += self.remerge_what_is_due()
        return Change(changeset_id, entry.summary, tuple(tracks), tuple(albums))


@dataclass
class Doing:
    act: Act
    change: Change | None = None

    @property
    def done(self) -> Change:
        """What came of it; only after the block."""
        assert self.change is not None
        return self.change


def _remember(act: Act) -> Change:
    after = images.take(act.conn, images.Scope.of(act.touched, act.albums))
    changes = images.differences(act.before, after)
    if act.gives_up_matches:
        changes += images.matches(act.before)
    repository = AlbumRepository(act.conn)
    lists: dict[str, Any] = {}
    for album_id, before in act.lists.items():
        now = repository.entries(album_id)
        if now != before:
            lists[str(album_id)] = {"before": _plain(before), "after": _plain(now)}
    made_albums = [
        {"id": str(each.id), "title": each.title, "list": _plain(repository.entries(each.id))}
        for each in (repository.get(album_id) for album_id in act.made_albums)
        if each is not None
    ]
    tracks = tuple(dict.fromkeys([*act.touched, *act.made_tracks]))
    albums = tuple(dict.fromkeys([*act.albums, *act.made_albums]))
    if not (changes or lists or made_albums or act.made_tracks or act.preferences):
        return Change(None, act.summary, tracks, albums)
    payload = {
        "changes": changes,
        "lists": lists,
        "made_tracks": [str(each) for each in act.made_tracks],
        "made_albums": made_albums,
        "preferences": act.preferences,
        "gives_up_matches": act.gives_up_matches,
        "own_links": sorted(_links_by_hand(act.conn, act.made_tracks)),
        **act.extra,
    }
    changeset_id = ChangesetRepository(act.conn).add(act.kind, act.summary, payload, act.now, tracks)
    return Change(changeset_id, act.summary, tracks, albums)


def _take_back(
    conn: Connection,
    payload: Mapping[str, Any],
    touched_since: Collection[TrackId],
    now: datetime,
    precedence: Sequence[str],
) -> tuple[list[TrackId], list[AlbumId]]:
    albums = AlbumRepository(conn)
    _take_back_preferences(conn, payload.get("preferences", ()), now)
    scope = images.scope_of(payload["changes"])
    if payload.get("gives_up_matches"):
        _forget_matches(conn, [TrackId(each) for each in scope.tracks])
    images.revert(conn, payload["changes"], touched_since)
    touched = [TrackId(each) for each in scope.tracks]
    changed = [AlbumId(each) for each in scope.albums]
    for key, sides in payload["lists"].items():
        album_id = AlbumId(_uuid(key))
        after, before = _entries(sides["after"]), _entries(sides["before"])
        current = albums.entries(album_id)
        gentle = bool(payload["made_tracks"]) or payload.get("gentle", False)
        if current != after and not gentle:
            record = albums.get(album_id)
            name = f"The list of “{record.title}”" if record else "An album that is gone by now"
            raise ChangedSince(f"This cannot be undone: {name} was changed again since.")
        albums.set_entries(album_id, _unpicked(before, after, current), now)
        touched += [entry.track_id for entry in current]
        changed.append(album_id)
    changed += [_unmake_album(conn, made, now) for made in payload["made_albums"]]
    made_tracks = [TrackId(_uuid(each)) for each in payload["made_tracks"]]
    gone = _unmake_tracks(conn, made_tracks, {tuple(each) for each in payload["own_links"]}, now)
    kept = [each for each in dict.fromkeys(touched) if each not in gone]
    remerge(conn, kept, precedence, now)
    TrackRepository(conn).touch(kept)
    return [*kept, *gone], list(dict.fromkeys(changed))


def _forget_matches(conn: Connection, track_ids: Sequence[TrackId]) -> None:
    """What a look-up has found since gives way to what was there before it."""
    CandidateRepository(conn).drop(track_ids)
    for track_id in track_ids:
        TrackMetadataRepository(conn).drop_matched(track_id)


def _take_back_preferences(conn: Connection, changes: Iterable[Mapping[str, Any]], now: datetime) -> None:
    for change in changes:
        current = SourcePreferenceRepository(conn).get(change["artist_key"], change["field"])
        if current != change["after"]:
            raise ChangedSince("This cannot be undone: another source is preferred since.")
        set_preference(conn, change["artist_key"], change["field"], change["before"], now)


def _unpicked(
    before: Sequence[AlbumEntry], after: Sequence[AlbumEntry], current: Sequence[AlbumEntry]
) -> list[AlbumEntry]:
    """The list as it was, with what others changed on it since: their tracks stay on or off it."""
    if list(current) == list(after):
        return list(before)
    was, left = {entry.track_id for entry in before}, {entry.track_id for entry in after}
    now = {entry.track_id for entry in current}
    kept = [entry for entry in before if entry.track_id in now or entry.track_id not in left]
    added = [entry for entry in current if entry.track_id not in left and entry.track_id not in was]
    return renumbered([*kept, *added])


def _unmake_album(conn: Connection, made: Mapping[str, Any], now: datetime) -> AlbumId:
    """The album goes, unless somebody has put other tracks on it since."""
    albums = AlbumRepository(conn)
    album_id = AlbumId(_uuid(made["id"]))
    record = albums.get(album_id)
    if record is None:
        return album_id
    if record.title != made["title"]:
        raise ChangedSince(
            f"This cannot be undone: “{made['title']}” is called “{record.title}” since. "
            "Undo the later change first."
        )
    ours = {entry.track_id for entry in _entries(made["list"])}
    others = [entry for entry in albums.entries(album_id) if entry.track_id not in ours]
    albums.set_entries(album_id, renumbered(others), now)
    if not others:
        albums.delete(album_id)
    return album_id


def _unmake_tracks(
    conn: Connection, made: Sequence[TrackId], own_links: set[tuple[str, str]], now: datetime
) -> set[TrackId]:
    """Deletes the tracks nobody needs: on no list, without a value, match or file of a person's choice.

    `own_links` are the choices of the act itself.
    """
    tracks = TrackRepository(conn)
    there = tracks.get_many(made)
    listed = AlbumRepository(conn).albums_of(there)
    said = TrackMetadataRepository(conn).by_source(there)
    by_hand = {TrackId(_uuid(track_id)) for track_id, _ in _links_by_hand(conn, there) - own_links}
    gone = [
        track_id
        for track_id, record in there.items()
        if track_id not in listed
        and Source.MANUAL not in said.get(track_id, {})
        and not record.match_locked
        and track_id not in by_hand
    ]
    tracks.delete(gone, now)
    return set(made) - (there.keys() - set(gone))


def _links_by_hand(conn: Connection, track_ids: Iterable[TrackId]) -> set[tuple[str, str]]:
    files = FileRepository(conn).files_of(track_ids)
    links = FileRepository(conn).links_of(each.id for some in files.values() for each in some)
    return {
        (str(link.track_id), str(link.file_id)) for some in links.values() for link in some if link.by_hand
    }


def renumbered(entries: Iterable[AlbumEntry]) -> list[AlbumEntry]:
    """The same places, numbered 1 to n in this order."""
    return [
        AlbumEntry(entry.track_id, position, entry.label, entry.disc, entry.start_s)
        for position, entry in enumerate(entries, 1)
    ]


def _plain(entries: Iterable[AlbumEntry]) -> list[list[Any]]:
    return [[str(each.track_id), each.position, each.label, each.disc, each.start_s] for each in entries]


def _entries(plain: Iterable[Sequence[Any]]) -> list[AlbumEntry]:
    return [AlbumEntry(TrackId(_uuid(track_id)), *place) for track_id, *place in plain]


def _uuid(text: str) -> UUID:
    return UUID(text)
