"""Makes the effective values of tracks from what their sources say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache

from sqlalchemy import Connection

from musiclib.db.external_data import ExternalDataRepository
from musiclib.db.metadata import TrackMetadataRepository
from musiclib.db.preferences import SourcePreferenceRepository
from musiclib.db.records import Credit
from musiclib.db.tracks import TrackRepository
from musiclib.domain.hearing import needs_ear
from musiclib.domain.ids import TrackId
from musiclib.domain.provenance import MERGED_FIELDS, Plain, Values, artist_key, merge
from musiclib.domain.states import Source
from musiclib.domain.text import match_key, split_artists


def remerge(
    conn: Connection, track_ids: Iterable[TrackId], precedence: Sequence[str], now: datetime
) -> list[TrackId]:
    """Set the effective values, artists and match keys of tracks by what their sources say now, and
    whether a person should listen to them.

    A field nobody speaks of any more is cleared; a track nobody speaks of at all keeps its name. Returns
    the tracks that changed.
    """
    ids = list(dict.fromkeys(track_ids))
    tracks = TrackRepository(conn)
    said = TrackMetadataRepository(conn).by_source(ids)
    before = tracks.values(ids)
    preferences = SourcePreferenceRepository(conn).all()
    changes: dict[TrackId, dict[str, Plain | None]] = {}
    renamed: dict[TrackId, str] = {}
    credited: dict[TrackId, list[Credit]] = {}
    for track_id, old in before.items():
        merged = merge(said.get(track_id, {}), precedence, preferences)
        new: dict[str, Plain | None] = {
            name: merged[name].value if name in merged else None for name in MERGED_FIELDS
        }
        new["artist"] = new["artist"] if new["artist"] is not None else old["artist"]
        new["title"] = new["title"] if new["title"] is not None else old["title"]
        changed = {name: value for name, value in new.items() if value != old[name]}
        if not changed:
            continue
        changes[track_id] = changed
        if not changed.keys().isdisjoint({"artist", "title", "version"}):
            renamed[track_id] = key_of(new)
        if "artist" in changed:
            credited[track_id] = credits_of(str(new["artist"]))
    ExternalDataRepository(conn).forget_asked(
        track_id for track_id, changed in changes.items() if "isrc" in changed
    )
    tracks.set_values(changes, now, match_keys=renamed)
    tracks.set_credits(credited, now)
    return list(dict.fromkeys([*changes, *_mark_for_ear(conn, before, said, now)]))


def _mark_for_ear(
    conn: Connection, track_ids: Iterable[TrackId], said: Mapping[TrackId, Values], now: datetime
) -> list[TrackId]:
    """Returns the tracks of which it is another answer now."""
    ids, tracks = list(track_ids), TrackRepository(conn)
    analysed = [track_id for track_id in ids if Source.ANALYSIS in said.get(track_id, {})]
    sure = TrackMetadataRepository(conn).confidence_of(analysed, Source.ANALYSIS)
    needed = {each for each in ids if needs_ear(said.get(each, {}), sure.get(each, {}))}
    known = tracks.needing_ear(ids)
    tracks.set_needs_ear(needed - known, True, now)
    tracks.set_needs_ear(known - needed, False, now)
    return [each for each in ids if each in needed ^ known]


def key_of(values: Mapping[str, Plain | None]) -> str:
    """The match key of effective values."""
    version = values.get("version")
    return match_key(str(values["artist"]), str(values["title"]), str(version) if version else None)


_artist_key = lru_cache(maxsize=10_000)(artist_key)  # of one list the same few hundred again and again


def credits_of(artist: str) -> list[Credit]:
    """The artists of a credit, as they are stored."""
    found = ((part.name.strip(), part.join_phrase) for part in split_artists(artist))
    named = [(name, _artist_key(name), phrase) for name, phrase in found]
    return [Credit(name, key, phrase) for name, key, phrase in named if key]
