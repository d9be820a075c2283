"""A shared library: where it is, when changes were exchanged last, and what was decided in two ways."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from uuid import UUID

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QListView, QVBoxLayout, QWidget

from musiclib.domain.sync_words import part_in_words, side_in_words
from musiclib.gui.context import AppContext
from musiclib.gui.delegates.line import LineDelegate
from musiclib.gui.models.lines import Line, LinesModel
from musiclib.gui.widgets.controls import button, label
from musiclib.gui.wording import clock, number
from musiclib.services.sync_types import HERE, THERE, SyncConflictRow, SyncStatus

_MOST_SHOWN = 5


class SyncCare(QWidget):
    """Exchanges changes now, lists conflicts with both sides, and takes the side a person picks."""

    def __init__(self, context: AppContext) -> None:
        super().__init__()
        theme = context.theme
        self._context = context
        self._begun: datetime | None = None
        self.address = _field(context, self.tr("Address"), "postgresql://user@server/library")
        self.password = _field(context, self.tr("Password"), self.tr("Password, if any"))
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self.now = button(theme, self.tr("Sync now"), "arrows-clockwise")
        self.now.clicked.connect(self._begin)
        self.address.returnPressed.connect(self._begin)
        self.password.returnPressed.connect(self._begin)
        self.said = label(theme, "", "small", "secondary", wrap=True)
        self._lines = LinesModel(self)
        self.list = QListView()
        self.list.setModel(self._lines)
        self.list.setItemDelegate(LineDelegate(theme, self.list))
        self.list.setSelectionMode(QListView.SelectionMode.ExtendedSelection)
        self.list.setAccessibleName(self.tr("Decided in two ways"))
        self.list.setProperty("framed", "true")
        self.mine = button(theme, self.tr("Keep what is here"))
        self.mine.clicked.connect(partial(self._pick, HERE))
        self.theirs = button(theme, self.tr("Take what is there"))
        self.theirs.clicked.connect(partial(self._pick, THERE))
        self._lay_out()
        self.conflicts.hide()
        context.shell.sync_ended.connect(self.look)

    def _lay_out(self) -> None:
        theme = self._context.theme
        row, picks = QHBoxLayout(), QHBoxLayout()
        row.addWidget(self.address, 2)
        row.addWidget(self.password, 1)
        row.addWidget(self.now)
        picks.addWidget(self.mine)
        picks.addWidget(self.theirs)
        picks.addStretch(1)
        self.conflicts = QWidget()
        below, column = QVBoxLayout(self.conflicts), QVBoxLayout(self)
        for each in (below, column):
            each.setContentsMargins(0, 0, 0, 0)
        for spaced in (row, picks, below, column):
            spaced.setSpacing(theme.space(2))
        below.addWidget(self.list)
        below.addLayout(picks)
        column.addLayout(row)
        column.addWidget(self.said)
        column.addWidget(self.conflicts)

    @Slot()
    def look(self) -> None:
        """Read how it stands."""
        self._context.commands.run(self._read, self._show)

    def _read(self) -> tuple[SyncStatus, list[SyncConflictRow]]:
        service = self._context.library.sync
        return service.status(), service.conflicts()

    @Slot(object)
    def _show(self, read: tuple[SyncStatus, Sequence[SyncConflictRow]]) -> None:
        status, conflicts = read
        if status.address and status.started_at != self._begun:
            # As it is kept: a password that was typed into it is not shown again.
            self._begun = status.started_at
            self.address.setText(status.address)
            self.address.setCursorPosition(0)
        self.said.setText(self._words(status))
        self._lines.show([self._line(each) for each in conflicts])
        shown = min(len(conflicts), _MOST_SHOWN)
        self.list.setFixedHeight(shown * self._context.theme.size("row_tall") + 2)
        self.conflicts.setVisible(bool(conflicts))

    def _words(self, status: SyncStatus) -> str:
        if status.address is None:
            return self.tr(
                "Nothing was exchanged yet. Tracks, albums and what you decided travel; files stay."
            )
        parts = []
        if status.finished_at is not None:
            when = clock(self._context.now())(status.finished_at)
            parts.append(self.tr("Last exchanged {time}.").format(time=when))
        if status.broken_off:
            parts.append(self.tr("The last exchange was broken off; the next one goes on with it."))
        if status.conflicts:
            count = number(status.conflicts)
            parts.append(self.tr("Decided in two ways: {n}. Nothing of it is lost.").format(n=count))
        return " ".join(parts)

    def _line(self, row: SyncConflictRow) -> Line:
        sides = self.tr("{part}: here {mine}, there {theirs}").format(
            part=part_in_words(row.part),
            mine=side_in_words(row.part, row.here),
            theirs=side_in_words(row.part, row.there),
        )
        picked = {HERE: self.tr("what is here"), THERE: self.tr("what is there")}.get(row.choice or "", "")
        icon = "check" if picked else "question"
        return Line(row.id, row.title, sides, picked, None, icon, quiet=bool(picked))

    def _begin(self) -> None:
        address = self.address.text().strip()
        if not address:
            self.said.setText(self.tr("Give the address of the shared library first."))
            self.address.setFocus()
            return
        self.said.setText(self.tr("Changes are being exchanged; the line below tells how far it is."))
        self._context.shell.sync(address, self.password.text())
        self.password.clear()

    def _pick(self, side: str) -> None:
        lines = [self._lines.line(each) for each in self.list.selectionModel().selectedIndexes()]
        ids = [each.key for each in lines if each is not None and isinstance(each.key, UUID)]
        if ids:
            service = self._context.library.sync
            self._context.commands.run(partial(service.resolve, ids, side), self._picked)

    @Slot(object)
    def _picked(self, _nothing: object) -> None:
        self.look()


def _field(context: AppContext, name: str, hint: str) -> QLineEdit:
    made = QLineEdit()
    made.setFont(context.theme.font("body"))
    made.setAccessibleName(name)
    made.setPlaceholderText(hint)
    return made
