"""The plan as a picture: past solid, plan tinted, rest hatched, with labels for now and about when."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy

from musiclib.domain.states import BadgeState, TaskKind
from musiclib.gui.models.timeline import Bar, Timeline
from musiclib.gui.painting.badges import paint_badge
from musiclib.gui.theme import Theme
from musiclib.gui.widgets.controls import Painted
from musiclib.gui.wording import clock, number

_NAMES = 190
_LEFT = 110
_BAR = 12


class TimelineView(Painted):
    """Hidden while there is nothing to plan."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self._plan: Timeline | None = None
        self._turn = 0.0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.hide()

    def show_plan(self, plan: Timeline | None) -> None:
        self.setVisible(plan is not None)
        if plan == self._plan or plan is None:
            return
        rows_changed = self._plan is None or len(self._plan.bars) != len(plan.bars)
        self._plan = plan
        if rows_changed:
            self.updateGeometry()
        self.setAccessibleName(self._words(plan))
        self.update()

    def turn(self, turn: float) -> None:
        """Turn the arcs of what runs."""
        self._turn = turn
        if self.isVisible():
            self.update(0, 0, self.theme.space(10), self.height())

    def sizeHint(self) -> QSize:
        rows = len(self._plan.bars) if self._plan else 0
        return QSize(0, self._head() + rows * self._row())

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._plan is None:
            return
        painter, theme = QPainter(self), self.theme
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.color("line.subtle"), 1))
        painter.setBrush(theme.color("bg.raised"))
        frame = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(frame, theme.radius("card"), theme.radius("card"))
        self._grid(painter, self._plan)
        for place, bar in enumerate(self._plan.bars):
            top = self._head() + place * self._row()
            painter.fillRect(QRectF(1, top, self.width() - 2, 1), theme.color("line.subtle"))
            self._bar(painter, bar, self._plan, top)
        self._moments(painter, self._plan)

    def _grid(self, painter: QPainter, plan: Timeline) -> None:
        theme = self.theme
        tell = clock(plan.now)
        font = theme.font("micro", tabular=True)
        painter.setFont(font)
        for tick in plan.ticks:
            x = self._x(plan.share(tick))
            painter.fillRect(QRectF(x, self._head(), 1, self.height()), theme.color("line.subtle"))
            words = tell(tick)
            if not self._hits_label(plan, x, QFontMetrics(font).horizontalAdvance(words)):
                painter.setPen(theme.color("text.secondary"))
                box = QRectF(x - 60, 0, 120, self._head())
                painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)

    def _bar(self, painter: QPainter, bar: Bar, plan: Timeline, top: float) -> None:
        theme, height = self.theme, self._row()
        self._name(painter, bar, top)
        y = top + (height - _BAR) / 2
        now = self._x(plan.share(plan.now))
        if bar.worked_since is not None:
            since = self._x(plan.share(bar.worked_since))
            painter.fillRect(QRectF(since, y, now - since, _BAR), theme.color("bar.fill"))
        if bar.rest_until is not None:
            rest = self._x(plan.share(bar.rest_until))
            box = QRectF(now, y, rest - now, _BAR)
            painter.fillRect(box, theme.color("waiting.tint"))
            painter.fillRect(box, QBrush(theme.color("waiting.glyph"), Qt.BrushStyle.BDiagPattern))
        if bar.end is not None:
            end = self._x(plan.share(bar.end))
            painter.setPen(QPen(theme.color("accent.line"), 1))
            painter.setBrush(theme.color("accent.tint"))
            painter.drawRect(QRectF(now, y + 0.5, max(2.0, end - now), _BAR - 1))
        painter.setFont(theme.font("small", tabular=True))
        painter.setPen(theme.color("text.primary"))
        words = self.tr("{n} left").format(n=number(bar.left))
        box = QRectF(self.width() - _LEFT, top, _LEFT - theme.space(4), height)
        painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, words)

    def _name(self, painter: QPainter, bar: Bar, top: float) -> None:
        theme, height = self.theme, self._row()
        side = round(theme.icon("badge_row"))
        state = BadgeState.RUNNING if bar.worked_since is not None else BadgeState.WAITING
        glyph = QPointF(theme.space(4), top + (height - side) / 2)
        paint_badge(painter, glyph, side, state, theme, turn=self._turn)
        left = theme.space(4) + side + theme.space(2)
        lines = (
            (self._title(bar.kind), "title_in_row", "text.primary"),
            (self._source(bar.kind), "micro", "text.secondary"),
        )
        y = top + (height - theme.line("title_in_row") - theme.line("micro")) / 2
        for text, role, color in lines:
            font = theme.font(role)
            painter.setFont(font)
            painter.setPen(theme.color(color))
            shown = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, _NAMES - left)
            box = QRectF(left, y, _NAMES - left, theme.line(role))
            painter.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)
            y += theme.line(role)

    def _moments(self, painter: QPainter, plan: Timeline) -> None:
        theme, tell = self.theme, clock(plan.now)
        now = self._x(plan.share(plan.now))
        painter.fillRect(QRectF(now, self._head(), 2, self.height()), theme.color("text.primary"))
        self._label(painter, now, self._now_words(plan), "text.primary", "bg.content")
        if plan.done_about is not None:
            x = self._x(plan.share(plan.done_about))
            pen = QPen(theme.color("done.glyph"), 1.5)
            pen.setDashPattern([2, 2])
            painter.setPen(pen)
            painter.drawLine(QPointF(x, self._head()), QPointF(x, self.height()))
            if not self._hits_label(plan, x, 80):
                words = self.tr("about {time}").format(time=tell(plan.done_about))
                self._label(painter, x, words, "done.tint", "done.text")

    def _label(self, painter: QPainter, x: float, words: str, ground: str, ink: str) -> None:
        theme = self.theme
        font = theme.font("micro", tabular=True)
        font.setWeight(theme.font("body_strong").weight())
        width = QFontMetrics(font).horizontalAdvance(words) + 2 * theme.space(2)
        height = theme.line("micro") + 2
        left = min(max(x - width / 2, 2.0), self.width() - width - 2)
        box = QRectF(left, (self._head() - height) / 2, width, height)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color(ground))
        painter.drawRoundedRect(box, theme.radius("art"), theme.radius("art"))
        painter.setFont(font)
        painter.setPen(theme.color(ink))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)

    def _hits_label(self, plan: Timeline, x: float, width: float) -> bool:
        return abs(x - self._x(plan.share(plan.now))) < (width + 84) / 2

    def _now_words(self, plan: Timeline) -> str:
        return self.tr("now {time}").format(time=clock(plan.now)(plan.now))

    def _title(self, kind: TaskKind) -> str:
        return self.tr("This computer") if kind is TaskKind.AUDIO else self.tr("Sources")

    def _source(self, kind: TaskKind) -> str:
        return self.tr("BPM, key, loudness") if kind is TaskKind.AUDIO else self.tr("identity, art, dates")

    def _words(self, plan: Timeline) -> str:
        tell = clock(plan.now)
        said = []
        for bar in plan.bars:
            words = self.tr("{name}: {n} left").format(name=self._title(bar.kind), n=number(bar.left))
            if bar.end is not None:
                words += self.tr(", done about {time}").format(time=tell(bar.end))
            elif bar.rest_until is not None:
                words += self.tr(", waits till {time}").format(time=tell(bar.rest_until))
            said.append(words)
        return "; ".join(said)

    def _x(self, share: float) -> float:
        return round(_NAMES + share * (self.width() - _NAMES - _LEFT))

    def _head(self) -> int:
        return self.theme.size("header")

    def _row(self) -> int:
        return self.theme.size("row_tall") - self.theme.space(1)
