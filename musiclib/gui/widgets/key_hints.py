"""The keys of a page in a row under it; those that do not fit are left out from the end."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from musiclib.gui.theme import Theme
from musiclib.gui.widgets.controls import keycap, label


class KeyHints(QWidget):
    def __init__(self, theme: Theme, hints: Sequence[tuple[Sequence[str], str]], beside: str) -> None:
        """`hints` are (keys, what they do); `beside` stands at the right end and always fits."""
        super().__init__()
        self.setObjectName("window")
        margin = theme.size("page_margin")
        row = QHBoxLayout(self)
        row.setContentsMargins(margin, theme.space(2), margin, theme.space(2))
        row.setSpacing(0)
        self._groups = [_group(theme, keys, words) for keys, words in hints]
        for group in self._groups:
            row.addWidget(group)
        row.addStretch(1)
        self._beside = label(theme, beside, "small", "secondary")
        row.addWidget(self._beside)
        self._margins = 2 * margin

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        room = event.size().width() - self._margins - self._beside.sizeHint().width()
        for group in self._groups:
            room -= group.sizeHint().width()
            group.setVisible(room >= 0)


def _group(theme: Theme, keys: Sequence[str], words: str) -> QWidget:
    made = QWidget()
    row = QHBoxLayout(made)
    row.setContentsMargins(0, 0, theme.space(5), 0)
    row.setSpacing(theme.space(1))
    for key in keys:
        row.addWidget(keycap(theme, key))
    row.addSpacing(theme.space(1))
    row.addWidget(label(theme, words, "small", "secondary"))
    return made
