"""The head of the tracks page: the search field, its text form, and chips for what is asked most often."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QElapsedTimer, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QMenu, QSizePolicy, QVBoxLayout, QWidget

from musiclib.domain.rows import TrackSums
from musiclib.domain.track_query import TrackQuery, parse_query
from musiclib.gui import wording
from musiclib.gui.context import AppContext
from musiclib.gui.reading import Topic
from musiclib.gui.shell import NEEDS_YOU
from musiclib.gui.widgets.chips import ChipRow, FilterChip
from musiclib.gui.widgets.controls import ElidedLabel, button
from musiclib.gui.widgets.query_box import QueryBox
from musiclib.gui.widgets.query_text import QueryText

_WORDS_AFTER_MS = 40
"""What a word may become is looked up behind the tracks that it finds."""


class TrackSearch(QWidget):
    """`changed` is sent when something else is asked for."""

    changed = Signal()
    left = Signal()
    save_wanted = Signal()

    def __init__(self, context: AppContext) -> None:
        super().__init__()
        self._context = context
        theme = context.theme
        self.box = QueryBox(theme)
        self._asked = QElapsedTimer()
        self._took_ms = 0
        self._word = TrackQuery(), ""
        """What is being typed, beside what is asked for already."""
        self._word_soon = QTimer(self, singleShot=True, interval=_WORDS_AFTER_MS)
        self._word_soon.timeout.connect(self._ask_for_words)
        self._chips = {
            "needs:ear": FilterChip(theme, self.tr("Needs an ear"), "ear"),
            "missing:isrc": FilterChip(theme, self.tr("Missing ISRC"), "tag"),
            "has:file": FilterChip(theme, self.tr("Has a file"), "folder"),
        }
        for text, chip in self._chips.items():
            chip.clicked.connect(partial(self.ask_for, text))
        self._more = {
            NEEDS_YOU: self.tr("Needs you"),
            "missing:bpm": self.tr("Missing BPM"),
            "missing:key": self.tr("Missing key"),
            "missing:file": self.tr("No file"),
            "missing:art": self.tr("No art"),
            "added:<7d": self.tr("Added this week"),
            "popularity:>60": self.tr("Hits"),
            "popularity:<30": self.tr("Deep cuts"),
        }
        margin = theme.space(6)
        column = QVBoxLayout(self)
        column.setContentsMargins(margin, 0, margin, 0)
        column.setSpacing(0)
        column.addWidget(self.box)
        column.addWidget(self._row())
        self.box.changed.connect(self._on_changed)
        self.box.problems_changed.connect(self._say)
        self.box.word_typed.connect(self._complete)
        self.box.word_ended.connect(self._forget_word)
        self.box.left.connect(self.left)
        self.box.save_wanted.connect(self.save_wanted)
        self._say()

    @property
    def query(self) -> TrackQuery:
        return self.box.query

    def show_query(self, query: TrackQuery) -> None:
        self.box.set_query(query)

    def ask_for(self, text: str, on: bool = True) -> None:
        """Have this term in the query, or no more."""
        if on:
            self.box.add(text)
        else:
            query = self.box.draft.query
            for term in parse_query(text).terms:
                query = query.without(term)
            self.box.set_query(query)

    def counted(self) -> list[TrackQuery]:
        """What has to be counted for the chips, in their order."""
        return [self.query.with_term(text) for text in self._chips]

    def show_counts(self, sums: Sequence[TrackSums]) -> None:
        """What came of `counted`."""
        for chip, each in zip(self._chips.values(), sums, strict=True):
            chip.set_count(each.tracks)

    def arrived(self) -> None:
        """What was found is on the screen."""
        if self._asked.isValid():
            self._took_ms = max(1, self._asked.elapsed())
            self._asked.invalidate()

    def say_found(self, tracks: int) -> None:
        text = self.tr("{n} tracks in {ms} ms") if tracks != 1 else self.tr("{n} track in {ms} ms")
        self.box.say_found(text.format(n=wording.number(tracks), ms=self._took_ms))

    # -- below the field

    def _row(self) -> QWidget:
        theme = self._context.theme
        row = QWidget()
        row.setFixedHeight(theme.size("chips_row"))
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(theme.space(2))
        self._lead = ElidedLabel(theme, "", "small", "tertiary")
        self._lead.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        self._text = QueryText(theme)
        self._text.copied.connect(lambda _text: self._context.shell.toast(self.tr("The search is copied.")))
        self._wrong = ElidedLabel(theme, "", "small", "review")
        self._mend = button(theme, "", kind="link", dense="tiny")
        self._mend.setFont(theme.font("small"))
        self._mend.clicked.connect(self._take_suggestion)
        said = QWidget()
        left = QHBoxLayout(said)
        left.setContentsMargins(0, 0, 0, 0)
        left.setSpacing(theme.space(2))
        left.addWidget(self._lead, alignment=Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        left.addWidget(self._text, 1, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        left.addWidget(self._wrong, 1)
        left.addWidget(self._mend)
        said.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        line.addWidget(said, 1)
        more = button(theme, self.tr("More"), "caret-down", dense="true")
        more.setProperty("pill", "true")
        more.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
        more.setMenu(self._more_menu(more))
        chips = ChipRow(theme, list(self._chips.values()))
        chips.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        line.addWidget(chips)
        line.addWidget(more)
        return row

    def _more_menu(self, parent: QWidget) -> QMenu:
        menu = QMenu(parent)
        self._actions: dict[str, QAction] = {}
        for text, words in self._more.items():
            action = menu.addAction(words)
            action.setCheckable(True)
            action.triggered.connect(partial(self.ask_for, text))
            self._actions[text] = action
        menu.aboutToShow.connect(self._count_more)
        return menu

    def _count_more(self) -> None:
        asked = set(self.query.terms)
        for text, action in self._actions.items():
            action.setText(self._more[text])
            action.setChecked(asked >= set(parse_query(text).terms))
        queries = [self.query.with_term(text) for text in self._more]
        browsing = self._context.library.browsing
        self._context.reading.ask(Topic.MENU, lambda: browsing.totals(queries), self._show_more)

    @Slot(object)
    def _show_more(self, sums: list[TrackSums]) -> None:
        for (text, action), each in zip(self._actions.items(), sums, strict=True):
            action.setText(f"{self._more[text]}\t{wording.number(each.tracks)}")

    def _on_changed(self) -> None:
        self._asked.start()
        self.box.say_found("")
        asked = set(self.query.terms)
        for text, chip in self._chips.items():
            chip.setChecked(asked >= set(parse_query(text).terms))
        self._say()
        self.changed.emit()

    def _say(self) -> None:
        problems, text = self.box.problems, str(self.query)
        problem = problems[0] if problems else None
        self._wrong.setText(problem.message if problem else "")
        self._wrong.setVisible(problem is not None)
        suggestion = problem.suggestion if problem else None
        self._mend.setText(suggestion or "")
        self._mend.setAccessibleName(self.tr("Write {text} instead").format(text=suggestion))
        self._mend.setToolTip(self._mend.accessibleName())
        self._mend.setVisible(bool(suggestion))
        hint = self.tr("Ctrl+Space in the field shows all that can be asked for")
        self._lead.setText(self.tr("The same as text") if text else hint)
        self._lead.setVisible(problem is None)
        self._text.show_text(text)
        self._text.setVisible(problem is None and bool(text))

    def _take_suggestion(self) -> None:
        if self.box.problems:
            self.box.mend(self.box.problems[0])

    def _complete(self, beside: TrackQuery, word: str) -> None:
        self._context.reading.drop(Topic.WORDS)  # of the word as it was: it would only be in the way
        self._word = beside, word
        self._word_soon.start()

    def _forget_word(self) -> None:
        self._word_soon.stop()
        self._context.reading.drop(Topic.WORDS)

    def _ask_for_words(self) -> None:
        op = partial(self._context.library.searching.completions, *self._word)
        self._context.reading.ask(Topic.WORDS, op, self.box.offer)
