"""Writes many tracks at once: staged in a temporary table, then a statement for each table.

A hundred thousand rows take seconds so, on either database; one statement for each row takes minutes on a
server. The index of the search is brought up to date from the same table (`search_follow`).
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, text

from musiclib.db.bulk_states import VALUE_FIELDS, HeldTrack, SaidRow
from musiclib.db.queries import year_of
from musiclib.db.search_follow import follow, source_bits, unnoted
from musiclib.domain.folding import folded
from musiclib.errors import BugError

_VALUES, _SAID, _GONE, _IMAGES = "bulk_values", "bulk_said", "bulk_gone", "bulk_images"
_BITS = {name: 1 << nth for nth, name in enumerate(VALUE_FIELDS)}
_NAMED = ("label", "isrc", "genres")
"""Of those, what words are searched in."""
_LONGEST_NAME = 500


@dataclass(slots=True)
class TrackWrite:
    """What is to become of one track. `values` are effective values; in `said`, None takes a row away."""

    held: HeldTrack
    values: dict[str, Any]
    said: dict[str, SaidRow | None]


def write_tracks(conn: Connection, writes: Sequence[TrackWrite], now: datetime) -> None:
    """Write them all. Raises `BugError` if another number of rows was changed than was to be."""
    with unnoted(conn):
        _write_all(conn, writes, now)


def _write_all(conn: Connection, writes: Sequence[TrackWrite], now: datetime) -> None:
    _write_said(conn, writes)
    valued = [each for each in writes if each.values]
    fields = [name for name in VALUE_FIELDS if any(name in each.values for each in valued)]
    columns = {
        "track_id": "{id} PRIMARY KEY",
        "written": "INTEGER NOT NULL",
        "label": "TEXT",
        "original_year": "INTEGER",
        "isrc": "TEXT",
        "genres": "TEXT",
        "popularity": "INTEGER",
        "year": "INTEGER",
        "sources": "INTEGER NOT NULL",
        **{f"{name}_words": "TEXT NOT NULL" for name in _NAMED},
    }
    with _staged(conn, _VALUES, columns, map(_value_row, writes)):
        _expect(len(writes), _set_values(conn, fields, now), "tracks")
        follow(conn, _VALUES, words=not set(fields).isdisjoint(_NAMED))


def _set_values(conn: Connection, fields: Sequence[str], now: datetime) -> int:
    """Every track that is staged gets another revision, as what its sources say may have changed alone."""
    cast = "CAST(s.{0} AS JSON)" if conn.dialect.name == "postgresql" else "s.{0}"
    sets = [
        f"{name} = CASE WHEN s.written & {_BITS[name]} <> 0 "
        f"THEN {(cast if name == 'genres' else 's.{0}').format(name)} ELSE tracks.{name} END"
        for name in fields
    ]
    sets += [f"updated_at = CAST(:now AS {_time_type(conn)})", "revision = tracks.revision + 1"]
    statement = f"UPDATE tracks SET {', '.join(sets)} FROM {_VALUES} AS s WHERE tracks.id = s.track_id"
    return conn.execute(text(statement), {"now": stored_time(conn, now)}).rowcount


def _value_row(write: TrackWrite) -> tuple[Any, ...]:
    columns = write.held.columns | write.values
    after = write.held.rows | write.said
    genres = columns["genres"]
    parts = [part for each in genres or () if (part := _words(str(each)).replace("|", "/"))]
    return (
        write.held.hex,
        _bits(tuple(write.values)),
        columns["label"],
        columns["original_year"],
        columns["isrc"],
        None if genres is None else _json(genres),
        columns["popularity"],
        year_of(columns["original_year"], columns["release_date"]),
        source_bits([source for source, row in after.items() if row is not None]),
        _words(columns["label"]),
        _words(columns["isrc"]),
        f"|{'|'.join(parts)}|" if parts else "",
    )


@cache
def _bits(names: tuple[str, ...]) -> int:
    return sum(_BITS[name] for name in names)


@lru_cache(maxsize=10_000)  # the labels of a library are few
def _words(value: str | None) -> str:
    return folded(value)[:_LONGEST_NAME] if value else ""


def _write_said(conn: Connection, writes: Iterable[TrackWrite]) -> None:
    rows: list[tuple[Any, ...]] = []
    gone: list[tuple[Any, ...]] = []
    for write in writes:
        track_id = write.held.hex
        for source, row in write.said.items():
            if row is None:
                gone.append((track_id, source))
            else:
                rows.append((track_id, source, *row))
    key_columns = {"track_id": "{id} NOT NULL", "source": "TEXT NOT NULL"}
    if rows:
        with _staged(conn, _SAID, key_columns | dict.fromkeys(SaidRow._fields, "TEXT"), rows):
            _expect(len(rows), conn.exec_driver_sql(_put_said(conn)).rowcount, "rows of sources")
    if gone:
        with _staged(conn, _GONE, key_columns, gone):
            dropped = conn.exec_driver_sql(
                "DELETE FROM track_metadata "
                f"WHERE (track_id, source) IN (SELECT track_id, source FROM {_GONE})"
            )
            _expect(len(gone), dropped.rowcount, "rows of sources")


def _put_said(conn: Connection) -> str:
    json_type = "TEXT" if conn.dialect.name == "sqlite" else "JSON"
    types = dict.fromkeys(SaidRow._fields, json_type)
    types |= {"external_id": "TEXT", "fetched_at": _time_type(conn)}
    names = ", ".join(SaidRow._fields)
    values = ", ".join(f"CAST({name} AS {types[name]})" for name in SaidRow._fields)
    renewed = ", ".join(f"{name} = excluded.{name}" for name in SaidRow._fields)
    return (
        f"INSERT INTO track_metadata (track_id, source, {names}, links, art) "
        f"SELECT track_id, source, {values}, '{{}}', '[]' FROM {_SAID} WHERE true "
        f"ON CONFLICT (track_id, source) DO UPDATE SET {renewed}"
    )


def put_images(conn: Connection, changeset_id: UUID, images: Iterable[tuple[str, str]]) -> None:
    """Keep what each track (its id in hex) was like before and after, and that the act touched it."""
    act = changeset_id.hex if conn.dialect.name == "sqlite" else changeset_id
    columns = {"track_id": "{id} PRIMARY KEY", "image": "TEXT NOT NULL"}
    with _staged(conn, _IMAGES, columns, images):
        mark = "?" if conn.dialect.name == "sqlite" else "%s"
        for table, more in (("run_images", ", image"), ("changeset_tracks", "")):
            conn.exec_driver_sql(
                f"INSERT INTO {table} (changeset_id, track_id{more}) "
                f"SELECT {mark}, track_id{more} FROM {_IMAGES} ORDER BY track_id",
                (act,),
            )


@contextmanager
def _staged(
    conn: Connection, name: str, columns: Mapping[str, str], rows: Iterable[Sequence[Any]]
) -> Iterator[None]:
    """A temporary table with these rows, for as long as the block lasts."""
    id_type = "CHAR(32)" if conn.dialect.name == "sqlite" else "UUID"
    listed = ", ".join(f"{column} {kind.format(id=id_type)}" for column, kind in columns.items())
    conn.exec_driver_sql(f"CREATE TEMPORARY TABLE {name} ({listed})")
    if conn.dialect.name == "sqlite":
        places = ", ".join("?" * len(columns))
        staged: list[Any] = [tuple(row) for row in rows]
        if staged:
            conn.exec_driver_sql(f"INSERT INTO {name} VALUES ({places})", staged)
    else:
        driver: Any = conn.connection.dbapi_connection
        with driver.cursor() as cursor, cursor.copy(f"COPY {name} FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        conn.exec_driver_sql(f"ANALYZE {name}")
    yield
    conn.exec_driver_sql(f"DROP TABLE {name}")


def _expect(wanted: int, changed: int, what: str) -> None:
    if changed != wanted:
        raise BugError(f"a run was to change {wanted} {what} and changed {changed}; nothing was kept")


def _time_type(conn: Connection) -> str:
    return "TEXT" if conn.dialect.name == "sqlite" else "TIMESTAMPTZ"


def stored_time(conn: Connection, moment: datetime) -> str:
    """A moment as the database has it as text."""
    plain = f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S.%f}"
    return plain if conn.dialect.name == "sqlite" else f"{plain}+00"


def _json(value: Collection[Any]) -> str:
    return json.dumps(value, ensure_ascii=True, allow_nan=False, separators=(",", ":"))
