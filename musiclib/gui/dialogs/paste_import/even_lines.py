"""Text whose lines are equally high, whatever scripts stand in them."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QFont, QFontMetricsF, QTextBlock, QTextDocument
from PySide6.QtWidgets import QPlainTextDocumentLayout


class EvenLines(QPlainTextDocumentLayout):
    """Every line takes `height`, with its baseline where the font's own letters have it.

    A line with signs of another font, as Chinese in a Latin one, would be higher than its neighbours.
    """

    def __init__(self, document: QTextDocument, font: QFont, height: float) -> None:
        super().__init__(document)
        metrics = QFontMetricsF(font)
        self._height = height
        self._baseline = (height - metrics.height()) / 2 + metrics.ascent()

    def blockBoundingRect(self, block: QTextBlock) -> QRectF:  # noqa: N802 - Qt's name
        rect = super().blockBoundingRect(block)
        layout = block.layout()
        if not block.isVisible() or layout.lineCount() != 1:
            return rect
        line = layout.lineAt(0)
        layout.setPosition(QPointF(0.0, round(self._baseline - line.ascent())))
        rect.setHeight(rect.height() + self._height - line.height())
        return rect
