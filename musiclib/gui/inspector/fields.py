"""The fields of a track as the inspector names, writes and compares them."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QFontMetrics

from musiclib.domain.music_key import KeyNotation, MusicalKey
from musiclib.domain.provenance import Agreement, Plain
from musiclib.domain.rows import FieldCard, FieldValue
from musiclib.domain.states import Source
from musiclib.gui import wording
from musiclib.gui.theme import Theme

_NAMES = {
    "title": "Title",
    "version": "Version",
    "artist": "Artist",
    "album": "Album",
    "isrc": "ISRC",
    "label": "Label",
    "catalog_number": "Cat. no.",
    "release_date": "Released",
    "original_year": "First out",
    "genres": "Genre",
    "popularity": "Popularity",
    "bpm": "BPM",
    "key_code": "Key",
    "energy": "Energy",
    "loudness_lufs": "Loudness",
    "loudness_range_lu": "Range",
    "true_peak_dbtp": "True peak",
    "duration_s": "Time",
}
IDENTITY = (
    "title",
    "version",
    "artist",
    "album",
    "isrc",
    "label",
    "catalog_number",
    "release_date",
    "original_year",
    "genres",
    "popularity",
)
SOUND = ("bpm", "key_code", "energy", "loudness_lufs", "loudness_range_lu", "true_peak_dbtp", "duration_s")

_SHORT_SOURCES: dict[str, str] = {
    Source.ANALYSIS: "Analysis",
    Source.COVER_ART_ARCHIVE: "Cover Art",
    Source.SAMPLE: "Sample",
}


def _tr(text: str) -> str:
    return QCoreApplication.translate("Fields", text)


def field_name(field: str) -> str:
    return _tr(_NAMES.get(field, field))


def label_width(theme: Theme) -> int:
    """Room for the longest name of a field."""
    metrics = QFontMetrics(theme.font("small"))
    return max(metrics.horizontalAdvance(_tr(words)) for words in _NAMES.values())


def short_source_name(source: str) -> str:
    """What a source is called where there is little room."""
    return _tr(_SHORT_SOURCES[source]) if source in _SHORT_SOURCES else wording.source_name(source)


def value_text(field: str, value: Plain | None, notation: KeyNotation) -> str:
    """A value with its unit, or an en dash."""
    if value is None:
        return wording.MISSING
    if field == "key_code" and isinstance(value, int):
        return MusicalKey.from_code(value).shown(notation)
    if isinstance(value, list):
        return ", ".join(value)
    if isinstance(value, str):
        return value
    return _number_text(field, value)


def _number_text(field: str, value: float) -> str:
    if field == "duration_s":
        return wording.duration(value)
    unit = {"loudness_lufs": " LUFS", "loudness_range_lu": " LU", "true_peak_dbtp": " dBTP"}.get(field)
    if unit:
        return wording.loudness(value) + unit
    if field == "bpm":
        return f"{value:.2f}".rstrip("0").rstrip(".") if value % 1 else f"{value:.1f}"
    if field == "popularity":
        return _tr("{n} of 100").format(n=round(value))
    return f"{value:g}"


def edit_text(field: str, value: Plain | None) -> str:
    """What stands in the field when one begins to edit."""
    if value is None:
        return ""
    if field == "key_code" and isinstance(value, int):
        return MusicalKey.from_code(value).name
    if isinstance(value, list):
        return ", ".join(value)
    return f"{value:g}" if isinstance(value, float) else str(value)


def why(card: FieldCard) -> str:
    """One sentence: the rule that made the value what it is."""
    if card.value is None:
        return _tr("No source says anything yet. You can type a value.")
    if card.rule == "locked":
        chosen = next((each for each in card.values if each.locked), None)
        if chosen is None:
            return _tr("You chose this. No source can change it.")
        return _tr("You chose this on {date}. No source can change it.").format(
            date=wording.date(chosen.fetched_at)
        )
    name = wording.source_name(card.source or "")
    if card.rule == "artist":
        return _tr("You prefer {source} for this artist.").format(source=name)
    if card.rule == "field":
        return _tr("You prefer {source} for this field.").format(source=name)
    if card.rule == "only":
        return _tr("{source} is the only source that says something.").format(source=name)
    return _tr("{source} stands first in your order of sources.").format(source=name)


def told_by(value: FieldValue) -> str:
    """When, and how sure the source was."""
    when = wording.date(value.fetched_at)
    if value.confidence is None:
        return when
    return f"{when} · {round(value.confidence * 100)} %"


def agreement(card: FieldCard, value: FieldValue) -> tuple[str, str]:
    """(sign with words, tone) of a source's value against the one in force."""
    if value.source == card.source:
        return _tr("chosen"), "accent"
    if value.agreement is None:
        return "", ""
    return {
        Agreement.SAME: (_tr("= agrees"), "done"),
        Agreement.NEAR: (_tr("≈ near"), "secondary"),
        Agreement.DIFFERS: (_tr("≠ differs"), "review"),
    }[value.agreement]


def sources_disagree(card: FieldCard) -> bool:
    """Whether any two sources say clearly different things."""
    return any(agreement(card, value)[1] == "review" for value in card.values)


def file_size(size: int) -> str:
    return f"{size / 1_000_000:.1f} MB" if size >= 100_000 else f"{size / 1000:.0f} kB"
