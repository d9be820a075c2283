"""The download centre as the window knows it: its rows, its worker, and what a person does about it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QObject, Signal, Slot

from musiclib.bootstrap import Library
from musiclib.domain.ids import AlbumId, TransferId
from musiclib.domain.states import TransferState
from musiclib.domain.transfers import DownloadAlbumRow, DownloadSummary, TransferRow
from musiclib.gui.commands import CommandQueue
from musiclib.gui.stores import AlbumStore, DownloadStore, TrackStore
from musiclib.gui.threads import RunnerThread
from musiclib.runners.updates import DownloadUpdate
from musiclib.services.download_types import AlbumAsked

Rows = Sequence[DownloadAlbumRow]


class Downloads(QObject):
    """Acts run on the command thread; rows come from there and, while bytes move, from the worker."""

    summary_changed = Signal()
    arrived = Signal(object)
    """A `DownloadAlbumRow` that is complete since just now."""
    asked = Signal(object)
    """An `AlbumAsked`."""
    history_read = Signal(object)
    """Rows of albums that left the download centre, the last one first."""
    failed = Signal(str)
    """The worker ended by itself; a sentence."""

    def __init__(
        self,
        library: Library,
        commands: CommandQueue,
        tracks: TrackStore,
        albums: AlbumStore,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.rows = DownloadStore(self)
        self.summary: DownloadSummary | None = None
        """None until it was read."""
        self.worker = RunnerThread("downloads", library.download_runner, self)
        self._service = library.downloads
        self._commands, self._tracks, self._albums = commands, tracks, albums
        self.worker.updated.connect(self._take)
        self.worker.failed.connect(self.failed)

    def load(self) -> None:
        """Read everything anew."""
        self._commands.run(lambda: (self._service.albums(), self._service.summary()), self._loaded)

    def read_history(self) -> None:
        """Ask for what has left the download centre: `history_read`."""
        self._commands.run(self._service.history, self._on_history)

    def moving(self) -> tuple[DownloadAlbumRow, TransferRow] | None:
        """The first track whose bytes come in at this moment, with its album."""
        for row in self.rows.rows():
            for each in row.transfers:
                if each.state is TransferState.RUNNING and each.source_label is not None:
                    return row, each
        return None

    def get_album(self, album_id: AlbumId) -> None:
        """Ask for what an album lacks; `asked` tells what came of it."""
        self._commands.run(lambda: self._service.get_album(album_id), self._on_asked)

    def pause(self, album_ids: Sequence[AlbumId] = (), transfer_ids: Sequence[TransferId] = ()) -> None:
        self._act(partial(self._service.pause, tuple(album_ids), tuple(transfer_ids)))

    def resume(self, album_ids: Sequence[AlbumId] = (), transfer_ids: Sequence[TransferId] = ()) -> None:
        self._act(partial(self._service.resume, tuple(album_ids), tuple(transfer_ids)))

    def pause_all(self) -> None:
        self._act(self._service.pause_all)

    def resume_all(self) -> None:
        self._act(self._service.resume_all)

    def cancel(self, album_ids: Sequence[AlbumId] = (), transfer_ids: Sequence[TransferId] = ()) -> None:
        """Give up what is not here; `retry` of the same takes it back."""
        albums, transfers = tuple(album_ids), tuple(transfer_ids)

        def give_up() -> Rows:
            self._service.cancel(albums, transfers)
            return self._service.albums()

        self._commands.run(give_up, self._replace)

    def retry(self, album_ids: Sequence[AlbumId] = (), transfer_ids: Sequence[TransferId] = ()) -> None:
        self._act(partial(self._service.retry, tuple(album_ids), tuple(transfer_ids)))

    def raise_priority(self, album_ids: Sequence[AlbumId]) -> None:
        """Have these come before all others."""
        self._act(partial(self._service.raise_priority, tuple(album_ids)))

    def clear(self, album_ids: Sequence[AlbumId]) -> None:
        """Have them leave for the history."""
        albums = tuple(album_ids)

        def leave() -> Rows:
            self._service.clear(albums)
            return self._service.albums()

        self._commands.run(leave, self._replace)

    def choose(self, transfer_id: TransferId, index: int) -> None:
        """Fetch from that one of the candidates."""
        self._act(partial(self._service.choose, transfer_id, index))

    def refuse(self, transfer_id: TransferId, index: int | None = None) -> None:
        """That candidate, or with None what was taken or all, is not the track."""
        self._act(partial(self._service.refuse, transfer_id, index))

    def keep_as_is(self, transfer_id: TransferId) -> None:
        self._act(partial(self._service.keep_as_is, transfer_id))

    def take_rows(self, rows: Rows) -> None:
        """Rows an act brought, of whatever service; the worker looks at once."""
        self.rows.apply(rows)
        self.worker.wake()
        self._commands.run(self._service.summary, self._on_summary)

    def _act(self, act: Callable[[], Rows]) -> None:
        self._commands.run(act, self.take_rows)

    @Slot(object)
    def _replace(self, rows: Rows) -> None:
        self.rows.replace(rows)
        self.take_rows(())

    @Slot(object)
    def _loaded(self, read: tuple[Rows, DownloadSummary]) -> None:
        self.rows.replace(read[0])
        self._on_summary(read[1])

    @Slot(object)
    def _on_asked(self, asked: AlbumAsked) -> None:
        self.take_rows([asked.row] if asked.row else [])
        self.asked.emit(asked)

    @Slot(object)
    def _on_history(self, rows: Rows) -> None:
        self.history_read.emit(rows)

    @Slot(object)
    def _on_summary(self, summary: DownloadSummary) -> None:
        if summary != self.summary:
            self.summary = summary
            self.summary_changed.emit()

    @Slot(object)
    def _take(self, update: DownloadUpdate) -> None:
        new = [row for row in update.downloads if _is_complete(row) and self._was_open(row.id)]
        self.rows.apply(update.downloads)
        self.rows.remove(update.gone)
        self._tracks.news(update.tracks)
        self._albums.apply(update.albums)
        if update.summary is not None:
            self._on_summary(update.summary)
        for row in new:
            self.arrived.emit(row)

    def _was_open(self, album_id: AlbumId) -> bool:
        before = self.rows.get(album_id)
        return before is not None and not _is_complete(before)


def _is_complete(row: DownloadAlbumRow) -> bool:
    return bool(row.transfers) and all(each.state is TransferState.DONE for each in row.transfers)
