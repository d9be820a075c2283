"""What goes with a track in a mix, best first, and from there on to what goes with that."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from musiclib.domain.ids import TrackId
from musiclib.domain.neighbours import Neighbour
from musiclib.domain.rows import TrackRow
from musiclib.errors import KnownError
from musiclib.gui import wording
from musiclib.gui.acts import TrackActs
from musiclib.gui.context import AppContext
from musiclib.gui.dialogs.overlay import Overlay
from musiclib.gui.models.neighbours import NEIGHBOUR_LAYOUT, NeighbourModel
from musiclib.gui.reading import Topic
from musiclib.gui.widgets.controls import ElidedLabel, button, icon_button, label, rule
from musiclib.gui.widgets.track_table import TrackTable

_SIZE = QSize(1040, 640)
_MOST = 100

Found = tuple[TrackRow | None, list[Neighbour], list[TrackRow]]


class NeighboursDialog(Overlay):
    """Enter opens a track on its album; G goes on to what goes with it, Backspace goes back."""

    def __init__(self, context: AppContext, window: QWidget) -> None:
        super().__init__(context.theme, window, _SIZE)
        self._context = context
        self._acts = TrackActs(context, self)
        self._path: list[TrackId] = []
        self.setAccessibleName(self.tr("What goes with a track"))
        theme = context.theme
        self.model = NeighbourModel(context.tracks, context.now, self)
        self.model.set_notation(context.preferences.settings.key_notation)
        self.table = TrackTable(context, self.model, NEIGHBOUR_LAYOUT)
        self.table.setAccessibleName(self.tr("Tracks that go with it"))
        self.table.track_opened.connect(self._open)
        self.table.chosen_rows_changed.connect(self._dress)
        self.table.commands = {"a": self._add, "g": self._go_on}
        self.table.installEventFilter(self)
        self._name = ElidedLabel(theme, "", "section")
        self._facts = ElidedLabel(theme, "", "body", "secondary")
        self._nothing = label(theme, "", "body", "secondary", wrap=True)
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.table)
        self._stack.addWidget(self._nothing)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 0, 1, 0)
        column.setSpacing(0)
        column.addLayout(self._head())
        column.addWidget(self._stack, 1)
        column.addWidget(rule())
        column.addLayout(self._foot())

    def ask(self, track_id: TrackId) -> None:
        """Come up with what goes with this track."""
        self._path = [track_id]
        self._read()
        self.present()
        self.table.setFocus()

    def wanted_key(self, event: QKeyEvent) -> bool:
        if event.key() == Qt.Key.Key_Escape:
            self.dismiss()
        elif event.key() == Qt.Key.Key_Backspace:
            self._go_back()
        else:
            return False
        return True

    def _head(self) -> QHBoxLayout:
        theme = self._context.theme
        row = QHBoxLayout()
        row.setContentsMargins(theme.space(5), theme.space(4), theme.space(3), theme.space(3))
        row.setSpacing(theme.space(2))
        self.back = icon_button(theme, "arrow-left", self.tr("The track before"), "Backspace")
        self.back.clicked.connect(self._go_back)
        row.addWidget(self.back)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self._name)
        words.addWidget(self._facts)
        row.addLayout(words, 1)
        close = icon_button(theme, "x", self.tr("Close"), "Esc")
        close.clicked.connect(self.dismiss)
        row.addWidget(close, alignment=Qt.AlignmentFlag.AlignTop)
        return row

    def _foot(self) -> QHBoxLayout:
        theme = self._context.theme
        row = QHBoxLayout()
        pad = theme.space(3)
        row.setContentsMargins(theme.space(5), pad, theme.space(5), pad)
        row.setSpacing(theme.space(2))
        hint = self.tr("Half and double tempo count as the same. Enter opens a track on its album.")
        row.addWidget(ElidedLabel(theme, hint, "small", "tertiary"), 1)
        self.go_on = button(theme, self.tr("What goes with this one"), "share-network", shortcut="G")
        self.go_on.clicked.connect(self._go_on)
        self.add = button(theme, self.tr("Add to album"), "list-plus", shortcut="A")
        self.add.clicked.connect(self._add)
        for made in (self.go_on, self.add):
            row.addWidget(made)
        return row

    # -- what is shown

    def _read(self) -> None:
        track_id = self._path[-1]
        held = self._context.tracks.get(track_id)
        self._say(held)
        self.back.setVisible(len(self._path) > 1)
        self._dress()
        self._context.reading.ask(Topic.NEIGHBOURS, partial(self._find, track_id), self._take, self._refuse)

    def _find(self, track_id: TrackId) -> Found:
        searching = self._context.library.searching
        row = next(iter(searching.rows([track_id])), None)
        found = searching.goes_with(track_id, _MOST)
        return row, found, searching.rows([each.track_id for each in found])

    @Slot(object)
    def _take(self, answer: Found) -> None:
        row, found, rows = answer
        if row is None or row.id != self._path[-1]:
            return
        self._say(row)
        self.model.show_neighbours(found, rows)
        if rows:
            self._stack.setCurrentWidget(self.table)
            self.table.choose_place(0)
            self.table.setFocus()
        else:
            self._refuse_with(self.tr("Nothing here goes with it, in key and within 6 % of its tempo."))

    @Slot(object)
    def _refuse(self, error: KnownError) -> None:
        self._refuse_with(str(error))

    def _refuse_with(self, words: str) -> None:
        self.model.show_neighbours([], [])
        self._nothing.setText(words)
        self._stack.setCurrentWidget(self._nothing)
        self._dress()
        self.setFocus()

    def _say(self, row: TrackRow | None) -> None:
        if row is None:
            self._name.setText(self.tr("Goes with this"))
            return
        version = f" ({row.version})" if row.version else ""
        self._name.setText(self.tr("Goes with {track}").format(track=f"{row.artist} - {row.title}{version}"))
        energy = self.tr("energy {n}").format(n=row.energy) if row.energy is not None else ""
        tempo = f"{wording.bpm(row.bpm)} BPM" if row.bpm is not None else self.tr("tempo not known")
        key = wording.key(row.key_code, self.model.notation) if row.key_code is not None else ""
        self._facts.setText(", ".join(filter(None, (tempo, key or self.tr("key not known"), energy))))

    def _dress(self) -> None:
        chosen = len(self.table.chosen_places())
        self.add.setEnabled(chosen > 0)
        self.go_on.setEnabled(chosen == 1)

    # -- what a person does

    def _go_on(self) -> None:
        row = self.table.current_track()
        if row is not None:
            self._path.append(row.id)
            self._read()

    def _go_back(self) -> None:
        if len(self._path) > 1:
            self._path.pop()
            self._read()

    def _add(self) -> None:
        self._acts.ask_for_album(self.table.chosen_ids(), self._window)

    def _open(self, track_id: TrackId) -> None:
        self.dismiss()
        self._context.shell.open_album_of(track_id)
