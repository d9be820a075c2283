"""What a download worker does first: it takes back what was left hanging while nobody was at work."""

from __future__ import annotations

from datetime import datetime

from musiclib.db.connection import Connection
from musiclib.db.transfer_claims import TransferClaims
from musiclib.db.transfers import TransferRepository
from musiclib.runners.worker_id import is_dead


def recover(conn: Connection, now: datetime, worker_id: str, sources_changed_at: datetime | None) -> None:
    """Free what dead workers hold, end what became pointless, and look again where sources are new."""
    claims, transfers = TransferClaims(conn), TransferRepository(conn)
    claims.mend_clock(now)
    claims.reclaim(now)
    for each in claims.running_workers():
        # This worker's own, where the server was away before it could give them back.
        if each == worker_id or is_dead(each):
            claims.release(each, now, {})
    transfers.settle_overtaken(now)
    if sources_changed_at is not None:
        transfers.search_again(sources_changed_at, now)
