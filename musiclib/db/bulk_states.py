"""Reads what runs go by: the values of many tracks, and what each source says of them."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import Connection, Text, Uuid, cast, func, select, type_coerce

from musiclib.db.preferences import SourcePreferenceRepository
from musiclib.db.queries import year_of
from musiclib.db.schema import Track, TrackMetadata
from musiclib.db.search_schema import RAW_ID
from musiclib.db.statements import chunked, texts
from musiclib.domain.bulk_plan import SPOTIFY_ID, Offer, TrackState
from musiclib.domain.ids import TrackId
from musiclib.domain.provenance import Plain, SourcePreference, Values, merge
from musiclib.domain.states import Source

VALUE_FIELDS = ("label", "original_year", "isrc", "genres", "popularity")
"""Columns of `tracks` that a run may write."""


class SaidRow(NamedTuple):
    """What one source says of a track, each column as the database has it (JSON as text)."""

    external_id: str | None
    fields: str
    confidence: str
    origins: str
    chosen_at: str
    fetched_at: str


@dataclass(slots=True)
class HeldTrack:
    """One track as it is stored."""

    state: TrackState
    columns: dict[str, Any]
    """Column of `tracks` -> value: what a run writes, and what the search text and the year are made of."""
    rows: dict[str, SaidRow]
    """Source -> its row."""
    hex: str
    """Its id."""

    def says(self, source: str, field: str) -> bool:
        """Without reading the whole row: there are hundreds of thousands."""
        return f'"{field}":' in self.rows[source].fields

    def is_said(self, field: str, besides: str) -> bool:
        """Whether any other source says it."""
        mark = f'"{field}":'
        return any(mark in row.fields and source != besides for source, row in self.rows.items())

    def said(self) -> dict[str, Mapping[str, Plain]]:
        """Source -> field -> value."""
        return _said_in(self.rows)


_READ = ("artist", "title", "version", "album", "release_date", *VALUE_FIELDS)
_ID, _SAID_OF = (type_coerce(each, RAW_ID) for each in (Track.id, TrackMetadata.track_id))


def _hex(raw: Any) -> Any:
    """An id as 32 digits: to make a UUID of each, and to look it up, takes longer than to read the row."""
    return func.replace(cast(raw, Text), "-", "")


_AT_ONCE = 20_000
_TRACKS = select(
    _hex(_ID),
    Track.art_id,
    Track.match_locked,
    Track.match_score,
    *(getattr(Track, name) for name in _READ),
)
_SAID = select(
    _hex(_SAID_OF),
    TrackMetadata.source,
    TrackMetadata.external_id,
    *(
        cast(column, Text)
        for column in (
            TrackMetadata.fields,
            TrackMetadata.confidence,
            TrackMetadata.origins,
            TrackMetadata.chosen_at,
            TrackMetadata.fetched_at,
        )
    ),
)


def held_tracks(
    conn: Connection, track_ids: Iterable[TrackId], fields: Collection[str], precedence: Sequence[str]
) -> dict[TrackId, HeldTrack]:
    """The tracks that exist, in the order given; `fields` are those whose sources are wanted."""
    words = _Words(fields, precedence, SourcePreferenceRepository(conn).all())
    found: dict[TrackId, HeldTrack] = {}
    for ids in chunked(track_ids, _AT_ONCE):
        keys = [each.hex for each in ids]
        rows: dict[str, dict[str, SaidRow]] = defaultdict(dict)
        # All at once: row by row the result takes as long as the rows.
        for row in conn.execute(_SAID.where(_SAID_OF.in_(_listed(conn, keys)))).all():
            rows[row[0]][row[1]] = SaidRow._make(row[2:])
        read = {row[0]: row for row in conn.execute(_TRACKS.where(_ID.in_(_listed(conn, keys)))).all()}
        for each, key in zip(ids, keys, strict=True):
            if (track := read.get(key)) is not None:
                found[each] = _held(each, track, rows.get(key, {}), words)
    return found


def _listed(conn: Connection, keys: list[str]) -> Any:
    """The ids for an `IN`."""
    listed = texts(conn, keys)
    return listed if conn.dialect.name == "sqlite" else select(cast(listed.subquery().c[0], Uuid))


def all_track_ids(conn: Connection) -> list[TrackId]:
    """Every track, in the order in which they came."""
    return [TrackId(each) for each in conn.execute(select(Track.id).order_by(Track.id)).scalars()]


class Counts(NamedTuple):
    """How many rows there are of what a run touches."""

    tracks: int
    said: int


def counts(conn: Connection) -> Counts:
    of = [select(func.count()).select_from(each) for each in (Track, TrackMetadata)]
    return Counts(*(conn.execute(each).scalar_one() for each in of))


@dataclass(frozen=True, slots=True)
class _Words:
    """Of which fields the sources' words are wanted, and whose counts."""

    fields: Collection[str]
    precedence: Sequence[str]
    preferences: Sequence[SourcePreference]


