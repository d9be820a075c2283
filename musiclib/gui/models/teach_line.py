"""One line as parts with dividers between them, as a person moves them to teach the parser.

Free of Qt. Parts lie in order and do not overlap; what lies between two parts (a dash, a bracket)
belongs to neither.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from musiclib.domain.tracklist.model import Span

TEACHABLE = ("artist", "title", "version", "start", "position", "label", "album", "year")
_WORD = re.compile(r"\S+")


@dataclass(frozen=True, slots=True)
class Part:
    """Characters [start, end) with the field they hold; None: not used."""

    field: str | None
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class TeachLine:
    text: str
    parts: tuple[Part, ...]

    @classmethod
    def of(cls, text: str, spans: Sequence[Span]) -> TeachLine:
        """The line as it was read; one that holds no field is a single part that is not used."""
        parts = tuple(Part(span.field, span.start, span.end) for span in sorted(spans, key=lambda s: s.start))
        if not parts:
            start = len(text) - len(text.lstrip())
            parts = (Part(None, start, max(start, len(text.rstrip()))),)
        return cls(text, parts)

    def words(self, index: int) -> str:
        part = self.parts[index]
        return self.text[part.start : part.end]

    def spans(self) -> tuple[Span, ...]:
        """The fields to teach."""
        return tuple(Span(part.field, part.start, part.end) for part in self.parts if part.field)

    def stops(self, divider: int) -> tuple[int, ...]:
        """Where the divider between part `divider` and the next may stand: before each word but the first."""
        left, right = self.parts[divider], self.parts[divider + 1]
        words = self._words(left.start, right.end)
        return tuple(start for start, end in words[1:] if self._solid(start, right.end) and end > left.start)

    def at(self, divider: int) -> int:
        """The stop the divider stands at now."""
        return self.parts[divider + 1].start

    def stepped(self, divider: int, step: int) -> TeachLine:
        """The divider one word on (`step` 1) or back (-1); the same line where there is no room."""
        now, stops = self.at(divider), self.stops(divider)
        beyond = [stop for stop in stops if (stop > now if step > 0 else stop < now)]
        for stop in beyond if step > 0 else reversed(beyond):
            moved = self.moved(divider, stop)
            if moved != self:
                return moved
        return self

    def moved(self, divider: int, stop: int) -> TeachLine:
        """The divider put before the word at `stop`; separators at the seam fall out of both parts."""
        left, right = self.parts[divider], self.parts[divider + 1]
        new_left = self._trimmed(left.start, stop)
        new_right = self._trimmed(stop, right.end)
        if new_left is None or new_right is None:
            return self
        parts = list(self.parts)
        parts[divider] = Part(left.field, *new_left)
        parts[divider + 1] = Part(right.field, *new_right)
        return replace(self, parts=tuple(parts))

    def named(self, index: int, field: str | None) -> TeachLine:
        """The part holds `field` now; another part that held it takes what this one held."""
        old = self.parts[index].field
        parts = [
            replace(part, field=field)
            if place == index
            else replace(part, field=old)
            if field and part.field == field
            else part
            for place, part in enumerate(self.parts)
        ]
        return replace(self, parts=tuple(parts))

    def split(self, index: int) -> TeachLine:
        """The part cut in two at a separator or bracket, else in the middle; a free field for the new one."""
        part = self.parts[index]
        words = self._words(part.start, part.end)
        if len(words) < 2:
            return self
        cuts = [start for start, end in words[1:] if self.text[start] in "([{" or not self._solid(start, end)]
        cut = cuts[0] if cuts else words[len(words) // 2][0]
        left, right = self._trimmed(part.start, cut), self._trimmed(cut, part.end)
        if left is None or right is None:
            return self
        used = {each.field for each in self.parts}
        free = [name for name in TEACHABLE if name not in used]
        first = part.field or free.pop(0)
        second = next((name for name in free if name != first), None)
        parts = (*self.parts[:index], Part(first, *left), Part(second, *right), *self.parts[index + 1 :])
        return replace(self, parts=parts)

    def joined(self, divider: int) -> TeachLine:
        """The parts at both sides of the divider made one, with the left one's field."""
        left, right = self.parts[divider], self.parts[divider + 1]
        whole = Part(left.field or right.field, left.start, right.end)
        return replace(self, parts=(*self.parts[:divider], whole, *self.parts[divider + 2 :]))

    def _words(self, start: int, end: int) -> list[tuple[int, int]]:
        return [match.span() for match in _WORD.finditer(self.text, start, end)]

    def _solid(self, start: int, end: int) -> bool:
        return any(sign.isalnum() or sign == "?" for sign in self.text[start:end])

    def _trimmed(self, start: int, end: int) -> tuple[int, int] | None:
        """From the first to the last word in [start, end) that holds a letter or figure."""
        words = [word for word in self._words(start, end) if self._solid(*word)]
        return (words[0][0], words[-1][1]) if words else None
