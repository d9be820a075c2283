"""Artist and title of a track to be looked up under another name."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLineEdit, QWidget

from musiclib.gui.theme import Theme
from musiclib.gui.widgets.controls import button, label

Names = dict[str, str]
"""By field: artist, title, version ("" for none)."""


class NameForm(QWidget):
    """`wanted` carries the fields that were changed, with their new values."""

    wanted = Signal(object)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._held: Names = {}
        self.fields = {
            "artist": _field(theme, self.tr("Artist")),
            "title": _field(theme, self.tr("Title")),
            "version": _field(theme, self.tr("Version")),
        }
        self.fields["version"].setPlaceholderText(self.tr("none"))
        self.again = button(theme, self.tr("Look up again"), "magnifying-glass", kind="primary")
        self.again.clicked.connect(self.submit)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(theme.space(3))
        grid.setVerticalSpacing(theme.space(2))
        for row, field in enumerate(self.fields.values()):
            name = label(theme, field.accessibleName(), "body", "secondary")
            name.setBuddy(field)
            grid.addWidget(name, row, 0)
            grid.addWidget(field, row, 1)
            field.returnPressed.connect(self.submit)
        self.foot = QHBoxLayout()
        self.foot.setSpacing(theme.space(2))
        self.foot.addWidget(self.again)
        self.foot.addStretch(1)
        grid.addLayout(self.foot, len(self.fields), 1)
        grid.setColumnStretch(1, 1)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        # A field leaves Enter to those around it even after it was acted upon.
        if event.key() not in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            super().keyPressEvent(event)

    def show_names(self, names: Names) -> None:
        """What the track is called now. What somebody is typing is left alone."""
        if names == self._held:
            return
        self._held = dict(names)
        for name, field in self.fields.items():
            field.setText(names.get(name, ""))
            field.setCursorPosition(0)

    def take_focus(self) -> None:
        field = self.fields["artist" if not self._held.get("artist") else "title"]
        field.setFocus(Qt.FocusReason.OtherFocusReason)
        field.selectAll()

    def submit(self) -> None:
        """Ask for a look-up under what stands there; a track without a title is not asked for."""
        typed = {name: field.text().strip() for name, field in self.fields.items()}
        if not typed["title"]:
            self.fields["title"].setFocus()
            return
        self.wanted.emit({name: text for name, text in typed.items() if text != self._held.get(name, "")})


def _field(theme: Theme, name: str) -> QLineEdit:
    made = QLineEdit()
    made.setFont(theme.font("body"))
    made.setAccessibleName(name)
    return made
