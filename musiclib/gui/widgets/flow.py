"""What takes the room there is: text that breaks even inside a word, and buttons that go to the next line."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QSize, Qt
from PySide6.QtGui import QFont, QPainter, QPaintEvent, QResizeEvent, QTextLayout, QTextOption
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

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


class FlowRow(QWidget):
    """Widgets side by side at their own size; those that have no room go to the next line.

    No QLayout of our own: Qt deletes a layout's items without PySide hearing of it, and a new item at the
    address of an old one then gets the old one's wrapper, which dies with the old layout.
    """

    def __init__(self, gap: int) -> None:
        super().__init__()
        self._parts: list[QWidget] = []
        self._gap = gap
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def add(self, part: QWidget) -> None:
        """Put it behind the last one."""
        part.setParent(self)
        self._parts.append(part)
        self.updateGeometry()

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self._place(width, move=False)

    def sizeHint(self) -> QSize:
        width = sum(part.sizeHint().width() + self._gap for part in self._parts)
        return QSize(max(0, width - self._gap), self.heightForWidth(max(width, self.width())))

    def minimumSizeHint(self) -> QSize:
        sizes = [part.minimumSizeHint() for part in self._parts]
        return QSize(max((each.width() for each in sizes), default=0), 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place(self.width(), move=True)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:
            self.updateGeometry()
            self._place(self.width(), move=True)
        return super().event(event)

    def _place(self, room: int, *, move: bool) -> int:
        left = top = tallest = 0
        for part in self._parts:
            size = part.sizeHint()
            if left and left + size.width() > room:
                left, top, tallest = 0, top + tallest + self._gap, 0
            if move:
                part.setGeometry(left, top, min(size.width(), room), size.height())
            left += size.width() + self._gap
            tallest = max(tallest, size.height())
        return top + tallest
