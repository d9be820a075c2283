"""The keys of a page in a row under it; those that do not fit are left out from the end."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from musiclib.gui.theme import Theme
from musiclib.gui.widgets.controls import keycap, label


class KeyHints(QWidget):
    def __init__(
        self, theme: Theme, hints: Sequence[tuple[Sequence[str], str]], beside: str | QWidget
    ) -> None:
        """`hints` are (keys, what they do); `beside` stands at the right end and always fits."""
        super().__init__()
        self.setObjectName("window")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        margin = theme.size("page_margin")
        row = QHBoxLayout(self)
        row.setContentsMargins(margin, theme.space(2), margin, theme.space(2))
        row.setSpacing(0)
        self._theme, self._row = theme, row
        self._groups: list[QWidget] = []
        row.addStretch(1)
        self._beside = beside if isinstance(beside, QWidget) else label(theme, beside, "small", "secondary")
        row.addWidget(self._beside)
        self._margins = 2 * margin
        self.show_hints(hints)

    def show_hints(self, hints: Sequence[tuple[Sequence[str], str]]) -> None:
        """Tell these keys instead."""
        for old in self._groups:
            old.hide()
            self._row.removeWidget(old)
            old.deleteLater()
        self._groups = [_group(self._theme, keys, words) for keys, words in hints]
        for place, group in enumerate(self._groups):
            self._row.insertWidget(place, group)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        room = self.width() - self._margins - self._beside.sizeHint().width()
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
