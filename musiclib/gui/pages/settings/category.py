"""What the settings page expects of a category: a name, an icon, and settings to be found."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import ClassVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from musiclib.gui.context import AppContext
from musiclib.gui.icons import themed_icon
from musiclib.gui.widgets.controls import button, label, rule
from musiclib.gui.widgets.setting_rows import SettingRow, TextSetting


class Category(QWidget):
    """A heading over rows. What is changed is saved at once, and counts at once."""

    icon: ClassVar[str]

    def __init__(self, context: AppContext) -> None:
        super().__init__()
        self.context = context
        self.rows = self.build()
        self._advanced = self.build_advanced()
        self._asked: Sequence[str] = ()
        self._rules: dict[SettingRow, QWidget] = {}
        theme = context.theme
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(label(theme, self.title(), "page"))
        column.addSpacing(theme.space(3))
        self._cards = [self._card(self.rows), self._card(self._advanced)]
        column.addWidget(self._cards[0])
        self.fold = button(theme, self.tr("Advanced"), "caret-right", "flat")
        self.fold.setCheckable(True)
        self.fold.toggled.connect(self._unfold)
        column.addSpacing(theme.space(2))
        column.addWidget(self.fold, alignment=Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self._cards[1])
        self.filter(())

    def title(self) -> str:
        """Its name, in the list of categories too."""
        raise NotImplementedError

    def build(self) -> list[SettingRow]:
        """The settings, in order."""
        raise NotImplementedError

    def build_advanced(self) -> list[SettingRow]:
        """Settings few people need; they are folded away until wanted or searched for."""
        return []

    def pane(self) -> QWidget | None:
        """What is shown in the place of the rows, while nothing is searched for."""
        return None

    def look(self) -> None:
        """It comes into view: read what may have changed."""

    def wait(self, ms: int) -> bool:
        """The program ends: wait for its threads; False if one takes longer."""
        return True

    def filter(self, words: Sequence[str]) -> bool:
        """Show only rows with all these words; False if there is none. No words: as it is."""
        self._asked = words
        for row in self.rows:
            row.setVisible(row.found_by(words))
        for row in self._advanced:
            row.setVisible(row.found_by(words) if words else self.fold.isChecked())
        self.fold.setVisible(bool(self._advanced) and not words)
        shown = self.shown()
        for card, rows in zip(self._cards, (self.rows, self._advanced), strict=True):
            seen = [row for row in rows if row in shown]
            card.setVisible(bool(seen))
            for row in rows:
                self._rules[row].setVisible(row in seen[1:])
        return bool(shown)

    def shown(self) -> list[SettingRow]:
        """The rows that are not filtered or folded away."""
        return [row for row in (*self.rows, *self._advanced) if not row.isHidden()]

    # -- for those that derive

    def save(self, **values: object) -> None:
        self.context.preferences.update(**values)

    def text_row(self, name: str, title: str, about: str, check: Callable[[str], str]) -> SettingRow:
        """A setting of text; `check` says what is wrong with one, or nothing."""
        current = str(getattr(self.context.preferences.settings, name))
        made = TextSetting(self.context.theme, current, check, partial(self._save_one, name))
        row = SettingRow(self.context.theme, title, about, made)
        made.told.connect(row.say)
        return row

    def _save_one(self, name: str, value: str) -> None:
        self.save(**{name: value})

    def _card(self, rows: Sequence[SettingRow]) -> QFrame:
        """The rows with a line between each two."""
        card = QFrame()
        card.setProperty("card", "true")
        column = QVBoxLayout(card)
        side = self.context.theme.space(4)
        column.setContentsMargins(side, 0, side, 0)
        column.setSpacing(0)
        for row in rows:
            self._rules[row] = rule()
            column.addWidget(self._rules[row])
            column.addWidget(row)
        return card

    def _unfold(self, on: bool) -> None:
        self.fold.setIcon(
            themed_icon(self.context.theme, "caret-down" if on else "caret-right", "text.secondary")
        )
        self.filter(self._asked)
