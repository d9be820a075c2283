"""Reading JSON from others: every step says what it expects, and finds nothing where it is not so."""

from __future__ import annotations

import math
from typing import Any

_MAX_TEXT = 2000


def text(value: Any) -> str | None:
    """A non-empty text fit for the database, or None."""
    if not isinstance(value, str):
        return None
    clean = value.replace("\0", "").strip()[:_MAX_TEXT]
    if not clean.isascii():
        clean = clean.encode("utf-8", "replace").decode()
    return clean or None


def number(value: Any) -> float | None:
    """A finite number of JSON (not a bool, not a text), or None."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        as_float = float(value)
    except OverflowError:
        return None
    return as_float if math.isfinite(as_float) else None


def mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def objects(value: Any) -> list[dict[str, Any]]:
    """The objects of a list; anything else in it is passed over."""
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def texts(value: Any) -> list[str]:
    return [clean for each in value if (clean := text(each))] if isinstance(value, list) else []
