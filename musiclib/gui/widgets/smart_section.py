"""Smart albums in the sidebar: kept searches with the number of tracks each finds at this moment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from musiclib.domain.packs import SEARCHED_AS
from musiclib.domain.query_fields import FREE_TEXT
from musiclib.domain.track_query import parse_query
from musiclib.gui.theme import Theme
from musiclib.gui.widgets.controls import icon_button, label
from musiclib.gui.widgets.nav_item import NavEntry, NavItem


@dataclass(frozen=True, slots=True)
class SmartEntry:
    """A kept search; of one that is only suggested, `key` is empty."""

    key: str
    name: str
    query: str


_ICONS = {
    "needs": "ear",
    "missing": "tag",
    "added": "calendar-blank",
    "lufs": "scales",
    "energy": "lightning",
    "key": "circle-half",
    "bpm": "gauge",
    "artist": "user",
    "genre": "hash",
    "label": "vinyl-record",
    "year": "clock",
    "has": "folder",
    "source": "globe",
    "state": "checks",
    FREE_TEXT: "magnifying-glass",
}


def icon_of(query: str) -> str:
    """A picture of what a search asks for first."""
    for term in parse_query(query).terms:
        if term.field == "popularity" or term.field in SEARCHED_AS.values():
            return "diamond" if term.values[0].text.startswith("<") else "flame"
        if term.field in _ICONS:
            return _ICONS[term.field]
    return "funnel"


class SmartItem(NavItem):
    """Keys: F2 renames, Del deletes, Alt+Up and Alt+Down move, Up and Down go to the next one."""

    asked = Signal(str)
    """The name of an act: rename, delete, up, down, previous, next."""
    menu_wanted = Signal(QPoint)

    def __init__(self, theme: Theme, entry: SmartEntry) -> None:
        icon = icon_of(entry.query) if entry.key else "plus"
        super().__init__(theme, NavEntry(entry.key, entry.name, icon, ""))
        self.setToolTip(f"{entry.name}\n{entry.query}")
        self.setCheckable(bool(entry.key))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        alt = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
        acts = {
            Qt.Key.Key_F2: "rename",
            Qt.Key.Key_Delete: "delete",
            Qt.Key.Key_Up: "up" if alt else "previous",
            Qt.Key.Key_Down: "down" if alt else "next",
        }
        act = acts.get(Qt.Key(event.key()))
        if act is not None:
            self.asked.emit(act)
        elif event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.click()
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.menu_wanted.emit(event.globalPos())


class SmartSection(QWidget):
    """`asked` carries an act and the key of an album; `suggested` a search that is offered on first use."""

    opened = Signal(str)
    asked = Signal(str, str)
    menu_wanted = Signal(str, QPoint)
    suggested = Signal(object)
    new_wanted = Signal()

    def __init__(self, theme: Theme, group: QButtonGroup) -> None:
        super().__init__()
        self._theme, self._group = theme, group
        self._narrow = False
        self._entries: tuple[SmartEntry, ...] = ()
        self._items: dict[str, SmartItem] = {}
        self._offers: list[SmartItem] = []
        self._words = label(theme, self.tr("Smart albums"), "micro", "secondary")
        self.new = icon_button(theme, "plus", self.tr("New smart album"), dense="tiny")
        self.new.clicked.connect(self.new_wanted)
        self._head = QHBoxLayout()
        self._head.setContentsMargins(theme.space(2), 0, 0, theme.space(1))
        self._head.addWidget(self._words, 1)
        self._head.addWidget(self.new)
        self._hint = label(
            theme, self.tr("Kept searches. Begin with one of these:"), "small", "tertiary", True
        )
        self._hint.setContentsMargins(theme.space(2), 0, 0, theme.space(1))
        inner = QWidget()
        self._list = QVBoxLayout(inner)
        self._list.setContentsMargins(0, 0, 0, 0)
        self._list.setSpacing(0)
        self._list.addWidget(self._hint)
        self._list.addStretch(1)
        self._area = QScrollArea()
        self._area.setWidget(inner)
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(self._head)
        column.addWidget(self._area, 1)
        self.show_entries((), ())

    def show_entries(self, entries: Sequence[SmartEntry], offers: Sequence[SmartEntry]) -> None:
        """Have a row for each of these; without any, for what is offered."""
        here = next((key for key, item in self._items.items() if item.hasFocus()), None)
        checked = next((key for key, item in self._items.items() if item.isChecked()), None)
        for item in (*self._items.values(), *self._offers):
            self._group.removeButton(item)
            item.hide()
            item.deleteLater()
        self._entries = tuple(entries)
        self._items = {entry.key: self._made(entry) for entry in entries}
        self._offers = [self._made(entry) for entry in (() if entries else offers)]
        self._hint.setVisible(bool(self._offers) and not self._narrow)
        if checked in self._items:
            self._items[checked].setChecked(True)
        if here in self._items:
            self._items[here].setFocus()

    def items(self) -> list[SmartItem]:
        """The rows of the albums, in order."""
        return list(self._items.values())

    def show_counts(self, counts: Mapping[str, int]) -> None:
        for key, item in self._items.items():
            item.set_count(counts.get(key))

    def set_current(self, key: str) -> bool:
        """Mark this one as what is shown; False if it is not here."""
        if key not in self._items:
            return False
        self._items[key].setChecked(True)
        return True

    def focus_on(self, key: str, by: int = 0) -> None:
        """Put the focus on this one, or the one so many below."""
        keys = list(self._items)
        if key in keys:
            target = self._items[keys[max(0, min(len(keys) - 1, keys.index(key) + by))]]
            target.setFocus(Qt.FocusReason.OtherFocusReason)
            self._area.ensureWidgetVisible(target)

    def set_narrow(self, narrow: bool) -> None:
        self._narrow = narrow
        self._words.setVisible(not narrow)
        self._head.setContentsMargins(0 if narrow else self._theme.space(2), 0, 0, self._theme.space(1))
        self._hint.setVisible(bool(self._offers) and not narrow)
        for item in (*self._items.values(), *self._offers):
            item.set_narrow(narrow)

    def _made(self, entry: SmartEntry) -> SmartItem:
        item = SmartItem(self._theme, entry)
        item.set_narrow(self._narrow)
        if entry.key:
            self._group.addButton(item)
            item.clicked.connect(partial(self.opened.emit, entry.key))
            item.asked.connect(partial(self._on_asked, entry.key))
            item.menu_wanted.connect(partial(self.menu_wanted.emit, entry.key))
        else:
            item.clicked.connect(partial(self.suggested.emit, entry))
        self._list.insertWidget(self._list.count() - 1, item)
        return item

    def _on_asked(self, key: str, act: str) -> None:
        if act in {"previous", "next"}:
            self.focus_on(key, 1 if act == "next" else -1)
        else:
            self.asked.emit(act, key)
