"""Paste and import: the text on the left, what it was read as on the right, where it goes below."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QSplitter, QStackedWidget, QTableView, QVBoxLayout, QWidget

from musiclib.domain.tracklist.model import ColumnMap, Order
from musiclib.gui.acts import Acts
from musiclib.gui.context import AppContext
from musiclib.gui.dialogs.overlay import Overlay
from musiclib.gui.dialogs.paste_import.columns_panel import ColumnsPanel
from musiclib.gui.dialogs.paste_import.drafts import DraftKeeper
from musiclib.gui.dialogs.paste_import.frame_parts import Foot, Head
from musiclib.gui.dialogs.paste_import.intake import PASTED, Intake, local_files
from musiclib.gui.dialogs.paste_import.notice import Notice
from musiclib.gui.dialogs.paste_import.rows_view import RowsView
from musiclib.gui.dialogs.paste_import.session import PasteSession, Reading
from musiclib.gui.dialogs.paste_import.target_panel import TargetPanel
from musiclib.gui.dialogs.paste_import.teach_bar import TeachBar
from musiclib.gui.dialogs.paste_import.text_pane import SourceText
from musiclib.gui.models.import_draft import DraftState, swapped, swapped_all
from musiclib.gui.models.import_rows import ImportRowsModel
from musiclib.gui.steps import Steps
from musiclib.gui.widgets.controls import rule
from musiclib.gui.window_memory import Held
from musiclib.services.import_types import Draft, ExistingAlbum, ImportOutcome, NewAlbum

_SIZE = QSize(1328, 836)
_LEFT = 508
_LEFT_SHARE = 0.42
"""Of a dialog too narrow for the left side's usual width."""


