"""Reads an album as the album editor shows it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from musiclib.db import queries
from musiclib.db.albums import AlbumRepository
from musiclib.db.connection import Connection
from musiclib.db.files import FileRepository
from musiclib.db.metadata import CandidateRepository
from musiclib.db.records import AlbumRecord, CandidateRecord, FileRecord, TrackRecord
from musiclib.db.tracks import TrackRepository
from musiclib.domain.ids import TrackId
from musiclib.domain.rows import AlbumEntry, TaskRow
from musiclib.domain.states import Bucket, MatchState, Reason, TaskKind
from musiclib.services.bucket_types import BucketCard, Buckets
from musiclib.services.file_facts import tags_of

_BUCKETS = {
    MatchState.MATCHED: Bucket.MATCHED,
    MatchState.REVIEW: Bucket.REVIEW,
    MatchState.NOT_FOUND: Bucket.NOT_FOUND,
}


def read_buckets(conn: Connection, album: AlbumRecord) -> Buckets:
    """Each place of the list in exactly one bucket, and the files beside it that are on no list.

    A track whose file a person has linked counts as matched; an ID as not found.
    """
    entries = AlbumRepository(conn).entries(album.id)
    ids = [entry.track_id for entry in entries]
    tracks = TrackRepository(conn).get_many(ids)
    files = FileRepository(conn).files_of(ids)
    by_hand = _by_hand(conn, files.values())
    offered = CandidateRepository(conn).of(ids)
    tasks = {task.track_id: task for task in queries.task_rows(conn, kind=TaskKind.METADATA, track_ids=ids)}
    cards: dict[Bucket | None, list[BucketCard]] = {each: [] for each in (*Bucket, None)}
    for entry in entries:
        track = tracks[entry.track_id]
        candidates = [each for each in offered.get(track.id, []) if not each.rejected]
        bucket = _bucket(track, track.id in by_hand)
        file = next(iter(files.get(track.id, [])), None)
        cards[bucket].append(_card(bucket, entry, track, candidates, file, tasks.get(track.id)))
    cards[Bucket.EXTRA] = [_extra(file) for file in FileRepository(conn).beside(album.id)]
    return Buckets(
        album_id=album.id,
        title=album.title,
        matched=tuple(cards[Bucket.MATCHED]),
        review=tuple(cards[Bucket.REVIEW]),
        not_found=tuple(cards[Bucket.NOT_FOUND]),
        extra=tuple(cards[Bucket.EXTRA]),
        pending=tuple(cards[None]),
    )


def _by_hand(conn: Connection, files: Iterable[Sequence[FileRecord]]) -> set[TrackId]:
    links = FileRepository(conn).links_of(file.id for some in files for file in some)
    return {link.track_id for some in links.values() for link in some if link.by_hand}


def _bucket(track: TrackRecord, file_by_hand: bool) -> Bucket | None:
    if track.is_id:
        return Bucket.NOT_FOUND
    if file_by_hand and track.match_state is not MatchState.REVIEW:
        return Bucket.MATCHED
    return _BUCKETS.get(track.match_state)


def _card(
    bucket: Bucket | None,
    entry: AlbumEntry,
    track: TrackRecord,
    candidates: Sequence[CandidateRecord],
    file: FileRecord | None,
    task: TaskRow | None,
) -> BucketCard:
    best = next((each for each in candidates if each.chosen), candidates[0] if candidates else None)
    tags = tags_of(file) if file else None
    return BucketCard(
        bucket=bucket,
        track_id=track.id,
        file_id=None,
        position=entry.position,
        label=entry.label,
        artist=track.artist,
        title=track.title,
        version=track.version,
        score=best.score if best and track.match_score is None else track.match_score,
        reasons=_reasons(bucket, track, best, task),
        detail=task.detail if task else None,
        locked=track.match_locked,
        is_id=track.is_id,
        candidates=len(candidates),
        duration_s=track.duration_s,
        start_s=entry.start_s,
        art_id=track.art_id,
        path=file.path if file else None,
        codec=tags.codec if tags else None,
        bitrate=tags.bitrate if tags else None,
    )


def _reasons(
    bucket: Bucket | None, track: TrackRecord, best: CandidateRecord | None, task: TaskRow | None
) -> tuple[str, ...]:
    if track.is_id:
        return (Reason.ID_WAITS,)
    if bucket is Bucket.REVIEW and best is not None:
        return best.reasons
    if bucket is Bucket.NOT_FOUND:
        return (Reason.NOT_FOUND,)
    return (task.reason,) if bucket is None and task and task.reason else ()


def _extra(file: FileRecord) -> BucketCard:
    tags = tags_of(file)
    return BucketCard(
        bucket=Bucket.EXTRA,
        track_id=None,
        file_id=file.id,
        position=None,
        label=None,
        artist=tags.artist or "",
        title=tags.title or Path(file.path).name,
        version=None,
        score=None,
        reasons=(),
        detail=None,
        locked=False,
        is_id=False,
        candidates=0,
        duration_s=file.duration_s,
        start_s=None,
        art_id=None,
        path=file.path,
        codec=tags.codec,
        bitrate=tags.bitrate,
    )
