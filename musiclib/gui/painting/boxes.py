"""The outline of what can be written into or pressed."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QWidget

from musiclib.gui.theme import Theme


def paint_focus_box(
    widget: QWidget,
    theme: Theme,
    *,
    focus: bool,
    radius: str,
    line: str = "line.control",
    ground: str = "bg.raised",
) -> None:
    """All of a widget as a rounded box; with `focus` the ring stands in the place of its line."""
    painter = QPainter(widget)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    width = theme.size("focus_ring") if focus else 1
    painter.setPen(QPen(theme.color("line.focus" if focus else line), width))
    painter.setBrush(theme.color(ground))
    inset, corner = width / 2, theme.radius(radius)
    painter.drawRoundedRect(QRectF(widget.rect()).adjusted(inset, inset, -inset, -inset), corner, corner)
    painter.end()
