"""What contradicts itself and what cannot be right, as conditions over `track_facts`.

Limits are those of `domain.quality`. What a person has said settles a contradiction.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from random import Random
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Integer,
    Select,
    String,
    Text,
    and_,
    case,
    cast,
    exists,
    false,
    func,
    not_,
    or_,
    select,
    type_coerce,
)
from sqlalchemy.orm import aliased

from musiclib.db.schema import EnrichmentTask, File, Track, TrackArtist, TrackFile, TrackMetadata
from musiclib.db.search_index import SOURCE_BITS
from musiclib.db.search_schema import RAW_ID, TrackFacts, TrackNames
from musiclib.domain import quality
from musiclib.domain.music_key import MusicalKey
from musiclib.domain.provenance import MERGED_FIELDS
from musiclib.domain.query_values import Chance
from musiclib.domain.states import FileState, Reason, Source, TaskKind, TaskStatus

Condition = ColumnElement[bool]

_BASE = 64.0
_OTHER_BASE = _BASE * 2**0.5
_PRIME = 2_147_483_647
_MIXING = tuple(
    low * 24 + high
    for low in range(24)
    for high in range(low, 24)
    if MusicalKey.from_code(high) in MusicalKey.from_code(low).mixes_with
)
"""Pairs of keys that mix, each as one number. No three different keys all mix with each other."""
_NAMES = ("artist", "title")
"""What a track cannot be without: to clear it by hand means nothing."""
_TEXTS = (*_NAMES, "version", "album", "isrc", "release_date", "label", "catalog_number")
_SAME = 1e-6
"""Numbers nearer than this are one."""


def condition(conn: Connection, field: str, code: str, now: datetime) -> Condition:
    """What `clash:code` or `odd:code` asks for."""
    if field == "clash":
        return _CLASHES[code](conn)
    return _ODDITIES[code](conn, now)


def drawn(chance: Chance) -> Condition:
    """The tracks of a sample. Whole numbers alone decide, so that every database draws the same ones."""
    luck = Random(chance.seed)
    times, plus, last = (luck.randrange(1, _PRIME) for _ in range(3))
    mixed = (cast(TrackFacts.number, BigInteger) * times + plus) % _PRIME
    some = select(TrackFacts.number).order_by((mixed * mixed + last) % _PRIME, TrackFacts.number)
    return TrackFacts.number.in_(some.limit(chance.count).correlate(None))


def disagreements(conn: Connection) -> tuple[Select[*tuple[Any, ...]], dict[str, Condition]]:
    """The tracks whose sources say different things (a column `track_id`), and over it, by what they say it
    of, whether they contradict each other."""
    said = _said_by_track(conn, tuple(_SAID_AS)).subquery()
    return select(said.c.track_id), {field: _apart(conn, said.c, field) for field in _SAID_AS}


def locked_values() -> Select[int]:
    """How many values are set by hand."""
    each: Any = func.json_each(TrackMetadata.fields).table_valued("key", joins_implicitly=True)
    return select(func.count(each.c.key)).select_from(TrackMetadata).where(_by_hand())


# --- contradictions -------------------------------------------------------------------------------


_SAID_AS = {"bpm": "bpm", "key": "key_code", "duration": "duration_s"}
COMPARED = tuple(_SAID_AS)
"""What is told of `clash` by comparing what sources say."""
_DIFFERENT = {"bpm": quality.BPM_OFF - 1.0, "key": 0.5, "duration": quality.LENGTH_OFF_S}
"""How far apart the least and the greatest are at least, where sources contradict each other."""


def _said_by_track(conn: Connection, fields: Sequence[str]) -> Select[*tuple[Any, ...]]:
    """How many sources speak of each field of a track, and the least and the greatest they say; without the
    tracks of which they all say the same."""
    each = _values(conn, fields).subquery()
    columns, different = [], []
    for field in fields:
        value = _if_number(conn, each.c[field])
        low, high = func.min(value), func.max(value)
        columns += [func.count(value).label(f"{field}_count")]
        columns += [low.label(f"{field}_low"), high.label(f"{field}_high")]
        different.append(high - low > _DIFFERENT[field])
    return select(each.c.track_id, *columns).group_by(each.c.track_id).having(or_(*different))


def _values(conn: Connection, fields: Sequence[str]) -> Select[*tuple[Any, ...]]:
    """What each source says of each track."""
    said, track_id = TrackMetadata.fields, type_coerce(TrackMetadata.track_id, RAW_ID).label("track_id")
    if conn.dialect.name != "sqlite":
        return select(track_id, *(number_said(conn, said, _SAID_AS[each]).label(each) for each in fields))
    values = (func.json_extract(said, f"$.{_SAID_AS[each]}").label(each) for each in fields)
    # A value is taken out of its JSON wherever it is used, but once where there is a limit.
    return select(track_id, *values).limit(-1)


def _if_number(conn: Connection, value: Any) -> Any:
    return case((func.typeof(value) != "text", value)) if conn.dialect.name == "sqlite" else value


def _apart(conn: Connection, said: Any, field: str) -> Condition:
    """Two values are compared as they stand; of tracks with more, all are looked at once again."""
    low, high, count = (getattr(said, f"{field}_{part}") for part in ("low", "high", "count"))
    off = high - low > _DIFFERENT[field]
    if field == "bpm":
        octaves = [2.0**step for step in range(8)]
        same = [and_(high <= low * o * quality.BPM_OFF, high * quality.BPM_OFF >= low * o) for o in octaves]
        off = and_(off, or_(and_(count == 2, not_(or_(*same))), and_(count > 2, _tempos_apart(conn, said))))
    elif field == "key":
        mixing = (cast(low, Integer) * 24 + cast(high, Integer)).in_(_MIXING)
        off = and_(off, or_(not_(mixing), and_(count > 2, _three_keys(conn, said))))
    settled = select(type_coerce(TrackMetadata.track_id, RAW_ID))
    settled = settled.where(_by_hand(), _has(conn, _SAID_AS[field]))
    return and_(off, said.track_id.not_in(settled))


def _tempos_apart(conn: Connection, said: Any) -> Condition:
    """Whether they lie far apart however the circle of octaves is cut: no cut can part two that are close."""
    again = aliased(TrackMetadata)
    value = number_said(conn, again.fields, "bpm")
    apart = []
    for base in (_BASE, _OTHER_BASE):
        folded = _folded(value, base)
        apart.append(func.max(folded) > func.min(folded) * quality.BPM_OFF)
    mine = type_coerce(again.track_id, RAW_ID) == said.track_id
    return exists(select(func.count()).where(mine).having(and_(*apart)))


def _three_keys(conn: Connection, said: Any) -> Condition:
    again = aliased(TrackMetadata)
    keys = func.count(number_said(conn, again.fields, "key_code").distinct())
    mine = type_coerce(again.track_id, RAW_ID) == said.track_id
    return exists(select(func.count()).where(mine).having(keys > 2))


def _disagreeing(name: str) -> Callable[[Connection], Condition]:
    def made(conn: Connection) -> Condition:
        said = _said_by_track(conn, [name]).subquery()
        return TrackFacts.track_id.in_(select(said.c.track_id).where(_apart(conn, said.c, name)))

    return made


def _same_isrc(conn: Connection) -> Condition:
    """Tracks of one ISRC of which no artist is on all."""
    credit = TrackArtist
    shared = select(Track.isrc).where(Track.isrc.is_not(None)).group_by(Track.isrc).having(func.count() > 1)
    credited = (
        select(Track.isrc, credit.artist_id, func.count(credit.track_id.distinct()).label("tracks"))
        .join(credit, credit.track_id == Track.id)
        .where(Track.isrc.in_(shared))
        .group_by(Track.isrc, credit.artist_id)
        .subquery()
    )
    tracks = (
        select(Track.isrc, func.count(credit.track_id.distinct()).label("tracks"))
        .join(credit, credit.track_id == Track.id)
        .where(Track.isrc.in_(shared))
        .group_by(Track.isrc)
        .subquery()
    )
    most = select(credited.c.isrc, func.max(credited.c.tracks).label("tracks")).group_by(credited.c.isrc)
    of_one = most.subquery()
    wrong = select(tracks.c.isrc).join(of_one, of_one.c.isrc == tracks.c.isrc)
    wrong = wrong.where(of_one.c.tracks < tracks.c.tracks)
    return _tracks(Track.isrc.in_(wrong))


def _before_artist(conn: Connection) -> Condition:
    """Tracks on the far side of a gap in the years of one of their artists."""
    artist, year = TrackArtist.artist_id, TrackFacts.year
    its_facts = TrackFacts.track_id == type_coerce(TrackArtist.track_id, RAW_ID)
    by_year = (
        select(artist.label("artist"), year.label("year"), func.count().label("tracks"))
        .join(TrackFacts, its_facts)
        .where(year.is_not(None))
        .group_by(artist, year)
        .subquery()
    )
    each = by_year.c
    lined = select(
        each.artist,
        each.year,
        func.lead(each.year).over(partition_by=each.artist, order_by=each.year).label("next"),
        func.sum(each.tracks).over(partition_by=each.artist, order_by=each.year).label("so_far"),
        func.sum(each.tracks).over(partition_by=each.artist).label("tracks"),
    ).subquery()
    gap = lined.c.next - lined.c.year > quality.ARTIST_GAP_YEARS
    few = lined.c.so_far * quality.ARTIST_GAP_SHARE <= lined.c.tracks
    ends = select(lined.c.artist, func.max(lined.c.year).label("year")).where(gap, few)
    ended = ends.group_by(lined.c.artist).subquery()
    old = (
        select(TrackFacts.track_id)
        .select_from(ended)
        .join(TrackArtist, artist == ended.c.artist)
        .join(TrackFacts, its_facts)
        .where(year <= ended.c.year)
    )
    return TrackFacts.track_id.in_(old)


def _hand_overruled(conn: Connection) -> Condition:
    """Tracks of which a value set by hand is not the one in force."""
    differs = or_(*(and_(_has(conn, name), _unlike(conn, name)) for name in MERGED_FIELDS))
    query = (
        select(type_coerce(TrackMetadata.track_id, RAW_ID))
        .join(Track, Track.id == TrackMetadata.track_id)
        .where(_by_hand(), differs)
    )
    return TrackFacts.track_id.in_(query)


def _unlike(conn: Connection, name: str) -> Condition:
    """An empty text is a person's word that there is nothing."""
    column: Any = getattr(Track, name)
    if name == "genres":
        return _unlike_lists(conn, column, _text(conn, name))
    if name in _TEXTS:
        said = _text(conn, name)
        differs: Condition = func.coalesce(column, "") != said
        return and_(differs, said != "") if name in _NAMES else differs
    number = number_said(conn, TrackMetadata.fields, name)
    same = func.coalesce(func.abs(column - number) <= _SAME, false())
    return or_(and_(number.is_(None), column.is_not(None)), and_(number.is_not(None), not_(same)))


