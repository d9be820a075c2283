"""What the parts of a segment bar mean, at the foot of the download centre."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent

from musiclib.domain.states import BadgeState
from musiclib.gui.painting.bars import Segment, paint_segment_bar
from musiclib.gui.theme import Theme
from musiclib.gui.widgets.controls import Painted

_BAR = 38


class DownloadLegend(Painted):
    """One line; what has no room at its end is left out."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self._theme = theme
        self._head = self.tr("One segment per track, as wide as its bytes:")
        self._parts = (
            (Segment(1, BadgeState.DONE), self.tr("here")),
            (Segment(1, BadgeState.RUNNING, 0.5), self.tr("coming")),
            (Segment(1, BadgeState.WAITING), self.tr("tries again")),
            (Segment(1, BadgeState.REVIEW), self.tr("needs you")),
            (Segment(1, BadgeState.NOT_FOUND), self.tr("no source")),
            (Segment(1, BadgeState.QUEUED), self.tr("in line")),
        )
        self.setFixedHeight(theme.line("small") + theme.space(3))
        self.setAccessibleName(" ".join([self._head, *(words for _, words in self._parts)]))

    def sizeHint(self) -> QSize:
        return QSize(0, self.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._theme
        painter = QPainter(self)
        font = theme.font("small")
        painter.setFont(font)
        painter.setPen(theme.color("text.secondary"))
        metrics = QFontMetrics(font)
        base = (self.height() + metrics.ascent() - metrics.descent()) // 2
        left = theme.size("page_margin")
        painter.drawText(left, base, self._head)
        left += metrics.horizontalAdvance(self._head) + theme.space(5)
        height = theme.size("segment_bar")
        for segment, words in self._parts:
            width = _BAR + theme.space(2) + metrics.horizontalAdvance(words)
            if left + width > self.width() - theme.space(4):
                break
            bar = QRectF(left, (self.height() - height) / 2, _BAR, height)
            paint_segment_bar(painter, bar, [segment], theme)
            painter.setPen(theme.color("text.secondary"))
            painter.drawText(round(bar.right()) + theme.space(2), base, words)
            left += width + theme.space(5)
