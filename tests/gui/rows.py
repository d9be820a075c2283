"""Rows as the library would give them, for tests that need no database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from musiclib.domain.badges import Badge
from musiclib.domain.ids import AlbumId, TrackId
from musiclib.domain.rows import AlbumCounts, AlbumRow, TrackRow
from musiclib.domain.states import BadgeState, MatchState

NOW = datetime(2026, 6, 9, 20, 0, tzinfo=UTC)


def track(number: int, **changes: Any) -> TrackRow:
    values: dict[str, Any] = {
        "id": TrackId(UUID(int=number)),
        "revision": 1,
        "artist": f"Artist {number}",
        "title": f"Title {number}",
        "version": None,
        "album": None,
        "bpm": 120.0 + number,
        "key_code": number % 24,
        "energy": number % 10 + 1,
        "loudness_lufs": -9.0,
        "true_peak_dbtp": -0.3,
        "duration_s": 300.0,
        "year": 2020,
        "popularity": 40,
        "isrc": None,
        "art_id": None,
        "is_id": False,
        "match_state": MatchState.MATCHED,
        "match_score": 95.0,
        "has_file": True,
        "added_at": NOW + timedelta(seconds=number),
        "badge": Badge(BadgeState.DONE),
    }
    return TrackRow(**{**values, **changes})


def counts(**by_state: int) -> AlbumCounts:
    known = {state.name.lower(): state for state in BadgeState}
    pairs = tuple((known[name], count) for name, count in by_state.items())
    return AlbumCounts(sum(by_state.values()), pairs)


def album(number: int, album_counts: AlbumCounts | None = None, **changes: Any) -> AlbumRow:
    values: dict[str, Any] = {
        "id": AlbumId(UUID(int=10_000 + number)),
        "revision": 1,
        "title": f"Album {number}",
        "artist": "Somebody",
        "year": 2020,
        "origin": "pasted",
        "art_id": None,
        "paused": False,
        "duration_s": 3600.0,
        "added_at": NOW + timedelta(seconds=number),
        "counts": album_counts or counts(done=3),
    }
    return AlbumRow(**{**values, **changes})
