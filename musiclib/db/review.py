"""Tracks that wait for a person's decision."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select, update

from musiclib.db.code_order import in_code_order
from musiclib.db.schema import Album, AlbumTrack, Changeset, ChangesetTrack, Track
from musiclib.db.statements import chunked, raise_tracks
from musiclib.domain.ids import TrackId
from musiclib.domain.states import MatchState


def tracks_to_review(conn: Connection, state: MatchState) -> dict[TrackId, bool]:
    """Tracks in this state, and whether the decision was put off: those last, the one put off first first."""
    query = select(Track.id, Track.match_deferred_at).where(
        Track.match_state == state, Track.is_id.is_(False)
    )
    put_off = Track.match_deferred_at
    ordered = query.order_by(put_off.is_not(None), put_off, Track.created_at, Track.id)
    return {TrackId(track_id): at is not None for track_id, at in conn.execute(ordered)}


def count_waiting(conn: Connection) -> dict[MatchState, int]:
    """How many tracks there are to decide upon (REVIEW), and to look for with a hint (NOT_FOUND)."""
    states = (MatchState.REVIEW, MatchState.NOT_FOUND)
    query = select(Track.match_state, func.count()).where(
        Track.match_state.in_(states), Track.is_id.is_(False)
    )
    found = {
        MatchState(state): int(count) for state, count in conn.execute(query.group_by(Track.match_state))
    }
    return {state: found.get(state, 0) for state in states}


def put_off(conn: Connection, track_ids: Iterable[TrackId], at: datetime | None) -> None:
    """Decide later; None: again in its turn."""
    ids = list(track_ids)
    for some in chunked(ids):
        conn.execute(update(Track).where(Track.id.in_(some)).values(match_deferred_at=at))
    raise_tracks(conn, ids)


def places_of(conn: Connection, track_ids: Iterable[TrackId]) -> dict[TrackId, list[tuple[Any, ...]]]:
    """(album, its title, position, label, start in seconds) of each place each track has on a list."""
    place = AlbumTrack
    query = select(place.track_id, Album.id, Album.title, place.position, place.label, place.start_s)
    listed = query.join(Album, Album.id == place.album_id).order_by(
        in_code_order(Album.title), place.position
    )
    found: dict[TrackId, list[tuple[Any, ...]]] = defaultdict(list)
    for ids in chunked(track_ids):
        for track_id, *at in conn.execute(listed.where(place.track_id.in_(ids))):
            found[TrackId(track_id)].append(tuple(at))
    return dict(found)


def decided_since(conn: Connection, kinds: Iterable[str], since: datetime) -> int:
    """Tracks that acts of these kinds, not taken back, have settled since a moment."""
    decided = select(func.count(ChangesetTrack.track_id.distinct())).join(
        Changeset, Changeset.id == ChangesetTrack.changeset_id
    )
    settled = decided.join(Track, Track.id == ChangesetTrack.track_id)
    done = Changeset.kind.in_(list(kinds)), Changeset.created_at >= since, Changeset.undone_at.is_(None)
    return int(conn.execute(settled.where(*done, Track.match_state != MatchState.REVIEW)).scalar_one())
