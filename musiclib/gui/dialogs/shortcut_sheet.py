"""The sheet of all keys, opened by `?`."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from musiclib.gui.theme import Theme
from musiclib.gui.widgets.controls import keycap, label

_COLUMNS = 2


class ShortcutSheet(QFrame):
    """Groups of keys with what they do; any click outside, or Escape, closes it."""

    def __init__(
        self, theme: Theme, groups: Sequence[tuple[str, Sequence[tuple[str, str]]]], parent: QWidget
    ) -> None:
        """`groups` are (title, [(keys, words)])."""
        super().__init__(parent, Qt.WindowType.Popup)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setProperty("card", "dialog")
        self.setAccessibleName(self.tr("All shortcuts"))
        column = QVBoxLayout(self)
        pad = theme.space(6)
        column.setContentsMargins(pad, theme.space(5), pad, pad)
        column.setSpacing(theme.space(4))
        column.addWidget(label(theme, self.tr("All shortcuts"), "page"))
        sides = QHBoxLayout()
        sides.setSpacing(theme.space(12))
        column.addLayout(sides)
        for side in range(_COLUMNS):
            stack = QVBoxLayout()
            stack.setSpacing(theme.space(4))
            for title, keys in groups[side::_COLUMNS]:
                stack.addLayout(self._group(theme, title, keys))
            stack.addStretch(1)
            sides.addLayout(stack)

    def _group(self, theme: Theme, title: str, keys: Sequence[tuple[str, str]]) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(theme.space(4))
        grid.setVerticalSpacing(theme.space(1))
        grid.addWidget(label(theme, title, "body_strong"), 0, 0, 1, 2)
        for row, (sequence, words) in enumerate(keys, 1):
            native = QKeySequence(sequence).toString(QKeySequence.SequenceFormat.NativeText) or sequence
            grid.addWidget(keycap(theme, native), row, 0, Qt.AlignmentFlag.AlignLeft)
            grid.addWidget(label(theme, words, "body"), row, 1)
        grid.setColumnStretch(1, 1)
        return grid

    def present(self) -> None:
        """Come up in the middle of the window."""
        self.adjustSize()
        window = self.parentWidget()
        if window is not None:
            middle = window.mapToGlobal(window.rect().center())
            self.move(middle.x() - self.width() // 2, middle.y() - self.height() // 2)
        self.show()
