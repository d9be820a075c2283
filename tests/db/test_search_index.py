"""The index of the search, beside what `tests/services/test_search_index.py` proves of it."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy.dialects import sqlite

from musiclib.db import search_index
from musiclib.db.engine import Database


@pytest.mark.parametrize("what", ["tracks", "tasks", "sources", "with_file", "old"])
def test_a_change_of_one_track_reads_no_other(sqlite_template: Path, what: str) -> None:
    db = Database.open(f"sqlite:///{sqlite_template}")
    with db.read() as conn:
        for turn in (search_index._SOME, search_index._REST):
            statement = str(getattr(turn, what).compile(dialect=sqlite.dialect()))
            values = tuple("x" * statement.count("?"))
            steps = [row[3] for row in conn.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)]
            assert [step for step in steps if step.startswith("SCAN")] in ([], ["SCAN search_due"]), steps
    db.close()
