"""What workers do with the table of transfers: claim, hold, and say what came of it.

A transfer that runs belongs to one worker until its lease ends; whatever a worker says of one that is no
longer its own is refused. Methods that end a run return False then: what was done must be taken back.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, case, or_, select, update

from musiclib.db.enrichment_tasks import CLOCKS_DIFFER
from musiclib.db.schema import Track, Transfer
from musiclib.db.transfer_records import OfferedCandidate, TransferRecord, plain_offer
from musiclib.db.transfer_statements import BY_CHOICE, COLUMNS, FREE, change, plain_keys, transfer_of
from musiclib.domain.ids import TransferId
from musiclib.domain.states import TransferReason, TransferState

_LONGEST_LEASE = timedelta(hours=1)
_WAITING = (TransferState.WANTED, TransferState.QUEUED)


class TransferClaims:
    """Times are aware UTC."""

    def __init__(self, conn: Connection) -> None:
        self._conn = conn

    def claim_search(self, worker_id: str, now: datetime, lease: timedelta) -> list[TransferRecord]:
        """Take all that is searched for next: what is wanted and due of one album, in the order asked."""
        due = _to_search(now)
        album_id = self._conn.execute(_in_line(select(Transfer.album_id).where(due)).limit(1)).scalar()
        if album_id is None:
            return []
        return self._claim(and_(due, Transfer.album_id == album_id), worker_id, now, lease)

    def claim_moves(
        self, worker_id: str, limit: int, now: datetime, lease: timedelta
    ) -> list[TransferRecord]:
        """Take up to `limit` transfers whose candidate is chosen: highest priority first, then oldest."""
        if limit < 1:
            return []
        due = _to_move(now)
        ids = self._conn.execute(_in_line(select(Transfer.id).where(due)).limit(limit)).scalars().all()
        return self._claim(Transfer.id.in_(ids), worker_id, now, lease) if ids else []

    def _claim(
        self, condition: ColumnElement[bool], worker_id: str, now: datetime, lease: timedelta
    ) -> list[TransferRecord]:
        statement = (
            update(Transfer)
            .where(condition)
            .values(
                state=TransferState.RUNNING,
                state_at=now,
                updated_at=now,
                worker_id=worker_id,
                lease_until=now + lease,
                attempts=Transfer.attempts + 1,
            )
            .returning(*COLUMNS)
        )
        claimed = [transfer_of(row) for row in self._conn.execute(statement)]
        return sorted(claimed, key=lambda each: (-each.priority, each.created_at, each.id))

    def something_due(self, now: datetime, *, moves: bool = True) -> bool:
        """Whether there is anything to claim, or to take from a dead worker."""
        over = and_(Transfer.state == TransferState.RUNNING, Transfer.lease_until < now)
        what = or_(_to_search(now), over, *([_to_move(now)] if moves else []))
        return self._conn.execute(select(Transfer.id).where(what).limit(1)).first() is not None

    def held(self, worker_id: str) -> set[TransferId]:
        """What this worker runs."""
        query = select(Transfer.id).where(
            Transfer.worker_id == worker_id, Transfer.state == TransferState.RUNNING
        )
        return {TransferId(each) for each in self._conn.execute(query).scalars()}

    def extend(
        self, worker_id: str, now: datetime, lease: timedelta, bytes_done: Mapping[TransferId, int]
    ) -> None:
        """Prolong the leases of all this worker runs, and note how far they are."""
        mine = and_(Transfer.worker_id == worker_id, Transfer.state == TransferState.RUNNING)
        self._conn.execute(update(Transfer).where(mine).values(lease_until=now + lease))
        for each, count in bytes_done.items():
            moved = and_(mine, Transfer.id == each, Transfer.bytes_done != count)
            self._conn.execute(update(Transfer).where(moved).values(bytes_done=count, updated_at=now))

    def found(
        self,
        transfer_id: TransferId,
        worker_id: str,
        now: datetime,
        chosen: OfferedCandidate,
        candidates: Sequence[OfferedCandidate],
    ) -> bool:
        """A sure candidate was found: it waits for its turn. False when it is no longer this worker's."""
        return self._settle(
            transfer_id,
            worker_id,
            now,
            state=TransferState.QUEUED,
            chosen=plain_offer(chosen),
            chosen_by_hand=False,
            candidates=[plain_offer(each) for each in candidates],
            attempts=0,
            bytes_done=0,
            bytes_total=chosen.ranked.candidate.size,
        )

    def ask(
        self,
        transfer_id: TransferId,
        worker_id: str,
        now: datetime,
        reason: TransferReason,
        detail: str | None = None,
        candidates: Sequence[OfferedCandidate] | None = None,
    ) -> bool:
        """A person has to decide. False as in `found`."""
        more = {} if candidates is None else {"candidates": [plain_offer(each) for each in candidates]}
        return self._settle(
            transfer_id, worker_id, now, state=TransferState.REVIEW, reason=reason, detail=detail, **more
        )

    def fail(
        self,
        transfer_id: TransferId,
        worker_id: str,
        now: datetime,
        reason: TransferReason,
        detail: str | None = None,
    ) -> bool:
        """It cannot be had without a person. False as in `found`."""
        nowhere = reason is TransferReason.NO_SOURCE
        state = TransferState.NO_SOURCE if nowhere else TransferState.ERROR
        return self._settle(transfer_id, worker_id, now, state=state, reason=reason, detail=detail)

    def postpone(
        self,
        transfer_id: TransferId,
        worker_id: str,
        now: datetime,
        reason: TransferReason,
        detail: str | None,
        not_before: datetime | None,
        *,
        attempts: int | None = None,
        bytes_done: int | None = None,
    ) -> bool:
        """Put it back until a moment; `attempts` corrects how often it was tried. False as in `found`."""
        given = {"bytes_done": bytes_done, "attempts": attempts}
        values: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
        return self._settle(
            transfer_id,
            worker_id,
            now,
            state=BY_CHOICE,
            reason=reason,
            detail=detail,
            not_before=not_before,
            **values,
        )

    def turn_down(
        self,
        transfer_id: TransferId,
        worker_id: str,
        now: datetime,
        refused: Iterable[tuple[str, str]],
        instead: OfferedCandidate | None,
    ) -> bool:
        """What was chosen is no good: fetch it from elsewhere, or search anew. False as in `found`."""
        return self._settle(
            transfer_id,
            worker_id,
            now,
            state=TransferState.WANTED if instead is None else TransferState.QUEUED,
            chosen=None if instead is None else plain_offer(instead),
            chosen_by_hand=False,
            refused=plain_keys(refused),
            attempts=0,
            bytes_done=0,
            bytes_total=None if instead is None else instead.ranked.candidate.size,
        )

    def finish(self, transfer_id: TransferId, worker_id: str, now: datetime, path: str, size: int) -> bool:
        """The file is in its place. False as in `found`."""
        return self._settle(
            transfer_id,
            worker_id,
            now,
            state=TransferState.DONE,
            target_path=path,
            bytes_done=size,
            bytes_total=size,
        )

    def release(
        self, worker_id: str, now: datetime, bytes_done: Mapping[TransferId, int]
    ) -> list[TransferId]:
        """Put back all a worker runs, as if it had never been claimed."""
        for each, count in bytes_done.items():
            self._conn.execute(update(Transfer).where(_held_by(each, worker_id)).values(bytes_done=count))
        mine = and_(Transfer.worker_id == worker_id, Transfer.state == TransferState.RUNNING)
        return change(self._conn, mine, now, **FREE, state=BY_CHOICE, state_at=now, attempts=_one_less())

    def reclaim(self, now: datetime) -> list[TransferId]:
        """Put back what dead workers ran: transfers whose lease has ended."""
        over = or_(Transfer.lease_until < now, Transfer.lease_until > now + _LONGEST_LEASE)
        running = and_(Transfer.state == TransferState.RUNNING, over)
        return change(self._conn, running, now, **FREE, state=BY_CHOICE, state_at=now)

    def mend_clock(self, now: datetime) -> list[TransferId]:
        """Let go on what a clock that was set back since has put off for too long."""
        put_off = and_(
            Transfer.state.in_(_WAITING),
            Transfer.not_before > now,
            Transfer.updated_at > now + CLOCKS_DIFFER,
        )
        return change(self._conn, put_off, now, not_before=None)

    def running_workers(self) -> list[str]:
        """Who holds a transfer now."""
        query = select(Transfer.worker_id).where(Transfer.state == TransferState.RUNNING).distinct()
        return [each for each in self._conn.execute(query).scalars() if each is not None]

    def _settle(self, transfer_id: TransferId, worker_id: str, now: datetime, **values: Any) -> bool:
        changes = {**FREE, "reason": None, "detail": None, "not_before": None, "state_at": now, **values}
        return bool(change(self._conn, _held_by(transfer_id, worker_id), now, **changes))


def _held_by(transfer_id: TransferId, worker_id: str) -> ColumnElement[bool]:
    return and_(
        Transfer.id == transfer_id,
        Transfer.worker_id == worker_id,
        Transfer.state == TransferState.RUNNING,
    )


def _to_search(now: datetime) -> ColumnElement[bool]:
    """An ID is left: nothing can be searched for before it has a name."""
    is_id = select(Track.id).where(Track.id == Transfer.track_id, Track.is_id).exists()
    return and_(Transfer.state == TransferState.WANTED, _due(now), ~is_id)


def _to_move(now: datetime) -> ColumnElement[bool]:
    return and_(Transfer.state == TransferState.QUEUED, _due(now))


def _due(now: datetime) -> ColumnElement[bool]:
    """What is of no album any more is about to be ended (`TransferRepository.settle_overtaken`)."""
    when = or_(Transfer.not_before.is_(None), Transfer.not_before <= now)
    return and_(when, Transfer.album_id.is_not(None))


def _in_line(query: Any) -> Any:
    return query.order_by(Transfer.priority.desc(), Transfer.created_at, Transfer.id)


def _one_less() -> Any:
    return case((Transfer.attempts > 0, Transfer.attempts - 1), else_=0)
