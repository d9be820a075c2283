"""Exchanges changes between this library and a shared one, both ways.

What travels, in this order: preferred sources and what the parser was taught; tracks with all that is said of
them, their matches and pictures; albums and their lists; smart albums; then artists, measurements and raw
answers. What stays: files, their links to tracks and the tags in them (paths are of one machine); tasks,
leases and transfers (work in hand is of who does it; a track that comes new and unmatched is put in line
where it comes to); the history of acts (they can be undone where they were done); pasted texts and drafts;
settings, sources of audio, states of providers and everything secret. Of pictures the reference travels, not
the bytes.

Who is the same: things have the same UUID on both sides once they were exchanged. What was made on both sides
apart is recognised by names or ISRC (tracks), by name and list (albums), by name (smart albums), and linked:
each side keeps its own id, and the links of this library translate.

What changed is found without triggers on inserts or updates: every change of a track or an album raises its
revision, and a link remembers the revisions at which both sides agreed. So an exchange in which nothing
changed reads one narrow list on each side. Deletions are told by tombstones, which triggers on deletion
write. Only this library remembers: any number of them may exchange with one shared library, star-shaped.

How two changes come together is `domain.sync_merge`; why it may be killed anywhere, `sync_exchange`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

from musiclib.credentials import CredentialStore, Secret
from musiclib.db.address import has_password, password_of, with_password, without_password
from musiclib.db.engine import Database
from musiclib.db.migrate import upgrade
from musiclib.db.remerging import ask_if_order_changed, source_order
from musiclib.db.sync_albums import AlbumDocuments
from musiclib.db.sync_documents import Documents, Side
from musiclib.db.sync_plain import plain_documents
from musiclib.db.sync_pools import POOLS, Pool
from musiclib.db.sync_state import SyncRepository, library_identity
from musiclib.db.sync_tracks import TrackDocuments
from musiclib.errors import BadInput, NotInLibrary
from musiclib.services.acts import Clock
from musiclib.services.sync_deletions import Deletions
from musiclib.services.sync_exchange import Exchange, Meeting
from musiclib.services.sync_types import (
    HERE,
    THERE,
    Progress,
    SyncConflictRow,
    SyncOutcome,
    SyncProgress,
    SyncStatus,
)

_MOST_ROUNDS = 3
_AT_ONCE = 500


def _secret_name(address: str) -> str:
    return f"database {without_password(address)}"


def _never() -> bool:
    return False


def _silent(_progress: SyncProgress) -> None:
    pass


class SyncService:
    """Thread-safe; exchanges that run at once do not harm each other."""

    def __init__(
        self,
        db: Database,
        clock: Clock,
        precedence: Sequence[str],
        backup_dir: Path,
        credentials: CredentialStore,
    ) -> None:
        self._db = db
        self._clock = clock
        self._precedence = precedence
        self._backup_dir = backup_dir
        self._credentials = credentials

    def address(self, given: str | None, password: str = "") -> str:
        """Where the shared library is: as given, else where it was last; `BadInput` if there was none.

        It gets the password; without one, the one that was kept for it.
        """
        with self._db.read() as conn:
            peers = SyncRepository(conn).peers()
        if given is None and not peers:
            raise BadInput("Name the address of the shared library: postgresql://user@host/name.")
        address = given or peers[0].address
        if password:
            return with_password(address, password)
        kept = None if has_password(address) else self._credentials.read(_secret_name(address))
        return with_password(address, kept.reveal()) if kept else address

    def run(
        self,
        address: str,
        progress: Progress = _silent,
        is_stopped: Callable[[], bool] = _never,
        *,
        remember: bool = False,
    ) -> SyncOutcome:
        """Exchange all changes with the library at a SQLAlchemy address, which is made if it is empty.

        `remember` keeps the password of the address where sign-ins are kept. Raises an error of the
        `DatabaseError` family where one of the two cannot be used, `BadInput` where both are the same.
        """
        begun = time.monotonic()
        with self._shared(address) as there:
            if remember and (password := password_of(address)):
                self._credentials.write(_secret_name(address), Secret(password))
            with there.write() as conn:
                peer_id = library_identity(conn, there.now())
            with self._db.write() as conn:
                if library_identity(conn, self._clock()) == peer_id:
                    raise BadInput("This is the library itself. Name another one to exchange changes with.")
                SyncRepository(conn).begin(peer_id, without_password(address), self._clock())
            ask_if_order_changed(there, self._order_of(there), there.now())
            outcome = SyncOutcome(there.url)
            order = self._order_of(there)

            def sides() -> tuple[Side, Side]:
                remerges = list(self._precedence) != list(order)
                return (
                    Side(self._clock(), tuple(self._precedence), remerges),
                    Side(there.now(), tuple(order), remerges),
                )

            meeting = Meeting(self._db, there, peer_id, sides, outcome, progress, is_stopped)
            self._exchange(meeting)
            with self._db.write() as conn:
                repository = SyncRepository(conn)
                outcome.conflicts = len(repository.conflicts(peer_id))
                outcome.seconds = round(time.monotonic() - begun, 3)
                if not outcome.stopped:
                    repository.finish(peer_id, _plain(outcome), self._clock())
        return outcome

    def status(self) -> SyncStatus:
        """Without asking the shared library."""
        with self._db.read() as conn:
            repository = SyncRepository(conn)
            peers, conflicts = repository.peers(), repository.conflicts()
        if not peers:
            return SyncStatus(None, None, None, False, len(conflicts))
        last = peers[0]
        broken_off = last.finished_at is None or last.finished_at < last.started_at
        return SyncStatus(last.address, last.started_at, last.finished_at, broken_off, len(conflicts))

    def conflicts(self, *, settled: bool = False) -> list[SyncConflictRow]:
        """Those that wait, or else those that are settled, with what both sides had; the oldest first."""
        with self._db.read() as conn:
            found = SyncRepository(conn).conflicts(settled=settled)
        return [
            SyncConflictRow(
                number,
                each.id,
                each.kind,
                each.title,
                each.part,
                each.here["value"],
                each.there["value"],
                each.found_at,
                each.choice,
            )
            for number, each in enumerate(found, 1)
        ]

    def resolve(self, conflict_ids: Sequence[UUID], side: str) -> None:
        """Pick a side (`HERE` or `THERE`): it counts from the next exchange on, if both are as they are.

        Raises `NotInLibrary` for one that does not wait.
        """
        if side not in (HERE, THERE):
            raise BadInput(f"A side is {HERE} or {THERE}, not {side}.")
        with self._db.write() as conn:
            repository = SyncRepository(conn)
            waiting = {each.id for each in repository.conflicts()}
            if any(each not in waiting for each in conflict_ids):
                raise NotInLibrary("There is no such conflict. `musiclib sync conflicts` lists them.")
            repository.choose(conflict_ids, side)

    @contextmanager
    def _shared(self, address: str) -> Iterator[Database]:
        db = Database.open(address)
        try:
            upgrade(db, self._backup_dir, clock=db.now)
            yield db
        finally:
            db.close()

    def _order_of(self, there: Database) -> tuple[str, ...]:
        """The order of sources of the shared library; of a new one it is ours."""
        with there.read() as conn:
            return source_order(conn) or tuple(self._precedence)

    def _exchange(self, meeting: Meeting) -> None:
        for _ in range(_MOST_ROUNDS):
            if not self._round(meeting) or meeting.outcome.stopped:
                break
        if not meeting.outcome.stopped:
            common = self._common(meeting)
            for pool in POOLS:
                _exchange_pool(meeting, pool, common)

    def _round(self, meeting: Meeting) -> bool:
        """Whether another one is needed."""
        meeting.outcome.left = 0
        *first, smart = plain_documents()
        again = [_both_ways(meeting, each, each) for each in first]
        tracks = TrackDocuments()
        exchange = Exchange(meeting, tracks, tracks)
        exchange.run()
        if meeting.outcome.stopped:
            return False
        again.append(_both_ways(meeting, AlbumDocuments(self._common(meeting)), AlbumDocuments({})))
        # Last, when no list that was changed on the other side has them any more.
        deletions = Deletions(meeting, tracks, tracks)
        deletions.run(exchange.lost_here, exchange.lost_there)
        again.append(_both_ways(meeting, smart, smart))
        return any((*again, exchange.again, deletions.again))

    def _common(self, meeting: Meeting) -> dict[str, str]:
        """The shared library's keys of tracks that have another one here."""
        with self._db.read() as conn:
            return SyncRepository(conn).renamed(meeting.peer_id, TrackDocuments.kind)


