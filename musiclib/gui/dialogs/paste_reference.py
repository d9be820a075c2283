"""Say which recording a track is by a link, an ISRC or a MusicBrainz id."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from musiclib.domain.references import parse_reference
from musiclib.gui.dialogs.overlay import Overlay
from musiclib.gui.theme import Theme
from musiclib.gui.widgets.controls import button, label, restyle

_SIZE = QSize(520, 220)


class PasteReference(Overlay):
    """`asked` carries the text. It stays up until the answer is told by `found` or `refuse`."""

    asked = Signal(str)

    def __init__(self, theme: Theme, window: QWidget, track: str) -> None:
        super().__init__(theme, window, _SIZE)
        title = self.tr("Which recording is it?")
        self.setAccessibleName(title)
        self.field = QLineEdit()
        self.field.setFont(theme.font("body"))
        self.field.setPlaceholderText(self.tr("Link, ISRC or MusicBrainz id"))
        self.field.setAccessibleName(self.field.placeholderText())
        self.field.installEventFilter(self)
        self.field.returnPressed.connect(self._submit)
        self.told = label(theme, "", "small", "secondary", wrap=True)
        self.ask = button(theme, self.tr("Look up"), kind="primary")
        self.ask.clicked.connect(self._submit)
        cancel = button(theme, self.tr("Cancel"), shortcut="Esc")
        cancel.clicked.connect(self.dismiss)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(cancel)
        foot.addWidget(self.ask)
        column = QVBoxLayout(self)
        pad = theme.space(5)
        column.setContentsMargins(pad, pad, pad, pad)
        column.setSpacing(theme.space(2))
        column.addWidget(label(theme, title, "section"))
        column.addWidget(label(theme, track, "body", "secondary", wrap=True))
        column.addWidget(self.field)
        column.addWidget(self.told)
        column.addStretch(1)
        column.addLayout(foot)
        self._say(self.tr("Of a track at MusicBrainz, Deezer, Spotify or Apple Music."))

    def present(self) -> None:
        """Come up; what is in the clipboard is taken if it names a recording."""
        super().present()
        text = QGuiApplication.clipboard().text()
        if len(text) < _LONGEST and parse_reference(text):
            self.field.setText(text.strip())
            self.field.selectAll()
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)

    def wanted_key(self, event: QKeyEvent) -> bool:
        if event.key() == Qt.Key.Key_Escape:
            self.dismiss()
            return True
        return False

    @Slot(object)
    def refuse(self, error: Exception) -> None:
        """Nothing was found; `error` says why and what to do."""
        self._set_busy(False)
        self._say(str(error), "error")
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)
        self.field.selectAll()

    def _submit(self) -> None:
        text = self.field.text().strip()
        if not text or not self.ask.isEnabled():
            return
        self._set_busy(True)
        self._say(self.tr("Asking the sources. You can close this; the answer will be in the list."))
        self.asked.emit(text)

    def _set_busy(self, busy: bool) -> None:
        self.field.setReadOnly(busy)
        self.ask.setEnabled(not busy)
        self.ask.setText(self.tr("Asking…") if busy else self.tr("Look up"))

    def _say(self, words: str, tone: str = "secondary") -> None:
        self.told.setText(words)
        self.told.setProperty("tone", tone)
        self.told.setAccessibleName(words)
        restyle(self.told)


_LONGEST = 400
