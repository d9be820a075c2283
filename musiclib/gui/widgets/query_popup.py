"""What the word that is being typed could become, each with the number of tracks it would leave."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFontMetrics, QPainter
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from musiclib.gui import wording
from musiclib.gui.theme import Theme
from musiclib.gui.widgets.controls import keycap, label, rule
from musiclib.services.searching import Completion

Index = QModelIndex | QPersistentModelIndex
_NO_PARENT = QModelIndex()
_WIDTH, _MEANING_AT = 332, 124
_MOST_ROWS = 8
_ROLE = Qt.ItemDataRole.UserRole


class _Completions(QAbstractListModel):
    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._all: tuple[Completion, ...] = ()

    def show(self, completions: Sequence[Completion]) -> None:
        self.beginResetModel()
        self._all = tuple(completions)
        self.endResetModel()

    def at(self, row: int) -> Completion | None:
        return self._all[row] if 0 <= row < len(self._all) else None

    def rowCount(self, parent: Index = _NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self._all)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        each = self.at(index.row())
        if each is None:
            return None
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole}:
            count = "" if each.count is None else ", " + self.tr("{n} tracks").format(n=each.count)
            return f"{each.text}, {each.words}{count}"
        return each if role == _ROLE else None


class _Delegate(QStyledItemDelegate):
    """What is typed already in a weaker tone than what would come."""

    def __init__(self, theme: Theme, parent: QObject) -> None:
        super().__init__(parent)
        self._theme = theme
        self.typed = ""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(0, max(self._theme.size("row"), self._theme.line("body") + self._theme.space(2)))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        theme, each = self._theme, index.data(_ROLE)
        if not isinstance(each, Completion):
            return
        rect = QRect(option.rect)
        painter.save()
        if option.state & QStyle.StateFlag.State_Selected:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("bg.selected"))
            painter.drawRoundedRect(rect, theme.radius("art"), theme.radius("art"))
        inner = rect.adjusted(theme.space(3), 0, -theme.space(3), 0)
        middle = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        name, colon, value = each.text.partition(":")
        weak, strong = (name + colon, value) if value else ("", each.text)
        painter.setFont(theme.font("body"))
        painter.setPen(theme.color("text.secondary"))
        painter.drawText(inner, middle, weak)
        left = inner.left() + QFontMetrics(painter.font()).horizontalAdvance(weak)
        painter.setFont(theme.font("title_in_row"))
        painter.setPen(theme.color("text.primary"))
        painter.drawText(inner.adjusted(left - inner.left(), 0, 0, 0), middle, strong)
        left += QFontMetrics(painter.font()).horizontalAdvance(strong)
        count = "" if each.count is None else wording.number(each.count)
        painter.setFont(theme.font("body", tabular=True))
        painter.setPen(theme.color("text.secondary"))
        painter.drawText(inner, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, count)
        end = inner.right() - QFontMetrics(painter.font()).horizontalAdvance(count) - theme.space(2)
        start = max(left + theme.space(3), inner.left() + _MEANING_AT)
        font = theme.font("small")
        painter.setFont(font)
        words = QFontMetrics(font).elidedText(each.words, Qt.TextElideMode.ElideRight, max(0, end - start))
        painter.drawText(QRect(start, rect.top(), max(0, end - start), rect.height()), middle, words)
        painter.restore()


class QueryPopup(QFrame):
    """Lies in the window over the page; the focus stays where one types. `taken` carries a text."""

    taken = Signal(str)

    def __init__(self, theme: Theme, window: QWidget) -> None:
        super().__init__(window)
        self._theme, self._over = theme, window
        self.setProperty("card", "popup")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._model = _Completions(self)
        self._delegate = _Delegate(theme, self)
        self.list = QListView()
        self.list.setModel(self._model)
        self.list.setItemDelegate(self._delegate)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setProperty("bare", "true")
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setAccessibleName(self.tr("What this could become"))
        self.list.clicked.connect(lambda index: self._take(index.row()))
        column = QVBoxLayout(self)
        pad = theme.space(1)
        column.setContentsMargins(pad, pad, pad, 0)
        column.setSpacing(0)
        column.addWidget(self.list)
        column.addSpacing(pad)
        column.addWidget(rule())
        column.addLayout(self._foot())
        self.hide()

    def offer(self, completions: Sequence[Completion], below: QPoint) -> None:
        """Come up at this place of the window with these; go if there are none."""
        if not completions:
            self.hide()
            return
        self._model.show(completions)
        self.list.setCurrentIndex(self._model.index(0))
        row = self.list.sizeHintForRow(0)
        self.list.setFixedHeight(row * min(_MOST_ROWS, len(completions)))
        foot = self._theme.size("control") + 3 * self._theme.space(1)
        window = self._over
        width = min(_WIDTH, window.width() - 2 * self._theme.space(2))
        left = min(below.x(), window.width() - width - self._theme.space(2))
        self.setGeometry(max(0, left), below.y(), width, self.list.height() + foot)
        self.show()
        self.raise_()

    def step(self, by: int) -> None:
        row = (self.list.currentIndex().row() + by) % max(1, self._model.rowCount())
        self.list.setCurrentIndex(self._model.index(row))

    def current(self) -> Completion | None:
        return self._model.at(self.list.currentIndex().row())

    def take(self) -> None:
        """Take the one that is pointed at."""
        self._take(self.list.currentIndex().row())

    def _take(self, row: int) -> None:
        each = self._model.at(row)
        self.hide()
        if each is not None:
            self.taken.emit(each.text)

    def _foot(self) -> QHBoxLayout:
        theme = self._theme
        row = QHBoxLayout()
        row.setContentsMargins(theme.space(3), theme.space(1), theme.space(3), theme.space(1))
        row.setSpacing(theme.space(1))
        for keys, words in (("Tab", self.tr("take it")), ("Ctrl Space", self.tr("all fields"))):
            row.addWidget(keycap(theme, keys))
            row.addWidget(label(theme, words, "small", "secondary"))
            row.addSpacing(theme.space(2))
        row.addStretch(1)
        return row
