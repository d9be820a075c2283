"""Musical keys, stored once as tonic and mode, shown in the notation a person chose."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

_NAMES = ("C", "Db", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")
_LETTERS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
_NAMED = re.compile(
    r"([A-Ga-g])\s*(#|♯|b|♭|sharp|flat)?\s*[-\s]?(major|maj|minor|min|moll|dur|m|M)?", re.UNICODE
)
_WHEEL = re.compile(r"0?(1[0-2]|[1-9])\s*([ABabdmDM])")


class KeyNotation(StrEnum):
    CAMELOT = "camelot"
    OPEN_KEY = "open_key"
    MUSICAL = "musical"


@dataclass(frozen=True, slots=True)
class MusicalKey:
    """A tonic (0 = C to 11 = B) and a mode."""

    tonic: int
    minor: bool

    @property
    def code(self) -> int:
        """0-11 for C to B major, 12-23 for C to B minor: the form that is stored."""
        return self.tonic + 12 * self.minor

    @classmethod
    def from_code(cls, code: int) -> MusicalKey:
        """The key of a stored code; ValueError outside 0-23."""
        if not 0 <= code < 24:
            raise ValueError(f"no such key code: {code}")
        return cls(code % 12, code >= 12)

    @property
    def name(self) -> str:
        return f"{_NAMES[self.tonic]} {'minor' if self.minor else 'major'}"

    @property
    def short_name(self) -> str:
        """ "Am", "F#": the musical name where there is little room."""
        return f"{_NAMES[self.tonic]}{'m' if self.minor else ''}"

    @property
    def wheel_number(self) -> int:
        """Place on the Camelot wheel, 1-12: fifths upwards, with A minor and C major at 8."""
        major_tonic = (self.tonic + 3) % 12 if self.minor else self.tonic
        return (major_tonic * 7 + 7) % 12 + 1

    @property
    def camelot(self) -> str:
        return f"{self.wheel_number}{'A' if self.minor else 'B'}"

    @property
    def open_key(self) -> str:
        return f"{(self.wheel_number + 4) % 12 + 1}{'m' if self.minor else 'd'}"

    @property
    def mixes_with(self) -> tuple[MusicalKey, ...]:
        """The harmonic neighbours: the key itself, one step each way on the wheel, and its relative."""
        before, after = (self.wheel_number - 2) % 12 + 1, self.wheel_number % 12 + 1
        relative = self.on_wheel(self.wheel_number, not self.minor)
        return self, self.on_wheel(before, self.minor), self.on_wheel(after, self.minor), relative

    def shown(self, notation: KeyNotation) -> str:
        if notation is KeyNotation.CAMELOT:
            return self.camelot
        return self.open_key if notation is KeyNotation.OPEN_KEY else self.name

    def short(self, notation: KeyNotation) -> str:
        """As `shown`, where there is little room."""
        return self.short_name if notation is KeyNotation.MUSICAL else self.shown(notation)

    @classmethod
    def on_wheel(cls, number: int, minor: bool) -> MusicalKey:
        """The key at a place of the Camelot wheel, 1-12."""
        major_tonic = ((number - 1 - 7) * 7) % 12
        return cls((major_tonic - 3) % 12 if minor else major_tonic, minor)

    @classmethod
    def parse(cls, text: str) -> MusicalKey | None:
        """Read "A minor", "Am", "F#m", "Bb maj", "8A" (Camelot) or "1m" (Open Key); None if it is none."""
        text = text.strip()
        if wheel := _WHEEL.fullmatch(text):
            number, letter = int(wheel[1]), wheel[2].lower()
            if letter in "dm":
                number = (number + 6) % 12 + 1
            return cls.on_wheel(number, letter in "am")
        if not (named := _NAMED.fullmatch(text)):
            return None
        accidental = {"#": 1, "♯": 1, "sharp": 1, "b": -1, "♭": -1, "flat": -1}.get(named[2] or "", 0)
        minor = (named[3] or "") in {"m", "min", "minor", "moll"}
        return cls((_LETTERS[named[1].upper()] + accidental) % 12, minor)
