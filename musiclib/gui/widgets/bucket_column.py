"""One bucket: its head with count and key, its cards, and what can be done with all of them."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QKeyEvent,
    QPainter,
    QPaintEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHBoxLayout, QListView, QVBoxLayout, QWidget

from musiclib.domain.ids import TrackId
from musiclib.domain.states import BadgeState, Bucket
from musiclib.gui.context import AppContext
from musiclib.gui.delegates.bucket_card import BucketCardDelegate
from musiclib.gui.icons import paint_icon
from musiclib.gui.models.bucket_cards import BucketModel, card_id, dragged
from musiclib.gui.theme import Theme
from musiclib.gui.widgets.activity_strip import BadgeGlyph
from musiclib.gui.widgets.controls import Painted, keycap, label, restyle, rule
from musiclib.services.bucket_types import BucketCard

_STATES = {
    Bucket.MATCHED: BadgeState.DONE,
    Bucket.REVIEW: BadgeState.REVIEW,
    Bucket.NOT_FOUND: BadgeState.NOT_FOUND,
}
_BATCH = 400
"""Cards that are laid out at once."""


class _FilesGlyph(Painted):
    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        side = round(theme.icon("badge_header"))
        self.setFixedSize(QSize(side, side))

    def paintEvent(self, event: QPaintEvent) -> None:
        paint_icon(QPainter(self), self.rect(), "files", self.theme, "text.secondary")


class CardList(QListView):
    """The cards. Keys that belong to the editor go to `pressed`, which says whether it took them."""

    dropped = Signal(object, list)
    """The bucket the cards come from, and their ids."""
    linked = Signal(list, object)
    """Extra files by their ids, and the track on whose card they were dropped."""
    dragging = Signal(list)
    drag_over = Signal(bool)

    def __init__(self, context: AppContext, model: BucketModel, pressed: Callable[[QKeyEvent], bool]) -> None:
        super().__init__()
        self._pressed = pressed
        self.setModel(model)
        self._cards = model
        self.setItemDelegate(BucketCardDelegate(context, self))
        self.setMouseTracking(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragDrop)
        self.setDefaultDropAction(Qt.DropAction.MoveAction)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        # Cards are of two heights, so each is asked; a long list is laid out in turns of the event loop.
        self.setLayoutMode(QListView.LayoutMode.Batched)
        self.setBatchSize(_BATCH)
        self.setProperty("bare", "true")
        context.art.ready.connect(self._art_ready)
        self.position_of: Callable[[UUID], int | None] = lambda _: None

    def selected(self) -> list[BucketCard]:
        """The chosen cards in their order."""
        rows = sorted(self.selectedIndexes(), key=lambda index: index.row())
        return [card for index in rows if (card := self._cards.card(index)) is not None]

    def current(self) -> BucketCard | None:
        index = self.currentIndex()
        return self._cards.card(index) if index.isValid() else None

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self._pressed(event):
            super().keyPressEvent(event)

    def startDrag(self, supported: Qt.DropAction) -> None:
        self.dragging.emit([card_id(card) for card in self.selected()])
        super().startDrag(supported)
        self.dragging.emit([])

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        self._consider(event)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        self._consider(event)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._end_drag()

    def dropEvent(self, event: QDropEvent) -> None:
        found = dragged(event.mimeData())
        aimed = self._aimed_at(event)
        self._end_drag()
        if found is not None and found[0] is not self._cards.bucket:
            # Copy, not move: the cards come back through the service, the source removes nothing itself.
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()
            if aimed is not None:
                self.linked.emit(found[1], aimed)
            else:
                self.dropped.emit(*found)

    def _aimed_at(self, event: QDropEvent) -> TrackId | None:
        """The row whose card an extra file is held over."""
        found = dragged(event.mimeData())
        if found is None or found[0] is not Bucket.EXTRA:
            return None
        card = self._cards.card(self.indexAt(event.position().toPoint()))
        return card.track_id if card is not None else None

    def _consider(self, event: QDragMoveEvent) -> None:
        found = dragged(event.mimeData())
        if found is None or found[0] is self._cards.bucket:
            event.ignore()
            return
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        self.drag_over.emit(True)
        self._cards.aim(self._aimed_at(event))
        position = self.position_of(found[1][0]) if found[1] else None
        if position is not None and self._cards.bucket is not Bucket.EXTRA:
            self._cards.open_gap(position)

    def _end_drag(self) -> None:
        self._cards.close_gap()
        self._cards.aim(None)
        self.drag_over.emit(False)

    def _art_ready(self, _art_id: object, _title: str) -> None:
        if self.isVisible():
            self.viewport().update()


class BucketColumn(QFrame):
    """`menu_wanted` carries a place on screen."""

    menu_wanted = Signal(QPoint)

    def __init__(
        self, context: AppContext, bucket: Bucket, name: str, key: str, pressed: Callable[[QKeyEvent], bool]
    ) -> None:
        super().__init__()
        theme = context.theme
        self._name = name
        self.bucket = bucket
        self.setProperty("card", "column")
        self.model = BucketModel(bucket, self)
        self.list = CardList(context, self.model, pressed)
        self.list.setAccessibleName(name)
        self.list.customContextMenuRequested.connect(
            lambda at: self.menu_wanted.emit(self.list.viewport().mapToGlobal(at))
        )
        self.list.drag_over.connect(self._frame)
        self._count = label(theme, "", "body", "secondary")
        self._foot_box = QWidget()
        self._foot = QVBoxLayout(self._foot_box)
        self._foot.setContentsMargins(0, 0, 0, 0)
        self._foot.setSpacing(theme.space(2))
        head = QHBoxLayout()
        head.setSpacing(theme.space(2))
        glyph = BadgeGlyph(theme, _STATES[bucket], header=True) if bucket in _STATES else _FilesGlyph(theme)
        head.addWidget(glyph)
        head.addWidget(label(theme, name, "section"))
        head.addWidget(self._count, 1)
        head.addWidget(keycap(theme, key))
        pad = theme.space(2) + 2
        head.setContentsMargins(theme.space(1), 0, theme.space(1), 0)
        column = QVBoxLayout(self)
        column.setContentsMargins(pad, theme.space(3), pad, theme.space(2))
        column.setSpacing(theme.space(2))
        column.addLayout(head)
        column.addWidget(self.list, 1)
        column.addWidget(self._foot_box)

    def add_foot(self, widget: QWidget) -> None:
        """Something under the cards, over a hairline; it is gone while there are no cards."""
        self._foot.addWidget(rule())
        self._foot.addWidget(widget)

    def show_cards(self, cards: tuple[BucketCard, ...], count: str) -> None:
        """Take the cards. What is selected stays so; where it left, the card that took its place follows."""
        current, row = self.list.current(), self.list.currentIndex().row()
        chosen = {card_id(card) for card in self.list.selected()}
        scrolled = self.list.verticalScrollBar().value()
        self.model.show(cards)
        self._count.setText(count)
        self._foot_box.setVisible(bool(cards))
        self.list.setAccessibleName(f"{self._name}, {count}")
        for each in chosen:
            index = self.model.index_of(each)
            if index.isValid():
                self.list.selectionModel().select(index, self.list.selectionModel().SelectionFlag.Select)
        if current is not None:
            self._go_back_to(card_id(current), row)
        self.list.verticalScrollBar().setValue(scrolled)

    def _go_back_to(self, wanted: UUID, row: int) -> None:
        selection = self.list.selectionModel()
        index = self.model.index_of(wanted)
        if index.isValid():
            selection.setCurrentIndex(index, selection.SelectionFlag.NoUpdate)
        elif self.model.rowCount():
            beside = self.model.index(min(row, self.model.rowCount() - 1))
            gone = not selection.hasSelection()
            flag = selection.SelectionFlag.Select if gone else selection.SelectionFlag.NoUpdate
            selection.setCurrentIndex(beside, flag)

    def _frame(self, on: bool) -> None:
        wanted = "target" if on else "column"
        if self.property("card") != wanted:
            self.setProperty("card", wanted)
            restyle(self)
