"""Says on stdout when the window can be used.

It is usable once it is shown, the first rows of its page are painted, and a key has moved the current one.
"""

import time

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtTest import QTest

from musiclib.gui import application
from musiclib.gui.pages.albums import AlbumsPage


class Probe(QObject):
    def __init__(self, gui: application.GuiApplication, page: AlbumsPage) -> None:
        super().__init__(gui)
        self._gui, self._page = gui, page
        self._painted = False
        page.grid.viewport().installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Paint and self._page.model.rowCount() and not self._painted:
            self._painted = True
            QTimer.singleShot(0, self, self._press)  # behind the painting
        return False

    def _press(self) -> None:
        grid = self._page.grid
        QTest.keyClick(grid, Qt.Key.Key_End)
        assert grid.currentIndex().isValid()
        print(f"usable {time.time():.4f} {time.process_time():.4f}", flush=True)
        self._gui.end()


class Watched(application.GuiApplication):
    def start(self) -> None:
        super().start()
        page = self.window.current_page
        assert isinstance(page, AlbumsPage)
        Probe(self, page)


def watch() -> None:
    """The window that is opened from now on says so, and ends."""
    application.GuiApplication = Watched  # type: ignore[misc]
