"""Tracks that are one recording, group after group: keep one, merge, or say that they are two."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QModelIndex, Qt, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QListView, QStackedWidget, QVBoxLayout, QWidget

from musiclib.domain.duplicates import KEPT_WORDS, By, Group
from musiclib.domain.ids import FileId, TrackId
from musiclib.domain.merging import Merge
from musiclib.domain.rows import TrackRow
from musiclib.errors import BadInput, KnownError
from musiclib.gui import shell as places
from musiclib.gui import wording
from musiclib.gui.acts import Acts
from musiclib.gui.context import AppContext
from musiclib.gui.delegates.line import LineDelegate
from musiclib.gui.models.duplicate_words import found_by, full_name, line_of
from musiclib.gui.models.lines import LinesModel
from musiclib.gui.pages.base import Page
from musiclib.gui.pages.empty import NothingHere
from musiclib.gui.reading import Topic
from musiclib.gui.widgets.chips import FilterChip
from musiclib.gui.widgets.controls import ElidedLabel, button, label, rule, top_bar
from musiclib.gui.widgets.duplicate_case import DuplicateCase, question_words
from musiclib.gui.widgets.flow import FlowLabel
from musiclib.gui.widgets.key_hints import KeyHints
from musiclib.gui.widgets.sum_line import SumLine, Term
from musiclib.services.changes import Change
from musiclib.services.duplicate_types import Case, Duplicates
from musiclib.services.duplicates import DuplicateService

_QUEUE = 288
_DIGITS = range(Qt.Key.Key_1, Qt.Key.Key_9 + 1)

Found = tuple[Duplicates, dict[TrackId, TrackRow], int]
"""What was found, the tracks that are kept, and how many files have not been listened to."""


class _Queue(QListView):
    """Keys go to `pressed` first; what that leaves is the list's own."""

    def __init__(self, pressed: Callable[[QKeyEvent], bool]) -> None:
        super().__init__()
        self._pressed = pressed
        self.setUniformItemSizes(True)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self._pressed(event):
            super().keyPressEvent(event)


