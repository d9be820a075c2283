"""The search of the tracks page: chips and text in one field, and what it found at its right end."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout

from musiclib.domain.music_key import KeyNotation
from musiclib.domain.track_query import Problem, TrackQuery
from musiclib.gui.icons import paint_icon
from musiclib.gui.models.query_draft import QueryDraft
from musiclib.gui.painting.boxes import paint_focus_box
from musiclib.gui.theme import Theme
from musiclib.gui.widgets.controls import button, label, rule
from musiclib.gui.widgets.query_edit import QueryLine
from musiclib.gui.widgets.query_popup import QueryPopup
from musiclib.services.searching import Completion

_ROOM_FOR_WORDS = 820


class QueryBox(QFrame):
    """`changed` is sent when the query has another meaning; what is typed towards it is in `draft`.

    `word_typed` asks for completions: the query without the word, and the word; after `word_ended` nobody
    waits for them. `left` says that the person wants to go on in the list.
    """

    changed = Signal()
    word_typed = Signal(object, str)
    word_ended = Signal()
    problems_changed = Signal()
    left = Signal()
    save_wanted = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._notation = KeyNotation.CAMELOT
        self.draft = QueryDraft()
        self._query = TrackQuery()
        self._popup: QueryPopup | None = None
        self._word = (0, 0)
        self.setFixedHeight(max(36, theme.line("body") + theme.space(4)))
        self.line = QueryLine(theme)
        self.edit = self.line.edit
        self.edit.setAccessibleName(self.tr("Search tracks"))
        self.edit.setPlaceholderText(self.tr("Search, or ask: bpm:120-126 key:~8A missing:isrc"))
        self._found = label(theme, "", "small", "tertiary")
        self._rule = rule("v")
        self.save = button(theme, self.tr("Save as smart album"), "star", kind="link", dense="tiny")
        self.save.clicked.connect(self.save_wanted)
        row = QHBoxLayout(self)
        side = round(theme.icon("control"))
        row.setContentsMargins(side + theme.space(5), 2, theme.space(2), 2)
        row.setSpacing(theme.space(3))
        row.addWidget(self.line, 1)
        row.addWidget(self._found)
        row.addWidget(self._rule)
        row.addWidget(self.save)
        self.setFocusProxy(self.edit)
        self._connect()
        self._dress()

    def _connect(self) -> None:
        edit = self.edit
        self.line.opened.connect(lambda place: self._take(self.draft.reopened(place), -1, ask=True))
        self.line.removed.connect(self._remove)
        edit.textChanged.connect(self._on_typed)
        edit.entered.connect(self._settle)
        edit.erased.connect(lambda: self._remove(len(self.draft.chips) - 1))
        edit.taken.connect(self._take_completion)
        edit.stepped.connect(self._step)
        edit.all_fields.connect(self._offer_all)
        edit.escaped.connect(self._escape)
        edit.installEventFilter(self)
        self._theme.changed.connect(self._underline)

    @property
    def query(self) -> TrackQuery:
        return self._query

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What cannot be read, but not a word that is still being typed."""
        return tuple(each for each in self.draft.problems if not each.unfinished)

    def set_query(self, query: TrackQuery) -> None:
        """Ask this instead of what is asked now."""
        self._take(QueryDraft().of_text(query.text or str(query)), -1)

    def add(self, text: str) -> None:
        """One more term."""
        self.set_query(self.draft.query.with_term(text))

    def mend(self, problem: Problem) -> None:
        """Put its suggestion in the place of a problem."""
        if problem.suggestion is not None:
            draft, cursor = self.draft.replaced(problem.start, problem.end, problem.suggestion)
            self._take(draft, cursor, ask=draft.words.endswith(":"))
            self.edit.setFocus()

    def set_notation(self, notation: KeyNotation) -> None:
        if notation is not self._notation:
            self._notation = notation
            self.line.show_terms(self.draft.chips, notation)

    def say_found(self, text: str) -> None:
        """What stands at the right: how many were found, and how fast."""
        self._found.setText(text)
        self._dress()

    def offer(self, completions: Sequence[Completion]) -> None:
        """Show what the word could become, if it is still being typed."""
        if self.window().focusWidget() is not self.edit:
            return
        popup = self._made_popup()
        start, _ = self._word
        metrics = QFontMetrics(self.edit.font())
        behind = self.edit.text()[start : self.edit.cursorPosition()]
        left = self.edit.cursorRect().center().x() - metrics.horizontalAdvance(behind)
        below = QPoint(left - self._theme.space(4), 0)
        place = self.edit.mapTo(self.window(), below)
        place.setY(self.mapTo(self.window(), QPoint(0, self.height())).y() + self._theme.space(1))
        popup.offer(completions, place)
        self.edit.completing, self.edit.pointed = not popup.isHidden(), False
        self._say_completion()

    def sizeHint(self) -> QSize:
        return QSize(400, self.height())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.edit.setFocus(Qt.FocusReason.MouseFocusReason)
        super().mousePressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in {QEvent.Type.FocusIn, QEvent.Type.FocusOut}:
            self.update()
            if event.type() == QEvent.Type.FocusOut:
                self._close_popup()
        return super().eventFilter(watched, event)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._theme
        paint_focus_box(self, theme, focus=self.edit.hasFocus(), radius="control")
        side = round(theme.icon("control"))
        place = QRect(theme.space(3), (self.height() - side) // 2, side, side)
        paint_icon(QPainter(self), place, "magnifying-glass", theme, "text.secondary")

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._dress()
        self._close_popup()

    # -- what is typed

    def _on_typed(self, words: str) -> None:
        if words == self.draft.words:
            return
        cursor = self.edit.cursorPosition()
        draft, at = QueryDraft(self.draft.chips, words).settled(everything=False, cursor=cursor)
        self._take(draft, at, ask=self.window().focusWidget() is self.edit)

    def _settle(self) -> None:
        """Enter: all that is typed becomes chips; with nothing to settle, the list has its turn."""
        self._close_popup()
        if not self.draft.words.strip():
            self.left.emit()
            return
        draft, at = self.draft.settled(everything=True, cursor=len(self.draft.words))
        self._take(draft, at)

    def _remove(self, place: int) -> None:
        if 0 <= place < len(self.draft.chips):
            self._take(self.draft.without(place), self.edit.cursorPosition(), ask=False)
            self.edit.setFocus()

    def _take(self, draft: QueryDraft, cursor: int, ask: bool = False) -> None:
        """Show this draft; a cursor below zero stands at the end."""
        if draft.chips != self.draft.chips:
            self.line.show_terms(draft.chips, self._notation)
        before, self.draft = self.draft, draft
        if self.edit.text() != draft.words:
            self.edit.setText(draft.words)
            self.edit.setCursorPosition(len(draft.words) if cursor < 0 else cursor)
        self._underline()
        if before.problems != draft.problems:
            self.problems_changed.emit()
        query = draft.query
        if query != self._query:
            self._query = query
            self._dress()
            self.changed.emit()
        if ask:
            self.edit.setFocus()
            self._ask_for_completions()
        else:
            self._close_popup()

    def _underline(self) -> None:
        self.edit.underline(self.draft.problems)

    def _dress(self) -> None:
        wide = self.width() >= _ROOM_FOR_WORDS
        self._found.setVisible(bool(self._query) and wide and bool(self._found.text()))
        self.save.setVisible(bool(self._query))
        self._rule.setVisible(bool(self._query) and wide)
        self.edit.setPlaceholderText(
            "" if self.draft.chips else self.tr("Search, or ask: bpm:120-126 key:~8A missing:isrc")
        )

    # -- completions

    def _ask_for_completions(self) -> None:
        start, end = self.draft.piece_at(self.edit.cursorPosition())
        self._word = start, end
        word = self.draft.words[start : self.edit.cursorPosition()]
        if word.strip("-"):
            self.word_typed.emit(self.draft.beside(start, end), word)
        else:
            self._close_popup()

    def _offer_all(self) -> None:
        start, end = self.draft.piece_at(self.edit.cursorPosition())
        self._word = start, end
        word = self.draft.words[start : self.edit.cursorPosition()]
        self.word_typed.emit(self.draft.beside(start, end), word if ":" in word else "")

    def _take_completion(self) -> None:
        if self._popup is not None and not self._popup.isHidden():
            self._popup.take()

    def _complete(self, text: str) -> None:
        start, end = self._word
        draft, cursor = self.draft.replaced(start, end, text)
        self._take(draft, cursor, ask=text.endswith(":"))
        self.edit.setFocus()

    def _step(self, by: int) -> None:
        if self._popup is not None and not self._popup.isHidden():
            self._popup.step(by)
            self.edit.pointed = True
            self._say_completion()
        elif by > 0:
            self.left.emit()

    def _say_completion(self) -> None:
        current = self._popup.current() if self._popup is not None and self.edit.completing else None
        count = "" if current is None or current.count is None else f", {current.count}"
        self.edit.setAccessibleDescription(f"{current.text}, {current.words}{count}" if current else "")

    def _escape(self) -> None:
        if self.edit.completing:
            self._close_popup()
        elif self.draft.words:
            self._take(QueryDraft(self.draft.chips), 0)
        else:
            self.left.emit()

    def _close_popup(self) -> None:
        self.word_ended.emit()
        self.edit.completing = self.edit.pointed = False
        if self._popup is not None:
            self._popup.hide()

    def _made_popup(self) -> QueryPopup:
        if self._popup is None:
            self._popup = QueryPopup(self._theme, self.window())
            self._popup.taken.connect(self._complete)
        return self._popup
