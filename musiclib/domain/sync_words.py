"""The parts of a conflict between two libraries, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from musiclib.domain.field_names import FIELD_NAMES, value_in_words

PART_NAMES: Mapping[str, str] = {
    "match": "recording",
    "art": "picture",
    "id": "whether it is an ID",
    "list": "list",
    "title": "title",
    "artist": "artist",
    "year": "year",
    "deleted": "deleted, or kept",
    "source": "preferred source",
    "layout": "how its lines are read",
    "name": "name",
    "query": "search",
}
KIND_NAMES: Mapping[str, str] = {
    "track": "tracks",
    "album": "albums",
    "smart_album": "smart albums",
    "preference": "preferred sources",
    "lesson": "what the parser was taught",
    "artist": "artists",
    "analysis": "measurements",
    "answer": "answers of providers",
}


def part_in_words(part: str) -> str:
    field = _field(part)
    return FIELD_NAMES.get(field, field) if field else PART_NAMES.get(part, part)


def side_in_words(part: str, value: Any) -> str:
    """What one side says of a part, in a line."""
    if value is None or value == "":
        return "nothing"
    field = _field(part)
    if field:
        return value_in_words(field, value)
    if part == "list" and isinstance(value, Sequence):
        return f"{len(value)} tracks"
    if part == "match" and isinstance(value, Mapping):
        return ", ".join(value.get("recordings") or ()) or str(value.get("state"))
    if part == "deleted" and isinstance(value, Mapping):
        changed = (f"{part_in_words(each)}: {side_in_words(each, its)}" for each, its in value.items())
        return "changed since: " + "; ".join(changed)
    return str(value)


def _field(part: str) -> str:
    kind, _, name = part.partition(" ")
    return name if kind == "hand" else ""
