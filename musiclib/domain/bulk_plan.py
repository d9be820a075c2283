"""A plan of what is to be written to many tracks: old and new of each cell, and whether it is written.

Every cell is in exactly one state, so that the counts of the states add up to all cells. Kept by columns:
a plan may have a million cells.
"""

from __future__ import annotations

import dataclasses
import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import NamedTuple

from musiclib.domain.ids import ArtId, TrackId
from musiclib.domain.provenance import Plain
from musiclib.domain.states import Source

SPOTIFY_ID = "spotify_id"
"""Not a value of a track but the name Spotify knows it by; planned and written like one."""
BULK_FIELDS = ("label", "original_year", "isrc", "genres", "popularity", SPOTIFY_ID)
"""What a run may write, in the order in which it is shown."""
_IDENTITY = frozenset({"isrc", SPOTIFY_ID})
"""Another one says that it is another recording: never replaced without asking."""
SURE = 90
"""An answer of which less is sure (0-100) is left out unless a person ticks it."""


class CellState(IntEnum):
    SAME = 0
    """Nobody offers anything else."""
    WRITE = 1
    LEFT_OUT = 2
    ASKS = 3
    """Only a person can tell which answer is right; it is not written before."""
    LOCKED = 4
    """Set by hand: it stays, whatever is offered."""


class Offer(NamedTuple):
    """One answer to what a cell should hold."""

    value: Plain
    source: str
    sure: int = 100
    """How sure it is that this is about the same recording, 0-100."""
    doubt: str = ""
    """Why a person should look first: "artist_differs"."""


@dataclass(frozen=True, slots=True)
class TrackState:
    """What the library holds of a track, as far as runs are concerned."""

    id: TrackId
    artist: str
    title: str
    art_id: ArtId | None
    values: Mapping[str, Plain | None]
    """Effective values, and `SPOTIFY_ID`."""
    in_force: Mapping[str, str]
    """Field -> the source of its value."""
    locked: frozenset[str]
    """Fields that were set by hand."""
    said: Mapping[str, tuple[Offer, ...]]
    """Field -> what stored sources say, in their order of precedence."""


def _places(marks: bytearray, mark: int) -> Iterator[int]:
    return (match.start() for match in re.finditer(re.escape(bytes([mark])), marks))


_ALL_ON = bytes.maketrans(bytes([CellState.LEFT_OUT]), bytes([CellState.WRITE]))
_ALL_OFF = bytes.maketrans(bytes([CellState.WRITE]), bytes([CellState.LEFT_OUT]))


def fingerprint(state: TrackState) -> str:
    """Another one as soon as anything of the track that a run shows or goes by is another.

    Begins with a letter, so that no spreadsheet takes it for a number.
    """
    values = [state.values.get(each) for each in BULK_FIELDS]
    plain = repr((state.artist, state.title, values, sorted(state.locked)))
    return "k" + hashlib.blake2b(plain.encode("utf-8", "replace"), digest_size=6).hexdigest()


@dataclass(slots=True)
class PlanColumn:
    """One field of all tracks of a plan; every list has one place per track."""

    field: str
    old: list[Plain | None]
    new: list[Plain | None]
    source: list[str]
    """Who says the new value; "" where nothing is offered."""
    states: bytearray
    """A `CellState` each."""
    wanted: bytearray
    """1: written as soon as it is sure enough."""
    sure: bytearray
    """How sure the answer is that is proposed, 0-100."""
    offers: dict[int, tuple[Offer, ...]] = dataclasses.field(default_factory=dict)
    """Row -> all answers, where one differs from the old value; the first is what is proposed."""
    asked: set[int] = dataclasses.field(default_factory=set)
    """Rows that asked a person, also once that has answered."""
    by_hand: set[int] = dataclasses.field(default_factory=set)
    """Rows a person has ticked or unticked."""

    def count(self, state: CellState) -> int:
        return self.states.count(state)

    @property
    def open(self) -> int:
        """How many cells could be written."""
        return len(self.states) - self.count(CellState.SAME) - self.count(CellState.LOCKED)

    def state(self, row: int) -> CellState:
        return CellState(self.states[row])

    def can_tick(self, row: int) -> bool:
        return self.states[row] in (CellState.WRITE, CellState.LEFT_OUT, CellState.ASKS)

    def tick(self, row: int, on: bool) -> None:
        """Write a cell or leave it out; what asks takes its first answer, and asks again without the tick."""
        if not self.can_tick(row):
            return
        off = CellState.ASKS if row in self.asked else CellState.LEFT_OUT
        self.states[row] = CellState.WRITE if on else off
        self.by_hand.add(row)

    def tick_all(self, on: bool) -> None:
        """Every cell that does not ask a person; those are answered one by one."""
        kept = {row: self.states[row] for row in self.asked}
        self.states = self.states.translate(_ALL_ON if on else _ALL_OFF)
        for row, state in kept.items():
            self.states[row] = state
        self.by_hand.update(self.offers)

    def choose(self, row: int, offer: Offer) -> None:
        """Write this answer; the value that is there already leaves the cell out."""
        if not self.can_tick(row):
            return
        if offer.value == self.old[row]:
            self.tick(row, False)
            if row in self.asked:
                self.states[row] = CellState.LEFT_OUT
            return
        self.new[row], self.source[row] = offer.value, offer.source
        self.tick(row, True)

    def require(self, sure: int) -> None:
        """Tick what is at least so sure (0-100), and nothing less; what was ticked by hand stays."""
        decided = self.by_hand | self.asked
        for row in _places(self.wanted, 1):
            if row not in decided:
                self.states[row] = CellState.WRITE if self.sure[row] >= sure else CellState.LEFT_OUT


