"""Keeps the index of `search_schema` as the tracks are: called before every write transaction ends."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    Connection,
    Row,
    TextClause,
    bindparam,
    delete,
    func,
    select,
    text,
    true,
    type_coerce,
    update,
)

from musiclib.db.queries import year_of
from musiclib.db.schema import EnrichmentTask, File, Track, TrackFile, TrackMetadata
from musiclib.db.search_schema import NAMES, RAW_ID, SearchDue, TrackFacts, TrackNames, joined_names
from musiclib.db.statements import chunked, insert_columns
from musiclib.domain.badges import FIELDS_OF_A_WHOLE_TRACK, TaskFacts, badge_for
from musiclib.domain.folding import folded
from musiclib.domain.music_key import MusicalKey
from musiclib.domain.states import BadgeState, FileState, MatchState, Source, TaskKind, TaskStatus

HAS_BITS = {
    name: 1 << nth for nth, name in enumerate(("isrc", "version", "album", "label", "genre", "art", "file"))
}
"""What of the things a track can have is told by a bit of `TrackFacts.has`."""
SOURCE_BITS: Mapping[str, int] = {
    Source.MANUAL: 1,
    Source.ANALYSIS: 2,
    Source.MUSICBRAINZ: 4,
    Source.COVER_ART_ARCHIVE: 8,
    Source.DEEZER: 16,
    Source.SPOTIFY: 32,
    Source.ITUNES: 64,
    Source.SAMPLE: 128,
    Source.FILE_TAGS: 256,
    Source.TRACKLIST: 512,
    Source.BEATPORT: 1024,
}
"""Stored, so a number is never given to another source."""
DUE_TABLE = SearchDue.__tablename__
STATE_CODES = {state: nth for nth, state in enumerate(BadgeState)}

_AT_ONCE = 5_000
_LONGEST = 500
"""So much of a text is sorted and searched: PostgreSQL indexes no more than some 2,700 bytes."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_BEFORE_ALL = _EPOCH - timedelta(days=1)
_WHOLE = len(FIELDS_OF_A_WHOLE_TRACK)
_MICROSECOND = timedelta(microseconds=1)
_WHEEL = tuple(
    key.wheel_number * 2 + (not key.minor) for key in (MusicalKey.from_code(code) for code in range(24))
)
_ISRC = NAMES.index("isrc")
_TEXT_BITS = tuple(
    (name, HAS_BITS[name.removesuffix("s")]) for name in ("isrc", "version", "album", "label", "genres")
)
_COPIED = (
    *("bpm", "key_code", "energy", "loudness_lufs", "true_peak_dbtp", "duration_s", "popularity"),
    "needs_ear",
)
"""Columns of `tracks` that the facts have as they are."""


@dataclass(frozen=True, slots=True)
class _Turn:
    """What is read of the tracks that are due: all, or those up to one of them."""

    tracks: Any
    tasks: Any
    sources: Any
    with_file: Any
    old: Any
    done: Any

    @classmethod
    def of(cls, *, some: bool) -> _Turn:
        last: BindParameter[Any] = bindparam("last", type_=RAW_ID)
        mine = SearchDue.track_id <= last if some else true()
        # Not joined: without statistics SQLite would read the whole of the other table.
        ids = select(SearchDue.track_id).where(mine)

        def due(track_id: Any, *columns: Any) -> Any:
            raw_id = type_coerce(track_id, RAW_ID)
            return select(raw_id, *columns).where(raw_id.in_(ids))

        task, its_file = EnrichmentTask, File.id == TrackFile.file_id
        texts = [getattr(Track, name) for name in NAMES]
        copied = [getattr(Track, name) for name in _COPIED]
        dated = Track.created_at, Track.original_year, Track.release_date
        matched = Track.is_id, Track.match_state, Track.match_locked
        index = select(*TrackFacts.__table__.c, *list(TrackNames.__table__.c)[1:])
        index = index.join(TrackNames, TrackNames.number == TrackFacts.number)
        return cls(
            tracks=due(Track.id, *texts, Track.genres, Track.art_id, *copied, *dated, *matched),
            tasks=due(task.track_id, task.kind, task.status, task.not_before, task.blocked_on),
            sources=due(TrackMetadata.track_id, TrackMetadata.source),
            with_file=due(TrackFile.track_id).join(File, its_file).where(File.state == FileState.OK),
            old=index.where(TrackFacts.track_id.in_(ids)),
            done=delete(SearchDue).where(mine),
        )


def microseconds(moment: datetime) -> int:
    """Since 1970."""
    return (moment - _EPOCH) // _MICROSECOND


