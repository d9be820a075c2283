"""Lays a pasted list over the list an album has: which row is which place, and the order that comes out.

Pure. A pasted row and a place on the list are the same if their track is (match key or ISRC). Rows
left between two such anchors are laid over the places left between them, so that an ID that got its
name, or a line that was corrected, changes its place instead of doubling it.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from musiclib.domain.ids import TrackId
from musiclib.domain.matching import Recording, score
from musiclib.domain.provenance import Plain
from musiclib.domain.rows import AlbumEntry
from musiclib.domain.states import MergeMode
from musiclib.services.import_rows import ImportRow
from musiclib.services.import_types import RowVerdict

_RELATED_SHARE = 0.3
"""From this share of agreeing rows on, a paste is taken for another state of the same list."""
_ALIKE = 70.0
_SAME_MOMENT_S = 5.0


@dataclass(frozen=True, slots=True)
class Place:
    """One place on the list the album has now."""

    entry: AlbumEntry
    is_id: bool
    keys: frozenset[str]
    """Every match key the track is known by."""
    isrc: str | None
    artist: str
    title: str
    """With the version."""
    said: Mapping[str, Plain] = field(default_factory=dict)
    """What tracklists have said of the track so far, else its effective values."""


class PlannedRow(NamedTuple):
    verdict: RowVerdict
    place: int | None = None
    """Index of the place on the list it stands for."""
    known: TrackId | None = None
    """The track of the library it is, or the one at its place."""
    changed: tuple[str, ...] = ()


def lay_over(
    rows: Sequence[ImportRow],
    places: Sequence[Place],
    known: Sequence[TrackId | None],
    same_list: bool = False,
) -> list[PlannedRow]:
    """What each row means for the list. `known` holds the library's track of each row, where it has one."""
    paired = _anchors(rows, places)
    if same_list or _related(paired, rows, places):
        _fill_gaps(paired, rows, places)
    return [_planned(row, paired.get(n), places, known[n]) for n, row in enumerate(rows)]


def order_of(plan: Sequence[PlannedRow], places: int, mode: MergeMode) -> list[tuple[str, int]]:
    """The new order as ("place", index) and ("row", index).

    MERGE keeps the order there is and puts a new row behind the row it follows in the paste; APPEND
    puts new rows at the end; REPLACE_ORDER takes the order of the paste, then what the paste does not name.
    """
    if mode is MergeMode.REPLACE_ORDER:
        named = [("place", row.place) if row.place is not None else ("row", n) for n, row in enumerate(plan)]
        taken = {index for kind, index in named if kind == "place"}
        return named + [("place", index) for index in range(places) if index not in taken]
    new = [n for n, row in enumerate(plan) if row.place is None]
    if mode is MergeMode.APPEND:
        return [("place", index) for index in range(places)] + [("row", n) for n in new]
    return _merged_order(plan, places)


def _merged_order(plan: Sequence[PlannedRow], places: int) -> list[tuple[str, int]]:
    behind: dict[int | None, list[int]] = defaultdict(list)
    anchor: int | None = None
    for n, row in enumerate(plan):
        if row.place is not None:
            anchor = row.place
        else:
            behind[anchor].append(n)
    # Rows before the first one that is on the list stand before that one; a wholly new list goes to the end.
    first = next((row.place for row in plan if row.place is not None), None)
    order: list[tuple[str, int]] = []
    for index in range(places):
        if index == first:
            order += [("row", n) for n in behind[None]]
        order.append(("place", index))
        order += [("row", n) for n in behind.get(index, ())]
    if first is None:
        order += [("row", n) for n in behind[None]]
    return order


def _anchors(rows: Sequence[ImportRow], places: Sequence[Place]) -> dict[int, int]:
    """Pairs of row and place that are the same track; the n-th of one is the n-th of the other."""
    by_key: dict[str, deque[int]] = defaultdict(deque)
    by_isrc: dict[str, deque[int]] = defaultdict(deque)
    for index, place in enumerate(places):
        for key in () if place.is_id else place.keys:
            by_key[key].append(index)
        if place.isrc:
            by_isrc[place.isrc].append(index)
    paired: dict[int, int] = {}
    taken: set[int] = set()
    named = [n for n, row in enumerate(rows) if not row.is_id]
    for n in named:
        _take_first(n, by_key.get(rows[n].match_key), paired, taken)
    for n in named:
        if n not in paired:
            _take_first(n, by_isrc.get(rows[n].isrc or ""), paired, taken)
    return paired


def _take_first(n: int, candidates: deque[int] | None, paired: dict[int, int], taken: set[int]) -> None:
    while candidates:
        index = candidates.popleft()
        if index not in taken:
            taken.add(index)
            paired[n] = index
            return


