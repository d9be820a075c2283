"""One line under the dialog's head: what is wrong or on offer, and what can be done about it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QPushButton

from musiclib.gui.theme import Theme
from musiclib.gui.widgets.controls import button, icon_button, label


class Notice(QFrame):
    """Hidden while there is nothing to say. The newest thing said replaces the one before."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.setProperty("card", "sunken")
        self._text = label(theme, "", "body", wrap=True)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(theme.space(5), theme.space(2), theme.space(4), theme.space(2))
        self._row.setSpacing(theme.space(2))
        self._row.addWidget(self._text, 1)
        self._extra: list[QPushButton | QComboBox] = []
        self._close = icon_button(theme, "x", self.tr("Close"), dense="tiny")
        self._close.clicked.connect(self.clear)
        self._row.addWidget(self._close)
        self.hide()

    def tell(self, text: str, tone: str = "", actions: Sequence[tuple[str, Callable[[], None]]] = ()) -> None:
        """Show `text` (tone: "", "review" or "error") with its actions."""
        self._empty()
        self._text.setText(text)
        self._text.setProperty("tone", tone)
        self._text.style().polish(self._text)
        self.setAccessibleName(text)
        for words, act in actions:
            made = button(self._theme, words, dense="tiny")
            made.clicked.connect(act)
            self._add(made)
        self.show()

    def offer_choice(
        self, choices: Sequence[str], current: str, name: str, on_choice: Callable[[str], None]
    ) -> None:
        """Put a choice beside what is being said."""
        box = QComboBox()
        box.setProperty("dense", "tiny")
        box.setFont(self._theme.font("small"))
        box.setAccessibleName(name)
        box.addItems(list(choices))
        if current in choices:
            box.setCurrentText(current)
        box.textActivated.connect(on_choice)
        self._add(box)

    def clear(self) -> None:
        self._empty()
        self.hide()

    def text(self) -> str:
        return "" if self.isHidden() else self._text.text()

    def actions_offered(self) -> list[QPushButton]:
        """The buttons beside the words."""
        return [each for each in self._extra if isinstance(each, QPushButton)]

    def choices(self) -> list[QComboBox]:
        return [each for each in self._extra if isinstance(each, QComboBox)]

    def _add(self, widget: QPushButton | QComboBox) -> None:
        self._extra.append(widget)
        self._row.insertWidget(self._row.count() - 1, widget)

    def _empty(self) -> None:
        for old in self._extra:
            self._row.removeWidget(old)
            old.hide()
            old.deleteLater()
        self._extra = []
