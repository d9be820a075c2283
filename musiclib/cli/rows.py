"""The JSON form and the cells of the things commands list. The JSON names are a promise to scripts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from musiclib.cli.output import Cell, clock, plain
from musiclib.domain.badges import Badge
from musiclib.domain.hearing import doubtful_cards
from musiclib.domain.music_key import KeyNotation, MusicalKey
from musiclib.domain.provenance import Plain
from musiclib.domain.reason_words import in_words
from musiclib.domain.rows import (
    AlbumDetail,
    AlbumRow,
    ArtistRow,
    FieldCard,
    MatchRow,
    TaskRow,
    TrackDetail,
    TrackRow,
)
from musiclib.domain.source_names import PROPER_NAMES
from musiclib.domain.states import MatchState
from musiclib.domain.wording import Clock, album_line, badge_sentence, badge_words, dated_clock

TRACK_COLUMNS = ("Artist", "Title", "BPM", "Key", "LUFS", "Length", "Pop.", "State")
ALBUM_COLUMNS = ("Album", "Artist", "Year", "Tracks", "State", "Id")
FIELD_COLUMNS = ("Field", "Value", "Source", "Why", "Since", "Sure")
ARTIST_COLUMNS = ("Artist", "Tracks", "Genres", "Ids")
TASK_COLUMNS = ("Kind", "Status", "Reason", "Artist", "Title", "Tries", "Detail")


_TRACK_FACTS = (
    *("id", "artist", "title", "version", "album", "bpm", "energy", "loudness_lufs", "true_peak_dbtp"),
    *("duration_s", "year", "popularity", "isrc", "is_id", "match_score", "has_file", "added_at"),
)
_ALBUM_FACTS = ("id", "title", "artist", "year", "origin", "paused", "added_at")
_ENTRY_FACTS = ("position", "label", "disc", "start_s")
_TASK_FACTS = (
    *("id", "track_id", "artist", "title", "kind", "status", "reason", "detail", "attempts"),
    *("not_before", "blocked_on", "worker_id", "updated_at", "finished_at"),
)
_VALUE_FACTS = ("source", "value", "confidence", "fetched_at", "locked", "origin", "agreement")
_CANDIDATE_FACTS = (
    *("provider", "external_id", "score", "artist", "title", "album", "duration_s", "year", "isrc"),
    *("reasons", "rejected", "chosen"),
)
_BADGE_FACTS = ("state", "kind", "reason", "until", "attempts")


def full_title(row: TrackRow) -> str:
    return f"{row.title} ({row.version})" if row.version else row.title


def track_json(row: TrackRow, match: MatchRow | None = None) -> dict[str, Any]:
    """Absent values are left out; times are UTC, loudness LUFS, peak dBTP, durations seconds."""
    found = _facts(row, _TRACK_FACTS) | {"match": plain(row.match_state)}
    if row.key_code is not None:
        key = MusicalKey.from_code(row.key_code)
        found |= {"key": key.name, "camelot": key.camelot}
    return found | (match_json(match) if match else {}) | {"badge": badge_json(row.badge)}


def match_json(match: MatchRow) -> dict[str, Any]:
    """What the track was matched to (in review: the best that is offered), how surely, and why.

    `match_margin` is in points ahead of the next recording; `ids` and `links` are by provider.
    """
    found: dict[str, Any] = {
        "match": plain(match.state),
        "match_score": match.score,
        "match_margin": match.margin,
        "match_provider": match.provider,
        "match_id": match.external_id,
    }
    told = {name: value for name, value in found.items() if value is not None}
    reasons = {"match_reasons": list(match.reasons), "match_why": in_words(match.reasons)}
    ids = {"ids": dict(match.ids), "links": dict(match.links)}
    return told | {"match_locked": match.locked} | (reasons if match.reasons else {}) | ids


def match_line(match: MatchRow) -> str:
    """The same as a sentence."""
    if match.provider is None:
        return "Matched by hand, as it was written." if match.locked else "Not matched."
    name = PROPER_NAMES.get(match.provider, match.provider)
    how = "Matched" if match.state is MatchState.MATCHED else "Perhaps, of those offered,"
    parts = [f"{how} to {name} {match.external_id}{' by hand' if match.locked else ''}"]
    if match.score is not None:
        parts.append(f"{match.score:g} points")
    if match.margin is not None:
        parts.append(f"{match.margin:g} ahead of the next")
    if match.reasons:
        parts.append(in_words(match.reasons))
    return ": ".join([", ".join(parts[:3]), *parts[3:]]) + "."


def badge_json(badge: Badge) -> dict[str, Any]:
    return _facts(badge, _BADGE_FACTS) | {"text": badge_sentence(badge, _clock())}


def track_detail_json(detail: TrackDetail) -> dict[str, Any]:
    """A track with every source's value of every field, and the recordings that were offered for it."""
    return track_json(detail.row, detail.match) | {
        "fields": {card.name: _card_json(card) for card in detail.fields if card.values},
        "needs_ear": list(doubtful_cards(detail.fields)),
        "candidates": [
            _facts(each, _CANDIDATE_FACTS) | {"why": in_words(each.reasons)} for each in detail.candidates
        ],
        "tasks": [task_json(each) for each in detail.tasks],
        "albums": [{"id": plain(album_id), "title": title} for album_id, title in detail.albums],
        "files": [_facts(each, ("path", "state", "reason")) for each in detail.files],
    }


