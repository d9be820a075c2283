"""The values of a search: numbers with their tolerance, ranges, keys, lengths, times and words.

A value alone stands for what rounds to it as it is written: 128 for 127.5 to 128.5, 128.0 for 127.95
to 128.05. The ends of a range and of a comparison are taken exactly, and ranges include both ends.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

from musiclib.domain.folding import folded
from musiclib.domain.music_key import MusicalKey


@dataclass(frozen=True, slots=True)
class Text:
    """Words as they were typed; what counts is their folded form."""

    text: str

    @property
    def folded(self) -> str:
        return folded(self.text)


@dataclass(frozen=True, slots=True)
class Code:
    """One of a few words a field knows."""

    text: str


@dataclass(frozen=True, slots=True)
class Span:
    """Numbers from `low` to `high`; None: no end there. An open end is not itself part of it."""

    low: float | None
    high: float | None
    low_open: bool
    high_open: bool
    text: str

    def times(self, factor: float) -> Span:
        low = None if self.low is None else self.low * factor
        high = None if self.high is None else self.high * factor
        return replace(self, low=low, high=high)

    @property
    def bounded(self) -> bool:
        return self.low is not None and self.high is not None


@dataclass(frozen=True, slots=True)
class Keys:
    """Musical keys, as `MusicalKey.code`: one, or all that mix with it."""

    codes: tuple[int, ...]
    text: str


@dataclass(frozen=True, slots=True)
class Age:
    """Younger (or `older`) than so many days of 24 hours."""

    days: float
    older: bool
    text: str


@dataclass(frozen=True, slots=True)
class Days:
    """Calendar days from `first` to `last`, both included; None: no end there."""

    first: date | None
    last: date | None
    text: str


@dataclass(frozen=True, slots=True)
class DayAgo:
    """The calendar day so many days before today."""

    days: int
    text: str


@dataclass(frozen=True, slots=True)
class Chance:
    """So many of all tracks, drawn by `seed`: the same ones each time, as long as none come or go."""

    count: int
    seed: int

    @property
    def text(self) -> str:
        return f"{self.count}@{self.seed}"


Value = Text | Code | Span | Keys | Age | Days | DayAgo | Chance


class Unreadable(ValueError):
    """Says what is wrong with a value; `suggestion` is a value that could be read."""

    def __init__(self, message: str, suggestion: str | None = None) -> None:
        super().__init__(message)
        self.suggestion = suggestion


Reader = Callable[[str], Value]
_DOUBLE_QUOTES = str.maketrans(dict.fromkeys('"“”„«»', "″"))


def words(text: str) -> Text:
    """Any words. A quote among them is kept as the sign of inches (12″): it cannot end them then."""
    return Text(" ".join(text.translate(_DOUBLE_QUOTES).split()))


_COMPARISON = re.compile(r"(>=|<=|=>|=<|≥|≤|>|<)\s*(.+)")
_SIGNS = {"≥": ">=", "≤": "<=", "=>": ">=", "=<": "<="}
_DASHES = str.maketrans({"–": "-", "—": "-", "−": "-", "‐": "-", "‑": "-"})


@dataclass(frozen=True, slots=True)
class _Point:
    """What one number stands for: alone, and as the end of a range or a comparison."""

    low: float
    high: float
    tolerance: float
    text: str


def _read_span(text: str, atom: str, point: Callable[[str], _Point], what: str, example: str) -> Span:
    """A number, a comparison, or a range written `a-b`, `a..b`, `a..` or `..b`."""
    plain = text.strip().translate(_DASHES)
    if compared := _COMPARISON.fullmatch(plain):
        sign, number = _SIGNS.get(compared[1], compared[1]), compared[2]
        if re.fullmatch(atom, number):
            return _compared(sign, point(number))
    elif re.fullmatch(atom, plain):
        alone = point(plain)
        step = alone.tolerance
        return Span(alone.low - step, alone.high + step, False, step > 0, alone.text)
    elif ends := re.fullmatch(rf"({atom})?\s*(?:\.\.|-)\s*({atom})?", plain):
        if ends[1] and ends[2]:
            first, last = sorted((point(ends[1]), point(ends[2])), key=lambda each: each.low)
            return Span(first.low, last.high, False, False, _range_text(first.text, last.text))
        if ends[1]:
            return _compared(">=", point(ends[1]))
        if ends[2]:
            return _compared("<=", point(ends[2]))
    raise Unreadable(f"“{text}” is not {what}", example)


def _range_text(first: str, last: str) -> str:
    return f"{first}..{last}" if "-" in first + last else f"{first}-{last}"


def _compared(sign: str, than: _Point) -> Span:
    text = sign + than.text
    if sign.startswith(">"):
        return Span(than.high if sign == ">" else than.low, None, sign == ">", False, text)
    return Span(None, than.low if sign == "<" else than.high, False, sign == "<", text)


def _decimal(text: str) -> _Point:
    decimals = len(text.partition(".")[2])
    value = float(text)
    return _Point(value, value, 0.5 * 10.0**-decimals, text.removeprefix("+"))


def _whole(text: str) -> _Point:
    value = float(int(text))
    return _Point(value, value, 0.0, str(int(text)))


def bpm(text: str) -> Span:
    return _read_span(text, r"\d{1,4}(?:\.\d{1,4})?", _decimal, "a tempo", "120-126")


def chance(text: str) -> Chance:
    """`20`, or `20@7` for another twenty."""
    found = re.fullmatch(r"(\d{1,4})(?:@(\d{1,9}))?", text.strip())
    if found is None or int(found[1]) == 0:
        raise Unreadable(f"“{text}” is not a number of tracks", "20@7")
    return Chance(int(found[1]), int(found[2] or 0))


def loudness(text: str) -> Span:
    """LUFS are negative as a rule, so a range of them is written with two dots."""
    return _read_span(text, r"[-+]?\d{1,3}(?:\.\d{1,4})?", _decimal, "a loudness", "-10..-7")


def energy(text: str) -> Span:
    return _read_span(text, r"\d{1,2}", _whole, "an energy (1 to 10)", "6-10")


def popularity(text: str) -> Span:
    return _read_span(text, r"\d{1,3}", _whole, "a popularity (0 to 100)", ">60")


def rank(text: str) -> Span:
    return _read_span(text, r"\d{1,3}(?:\.\d{1,2})?", _decimal, "a rank (0 to 100)", ">=80")


def year(text: str) -> Span:
    return _read_span(text, r"\d{4}s?|\d0s", _year, "a year", "1994-1998")


def _year(text: str) -> _Point:
    if not text.endswith("s"):
        return _whole(text)
    decade = int(text[:-1])
    if decade < 100:
        decade += 1900 if decade >= 30 else 2000
    decade -= decade % 10
    return _Point(decade, decade + 9, 0.0, f"{decade}s")


_LENGTH = r"\d{1,3}:\d{2}(?::\d{2})?|(?:\d{1,4}(?:\.\d{1,3})?[hms])+|\d{1,4}(?:\.\d{1,3})?"
_UNITS = {"h": 3600.0, "m": 60.0, "s": 1.0}


def duration(text: str) -> Span:
    """`6m`, `6m30s`, `6:30`, `1:02:30`, `1h`; a bare number is minutes."""
    return _read_span(text.lower(), _LENGTH, _length, "a length", "<6m")


def _length(text: str) -> _Point:
    if ":" in text:
        seconds = 0.0
        for part in text.split(":"):
            seconds = seconds * 60 + int(part)
        return _Point(seconds, seconds, 0.5, text)
    parts = re.findall(r"([\d.]+)([hms])", text) or [(text, "m")]
    seconds = sum(float(number) * _UNITS[unit] for number, unit in parts)
    number, unit = parts[-1]
    step = _UNITS[unit] * 10.0 ** -len(number.partition(".")[2])
    return _Point(seconds, seconds, step / 2, "".join(map("".join, parts)))


_AGE = re.compile(r"(<=|>=|<|>|≤|≥)?\s*(\d{1,5})\s*(h|d|w|m|mo|y)", re.IGNORECASE)
_DAYS_OF = {"h": 1 / 24, "d": 1.0, "w": 7.0, "m": 30.0, "mo": 30.0, "y": 365.0}
_DATE = r"\d{4}(?:-\d{2}(?:-\d{2})?)?"
_DAY_WORDS = {"today": 0, "yesterday": 1}


def added(text: str) -> Value:
    """`<7d` younger than that, `7d` the same, `>1y` older; `2026-10`, a day, a year, a range of them."""
    plain = text.strip().lower().translate(_DASHES)
    if plain in _DAY_WORDS:
        return DayAgo(_DAY_WORDS[plain], plain)
    if aged := _AGE.fullmatch(plain):
        sign, number, unit = aged[1] or "<", int(aged[2]), aged[3].removesuffix("o")
        older = sign[0] in ">≥"
        return Age(number * _DAYS_OF[unit], older, f"{'>' if older else '<'}{number}{unit}")
    found = _read_days(plain)
    if found is None:
        raise Unreadable(f"“{text}” is no time", "<7d")
    return found


def _read_days(plain: str) -> Days | None:
    try:
        if compared := _COMPARISON.fullmatch(plain):
            return _days_compared(_SIGNS.get(compared[1], compared[1]), compared[2])
        ends = re.fullmatch(rf"({_DATE})?\.\.({_DATE})?|(\d{{4}})-(\d{{4}})|({_DATE})", plain)
        if ends is None or plain == "..":
            return None
        first, last = ends[1] or ends[3] or ends[5], ends[2] or ends[4] or ends[5]
        if first and last and first > last:
            first, last = last, first
        return Days(
            _period(first)[0] if first else None,
            _period(last)[1] if last else None,
            first if first == last and first else f"{first or ''}..{last or ''}",
        )
    except ValueError:  # a month 13, a 30th of February
        return None


def _days_compared(sign: str, text: str) -> Days | None:
    if not re.fullmatch(_DATE, text):
        return None
    first, last = _period(text)
    if sign.startswith(">"):
        start = date.fromordinal(last.toordinal() + 1) if sign == ">" else first
        return Days(start, None, sign + text)
    return Days(None, date.fromordinal(first.toordinal() - 1) if sign == "<" else last, sign + text)


def _period(text: str) -> tuple[date, date]:
    """The first and the last day of a year, a month or a day. Raises ValueError for one there is not."""
    in_year, *rest = (int(part) for part in text.split("-"))
    if not rest:
        return date(in_year, 1, 1), date(in_year, 12, 31)
    month, *days = rest
    first = days[0] if days else 1
    last = days[0] if days else calendar.monthrange(in_year, month)[1]
    return date(in_year, month, first), date(in_year, month, last)


def key(text: str) -> Keys:
    """`8A`, `1m`, `Am`, `F#m`, `Gb major`; with `~` before it, all keys that mix with it."""
    plain = text.strip()
    wide = plain.startswith("~")
    found = MusicalKey.parse(plain.lstrip("~"))
    if found is None:
        raise Unreadable(f"“{text}” is not a key", "~8A" if wide else "8A")
    mixing = found.mixes_with if wide else (found,)
    return Keys(tuple(sorted(each.code for each in mixing)), f"{'~' if wide else ''}{found.camelot}")
