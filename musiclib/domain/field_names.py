"""What the fields of a track are called within a sentence, and how their values are written there."""

from __future__ import annotations

from musiclib.domain.music_key import MusicalKey
from musiclib.domain.provenance import Plain

FIELD_NAMES: dict[str, str] = {
    "title": "title",
    "version": "version",
    "artist": "artist",
    "album": "album",
    "isrc": "ISRC",
    "label": "label",
    "catalog_number": "catalogue number",
    "release_date": "release date",
    "original_year": "original year",
    "genres": "genres",
    "popularity": "popularity",
    "bpm": "BPM",
    "key_code": "key",
    "energy": "energy",
    "loudness_lufs": "loudness",
    "loudness_range_lu": "loudness range",
    "true_peak_dbtp": "true peak",
    "duration_s": "length",
}


def field_at_start(field: str) -> str:
    """The name of a field as the first word of a sentence."""
    name = FIELD_NAMES.get(field, field)
    return name[0].upper() + name[1:]


def value_in_words(field: str, value: Plain) -> str:
    """A value as a person would write it: "A minor", "House, Dub", "5:58", "118.5"."""
    if isinstance(value, list):
        return ", ".join(value)
    if isinstance(value, str):
        return value
    if field == "key_code":
        return MusicalKey.from_code(round(value)).name
    if field == "duration_s":
        return f"{round(value) // 60}:{round(value) % 60:02}"
    return f"{value:g}"
