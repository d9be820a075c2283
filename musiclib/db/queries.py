"""The only place where rows for lists are built, and the only one that asks for a badge.

Rows come as tuples from SQL and become frozen snapshots at once: no entity, no query per row.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    bindparam,
    case,
    func,
    literal_column,
    or_,
    select,
    text,
)
from sqlalchemy.orm import aliased

from musiclib.db.code_order import in_code_order
from musiclib.db.schema import (
    CLAIMABLE,
    DONE,
    FAILED,
    HELD_BACK,
    LEASED,
    Album,
    AlbumTrack,
    EnrichmentTask,
    File,
    Track,
    TrackFile,
)
from musiclib.db.statements import chunked
from musiclib.domain.badges import FIELDS_OF_A_WHOLE_TRACK, Badge, TaskFacts, badge_for
from musiclib.domain.ids import AlbumId, TrackId
from musiclib.domain.queue import KindCounts
from musiclib.domain.rows import (
    AlbumCounts,
    AlbumDetail,
    AlbumEntry,
    AlbumRow,
    TaskRow,
    TrackRow,
)
from musiclib.domain.states import BadgeState, FileState, MatchState, Reason, TaskKind, TaskStatus
from musiclib.errors import NotInLibrary

_MATCH_STATES = {state.value: state for state in MatchState}
_KINDS = {kind.value: kind for kind in TaskKind}
_STATUSES = {status.value: status for status in TaskStatus}
_REASONS: dict[str | None, Reason | None] = {None: None, **{reason.value: reason for reason in Reason}}
_WHOLE = len(FIELDS_OF_A_WHOLE_TRACK)

# One join per kind: a track has at most one task of each.
_TASKS = {kind: aliased(EnrichmentTask, name=f"{kind.value}_task") for kind in TaskKind}
_TASK_FACTS = ("status", "reason", "detail", "attempts", "not_before", "blocked_on")


def track_rows(conn: Connection, ids: Iterable[TrackId] | None, now: datetime) -> list[TrackRow]:
    """The rows of these tracks, or of all (None), oldest first; ids that are gone are left out."""
    badge = _badge_maker(now)
    if ids is None:
        formats = _formats(conn.execute(_FORMATS))
        return [_track_row(row, formats, badge) for row in conn.execute(_TRACK_ROWS)]
    rows: list[TrackRow] = []
    for some in chunked(ids):
        formats = _formats(conn.execute(_FORMATS_SOME, {"ids": some}))
        found = conn.execute(_TRACK_ROWS_SOME, {"ids": some})
        rows += [_track_row(row, formats, badge) for row in found]
    return rows


def album_rows(conn: Connection, ids: Iterable[AlbumId] | None, now: datetime) -> list[AlbumRow]:
    """The rows of these albums, or of all (None), newest first; ids that are gone are left out."""
    columns = Album.id, Album.revision, Album.title, Album.artist, Album.year, Album.origin, Album.art_id
    rows: list[AlbumRow] = []
    for condition in _conditions(Album.id, ids):
        query = select(*columns, Album.paused, Album.created_at)
        if condition is not None:
            query = query.where(condition)
        sums = _list_sums(conn, condition, now)
        found = conn.execute(query.order_by(Album.created_at.desc(), Album.id.desc()))
        rows += [_album_row(row, *sums.get(row[0], (AlbumCounts(0, ()), 0.0, 0))) for row in found]
    return rows


def newest_albums() -> Select[UUID]:
    """The ids of all albums, the newest first."""
    return select(Album.id).order_by(Album.created_at.desc(), Album.id.desc())


def album_detail(conn: Connection, album_id: AlbumId, now: datetime) -> AlbumDetail:
    """An album with its list in order; `NotInLibrary` when it is gone."""
    rows = album_rows(conn, [album_id], now)
    if not rows:
        raise NotInLibrary("This album is no longer in the library. Choose another one.")
    table = AlbumTrack
    query = select(table.track_id, table.position, table.label, table.disc, table.start_s)
    listed = conn.execute(query.where(table.album_id == album_id).order_by(table.position, table.id))
    entries = (AlbumEntry(TrackId(track_id), *place) for track_id, *place in _tuples(listed))
    return AlbumDetail(rows[0], tuple(entries))


def task_rows(
    conn: Connection,
    *,
    status: TaskStatus | None = None,
    kind: TaskKind | None = None,
    track_ids: Iterable[TrackId] | None = None,
    limit: int | None = None,
) -> list[TaskRow]:
    """Tasks with the names of their tracks, the one that changed last first."""
    rows: list[TaskRow] = []
    for condition in _conditions(EnrichmentTask.track_id, track_ids):
        query = _task_query()
        if condition is not None:
            query = query.where(condition)
        if status is not None:
            query = query.where(EnrichmentTask.status == status)
        if kind is not None:
            query = query.where(EnrichmentTask.kind == kind)
        newest = query.order_by(EnrichmentTask.updated_at.desc(), EnrichmentTask.id.desc())
        rows += [_task_row(row) for row in conn.execute(newest.limit(limit))]
    return rows if limit is None else rows[:limit]


def task_counts(conn: Connection, now: datetime) -> list[KindCounts]:
    """How the tasks of each kind stand; kinds without a task count zero."""
    task = EnrichmentTask

    def by_kind(condition: str, *also: ColumnElement[bool]) -> dict[str, int]:
        query = select(task.kind, func.count()).where(text(condition), *also).group_by(task.kind)
        return dict(conn.execute(query).all())

    # What only waits for its hour counts as claimable.
    claimable, blocked = by_kind(CLAIMABLE), by_kind(HELD_BACK, task.blocked_on.is_not(None))
    later = by_kind(HELD_BACK, _waits(task, now))
    done, running, failed = by_kind(DONE), by_kind(LEASED), by_kind(FAILED)
    counts: list[KindCounts] = []
    for kind in TaskKind:
        waiting = later.get(kind, 0)
        queued = claimable.get(kind, 0) + blocked.get(kind, 0) - waiting
        counts.append(
            KindCounts(
                kind,
                done=done.get(kind, 0),
                running=running.get(kind, 0),
                queued=queued,
                waiting=waiting,
                error=failed.get(kind, 0),
            )
        )
    return counts


def _tuples(rows: Iterable[Any]) -> list[Any]:
    return list(rows)


def _conditions(column: Any, ids: Iterable[UUID] | None) -> Iterator[ColumnElement[bool] | None]:
    if ids is None:
        yield None
    else:
        for some in chunked(ids):
            yield column.in_(some)


def _with_tasks(query: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    for kind, task in _TASKS.items():
        # A literal kind, so that the plan is the same whatever the parameters.
        is_kind = task.kind == literal_column(f"'{kind.value}'")
        query = query.outerjoin(task, and_(task.track_id == Track.id, is_kind))
    return query


def _track_query() -> Select[*tuple[Any, ...]]:
    facts = [getattr(task, name) for task in _TASKS.values() for name in _TASK_FACTS]
    return _with_tasks(
        select(
            Track.id,
            Track.revision,
            Track.artist,
            Track.title,
            Track.version,
            Track.album,
            Track.bpm,
            Track.key_code,
            Track.energy,
            Track.loudness_lufs,
            Track.true_peak_dbtp,
            Track.duration_s,
            Track.original_year,
            Track.release_date,
            Track.popularity,
            Track.isrc,
            Track.art_id,
            Track.is_id,
            Track.match_state,
            Track.match_score,
            Track.match_locked,
            Track.created_at,
            Track.label,
            Track.genres,
            *facts,
        ).select_from(Track)
    )


def _album_row(row: Sequence[Any], counts: AlbumCounts, duration_s: float, share: int) -> AlbumRow:
    album_id, revision, title, artist, year, origin, art_id, paused, created_at = row
    return AlbumRow(
        album_id,
        revision + share,
        title,
        artist,
        year,
        origin,
        art_id,
        paused,
        duration_s,
        created_at,
        counts,
    )


_Formats = dict[UUID, tuple[str | None, int | None]]
"""Codec and bitrate of the best readable file of each track that has one."""


def _formats(rows: Iterable[Any]) -> _Formats:
    return {track_id: (codec, bitrate) for track_id, codec, bitrate in rows}


def _track_row(row: Any, formats: _Formats, badge: Any) -> TrackRow:
    (
        track_id,
        revision,
        artist,
        title,
        version,
        album,
        bpm,
        key_code,
        energy,
        loudness_lufs,
        true_peak_dbtp,
        duration_s,
        original_year,
        release_date,
        popularity,
        isrc,
        art_id,
        is_id,
        match_state,
        match_score,
        match_locked,
        created_at,
        label,
        genres,
        *facts,
    ) = row
    year = year_of(original_year, release_date)
    # In the order of FIELDS_OF_A_WHOLE_TRACK.
    whole = (duration_s, bpm, key_code, energy, loudness_lufs, isrc, year, art_id)
    return TrackRow(
        track_id,
        revision,
        artist,
        title,
        version,
        album,
        bpm,
        key_code,
        energy,
        loudness_lufs,
        true_peak_dbtp,
        duration_s,
        year,
        popularity,
        isrc,
        art_id,
        is_id,
        _MATCH_STATES[match_state],
        match_score,
        track_id in formats,
        created_at,
        badge(tuple(facts), match_state, match_locked, _WHOLE - whole.count(None), is_id),
        label,
        tuple(genres or ()),
        *formats.get(track_id, (None, None)),
    )


def year_of(original_year: int | None, release_date: str | None) -> int | None:
    if original_year or not release_date:
        return original_year
    return int(release_date[:4]) if release_date[:4].isdecimal() else None


def _badge_maker(now: datetime) -> Any:
    """`badge_for` on raw columns. Most tracks of a library are in the same few situations."""

    @lru_cache(maxsize=4096)
    def badge(facts: tuple[Any, ...], match_state: str, locked: bool, filled: int, is_id: bool) -> Badge:
        width = len(_TASK_FACTS)
        tasks = tuple(
            _task_facts(kind, facts[nth * width : (nth + 1) * width]) for nth, kind in enumerate(_TASKS)
        )
        known = tuple(task for task in tasks if task is not None)
        return badge_for(known, _MATCH_STATES[match_state], locked, filled, now, is_id)

    return badge


def _task_facts(kind: TaskKind, columns: Sequence[Any]) -> TaskFacts | None:
    status, reason, detail, attempts, not_before, blocked_on = columns
    if status is None:
        return None
    return TaskFacts(kind, _STATUSES[status], _REASONS[reason], detail, attempts, not_before, blocked_on)


def _waits(task: Any, now: datetime) -> ColumnElement[bool]:
    return or_(task.blocked_on.is_not(None), task.not_before > now)


def _list_sums(
    conn: Connection, condition: ColumnElement[bool] | None, now: datetime
) -> dict[UUID, tuple[AlbumCounts, float, int]]:
    """Of each album: tracks per badge state, their duration together, their revisions together.

    SQL groups the tracks into the few situations that can differ in their badge, and `badge_for`
    is asked once for each.
    """
    counts: dict[UUID, dict[BadgeState, int]] = defaultdict(lambda: defaultdict(int))
    unnamed: dict[UUID, int] = defaultdict(int)
    totals: dict[UUID, list[float]] = defaultdict(lambda: [0.0, 0])
    for row in conn.execute(_situations(condition, now)):
        album_id, match_state, locked, is_id, whole, *states, count, duration_s, revisions = row
        tasks = tuple(
            TaskFacts(kind, _STATUSES[status], None, None, 0, None, "yes" if waits else None)
            for kind, status, waits in zip(_TASKS, states[::2], states[1::2], strict=True)
            if status is not None
        )
        filled = _WHOLE if whole else 0
        badge = badge_for(tasks, _MATCH_STATES[match_state], bool(locked), filled, now, bool(is_id))
        counts[album_id][badge.state] += count
        unnamed[album_id] += count if badge.reason is Reason.ID_WAITS else 0
        totals[album_id][0] += duration_s or 0.0
        totals[album_id][1] += int(revisions)
    order = list(BadgeState)
    return {
        album_id: (
            AlbumCounts(
                sum(each.values()),
                tuple(sorted(each.items(), key=lambda pair: order.index(pair[0]))),
                unnamed[album_id],
            ),
            totals[album_id][0],
            int(totals[album_id][1]),
        )
        for album_id, each in counts.items()
    }


def _situations(condition: ColumnElement[bool] | None, now: datetime) -> Select[*tuple[Any, ...]]:
    measured = Track.duration_s, Track.bpm, Track.key_code, Track.energy, Track.loudness_lufs
    dated = or_(Track.original_year.is_not(None), Track.release_date.is_not(None))
    whole = and_(dated, *(column.is_not(None) for column in (*measured, Track.isrc, Track.art_id)))
    keys: list[Any] = [
        AlbumTrack.album_id,
        Track.match_state,
        Track.match_locked,
        Track.is_id,
        case((whole, 1), else_=0).label("whole"),
    ]
    for kind, task in _TASKS.items():
        keys += [task.status, case((_waits(task, now), 1), else_=0).label(f"{kind.value}_waits")]
    query = select(*keys, func.count(), func.sum(Track.duration_s), func.sum(Track.revision))
    query = query.select_from(AlbumTrack).join(Track, Track.id == AlbumTrack.track_id)
    if condition is not None:
        query = query.join(Album, Album.id == AlbumTrack.album_id).where(condition)
    return _with_tasks(query).group_by(*keys)


def _task_query() -> Select[*tuple[Any, ...]]:
    task = EnrichmentTask
    return select(
        task.id,
        task.track_id,
        Track.artist,
        Track.title,
        task.kind,
        task.status,
        task.reason,
        task.detail,
        task.attempts,
        task.not_before,
        task.lease_until,
        task.worker_id,
        task.updated_at,
        task.finished_at,
        task.blocked_on,
    ).join(Track, Track.id == task.track_id)


def _task_row(row: Sequence[Any]) -> TaskRow:
    values = list(row)
    values[4:7] = _KINDS[row[4]], _STATUSES[row[5]], _REASONS[row[6]]
    return TaskRow(*values)


# Built once: a statement costs more to build than SQLite takes to run it.
_TRACK_ROWS = _track_query().order_by(Track.created_at, Track.id)
_TRACK_ROWS_SOME = _TRACK_ROWS.where(Track.id.in_(bindparam("ids", expanding=True)))
# The best last, which is the one a dict of them keeps.
_FORMATS = (
    select(TrackFile.track_id, File.codec, File.bitrate)
    .join(File, File.id == TrackFile.file_id)
    .where(File.state == FileState.OK)
    .order_by(TrackFile.by_hand, TrackFile.score, in_code_order(File.path).desc())
)
_FORMATS_SOME = _FORMATS.where(TrackFile.track_id.in_(bindparam("ids", expanding=True)))
