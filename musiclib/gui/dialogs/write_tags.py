"""What would be written into the tags of files, cell by cell, and the writing of it."""

from __future__ import annotations

from collections.abc import Collection

from PySide6.QtCore import QSize, Qt, QTimer, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QStackedWidget,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from musiclib.domain.tag_fields import TAG_FIELD_NAMES, TagField
from musiclib.gui import wording
from musiclib.gui.acts import Acts
from musiclib.gui.context import AppContext
from musiclib.gui.delegates.tag_cell import TagCellDelegate
from musiclib.gui.dialogs.overlay import Overlay
from musiclib.gui.models.tag_cells import Shown, TagCellModel
from musiclib.gui.tag_work import RowsRead, Step, TagWork
from musiclib.gui.widgets.bars import ShareBar
from musiclib.gui.widgets.chips import FilterChip
from musiclib.gui.widgets.controls import ElidedLabel, SegmentedControl, button, icon_button, label, rule
from musiclib.gui.widgets.flow import FlowRow
from musiclib.gui.widgets.sum_line import SumLine, Term
from musiclib.services.tag_types import TagOutcome, TagSelection

_SIZE = QSize(1328, 836)
_FILE_WIDTH = 300
_WIDTHS = {
    TagField.BPM: 110, TagField.TRACK: 120, TagField.DISC: 120, TagField.ENERGY: 110, TagField.DATE: 130,
    TagField.REPLAYGAIN: 320, TagField.IDS: 300, TagField.ART: 190, TagField.TITLE: 240, TagField.ARTIST: 220,
}  # fmt: skip
_WIDTH = 170