def _both_ways(meeting: Meeting, here: Documents[Any], there: Documents[Any]) -> bool:
    if meeting.outcome.stopped:
        return False
    exchange = Exchange(meeting, here, there)
    exchange.run()
    deletions = Deletions(meeting, here, there)
    if not meeting.outcome.stopped:
        deletions.run(exchange.lost_here, exchange.lost_there)
    return exchange.again or deletions.again


def _exchange_pool(meeting: Meeting, pool: Pool, common: Mapping[str, str]) -> None:
    with meeting.here.read() as conn:
        seen = SyncRepository(conn).seen(meeting.peer_id)
        prints = [pool.print_of(conn)]
    with meeting.there.read() as conn:
        prints.append(pool.print_of(conn))
    if seen.get(pool.kind) == prints:
        return
    with meeting.here.read() as conn:
        mine = pool.known(conn)
    with meeting.there.read() as conn:
        theirs = pool.known(conn)
        for_there = pool.wanted(conn, theirs, mine)
    with meeting.here.read() as conn:
        for_here = pool.wanted(conn, mine, theirs)
    own = {there: here for here, there in common.items()}
    whole = _carry_pool(meeting, pool, (meeting.here, meeting.there), for_there, (mine, theirs), common)
    whole = whole and _carry_pool(meeting, pool, (meeting.there, meeting.here), for_here, (theirs, mine), own)
    if whole:
        with meeting.here.read() as conn:
            prints = [pool.print_of(conn)]
        with meeting.there.read() as conn:
            prints.append(pool.print_of(conn))
        with meeting.here.write() as conn:
            repository = SyncRepository(conn)
            repository.set_seen(meeting.peer_id, {**repository.seen(meeting.peer_id), pool.kind: prints})