def has_word_index(conn: Connection) -> bool:
    """Whether words are looked up; a PostgreSQL without pg_trgm reads the names of every track for them."""
    if conn.dialect.name == "sqlite":
        return True
    return conn.execute(text("SELECT to_regclass('ix_track_names_words')")).scalar() is not None


def refresh(conn: Connection) -> None:
    """Make the rows anew of all tracks that changed since it was called last."""
    if conn.execute(_ANY_DUE).first() is None:
        return
    while True:
        # The last one of this turn; None: the rest.
        last = conn.execute(_LAST_OF_TURN).scalar()
        _renew(conn, {"last": last} if last is not None else {})
        if last is None:
            return


def _renew(conn: Connection, turn: dict[str, Any]) -> None:
    due = _SOME if turn else _REST
    facts, names = _made(conn, due, turn)
    old = {row.track_id: row for row in conn.execute(due.old, turn).all()}
    gone = [row.number for track_id, row in old.items() if track_id not in facts]
    new = [track_id for track_id in facts if track_id not in old]
    renamed = {
        row.number: changed
        for track_id, row in old.items()
        if track_id in names and (changed := _differing(row, names[track_id]))
    }
    if gone or renamed:
        take_words(conn, [*gone, *renamed])
        _drop(conn, gone)
        _update(conn, TrackNames, renamed)
    kept = ((row, facts[track_id]) for track_id, row in old.items() if track_id in facts)
    _update(
        conn, TrackFacts, {row.number: changed for row, made in kept if (changed := _differing(row, made))}
    )
    numbers = _add(conn, new, facts, names)
    put_words(conn, [*renamed, *numbers])
    conn.execute(due.done, turn)


def _add(
    conn: Connection, new: list[Any], facts: Mapping[Any, dict[str, Any]], names: Mapping[Any, dict[str, Any]]
) -> Sequence[int]:
    """Rows for tracks that have none, numbered in the order in which they came."""
    if not new:
        return ()
    new.sort(key=lambda each: (facts[each]["added"], each))
    first = (conn.execute(_HIGHEST).scalar() or 0) + 1
    numbers = range(first, first + len(new))
    for table, made in ((TrackFacts, facts), (TrackNames, names)):
        columns = {name: [made[each][name] for each in new] for name in made[new[0]]}
        insert_columns(conn, table, {"number": list(numbers), **columns})
    return numbers


def _differing(row: Row[Any], made: Mapping[str, Any]) -> dict[str, Any]:
    before = row._mapping
    return {name: value for name, value in made.items() if before[name] != value}


def _update(
    conn: Connection, table: type[TrackFacts | TrackNames], changes: Mapping[int, Mapping[str, Any]]
) -> None:
    """Writes what differs, and of rows where nothing does not a byte."""
    alike: dict[tuple[str, ...], list[dict[str, Any]]] = defaultdict(list)
    for number, changed in changes.items():
        values = {f"new_{name}": value for name, value in changed.items()}
        alike[tuple(changed)].append({**values, "key": number})
    for columns, rows in alike.items():
        conn.execute(_setting(table, columns), rows)


@cache
def _setting(table: type[TrackFacts | TrackNames], columns: tuple[str, ...]) -> Any:
    """Sets these columns of one row."""
    values: dict[str, Any] = {name: bindparam(f"new_{name}") for name in columns}
    return update(table).where(table.number == bindparam("key")).values(values)


def _drop(conn: Connection, numbers: Sequence[int]) -> None:
    for some in chunked(numbers):
        conn.execute(delete(TrackFacts).where(TrackFacts.number.in_(some)))
        conn.execute(delete(TrackNames).where(TrackNames.number.in_(some)))


def take_words(conn: Connection, numbers: Sequence[int]) -> None:
    """FTS5 does not keep the texts: it is told what it is to forget while they are still there."""
    _of_words(conn, _TAKE_WORDS, numbers)


def put_words(conn: Connection, numbers: Sequence[int]) -> None:
    """To be called once for all of them: FTS5 writes out what it has after each statement."""
    _of_words(conn, _PUT_WORDS, numbers)


def _of_words(conn: Connection, statement: TextClause, numbers: Sequence[int]) -> None:
    if numbers and conn.dialect.name == "sqlite":
        conn.execute(statement, {"numbers": json.dumps(list(numbers))})


