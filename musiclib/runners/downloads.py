"""The download worker: has the transfers that are wanted searched for, moved and placed, and tells of it.

One asyncio loop, without Qt. The table holds what is wanted, and anybody may change it at any time, from any
process: once a poll the worker looks whether what it runs is still its own, and lets go of what is not.
Several processes may run one on the same library; leases and fenced writes keep them apart.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable, Coroutine, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from musiclib.db.connection import Connection
from musiclib.db.download_sources import DownloadSourceRepository
from musiclib.db.engine import Database
from musiclib.db.files import FileRepository
from musiclib.db.transfer_claims import TransferClaims
from musiclib.db.transfer_records import TransferRecord
from musiclib.db.transfers import TransferRepository
from musiclib.domain.ids import TrackId, TransferId
from musiclib.domain.states import OPEN_TRANSFERS, TransferState
from musiclib.domain.transfers import DownloadSummary
from musiclib.downloads.base import TransferError
from musiclib.downloads.expected import Progress
from musiclib.errors import DatabaseBusy, DiskFull
from musiclib.runners.download_news import DownloadNews
from musiclib.runners.persisting import Persistence, Stopping, outlasting
from musiclib.runners.recovery import recover
from musiclib.runners.transfer_outcome import TROUBLE_REST, End, Outcome, bug, write_outcome
from musiclib.runners.transfer_work import DownloadDesk, Ended, TransferWork
from musiclib.runners.updates import DownloadUpdate
from musiclib.runners.wakeable import Wakeable

LEASE = timedelta(seconds=60)
FINISHED_STAY = timedelta(hours=24)
"""So long an album stays in the download centre after the last of its transfers has ended."""
PATIENCE = timedelta(minutes=2)
"""Who runs until nothing is left to do waits so long for what is to be tried again."""
_NOTE_EVERY_S = 5.0
_CLEAR_EVERY_S = 60.0
_SEARCHES_AT_ONCE = 2
_OVERLAP = timedelta(seconds=5)
"""Others may write a moment a little before ours after we have looked."""
_END_WITHIN_S = 2.0

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Job:
    transfers: tuple[TransferRecord, ...]
    moves: bool


class DownloadRunner(Wakeable):
    """`run` belongs to one asyncio loop; `wake` and `request_stop` may be called from any thread."""

    def __init__(
        self,
        db: Database,
        open_desk: Callable[[], AbstractAsyncContextManager[DownloadDesk]],
        *,
        worker_id: str,
        clock: Callable[[], datetime],
        on_change: Callable[[DownloadUpdate], None],
        poll_interval_s: float = 1.0,
        lease: timedelta = LEASE,
        patience: timedelta = PATIENCE,
    ) -> None:
        """`open_desk` is entered with the first thing there is to do, and left before `run` returns."""
        super().__init__()
        self._db = db
        self._open_desk = open_desk
        self._worker_id = worker_id
        self._clock = clock
        self._poll_interval_s = poll_interval_s
        self._lease = lease
        self._patience = patience
        self._persistence = Persistence(self._stop, self._on_write)
        self._news = DownloadNews(db, clock, on_change)
        self._jobs: dict[asyncio.Task[list[Ended]], _Job] = {}
        self._rest_until: float | None = None
        """While the folder is in trouble nothing is claimed to be moved."""
        self._folder_gone = False
        self._sources_at: tuple[datetime | None, int] = (None, 0)
        self._seen = clock()
        self._looked_at = self._cleared_at = float("-inf")

    @outlasting
    async def run(self, until_idle: bool = False) -> DownloadSummary:
        """Work until `request_stop`; with `until_idle` only until nothing is left that can be done soon.

        Returns how the download centre stands then. With `until_idle`, `DiskFull` and `DatabaseBusy` of the
        library's own disk are raised when they last.
        """
        self._persistence.patient = not until_idle
        with self._wakeable():
            if not until_idle and not await self._something_is_there():
                return self._news.summary()
            while await self._run_with_desk(until_idle):
                _log.info("the sources were changed; they are opened anew")
        return self._news.summary()

    async def _run_with_desk(self, until_idle: bool) -> bool:
        """Whether to go on with another desk, as the sources are not what they were."""
        self._sources_at = self._read_sources_at()
        async with self._open_desk() as desk:
            self._news.begin([each.label for each in desk.sources])
            beside = [asyncio.create_task(each) for each in (self._note(), self._news.tell())]
            try:
                return await self._work(desk, until_idle)
            except Stopping:
                _log.info("stopped while nothing could be written")
                return False
            finally:
                for each in beside:
                    each.cancel()
                await self._abandon(desk)
                await asyncio.gather(*beside, return_exceptions=True)

    def _read_sources_at(self) -> tuple[datetime | None, int]:
        with self._db.read() as conn:
            return DownloadSourceRepository(conn).changed_at()

    async def _something_is_there(self) -> bool:
        """Wait for the first wish: most sessions have none, and what a desk holds is dear. False: stopped."""
        while not self._stop.is_set():
            with self._db.read() as conn:
                if not TransferRepository(conn).is_empty():
                    return True
            await self._wait_for_news()
        return False

    async def _work(self, desk: DownloadDesk, until_idle: bool) -> bool:
        work = TransferWork(self._db, desk, self._clock)
        await self._persistence.write(self._start_up)
        await self._tidy(desk)
        while not self._stop.is_set():
            await self._claim(desk, work)
            if until_idle and not self._jobs and self._is_idle():
                return False
            await self._wait_for_news()
            await self._settle_ended(desk)
            await self._look_around(desk)
            if self._sources_at != self._read_sources_at():
                return True
        return False

    def _start_up(self) -> None:
        with self._db.write() as conn:
            recover(conn, self._clock(), self._worker_id, self._sources_at[0])
        self._news.everything()

    async def _tidy(self, desk: DownloadDesk) -> None:
        """What the journals say is the truth: the table learns it, and what nobody wants any more goes."""
        if not self._prepared(desk):
            return
        with self._db.read() as conn:
            still = TransferRepository(conn).all_in(OPEN_TRANSFERS)
        try:
            orphans = await asyncio.to_thread(desk.engine.orphans, still)
            stored = {each: desk.engine.stored(each)[0] for each in still}
            for each in orphans:
                await desk.engine.discard(each)
        except (TransferError, DiskFull) as error:
            self._trouble(str(error))
            return
        with self._db.read() as conn:
            before = TransferRepository(conn).bytes_done(still)
        differing = {each: count for each, count in stored.items() if before.get(each) != count}
        if differing:
            await self._persistence.write(partial(self._note_stored, differing))

    def _note_stored(self, stored: dict[TransferId, int]) -> None:
        with self._db.write() as conn:
            TransferRepository(conn).note_bytes(stored, self._clock())

    async def _claim(self, desk: DownloadDesk, work: TransferWork) -> None:
        moves = sum(job.moves for job in self._jobs.values())
        room = desk.at_once - moves if self._may_move(desk) else 0
        searches = _SEARCHES_AT_ONCE - (len(self._jobs) - moves)
        with self._db.read() as conn:
            if not TransferClaims(conn).something_due(self._clock(), moves=room > 0):
                return
        found, to_move = await self._persistence.write(partial(self._claim_some, searches, room))
        for records in found:
            self._start(_Job(tuple(records), moves=False), work.search(records))
        for record in to_move:
            self._start_move(work, record)

    def _claim_some(
        self, searches: int, moves: int
    ) -> tuple[list[list[TransferRecord]], list[TransferRecord]]:
        now = self._clock()
        found: list[list[TransferRecord]] = []
        with self._db.write() as conn:
            claims = TransferClaims(conn)
            claims.reclaim(now)
            while len(found) < searches and (
                records := claims.claim_search(self._worker_id, now, self._lease)
            ):
                found.append(records)
            to_move = claims.claim_moves(self._worker_id, moves, now, self._lease)
        self._news.changed(each.album_id for records in [*found, to_move] for each in records)
        return found, to_move

    def _start(self, job: _Job, work: Coroutine[Any, Any, list[Ended]]) -> None:
        self._jobs[asyncio.create_task(work)] = job

    def _start_move(self, work: TransferWork, record: TransferRecord) -> None:
        """What was paused and resumed while we were at it may come back to us, its old run unfinished."""
        before = None
        for run, job in self._jobs.items():
            if job.moves and job.transfers[0].id == record.id:
                if job.transfers[0].chosen == record.chosen:
                    return
                run.cancel()
                before = run
        self._news.movements.begin(record.id, record.album_id, record.bytes_done, self._clock())

        async def move() -> list[Ended]:
            if before is not None:
                await asyncio.wait({before})
            return await work.move(record, partial(self._on_progress, record.id))

        self._start(_Job((record,), moves=True), move())

    def _may_move(self, desk: DownloadDesk) -> bool:
        if self._rest_until is not None and asyncio.get_running_loop().time() < self._rest_until:
            return False
        return self._prepared(desk)

    def _prepared(self, desk: DownloadDesk) -> bool:
        """Whether the folder is there. One that files were placed in is not made anew: a drive is missing."""
        with self._db.read() as conn:
            known = TransferRepository(conn).placed_in(str(desk.folder))
        try:
            desk.engine.prepare(known=known)
        except (TransferError, DiskFull) as error:
            self._trouble(str(error))
            self._folder_gone = True
            return False
        if self._folder_gone:
            self._folder_gone = False
            self._all_well()
        return True

    def _all_well(self) -> None:
        self._rest_until = None
        self._news.set_trouble(None)

    def _trouble(self, said: str) -> None:
        if self._news.trouble is None:
            _log.warning("downloads stand still: %s", said)
        self._rest_until = asyncio.get_running_loop().time() + TROUBLE_REST.total_seconds()
        self._news.set_trouble(said)

    def _on_progress(self, transfer_id: TransferId, progress: Progress) -> None:
        now = asyncio.get_running_loop().time()
        if self._news.movements.note(transfer_id, progress, now, self._clock()):
            self._all_well()

    def _is_idle(self) -> bool:
        """Whether nothing is left that will be done soon, by anybody."""
        now = self._clock()
        with self._db.read() as conn:
            transfers = TransferRepository(conn)
            if transfers.all_in((TransferState.RUNNING,)):  # elsewhere
                return False
            if self._news.trouble is not None:
                return True
            due = transfers.next_due()
            soon = due is not None and due <= now + self._patience
            return not soon and not TransferClaims(conn).something_due(now)

    async def _wait_for_news(self) -> None:
        """Until a job ended, somebody woke us, or it is time to look again."""
        assert self._woken is not None
        woken = asyncio.create_task(self._woken.wait())
        try:
            await asyncio.wait(
                {woken, *self._jobs}, timeout=self._poll_interval_s, return_when=asyncio.FIRST_COMPLETED
            )
        finally:
            woken.cancel()
        if self._woken.is_set():
            self._woken.clear()
            self._rest_until = None
            self._looked_at = float("-inf")

    async def _settle_ended(self, desk: DownloadDesk) -> None:
        for run in [run for run in self._jobs if run.done()]:
            job = self._jobs[run]
            if run.cancelled():
                del self._jobs[run]
                await self._let_go(desk, [each.id for each in job.transfers])
            else:
                await self._settle(desk, run.result())
                # It stays among the running ones until then, so that its lease is renewed.
                del self._jobs[run]

    async def _settle(self, desk: DownloadDesk, ended: Sequence[Ended]) -> None:
        """Write what came of a job, in one transaction; take back what nobody wants any more."""
        try:
            lost = await self._persistence.write(partial(self._write, desk, ended))
        except (Stopping, DiskFull, DatabaseBusy):
            raise
        except Exception as error:  # noqa: BLE001 (one that cannot be written must not stop the others)
            _log.exception("what came of a download could not be written")
            ended = [(each, bug(error)) for each, _ in ended]
            lost = await self._persistence.write(partial(self._write, desk, ended))
        for transfer, outcome in ended:
            if transfer.id in lost:
                await self._take_back(desk, transfer, outcome)
                continue
            self._news.movements.end(transfer.id)
            if outcome.end is End.DONE:
                await self._discard(desk, transfer.id)
            elif outcome.trouble is not None:
                self._trouble(outcome.trouble)
            if outcome.end is End.DONE:
                self._all_well()

    def _write(self, desk: DownloadDesk, ended: Sequence[Ended]) -> set[TransferId]:
        now, moved = self._clock(), self._news.movements.bytes_done()
        lost: set[TransferId] = set()
        here: list[TrackId] = []
        with self._db.write() as conn:
            for transfer, outcome in ended:
                done = moved.get(transfer.id)
                current = TransferRepository(conn).get(transfer.id)
                other = current is None or _another_wish(transfer, current)
                if other or not write_outcome(conn, self._worker_id, transfer, outcome, now, done):
                    lost.add(transfer.id)
                elif outcome.end is End.DONE:
                    self._take_in(conn, desk, transfer, outcome, now)
                    here.append(transfer.track_id)
        self._news.changed((each.album_id for each, _ in ended), here)
        return lost

    def _take_in(
        self, conn: Connection, desk: DownloadDesk, transfer: TransferRecord, outcome: Outcome, now: datetime
    ) -> None:
        assert outcome.facts is not None
        assert transfer.chosen is not None
        score = 100.0 if transfer.chosen_by_hand else transfer.chosen.ranked.score
        desk.arrivals.take_in(conn, transfer.track_id, outcome.facts, score, now)

    async def _take_back(self, desk: DownloadDesk, transfer: TransferRecord, outcome: Outcome) -> None:
        """A person gave it up, or chose another, in the last moment: what we placed for it goes again.

        Not if a scan has found it by then: what the library knows is never removed.
        """
        _log.info("transfer %s was taken from us; its result is dropped", transfer.id)
        with self._db.read() as conn:
            record = TransferRepository(conn).get(transfer.id)
            known = bool(outcome.path and FileRepository(conn).by_paths([str(outcome.path)]))
        kept = record is not None and record.state in OPEN_TRANSFERS and record.chosen == transfer.chosen
        if outcome.path is not None and outcome.ours and not kept and not known:
            await asyncio.to_thread(outcome.path.unlink, missing_ok=True)
        await self._let_go(desk, [transfer.id])

    async def _let_go(self, desk: DownloadDesk, ids: Sequence[TransferId]) -> None:
        """After a run was given up: the table learns how far it came; what is not wanted is removed."""
        stored: dict[TransferId, int] = {}
        at_work = {each.id for run, job in self._jobs.items() if not run.done() for each in job.transfers}
        for each in set(ids) - at_work:
            self._news.movements.end(each)
            with self._db.read() as conn:
                record = TransferRepository(conn).get(each)
            try:
                if record is None or record.state not in OPEN_TRANSFERS:
                    await self._discard(desk, each)
                elif record.chosen is not None:
                    stored[each] = desk.engine.stored(each)[0]
            except (TransferError, DiskFull) as error:
                self._trouble(str(error))
        if stored:
            await self._persistence.write(partial(self._note_stored, stored))

    async def _look_around(self, desk: DownloadDesk) -> None:
        """Once a poll: let go of what was taken from us, and see what others did."""
        now = asyncio.get_running_loop().time()
        if now - self._looked_at < self._poll_interval_s:
            return
        self._looked_at = now
        moment = self._clock()
        with self._db.read() as conn:
            held = TransferClaims(conn).held(self._worker_id)
            changed = TransferRepository(conn).changed_since(self._seen - _OVERLAP)
            overtaken = any(TransferRepository(conn).overtaken())
        self._seen = moment
        for run, job in self._jobs.items():
            if job.moves and not run.done() and not held.issuperset(each.id for each in job.transfers):
                run.cancel()
        running = {each.id for job in self._jobs.values() for each in job.transfers}
        over = [each for each, _, of_use in changed if not of_use and each not in running]
        self._news.changed(album_id for _, album_id, _ in changed)
        if overtaken or now - self._cleared_at >= _CLEAR_EVERY_S:
            self._cleared_at = now
            await self._persistence.write(self._settle_by_itself)
        for each in over:
            await self._discard(desk, each)

    async def _discard(self, desk: DownloadDesk, transfer_id: TransferId) -> None:
        """Remove what is left of it; where the folder is in trouble the next start does that."""
        with contextlib.suppress(TransferError, DiskFull):
            await desk.engine.discard(transfer_id)

    def _settle_by_itself(self) -> None:
        now = self._clock()
        with self._db.write() as conn:
            transfers = TransferRepository(conn)
            ended = transfers.settle_overtaken(now) + transfers.clear_finished(now - FINISHED_STAY, now)
            albums = transfers.albums_of(ended)
        self._news.changed(albums)

    async def _note(self) -> None:
        """Keep the leases of what runs alive, and note how far it is; one beat that fails is not the last."""
        while True:
            await asyncio.sleep(min(_NOTE_EVERY_S, self._lease.total_seconds() / 4))
            if not self._jobs:
                continue
            try:
                await self._persistence.write(self._extend)
            except Stopping:
                return
            except (DiskFull, DatabaseBusy):
                continue  # told already; the lease outlasts some beats
            except Exception:  # noqa: BLE001 (without a beat, what runs would be taken from us)
                _log.exception("the leases of downloads could not be renewed; tried again soon")

    def _extend(self) -> None:
        moved = self._news.movements.bytes_done()
        with self._db.write() as conn:
            TransferClaims(conn).extend(self._worker_id, self._clock(), self._lease, moved)

    async def _abandon(self, desk: DownloadDesk) -> None:
        """Stop what moves, to the byte, and give it back."""
        with contextlib.suppress(Stopping, DiskFull, DatabaseBusy):
            await self._settle_ended(desk)
        for run in self._jobs:
            run.cancel()
        if self._jobs:
            await asyncio.wait(self._jobs, timeout=_END_WITHIN_S)
        stored: dict[TransferId, int] = {}
        with contextlib.suppress(TransferError, DiskFull):
            moves = [each for job in self._jobs.values() if job.moves for each in job.transfers]
            stored = {each.id: desk.engine.stored(each.id)[0] for each in moves}
        try:
            with self._db.write() as conn:
                released = TransferClaims(conn).release(self._worker_id, self._clock(), stored)
                albums = TransferRepository(conn).albums_of(released)
        except (DiskFull, DatabaseBusy):
            _log.warning("downloads could not be given back; they are taken up when their lease ends")
            albums = []
        self._jobs.clear()
        self._news.end(albums)

    def _on_write(self, error: DiskFull | DatabaseBusy | None) -> None:
        if error is not None:
            self._news.set_trouble(str(error))
        elif self._rest_until is None:
            self._news.set_trouble(None)


def _another_wish(claimed: TransferRecord, current: TransferRecord) -> bool:
    """Whether a person wants something else of it since: another candidate, or one less to choose from.

    It may have come back to this worker meanwhile, so that the claim alone does not tell.
    """
    refused = claimed.chosen is None and current.refused != claimed.refused
    return refused or current.chosen != claimed.chosen
