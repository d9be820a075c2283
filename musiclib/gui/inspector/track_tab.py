"""The inspector's first tab: every fact of a track with the source it comes from."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from musiclib.domain.ids import TrackId
from musiclib.domain.music_key import KeyNotation, MusicalKey
from musiclib.domain.provenance import Plain
from musiclib.domain.rows import FieldCard, TrackDetail
from musiclib.gui import wording
from musiclib.gui.acts import Acts
from musiclib.gui.context import AppContext
from musiclib.gui.inspector import fields
from musiclib.gui.inspector.field_rows import FieldCardView, FieldRow
from musiclib.gui.painting.wheel import KeyMark, neighbours, paint_mark, paint_wheel
from musiclib.gui.theme import Theme
from musiclib.gui.widgets.activity_strip import BadgeGlyph
from musiclib.gui.widgets.controls import ElidedLabel, Painted, button, label, rule

_WHEEL_SIDE = 164
_SHAPES = ("dot", "square", "triangle")


class Wheel(Painted):
    """The key on the Camelot wheel, with a mark for each source."""

    def __init__(self, theme: Theme, key_code: int, marks: list[KeyMark]) -> None:
        super().__init__(theme)
        self._code, self._marks = key_code, marks
        self.setFixedSize(QSize(_WHEEL_SIDE, _WHEEL_SIDE))
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


class TrackTab(QWidget):
    """Field rows; the open one is a card in its place. `changed` is sent after every act."""

    history_wanted = Signal()

    def __init__(self, context: AppContext) -> None:
        super().__init__()
        self._context = context
        self._acts = Acts(context, self)
        self._detail: TrackDetail | None = None
        self._open_field: str | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._body: QWidget | None = None

    def show_detail(self, detail: TrackDetail) -> None:
        """Show this track; the open card stays open when it is the same track."""
        if self._detail is None or detail.row.id != self._detail.row.id:
            self._open_field = None
        focused = self._open_field is not None and self.isAncestorOf(self.focusWidget() or self)
        self._detail = detail
        self._fill()
        if focused:
            self._focus_open_card()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_H:
            self.history_wanted.emit()
        else:
            super().keyPressEvent(event)

    def open_card(self, field: str | None) -> None:
        """Open a field's card, or with None close the one that is open."""
        before, self._open_field = self._open_field, field
        self._fill()
        if field is not None:
            self._focus_open_card()
        elif before is not None:
            row = next((each for each in self.findChildren(FieldRow) if each.card.name == before), None)
            if row is not None:
                row.setFocus()

    def _focus_open_card(self) -> None:
        card = self.findChild(FieldCardView)
        if card is not None:
            card.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            card.setFocus()

    def _fill(self) -> None:
        detail, theme = self._detail, self._context.theme
        if detail is None:
            return
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self._add_head(column, detail)
        cards = {card.name: card for card in detail.fields}
        for names in (fields.IDENTITY, fields.SOUND):
            column.addSpacing(theme.space(2))
            column.addWidget(rule())
            column.addSpacing(theme.space(1))
            for name in names:
                if name in cards:
                    column.addWidget(self._field_widget(cards[name]))
                    if name == "key_code" and isinstance(cards[name].value, int):
                        column.addWidget(self._wheel(cards[name]))
        column.addStretch(1)
        if self._body is not None:
            self._column.removeWidget(self._body)
            self._body.deleteLater()
        self._body = body
        self._column.addWidget(body)

    def _add_head(self, column: QVBoxLayout, detail: TrackDetail) -> None:
        theme, row = self._context.theme, detail.row
        column.addWidget(label(theme, row.title, "section", wrap=True))
        if row.version:
            column.addWidget(label(theme, row.version, "small", "secondary", wrap=True))
        column.addWidget(label(theme, row.artist, "small", "secondary", wrap=True))
        column.addSpacing(theme.space(2))
        state = QHBoxLayout()
        state.setSpacing(theme.space(2))
        glyph = BadgeGlyph(theme, row.badge.state)
        glyph.set_state(row.badge.state, row.badge.share)
        state.addWidget(glyph, alignment=Qt.AlignmentFlag.AlignTop)
        sentence = wording.badge_sentence(row.badge, self._context.now())
        state.addWidget(label(theme, sentence, "small", "secondary", wrap=True), 1)
        if detail.match.locked:
            unlock = button(theme, self.tr("Unlock match"), "lock-simple-open", dense="tiny")
            unlock.setFont(theme.font("small"))
            unlock.setToolTip(self.tr("You chose what this track is. Unlocked, a look-up may choose again"))
            unlock.clicked.connect(partial(self._unlock, row.id))
            state.addWidget(unlock, alignment=Qt.AlignmentFlag.AlignTop)
        column.addLayout(state)

    def _field_widget(self, card: FieldCard) -> QWidget:
        notation = self._context.preferences.settings.key_notation
        if card.name != self._open_field:
            row = FieldRow(self._context.theme, card, notation)
            row.clicked.connect(partial(self.open_card, card.name))
            return row
        view = FieldCardView(self._context.theme, card, notation)
        view.value_chosen.connect(partial(self._choose, card))
        view.value_typed.connect(partial(self._set, card.name))
        view.lock_wanted.connect(partial(self._act, "lock", card.name))
        view.clear_wanted.connect(partial(self._act, "clear_value", card.name))
        view.close_wanted.connect(partial(self.open_card, None))
        return view

    def _wheel(self, card: FieldCard) -> QWidget:
        theme = self._context.theme
        box = QWidget()
        row = QHBoxLayout(box)
        row.setContentsMargins(0, theme.space(1), 0, theme.space(2))
        row.setSpacing(theme.space(2))
        said = [value for value in card.values if isinstance(value.value, int)][: len(_SHAPES)]
        marks = [
            KeyMark(value.value, shape)
            for value, shape in zip(said, _SHAPES, strict=False)
            if isinstance(value.value, int)
        ]
        assert isinstance(card.value, int)
        row.addWidget(Wheel(theme, card.value, marks))
        legend = QVBoxLayout()
        legend.setSpacing(theme.space(1))
        legend.addStretch(1)
        for value, shape in zip(said, _SHAPES, strict=False):
            line = QHBoxLayout()
            line.setSpacing(theme.space(1))
            line.addWidget(_Mark(theme, shape))
            line.addWidget(ElidedLabel(theme, fields.short_source_name(value.source), "small"), 1)
            text = fields.value_text("key_code", value.value, KeyNotation.CAMELOT)
            line.addWidget(label(theme, text, "small"))
            legend.addLayout(line)
        key = MusicalKey.from_code(card.value)
        legend.addWidget(label(theme, mixes_with(key), "small", "secondary", wrap=True))
        legend.addStretch(1)
        row.addLayout(legend, 1)
        return box

    def _choose(self, card: FieldCard, source: str) -> None:
        if card.rule == "locked" and source == card.source:
            return
        service, detail = self._context.library.library, self._detail
        if detail is not None:
            self._acts.run(lambda: service.choose_value(detail.row.id, card.name, source))

    def _set(self, field: str, value: Plain) -> None:
        service, detail = self._context.library.library, self._detail
        if detail is not None:
            self._acts.run(lambda: service.set_value(detail.row.id, field, value))

    def _unlock(self, track_id: TrackId) -> None:
        editor = self._context.library.editor
        self._acts.run(lambda: editor.unlock([track_id]))

    def _act(self, name: str, field: str) -> None:
        service, detail = self._context.library.library, self._detail
        if detail is not None:
            act: Callable[..., object] = getattr(service, name)
            self._acts.run(partial(act, detail.row.id, field))  # type: ignore[arg-type]  # each gives a Change
