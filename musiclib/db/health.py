"""Whether a library is whole: what the database itself can tell, and what this program relies on."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection, text

from musiclib.db.engine import Database
from musiclib.errors import DatabaseCorrupt

_NAMED = 5
_SHARED = "SELECT 1 FROM album_tracks GROUP BY album_id, position HAVING count(*) > 1"
_RUNS_ALONE = "status = 'running' AND (worker_id IS NULL OR lease_until IS NULL)"
_RELIED_ON = {
    "places on a list that two tracks share": f"SELECT count(*) FROM ({_SHARED}) AS shared",
    "tasks that run and belong to nobody": f"SELECT count(*) FROM enrichment_tasks WHERE {_RUNS_ALONE}",
    "tracks that the search does not know": (
        "SELECT count(*) FROM tracks WHERE id NOT IN (SELECT track_id FROM track_facts)"
    ),
    "tracks that are gone and the search knows": (
        "SELECT count(*) FROM track_facts WHERE track_id NOT IN (SELECT id FROM tracks)"
    ),
}


def damage(db: Database, *, thorough: bool = False) -> list[str]:
    """What the file says is broken in it; empty for a whole one. May take seconds.

    `thorough` compares the indexes with the rows too. A server looks after its own files.
    """
    if db.dialect != "sqlite":
        return []
    check = "integrity_check" if thorough else "quick_check"
    try:
        with db.read() as conn:
            said = conn.exec_driver_sql(f"PRAGMA {check}({_NAMED})").scalars().all()
            broken = conn.exec_driver_sql("PRAGMA foreign_key_check").all()
    except DatabaseCorrupt as error:
        return [str(error)]
    found = [str(each) for each in said if each != "ok"]
    if broken:
        found.append(f"{len(broken)} rows point to nothing, as one of {broken[0][0]}")
    return found


def contradictions(db: Database) -> list[str]:
    """What this program relies on and does not hold; empty if all is well."""
    with db.read() as conn:
        return list(_contradictions(conn))


def _contradictions(conn: Connection) -> Iterator[str]:
    for what, query in _RELIED_ON.items():
        if count := conn.execute(text(query)).scalar_one():
            yield f"{count} {what}"
