"""What a query means, said once more in plain Python over plain rows: what SQL is compared with."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cmp_to_key
from typing import Any

from musiclib.domain.folding import folded
from musiclib.domain.music_key import MusicalKey
from musiclib.domain.query_values import Age, Chance, Code, DayAgo, Days, Keys, Span, Text, Value
from musiclib.domain.states import BadgeState
from musiclib.domain.track_order import SortKey
from musiclib.domain.track_query import Operator, Term, TrackQuery


@dataclass(frozen=True)
class Sample:
    """A track as the tests made it. `lists` are the titles of its albums, `art` an id or None."""

    artist: str
    title: str
    added: datetime
    state: BadgeState
    version: str | None = None
    album: str | None = None
    label: str | None = None
    isrc: str | None = None
    genres: tuple[str, ...] = ()
    bpm: float | None = None
    key_code: int | None = None
    energy: int | None = None
    lufs: float | None = None
    peak: float | None = None
    duration: float | None = None
    popularity: int | None = None
    year: int | None = None
    file: bool | None = None
    art: str | None = None
    sources: tuple[str, ...] = ()
    ear: bool = False
    lists: tuple[str, ...] = ()


_PLACES: dict[str, Callable[[Sample], Sequence[str | None]]] = {
    "text": lambda it: (it.artist, it.title, it.version, it.album, it.label, it.isrc),
    "artist": lambda it: (it.artist,),
    "title": lambda it: (it.title, it.version),
    "version": lambda it: (it.version,),
    "album": lambda it: (it.album,),
    "label": lambda it: (it.label,),
    "isrc": lambda it: (it.isrc,),
    "genre": lambda it: it.genres,
    "in": lambda it: it.lists,
}


def finds(query: TrackQuery, sample: Sample, now: datetime) -> bool:
    return all(
        any(_holds(term, value, sample, now) for value in term.values) is not term.negated
        for term in query.terms
    )


def _holds(term: Term, value: Value, sample: Sample, now: datetime) -> bool:
    match value:
        case Text():
            texts = [folded(each) for each in _PLACES[term.field](sample) if each]
            exact = term.operator is Operator.EXACT
            return any(each == value.folded if exact else value.folded in each for each in texts)
        case Span():
            number = getattr(sample, term.field)
            folds = term.field == "bpm" and term.operator is Operator.FITS and value.bounded
            return any(_within(value, number, each) for each in ((1.0, 2.0, 0.5) if folds else (1.0,)))
        case Keys():
            return sample.key_code in value.codes
        case Age():
            age = now - sample.added
            return age > timedelta(days=value.days) if value.older else age < timedelta(days=value.days)
        case DayAgo():
            return sample.added.date() == now.date() - timedelta(days=value.days)
        case Days():
            day = sample.added.date()
            return (value.first is None or value.first <= day) and (value.last is None or day <= value.last)
        case Code():
            return _is_so(term.field, value.text, sample)
        case Chance():
            raise AssertionError("chance is not for a plain meaning")


def _within(span: Span, number: float | None, factor: float) -> bool:
    if number is None:
        return False
    low = -1e9 if span.low is None else span.low / factor
    high = 1e9 if span.high is None else span.high / factor
    above = number > low if span.low_open else number >= low
    return above and (number < high if span.high_open else number <= high)


def _is_so(field: str, code: str, sample: Sample) -> bool:
    if field in {"has", "missing"}:
        name = {"genre": "genres", "key": "key_code", "date": "year"}.get(code, code)
        value = getattr(sample, name, None)
        there = value is not None and value is not False and value != ()
        return there is (field == "has")
    if field == "source":
        return code in sample.sources
    if field == "state":
        return sample.state.value.replace("_", "-") == code
    return sample.ear


def in_order(samples: Sequence[Sample], order: Sequence[SortKey]) -> list[Sample]:
    """The samples sorted; those that are equal stay as they are."""

    def compare(one: Sample, other: Sample) -> int:
        for key in order:
            here, there = _sorted_by(key.column, one), _sorted_by(key.column, other)
            if here == there:
                continue
            if here is None or there is None:
                return 1 if here is None else -1
            return (1 if here > there else -1) * (-1 if key.descending else 1)
        return 0

    return sorted(samples, key=cmp_to_key(compare))


def _sorted_by(column: str, sample: Sample) -> Any:
    if column == "genre":
        return "|".join(["", *map(folded, sample.genres), ""]) if sample.genres else None
    if column == "key":
        if sample.key_code is None:
            return None
        key = MusicalKey.from_code(sample.key_code)
        return key.wheel_number, not key.minor
    if column == "state":
        return list(BadgeState).index(sample.state)
    if column == "file":
        return sample.file or None
    value = getattr(sample, column)
    return folded(value) or None if isinstance(value, str) else value