class WriteTags(Overlay):
    """Arrows go from cell to cell, Space ticks, Shift+Space ticks a column, Ctrl+Enter writes."""

    def __init__(self, context: AppContext, window: QWidget, work: TagWork) -> None:
        super().__init__(context.theme, window, _SIZE)
        self._context, self._work = context, work
        self._acts = Acts(context, self)
        self._writing = False
        self._reading = False
        self.setAccessibleName(self.tr("Write tags into files"))
        self.model = TagCellModel(_in_order(context.preferences.settings.tag_fields), self)
        self.table = self._make_table()
        self.chips: dict[TagField, FilterChip] = {}
        self._settled = QTimer(self, singleShot=True, interval=0)
        self._settled.timeout.connect(self._tell)
        self.model.ticks_changed.connect(self._settled.start)
        self.model.modelReset.connect(self._set_widths)
        work.read.connect(self._on_read)
        work.all_read.connect(self._on_all_read)
        work.progressed.connect(self._on_progress)
        work.written.connect(self._on_written)
        work.failed.connect(self._on_failed)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 0, 1, 0)
        column.setSpacing(0)
        column.addLayout(self._head())
        column.addWidget(self._field_row())
        column.addWidget(rule())
        column.addWidget(self._stack(), 1)
        column.addWidget(rule())
        column.addLayout(self._foot())
        self._tell()

    def ask(self, selection: TagSelection, name: str) -> None:
        """Come up with what would be written into the files of a selection that people know by `name`."""
        if self._writing:
            self.present()
            return
        self.title.setText(self.tr("Write tags: {name}").format(name=name) if name else self.tr("Write tags"))
        self.model = self._fresh_model()
        self._reading = True
        self._step = Step(0, 0, 0.0)
        self.shown.choose(Shown.CHANGES)
        self._work.look(selection)
        self._tell()
        self.present()
        self.table.setFocus()

    def dismiss(self) -> None:
        """While files are written it stays, and the writing is broken off instead."""
        self._work.request_stop()
        if not self._writing:
            super().dismiss()

    def wanted_key(self, event: QKeyEvent) -> bool:
        shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if event.key() == Qt.Key.Key_Escape:
            self.dismiss()
        elif event.key() == Qt.Key.Key_Space and self.table.hasFocus():
            if shift:
                self.model.toggle_column(self.table.currentIndex().column())
            else:
                self.model.toggle(self.table.selectionModel().selectedIndexes())
        elif event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and control:
            self._write()
        else:
            return False
        return True

    # -- looks

    def _fresh_model(self) -> TagCellModel:
        old = self.model
        made = TagCellModel(_in_order(self._context.preferences.settings.tag_fields), self)
        made.ticks_changed.connect(self._settled.start)
        made.modelReset.connect(self._set_widths)
        self.table.setModel(made)
        self._set_widths()
        old.deleteLater()
        return made

    def _make_table(self) -> QTableView:
        theme, made = self._context.theme, QTableView()
        made.setModel(self.model)
        delegate = TagCellDelegate(theme, made)
        made.setItemDelegate(delegate)
        made.setFont(theme.font("body"))
        made.setAccessibleName(self.tr("What would be written"))
        made.setShowGrid(False)
        made.setFrameShape(QTableView.Shape.NoFrame)
        made.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        made.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        made.setWordWrap(False)
        made.setCornerButtonEnabled(False)
        made.setTabKeyNavigation(False)
        rows = made.verticalHeader()
        rows.setVisible(False)
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setDefaultSectionSize(delegate.row_height)
        header = made.horizontalHeader()
        header.setFont(theme.font("small"))
        header.setHighlightSections(False)
        header.setSectionsClickable(True)
        header.sectionClicked.connect(self._toggle_column)
        made.installEventFilter(self)
        return made

    def _head(self) -> QHBoxLayout:
        theme = self._context.theme
        row = QHBoxLayout()
        row.setContentsMargins(theme.space(5), theme.space(4), theme.space(3), theme.space(3))
        row.setSpacing(theme.space(3))
        words = QVBoxLayout()
        words.setSpacing(2)
        self.title = ElidedLabel(theme, "", "section")
        words.addWidget(self.title)
        promise = self.tr(
            "Only what is ticked is written. All else in a file stays byte for byte, cues of DJ programs too,"
            " and all of it can be undone in one step."
        )
        words.addWidget(ElidedLabel(theme, promise, "body", "secondary"))
        row.addLayout(words, 1)
        self.shown = SegmentedControl(
            theme,
            [
                (Shown.CHANGES, self.tr("What changes"), ""),
                (Shown.ALL, self.tr("All files"), ""),
                (Shown.PROBLEMS, self.tr("Problems"), ""),
            ],
            self.tr("Which files are shown"),
        )
        self.shown.chosen.connect(lambda kind: self._show(Shown(kind)))
        row.addWidget(self.shown, alignment=Qt.AlignmentFlag.AlignVCenter)
        close = icon_button(theme, "x", self.tr("Close"), "Esc")
        close.clicked.connect(self.dismiss)
        row.addWidget(close, alignment=Qt.AlignmentFlag.AlignTop)
        return row

    def _field_row(self) -> QWidget:
        theme = self._context.theme
        row = FlowRow(theme.space(2))
        row.setAccessibleName(self.tr("Fields to write"))
        for field in TagField:
            chip = FilterChip(theme, self.tr(TAG_FIELD_NAMES[field]))
            chip.setChecked(field in self.model.fields)
            chip.clicked.connect(self._choose_fields)
            chip.installEventFilter(self)
            self.chips[field] = chip
            row.add(chip)
        around = QWidget()
        inside = QVBoxLayout(around)
        inside.setContentsMargins(theme.space(5), 0, theme.space(5), theme.space(3))
        inside.addWidget(row)
        return around

    def _stack(self) -> QWidget:
        theme = self._context.theme
        self.nothing = label(theme, "", "body", "secondary", wrap=True)
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.stack = QStackedWidget()
        self.stack.addWidget(self.table)
        self.stack.addWidget(self.nothing)
        return self.stack

    def _foot(self) -> QHBoxLayout:
        theme = self._context.theme
        self._step = Step(0, 0, 0.0)
        self.sum = SumLine(theme)
        self.bar = ShareBar(theme, "bar.fill")
        self.bar.setFixedWidth(theme.size("tile_min"))
        self.pace = label(theme, "", "small", "secondary")
        self.cancel = button(theme, self.tr("Cancel"), shortcut="Esc")
        self.cancel.clicked.connect(self.dismiss)
        self.act = button(theme, "", kind="primary", shortcut="Ctrl+Return")
        self.act.clicked.connect(self._write)
        row = QHBoxLayout()
        pad = theme.space(3)
        row.setContentsMargins(theme.space(5), pad, theme.space(5), pad)
        row.setSpacing(theme.space(3))
        row.addWidget(self.sum, 1)
        row.addWidget(self.pace)
        row.addWidget(self.bar)
        row.addWidget(self.cancel)
        row.addWidget(self.act)
        return row

    @Slot(int)
    def _toggle_column(self, column: int) -> None:
        self.model.toggle_column(column)

    @Slot()
    def _set_widths(self) -> None:
        self.table.setColumnWidth(0, _FILE_WIDTH)
        for place, field in enumerate(self.model.fields, 1):
            self.table.setColumnWidth(place, _WIDTHS.get(field, _WIDTH))

    # -- what is shown

    def _show(self, kind: Shown) -> None:
        self.model.show(kind)
        self._tell()

    @Slot()
    def _choose_fields(self) -> None:
        fields = [field for field, chip in self.chips.items() if chip.isChecked()]
        self.model.set_fields(fields)
        self._context.preferences.update(tag_fields=tuple(fields))

    @Slot(object)
    def _on_read(self, read: RowsRead) -> None:
        self._step = read.step
        self.model.add(read.rows)

    @Slot()
    def _on_all_read(self) -> None:
        self._reading = False
        self._tell()
        if self.model.rowCount() and not self.table.currentIndex().isValid():
            self.table.setCurrentIndex(self.model.index(0, min(1, self.model.columnCount() - 1)))

    @Slot(str)
    def _on_failed(self, words: str) -> None:
        self._reading = self._writing = False
        self._tell()
        self.nothing.setText(words)
        self.stack.setCurrentWidget(self.nothing)

    def _tell(self) -> None:
        """Sum, buttons and progress, by what is ticked and how far it has come."""
        counts = self.model.counts()
        self.sum.show_sum(
            self.tr("{n} files"),
            [
                Term(counts.written, self.tr("{n} change")),
                Term(counts.left_out, self.tr("{n} left out by you")),
                Term(counts.same, self.tr("{n} say it already")),
                Term(counts.problems, self.tr("{n} cannot be written"), "error"),
            ],
        )
        busy = self._reading or self._writing
        self.bar.setVisible(busy)
        self.pace.setVisible(busy)
        if busy:
            self._tell_step()
        self.act.setText(self._act_words(counts.written))
        self.act.setEnabled(counts.written > 0 and not busy)
        self.shown.setEnabled(not self._writing)
        for chip in self.chips.values():
            chip.setEnabled(not self._writing)
        self.cancel.setText(self.tr("Stop") if self._writing else self.tr("Close"))
        self._tell_nothing(counts.same, counts.problems)

    def _tell_step(self) -> None:
        step = self._step
        self.bar.set_share(step.done, step.total)
        words = self.tr("Writing {done} of {all}") if self._writing else self.tr("Reading {done} of {all}")
        told = words.format(done=wording.number(step.done), all=wording.number(step.total))
        rate = self.tr("{n} a second").format(n=wording.number(max(1, round(step.per_second))))
        self.pace.setText(f"{told}, {rate}" if step.done else told)

    def _act_words(self, files: int) -> str:
        if self._reading:
            return self.tr("Write tags")
        if files == 1:
            return self.tr("Write 1 file")
        if files:
            return self.tr("Write {n} files").format(n=wording.number(files))
        return self.tr("Nothing to write")

    def _tell_nothing(self, same: int, problems: int) -> None:
        if self.model.rowCount() or self._reading:
            self.stack.setCurrentWidget(self.table)
            return
        if not self.model.fields:
            words = self.tr("Choose above what is to be written.")
        elif self.model.kind is Shown.PROBLEMS:
            words = self.tr("All files can be written.")
        elif problems:
            words = self.tr("No file changes. Those that cannot be written are under Problems.")
        elif same:
            words = self.tr("The files say all of it already.")
        else:
            words = self.tr("None of these tracks has a file.")
        self.nothing.setText(words)
        self.stack.setCurrentWidget(self.nothing)

    # -- writing

    def _write(self) -> None:
        if not self.act.isEnabled():
            return
        choices = self.model.choices()
        self._writing = True
        self._step = Step(0, len(choices), 0.0)
        self._tell()
        self._work.write(choices)

    @Slot(object)
    def _on_progress(self, step: Step) -> None:
        self._step = step
        self._tell_step()

    @Slot(object)
    def _on_written(self, outcome: TagOutcome) -> None:
        self._writing = False
        change = outcome.change
        if change is not None:
            self._acts.run(lambda: change)
        if outcome.failures:
            self.model.settle({failure.path: failure.reason for failure in outcome.failures})
            self.shown.choose(Shown.PROBLEMS)
            self._show(Shown.PROBLEMS)
            return
        self._tell()
        super().dismiss()
        if outcome.left and change is None:
            self._context.shell.toast(self.tr("Stopped. No file was written."))


def _in_order(fields: Collection[TagField]) -> list[TagField]:
    """As their chips stand."""
    return [each for each in TagField if each in fields]
