"""The strip under everything: what runs now, how far all of it is, and when it will be done."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout

from musiclib.domain.states import BadgeState
from musiclib.gui import wording
from musiclib.gui.icons import themed_icon
from musiclib.gui.painting.badges import paint_badge
from musiclib.gui.theme import Theme
from musiclib.gui.widgets.controls import ElidedLabel, Painted, icon_button, label, restyle, rule

_BAR_WIDTH = 180


@dataclass(frozen=True, slots=True)
class StripWork:
    """What the strip says while something runs. Empty words and a total of 0 are left out."""

    phase: str
    item: str = ""
    done: int = 0
    total: int = 0
    rate: str = ""
    about: str = ""
    paused: bool = False
    can_pause: bool = False
    can_cancel: bool = False
    count: str = ""
    """How much of how much, where that is not a number of things."""


class BadgeGlyph(Painted):
    """One state glyph as a widget; the running one turns when it is told to."""

    def __init__(self, theme: Theme, state: BadgeState, header: bool = False) -> None:
        super().__init__(theme)
        self._state, self._turn = state, 0.0
        self._share: tuple[int, int] | None = None
        side = round(theme.icon("badge_header" if header else "badge_row"))
        self.setFixedSize(QSize(side, side))

    def set_state(self, state: BadgeState, share: tuple[int, int] | None = None) -> None:
        self._state, self._share = state, share
        self.update()

    def set_turn(self, turn: float) -> None:
        self._turn = turn
        if self._state is BadgeState.RUNNING:
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        paint_badge(
            painter, QPointF(0, 0), self.width(), self._state, self.theme, share=self._share, turn=self._turn
        )


class ProgressLine(Painted):
    """A bar that always belongs to a "n of m" beside it."""

    def __init__(self, theme: Theme, width: int) -> None:
        super().__init__(theme)
        self._share = 0.0
        self.setFixedSize(width, theme.size("progress"))

    def set_progress(self, done: int, of: int) -> None:
        self._share = done / of if of else 0.0
        self.setAccessibleName(self.tr("{done} of {all}").format(done=done, all=of))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(self.theme.color("bar.track"))
        radius = self.height() / 2
        whole = QRectF(self.rect())
        painter.setPen(self.theme.color("bar.track"))
        painter.setBrush(self.theme.color("bar.track"))
        painter.drawRoundedRect(whole.adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)
        if self._share > 0:
            filled = whole.adjusted(0, 0, -(1 - self._share) * whole.width(), 0)
            filled.setWidth(max(filled.width(), whole.height()))
            painter.setPen(self.theme.color("bar.fill"))
            painter.setBrush(self.theme.color("bar.fill"))
            painter.drawRoundedRect(filled.adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)


class ActivityStrip(QFrame):
    """40 px under all panes. `pause_wanted` carries whether work should stand still."""

    open_wanted = Signal()
    pause_wanted = Signal(bool)
    cancel_wanted = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("strip")
        self._theme = theme
        self._paused = self._cancels = False
        self._act = "", ""
        """Name and icon of what the button does."""
        self.setFixedHeight(theme.size("strip"))
        self.glyph = BadgeGlyph(theme, BadgeState.DONE)
        self._phase = label(theme, "", "body")
        self._item = ElidedLabel(theme, "", "body")
        self._bar = ProgressLine(theme, _BAR_WIDTH)
        self._count = label(theme, "", "body_strong")
        self._rate = label(theme, "", "body", "secondary")
        self._about = label(theme, "", "title_in_row")
        self._wait_rule = rule("v")
        self._wait_glyph = BadgeGlyph(theme, BadgeState.WAITING)
        self._wait = label(theme, "", "body", "waiting")
        self._pause = icon_button(theme, "pause", self.tr("Pause all work"), dense="true")
        self._pause.clicked.connect(self._on_pause)
        self._open = icon_button(theme, "tray", self.tr("Open Activity"), dense="true")
        self._open.clicked.connect(self.open_wanted)
        self._lay_out()
        self.show_idle("")

    def set_openable(self, openable: bool) -> None:
        """Whether there is a page to open."""
        self._open.setVisible(openable)

    def show_idle(self, sentence: str) -> None:
        """Nothing runs: one line that says so."""
        self.glyph.set_state(BadgeState.DONE)
        self._phase.setText(sentence)
        self._set_tone("secondary")
        self._item.setText("")
        for part in (self._bar, self._count, self._rate, self._about, self._pause):
            part.hide()
        self.show_waiting("")

    def show_work(self, work: StripWork) -> None:
        """Something runs, or stands still by a person's wish."""
        self._paused, self._cancels = work.paused, work.can_cancel
        self.glyph.set_state(BadgeState.WAITING if work.paused else BadgeState.RUNNING)
        self._phase.setText(work.phase)
        self._set_tone("waiting" if work.paused else "accent")
        self._item.setText(work.item)
        self._bar.setVisible(bool(work.total))
        self._bar.set_progress(work.done, work.total)
        self._count.setVisible(bool(work.total))
        words = self.tr("{done} of {all}")
        words = words.format(done=wording.number(work.done), all=wording.number(work.total))
        self._count.setText(work.count or words)
        self._rate.setVisible(bool(work.rate))
        self._rate.setText(work.rate)
        self._about.setVisible(bool(work.about))
        self._about.setText(work.about)
        self._pause.setVisible(work.can_pause or work.can_cancel)
        name = self.tr("Stop this") if work.can_cancel else self.tr("Pause all work")
        if work.paused:
            name = self.tr("Go on with all work")
        icon = "x" if work.can_cancel else "play" if work.paused else "pause"
        if (name, icon) != self._act:
            self._act = name, icon
            self._pause.setIcon(themed_icon(self._theme, icon, "text.secondary"))
            self._pause.setToolTip(name)
            self._pause.setAccessibleName(name)

    def _set_tone(self, tone: str) -> None:
        if self._phase.property("tone") != tone:
            self._phase.setProperty("tone", tone)
            restyle(self._phase)

    def show_waiting(self, sentence: str) -> None:
        """A provider that keeps work back, and till when; empty for none."""
        self._wait.setText(sentence)
        for part in (self._wait_rule, self._wait_glyph, self._wait):
            part.setVisible(bool(sentence))

    def _on_pause(self) -> None:
        if self._cancels:
            self.cancel_wanted.emit()
        else:
            self.pause_wanted.emit(not self._paused)

    def _lay_out(self) -> None:
        theme = self._theme
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.space(4), 0, theme.space(4), 0)
        row.setSpacing(theme.space(2))
        row.addWidget(self.glyph)
        row.addWidget(self._phase)
        row.addSpacing(theme.space(1))
        row.addWidget(self._item, 1)
        row.addWidget(self._bar)
        row.addSpacing(theme.space(1))
        row.addWidget(self._count)
        row.addWidget(self._rate)
        row.addWidget(self._about)
        for part in (self._wait_rule, self._wait_glyph, self._wait, self._pause, self._open):
            row.addWidget(part)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        painter.fillRect(QRectF(0, 0, self.width(), 1), self._theme.color("line.subtle"))