class DuplicatesPage(Page):
    """Keys: 1 to 9 keep, Enter merges, N tells apart, T ticks the trash, J and K walk."""

    def __init__(self, context: AppContext) -> None:
        super().__init__(context)
        self._acts = Acts(context, self)
        self._groups: tuple[Group, ...] = ()
        self._place = 0
        theme = context.theme
        self.lines = LinesModel(self)
        self.queue = _Queue(self._pressed)
        self.queue.setModel(self.lines)
        self.queue.setItemDelegate(LineDelegate(theme, self.queue))
        self.queue.setAccessibleName(self.tr("Groups of duplicates"))
        self.queue.setFixedWidth(_QUEUE)
        self.queue.selectionModel().currentChanged.connect(self._on_current)
        self.view = DuplicateCase(context)
        self.view.changed.connect(self._dress)
        self._make_controls()
        self._lay_out()
        self._acts.done.connect(self._find)
        context.shell.taken_back.connect(self._on_news)
        context.shell.listened.connect(self._on_news)

    def open(self, argument: object = None) -> None:
        self._find()
        self.queue.setFocus(Qt.FocusReason.OtherFocusReason)

    def step(self, by: int) -> None:
        row = self.queue.currentIndex().row() + by
        if 0 <= row < len(self._groups):
            self.queue.setCurrentIndex(self.lines.index(row))

    # -- looks

    def _make_controls(self) -> None:
        theme = self.context.theme
        self.chips = {
            By.ISRC: FilterChip(theme, self.tr("Same ISRC"), "barcode"),
            By.TAGS: FilterChip(theme, self.tr("Same names"), "text-aa"),
            By.FINGERPRINT: FilterChip(theme, self.tr("Same sound"), "ear"),
        }
        for kind, chip in self.chips.items():
            chip.setChecked(kind is not By.FINGERPRINT)
            chip.clicked.connect(self._find)
        self.listen = button(theme, "")
        self.listen.setToolTip(self.tr("Files are compared by their sound once they have been listened to."))
        self.listen.clicked.connect(self.context.shell.listen_to_files)
        self.listen.hide()
        self.merge_sure = button(theme, "", "checks")
        self.merge_sure.clicked.connect(self._merge_all_sure)
        self.merge = button(theme, self.tr("Merge"), "check", kind="primary", shortcut="Return")
        self.merge.clicked.connect(self._merge_this)
        self.apart = button(theme, self.tr("Not duplicates"), "prohibit", shortcut="N")
        self.apart.clicked.connect(self._tell_apart)
        self.trash = QCheckBox()
        self.trash.setFont(theme.font("body"))
        self.sums = SumLine(theme, "body")

    def _lay_out(self) -> None:
        theme = self.context.theme
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._top_bar())
        column.addWidget(rule())
        self._nothing = NothingHere(
            theme,
            self.tr("No duplicates were found."),
            self.tr("Tracks with the same ISRC, or the same names and length, would stand here."),
            self.tr("Back to the tracks"),
        )
        self._nothing.acted.connect(partial(self.context.shell.open_page, places.TRACKS))
        self._looking = label(theme, self.tr("The tracks are being compared."), "body", "secondary")
        self._looking.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._stack = QStackedWidget()
        for each in (self._looking, self._nothing, self._body()):
            self._stack.addWidget(each)
        column.addWidget(self._stack, 1)
        column.addWidget(KeyHints(theme, _hints(self), self.sums))

    def _top_bar(self) -> QWidget:
        theme = self.context.theme
        bar, row = top_bar(theme, self.tr("Duplicates"))
        for chip in self.chips.values():
            row.addWidget(chip)
        row.addWidget(self.listen)
        row.addStretch(1)
        row.addWidget(self.merge_sure)
        return bar

    def _body(self) -> QWidget:
        theme = self.context.theme
        body = QWidget()
        row = QHBoxLayout(body)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.queue)
        row.addWidget(rule("v"))
        case = QVBoxLayout()
        case.setSpacing(0)
        head = QVBoxLayout()
        head.setContentsMargins(theme.space(4), theme.space(3), theme.space(4), theme.space(3))
        head.setSpacing(theme.space(1))
        self._name = ElidedLabel(theme, "", "section")
        self._why = FlowLabel(theme, "", "body", "secondary")
        head.addWidget(self._name)
        head.addWidget(self._why)
        case.addLayout(head)
        case.addWidget(rule())
        case.addWidget(self.view, 1)
        case.addWidget(rule())
        case.addLayout(self._foot())
        row.addLayout(case, 1)
        return body

    def _foot(self) -> QVBoxLayout:
        theme = self.context.theme
        foot = QVBoxLayout()
        pad = theme.space(4)
        foot.setContentsMargins(pad, theme.space(3), pad, theme.space(3))
        foot.setSpacing(theme.space(2))
        self._note = FlowLabel(theme, "", "body", "review")
        foot.addWidget(self._note)
        foot.addWidget(FlowLabel(theme, self.tr(KEPT_WORDS), "small", "tertiary"))
        row = QHBoxLayout()
        row.setSpacing(theme.space(2))
        row.addWidget(self.trash)
        row.addStretch(1)
        row.addWidget(self.apart)
        row.addWidget(self.merge)
        foot.addLayout(row)
        return foot

    # -- what is shown

    @Slot()
    def _find(self, _changes: object = None) -> None:
        by = [kind for kind, chip in self.chips.items() if chip.isChecked()]
        library = self.context.library

        def find() -> Found:
            found = library.duplicates.find(by)
            rows = library.searching.rows([group.tracks[0] for group in found.groups])
            lacking = library.fingerprints.lacking() if By.FINGERPRINT in by else 0
            return found, {row.id: row for row in rows}, lacking

        if not self._groups:
            self._stack.setCurrentWidget(self._looking)
        self.context.reading.ask(Topic.DUPLICATES, find, self._show_found, self._refuse)

    @Slot(object)
    def _show_found(self, answer: Found) -> None:
        found, rows, lacking = answer
        self.listen.setText(self.tr("Listen to {n} files").format(n=wording.number(lacking)))
        self.listen.setVisible(lacking > 0)
        self._place = max(0, self.queue.currentIndex().row())
        self._groups = found.groups
        self.lines.show([line_of(group, rows.get(group.tracks[0])) for group in self._groups])
        sure = sum(group.sure for group in self._groups)
        self.sums.show_sum(
            self.tr("{n} groups"),
            [
                Term(sure, self.tr("{n} sure")),
                Term(len(self._groups) - sure, self.tr("{n} to look at"), "review"),
            ],
        )
        self.merge_sure.setText(self.tr("Merge all {n} that are sure").format(n=wording.number(sure)))
        self.merge_sure.setEnabled(sure > 0)
        if not self._groups:
            self._stack.setCurrentWidget(self._nothing)
            return
        self._stack.setCurrentIndex(2)
        here = min(self._place, len(self._groups) - 1)
        self.queue.setCurrentIndex(self.lines.index(here))
        self._read()

    @Slot()
    def _on_current(self, _now: QModelIndex, _before: QModelIndex) -> None:
        self._read()

    def _read(self) -> None:
        group = self._current()
        if group is not None:
            service = self.context.library.duplicates
            self.context.reading.ask(Topic.DUPLICATE, partial(service.cases, [group]), self._show_case)

    def _current(self) -> Group | None:
        row = self.queue.currentIndex().row()
        return self._groups[row] if 0 <= row < len(self._groups) else None

    @Slot(object)
    def _show_case(self, cases: list[Case]) -> None:
        case = cases[0] if cases else None
        if case is not None and case.group != self._current():
            return
        self.view.show_case(case)
        self.trash.setChecked(False)
        if case is not None:
            self._name.setText(full_name(case.members[0].row))
            self._why.setText(found_by(case.group))
        self._dress()

    @Slot()
    def _dress(self) -> None:
        case = self.view.case
        question = question_words(self.view)
        self._note.setText(question)
        self._note.setVisible(bool(question))
        self.merge.setEnabled(case is not None and not question)
        files = len(case.superfluous) if case is not None else 0
        one = self.tr("Move the other file to the trash")
        many = self.tr("Move the other {n} files to the trash").format(n=files)
        self.trash.setText(one if files == 1 else many)
        self.trash.setVisible(files > 0)

    @Slot(object)
    def _refuse(self, error: KnownError) -> None:
        self.context.shell.toast(str(error))

    def _on_news(self, _ids: object = None) -> None:
        if self.isVisible():
            self._find()

    # -- what a person does

    def _pressed(self, event: QKeyEvent) -> bool:
        acts: dict[int, Callable[[], object]] = {
            Qt.Key.Key_J: partial(self.step, 1),
            Qt.Key.Key_K: partial(self.step, -1),
            Qt.Key.Key_Return: self._merge_this,
            Qt.Key.Key_Enter: self._merge_this,
            Qt.Key.Key_N: self._tell_apart,
            Qt.Key.Key_T: self.trash.toggle,
        }
        act = acts.get(event.key())
        if event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            return False
        if event.key() in _DIGITS:
            self.view.keep(event.key() - Qt.Key.Key_1)
        elif act is not None:
            act()
        else:
            return False
        return True

    def _merge_this(self) -> None:
        merge, case = self.view.merge(), self.view.case
        if merge is None or case is None or not self.merge.isEnabled():
            return
        ticked = self.trash.isChecked() and not self.trash.isHidden()
        files = [file.id for file in case.superfluous] if ticked else []
        self._acts.run(partial(_merged, self.context.library.duplicates, [merge], files))

    def _merge_all_sure(self) -> None:
        service = self.context.library.duplicates
        self._acts.run(partial(_merge_sure, service, [each for each in self._groups if each.sure]))

    def _tell_apart(self) -> None:
        group = self._current()
        if group is not None:
            service = self.context.library.duplicates
            self._acts.run(partial(service.tell_apart, group.tracks))


def _merged(service: DuplicateService, merges: Sequence[Merge], files: Sequence[FileId]) -> Change:
    """Merge, then move files to the trash; the summary tells of both."""
    change = service.merge(merges)
    discarded = service.discard(files)
    told = [change.summary]
    if discarded.paths:
        told.append(f"{len(discarded.paths)} moved to the trash")
    told += [f"{path} stays: {why}" for path, why in discarded.failed]
    return replace(change, summary="; ".join(told))


def _merge_sure(service: DuplicateService, groups: Sequence[Group]) -> Change:
    """Those in which nothing has to be chosen."""
    cases = [case for case in service.cases(groups) if not case.conflicts]
    if not cases:
        raise BadInput("In each of these you have set a value in two ways. Choose which one stays.")
    return service.merge([Merge(case.group.tracks[0], case.group.tracks[1:]) for case in cases])


def _hints(page: QWidget) -> Sequence[tuple[Sequence[str], str]]:
    return [
        (("1", "2", "3"), page.tr("keep")),
        (("Enter",), page.tr("merge")),
        (("N",), page.tr("not duplicates")),
        (("T",), page.tr("files to the trash")),
        (("J", "K"), page.tr("next, back")),
    ]
