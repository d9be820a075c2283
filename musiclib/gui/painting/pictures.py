"""Art and the tiles that stand in for it. Pure painting: safe on any thread for `QImage`."""

from __future__ import annotations

import hashlib
import unicodedata
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QImage, QPainter, QPainterPath, QPen, QTransform

from musiclib.gui.tokens import Tokens

_HUES = 12
_LENT_VALUE = 0.7
_SHAPES = ("quarter", "disc", "rings", "bars")


@dataclass(frozen=True, slots=True)
class Notch:
    """The bite out of the bottom right corner where the state ring stands; lengths in pixels."""

    size: float
    inner_radius: float
    fillet: float


def initials(title: str) -> str:
    """The signs on a tile: the first letters of the first two words, or one sign of a wordless script."""
    words = [word for word in _words(title) if word]
    if not words:
        return "♪"
    first = words[0][0]
    if _is_wide(first):
        return first
    letters = [word[0] for word in words[:2] if not _is_wide(word[0])]
    return "".join(letters).upper()


def _words(title: str) -> list[str]:
    cleaned = "".join(sign if sign.isalnum() else " " for sign in title)
    return cleaned.split()


def _is_wide(sign: str) -> bool:
    return unicodedata.east_asian_width(sign) in {"W", "F"}


def tile_number(title: str) -> int:
    """A number that depends on the title alone, the same on every machine."""
    return int.from_bytes(hashlib.blake2s(title.encode(), digest_size=4).digest(), "big")


def art_path(rect: QRectF, radius: float, notch: Notch | None = None) -> QPainterPath:
    """The outline of an art tile."""
    path = QPainterPath()
    if notch is None:
        path.addRoundedRect(rect, radius, radius)
        return path
    right, bottom = rect.right(), rect.bottom()
    left_edge, top_edge = right - notch.size, bottom - notch.size
    inner, fillet = notch.inner_radius, notch.fillet
    path.moveTo(rect.left() + radius, rect.top())
    path.lineTo(right - radius, rect.top())
    path.quadTo(right, rect.top(), right, rect.top() + radius)
    path.lineTo(right, top_edge - fillet)
    path.quadTo(right, top_edge, right - fillet, top_edge)
    path.lineTo(left_edge + inner, top_edge)
    path.arcTo(QRectF(left_edge, top_edge, 2 * inner, 2 * inner), 90, 90)
    path.lineTo(left_edge, bottom - fillet)
    path.quadTo(left_edge, bottom, left_edge - fillet, bottom)
    path.lineTo(rect.left() + radius, bottom)
    path.quadTo(rect.left(), bottom, rect.left(), bottom - radius)
    path.lineTo(rect.left(), rect.top() + radius)
    path.quadTo(rect.left(), rect.top(), rect.left() + radius, rect.top())
    path.closeSubpath()
    return path


def draw_tile(title: str, side: int, tokens: Tokens, family: str) -> QImage:
    """A square picture made of the title's initials; `side` in device pixels."""
    number = tile_number(title)
    colors = tokens.tile_colors(number % _HUES)
    image = QImage(side, side, QImage.Format.Format_RGB32)
    image.fill(QColor(colors.ground))
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    _draw_shape(painter, side, number // _HUES, QColor(colors.shape))
    text = initials(title)
    font = QFont(family)
    font.setWeight(QFont.Weight.DemiBold)
    font.setPixelSize(max(1, round(side * 0.4)))
    painter.setFont(font)
    painter.setPen(QColor(colors.ink))
    painter.drawText(QRectF(0, 0, side, side), Qt.AlignmentFlag.AlignCenter, text)
    painter.end()
    return image


def _draw_shape(painter: QPainter, side: int, bits: int, color: QColor) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color)
    shape = _SHAPES[bits % len(_SHAPES)]
    if shape == "quarter":
        painter.drawEllipse(QPointF(side, side), side * 0.94, side * 0.94)
    elif shape == "disc":
        painter.drawEllipse(QPointF(side / 2, side / 2), side * 0.4, side * 0.4)
    elif shape == "rings":
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(color, side * 0.045))
        for step in range(5):
            radius = side * (0.26 + 0.13 * step)
            painter.drawEllipse(QPointF(side, side), radius, radius)
    else:
        width = side / 9
        for step in range(7):
            height = side * (0.25 + ((bits >> (2 + 2 * step)) & 3) * 0.13)
            painter.drawRect(QRectF(width * (1 + step) + 1, side - height, width - 2, height))


def draw_art(image: QImage, side: int, ratio: float, path: QPainterPath, edge: QColor) -> QImage:
    """`image` cropped to a square, cut along `path` (device-independent pixels), with a hairline edge."""
    pixels = round(side * ratio)
    result = QImage(pixels, pixels, QImage.Format.Format_ARGB32_Premultiplied)
    result.setDevicePixelRatio(ratio)
    result.fill(Qt.GlobalColor.transparent)
    brush = QBrush(_square(image, pixels))
    brush.setTransform(QTransform.fromScale(1 / ratio, 1 / ratio))
    painter = QPainter(result)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    # A texture brush: clipping to the path would leave its edge jagged at 100 %.
    painter.fillPath(path, brush)
    painter.strokePath(path, QPen(edge, 1))
    painter.end()
    return result


def _square(image: QImage, pixels: int) -> QImage:
    scaled = image.scaled(
        pixels,
        pixels,
        Qt.AspectRatioMode.KeepAspectRatioByExpanding,
        Qt.TransformationMode.SmoothTransformation,
    )
    left, top = (scaled.width() - pixels) // 2, (scaled.height() - pixels) // 2
    cropped = scaled.copy(left, top, pixels, pixels)
    cropped.setDevicePixelRatio(1)
    return cropped


def dominant_color(image: QImage) -> QColor:
    """The colour a picture lends to its surroundings: that of its fullest bin, lifted out of the dark.

    Saturated pixels count more; without lifting, a night scene would lend nothing but grey.
    """
    small = image.scaled(
        24, 24, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation
    )
    bins: dict[int, list[tuple[float, QColor]]] = {}
    for y in range(small.height()):
        for x in range(small.width()):
            color = small.pixelColor(x, y)
            weight = 0.15 + color.hsvSaturationF() * color.valueF()
            hue = color.hsvHue()
            bins.setdefault(-1 if hue < 0 else (hue + 15) // 30 % _HUES, []).append((weight, color))
    fullest = max(bins.values(), key=lambda each: sum(weight for weight, _ in each))
    total = sum(weight for weight, _ in fullest)
    mean = QColor.fromRgbF(
        sum(weight * color.redF() for weight, color in fullest) / total,
        sum(weight * color.greenF() for weight, color in fullest) / total,
        sum(weight * color.blueF() for weight, color in fullest) / total,
    )
    return QColor.fromHsvF(max(0.0, mean.hsvHueF()), mean.hsvSaturationF(), max(_LENT_VALUE, mean.valueF()))
