"""Takes an act back by the images of its rows, as `act_record.payload_of` keeps them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from musiclib.db import images
from musiclib.db.albums import AlbumRepository
from musiclib.db.connection import Connection
from musiclib.db.effective import credits_of, remerge
from musiclib.db.enrichment_tasks import EnrichmentTaskRepository
from musiclib.db.imports import ImportRepository
from musiclib.db.metadata import CandidateRepository, TrackMetadataRepository
from musiclib.db.preferences import SourcePreferenceRepository
from musiclib.db.tracks import TrackRepository
from musiclib.domain.ids import AlbumId, ImportId, TrackId
from musiclib.domain.rows import AlbumEntry, renumbered
from musiclib.domain.states import Source
from musiclib.errors import ChangedSince
from musiclib.services.act_record import Act, links_by_hand


@dataclass(frozen=True, slots=True)
class Guard:
    """What of an act may be put back.

    `touched_since` are the tracks of acts that count against it, `of_newer` those of all newer acts. With
    `keep_changed` what was changed again since stays as it is, and only the rest is put back.
    """

    touched_since: Collection[UUID]
    of_newer: Collection[UUID]
    keep_changed: bool


def take_back(
    act: Act, payload: Mapping[str, Any], guard: Guard, precedence: Sequence[str]
) -> tuple[list[TrackId], int]:
    """Put everything back as it was before the act `payload` was kept of.

    What this changes is watched by `act`, so that `payload_of(act)` takes this back in its turn: that is
    how an act is done again. Returns the tracks to read again, and how many tracks and albums stay as they
    are because they were changed since; without `keep_changed` those are named by `ChangedSince`. What a
    machine made of a row meanwhile gives way.
    """
    conn, now = act.conn, act.now
    changes, kept = _allowed(conn, payload["changes"], guard)
    scope = images.scope_of(changes)
    made_tracks = [TrackId(UUID(each)) for each in payload["made_tracks"]]
    made_albums = [AlbumId(UUID(each["id"])) for each in payload["made_albums"]]
    lists = {AlbumId(UUID(key)): sides for key, sides in payload["lists"].items()}
    touched = [TrackId(each) for each in scope.tracks]
    act.watch([*touched, *made_tracks], [*map(AlbumId, scope.albums), *lists, *made_albums])
    _take_back_preferences(act, payload.get("preferences", ()))
    if payload.get("gives_up_matches"):
        _forget_matches(conn, touched)
    images.revert(conn, changes)
    ImportRepository(conn).give_back(_imports(payload))
    gentle = act.extra["gentle"] = bool(made_tracks) or payload.get("gentle", False) or guard.keep_changed
    for album_id, sides in lists.items():
        touched += _take_back_list(conn, album_id, sides, gentle, now)
    for made in payload["made_albums"]:
        _unmake_album(conn, made, now)
    own_links = {(track_id, file_id) for track_id, file_id in payload["own_links"]}
    gone = _unmake_tracks(conn, made_tracks, own_links, guard.of_newer, now)
    there = [each for each in dict.fromkeys(touched) if each not in gone]
    remerge(conn, there, precedence, now)
    EnrichmentTaskRepository(conn).enqueue_pending(there, now)
    TrackRepository(conn).touch(there)
    act.find_made()
    _credit(conn, act.made_tracks, now)
    return [*there, *gone], kept


def _allowed(
    conn: Connection, changes: Sequence[Mapping[str, Any]], guard: Guard
) -> tuple[Sequence[Mapping[str, Any]], int]:
    """The changes that may be put back, and how many tracks and albums are left as they are."""
    changed = images.changed_since(conn, changes, guard.touched_since)
    if not changed:
        return changes, 0
    left = [each for each in changes if images.thing_of(each) not in changed] if guard.keep_changed else []
    if not left:
        first, more = next(iter(changed.values())), len(changed) - 1
        raise ChangedSince(f"{first}{f' and {more} more' if more else ''} was changed again since.", changed)
    return left, len(changed)


def _credit(conn: Connection, track_ids: Sequence[TrackId], now: datetime) -> None:
    """Tracks that are there again have lost their artists, which follow from their names."""
    tracks = TrackRepository(conn)
    named = {each.id: each for each in tracks.get_many(track_ids).values() if not each.is_id}
    tracks.add_credits({each: credits_of(record.artist) for each, record in named.items()}, now)


def _imports(payload: Mapping[str, Any]) -> dict[AlbumId, list[ImportId]]:
    kept = payload.get("imports", {})
    return {AlbumId(UUID(key)): [ImportId(UUID(each)) for each in ids] for key, ids in kept.items()}


def _take_back_list(
    conn: Connection, album_id: AlbumId, sides: Mapping[str, Any], gentle: bool, now: datetime
) -> list[TrackId]:
    """Returns the tracks that stood on the album's list."""
    albums = AlbumRepository(conn)
    after, before = _entries(sides["after"]), _entries(sides["before"])
    record, current = albums.get(album_id), albums.entries(album_id)
    if record is None:
        raise ChangedSince("an album whose list it changed is no longer in the library.", [album_id])
    if current != after and not gentle:
        raise ChangedSince(f"the list of “{record.title}” was changed again since.", [album_id])
    albums.set_entries(album_id, _unpicked(before, after, current), now)
    return [entry.track_id for entry in current]


