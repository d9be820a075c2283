"""Keep a search as a smart album, or give one another name."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from musiclib.gui.dialogs.overlay import Overlay
from musiclib.gui.theme import Theme
from musiclib.gui.widgets.controls import button, label
from musiclib.gui.widgets.flow import FlowLabel

_SIZE = QSize(480, 232)


class SmartAlbumDialog(Overlay):
    """`named` carries the name. `updated` is sent to keep the search under the album it came from."""

    named = Signal(str)
    updated = Signal()

    def __init__(
        self, theme: Theme, window: QWidget, title: str, name: str, query: str, update: str = ""
    ) -> None:
        """`update` is the name of the album the search came from, where it may be kept again."""
        super().__init__(theme, window, _SIZE)
        self.setAccessibleName(title)
        self.name = QLineEdit(name)
        self.name.setFont(theme.font("body"))
        self.name.setAccessibleName(self.tr("Name of the smart album"))
        self.name.textChanged.connect(self._dress)
        self.name.installEventFilter(self)
        self.save = button(theme, self.tr("Save"), kind="" if update else "primary")
        if update:
            self.save.setText(self.tr("Save as a new one"))
        self.save.clicked.connect(self._save)
        cancel = button(theme, self.tr("Cancel"), shortcut="Esc")
        cancel.clicked.connect(self.dismiss)
        foot = QHBoxLayout()
        foot.setSpacing(theme.space(2))
        foot.addStretch(1)
        foot.addWidget(cancel)
        foot.addWidget(self.save)
        self.update_it = button(theme, self.tr("Change “{name}”").format(name=update[:20]), kind="primary")
        self.update_it.clicked.connect(self._update)
        self.update_it.setVisible(bool(update))
        if update:
            foot.addWidget(self.update_it)
        column = QVBoxLayout(self)
        pad = theme.space(5)
        column.setContentsMargins(pad, pad, pad, pad)
        column.setSpacing(theme.space(3))
        column.addWidget(label(theme, title, "section"))
        column.addWidget(self.name)
        column.addWidget(FlowLabel(theme, query, "small", "secondary"))
        column.addStretch(1)
        column.addLayout(foot)
        self._dress()

    def present(self) -> None:
        super().present()
        self.name.setFocus()
        self.name.selectAll()

    def wanted_key(self, event: QKeyEvent) -> bool:
        if event.key() == Qt.Key.Key_Escape:
            self.dismiss()
        elif event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and self.name.hasFocus():
            self._save()
        else:
            return False
        return True

    def _dress(self) -> None:
        self.save.setEnabled(bool(self.name.text().strip()))

    def _save(self) -> None:
        name = self.name.text().strip()
        if name:
            self.dismiss()
            self.named.emit(name)

    def _update(self) -> None:
        self.dismiss()
        self.updated.emit()
