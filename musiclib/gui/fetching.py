"""What comes of fetching albums: dialogs that ask, and news that is told."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QMainWindow, QSystemTrayIcon

from musiclib.domain.ids import AlbumId
from musiclib.domain.transfers import DownloadAlbumRow, TransferRow
from musiclib.errors import KnownError, NotInLibrary
from musiclib.gui import shell as places
from musiclib.gui import wording
from musiclib.gui.context import AppContext
from musiclib.services.download_types import AlbumAsked, GivenAudio

if TYPE_CHECKING:
    from musiclib.gui.dialogs.album_picker import AlbumPicker
    from musiclib.gui.dialogs.bring_audio import BringAudio
    from musiclib.gui.dialogs.choose_source import ChooseSource

_SHOWN_MS = 8_000


class Fetching(QObject):
    """Dialogs are imported and made when they are first wanted."""

    def __init__(self, context: AppContext, window: QMainWindow, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._context, self._window = context, window
        self._choose: ChooseSource | None = None
        self._bring: BringAudio | None = None
        self._pick: AlbumPicker | None = None
        self._zip: Path | None = None
        self._tray: QSystemTrayIcon | None = None
        shell, downloads = context.shell, context.downloads
        shell.source_wanted.connect(self._choose_source)
        shell.audio_wanted.connect(self._bring_audio)
        shell.zip_wanted.connect(self.take_zip)
        downloads.asked.connect(self._tell_asked)
        downloads.arrived.connect(self._tell_arrived)
        downloads.failed.connect(shell.toast)

    def end(self) -> None:
        """The program ends."""
        if self._tray is not None:
            self._tray.hide()

    @Slot(str)
    def take_zip(self, path: str) -> None:
        """Take a ZIP file; if it does not say surely which album it is, the person is asked."""
        self._zip = Path(path)
        service = self._context.library.downloads
        self._context.commands.run(partial(service.take_zip, self._zip), self._given, self._not_given)

    @Slot(object)
    def _choose_source(self, transfer: TransferRow) -> None:
        if self._choose is None:
            from musiclib.gui.dialogs.choose_source import ChooseSource

            self._choose = ChooseSource(self._context, self._window)
        self._choose.ask(transfer)

    @Slot(object)
    def _bring_audio(self, album_id: AlbumId) -> None:
        row = self._context.albums.get(album_id)
        if row is None:
            return
        if self._bring is None:
            from musiclib.gui.dialogs.bring_audio import BringAudio

            self._bring = BringAudio(self._context, self._window)
        self._bring.ask(album_id, row.title)

    @Slot(object)
    def _given(self, given: GivenAudio) -> None:
        from musiclib.gui.dialogs.bring_audio import given_words

        self._context.downloads.take_rows([given.asked.row] if given.asked.row else [])
        self._context.shell.toast(given_words(given), self.tr("Show"), self._show(given.asked.album_id))

    @Slot(object)
    def _not_given(self, error: KnownError) -> None:
        if not isinstance(error, NotInLibrary) or not len(self._context.albums):
            self._context.shell.toast(str(error))
            return
        if self._pick is None:
            from musiclib.gui.dialogs.album_picker import AlbumPicker

            self._pick = AlbumPicker(self._context, self._window, self.tr("Which album is in the ZIP file?"))
            self._pick.pick.setText(self.tr("It is this one"))
            self._pick.chosen.connect(self._picked)
        self._pick.ask(None)

    @Slot(object)
    def _picked(self, album_id: AlbumId) -> None:
        if self._zip is not None:
            take = partial(self._context.library.downloads.take_zip, self._zip, album_id)
            self._context.commands.run(take, self._given)

    @Slot(object)
    def _tell_asked(self, asked: AlbumAsked) -> None:
        if asked.asked:
            told = self.tr("{n} tracks of “{title}” are looked for.")
            if asked.asked == 1:
                told = self.tr("One track of “{title}” is looked for.")
            told = told.format(n=wording.number(asked.asked), title=asked.title)
            self._context.shell.toast(told, self.tr("Show"), self._show(asked.album_id))
        elif asked.under_way:
            told = self.tr("“{title}” is on its way already.").format(title=asked.title)
            self._context.shell.toast(told, self.tr("Show"), self._show(asked.album_id))
        else:
            self._context.shell.toast(self.tr("All of “{title}” is here.").format(title=asked.title))

    @Slot(object)
    def _tell_arrived(self, row: DownloadAlbumRow) -> None:
        """A toast for who looks at the window, a notification of the desktop for who does not."""
        told = self.tr("“{title}” is here, all {n} tracks.")
        told = told.format(title=row.title, n=wording.number(len(row.transfers)))
        if self._window.isActiveWindow() or not self._context.preferences.settings.notify_when_complete:
            self._context.shell.toast(told, self.tr("Open"), partial(self._context.shell.open_album, row.id))
        elif QSystemTrayIcon.isSystemTrayAvailable():
            self._notify(row.title, told)

    def _notify(self, title: str, told: str) -> None:
        if self._tray is None:
            self._tray = QSystemTrayIcon(self._window.windowIcon(), self)
        self._tray.show()
        self._tray.showMessage(title, told, self._window.windowIcon(), _SHOWN_MS)

    def _show(self, album_id: AlbumId) -> partial[None]:
        return partial(self._context.shell.open_page, places.DOWNLOADS, album_id)
