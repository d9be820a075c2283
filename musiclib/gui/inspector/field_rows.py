"""A field as one line: label, value, source."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy

from musiclib.domain.music_key import KeyNotation
from musiclib.domain.rows import FieldCard
from musiclib.gui.context import AppContext
from musiclib.gui.icons import paint_icon
from musiclib.gui.inspector import fields
from musiclib.gui.theme import Theme

_SOURCE_SHARE = 0.42
"""Of a row, at most, for the name of the source."""


class Line(QAbstractButton):
    """A row that can be clicked; Enter does the same."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        theme = self.theme
        return QSize(0, max(theme.size("control_dense"), theme.line("body") + theme.space(2)))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.click()
        else:
            super().keyPressEvent(event)

    def paint_ground(self, painter: QPainter) -> None:
        theme, radius = self.theme, self.theme.radius("control")
        rect = QRectF(self.rect())
        if self.underMouse():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("bg.hover"))
            painter.drawRoundedRect(rect, radius, radius)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(theme.color("line.focus"), theme.size("focus_ring")))
            painter.drawRoundedRect(rect.adjusted(1, 1, -1, -1), radius, radius)

    def paint_part(self, painter: QPainter, rect: QRect, text: str, role: str, tone: str) -> int:
        """Write in one line, with an ellipsis where it is too long; returns the width taken."""
        font = self.theme.font(role, tabular=True)
        metrics = QFontMetrics(font)
        shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, max(0, rect.width()))
        painter.setFont(font)
        painter.setPen(self.theme.color(tone))
        painter.drawText(rect, Qt.AlignmentFlag.AlignVCenter, shown)
        return metrics.horizontalAdvance(shown)


class FactRow(Line):
    """What is known, with its source, and nothing to decide. A click copies it."""

    def __init__(self, theme: Theme, name: str, text: str, source: str) -> None:
        super().__init__(theme)
        self._name, self._text, self._source = name, text, source
        self.setAccessibleName(f"{name}: {text}. {source}".strip())
        self.setAccessibleDescription(self.tr("Enter copies it"))
        self.setToolTip(f"{text}\n{self.tr('A click copies it')}")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space:
            event.ignore()  # everywhere in the inspector it plays and pauses
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.paint_ground(painter)
        self.paint_parts(painter, self._name, self._text, self._source, missing=not self._text)

    def paint_parts(
        self, painter: QPainter, name: str, text: str, source: str, *, missing: bool, locked: bool = False
    ) -> QRect:
        """Paint the three columns, with a padlock before the source; returns where the value stands."""
        theme = self.theme
        rect = self.rect().adjusted(theme.space(1), 0, -theme.space(1), 0)
        label_width = fields.label_width(theme)
        self.paint_part(
            painter, QRect(rect.left(), 0, label_width, self.height()), name, "small", "text.tertiary"
        )
        metrics = QFontMetrics(theme.font("micro", tabular=True))
        width = min(metrics.horizontalAdvance(source) + 1, round(rect.width() * _SOURCE_SHARE))
        right = QRect(rect.right() + 1 - width, 0, width, self.height())
        self.paint_part(painter, right, source, "micro", "text.tertiary")
        lock = round(theme.icon("inline")) if locked else 0
        if lock:
            place = QRect(right.left() - lock - 3, (self.height() - lock) // 2, lock, lock)
            paint_icon(painter, place, "lock", theme, "text.secondary")
        left = rect.left() + label_width + theme.space(2)
        room = right.left() - lock - theme.space(2) - left
        tone = "text.tertiary" if missing else "text.primary"
        taken = self.paint_part(painter, QRect(left, 0, max(0, room), self.height()), text, "body", tone)
        return QRect(left, 0, taken, self.height())


class ArtRow(FactRow):
    """The size of the picture. A click leads to the choice of another."""

    def __init__(self, theme: Theme, name: str, text: str, source: str) -> None:
        super().__init__(theme, name, text, source)
        self.setAccessibleDescription(self.tr("Enter lets you choose another picture"))
        self.setToolTip(self.tr("Choose another picture"))


class FieldRow(FactRow):
    """A field. A click or Enter opens its card; keys decide without opening it."""

    lock_wanted = Signal()
    edit_wanted = Signal()
    tap_wanted = Signal()
    """A beat, on the row of the tempo."""
    answer_wanted = Signal(int)
    menu_wanted = Signal(QPoint)

    def __init__(self, context: AppContext, card: FieldCard) -> None:
        notation: KeyNotation = context.preferences.settings.key_notation
        text = fields.value_text(card.name, card.value, notation)
        super().__init__(context.theme, fields.field_name(card.name), text, fields.row_source(card))
        self.card, self._shown = card, text
        why = fields.why(card, context.now())
        self.setAccessibleName(f"{fields.field_name(card.name)}: {text}. {why}")
        self.setAccessibleDescription("")
        self.setToolTip(f"{text}\n{why}" if card.value is not None else why)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        place = event.key() - Qt.Key.Key_1
        if event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            super().keyPressEvent(event)
        elif event.key() == Qt.Key.Key_L:
            self.lock_wanted.emit()
        elif event.key() == Qt.Key.Key_E:
            self.edit_wanted.emit()
        elif event.key() == Qt.Key.Key_T and self.card.name == "bpm":
            self.tap_wanted.emit()
        elif 0 <= place < 9:
            self.answer_wanted.emit(place)
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.menu_wanted.emit(event.globalPos())

    def paintEvent(self, event: QPaintEvent) -> None:
        card = self.card
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.paint_ground(painter)
        name, source = fields.field_name(card.name), fields.row_source(card)
        locked = card.rule == "locked"
        missing = card.value is None
        place = self.paint_parts(painter, name, self._shown, source, missing=missing, locked=locked)
        if fields.doubtful(card):
            pen = QPen(self.theme.color("review.glyph"), 1.2)
            pen.setDashPattern([3, 2])
            painter.setPen(pen)
            below = place.center().y() + self.theme.line("body") // 2
            painter.drawLine(place.left(), below, place.right(), below)
