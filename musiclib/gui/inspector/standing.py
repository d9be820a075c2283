"""How the sources of a tempo or a key stand to the value in force, in signs and words."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication

from musiclib.domain.hearing import HEARD_FIELDS, Standing, standing
from musiclib.domain.rows import FieldCard, FieldValue

_SIGNS = {
    Standing.SAME: ("= agrees", "done"),
    Standing.NEAR: ("≈ {n} % off", "secondary"),
    Standing.DOUBLE: ("×2", "secondary"),
    Standing.HALF: ("÷2", "secondary"),
    Standing.FOUR_TIMES: ("×4", "secondary"),
    Standing.QUARTER: ("÷4", "secondary"),
    Standing.THREE_TO_TWO: ("≠ 3 : 2", "review"),
    Standing.TWO_TO_THREE: ("≠ 2 : 3", "review"),
    Standing.NEIGHBOUR: ("≈ neighbour", "secondary"),
    Standing.RELATIVE: ("≈ relative", "secondary"),
    Standing.DIFFERS: ("≠ differs", "review"),
}
_RATIOS = {
    Standing.DOUBLE: "× 2",
    Standing.HALF: "÷ 2",
    Standing.FOUR_TIMES: "× 4",
    Standing.QUARTER: "÷ 4",
    Standing.THREE_TO_TWO: "3 : 2",
    Standing.TWO_TO_THREE: "2 : 3",
}
_COUNTS = ("No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine")
_NEAR = (Standing.NEIGHBOUR, Standing.RELATIVE)


def _tr(text: str) -> str:
    return QCoreApplication.translate("Standing", text)


def heard(card: FieldCard) -> bool:
    """Whether an ear can tell of this field, and there is a value to compare with."""
    return card.name in HEARD_FIELDS and isinstance(card.value, int | float)


def sign_of(card: FieldCard, value: float) -> tuple[str, str]:
    """(sign with words, tone) of a value against the one in force; the card is one of `heard`."""
    assert isinstance(card.value, int | float)
    return sign_words(standing(card.name, value, card.value), value, card.value)


def sign_words(how: Standing, value: float, other: float) -> tuple[str, str]:
    """(sign with words, tone) of how a value stands to another one."""
    words, tone = _SIGNS[how]
    words = _tr(words)
    if how is Standing.NEAR:
        words = words.format(n=f"{abs(value - other) / other * 100:.1f}")
    return words, tone


def ratio_of(card: FieldCard, value: float) -> str:
    """ "2 : 3" and its like where a tempo is counted otherwise; else nothing."""
    assert isinstance(card.value, int | float)
    return _RATIOS.get(standing(card.name, value, card.value), "")


def agreement_sentence(card: FieldCard, said: Sequence[FieldValue]) -> str:
    """ "Two agree, one is a neighbour"; nothing where only one source says a key."""
    values = [each.value for each in said if isinstance(each.value, int | float)]
    if len(values) < 2 or not isinstance(card.value, int | float):
        return ""
    how = [standing(card.name, each, card.value) for each in values]
    same, near = how.count(Standing.SAME), sum(each in _NEAR for each in how)
    differ = len(how) - same - near
    parts = []
    if same > 1:
        parts.append(_tr("All {n} agree") if same == len(how) > 2 else _tr("{n} agree"))
    if near:
        parts.append(_tr("one is a neighbour") if near == 1 else _tr("{n} are neighbours"))
    if differ:
        parts.append(_tr("one differs") if differ == 1 else _tr("{n} differ"))
    counts = iter(count for count in (same if same > 1 else 0, near, differ) if count)
    sentence = ", ".join(part.format(n=_count(next(counts)).lower()) for part in parts)
    return sentence[:1].upper() + sentence[1:]


def _count(number: int) -> str:
    return _tr(_COUNTS[number]) if number < len(_COUNTS) else str(number)
