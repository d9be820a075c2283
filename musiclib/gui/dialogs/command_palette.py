"""Ctrl+K: everything the window can do, found by typing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
)
from PySide6.QtGui import QFontMetrics, QKeyEvent, QKeySequence, QPainter
from PySide6.QtWidgets import (
    QFrame,
    QLineEdit,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from musiclib.gui.theme import Theme

Index = QModelIndex | QPersistentModelIndex
_NO_PARENT = QModelIndex()
_WIDTH, _ROWS = 520, 10


@dataclass(frozen=True)
class Command:
    """Something to do: its words, what group it belongs to, its key ("" for none)."""

    words: str
    group: str
    keys: str
    act: Callable[[], object]


def fitting(commands: Sequence[Command], typed: str) -> list[Command]:
    """Commands that hold every typed word; those that begin with the text come first."""
    needles = typed.casefold().split()
    found = [each for each in commands if all(needle in each.words.casefold() for needle in needles)]
    return sorted(found, key=lambda each: not each.words.casefold().startswith(typed.casefold().strip()))


class _Model(QAbstractListModel):
    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.commands: list[Command] = []

    def show(self, commands: list[Command]) -> None:
        self.beginResetModel()
        self.commands = commands
        self.endResetModel()

    def rowCount(self, parent: Index = _NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self.commands)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        command = self.commands[index.row()]
        return {
            Qt.ItemDataRole.DisplayRole: command.words,
            Qt.ItemDataRole.AccessibleTextRole: f"{command.words} {command.keys}".strip(),
            Qt.ItemDataRole.UserRole: command,
        }.get(Qt.ItemDataRole(role))


class _Delegate(QStyledItemDelegate):
    def __init__(self, theme: Theme, parent: QObject) -> None:
        super().__init__(parent)
        self._theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(0, self._theme.size("row"))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        theme, command = self._theme, index.data(Qt.ItemDataRole.UserRole)
        rect: QRect = option.rect
        painter.save()
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, theme.color("bg.selected"))
        inner = rect.adjusted(theme.space(4), 0, -theme.space(4), 0)
        painter.setFont(theme.font("body"))
        painter.setPen(theme.color("text.primary"))
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(inner, middle, command.words)
        left = inner.left() + QFontMetrics(painter.font()).horizontalAdvance(command.words) + theme.space(2)
        painter.setFont(theme.font("small"))
        painter.setPen(theme.color("text.tertiary"))
        painter.drawText(inner.adjusted(left - inner.left(), 0, 0, 0), middle, command.group)
        keys = QKeySequence(command.keys).toString(QKeySequence.SequenceFormat.NativeText)
        painter.drawText(inner, middle | Qt.AlignmentFlag.AlignRight, keys or command.keys)
        painter.restore()


class CommandPalette(QFrame):
    """A field and the commands that fit; Enter does the chosen one, Escape closes."""

    def __init__(self, theme: Theme, commands: Sequence[Command], parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setProperty("card", "dialog")
        self._commands = list(commands)
        self._model = _Model(self)
        self.field = QLineEdit()
        self.field.setFont(theme.regular("section"))
        self.field.setPlaceholderText(self.tr("What do you want to do?"))
        self.field.setAccessibleName(self.tr("Command"))
        self.field.textChanged.connect(self._fit)
        self.field.installEventFilter(self)
        self._view = QListView()
        self._view.setModel(self._model)
        self._view.setItemDelegate(_Delegate(theme, self))
        self._view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._view.clicked.connect(self._do)
        self._view.setAccessibleName(self.tr("Commands that fit"))
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.space(2), theme.space(2), theme.space(2), theme.space(2))
        column.setSpacing(theme.space(2))
        column.addWidget(self.field)
        column.addWidget(self._view)
        self.setFixedSize(_WIDTH, theme.size("row") * (_ROWS + 1) + theme.space(10))
        self._fit("")

    def present(self) -> None:
        """Come up in the upper middle of the window."""
        window = self.parentWidget()
        if window is not None:
            left = (window.width() - self.width()) // 2
            self.move(
                window.mapToGlobal(window.rect().topLeft()).x() + left,
                window.mapToGlobal(window.rect().topLeft()).y() + window.height() // 8,
            )
        self.show()
        self.field.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() in {Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_PageDown, Qt.Key.Key_PageUp}:
                self._view.keyPressEvent(event)
                return True
            if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
                self._do(self._view.currentIndex())
                return True
        return super().eventFilter(watched, event)

    def _fit(self, typed: str) -> None:
        self._model.show(fitting(self._commands, typed))
        self._view.setCurrentIndex(self._model.index(0))

    def _do(self, index: QModelIndex) -> None:
        if index.isValid():
            command = self._model.commands[index.row()]
            self.close()
            command.act()
