"""What a download worker does first: it takes back what was left hanging while nobody was at work."""

from __future__ import annotations

from datetime import datetime

from musiclib.db.connection import Connection
from musiclib.db.transfer_claims import TransferClaims
from musiclib.db.transfers import TransferRepository
from musiclib.runners.worker_id import is_dead


def recover(conn: Connection, now: datetime, sources_changed_at: datetime | None) -> None:
    """Free what dead workers hold, end what became pointless, and look again where sources are new."""
    claims, transfers = TransferClaims(conn), TransferRepository(conn)
    claims.mend_clock(now)
    claims.reclaim(now)
    for worker_id in claims.running_workers():
        if is_dead(worker_id):
            claims.release(worker_id, now, {})
    transfers.settle_overtaken(now)
    if sources_changed_at is not None:
        transfers.search_again(sources_changed_at, now)
