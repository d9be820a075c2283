"""Activity: what runs, what waits, why and until when; what failed; what was done and can be undone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QHideEvent, QKeyEvent, QShowEvent
from PySide6.QtWidgets import QAbstractItemView, QHBoxLayout, QListView, QStackedWidget, QVBoxLayout, QWidget

from musiclib.domain.badges import Badge
from musiclib.domain.ids import ChangesetId, TrackId
from musiclib.domain.queue import AnalysisPace, QueueSummary
from musiclib.domain.queue_words import promise, reassurance
from musiclib.domain.rows import HistoryEntry, TaskRow
from musiclib.domain.states import BadgeState, TaskKind, TaskStatus
from musiclib.gui import shell as places
from musiclib.gui.acts import Acts
from musiclib.gui.context import AppContext
from musiclib.gui.delegates.line import LineDelegate
from musiclib.gui.models.lines import Line, LinesModel
from musiclib.gui.models.timeline import plan
from musiclib.gui.pages.base import Page
from musiclib.gui.widgets.activity_cards import LatelyCard, ProvidersCard, WorkCard
from musiclib.gui.widgets.collection_pane import CollectionPane
from musiclib.gui.widgets.controls import SegmentedControl, button, label
from musiclib.gui.widgets.timeline import TimelineView
from musiclib.gui.wording import badge_sentence, clock, number, translate

NOW, HISTORY, ERRORS = "now", "history", "errors"
_TABS = (NOW, places.COLLECTION, HISTORY, ERRORS)
_LOOK_MS = 1000
_MOST = 2000


_LATELY = 5
"""Changes shown beside the work."""


@dataclass(frozen=True, slots=True)
class _Look:
    """What one look at the library has seen; None is what its tab does not show."""

    summary: QueueSummary
    errors: list[TaskRow] | None
    history: list[HistoryEntry] | None
    lately: list[HistoryEntry] | None


class _Lines(QListView):
    """A list of lines that says what to do when it is empty; one letter key is its act."""

    acted = Signal()

    def __init__(self, context: AppContext, name: str, empty: str, key: Qt.Key) -> None:
        super().__init__()
        self._key = key
        self.lines = LinesModel(self)
        self._theme, self._empty = context.theme, empty
        self.setModel(self.lines)
        self.setItemDelegate(LineDelegate(context.theme, self))
        self.setAccessibleName(name)
        self.setMouseTracking(True)
        self.setUniformItemSizes(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self._hint = label(context.theme, empty, "body", "secondary", wrap=True)
        self._hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        inside = QVBoxLayout(self)
        inside.addWidget(self._hint)

    def show_lines(self, lines: Sequence[Line]) -> None:
        self.lines.show(lines)
        self._hint.setVisible(not lines)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == self._key and event.modifiers() == Qt.KeyboardModifier.NoModifier:
            self.acted.emit()
        else:
            super().keyPressEvent(event)

    def chosen(self) -> list[Line]:
        found = (self.lines.line(index) for index in self.selectedIndexes())
        return [line for line in found if line is not None]


class ActivityPage(Page):
    """Looks at the queue once a second while it is in view."""

    def __init__(self, context: AppContext) -> None:
        super().__init__(context)
        theme = context.theme
        self._acts = Acts(context, self)
        self._paused = False
        self._waiting_for_look = False
        self._timer = QTimer(self, interval=_LOOK_MS)
        self._timer.timeout.connect(self._look)
        self.tabs = SegmentedControl(
            theme,
            [
                (NOW, self.tr("Now"), ""),
                (places.COLLECTION, self.tr("Collection"), ""),
                (HISTORY, self.tr("History"), ""),
                (ERRORS, self.tr("Errors"), ""),
            ],
            self.tr("What to show"),
        )
        self.tabs.chosen.connect(self._choose_tab)
        self.headline = label(theme, "", "figure")
        self.sentence = label(theme, "", "body", "secondary", wrap=True)
        self.pause = button(theme, self.tr("Pause all"), "pause")
        self.pause.clicked.connect(self._toggle_pause)
        self.analysis = button(theme, self.tr("Pause analysis"), "waves")
        self.analysis.setToolTip(self.tr("Look-ups go on. It stays paused after a restart too"))
        self.analysis.clicked.connect(self._toggle_analysis)
        self._analysis_paused = False
        self.timeline = TimelineView(theme)
        self._watched_since: datetime | None = None
        self.work = WorkCard(theme)
        self.providers = ProvidersCard(theme, translate)
        self.lately = LatelyCard(theme)
        nothing_done = self.tr("Nothing was done yet. What you change can be taken back here.")
        self.history = _Lines(context, self.tr("History"), nothing_done, Qt.Key.Key_U)
        self.history.acted.connect(self._turn_chosen)
        self.history.selectionModel().selectionChanged.connect(self._name_turn)
        for turned in (context.shell.taken_back, context.shell.done_again):
            turned.connect(self._on_turned)
        self.errors = _Lines(context, self.tr("Errors"), self.tr("Nothing is broken."), Qt.Key.Key_R)
        self.errors.acted.connect(self._retry_chosen)
        self.collection = CollectionPane(context)
        self._stack = QStackedWidget()
        self._lay_out()
        context.pulse.beat.connect(self.work.now.turn)
        context.pulse.beat.connect(self.timeline.turn)

    def open(self, argument: object = None) -> None:
        """`argument` may name a tab."""
        if argument in _TABS:
            self.tabs.choose(str(argument))
            self._choose_tab(str(argument))
        self._look()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._timer.start()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._timer.stop()

    # -- looking

    def _look(self) -> None:
        if self._waiting_for_look:
            return  # the command queue is busy; the answer under way is new enough
        self._waiting_for_look = True
        library = self.context.library
        tab = self.tabs.current()

        def look() -> _Look:
            errors = library.enrichment.tasks(TaskStatus.ERROR, limit=_MOST) if tab == ERRORS else None
            history = library.library.history() if tab == HISTORY else None
            lately = library.library.history(_LATELY) if tab == NOW else None
            return _Look(library.enrichment.summary(), errors, history, lately)

        self.context.commands.run(look, self._seen, self._not_seen)

    @Slot(object)
    def _seen(self, found: _Look) -> None:
        self._waiting_for_look = False
        self.show_summary(found.summary)
        if found.errors is not None:
            self.errors.show_lines([self._error_line(task) for task in found.errors])
            for each in (self._again, self._retry_all):
                each.setVisible(bool(found.errors))
        if found.lately is not None:
            self.lately.show_lines([self._history_line(entry) for entry in found.lately])
        if found.history is not None:
            self.history.show_lines([self._history_line(entry) for entry in found.history])
            self._turn.setVisible(bool(found.history))
            self._name_turn()

    @Slot(object)
    def _not_seen(self, error: Exception) -> None:
        self._waiting_for_look = False
        self.sentence.setText(str(error))

    def show_summary(self, summary: QueueSummary) -> None:
        """Say how the queue stands."""
        tell = clock(self.context.now())
        self.headline.setText(promise(summary, tell, translate, number))
        self.sentence.setText(reassurance(summary, tell, translate, number))
        self._paused = summary.paused
        self.pause.setText(self.tr("Resume") if summary.paused else self.tr("Pause all"))
        self.pause.setVisible(summary.paused or summary.open > 0)
        self._analysis_paused = summary.analysis is AnalysisPace.PAUSED
        words = self.tr("Resume analysis") if self._analysis_paused else self.tr("Pause analysis")
        self.analysis.setText(words)
        audio = sum(each.queued + each.running for each in summary.kinds if each.kind is TaskKind.AUDIO)
        self.analysis.setVisible(not summary.paused and (self._analysis_paused or audio > 0))
        self._watched_since = self._watched_since or summary.at
        self.timeline.show_plan(plan(summary, self._watched_since))
        self.work.show_summary(summary)
        self.providers.show_providers(summary.providers, tell)
        errors = sum(each.error for each in summary.kinds)
        self.tabs.set_words(
            ERRORS, self.tr("Errors {n}").format(n=number(errors)) if errors else self.tr("Errors")
        )

    def _error_line(self, task: TaskRow) -> Line:
        badge = Badge(BadgeState.ERROR, task.kind, task.reason, task.detail, None, task.attempts)
        kind = self.tr("Sound analysis") if task.kind is TaskKind.AUDIO else self.tr("Identity and art")
        why = badge_sentence(badge, self.context.now())
        tell = clock(self.context.now())
        return Line(
            task.track_id,
            f"{task.artist} – {task.title}",
            f"{kind}. {why}",
            self.tr("{time}, try {n}").format(time=tell(task.updated_at), n=task.attempts),
            BadgeState.ERROR,
        )

    def _history_line(self, entry: HistoryEntry) -> Line:
        tell = clock(self.context.now())
        when = tell(entry.created_at)
        if entry.undone_at is None:
            return Line(entry.id, entry.summary, "", when, None, "check")
        when = self.tr("{time}, taken back {then}").format(time=when, then=tell(entry.undone_at))
        return Line(entry.id, entry.summary, "", when, None, "arrow-u-up-left", True)

    # -- acts

    def _toggle_pause(self) -> None:
        enrichment = self.context.library.enrichment
        act = enrichment.resume_all if self._paused else enrichment.pause_all
        self.context.commands.run(act, self._changed)

    def _toggle_analysis(self) -> None:
        enrichment = self.context.library.enrichment
        act = enrichment.resume_analysis if self._analysis_paused else enrichment.pause_analysis
        self.context.commands.run(act, self._changed)

    @Slot(object)
    def _changed(self, _result: object = None) -> None:
        self.context.shell.work_arrived()
        self._waiting_for_look = False
        self._look()

    def _retry_chosen(self) -> None:
        ids = [TrackId(line.key) for line in self.errors.chosen()]  # type: ignore[arg-type]  # made from a task's track id above
        if ids:
            self._retry(list(dict.fromkeys(ids)))
        else:
            self.context.shell.toast(self.tr("Choose what to try again first."))

    def _retry(self, ids: list[TrackId] | None) -> None:
        """None: everything that failed."""
        enrichment = self.context.library.enrichment

        def failed_tracks() -> list[TrackId]:
            wanted = ids
            if wanted is None:
                wanted = [task.track_id for task in enrichment.tasks(TaskStatus.ERROR)]
            tried: list[TrackId] = enrichment.retry(wanted)
            return tried

        self.context.commands.run(failed_tracks, self._retried)

    @Slot(object)
    def _retried(self, tracks: list[TrackId]) -> None:
        self.context.shell.refresh(tracks, [])
        self.context.shell.toast(self.tr("{n} are tried again").format(n=number(len(tracks))))
        self._changed()

    @Slot(list)
    def _on_turned(self, _what: object) -> None:
        if self.isVisible():
            self._changed()

    @Slot()
    def _name_turn(self) -> None:
        undone = any(line.quiet for line in self.history.chosen()[:1])
        self._turn.setText(self.tr("Do this again") if undone else self.tr("Undo this"))

    def _turn_chosen(self) -> None:
        """Take the chosen act back, or do it again."""
        line = next(iter(self.history.chosen()), None)
        if line is None:
            self.context.shell.toast(self.tr("Choose a change first."))
            return
        turn = self._acts.do_again if line.quiet else self._acts.take_back
        turn(ChangesetId(line.key))  # type: ignore[arg-type]  # made from a history entry's id above

    def _choose_tab(self, key: str) -> None:
        self._stack.setCurrentIndex(_TABS.index(key))
        self._waiting_for_look = False
        self._look()

    # -- putting it together

    def _lay_out(self) -> None:
        theme = self.context.theme
        margin = theme.size("page_margin")
        top = QHBoxLayout()
        top.setContentsMargins(0, theme.space(3), 0, theme.space(2))
        top.addWidget(label(theme, self.tr("Activity"), "page"))
        top.addStretch(1)
        top.addWidget(self.tabs)
        self._stack.addWidget(self._now_tab())
        self._stack.addWidget(self.collection)
        self._stack.addWidget(self._history_tab())
        self._stack.addWidget(self._errors_tab())
        column = QVBoxLayout(self)
        column.setContentsMargins(margin, 0, margin, theme.space(4))
        column.setSpacing(theme.space(3))
        column.addLayout(top)
        column.addWidget(self._stack, 1)

    def _now_tab(self) -> QWidget:
        theme = self.context.theme
        words = QVBoxLayout()
        words.setSpacing(theme.space(1))
        words.addWidget(self.headline)
        words.addWidget(self.sentence)
        head = QHBoxLayout()
        head.addLayout(words, 1)
        head.addWidget(self.analysis, 0, Qt.AlignmentFlag.AlignBottom)
        head.addWidget(self.pause, 0, Qt.AlignmentFlag.AlignBottom)
        settings = button(theme, self.tr("Order and addresses"), kind="link")
        settings.clicked.connect(partial(self.context.shell.open_page, places.SETTINGS, "providers"))
        self.providers.head.addWidget(settings)
        cards = QHBoxLayout()
        cards.setSpacing(theme.space(4))
        cards.addWidget(self.work, 14)
        cards.addWidget(self.providers, 11)
        tab = QWidget()
        column = QVBoxLayout(tab)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.space(4))
        column.addLayout(head)
        column.addWidget(self.timeline)
        column.addLayout(cards)
        all_of_it = button(theme, self.tr("History"), kind="link")
        all_of_it.clicked.connect(partial(self.open, HISTORY))
        self.lately.head.addWidget(all_of_it)
        column.addWidget(self.lately)
        column.addStretch(1)
        return tab

    def _history_tab(self) -> QWidget:
        self._turn = button(self.context.theme, self.tr("Undo this"), "arrow-u-up-left", shortcut="U")
        self._turn.clicked.connect(self._turn_chosen)
        words = self.tr(
            "Every change, newest first. Each can be undone, and done again, as long as later ones allow it."
        )
        return self._list_tab(self.history, words, [self._turn])

    def _errors_tab(self) -> QWidget:
        theme = self.context.theme
        self._again = button(theme, self.tr("Try again"), "arrow-clockwise", shortcut="R")
        self._again.clicked.connect(self._retry_chosen)
        self._retry_all = button(theme, self.tr("Try all again"))
        self._retry_all.clicked.connect(partial(self._retry, None))
        words = self.tr("What did not work, and the way out. Everything else goes on without it.")
        return self._list_tab(self.errors, words, [self._again, self._retry_all])

    def _list_tab(self, view: QWidget, words: str, buttons: Sequence[QWidget]) -> QWidget:
        theme = self.context.theme
        head = QHBoxLayout()
        head.setSpacing(theme.space(2))
        head.addWidget(label(theme, words, "body", "secondary"), 1)
        for each in buttons:
            each.hide()  # until there is something it could act on
            head.addWidget(each)
        tab = QWidget()
        column = QVBoxLayout(tab)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.space(3))
        column.addLayout(head)
        column.addWidget(view, 1)
        return tab
