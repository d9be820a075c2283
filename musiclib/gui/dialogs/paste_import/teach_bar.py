"""Teach it: the current line as parts with dividers between them.

A divider is dragged, or chosen with Left and Right and moved with Alt+arrows; Down on a part (or a
click on its name) opens what the part can be. Each move re-reads all like lines at once.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QFontMetrics,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QLabel,
    QMenu,
    QSizePolicy,
    QToolTip,
    QVBoxLayout,
    QWidget,
)

from musiclib.domain.tracklist.lessons import learn
from musiclib.domain.tracklist.model import Lesson, ParsedLine
from musiclib.gui.models.parsed_fields import field_words
from musiclib.gui.models.teach_line import TEACHABLE, TeachLine
from musiclib.gui.theme import Theme
from musiclib.gui.widgets.controls import Painted, button, keycap, label

_HANDLE = 14
_HANDLE_HEIGHT = 28
_MIN_PART = 28


class PartsView(Painted):
    """The parts and dividers themselves. `changed` carries the new `TeachLine` after each move."""

    changed = Signal(object)

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self._line: TeachLine | None = None
        self._divider = 0
        self._drag_from: TeachLine | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("Parts of the line"))

    def line(self) -> TeachLine | None:
        return self._line

    def show_line(self, line: TeachLine | None) -> None:
        self._line = line
        last = len(line.parts) - 2 if line else 0
        self._divider = min(self._divider, max(0, last))
        self._tell()
        self.update()

    def choose_divider(self, index: int) -> None:
        self._divider = index
        self._tell()
        self.update()

    def names_divider(self) -> int:
        """The divider between artist and title, or the first."""
        if self._line is None:
            return 0
        for index in range(len(self._line.parts) - 1):
            if {self._line.parts[index].field, self._line.parts[index + 1].field} == {"artist", "title"}:
                return index
        return 0

    def step(self, by: int) -> None:
        """Move the chosen divider by one word."""
        if self._line is not None and self._divider < len(self._line.parts) - 1:
            self._put(self._line.stepped(self._divider, by))

    def sizeHint(self) -> QSize:
        return QSize(320, self.theme.line("micro") + self.theme.space(1) + _HANDLE_HEIGHT)

    # -- geometry: parts share the width by their words, names before cues

    def _boxes(self) -> list[QRect]:
        if self._line is None:
            return []
        metrics = QFontMetrics(self.theme.font("title_in_row"))
        pad = 2 * self.theme.space(2)
        gap = _HANDLE + self.theme.space(1)
        wanted = [
            max(
                _MIN_PART,
                metrics.horizontalAdvance(self._line.words(index)) + pad,
                QFontMetrics(self.theme.font("micro")).horizontalAdvance(field_words(part.field)),
            )
            for index, part in enumerate(self._line.parts)
        ]
        room = self.width() - gap * (len(wanted) - 1) - 1
        widths = _shared(wanted, room)
        top = self.height() - _HANDLE_HEIGHT
        boxes, x = [], 0
        for width in widths:
            boxes.append(QRect(x, top, width, _HANDLE_HEIGHT - 1))
            x += width + gap
        return boxes

    def _handle(self, boxes: list[QRect], index: int) -> QRect:
        left, right = boxes[index].right() + 1, boxes[index + 1].left()
        return QRect((left + right - _HANDLE) // 2, boxes[index].top(), _HANDLE, _HANDLE_HEIGHT)

    def handle_rects(self) -> list[QRect]:
        """Where each divider can be taken."""
        boxes = self._boxes()
        return [self._handle(boxes, index) for index in range(len(boxes) - 1)]

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._line is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        boxes = self._boxes()
        for index, box in enumerate(boxes):
            self._paint_part(painter, index, box)
        for index in range(len(boxes) - 1):
            self._paint_handle(painter, self._handle(boxes, index), index == self._divider)

    def _paint_part(self, painter: QPainter, index: int, box: QRect) -> None:
        theme, line = self.theme, self._line
        if line is None:
            return
        part = line.parts[index]
        painter.setFont(theme.font("micro"))
        painter.setPen(theme.color("text.secondary"))
        above = QRect(box.left() + 1, 0, box.width() + _HANDLE, theme.line("micro"))
        painter.drawText(above, Qt.AlignmentFlag.AlignLeft, field_words(part.field))
        chosen = self.hasFocus() and index == self._divider
        used = part.field is not None
        ground = "accent.tint" if chosen else "bg.raised" if used else "bg.sunken"
        edge = QPen(theme.color("accent.line" if chosen else "line.strong"), 1)
        if not used:
            edge.setStyle(Qt.PenStyle.DashLine)
        painter.setPen(edge)
        painter.setBrush(theme.color(ground))
        radius = theme.radius("art")
        painter.drawRoundedRect(QRectF(box).adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)
        font = theme.font("title_in_row" if part.field in {"artist", "title"} else "small")
        painter.setFont(font)
        painter.setPen(theme.color("text.primary" if used else "text.tertiary"))
        inner = box.adjusted(theme.space(2), 0, -theme.space(1), 0)
        words = QFontMetrics(font).elidedText(line.words(index), Qt.TextElideMode.ElideMiddle, inner.width())
        painter.drawText(inner, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, words)

    def _paint_handle(self, painter: QPainter, hit: QRect, chosen: bool) -> None:
        theme = self.theme
        grip = QRectF(hit).adjusted(3, 4, -3, -4)
        on = chosen and self.hasFocus()
        painter.setPen(QPen(theme.color("accent.solid" if on else "line.control"), 1))
        painter.setBrush(theme.color("accent.solid" if on else "bg.raised"))
        painter.drawRoundedRect(grip, theme.radius("art_small"), theme.radius("art_small"))
        painter.setPen(QPen(theme.color("text.on_accent" if on else "line.control"), 1))
        middle = grip.center()
        for offset in (-1.5, 1.5):
            x = middle.x() + offset
            painter.drawLine(QPoint(round(x), round(middle.y() - 4)), QPoint(round(x), round(middle.y() + 4)))

    # -- mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:
        boxes = self._boxes()
        at = event.position().toPoint()
        for index in range(len(boxes) - 1):
            if self._handle(boxes, index).contains(at):
                self.choose_divider(index)
                self._drag_from = self._line
                return
        for index, box in enumerate(boxes):
            if box.adjusted(0, -self.theme.line("micro"), 0, 0).contains(at):
                self.open_menu(index)
                return

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = event.position().toPoint()
        boxes = self._boxes()
        if self._drag_from is None or self._line is None:
            on_handle = any(self._handle(boxes, i).contains(at) for i in range(len(boxes) - 1))
            shape = Qt.CursorShape.SplitHCursor if on_handle else Qt.CursorShape.PointingHandCursor
            self.setCursor(shape)
            return
        self._put(self._line.moved(self._divider, self._stop_at(boxes, at.x())))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._drag_from = None

    def _stop_at(self, boxes: list[QRect], x: int) -> int:
        """The place in the line nearest to where the pointer is, over the two parts beside the divider."""
        if self._line is None:
            return 0
        left, right = boxes[self._divider], boxes[self._divider + 1]
        parts = self._line.parts
        start, end = parts[self._divider].start, parts[self._divider + 1].end
        share = (x - left.left()) / max(1, right.right() - left.left())
        target = start + share * (end - start)
        stops = self._line.stops(self._divider)
        return min(stops, key=lambda stop: abs(stop - target), default=self._line.at(self._divider))

    # -- keyboard

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip and self._line is not None:
            for index, box in enumerate(self._boxes()):
                if box.contains(event.pos()):
                    QToolTip.showText(event.globalPos(), self._line.words(index), self)
                    return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        alt = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if step is not None and alt:
            self.step(step)
        elif step is not None and self._line is not None:
            self.choose_divider(max(0, min(len(self._line.parts) - 2, self._divider + step)))
        elif event.key() in {Qt.Key.Key_Down, Qt.Key.Key_Space, Qt.Key.Key_Menu}:
            self.open_menu(self._divider)
        else:
            super().keyPressEvent(event)

    def open_menu(self, index: int) -> None:
        """What the part can be, and how it can be cut."""
        if self._line is None:
            return
        line = self._line
        menu = QMenu(self)
        for field in (*TEACHABLE, None):
            action = menu.addAction(field_words(field))
            action.setCheckable(True)
            action.setChecked(line.parts[index].field == field)
            action.triggered.connect(lambda _=False, field=field: self._put(line.named(index, field)))
        menu.addSeparator()
        cut = line.split(index)
        if cut != line:
            menu.addAction(self.tr("Cut in two")).triggered.connect(lambda: self._put(cut))
        if index + 1 < len(line.parts):
            joined = menu.addAction(self.tr("Join with the next part"))
            joined.triggered.connect(lambda: self._put(line.joined(index)))
        box = self._boxes()[index]
        menu.popup(self.mapToGlobal(box.bottomLeft()))

    def _put(self, line: TeachLine) -> None:
        if line != self._line:
            self.show_line(line)
            self.changed.emit(line)

    def _tell(self) -> None:
        if self._line is None:
            self.setAccessibleDescription("")
            return
        parts = [
            f"{field_words(part.field)}: {self._line.words(index)}"
            for index, part in enumerate(self._line.parts)
        ]
        self.setAccessibleDescription(", ".join(parts))


class TeachBar(QWidget):
    """The parts with what stands around them. `taught` carries each lesson."""

    taught = Signal(object)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._number = 0
        self._title = label(theme, self.tr("Teach it"), "body_strong")
        self._said = QLabel()
        self._said.setTextFormat(Qt.TextFormat.RichText)
        self._said.setFont(theme.font("small"))
        self._said.setProperty("tone", "secondary")
        self.remember = QCheckBox(self.tr("Remember this"))
        self.remember.setFont(theme.font("small"))
        self.remember.setChecked(True)
        self.parts = PartsView(theme)
        self.parts.changed.connect(self._teach)
        self.not_tracks = button(theme, self.tr("No tracks"), kind="link", dense="tiny")
        self.not_tracks.setToolTip(self.tr("Lines of this form are no tracks"))
        self.not_tracks.clicked.connect(self._teach_nothing)
        self._lay_out()
        self.show_line(None)

    def show_line(self, line: ParsedLine | None) -> None:
        """Show this line as it was read; a move that is being made by hand stays as it is."""
        here = self.parts.line()
        self.setEnabled(line is not None and bool(line.text.strip()))
        if line is None or not line.text.strip():
            self._number = 0
            self._title.setText(self.tr("Teach it"))
            self.parts.show_line(None)
            self.say_hint()
            return
        same = here is not None and here.text == line.text and line.number == self._number
        read = TeachLine.of(line.text, line.spans)
        if not same:
            self._number = line.number
            self._title.setText(self.tr("Teach line {n}").format(n=line.number))
            self._fit_head()
            self.say_hint()
        if not same or (here is not None and here.spans() != read.spans() and not self._mine(here, read)):
            self.parts.show_line(read)
            self.parts.choose_divider(self.parts.names_divider())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_head()

    def _fit_head(self) -> None:
        """How it is done by hand is told where there is room."""
        wanted = sum(each.sizeHint().width() for each in (self._title, *self._how, self.remember))
        gaps = (len(self._how) + 4) * self._theme.space(1) + 2 * self._theme.space(4)
        for part in self._how:
            part.setVisible(self.width() >= wanted + gaps)

    def say_hint(self) -> None:
        self._said.setText(self.tr("All lines of the same form follow."))

    def say_result(self, changed: int, stay: int) -> None:
        """How many rows the last move read anew."""
        words = self.tr("{n} of {all} rows re-read, {stay} stay.").format(
            n=changed, all=changed + stay, stay=stay
        )
        self._said.setText(f"<b>{words}</b>")

    def result_text(self) -> str:
        """What is said under the parts."""
        return self._said.text()

    def _mine(self, here: TeachLine, read: TeachLine) -> bool:
        """Whether the parts on screen say the same fields as the reading, give or take separators."""
        return [span.field for span in here.spans()] == [span.field for span in read.spans()] and all(
            a.start == b.start or a.end == b.end for a, b in zip(here.spans(), read.spans(), strict=True)
        )

    def _teach(self, line: TeachLine) -> None:
        if any(part.field in {"artist", "title"} for part in line.parts):
            self.taught.emit(learn(line.text, line.spans()))

    def _teach_nothing(self) -> None:
        line = self.parts.line()
        if line is not None:
            self.taught.emit(Lesson(learn(line.text, ()).signature, ()))

    def _lay_out(self) -> None:
        theme = self._theme
        head = QHBoxLayout()
        head.setSpacing(theme.space(1))
        head.addWidget(self._title)
        head.addSpacing(theme.space(1))
        self._how = [label(theme, self.tr("drag a divider, or"), "small", "secondary")]
        self._how += [keycap(theme, key) for key in ("Alt", "←", "→")]
        for part in self._how:
            head.addWidget(part)
        head.addStretch(1)
        head.addWidget(self.remember)
        foot = QHBoxLayout()
        foot.addWidget(self._said, 1)
        foot.addWidget(self.not_tracks)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.space(4), theme.space(2), theme.space(4), theme.space(2))
        column.setSpacing(theme.space(1))
        column.addLayout(head)
        column.addWidget(self.parts)
        column.addLayout(foot)


def _shared(wanted: list[int], room: int) -> list[int]:
    """Widths that fit: the widest give first, none below the least."""
    widths = list(wanted)
    over = sum(widths) - room
    while over > 0:
        widest = max(range(len(widths)), key=lambda index: widths[index])
        if widths[widest] <= _MIN_PART:
            break
        second = max((w for i, w in enumerate(widths) if i != widest), default=_MIN_PART)
        give = min(over, max(1, widths[widest] - max(second, _MIN_PART)))
        widths[widest] -= give
        over -= give
    return widths
