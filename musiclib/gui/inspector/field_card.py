"""A field opened: the rule that won, every source's value, and what a person can decide."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QAbstractButton,
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QSizePolicy,
    QVBoxLayout,
)

from musiclib.domain.rows import FieldCard
from musiclib.domain.states import Source
from musiclib.domain.tapping import Taps
from musiclib.gui.context import AppContext
from musiclib.gui.inspector import fields
from musiclib.gui.inspector.field_rows import Line
from musiclib.gui.inspector.tempo_row import TempoRow
from musiclib.gui.theme import Theme
from musiclib.gui.widgets.controls import button, icon_button, label, restyle, rule
from musiclib.gui.widgets.flow import FlowLabel, TextBlock

_TONES = {"accent": "accent.text", "done": "done.text", "review": "review.text"}
_VALUE_LEAST = 56


class AnswerRow(Line):
    """One source's value as a radio answer. A long value stands in lines of its own."""

    menu_wanted = Signal(QPoint)

    def __init__(self, theme: Theme, answer: fields.Answer, text: str) -> None:
        super().__init__(theme)
        self.answer, self._text = answer, text
        self.setCheckable(True)
        self.setChecked(answer.chosen)
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setAccessibleName(f"{text}, {answer.name}, {answer.told}, {answer.sign}")
        self.setToolTip(f"{text}\n{answer.name} · {answer.told}")

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        theme = self.theme
        if self._fits(width):
            return 2 * theme.line("micro") + theme.space(1)
        return self._block(width).height + theme.line("micro") + theme.space(2)

    def sizeHint(self) -> QSize:
        return QSize(0, self.heightForWidth(self.width()))

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.menu_wanted.emit(event.globalPos())

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.isChecked() or self.underMouse():
            painter.fillRect(self.rect(), theme.color("bg.selected" if self.isChecked() else "bg.hover"))
        if self.hasFocus():
            painter.setPen(QPen(theme.color("line.focus"), theme.size("focus_ring")))
            painter.drawRect(self.rect().adjusted(1, 1, -1, -1))
        if self._fits(self.width()):
            self._paint_beside(painter)
        else:
            self._paint_below(painter)

    def _paint_beside(self, painter: QPainter) -> None:
        theme, line, left = self.theme, self.theme.line("micro"), self._left()
        self._paint_radio(painter, self.height())
        rect = QRect(left, 0, self._value_width(), self.height())
        self.paint_part(painter, rect, self._text, "title_in_row", "text.primary")
        left += rect.width() + theme.space(2)
        top = (self.height() - 2 * line) // 2
        room = self._paint_sign(painter, QRect(left, top, self._right() - left, 2 * line))
        names = QRect(left, top, room, line)
        self.paint_part(painter, names, self.answer.name, "small", "text.primary")
        names.translate(0, line)
        self.paint_part(painter, names, self.answer.told, "micro", "text.secondary")

    def _paint_below(self, painter: QPainter) -> None:
        theme, line, left = self.theme, self.theme.line("micro"), self._left()
        self._paint_radio(painter, theme.line("title_in_row") + 2 * theme.space(1))
        painter.setPen(theme.color("text.primary"))
        self._block(self.width()).paint(painter, left, theme.space(1))
        rect = QRect(left, self.height() - line - theme.space(1), self._right() - left, line)
        rect.setWidth(self._paint_sign(painter, rect))
        taken = self.paint_part(painter, rect, self.answer.name, "small", "text.primary")
        rect.setLeft(rect.left() + taken + theme.space(2))
        self.paint_part(painter, rect, self.answer.told, "micro", "text.secondary")

    def _paint_sign(self, painter: QPainter, rect: QRect) -> int:
        """At the right end of `rect`; returns the width that is left beside it."""
        sign, tone = self.answer.sign, _TONES.get(self.answer.tone, "text.secondary")
        width = QFontMetrics(self.theme.font("micro", tabular=True)).horizontalAdvance(sign) + 1
        place = QRect(rect.right() + 1 - width, rect.top(), width, rect.height())
        self.paint_part(painter, place, sign, "micro", tone)
        return rect.width() - width - self.theme.space(2)

    def _right(self) -> int:
        return self.width() - self.theme.space(2)

    def _left(self) -> int:
        return self.theme.space(3) + round(self.theme.icon("control")) + self.theme.space(2)

    def _value_width(self) -> int:
        metrics = QFontMetrics(self.theme.font("title_in_row", tabular=True))
        return max(_VALUE_LEAST, metrics.horizontalAdvance(self._text) + 2)

    def _fits(self, width: int) -> bool:
        """Whether value and source have room beside each other."""
        return self._value_width() <= (width - self._left()) * 0.36

    def _block(self, width: int) -> TextBlock:
        theme = self.theme
        font, line = theme.font("title_in_row", tabular=True), theme.line("title_in_row")
        return TextBlock(self._text, font, line, width - self._left() - theme.space(2))

    def _paint_radio(self, painter: QPainter, height: int) -> None:
        theme = self.theme
        side = round(theme.icon("control")) - 1
        box = QRectF(theme.space(3), (height - side) / 2, side, side)
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
    menu_wanted = Signal(str, QPoint)
    """A source and a place on the screen."""
    ear_wanted = Signal()

    def __init__(self, context: AppContext, card: FieldCard, taps: Taps) -> None:
        super().__init__()
        self.tempo: TempoRow | None = None
        self._taps = taps
        self.setProperty("card", "true")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._theme, self.card = context.theme, card
        self._notation = context.preferences.settings.key_notation
        self._locked = card.rule == "locked"
        self._answers = QButtonGroup(self)
        self.answers = fields.answers(card, context.now())
        text = fields.value_text(card.name, card.value, self._notation)
        why = fields.why(card, context.now())
        self.setAccessibleName(f"{fields.field_name(card.name)}: {text}. {why}")
        column = QVBoxLayout(self)
        column.setContentsMargins(1, self._theme.space(1), 1, self._theme.space(2))
        column.setSpacing(0)
        self._add_head(column, text)
        self._add_sentence(column, " ".join(filter(None, (why, fields.scale(card)))))
        for answer in self.answers:
            self._add_answer(column, answer)
        if self.answers:
            column.addWidget(rule())
        self._add_actions(column)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        place = event.key() - Qt.Key.Key_1
        if event.key() == Qt.Key.Key_Escape:
            self.close_wanted.emit()
        elif 0 <= place < min(9, len(self.answers)):
            self._pick(self.answers[place])
        elif event.key() == Qt.Key.Key_T and self.tempo is not None:
            self.tempo.tap()
        elif event.key() == Qt.Key.Key_L and self.card.value is not None:
            self._toggle_lock()
        elif event.key() == Qt.Key.Key_E:
            self.begin_edit()
        else:
            super().keyPressEvent(event)

    def begin_edit(self) -> None:
        """Put the cursor into the field for a value typed by hand."""
        self._edit.setFocus()
        self._edit.selectAll()

    def _add_head(self, column: QVBoxLayout, text: str) -> None:
        theme, card = self._theme, self.card
        row = QHBoxLayout()
        row.setContentsMargins(theme.space(3), theme.space(1), theme.space(1), 0)
        row.setSpacing(theme.space(2))
        row.addWidget(label(theme, fields.field_name(card.name), "small", "tertiary"))
        value = FlowLabel(theme, text, "page")
        row.addWidget(value, 1)
        if card.value is not None:
            row.addWidget(self._lock_button())
        close = icon_button(theme, "x", self.tr("Close"), "Esc", dense="tiny")
        close.clicked.connect(self.close_wanted)
        row.addWidget(close)
        column.addLayout(row)
        if QFontMetrics(value.font()).horizontalAdvance(text) > self._room_in_head():
            row.replaceWidget(value, label(theme))
            row.setStretch(1, 1)
            value.setContentsMargins(theme.space(3), theme.space(1), theme.space(3), theme.space(1))
            column.addWidget(value)

    def _room_in_head(self) -> int:
        """For the value beside its name and the buttons."""
        theme = self._theme
        small = QFontMetrics(theme.font("small"))
        lock = small.horizontalAdvance(self.tr("Locked")) + round(theme.icon("control")) + theme.space(6)
        taken = small.horizontalAdvance(fields.field_name(self.card.name)) + lock + theme.size("control_tiny")
        margins = theme.space(4) + theme.space(3) * 3 + theme.space(1) + 3 * theme.space(2)
        return theme.size("inspector") - margins - taken

    def _lock_button(self) -> QAbstractButton:
        words = self.tr("Locked") if self._locked else self.tr("Lock")
        icon = "lock" if self._locked else "lock-open"
        lock = button(self._theme, words, icon, dense="tiny")
        lock.setFont(self._theme.font("small"))
        lock.setCheckable(True)
        lock.setChecked(self._locked)
        lock.setToolTip(
            self.tr("Sources may change it again (L)") if self._locked else self.tr("Keep this value (L)")
        )
        lock.clicked.connect(self._toggle_lock)
        if self._locked:
            lock.setProperty("kind", "toggle")
            restyle(lock)
        return lock

    def _add_sentence(self, column: QVBoxLayout, text: str) -> None:
        theme = self._theme
        sentence = FlowLabel(theme, text, "small", "secondary")
        sentence.setContentsMargins(theme.space(3), 0, theme.space(3), theme.space(2))
        column.addWidget(sentence)

    def _add_answer(self, column: QVBoxLayout, answer: fields.Answer) -> None:
        text = fields.value_text(self.card.name, answer.value, self._notation)
        row = AnswerRow(self._theme, answer, text)
        row.clicked.connect(partial(self._pick, answer))
        row.menu_wanted.connect(lambda at: self.menu_wanted.emit(answer.source, at))
        self._answers.addButton(row)
        column.addWidget(row)

    def _add_actions(self, column: QVBoxLayout) -> None:
        theme, card = self._theme, self.card
        if card.name == "bpm":
            self.tempo = self._tempo_row()
            column.addWidget(self.tempo)
        row = QHBoxLayout()
        row.setContentsMargins(theme.space(3), theme.space(2), theme.space(2), 0)
        row.setSpacing(theme.space(1))
        self._edit = QLineEdit(fields.edit_text(card.name, card.value))
        self._edit.setProperty("dense", "tiny")
        self._edit.setFont(theme.font("small"))
        self._edit.setPlaceholderText(self.tr("By hand"))
        self._edit.setAccessibleName(self.tr("{field} by hand").format(field=fields.field_name(card.name)))
        self._edit.setToolTip(self.tr("Type a value and press Enter (E)"))
        self._edit.returnPressed.connect(self._type)
        row.addWidget(self._edit, 1)
        keep = self._small(self.tr("Set"))
        keep.clicked.connect(self._type)
        row.addWidget(keep)
        if any(each.source == Source.MANUAL for each in card.values):
            clear = self._small(self.tr("Clear"))
            clear.setToolTip(self.tr("Forget what you chose; the sources count again"))
            clear.clicked.connect(self.clear_wanted)
            row.addWidget(clear)
        more = icon_button(theme, "dots-three", self.tr("What to prefer"), kind="", dense="tiny")
        more.clicked.connect(lambda: self._open_menu(more))
        row.addWidget(more)
        column.addLayout(row)

    def _pick(self, answer: fields.Answer) -> None:
        if answer.guess:
            self.value_typed.emit(answer.value)
        else:
            self.value_chosen.emit(answer.source)

    def _tempo_row(self) -> TempoRow:
        bpm = self.card.value
        row = TempoRow(self._theme, bpm if isinstance(bpm, int | float) else None, self._taps)
        row.value_chosen.connect(self.value_typed)
        row.ear_wanted.connect(self.ear_wanted)
        return row

    def _small(self, words: str) -> QAbstractButton:
        made = button(self._theme, words, dense="tiny")
        made.setFont(self._theme.font("small"))
        return made

    def _open_menu(self, under: QAbstractButton) -> None:
        source = next((each.source for each in self.answers if each.chosen), "")
        self.menu_wanted.emit(source, under.mapToGlobal(QPoint(0, under.height())))

    def _type(self) -> None:
        text = self._edit.text().strip()
        if text and text != fields.edit_text(self.card.name, self.card.value):
            self._edit.setModified(False)
            self.value_typed.emit(text)

    def _toggle_lock(self) -> None:
        (self.clear_wanted if self._locked else self.lock_wanted).emit()
