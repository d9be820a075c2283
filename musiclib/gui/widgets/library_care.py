"""Where the library lies, its backups, and whether everything it needs is there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QUrl, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QHBoxLayout, QListView, QVBoxLayout, QWidget

from musiclib.domain.states import BadgeState
from musiclib.gui.context import AppContext
from musiclib.gui.delegates.line import LineDelegate
from musiclib.gui.models.lines import Line, LinesModel
from musiclib.gui.widgets.controls import button, label
from musiclib.gui.wording import clock, number
from musiclib.services.backups import BackupRow, RestorePreview
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
        self._context.commands.run(self._context.library.backups.rows, self._show)

    @Slot(object)
    def _show(self, found: Sequence[BackupRow]) -> None:
        tell = clock(self._context.now())
        by_itself = self.tr("made by itself")
        self._lines.show(
            [
                Line(
                    row.path,
                    row.path.name,
                    tell(row.made_at) if row.by_hand else f"{tell(row.made_at)}, {by_itself}",
                    f"{row.size / 1_000_000:.1f} MB",
                    None,
                    "database",
                )
                for row in found
            ]
        )
        if found and not self.list.currentIndex().isValid():
            self.list.setCurrentIndex(self._lines.index(0))
        self.restore.setVisible(bool(found))
        self.sure.hide()
        self.list.setVisible(bool(found))
        if not found:
            self._said.setText(self.tr("There is no backup yet. One is made by itself each day."))

    def _back_up(self) -> None:
        self._said.setText(self.tr("Copying and checking the copy"))
        self._context.commands.run(self._context.library.backups.make, self._made, self._failed)

    @Slot(object)
    def _made(self, info: Any) -> None:
        rows = sum(info.rows.values())
        self._said.setText(self.tr("Backed up and checked: {n} rows.").format(n=number(rows)))
        self.look()

    @Slot(object)
    def _failed(self, error: Exception) -> None:
        self._said.setText(str(error))

    def _ask(self) -> None:
        """Say what would change, once the copy was read from end to end."""
        line = self._lines.line(self.list.currentIndex())
        if line is None:
            return
        self._chosen = Path(str(line.key))
        self.sure.hide()
        self._said.setText(self.tr("Reading {name} from end to end").format(name=line.title))
        look = partial(self._context.library.backups.preview, self._chosen)
        self._context.commands.run(look, self._show_preview, self._failed)

    @Slot(object)
    def _show_preview(self, preview: RestorePreview) -> None:
        if preview.backup != self._chosen:
            return  # another one was chosen meanwhile
        self._said.setText("")
        words = self.tr(
            "musiclib closes for a moment and opens with the library as it was in {name}. "
            "The library of now is kept beside it."
        ).format(name=preview.backup.name)
        self._question.setText("\n".join([words, *self._differences(preview)]))
        self.sure.show()
        self._cancel.setFocus()

    def _differences(self, preview: RestorePreview) -> Iterator[str]:
        changed = [each for each in preview.tables if each.now != each.then]
        for each in changed:
            sign = "+" if each.then > each.now else "\N{MINUS SIGN}"
            yield self.tr("{what}: {now} now, {then} then ({sign}{n})").format(
                what=each.what.capitalize(),
                now=number(each.now),
                then=number(each.then),
                sign=sign,
                n=number(abs(each.then - each.now)),
            )
        if not changed:
            yield self.tr("It has as much of everything as the library of now.")
        for acts, words in (
            (preview.lost, self.tr("Changes since that are lost: {n}, the newest: {what}")),
            (preview.gained, self.tr("Changes that come back: {n}, the newest: {what}")),
        ):
            if acts:
                yield words.format(n=number(len(acts)), what=acts[0].summary)

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
