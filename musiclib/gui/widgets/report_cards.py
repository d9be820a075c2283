"""The cards of the data-quality page. `opened` carries the query whose tracks are to be shown."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from musiclib.domain.quality import FACTS, HAND, Measure, Section
from musiclib.domain.report import Point, Report, forecast, mean_change
from musiclib.domain.report_words import percent, points
from musiclib.domain.too_many import TooMany
from musiclib.gui import wording
from musiclib.gui.models import report_view as view
from musiclib.gui.theme import Theme
from musiclib.gui.widgets.charts import TempoView, TrendView
from musiclib.gui.widgets.controls import ElidedLabel, button, label, restyle
from musiclib.gui.widgets.report_rows import CoverageHead, CoverageRow, FindingRow, focus_order

LOCKED = "source:manual"


class Card(QFrame):
    """A frame with a title and a few words behind it."""

    opened = Signal(str)

    def __init__(self, theme: Theme, title: str, words: str = "") -> None:
        super().__init__()
        self.theme = theme
        self.setProperty("card", "true")
        self.setAccessibleName(title)
        self.words = ElidedLabel(theme, words, "small", "secondary")
        head = QHBoxLayout()
        head.setContentsMargins(theme.space(4), theme.space(3), theme.space(4), theme.space(2))
        head.setSpacing(theme.space(2))
        head.addWidget(label(theme, title, "section"))
        head.addWidget(self.words, 1)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(0)
        self.column.addLayout(head)

    def inside(self) -> QVBoxLayout:
        """Room with margins below the head."""
        made, theme = QVBoxLayout(), self.theme
        made.setContentsMargins(theme.space(4), 0, theme.space(4), theme.space(4))
        made.setSpacing(theme.space(1))
        self.column.addLayout(made, 1)
        return made


class CoverageCard(Card):
    """Fields, each with its bar."""

    def __init__(self, theme: Theme, title: str, words: str, measures: Sequence[Measure]) -> None:
        super().__init__(theme, title, words)
        self._measures = measures
        self._head = CoverageHead(theme)
        self.column.addWidget(self._head)
        self.rows = [CoverageRow(theme) for _ in measures]
        for row in self.rows:
            row.opened.connect(self.opened)
            self.column.addWidget(row)
        focus_order(list[QWidget](self.rows))
        self.column.addSpacing(theme.space(2))
        self.column.addStretch(1)

    def show_report(self, report: Report, earlier: Report | None, now: datetime) -> None:
        stood = ""
        if earlier is not None:
            stood = self.tr("where it stood {day}").format(day=view.when(earlier.measured_at, now))
        self._head.show_day(stood)
        for row, line in zip(self.rows, view.coverage(self._measures, report, earlier, now), strict=True):
            row.show_line(line)


class FindingsCard(Card):
    """What contradicts itself, or what cannot be right."""

    def __init__(self, theme: Theme, title: str, section: Section, count: int) -> None:
        super().__init__(theme, title)
        self._section = section
        self.rows = [FindingRow(theme) for _ in range(count)]
        for row in self.rows:
            row.opened.connect(self.opened)
            self.column.addWidget(row)
        focus_order(list[QWidget](self.rows))
        self.column.addStretch(1)

    def show_report(self, report: Report, earlier: Report | None, now: datetime) -> None:
        self.words.setText(view.in_all(self._section, report, earlier, now))
        lines = view.findings(self._section, report, earlier, now)
        for row, line in zip(self.rows, lines, strict=True):
            row.show_line(line)


class TrendCard(Card):
    """The mean, how it changed, where it leads, and what is locked."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, "")
        self.column.takeAt(0)
        self.share = label(theme, "", "figure")
        self.mean = label(theme, "", "small", "secondary", wrap=True)
        self.gained = label(theme, "", "small", wrap=True)
        self.gained.setFont(theme.font("body_strong"))
        self.pace = label(theme, "", "small", "secondary", wrap=True)
        self.locked = button(theme, "", kind="link", dense="tiny")
        self.locked.clicked.connect(lambda: self.opened.emit(LOCKED))
        self.overruled = button(theme, "", kind="link", dense="tiny")
        self.overruled.clicked.connect(lambda: self.opened.emit(HAND))
        self.chart = TrendView(theme)
        words = QVBoxLayout()
        words.setSpacing(theme.space(1))
        words.addWidget(label(theme, self.tr("Trend"), "section"))
        for part in (self.share, self.mean, self.gained, self.pace):
            words.addWidget(part)
        words.addSpacing(theme.space(3))
        for made in (self.locked, self.overruled):
            made.setProperty("flush", "true")
            words.addWidget(made, 0, Qt.AlignmentFlag.AlignLeft)
        words.addStretch(1)
        row = QHBoxLayout()
        row.setContentsMargins(theme.space(4), theme.space(3), theme.space(4), theme.space(3))
        row.setSpacing(theme.space(4))
        row.addLayout(words, 1)
        row.addWidget(self.chart, 2)
        self.setAccessibleName(self.tr("Trend"))
        self.column.addLayout(row, 1)

    def show_report(
        self, report: Report, earlier: Report | None, trend: Sequence[Point], now: datetime
    ) -> None:
        self.share.setText(f"{percent(report.mean_share)} %")
        told = self.tr("of {n} facts are there, the mean over all tracks").format(n=len(FACTS))
        self.mean.setText(told)
        gained = mean_change(report, earlier)
        self.gained.setVisible(gained is not None)
        if gained is not None and earlier is not None:
            day = view.when(earlier.measured_at, now)
            words = self.tr("{points} points since {day}").format(points=points(gained), day=day)
            self.gained.setText(words)
            shown = round(gained, 1)
            self.gained.setProperty("tone", "done" if shown > 0 else "review" if shown < 0 else "secondary")
            restyle(self.gained)
        reached = forecast(trend)
        self.pace.setVisible(reached is not None or len(trend) < 2)
        self.pace.setText(self.tr("The line begins with the second day that is measured."))
        if reached is not None:
            month = wording.date(reached[1]).split(" ", 1)[1]
            self.pace.setText(self.tr("At this pace {n} % in {month}").format(n=reached[0], month=month))
        self.locked.setText(view.locked_words(report.locked))
        self.overruled.setText(self.tr("Overwritten by us {n}").format(n=wording.number(report.overruled)))
        self.chart.setVisible(len(trend) > 1)
        self.chart.show_points(trend, now)