def _forget_matches(conn: Connection, track_ids: Sequence[TrackId]) -> None:
    """What a look-up has found since gives way to what was there before it."""
    CandidateRepository(conn).drop(track_ids)
    for track_id in track_ids:
        TrackMetadataRepository(conn).drop_matched(track_id)


def _take_back_preferences(act: Act, changes: Iterable[Mapping[str, Any]]) -> None:
    for change in changes:
        current = SourcePreferenceRepository(act.conn).get(change["artist_key"], change["field"])
        if current != change["after"]:
            raise ChangedSince("another source is preferred since.")
        act.prefer(change["artist_key"], change["field"], change["before"])


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


def _unmake_album(conn: Connection, made: Mapping[str, Any], now: datetime) -> None:
    """The album goes, unless somebody has put other tracks on it since."""
    albums = AlbumRepository(conn)
    album_id = AlbumId(UUID(made["id"]))
    record = albums.get(album_id)
    if record is None:
        return
    if record.title != made["title"]:
        raise ChangedSince(f"“{made['title']}” is called “{record.title}” since.", [album_id])
    ours = {entry.track_id for entry in _entries(made["list"])}
    others = [entry for entry in albums.entries(album_id) if entry.track_id not in ours]
    albums.set_entries(album_id, renumbered(others), now)
    if not others:
        albums.delete(album_id)


def _unmake_tracks(
    conn: Connection,
    made: Sequence[TrackId],
    own_links: set[tuple[str, str]],
    of_newer: Collection[UUID],
    now: datetime,
) -> set[TrackId]:
    """Deletes the tracks nobody needs: on no list, and without what a person has said of them since.

    That is a value, match or file chosen by hand in a later act; `own_links` are the choices of the act
    itself.
    """
    tracks = TrackRepository(conn)
    there = tracks.get_many(made)
    listed = AlbumRepository(conn).albums_of(there)
    later = [each for each in there if each in of_newer]
    said = TrackMetadataRepository(conn).by_source(later)
    needed = {TrackId(UUID(track_id)) for track_id, _ in links_by_hand(conn, later) - own_links}
    needed.update(each for each in later if Source.MANUAL in said.get(each, {}) or there[each].match_locked)
    gone = [each for each in there if each not in listed and each not in needed]
    tracks.delete(gone, now)
    return set(made) - (there.keys() - set(gone))


def _entries(plain: Iterable[Sequence[Any]]) -> list[AlbumEntry]:
    return [AlbumEntry(TrackId(UUID(track_id)), *place) for track_id, *place in plain]
