"""What is opened next is imported before, so that nobody waits for it."""

from __future__ import annotations

import linecache
from collections.abc import Iterator, Sequence
from importlib import import_module
from pkgutil import iter_modules

from PySide6.QtCore import QElapsedTimer, QObject, QTimer, Signal, Slot

_APART_MS = 20
_TURN_MS = 4


class Importing(QObject):
    """Imports every module of some packages, in their order, and lets the window live between a few of them.

    In the GUI thread: classes of Qt that two threads import at once crash PySide6. A package whose modules
    build on those of another comes after it, so that no module brings many along.
    """

    finished = Signal()

    def __init__(self, packages: Sequence[str], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._left = _modules_of(packages)
        self._next = QTimer(self, interval=_APART_MS)
        self._next.timeout.connect(self._import_next)

    def start(self) -> None:
        self._next.start()

    def stop(self) -> None:
        self._next.stop()

    @Slot()
    def _import_next(self) -> None:
        clock = QElapsedTimer()
        clock.start()
        while clock.elapsed() < _TURN_MS:
            name = next(self._left, None)
            if name is None:
                self.stop()
                linecache.clearcache()  # PySide6 has read the source of all that was imported
                self.finished.emit()
                return
            import_module(name)


def import_all(modules: Sequence[str]) -> None:
    """On any thread: modules that have nothing to do with Qt."""
    for name in modules:
        import_module(name)


def _modules_of(packages: Sequence[str]) -> Iterator[str]:
    for package in packages:
        # From the end: a "dialog" and an "accounts_pane" build on all the others.
        for each in reversed(list(iter_modules(import_module(package).__path__, f"{package}."))):
            if not each.ispkg:
                yield each.name
