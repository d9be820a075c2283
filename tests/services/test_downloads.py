"""The download centre as a person uses it, without anybody at work."""

from __future__ import annotations

from datetime import timedelta

import pytest

from musiclib.bootstrap import Library
from musiclib.db.transfer_claims import TransferClaims
from musiclib.domain.ids import AlbumId, TransferId
from musiclib.domain.states import TransferReason, TransferState
from musiclib.errors import ChangedSince, NotInLibrary
from tests.db.test_transfers import give_file, offered
from tests.services.conftest import Clock
from tests.services.helpers import THREE, import_new
from tests.support.database import DIALECTS

S = TransferState


def states(library: Library, album_id: AlbumId) -> list[TransferState]:
    (row,) = library.downloads.albums([album_id])
    return [each.state for each in row.transfers]


def transfers(library: Library, album_id: AlbumId) -> list[TransferId]:
    (row,) = library.downloads.albums([album_id])
    return [each.id for each in row.transfers if each.id is not None]


def found(library: Library, clock: Clock, *names: str) -> None:
    """A worker has searched, found these for each track, and is not sure."""
    with library._db.write() as conn:
        claims = TransferClaims(conn)
        for each in claims.claim_search("worker", clock(), timedelta(minutes=1)):
            offers = [offered(name) for name in names]
            claims.ask(each.id, "worker", clock(), TransferReason.UNSURE, None, offers)


@pytest.mark.parametrize("settings", DIALECTS, indirect=True)
def test_an_album_is_asked_for_paused_resumed_cancelled_and_brought_back(library: Library) -> None:
    downloads = library.downloads
    album = import_new(library, THREE).album_id
    asked = downloads.get_album(album)
    assert (asked.asked, asked.under_way, asked.here, asked.title) == (3, 0, 0, "Hafenklang 042")
    again = downloads.get_album(album)
    assert (again.asked, again.under_way) == (0, 3)

    ids = transfers(library, album)
    (row,) = downloads.pause([album])
    assert {each.state for each in row.transfers} == {S.PAUSED}
    assert {each.reason for each in row.transfers} == {TransferReason.BY_PERSON}
    assert downloads.summary().paused
    assert downloads.get_album(album).asked == 3
    downloads.pause(transfer_ids=ids[:1])
    assert states(library, album) == [S.PAUSED, S.WANTED, S.WANTED]
    assert not downloads.summary().paused
    downloads.pause_all()
    downloads.resume(transfer_ids=ids[1:])
    assert states(library, album) == [S.PAUSED, S.WANTED, S.WANTED]
    downloads.resume_all()
    assert states(library, album) == [S.WANTED] * 3

    downloads.cancel(transfer_ids=ids[:1])
    assert states(library, album) == [S.CANCELLED, S.WANTED, S.WANTED]
    assert downloads.cancel([album]) == ()
    assert downloads.albums() == ()
    (row,) = downloads.retry(transfer_ids=ids)
    assert [each.id for each in row.transfers] == ids
    assert states(library, album) == [S.WANTED] * 3
    with pytest.raises(NotInLibrary):
        downloads.get_album(AlbumId(ids[0]))


def test_what_came_another_way_is_not_asked_for_again(library: Library) -> None:
    downloads = library.downloads
    album = import_new(library, THREE).album_id
    downloads.get_album(album)
    ids = transfers(library, album)
    downloads.cancel(transfer_ids=ids[:1])
    (row,) = downloads.albums([album])
    give_file(library._db, row.transfers[0].track_id)
    asked = downloads.get_album(album)
    assert (asked.asked, asked.under_way, asked.here) == (0, 2, 1)
    assert states(library, album) == [S.DONE, S.WANTED, S.WANTED]


def test_a_person_chooses_refuses_and_keeps(library: Library, clock: Clock) -> None:
    downloads = library.downloads
    album = import_new(library, "Mira Voss - Auftakt").album_id
    downloads.get_album(album)
    (transfer,) = transfers(library, album)
    found(library, clock, "one", "two")
    assert states(library, album) == [S.REVIEW]
    assert [each.ranked.candidate.ref for each in downloads.candidates(transfer)] == ["one", "two"]

    (row,) = downloads.choose(transfer, 1)
    assert (row.transfers[0].state, row.transfers[0].source_label) == (S.QUEUED, "Home NAS")
    assert [each.chosen for each in downloads.candidates(transfer)] == [False, True]
    with pytest.raises(ChangedSince):
        downloads.choose(transfer, 2)

    downloads.refuse(transfer)
    assert states(library, album) == [S.WANTED]
    assert [each.refused for each in downloads.candidates(transfer)] == [False, True]
    found(library, clock, "one", "two")
    downloads.refuse(transfer)
    assert states(library, album) == [S.NO_SOURCE]
    assert [each.refused for each in downloads.candidates(transfer)] == [True, True]
    downloads.choose(transfer, 0)
    assert [each.refused for each in downloads.candidates(transfer)] == [False, True]

    with library._db.write() as conn:
        claims = TransferClaims(conn)
        claims.claim_moves("worker", 1, clock(), timedelta(minutes=1))
        claims.ask(transfer, "worker", clock(), TransferReason.NOT_AS_LISTED, "Came 41 s shorter.")
    (row,) = downloads.keep_as_is(transfer)
    assert row.transfers[0].state is S.QUEUED


def test_an_album_moved_up_is_first_in_line(library: Library) -> None:
    first = import_new(library, "Mira Voss - Auftakt", "First").album_id
    second = import_new(library, "Tessera - Labyrinth", "Second").album_id
    for each in (first, second):
        library.downloads.get_album(each)
    assert [row.title for row in library.downloads.albums()] == ["First", "Second"]
    library.downloads.raise_priority([second])
    assert [row.title for row in library.downloads.albums()] == ["Second", "First"]
    library.downloads.raise_priority([first])
    assert [row.title for row in library.downloads.albums()] == ["First", "Second"]
