"""The cards of the activity page: work by kind, what runs now, the providers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import QLocale, Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QListView,
    QVBoxLayout,
    QWidget,
)

from musiclib.domain.queue import KindCounts, ProviderSummary, QueueSummary, RunningItem
from musiclib.domain.queue_words import provider_calls, provider_sentence
from musiclib.domain.states import BadgeState, TaskKind
from musiclib.domain.wording import Clock, Translate
from musiclib.gui.delegates.line import LineDelegate
from musiclib.gui.models.lines import Line, LinesModel
from musiclib.gui.theme import Theme
from musiclib.gui.widgets.activity_strip import BadgeGlyph
from musiclib.gui.widgets.bars import ShareBar
from musiclib.gui.widgets.controls import ElidedLabel, label, rule
from musiclib.gui.wording import number, source_name

_NOW_ROWS = 8


class WorkCard(QFrame):
    """One row for each kind of work; the five numbers of a row add up to the sixth."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.setProperty("card", "true")
        self._rows: dict[TaskKind, tuple[ShareBar, list[QLabel]]] = {}
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(theme.space(4))
        self._grid.setVerticalSpacing(0)
        self._grid.setContentsMargins(theme.space(4), 0, theme.space(4), 0)
        self._grid.setColumnStretch(1, 1)
        self._head()
        self._kind(TaskKind.METADATA, self.tr("Identity and art"), 2)
        self._kind(TaskKind.AUDIO, self.tr("Sound analysis"), 4)
        self.now = NowList(theme)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, theme.space(3))
        column.setSpacing(0)
        column.addLayout(self._grid)
        column.addWidget(rule())
        column.addWidget(self.now, 1)

    def show_summary(self, summary: QueueSummary) -> None:
        by_kind = {each.kind: each for each in summary.kinds}
        for kind, (bar, numbers) in self._rows.items():
            counts = by_kind.get(kind, KindCounts(kind, 0, 0, 0, 0, 0))
            bar.set_share(counts.done, counts.total)
            values = (counts.done, counts.running, counts.queued, counts.waiting, counts.error, counts.total)
            for place, (made, value) in enumerate(zip(numbers, values, strict=True)):
                made.setText(number(value))
                tone = "error" if place == 4 and value else "tertiary" if not value else ""
                if made.property("tone") != tone:
                    made.setProperty("tone", tone)
                    made.style().polish(made)
        self.now.show_running(summary.running, summary.at)

    def numbers(self, kind: TaskKind) -> list[str]:
        """The row of a kind as it is shown: done, now, queued, waits, error, all."""
        return [made.text() for made in self._rows[kind][1]]

    def _head(self) -> None:
        theme = self._theme
        names = (self.tr("Done"), self.tr("Now"), self.tr("Queued"), self.tr("Waits"), self.tr("Error"))
        first = label(theme, self.tr("Kind of work"), "small", "secondary")
        first.setMinimumHeight(theme.size("header"))
        self._grid.addWidget(first, 0, 0)
        for place, name in enumerate((*names, self.tr("= All")), 2):
            made = label(theme, name, "small", "secondary")
            self._grid.addWidget(made, 0, place, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._grid.addWidget(rule(), 1, 0, 1, 8)

    def _kind(self, kind: TaskKind, name: str, row: int) -> None:
        theme = self._theme
        title = label(theme, name, "title_in_row")
        title.setMinimumHeight(theme.size("row_tall") - theme.space(1))
        bar = ShareBar(theme, "bar.done")
        bar.setAccessibleName(name)
        self._grid.addWidget(title, row, 0)
        self._grid.addWidget(bar, row, 1)
        numbers = []
        for place in range(6):
            made = label(theme, "", "body_strong" if place == 5 else "body")
            made.setFont(theme.font("body_strong" if place == 5 else "body", tabular=True))
            made.setMinimumWidth(theme.space(10))
            made.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            self._grid.addWidget(made, row, place + 2)
            numbers.append(made)
        if kind is not TaskKind.AUDIO:
            self._grid.addWidget(rule(), row + 1, 0, 1, 8)
        self._rows[kind] = (bar, numbers)


class NowList(QWidget):
    """What is worked on at this moment, and for how long."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._rows: list[tuple[QWidget, BadgeGlyph, QLabel, ElidedLabel, QLabel]] = []
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.space(4), theme.space(3), theme.space(4), 0)
        column.setSpacing(theme.space(1))
        column.addWidget(label(theme, self.tr("Right now"), "body_strong"))
        self._none = label(theme, self.tr("Nothing is being worked on."), "body", "secondary")
        column.addWidget(self._none)
        for _ in range(_NOW_ROWS):
            column.addWidget(self._row())
        self._more = label(theme, "", "small", "secondary")
        column.addWidget(self._more)
        column.addStretch(1)

    def show_running(self, items: Sequence[RunningItem], at: datetime) -> None:
        self._none.setVisible(not items)
        for place, (line, _, kind, title, seconds) in enumerate(self._rows):
            line.setVisible(place < len(items))
            if place >= len(items):
                continue
            item = items[place]
            kind.setText(self.tr("Analysis") if item.kind is TaskKind.AUDIO else self.tr("Identity and art"))
            title.setText(f"{item.artist} – {item.title}")
            seconds.setText(self.tr("{n} s").format(n=f"{(at - item.since).total_seconds():.1f}"))
        more = len(items) - _NOW_ROWS
        self._more.setVisible(more > 0)
        self._more.setText(self.tr("and {n} more").format(n=more))

    def turn(self, turn: float) -> None:
        """Turn the arcs of the rows in view."""
        for line, glyph, *_ in self._rows:
            if not line.isHidden():
                glyph.set_turn(turn)

    def _row(self) -> QWidget:
        theme = self._theme
        line = QWidget()
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.space(2))
        glyph = BadgeGlyph(theme, BadgeState.RUNNING)
        kind = label(theme, "", "small", "secondary")
        kind.setMinimumWidth(theme.space(12) * 3)
        title = ElidedLabel(theme, "", "title_in_row")
        seconds = label(theme, "", "small", "secondary")
        seconds.setFont(theme.font("small", tabular=True))
        line.setMinimumHeight(theme.size("row_compact") - theme.space(1))
        row.addWidget(glyph)
        row.addWidget(kind)
        row.addWidget(title, 1)
        row.addWidget(seconds)
        line.hide()
        self._rows.append((line, glyph, kind, title, seconds))
        return line


class LatelyCard(QFrame):
    """The last changes, newest first; it is gone while there is none."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setProperty("card", "true")
        self.lines = LinesModel(self)
        self._list = QListView()
        self._list.setModel(self.lines)
        self._list.setItemDelegate(LineDelegate(theme, self._list))
        self._list.setProperty("bare", "true")
        self._list.setAccessibleName(self.tr("Last changes"))
        self._list.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self._list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._list.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.head = QHBoxLayout()
        self.head.setContentsMargins(theme.space(4), 0, theme.space(2), 0)
        title = label(theme, self.tr("Last changes"), "body_strong")
        title.setMinimumHeight(theme.size("header") + theme.space(1))
        self.head.addWidget(title)
        self.head.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(self.head)
        column.addWidget(rule())
        column.addWidget(self._list)
        self.hide()

    def show_lines(self, lines: Sequence[Line]) -> None:
        self.lines.show(lines)
        heights = (self._list.sizeHintForRow(row) for row in range(len(lines)))
        self._list.setFixedHeight(sum(heights) + 1)
        self.setVisible(bool(lines))


class ProvidersCard(QFrame):
    """Each provider with its own sentence, its calls of the last 24 hours and those left."""

    def __init__(self, theme: Theme, translate: Translate) -> None:
        super().__init__()
        self._theme, self._translate = theme, translate
        self.setProperty("card", "true")
        self._names: tuple[str, ...] = ()
        self._rows: list[tuple[BadgeGlyph, QLabel, QLabel]] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self.head = QHBoxLayout()
        self.head.setContentsMargins(theme.space(4), 0, theme.space(2), 0)
        title = label(theme, self.tr("Providers"), "body_strong")
        title.setMinimumHeight(theme.size("header") + theme.space(1))
        self.head.addWidget(title)
        self.head.addStretch(1)
        self._column.addLayout(self.head)
        self._body = QWidget()
        self._column.addWidget(self._body)
        self._column.addStretch(1)

    def show_providers(self, providers: Sequence[ProviderSummary], clock: Clock) -> None:
        names = tuple(each.name for each in providers)
        if names != self._names:
            self._rebuild(providers)
            self._names = names
        for provider, (glyph, sentence, asked) in zip(providers, self._rows, strict=True):
            glyph.set_state(_state(provider))
            sentence.setText(provider_sentence(provider, clock, self._translate))
            asked.setText(provider_calls(provider, self._translate, number))
            asked.setToolTip(self._per_task(provider))

    def _per_task(self, provider: ProviderSummary) -> str:
        if provider.calls_per_task is None:
            return ""
        each = QLocale().toString(provider.calls_per_task, "f", 1)
        return self.tr("{n} calls for a track, as measured").format(n=each)

    def _rebuild(self, providers: Sequence[ProviderSummary]) -> None:
        theme = self._theme
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self._rows = []
        for provider in providers:
            column.addWidget(rule())
            line = QWidget()
            line.setMinimumHeight(theme.size("topbar"))
            row = QHBoxLayout(line)
            row.setContentsMargins(theme.space(4), theme.space(2), theme.space(4), theme.space(2))
            row.setSpacing(theme.space(3))
            glyph = BadgeGlyph(theme, _state(provider))
            names = QVBoxLayout()
            names.setSpacing(0)
            names.addWidget(label(theme, source_name(provider.name), "title_in_row"))
            sentence = label(theme, "", "small", "secondary", wrap=True)
            names.addWidget(sentence)
            asked = label(theme, "", "small", "secondary")
            asked.setFont(theme.font("small", tabular=True))
            row.addWidget(glyph)
            row.addLayout(names, 1)
            row.addWidget(asked)
            column.addWidget(line)
            self._rows.append((glyph, sentence, asked))
        old, self._body = self._body, body
        self._column.replaceWidget(old, body)
        old.hide()
        old.deleteLater()


def _state(provider: ProviderSummary) -> BadgeState:
    if not provider.enabled:
        return BadgeState.NOT_FOUND
    return BadgeState.WAITING if provider.blocked_until is not None else BadgeState.DONE
