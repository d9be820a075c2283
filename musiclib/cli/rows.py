"""The JSON form and the cells of the things commands list. The JSON names are a promise to scripts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from musiclib.cli.output import Cell, clock, plain
from musiclib.domain.badges import Badge
from musiclib.domain.music_key import KeyNotation, MusicalKey
from musiclib.domain.rows import AlbumDetail, AlbumRow, TaskRow, TrackRow
from musiclib.domain.wording import album_line, badge_sentence, badge_words

TRACK_COLUMNS = ("Artist", "Title", "BPM", "Key", "LUFS", "Length", "State")
ALBUM_COLUMNS = ("Album", "Artist", "Year", "Tracks", "State", "Id")
TASK_COLUMNS = ("Kind", "Status", "Reason", "Artist", "Title", "Tries", "Detail")


def full_title(row: TrackRow) -> str:
    return f"{row.title} ({row.version})" if row.version else row.title


def track_json(row: TrackRow) -> dict[str, Any]:
    """Absent values are left out; times are UTC, loudness LUFS, peak dBTP, durations seconds."""
    key = None if row.key_code is None else MusicalKey.from_code(row.key_code)
    return _present(
        id=row.id,
        artist=row.artist,
        title=row.title,
        version=row.version,
        album=row.album,
        bpm=row.bpm,
        key=key and key.name,
        camelot=key and key.camelot,
        energy=row.energy,
        loudness_lufs=row.loudness_lufs,
        true_peak_dbtp=row.true_peak_dbtp,
        duration_s=row.duration_s,
        year=row.year,
        popularity=row.popularity,
        isrc=row.isrc,
        is_id=row.is_id,
        match=row.match_state,
        match_score=row.match_score,
        has_file=row.has_file,
        added_at=row.added_at,
        badge=_badge_json(row.badge),
    )


def album_json(row: AlbumRow) -> dict[str, Any]:
    return _present(
        id=row.id,
        title=row.title,
        artist=row.artist,
        year=row.year,
        origin=row.origin,
        paused=row.paused,
        duration_s=row.duration_s,
        added_at=row.added_at,
        tracks=row.counts.total,
        states={str(state): count for state, count in row.counts.by_state},
    )


def album_tracks_json(detail: AlbumDetail, tracks: Sequence[TrackRow]) -> dict[str, Any]:
    """An album with its list in order."""
    by_id = {row.id: row for row in tracks}
    entries = [
        _present(position=entry.position, label=entry.label, disc=entry.disc, start_s=entry.start_s)
        | track_json(by_id[entry.track_id])
        for entry in detail.entries
    ]
    return album_json(detail.album) | {"list": entries}


def task_json(row: TaskRow) -> dict[str, Any]:
    return _present(
        id=row.id,
        track_id=row.track_id,
        artist=row.artist,
        title=row.title,
        kind=row.kind,
        status=row.status,
        reason=row.reason,
        detail=row.detail,
        attempts=row.attempts,
        not_before=row.not_before,
        worker_id=row.worker_id,
        updated_at=row.updated_at,
        finished_at=row.finished_at,
    )


def track_cells(row: TrackRow, notation: KeyNotation) -> tuple[Cell, ...]:
    key = "" if row.key_code is None else MusicalKey.from_code(row.key_code).shown(notation)
    state = badge_words(row.badge)
    return (
        row.artist,
        full_title(row),
        row.bpm,
        key,
        row.loudness_lufs,
        clock(row.duration_s),
        state,
    )


def album_cells(row: AlbumRow) -> tuple[Cell, ...]:
    return row.title, row.artist, row.year, row.counts.total, album_line(row.counts, row.paused), str(row.id)


def task_cells(row: TaskRow) -> tuple[Cell, ...]:
    return row.kind, row.status, row.reason, row.artist, row.title, row.attempts, row.detail


def _badge_json(badge: Badge) -> dict[str, Any]:
    return _present(
        state=badge.state,
        kind=badge.kind,
        reason=badge.reason,
        until=badge.until,
        attempts=badge.attempts,
        text=badge_sentence(badge),
    )


def _present(**values: Any) -> dict[str, Any]:
    return {name: plain(value) for name, value in values.items() if value is not None}
