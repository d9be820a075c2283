"""What can be done with the cards of one bucket."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QMenu, QWidget

from musiclib.domain.states import Bucket
from musiclib.gui.widgets.candidate_menu import plain
from musiclib.services.bucket_types import BucketCard

_MOST_ROWS = 40
"""Rows offered for a file; in a longer list the file is dragged onto its row."""


class CardMenu(QMenu):
    """Tells what was chosen, and deletes itself when it closes. `linked` carries the id of a track."""

    moved = Signal(object)
    candidates_wanted = Signal()
    look_up_wanted = Signal()
    album_wanted = Signal()
    added = Signal()
    left_out = Signal()
    linked = Signal(object)

    def __init__(self, parent: QWidget, bucket: Bucket, cards: Sequence[BucketCard]) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if bucket is Bucket.EXTRA:
            self.addAction(self.tr("Add to the list\t1")).triggered.connect(self.added)
            self.addAction(self.tr("Leave out")).triggered.connect(self.left_out)
        else:
            self._offer_moves(bucket, cards)

    def offer_rows(self, rows: Sequence[BucketCard]) -> None:
        """Let the files be linked to one of these rows."""
        if not rows:
            return
        under = self.addMenu(self.tr("It is this row"))
        for card in rows[:_MOST_ROWS]:
            words = f"{card.position}   {card.artist} – {card.title}"
            under.addAction(plain(words)).triggered.connect(partial(self.linked.emit, card.track_id))

    def _offer_moves(self, bucket: Bucket, cards: Sequence[BucketCard]) -> None:
        if cards[0].candidates:
            see = self.addAction(self.tr("See candidates\tEnter"))
            see.triggered.connect(self.candidates_wanted)
        targets = (
            (Bucket.MATCHED, self.tr("Take the best match")),
            (Bucket.REVIEW, self.tr("Put back to review")),
            (Bucket.NOT_FOUND, self.tr("None of these is it")),
        )
        for place, (target, words) in enumerate(targets, 1):
            if target is not bucket:
                move = self.addAction(f"{words}\t{place}")
                move.triggered.connect(partial(self.moved.emit, target))
        self.addSeparator()
        self.addAction(self.tr("Look it up again")).triggered.connect(self.look_up_wanted)
        self.addAction(self.tr("Move to album\tM")).triggered.connect(self.album_wanted)
