"""Pictures that sources know of, fetched in the background because somebody looks at them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from musiclib.domain.art_ref import ArtRef
from musiclib.domain.ids import ArtId
from musiclib.errors import KnownError
from musiclib.gui.threads import JobThread
from musiclib.services.art import ArtService
from musiclib.services.art_types import ArtChoice, Seen

_SETTLE_MS = 150
"""Who leafs through does not look at what passes."""
_WAITING = 6


class Previews(QObject):
    """`ready` carries the reference of a picture that can now be had; one that cannot is not tried again."""

    ready = Signal(object)

    def __init__(self, art: ArtService, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._art = art
        self._known: dict[ArtRef, ArtId | None] = {}
        self._wanted: dict[ArtRef, None] = {}
        self._thread: JobThread | None = None
        self._stopping = False
        self._settle = QTimer(self, singleShot=True, interval=_SETTLE_MS)
        self._settle.timeout.connect(self._fetch)

    def get(self, ref: ArtRef) -> ArtId | None:
        """The picture, or None while it is fetched or if there is none."""
        if ref not in self._known and not self._stopping:
            self._wanted.pop(ref, None)
            self._wanted[ref] = None
            while len(self._wanted) > _WAITING:
                self._wanted.pop(next(iter(self._wanted)))
            self._settle.start()
        return self._known.get(ref)

    def request_stop(self) -> None:
        """Fetch no more; does not wait."""
        self._stopping = True
        self._settle.stop()
        self._wanted.clear()
        if self._thread is not None:
            self._thread.request_stop()

    def wait(self, ms: int) -> bool:
        return self._thread is None or self._thread.wait(ms)

    @Slot()
    def _fetch(self) -> None:
        if self._thread is not None or not self._wanted:
            return
        choices = [ArtChoice(ref.provider, ref) for ref in reversed(self._wanted)]
        self._known.update(dict.fromkeys(self._wanted))
        self._wanted.clear()

        def work(tell: Callable[[Any], None], stop: Callable[[], bool]) -> None:
            self._art.previews(choices, tell, stop)

        self._thread = JobThread(work, "previews", self)
        self._thread.progressed.connect(self._on_seen)
        self._thread.failed.connect(self._on_failed)
        self._thread.crashed.connect(self._on_crashed)
        self._thread.finished.connect(self._on_finished)
        self._thread.start()

    @Slot(object)
    def _on_seen(self, seen: Seen) -> None:
        self._known[seen.choice.ref] = seen.choice.art_id
        if seen.choice.art_id is not None:
            self.ready.emit(seen.choice.ref)

    @Slot(object)
    def _on_failed(self, _error: KnownError) -> None:
        """A picture is missing where the tile stands: nobody need be told."""

    @Slot(object)
    def _on_crashed(self, error: Exception) -> None:
        raise error

    @Slot()
    def _on_finished(self) -> None:
        if self._thread is not None:
            self._thread.let_go()
            self._thread = None
        self._fetch()
