"""What a person makes of a pasted list before it is imported: its reading plus their own edits.

Free of Qt. An edit is kept by the line it was made on, not by its number, so it stays with its line
while text is added above it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, NamedTuple

from musiclib.domain.text import split_version
from musiclib.domain.tracklist.build import make_track
from musiclib.domain.tracklist.model import (
    ColumnMap,
    Lesson,
    Order,
    ParseContext,
    ParsedLine,
    ParsedTrack,
    Tracklist,
    Verdict,
)

Value = str | float | None


class RowKey(NamedTuple):
    """A line by its words, and the how-manieth of the same words it is."""

    text: str
    nth: int


class Mark(StrEnum):
    """How a line or a row was read, as the gutter and the first column show it."""

    SURE = "sure"
    UNSURE = "unsure"
    ID = "id"
    HEADING = "heading"
    OTHER = "other"
    BLANK = "blank"
    LEFT_OUT = "left_out"


@dataclass(frozen=True, slots=True)
class DraftState:
    """Everything a person decided, without the text itself. Each step of undo is one of these."""

    edits: Mapping[RowKey, Mapping[str, Value]] = field(default_factory=dict)
    left_out: frozenset[RowKey] = frozenset()
    lessons: tuple[Lesson, ...] = ()
    columns: ColumnMap | None = None
    order: Order | None = None

    def context(self, known: Sequence[Lesson]) -> ParseContext:
        """What the parser is told; `known` are the lessons of earlier lists, this list's win."""
        return ParseContext(hints=(*known, *self.lessons), columns=self.columns, order=self.order)

    def edited(self, key: RowKey, values: Mapping[str, Value]) -> DraftState:
        return replace(self, edits={**self.edits, key: {**self.edits.get(key, {}), **values}})

    def taught(self, lesson: Lesson) -> DraftState:
        """The lesson takes the place of an earlier one for the same form."""
        kept = tuple(each for each in self.lessons if each.signature != lesson.signature)
        return replace(self, lessons=(*kept, lesson))

    def with_columns(self, columns: ColumnMap) -> DraftState:
        return replace(self, columns=columns)

    def with_order(self, order: Order) -> DraftState:
        return replace(self, order=order)

    def toggled(self, keys: Sequence[RowKey]) -> DraftState:
        """Leave these rows out, or take them back in when all of them are out already."""
        wanted = frozenset(keys)
        return replace(
            self, left_out=self.left_out - wanted if wanted <= self.left_out else self.left_out | wanted
        )

    def as_dict(self) -> dict[str, Any]:
        """JSON-plain; `from_dict` reads it back."""
        columns = self.columns
        return {
            "edits": [[key.text, key.nth, dict(values)] for key, values in self.edits.items()],
            "left_out": sorted([key.text, key.nth] for key in self.left_out),
            "lessons": [lesson.as_dict() for lesson in self.lessons],
            "order": self.order,
            "columns": None
            if columns is None
            else {
                "delimiter": columns.delimiter,
                "headers": list(columns.headers),
                "sample": list(columns.sample),
                "mapping": list(columns.mapping),
                "has_header": columns.has_header,
            },
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> DraftState:
        columns = data.get("columns")
        return cls(
            edits={RowKey(text, nth): values for text, nth, values in data.get("edits", ())},
            left_out=frozenset(RowKey(text, nth) for text, nth in data.get("left_out", ())),
            lessons=tuple(Lesson.from_dict(each) for each in data.get("lessons", ())),
            order=data.get("order"),
            columns=None
            if columns is None
            else ColumnMap(
                columns["delimiter"],
                tuple(columns["headers"]),
                tuple(columns["sample"]),
                tuple(columns["mapping"]),
                columns["has_header"],
            ),
        )


@dataclass(frozen=True, slots=True)
class DraftRow:
    """One row of the preview. `track` carries the edits; `line` is its first line's number (from 1)."""

    key: RowKey
    line: int
    track: ParsedTrack
    mark: Mark
    reason: str
    edited: frozenset[str]
    title: str
    """Without the version."""
    version: str | None
    with_row: int | None
    """Number of the row it was played together with."""

    @property
    def counts(self) -> bool:
        return self.mark is not Mark.LEFT_OUT


@dataclass(frozen=True, slots=True)
class LineSums:
    """Every line stands in exactly one of the parts."""

    total: int
    sure: int
    unsure: int
    ids: int
    not_tracks: int
    left_out: int


@dataclass(frozen=True, slots=True)
class Draft:
    """A reading with the edits laid over it. Made off the GUI thread, then only read."""

    tracklist: Tracklist
    rows: tuple[DraftRow, ...]
    marks: tuple[Mark, ...]
    """One for each line."""
    row_of_line: Mapping[int, int]
    """Line number (from 1) -> index in `rows`."""
    sums: LineSums

    @property
    def doubts(self) -> list[int]:
        """Indices of the rows a person should look at."""
        return [index for index, row in enumerate(self.rows) if row.mark is Mark.UNSURE]

    def to_import(self) -> Tracklist:
        """The tracklist as it is to be imported: edited, without the rows left out."""
        kept = [(index, row.track) for index, row in enumerate(self.rows) if row.counts]
        place = {index: new for new, (index, _) in enumerate(kept)}
        lines = tuple(
            line if line.track is None else line._replace(track=place.get(line.track))
            for line in self.tracklist.lines
        )
        return replace(self.tracklist, lines=lines, tracks=tuple(track for _, track in kept))


def lay_edits(tracklist: Tracklist, state: DraftState) -> Draft:
    """The preview of a reading: its rows with the edits, a mark for each line, and sums that add up."""
    keys = _keys(tracklist.lines)
    first_line: dict[int, ParsedLine] = {}
    row_of_line: dict[int, int] = {}
    for line in tracklist.lines:
        if line.track is not None:
            first_line.setdefault(line.track, line)
            row_of_line[line.number] = line.track
    rows: list[DraftRow] = []
    leader = 0
    for index, track in enumerate(tracklist.tracks):
        first = first_line.get(index)
        key = keys[first.number - 1] if first else RowKey(f"{track.artist} - {track.title}", index)
        if not track.played_with_previous:
            leader = index
        rows.append(_row(key, first, track, state, leader + 1 if track.played_with_previous else None))
    marks = tuple(
        rows[line.track].mark if line.track is not None else _mark_of_line(line) for line in tracklist.lines
    )
    return Draft(tracklist, tuple(rows), marks, row_of_line, _sums(marks))


def _keys(lines: Sequence[ParsedLine]) -> list[RowKey]:
    seen: Counter[str] = Counter()
    keys = []
    for line in lines:
        text = line.text.strip()
        keys.append(RowKey(text, seen[text]))
        seen[text] += 1
    return keys


def _row(
    key: RowKey, line: ParsedLine | None, track: ParsedTrack, state: DraftState, with_row: int | None
) -> DraftRow:
    edits = state.edits.get(key, {})
    if edits:
        track = _edited_track(track, edits)
    if key in state.left_out:
        mark = Mark.LEFT_OUT
    elif track.is_id:
        mark = Mark.ID
    elif line is not None and line.verdict is Verdict.UNSURE and not {"artist", "title"} & edits.keys():
        mark = Mark.UNSURE
    else:
        mark = Mark.SURE
    title, version = split_version(track.title)
    number = line.number if line else 0
    reason = line.reason if line else ""
    return DraftRow(key, number, track, mark, reason, frozenset(edits), title, version, with_row)


def _edited_track(track: ParsedTrack, edits: Mapping[str, Value]) -> ParsedTrack:
    artist, title = edits.get("artist", track.artist), edits.get("title", track.title)
    names = make_track(str(artist or ""), str(title or ""))
    start, label = edits.get("start_s", track.start_s), edits.get("label", track.label)
    return track._replace(
        artist=names.artist,
        title=names.title,
        is_id=names.is_id,
        start_s=start if isinstance(start, float | int) else None,
        label=str(label) if label else None,
    )


def _mark_of_line(line: ParsedLine) -> Mark:
    if not line.text.strip():
        return Mark.BLANK
    if line.verdict is Verdict.HEADING:
        return Mark.HEADING
    return Mark.UNSURE if line.verdict is Verdict.UNSURE else Mark.OTHER


def _sums(marks: Sequence[Mark]) -> LineSums:
    count = Counter(marks)
    return LineSums(
        total=len(marks),
        sure=count[Mark.SURE],
        unsure=count[Mark.UNSURE],
        ids=count[Mark.ID],
        not_tracks=count[Mark.HEADING] + count[Mark.OTHER] + count[Mark.BLANK],
        left_out=count[Mark.LEFT_OUT],
    )


def swapped(rows: Sequence[DraftRow], state: DraftState) -> DraftState:
    """Artist and title of these rows changed for one another; rows without an artist are left alone."""
    for row in rows:
        if row.track.artist and row.track.title:
            state = state.edited(row.key, {"artist": row.track.title, "title": row.track.artist})
    return state


def swapped_all(draft: Draft, state: DraftState) -> DraftState:
    """The whole list read the other way round: by its columns, else by its order."""
    columns = draft.tracklist.columns
    if columns is not None:
        turn = {"artist": "title", "title": "artist"}
        mapping = tuple(turn.get(name, name) if name else None for name in columns.mapping)
        return replace(state, columns=replace(columns, mapping=mapping))
    order: Order = "artist_title" if draft.tracklist.order == "title_artist" else "title_artist"
    return replace(state, order=order)


def changed_rows(before: Draft, after: Draft) -> tuple[int, int]:
    """How many rows read differently now, and how many stay."""
    old = Counter((row.track.artist, row.track.title) for row in before.rows)
    new = Counter((row.track.artist, row.track.title) for row in after.rows)
    stay = (old & new).total()
    return len(after.rows) - stay, stay


class UndoStack:
    """The states a person went through. The newest is in force."""

    def __init__(self, state: DraftState | None = None) -> None:
        self._states = [state or DraftState()]
        self._undone: list[DraftState] = []

    @property
    def state(self) -> DraftState:
        return self._states[-1]

    @property
    def can_undo(self) -> bool:
        return len(self._states) > 1

    @property
    def can_redo(self) -> bool:
        return bool(self._undone)

    def push(self, state: DraftState) -> bool:
        """Put a new state in force; False when nothing changed."""
        if state == self.state:
            return False
        self._states.append(state)
        self._undone.clear()
        return True

    def undo(self) -> bool:
        if not self.can_undo:
            return False
        self._undone.append(self._states.pop())
        return True

    def redo(self) -> bool:
        if not self._undone:
            return False
        self._states.append(self._undone.pop())
        return True
