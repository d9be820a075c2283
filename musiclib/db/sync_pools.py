"""Tables whose rows travel by themselves, the newer one of a key standing for both sides.

What providers answered, what was measured of an audio file (known by its content), and the artists. Nobody
makes them by hand, so nothing is asked and nothing of the last exchange has to be known. A row that is old
enough to be deleted may come back from the other side, and is deleted again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from musiclib.db.provider_removal import removals
from musiclib.db.schema import Artist, AudioAnalysis, Base, ExternalData
from musiclib.db.sync_rows import Row, Travelling, fetch, told_moment


@dataclass(frozen=True, slots=True)
class PoolRow:
    id: str
    moment: str


class Pool:
    """One such table."""

    def __init__(
        self,
        kind: str,
        table: type[Base],
        keys: Sequence[str],
        moment: str,
        columns: Sequence[str],
        track: str | None = None,
    ) -> None:
        """`moment` is the column that tells which of two is newer, `track` one that names a track."""
        self.kind = kind
        self._keys = tuple(keys)
        self._moment = moment
        self._rows = Travelling(table, ("id", *columns))
        self._known = Travelling(table, ("id", moment, *keys))
        self._track = None if track is None else self._rows.columns.index(track)

    def print_of(self, conn: Connection) -> list[Any]:
        """Another one after each change."""
        sqlite = conn.dialect.name == "sqlite"
        seconds = "cast(strftime('%s', {0}) AS integer)" if sqlite else "extract(epoch from {0})::bigint"
        total = f"count(*), sum({seconds.format(self._moment)}), max({self._moment})"
        count, moments, newest = fetch(conn, f"SELECT {total} FROM {self._rows.name}")[0]
        return [count, int(moments or 0), str(newest)]

    def known(self, conn: Connection) -> dict[Row, PoolRow]:
        """All rows by key; one without a moment is older than any other."""
        return {row[2:]: PoolRow(row[0], row[1] or "") for row in self._known.all(conn)}

    def wanted(
        self, conn: Connection, mine: Mapping[Row, PoolRow], theirs: Mapping[Row, PoolRow]
    ) -> list[Row]:
        """The keys of what is newer there, or only there, and may come here."""
        removed = removals(conn) if "provider" in self._keys else {}
        return [
            key
            for key, each in theirs.items()
            if each.moment > (mine[key].moment if key in mine else "")
            and not _was_removed(key, each, removed)
        ]

    def read(self, conn: Connection, ids: Iterable[str]) -> dict[str, Row]:
        return {row[0]: row for row in self._rows.of(conn, "id", ids)}

    def put(
        self,
        conn: Connection,
        rows: Iterable[tuple[Row, Row]],
        mine: Mapping[Row, PoolRow],
        tracks: Mapping[str, str],
    ) -> None:
        """Rows with their keys; `tracks` gives the name a track has here, where it is another one."""
        new: list[Row] = []
        renewed: list[Row] = []
        for key, row in rows:
            if self._track is not None and row[self._track] in tracks:
                row = (*row[: self._track], tracks[row[self._track]], *row[self._track + 1 :])
            if key in mine:
                renewed.append((mine[key].id, *row[1:]))
            else:
                new.append(row)
        self._rows.update(conn, "id", renewed)
        self._rows.insert(conn, new)


def _was_removed(key: Row, row: PoolRow, removed: Mapping[str, str]) -> bool:
    """Of a provider whose data a person has taken out since."""
    at = removed.get(str(key[0]))
    return at is not None and row.moment < told_moment(datetime.fromisoformat(at))


POOLS = (
    Pool(
        "artist",
        Artist,
        ("match_key",),
        "fetched_at",
        ("name", "match_key", "external_ids", "genres", "created_at", "fetched_at"),
    ),
    Pool(
        "analysis",
        AudioAnalysis,
        ("content_hash", "analyser_version"),
        "created_at",
        ("content_hash", "analyser_version", "engine", "features", "waveform", "spectrum", "created_at"),
    ),
    Pool(
        "answer",
        ExternalData,
        ("provider", "external_id"),
        "fetched_at",
        ("provider", "external_id", "raw", "fetched_at", "processed_at", "parser_version", "track_id"),
        "track_id",
    ),
)
