"""What a person does about downloads, on a real library; the worker itself does not run."""

from __future__ import annotations

from dataclasses import replace

from pytestqt.qtbot import QtBot

from musiclib.bootstrap import Library
from musiclib.domain.states import TransferState
from musiclib.domain.transfers import DownloadAlbumRow
from musiclib.gui.context import AppContext
from musiclib.runners.updates import DownloadUpdate
from tests.gui.conftest import add_album


def states(row: DownloadAlbumRow | None) -> set[TransferState]:
    return {each.state for each in row.transfers} if row else set()


def test_an_album_is_asked_for_paused_resumed_and_given_up(
    context: AppContext, library: Library, qtbot: QtBot
) -> None:
    album_id = add_album(library, "Two Rooms", [("Ada Quist", "First Light"), ("Ada Quist", "Dusk")])
    downloads = context.downloads
    with qtbot.waitSignal(downloads.asked):
        downloads.get_album(album_id)
    assert states(downloads.rows.get(album_id)) == {TransferState.WANTED}
    for act, wanted in ((downloads.pause, TransferState.PAUSED), (downloads.resume, TransferState.WANTED)):
        with qtbot.waitSignal(downloads.rows.changed):
            act([album_id])
        assert states(downloads.rows.get(album_id)) == {wanted}
    with qtbot.waitSignal(downloads.rows.reset):
        downloads.cancel([album_id])
    assert downloads.rows.get(album_id) is None
    with qtbot.waitSignal(downloads.asked):
        downloads.get_album(album_id)
    assert states(downloads.rows.get(album_id)) == {TransferState.WANTED}


def test_an_album_that_is_complete_is_told_once(context: AppContext, library: Library, qtbot: QtBot) -> None:
    album_id = add_album(library, "Two Rooms", [("Ada Quist", "First Light"), ("Ada Quist", "Dusk")])
    downloads = context.downloads
    with qtbot.waitSignal(downloads.asked):
        downloads.get_album(album_id)
    row = downloads.rows.get(album_id)
    assert row is not None
    whole = replace(
        row,
        revision=row.revision + 1,
        transfers=tuple(replace(each, state=TransferState.DONE) for each in row.transfers),
    )
    told: list[DownloadAlbumRow] = []
    downloads.arrived.connect(told.append)
    downloads.worker.updated.emit(DownloadUpdate((whole,)))
    downloads.worker.updated.emit(DownloadUpdate((replace(whole, revision=whole.revision + 1),)))
    assert told == [whole]
    downloads.worker.updated.emit(DownloadUpdate(gone=(album_id,)))
    assert downloads.rows.get(album_id) is None