def _carry_pool(
    meeting: Meeting,
    pool: Pool,
    way: tuple[Database, Database],
    keys: Sequence[Any],
    known: tuple[Mapping[Any, Any], Mapping[Any, Any]],
    tracks: Mapping[str, str],
) -> bool:
    """From one database to the other; False if it was stopped."""
    source, target = way
    counts = meeting.outcome.here if target is meeting.here else meeting.outcome.there
    for start in range(0, len(keys), _AT_ONCE):
        meeting.tell(SyncProgress(pool.kind, start, len(keys)))
        if meeting.is_stopped():
            meeting.outcome.stopped = True
            return False
        some = keys[start : start + _AT_ONCE]
        with source.read() as conn:
            rows = pool.read(conn, [known[0][key].id for key in some])
        with target.write() as conn:
            carried = [(key, rows[known[0][key].id]) for key in some if known[0][key].id in rows]
            pool.put(conn, carried, known[1], tracks)
        renewed = sum(key in known[1] for key, _ in carried)
        counts.changed += renewed
        counts.added += len(carried) - renewed
    return True


def _plain(outcome: SyncOutcome) -> dict[str, Any]:
    return {
        "here": [outcome.here.added, outcome.here.changed, outcome.here.deleted],
        "there": [outcome.there.added, outcome.there.changed, outcome.there.deleted],
    }
