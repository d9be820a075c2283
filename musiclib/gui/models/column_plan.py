"""Which columns of a track table a person sees, in what order and how wide."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from musiclib.gui.models.track_columns import LEAVE_FIRST, TrackColumn, TrackLayout
from musiclib.gui.window_memory import Held

FIXED = frozenset({TrackColumn.POSITION, TrackColumn.ART, TrackColumn.TITLE})
"""Always shown."""


@dataclass(frozen=True, slots=True)
class _Wish:
    """How wide a column is, how narrow it may become, and its share of what is left over."""

    column: TrackColumn
    width: int
    least: int
    share: float


@dataclass(frozen=True, slots=True)
class ColumnPlan:
    """`order` has every column of the table, shown or not; `widths` those of columns a person has drawn."""

    layout: TrackLayout
    order: tuple[TrackColumn, ...]
    shown: frozenset[TrackColumn]
    widths: Mapping[TrackColumn, int] = field(default_factory=dict)

    @classmethod
    def of(cls, layout: TrackLayout) -> ColumnPlan:
        """As the design has it."""
        order = tuple(column for column, _, _ in layout.columns)
        return cls(layout, order, frozenset(order) - layout.hidden)

    @classmethod
    def recalled(cls, layout: TrackLayout, held: Held) -> ColumnPlan:
        """As `remembered` told; what makes no sense is left out, new columns stand at the end."""
        first = cls.of(layout)
        known = {column.value: column for column in first.order}
        order = [known[each] for each in _texts(held.get("order")) if each in known]
        shown = {known[each] for each in _texts(held.get("shown")) if each in known}
        drawn = held.get("widths")
        widths = drawn if isinstance(drawn, dict) else {}
        return cls(
            layout,
            _first_in_front(first.order, order),
            (frozenset(shown) | (FIXED & set(first.order))) if shown else first.shown,
            {known[each]: width for each, width in widths.items() if each in known and _is_width(width)},
        )

    def remembered(self) -> dict[str, object]:
        """Plain values for `recalled`."""
        return {
            "order": [column.value for column in self.order],
            "shown": [column.value for column in self.order if column in self.shown],
            "widths": {column.value: width for column, width in self.widths.items()},
        }

    def showing(self, column: TrackColumn, on: bool) -> ColumnPlan:
        """With this column, or without it."""
        wanted = self.shown | {column} if on or column in FIXED else self.shown - {column}
        return replace(self, shown=wanted)

    def moved(self, column: TrackColumn, by: int) -> ColumnPlan:
        """With this column so many places further to the right, past those that are not shown."""
        seen = [each for each in self.order if each in self.shown or each is column]
        place = seen.index(column)
        target = max(1, min(len(seen) - 1, place + by))
        if target == place or place == 0:
            return self
        beside = seen[target]
        rest = [each for each in self.order if each is not column]
        rest.insert(rest.index(beside) + (by > 0), column)
        return replace(self, order=tuple(rest))

    def ordered(self, order: Sequence[TrackColumn]) -> ColumnPlan:
        """In this order; the first column stays where it is."""
        return replace(self, order=_first_in_front(self.order, order))

    def fitted(self, room: int) -> dict[TrackColumn, int]:
        """Widths for this room, in order: what is left over is shared, what lacks is taken where it can be.

        Where even that is not enough, the columns of `LEAVE_FIRST` that do not fit are left out.
        """
        wishes = self._wishes()
        for leaving in LEAVE_FIRST:
            if sum(wish.least for wish in wishes) <= room:
                break
            wishes = [wish for wish in wishes if wish.column is not leaving]
        return _shared(wishes, room)

    def drawn(self, column: TrackColumn, width: int, room: int) -> ColumnPlan:
        """With this column so wide: those to its left stay as they are, those to its right make room."""
        now = self.fitted(room)
        if column not in now:
            return self
        wishes: list[_Wish] = []
        after = False
        for wish in (each for each in self._wishes() if each.column in now):
            have = now[wish.column]
            if after:
                wishes.append(replace(wish, width=have))
            elif wish.column is column:
                after = True
                wishes.append(_Wish(column, width, width, 0))
            else:
                wishes.append(_Wish(wish.column, have, have, 0))
        others = sum(wish.least for wish in wishes) - width
        capped = max(min(width, room - others), 1)
        wishes = [_Wish(column, capped, capped, 0) if each.column is column else each for each in wishes]
        return replace(self, widths={**self.widths, **_shared(wishes, room)})

    def _wishes(self) -> list[_Wish]:
        of = {column: (least, share) for column, least, share in self.layout.columns}
        wishes = []
        for column in (each for each in self.order if each in self.shown):
            least, share = of[column]
            width = self.widths.get(column, least)
            wishes.append(_Wish(column, width, min(width, least), share))
        return wishes


def _first_in_front(known: Sequence[TrackColumn], order: Iterable[TrackColumn]) -> tuple[TrackColumn, ...]:
    return tuple(dict.fromkeys([*known[:1], *order, *known]))


def _shared(wishes: Sequence[_Wish], room: int) -> dict[TrackColumn, int]:
    spare = room - sum(wish.width for wish in wishes)
    if spare >= 0:
        weights = [wish.share for wish in wishes]
        if not sum(weights):
            weights = [float(wish.column is TrackColumn.TITLE) for wish in wishes]
    else:
        weights = [float(max(0, wish.width - wish.least)) for wish in wishes]
        spare = max(spare, -round(sum(weights)))
    total = sum(weights) or 1.0
    widths = {
        wish.column: wish.width + int(spare * weight / total)
        for wish, weight in zip(wishes, weights, strict=True)
    }
    if spare > 0:  # not a pixel is left over at the right
        widest = max(zip(weights, (wish.column for wish in wishes), strict=True))[1]
        widths[widest] += room - sum(widths.values())
    return widths


def _texts(held: object) -> list[str]:
    return [each for each in held if isinstance(each, str)] if isinstance(held, list) else []


def _is_width(held: object) -> bool:
    return isinstance(held, int) and not isinstance(held, bool) and 0 < held < 4000
