"""Where the library lies, its backups, and whether everything it needs is there."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from PySide6.QtCore import QUrl, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QHBoxLayout, QListView, QVBoxLayout, QWidget

from musiclib.domain.states import BadgeState
from musiclib.gui.context import AppContext
from musiclib.gui.delegates.line import LineDelegate
from musiclib.gui.models.lines import Line, LinesModel
from musiclib.gui.widgets.controls import button, label
from musiclib.gui.wording import clock, number
from musiclib.services.maintenance_types import Check


class BackupCare(QWidget):
    """Makes a verified copy, lists the copies, and puts one back: that is asked for twice."""

    def __init__(self, context: AppContext) -> None:
        super().__init__()
        theme = context.theme
        self._context = context
        self._chosen: Path | None = None
        self.make = button(theme, self.tr("Back up now"), "copy")
        self.make.clicked.connect(self._back_up)
        show = button(theme, self.tr("Open the folder"), "folder-open")
        show.clicked.connect(self._open_folder)
        self.restore = button(theme, self.tr("Restore this one"), "arrow-u-up-left")
        self.restore.clicked.connect(self._ask)
        self.sure = self._make_question()
        self._said = label(theme, "", "small", "secondary", wrap=True)
        self._lines = LinesModel(self)
        self.list = QListView()
        self.list.setModel(self._lines)
        self.list.setItemDelegate(LineDelegate(theme, self.list))
        self.list.setAccessibleName(self.tr("Backups"))
        self.list.setProperty("framed", "true")
        self.list.setFixedHeight(4 * theme.size("row_tall"))
        row = QHBoxLayout()
        row.setSpacing(theme.space(2))
        for each in (self.make, show, self.restore):
            row.addWidget(each)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.space(2))
        column.addLayout(row)
        column.addWidget(self.list)
        column.addWidget(self.sure)
        column.addWidget(self._said)

    def _make_question(self) -> QWidget:
        theme = self._context.theme
        self._question = label(theme, "", "body", wrap=True)
        self.confirm = button(theme, self.tr("Restore and open again"), kind="danger")
        self.confirm.clicked.connect(self._restore)
        self._cancel = button(theme, self.tr("Cancel"))
        box = QWidget()
        self._cancel.clicked.connect(box.hide)
        buttons = QHBoxLayout()
        buttons.setSpacing(theme.space(2))
        for each in (self.confirm, self._cancel):
            buttons.addWidget(each)
        buttons.addStretch(1)
        column = QVBoxLayout(box)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.space(2))
        column.addWidget(self._question)
        column.addLayout(buttons)
        box.hide()
        return box

    def look(self) -> None:
        """Read which copies there are."""
        self._context.commands.run(self._found, self._show)

    def _found(self) -> list[tuple[Path, datetime, int]]:
        paths = self._context.library.maintenance.backups()
        facts = [(path, path.stat()) for path in paths]
        return [(path, datetime.fromtimestamp(stat.st_mtime, UTC), stat.st_size) for path, stat in facts]

    @Slot(object)
    def _show(self, found: Sequence[tuple[Path, datetime, int]]) -> None:
        tell = clock(self._context.now())
        self._lines.show(
            [
                Line(path, path.name, tell(moment), f"{size / 1_000_000:.1f} MB", None, "database")
                for path, moment, size in found
            ]
        )
        if found and not self.list.currentIndex().isValid():
            self.list.setCurrentIndex(self._lines.index(0))
        self.restore.setVisible(bool(found) and self._context.library.maintenance.can_restore)
        self.sure.hide()
        self.list.setVisible(bool(found))
        if not found:
            self._said.setText(self.tr("There is no backup yet. One is made by itself before each upgrade."))

    def _back_up(self) -> None:
        self._said.setText(self.tr("Copying and checking the copy"))
        self._context.commands.run(self._context.library.maintenance.backup, self._made, self._failed)

    @Slot(object)
    def _made(self, info: object) -> None:
        rows = sum(getattr(info, "rows", {}).values())
        self._said.setText(self.tr("Backed up and checked: {n} rows.").format(n=number(rows)))
        self.look()

    @Slot(object)
    def _failed(self, error: Exception) -> None:
        self._said.setText(str(error))

    def _ask(self) -> None:
        line = self._lines.line(self.list.currentIndex())
        if line is None:
            return
        words = self.tr(
            "musiclib closes for a moment and opens with the library as it was in {name} ({time}). "
            "The library of now is kept beside it."
        )
        self._question.setText(words.format(name=line.title, time=line.detail))
        self._chosen = Path(str(line.key))
        self.sure.show()
        self._cancel.setFocus()

    def _restore(self) -> None:
        self.sure.hide()
        if self._chosen is not None:
            self._context.shell.restore(self._chosen)

    def _open_folder(self) -> None:
        folder = self._context.preferences.settings.backup_dir
        where = folder if folder.is_dir() else folder.parent
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(where)))


class CheckList(QWidget):
    """What works here."""

    def __init__(self, context: AppContext) -> None:
        super().__init__()
        theme = context.theme
        self._context = context
        self._lines = LinesModel(self)
        self.list = QListView()
        self.list.setModel(self._lines)
        self.list.setItemDelegate(LineDelegate(theme, self.list))
        self.list.setAccessibleName(self.tr("What works here"))
        self.list.setProperty("framed", "true")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.list)
        self._take([Line("", self.tr("Being looked at"), self.tr("This takes a few seconds."))])

    def look(self) -> None:
        self._context.commands.run(self._context.library.maintenance.doctor, self._show)

    @Slot(object)
    def _show(self, checks: Sequence[Check]) -> None:
        states = {True: BadgeState.DONE, False: BadgeState.ERROR, None: BadgeState.NOT_FOUND}
        self._take([Line(each.name, each.name, each.detail, "", states[each.ok]) for each in checks])

    def _take(self, lines: Sequence[Line]) -> None:
        self._lines.show(lines)
        self.list.setFixedHeight(len(lines) * self.list.sizeHintForRow(0) + 2)
