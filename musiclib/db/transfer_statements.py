"""What the two repositories of transfers, of those who wish and of those who work, have in common."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, case, update

from musiclib.db.schema import Transfer
from musiclib.db.transfer_records import TransferRecord, offer_of
from musiclib.domain.ids import TransferId
from musiclib.domain.states import OPEN_TRANSFERS, TransferReason, TransferState

OPEN = Transfer.state.in_(sorted(OPEN_TRANSFERS))
FREE: dict[str, Any] = {"worker_id": None, "lease_until": None}
AFRESH: dict[str, Any] = {**FREE, "reason": None, "detail": None, "attempts": 0, "not_before": None}
BY_CHOICE = case((Transfer.chosen.is_(None), TransferState.WANTED.value), else_=TransferState.QUEUED.value)
"""Where a transfer goes on: with the search, or with the candidate that was chosen."""
COLUMNS = (
    Transfer.id,
    Transfer.track_id,
    Transfer.album_id,
    Transfer.state,
    Transfer.reason,
    Transfer.detail,
    Transfer.priority,
    Transfer.attempts,
    Transfer.not_before,
    Transfer.worker_id,
    Transfer.chosen,
    Transfer.chosen_by_hand,
    Transfer.candidates,
    Transfer.refused,
    Transfer.accept_as_is,
    Transfer.bytes_total,
    Transfer.bytes_done,
    Transfer.target_path,
    Transfer.created_at,
    Transfer.cleared_at,
)
"""In the order of `TransferRecord`."""


def change(
    conn: Connection, condition: ColumnElement[bool], now: datetime, **values: Any
) -> list[TransferId]:
    """Change those that fit; returns them."""
    statement = update(Transfer).where(condition).values(**values, updated_at=now).returning(Transfer.id)
    return [TransferId(each) for each in conn.execute(statement).scalars()]


def plain_keys(keys: Iterable[tuple[str, str]]) -> list[list[str]]:
    return sorted(list(each) for each in keys)


def transfer_of(row: Sequence[Any]) -> TransferRecord:
    """The record of a row of `COLUMNS`."""
    values = list(row)
    values[3] = TransferState(values[3])
    values[4] = TransferReason(values[4]) if values[4] else None
    values[10] = offer_of(values[10]) if values[10] else None
    values[12] = tuple(offer_of(each) for each in values[12])
    values[13] = frozenset((source, ref) for source, ref in values[13])
    return TransferRecord(*values)
