"""The list of the download centre: what keys, clicks and the context menu ask for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QModelIndex, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QAbstractItemView, QListView, QMenu, QWidget

from musiclib.domain.states import TransferState
from musiclib.domain.transfers import DownloadAlbumRow, TransferRow
from musiclib.gui.context import AppContext
from musiclib.gui.delegates.download_card import Act, DownloadDelegate, acts_of, album_act
from musiclib.gui.models.download_list import AlbumEntry, DownloadListModel, Index, MoreEntry, TrackEntry

_KEYS = {Qt.Key.Key_R: Act.TRY_NOW, Qt.Key.Key_S: Act.STOP}
_A_SCREENFUL = 30
"""Of more rows than are ever in sight it costs more to ask where each is than to paint them."""

_AT_ONCE = 2


class DownloadList(QListView):
    """`album_act` carries (Act, album row), `track_act` (Act, album row, transfer row)."""

    album_act = Signal(object, object)
    track_act = Signal(object, object, object)
    cancel_wanted = Signal(object)
    """An album row, to be given up."""
    first_wanted = Signal(object)
    """An album row, to come before all others."""
    source_wanted = Signal(object)
    """A transfer row, whose source is to be changed."""

    def __init__(self, context: AppContext, model: DownloadListModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self.entries = model
        self.delegate = DownloadDelegate(context.theme, context.art, context.now, self)
        self.setModel(model)
        self.setItemDelegate(self.delegate)
        self.setAccessibleName(self.tr("Downloads"))
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFrameShape(QListView.Shape.NoFrame)
        self.setMouseTracking(True)
        self.setUniformItemSizes(False)
        self._changed: list[int] = []
        """The rows that are still to be painted anew, the next one last."""
        self._next = QTimer(self, interval=0)
        self._next.timeout.connect(self._paint_some)
        context.theme.changed.connect(self.viewport().update)
        context.art.ready.connect(self.viewport().update)

    def dataChanged(self, first: Index, last: Index, roles: Sequence[int] = ()) -> None:
        """Paint these rows anew. A row is as high as it was: Qt would lay all of them out again."""
        changed = range(first.row(), last.row() + 1)
        if len(changed) + len(self._changed) > _A_SCREENFUL:
            self._changed.clear()
            self.viewport().update()
            return
        self._changed = sorted({*self._changed, *changed}, reverse=True)
        self._next.start()

    def _paint_some(self) -> None:
        """Two rows in a turn of the event loop: each is a card of many parts, and many change at once."""
        view, painted = self.viewport(), 0
        while self._changed and painted < _AT_ONCE:
            rect = self.visualRect(self.entries.index(self._changed.pop()))
            if rect.intersects(view.rect()):
                view.update(rect)
                painted += 1
        if not self._changed:
            self._next.stop()

    # -- keys

    def keyPressEvent(self, event: QKeyEvent) -> None:
        entry, key = self.entries.entry(self.currentIndex()), Qt.Key(event.key())
        act = self._album_key if isinstance(entry, AlbumEntry) else self._track_key
        plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
        if entry is not None and plain and act(entry, key):
            return
        up = event.modifiers() == Qt.KeyboardModifier.ControlModifier and key == Qt.Key.Key_Up
        if up and entry is not None:
            self.first_wanted.emit(entry.row if isinstance(entry, AlbumEntry) else entry.album)
            return
        super().keyPressEvent(event)

    def _album_key(self, entry: object, key: Qt.Key) -> bool:
        assert isinstance(entry, AlbumEntry)
        row = entry.row
        if key in (Qt.Key.Key_Right, Qt.Key.Key_Left):
            self.entries.set_open(row.id, key == Qt.Key.Key_Right)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.entries.set_open(row.id, not entry.open)
        elif key == Qt.Key.Key_Space:
            self.album_act.emit(album_act(row), row)
        elif key == Qt.Key.Key_Delete:
            self.cancel_wanted.emit(row)
        elif key in _KEYS:
            self.album_act.emit(_KEYS[key], row)
        else:
            return False
        return True

    def _track_key(self, entry: object, key: Qt.Key) -> bool:
        assert isinstance(entry, TrackEntry | MoreEntry)
        if key == Qt.Key.Key_Left:
            self.entries.set_open(entry.album.id, False)
            self.setCurrentIndex(self.entries.index_of(entry.album.id))
            return True
        if isinstance(entry, MoreEntry):
            if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space, Qt.Key.Key_Right):
                self.entries.show_whole(entry.album.id)
                return True
            return False
        act = self._act_of_key(entry.transfer, key)
        if act is None:
            return key == Qt.Key.Key_Space
        self.track_act.emit(act, entry.album, entry.transfer)
        return True

    def _act_of_key(self, transfer: TransferRow, key: Qt.Key) -> Act | None:
        acts = self._acts(transfer)
        if key == Qt.Key.Key_Space and transfer.id is not None:
            paused = transfer.state is TransferState.PAUSED
            goes_on = transfer.state in (TransferState.WANTED, TransferState.QUEUED, TransferState.RUNNING)
            return Act.RESUME if paused else Act.PAUSE if goes_on else None
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            return Act.DECIDE if Act.DECIDE in acts else None
        wanted = Act.STOP if key == Qt.Key.Key_Delete else _KEYS.get(key)
        return wanted if wanted in acts else None

    def _acts(self, transfer: TransferRow) -> tuple[Act, ...]:
        waits = transfer.not_before is not None and transfer.not_before > self._context.now()
        return acts_of(transfer, waits)

    # -- the mouse

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        at = event.position().toPoint()
        index = self.indexAt(at)
        if event.button() == Qt.MouseButton.LeftButton and index.isValid():
            self._clicked(index, at)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        at = event.position().toPoint()
        index = self.indexAt(at)
        act = self.delegate.hit(self.visualRect(index), index, at) if index.isValid() else None
        self._hover((index.row(), act))

    def leaveEvent(self, event: object) -> None:
        self._hover((-1, None))

    def _hover(self, hovered: tuple[int, Act | None]) -> None:
        if hovered != self.delegate.hovered:
            self.delegate.hovered = hovered
            self.viewport().update()

    def _clicked(self, index: QModelIndex, at: QPoint) -> None:
        entry, act = self.entries.entry(index), self.delegate.hit(self.visualRect(index), index, at)
        if act is None or entry is None:
            return
        if act is Act.TOGGLE and isinstance(entry, AlbumEntry):
            self.entries.set_open(entry.row.id, not entry.open)
        elif act is Act.MENU and isinstance(entry, AlbumEntry):
            self._album_menu(entry.row).popup(self.viewport().mapToGlobal(at))
        elif isinstance(entry, AlbumEntry):
            self.album_act.emit(act, entry.row)
        elif isinstance(entry, MoreEntry):
            self.entries.show_whole(entry.album.id)
        else:
            self.track_act.emit(act, entry.album, entry.transfer)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        index = (
            self.indexAt(event.pos())
            if event.reason() is QContextMenuEvent.Reason.Mouse
            else self.currentIndex()
        )
        entry = self.entries.entry(index)
        if isinstance(entry, AlbumEntry):
            self._album_menu(entry.row).popup(event.globalPos())
        elif isinstance(entry, TrackEntry) and entry.transfer.id is not None:
            self._track_menu(entry).popup(event.globalPos())

    def _album_menu(self, row: DownloadAlbumRow) -> QMenu:
        menu = self._menu()
        act = album_act(row)
        if act is not Act.SHOW:
            self._add(menu, f"{self.delegate.words(act)}\tSpace", partial(self.album_act.emit, act, row))
            self._add(menu, self.tr("Try now what waits\tR"), partial(self.album_act.emit, Act.TRY_NOW, row))
            self._add(menu, self.tr("Have it come first\tCtrl+Up"), partial(self.first_wanted.emit, row))
        self._add(menu, self.tr("Open the album"), partial(self._context.shell.open_album, row.id))
        menu.addSeparator()
        if act is Act.SHOW:
            self._add(menu, self.tr("Clear from the list\tDel"), partial(self.cancel_wanted.emit, row))
        else:
            self._add(menu, self.tr("Give up what is missing\tDel"), partial(self.cancel_wanted.emit, row))
        return menu

    def _track_menu(self, entry: TrackEntry) -> QMenu:
        menu, transfer = self._menu(), entry.transfer
        for act in self._acts(transfer):
            self._add(
                menu, self.delegate.words(act), partial(self.track_act.emit, act, entry.album, transfer)
            )
        if transfer.state is not TransferState.DONE:
            self._add(menu, self.tr("Change the source"), partial(self.source_wanted.emit, transfer))
        shown = partial(self._context.shell.open_album_of, transfer.track_id)
        self._add(menu, self.tr("Show in the album"), shown)
        return menu

    def _menu(self) -> QMenu:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        return menu

    def _add(self, menu: QMenu, words: str, act: Callable[[], object]) -> None:
        menu.addAction(words).triggered.connect(lambda _checked: act())