def _related(paired: Mapping[int, int], rows: Sequence[ImportRow], places: Sequence[Place]) -> bool:
    named = min(sum(not row.is_id for row in rows), sum(not place.is_id for place in places))
    return bool(paired) and len(paired) >= _RELATED_SHARE * named


def _fill_gaps(paired: dict[int, int], rows: Sequence[ImportRow], places: Sequence[Place]) -> None:
    taken = set(paired.values())
    for run in _runs(paired, len(rows)):
        open_places = _places_beside(run, paired, places, taken)
        for n, index in _pair_gap(run, open_places, rows, places):
            paired[n] = index
            taken.add(index)


def _runs(paired: Mapping[int, int], count: int) -> list[list[int]]:
    runs: list[list[int]] = []
    for n in range(count):
        if n in paired:
            continue
        if runs and runs[-1][-1] == n - 1:
            runs[-1].append(n)
        else:
            runs.append([n])
    return runs


def _places_beside(
    run: list[int], paired: Mapping[int, int], places: Sequence[Place], taken: set[int]
) -> list[int]:
    """The free places right after the anchor before the run, and right before the anchor behind it."""
    after = paired[run[0] - 1] + 1 if run[0] > 0 else 0
    found: list[int] = []
    while after < len(places) and after not in taken:
        found.append(after)
        after += 1
    before = paired[run[-1] + 1] - 1 if run[-1] + 1 in paired else len(places) - 1
    back: list[int] = []
    while before >= 0 and before not in taken and before not in found:
        back.append(before)
        before -= 1
    return found + back[::-1]


def _pair_gap(
    run: list[int], open_places: list[int], rows: Sequence[ImportRow], places: Sequence[Place]
) -> list[tuple[int, int]]:
    gap = _Gap(list(run), list(open_places))
    for n in run:
        gap.take(n, _at_same_moment(rows[n], gap.places, places))
    if len(gap.rows) == len(gap.places):
        for n, index in list(zip(gap.rows, gap.places, strict=True)):
            gap.take(n, index if _fits(rows[n], places[index]) else None)
    for n in list(gap.rows):
        if rows[n].is_id:
            gap.take(n, next((each for each in gap.places if places[each].is_id), None))
        else:
            alike = (each for each in gap.places if not places[each].is_id and _fits(rows[n], places[each]))
            gap.take(n, next(alike, None))
    return gap.pairs


@dataclass(slots=True)
class _Gap:
    """Rows and places between two anchors that are still free, and the pairs made of them."""

    rows: list[int]
    places: list[int]
    pairs: list[tuple[int, int]] = field(default_factory=list)

    def take(self, n: int, place: int | None) -> None:
        if place is not None:
            self.pairs.append((n, place))
            self.rows.remove(n)
            self.places.remove(place)


def _at_same_moment(row: ImportRow, free: Sequence[int], places: Sequence[Place]) -> int | None:
    if row.start_s is None:
        return None
    for index in free:
        place = places[index]
        near = place.entry.start_s is not None and abs(place.entry.start_s - row.start_s) <= _SAME_MOMENT_S
        if near and _fits(row, place):
            return index
    return None


def _fits(row: ImportRow, place: Place) -> bool:
    """Whether the row may be what stands at the place: one of them is an ID, or they are alike."""
    if place.is_id or row.is_id:
        return True
    pasted = Recording(row.artist, row.title, row.version)
    return score(pasted, Recording(place.artist, place.title)).score >= _ALIKE


def _planned(row: ImportRow, index: int | None, places: Sequence[Place], known: TrackId | None) -> PlannedRow:
    if index is None:
        if row.is_id:
            return PlannedRow(RowVerdict.STILL_ID)
        return PlannedRow(RowVerdict.NEW if known is None else RowVerdict.LINKED, known=known)
    place = places[index]
    if row.is_id:
        verdict = RowVerdict.STILL_ID if place.is_id else RowVerdict.SAME
        changed = _changed(row, place) if place.is_id else ()
        return PlannedRow(verdict, index, place.entry.track_id, changed)
    if place.is_id:
        return PlannedRow(RowVerdict.NOW_KNOWN, index, known or place.entry.track_id, ("artist", "title"))
    changed = _changed(row, place)
    return PlannedRow(
        RowVerdict.CHANGED if changed else RowVerdict.SAME, index, place.entry.track_id, changed
    )


def _changed(row: ImportRow, place: Place) -> tuple[str, ...]:
    """What the paste says otherwise or says first; what it does not say stays."""
    changed = [name for name, value in row.fields.items() if place.said.get(name) != value]
    if row.match_key in place.keys or row.is_id:
        changed = [name for name in changed if name not in {"artist", "title", "version"}]
    if row.start_s is not None and row.start_s != place.entry.start_s:
        changed.append("start_s")
    if row.label is not None and row.label != place.entry.label:
        changed.append("label_position")
    return tuple(changed)
