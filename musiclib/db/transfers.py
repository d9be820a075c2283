"""The table of transfers as a person writes it: what is wanted, paused, chosen, given up.

A wish is written whatever a worker does just now; the worker sees that the row is no longer its own, and
whatever it says of it then is refused (`musiclib.db.transfer_claims`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, case, or_, select

from musiclib.db.identities import new_ids
from musiclib.db.schema import AlbumTrack, File, TrackFile, Transfer
from musiclib.db.statements import chunked, insert_many
from musiclib.db.transfer_records import OfferedCandidate, TransferRecord, plain_offer
from musiclib.db.transfer_statements import (
    AFRESH,
    BY_CHOICE,
    COLUMNS,
    FREE,
    OPEN,
    change,
    plain_keys,
    transfer_of,
)
from musiclib.domain.ids import AlbumId, TrackId, TransferId
from musiclib.domain.states import FileState, TransferReason, TransferState

_OTHER_WAY = "Its file came into the library another way."
_MOVABLE = (TransferState.WANTED, TransferState.QUEUED, TransferState.RUNNING)
_HAS_FILE = (
    select(TrackFile.file_id)
    .join(File, File.id == TrackFile.file_id)
    .where(TrackFile.track_id == Transfer.track_id, File.state == FileState.OK)
    .exists()
)
_ON_LIST = (
    select(AlbumTrack.id)
    .where(AlbumTrack.album_id == Transfer.album_id, AlbumTrack.track_id == Transfer.track_id)
    .exists()
)


class TransferRepository:
    """Times are aware UTC. Methods that change many transfers return those that changed."""

    def __init__(self, conn: Connection) -> None:
        self._conn = conn

    def want(self, album_id: AlbumId, track_ids: Sequence[TrackId], now: datetime) -> list[TransferId]:
        """Ask for the audio of tracks, in this order; none of them may have an open transfer."""
        common: dict[str, Any] = {
            **AFRESH,
            "album_id": album_id,
            "state": TransferState.WANTED,
            "state_at": now,
            "priority": 0,
            "chosen": None,
            "chosen_by_hand": False,
            "candidates": [],
            "refused": [],
            "accept_as_is": False,
            "bytes_total": None,
            "bytes_done": 0,
            "target_path": None,
            "created_at": now,
            "updated_at": now,
            "cleared_at": None,
        }
        ids = new_ids(len(track_ids))
        rows = [
            {"id": new, "track_id": track_id, **common} for new, track_id in zip(ids, track_ids, strict=True)
        ]
        insert_many(self._conn, Transfer, rows)
        return [TransferId(each) for each in ids]

    def open_of(self, track_ids: Iterable[TrackId]) -> dict[TrackId, TransferId]:
        """The open transfer of each track; tracks without one are absent."""
        found: dict[TrackId, TransferId] = {}
        for ids in chunked(track_ids):
            query = select(Transfer.track_id, Transfer.id).where(OPEN, Transfer.track_id.in_(ids))
            found.update(
                (TrackId(track_id), TransferId(each)) for track_id, each in self._conn.execute(query)
            )
        return found

    def of_albums(
        self, album_ids: Iterable[AlbumId], states: Collection[TransferState] = tuple(TransferState)
    ) -> list[TransferId]:
        """Transfers that were asked for with these albums and are not in the history yet, oldest first."""
        found: list[TransferId] = []
        for ids in chunked(album_ids):
            query = select(Transfer.id).where(
                Transfer.album_id.in_(ids), Transfer.cleared_at.is_(None), Transfer.state.in_(sorted(states))
            )
            order = query.order_by(Transfer.created_at, Transfer.id)
            found += [TransferId(each) for each in self._conn.execute(order).scalars()]
        return found

    def all_in(self, states: Collection[TransferState]) -> list[TransferId]:
        query = select(Transfer.id).where(Transfer.state.in_(sorted(states))).order_by(Transfer.id)
        return [TransferId(each) for each in self._conn.execute(query).scalars()]

    def is_empty(self) -> bool:
        """Whether nothing is in the download centre."""
        query = select(Transfer.id).where(Transfer.cleared_at.is_(None)).limit(1)
        return self._conn.execute(query).first() is None

    def albums_of(self, transfer_ids: Iterable[TransferId]) -> list[AlbumId]:
        """The albums they were asked for with, each once."""
        found: dict[AlbumId, None] = {}
        for ids in chunked(transfer_ids):
            query = select(Transfer.album_id).where(Transfer.id.in_(ids), Transfer.album_id.is_not(None))
            found.update(
                (AlbumId(each), None) for each in self._conn.execute(query.distinct()).scalars() if each
            )
        return list(found)

    def get(self, transfer_id: TransferId) -> TransferRecord | None:
        row = self._conn.execute(select(*COLUMNS).where(Transfer.id == transfer_id)).first()
        return transfer_of(row) if row else None

    def pause(self, ids: Iterable[TransferId], now: datetime, detail: str | None = None) -> list[TransferId]:
        """Stop what is wanted, queued or running; what has ended or needs a person stays as it is."""
        return self._change_some(
            ids,
            Transfer.state.in_(_MOVABLE),
            now,
            **FREE,
            state=TransferState.PAUSED,
            reason=TransferReason.BY_PERSON,
            detail=detail,
            not_before=None,
        )

    def resume(self, ids: Iterable[TransferId], now: datetime) -> list[TransferId]:
        return self._change_some(ids, Transfer.state == TransferState.PAUSED, now, **AFRESH, state=BY_CHOICE)

    def cancel(self, ids: Iterable[TransferId], now: datetime) -> list[TransferId]:
        """Give up what is open. The row stays, so that `retry` brings it back."""
        return self._change_some(
            ids,
            OPEN,
            now,
            **FREE,
            state=TransferState.CANCELLED,
            reason=TransferReason.BY_PERSON,
            detail=None,
            not_before=None,
        )

    def retry(self, ids: Iterable[TransferId], now: datetime) -> list[TransferId]:
        """Try again at once what failed, was found nowhere, was cancelled, needs a person or waits."""
        wanted = list(ids)
        waits = and_(Transfer.state.in_(_MOVABLE[:2]), Transfer.not_before.is_not(None))
        stuck = Transfer.state.in_((TransferState.ERROR, TransferState.NO_SOURCE, TransferState.REVIEW))
        changed = self._change_some(wanted, or_(stuck, waits), now, **AFRESH, state=BY_CHOICE)
        return changed + self._reopen(wanted, now)

    def search_again(self, sources_changed_at: datetime, now: datetime) -> list[TransferId]:
        """Look again for what was in none of the sources before these were changed."""
        before = and_(Transfer.state == TransferState.NO_SOURCE, Transfer.state_at < sources_changed_at)
        return change(self._conn, before, now, **AFRESH, state=BY_CHOICE, state_at=now)

    def _reopen(self, ids: Sequence[TransferId], now: datetime) -> list[TransferId]:
        """Bring cancelled ones back, the newest of each track, where nothing else is open for it."""
        newest: dict[TrackId, TransferId] = {}
        for some in chunked(ids):
            query = select(Transfer.track_id, Transfer.id).where(
                Transfer.id.in_(some), Transfer.state == TransferState.CANCELLED
            )
            for track_id, each in self._conn.execute(query.order_by(Transfer.id)):
                newest[TrackId(track_id)] = TransferId(each)
        there = self.open_of(newest)
        back = [each for track_id, each in newest.items() if track_id not in there]
        values = {**AFRESH, "state": BY_CHOICE, "bytes_done": 0, "cleared_at": None}
        return self._change_some(back, Transfer.state == TransferState.CANCELLED, now, **values)

    def set_priority(self, ids: Iterable[TransferId], priority: int, now: datetime) -> list[TransferId]:
        """Higher ones come first."""
        changed: list[TransferId] = []
        for some in chunked(ids):
            changed += change(self._conn, and_(Transfer.id.in_(some), OPEN), now, priority=priority)
        return changed

    def highest_priority(self) -> int:
        query = select(Transfer.priority).where(OPEN).order_by(Transfer.priority.desc()).limit(1)
        return self._conn.execute(query).scalar() or 0

    def choose(self, transfer_id: TransferId, offer: OfferedCandidate, now: datetime) -> list[TransferId]:
        """Fetch it from there: a person said so."""
        record = self.get(transfer_id)
        refused = (record.refused if record else frozenset()) - {offer.key}
        return self._change_some(
            [transfer_id],
            OPEN,
            now,
            **AFRESH,
            state=TransferState.QUEUED,
            chosen=plain_offer(offer),
            chosen_by_hand=True,
            refused=plain_keys(refused),
            accept_as_is=False,
            bytes_done=0,
            bytes_total=offer.ranked.candidate.size,
        )

    def offer(
        self, transfer_id: TransferId, candidates: Sequence[OfferedCandidate], now: datetime
    ) -> list[TransferId]:
        """Put what can be chosen from; the state stays."""
        plain = [plain_offer(each) for each in candidates]
        return change(self._conn, Transfer.id == transfer_id, now, candidates=plain)

    def ask(
        self, transfer_id: TransferId, candidates: Sequence[OfferedCandidate], now: datetime
    ) -> list[TransferId]:
        """Have a person choose among these."""
        values = {**AFRESH, "reason": TransferReason.UNSURE, "state": TransferState.REVIEW}
        plain = [plain_offer(each) for each in candidates]
        return self._change_some([transfer_id], OPEN, now, **values, chosen=None, candidates=plain)

    def refuse(
        self, transfer_id: TransferId, keys: Iterable[tuple[str, str]], state: TransferState, now: datetime
    ) -> list[TransferId]:
        """These are not it: they are not offered again. The transfer goes on in `state`, without a choice."""
        record = self.get(transfer_id)
        refused = (record.refused if record else frozenset()) | set(keys)
        return self._change_some(
            [transfer_id],
            OPEN,
            now,
            **AFRESH | {"reason": _reason_in(state)},
            state=state,
            chosen=None,
            chosen_by_hand=False,
            accept_as_is=False,
            refused=plain_keys(refused),
            bytes_done=0,
            bytes_total=None,
        )

    def keep_as_is(self, transfer_id: TransferId, now: datetime) -> list[TransferId]:
        """What came is kept although it is not as listed."""
        came = and_(Transfer.state == TransferState.REVIEW, Transfer.chosen.is_not(None))
        return self._change_some(
            [transfer_id], came, now, **AFRESH, state=TransferState.QUEUED, accept_as_is=True
        )

    def clear(self, ids: Iterable[TransferId], now: datetime) -> list[TransferId]:
        """Have ended ones leave the download centre for its history."""
        changed: list[TransferId] = []
        for some in chunked(ids):
            ended = and_(Transfer.id.in_(some), ~OPEN, Transfer.cleared_at.is_(None))
            changed += change(self._conn, ended, now, cleared_at=now)
        return changed

    def clear_finished(self, before: datetime, now: datetime) -> list[TransferId]:
        """The same for albums none of whose transfers is open, if the last ended before that moment."""
        lively = select(Transfer.album_id).where(
            Transfer.album_id.is_not(None),
            or_(OPEN, and_(Transfer.cleared_at.is_(None), Transfer.state_at >= before)),
        )
        over = and_(~OPEN, Transfer.cleared_at.is_(None), Transfer.album_id.not_in(lively))
        return change(self._conn, over, now, cleared_at=now)

    def overtaken(self) -> tuple[list[TransferId], list[TransferId]]:
        """What became pointless: tracks that have a file by other means, and that left the album's list."""
        here = self._conn.execute(select(Transfer.id).where(OPEN, _HAS_FILE)).scalars().all()
        gone = self._conn.execute(select(Transfer.id).where(OPEN, ~_HAS_FILE, ~_ON_LIST)).scalars().all()
        return [TransferId(each) for each in here], [TransferId(each) for each in gone]

    def settle_overtaken(self, now: datetime) -> list[TransferId]:
        """End what is `overtaken`."""
        here, gone = self.overtaken()
        values: dict[str, Any] = {**FREE, "reason": None, "not_before": None}
        ended = self._change_some(here, OPEN, now, **values, state=TransferState.DONE, detail=_OTHER_WAY)
        values |= {"detail": "It is on the album no more.", "cleared_at": now}
        return ended + self._change_some(gone, OPEN, now, **values, state=TransferState.CANCELLED)

    def note_bytes(self, bytes_done: Mapping[TransferId, int], now: datetime) -> list[TransferId]:
        """What the journals say of transfers that nobody runs."""
        rests = and_(OPEN, Transfer.state != TransferState.RUNNING)
        changed: list[TransferId] = []
        for each, count in bytes_done.items():
            differs = and_(rests, Transfer.id == each, Transfer.bytes_done != count)
            changed += change(self._conn, differs, now, bytes_done=count)
        return changed

    def bytes_done(self, ids: Iterable[TransferId]) -> dict[TransferId, int]:
        """What the table says has come."""
        found: dict[TransferId, int] = {}
        for some in chunked(ids):
            query = select(Transfer.id, Transfer.bytes_done).where(Transfer.id.in_(some))
            found.update((TransferId(each), count) for each, count in self._conn.execute(query))
        return found

    def placed_in(self, folder: str) -> bool:
        """Whether a file that was fetched is in that folder, as far as the table knows."""
        below = str(Path(folder, "_"))[:-1]  # with its separator: "Music 2" is not in "Music"
        inside = Transfer.target_path.startswith(below, autoescape=True)
        return self._conn.execute(select(Transfer.id).where(inside).limit(1)).first() is not None

    def changed_since(self, moment: datetime) -> list[tuple[TransferId, AlbumId | None, bool]]:
        """With their albums, and whether bytes of them are of use: they are open, with a choice made."""
        useful = and_(OPEN, Transfer.chosen.is_not(None))
        query = select(Transfer.id, Transfer.album_id, case((useful, 1), else_=0))
        return [
            (TransferId(each), None if album_id is None else AlbumId(album_id), bool(of_use))
            for each, album_id, of_use in self._conn.execute(query.where(Transfer.updated_at > moment))
        ]

    def next_due(self) -> datetime | None:
        """The first moment at which something that waits may go on."""
        waits = and_(Transfer.state.in_(_MOVABLE[:2]), Transfer.not_before.is_not(None))
        query = select(Transfer.not_before).where(waits).order_by(Transfer.not_before).limit(1)
        return self._conn.execute(query).scalar()

    def _change_some(
        self, ids: Iterable[TransferId], condition: ColumnElement[bool], now: datetime, **values: Any
    ) -> list[TransferId]:
        changed: list[TransferId] = []
        for some in chunked(ids):
            changed += change(self._conn, and_(Transfer.id.in_(some), condition), now, **values, state_at=now)
        return changed


def _reason_in(state: TransferState) -> TransferReason | None:
    return TransferReason.NO_SOURCE if state is TransferState.NO_SOURCE else None
