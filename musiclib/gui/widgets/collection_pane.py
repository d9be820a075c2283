"""Collection runs on the activity page: what can be started, what goes on, what became of the last."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QFileDialog, QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from musiclib.domain.collecting import CollectionPhase, CollectionProgress, Ending
from musiclib.domain.collecting_words import counts_words, ending_words, left_words, phase_words, result_words
from musiclib.domain.states import BadgeState
from musiclib.gui import shell as places
from musiclib.gui.collecting import Ended, Run
from musiclib.gui.context import AppContext
from musiclib.gui.widgets.activity_strip import BadgeGlyph, ProgressLine
from musiclib.gui.widgets.controls import ElidedLabel, button, label, rule
from musiclib.gui.wording import clock, decimal, number, translate

_MOST_PROBLEMS = 5


class CollectionPane(QWidget):
    """One card for each source with its buttons; above them the run that goes on, or its result."""

    def __init__(self, context: AppContext) -> None:
        super().__init__()
        self._context = context
        self.starts: list[QPushButton] = []
        self.running = RunCard(context)
        self.result = ResultCard(context)
        theme = context.theme
        about = self.tr(
            "A run takes every track that is left and goes on where the last one ended. What you have set by "
            "hand stays as it is."
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.space(4))
        column.addWidget(label(theme, about, "body", "secondary", wrap=True))
        column.addWidget(self.running)
        column.addWidget(self.result)
        column.addWidget(self._sources())
        column.addStretch(1)
        context.collecting.changed.connect(self._show)
        context.pulse.beat.connect(self.running.glyph.set_turn)
        self._show()

    def _sources(self) -> QFrame:
        theme, collecting = self._context.theme, self._context.collecting
        card = QFrame()
        card.setProperty("card", "true")
        column = QVBoxLayout(card)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.spotify = button(theme, self.tr("Find links"), "play")
        self.spotify.clicked.connect(collecting.start_spotify)
        words = self.tr(
            "Looks up by ISRC every track that has one and no link to Spotify yet: one call a track, as many "
            "as your app may make in a day. Needs a sign-in."
        )
        column.addLayout(self._source(self.tr("Spotify links"), words, [self.spotify]))
        column.addWidget(rule())
        self.beatport = button(theme, self.tr("Ask Beatport"), "play")
        self.beatport.clicked.connect(collecting.start_beatport)
        self.files = button(theme, self.tr("Read saved files"), "folder-open")
        self.files.clicked.connect(self.choose_files)
        self.again = button(theme, self.tr("Process again"), "arrow-clockwise")
        self.again.setToolTip(self.tr("Everything that is kept, as tracks may have come since. No network"))
        self.again.clicked.connect(collecting.start_processing)
        words = self.tr(
            "BPM, key, genre, label, catalogue number, ISRC and date: by ISRC with a token of your own, or "
            "from JSON and CSV files you have saved. Off until you switch it on."
        )
        column.addLayout(self._source(self.tr("Beatport"), words, [self.beatport, self.files, self.again]))
        return card

    def _source(self, name: str, about: str, buttons: list[QPushButton]) -> QHBoxLayout:
        theme = self._context.theme
        words = QVBoxLayout()
        words.setSpacing(theme.space(1))
        words.addWidget(label(theme, name, "title_in_row"))
        words.addWidget(label(theme, about, "small", "secondary", wrap=True))
        row = QHBoxLayout()
        row.setContentsMargins(theme.space(4), theme.space(3), theme.space(4), theme.space(3))
        row.setSpacing(theme.space(2))
        row.addLayout(words, 1)
        row.addSpacing(theme.space(4))
        for each in buttons:
            row.addWidget(each, 0, Qt.AlignmentFlag.AlignVCenter)
        self.starts += buttons
        return row

    def choose_files(self) -> None:
        """Ask for saved files and read them."""
        kinds = self.tr("Saved from Beatport (*.json *.jsonl *.csv *.txt);;All files (*)")
        paths, _ = QFileDialog.getOpenFileNames(self, self.tr("Read saved files"), "", kinds)
        if paths:
            self._context.collecting.read_files([Path(path) for path in paths])

    @Slot()
    def _show(self) -> None:
        collecting = self._context.collecting
        self.running.show_run(collecting.run, collecting.progress)
        for each in self.starts:
            each.setEnabled(collecting.run is None)
        self.result.show_last()
        self.result.setVisible(collecting.run is None and collecting.last is not None)


class RunCard(QFrame):
    """The run that goes on: phase, count, rate, time left, track at work, and a way to end it."""

    def __init__(self, context: AppContext) -> None:
        super().__init__()
        self._context = context
        theme = context.theme
        self.setProperty("card", "true")
        self.glyph = BadgeGlyph(theme, BadgeState.RUNNING)
        self.phase = label(theme, "", "title_in_row", wrap=True)
        self.count = label(theme, "", "body_strong")
        self.bar = ProgressLine(theme, theme.size("tile_min"))
        self.figures = label(theme, "", "body", "secondary")
        self.item = ElidedLabel(theme, "", "body", "secondary")
        self.cancel = button(theme, self.tr("Cancel"), "x")
        self.cancel.setToolTip(self.tr("Ends the run at once and keeps what was found"))
        self.cancel.clicked.connect(context.collecting.cancel)
        for each in (self.count, self.figures):
            each.setFont(theme.font("body", tabular=True))
        top = QHBoxLayout()
        top.setSpacing(theme.space(2))
        top.addWidget(self.glyph)
        top.addWidget(self.phase, 1)
        top.addWidget(self.bar)
        top.addWidget(self.count)
        top.addWidget(self.cancel)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.space(4), theme.space(3), theme.space(4), theme.space(3))
        column.setSpacing(theme.space(1))
        column.addLayout(top)
        column.addWidget(self.figures)
        column.addWidget(self.item)
        self.hide()

    def show_run(self, run: Run | None, progress: CollectionProgress | None) -> None:
        self.setVisible(run is not None)
        if run is None:
            return
        at = progress or CollectionProgress(CollectionPhase.COUNTING)
        waits = at.phase is CollectionPhase.WAITING
        self.glyph.set_state(BadgeState.WAITING if waits else BadgeState.RUNNING)
        self.phase.setText(phase_words(at, run.source, clock(self._context.now()), translate))
        self.bar.setVisible(at.total is not None)
        self.bar.set_progress(at.done, at.total or 0)
        self.count.setVisible(at.total is not None)
        words = self.tr("{done} of {all}")
        self.count.setText(words.format(done=number(at.done), all=number(at.total or 0)))
        self.figures.setText(" · ".join(self._figures(at)))
        self.item.setText(at.current)

    def _figures(self, at: CollectionProgress) -> list[str]:
        figures = [counts_words(at, translate, number)]
        if at.per_second is not None:
            figures.append(self.tr("{n} a second").format(n=decimal(at.per_second, 1)))
        if at.seconds_left is not None:
            figures.append(left_words(at.seconds_left, translate, number))
        elif at.total and at.phase is CollectionPhase.ASKING:
            figures.append(self.tr("working out how long it takes"))
        return figures


class ResultCard(QFrame):
    """What became of the last run: counts, why it ended early, and what failed by name."""

    def __init__(self, context: AppContext) -> None:
        super().__init__()
        self._context = context
        theme = context.theme
        self.setProperty("card", "true")
        self.counts, self.why = (
            label(theme, "", "title_in_row", wrap=True),
            label(theme, "", "body", wrap=True),
        )
        self.problems = label(theme, "", "small", "secondary", wrap=True)
        self.mend = button(theme, "", "gear-six", kind="link")
        self.mend.clicked.connect(self._open_settings)
        self._category = ""
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.space(4), theme.space(3), theme.space(4), theme.space(3))
        column.setSpacing(theme.space(1))
        for each in (self.counts, self.why, self.problems):
            column.addWidget(each)
        column.addWidget(self.mend, 0, Qt.AlignmentFlag.AlignLeft)
        self.hide()

    def show_last(self) -> None:
        last = self._context.collecting.last
        if last is None:
            return
        tell = clock(self._context.now())
        names = (
            [self.tr("Collected")]
            if len(last.outcomes) == 1
            else [self.tr("Collected"), self.tr("Processed")]
        )
        lines = [
            f"{name}: {result_words(each, translate, number)}"
            for name, each in zip(names, last.outcomes, strict=False)
        ]
        early = [words for each in last.outcomes if (words := ending_words(each, tell, translate))]
        problems = [each for outcome in last.outcomes for each in outcome.problems]
        self._say(self.counts, "\n".join(lines))
        self._say(self.why, last.problem or "\n".join(early))
        more = len(problems) - _MOST_PROBLEMS
        told = problems[:_MOST_PROBLEMS] + (
            [self.tr("and {n} more").format(n=number(more))] if more > 0 else []
        )
        self._say(self.problems, "\n".join(told))
        self._category, words = self._where_to_mend(last)
        self.mend.setText(words)
        self.mend.setVisible(bool(last.problem or early))

    def _where_to_mend(self, last: Ended) -> tuple[str, str]:
        """A category of the settings, and what is to be found there."""
        if not self._context.library.settings.online and last.problem:
            return "providers", self.tr("Network in the settings")
        if last.run is not Run.SPOTIFY:
            return places.COLLECTION, self.tr("Collection settings")
        if any(each.ending is Ending.PARKED for each in last.outcomes):
            return "providers", self.tr("Calls a day in the settings")
        return "accounts", self.tr("Accounts in the settings")

    def _say(self, where: QLabel, words: str) -> None:
        where.setText(words)
        where.setVisible(bool(words))

    def _open_settings(self) -> None:
        self._context.shell.open_page(places.SETTINGS, self._category)
