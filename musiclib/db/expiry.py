"""Deletes providers' answers that are too old to be used, so that a library does not grow for ever."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Connection, and_, delete, or_, select

from musiclib.db.enrichment_tasks import CLOCKS_DIFFER
from musiclib.db.external_data import is_note
from musiclib.db.library_state import LibraryStateRepository
from musiclib.db.schema import ExternalData
from musiclib.db.statements import chunked

_SEEN = "misses_seen"


def has_expired(fetched_at: datetime, good_for: timedelta, now: datetime) -> bool:
    """Whether an answer is too old; one of the future was stored by a clock that was wrong, and is too."""
    return not -CLOCKS_DIFFER <= now - fetched_at <= good_for


def drop_expired_answers(
    conn: Connection, provider: str, found: timedelta, missed: timedelta, now: datetime, most: int
) -> int:
    """Delete a provider's answers older than `found`, and those that held nothing if older than `missed`.

    Looks at no more than `most` of each, the oldest first; returns of how many, 0: there are no more.
    """
    answer = ExternalData
    old = or_(answer.fetched_at < now - found, answer.fetched_at > now + CLOCKS_DIFFER)
    # What a collection run has noted of a track holds nothing of theirs, and tells itself when it is old.
    old_answers = select(answer.id).where(answer.provider == provider, old, ~is_note())
    ids = list(conn.execute(old_answers.limit(most)).scalars())
    _delete(conn, ids)
    return len(ids) + _drop_misses(conn, provider, now - missed, now, most)


def _drop_misses(conn: Connection, provider: str, before: datetime, now: datetime, most: int) -> int:
    """What an answer holds is told by reading it: so each is looked at once, and the last of them is kept."""
    answer = ExternalData
    state = LibraryStateRepository(conn)
    seen = state.get(_SEEN) or {}
    query = select(answer.id, answer.fetched_at, answer.raw["found"].as_boolean())
    query = query.where(answer.provider == provider, answer.fetched_at < before)
    if provider in seen:
        at, last = datetime.fromisoformat(seen[provider][0]), UUID(seen[provider][1])
        later = or_(answer.fetched_at > at, and_(answer.fetched_at == at, answer.id > last))
        query = query.where(answer.fetched_at >= at, later)
    rows = conn.execute(query.order_by(answer.fetched_at, answer.id).limit(most)).all()
    if rows:
        _delete(conn, [row[0] for row in rows if row[2] is False])
        last_seen = [rows[-1][1].isoformat(), str(rows[-1][0])]
        state.put(_SEEN, {**seen, provider: last_seen}, now)
    return len(rows)


def _delete(conn: Connection, ids: list[UUID]) -> None:
    for some in chunked(ids):
        conn.execute(delete(ExternalData).where(ExternalData.id.in_(some)))
