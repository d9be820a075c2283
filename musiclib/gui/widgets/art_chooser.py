"""Giving an album its picture by hand: a file, the clipboard, or something dropped."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMimeData, QPoint, Qt
from PySide6.QtGui import QGuiApplication, QImage, QImageWriter
from PySide6.QtWidgets import QMenu, QWidget

from musiclib.domain.ids import AlbumId
from musiclib.errors import BadInput
from musiclib.gui.acts import Acts
from musiclib.gui.context import AppContext
from musiclib.gui.widgets.choosers import choose_file

_LARGEST = 30_000_000


class ArtChooser:
    """Each way ends in one act that can be undone."""

    def __init__(self, context: AppContext, acts: Acts, parent: QWidget) -> None:
        self._art, self._acts, self._parent = context.library.art, acts, parent

    def open_menu(self, album_id: AlbumId, at: QPoint) -> None:
        """Offer the ways, at a place on screen."""
        menu = QMenu(self._parent)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        choose = menu.addAction(self._parent.tr("Choose a picture"))
        choose.triggered.connect(partial(self._choose, album_id))
        paste = menu.addAction(self._parent.tr("Paste a picture"))
        image = QGuiApplication.clipboard().image()
        paste.setEnabled(not image.isNull())
        paste.triggered.connect(partial(self.take_image, album_id, image))
        menu.popup(at)

    def take(self, album_id: AlbumId, mime: QMimeData) -> bool:
        """Take what was dropped; False if there is no picture in it."""
        files = [url.toLocalFile() for url in mime.urls() if url.isLocalFile()]
        if files:
            self.take_file(album_id, files[0])
        elif mime.hasImage():
            self.take_image(album_id, QImage(mime.imageData()))
        return bool(files) or mime.hasImage()

    def take_file(self, album_id: AlbumId, path: str) -> None:
        self._acts.run(lambda: self._art.set_album_art(album_id, _bytes_of(Path(path))))

    def take_image(self, album_id: AlbumId, image: QImage) -> None:
        self._acts.run(lambda: self._art.set_album_art(album_id, _png_of(image)))

    def _choose(self, album_id: AlbumId) -> None:
        title, tr = self._parent.tr("Choose a picture"), self._parent.tr
        pictures = [tr("Pictures (*.jpg *.jpeg *.png *.webp)")]
        choose_file(self._parent, title, pictures, partial(self.take_file, album_id))


def _png_of(image: QImage) -> bytes:
    """Runs off the GUI thread: a large picture takes a second."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    QImageWriter(buffer, QByteArray(b"png")).write(image)
    return bytes(buffer.data().data())


def _bytes_of(path: Path) -> bytes:
    try:
        if path.stat().st_size > _LARGEST:
            raise BadInput(f"{path.name} is larger than 30 MB. Choose a smaller picture.")
        return path.read_bytes()
    except OSError as error:
        raise BadInput(f"{path.name} cannot be read: {error.strerror}.") from error
