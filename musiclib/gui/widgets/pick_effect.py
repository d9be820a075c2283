"""What a pick would write, said before it is made: the value in force struck out, the new one beside it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from musiclib.gui.context import AppContext
from musiclib.gui.inspector.fields import field_name, label_width, value_text
from musiclib.gui.widgets.controls import ElidedLabel, label
from musiclib.services.review_types import FieldChange

_TEXT_WIDTH, _NARROW_TEXT = 240, 208
_WIDE_FROM = 796


def _tr(text: str) -> str:
    return QCoreApplication.translate("review", text)


class _Line(QWidget):
    """Field, old value, new value."""

    def __init__(self, context: AppContext) -> None:
        super().__init__()
        theme = context.theme
        self._context = context
        self._field = label(theme, "", "small", "secondary")
        self._field.setFixedWidth(label_width(theme) + theme.space(2))
        self._old = label(theme, "", "small", "secondary")
        arrow = label(theme, "→", "small", "secondary")
        self._new = ElidedLabel(theme, "", "small")
        font = theme.font("small")
        font.setWeight(theme.font("title_in_row").weight())
        self._new.setFont(font)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.space(1))
        for part in (self._field, self._old, arrow):
            row.addWidget(part)
        row.addWidget(self._new, 1)

    def say(self, change: FieldChange) -> None:
        notation = self._context.preferences.settings.key_notation
        old, new = (
            value_text(change.field, value, notation) if value is not None else _tr("none")
            for value in (change.before, change.after)
        )
        font = self._context.theme.font("small")
        font.setStrikeOut(change.before is not None)
        self._old.setFont(font)
        self._old.setText(old if len(old) <= _LONG else old[: _LONG - 1] + "…")
        self._field.setText(field_name(change.field))
        self._new.setText(new)
        self.setAccessibleName(
            _tr("{field}: {old} becomes {new}").format(field=field_name(change.field), old=old, new=new)
        )


_LONG = 28


class PickEffect(QWidget):
    def __init__(self, context: AppContext) -> None:
        super().__init__()
        self._context, theme = context, context.theme
        self._lines: list[_Line] = []
        self._shown = 0
        self.head = label(theme, "", "body_strong")
        self._sub = label(theme, "", "small", "secondary", wrap=True)
        words = self._words = QWidget()
        text = QVBoxLayout(words)
        text.setContentsMargins(0, 0, 0, 0)
        text.setSpacing(0)
        text.addWidget(self.head)
        text.addWidget(self._sub)
        text.addStretch(1)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(theme.space(6))
        self._grid.setVerticalSpacing(2)
        changes = QVBoxLayout()
        changes.addLayout(self._grid)
        changes.addStretch(1)
        margin = theme.size("page_margin")
        row = QHBoxLayout(self)
        row.setContentsMargins(margin, theme.space(3), margin, theme.space(3))
        row.setSpacing(theme.space(4))
        row.addWidget(words)
        row.addLayout(changes, 1)

    def show_changes(self, place: int, changes: Sequence[FieldChange]) -> None:
        """Of the candidate with this number, from 1."""
        self.head.setText(_tr("Pick {n} would write").format(n=place))
        self._sub.setText(
            _tr("and lock the match; later look-ups only fill gaps")
            if changes
            else _tr("no value anew, and lock the match")
        )
        while len(self._lines) < len(changes):
            self._lines.append(_Line(self._context))
        for line, change in zip(self._lines, changes, strict=False):
            line.say(change)
        self._shown = len(changes)
        self._place()

    def told(self) -> list[str]:
        """The changes as they are heard."""
        return [line.accessibleName() for line in self._lines[: self._shown]]

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def _place(self) -> None:
        columns = 2 if self.width() >= _WIDE_FROM else 1
        self._words.setFixedWidth(_TEXT_WIDTH if columns == 2 else _NARROW_TEXT)
        below = -(-self._shown // columns)
        for place, line in enumerate(self._lines):
            self._grid.removeWidget(line)
            if place < self._shown:
                self._grid.addWidget(line, place % below, place // below, Qt.AlignmentFlag.AlignTop)
            line.setVisible(place < self._shown)
        for column in range(2):
            self._grid.setColumnStretch(column, int(column < columns))
