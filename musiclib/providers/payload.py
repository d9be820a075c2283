"""Reading JSON from others: every step says what it expects, and finds nothing where it is not so."""

from __future__ import annotations

import math
import re
from typing import Any

_MAX_TEXT = 2000
_DATE = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?")
_DIGITS = re.compile(r"[0-9]{1,15}(?:\.[0-9]{1,6})?")


def text(value: Any) -> str | None:
    """A non-empty text fit for the database, or None."""
    if not isinstance(value, str):
        return None
    clean = value.replace("\0", "").strip()[:_MAX_TEXT]
    if not clean.isascii():
        clean = clean.encode("utf-8", "replace").decode()
    return clean or None


def number(value: Any) -> float | None:
    """A finite number of JSON, or one in digits as a text (some servers send those); not a bool. Or None."""
    if isinstance(value, str) and _DIGITS.fullmatch(value):
        value = float(value)
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


def date(value: Any) -> str | None:
    """A date of a year, a month or a day, as far as it is known: "2020-00-00" is "2020", "0000-..." None."""
    found = _DATE.fullmatch(value) if isinstance(value, str) else None
    if found is None or found[1] == "0000":
        return None
    known = [found[1]]
    for part, most in ((found[2], 12), (found[3], 31)):
        if part is None or not 1 <= int(part) <= most:
            break
        known.append(part)
    return "-".join(known)


def identifier(value: Any) -> str | None:
    """A whole number above zero that names something, as text; some answers hold it as a text already."""
    if isinstance(value, str):
        value = int(value) if value.isascii() and value.isdigit() and len(value) < 19 else 0
    return str(value) if isinstance(value, int) and not isinstance(value, bool) and value > 0 else None


def without(value: Any, name: str, depth: int = 8) -> Any:
    """JSON without the members of a name, in objects and lists down to `depth`; deeper ones are dropped."""
    if not isinstance(value, dict | list):
        return value
    if depth == 0:
        return None
    if isinstance(value, list):
        return [without(each, name, depth - 1) for each in value]
    return {key: without(each, name, depth - 1) for key, each in value.items() if key != name}
