"""The fields of a pasted line in words, and what a taught lesson reads, as a line of them."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from musiclib.domain.tracklist.model import Lesson

_NAMES = {
    "artist": "Artist",
    "title": "Title",
    "version": "Version",
    "position": "Number",
    "start": "Cue",
    "duration": "Time",
    "label": "Label",
    "catalog_number": "Catalogue number",
    "album": "Album",
    "year": "Year",
    "bpm": "BPM",
    "key": "Key",
    "isrc": "ISRC",
}
_LEFT_OUT = {"w": "…", "T": "0:00", "N": "1", "⇥": "→", "␣": "  "}
"""What stands for the pieces of a line's form that no field takes."""


def _tr(text: str) -> str:
    return QCoreApplication.translate("ParsedFields", text)


def field_words(field: str | None) -> str:
    """The name of a field for people; None: a part that is not used."""
    return _tr("Not used") if field is None else _tr(_NAMES.get(field, field))


def lesson_words(lesson: Lesson) -> str:
    """How lines of the lesson's form are read: "Cue Artist - Title [ Label ]"."""
    if not lesson.layout:
        return " ".join(_LEFT_OUT.get(sign, sign) for sign in lesson.signature.split())
    told: list[str] = []
    for place, sign in enumerate(lesson.signature.split()):
        told += [field_words(each.field) for each in lesson.layout if each.first == place]
        if not any(each.first <= place <= each.last for each in lesson.layout):
            told.append(_LEFT_OUT.get(sign, sign))
    return " ".join(told)
