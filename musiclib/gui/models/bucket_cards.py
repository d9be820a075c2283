"""The cards of one bucket, filtered, with a gap where a dragged card would land."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

from PySide6.QtCore import QAbstractListModel, QMimeData, QModelIndex, QObject, QPersistentModelIndex, Qt

from musiclib.domain.ids import TrackId
from musiclib.domain.states import Bucket
from musiclib.domain.text import normalise
from musiclib.services.bucket_types import BucketCard

Index = QModelIndex | QPersistentModelIndex
CARDS_MIME = "application/x-musiclib-cards"
CARD_ROLE = Qt.ItemDataRole.UserRole
"""A `BucketCard`, or the number of the row that would stand in the gap."""
FADED_ROLE = Qt.ItemDataRole.UserRole + 1
AIMED_ROLE = Qt.ItemDataRole.UserRole + 2
"""Whether a file that is being dragged would be linked to this row."""


def card_id(card: BucketCard) -> UUID:
    """Of its track, or of its file where it is not on the list."""
    found = card.track_id or card.file_id
    if found is None:
        raise ValueError("a card is a track or a file")
    return found


def gap_index(positions: Sequence[int | None], position: int) -> int:
    """Where a row of this place on the list goes among others in list order."""
    return next(
        (index for index, each in enumerate(positions) if each is not None and each > position),
        len(positions),
    )


def matches(card: BucketCard, folded: str) -> bool:
    """Whether every word of the filter occurs in what the card says."""
    words = normalise(" ".join(filter(None, (card.artist, card.title, card.version, card.path))))
    return all(word in words for word in folded.split())


class BucketModel(QAbstractListModel):
    def __init__(self, bucket: Bucket, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.bucket = bucket
        self._cards: tuple[BucketCard, ...] = ()
        self._shown: list[BucketCard] = []
        self._filter = ""
        self._faded: frozenset[UUID] = frozenset()
        self._aimed: UUID | None = None
        self._gap: tuple[int, int] | None = None
        """Index and number of the row that would stand there."""

    @property
    def cards(self) -> tuple[BucketCard, ...]:
        """All of them, whatever the filter."""
        return self._cards

    def show(self, cards: Sequence[BucketCard]) -> None:
        self._cards = tuple(cards)
        self._refilter()

    def set_filter(self, text: str) -> None:
        self._filter = normalise(text)
        self._refilter()

    def card(self, index: Index) -> BucketCard | None:
        found = index.data(CARD_ROLE)
        return found if isinstance(found, BucketCard) else None

    def index_of(self, wanted: UUID) -> QModelIndex:
        """Of the card with this id, or an invalid one."""
        for place in range(self.rowCount()):
            card = self.card(self.index(place))
            if card is not None and card_id(card) == wanted:
                return self.index(place)
        return QModelIndex()

    def fade(self, ids: Iterable[UUID]) -> None:
        """Show these as being on their way; none: all as usual."""
        self._faded = frozenset(ids)
        if self._shown:
            self.dataChanged.emit(self.index(0), self.index(self.rowCount() - 1))

    def aim(self, track_id: TrackId | None) -> None:
        """Show that a file would be linked to this row; None: to none."""
        before, self._aimed = self._aimed, track_id
        for each in (before, track_id) if before != track_id else ():
            if each is not None:
                index = self.index_of(each)
                self.dataChanged.emit(index, index)

    def open_gap(self, position: int) -> None:
        """Show where the row at this place of the list would stand."""
        wanted = (gap_index([card.position for card in self._shown], position), position)
        if wanted == self._gap:
            return
        self.close_gap()
        self.beginInsertRows(QModelIndex(), wanted[0], wanted[0])
        self._gap = wanted
        self.endInsertRows()

    def close_gap(self) -> None:
        if self._gap is None:
            return
        self.beginRemoveRows(QModelIndex(), self._gap[0], self._gap[0])
        self._gap = None
        self.endRemoveRows()

    def rowCount(self, parent: Index | None = None) -> int:
        if parent is not None and parent.isValid():
            return 0
        return len(self._shown) + (self._gap is not None)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        place = index.row()
        if self._gap is not None and place == self._gap[0]:
            return self._gap[1] if role == CARD_ROLE else None
        card = self._shown[place - (self._gap is not None and place > self._gap[0])]
        if role == CARD_ROLE:
            return card
        if role == FADED_ROLE:
            return card_id(card) in self._faded
        if role == AIMED_ROLE:
            return card_id(card) == self._aimed
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole}:
            return " – ".join(filter(None, (card.artist, card.title, card.version)))
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        usual = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsDragEnabled
        return usual if self.card(index) is not None else Qt.ItemFlag.NoItemFlags

    def mimeTypes(self) -> list[str]:
        return [CARDS_MIME]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        ids = [str(card_id(card)) for index in indexes if (card := self.card(index)) is not None]
        mime = QMimeData()
        mime.setData(CARDS_MIME, f"{self.bucket.value} {' '.join(ids)}".encode())
        return mime

    def _refilter(self) -> None:
        self.beginResetModel()
        self._gap = None
        self._shown = [card for card in self._cards if not self._filter or matches(card, self._filter)]
        self.endResetModel()


def dragged(mime: QMimeData) -> tuple[Bucket, list[UUID]] | None:
    """Which cards are on their way, and where they come from."""
    if not mime.hasFormat(CARDS_MIME):
        return None
    bucket, *ids = bytes(mime.data(CARDS_MIME).data()).decode().split()
    return Bucket(bucket), [UUID(each) for each in ids]
