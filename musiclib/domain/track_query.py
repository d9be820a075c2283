"""The search language that chips and text share: `bpm:120-126 key:~8A missing:isrc "exact phrase" -live`.

A query is a list of terms, and a track is found when all of them hold. A term is a word, a phrase in quotes,
or `field:value`, with alternatives behind commas (`genre:techno,house`); `-` before it turns it round.
There is no OR across fields and there are no brackets: a chip stays a term, and nobody has to count.
What cannot be read is named in `TrackQuery.problems` and left out; the rest still counts.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from musiclib.domain.folding import folded
from musiclib.domain.query_fields import FREE_TEXT, HAS, MISSING, Field, field_called, field_like
from musiclib.domain.query_values import Code, Text, Unreadable, Value
from musiclib.domain.query_values import words as text_of


class Operator(StrEnum):
    """`:` contains, lies in, is; `:=` the whole text, or the tempo without its half and double."""

    FITS = ":"
    EXACT = ":="


@dataclass(frozen=True, slots=True)
class Term:
    """One condition. Where it stood in the text does not count when terms are compared."""

    field: str
    """A name of `FIELDS`, or `FREE_TEXT`."""
    operator: Operator
    values: tuple[Value, ...]
    """One of them has to hold."""
    negated: bool
    source: str = dataclasses.field(compare=False)
    """As it was typed."""
    start: int = dataclasses.field(compare=False)

    def __str__(self) -> str:
        """The canonical text, which reads as the same term again."""
        sign = "-" if self.negated else ""
        if self.field == FREE_TEXT:
            return sign + _quoted(self.values[0].text, free=True)
        values = ",".join(_quoted(each.text) if isinstance(each, Text) else each.text for each in self.values)
        return f"{sign}{self.field}{self.operator}{values}"


@dataclass(frozen=True, slots=True)
class Problem:
    """A piece of the text that does not count, where it stands, and what is wrong with it."""

    start: int
    end: int
    message: str
    """A sentence."""
    suggestion: str | None = None
    """Text to put in its place."""
    unfinished: bool = False
    """Only the value is missing yet, as while it is being typed."""


@dataclass(frozen=True, slots=True)
class TrackQuery:
    """What was asked for. Two are equal if they ask for the same in the same order."""

    terms: tuple[Term, ...] = ()
    problems: tuple[Problem, ...] = dataclasses.field(default=(), compare=False)
    text: str = dataclasses.field(default="", compare=False)
    """As it was typed."""

    def __str__(self) -> str:
        """The canonical text."""
        return " ".join(map(str, self.terms))

    def __bool__(self) -> bool:
        """Whether anything is asked for."""
        return bool(self.terms)

    def without(self, term: Term) -> TrackQuery:
        """The same query less this term; the rest stays as it was typed."""
        for each in self.terms:
            if each == term:
                before, after = self.text[: each.start], self.text[each.start + len(each.source) :]
                return parse_query(f"{before.rstrip()} {after.lstrip()}".strip()).without(term)
        return self

    def with_term(self, text: str) -> TrackQuery:
        """The same query and the terms of `text`, as far as it has not got them already."""
        new = [each for each in parse_query(text).terms if each not in self.terms]
        return parse_query(" ".join([self.text.strip(), *(each.source for each in new)]).strip())


@lru_cache(maxsize=256)
def parse_query(text: str) -> TrackQuery:
    """Read a query. Never raises: what cannot be read is in `problems`, each with its place.

    The last ones are kept: with each letter that is typed, all filters beside it are asked about again.
    """
    terms: dict[Term, None] = {}
    problems: list[Problem] = []
    for piece in _pieces(text):
        read = _read(piece)
        problems += [each for each in read if isinstance(each, Problem)]
        terms.update((each, None) for each in read if isinstance(each, Term))
    return TrackQuery(tuple(terms), tuple(problems), text)


def query_of_words(text: str) -> TrackQuery:
    """Asks for every word as it stands: nothing is read as a field, a sign or a quote.

    A dash between artist and title is no word.
    """
    words = folded(text).split()
    said = dict.fromkeys([each for each in words if each != "-"] or words)
    return TrackQuery(
        tuple(Term(FREE_TEXT, Operator.FITS, (Text(each),), False, each, 0) for each in said), text=text
    )


def value_text(words: str) -> str:
    """Words as they have to be written behind a field to be read as themselves."""
    return _quoted(text_of(words).text)


@dataclass(frozen=True, slots=True)
class _Piece:
    start: int
    source: str
    negated: bool
    body: str
    """Without the sign."""

    @property
    def end(self) -> int:
        return self.start + len(self.source)


_OPENING = {'"': '"', "“": "”", "„": "”", "«": "»"}
_SPACED_KEY = re.compile(r"(?i)\s+(?:sharp|flat|♯|♭|#)?\s*(?:major|minor|maj|min|dur|moll)\b")
_KEY_FIELD = re.compile(r"(?i)-?key:=?~?[a-g][#♯b♭]?")
_NAMED = re.compile(r"([^\W\d_]+)(:=|:|>=|<=|>|<|=)(.*)", re.DOTALL)
_BRACKETS = "()[]{}"


def _pieces(text: str) -> Iterator[_Piece]:
    at = 0
    while at < len(text):
        if text[at].isspace():
            at += 1
            continue
        end = _end_of_piece(text, at)
        source = text[at:end]
        negated = source[0] in "-−" and len(source) > 1
        yield _Piece(at, source, negated, source[1:] if negated else source)
        at = end


def _end_of_piece(text: str, start: int) -> int:
    at = start
    while at < len(text) and not text[at].isspace():
        opens = at == start or text[at - 1] in ":=,~" or (at == start + 1 and text[start] in "-−")
        if text[at] in _OPENING and opens:
            close = _closing(text, at)
            at = len(text) if close < 0 else close
        at += 1
    at = min(at, len(text))
    # A key may be written with a space, as nothing else may: key:Gb major.
    if _KEY_FIELD.fullmatch(text[start:at]) and (rest := _SPACED_KEY.match(text, at)):
        return rest.end()
    return at


def _closing(text: str, opening: int) -> int:
    """The place of the quote that closes; -1 while it is not typed yet."""
    wanted = {_OPENING[text[opening]], '"'}
    return next((at for at in range(opening + 1, len(text)) if text[at] in wanted), -1)


def _read(piece: _Piece) -> list[Term | Problem]:
    named = _NAMED.fullmatch(piece.body)
    if named is None or piece.body[0] in _OPENING:
        return _free(piece)
    name, sign, rest = named.groups()
    known = field_called(name)
    if known is None:
        return (
            _unknown(piece, name, rest) if sign in {":", ":="} and not rest.startswith("/") else _free(piece)
        )
    if sign in {">", "<", ">=", "<="}:
        if known.kind in {"text", "code"}:
            return _free(piece)
        rest = sign + rest
    operator = Operator.EXACT if sign == ":=" else Operator.FITS
    return _of_field(piece, known, operator, rest)


def _free(piece: _Piece) -> list[Term | Problem]:
    if piece.body[0] in _OPENING:
        words = _unquoted(piece.body)
    else:
        words = piece.body.strip(_BRACKETS).rstrip(",;") or piece.body
        if words in {"-", "–", "—", "|", "OR", "AND"}:
            return _joining(piece, words)
    value = text_of(words)
    if not value.folded:
        return []
    return [Term(FREE_TEXT, Operator.FITS, (value,), piece.negated, piece.source, piece.start)]


def _joining(piece: _Piece, word: str) -> list[Term | Problem]:
    """A dash between artist and title says nothing; OR is told how it is said here."""
    if word not in {"|", "OR"}:
        return []
    message = (
        "There is no OR between terms. Write alternatives behind commas in one term: genre:techno,house."
    )
    return [Problem(piece.start, piece.end, message)]


def _unknown(piece: _Piece, name: str, rest: str) -> list[Term | Problem]:
    if meant := field_like(name):
        message = f"{name}: is not a field; did you mean {meant.name}:?"
        suggestion = f"{'-' if piece.negated else ''}{meant.name}:{rest}"
        return [Problem(piece.start, piece.end, message, suggestion)]
    message = f"{name}: is not a field, so it is looked for as it stands."
    suggestion = _quoted(piece.body, free=True)
    return [*_free(piece), Problem(piece.start, piece.end, message, suggestion)]


def _of_field(piece: _Piece, known: Field, operator: Operator, rest: str) -> list[Term | Problem]:
    values: list[Value] = []
    codes: dict[str, list[Value]] = {}
    problems: list[Term | Problem] = []
    for text, quoted in _alternatives(rest):
        if not quoted and known.can_be_missing and text.casefold() in {"missing", "none", "any"}:
            codes.setdefault(HAS if text.casefold() == "any" else MISSING, []).append(Code(known.name))
            continue
        try:
            values.append(known.read(text))
        except Unreadable as problem:
            problems.append(_unreadable(piece, known, operator, text, problem))
    if not values and not codes and not problems:
        message = f"{known.name}: waits for a value, for example {known.example}."
        return [Problem(piece.start, piece.end, message, known.example, unfinished=True)]
    if codes and (values or len(codes) > 1):
        message = f"{known.name}:missing stands alone: it cannot be one of several values."
        problems.append(Problem(piece.start, piece.end, message, f"missing:{known.name}"))
        codes = {}
    terms: list[Term | Problem] = [
        Term(name, Operator.FITS, tuple(some), piece.negated, piece.source, piece.start)
        for name, some in codes.items()
    ]
    if values:
        distinct = tuple(dict.fromkeys(values))
        terms.append(Term(known.name, operator, distinct, piece.negated, piece.source, piece.start))
    return [*terms, *problems]


def _unreadable(piece: _Piece, known: Field, operator: Operator, text: str, problem: Unreadable) -> Problem:
    suggestion = f"{'-' if piece.negated else ''}{known.name}{operator}{problem.suggestion}"
    named = suggestion if problem.suggestion else known.example
    message = f"{known.name}: {problem}. Write it like {named}."
    return Problem(piece.start, piece.end, message, named)


def _alternatives(rest: str) -> Iterator[tuple[str, bool]]:
    """The values behind a field, split at commas outside of quotes; and whether each was in quotes."""
    at = 0
    while at < len(rest):
        if rest[at] in _OPENING:
            close = _closing(rest, at)
            end = len(rest) if close < 0 else close + 1
            inner, quoted = _unquoted(rest[at:end]), True
            comma = rest.find(",", end)
        else:
            comma = rest.find(",", at)
            inner, quoted = rest[at : comma if comma >= 0 else len(rest)], False
        if inner.strip():
            yield inner.strip(), quoted
        at = len(rest) if comma < 0 else comma + 1


def _unquoted(text: str) -> str:
    """What stands in the quotes; the closing one may not be there yet."""
    close = _closing(text, 0)
    return text[1 : close if close >= 0 else len(text)]


def _quoted(text: str, *, free: bool = False) -> str:
    """A text as it has to be written to be read as itself."""
    plain = not any(char.isspace() for char in text)
    if free:
        plain = plain and not _NAMED.match(text) and text[0] not in "-−–—|" and text not in {"OR", "AND"}
        plain = plain and text == text.strip(_BRACKETS).rstrip(",;")
    else:
        plain = plain and "," not in text
    return text if plain else f'"{text}"'
