"""A field as one line, and as the card it opens into: every source's value, choose, lock, edit, clear."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QAbstractButton,
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QSizePolicy,
    QVBoxLayout,
)

from musiclib.domain.music_key import KeyNotation
from musiclib.domain.rows import FieldCard, FieldValue
from musiclib.domain.states import Source
from musiclib.gui import wording
from musiclib.gui.icons import paint_icon
from musiclib.gui.inspector import fields
from musiclib.gui.theme import Theme
from musiclib.gui.widgets.controls import button, icon_button, label, restyle, rule


class FieldRow(QAbstractButton):
    """Label, value, source. A click or Enter opens the card."""

    def __init__(self, theme: Theme, card: FieldCard, notation: KeyNotation) -> None:
        super().__init__()
        self._theme, self.card, self._notation = theme, card, notation
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        text = fields.value_text(card.name, card.value, notation)
        source = wording.source_name(card.source) if card.source else ""
        self.setAccessibleName(f"{fields.field_name(card.name)}: {text}. {fields.why(card)}")
        self.setToolTip(text if source == "" else fields.why(card))
        theme.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        height = max(self._theme.size("control_dense"), self._theme.line("body") + self._theme.space(2))
        return QSize(240, height)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, card = self._theme, self.card
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_ground(painter)
        rect = self.rect().adjusted(theme.space(1), 0, -theme.space(1), 0)
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.setFont(theme.font("small"))
        painter.setPen(theme.color("text.tertiary"))
        label_width = fields.label_width(theme)
        name = QFontMetrics(painter.font()).elidedText(
            fields.field_name(card.name), Qt.TextElideMode.ElideRight, label_width
        )
        painter.drawText(rect, middle, name)
        right = self._source_text()
        source_width = QFontMetrics(theme.font("micro")).horizontalAdvance(right)
        lock = round(theme.icon("inline")) if card.rule == "locked" else 0
        painter.setFont(theme.font("micro"))
        painter.setPen(theme.color("text.tertiary"))
        painter.drawText(rect, middle | Qt.AlignmentFlag.AlignRight, right)
        if lock:
            place = QRect(rect.right() - source_width - lock - 3, (self.height() - lock) // 2, lock, lock)
            paint_icon(painter, place, "lock-simple", theme, "text.secondary")
        indent = label_width + theme.space(2)
        room = rect.width() - indent - source_width - lock - theme.space(2)
        self._paint_value(painter, QRect(rect.left() + indent, 0, max(0, room), self.height()))

    def _source_text(self) -> str:
        card = self.card
        if card.source is None:
            return ""
        others = len(card.values) - 1
        name = fields.short_source_name(card.source)
        return f"{name} +{others}" if others > 0 else name

    def _paint_value(self, painter: QPainter, rect: QRect) -> None:
        theme, card = self._theme, self.card
        text = fields.value_text(card.name, card.value, self._notation)
        font = theme.font("body", tabular=True)
        metrics = QFontMetrics(font)
        shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, rect.width())
        painter.setFont(font)
        painter.setPen(theme.color("text.tertiary" if card.value is None else "text.primary"))
        painter.drawText(rect, Qt.AlignmentFlag.AlignVCenter, shown)
        if card.rule != "locked" and fields.sources_disagree(card):
            pen = QPen(theme.color("review.glyph"), 1.2)
            pen.setDashPattern([3, 2])
            painter.setPen(pen)
            bottom = rect.center().y() + metrics.height() / 2
            painter.drawLine(
                rect.left(), round(bottom), rect.left() + metrics.horizontalAdvance(shown), round(bottom)
            )

    def _paint_ground(self, painter: QPainter) -> None:
        theme, radius = self._theme, self._theme.radius("control")
        rect = QRectF(self.rect())
        if self.underMouse():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("bg.hover"))
            painter.drawRoundedRect(rect, radius, radius)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(theme.color("line.focus"), theme.size("focus_ring")))
            painter.drawRoundedRect(rect.adjusted(1, 1, -1, -1), radius, radius)


class _SourceRow(QAbstractButton):
    """One source's value as a radio answer."""

    def __init__(self, theme: Theme, card: FieldCard, value: FieldValue, notation: KeyNotation) -> None:
        super().__init__()
        self._theme, self.value = theme, value
        self._text = fields.value_text(card.name, value.value, notation)
        self._name = wording.source_name(value.source)
        self._told = fields.told_by(value)
        self._sign, self._tone = fields.agreement(card, value)
        self.setCheckable(True)
        self.setChecked(value.source == card.source)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(f"{self._text}, {self._name}, {self._told}, {self._sign}")
        self.setToolTip(self._text)

    def sizeHint(self) -> QSize:
        theme = self._theme
        return QSize(240, 2 * theme.line("micro") + theme.space(1))

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.isChecked() or self.underMouse():
            painter.fillRect(self.rect(), theme.color("bg.selected" if self.isChecked() else "bg.hover"))
        if self.hasFocus():
            painter.setPen(QPen(theme.color("line.focus"), theme.size("focus_ring")))
            painter.drawRect(self.rect().adjusted(1, 1, -1, -1))
        self._paint_radio(painter)
        left = theme.space(3) + round(theme.icon("control")) + theme.space(2)
        sign_font = theme.font("micro")
        sign_width = QFontMetrics(sign_font).horizontalAdvance(self._sign)
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.setFont(sign_font)
        tones = {"accent": "accent.text", "done": "done.text", "review": "review.text"}
        painter.setPen(theme.color(tones.get(self._tone, "text.secondary")))
        whole = self.rect().adjusted(left, 0, -theme.space(2), 0)
        painter.drawText(whole, middle | Qt.AlignmentFlag.AlignRight, self._sign)
        room = whole.width() - sign_width - theme.space(2)
        value_width = min(
            room // 2, max(56, QFontMetrics(theme.font("title_in_row")).horizontalAdvance(self._text) + 4)
        )
        self._elided(
            painter, QRect(left, 0, value_width, self.height()), self._text, "title_in_row", "text.primary"
        )
        names = QRect(
            left + value_width + theme.space(2), 2, room - value_width - theme.space(2), theme.line("micro")
        )
        self._elided(painter, names, self._name, "small", "text.primary")
        names.moveTop(names.bottom() + 1)
        self._elided(painter, names, self._told, "micro", "text.secondary")

    def _elided(self, painter: QPainter, rect: QRect, text: str, role: str, tone: str) -> None:
        font = self._theme.font(role, tabular=True)
        painter.setFont(font)
        painter.setPen(self._theme.color(tone))
        shown = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, max(0, rect.width()))
        painter.drawText(rect, Qt.AlignmentFlag.AlignVCenter, shown)

    def _paint_radio(self, painter: QPainter) -> None:
        theme = self._theme
        side = round(theme.icon("control")) - 1
        box = QRectF(theme.space(3), (self.height() - side) / 2, side, side)
        on = self.isChecked()
        painter.setPen(QPen(theme.color("accent.solid" if on else "line.control"), 1.2))
        painter.setBrush(theme.color("accent.solid" if on else "bg.raised"))
        painter.drawEllipse(box)
        if on:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("text.on_accent"))
            painter.drawEllipse(box.center(), side * 0.2, side * 0.2)


