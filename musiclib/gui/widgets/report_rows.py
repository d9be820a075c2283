"""The rows of the data-quality page. Each is a button that opens its tracks; Up and Down go between them."""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from musiclib.domain.quality import Weight
from musiclib.domain.states import BadgeState
from musiclib.gui.icons import paint_icon
from musiclib.gui.models.report_view import CoverageLine, FindingLine
from musiclib.gui.painting.badges import paint_badge
from musiclib.gui.theme import Theme
from musiclib.gui.widgets.controls import Painted

_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_ICONS = {"clash:year": "calendar-blank", "odd:lufs": "scales"}
_ICON_ELSE = "magnifying-glass"


class _Row(QAbstractButton):
    """Paints its ground and its focus; `opened` carries its query."""

    opened = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.clicked.connect(lambda: self.opened.emit(self.query))
        theme.changed.connect(self.update)

    @property
    def query(self) -> str:
        raise NotImplementedError

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Down, Qt.Key.Key_Up}:
            self.focusNextPrevChild(event.key() == Qt.Key.Key_Down)
        elif event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.click()
        else:
            super().keyPressEvent(event)

    def _ground(self) -> QPainter:
        painter, theme = QPainter(self), self.theme
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.underMouse():
            painter.fillRect(self.rect(), theme.color("bg.hover"))
        if self.hasFocus():
            width = theme.size("focus_ring")
            painter.setPen(QPen(theme.color("line.focus"), width))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            inside = QRectF(self.rect()).adjusted(width / 2, width / 2, -width / 2, -width / 2)
            painter.drawRoundedRect(inside, theme.radius("control"), theme.radius("control"))
        return painter

    def _write(self, painter: QPainter, box: QRectF, text: str, role: str, color: str) -> None:
        """Text right-aligned in tabular figures."""
        painter.setFont(self.theme.font(role, tabular=True))
        painter.setPen(self.theme.color(color))
        painter.drawText(box, _RIGHT, text)


class CoverageColumns:
    """Where the columns of coverage rows stand, at any width."""

    def __init__(self, theme: Theme, width: float) -> None:
        pad = theme.space(4)
        number, change, name = theme.space(10) * 1.6, theme.space(10) * 1.4, theme.space(10) * 3
        self.name = QRectF(pad, 0, name, 0)
        self.missing = QRectF(width - pad - number, 0, number, 0)
        self.change = QRectF(self.missing.left() - change, 0, change, 0)
        self.percent = QRectF(self.change.left() - change, 0, change, 0)
        left = self.name.right()
        self.bar = QRectF(left, 0, max(0.0, self.percent.left() + theme.space(2) - left), 0)

    @staticmethod
    def at(column: QRectF, height: float) -> QRectF:
        return QRectF(column.left(), 0, column.width(), height)


class CoverageHead(Painted):
    """What the columns are, and what the mark on the bars means."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self._stood = ""
        self.setFixedHeight(theme.space(6))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_day(self, stood: str) -> None:
        """`stood` names the mark; empty where there is none."""
        self._stood = stood
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, painter, height = self.theme, QPainter(self), self.height()
        columns = CoverageColumns(theme, self.width())
        painter.setFont(theme.font("micro"))
        painter.setPen(theme.color("text.secondary"))
        at = columns.at
        painter.drawText(at(columns.name, height), _LEFT, self.tr("Field"))
        for column, words in (
            (columns.percent, self.tr("% there")),
            (columns.change, self.tr("change")),
            (columns.missing, self.tr("missing")),
        ):
            painter.drawText(at(column, height), _RIGHT, words)
        if self._stood:
            mark = QRectF(columns.bar.left(), height / 2 - 6, 2, 12)
            painter.fillRect(mark, theme.color("accent.text"))
            box = at(columns.bar, height).adjusted(theme.space(2), 0, 0, 0)
            words = QFontMetrics(painter.font()).elidedText(
                self._stood, Qt.TextElideMode.ElideRight, int(box.width())
            )
            painter.drawText(box, _LEFT, words)


class CoverageRow(_Row):
    """A field with its bar; a mark says where it stood."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self._line: CoverageLine | None = None

    @property
    def query(self) -> str:
        return self._line.query if self._line else ""

    def show_line(self, line: CoverageLine) -> None:
        self._line = line
        self.setAccessibleName(line.sentence)
        self.setToolTip(self.tr("Show the tracks without it"))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self.theme.size("tile_min") * 3, self.theme.size("row"))

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._line is None:
            return
        painter, theme, line = self._ground(), self.theme, self._line
        columns, height = CoverageColumns(theme, self.width()), self.height()
        painter.setFont(theme.font("title_in_row"))
        painter.setPen(theme.color("text.primary"))
        name = columns.at(columns.name, height).adjusted(0, 0, -theme.space(1), 0)
        shown = QFontMetrics(painter.font()).elidedText(
            line.title, Qt.TextElideMode.ElideRight, int(name.width())
        )
        painter.drawText(name, _LEFT, shown)
        self._bar(painter, columns.bar, line)
        at = columns.at
        self._write(painter, at(columns.percent, height), line.percent, "body_strong", "text.primary")
        self._write(painter, at(columns.change, height), line.change, "small", line.tone)
        color = "accent.text" if line.any else "text.tertiary"
        self._write(painter, at(columns.missing, height), line.missing, "small", color)

    def _bar(self, painter: QPainter, place: QRectF, line: CoverageLine) -> None:
        theme, tall = self.theme, self.theme.size("segment_bar")
        box = QRectF(place.left(), (self.height() - tall) / 2, place.width() - theme.space(4), tall)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("bar.track"))
        painter.drawRoundedRect(box, 2, 2)
        painter.setBrush(theme.color("line.control"))
        painter.drawRoundedRect(QRectF(box.left(), box.top(), box.width() * line.share, tall), 2, 2)
        if line.before is not None:
            left = box.left() + min(box.width() * line.before, box.width() - 2)
            painter.fillRect(QRectF(round(left), box.top() - 3, 2, tall + 6), theme.color("accent.text"))


