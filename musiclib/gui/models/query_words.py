"""The terms of a search as a chip says them: “BPM 118–126”, “Key mixes with 8A”."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from musiclib.domain.music_key import KeyNotation, MusicalKey
from musiclib.domain.query_fields import FIELDS, FREE_TEXT, HAS, MISSING, field_called
from musiclib.domain.query_values import Age, Code, DayAgo, Days, Keys, Span, Value
from musiclib.domain.track_query import Operator, Term
from musiclib.gui import wording

_MINUS = "−"
_CODES = {
    "art": "art",
    "file": "a file",
    "ear": "an ear",
    "hand": "what you set",
    "empty": "names",
    "date": "release date",
    "catalog": "catalogue number",
    "range": "loudness range",
    "peak": "true peak",
}
_OF_FIELDS = frozenset({MISSING, HAS, "clash", "odd"})
"""Fields whose values are names of fields."""
_SIGNS = {">=": "≥ ", "<=": "≤ ", ">": "> ", "<": "< "}


def _tr(text: str) -> str:
    return QCoreApplication.translate("QueryWords", text)


def term_words(term: Term, notation: KeyNotation) -> tuple[str, str]:
    """What a term is about, and what it asks of it; the first is empty for words that name no field."""
    joined = f" {_tr('or')} ".join(_value_words(term, value, notation) for value in term.values)
    known = FIELDS.get(term.field)
    if term.field == FREE_TEXT or known is None:
        return "", f"{_tr('not')} {joined}" if term.negated else joined
    if term.operator is Operator.EXACT:
        joined = f"{_tr('exactly')} {joined}"
    name = _tr(known.title)
    return name, f"{_tr('not')} {joined}" if term.negated else joined


def term_sentence(term: Term, notation: KeyNotation) -> str:
    """Both together."""
    return " ".join(filter(None, term_words(term, notation)))


def _value_words(term: Term, value: Value, notation: KeyNotation) -> str:
    if isinstance(value, Keys):
        return _key_words(value, notation)
    if isinstance(value, Code):
        return _code_words(term, value)
    if isinstance(value, Span):
        return _span_words(value)
    if isinstance(value, Age | Days | DayAgo):
        return _time_words(value)
    return f"“{value.text}”" if " " in value.text else value.text


def _key_words(value: Keys, notation: KeyNotation) -> str:
    key = MusicalKey.parse(value.text.lstrip("~"))
    name = key.shown(notation) if key is not None else value.text
    return _tr("mixes with {key}").format(key=name) if value.text.startswith("~") else name


def _code_words(term: Term, value: Code) -> str:
    if term.field in _OF_FIELDS:
        known = field_called(value.text)
        return _tr(known.title) if known is not None else _tr(_CODES.get(value.text, value.text))
    if term.field == "source":
        return wording.source_name(value.text)
    return _tr(_CODES.get(value.text, value.text.replace("-", " ")))


def _span_words(value: Span) -> str:
    text = value.text
    for sign, shown in _SIGNS.items():
        if text.startswith(sign):
            return shown + text[len(sign) :].replace("-", _MINUS)
    if ".." in text:
        return text.replace("-", _MINUS).replace("..", " – ")
    return text.replace("-", "–") if text[:1] != "-" else text.replace("-", _MINUS)


def _time_words(value: Age | Days | DayAgo) -> str:
    if isinstance(value, DayAgo):
        return _tr(value.text)
    if isinstance(value, Days):
        return value.text.replace("..", " – ")
    number, unit = value.text[1:-1], value.text[-1]
    units = {"h": "hours", "d": "days", "w": "weeks", "m": "months", "y": "years"}
    span = _tr(f"{{n}} {units[unit]}" if number != "1" else f"{{n}} {units[unit][:-1]}").format(n=number)
    pattern = _tr("over {span} ago") if value.older else _tr("in the last {span}")
    return pattern.format(span=span)
