"""Choose one album by typing a part of its name."""

from __future__ import annotations

from PySide6.QtCore import QSize, QStringListModel, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QListView, QVBoxLayout, QWidget

from musiclib.domain.ids import AlbumId
from musiclib.domain.rows import AlbumRow
from musiclib.domain.text import normalise
from musiclib.gui.context import AppContext
from musiclib.gui.dialogs.overlay import Overlay
from musiclib.gui.widgets.controls import SearchField, button, label

_SIZE = QSize(440, 480)
_NAME_SHOWN = 16


class AlbumPicker(Overlay):
    """`chosen` carries the album's id, `named` the name of an album that is to be made."""

    chosen = Signal(object)
    named = Signal(str)

    def __init__(
        self,
        context: AppContext,
        window: QWidget,
        title: str,
        pick: str | None = None,
        can_make: bool = False,
    ) -> None:
        """`pick` is what the button says; `can_make` offers a new album of the name that is typed."""
        super().__init__(context.theme, window, _SIZE)
        theme = context.theme
        self._context = context
        self._without: AlbumId | None = None
        self._rows: list[AlbumRow] = []
        self.setAccessibleName(title)
        self.search = SearchField(theme, self.tr("Name of the album"))
        self.search.textChanged.connect(self._filter)
        self.search.installEventFilter(self)
        self._names = QStringListModel(self)
        self.list = QListView()
        self.list.setModel(self._names)
        self.list.setFont(theme.font("body"))
        self.list.setAccessibleName(self.tr("Albums"))
        self.list.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self.list.activated.connect(self._take)
        self.list.installEventFilter(self)
        self.pick = button(theme, pick or self.tr("Move here"), kind="primary")
        self.pick.clicked.connect(self._take)
        self._can_make = can_make
        self.make = button(theme, "", "plus")
        self.make.clicked.connect(self._make)
        self.make.hide()
        cancel = button(theme, self.tr("Cancel"), shortcut="Esc")
        cancel.clicked.connect(self.dismiss)
        foot = QHBoxLayout()
        foot.addWidget(self.make)
        foot.addStretch(1)
        foot.addWidget(cancel)
        foot.addWidget(self.pick)
        column = QVBoxLayout(self)
        pad = theme.space(4)
        column.setContentsMargins(pad, pad, pad, pad)
        column.setSpacing(theme.space(3))
        column.addWidget(label(theme, title, "section"))
        column.addWidget(self.search)
        column.addWidget(self.list, 1)
        column.addLayout(foot)

    def ask(self, without: AlbumId | None) -> None:
        """Come up with every album but this one."""
        self._without = without
        self.search.clear()
        self._filter("")
        self.present()
        self.search.setFocus()

    def wanted_key(self, event: QKeyEvent) -> bool:
        if event.key() == Qt.Key.Key_Escape:
            self.dismiss()
        elif event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self._take()
        elif event.key() in {Qt.Key.Key_Down, Qt.Key.Key_Up} and self.search.hasFocus():
            step = 1 if event.key() == Qt.Key.Key_Down else -1
            row = max(0, min(len(self._rows) - 1, self.list.currentIndex().row() + step))
            self.list.setCurrentIndex(self._names.index(row))
        else:
            return False
        return True

    def _filter(self, text: str) -> None:
        words = normalise(text).split()
        rows = [
            row
            for row in self._context.albums.rows()
            if row.id != self._without
            and all(word in normalise(f"{row.title} {row.artist or ''}") for word in words)
        ]
        self._rows = sorted(rows, key=lambda row: row.title.casefold())
        names = [f"{row.title}, {row.artist}" if row.artist else row.title for row in self._rows]
        self._names.setStringList(names)
        self.list.setCurrentIndex(self._names.index(0))
        self.pick.setEnabled(bool(self._rows))
        name = text.strip()
        self.make.setVisible(self._can_make and bool(name))
        self.make.setText(self.tr("New album “{name}”").format(name=_cut(name)))

    def _make(self) -> None:
        name = self.search.text().strip()
        if self._can_make and name:
            self.dismiss()
            self.named.emit(name)

    def _take(self) -> None:
        place = self.list.currentIndex().row()
        if 0 <= place < len(self._rows):
            row = self._rows[place]
            self.dismiss()
            self.chosen.emit(row.id)
        else:
            self._make()


def _cut(name: str) -> str:
    return name if len(name) <= _NAME_SHOWN else f"{name[:_NAME_SHOWN]}…"