class TempoCard(Card):
    """Tempos, and one that too many tracks have."""

    again_wanted = Signal(str)
    """To analyse again what this query finds."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, "")
        self.column.takeAt(0)
        self._odd: TooMany | None = None
        head = QHBoxLayout()
        head.setSpacing(theme.space(2))
        head.addWidget(label(theme, self.tr("Too many of one"), "section"))
        head.addWidget(
            ElidedLabel(theme, self.tr("a fault of an analyser, most likely"), "small", "secondary"), 1
        )
        self.chart = TempoView(theme)
        self.whose = label(theme, "", "small", "secondary", wrap=True)
        self.show_them = button(theme, self.tr("Show"), dense="true")
        self.show_them.clicked.connect(self._show)
        self.again = button(theme, self.tr("Analyse again"), dense="true")
        self.again.clicked.connect(self._analyse)
        foot = QHBoxLayout()
        foot.setSpacing(theme.space(2))
        foot.addWidget(self.whose, 1)
        foot.addWidget(self.show_them)
        foot.addWidget(self.again)
        self._others = QHBoxLayout()
        self._others.setSpacing(theme.space(3))
        inside = self.inside()
        inside.setContentsMargins(theme.space(4), theme.space(3), theme.space(4), theme.space(4))
        inside.setSpacing(theme.space(2))
        inside.addLayout(head)
        inside.addWidget(self.chart, 1)
        inside.addLayout(foot)
        inside.addLayout(self._others)
        self.setAccessibleName(self.tr("Too many of one"))

    def show_report(self, report: Report) -> None:
        odd = self._odd = report.too_many[0] if report.too_many else None
        self.chart.show_tempos(report.tempos, odd)
        none = self.tr("No tempo stands out among its neighbours.")
        unknown = self.tr("No tempo is known yet.")
        self.whose.setText(view.whose(odd) if odd else none if report.tempos else unknown)
        for made in (self.show_them, self.again):
            made.setVisible(odd is not None)
        while (item := self._others.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.deleteLater()
        for other in report.too_many[1:]:
            words = self.tr("{n} at {bpm}").format(n=wording.number(other.tracks), bpm=wording.bpm(other.bpm))
            made = button(self.theme, words, kind="link", dense="tiny")
            made.setProperty("flush", "true")
            made.clicked.connect(partial(self.opened.emit, other.query))
            self._others.addWidget(made)
        self._others.addStretch(1)

    def _show(self) -> None:
        if self._odd is not None:
            self.opened.emit(self._odd.query)

    def _analyse(self) -> None:
        if self._odd is not None:
            self.again_wanted.emit(self._odd.query)


class RunsCard(Card):
    """How fast the last runs went, and who asked for a pause."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, self.tr("Last runs and rate limits"))
        self._list: QWidget | None = None

    def show_report(self, report: Report, now: datetime) -> None:
        if self._list is not None:
            self._list.deleteLater()
        self._list = QWidget()
        lines = QVBoxLayout(self._list)
        theme = self.theme
        lines.setContentsMargins(theme.space(4), 0, theme.space(4), theme.space(4))
        lines.setSpacing(theme.space(1))
        for head, words in self._lines(report, now):
            if head:
                lines.addWidget(label(theme, head, "title_in_row"))
            lines.addWidget(label(theme, words, "small", "secondary", wrap=True))
        lines.addStretch(1)
        self.column.addWidget(self._list, 1)

    def _lines(self, report: Report, now: datetime) -> list[tuple[str, str]]:
        """(what, how it went)."""
        found = [view.run_words(run, now) for run in report.runs]
        found = found or [("", self.tr("Nothing was worked on in the last two weeks."))]
        told = self.tr("{n} pauses in seven days, the last till {time}. {why}")
        for pauses in report.pauses:
            until = wording.clock(now)(pauses.last_until)
            words = told.format(n=wording.number(pauses.times), time=until, why=pauses.reason)
            found.append((wording.source_name(pauses.provider), words))
        if not report.pauses:
            found.append(("", self.tr("No source asked for a pause in seven days.")))
        return found
