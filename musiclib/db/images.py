"""Images of rows before and after an act, so that one act can be taken back exactly.

Only columns that a person's act decides are compared and put back; effective values, artists, the
index of the search and revisions follow from them and are made anew by the caller, and so are the lists
of albums, which are short enough to be kept whole. What was kept of a row by an older version may name
columns the table has no more: they are left out. A row that was changed again since is never to be
overwritten: `changed_since` names it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Column, Connection, Table, Uuid, and_, delete, insert, select, tuple_, update

from musiclib.db.schema import (
    Album,
    AlbumFile,
    Base,
    EnrichmentTask,
    File,
    MatchCandidate,
    NotDuplicate,
    RefusedFile,
    Track,
    TrackFile,
    TrackMetadata,
)
from musiclib.db.statements import chunked
from musiclib.db.types import UtcDateTime
from musiclib.domain.provenance import LOCAL_SOURCES
from musiclib.domain.states import TaskStatus

Plain = Any
_KEYS = 1_000
"""Of up to three columns each, in one statement."""
_GONE = "a track or album that is gone by now"


@dataclass(frozen=True, slots=True)
class _Watched:
    table: Table
    column: str
    """Holds the id of the track or album the row hangs on."""
    of_track: bool
    decided: tuple[str, ...]
    """The columns an act decides; of the others only being there counts."""
    unique: tuple[str, ...]
    """What else than the key there may be only one of."""


def _watched(
    model: type[Base],
    track: str = "",
    album: str = "",
    decided: Sequence[str] = (),
    unique: Sequence[str] = (),
) -> _Watched:
    table = model.__table__
    assert isinstance(table, Table)
    return _Watched(table, track or album, bool(track), tuple(decided), tuple(unique))


_WATCHED = (  # in the order in which rows can be inserted
    _watched(
        Album,
        album="id",
        decided=("title", "artist", "year", "origin", "art_id", "art_locked", "match_key", "paused"),
    ),
    _watched(
        Track,
        track="id",
        decided=(
            "is_id",
            "match_state",
            "match_score",
            "match_margin",
            "match_locked",
            "match_deferred_at",
            "match_key",
            "art_id",
            "art_locked",
        ),
    ),
    _watched(
        TrackMetadata,
        track="track_id",
        decided=("external_id", "fields", "confidence", "links", "art", "origins", "chosen_at"),
    ),
    _watched(TrackFile, track="track_id", decided=("score", "by_hand")),
    _watched(RefusedFile, track="track_id"),
    _watched(NotDuplicate, track="track_id"),
    _watched(
        MatchCandidate,
        track="track_id",
        decided=("rejected", "chosen"),
        unique=("track_id", "provider", "external_id"),
    ),
    _watched(EnrichmentTask, track="track_id", unique=("track_id", "kind")),
    _watched(AlbumFile, album="album_id"),
)
_BY_NAME = {each.table.name: each for each in _WATCHED}

_NOT_RUNNING = {"status": TaskStatus.QUEUED, "worker_id": None, "lease_until": None}

Key = tuple[str, ...]
Images = dict[str, dict[Key, dict[str, Plain]]]
"""Table -> key -> column -> JSON-plain value."""


@dataclass(frozen=True, slots=True)
class Scope:
    """The tracks and albums an act touches; everything that hangs on them is looked at."""

    tracks: frozenset[UUID] = frozenset()
    albums: frozenset[UUID] = frozenset()

    @classmethod
    def of(cls, tracks: Iterable[UUID] = (), albums: Iterable[UUID] = ()) -> Scope:
        return cls(frozenset(tracks), frozenset(albums))


def take(conn: Connection, scope: Scope) -> Images:
    """The rows of the scope as they are now."""
    images: Images = {}
    for watched in _WATCHED:
        rows = images.setdefault(watched.table.name, {})
        ids = scope.tracks if watched.of_track else scope.albums
        for row in _rows(conn, watched.table.c[watched.column], ids):
            rows[_key(watched.table, row)] = row
    return images


def differences(before: Images, after: Images) -> list[dict[str, Plain]]:
    """What an act did, JSON-plain: the payload of its changeset."""
    found: list[dict[str, Plain]] = []
    for name, watched in _BY_NAME.items():
        old_rows, new_rows = before.get(name, {}), after.get(name, {})
        for key in {**old_rows, **new_rows}:
            old, new = old_rows.get(key), new_rows.get(key)
            if old is not None and new is not None:
                changed = [column for column in watched.decided if old[column] != new[column]]
                if not changed:
                    continue
                owner = {watched.column: old[watched.column]}
                old = owner | {column: old[column] for column in changed}
                new = owner | {column: new[column] for column in changed}
            elif new is not None:
                new = {column: new[column] for column in (watched.column, *watched.decided)}
            elif old is not None:
                old = {column: value for column, value in old.items() if value is not None}
            found.append({"table": name, "key": list(key), "before": old, "after": new})
    return found


def matches(before: Images) -> list[dict[str, Plain]]:
    """What catalogues say of the tracks and offer for them, as changes that take it away.

    For acts that give a match up: the look-up that follows replaces these rows, and is no act itself.
    Of a track that has a match only the candidates it was made from are kept.
    """
    said = [
        (key, row)
        for key, row in before.get(TrackMetadata.__tablename__, {}).items()
        if row["source"] not in LOCAL_SOURCES
    ]
    known = {(row["track_id"], row["source"], row["external_id"]) for _, row in said}
    matched = {row["track_id"] for _, row in said}
    offered = [
        (key, row)
        for key, row in before.get(MatchCandidate.__tablename__, {}).items()
        if not row["rejected"]
        and (
            row["chosen"]
            or row["track_id"] not in matched
            or (row["track_id"], row["provider"], row["external_id"]) in known
        )
    ]
    tables = ((TrackMetadata.__tablename__, said), (MatchCandidate.__tablename__, offered))
    return [
        {"table": table, "key": list(key), "before": row, "after": None}
        for table, rows in tables
        for key, row in rows
    ]


def scope_of(changes: Sequence[Mapping[str, Plain]]) -> Scope:
    """The tracks and albums the changes hang on."""
    tracks: set[UUID] = set()
    albums: set[UUID] = set()
    for change in changes:
        (tracks if _BY_NAME[change["table"]].of_track else albums).add(thing_of(change))
    return Scope(frozenset(tracks), frozenset(albums))


def thing_of(change: Mapping[str, Plain]) -> UUID:
    """The track or album a change hangs on."""
    watched = _BY_NAME[change["table"]]
    named = dict(zip(_key_names(watched.table), change["key"], strict=True))
    return UUID(named.get(watched.column) or (change["before"] or change["after"])[watched.column])


def changed_since(
    conn: Connection, changes: Sequence[Mapping[str, Plain]], touched_since: Collection[UUID]
) -> dict[UUID, str]:
    """The tracks and albums that stand in the way of `revert`, by name.

    A row of theirs is not as the act left it and a later act touched the track (`touched_since`), or what
    it hangs on is gone. What a machine has made of a track meanwhile (a look-up) is no act: it gives way.
    """
    found = dict.fromkeys(_without_owner(conn, changes), _GONE)
    now = _current(conn, changes)
    for change in changes:
        if _as_left(change, now.get(_named(change))):
            continue
        thing = thing_of(change)
        if thing in touched_since or not _BY_NAME[change["table"]].of_track:
            found.setdefault(thing, "")
    return {thing: name or _name_of(conn, thing) for thing, name in found.items()}


def revert(conn: Connection, changes: Sequence[Mapping[str, Plain]]) -> None:
    """Put back what the changes did; to be asked before is `changed_since`."""
    for name in reversed(_BY_NAME):
        fresh = [each for each in changes if each["table"] == name and _is_put_anew(each)]
        _delete(conn, _BY_NAME[name].table, [tuple(each["key"]) for each in fresh])
    for name, watched in _BY_NAME.items():
        mine = [each for each in changes if each["table"] == name and each["before"] is not None]
        _insert(
            conn, watched.table, watched.unique, [each["before"] for each in mine if each["after"] is None]
        )
        for each in mine:
            if each["after"] is not None:
                _update(conn, watched.table, each["key"], each["before"])


def _is_put_anew(change: Mapping[str, Plain]) -> bool:
    """Rows the act made go; rows it took away come back, in the place of what a machine put there."""
    return change["before"] is None or change["after"] is None


def _without_owner(conn: Connection, changes: Sequence[Mapping[str, Plain]]) -> set[UUID]:
    back = {tuple(each["key"]) for each in changes if each["after"] is None}
    needed = scope_of([each for each in changes if each["before"] is not None])
    gone: set[UUID] = set()
    for model, ids in ((Track, needed.tracks), (Album, needed.albums)):
        there: set[UUID] = set()
        for chunk in chunked(ids):
            there.update(conn.execute(select(model.id).where(model.id.in_(chunk))).scalars())
        gone.update(each for each in ids - there if (str(each),) not in back)
    return gone


def _named(change: Mapping[str, Plain]) -> tuple[str, Key]:
    return change["table"], tuple(change["key"])


def _rows(conn: Connection, column: Column[Any], ids: Collection[UUID]) -> Iterator[dict[str, Plain]]:
    for chunk in chunked(ids):
        for row in conn.execute(select(column.table).where(column.in_(chunk))).mappings():
            yield {name: _plain(value) for name, value in row.items()}


def _current(
    conn: Connection, changes: Sequence[Mapping[str, Plain]]
) -> dict[tuple[str, Key], dict[str, Plain]]:
    found: dict[tuple[str, Key], dict[str, Plain]] = {}
    for name, watched in _BY_NAME.items():
        keys = [tuple(each["key"]) for each in changes if each["table"] == name]
        first = _key_columns(watched.table)[0]
        ids = {UUID(key[0]) for key in keys}
        wanted = set(keys)
        for row in _rows(conn, first, ids):
            if (key := _key(watched.table, row)) in wanted:
                found[name, key] = row
    return found


def _as_left(change: Mapping[str, Plain], current: Mapping[str, Plain] | None) -> bool:
    after = change["after"]
    if after is None:
        return current is None
    if current is None:
        # Made by the act and gone already: nothing is left to take back.
        return change["before"] is None
    return all(current[column] == value for column, value in after.items())


def _name_of(conn: Connection, thing: UUID) -> str:
    row = conn.execute(select(Track.artist, Track.title).where(Track.id == thing)).first()
    if row is not None:
        return f"“{row.artist} - {row.title}”"
    title = conn.execute(select(Album.title).where(Album.id == thing)).scalar()
    return _GONE if title is None else f"“{title}”"


def _insert(
    conn: Connection, table: Table, unique: Sequence[str], rows: Sequence[Mapping[str, Plain]]
) -> None:
    values = [{column.name: _value(column, row.get(column.name)) for column in table.c} for row in rows]
    if "file_id" in table.c:
        there = _there(conn, File.id, {row["file_id"] for row in values})
        values = [row for row in values if row["file_id"] in there]
    if "other_id" in table.c:
        there = _there(conn, Track.id, {row["other_id"] for row in values})
        values = [row for row in values if row["other_id"] in there]
    if table.name == "enrichment_tasks":
        # Who ran it then has lost it: nobody would ever finish it, and its worker might keep its lease alive.
        values = [row | _NOT_RUNNING if row["status"] == TaskStatus.RUNNING else row for row in values]
    if unique:
        # A look-up may have made another one since, with an identity of its own.
        _delete_where(
            conn, [table.c[name] for name in unique], [[row[name] for name in unique] for row in values]
        )
    if values:
        conn.execute(insert(table), values)


def _there(conn: Connection, column: Any, ids: Collection[UUID]) -> set[UUID]:
    found: set[UUID] = set()
    for chunk in chunked(ids):
        found.update(conn.execute(select(column).where(column.in_(chunk))).scalars())
    return found


def _update(conn: Connection, table: Table, key: Sequence[str], row: Mapping[str, Plain]) -> None:
    values = {name: _value(table.c[name], each) for name, each in row.items()}
    conn.execute(update(table).where(_where(table, key)).values(values))


def _delete(conn: Connection, table: Table, keys: Sequence[Key]) -> None:
    columns = _key_columns(table)
    _delete_where(conn, columns, [[_value(*each) for each in zip(columns, key, strict=True)] for key in keys])


def _delete_where(conn: Connection, columns: Sequence[Column[Any]], values: Iterable[Sequence[Any]]) -> None:
    """Delete the rows in which these columns have one of these values together."""
    for chunk in chunked(values, _KEYS):
        conn.execute(delete(columns[0].table).where(tuple_(*columns).in_(chunk)))


def _where(table: Table, key: Sequence[str]) -> Any:
    columns = _key_columns(table)
    return and_(*(column == _value(column, part) for column, part in zip(columns, key, strict=True)))


def _key_columns(table: Table) -> list[Column[Any]]:
    return list(table.primary_key.columns)


def _key_names(table: Table) -> list[str]:
    return [column.name for column in _key_columns(table)]


def _key(table: Table, row: Mapping[str, Plain]) -> Key:
    return tuple(str(row[name]) for name in _key_names(table))


def _plain(value: Any) -> Plain:
    if isinstance(value, UUID):
        return str(value)
    return value.isoformat() if isinstance(value, datetime) else value


def _value(column: Column[Any], plain: Plain) -> Any:
    if plain is None:
        return None
    if isinstance(column.type, Uuid):
        return UUID(plain)
    if isinstance(column.type, UtcDateTime):
        return datetime.fromisoformat(plain)
    return int(plain) if column.type.python_type is int else plain
