"""In which order tracks are listed: by several columns, each up or down."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

SORT_COLUMNS = (
    *("artist", "title", "version", "album", "label", "genre", "isrc"),
    *("bpm", "key", "energy", "lufs", "peak", "duration", "popularity", "year"),
    *("state", "file", "added"),
)
"""Texts sort by their folded form, keys round the Camelot wheel, states as `BadgeState` lists them."""


@dataclass(frozen=True, slots=True)
class SortKey:
    """One column of an order. What has no value comes last, up or down."""

    column: str
    """One of `SORT_COLUMNS`."""
    descending: bool = False

    def __post_init__(self) -> None:
        if self.column not in SORT_COLUMNS:
            raise ValueError(f"tracks are not sorted by {self.column}")

    def __str__(self) -> str:
        return f"{'-' if self.descending else ''}{self.column}"


def parse_order(text: str) -> tuple[SortKey, ...]:
    """Read `bpm,-added` (a dash: descending). Raises ValueError with a sentence for an unknown column."""
    keys: dict[str, SortKey] = {}
    for part in text.replace(",", " ").split():
        name = part.lstrip("-+").casefold()
        if name not in SORT_COLUMNS:
            raise ValueError(f"“{name}” is no column to sort by. There are {', '.join(SORT_COLUMNS)}.")
        keys.setdefault(name, SortKey(name, part.startswith("-")))
    return tuple(keys.values())


def order_text(order: Sequence[SortKey]) -> str:
    return ",".join(map(str, order))
