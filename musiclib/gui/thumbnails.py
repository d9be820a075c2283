"""Art at the size a view needs: read, scaled and cut off the GUI thread, kept in a bounded cache."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import Protocol

from PySide6.QtCore import QObject, QRectF, Qt, QThreadPool, QTimer, Signal, Slot
from PySide6.QtGui import QColor, QImage, QPixmap

from musiclib.domain.ids import ArtId
from musiclib.gui.painting.decoding import decoded, encoded
from musiclib.gui.painting.pictures import Notch, art_path, dominant_color, draw_art, draw_tile
from musiclib.gui.theme import Theme
from musiclib.services.art import small_side
from musiclib.services.art_types import Picture

_CACHE_BYTES = 64 * 1024 * 1024
"""What is kept of pictures: some screens of tiles."""
_COLORS = 4000
_AT_ONCE = 2
_WAITING = 160
"""Of more pictures than these, those asked for first are no longer waited for: they were scrolled past."""
_WORTH_A_COPY = 64 * 1024
"""Originals of fewer bytes are read as fast as their copies would be."""


class ArtStore(Protocol):
    """Where pictures and small copies of them lie; called off the GUI thread."""

    def picture(self, art_id: ArtId, side: int | None) -> Picture | None: ...
    def keep_small(self, sha256: str, side: int, data: bytes) -> None: ...


@dataclass(frozen=True, slots=True)
class ArtWish:
    """One picture as a view needs it. `side` in device-independent pixels."""

    art_id: ArtId | None
    title: str
    """What the tile is drawn from where there is no art."""
    side: int
    ratio: float
    notched: bool
    dark: bool


@dataclass(frozen=True, slots=True)
class _Drawn:
    wish: ArtWish
    image: QImage
    color: QColor


class _Signals(QObject):
    drawn = Signal(object)


class _Job:
    def __init__(
        self,
        wish: ArtWish,
        theme: Theme,
        store: ArtStore,
        signals: _Signals,
    ) -> None:
        self._wish, self._store, self._signals = wish, store, signals
        name = "art" if wish.side >= theme.size("art_dialog") else "art_small"
        self._radius = theme.radius(name)
        self._edge = theme.color("art.edge")
        self._notch = Notch(theme.icon("notch"), theme.icon("notch_inner_radius"), theme.icon("notch_fillet"))
        self._tokens, self._family = theme.tokens, theme.font("body").family()

    def run(self) -> None:
        wish = self._wish
        pixels = round(wish.side * wish.ratio)
        image = read_art(self._store, wish.art_id, pixels) if wish.art_id is not None else None
        image = image or draw_tile(wish.title, pixels, self._tokens, self._family)
        outline = art_path(
            QRectF(0.5, 0.5, wish.side - 1, wish.side - 1),
            self._radius,
            self._notch if wish.notched else None,
        )
        color = dominant_color(image)
        art = draw_art(image, wish.side, wish.ratio, outline, self._edge)
        try:
            self._signals.drawn.emit(_Drawn(wish, art, color))
        except RuntimeError:  # the window closed while this was painted; nobody waits for it
            return


def read_art(store: ArtStore, art_id: ArtId, pixels: int) -> QImage | None:
    """The art of at least that side, from a small copy if there is one; None if it is damaged.

    Not for the GUI thread.
    """
    found = store.picture(art_id, pixels)
    if found is not None and found.small:
        if (image := decoded(found.data, pixels)) is not None:
            return image
        found = store.picture(art_id, None)
    if found is None:
        return None
    side = small_side(pixels)
    image = decoded(found.data, side or pixels)
    if image is not None and side is not None and len(found.data) > _WORTH_A_COPY:
        store.keep_small(found.sha256, side, encoded(image))
    return image


class Thumbnails(QObject):
    """Pictures by wish. `ready` carries the art id (or None) and the title of one that can now be had.

    What was asked for last is made first.
    """

    ready = Signal(object, str)

    def __init__(
        self,
        theme: Theme,
        store: ArtStore,
        parent: QObject | None = None,
        cache_bytes: int = _CACHE_BYTES,
    ) -> None:
        super().__init__(parent)
        self._theme, self._store = theme, store
        self._cache: OrderedDict[ArtWish, QPixmap] = OrderedDict()
        self._colors: OrderedDict[tuple[ArtId | None, str], QColor] = OrderedDict()
        self._bytes, self._most_bytes = 0, cache_bytes
        self._waiting: OrderedDict[ArtWish, None] = OrderedDict()
        """The next one is the last."""
        self._under_way: set[ArtWish] = set()
        self._stopping = False
        self._signals = _Signals(self)
        self._signals.drawn.connect(self._keep, Qt.ConnectionType.QueuedConnection)
        self._begin_soon = QTimer(self, singleShot=True, interval=0)
        """Once the painting that asks for pictures has ended: threads beside it would only hold it up."""
        self._begin_soon.timeout.connect(self._begin)
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(_AT_ONCE)

    def get(
        self, art_id: ArtId | None, title: str, side: int, ratio: float, notched: bool = False
    ) -> QPixmap | None:
        """The picture, or None while it is being made; `ready` tells when it is there.

        One that is not asked for again while many others are is not made after all.
        """
        wish = ArtWish(art_id, title, side, ratio, notched, self._theme.dark)
        if (held := self._cache.get(wish)) is not None:
            self._cache.move_to_end(wish)
            return held
        self._want(wish, first=True)
        return None

    def prepare(
        self, art_id: ArtId | None, title: str, side: int, ratio: float, notched: bool = False
    ) -> None:
        """Make a picture that somebody is about to look at, after those that are looked at."""
        wish = ArtWish(art_id, title, side, ratio, notched, self._theme.dark)
        if wish not in self._cache:
            self._want(wish, first=False)

    def _want(self, wish: ArtWish, *, first: bool) -> None:
        if wish in self._under_way or self._stopping:
            return
        if first or wish not in self._waiting:
            self._waiting[wish] = None
            self._waiting.move_to_end(wish, last=first)
        while len(self._waiting) > _WAITING:
            self._waiting.popitem(last=False)
        self._begin_soon.start()

    def _begin(self) -> None:
        while self._waiting and len(self._under_way) < _AT_ONCE:
            wish, _ = self._waiting.popitem(last=True)
            self._under_way.add(wish)
            # A function, not a QRunnable: one whose Python half goes first ends the process when it is run.
            self._pool.start(_Job(wish, self._theme, self._store, self._signals).run)

    def color(self, art_id: ArtId | None, title: str) -> QColor | None:
        """The art's main colour, known once any size of it has been made."""
        return self._colors.get((art_id, title))

    def request_stop(self) -> None:
        """Drop what has not been begun; does not wait."""
        self._stopping = True
        self._begin_soon.stop()
        self._waiting.clear()
        self._pool.clear()

    def wait(self, ms: int) -> bool:
        return self._pool.waitForDone(ms)

    @Slot(object)
    def _keep(self, drawn: _Drawn) -> None:
        wish = drawn.wish
        self._under_way.discard(wish)
        self._begin()
        self._cache[wish] = QPixmap.fromImage(drawn.image)
        self._colors[wish.art_id, wish.title] = drawn.color
        if len(self._colors) > _COLORS:
            self._colors.popitem(last=False)
        self._bytes += drawn.image.sizeInBytes()
        while self._bytes > self._most_bytes and len(self._cache) > 1:
            _, dropped = self._cache.popitem(last=False)
            self._bytes -= dropped.width() * dropped.height() * 4
        self.ready.emit(wish.art_id, wish.title)