def _unlike_lists(conn: Connection, column: Any, said: Any) -> Condition:
    """Compared as JSON, whatever space there is in it."""
    if conn.dialect.name == "sqlite":
        known = func.json(column)
    else:
        known, said = (func.regexp_replace(cast(each, Text), r"\s", "", "g") for each in (column, said))
    differs: Condition = func.coalesce(known, "") != func.coalesce(said, "")
    return differs


_CLASHES: dict[str, Callable[[Connection], Condition]] = {
    **{field: _disagreeing(field) for field in COMPARED},
    "isrc": _same_isrc,
    "year": _before_artist,
    "hand": _hand_overruled,
}


# --- what cannot be right -------------------------------------------------------------------------


def _outside(column: Any, low: float, high: float) -> Condition:
    return or_(column < low, column > high)


def _odd_year(conn: Connection, now: datetime) -> Condition:
    return _outside(TrackFacts.year, quality.FIRST_YEAR, now.year + quality.YEARS_AHEAD)


def _odd_file(conn: Connection, now: datetime) -> Condition:
    broken = (
        select(type_coerce(TrackFile.track_id, RAW_ID))
        .join(File, File.id == TrackFile.file_id)
        .where(File.state == FileState.BROKEN)
    )
    task = EnrichmentTask
    failed = select(type_coerce(task.track_id, RAW_ID)).where(
        task.kind == TaskKind.AUDIO,
        task.status == TaskStatus.ERROR,
        task.reason == Reason.UNREADABLE_AUDIO,
    )
    return TrackFacts.track_id.in_(broken.union(failed))


