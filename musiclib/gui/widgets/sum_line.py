"""A set of counts written as a sum that adds up: "31 on your list = 22 matched + 4 to review"."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from musiclib.gui.theme import Theme
from musiclib.gui.widgets.controls import label
from musiclib.gui.wording import number


class Term(NamedTuple):
    """One part of a sum; `tone` is that of a label ("review", "error") for what needs a person."""

    amount: int
    words: str
    tone: str = ""


class SumLine(QWidget):
    """The total is the sum of the terms, so what stands there always adds up. Zero terms are left out."""

    def __init__(self, theme: Theme, role: str = "small") -> None:
        super().__init__()
        self._theme, self._role = theme, role
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(theme.space(1))
        self._row.addStretch(1)
        self._labels: list[QLabel] = []
        self._looks: list[tuple[str, str]] = []

    def show_sum(self, words: str, terms: Sequence[Term], beside: str = "") -> None:
        """`words` name the total, with {n} for the number; `beside` stands apart from the sum."""
        total = sum(term.amount for term in terms)
        kept = [term for term in terms if term.amount]
        pieces = [(words.format(n=number(total)), "body_strong", "")]
        for place, term in enumerate(kept):
            pieces.append(("+" if place else "=", "", "tertiary"))
            pieces.append(
                (term.words.format(n=number(term.amount)), "body_strong" if term.tone else "", term.tone)
            )
        if beside:
            pieces.append(("·", "", "tertiary"))
            pieces.append((beside, "", ""))
        self._show(pieces)
        self.setAccessibleName(" ".join(text for text, _, _ in pieces))

    def text(self) -> str:
        """The sum as one line."""
        return self.accessibleName()

    def _show(self, pieces: Sequence[tuple[str, str, str]]) -> None:
        """Labels of the same look stay: made anew, they would move all that stands around the line."""
        looks = [(role, tone) for _, role, tone in pieces]
        kept = 0
        while kept < min(len(looks), len(self._looks)) and looks[kept] == self._looks[kept]:
            kept += 1
        for old in self._labels[kept:]:
            old.hide()
            self._row.removeWidget(old)
            old.deleteLater()
        del self._labels[kept:]
        for held, (text, _, _) in zip(self._labels, pieces, strict=False):
            held.setText(text)
        for text, role, tone in pieces[kept:]:
            self._add(text, role, tone)
        self._looks = looks

    def _add(self, text: str, role: str, tone: str) -> None:
        made = label(self._theme, text, self._role, tone)
        if role:
            font = self._theme.font(self._role)
            font.setWeight(self._theme.font(role).weight())
            made.setFont(font)
        made.setTextInteractionFlags(Qt.TextInteractionFlag.NoTextInteraction)
        self._row.insertWidget(len(self._labels), made)
        self._labels.append(made)
