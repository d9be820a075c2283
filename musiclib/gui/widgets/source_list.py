"""The sources of audio in the order they are preferred: added, set up, switched, moved and tried out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QModelIndex, Qt, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QListView, QVBoxLayout, QWidget

from musiclib.domain.audio_sources import KindInfo, SourceRow
from musiclib.domain.ids import SourceId
from musiclib.errors import KnownError
from musiclib.gui.context import AppContext
from musiclib.gui.delegates.line import LineDelegate
from musiclib.gui.dialogs.source_form import SourceForm
from musiclib.gui.models.lines import Line, LinesModel
from musiclib.gui.threads import JobThread
from musiclib.gui.widgets.controls import button, icon_button, label, restyle

_ICONS = {"music_folders": "folder", "folder": "hard-drive", "subsonic": "hard-drives", "archive": "archive"}
_MOST_ROWS = 8
_Read = tuple[Sequence[SourceRow], Sequence[KindInfo]]


class SourceList(QWidget):
    """Read anew by `look`. The worker that downloads sees by itself what is changed here."""

    def __init__(self, context: AppContext) -> None:
        super().__init__()
        theme = context.theme
        self._context, self._service = context, context.library.sources
        self._rows: tuple[SourceRow, ...] = ()
        self._kinds: tuple[KindInfo, ...] = ()
        self._chosen: SourceId | None = None
        self._sure: SourceId | None = None
        self._thread: JobThread | None = None
        self._lines = LinesModel(self)
        self.list = _Keys(
            {
                (Qt.Key.Key_Up, True): lambda: self._move(-1),
                (Qt.Key.Key_Down, True): lambda: self._move(1),
                (Qt.Key.Key_Space, False): self._switch,
                (Qt.Key.Key_Delete, False): self._remove,
                (Qt.Key.Key_Return, False): self._edit,
            }
        )
        self.list.setModel(self._lines)
        self.list.setItemDelegate(LineDelegate(theme, self.list))
        self.list.setAccessibleName(self.tr("Sources of audio"))
        self.list.setProperty("framed", "true")
        self.list.doubleClicked.connect(self._edit)
        self.list.selectionModel().currentChanged.connect(self._on_current)
        self.setFocusProxy(self.list)
        self.add = button(theme, self.tr("Add a source"), "plus")
        self.edit = button(theme, self.tr("Set up"), shortcut="Return")
        self.switch = button(theme, self.tr("Switch off"), shortcut="Space")
        self.test = button(theme, self.tr("Test"))
        self.remove = button(theme, self.tr("Remove"), shortcut="Del")
        self.up = icon_button(theme, "arrow-up", self.tr("Prefer it more"), "Alt+Up")
        self.down = icon_button(theme, "arrow-down", self.tr("Prefer it less"), "Alt+Down")
        self.told = label(theme, "", "small", "secondary", wrap=True)
        for each, act in (
            (self.add, self._add),
            (self.edit, self._edit),
            (self.switch, self._switch),
            (self.test, self._test),
            (self.remove, self._remove),
        ):
            each.clicked.connect(act)
        self.up.clicked.connect(lambda: self._move(-1))
        self.down.clicked.connect(lambda: self._move(1))
        self._lay_out()
        self._mark()
        context.preferences.changed.connect(self.look)

    @Slot()
    def look(self) -> None:
        """Read what is set up."""
        self._context.commands.run(self._read, self._show)

    def wait(self, ms: int) -> bool:
        """Wait for a test that runs; False if it takes longer."""
        return self._thread is None or self._thread.wait(ms)

    def _read(self) -> _Read:
        return self._service.sources(), self._service.kinds()

    def _act(self, op: Callable[[], object]) -> None:
        def act() -> _Read:
            op()
            return self._read()

        self._context.commands.run(act, self._show, self._refused)

    @Slot(object)
    def _show(self, read: _Read) -> None:
        rows, kinds = read
        self._rows, self._kinds = tuple(rows), tuple(kinds)
        self._draw()

    def _draw(self) -> None:
        wanted = self._chosen
        self._lines.show([self._line(each) for each in self._rows])
        theme = self._context.theme
        height = max(
            theme.size("row_tall"), theme.line("title_in_row") + theme.line("small") + theme.space(3)
        )
        self.list.setFixedHeight(min(_MOST_ROWS, max(1, len(self._rows))) * height + 2)
        ids = [each.id for each in self._rows]
        self.list.setCurrentIndex(self._lines.index(ids.index(wanted) if wanted in ids else 0))
        self._mark()

    def _line(self, row: SourceRow) -> Line:
        words = " · ".join(filter(None, (row.place, row.trouble)))
        state = self.tr("On") if row.enabled else self.tr("Off")
        icon = "warning" if row.trouble and row.enabled else _ICONS.get(row.kind, "puzzle-piece")
        return Line(row.id, row.name, words or self._about(row), state, None, icon, quiet=not row.enabled)

    def _about(self, row: SourceRow) -> str:
        return next((each.label for each in self._kinds if each.name == row.kind), row.kind)

    def _current(self) -> SourceRow | None:
        place = self.list.currentIndex().row()
        return self._rows[place] if 0 <= place < len(self._rows) else None

    @Slot(QModelIndex, QModelIndex)
    def _on_current(self, _now: QModelIndex, _before: QModelIndex) -> None:
        self._mark()

    def _mark(self) -> None:
        """Which buttons make sense for the chosen one."""
        row = self._current()
        self._chosen = row.id if row else self._chosen
        if row is None or row.id != self._sure:
            self._sure = None
        place = self.list.currentIndex().row()
        self.add.setEnabled(bool(self._kinds))
        self.edit.setEnabled(row is not None and self._kind_of(row) is not None)
        self.remove.setEnabled(row is not None and not row.built_in)
        self.remove.setText(self.tr("Remove for good?") if self._sure else self.tr("Remove"))
        self.remove.setProperty("kind", "danger" if self._sure else "")
        restyle(self.remove)
        self.switch.setEnabled(row is not None)
        self.switch.setText(self.tr("Switch off") if row is None or row.enabled else self.tr("Switch on"))
        self.test.setEnabled(row is not None and self._thread is None)
        self.up.setEnabled(place > 0)
        self.down.setEnabled(0 <= place < len(self._rows) - 1)

    def _kind_of(self, row: SourceRow) -> KindInfo | None:
        return next((each for each in self._kinds if each.name == row.kind), None)

    @Slot()
    def _add(self) -> None:
        self._open(self._kinds, None)

    @Slot()
    def _edit(self) -> None:
        row = self._current()
        kind = self._kind_of(row) if row else None
        if kind is not None:
            self._open([kind], row)

    def _open(self, kinds: Sequence[KindInfo], source: SourceRow | None) -> None:
        form = SourceForm(self._context, self.window(), kinds, source)
        form.closed.connect(self.look)
        form.closed.connect(form.deleteLater)
        form.present()

    @Slot()
    def _switch(self) -> None:
        row = self._current()
        if row is not None:
            self._act(partial(self._service.enable, row.id, not row.enabled))

    @Slot()
    def _remove(self) -> None:
        row = self._current()
        if row is None or row.built_in:
            return
        if self._sure != row.id:
            self._sure = row.id
            self._say(
                self.tr("{name} and its password are forgotten for good. What came from it stays.").format(
                    name=row.name
                )
            )
            self._mark()
            return
        self._sure = None
        self._say("")
        self._act(partial(self._service.remove, row.id))

    def _move(self, by: int) -> None:
        here = self.list.currentIndex().row()
        there = here + by
        if here < 0 or not 0 <= there < len(self._rows):
            return
        rows = list(self._rows)
        row = rows.pop(here)
        rows.insert(there, row)
        self._rows = tuple(rows)  # at once: the next key press counts from here
        self._draw()
        self._act(partial(self._service.move, row.id, there))

    @Slot()
    def _test(self) -> None:
        row = self._current()
        if row is None or self._thread is not None:
            return
        self._say(self.tr("{name} is tried out …").format(name=row.name))
        self._tested = row.name
        thread = self._thread = JobThread(
            lambda _tell, _stop: self._service.test(row.id), "source test", self
        )
        thread.done.connect(self._on_answer)
        thread.failed.connect(self._on_trouble)
        thread.crashed.connect(self._on_crashed)
        thread.finished.connect(self._on_finished)
        thread.start()
        self._mark()

    @Slot(object)
    def _on_answer(self, sentence: str) -> None:
        self._say(f"{self._tested}: {sentence}")

    @Slot(object)
    def _on_trouble(self, error: KnownError) -> None:
        self._say(f"{self._tested}: {error}", bad=True)

    @Slot(object)
    def _on_crashed(self, error: Exception) -> None:
        self._say(
            self.tr("This did not work because of a fault in musiclib. The log has the details."), bad=True
        )
        raise error

    @Slot()
    def _on_finished(self) -> None:
        thread, self._thread = self._thread, None
        if thread is not None:
            thread.let_go()
        self._mark()

    @Slot(object)
    def _refused(self, error: KnownError) -> None:
        self._say(str(error), bad=True)
        self.look()

    def _say(self, words: str, bad: bool = False) -> None:
        self.told.setText(words)
        self.told.setProperty("tone", "error" if bad else "secondary")
        restyle(self.told)

    def _lay_out(self) -> None:
        theme = self._context.theme
        sides = QVBoxLayout()
        sides.addWidget(self.up)
        sides.addWidget(self.down)
        sides.addStretch(1)
        top = QHBoxLayout()
        top.addWidget(self.list, 1)
        top.addLayout(sides)
        foot = QHBoxLayout()
        foot.setSpacing(theme.space(2))
        for each in (self.add, self.edit, self.switch, self.test, self.remove):
            foot.addWidget(each)
        foot.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.space(2))
        column.addLayout(top)
        column.addLayout(foot)
        column.addWidget(self.told)


class _Keys(QListView):
    """A list with keys of its own, by key and whether Alt is held."""

    def __init__(self, acts: dict[tuple[Qt.Key, bool], Callable[[], None]]) -> None:
        super().__init__()
        self._acts = acts

    def keyPressEvent(self, event: QKeyEvent) -> None:
        alt = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
        act = self._acts.get((Qt.Key(event.key()), alt))
        if act is None:
            super().keyPressEvent(event)
        else:
            act()
