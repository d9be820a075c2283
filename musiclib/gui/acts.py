"""What a person can do to albums and tracks from several places, each with its undo."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from musiclib.domain.ids import AlbumId, ChangesetId, TrackId
from musiclib.domain.rows import AlbumRow, TrackRow
from musiclib.errors import ChangedSince, KnownError
from musiclib.gui import wording
from musiclib.gui.context import AppContext
from musiclib.gui.dialogs.album_picker import AlbumPicker
from musiclib.services.changes import Change
from musiclib.services.tag_types import TagSelection


class Acts(QObject):
    """Runs a change, reads what it touched again, and offers to take it back.

    `done` carries the `Change`s of an act that changed something.
    """

    done = Signal(list)

    def __init__(self, context: AppContext, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.context = context

    def run(
        self,
        op: Callable[[], Change | list[Change]],
        failed: Callable[[KnownError], None] | None = None,
    ) -> None:
        """Run `op` off the GUI thread; what it changed is shown and told with an Undo.

        Without `failed`, an error is told in the same way.
        """
        self.context.commands.run(op, self._done, failed)

    @Slot(object)
    def _done(self, result: Any) -> None:
        changes: list[Change] = result if isinstance(result, list) else [result]
        tracks = [each for change in changes for each in change.track_ids]
        albums = [each for change in changes for each in change.album_ids]
        self.context.shell.refresh(tracks, albums)
        self.context.shell.work_arrived()
        real = [change for change in changes if change.changeset_id is not None]
        if not real:
            return
        self._offer_undo(self._told(real), real)
        self.done.emit(real)

    def _offer_undo(self, told: str, changes: Sequence[Change]) -> None:
        ids = [change.changeset_id for change in reversed(changes) if change.changeset_id is not None]
        self.context.shell.toast(told, self.tr("Undo"), partial(self._undo, ids))

    def _told(self, changes: Sequence[Change]) -> str:
        first = " ".join(filter(None, (changes[0].summary, changes[0].note)))
        if len(changes) == 1:
            return first
        return self.tr("{first}, and {n} more").format(first=first, n=len(changes) - 1)

    def take_back(self, changeset_id: ChangesetId | None = None) -> None:
        """Undo this act and no other, or the last one."""
        self._undo([changeset_id])

    def do_again(self, changeset_id: ChangesetId | None = None) -> None:
        """Do this act again, or the one that was taken back last."""
        self._redo([changeset_id])

    def _undo(self, ids: Sequence[ChangesetId | None]) -> None:
        library = self.context.library.library
        self.context.commands.run(
            lambda: [library.undo(each) for each in ids],
            self._undone,
            partial(self._not_undone, ids[0] if len(ids) == 1 else None),
        )

    def _redo(self, ids: Sequence[ChangesetId | None]) -> None:
        library = self.context.library.library
        self.context.commands.run(lambda: [library.redo(each) for each in ids], self._redone)

    def _not_undone(self, changeset_id: ChangesetId | None, error: KnownError) -> None:
        """Where later acts are in the way, they can be taken back too."""
        if changeset_id is None or not isinstance(error, ChangedSince):
            self.context.commands.told.emit(error)
            return
        if error.keepable:
            rest = partial(self._undo_the_rest, changeset_id)
            self.context.shell.toast(str(error), self.tr("Undo the rest"), rest)
            return
        if not error.things:
            self.context.commands.told.emit(error)
            return
        self.context.shell.toast(
            str(error), self.tr("Undo later ones too"), partial(self._undo_with_later, changeset_id)
        )

    def _undo_the_rest(self, changeset_id: ChangesetId) -> None:
        library = self.context.library.library
        self.context.commands.run(lambda: [library.undo(changeset_id, keep_changed=True)], self._undone)

    def _undo_with_later(self, changeset_id: ChangesetId) -> None:
        library = self.context.library.library
        self.context.commands.run(lambda: library.undo_with_later(changeset_id), self._undone)

    @Slot(object)
    def _undone(self, changes: list[Change]) -> None:
        self._read_again(changes)
        self.context.shell.taken_back.emit([change.changeset_id for change in changes])
        ids = [change.changeset_id for change in reversed(changes)]
        told = self.tr("Taken back: {what}").format(what=self._told(changes))
        self.context.shell.toast(told, self.tr("Redo"), partial(self._redo, ids))

    @Slot(object)
    def _redone(self, changes: list[Change]) -> None:
        self._read_again(changes)
        self.context.shell.done_again.emit(changes)
        self._offer_undo(self.tr("Done again: {what}").format(what=self._told(changes)), changes)

    def _read_again(self, changes: Sequence[Change]) -> None:
        self.context.shell.refresh(
            [each for change in changes for each in change.track_ids],
            [each for change in changes for each in change.album_ids],
        )
        self.context.shell.work_arrived()


class AlbumActs(Acts):
    """Acts on whole albums."""

    def remove(self, rows: Sequence[AlbumRow]) -> None:
        """Take albums out of the library; their files are left alone."""
        library, ids = self.context.library.library, [row.id for row in rows]
        if ids:
            self.run(lambda: [library.remove_album(each) for each in ids])

    def pause(self, rows: Sequence[AlbumRow], paused: bool) -> None:
        library, ids = self.context.library.library, [row.id for row in rows]
        act = library.pause_album if paused else library.resume_album
        self.run(lambda: [act(each) for each in ids])

    def rename(self, row: AlbumRow, title: str, artist: str | None, year: int | None) -> None:
        library = self.context.library.library
        self.run(lambda: library.rename_album(row.id, title, artist, year))


class TrackActs(Acts):
    """Acts on tracks."""

    def remove_from_album(self, album_id: AlbumId, rows: Sequence[TrackRow]) -> None:
        """Take tracks off an album's list; they stay in the library."""
        library, ids = self.context.library.library, [row.id for row in rows]
        if ids:
            self.run(lambda: library.remove_tracks_from_album(album_id, ids))

    def ask_for_album(self, track_ids: Sequence[TrackId], window: QWidget) -> None:
        """Let a person choose the album these are added to, or name a new one."""
        ids, editor = list(track_ids), self.context.library.editor
        if not ids:
            return
        one, several = self.tr("Add 1 track to an album"), self.tr("Add {n} tracks to an album")
        title = one if len(ids) == 1 else several.format(n=wording.number(len(ids)))
        picker = AlbumPicker(self.context, window, title, self.tr("Add here"), can_make=True)
        picker.chosen.connect(lambda album_id: self.run(lambda: editor.add_to_album(ids, album_id)))
        picker.named.connect(lambda name: self.run(lambda: editor.make_album(name, ids)))
        picker.closed.connect(picker.deleteLater)
        picker.ask(None)

    def retry(self, track_ids: Sequence[TrackId]) -> None:
        """Put all work of these tracks in line again."""
        enrichment, ids = self.context.library.enrichment, list(track_ids)
        if ids:
            self.context.commands.run(lambda: enrichment.retry(ids), self._on_retried)

    def write_tags(self, track_ids: Sequence[TrackId], album_id: AlbumId | None = None) -> None:
        """Show what would be written into the files of these; `album_id`: with their places on that list."""
        ids = tuple(track_ids)
        if ids:
            one, several = self.tr("1 track"), self.tr("{n} tracks")
            name = one if len(ids) == 1 else several.format(n=wording.number(len(ids)))
            self.context.shell.write_tags(TagSelection(ids, album_id), name)

    def analyse_again(self, ids: Sequence[TrackId]) -> None:
        """Have the files of these tracks analysed before all others; what is locked stays as it is."""
        enrichment = self.context.library.enrichment
        self.context.commands.run(lambda: enrichment.analyse_again(ids), self._on_analysed)

    @Slot(object)
    def _on_analysed(self, tracks: list[TrackId]) -> None:
        if tracks:
            self._on_retried(tracks)
        else:
            self.context.shell.toast(self.tr("There is no audio file to analyse."))

    @Slot(object)
    def _on_retried(self, tracks: list[TrackId]) -> None:
        self.context.shell.refresh(tracks, [])
        self.context.shell.work_arrived()
