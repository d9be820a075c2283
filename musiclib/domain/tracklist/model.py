"""What a pasted tracklist becomes: every line with a verdict, and the tracks those lines hold."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Literal, NamedTuple

Order = Literal["artist_title", "title_artist", "title_only"]

MAX_TEXT_CHARS = 20_000_000
"""Longest text a caller should hand to the parser (about 300,000 rows of a wide CSV export).

Time and memory grow linearly with the text; the callers that take files and pastes refuse more than this
with a clear message.
"""

FIELDS = (
    "artist",
    "title",
    "version",
    "position",
    "start",
    "duration",
    "label",
    "catalog_number",
    "album",
    "year",
    "bpm",
    "key",
    "isrc",
)
"""Names a span, a table column or a taught field may carry. `version` is added to the title in brackets."""


class Verdict(StrEnum):
    """What a line of the input was taken for. Blank lines are noise with the reason "blank"."""

    TRACK = "track"
    HEADING = "heading"
    NOISE = "noise"
    UNSURE = "unsure"


class Span(NamedTuple):
    """Characters [start, end) of a line's text that hold one field."""

    field: str
    start: int
    end: int


class ParsedTrack(NamedTuple):
    """One track as the text states it; what the text does not say is None (the artist: an empty string).

    `label` is the label as written, with the catalogue number when both stand in one bracket;
    `catalog_number` is that number alone. `is_id` marks unknown music ("ID - ID", "Artist - ID"), which is
    kept as a track that waits for its name.
    """

    artist: str
    title: str
    position: str | None = None
    start_s: float | None = None
    duration_s: float | None = None
    label: str | None = None
    catalog_number: str | None = None
    album: str | None = None
    year: int | None = None
    bpm: float | None = None
    key: str | None = None
    isrc: str | None = None
    is_id: bool = False
    played_with_previous: bool = False

    @property
    def label_name(self) -> str | None:
        """The label without its catalogue number."""
        if self.label is None or self.catalog_number is None:
            return self.label
        return self.label.replace(self.catalog_number, "").strip(" -–—|/,:()[]") or None


class ParsedLine(NamedTuple):
    """One line of the input (`number` counts from 1) with its verdict and a reason code.

    `track` is the index of the first track on the line; a list written in one line has more behind it.
    """

    number: int
    text: str
    verdict: Verdict
    reason: str
    track: int | None = None
    spans: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class ColumnMap:
    """How a table was read: one entry of `headers`, `sample` and `mapping` for each column.

    `mapping` holds a name of `FIELDS` or None (column not used). `delimiter` is the literal separator;
    "  " stands for columns aligned by two or more spaces.
    """

    delimiter: str
    headers: tuple[str, ...]
    sample: tuple[str, ...]
    mapping: tuple[str | None, ...]
    has_header: bool = True

    def with_field(self, column: int, field: str | None) -> "ColumnMap":
        """The same table with one column given another meaning; the field is taken from any other column."""
        mapping = [None if old == field else old for old in self.mapping]
        mapping[column] = field
        return replace(self, mapping=tuple(mapping))


class FieldRange(NamedTuple):
    """Where a taught field lies, counted in the pieces of a line's signature.

    From word `first_word` of piece `first` up to word `last_word` (exclusive; -1 means to the end of the
    piece) of piece `last`.
    """

    field: str
    first: int
    first_word: int
    last: int
    last_word: int


@dataclass(frozen=True, slots=True)
class Lesson:
    """What a person taught on one line, valid for all lines of the same signature.

    An empty layout says that such lines are no tracks.
    """

    signature: str
    layout: tuple[FieldRange, ...]

    def as_dict(self) -> dict[str, Any]:
        """A small JSON-ready form; `from_dict` reads it back."""
        return {"signature": self.signature, "layout": [list(part) for part in self.layout]}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "Lesson":
        layout = tuple(FieldRange(str(f), *(int(n) for n in rest)) for f, *rest in data["layout"])
        return cls(str(data["signature"]), layout)


@dataclass(frozen=True, slots=True)
class ParseContext:
    """What is known or decided beforehand; whatever is set here wins over the parser's own evidence."""

    album_artist: str | None = None
    hints: tuple[Lesson, ...] = ()
    columns: ColumnMap | None = None
    order: Order | None = None


@dataclass(frozen=True, slots=True)
class Tracklist:
    """The whole reading. `lines` holds every line of `text.splitlines()` exactly once, in order."""

    lines: tuple[ParsedLine, ...]
    tracks: tuple[ParsedTrack, ...]
    format: str
    title: str | None = None
    album_artist: str | None = None
    columns: ColumnMap | None = None
    order: Order = "artist_title"
