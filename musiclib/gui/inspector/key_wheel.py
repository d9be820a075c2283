"""The key on the Camelot wheel, and what each source says of it."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from musiclib.domain.music_key import KeyNotation, MusicalKey
from musiclib.domain.rows import FieldCard
from musiclib.gui import wording
from musiclib.gui.inspector import fields
from musiclib.gui.painting.wheel import KeyMark, neighbours, paint_mark, paint_wheel
from musiclib.gui.theme import Theme
from musiclib.gui.widgets.controls import ElidedLabel, Painted, label
from musiclib.gui.widgets.flow import FlowLabel

_SIDE = 164
_SHAPES = ("dot", "square", "triangle")


class Wheel(Painted):
    """The wheel with a mark for each source."""

    def __init__(self, theme: Theme, key_code: int, marks: list[KeyMark]) -> None:
        super().__init__(theme)
        self._code, self._marks = key_code, marks
        self.setFixedSize(QSize(_SIDE, _SIDE))
        key = MusicalKey.from_code(key_code)
        self.setAccessibleName(f"{key.camelot}, {key.name}. {mixes_with(key)}")

    def paintEvent(self, event: QPaintEvent) -> None:
        rect = QRectF(0, 0, self.width(), self.height())
        paint_wheel(QPainter(self), rect, self._code, self._marks, self.theme)


class _Mark(Painted):
    def __init__(self, theme: Theme, shape: str) -> None:
        super().__init__(theme)
        self._shape = shape
        self.setFixedSize(QSize(12, 16))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_mark(painter, QPointF(6, 8), self._shape, self.theme)


def mixes_with(key: MusicalKey) -> str:
    """The keys that mix, as a sentence."""
    signs = sorted(f"{number}{'A' if minor else 'B'}" for number, minor in neighbours(key))
    return wording.translate("Mixes with {keys}").format(keys=", ".join(signs))


def key_wheel(theme: Theme, card: FieldCard, code: int) -> QWidget:
    """Wheel and legend of the key in force (`code`)."""
    box = QWidget()
    row = QHBoxLayout(box)
    row.setContentsMargins(0, theme.space(1), 0, theme.space(2))
    row.setSpacing(theme.space(2))
    said = [(each.source, each.value) for each in fields.said(card) if isinstance(each.value, int)]
    marked = list(zip(said, _SHAPES, strict=False))
    row.addWidget(Wheel(theme, code, [KeyMark(value, shape) for (_, value), shape in marked]))
    legend = QVBoxLayout()
    legend.setSpacing(theme.space(1))
    legend.addStretch(1)
    for (source, value), shape in marked:
        line = QHBoxLayout()
        line.setSpacing(theme.space(1))
        line.addWidget(_Mark(theme, shape))
        line.addWidget(ElidedLabel(theme, fields.short_source_name(source), "small"), 1)
        line.addWidget(label(theme, fields.value_text("key_code", value, KeyNotation.CAMELOT), "small"))
        legend.addLayout(line)
    legend.addWidget(FlowLabel(theme, mixes_with(MusicalKey.from_code(code)), "small", "secondary"))
    legend.addStretch(1)
    row.addLayout(legend, 1)
    return box
