"""What the art chooser waits for, in threads of its own: lists, pictures, further sources."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import QMimeData, QObject, Qt, Signal, Slot
from PySide6.QtGui import QImage

from musiclib.errors import KnownError
from musiclib.gui.painting.decoding import encoded
from musiclib.gui.threads import JobThread
from musiclib.gui.thumbnails import read_art
from musiclib.services.art import ArtService
from musiclib.services.art_types import ArtChoice, ArtOf, FurtherArt, Seen

Take = Callable[[ArtService], ArtChoice]
"""Brings a picture a person gave into the art folder; not for the GUI thread."""
_ADDRESS = ("http://", "https://")


def picture_in(mime: QMimeData) -> Take | None:
    """The picture that was pasted or dropped: a file, an image, or the address of one."""
    for url in mime.urls():
        if url.isLocalFile():
            path = Path(url.toLocalFile())
            return lambda art: art.take_file(path)
    if mime.hasImage():
        image = QImage(mime.imageData())
        if not image.isNull():
            return lambda art: art.take_bytes(encoded(image, "png"))
    addresses = [url.toString() for url in mime.urls()] + mime.text().split()[:1]
    address = next((each for each in addresses if each.startswith(_ADDRESS)), None)
    return None if address is None else lambda art: art.take_address(address)


@dataclass(frozen=True, slots=True)
class Shown:
    """A choice and its picture at the size of a tile, or why there is none."""

    seen: Seen
    image: QImage | None = None


@dataclass(frozen=True, slots=True)
class _Told:
    round: int
    what: object


class ArtWork(QObject):
    """Works for one album or track at a time; what an earlier one still sends is left out."""

    listed = Signal(object)
    """A list of `ArtChoice`."""
    shown = Signal(object)
    further = Signal(object)
    taken = Signal(object)
    """An `ArtChoice` a person gave."""
    failed = Signal(str)
    looking = Signal(bool)
    """Whether sources are being asked."""

    def __init__(self, art: ArtService, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._art = art
        self._of = ArtOf()
        self._side = 0
        self._round = 0
        self._threads: list[JobThread] = []
        self._look_thread: JobThread | None = None

    @property
    def busy(self) -> bool:
        return bool(self._threads)

    def open(self, of: ArtOf, side: int) -> None:
        """List what is known, then bring the pictures, `side` pixels large."""
        self.request_stop()
        self._round += 1
        self._of, self._side = of, side

        def work(tell: Callable[[Any], None], stop: Callable[[], bool]) -> None:
            choices = self._art.choices(of)
            tell(choices)
            self._bring(choices, tell, stop)

        self._start("art", work)

    def look_further(self, known: list[ArtChoice]) -> None:
        """Ask the sources, then bring the pictures that are not among the `known`."""
        if self._look_thread is not None:
            return
        of, there = self._of, {each.ref for each in known}

        def work(tell: Callable[[Any], None], stop: Callable[[], bool]) -> None:
            found = self._art.look_further(of, stop)
            if stop():
                return
            tell(found)
            self._bring([each for each in found.choices if each.ref not in there], tell, stop)

        self._look_thread = self._start("art-further", work)
        self.looking.emit(True)

    def take(self, take: Take) -> None:
        """Bring a picture a person gave."""

        def work(tell: Callable[[Any], None], stop: Callable[[], bool]) -> None:
            choice = take(self._art)
            tell(choice)
            self._bring([choice], tell, stop)

        self._start("art-taken", work)

    def request_stop(self) -> None:
        """Give up what is under way; does not wait."""
        for thread in self._threads:
            thread.request_stop()

    def wait(self, ms: int) -> bool:
        return all(thread.wait(ms) for thread in self._threads)

    def _bring(self, choices: list[ArtChoice], tell: Callable[[Any], None], stop: Callable[[], bool]) -> None:
        side = self._side

        def seen(each: Seen) -> None:
            art_id = each.choice.art_id
            image = read_art(self._art, art_id, side) if art_id is not None else None
            tell(Shown(each, _fitted(image, side) if image is not None else None))

        self._art.previews(choices, seen, stop)

    def _start(
        self, name: str, work: Callable[[Callable[[Any], None], Callable[[], bool]], None]
    ) -> JobThread:
        here = self._round

        def told(tell: Callable[[Any], None], stop: Callable[[], bool]) -> None:
            try:
                work(lambda what: tell(_Told(here, what)), stop)
            except KnownError as error:
                tell(_Told(here, error))

        thread = JobThread(told, name, self)
        thread.progressed.connect(self._on_told)
        thread.crashed.connect(self._on_crashed)
        thread.finished.connect(self._on_finished)
        self._threads.append(thread)
        thread.start()
        return thread

    @Slot(object)
    def _on_told(self, told: _Told) -> None:
        if told.round != self._round:
            return
        what = told.what
        if isinstance(what, Shown):
            self.shown.emit(what)
        elif isinstance(what, FurtherArt):
            self.further.emit(what)
        elif isinstance(what, ArtChoice):
            self.taken.emit(what)
        elif isinstance(what, KnownError):
            self.failed.emit(str(what))
        else:
            self.listed.emit(what)

    @Slot(object)
    def _on_crashed(self, error: Exception) -> None:
        raise error

    @Slot()
    def _on_finished(self) -> None:
        for thread in [each for each in self._threads if each.isFinished()]:
            self._threads.remove(thread)
            if thread is self._look_thread:
                self._look_thread = None
                self.looking.emit(False)
            thread.let_go()


def _fitted(image: QImage, side: int) -> QImage:
    """No larger than it is drawn; small pictures are not blown up."""
    if max(image.width(), image.height()) <= side:
        return image
    return image.scaled(
        side, side, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
    )