class FindingRow(_Row):
    """Something that contradicts itself or cannot be right, how often, and how that changed."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self._line: FindingLine | None = None

    @property
    def query(self) -> str:
        return self._line.query if self._line else ""

    def show_line(self, line: FindingLine) -> None:
        self._line = line
        self.setAccessibleName(line.sentence)
        self.setToolTip(self.tr("Show these tracks"))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self.theme.size("tile_min") * 2, self.theme.size("row_tall"))

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._line is None:
            return
        painter, theme, line = self._ground(), self.theme, self._line
        pad, height = theme.space(4), self.height()
        painter.fillRect(QRectF(0, 0, self.width(), 1), theme.color("line.subtle"))
        side = round(theme.icon("badge_row"))
        self._glyph(painter, line, QRectF(pad, (height - side) / 2, side, side))
        chevron = round(theme.icon("inline"))
        right = self.width() - pad - chevron
        arrow = QRectF(right, (height - chevron) / 2, chevron, chevron)
        paint_icon(painter, arrow.toRect(), "caret-right", theme, "text.tertiary")
        change = QRectF(right - theme.space(12), 0, theme.space(10), height)
        count = QRectF(change.left() - theme.space(10), 0, theme.space(10), height)
        self._write(painter, count, line.count, "body_strong", "accent.text" if line.any else "text.tertiary")
        self._write(painter, change, line.change, "small", line.tone)
        left = pad + side + theme.space(2)
        room = count.left() - left - theme.space(2)
        top = (height - theme.line("title_in_row") - theme.line("micro")) / 2
        self._words(painter, QRectF(left, top, room, theme.line("title_in_row")), line.title, "title_in_row")
        below = QRectF(left, top + theme.line("title_in_row"), room, theme.line("micro"))
        self._words(painter, below, line.words, "micro")

    def _words(self, painter: QPainter, box: QRectF, text: str, role: str) -> None:
        painter.setFont(self.theme.font(role))
        painter.setPen(self.theme.color("text.primary" if role == "title_in_row" else "text.secondary"))
        shown = QFontMetrics(painter.font()).elidedText(text, Qt.TextElideMode.ElideRight, int(box.width()))
        painter.drawText(box, _LEFT, shown)

    def _glyph(self, painter: QPainter, line: FindingLine, box: QRectF) -> None:
        states = {Weight.DECIDE: BadgeState.REVIEW, Weight.BROKEN: BadgeState.ERROR}
        state = states.get(line.measure.weight)
        if not line.any:
            paint_icon(painter, box.toRect(), "check", self.theme, "text.tertiary")
        elif state is not None:
            paint_badge(painter, QPointF(box.topLeft()), round(box.width()), state, self.theme)
        else:
            name = _ICONS.get(line.query, _ICON_ELSE)
            paint_icon(painter, box.toRect(), name, self.theme, "text.secondary")


def focus_order(rows: list[QWidget]) -> None:
    """Tab and the arrows go down the rows."""
    for one, other in pairwise(rows):
        QWidget.setTabOrder(one, other)
