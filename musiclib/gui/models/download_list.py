"""The download centre as one list: an album, and below an open one its tracks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from musiclib.domain import transfer_words
from musiclib.domain.ids import AlbumId
from musiclib.domain.states import BadgeState, TransferState
from musiclib.domain.transfers import DownloadAlbumRow, TransferRow
from musiclib.gui import wording

Index = QModelIndex | QPersistentModelIndex
ENTRY_ROLE = Qt.ItemDataRole.UserRole
_SHOWN_AT_FIRST = 7
"""Tracks of an open album that are shown before "Show all"; those that need a look are always."""
_LONG_FROM = 10


class Filter(StrEnum):
    ALL = "all"
    MOVING = "moving"
    PAUSED = "paused"
    NEED_YOU = "need_you"
    DONE = "done"
    HISTORY = "history"
    """What has left the list; its rows are read when they are asked for."""


@dataclass(frozen=True, slots=True)
class AlbumEntry:
    row: DownloadAlbumRow
    open: bool


@dataclass(frozen=True, slots=True)
class TrackEntry:
    album: DownloadAlbumRow = field(compare=False)
    """Not compared: what moves beside it changes nothing in its own row."""
    transfer: TransferRow
    last: bool
    """The last of its card."""


@dataclass(frozen=True, slots=True)
class MoreEntry:
    """The tracks of an open album that are left out: all of them are here."""

    album: DownloadAlbumRow
    hidden: int


Entry = AlbumEntry | TrackEntry | MoreEntry

_ASKS = frozenset({TransferState.REVIEW, TransferState.ERROR, TransferState.NO_SOURCE})
_BADGES = {
    TransferState.WANTED: BadgeState.QUEUED,
    TransferState.QUEUED: BadgeState.QUEUED,
    TransferState.RUNNING: BadgeState.RUNNING,
    TransferState.PAUSED: BadgeState.QUEUED,
    TransferState.REVIEW: BadgeState.REVIEW,
    TransferState.NO_SOURCE: BadgeState.NOT_FOUND,
    TransferState.DONE: BadgeState.DONE,
    TransferState.ERROR: BadgeState.ERROR,
    TransferState.CANCELLED: BadgeState.NOT_FOUND,
}


def badge_of(transfer: TransferRow, now: datetime) -> BadgeState:
    """The glyph of a transfer; one that waits for a moment has the hourglass."""
    if transfer_words.waits_till(transfer, now) is not None:
        return BadgeState.WAITING
    return _BADGES[transfer.state]


def is_paused(row: DownloadAlbumRow) -> bool:
    """Whether nothing of it goes on, because somebody stopped it."""
    states = {each.state for each in row.transfers}
    goes_on = {TransferState.WANTED, TransferState.QUEUED, TransferState.RUNNING}
    return TransferState.PAUSED in states and not states & goes_on


def filters_of(row: DownloadAlbumRow) -> frozenset[Filter]:
    """The filters that an album passes."""
    states = {each.state for each in row.transfers}
    found = {Filter.ALL}
    if states & {TransferState.WANTED, TransferState.QUEUED, TransferState.RUNNING}:
        found.add(Filter.MOVING)
    elif TransferState.PAUSED in states:
        found.add(Filter.PAUSED)
    if states & _ASKS:
        found.add(Filter.NEED_YOU)
    if row.finished_at is not None:
        found.add(Filter.DONE)
    return frozenset(found)


class DownloadListModel(QAbstractListModel):
    """Rows are inserted and removed by album, so that nothing jumps while bytes move."""

    def __init__(self, now: Callable[[], datetime], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._now = now
        self._rows: dict[AlbumId, DownloadAlbumRow] = {}
        self._open: set[AlbumId] = set()
        self._whole: set[AlbumId] = set()
        self._filter = Filter.ALL
        self._entries: list[Entry] = []
        self._made_of: dict[AlbumId, tuple[DownloadAlbumRow, bool, bool, list[Entry]]] = {}
        """The entries of each album as they were made last: most are as they were."""

    def show(self, rows: Iterable[DownloadAlbumRow], wanted: Filter = Filter.ALL) -> None:
        """Hold these albums in this order, as far as they fit the filter."""
        self._rows = {row.id: row for row in rows}
        self._made_of.clear()
        self._filter = wanted
        self._open &= set(self._rows)
        self._take(self._made())

    def change(self, rows: Sequence[DownloadAlbumRow]) -> None:
        """Newer rows of albums it holds."""
        for row in rows:
            if row.id in self._rows:
                self._rows[row.id] = row
        self._take(self._made())

    def set_open(self, album_id: AlbumId, is_open: bool) -> None:
        if is_open:
            self._open.add(album_id)
        else:
            self._open.discard(album_id)
            self._whole.discard(album_id)
        self._take(self._made())

    def show_whole(self, album_id: AlbumId) -> None:
        """All tracks of an open album, those that are long here among them."""
        self._whole.add(album_id)
        self._take(self._made())

    def is_open(self, album_id: AlbumId) -> bool:
        return album_id in self._open

    def entry(self, index: Index) -> Entry | None:
        return self._entries[index.row()] if index.isValid() and index.row() < len(self._entries) else None

    def index_of(self, album_id: AlbumId) -> QModelIndex:
        """Where the album stands; invalid if it is not shown."""
        for place, entry in enumerate(self._entries):
            if isinstance(entry, AlbumEntry) and entry.row.id == album_id:
                return self.index(place)
        return QModelIndex()

    def entries(self) -> Sequence[Entry]:
        return self._entries

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._entries)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        entry = self.entry(index)
        if entry is None:
            return None
        if role == ENTRY_ROLE:
            return entry
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return self._words(entry)
        return None

    def _words(self, entry: Entry) -> str:
        now = self._now()
        clock = wording.clock(now)
        if isinstance(entry, AlbumEntry):
            told = " ".join(transfer_words.album_sentence(entry.row, now, clock, wording.translate))
            return ", ".join(each for each in (entry.row.title, entry.row.artist, told) if each)
        if isinstance(entry, MoreEntry):
            return self.tr("{n} more are here").format(n=entry.hidden)
        state = transfer_words.transfer_state(entry.transfer, now, clock, wording.translate)
        why = transfer_words.transfer_why(entry.transfer, now, wording.translate)
        return ", ".join(each for each in (entry.transfer.title, state, why) if each)

    def _made(self) -> list[Entry]:
        made: list[Entry] = []
        for row in self._rows.values():
            if self._filter is not Filter.ALL and self._filter not in filters_of(row):
                continue
            made += self._entries_of(row)
        return made

    def _entries_of(self, row: DownloadAlbumRow) -> list[Entry]:
        is_open, whole = row.id in self._open, row.id in self._whole
        held = self._made_of.get(row.id)
        if held is not None and held[0] is row and held[1:3] == (is_open, whole):
            return held[3]
        made: list[Entry] = [AlbumEntry(row, is_open), *(self._tracks(row) if is_open else ())]
        self._made_of[row.id] = row, is_open, whole, made
        return made

    def _tracks(self, row: DownloadAlbumRow) -> list[Entry]:
        shown = list(row.transfers)
        if row.id not in self._whole and len(shown) >= _LONG_FROM:
            places = [place for place, each in enumerate(shown) if each.state is not TransferState.DONE]
            done = [place for place, each in enumerate(shown) if each.state is TransferState.DONE]
            kept = sorted(places + done[: max(0, _SHOWN_AT_FIRST - len(places))])
            shown = [shown[place] for place in kept]
        hidden = len(row.transfers) - len(shown)
        last = len(shown) - 1 if not hidden else -1
        entries: list[Entry] = [TrackEntry(row, each, place == last) for place, each in enumerate(shown)]
        return [*entries, MoreEntry(row, hidden)] if hidden else entries

    def _take(self, made: list[Entry]) -> None:
        """Tell the least: values that changed, else the block between what stayed at both ends."""
        before, old, new = self._entries, *map(_keys, (self._entries, made))
        if old == new:
            self._entries = made
            for place, (one, other) in enumerate(zip(before, made, strict=True)):
                if one is not other and one != other:
                    index = self.index(place)
                    self.dataChanged.emit(index, index, [ENTRY_ROLE])
            return
        head = _same(old, new)
        tail = min(_same(old[::-1], new[::-1]), len(old) - head, len(new) - head)
        if head + tail < len(old):
            self.beginRemoveRows(QModelIndex(), head, len(old) - tail - 1)
            self._entries = before[:head] + before[len(old) - tail :]
            self.endRemoveRows()
        if head + tail < len(new):
            self.beginInsertRows(QModelIndex(), head, len(new) - tail - 1)
            self._entries = made
            self.endInsertRows()
        self._entries = made
        if made:
            self.dataChanged.emit(self.index(0), self.index(len(made) - 1))


def _keys(entries: Sequence[Entry]) -> list[object]:
    return [
        entry.row.id
        if isinstance(entry, AlbumEntry)
        else (entry.album.id, entry.transfer.track_id)
        if isinstance(entry, TrackEntry)
        else (entry.album.id, None)
        for entry in entries
    ]


def _same(one: Sequence[object], other: Sequence[object]) -> int:
    """How many at the beginning are the same."""
    count = 0
    for here, there in zip(one, other, strict=False):
        if here != there:
            break
        count += 1
    return count
