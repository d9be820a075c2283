"""The head of the review page: what is reviewed, how far one has come, undo, accept all."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from musiclib.domain.states import MatchState
from musiclib.gui.context import AppContext
from musiclib.gui.decisions import Decisions
from musiclib.gui.widgets.bars import ShareBar
from musiclib.gui.widgets.controls import SegmentedControl, button, label, rule
from musiclib.gui.widgets.undo_button import UndoButton
from musiclib.gui.wording import about_minutes, number

_BAR_WIDTH = 96


class ReviewHead(QWidget):
    """`state_chosen` carries a `MatchState`. Parts leave where there is no room, the buttons last."""

    state_chosen = Signal(object)
    accept_wanted = Signal()

    def __init__(self, context: AppContext, decisions: Decisions) -> None:
        super().__init__()
        theme = self._theme = context.theme
        self.setFixedHeight(theme.size("topbar"))
        self.tabs = SegmentedControl(
            theme,
            [(MatchState.REVIEW, self.tr("Review"), ""), (MatchState.NOT_FOUND, self.tr("Not found"), "")],
            self.tr("Which tracks"),
        )
        self.tabs.chosen.connect(lambda key: self.state_chosen.emit(MatchState(key)))
        self._minutes = label(theme, "", "body", "secondary")
        self._bar = ShareBar(theme, "bar.fill")
        self._bar.setFixedWidth(_BAR_WIDTH)
        self.settled = label(theme, "", "small", "secondary")
        self._rule = rule("v")
        self._rule.setFixedHeight(theme.space(5))
        self._undo = UndoButton(theme, decisions, "U")
        self.accept = button(theme, "")
        self.accept.clicked.connect(self.accept_wanted)
        margin = theme.size("page_margin")
        row = QHBoxLayout(self)
        row.setContentsMargins(margin, 0, margin, 0)
        row.setSpacing(theme.space(3))
        row.addWidget(label(theme, self.tr("Review"), "page"))
        row.addWidget(self.tabs)
        row.addWidget(self._minutes)
        row.addStretch(1)
        for part in (self._bar, self.settled, self._rule, self._undo, self.accept):
            row.addWidget(part, 0, Qt.AlignmentFlag.AlignVCenter)

    def show_counts(self, state: MatchState, waiting: Mapping[MatchState, int], settled: int) -> None:
        """`settled` tracks were decided upon today."""
        review, lost = waiting[MatchState.REVIEW], waiting[MatchState.NOT_FOUND]
        self.tabs.choose(state)
        self.tabs.set_words(MatchState.REVIEW, self.tr("To review {n}").format(n=number(review)))
        self.tabs.set_words(MatchState.NOT_FOUND, self.tr("Not found {n}").format(n=number(lost)))
        self._minutes.setText(about_minutes(waiting[state]) if waiting[state] else "")
        self._bar.set_share(settled, settled + review)
        self.settled.setText(
            self.tr("{n} of {all} settled today").format(n=number(settled), all=number(settled + review))
        )
        self._in_review = state is MatchState.REVIEW
        self._any_waiting, self._any_today = bool(review), bool(settled + review)
        self._fit()

    def show_accept(self, least: float, taken: int) -> None:
        """What accepting all from this score would take now."""
        tracks = self.tr("1 track") if taken == 1 else self.tr("{n} tracks").format(n=number(taken))
        self.accept.setText(
            self.tr("Accept all above {score}: {tracks}").format(score=round(least), tracks=tracks)
        )

    _in_review = True
    _any_waiting = _any_today = False

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        self.accept.setVisible(self._in_review and self._any_waiting)
        self.settled.setVisible(True)
        leaves = (self._bar, self._minutes, self.settled)
        for part in (*leaves, self._rule):
            part.setVisible(True)
        self._bar.setVisible(self._any_today and self.width() >= 1080)
        self._minutes.setVisible(self.width() >= 960)
        self.settled.setVisible(self._any_today and self.width() >= 800)
        self._rule.setVisible(self._any_today and self.width() >= 800)
