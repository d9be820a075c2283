"""What takes the room there is: text that breaks even inside a word, and buttons that go to the next line."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, QSize, Qt
from PySide6.QtGui import QFont, QPainter, QPaintEvent, QTextLayout, QTextOption
from PySide6.QtWidgets import QLabel, QLayout, QLayoutItem, QSizePolicy, QWidget

from musiclib.gui.theme import Theme


class TextBlock:
    """A text set in lines of one height, at most so wide; a word that is wider is broken."""

    def __init__(self, text: str, font: QFont, line: int, width: int) -> None:
        self._layout = QTextLayout(text.replace("\n", "\u2028"), font)
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self._layout.setTextOption(option)
        self._layout.beginLayout()
        self.height = 0
        while (row := self._layout.createLine()).isValid():
            row.setLineWidth(max(1, width))
            row.setPosition(QPointF(0, self.height + (line - row.height()) / 2))
            self.height += line
        self._layout.endLayout()

    def paint(self, painter: QPainter, left: int, top: int) -> None:
        self._layout.draw(painter, QPointF(left, top))


class FlowLabel(QLabel):
    """A label on as many lines as it needs. It never asks for more width than it is given."""

    def __init__(self, theme: Theme, text: str, role: str = "body", tone: str = "") -> None:
        super().__init__(text)
        self._line = theme.line(role)
        self._set: tuple[str, int, TextBlock] | None = None
        """The text as it was set last, and how wide."""
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setFont(theme.font(role))
        self.setAccessibleName(text)
        if tone:
            self.setProperty("tone", tone)
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        sides = self.contentsMargins()
        return self._block(width).height + sides.top() + sides.bottom()

    def sizeHint(self) -> QSize:
        return QSize(0, self.heightForWidth(self.width()))

    def minimumSizeHint(self) -> QSize:
        return QSize(0, self._line)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        sides = self.contentsMargins()
        self._block(self.width()).paint(painter, sides.left(), sides.top())

    def _block(self, width: int) -> TextBlock:
        sides, text, last = self.contentsMargins(), self.text(), self._set
        inner = width - sides.left() - sides.right()
        if last is not None and last[:2] == (text, inner):
            return last[2]
        block = TextBlock(text, self.font(), self._line, inner)
        self._set = text, inner, block
        return block


class FlowLayout(QLayout):
    """Widgets side by side at their own size; those that have no room go to the next line."""

    def __init__(self, gap: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._items: list[QLayoutItem] = []
        self.setSpacing(gap)
        self.setContentsMargins(0, 0, 0, 0)

    def addItem(self, item: QLayoutItem) -> None:
        self._items.append(item)

    def count(self) -> int:
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self._place(QRect(0, 0, width, 0), move=False)

    def setGeometry(self, rect: QRect) -> None:
        super().setGeometry(rect)
        self._place(rect, move=True)

    def sizeHint(self) -> QSize:
        return self.minimumSize()

    def minimumSize(self) -> QSize:  # noqa: N802 - Qt's name
        size = QSize()
        for item in self._items:
            size = size.expandedTo(item.minimumSize())
        sides = self.contentsMargins()
        return size + QSize(sides.left() + sides.right(), sides.top() + sides.bottom())

    def _place(self, rect: QRect, *, move: bool) -> int:
        inner = rect.marginsRemoved(self.contentsMargins())
        left, top, tallest = inner.left(), inner.top(), 0
        for item in self._items:
            size = item.sizeHint()
            if left > inner.left() and left + size.width() > inner.right() + 1:
                left, top = inner.left(), top + tallest + self.spacing()
                tallest = 0
            if move:
                item.setGeometry(QRect(left, top, min(size.width(), inner.width()), size.height()))
            left += size.width() + self.spacing()
            tallest = max(tallest, size.height())
        return top + tallest - rect.top() + self.contentsMargins().bottom()
