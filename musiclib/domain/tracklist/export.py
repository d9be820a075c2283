"""The JSON form of a reading, as `musiclib parse --json` writes it."""

from typing import Any

from musiclib.domain.tracklist.model import Tracklist

_FIELDS = (
    "position",
    "start_s",
    "duration_s",
    "label",
    "album",
    "year",
    "bpm",
    "key",
    "isrc",
)


def tracks_as_json(tracklist: Tracklist) -> list[dict[str, Any]]:
    """One dict a track: always `artist` and `title`, other fields only where the text gives them."""
    rows = []
    for track in tracklist.tracks:
        row: dict[str, Any] = {"artist": track.artist, "title": track.title}
        row.update((name, value) for name in _FIELDS if (value := getattr(track, name)) is not None)
        rows.append(row)
    return rows
