"""Values a person may give a field, checked and brought into their stored form."""

from __future__ import annotations

import re
from collections.abc import Callable

from musiclib.domain.field_names import FIELD_NAMES
from musiclib.domain.music_key import MusicalKey
from musiclib.domain.provenance import MERGED_FIELDS, Plain
from musiclib.domain.text import clean_isrc
from musiclib.errors import BadInput
from musiclib.services.import_rows import storable

_DATE = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")


def checked_value(field: str, value: Plain) -> Plain:
    """`value` as the field stores it. Keys may be given in any notation, dates as YYYY[-MM[-DD]].

    Raises `BadInput` for a field there is not, or a value it cannot have.
    """
    if field not in MERGED_FIELDS:
        raise BadInput(f"A track has no field “{field}”. There are {', '.join(MERGED_FIELDS)}.")
    checked = _CHECKS.get(field, _text)(value)
    if checked is None:
        raise BadInput(f"“{value}” cannot be the {FIELD_NAMES[field]} of a track.{_HINTS.get(field, '')}")
    return checked


def _text(value: Plain) -> Plain | None:
    return storable(value.strip()) or None if isinstance(value, str) else None


def _isrc(value: Plain) -> Plain | None:
    return clean_isrc(value) if isinstance(value, str) else None


def _date(value: Plain) -> Plain | None:
    text = str(value).strip()
    return text if _DATE.fullmatch(text) else None


def _key(value: Plain) -> Plain | None:
    if isinstance(value, int):
        return value if 0 <= value < 24 else None
    key = MusicalKey.parse(value) if isinstance(value, str) else None
    return key.code if key else None


def _genres(value: Plain) -> Plain | None:
    parts = value.split(",") if isinstance(value, str) else value if isinstance(value, list) else []
    return [storable(part.strip()) for part in parts if part.strip()] or None


def _number(low: float, high: float, *, whole: bool = False) -> Callable[[Plain], Plain | None]:
    def check(value: Plain) -> Plain | None:
        try:
            number = float(value) if isinstance(value, str | int | float) else None
        except ValueError:
            return None
        if number is None or not low <= number <= high:
            return None
        return round(number) if whole else number

    return check


_CHECKS: dict[str, Callable[[Plain], Plain | None]] = {
    "isrc": _isrc,
    "release_date": _date,
    "key_code": _key,
    "genres": _genres,
    "duration_s": _number(0.1, 7 * 24 * 3600),
    "original_year": _number(1000, 2999, whole=True),
    "bpm": _number(10, 500),
    "energy": _number(1, 10, whole=True),
    "loudness_lufs": _number(-100, 20),
    "loudness_range_lu": _number(0, 100),
    "true_peak_dbtp": _number(-100, 30),
    "popularity": _number(0, 100, whole=True),
}
_HINTS = {
    "isrc": " An ISRC looks like GBAYE0601498.",
    "release_date": " Write it as 2011, 2011-09 or 2011-09-23.",
    "key_code": " Write it as A minor, Am or 8A.",
    "bpm": " It lies between 10 and 500.",
    "energy": " It lies between 1 and 10.",
}
