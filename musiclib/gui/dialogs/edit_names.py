"""Give the track another artist or title, and look it up under that."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from musiclib.gui.dialogs.overlay import Overlay
from musiclib.gui.theme import Theme
from musiclib.gui.widgets.controls import button, label
from musiclib.gui.widgets.name_form import NameForm, Names

_SIZE = QSize(520, 272)


class EditNames(Overlay):
    """`wanted` carries the changed fields, as `NameForm` does."""

    wanted = Signal(object)

    def __init__(self, theme: Theme, window: QWidget, names: Names) -> None:
        super().__init__(theme, window, _SIZE)
        title = self.tr("Look up under another name")
        self.setAccessibleName(title)
        self.form = NameForm(theme)
        self.form.show_names(names)
        self.form.wanted.connect(self._take)
        for field in self.form.fields.values():
            field.installEventFilter(self)
        cancel = button(theme, self.tr("Cancel"), shortcut="Esc")
        cancel.clicked.connect(self.dismiss)
        self.form.foot.insertWidget(1, cancel)
        words = self.tr("What you type is locked: no source changes it.")
        column = QVBoxLayout(self)
        pad = theme.space(5)
        column.setContentsMargins(pad, pad, pad, pad)
        column.setSpacing(theme.space(3))
        column.addWidget(label(theme, title, "section"))
        column.addWidget(self.form)
        column.addStretch(1)
        column.addWidget(label(theme, words, "small", "secondary", wrap=True))

    def present(self) -> None:
        super().present()
        self.form.take_focus()

    def wanted_key(self, event: QKeyEvent) -> bool:
        if event.key() == Qt.Key.Key_Escape:
            self.dismiss()
            return True
        return False

    def _take(self, names: Names) -> None:
        self.dismiss()
        self.wanted.emit(names)
