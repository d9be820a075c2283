"""Reads what runs go by: the values of many tracks, and what each source says of them."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import Connection, Text, cast, func, select

from musiclib.db.preferences import SourcePreferenceRepository
from musiclib.db.queries import year_of
from musiclib.db.schema import Track, TrackMetadata
from musiclib.db.statements import chunked
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
    said: dict[str, Mapping[str, Plain]]
    """Source -> field -> value."""


_READ = ("artist", "title", "version", "album", "release_date", *VALUE_FIELDS)
_TRACKS = select(
    Track.id, Track.art_id, Track.match_locked, Track.match_score, *(getattr(Track, name) for name in _READ)
)
_SAID = select(
    TrackMetadata.track_id,
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
).order_by(TrackMetadata.track_id, TrackMetadata.source)


def held_tracks(
    conn: Connection, track_ids: Iterable[TrackId], fields: Collection[str], precedence: Sequence[str]
) -> dict[TrackId, HeldTrack]:
    """The tracks that exist, in the order given; `fields` are those whose sources are wanted."""
    preferences = SourcePreferenceRepository(conn).all()
    found: dict[TrackId, HeldTrack] = {}
    for ids in chunked(track_ids):
        rows: dict[TrackId, dict[str, SaidRow]] = defaultdict(dict)
        for track_id, source, *said in conn.execute(_SAID.where(TrackMetadata.track_id.in_(ids))):
            rows[TrackId(track_id)][source] = SaidRow(*said)
        read = {row[0]: row for row in conn.execute(_TRACKS.where(Track.id.in_(ids)))}
        for track_id in ids:
            if track_id in read:
                found[track_id] = _held(
                    read[track_id], rows.get(track_id, {}), fields, precedence, preferences
                )
    return found


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


def _held(
    row: Sequence[Any],
    rows: dict[str, SaidRow],
    fields: Collection[str],
    precedence: Sequence[str],
    preferences: Sequence[SourcePreference],
) -> HeldTrack:
    track_id, art_id, match_locked, match_score, *read = row
    columns = dict(zip(_READ, read, strict=True))
    said: dict[str, Mapping[str, Plain]] = {source: json.loads(each.fields) for source, each in rows.items()}
    spotify = rows.get(Source.SPOTIFY)
    by_hand = said.get(Source.MANUAL, {})
    values = {name: columns[name] for name in VALUE_FIELDS}
    values["original_year"] = year_of(columns["original_year"], columns["release_date"])
    values[SPOTIFY_ID] = spotify.external_id if spotify else None
    locked = {name for name in VALUE_FIELDS if name in by_hand}
    if "release_date" in by_hand:
        locked.add("original_year")
    if match_locked and values[SPOTIFY_ID] is not None:
        locked.add(SPOTIFY_ID)
    sure = 100 if match_locked else round(match_score or 0)
    version = columns["version"]
    state = TrackState(
        id=track_id,
        artist=columns["artist"],
        title=f"{columns['title']} ({version})" if version else columns["title"],
        art_id=art_id,
        values=values,
        in_force=_in_force(said, fields, precedence, preferences),
        locked=frozenset(locked),
        said=_offers(said, fields, precedence, sure),
    )
    return HeldTrack(state, columns, rows, said)


def _in_force(
    said: Values, fields: Collection[str], precedence: Sequence[str], preferences: Sequence[SourcePreference]
) -> dict[str, str]:
    """Who says the value of each field. Most are said by one source: then nothing has to be merged."""
    found: dict[str, str] = {}
    merged = None
    for name in fields:
        saying = [source for source, values in said.items() if name in values]
        if len(saying) == 1:
            found[name] = saying[0]
        elif saying:
            merged = merged or merge(said, precedence, preferences)
            if name in merged:
                found[name] = merged[name].source
    if Source.SPOTIFY in said:
        found[SPOTIFY_ID] = Source.SPOTIFY
    return found


def _offers(
    said: Values, fields: Collection[str], precedence: Sequence[str], sure: int
) -> dict[str, tuple[Offer, ...]]:
    order = sorted(
        said, key=lambda source: precedence.index(source) if source in precedence else len(precedence)
    )
    found: dict[str, tuple[Offer, ...]] = {}
    for name in fields:
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
