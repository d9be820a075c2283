"""Addresses or a ZIP file that a person brings for an album."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from musiclib.domain.address_list import read_addresses
from musiclib.domain.ids import AlbumId
from musiclib.errors import KnownError
from musiclib.gui.context import AppContext
from musiclib.gui.dialogs.overlay import Overlay
from musiclib.gui.widgets.choosers import choose_file
from musiclib.gui.widgets.controls import button, label, restyle
from musiclib.gui.wording import number, translate
from musiclib.services.download_types import GivenAudio

_SIZE = QSize(600, 420)
_LONGEST = 100_000


class BringAudio(Overlay):
    """For one album: paste addresses, or choose the ZIP file a shop gave. Wrong input stays to be mended."""

    def __init__(self, context: AppContext, window: QWidget) -> None:
        super().__init__(context.theme, window, _SIZE)
        theme = context.theme
        self._context = context
        self._album: AlbumId | None = None
        self.setAccessibleName(self.tr("Bring the audio of an album"))
        self._title = label(theme, "", "section")
        self.text = QPlainTextEdit()
        self.text.setFont(theme.font("body"))
        self.text.setTabChangesFocus(True)
        self.text.setPlaceholderText(
            self.tr("One address a line, with a name beside it if you like:\nFirst Light   https://…/01.flac")
        )
        self.text.setAccessibleName(self.tr("Addresses"))
        self.text.textChanged.connect(self._count)
        self.told = label(theme, "", "small", "secondary", wrap=True)
        self.fetch = button(theme, self.tr("Fetch these"), kind="primary")
        self.fetch.clicked.connect(self._submit)
        self.zip = button(theme, self.tr("Choose a ZIP file"), "archive")
        self.zip.clicked.connect(self._choose)
        cancel = button(theme, self.tr("Cancel"), shortcut="Esc")
        cancel.clicked.connect(self.dismiss)
        foot = QHBoxLayout()
        foot.setSpacing(theme.space(2))
        foot.addWidget(self.zip)
        foot.addStretch(1)
        foot.addWidget(cancel)
        foot.addWidget(self.fetch)
        column = QVBoxLayout(self)
        pad = theme.space(5)
        column.setContentsMargins(pad, pad, pad, pad)
        column.setSpacing(theme.space(2))
        column.addWidget(self._title)
        words = self.tr("Paste web addresses of its tracks, or bring the ZIP file a shop gave you.")
        column.addWidget(label(theme, words, "body", "secondary", wrap=True))
        column.addWidget(self.text, 1)
        column.addWidget(self.told)
        column.addLayout(foot)

    def ask(self, album_id: AlbumId, title: str) -> None:
        """Come up for this album; addresses in the clipboard are taken."""
        self._album = album_id
        self._title.setText(title)
        clip = QGuiApplication.clipboard().text()
        usable = len(clip) < _LONGEST and bool(read_addresses(clip).addresses)
        self.text.setPlainText(clip if usable else "")
        self._count()
        self.present()
        self.text.setFocus(Qt.FocusReason.OtherFocusReason)

    def wanted_key(self, event: QKeyEvent) -> bool:
        if event.key() == Qt.Key.Key_Escape:
            self.dismiss()
            return True
        return False

    def take_zip(self, path: str) -> None:
        """Take this ZIP file for the album."""
        service = self._context.library.downloads
        take = partial(service.take_zip, Path(path), self._album)
        self._context.commands.run(take, self._done, self._refused)

    @Slot()
    def _count(self) -> None:
        text = self.text.toPlainText()
        read = read_addresses(text[:_LONGEST])
        self.fetch.setEnabled(bool(read.addresses))
        count = len(read.addresses)
        said = self.tr("1 address.") if count == 1 else self.tr("{n} addresses.").format(n=count)
        self._say(" ".join([said, *read.problems[:3]]) if text.strip() else "", bad=bool(read.problems))

    @Slot()
    def _submit(self) -> None:
        if self._album is None:
            return
        service, text = self._context.library.downloads, self.text.toPlainText()
        give = partial(service.add_addresses, self._album, text)
        self._context.commands.run(give, self._done, self._refused)

    @Slot()
    def _choose(self) -> None:
        choose_file(self, self.tr("Choose the ZIP file"), [self.tr("ZIP files (*.zip)")], self.take_zip)

    @Slot(object)
    def _done(self, given: GivenAudio) -> None:
        self.dismiss()
        self._context.downloads.take_rows([given.asked.row] if given.asked.row else [])
        self._context.shell.toast(given_words(given))

    @Slot(object)
    def _refused(self, error: KnownError) -> None:
        self._say(str(error), bad=True)

    def _say(self, words: str, bad: bool = False) -> None:
        self.told.setText(words)
        self.told.setProperty("tone", "error" if bad else "secondary")
        restyle(self.told)


def given_words(given: GivenAudio) -> str:
    """What came of what was brought, as a sentence."""
    parts = []
    if known := given.by_name + given.in_order:
        parts.append(translate("{n} of its files are known").format(n=number(known)))
    if given.unsure:
        parts.append(translate("{n} need a look").format(n=number(given.unsure)))
    if given.left_over:
        parts.append(translate("{n} are no track of it").format(n=number(len(given.left_over))))
    return f"{given.asked.title}: {', '.join(parts) or translate('nothing of it is missing')}."
