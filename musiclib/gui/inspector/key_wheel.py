"""The key on the Camelot wheel, and what each source says of it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from musiclib.domain.music_key import KeyNotation, MusicalKey
from musiclib.domain.rows import FieldCard
from musiclib.gui import wording
from musiclib.gui.context import AppContext
from musiclib.gui.inspector import fields
from musiclib.gui.inspector.standing import agreement_sentence
from musiclib.gui.painting.cells import chip_width, paint_key_chip
from musiclib.gui.painting.wheel import SHAPES, KeyMark, paint_mark, paint_wheel
from musiclib.gui.theme import Theme
from musiclib.gui.widgets.controls import ElidedLabel, Painted
from musiclib.gui.widgets.flow import FlowLabel

_SIDE = 164


class Wheel(Painted):
    """The wheel with a mark for each source."""

    def __init__(self, theme: Theme, key_code: int, marks: list[KeyMark], notation: KeyNotation) -> None:
        super().__init__(theme)
        self._code, self._marks, self._notation = key_code, marks, notation
        self.setFixedSize(QSize(_SIDE, _SIDE))
        key = MusicalKey.from_code(key_code)
        self.setAccessibleName(f"{key.short(notation)}, {key.name}. {mixes_with(key, notation)}")

    def paintEvent(self, event: QPaintEvent) -> None:
        rect = QRectF(0, 0, self.width(), self.height())
        paint_wheel(QPainter(self), rect, self._code, self._marks, self.theme, self._notation)


class _Mark(Painted):
    def __init__(self, theme: Theme, shape: str) -> None:
        super().__init__(theme)
        self._shape = shape
        self.setFixedSize(QSize(12, 16))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_mark(painter, QPointF(6, 8), self._shape, self.theme)


class KeyChip(Painted):
    """A key as tables show it."""

    def __init__(self, theme: Theme, key_code: int, notation: KeyNotation) -> None:
        super().__init__(theme)
        self._code, self._notation = key_code, notation
        key = MusicalKey.from_code(key_code)
        self.setAccessibleName(key.shown(notation))
        self.setFixedSize(QSize(chip_width(theme, key, notation), theme.line("body")))

    def paintEvent(self, event: QPaintEvent) -> None:
        paint_key_chip(QPainter(self), self.rect(), self._code, self._notation, self.theme)


def mixes_with(key: MusicalKey, notation: KeyNotation) -> str:
    """The keys that mix, as a sentence."""
    near = sorted(key.mixes_with[1:], key=lambda each: (each.wheel_number, each.minor))
    signs = [each.short(notation) for each in near]
    return wording.translate("Mixes with {keys}").format(keys=", ".join(signs))


def key_wheel(context: AppContext, card: FieldCard, code: int) -> QWidget:
    """How the sources agree, then wheel and legend of the key in force (`code`)."""
    theme, notation = context.theme, context.preferences.settings.key_notation
    said = fields.said(card)
    marked = [
        (each.source, each.value, shape)
        for each, shape in zip((v for v in said if isinstance(v.value, int)), SHAPES, strict=False)
        if isinstance(each.value, int)
    ]
    box = QWidget()
    column = QVBoxLayout(box)
    column.setContentsMargins(theme.space(1), theme.space(1), 0, theme.space(2))
    column.setSpacing(theme.space(1))
    if sentence := agreement_sentence(card, said):
        column.addWidget(FlowLabel(theme, sentence, "body_strong"))
    row = QHBoxLayout()
    row.setSpacing(theme.space(2))
    row.addWidget(Wheel(theme, code, [KeyMark(value, shape) for _, value, shape in marked], notation))
    row.addLayout(_legend(theme, marked, code, notation), 1)
    column.addLayout(row)
    return box


def _legend(
    theme: Theme, marked: Sequence[tuple[str, int, str]], code: int, notation: KeyNotation
) -> QVBoxLayout:
    legend = QVBoxLayout()
    legend.setSpacing(theme.space(1))
    legend.addStretch(1)
    for source, value, shape in marked:
        line = QHBoxLayout()
        line.setSpacing(theme.space(1))
        line.addWidget(_Mark(theme, shape))
        line.addWidget(ElidedLabel(theme, fields.short_source_name(source), "small"), 1)
        line.addWidget(KeyChip(theme, value, notation))
        legend.addLayout(line)
    words = mixes_with(MusicalKey.from_code(code), notation)
    legend.addWidget(FlowLabel(theme, words, "small", "secondary"))
    legend.addStretch(1)
    return legend
