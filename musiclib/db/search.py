"""What a search compares: words without case, accents and width."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import Any

SEARCHED_FIELDS = ("artist", "title", "version", "album", "label", "isrc")


def folded(text: str) -> str:
    """`text` in lower case, without accents and in its plainest form (Unicode NFKD)."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def search_text(values: Mapping[str, Any]) -> str:
    """The text a track is found by."""
    return folded("\n".join(str(values[field]) for field in SEARCHED_FIELDS if values.get(field)))


def like_patterns(query: str) -> list[str]:
    r"""One LIKE pattern for each word of a query; `\` is the escape character."""
    escaped = folded(query).replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return [f"%{word}%" for word in escaped.split()]
