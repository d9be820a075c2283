"""The JSON form and the cells of the things commands list. The JSON names are a promise to scripts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from musiclib.cli.output import Cell, clock, plain
from musiclib.domain.music_key import KeyNotation, MusicalKey
from musiclib.domain.rows import AlbumDetail, AlbumRow, TaskRow, TrackRow
from musiclib.domain.wording import album_line, badge_sentence, badge_words

TRACK_COLUMNS = ("Artist", "Title", "BPM", "Key", "LUFS", "Length", "State")
ALBUM_COLUMNS = ("Album", "Artist", "Year", "Tracks", "State", "Id")
TASK_COLUMNS = ("Kind", "Status", "Reason", "Artist", "Title", "Tries", "Detail")


_TRACK_FACTS = (
    *("id", "artist", "title", "version", "album", "bpm", "energy", "loudness_lufs", "true_peak_dbtp"),
    *("duration_s", "year", "popularity", "isrc", "is_id", "match_score", "has_file", "added_at"),
)
_ALBUM_FACTS = ("id", "title", "artist", "year", "origin", "paused", "added_at")
_ENTRY_FACTS = ("position", "label", "disc", "start_s")
_TASK_FACTS = (
    *("id", "track_id", "artist", "title", "kind", "status", "reason", "detail", "attempts"),
    *("not_before", "worker_id", "updated_at", "finished_at"),
)
_BADGE_FACTS = ("state", "kind", "reason", "until", "attempts")


def full_title(row: TrackRow) -> str:
    return f"{row.title} ({row.version})" if row.version else row.title


def track_json(row: TrackRow) -> dict[str, Any]:
    """Absent values are left out; times are UTC, loudness LUFS, peak dBTP, durations seconds."""
    found = _facts(row, _TRACK_FACTS) | {"match": plain(row.match_state)}
    if row.key_code is not None:
        key = MusicalKey.from_code(row.key_code)
        found |= {"key": key.name, "camelot": key.camelot}
    return found | {"badge": _facts(row.badge, _BADGE_FACTS) | {"text": badge_sentence(row.badge)}}


def album_json(row: AlbumRow) -> dict[str, Any]:
    """As `track_json`; `duration_s` sums the lengths that are known, and is left out while none is."""
    found = _facts(row, _ALBUM_FACTS)
    if row.duration_s:
        found["duration_s"] = row.duration_s
    states = {str(state): count for state, count in row.counts.by_state}
    return found | {"tracks": row.counts.total, "states": states}


def album_tracks_json(detail: AlbumDetail, tracks: Sequence[TrackRow]) -> dict[str, Any]:
    """An album with its list in order."""
    by_id = {row.id: row for row in tracks}
    entries = [_facts(entry, _ENTRY_FACTS) | track_json(by_id[entry.track_id]) for entry in detail.entries]
    return album_json(detail.album) | {"list": entries}


def task_json(row: TaskRow) -> dict[str, Any]:
    return _facts(row, _TASK_FACTS)


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


def _facts(row: object, names: Sequence[str]) -> dict[str, Any]:
    return {name: plain(value) for name in names if (value := getattr(row, name)) is not None}
