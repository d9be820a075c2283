"""Data quality: how complete the library is, what contradicts itself, and how that changes over time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, QUrl, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QMenu,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from musiclib.domain.ids import TrackId
from musiclib.domain.quality import COVERAGE, FACTS, Section, of_section
from musiclib.domain.query_values import Chance
from musiclib.domain.report import Report
from musiclib.domain.track_query import parse_query
from musiclib.errors import KnownError
from musiclib.gui import shell as places
from musiclib.gui import wording
from musiclib.gui.acts import TrackActs
from musiclib.gui.context import AppContext
from musiclib.gui.models.report_view import when
from musiclib.gui.pages.base import Page
from musiclib.gui.pages.empty import NothingHere
from musiclib.gui.reading import Topic
from musiclib.gui.widgets.choosers import choose_place
from musiclib.gui.widgets.controls import ElidedLabel, button, label
from musiclib.gui.widgets.report_cards import Card, CoverageCard, FindingsCard, RunsCard, TempoCard, TrendCard
from musiclib.services.report import SAMPLED, Kept
from musiclib.services.saving import save_text

_HTML, _CSV = "html", "csv"
_WIDE, _NARROW = 14, 9
"""How the width is shared between the left and the right column."""


class ReportPage(Page):
    """Shows the report that was measured last, and measures off the GUI thread when asked."""

    def __init__(self, context: AppContext) -> None:
        super().__init__(context)
        theme = context.theme
        self._acts = TrackActs(context, self)
        self._kept = Kept(())
        self._since: datetime | None = None
        self._measuring = False
        self._draws = 0
        self.facts = ElidedLabel(theme, "", "body", "secondary")
        self.compared = button(theme, "", "caret-down", kind="flat")
        self.compared.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
        self.compared.setMenu(QMenu(self.compared))
        self.again = button(theme, self.tr("Measure again"), "arrows-clockwise")
        self.again.clicked.connect(self.measure)
        self.files = button(theme, self.tr("HTML or CSV"), "export")
        self.files.setMenu(self._file_menu())
        self.coverage = CoverageCard(
            theme, self.tr("Coverage"), self.tr("each number opens its tracks"), FACTS
        )
        others = [each for each in COVERAGE if not each.is_fact]
        self.others = CoverageCard(theme, self.tr("Other fields"), self.tr("not part of the mean"), others)
        self.contradictions = self._findings(self.tr("Contradictions"), Section.CONTRADICTIONS)
        self.implausible = self._findings(self.tr("Implausible values"), Section.IMPLAUSIBLE)
        self.trend = TrendCard(theme)
        self.tempos = TempoCard(theme)
        self.tempos.again_wanted.connect(self._analyse_again)
        self.runs = RunsCard(theme)
        self.eye = button(theme, self.tr("Draw {n} at random").format(n=SAMPLED), "shuffle")
        self.eye.clicked.connect(self._draw)
        self._stack = QStackedWidget()
        self._lay_out()

    def open(self, argument: object = None) -> None:
        self.context.reading.ask(Topic.REPORTS, self.context.library.report.kept, self._on_kept)

    def focus_search(self) -> None:
        """There is none: the first number takes the focus instead."""
        self.coverage.rows[0].setFocus(Qt.FocusReason.ShortcutFocusReason)

    # -- measuring

    def measure(self) -> None:
        """Measure the library as it is now; the last report stays in view meanwhile."""
        if self._measuring:
            return
        self._measuring = True
        self._tell()
        report = self.context.library.report
        self.context.reading.ask(Topic.REPORT, report.measured, self._on_measured, self._on_failed)

    @Slot(object)
    def _on_measured(self, found: Report) -> None:
        report = self.context.library.report
        self.context.commands.run(lambda: report.keep(found), self._on_new, self._on_failed)

    @Slot(object)
    def _on_new(self, kept: Kept) -> None:
        self._measuring = False
        self._kept = kept
        self._show()

    @Slot(object)
    def _on_failed(self, error: KnownError) -> None:
        self._measuring = False
        self._show()
        self.context.shell.toast(str(error))

    @Slot(object)
    def _on_kept(self, kept: Kept) -> None:
        self._kept = kept
        self._show()
        if kept.last is None:
            self.measure()

    # -- showing

    @property
    def earlier(self) -> Report | None:
        """What the last report is compared with."""
        last = self._kept.last
        if last is None:
            return None
        chosen = self._kept.before(last, self._since) if self._since else None
        return chosen or self._kept.before(last)

    def _show(self) -> None:
        report, earlier, now = self._kept.last, self.earlier, self.context.now()
        self._tell()
        for made in (self.again, self.files):
            made.setVisible(report is not None)
        if report is None:
            return
        for card in (self.coverage, self.others, self.contradictions, self.implausible):
            card.show_report(report, earlier, now)
        self.trend.show_report(report, earlier, self._kept.trend(), now)
        self.tempos.show_report(report)
        self.runs.show_report(report, now)
        self._fill_compared(report, earlier, now)

    def _tell(self) -> None:
        """The line beside the title, and whether it can be measured again now."""
        report, now = self._kept.last, self.context.now()
        self.again.setEnabled(not self._measuring)
        shown = self._report if report else self._first if self._measuring else self._empty
        self._stack.setCurrentWidget(shown)
        if report is None:
            self.facts.setText("")
            return
        tracks, took = wording.number(report.tracks), wording.decimal(report.took_s, 1)
        if self._measuring:
            self.again.setToolTip(self.tr("It is being measured"))
            told = self.tr("measuring {tracks} tracks, last time it took {took} s")
        else:
            self.again.setToolTip(self.tr("Measure the library as it is now"))
            told = self.tr("{tracks} tracks, measured {when} in {took} s")
        self.facts.setText(told.format(tracks=tracks, took=took, when=when(report.measured_at, now)))

    def _fill_compared(self, report: Report, earlier: Report | None, now: datetime) -> None:
        menu = self.compared.menu()
        menu.clear()
        self.compared.setVisible(earlier is not None)
        if earlier is None:
            return
        self.compared.setText(self.tr("Compared with {day}").format(day=when(earlier.measured_at, now)))
        for each in self._kept.reports:
            if each.measured_at < report.measured_at:
                made = menu.addAction(when(each.measured_at, now))
                made.setCheckable(True)
                made.setChecked(each.measured_at == earlier.measured_at)
                made.triggered.connect(partial(self.compare_with, each.measured_at))

    def compare_with(self, moment: datetime, _on: bool = False) -> None:
        """Compare with the report of that moment."""
        self._since = moment
        self._show()

    # -- acts

    def open_rows(self, query: str) -> None:
        """Show the tracks behind a number."""
        self.context.shell.open_page(places.TRACKS, parse_query(query))

    def _draw(self) -> None:
        """Others each time, and on each day."""
        seed = self.context.now().astimezone().toordinal() + self._draws
        self._draws += 1
        self.open_rows(f"sample:{Chance(SAMPLED, seed).text}")

    def _analyse_again(self, query: str) -> None:
        searching = self.context.library.searching
        self.context.commands.run(lambda: searching.ids(parse_query(query)), self._found)

    @Slot(object)
    def _found(self, ids: list[TrackId]) -> None:
        self._acts.analyse_again(ids)

    def _file_menu(self) -> QMenu:
        menu = QMenu(self.files)
        menu.addAction(self.tr("One HTML file, to read and to print…"), lambda: self._choose_file(_HTML))
        menu.addAction(self.tr("CSV, a row per number…"), lambda: self._choose_file(_CSV))
        return menu

    def _choose_file(self, form: str) -> None:
        filters = {_HTML: self.tr("HTML (*.html)"), _CSV: self.tr("CSV (*.csv)")}
        day = self.context.now().astimezone().date().isoformat()
        name = f"musiclib-data-quality-{day}.{form}"
        title = self.tr("Write the report")
        choose_place(self, title, name, [filters[form]], partial(self.write, form))

    def write(self, form: str, path: str) -> None:
        """Write what is shown to a file, as "html" or "csv"."""
        report, earlier, kept = self._kept.last, self.earlier, self._kept
        if report is None or not self.files.isEnabled():
            return
        self.files.setEnabled(False)
        self.files.setToolTip(self.tr("The report is being written"))
        service, target = self.context.library.report, Path(path)
        chance = Chance(SAMPLED, self.context.now().astimezone().toordinal())

        def written() -> Path:
            if form == _CSV:
                save_text(service.as_csv(report, earlier), target)
            else:
                save_text(service.as_html(report, kept, earlier, chance), target)
            return target

        self.context.reading.ask(Topic.REPORT_FILE, written, self._on_written, self._on_not_written)

    @Slot(object)
    def _on_not_written(self, error: KnownError) -> None:
        self.files.setEnabled(True)
        self.files.setToolTip("")
        self.context.shell.toast(str(error))

    @Slot(object)
    def _on_written(self, path: Path) -> None:
        self.files.setEnabled(True)
        self.files.setToolTip("")

        def show() -> None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))

        self.context.shell.toast(self.tr("Written: {name}").format(name=path.name), self.tr("Open"), show)

    # -- putting it together

    def _findings(self, title: str, section: Section) -> FindingsCard:
        return FindingsCard(self.context.theme, title, section, len(of_section(section)))

    def _lay_out(self) -> None:
        theme = self.context.theme
        margin = theme.size("page_margin")
        top = QHBoxLayout()
        top.setContentsMargins(margin, theme.space(3), margin, theme.space(3))
        top.setSpacing(theme.space(2))
        top.addWidget(label(theme, self.tr("Data quality"), "page"))
        top.addWidget(self.facts, 1)
        for made in (self.compared, self.again, self.files):
            made.hide()  # until there is a report
            top.addWidget(made)
        self._empty = NothingHere(
            theme,
            self.tr("There is nothing to measure yet"),
            self.tr("Once there are tracks, this says what they lack and what contradicts itself."),
            self.tr("Paste a tracklist"),
        )
        self._empty.acted.connect(self.context.shell.paste)
        self._first = label(
            theme, self.tr("The library is measured for the first time."), "body", "secondary"
        )
        self._first.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._report = self._scrolled()
        for shown in (self._first, self._empty, self._report):
            self._stack.addWidget(shown)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(top)
        column.addWidget(self._stack, 1)

    def _scrolled(self) -> QWidget:
        theme = self.context.theme
        inside = QWidget()
        inside.setObjectName("page")
        grid = QGridLayout(inside)
        margin = theme.size("page_margin")
        grid.setContentsMargins(margin, 0, margin, theme.space(4))
        grid.setSpacing(theme.space(4))
        left = self._column((self.coverage, self.trend, self.others, self._by_eye()))
        right = self._column((self.contradictions, self.tempos, self.implausible, self.runs))
        grid.addLayout(left, 0, 0)
        grid.addLayout(right, 0, 1)
        grid.setColumnStretch(0, _WIDE)
        grid.setColumnStretch(1, _NARROW)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(inside)
        return area

    def _column(self, cards: Sequence[Card]) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(self.context.theme.space(4))
        for card in cards:
            card.opened.connect(self.open_rows)
            column.addWidget(card)
        column.addStretch(1)
        return column

    def _by_eye(self) -> Card:
        theme = self.context.theme
        card = Card(theme, self.tr("Check by eye"), self.tr("numbers do not see everything"))
        inside = card.inside()
        inside.addWidget(self.eye, 0, Qt.AlignmentFlag.AlignLeft)
        return card