def _card_json(card: FieldCard) -> dict[str, Any]:
    values = [_facts(each, _VALUE_FACTS) for each in card.values]
    guesses = [_facts(each, ("value", "confidence")) for each in card.guesses]
    found = _facts(card, ("value", "source", "rule")) | {"values": values}
    return found | {"guesses": guesses} if guesses else found


def artist_json(row: ArtistRow) -> dict[str, Any]:
    return _facts(row, ("name", "tracks", "genres", "fetched_at")) | {"ids": dict(row.ids)}


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


def task_json(row: TaskRow, track: TrackRow | None = None, match: MatchRow | None = None) -> dict[str, Any]:
    """`track` and `match` add what the task is about, and the badge its track wears."""
    about = _facts(track, ("isrc",)) | {"badge": badge_json(track.badge)} if track else {}
    return _facts(row, _TASK_FACTS) | (match_json(match) if match else {}) | about


def track_cells(row: TrackRow, notation: KeyNotation) -> tuple[Cell, ...]:
    key = "" if row.key_code is None else MusicalKey.from_code(row.key_code).shown(notation)
    state = badge_words(row.badge, _clock())
    return (
        row.artist,
        full_title(row),
        row.bpm,
        key,
        row.loudness_lufs,
        clock(row.duration_s),
        row.popularity,
        state,
    )


def album_cells(row: AlbumRow) -> tuple[Cell, ...]:
    return row.title, row.artist, row.year, row.counts.total, album_line(row.counts, row.paused), str(row.id)


def task_cells(row: TaskRow) -> tuple[Cell, ...]:
    return row.kind, row.status, row.reason, row.artist, row.title, row.attempts, row.detail


def field_cells(card: FieldCard, notation: KeyNotation) -> list[tuple[Cell, ...]]:
    """A line for each source's value, the one in force first."""
    values = sorted(card.values, key=lambda each: each.source != card.source)
    return [
        (
            card.name if nth == 0 else "",
            _shown(card.name, each.value, notation),
            PROPER_NAMES.get(each.source, each.source),
            f"{card.rule}{f', from {each.origin}' if each.origin else ''}" if nth == 0 else each.agreement,
            each.fetched_at.astimezone().strftime("%Y-%m-%d"),
            None if each.confidence is None else f"{each.confidence:.0%}",
        )
        for nth, each in enumerate(values)
    ]


def artist_cells(row: ArtistRow) -> tuple[Cell, ...]:
    ids = ", ".join(f"{provider} {each}" for provider, each in row.ids)
    return row.name, row.tracks, ", ".join(row.genres), ids


def _shown(field: str, value: Plain, notation: KeyNotation) -> Cell:
    if field == "key_code" and isinstance(value, int):
        return MusicalKey.from_code(value).shown(notation)
    return ", ".join(value) if isinstance(value, list) else value


def _clock() -> Clock:
    return dated_clock(datetime.now(UTC))


def _facts(row: object, names: Sequence[str]) -> dict[str, Any]:
    return {name: plain(value) for name in names if (value := getattr(row, name)) is not None}
