"""Pictures from bytes and back. Safe on any thread."""

from __future__ import annotations

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSize, Qt
from PySide6.QtGui import QImage, QImageReader, QImageWriter

from musiclib.domain.image_header import is_cut_off, read_image_header

_MAX_IMAGE_MB = 224
"""What one may take unpacked: a picture of the most pixels we accept, and a little."""
_QUALITY = 90


def decoded(data: bytes, side: int) -> QImage | None:
    """The picture, its shorter side scaled down to `side` where it is longer; None if it is damaged.

    Small sizes are read out of a JPEG without unpacking it whole.
    """
    header = read_image_header(data)
    if header is None or not header.acceptable or is_cut_off(data):
        return None
    QImageReader.setAllocationLimit(_MAX_IMAGE_MB)
    buffer = QBuffer()
    buffer.setData(QByteArray(data))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer)
    reader.setAutoTransform(True)
    size = reader.size()
    bound = size.scaled(QSize(side, side), Qt.AspectRatioMode.KeepAspectRatioByExpanding)
    if size.isValid() and bound.width() < size.width():
        reader.setScaledSize(bound)
    image = reader.read()
    return None if image.isNull() else image


def encoded(image: QImage, kind: str = "") -> bytes:
    """The bytes of a file: `kind` as Qt names it, by default JPEG, or PNG where there is transparency."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QImageWriter(
        buffer, QByteArray((kind or ("png" if image.hasAlphaChannel() else "jpg")).encode())
    )
    writer.setQuality(_QUALITY)
    writer.write(image)
    return bytes(buffer.data().data())
