"""Renews the values of many tracks after a rule of the library has changed, some at a time.

What is left to do is kept in the library: whoever opens it next goes on where a crash has stopped it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from musiclib.db.effective import remerge
from musiclib.db.engine import Database
from musiclib.db.library_state import LibraryStateRepository
from musiclib.db.preferences import SourcePreferenceRepository, tracks_of_sources
from musiclib.domain.ids import TrackId
from musiclib.domain.provenance import ANY_FIELD, EVERYWHERE

_JOBS = "remerge"
_ORDER = "source_order"
_RULES = 2
"""Raised when tracks come out of `remerge` otherwise than before: 2 says which tracks need an ear."""
_BLOCK = 250


def ask_for_remerge(
    conn: Connection, sources: Collection[str] | None, artist_key: str | None, now: datetime
) -> None:
    """Tracks of these sources (None: all), and of this artist (None: anybody), have to be merged again."""
    job = {"sources": None if sources is None else sorted(sources), "artist": artist_key, "after": None}
    _keep(conn, [*_jobs(conn), job], now)


def set_preference(conn: Connection, artist_key: str, field: str, source: str | None, now: datetime) -> None:
    """Prefer a source, or none any more, and have the tracks it matters to merged again."""
    preferences = SourcePreferenceRepository(conn)
    before = preferences.get(artist_key, field)
    preferences.set(artist_key, field, source, now)
    sources = {each for each in (before, source) if each is not None}
    # A preference may have changed the artist's name: its tracks are not all found by the artist then.
    by_artist = artist_key != EVERYWHERE and (before is None or field not in (ANY_FIELD, "artist"))
    ask_for_remerge(conn, sources, artist_key if by_artist else None, now)


def remerge_some(db: Database, precedence: Sequence[str], now: datetime) -> list[TrackId] | None:
    """Do a piece of it in one short transaction; returns the tracks that changed, None: nothing is due."""
    with db.read() as conn:
        if not _jobs(conn):
            return None
    with db.write() as conn:
        jobs = _jobs(conn)
        if not jobs:
            return None
        job, *others = jobs
        after = UUID(job["after"]) if job["after"] else None
        ids = tracks_of_sources(conn, job["sources"], job["artist"], after, _BLOCK)
        going_on = [{**job, "after": str(ids[-1])}] if len(ids) == _BLOCK else []
        _keep(conn, [*going_on, *others], now)
        return remerge(conn, ids, precedence, now)


def remerge_what_is_due(
    db: Database, precedence: Sequence[str], clock: Callable[[], datetime]
) -> list[TrackId]:
    """Do it, in transactions that are short each; returns the tracks that changed."""
    changed: list[TrackId] = []
    while (some := remerge_some(db, precedence, clock())) is not None:
        changed += some
    return changed


def source_order(conn: Connection) -> tuple[str, ...] | None:
    """The order of sources the library was merged by last; None: it is new."""
    known = LibraryStateRepository(conn).get(_ORDER)
    return tuple(known["sources"]) if known and "sources" in known else None


def ask_if_order_changed(db: Database, precedence: Sequence[str], now: datetime) -> None:
    """The order of sources is a setting: the library notices here that it was merged by another one, or by
    an older program's rules."""
    with db.read() as conn:
        known = LibraryStateRepository(conn).get(_ORDER)
    order = {"sources": [str(each) for each in precedence], "rules": _RULES}
    if known == order:
        return
    with db.write() as conn:
        if known is not None:
            ask_for_remerge(conn, None, None, now)
        LibraryStateRepository(conn).put(_ORDER, order, now)


def _jobs(conn: Connection) -> list[dict[str, Any]]:
    return list((LibraryStateRepository(conn).get(_JOBS) or {}).get("jobs", []))


def _keep(conn: Connection, jobs: Sequence[dict[str, Any]], now: datetime) -> None:
    LibraryStateRepository(conn).put(_JOBS, {"jobs": list(jobs)}, now)
