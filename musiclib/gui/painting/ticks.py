"""Boxes that are ticked, empty, or ticked in part."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from musiclib.gui.theme import Theme

SIDE = 16
_TICK = ((0.26, 0.52), (0.43, 0.69), (0.75, 0.33))


def paint_tick(painter: QPainter, left: float, middle: float, on: bool | None, theme: Theme) -> None:
    """A box whose left edge and middle are given; `on` None: some of several are."""
    box = QRectF(round(left) + 0.5, round(middle - SIDE / 2) + 0.5, SIDE - 1, SIDE - 1)
    radius = theme.radius("art_small")
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if on is False:
        painter.setPen(QPen(theme.color("line.control"), 1.2))
        painter.setBrush(theme.color("bg.content"))
        painter.drawRoundedRect(box, radius, radius)
        painter.restore()
        return
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.color("accent.solid"))
    painter.drawRoundedRect(box.adjusted(-0.5, -0.5, 0.5, 0.5), radius, radius)
    pen = QPen(theme.color("text.on_accent"), 1.7)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setPen(pen)
    if on is None:
        y = box.center().y()
        painter.drawLine(QPointF(box.left() + 4, y), QPointF(box.right() - 4, y))
    else:
        painter.drawPolyline(
            [QPointF(box.left() + box.width() * x, box.top() + box.height() * y) for x, y in _TICK]
        )
    painter.restore()