class PasteImportDialog(Overlay):
    """Lies over the window; nothing behind it stops. Its text survives closing as a draft."""

    def __init__(self, context: AppContext, window: QWidget) -> None:
        super().__init__(context.theme, window, _SIZE)
        self._context = context
        imports = context.library.imports
        self.session = PasteSession(imports, context.commands, self)
        self.keeper = DraftKeeper(imports, context.commands, context.now, self)
        self.head = Head(context.theme)
        self.notice = Notice(context.theme)
        self.text = SourceText(context.theme)
        self.intake = Intake(context.commands, self.notice, self)
        self.teach = TeachBar(context.theme)
        self.columns = ColumnsPanel(context.theme)
        self.model = ImportRowsModel(self)
        self.rows = RowsView(context.theme, self.model)
        self.target = TargetPanel(context)
        self.foot = Foot(context.theme)
        self._below_text = QStackedWidget()
        self._acts = Acts(context, self)
        self._left_share: float | None = None
        """Of the width, for the text, where a person has moved the line between both sides."""
        self._sides = QSplitter(Qt.Orientation.Horizontal)
        self._source_name = PASTED
        self._untouched = ""
        self._import_wanted = False
        self.setAccessibleName(self.tr("Paste and import"))
        self.setAcceptDrops(True)
        self._clock = QTimer(self, interval=10_000)
        self._clock.timeout.connect(self._show_saved)
        self._after = Steps(self)
        """What is still to be done after an import."""
        self._lay_out()
        self._connect()
        self.foot.show_nothing()
        self.head.read_as.hide()
        self._below_text.hide()

    # -- opening

    def open_with(self, text: str = "") -> None:
        """Come up with `text`, else with what is being worked on, else with the clipboard's list."""
        self._after.finish()
        self.present()
        self._clock.start()
        self.session.load_lessons()
        self.keeper.look()
        if text:
            self.intake.give(text)
        elif not self.session.text.strip():
            self._untouched = self.intake.from_clipboard()
        self.text.setFocus()

    def open_files(self, paths: Sequence[str]) -> None:
        """Come up with a list file."""
        self._after.finish()
        if self.isHidden():
            self.present()
            self._clock.start()
            self.session.load_lessons()
        self.intake.read_files(paths)
        self.text.setFocus()

    def stop(self) -> None:
        """Save the draft, read or not, and end the reading thread; does not wait."""
        self._after.finish()
        if not self._is_untouched():
            self.keeper.note(self.session.text, self.session.state)
        self.keeper.save_now()
        self.session.stop()

    def wait(self, ms: int) -> bool:
        return self.session.wait(ms)

    def _start_over(self, text: str, source: str, state: DraftState | None = None) -> None:
        self._set_aside()
        self._source_name, self._untouched = source, ""
        self._show_source()
        self.target.forget_names()
        self.text.set_text(text)
        self.session.start_over(text, state)

    def _show_source(self) -> None:
        self.head.show_source(self._source_name != PASTED)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls() or event.mimeData().hasText():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        paths = local_files(event.mimeData())
        if paths:
            self.intake.read_files(paths)
        else:
            self.intake.give(event.mimeData().text())
        event.acceptProposedAction()

    # -- a reading comes in

    def _show_reading(self, reading: Reading) -> None:
        draft = reading.draft
        self.text.show_draft(draft)
        self.head.show_reading(draft.tracklist, reading.timed)
        self._show_target()
        columns = draft.tracklist.columns
        if columns is not None:
            self.columns.show_columns(columns)
        self._show_below(columns is not None)
        self._below_text.setVisible(bool(self.session.text.strip()))
        self.teach.show_line(self.text.current_line())
        if reading.taught is not None:
            self.teach.say_result(*reading.taught)
        self._show_problem(reading)
        self.keeper.note(self.session.text, self.session.state)
        if self._import_wanted:
            self._import_wanted = False
            self.import_now()

    def _show_below(self, is_table: bool) -> None:
        shown: QWidget = self.columns if is_table else self.teach
        self._below_text.setCurrentWidget(shown)
        self._below_text.setFixedHeight(shown.sizeHint().height())

    def _show_problem(self, reading: Reading) -> None:
        if reading.problem:
            self.notice.tell(reading.problem, "error")
        elif not reading.draft.rows and self.session.text.strip():
            words = self.tr(
                "No track was found in this text. Write one on each line, Artist - Title,"
                " or choose a line and teach it below."
            )
            self.notice.tell(words, "review")
        elif self.notice.property("about_reading"):
            self.notice.clear()
        about = bool(reading.problem) or not reading.draft.rows
        self.notice.setProperty("about_reading", about)

    def _show_target(self) -> None:
        reading = self.session.reading
        if reading is None:
            return
        self.model.show(reading.draft, self.session.comparison())
        self.target.show_reading(reading, self.session.wants_new)
        self.target.setEnabled(bool(reading.draft.rows))
        if self.session.text.strip():
            self.foot.show_sums(reading.draft.sums, self.session, self.target)
        else:
            self.foot.show_nothing()

    def _show_saved(self, _moment: object = None) -> None:
        self.head.show_saved(self.keeper.saved_at, self._context.now())

    # -- both sides move together

    def _line_chosen(self, number: int) -> None:
        self.session.end_lesson()
        self.teach.show_line(self.text.current_line())
        reading = self.session.reading
        row = reading.draft.row_of_line.get(number) if reading else None
        if row is not None:
            self.rows.go_to_row(row)

    def _row_chosen(self, index: int) -> None:
        self.session.end_lesson()
        line = self.model.row(index).line
        if line:
            self.text.go_to_line(line)
            self.teach.show_line(self.text.current_line())

    def next_doubt(self) -> None:
        """Go to the next row that was not clear."""
        reading = self.session.reading
        doubts = reading.draft.doubts if reading else []
        if not doubts:
            self.notice.tell(self.tr("No row is in doubt."))
            return
        here = self.rows.currentIndex().row()
        index = next((each for each in doubts if each > here), doubts[0])
        self.rows.go_to_row(index)
        self._row_chosen(index)

    # -- decisions

    def _edit(self, index: int, field: str, value: str | float | None) -> None:
        self.session.put(self.session.state.edited(self.model.row(index).key, {field: value}))

    def _swap(self, indices: Sequence[int]) -> None:
        self.session.put(swapped([self.model.row(index) for index in indices], self.session.state))

    def _swap_all(self) -> None:
        if self.session.reading is not None:
            self.session.put(swapped_all(self.session.reading.draft, self.session.state))

    def _leave_out(self, indices: Sequence[int]) -> None:
        self.session.put(self.session.state.toggled([self.model.row(index).key for index in indices]))

    # -- the import itself

    def import_now(self) -> None:
        """Import what is there; what was typed a moment ago is read first."""
        if self.rows.state() is QTableView.State.EditingState:
            QTimer.singleShot(0, self, self.import_now)  # the table takes the open edit over first
            return
        if self._after.busy:
            return
        if not self.session.is_current:
            self._import_wanted = bool(self.session.text.strip())
            return
        if not self.foot.primary.isEnabled():
            return
        target: NewAlbum | ExistingAlbum
        if self.session.wants_new or self.session.target is None:
            title = self.target.title.text().strip()
            if not title:
                self.notice.tell(self.tr("The new album needs a title."), "review")
                self.target.title.setFocus()
                return
            target = NewAlbum(title, self.target.artist.text().strip() or None)
        else:
            target = ExistingAlbum(self.session.target, self.target.merge_mode())
        # Until it is in the library it is a draft: nothing is lost if musiclib is closed meanwhile.
        self.keeper.note(self.session.text, self.session.state)
        self.keeper.save_now()
        remember = self.teach.remember.isChecked()
        if self.session.commit(target, self._source_name, remember, self.keeper.draft_id):
            self.foot.show_importing(len(self.session.comparison().rows))

    def _imported(self, outcome: ImportOutcome) -> None:
        """The album is opened behind this, which then goes; last, it is emptied for the next list."""
        shell = self._context.shell
        self.keeper.forget()
        self.hold_behind()
        refresh = partial(shell.refresh, list(outcome.rows), [outcome.album_id])
        show = partial(shell.open_album, outcome.album_id)
        leave = partial(self._leave_imported, outcome)
        self._after.start([refresh, show, leave, self._forget_text, self._forget_rows])

    def _leave_imported(self, outcome: ImportOutcome) -> None:
        count, shell = len(outcome.rows), self._context.shell
        self.dismiss()
        words = self.tr("Imported 1 row.") if count == 1 else self.tr("Imported {n} rows.").format(n=count)
        shell.work_arrived()
        if outcome.changeset_id is not None:
            shell.toast(words, self.tr("Undo"), partial(self._acts.take_back, outcome.changeset_id))

    def _forget_text(self) -> None:
        self.text.set_text("")

    def _forget_rows(self) -> None:
        self.session.start_over("")
        self._source_name, self._untouched = PASTED, ""
        self.notice.clear()

    def _refused(self, message: str) -> None:
        self.notice.tell(message, "error")
        self._show_target()

    # -- drafts and leaving

    def save_draft(self) -> None:
        """Keep the paste as it stands and close."""
        self.keeper.note(self.session.text, self.session.state)
        self.keeper.save_now()
        self._leave()

    def cancel(self) -> None:
        """Close; what was worked on stays as a draft, a clipboard nobody touched does not."""
        if self._is_untouched():
            self.keeper.drop()
            self.text.set_text("")
            self.session.start_over("")
        else:
            self.keeper.note(self.session.text, self.session.state)
            self.keeper.save_now()
        self._leave()

    def _is_untouched(self) -> bool:
        """Whether this is just what lay in the clipboard."""
        return self._untouched == self.session.text and self.session.state == DraftState()

    def _set_aside(self) -> None:
        """Another list comes: the one before stays as a draft, if anybody worked on it."""
        if not self.session.text.strip():
            return
        if self._is_untouched():
            self.keeper.drop()
        else:
            self.keeper.note(self.session.text, self.session.state)
            self.keeper.set_aside()

    def _leave(self) -> None:
        self._import_wanted = False
        self._clock.stop()
        self.notice.clear()
        self.dismiss()

    def _offer(self, drafts: Sequence[Draft]) -> None:
        if not drafts or self.isHidden():
            return
        draft = drafts[0]
        first = next((line.strip() for line in draft.text.splitlines() if line.strip()), "")[:60]
        lines = len(draft.text.splitlines())
        words = self.tr('A half-done paste is kept: "{first}", {n} lines.').format(first=first, n=lines)
        self.notice.tell(
            words,
            actions=[
                (self.tr("Go on with it"), partial(self.go_on_with, draft)),
                (self.tr("Throw it away"), partial(self._throw_away, draft)),
            ],
        )

    def go_on_with(self, draft: Draft) -> None:
        """Take a kept draft up again."""
        self.notice.clear()
        self._start_over(draft.text, PASTED, DraftState.from_dict(draft.options))
        self.keeper.take_over(draft)
        self._show_saved()

    def _throw_away(self, draft: Draft) -> None:
        self.notice.clear()
        self.keeper.drop(draft.id)

    # -- keys

    def wanted_key(self, event: QKeyEvent) -> bool:
        key, modifiers = Qt.Key(event.key()), event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        control = Qt.KeyboardModifier.ControlModifier
        in_rows = self.rows.hasFocus()
        acts: dict[tuple[Qt.Key, Qt.KeyboardModifier], Callable[[], None]] = {
            (Qt.Key.Key_Return, control): self.import_now,
            (Qt.Key.Key_Enter, control): self.import_now,
            (Qt.Key.Key_S, control): self.save_draft,
            (Qt.Key.Key_D, control): self.next_doubt,
            (Qt.Key.Key_F6, Qt.KeyboardModifier.NoModifier): self._other_side,
            (Qt.Key.Key_Escape, Qt.KeyboardModifier.NoModifier): self.cancel,
        }
        if in_rows:
            acts[Qt.Key.Key_Z, control] = self.session.undo
            acts[Qt.Key.Key_Z, control | Qt.KeyboardModifier.ShiftModifier] = self.session.redo
            acts[Qt.Key.Key_Y, control] = self.session.redo
        if self.text.hasFocus() and modifiers == Qt.KeyboardModifier.AltModifier:
            acts[Qt.Key.Key_Left, modifiers] = partial(self.teach.parts.step, -1)
            acts[Qt.Key.Key_Right, modifiers] = partial(self.teach.parts.step, 1)
        act = acts.get((key, modifiers))
        if act is None:
            return False
        act()
        return True

    def _other_side(self) -> None:
        sides: list[QWidget] = [self.text, self.teach.parts, self.rows, self.target.title]
        here = next((i for i, side in enumerate(sides) if side.hasFocus()), -1)
        order = sides[here + 1 :] + sides[: here + 1]
        next(side for side in order if side.isVisible() and side.isEnabled()).setFocus()

    # -- putting it together

    def _connect(self) -> None:
        self.session.read.connect(self._show_reading)
        self.session.state_changed.connect(self._show_target)
        self.session.committed.connect(self._imported)
        self.session.refused.connect(self._refused)
        self.keeper.offered.connect(self._offer)
        self.keeper.saved.connect(self._show_saved)
        self.head.file_wanted.connect(self.intake.choose_file)
        self.head.order_wanted.connect(self._set_order)
        self.head.swap_all_wanted.connect(self._swap_all)
        self.head.close_wanted.connect(self.cancel)
        self.text.typed.connect(self.session.set_text)
        self.text.line_chosen.connect(self._line_chosen)
        self.text.files_dropped.connect(self.intake.read_files)
        self.text.too_long.connect(self.intake.too_long)
        self.intake.taken.connect(self._start_over)
        self.intake.refused.connect(self._show_source)
        self.teach.taught.connect(self.session.teach)
        self.columns.mapped.connect(self._map_columns)
        self.model.edited.connect(self._edit)
        self.rows.row_chosen.connect(self._row_chosen)
        self.rows.swap_wanted.connect(self._swap)
        self.rows.leave_out_wanted.connect(self._leave_out)
        self.target.new_chosen.connect(self.session.choose_new)
        self.target.existing_chosen.connect(self.session.choose_existing)
        self.target.mode_chosen.connect(self._show_target)
        self.foot.import_wanted.connect(self.import_now)
        self.foot.draft_wanted.connect(self.save_draft)
        self.foot.cancel_wanted.connect(self.cancel)
        for watched in (self.text, self.rows, self.teach.parts):
            watched.installEventFilter(self)

    def remembered(self) -> Held:
        return {} if self._left_share is None else {"left": self._left_share}

    def recall(self, held: Held) -> None:
        share = held.get("left")
        if isinstance(share, float) and 0 < share < 1:
            self._left_share = share

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        width = event.size().width()
        if width != event.oldSize().width():
            left = min(_LEFT, round(width * _LEFT_SHARE))
            if self._left_share is not None:
                left = round(width * self._left_share)
            self._sides.setSizes([left, width - left])

    def _side_moved(self, left: int, _index: int) -> None:
        self._left_share = left / max(1, self.width())

    def _set_order(self, order: Order) -> None:
        self.session.put(self.session.state.with_order(order))

    def _map_columns(self, columns: ColumnMap) -> None:
        self.session.put(self.session.state.with_columns(columns))

    def _lay_out(self) -> None:
        self._below_text.setObjectName("content")
        self._below_text.addWidget(self.teach)
        self._below_text.addWidget(self.columns)
        self._show_below(is_table=False)
        left = QWidget()
        left.setObjectName("sunken")
        left.setMinimumWidth(_LEFT // 2)
        left_column = QVBoxLayout(left)
        left_column.setContentsMargins(0, 0, 0, 0)
        left_column.setSpacing(0)
        left_column.addWidget(self.text, 1)
        left_column.addWidget(rule())
        left_column.addWidget(self._below_text)
        sides = self._sides
        sides.setHandleWidth(1)
        sides.setChildrenCollapsible(False)
        sides.splitterMoved.connect(self._side_moved)
        sides.addWidget(left)
        sides.addWidget(self.rows)
        sides.setStretchFactor(1, 1)
        below = QWidget()
        below.setObjectName("dialogfoot")
        below.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        below_column = QVBoxLayout(below)
        below_column.setContentsMargins(0, 0, 0, 0)
        below_column.setSpacing(0)
        for part in (rule(), self.target, rule(), self.foot):
            below_column.addWidget(part)
        column = QVBoxLayout(self)
        edge = 1
        column.setContentsMargins(edge, edge, edge, edge)
        column.setSpacing(0)
        column.addWidget(self.head)
        column.addWidget(rule())
        column.addWidget(self.notice)
        column.addWidget(sides, 1)
        column.addWidget(below)