class FieldCardView(QFrame):
    """A field opened: `value_chosen` carries a source, `value_typed` what was typed."""

    value_chosen = Signal(str)
    value_typed = Signal(object)
    lock_wanted = Signal()
    clear_wanted = Signal()
    close_wanted = Signal()

    def __init__(self, theme: Theme, card: FieldCard, notation: KeyNotation) -> None:
        super().__init__()
        self.setProperty("card", "true")
        self._theme, self.card = theme, card
        self._locked = card.rule == "locked"
        self._answers = QButtonGroup(self)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, theme.space(1), 1, theme.space(2))
        column.setSpacing(0)
        self._add_head(column, notation)
        for value in card.values:
            row = _SourceRow(theme, card, value, notation)
            row.clicked.connect(lambda _on=False, source=value.source: self.value_chosen.emit(source))
            self._answers.addButton(row)
            column.addWidget(row)
        if card.values:
            column.addWidget(rule())
        self._add_actions(column)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key == Qt.Key.Key_Escape:
            self.close_wanted.emit()
        elif Qt.Key.Key_1 <= key <= Qt.Key.Key_9 and key - Qt.Key.Key_1 < len(self.card.values):
            self.value_chosen.emit(self.card.values[key - Qt.Key.Key_1].source)
        elif key == Qt.Key.Key_L and self.card.value is not None:
            self._toggle_lock()
        elif key == Qt.Key.Key_E:
            self.begin_edit()
        else:
            super().keyPressEvent(event)

    def begin_edit(self) -> None:
        """Put the cursor into the field for a value typed by hand."""
        self._edit.setFocus()
        self._edit.selectAll()

    def _add_head(self, column: QVBoxLayout, notation: KeyNotation) -> None:
        theme, card = self._theme, self.card
        row = QHBoxLayout()
        row.setContentsMargins(theme.space(3), theme.space(1), theme.space(1), 0)
        row.setSpacing(theme.space(2))
        row.addWidget(label(theme, fields.field_name(card.name), "small", "tertiary"))
        text = fields.value_text(card.name, card.value, notation)
        short = len(text) <= 12
        value = label(theme, text, "page" if short else "body_strong", wrap=not short)
        row.addWidget(value, 1)
        if card.value is not None:
            words = self.tr("Locked") if self._locked else self.tr("Lock")
            lock = button(theme, words, "lock-simple" if self._locked else "lock-simple-open", dense="tiny")
            lock.setCheckable(True)
            lock.setChecked(self._locked)
            lock.setToolTip(
                self.tr("Sources may change it again (L)") if self._locked else self.tr("Keep this value (L)")
            )
            lock.clicked.connect(self._toggle_lock)
            if self._locked:
                lock.setProperty("kind", "toggle")
                restyle(lock)
            row.addWidget(lock)
        close = icon_button(theme, "x", self.tr("Close"), "Esc", dense="tiny")
        close.clicked.connect(self.close_wanted)
        row.addWidget(close)
        column.addLayout(row)
        sentence = label(theme, fields.why(card), "small", "secondary", wrap=True)
        sentence.setContentsMargins(theme.space(3), 0, theme.space(3), theme.space(2))
        column.addWidget(sentence)

    def _add_actions(self, column: QVBoxLayout) -> None:
        theme, card = self._theme, self.card
        row = QHBoxLayout()
        row.setContentsMargins(theme.space(3), theme.space(2), theme.space(2), 0)
        row.setSpacing(theme.space(1))
        if card.name == "bpm" and isinstance(card.value, int | float):
            for words, factor in (("÷2", 0.5), ("×2", 2.0), ("3:2", 1.5)):
                by = button(theme, words, dense="tiny")
                by.setFont(theme.font("small"))
                by.setAccessibleName(self.tr("Tempo {words}").format(words=words))
                value = round(card.value * factor, 2)
                by.clicked.connect(lambda _on=False, value=value: self.value_typed.emit(value))
                row.addWidget(by)
        self._edit = QLineEdit(fields.edit_text(card.name, card.value))
        self._edit.setProperty("dense", "tiny")
        self._edit.setFont(theme.font("small"))
        self._edit.setPlaceholderText(self.tr("By hand"))
        self._edit.setAccessibleName(self.tr("{field} by hand").format(field=fields.field_name(card.name)))
        self._edit.returnPressed.connect(self._type)
        row.addWidget(self._edit, 1)
        keep = button(theme, self.tr("Set"), dense="tiny")
        keep.setFont(theme.font("small"))
        keep.clicked.connect(self._type)
        row.addWidget(keep)
        if any(value.source == Source.MANUAL for value in card.values):
            clear = button(theme, self.tr("Clear"), dense="tiny")
            clear.setFont(theme.font("small"))
            clear.setToolTip(self.tr("Forget what you chose; the sources count again"))
            clear.clicked.connect(self.clear_wanted)
            row.addWidget(clear)
        column.addLayout(row)

    def _type(self) -> None:
        text = self._edit.text().strip()
        if text and text != fields.edit_text(self.card.name, self.card.value):
            self._edit.setModified(False)
            self.value_typed.emit(text)

    def _toggle_lock(self) -> None:
        (self.clear_wanted if self._locked else self.lock_wanted).emit()
