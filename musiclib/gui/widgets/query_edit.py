"""The line in which a search is typed, its chips before it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, QEvent, QRect, QSize, Qt, Signal
from PySide6.QtGui import (
    QInputMethodEvent,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QTextCharFormat,
)
from PySide6.QtWidgets import QLineEdit, QWidget

from musiclib.domain.music_key import KeyNotation
from musiclib.domain.track_query import Problem, Term
from musiclib.gui.models.query_words import term_words
from musiclib.gui.theme import Theme
from musiclib.gui.widgets.query_chip import QueryChip

_LEAST_EDIT, _LEAST_EMPTY = 140, 48
_COUNT = 28
"""Room for the number of chips that are out of sight."""


class QueryEdit(QLineEdit):
    """Tells of the keys that are not its own; what cannot be read has a dotted line under it."""

    taken = Signal()
    """Tab or Enter on a completion."""
    entered = Signal()
    stepped = Signal(int)
    """Up and Down in what completes the word."""
    all_fields = Signal()
    escaped = Signal()
    went_left = Signal()
    """Left, or Backspace (`erased`), at the very beginning."""
    erased = Signal()

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self.completing = False
        """Whether completions are offered; Tab takes one then, and Enter if it was pointed at."""
        self.pointed = False
        self.setProperty("bare", "true")
        self.setFont(theme.font("body"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def underline(self, problems: Sequence[Problem]) -> None:
        """Put a dotted line under these places."""
        marks = []
        look = QTextCharFormat()
        look.setUnderlineStyle(QTextCharFormat.UnderlineStyle.DotLine)
        look.setUnderlineColor(self._theme.color("review.glyph"))
        for each in problems:
            if not each.unfinished:
                start, length = each.start - self.cursorPosition(), each.end - each.start
                kind = QInputMethodEvent.AttributeType.TextFormat
                marks.append(QInputMethodEvent.Attribute(kind, start, length, look))
        # The one way to give a part of a QLineEdit another look; the text itself is not touched.
        QCoreApplication.sendEvent(self, QInputMethodEvent("", marks))

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and self._own_key(event):
            return True
        return super().event(event)

    def _own_key(self, event: QKeyEvent) -> bool:
        key, plain = event.key(), event.modifiers() == Qt.KeyboardModifier.NoModifier
        control = event.modifiers() == Qt.KeyboardModifier.ControlModifier
        at_start = self.cursorPosition() == 0 and not self.hasSelectedText()
        if key == Qt.Key.Key_Space and control:
            self.all_fields.emit()
        elif not plain and not event.modifiers() & Qt.KeyboardModifier.KeypadModifier:
            return False
        elif key == Qt.Key.Key_Tab and self.completing:
            self.taken.emit()
        elif key in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            (self.taken if self.completing and self.pointed else self.entered).emit()
        elif key in {Qt.Key.Key_Down, Qt.Key.Key_Up}:
            self.stepped.emit(1 if key == Qt.Key.Key_Down else -1)
        elif key == Qt.Key.Key_Escape:
            self.escaped.emit()
        elif at_start and key in {Qt.Key.Key_Left, Qt.Key.Key_Backspace}:
            (self.went_left if key == Qt.Key.Key_Left else self.erased).emit()
        else:
            return False
        return True


class QueryLine(QWidget):
    """Chips, then the edit. Where there is not the room for all, the first chips are out of sight."""

    opened = Signal(int)
    removed = Signal(int)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._chips: list[QueryChip] = []
        self._out_of_sight = 0
        """How many chips there is no room for."""
        self._wanted: int | None = None
        """The chip that is to be seen, whatever the room."""
        self.edit = QueryEdit(theme, self)
        self.edit.installEventFilter(self)
        self.edit.textChanged.connect(self._place)
        self.edit.went_left.connect(lambda: self.step_from(len(self._chips), -1))

    def show_terms(self, terms: Sequence[Term], notation: KeyNotation) -> None:
        """Have a chip for each of these."""
        for chip in self._chips:
            chip.hide()
            chip.deleteLater()
        self._chips, self._wanted = [], None
        for place, term in enumerate(terms):
            chip = QueryChip(self._theme, *term_words(term, notation), term.source, self)
            chip.clicked.connect(lambda _on=False, place=place: self.opened.emit(place))
            chip.removed.connect(lambda place=place: self.removed.emit(place))
            chip.stepped.connect(lambda by, place=place: self.step_from(place, by))
            chip.installEventFilter(self)
            chip.show()
            self._chips.append(chip)
        self._set_tab_order()
        self._place()

    def step_from(self, place: int, by: int) -> None:
        """Put the focus on a chip, or behind the last one on the edit."""
        target = place + by
        self._wanted = target if 0 <= target < len(self._chips) else None
        self._place()
        if target >= len(self._chips):
            self.edit.setFocus(Qt.FocusReason.OtherFocusReason)
        elif target >= 0:
            self._chips[target].setFocus(Qt.FocusReason.OtherFocusReason)

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        if watched is self.edit and event.type() in {QEvent.Type.FocusIn, QEvent.Type.FocusOut}:
            self._wanted = None
            self._place()
        return False

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def sizeHint(self) -> QSize:
        return QSize(_LEAST_EDIT, self._theme.size("control"))

    def _set_tab_order(self) -> None:
        before: QWidget | None = None
        for part in (*self._chips, self.edit):
            if before is not None:
                QWidget.setTabOrder(before, part)
            before = part

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._out_of_sight:
            painter = QPainter(self)
            painter.setFont(self._theme.font("small", tabular=True))
            painter.setPen(self._theme.color("text.secondary"))
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignVCenter, f"+{self._out_of_sight}")

    def _place(self, _text: str = "") -> None:
        """From the first chip that has room; the one that has the focus always has."""
        gap, height = self._theme.space(2), self.height()
        widths = [chip.sizeHint().width() + gap for chip in self._chips]
        least = _LEAST_EDIT if self.edit.text() or self.edit.hasFocus() else _LEAST_EMPTY
        room, first = self.width() - least, 0
        while first < len(widths) - 1 and sum(widths[first:]) + (_COUNT if first else 0) > room:
            first += 1
        if self._wanted is not None:
            first = min(first, self._wanted)
        self._out_of_sight = first
        left = _COUNT if first else 0
        for nth, (chip, width) in enumerate(zip(self._chips, widths, strict=True)):
            chip.setVisible(nth >= first)
            if nth >= first:
                size = chip.sizeHint().height()
                chip.setGeometry(left, (height - size) // 2, width - gap, size)
                left += width
        line = max(self.edit.minimumSizeHint().height(), self._theme.size("control_tiny"))
        self.edit.setGeometry(QRect(left, (height - line) // 2, max(least, self.width() - left), line))
        self.update()
