"""A plan with its filter chips above and its sum below."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QButtonGroup, QGridLayout, QHBoxLayout, QMenu, QSizePolicy, QVBoxLayout, QWidget

from musiclib.domain.bulk_plan import SURE, CellState, Plan, PlanColumn
from musiclib.domain.states import BadgeState
from musiclib.gui import wording
from musiclib.gui.context import AppContext
from musiclib.gui.models.bulk_plan import BulkPlanModel
from musiclib.gui.widgets.cards import Icon
from musiclib.gui.widgets.chips import ChipRow, FilterChip
from musiclib.gui.widgets.controls import button, keycap, label, rule
from musiclib.gui.widgets.plan_table import PlanTable
from musiclib.gui.widgets.sum_line import SumLine, Term

_LEVELS = (100, 95, 90, 80, 70, 50, 0)


class PlanPane(QWidget):
    back_wanted = Signal()
    save_wanted = Signal()
    apply_wanted = Signal()

    def __init__(self, context: AppContext) -> None:
        super().__init__()
        self._theme = context.theme
        self.model = BulkPlanModel(self)
        self.table = PlanTable(context, self.model)
        self.table.setAccessibleName(self.tr("Plan"))
        self.table.why_wanted.connect(self._tell_why)
        self._backup = ""
        self._source = ""
        self._lay_out()
        self.model.changed.connect(self._count)

    def show_plan(self, plan: Plan, backup: str) -> None:
        """`backup` says what is made before anything is written."""
        self._backup, self._source = backup, ""
        self.chips[None].setChecked(True)
        self.sure.setText(self.tr("Sure from {n}").format(n=SURE))
        self.source.setText(self.tr("Source"))
        self.model.show(plan)
        if plan.tracks:
            self.table.setCurrentIndex(self.model.index(0, 1))
        self.table.setFocus()

    # -- looks

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._filters())
        column.addWidget(self.table, 1)
        column.addWidget(rule())
        column.addWidget(self._foot())

    def _filters(self) -> QWidget:
        theme = self._theme
        words: dict[CellState | None, tuple[str, BadgeState | str]] = {
            None: (self.tr("All cells"), "check"),
            CellState.WRITE: (self.tr("To write"), "check-square"),
            CellState.LEFT_OUT: (self.tr("Left out"), "square"),
            CellState.ASKS: (self.tr("Asks you"), BadgeState.REVIEW),
            CellState.LOCKED: (self.tr("Locked"), "lock-simple"),
            CellState.SAME: (self.tr("Same"), "equals"),
        }
        self.chips = {state: FilterChip(theme, *each) for state, each in words.items()}
        group = QButtonGroup(self)
        for state, chip in self.chips.items():
            group.addButton(chip)
            chip.clicked.connect(partial(self._filter, state))
        self._above = QWidget()
        self._places = QGridLayout(self._above)
        margin = theme.size("page_margin")
        self._places.setContentsMargins(margin, 0, margin, 0)
        self._places.setSpacing(theme.space(2))
        self._places.setColumnStretch(0, 1)
        self._places.addWidget(ChipRow(theme, list(self.chips.values())), 0, 0)
        self._beside = self._beside_chips()
        self._places.addWidget(self._beside, 0, 1)
        return self._above

    def _beside_chips(self) -> QWidget:
        """Two menus, and the keys where there is the room for them."""
        theme = self._theme
        self.source = button(theme, self.tr("Source"), "caret-down", dense="true")
        self.source.setMenu(QMenu(self.source))
        self.source.menu().aboutToShow.connect(self._fill_sources)
        self.sure = button(theme, self.tr("Sure from {n}").format(n=SURE), "caret-down", dense="true")
        self.sure.setToolTip(self.tr("Answers of which less is sure are left out"))
        self.sure.setMenu(self._levels())
        self._hints = QWidget()
        hints = QHBoxLayout(self._hints)
        hints.setContentsMargins(theme.space(2), 0, 0, 0)
        hints.setSpacing(theme.space(1) + 2)
        for key, what in (("Space", self.tr("tick")), ("Enter", self.tr("why this value"))):
            hints.addWidget(keycap(theme, key), 0, Qt.AlignmentFlag.AlignVCenter)
            hints.addWidget(label(theme, what, "small", "secondary"))
        made = QWidget()
        row = QHBoxLayout(made)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.space(2))
        for each in (self.source, self.sure):
            each.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
            each.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
            row.addWidget(each)
        row.addWidget(self._hints)
        return made

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_filters()

    def _fit_filters(self) -> None:
        """Where it is narrow the keys and a word are left out, and the menus stand below the chips."""
        theme = self._theme
        room = self.width() - 2 * theme.size("page_margin")
        wanted = sum(
            each.sizeHint().width() + theme.space(2)
            for each in (*self.chips.values(), self.source, self.sure)
        )
        self._hints.setVisible(wanted + self._hints.sizeHint().width() + theme.space(2) <= room)
        below = wanted > room
        place = (1, 0) if below else (0, 1)
        self._places.addWidget(self._beside, *place, Qt.AlignmentFlag.AlignLeft)
        self.save.setText(self.tr("Save as CSV") if below else self.tr("Save plan as CSV"))
        height = theme.size("chips_row")
        self._above.setFixedHeight(height + below * (self.source.sizeHint().height() + theme.space(1)))

    def _levels(self) -> QMenu:
        menu = QMenu(self.sure)
        for level in _LEVELS:
            words = self.tr("Sure from {n}").format(n=level) if level else self.tr("However sure")
            menu.addAction(words, partial(self._require, level, words))
        return menu

    def _foot(self) -> QWidget:
        theme, margin = self._theme, self._theme.size("page_margin")
        self.sum = SumLine(theme, "body")
        self.promise = label(theme, "", "small", "secondary")
        self.safe = label(theme, "", "small", "secondary")
        words = QVBoxLayout()
        words.setSpacing(theme.space(1))
        words.addWidget(self.sum)
        facts = QHBoxLayout()
        facts.setSpacing(theme.space(1) + 2)
        for icon, text in (("archive", self.safe), ("shield-check", self.promise)):
            facts.addWidget(Icon(theme, icon, "text.secondary"))
            facts.addWidget(text)
            facts.addSpacing(theme.space(2))
        facts.addStretch(1)
        words.addLayout(facts)
        self.save = button(theme, self.tr("Save plan as CSV"))
        self.save.clicked.connect(self.save_wanted)
        self.back = button(theme, self.tr("Back"), "arrow-left")
        self.back.clicked.connect(self.back_wanted)
        self.apply = button(theme, "", kind="primary")
        self.apply.clicked.connect(self.apply_wanted)
        made = QWidget()
        made.setObjectName("window")
        made.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        row = QHBoxLayout(made)
        row.setContentsMargins(margin, theme.space(3), margin, theme.space(3))
        row.setSpacing(theme.space(4))
        row.addLayout(words, 1)
        for each in (self.save, self.back, self.apply):
            row.addWidget(each)
        return made

    # -- what is shown

    def _count(self) -> None:
        plan = self.model.plan
        counts = {state: plan.count(state) for state in CellState}
        self.chips[None].set_count(plan.cells)
        for state, count in counts.items():
            self.chips[state].set_count(count)
        self._fit_filters()
        self.sum.show_sum(
            self.tr("{n} cells"),
            [
                Term(counts[CellState.WRITE], self.tr("{n} to write"), "accent"),
                Term(counts[CellState.LEFT_OUT], self.tr("{n} left out")),
                Term(counts[CellState.ASKS], self.tr("{n} ask you"), "review"),
                Term(counts[CellState.LOCKED], self.tr("{n} locked")),
                Term(counts[CellState.SAME], self.tr("{n} same")),
            ],
        )
        writes = wording.number(counts[CellState.WRITE])
        some = counts[CellState.WRITE] > 0
        self.safe.setText(self._backup)
        self.promise.setText(
            self.tr("Writes exactly {n} or nothing at all").format(n=writes)
            if some
            else self.tr("Nothing is ticked yet")
        )
        one = counts[CellState.WRITE] == 1
        words = self.tr("Apply 1 change") if one else self.tr("Apply {n} changes").format(n=writes)
        self.apply.setText(words)
        self.apply.setEnabled(some)
        self.apply.setToolTip("" if some else self.tr("Tick what is to be written."))

    def _filter(self, state: CellState | None) -> None:
        self.model.filter(state, self._source)
        if self.model.rowCount():
            self.table.setCurrentIndex(self.model.index(0, 1))

    def _fill_sources(self) -> None:
        menu = self.source.menu()
        menu.clear()
        menu.addAction(self.tr("All sources"), partial(self._choose_source, ""))
        for each in self.model.sources():
            menu.addAction(wording.source_name(each), partial(self._choose_source, each))

    def _choose_source(self, source: str) -> None:
        self._source = source
        self.source.setText(wording.source_name(source) if source else self.tr("Source"))
        self.model.filter(self.model.state_shown, source)

    def _require(self, level: int, words: str) -> None:
        self.sure.setText(words)
        self.model.require(level)

    def _tell_why(self, index: QModelIndex, at: QPoint) -> None:
        """All answers to a cell, with who gives them; one can be taken from here."""
        column = self.model.column_at(index.column())
        if column is None:
            return
        row = self.model.row_of(index.row())
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addSection(self.model.why(column, row))
        self._add_answers(menu, index, column, row)
        menu.popup(at)

    def _add_answers(self, menu: QMenu, index: QModelIndex, column: PlanColumn, row: int) -> None:
        for number, offer in enumerate(column.offers.get(row, ()), 1):
            words = self.tr("&{n}  {value}   {source}, {sure} % sure").format(
                n=number,
                value=self.model.value(column, offer.value).replace("&", "&&"),
                source=wording.source_name(offer.source),
                sure=offer.sure,
            )
            action = menu.addAction(words, partial(self.model.choose, index, offer))
            action.setEnabled(column.can_tick(row))
        if column.can_tick(row):
            kept = self.model.value(column, column.old[row]).replace("&", "&&")
            keep = partial(self._keep, index, column, row)
            menu.addAction(self.tr("&0  Keep {value}").format(value=kept), keep)

    def _keep(self, index: QModelIndex, column: PlanColumn, row: int) -> None:
        if column.states[row] == CellState.WRITE:
            self.model.toggle(index)