def _made(
    conn: Connection, due: _Turn, turn: dict[str, Any]
) -> tuple[dict[Any, dict[str, Any]], dict[Any, dict[str, Any]]]:
    """What the facts and names of the tracks of this turn have to be; tracks that are gone are absent."""
    tasks: dict[Any, list[tuple[Any, ...]]] = defaultdict(list)
    # All at once: row by row the result takes as long as the rows.
    for track_id, *task in conn.execute(due.tasks, turn).all():
        tasks[track_id].append(tuple(task))
    sources: dict[Any, int] = defaultdict(int)
    for track_id, source in conn.execute(due.sources, turn).all():
        sources[track_id] |= SOURCE_BITS.get(source, 0)
    with_file = set(conn.execute(due.with_file, turn).scalars())
    facts: dict[Any, dict[str, Any]] = {}
    names: dict[Any, dict[str, Any]] = {}
    for row in conn.execute(due.tracks, turn).all():
        track_id, texts, (genres, art_id) = row[0], row[1:_TEXTS_END], row[_TEXTS_END : _TEXTS_END + 2]
        names[track_id] = _names_of(texts, genres)
        its_tasks = tasks.get(track_id, ())
        made = facts[track_id] = _facts_of(row[_TEXTS_END + 2 :], texts[_ISRC], art_id, its_tasks)
        made["track_id"] = track_id
        made["sources"] = sources.get(track_id, 0)
        made["has"] = _has(names[track_id], art_id, track_id in with_file)
    return facts, names


def _names_of(texts: Sequence[str | None], genres: Sequence[Any] | None) -> dict[str, Any]:
    names: dict[str, Any] = {
        name: folded(text)[:_LONGEST] if text else "" for name, text in zip(NAMES, texts, strict=True)
    }
    parts = [part for each in genres or () if (part := folded(str(each))[:_LONGEST].replace("|", "/"))]
    names["genres"] = f"|{'|'.join(parts)}|" if parts else ""
    return names


def _has(names: Mapping[str, str], art_id: Any, with_file: bool) -> int:
    bits = sum(bit for name, bit in _TEXT_BITS if names[name])
    bits += HAS_BITS["art"] if art_id else 0
    return bits + (HAS_BITS["file"] if with_file else 0)


def _facts_of(
    row: Sequence[Any], isrc: str | None, art_id: Any, tasks: Sequence[tuple[Any, ...]]
) -> dict[str, Any]:
    made: dict[str, Any] = dict(zip(_COPIED, row, strict=False))
    created_at, original_year, release_date, is_id, match_state, locked = row[len(_COPIED) :]
    year = original_year if original_year or not release_date else year_of(None, release_date)
    key_code = made["key_code"]
    measured = made["duration_s"], made["bpm"], key_code, made["energy"], made["loudness_lufs"]
    filled = _WHOLE - (*measured, isrc, year, art_id).count(None)
    plain = tuple((kind, status, later is not None, blocked) for kind, status, later, blocked in tasks)
    state = _state(plain, match_state, locked, filled, is_id)
    made["added"] = microseconds(created_at)
    made["wheel_place"] = _WHEEL[key_code] if key_code is not None else None
    made["year"] = year
    made["state"] = STATE_CODES[state]
    made["waits_until"] = _waits_until(tasks) if state is BadgeState.WAITING else None
    return made


@lru_cache(maxsize=4096)  # most tracks of a library are in the same few situations
def _state(
    tasks: tuple[tuple[str, str, bool, str | None], ...],
    match_state: str,
    locked: bool,
    filled: int,
    is_id: bool,
) -> BadgeState:
    """The state of the badge before anything that waits for its time may go on."""
    known = tuple(
        TaskFacts(TaskKind(kind), TaskStatus(status), None, None, 0, _EPOCH if waits else None, blocked)
        for kind, status, waits, blocked in tasks
    )
    return badge_for(known, MatchState(match_state), locked, filled, _BEFORE_ALL, is_id).state


def _waits_until(tasks: Sequence[tuple[Any, ...]]) -> int | None:
    """When the first of its tasks is not waiting any more; None: it does not wait for a time."""
    ends = [
        not_before
        for _, status, not_before, blocked in tasks
        if status == TaskStatus.QUEUED and blocked is None and not_before is not None
    ]
    return microseconds(min(ends)) if ends else None


# Built once: a statement costs more to build than SQLite takes to run it.
_SOME, _REST = _Turn.of(some=True), _Turn.of(some=False)
_TEXTS_END = 1 + len(NAMES)
_ANY_DUE = select(SearchDue.track_id).limit(1)
_LAST_OF_TURN = select(SearchDue.track_id).order_by(SearchDue.track_id).limit(1).offset(_AT_ONCE - 1)
_HIGHEST = select(func.max(TrackFacts.number))
_WORDS = (
    f"{joined_names()}, genres || char(10) FROM track_names "
    "WHERE number IN (SELECT value FROM json_each(:numbers)) ORDER BY number"
)
_PUT_WORDS = text(f"INSERT INTO track_words (rowid, names, genres) SELECT number, {_WORDS}")
_TAKE_WORDS = text(
    f"INSERT INTO track_words (track_words, rowid, names, genres) SELECT 'delete', number, {_WORDS}"
)
