"""Art at the size a view needs: read, scaled and cut off the GUI thread, kept in a bounded cache."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, QRectF, QRunnable, QSize, Qt, QThreadPool, Signal, Slot
from PySide6.QtGui import QColor, QImage, QImageReader, QPixmap

from musiclib.domain.ids import ArtId
from musiclib.gui.painting.pictures import Notch, art_path, dominant_color, draw_art, draw_tile
from musiclib.gui.theme import Theme

_CACHE_BYTES = 192 * 1024 * 1024
_MAX_IMAGE_MB = 128


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


class _Job(QRunnable):
    def __init__(
        self,
        wish: ArtWish,
        theme: Theme,
        path_of: Callable[[ArtId], Path | None],
        signals: _Signals,
    ) -> None:
        super().__init__()
        self._wish, self._path_of, self._signals = wish, path_of, signals
        name = "art" if wish.side >= theme.size("art_dialog") else "art_small"
        self._radius = theme.radius(name)
        self._edge = theme.color("art.edge")
        self._notch = Notch(theme.icon("notch"), theme.icon("notch_inner_radius"), theme.icon("notch_fillet"))
        self._tokens, self._family = theme.tokens, theme.font("body").family()

    def run(self) -> None:
        wish = self._wish
        pixels = round(wish.side * wish.ratio)
        image = self._read(pixels) or draw_tile(wish.title, pixels, self._tokens, self._family)
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

    def _read(self, pixels: int) -> QImage | None:
        path = self._path_of(self._wish.art_id) if self._wish.art_id is not None else None
        if path is None:
            return None
        reader = QImageReader(str(path))
        reader.setAutoTransform(True)
        size = reader.size()
        if size.isValid():
            bound = size.scaled(QSize(pixels, pixels), Qt.AspectRatioMode.KeepAspectRatioByExpanding)
            if bound.width() < size.width():
                reader.setScaledSize(bound)
        image = reader.read()
        return None if image.isNull() else image


class Thumbnails(QObject):
    """Pictures by wish. `ready` carries the art id (or None) and the title of one that can now be had."""

    ready = Signal(object, str)

    def __init__(
        self, theme: Theme, path_of: Callable[[ArtId], Path | None], parent: QObject | None = None
    ) -> None:
        """`path_of` finds an art file; it is called off the GUI thread."""
        super().__init__(parent)
        self._theme, self._path_of = theme, path_of
        self._cache: OrderedDict[ArtWish, QPixmap] = OrderedDict()
        self._colors: dict[tuple[ArtId | None, str], QColor] = {}
        self._bytes = 0
        self._under_way: set[ArtWish] = set()
        self._signals = _Signals(self)
        self._signals.drawn.connect(self._keep, Qt.ConnectionType.QueuedConnection)
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(2)
        QImageReader.setAllocationLimit(_MAX_IMAGE_MB)

    def get(
        self, art_id: ArtId | None, title: str, side: int, ratio: float, notched: bool = False
    ) -> QPixmap | None:
        """The picture, or None while it is being made; `ready` tells when it is there."""
        wish = ArtWish(art_id, title, side, ratio, notched, self._theme.dark)
        if (held := self._cache.get(wish)) is not None:
            self._cache.move_to_end(wish)
            return held
        if wish not in self._under_way:
            self._under_way.add(wish)
            self._pool.start(_Job(wish, self._theme, self._path_of, self._signals))
        return None

    def color(self, art_id: ArtId | None, title: str) -> QColor | None:
        """The art's main colour, known once any size of it has been made."""
        return self._colors.get((art_id, title))

    def request_stop(self) -> None:
        """Drop what has not been begun; does not wait."""
        self._pool.clear()

    def wait(self, ms: int) -> bool:
        return self._pool.waitForDone(ms)

    @Slot(object)
    def _keep(self, drawn: _Drawn) -> None:
        self._under_way.discard(drawn.wish)
        self._cache[drawn.wish] = QPixmap.fromImage(drawn.image)
        self._colors[drawn.wish.art_id, drawn.wish.title] = drawn.color
        self._bytes += drawn.image.sizeInBytes()
        while self._bytes > _CACHE_BYTES:
            _, dropped = self._cache.popitem(last=False)
            self._bytes -= dropped.width() * dropped.height() * 4
        self.ready.emit(drawn.wish.art_id, drawn.wish.title)