@dataclass(slots=True)
class Plan:
    """What a run would write. `name` says where the values come from."""

    name: str
    tracks: list[TrackId]
    artists: list[str]
    titles: list[str]
    art: list[ArtId | None]
    seen: list[str]
    """The `fingerprint` of each track when the plan was made: it is written only while that is the same."""
    columns: list[PlanColumn]

    def column(self, field: str) -> PlanColumn | None:
        return next((each for each in self.columns if each.field == field), None)

    @property
    def cells(self) -> int:
        return len(self.tracks) * len(self.columns)

    def count(self, state: CellState) -> int:
        return sum(column.count(state) for column in self.columns)

    def rows_in(self, state: CellState) -> list[int]:
        """Rows with at least one cell in this state, in order."""
        return sorted({row for column in self.columns for row in _places(column.states, state)})

    def rows_of(self, source: str) -> set[int]:
        """Rows with something this source offers."""
        return {row for column in self.columns for row, each in enumerate(column.source) if each == source}

    def rows_to_write(self) -> list[int]:
        """Rows with at least one cell to write."""
        return self.rows_in(CellState.WRITE)


class Decision(NamedTuple):
    """What becomes of a cell before a person looks at it."""

    state: CellState
    offers: tuple[Offer, ...] = ()
    wanted: bool = False


_SAME = Decision(CellState.SAME)


def decide(
    name: str,
    value: Plain | None,
    in_force: str | None,
    locked: bool,
    offers: Sequence[Offer],
    sure: int = SURE,
) -> Decision:
    """What is proposed for one cell.

    An empty cell takes what is offered, if the answers agree or one has more voices than each other. A value
    is replaced by what its own source or a person says now, or by what at least two sources say and fewer
    say otherwise; an ISRC or Spotify id only by a person's word or its own source's. Everything else is left
    out, or asks where the answers are of equal weight.
    """
    others = [each for each in offers if each.value != value]
    if not others:
        return _SAME
    groups = _grouped(others)
    ranked = tuple(each for group in groups for each in group)
    if locked:
        return Decision(CellState.LOCKED, ranked)
    first, second = groups[0], groups[1] if len(groups) > 1 else []
    agreed = len(first) > len(second)
    if any(each.doubt for each in first):
        return Decision(CellState.ASKS, ranked)
    if value is None:
        if not agreed:
            return Decision(CellState.ASKS, ranked)
        wanted = True
    elif any(each.source in (in_force, Source.MANUAL) for each in first):
        wanted = True
    elif name in _IDENTITY:
        return Decision(CellState.ASKS, ranked)
    else:
        wanted = agreed and len(first) > max(1, len(offers) - len(others))
    ticked = wanted and first[0].sure >= sure
    return Decision(CellState.WRITE if ticked else CellState.LEFT_OUT, ranked, wanted)


def make_plan(
    name: str,
    states: Sequence[TrackState],
    offered: Mapping[TrackId, Mapping[str, tuple[Offer, ...]]],
    fields: Iterable[str],
    sure: int = SURE,
) -> Plan:
    """Plan these fields of these tracks by what is offered for each."""
    columns = [_column(each, states, offered, sure) for each in fields]
    return Plan(
        name,
        [each.id for each in states],
        [each.artist for each in states],
        [each.title for each in states],
        [each.art_id for each in states],
        [fingerprint(each) for each in states],
        columns,
    )


def _column(
    name: str,
    states: Sequence[TrackState],
    offered: Mapping[TrackId, Mapping[str, tuple[Offer, ...]]],
    sure: int,
) -> PlanColumn:
    count = len(states)
    old = [each.values.get(name) for each in states]
    marks, wanted, sures = bytearray(count), bytearray(count), bytearray(count)
    column = PlanColumn(name, old, [None] * count, [""] * count, marks, wanted, sures)
    nothing: Mapping[str, tuple[Offer, ...]] = {}
    for row, state in enumerate(states):
        offers = offered.get(state.id, nothing).get(name, ())
        if not offers:
            continue
        made = decide(name, old[row], state.in_force.get(name), name in state.locked, offers, sure)
        if made.state is not CellState.SAME:
            _put(column, row, made)
    return column


def _put(column: PlanColumn, row: int, made: Decision) -> None:
    column.states[row] = made.state
    column.wanted[row] = made.wanted
    column.sure[row] = made.offers[0].sure
    column.offers[row] = made.offers
    column.new[row], column.source[row] = made.offers[0].value, made.offers[0].source
    if made.state is CellState.ASKS:
        column.asked.add(row)


def _grouped(offers: Iterable[Offer]) -> list[list[Offer]]:
    """Those that say the same together, most voices first, else in the order given."""
    groups: dict[object, list[Offer]] = {}
    for each in offers:
        key = tuple(each.value) if isinstance(each.value, list) else each.value
        groups.setdefault(key, []).append(each)
    return sorted(groups.values(), key=len, reverse=True)