def _odd_names(conn: Connection, now: datetime) -> Condition:
    names = TrackNames
    always = or_(names.artist.in_(quality.SAYS_NOTHING), names.title.in_(quality.SAYS_NOTHING))
    known = sorted(quality.SAYS_NOTHING - {""})
    others = or_(names.album.in_(known), names.label.in_(known), names.isrc.in_(known))
    return TrackFacts.number.in_(select(names.number).where(or_(always, others)))


def _odd_isrc(conn: Connection, now: datetime) -> Condition:
    wrong = and_(TrackNames.isrc != "", func.length(TrackNames.isrc) != quality.ISRC_LENGTH)
    return TrackFacts.number.in_(select(TrackNames.number).where(wrong))


def _odd_genre(conn: Connection, now: datetime) -> Condition:
    name = "json_each" if conn.dialect.name == "sqlite" else "json_array_elements_text"
    each: Any = getattr(func, name)(Track.genres).table_valued("value", joins_implicitly=True)
    genre = cast(each.c.value, String)
    wrong = or_(
        func.length(genre) > quality.GENRE_LONGEST,
        func.trim(genre) != genre,
        func.ltrim(genre, quality.GENRE_DIGITS) == "",
        func.lower(genre).in_(sorted(quality.SAYS_NOTHING)),
        *(genre.contains(sign, autoescape=True) for sign in quality.GENRE_SIGNS),
    )
    return _tracks(Track.genres.is_not(None), wrong)


