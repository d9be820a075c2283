"""The part of Lucene's query language that catalogues are asked in, over documents of fields.

Terms, "phrases", `field:term`, `field:(...)`, AND, OR, NOT, brackets and backslash escapes. Terms side
by side are joined by OR, as at MusicBrainz: each found one adds to the score.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tests.support.catalogue.words import words_of

Document = Mapping[str, tuple[str, ...]]
"""Words (or one code) of each field."""
Query = Callable[[Document], float]
"""The score of a document; 0 if it is not found."""

_TOKEN = re.compile(
    r'\s*(?:(?P<phrase>"(?:[^"\\]|\\.)*")|(?P<sign>[()])|(?P<field>[a-z]+):|(?P<word>(?:[^\s()":\\]|\\.)+))'
)
_CODES = frozenset({"isrc", "rid", "arid", "reid", "rgid", "tracks", "barcode", "date"})


class BadQuery(ValueError):
    """Not Lucene: the server answers 400."""


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str


def parse(text: str, default: str) -> Query:
    """The query; terms without a field are looked for in `default`. Raises `BadQuery`."""
    tokens: list[_Token] = []
    at = 0
    while text[at:].strip():
        found = _TOKEN.match(text, at)
        if found is None:
            raise BadQuery(f"cannot parse '{text}' at {at}")
        kind = found.lastgroup or ""
        tokens.append(_Token(kind, found[kind]))
        at = found.end()
    if not tokens:
        raise BadQuery("empty query")
    parser = _Parser(tokens)
    query = parser.either(default)
    if parser.left():
        raise BadQuery(f"cannot parse '{text}': too many closing brackets")
    return query


class _Parser:
    def __init__(self, tokens: list[_Token]) -> None:
        self._tokens = tokens
        self._at = 0

    def left(self) -> bool:
        return self._at < len(self._tokens)

    def _next_is(self, kind: str, text: str) -> bool:
        return self.left() and self._tokens[self._at] == _Token(kind, text)

    def _taken(self, kind: str, text: str) -> bool:
        taken = self._next_is(kind, text)
        self._at += taken
        return taken

    def either(self, field: str) -> Query:
        parts = [self._all(field)]
        while self.left() and not self._next_is("sign", ")"):
            self._taken("word", "OR")
            parts.append(self._all(field))
        return lambda document: sum(part(document) for part in parts) / len(parts)

    def _all(self, field: str) -> Query:
        parts = [self._one(field)]
        while self._taken("word", "AND"):
            parts.append(self._one(field))
        if len(parts) == 1:
            return parts[0]

        def scored(document: Document) -> float:
            scores = [part(document) for part in parts]
            return sum(scores) / len(scores) if all(scores) else 0.0

        return scored

    def _one(self, field: str) -> Query:
        if not self.left():
            raise BadQuery("the query ends too early")
        if self._taken("word", "NOT"):
            inner = self._one(field)
            return lambda document: 0.0 if inner(document) else 1.0
        token = self._tokens[self._at]
        self._at += 1
        if token.kind == "field":
            return self._one(token.text)
        if token == _Token("sign", "("):
            inner = self.either(field)
            if not self._taken("sign", ")"):
                raise BadQuery("a bracket is not closed")
            return inner
        if token.kind == "sign" or token.text in ("AND", "OR"):
            raise BadQuery(f"unexpected {token.text}")
        return _matching(field, re.sub(r"\\(.)", r"\1", token.text.strip('"')))


def _matching(field: str, text: str) -> Query:
    if field in _CODES:
        return lambda document: float(text.lower() in map(str.lower, document.get(field, ())))
    wanted = words_of(text)
    size = len(wanted)

    def scored(document: Document) -> float:
        words = document.get(field, ())
        if not wanted or not any(words[at : at + size] == wanted for at in range(len(words) - size + 1)):
            return 0.0
        # A short field that holds the word is worth more, as at any search engine.
        return 1.0 - 0.03 * min(len(words) - size, 20)

    return scored
