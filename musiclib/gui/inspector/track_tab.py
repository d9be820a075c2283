"""The inspector's first tab: every fact of a track with the source it comes from."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QMenu, QScrollArea, QVBoxLayout, QWidget

from musiclib.domain.ids import TrackId
from musiclib.domain.provenance import Plain
from musiclib.domain.rows import FieldCard, TrackDetail
from musiclib.domain.states import Source
from musiclib.domain.tapping import Taps
from musiclib.gui import shell as places
from musiclib.gui import wording
from musiclib.gui.acts import Acts
from musiclib.gui.context import AppContext
from musiclib.gui.inspector import fields
from musiclib.gui.inspector.field_card import FieldCardView
from musiclib.gui.inspector.field_rows import ArtRow, FactRow, FieldRow
from musiclib.gui.inspector.key_wheel import key_wheel
from musiclib.gui.inspector.known_at import add_artists, add_known_at
from musiclib.gui.inspector.match_head import MatchHead
from musiclib.gui.inspector.source_menu import SourceActs, source_menu
from musiclib.gui.steps import Steps
from musiclib.gui.widgets.controls import rule
from musiclib.services.art_types import ArtOf

_SHOWN_OR_HIDDEN = Qt.WidgetAttribute.WA_WState_ExplicitShowHide
_LAID_OUT_MS = 50
"""After which a card that was opened has its place in the pane."""


@dataclass(slots=True)
class _Body:
    """All that stands in the tab for one track."""

    widget: QWidget
    fields: dict[str, FieldRow | FieldCardView]
    wheel: QWidget | None
    """Below the key."""


class TrackTab(QWidget):
    """Field rows; the open one is a card in its place.

    A track that comes is made ready out of sight, a step in each turn of the event loop, and then takes the
    place of the one before.
    """

    filled = Signal()
    """The track that was to be shown stands there."""
    history_wanted = Signal()
    step_wanted = Signal(int)
    """To the track that many places further on."""

    def __init__(self, context: AppContext) -> None:
        super().__init__()
        self._context = context
        self._acts = Acts(context, self)
        self._detail: TrackDetail | None = None
        """What stands here."""
        self._coming: TrackDetail | None = None
        """What is to stand here."""
        self._open_field: str | None = None
        self._taps = Taps()
        self._settle = QTimer(self, singleShot=True, interval=_LAID_OUT_MS)
        self._settle.timeout.connect(self._settle_place)
        self._revealing = False
        """Whether the card that was opened has still to be brought into view."""
        self._was_at: int | None = None
        """What was in view before the same track was read anew."""
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._body: QWidget | None = None
        self._field_widgets: dict[str, FieldRow | FieldCardView] = {}
        self._wheel: QWidget | None = None
        self._made: _Body | None = None
        """What is being made ready."""
        self._steps = Steps(self)

    @property
    def shown(self) -> TrackId | None:
        """The track that stands here."""
        return self._detail.row.id if self._detail else None

    def show_detail(self, detail: TrackDetail) -> None:
        """Show this track; what has the focus keeps it, and with it the card that is open."""
        focused = self._focused_field()
        if focused is None and (self._detail is None or detail.row.id != self._detail.row.id):
            self._open_field = None
        if detail.row.id != self.shown:
            self._taps.forget()
        same, self._coming = detail is self._coming, detail
        if focused is not None or same:
            self._fill()
        else:
            self._steps.stop()
            self._steps.start([self._make, self._make_ready, self._put])

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._revealing or self._was_at is not None:  # it is being laid out
            self._settle.start()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_H:
            self.history_wanted.emit()
        elif event.text() and event.text() in "[]":
            self.step_wanted.emit(-1 if event.text() == "[" else 1)
        else:
            super().keyPressEvent(event)

    def open_card(self, field: str | None) -> None:
        """Open a field's card, or with None close the one that is open."""
        before, self._open_field = self._open_field, field
        self._fill()
        target = field or before
        if target is not None and target in self._field_widgets:
            self._field_widgets[target].setFocus()
            self._revealing = True
            self._settle.start()

    def _settle_place(self) -> None:
        """Everything has its place: show the card that was opened, or what was in view before."""
        area, revealing, at = self._area(), self._revealing, self._was_at
        self._revealing, self._was_at = False, None
        card = self._field_widgets.get(self._open_field or "")
        if area is None:
            return
        if revealing and card is not None:
            if self._open_field == "key_code" and self._wheel is not None:
                area.ensureWidgetVisible(self._wheel, 0, 0)
            area.ensureWidgetVisible(card, 0, self._context.theme.space(3))
        elif at is not None:
            area.verticalScrollBar().setValue(at)

    def _area(self) -> QScrollArea | None:
        area = self.parentWidget()
        while area is not None and not isinstance(area, QScrollArea):
            area = area.parentWidget()
        return area

    def menu_of(self, card: FieldCard, source: str) -> QMenu:
        """What to prefer from now on, and what else can be done with this source's value."""
        assert self._detail is not None
        value = next((each.value for each in card.values if each.source == source), card.value)
        text = fields.value_text(card.name, value, self._context.preferences.settings.key_notation)
        acts = SourceActs(
            choose=partial(self._choose, card),
            prefer=self._prefer,
            forget=self._forget,
            lock=partial(self._toggle_lock, card),
            edit=partial(self._edit, card.name),
            clear=partial(self._clear, card.name),
        )
        return source_menu(self, self._detail, card, source, text, acts)

    def _focused_field(self) -> str | None:
        focus = self.focusWidget()
        if focus is None or not focus.hasFocus():
            return None
        found = (n for n, each in self._field_widgets.items() if each is focus or each.isAncestorOf(focus))
        return next(found, None)

    def _fill(self) -> None:
        """All at once, as a person waits for it."""
        self._steps.stop()
        self._make()
        self._put()

    def _make(self) -> None:
        detail, theme = self._coming, self._context.theme
        if detail is None:
            return
        if self._made is not None:
            self._made.widget.deleteLater()
        body = QWidget(self)  # which is not seen before it has its place
        made = self._made = _Body(body, {}, None)
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(MatchHead(self._context, self._acts, detail))
        for names in (fields.IDENTITY, fields.SOUND):
            self._add_rule(column)
            self._add_fields(column, detail, names, made)
        self._add_rule(column)
        add_known_at(column, self._context, detail)
        if detail.artists:
            column.addSpacing(theme.space(3))
            add_artists(column, self._context, detail)
        column.addStretch(1)

    def _make_ready(self) -> None:
        """Style and lay out what is not to be seen yet."""
        if self._made is None:
            return
        body = self._made.widget
        body.resize(self.width(), body.height())
        for each in body.findChildren(QWidget):
            if not each.isWindow() and not each.testAttribute(_SHOWN_OR_HIDDEN):
                each.show()

    def _keep_place(self) -> None:
        area = self._area()
        if area is not None and not self._settle.isActive():
            self._was_at = area.verticalScrollBar().value()
            self._settle.start()

    def _put(self) -> None:
        made, self._made = self._made, None
        if made is None:
            return
        focused = self._focused_field()
        before, self._detail = self._detail, self._coming
        if before is not self._detail and self.shown == (before.row.id if before else None):
            self._keep_place()
        self._field_widgets, self._wheel = made.fields, made.wheel
        if self._body is not None:
            self._column.removeWidget(self._body)
            self._body.deleteLater()
        self._body = made.widget
        self._column.addWidget(made.widget)
        if focused is not None:
            self._field_widgets[focused].setFocus()
        self.filled.emit()

    def _add_rule(self, column: QVBoxLayout) -> None:
        column.addSpacing(self._context.theme.space(2))
        column.addWidget(rule())
        column.addSpacing(self._context.theme.space(1))

    def _add_fields(
        self, column: QVBoxLayout, detail: TrackDetail, names: tuple[str, ...], body: _Body
    ) -> None:
        cards = {card.name: card for card in detail.fields}
        for name in names:
            card = cards[name]
            body.fields[name] = made = self._field_widget(card)
            column.addWidget(made)
            if name == "artist":
                self._add_fact(column, fields.PASTED, fields.as_pasted(cards), Source.TRACKLIST)
            elif name == "album":
                column.addWidget(self._art_row(detail))
            elif name == "key_code" and isinstance(card.value, int):
                body.wheel = key_wheel(self._context, card, card.value)
                column.addWidget(body.wheel)

    def _add_fact(self, column: QVBoxLayout, name: str, text: str, source: str) -> None:
        if text:
            words = wording.translate(name), text, fields.short_source_name(source)
            row = FactRow(self._context.theme, *words)
            row.clicked.connect(partial(self._copy, text))
            column.addWidget(row)

    def _art_row(self, detail: TrackDetail) -> ArtRow:
        art = detail.art
        size = f"{art.width} × {art.height}" if art is not None else self.tr("None")
        source = fields.short_source_name(art.source) if art is not None else ""
        row = ArtRow(self._context.theme, wording.translate(fields.ART), size, source)
        name, of = f"{detail.row.artist} - {detail.row.title}", ArtOf(track_id=detail.row.id)
        row.clicked.connect(lambda: self._context.shell.choose_art(of, name))
        return row

    def _field_widget(self, card: FieldCard) -> FieldRow | FieldCardView:
        if card.name != self._open_field:
            row = FieldRow(self._context, card)
            row.clicked.connect(partial(self.open_card, card.name))
            row.lock_wanted.connect(partial(self._toggle_lock, card))
            row.edit_wanted.connect(partial(self._edit, card.name))
            row.tap_wanted.connect(partial(self._tap, card.name))
            row.answer_wanted.connect(partial(self._choose_place, card))
            row.menu_wanted.connect(partial(self._show_menu, card, fields.chosen_source(card)))
            return row
        view = FieldCardView(self._context, card, self._taps)
        view.value_chosen.connect(partial(self._choose, card))
        view.value_typed.connect(partial(self._set, card.name))
        view.lock_wanted.connect(partial(self._toggle_lock, card))
        view.clear_wanted.connect(partial(self._clear, card.name))
        view.close_wanted.connect(partial(self.open_card, None))
        view.menu_wanted.connect(partial(self._show_menu, card))
        view.ear_wanted.connect(self._listen)
        return view

    def _show_menu(self, card: FieldCard, source: str, at: QPoint) -> None:
        self.menu_of(card, source).popup(at)

    def _copy(self, text: str) -> None:
        QGuiApplication.clipboard().setText(text)
        self._context.shell.toast(self.tr("Copied"))

    def _edit(self, field: str) -> None:
        self.open_card(field)
        view = self._field_widgets[field]
        assert isinstance(view, FieldCardView)
        view.begin_edit()

    def _tap(self, field: str) -> None:
        """The first beat opens the card; the focus is on it then, and with it the key."""
        self.open_card(field)
        view = self._field_widgets[field]
        if isinstance(view, FieldCardView) and view.tempo is not None:
            view.tempo.tap()

    def _choose_place(self, card: FieldCard, place: int) -> None:
        said = fields.answers(card, self._context.now())
        if place >= len(said):
            return
        if said[place].guess:
            self._set(card.name, said[place].value)
        else:
            self._choose(card, said[place].source)

    def _listen(self) -> None:
        if self._detail is not None:
            self._context.shell.open_page(places.BY_EAR, self._detail.row.id)

    def _choose(self, card: FieldCard, source: str) -> None:
        if card.rule == "locked" and source == fields.chosen_source(card):
            return
        service, detail = self._context.library.library, self._detail
        if detail is not None:
            self._acts.run(lambda: service.choose_value(detail.row.id, card.name, source))

    def _set(self, field: str, value: Plain) -> None:
        service, detail = self._context.library.library, self._detail
        if detail is not None:
            self._acts.run(lambda: service.set_value(detail.row.id, field, value))

    def _toggle_lock(self, card: FieldCard) -> None:
        service, detail = self._context.library.library, self._detail
        if card.rule == "locked":
            self._clear(card.name)
        elif detail is not None and card.value is not None:
            self._acts.run(lambda: service.lock(detail.row.id, card.name))

    def _clear(self, field: str) -> None:
        service, detail = self._context.library.library, self._detail
        if detail is not None:
            self._acts.run(lambda: service.clear_value(detail.row.id, field))

    def _prefer(self, source: str, field: str | None, artist: str | None) -> None:
        service = self._context.library.provenance
        self._acts.run(lambda: service.prefer(source, field, artist))

    def _forget(self, field: str | None, artist: str | None) -> None:
        service = self._context.library.provenance
        self._acts.run(lambda: service.forget(field, artist))