_ODDITIES: dict[str, Callable[[Connection, datetime], Condition]] = {
    "file": _odd_file,
    "lufs": lambda conn, now: _outside(TrackFacts.loudness_lufs, quality.QUIETEST_LUFS, quality.LOUDEST_LUFS),
    "empty": _odd_names,
    "genre": _odd_genre,
    "isrc": _odd_isrc,
    "year": _odd_year,
    "duration": lambda conn, now: _outside(TrackFacts.duration_s, quality.SHORTEST_S, quality.LONGEST_S),
    "bpm": lambda conn, now: _outside(TrackFacts.bpm, quality.SLOWEST_BPM, quality.FASTEST_BPM),
}


# --- what they are made of ------------------------------------------------------------------------


def _tracks(*conditions: Condition) -> Condition:
    return TrackFacts.track_id.in_(select(type_coerce(Track.id, RAW_ID)).where(*conditions))


def _by_hand() -> Condition:
    """Rows of a person; the index tells whose tracks have one."""
    known = select(TrackFacts.track_id).where(TrackFacts.sources.bitwise_and(SOURCE_BITS[Source.MANUAL]) != 0)
    mine = type_coerce(TrackMetadata.track_id, RAW_ID).in_(known)
    return and_(TrackMetadata.source == Source.MANUAL, mine)


def _has(conn: Connection, field: str) -> Condition:
    if conn.dialect.name == "sqlite":
        return func.json_type(TrackMetadata.fields, f"$.{field}").is_not(None)
    return func.json_typeof(TrackMetadata.fields[field]).is_not(None)


def _text(conn: Connection, field: str) -> Any:
    if conn.dialect.name == "sqlite":
        return func.json_extract(TrackMetadata.fields, f"$.{field}")
    return TrackMetadata.fields[field].as_string()


def number_said(conn: Connection, fields: Any, field: str) -> Any:
    """What a source says in its `fields`, if it is a number."""
    if conn.dialect.name == "sqlite":
        return _if_number(conn, func.json_extract(fields, f"$.{field}"))
    return case((func.json_typeof(fields[field]) == "number", fields[field].as_float()))


def _folded(bpm: Any, base: float) -> Any:
    """A tempo in the octave that begins at `base`; NULL for what is no tempo."""
    octaves = ((base * 2.0**step, 2.0**-step) for step in range(-3, 4))
    inside = [(and_(bpm >= start, bpm < start * 2), bpm * factor) for start, factor in octaves]
    return case(*inside)
