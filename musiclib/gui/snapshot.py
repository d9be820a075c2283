"""A picture of the window, for terminals without a screen and for guides."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEventLoop, QSize, QTimer

from musiclib.errors import KnownError
from musiclib.gui import shell as places
from musiclib.gui.application import GuiApplication, make_application, open_in_background
from musiclib.settings import Settings

SIZE = QSize(1440, 900)
_LOAD_LIMIT_MS = 30_000
_QUIET_MS = 500
"""So long nothing may change before the picture is taken: pictures are drawn in the background."""


class PictureNotSaved(KnownError):
    """The picture cannot be drawn or written."""

    code = "picture_not_saved"


def save(settings: Settings, target: Path) -> None:
    """Draw the window over this library, with the largest album open, and write it to `target` as PNG.

    Nothing is looked up or analysed meanwhile. Raises `PictureNotSaved`, and what opening a library raises.
    """
    app = make_application(["musiclib"])
    gui = GuiApplication(open_in_background(settings), settings, app)
    try:
        _show(gui)
        if not gui.window.grab().save(str(target), "PNG"):
            raise PictureNotSaved(f"{target} cannot be written. Choose another place.")
    finally:
        close(gui)


def _show(gui: GuiApplication) -> None:
    gui.window.resize(SIZE)
    gui.window.open_page(places.ALBUMS)
    gui.window.show()
    loop = QEventLoop()
    gui.loader.loaded.connect(loop.quit)
    late = QTimer(singleShot=True, interval=_LOAD_LIMIT_MS)
    late.timeout.connect(loop.quit)
    late.start()
    gui.loader.load_all()
    loop.exec()
    if not late.isActive():
        raise PictureNotSaved("The library was not read in time. Try again when the computer is less busy.")
    late.stop()
    if rows := gui.albums.rows():
        gui.window.open_page(places.ALBUM, max(rows, key=lambda row: row.counts.total).id)
    until_quiet(gui)


def until_quiet(gui: GuiApplication) -> None:
    """Wait until no picture has been finished for a while."""
    loop = QEventLoop()
    quiet = QTimer(singleShot=True, interval=_QUIET_MS)
    quiet.timeout.connect(loop.quit)
    gui.art.ready.connect(quiet.start)
    quiet.start()
    loop.exec()
    gui.art.ready.disconnect(quiet.start)


def close(gui: GuiApplication) -> None:
    """Shut down as the window does, and wait for it."""
    loop = QEventLoop()
    gui.ended.connect(loop.quit)
    gui.shutdown.start()
    loop.exec()
