"""One setting on a line: its name, what it does, and the control that holds it. Saved at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QIntValidator, QKeyEvent, QValidator
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLineEdit,
    QListView,
    QVBoxLayout,
    QWidget,
)

from musiclib.gui.delegates.line import LineDelegate
from musiclib.gui.models.lines import Line, LinesModel
from musiclib.gui.theme import Theme
from musiclib.gui.widgets.controls import SegmentedControl, icon_button, label


class SettingRow(QWidget):
    """Words at the left, the control at the right; `found_by` decides whether a search shows it."""

    def __init__(self, theme: Theme, title: str, about: str, control: QWidget, wide: bool = False) -> None:
        super().__init__()
        self._searched = f"{title} {about}".casefold()
        if not control.accessibleName():
            control.setAccessibleName(title)
        control.setAccessibleDescription(about)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(label(theme, title, "title_in_row"))
        if about:
            words.addWidget(label(theme, about, "small", "secondary", wrap=True))
        self._note = label(theme, "", "small", "secondary", wrap=True)
        self._note.hide()
        words.addWidget(self._note)
        self.problem = label(theme, "", "small", "error", wrap=True)
        self.problem.hide()
        words.addWidget(self.problem)
        gap = theme.space(3)
        if wide:
            column = QVBoxLayout(self)
            column.setContentsMargins(0, gap, 0, gap)
            column.setSpacing(theme.space(2))
            column.addLayout(words)
            column.addWidget(control)
            return
        row = QHBoxLayout(self)
        row.setContentsMargins(0, gap, 0, gap)
        row.setSpacing(theme.space(6))
        row.addLayout(words, 1)
        row.addWidget(control, 0, Qt.AlignmentFlag.AlignVCenter)

    def found_by(self, words: Sequence[str]) -> bool:
        return all(word in self._searched for word in words)

    def tell(self, note: str) -> None:
        """How it stands now; empty: nothing."""
        self._note.setText(note)
        self._note.setVisible(bool(note))

    def say(self, problem: str) -> None:
        """What is wrong with what was typed; empty: nothing."""
        self.problem.setText(problem)
        self.problem.setVisible(bool(problem))


def choice(
    theme: Theme, name: str, answers: Sequence[tuple[str, str]], current: str, save: Callable[[str], None]
) -> SegmentedControl:
    """A few answers side by side."""
    made = SegmentedControl(theme, [(key, words, "") for key, words in answers], name)
    made.choose(current)
    made.chosen.connect(save)
    return made


class _AmountOrNothing(QIntValidator):
    """Qt keeps a field that is empty from being left as finished."""

    def validate(self, text: str, place: int) -> object:
        if not text:
            return QValidator.State.Acceptable, text, place
        return super().validate(text, place)


class AmountSetting(QLineEdit):
    """A whole number, typed or stepped with the arrow keys; an empty field stands for the lowest one.

    A field of our own: a spin box without buttons has no room for its number under a style sheet.
    """

    def __init__(
        self,
        theme: Theme,
        bounds: tuple[int, int],
        current: int,
        save: Callable[[int], None],
        when_empty: str = "",
    ) -> None:
        """`when_empty` are the words for the lowest number; without them it is shown as a figure."""
        super().__init__()
        self._bounds, self._saved, self._save, self._when_empty = bounds, current, save, when_empty
        self.setFont(theme.font("body", tabular=True))
        self.setValidator(_AmountOrNothing(*bounds, self))
        self.setPlaceholderText(when_empty)
        self.setFixedWidth(theme.size("tile_min") - theme.space(8))
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self._show(current)
        self.editingFinished.connect(self._take)

    def put(self, value: int) -> None:
        """Show another number, without saving it."""
        self._saved = value
        self._show(value)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1}.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
            return
        low, high = self._bounds
        self._show(max(low, min(high, self._value() + step)))
        self._take()

    def _value(self) -> int:
        return int(self.text() or self._bounds[0])

    def _show(self, value: int) -> None:
        self.setText("" if self._when_empty and value == self._bounds[0] else str(value))

    def _take(self) -> None:
        if (value := self._value()) != self._saved:
            self._saved = value
            self._save(value)


class TextSetting(QLineEdit):
    """Text that is taken when the field is left or Enter is pressed, if `check` finds nothing wrong."""

    told = Signal(str)

    def __init__(
        self, theme: Theme, current: str, check: Callable[[str], str], save: Callable[[str], None]
    ) -> None:
        super().__init__(current)
        self._saved, self._check, self._save = current, check, save
        self.setFont(theme.font("body"))
        self.setMinimumWidth(theme.size("inspector"))
        self.setCursorPosition(0)
        self.editingFinished.connect(self._take)

    def _take(self) -> None:
        text = self.text().strip()
        problem = self._check(text)
        self.told.emit(problem)
        if not problem and text != self._saved:
            self._saved = text
            self._save(text)


class OrderSetting(QWidget):
    """Names in an order that can be changed with the buttons or Alt+Up and Alt+Down."""

    changed = Signal(list)

    def __init__(self, theme: Theme, name: str, entries: Sequence[tuple[str, str]], fixed: int) -> None:
        """`entries` are (key, words); the first `fixed` of them stay where they are."""
        super().__init__()
        self._theme, self._fixed = theme, fixed
        self._entries = list(entries)
        self._lines = LinesModel(self)
        self.list = _OrderList(self._move)
        self.list.setModel(self._lines)
        self.list.setItemDelegate(LineDelegate(theme, self.list))
        self.list.setAccessibleName(name)
        self._show()
        height = max(theme.size("row"), theme.line("title_in_row") + theme.space(2))
        self.list.setFixedHeight(len(entries) * height + 2)
        self.setFocusProxy(self.list)
        up = icon_button(theme, "arrow-up", self.tr("Earlier"), "Alt+Up")
        up.clicked.connect(lambda: self._move(-1))
        down = icon_button(theme, "arrow-down", self.tr("Later"), "Alt+Down")
        down.clicked.connect(lambda: self._move(1))
        buttons = QVBoxLayout()
        buttons.addWidget(up)
        buttons.addWidget(down)
        buttons.addStretch(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.list, 1)
        row.addLayout(buttons)

    def keys(self) -> list[str]:
        return [key for key, _ in self._entries]

    def _move(self, by: int) -> None:
        here = self.list.currentIndex().row()
        there = here + by
        if here < self._fixed or not self._fixed <= there < len(self._entries):
            return
        self._entries.insert(there, self._entries.pop(here))
        self._show()
        self.list.setCurrentIndex(self._lines.index(there))
        self.changed.emit(self.keys())

    def _show(self) -> None:
        self._lines.show(
            [
                Line(key, words, "", "", None, "lock" if place < self._fixed else "dots-six-vertical")
                for place, (key, words) in enumerate(self._entries)
            ]
        )


class _OrderList(QListView):
    def __init__(self, move: Callable[[int], None]) -> None:
        super().__init__()
        self._move = move
        self.setProperty("framed", "true")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()))
        if step is not None and event.modifiers() & Qt.KeyboardModifier.AltModifier:
            self._move(step)
        else:
            super().keyPressEvent(event)
