"""Identities of new rows: version 7, so that rows made together lie together in an index."""

from __future__ import annotations

import os
import time
from uuid import UUID

from musiclib.domain.ids import TrackId, uuid7

RawId = UUID | str
"""An identity as the driver of the database gives it."""


def track_id(raw: RawId) -> TrackId:
    return TrackId(raw if isinstance(raw, UUID) else UUID(raw))


def new_id() -> UUID:
    """A fresh version 7 identity."""
    return new_ids(1)[0]


def new_ids(count: int) -> list[UUID]:
    """Fresh version 7 identities that sort in the order they are returned (RFC 9562, 6.2, method 2)."""
    now_ms = time.time_ns() // 1_000_000
    seed = int.from_bytes(os.urandom(10)) >> 7  # 73 bits: the highest is left free for counting up
    return [uuid7(now_ms, seed + nth) for nth in range(count)]
