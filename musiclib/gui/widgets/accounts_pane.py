"""The accounts: who is there at the left, the one that is chosen at the right."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QModelIndex, Qt, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QHBoxLayout,
    QListView,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from musiclib.domain.queue import ProviderSummary, QueueSummary
from musiclib.domain.states import BadgeState, Source
from musiclib.gui import shell as places
from musiclib.gui import wording
from musiclib.gui.context import AppContext
from musiclib.gui.delegates.line import LineDelegate
from musiclib.gui.models.account_words import AccountLine, keyless_line, spotify_line
from musiclib.gui.models.lines import Line, LinesModel
from musiclib.gui.models.provider_facts import KEYLESS, gives, whose
from musiclib.gui.widgets.activity_strip import BadgeGlyph
from musiclib.gui.widgets.cards import FactsCard
from musiclib.gui.widgets.controls import button, label, rule
from musiclib.gui.widgets.leave_spotify import LeaveSpotify
from musiclib.gui.widgets.spotify_facts import SpotifyFacts
from musiclib.gui.widgets.spotify_guide import SpotifyGuide
from musiclib.gui.widgets.step_guide import StepState

_FACTS_WIDTH = 256
_GUIDE_WIDTH = 400
"""Where there is less beside the facts, they go below."""
_WIDEST = 480
_SETTLED = BadgeState.DONE


class AccountsPane(QWidget):
    """Read anew by `look`."""

    def __init__(self, context: AppContext) -> None:
        super().__init__()
        theme = context.theme
        self._context = context
        self._gates: Mapping[str, ProviderSummary] = {}
        self._lines = LinesModel(self)
        self.list = QListView()
        self.list.setModel(self._lines)
        self.list.setItemDelegate(LineDelegate(theme, self.list))
        self.list.setAccessibleName(self.tr("Accounts"))
        self.list.setFixedWidth(theme.size("sidebar"))
        self.spotify = SpotifyPane(context)
        self.keyless = {name: KeylessPane(context, name) for name in KEYLESS}
        self._stack = QStackedWidget()
        for pane in (self.spotify, *self.keyless.values()):
            self._stack.addWidget(_scrolled(pane))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.list)
        row.addWidget(rule("v"))
        row.addWidget(self._stack, 1)
        self._show()
        self.list.setCurrentIndex(self._lines.index(0))
        self.list.selectionModel().currentChanged.connect(self._choose)
        context.account.changed.connect(self._show)
        context.account.check_ended.connect(self._look_at_gates)

    def look(self) -> None:
        """Read how it stands with each. What was done before is folded away."""
        self.spotify.begin_anew()
        self._context.account.look()
        self._look_at_gates()

    def lines(self) -> list[str]:
        """What stands in the list."""
        return [str(self._lines.index(row).data()) for row in range(self._lines.rowCount())]

    @Slot()
    def _look_at_gates(self) -> None:
        self._context.commands.run(self._context.library.enrichment.summary, self._told)

    @Slot(object)
    def _told(self, summary: QueueSummary) -> None:
        self._gates = {each.name: each for each in summary.providers}
        self._show()

    @Slot()
    def _show(self) -> None:
        account, clock = self._context.account, wording.clock(self._context.now())
        gate = self._gates.get(Source.SPOTIFY)
        told = {Source.SPOTIFY.value: spotify_line(account.status, account.waiting, gate, clock, self.tr)}
        told |= {name.value: keyless_line(self._gates.get(name), clock, self.tr) for name in KEYLESS}
        self._lines.show(
            [Line(name, wording.source_name(name), line.short, "", line.state) for name, line in told.items()]
        )
        self.spotify.show_line(told[Source.SPOTIFY])
        for name, pane in self.keyless.items():
            pane.show_line(told[name])

    def _choose(self, index: QModelIndex) -> None:
        self._stack.setCurrentIndex(index.row())


class _Head(QWidget):
    """A name with its state, and the sentence that says it all."""

    def __init__(self, context: AppContext, name: str) -> None:
        super().__init__()
        theme = context.theme
        self._glyph = BadgeGlyph(theme, BadgeState.QUEUED, header=True)
        self._short = label(theme, "", "body", "secondary")
        self.sentence = label(theme, "", "body", "secondary", wrap=True)
        row = QHBoxLayout()
        row.setSpacing(theme.space(2))
        row.addWidget(label(theme, name, "page"))
        row.addSpacing(theme.space(1))
        row.addWidget(self._glyph)
        row.addWidget(self._short, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.space(1))
        column.addLayout(row)
        column.addWidget(self.sentence)

    def show_line(self, line: AccountLine) -> None:
        self._glyph.set_state(line.state)
        self._short.setText(line.short[:1].upper() + line.short[1:])
        self.sentence.setText(line.sentence)


class SpotifyPane(QWidget):
    """The guide with its facts; folded away where somebody is signed in and all is well."""

    def __init__(self, context: AppContext) -> None:
        super().__init__()
        theme = context.theme
        self._context = context
        self.head = _Head(context, "Spotify")
        self.leave = LeaveSpotify(context)
        self.guide = SpotifyGuide(context)
        self.facts = SpotifyFacts(context)
        self.again = button(theme, self.tr("Show the set-up"), kind="link", dense="tiny")
        self.again.clicked.connect(self._unfold)
        self._unfolded = self._settled = False
        left = QVBoxLayout()
        left.setSpacing(theme.space(5))
        left.addWidget(self.head)
        left.addWidget(self.leave)
        left.addWidget(self.again, alignment=Qt.AlignmentFlag.AlignLeft)
        left.addWidget(self.guide)
        left.addStretch(1)
        inside = QWidget()
        inside.setLayout(left)
        inside.setMaximumWidth(_WIDEST)
        left.setContentsMargins(0, 0, 0, 0)
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        margin = theme.size("page_margin")
        self._row.setContentsMargins(theme.space(8), theme.space(1), margin, theme.space(6))
        self._row.setSpacing(margin)
        self._row.addWidget(inside, 1)
        self._row.addWidget(self.facts)
        self._row.addStretch(0)
        self._place(self.width())
        context.account.changed.connect(self._fold)

    def show_line(self, line: AccountLine) -> None:
        self.head.show_line(line)
        self._settled = line.state is _SETTLED
        self._fold()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place(event.size().width())

    def _place(self, width: int) -> None:
        margins = self._row.contentsMargins()
        room = width - margins.left() - margins.right() - self._row.spacing() - _FACTS_WIDTH
        beside = room >= _GUIDE_WIDTH
        wanted = QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom
        if self._row.direction() != wanted or self.facts.maximumWidth() > _WIDEST:
            self._row.setDirection(wanted)
        self.facts.setMinimumWidth(_FACTS_WIDTH if beside else 0)
        self.facts.setMaximumWidth(_FACTS_WIDTH if beside else _WIDEST)

    @Slot()
    def _fold(self) -> None:
        done = self._settled and all(step.state is StepState.DONE for step in self.guide.steps)
        self._unfolded = self._unfolded or not done
        self.guide.setVisible(not done or self._unfolded)
        self.again.setVisible(done and not self._unfolded)

    def begin_anew(self) -> None:
        """Fold the guide, if nothing is to be done in it."""
        self._unfolded = self._context.account.waiting or self._context.account.checking
        self._fold()

    def _unfold(self) -> None:
        self._unfolded = True
        self._fold()


class KeylessPane(QWidget):
    """A source that answers everybody: what it gives, and whose data it is."""

    def __init__(self, context: AppContext, name: str) -> None:
        super().__init__()
        theme = context.theme
        self.head = _Head(context, wording.source_name(name))
        words, address = whose(name)
        card = FactsCard(theme)
        card.add_heading(self.tr("You get"))
        card.add_list([gives(name)], "check", "done.glyph")
        card.add_heading(self.tr("Whose data it is"))
        card.column.addWidget(label(theme, words, "small", "secondary", wrap=True))
        link = button(theme, address.removeprefix("https://").rstrip("/"), "arrow-square-out", "link", "tiny")
        link.setFont(theme.font("small"))
        link.clicked.connect(lambda: context.account.browse(address))
        card.column.addWidget(link, alignment=Qt.AlignmentFlag.AlignLeft)
        switch = button(theme, self.tr("Switch sources on and off"), "globe")
        switch.clicked.connect(lambda: context.shell.open_page(places.SETTINGS, "providers"))
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.space(8), theme.space(1), theme.size("page_margin"), theme.space(6))
        column.setSpacing(theme.space(4))
        for part in (self.head, card):
            part.setMaximumWidth(_WIDEST)
            column.addWidget(part)
        column.addWidget(switch, alignment=Qt.AlignmentFlag.AlignLeft)
        column.addStretch(1)

    def show_line(self, line: AccountLine) -> None:
        self.head.show_line(line)


def _scrolled(pane: QWidget) -> QScrollArea:
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setWidget(pane)
    return area
