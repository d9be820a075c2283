"""What a person compares side by side: each field of a candidate beside the track's own, with a sign."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from musiclib.domain import similarity
from musiclib.domain.matching import SAME_DURATION_S, Prepared, Recording, prepare
from musiclib.domain.provenance import Plain
from musiclib.domain.text import normalise

COMPARED = ("title", "version", "artist", "duration_s", "isrc", "album", "label", "original_year")
_NEAR_DURATION_S = 10.0
_NEAR_TITLE = 0.85


class Sign(StrEnum):
    SAME = "same"
    NEAR = "near"
    DIFFERS = "differs"
    ABSENT = "absent"
    """The candidate does not say."""
    UNJUDGED = "unjudged"
    """There is nothing to compare with, or the two may differ without meaning anything."""


@dataclass(frozen=True, slots=True)
class FieldComparison:
    """`own` and `theirs` are None where nothing is said; `by` is theirs less own (seconds, years)."""

    field: str
    own: Plain | None
    theirs: Plain | None
    sign: Sign
    by: float | None = None


def compare_fields(own: Mapping[str, Plain], theirs: Mapping[str, Plain]) -> tuple[FieldComparison, ...]:
    """The fields of `COMPARED`, in that order.

    Versions in brackets are read out of the titles. An ISRC that differs is no sign against a candidate
    (one recording has several), nor is another album: the list may be a mix.
    """
    ours, other = _complete(own), _complete(theirs)
    one, two = _prepared(ours), _prepared(other)
    signs = {
        "title": _title(one, two),
        "version": _version(one, two, ours, other),
        "artist": _artist(one, two),
        "isrc": Sign.SAME if one.isrc and one.isrc == two.isrc else Sign.UNJUDGED,
        "album": Sign.SAME if one.album and one.album == two.album else Sign.UNJUDGED,
        "label": _text(ours, other, "label"),
        "duration_s": _number(ours, other, "duration_s", SAME_DURATION_S, _NEAR_DURATION_S),
        "original_year": _number(ours, other, "original_year", 0, 1),
    }
    return tuple(
        FieldComparison(
            name,
            ours.get(name),
            other.get(name),
            signs[name] if other.get(name) is not None or name == "version" else Sign.ABSENT,
            _apart(ours, other, name),
        )
        for name in COMPARED
    )


def counts(compared: tuple[FieldComparison, ...]) -> tuple[int, int, int]:
    """How many fields agree, are close, and differ."""
    signs = [each.sign for each in compared]
    return signs.count(Sign.SAME), signs.count(Sign.NEAR), signs.count(Sign.DIFFERS)


def _complete(fields: Mapping[str, Plain]) -> dict[str, Plain]:
    date = fields.get("release_date")
    if "original_year" in fields or not isinstance(date, str) or not date[:4].isdigit():
        return dict(fields)
    return {**fields, "original_year": int(date[:4])}


def _prepared(fields: Mapping[str, Plain]) -> Prepared:
    text = {name: value for name, value in fields.items() if isinstance(value, str)}
    return prepare(
        Recording(
            text.get("artist", ""),
            text.get("title", ""),
            text.get("version"),
            text.get("album"),
            isrc=text.get("isrc"),
        )
    )


def _title(one: Prepared, two: Prepared) -> Sign:
    if one.title == two.title:
        return Sign.SAME
    if not one.title:
        return Sign.UNJUDGED
    if similarity.numbers_differ(one.title, two.title):
        return Sign.DIFFERS
    alike = max(
        similarity.title_similarity(one.title, two.title),
        similarity.title_similarity(similarity.latin(one.title), similarity.latin(two.title)),
    )
    return Sign.NEAR if alike >= _NEAR_TITLE else Sign.DIFFERS


def _version(one: Prepared, two: Prepared, ours: Mapping[str, Plain], theirs: Mapping[str, Plain]) -> Sign:
    if one.version == two.version:
        said = ours.get("version") or theirs.get("version")
        return Sign.SAME if said or one.version.kinds else Sign.UNJUDGED
    if one.version.other_recording != two.version.other_recording:
        return Sign.DIFFERS
    return Sign.NEAR if not one.version.other_recording else Sign.DIFFERS


def _artist(one: Prepared, two: Prepared) -> Sign:
    if not one.artists:
        return Sign.UNJUDGED
    lacking = similarity.missing_from(one.artists, two.artists + two.features)
    surplus = similarity.missing_from(two.artists, one.artists + one.features)
    if not lacking and not surplus:
        return Sign.SAME if _spelt_alike(one, two) else Sign.NEAR
    near = len(lacking) < len(one.artists) or not similarity.comparable(one.credit, two.credit)
    return Sign.NEAR if near else Sign.DIFFERS


def _spelt_alike(one: Prepared, two: Prepared) -> bool:
    """Of artists that are the same: whether letter by letter, as far as their scripts let that be told."""
    theirs = two.artists + two.features
    return not similarity.comparable(one.credit, two.credit) or all(
        any(similarity.same_letters(name, each) for each in theirs) for name in one.artists
    )


def _text(ours: Mapping[str, Plain], theirs: Mapping[str, Plain], name: str) -> Sign:
    if ours.get(name) is None:
        return Sign.UNJUDGED
    one, two = normalise(str(ours[name])), normalise(str(theirs.get(name, "")))
    if one == two:
        return Sign.SAME
    return Sign.NEAR if one in two or two in one else Sign.DIFFERS


def _number(
    ours: Mapping[str, Plain], theirs: Mapping[str, Plain], name: str, same: float, near: float
) -> Sign:
    by = _apart(ours, theirs, name)
    if by is None:
        return Sign.UNJUDGED
    return Sign.SAME if abs(by) <= same else Sign.NEAR if abs(by) <= near else Sign.DIFFERS


def _apart(ours: Mapping[str, Plain], theirs: Mapping[str, Plain], name: str) -> float | None:
    one, two = ours.get(name), theirs.get(name)
    if isinstance(one, int | float) and isinstance(two, int | float):
        return float(two - one)
    return None
