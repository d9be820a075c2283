"""Transfers are wanted, claimed once and in order, and never lost; a person's wish beats a worker's word."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

from musiclib.db.albums import AlbumRepository
from musiclib.db.download_rows import download_rows, download_summary, history_rows
from musiclib.db.engine import Database
from musiclib.db.files import FileRepository
from musiclib.db.records import FileFacts, FileLink
from musiclib.db.transfer_claims import TransferClaims
from musiclib.db.transfer_records import OfferedCandidate, TransferRecord
from musiclib.db.transfers import TransferRepository
from musiclib.domain.audio_candidates import AudioCandidate, RankedCandidate
from musiclib.domain.ids import AlbumId, TrackId, TransferId
from musiclib.domain.states import TransferReason, TransferState
from musiclib.domain.transfers import DownloadAlbumRow, Movement
from tests.support.library import NOW, add_album, add_tracks

LEASE = timedelta(seconds=60)
DAY = timedelta(days=1)
S = TransferState


def offered(name: str, size: int = 1000) -> OfferedCandidate:
    candidate = AudioCandidate("nas", name, f"{name}.flac", name, size=size, hashes={"md5": "0f" * 16})
    return OfferedCandidate(RankedCandidate(candidate, 97.5, ("artist", "title"), 0.5), "Home NAS")


def want(
    db: Database, count: int, title: str = "A Mix", at: datetime = NOW
) -> tuple[AlbumId, list[TrackId], list[TransferId]]:
    tracks = add_tracks(db, count)
    album = add_album(db, tracks, title)
    with db.write() as conn:
        return album, tracks, TransferRepository(conn).want(album, tracks, at)


def search(db: Database, worker: str = "a", at: datetime = NOW) -> list[TransferRecord]:
    with db.write() as conn:
        return TransferClaims(conn).claim_search(worker, at, LEASE)


def move(db: Database, worker: str = "a", limit: int = 100, at: datetime = NOW) -> list[TransferRecord]:
    with db.write() as conn:
        return TransferClaims(conn).claim_moves(worker, limit, at, LEASE)


def find(db: Database, ids: Sequence[TransferId], worker: str = "a", at: datetime = NOW) -> None:
    """Search for them, with a sure candidate for each and a second one."""
    assert set(ids) <= {each.id for each in search(db, worker, at)}
    with db.write() as conn:
        for each in ids:
            both = offered(f"{each} first"), offered(f"{each} second")
            assert TransferClaims(conn).found(each, worker, at, both[0], both)


def get(db: Database, transfer_id: TransferId) -> TransferRecord:
    with db.read() as conn:
        record = TransferRepository(conn).get(transfer_id)
    assert record is not None
    return record


def rows(db: Database) -> list[DownloadAlbumRow]:
    with db.read() as conn:
        return download_rows(conn, None)


def give_file(db: Database, track_id: TrackId, size: int = 500) -> None:
    with db.write() as conn:
        path = f"/music/{track_id}.flac"
        ids = FileRepository(conn).put([FileFacts(path, size, 1)], NOW)
        FileRepository(conn).link([FileLink(track_id, ids[path], 100.0)], NOW)


def test_an_album_is_searched_for_at_once_and_moved_in_the_order_of_albums_and_lists(db: Database) -> None:
    later = want(db, 2, "Later", NOW + timedelta(seconds=1))[2]
    first = want(db, 3, "First")[2]
    urgent = want(db, 1, "Urgent", NOW + timedelta(seconds=2))[2]
    with db.write() as conn:
        TransferRepository(conn).set_priority(urgent, 1, NOW)

    assert [[each.id for each in search(db)] for _ in range(4)] == [urgent, first, later, []]
    with db.write() as conn:
        assert set(TransferClaims(conn).release("a", NOW, {})) == {*urgent, *first, *later}
    for ids in (urgent, first, later):
        find(db, ids)
    assert [each.id for each in move(db, limit=2)] == [urgent[0], first[0]]
    assert [each.id for each in move(db, "b")] == [*first[1:], *later]
    assert move(db) == []


def test_what_was_found_comes_back_as_it_was_offered(db: Database) -> None:
    (transfer,) = want(db, 1)[2]
    find(db, [transfer])
    (claimed,) = move(db)
    assert claimed.chosen == offered(f"{transfer} first")
    assert claimed.candidates == (offered(f"{transfer} first"), offered(f"{transfer} second"))
    assert (claimed.state, claimed.attempts, claimed.bytes_total) == (S.RUNNING, 1, 1000)


def test_a_wish_beats_the_word_of_the_worker(db: Database) -> None:
    _, _, (paused, cancelled, chosen) = want(db, 3)
    find(db, [paused, cancelled, chosen])
    assert len(move(db)) == 3
    with db.write() as conn:
        repository, claims = TransferRepository(conn), TransferClaims(conn)
        assert repository.pause([paused], NOW) == [paused]
        assert repository.cancel([cancelled], NOW) == [cancelled]
        assert repository.choose(chosen, offered("other"), NOW) == [chosen]
        assert claims.held("a") == set()
        assert not claims.finish(paused, "a", NOW, "/music/x.flac", 1000)
        assert not claims.postpone(cancelled, "a", NOW, TransferReason.UNREACHABLE, None, NOW)
        assert not claims.fail(chosen, "a", NOW, TransferReason.GONE)
    assert [get(db, each).state for each in (paused, cancelled, chosen)] == [S.PAUSED, S.CANCELLED, S.QUEUED]
    assert get(db, chosen).chosen == offered("other")
    assert get(db, chosen).chosen_by_hand
    with db.write() as conn:
        assert TransferRepository(conn).resume([paused, cancelled], NOW) == [paused]
    assert get(db, paused).state is S.QUEUED


def test_what_waits_is_left_until_then_and_a_retry_does_not_wait(db: Database) -> None:
    _, _, (waits, fails, nowhere) = want(db, 3)
    find(db, [waits, fails])
    move(db)
    later = NOW + timedelta(minutes=5)
    with db.write() as conn:
        claims = TransferClaims(conn)
        assert claims.postpone(waits, "a", NOW, TransferReason.SERVER_ERROR, "Busy.", later, bytes_done=400)
        assert claims.fail(fails, "a", NOW, TransferReason.GONE, "It is gone.")
        assert claims.fail(nowhere, "a", NOW, TransferReason.NO_SOURCE)
        assert TransferRepository(conn).next_due() == later
    assert move(db, at=NOW + timedelta(minutes=4)) == []
    assert (get(db, waits).attempts, get(db, waits).bytes_done) == (1, 400)
    with db.write() as conn:
        changed = TransferRepository(conn).retry([waits, fails, nowhere], NOW)
    assert set(changed) == {waits, fails, nowhere}
    assert get(db, nowhere).state is S.WANTED
    assert {each.id: each.attempts for each in move(db)} == {waits: 1, fails: 1}


def test_a_dead_worker_keeps_nothing(db: Database) -> None:
    _, _, (moving, searched) = want(db, 2)
    find(db, [moving])
    move(db)
    with db.write() as conn:
        claims = TransferClaims(conn)
        claims.extend("a", NOW + timedelta(seconds=30), LEASE, {moving: 700})
        assert claims.reclaim(NOW + timedelta(seconds=80)) == []
        assert claims.running_workers() == ["a"]
        assert set(claims.reclaim(NOW + timedelta(seconds=91))) == {moving, searched}
    assert (get(db, moving).state, get(db, moving).bytes_done) == (S.QUEUED, 700)
    assert get(db, searched).state is S.WANTED


def test_what_is_refused_is_remembered_and_its_bytes_are_not(db: Database) -> None:
    (transfer,) = want(db, 1)[2]
    find(db, [transfer])
    (claimed,) = move(db)
    with db.write() as conn:
        second = claimed.candidates[1]
        refused = {claimed.candidates[0].key}
        assert TransferClaims(conn).turn_down(transfer, "a", NOW, refused, second)
    after = get(db, transfer)
    assert (after.state, after.chosen, after.bytes_done) == (S.QUEUED, second, 0)
    assert after.refused == {claimed.candidates[0].key}
    with db.write() as conn:
        TransferRepository(conn).refuse(transfer, [second.key], S.WANTED, NOW)
    assert (get(db, transfer).state, len(get(db, transfer).refused)) == (S.WANTED, 2)


def test_ids_are_not_searched_for_until_they_have_a_name(db: Database) -> None:
    _, _, (transfer, waiting) = want(db, 2)
    with db.write() as conn:
        conn.exec_driver_sql("UPDATE tracks SET is_id = true WHERE title = 'Title 2'")
    assert [each.id for each in search(db)] == [transfer]
    assert rows(db)[0].transfers[1].is_id
    with db.write() as conn:
        conn.exec_driver_sql("UPDATE tracks SET is_id = false")
    assert [each.id for each in search(db)] == [waiting]


def test_a_transfer_ends_when_its_track_has_a_file_or_leaves_the_list(db: Database) -> None:
    album, tracks, (here, off, stays) = want(db, 3)
    give_file(db, tracks[0])
    with db.write() as conn:
        AlbumRepository(conn).remove_tracks(album, [tracks[1]], NOW)
        assert TransferRepository(conn).settle_overtaken(NOW) == [here, off]
        assert TransferRepository(conn).settle_overtaken(NOW) == []
    assert [get(db, each).state for each in (here, off, stays)] == [S.DONE, S.CANCELLED, S.WANTED]


def test_rows_tell_of_every_place_of_the_list(db: Database) -> None:
    tracks = add_tracks(db, 4)
    give_file(db, tracks[0], size=480)
    album = add_album(db, tracks)
    with db.write() as conn:
        moving, _ = TransferRepository(conn).want(album, tracks[1:3], NOW)
    find(db, [moving])
    move(db, at=NOW + timedelta(seconds=5))
    with db.write() as conn:
        TransferClaims(conn).extend("a", NOW, LEASE, {moving: 250})
    (row,) = rows(db)
    told = [(each.state, each.bytes_done, each.bytes_total, each.source_label) for each in row.transfers]
    assert told == [
        (S.DONE, 480, 480, None),
        (S.RUNNING, 250, 1000, "Home NAS"),
        (S.RUNNING, 0, None, None),
        (S.CANCELLED, 0, None, None),
    ]
    assert row.transfers[0].id is row.transfers[3].id is None
    assert (row.id, row.title, row.added_at, row.finished_at) == (album, "A Mix", NOW, None)
    with db.read() as conn:
        summary = download_summary(conn, ["Home NAS"])
    assert (summary.bytes_done, summary.bytes_total, summary.of(S.RUNNING)) == (250, 1000, 2)


def test_every_change_raises_the_revision(db: Database) -> None:
    album, tracks, ids = want(db, 2)
    steps = [
        lambda conn, at: TransferClaims(conn).claim_search("a", at, LEASE),
        lambda conn, at: TransferClaims(conn).release("a", at, {}),
        lambda conn, at: TransferRepository(conn).pause(ids, at),
        lambda conn, at: AlbumRepository(conn).remove_tracks(album, tracks[1:], at),
    ]
    seen = [rows(db)[0].revision]
    for nth, step in enumerate(steps, 1):
        with db.write() as conn:
            step(conn, NOW + timedelta(seconds=nth))
        seen.append(rows(db)[0].revision)
    assert seen == sorted(set(seen))


def test_bytes_that_move_raise_the_revision_while_the_transfer_runs(db: Database) -> None:
    _, _, (moving,) = want(db, 1)
    find(db, [moving])
    move(db)

    def revision(seconds: float, done: int) -> int:
        at = NOW + timedelta(seconds=seconds)
        with db.read() as conn:
            (row,) = download_rows(conn, None, {moving: Movement(done, 1000, 100.0, False, at)})
        return row.revision

    seen = [rows(db)[0].revision, revision(0.25, 100), revision(0.5, 200)]
    with db.write() as conn:
        TransferRepository(conn).pause([moving], NOW + timedelta(seconds=0.6))
    seen.append(revision(0.75, 300))
    assert seen == sorted(set(seen))
    assert seen[-1] == rows(db)[0].revision


def test_a_folder_is_known_by_its_whole_name(db: Database, tmp_path: Path) -> None:
    _, _, (transfer,) = want(db, 1)
    find(db, [transfer])
    move(db)
    with db.write() as conn:
        TransferClaims(conn).finish(transfer, "a", NOW, str(tmp_path / "Music 2" / "a.flac"), 500)
        known = [
            TransferRepository(conn).placed_in(str(tmp_path / each)) for each in ("Music", "Music 2", "")
        ]
    assert known == [False, True, True]


def test_finished_albums_go_into_the_history_a_day_later_and_open_ones_stay(db: Database) -> None:
    _, _, ids = want(db, 2, "Done")
    find(db, ids)
    _, _, (other, _) = want(db, 2, "Half done", NOW + timedelta(seconds=1))
    find(db, [other])
    for each in [*ids, other]:
        move(db)
        with db.write() as conn:
            assert TransferClaims(conn).finish(each, "a", NOW, f"/music/{each}.flac", 990)
    assert [(row.title, row.finished_at) for row in rows(db)] == [("Done", NOW), ("Half done", None)]
    with db.write() as conn:
        assert TransferRepository(conn).clear_finished(NOW, NOW) == []
        assert set(TransferRepository(conn).clear_finished(NOW + DAY, NOW + DAY)) == set(ids)
    assert [row.title for row in rows(db)] == ["Half done"]
    with db.read() as conn:
        (past,) = history_rows(conn, 10)
    assert (past.title, [each.state for each in past.transfers]) == ("Done", [S.DONE, S.DONE])


def test_a_cancelled_one_comes_back_unless_it_was_asked_for_again(db: Database) -> None:
    album, tracks, (first, second) = want(db, 2)
    with db.write() as conn:
        repository = TransferRepository(conn)
        repository.cancel([first, second], NOW)
        repository.clear([first, second], NOW)
        repository.want(album, tracks[:1], NOW)
        assert repository.retry([first, second], NOW) == [second]
    assert (get(db, second).state, get(db, second).cleared_at) == (S.WANTED, None)
    with db.write() as conn:
        repository = TransferRepository(conn)
        repository.cancel(repository.open_of(tracks[:1]).values(), NOW)
        assert repository.retry([first], NOW) == [first]
    assert [each.id for each in rows(db)[0].transfers] == [first, second]


def test_a_clock_that_was_set_back_puts_nothing_off(db: Database) -> None:
    ahead = NOW + timedelta(hours=5)
    (transfer,) = want(db, 1)[2]
    search(db, at=ahead)
    with db.write() as conn:
        claims = TransferClaims(conn)
        assert claims.reclaim(NOW) == [transfer]
    search(db, at=ahead)
    with db.write() as conn:
        claims = TransferClaims(conn)
        claims.postpone(transfer, "a", ahead, TransferReason.UNREACHABLE, None, ahead)
        assert claims.mend_clock(NOW) == [transfer]
    assert [each.id for each in search(db)] == [transfer]
