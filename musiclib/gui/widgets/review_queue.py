"""The list of tracks to decide upon."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QListView

from musiclib.domain.ids import TrackId
from musiclib.gui.context import AppContext
from musiclib.gui.delegates.review_item import ReviewItemDelegate
from musiclib.gui.models.review_queue import ReviewQueueModel


class ReviewQueue(QListView):
    """Keys go to `pressed` first; what that leaves (True: taken) is the list's own."""

    def __init__(
        self, context: AppContext, model: ReviewQueueModel, pressed: Callable[[QKeyEvent], bool]
    ) -> None:
        super().__init__()
        self._model, self._pressed = model, pressed
        self.setModel(model)
        self.setItemDelegate(ReviewItemDelegate(context, self))
        self.setAccessibleName(self.tr("Tracks to decide upon"))
        self.setMouseTracking(True)
        self.setUniformItemSizes(True)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        context.art.ready.connect(self.viewport().update)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self._pressed(event):
            super().keyPressEvent(event)

    def choose(self, track_id: TrackId | None) -> None:
        """Stand on this track, where it is in the list."""
        row = self._model.place_of(track_id)
        if row is not None:
            self.setCurrentIndex(self._model.index(row))

    def keep_place(self, change: Callable[[], None]) -> None:
        """Make a change to the list under which the current row stays where it is seen."""
        before = self.visualRect(self.currentIndex()).top() if self.currentIndex().isValid() else None
        change()
        self.doItemsLayout()
        if before is not None and self.currentIndex().isValid():
            moved = self.visualRect(self.currentIndex()).top() - before
            bar = self.verticalScrollBar()
            bar.setValue(bar.value() + moved)
