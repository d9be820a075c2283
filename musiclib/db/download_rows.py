"""The only place where rows of the download centre are built."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select

from musiclib.db.schema import Album, AlbumTrack, DownloadSource, File, Track, TrackFile, Transfer
from musiclib.db.statements import chunked
from musiclib.db.transfer_statements import OPEN
from musiclib.domain.ids import AlbumId, ArtId, TrackId, TransferId
from musiclib.domain.states import OPEN_TRANSFERS, FileState, TransferReason, TransferState
from musiclib.domain.transfers import DownloadAlbumRow, DownloadSummary, Movement, TransferRow

_MICROSECOND = timedelta(microseconds=1)
_EPOCH = datetime.fromisoformat("1970-01-01T00:00:00+00:00")
_LIVELY = (TransferState.WANTED, TransferState.QUEUED, TransferState.RUNNING)
_LABEL = Transfer.chosen["label"].as_string()
_TRANSFER = (
    Transfer.id,
    Transfer.track_id,
    Transfer.album_id,
    Transfer.state,
    Transfer.reason,
    Transfer.detail,
    _LABEL,
    Transfer.bytes_done,
    Transfer.bytes_total,
    Transfer.attempts,
    Transfer.not_before,
    Transfer.state_at,
    Transfer.priority,
    Transfer.created_at,
    Transfer.updated_at,
)


@dataclass(frozen=True, slots=True)
class _Transfer:
    id: TransferId
    track_id: TrackId
    album_id: AlbumId | None
    state: TransferState
    reason: TransferReason | None
    detail: str | None
    source_label: str | None
    bytes_done: int
    bytes_total: int | None
    attempts: int
    not_before: datetime | None
    state_at: datetime
    priority: int
    created_at: datetime
    updated_at: datetime

    @property
    def open(self) -> bool:
        return self.state in OPEN_TRANSFERS


def revision_at(moment: datetime) -> int:
    """A moment as a number that only ever grows: what is known of an album is of that moment."""
    return (moment - _EPOCH) // _MICROSECOND


def download_rows(
    conn: Connection,
    album_ids: Iterable[AlbumId] | None,
    moving: Mapping[TransferId, Movement] = MappingProxyType({}),
) -> list[DownloadAlbumRow]:
    """The albums of the download centre, or those of `album_ids` that are in it: the first in line first."""
    rows: list[DownloadAlbumRow] = []
    for condition in _conditions(album_ids):
        asked = _asked(conn, and_(Transfer.cleared_at.is_(None), condition))
        rows += _album_rows(conn, asked, moving, with_open=True)
    return sorted(rows, key=lambda row: (-row.priority, row.added_at, row.id))


def history_rows(conn: Connection, limit: int) -> list[DownloadAlbumRow]:
    """What the download centre has let go, the newest first, by album."""
    newest = func.max(Transfer.cleared_at)
    query = select(Transfer.album_id).where(Transfer.album_id.is_not(None), Transfer.cleared_at.is_not(None))
    ids = conn.execute(query.group_by(Transfer.album_id).order_by(newest.desc()).limit(limit)).scalars().all()
    asked = _asked(conn, and_(Transfer.cleared_at.is_not(None), Transfer.album_id.in_(ids)))
    rows = {row.id: row for row in _album_rows(conn, asked, {}, with_open=False)}
    return [rows[AlbumId(each)] for each in ids if each in rows]


def download_summary(
    conn: Connection, sources: Sequence[str], moving: Mapping[TransferId, Movement] = MappingProxyType({})
) -> DownloadSummary:
    """The whole; of time and speed it knows nothing."""
    total = func.coalesce(Transfer.bytes_total, Transfer.bytes_done)
    query = (
        select(Transfer.state, func.count(), func.sum(Transfer.bytes_done), func.sum(total))
        .where(Transfer.cleared_at.is_(None), Transfer.state != TransferState.CANCELLED)
        .group_by(Transfer.state)
    )
    by_state: dict[TransferState, int] = {}
    done = wanted = 0
    for state, count, moved, size in _tuples(conn.execute(query)):
        by_state[TransferState(state)] = count
        done += int(moved or 0)
        wanted += int(size or 0)
    newer = _transfers(conn, Transfer.id.in_(list(moving))) if moving else []
    for each in newer:
        now = moving[each.id]
        done += now.bytes_done - each.bytes_done
        known = each.bytes_done if each.bytes_total is None else each.bytes_total
        wanted += max(now.bytes_total or known, now.bytes_done) - known
    order = list(TransferState)
    return DownloadSummary(
        bytes_done=done,
        bytes_total=wanted,
        speed_bps=0.0,
        seconds_left=None,
        by_state=tuple(sorted(by_state.items(), key=lambda pair: order.index(pair[0]))),
        sources=tuple(sources),
        paused=TransferState.PAUSED in by_state and not any(each in by_state for each in _LIVELY),
    )


def bytes_left(conn: Connection, moving: Mapping[TransferId, Movement], now: datetime) -> int | None:
    """What has still to come of all that moves or may move now; None where that cannot be said.

    What nobody knows the size of counts as the mean of the others.
    """
    due = or_(Transfer.not_before.is_(None), Transfer.not_before <= now)
    query = select(Transfer.id, Transfer.bytes_done, Transfer.bytes_total).where(
        Transfer.state.in_(_LIVELY), due
    )
    sizes: list[int] = []
    moved: list[tuple[int, int | None]] = []
    for transfer_id, done, total in _tuples(conn.execute(query)):
        at = moving.get(TransferId(transfer_id))
        moved.append((at.bytes_done, at.bytes_total or total) if at else (done, total))
        sizes += [moved[-1][1]] if moved[-1][1] else []
    if not sizes:
        return None if moved else 0
    mean = sum(sizes) // len(sizes)
    return sum(max(0, (mean if total is None else total) - done) for done, total in moved)


def source_names(conn: Connection) -> list[str]:
    """Of the sources a person has set up and switched on, in their order."""
    query = select(DownloadSource.name).where(DownloadSource.enabled).order_by(DownloadSource.position)
    return list(conn.execute(query).scalars())


def _conditions(album_ids: Iterable[AlbumId] | None) -> Iterator[ColumnElement[bool]]:
    if album_ids is None:
        yield Transfer.album_id.is_not(None)
        return
    for some in chunked(album_ids):
        yield Transfer.album_id.in_(some)


def _asked(conn: Connection, condition: ColumnElement[bool]) -> dict[AlbumId, list[_Transfer]]:
    found: dict[AlbumId, list[_Transfer]] = defaultdict(list)
    for each in _transfers(conn, condition):
        if each.album_id is not None:
            found[each.album_id].append(each)
    return found


def _transfers(conn: Connection, condition: ColumnElement[bool]) -> list[_Transfer]:
    query = select(*_TRANSFER).where(condition).order_by(Transfer.created_at, Transfer.id)
    return [_transfer(row) for row in conn.execute(query)]


def _transfer(row: Sequence[Any]) -> _Transfer:
    values = list(row)
    values[3] = TransferState(values[3])
    values[4] = TransferReason(values[4]) if values[4] else None
    return _Transfer(*values)


def _album_rows(
    conn: Connection,
    asked: Mapping[AlbumId, Sequence[_Transfer]],
    moving: Mapping[TransferId, Movement],
    *,
    with_open: bool,
) -> list[DownloadAlbumRow]:
    """`with_open`: what is under way of other albums' asking is shown on this one's list too."""
    rows: list[DownloadAlbumRow] = []
    for ids in chunked(asked):
        on_list = AlbumTrack.album_id.in_(ids)
        places = _places(conn, on_list)
        listed = select(AlbumTrack.track_id).where(on_list)
        elsewhere = and_(OPEN, Transfer.track_id.in_(listed), Transfer.album_id.not_in(ids))
        under_way = _transfers(conn, elsewhere) if with_open else []
        facts = _Facts({each.track_id: each for each in under_way}, _sizes(conn, listed), moving)
        columns = Album.id, Album.title, Album.artist, Album.art_id, Album.updated_at
        rows += [
            _album_row(album, places[album[0]], asked[AlbumId(album[0])], facts)
            for album in _tuples(conn.execute(select(*columns).where(Album.id.in_(ids))))
        ]
    return rows


@dataclass(frozen=True, slots=True)
class _Facts:
    under_way: Mapping[TrackId, _Transfer]
    """What other albums asked for."""
    sizes: Mapping[UUID, int]
    """Of the files that are in the library, by track."""
    moving: Mapping[TransferId, Movement]


def _places(conn: Connection, on_list: ColumnElement[bool]) -> dict[UUID, list[tuple[Any, ...]]]:
    """The lists of albums in order."""
    found: dict[UUID, list[tuple[Any, ...]]] = defaultdict(list)
    query = (
        select(
            AlbumTrack.album_id,
            AlbumTrack.track_id,
            AlbumTrack.position,
            Track.artist,
            Track.title,
            Track.version,
            Track.duration_s,
            Track.is_id,
            Track.revision,
        )
        .join(Track, Track.id == AlbumTrack.track_id)
        .where(on_list)
        .order_by(AlbumTrack.album_id, AlbumTrack.position, AlbumTrack.id)
    )
    for album_id, *place in _tuples(conn.execute(query)):
        found[album_id].append(tuple(place))
    return found


def _sizes(conn: Connection, listed: Any) -> dict[UUID, int]:
    query = (
        select(TrackFile.track_id, func.max(File.size))
        .join(File, File.id == TrackFile.file_id)
        .where(TrackFile.track_id.in_(listed), File.state == FileState.OK)
        .group_by(TrackFile.track_id)
    )
    return dict(_tuples(conn.execute(query)))


def _tuples(rows: Iterable[Any]) -> list[Any]:
    return [tuple(row) for row in rows]


def _album_row(
    album: tuple[Any, ...], places: Sequence[tuple[Any, ...]], asked: Sequence[_Transfer], facts: _Facts
) -> DownloadAlbumRow:
    album_id, title, artist, art_id, updated_at = album
    # As they come oldest first, the newest of each track; but one that is open before any that ended.
    own = {each.track_id: each for each in sorted(asked, key=lambda each: each.open)}
    added_at = min(each.created_at for each in asked)
    still = [each for each in asked if each.open]
    shown = [(place, _shown(place[0], own, facts)) for place in places]
    newest = max(
        [updated_at, *(_changed_at(each, facts) for _, each in shown if each), *(e.updated_at for e in asked)]
    )
    return DownloadAlbumRow(
        id=AlbumId(album_id),
        # What changes a track's own row raises its revision, but not the moment of its transfer.
        revision=revision_at(newest) + sum(place[-1] for place in places),
        title=title,
        artist=artist,
        art_id=None if art_id is None else ArtId(art_id),
        priority=max((each.priority for each in still), default=0),
        added_at=added_at,
        finished_at=None if still else max(each.state_at for each in asked),
        transfers=tuple(_row(place, each, facts, added_at) for place, each in shown),
    )


def _changed_at(transfer: _Transfer, facts: _Facts) -> datetime:
    """Bytes that moved are news too, as far as they are shown: of what runs."""
    moving = facts.moving.get(transfer.id) if transfer.state is TransferState.RUNNING else None
    return max(transfer.updated_at, moving.at) if moving else transfer.updated_at


def _shown(track_id: TrackId, own: Mapping[TrackId, _Transfer], facts: _Facts) -> _Transfer | None:
    """The transfer that tells how a track stands; None where the library alone does."""
    asked = own.get(track_id)
    if asked is None or not asked.open:
        asked = facts.under_way.get(track_id, asked)
    if asked is not None and asked.state is TransferState.CANCELLED and track_id in facts.sizes:
        return None
    return asked


def _row(
    place: tuple[Any, ...], transfer: _Transfer | None, facts: _Facts, added_at: datetime
) -> TransferRow:
    track_id, position, artist, title, version, duration_s, is_id, _ = place
    if transfer is None:
        return _row_without(place, facts.sizes.get(track_id), added_at)
    running = transfer.state is TransferState.RUNNING
    moving = facts.moving.get(transfer.id) if running else None
    return TransferRow(
        id=transfer.id,
        track_id=TrackId(track_id),
        position=position,
        artist=artist,
        title=title,
        version=version,
        duration_s=duration_s,
        state=transfer.state,
        reason=transfer.reason,
        detail=transfer.detail,
        source_label=transfer.source_label,
        bytes_done=moving.bytes_done if moving else transfer.bytes_done,
        bytes_total=(moving.bytes_total if moving else None) or transfer.bytes_total,
        speed_bps=moving.speed_bps if moving else None,
        checking=moving is not None and moving.checking,
        attempts=transfer.attempts,
        not_before=transfer.not_before,
        state_at=transfer.state_at,
        is_id=is_id,
    )


def _row_without(place: tuple[Any, ...], size: int | None, at: datetime) -> TransferRow:
    """The row of a track that was here before, or that nobody asked for."""
    track_id, position, artist, title, version, duration_s, is_id, _ = place
    return TransferRow(
        id=None,
        track_id=TrackId(track_id),
        position=position,
        artist=artist,
        title=title,
        version=version,
        duration_s=duration_s,
        state=TransferState.CANCELLED if size is None else TransferState.DONE,
        reason=None,
        detail=None,
        source_label=None,
        bytes_done=size or 0,
        bytes_total=size,
        speed_bps=None,
        checking=False,
        attempts=0,
        not_before=None,
        state_at=at,
        is_id=is_id,
    )