_NOBODY: Mapping[str, Plain] = {}


def _held(track_id: TrackId, row: Sequence[Any], rows: dict[str, SaidRow], words: _Words) -> HeldTrack:
    hex_id, art_id, match_locked, match_score, *read = row
    columns = dict(zip(_READ, read, strict=True))
    spotify = rows.get(Source.SPOTIFY)
    by_hand = json.loads(rows[Source.MANUAL].fields) if Source.MANUAL in rows else _NOBODY
    values = {name: columns[name] for name in VALUE_FIELDS}
    values["original_year"] = year_of(columns["original_year"], columns["release_date"])
    values[SPOTIFY_ID] = spotify.external_id if spotify else None
    locked = {name for name in VALUE_FIELDS if name in by_hand} if by_hand else set()
    if "release_date" in by_hand:
        locked.add("original_year")
    if match_locked and values[SPOTIFY_ID] is not None:
        locked.add(SPOTIFY_ID)
    version = columns["version"]
    said = _said_in(rows) if words.fields else {}
    state = TrackState(
        id=track_id,
        artist=columns["artist"],
        title=f"{columns['title']} ({version})" if version else columns["title"],
        art_id=art_id,
        values=values,
        in_force=_in_force(said, words) if said else {},
        locked=frozenset(locked),
        said=_offers(said, words, 100 if match_locked else round(match_score or 0)) if said else {},
    )
    return HeldTrack(state, columns, rows, hex_id)


def _said_in(rows: Mapping[str, SaidRow]) -> dict[str, Mapping[str, Plain]]:
    return {source: json.loads(each.fields) for source, each in rows.items()}


def _in_force(said: Values, words: _Words) -> dict[str, str]:
    """Who says the value of each field. Most are said by one source: then nothing has to be merged."""
    found: dict[str, str] = {}
    merged = None
    for name in words.fields:
        saying = [source for source, values in said.items() if name in values]
        if len(saying) == 1:
            found[name] = saying[0]
        elif saying:
            merged = merged or merge(said, words.precedence, words.preferences)
            if name in merged:
                found[name] = merged[name].source
    if Source.SPOTIFY in said:
        found[SPOTIFY_ID] = Source.SPOTIFY
    return found


def _offers(said: Values, words: _Words, sure: int) -> dict[str, tuple[Offer, ...]]:
    order = [each for each in words.precedence if each in said]
    order += sorted(said.keys() - set(order))
    found: dict[str, tuple[Offer, ...]] = {}
    for name in words.fields:
        offers = []
        for source in order:
            value = _value(said[source], name)
            if value is not None and source != Source.MANUAL:
                offers.append(Offer(value, source, sure))
        if offers:
            found[name] = tuple(offers)
    return found


def _value(said: Mapping[str, Plain], name: str) -> Plain | None:
    value = said.get(name)
    if value is None and name == "original_year" and (released := said.get("release_date")):
        return year_of(None, str(released))
    return value
