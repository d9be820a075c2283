"""A track as a document that travels: what it is matched to, what each source says, a person's own values.

Its parts:

`match`        the state, the recording's values and the candidates: one decision, taken over as a whole.
               By hand if a person has locked it; of two that are not the better one counts, then the newer.
`hand FIELD`   a value a person has given.
`said SOURCE`  what was heard, read from tags or written in a list: the newer one counts.
`art`          the picture, by the hash of its bytes; by hand if a person has decided on it.
`id`           whether it is an `ID` that waits for its name.

Effective values, credits and the index of the search are made of these on either side; a track that is new
there brings its own along. Files, their links, tasks and downloads belong to a machine and stay with it.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import chain
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from musiclib.db.effective import credits_of, remerge
from musiclib.db.enrichment_tasks import EnrichmentTaskRepository
from musiclib.db.schema import Art, MatchCandidate, Track, TrackMetadata
from musiclib.db.sync_documents import Side, versions_of
from musiclib.db.sync_rows import Row, Travelling, told_moment
from musiclib.db.tracks import TrackRepository
from musiclib.domain.ids import TrackId
from musiclib.domain.provenance import LOCAL_SOURCES
from musiclib.domain.states import MatchState, Source, TaskKind
from musiclib.domain.sync_merge import Part, Pick, digest_of

ART = Travelling(Art, ("id", "sha256", "source", "source_url", "mime", "width", "height", "created_at"))
SHA = ART.columns.index("sha256")
_MATCH = ("match_state", "match_score", "match_margin", "match_locked", "match_deferred_at")
_OWN = ("id", *_MATCH, "is_id", "art_id", "art_locked")
_MADE = (
    *("artist", "title", "version", "album", "isrc", "duration_s", "release_date", "original_year", "label"),
    *("catalog_number", "genres", "bpm", "key_code", "energy", "loudness_lufs", "loudness_range_lu"),
    *("true_peak_dbtp", "popularity", "match_key", "needs_ear", "created_at"),
)
"""Columns that are made of the parts, or never change."""
_TRACKS = Travelling(Track, (*_OWN, *_MADE))
_NEW = Travelling(Track, (*_OWN, *_MADE, "revision", "updated_at"))
_CHANGED = Travelling(Track, (*_OWN, "updated_at"))
_SAID = Travelling(
    TrackMetadata,
    (
        *("track_id", "source", "external_id", "fields", "confidence", "links", "art", "origins"),
        *("chosen_at", "fetched_at"),
    ),
)
_OFFERED = Travelling(
    MatchCandidate,
    (
        *("id", "track_id", "provider", "external_id", "score", "fields", "reasons", "rejected", "chosen"),
        *("created_at", "album_external_id", "links", "art"),
    ),
)
_SOURCE, _FIELDS, _FETCHED = (_SAID.columns.index(each) for each in ("source", "fields", "fetched_at"))
_PROVIDER, _CHOSEN = (_OFFERED.columns.index(each) for each in ("provider", "chosen"))
_STATES = (MatchState.PENDING, MatchState.NOT_FOUND, MatchState.REVIEW, MatchState.MATCHED)
_NO_ROW = (None, "{}", "{}", "[]")
_OWN_PLACE = {name: place for place, name in enumerate(_OWN)}
_LOCAL = frozenset(each.value for each in LOCAL_SOURCES)

Hand = Mapping[str, tuple[Any, str | None, str | None]]
"""Field -> value, the source it was taken from, when."""


@dataclass(frozen=True, slots=True)
class TrackDocument:
    """Rows are as they travel, without the track's id where that stands first."""

    key: str
    version: str
    own: Row
    made: Row
    art: Row | None
    hand: Hand
    hand_at: str | None
    said: Mapping[str, Row]
    matched: tuple[Row, ...]
    offered: tuple[Row, ...]
    picked: frozenset[str] = field(default=frozenset())
    """Parts that were taken over from the other side."""

    @property
    def title(self) -> str:
        return f"{self.made[0]} - {self.made[1]}"

    def parts(self) -> dict[str, Part]:
        parts = {"match": self._match(), "id": Part(digest_of(self.own[_OWN_PLACE["is_id"]]), rank="")}
        locked = bool(self.own[_OWN_PLACE["art_locked"]])
        if self.art is not None or locked:
            sha = self.art[SHA] if self.art else None
            parts["art"] = Part(digest_of((sha, locked)), locked)
        for name, value in self.hand.items():
            parts[f"hand {name}"] = Part(digest_of(value[0]), True)
        for source, row in self.said.items():
            parts[f"said {source}"] = Part(digest_of(row[1:-1]), rank=row[-1])
        return parts

    def _match(self) -> Part:
        state, score, margin, locked, deferred = self.own[1:6]
        rows = tuple(row[:-1] for row in self.matched)
        offers = tuple(row[2:9] for row in self.offered)
        newest = max((row[-1] for row in self.matched), default="")
        rank = f"{_STATES.index(MatchState(state))} {score or 0:06.2f} {newest}"
        return Part(digest_of((state, score, margin, locked, deferred, rows, offers)), bool(locked), rank)

    def shown(self, part: str) -> Any:
        """A part for a person to see."""
        what, _, name = part.partition(" ")
        if what == "hand":
            return self.hand[name][0] if name in self.hand else None
        if what == "art":
            return self.art[SHA] if self.art else None
        if what != "match":
            return None
        chosen = [f"{row[2]} {row[3]}" for row in self.offered if row[_CHOSEN]]
        return {"state": self.own[1], "recordings": chosen or [f"{row[1]} {row[2]}" for row in self.matched]}

    def entries(self) -> None:
        return None

    def alike(self, other: TrackDocument) -> bool:
        return True

    def with_picks(
        self, other: TrackDocument, picks: Mapping[str, Pick], theirs: Pick, joined: object = None
    ) -> TrackDocument:
        taken = frozenset(name for name, pick in picks.items() if pick is theirs)
        if not taken:
            return self
        own = list(self.own)
        made = self
        if "match" in taken:
            own[1:6] = other.own[1:6]
            made = replace(made, matched=other.matched, offered=other.offered)
        if "id" in taken:
            own[_OWN_PLACE["is_id"]] = other.own[_OWN_PLACE["is_id"]]
        if "art" in taken:
            own[_OWN_PLACE["art_locked"]] = other.own[_OWN_PLACE["art_locked"]]
            made = replace(made, art=other.art)
        hand = _taken("hand ", taken, self.hand, other.hand)
        said = _taken("said ", taken, self.said, other.said)
        at = max(filter(None, (self.hand_at, other.hand_at)), default=None)
        return replace(made, own=tuple(own), hand=hand, hand_at=at, said=said, picked=taken)


def _taken(kind: str, taken: Collection[str], mine: Mapping[str, Any], theirs: Mapping[str, Any]) -> Any:
    names = {each.removeprefix(kind) for each in taken if each.startswith(kind)}
    kept = {name: value for name, value in mine.items() if name not in names}
    return kept | {name: theirs[name] for name in names if name in theirs}


class TrackDocuments:
    """Reads and writes them in one database."""

    kind = "track"

    def versions(self, conn: Connection, keys: Iterable[str] | None = None) -> dict[str, str]:
        return versions_of(conn, Track, keys)

    def read(self, conn: Connection, keys: Sequence[str]) -> dict[str, TrackDocument]:
        versions = self.versions(conn, keys)
        said, offered = _SAID.by(conn, "track_id", keys), _OFFERED.by(conn, "track_id", keys)
        rows = list(_TRACKS.of(conn, "id", keys))
        place = _OWN_PLACE["art_id"]
        art = {row[0]: row for row in ART.of(conn, "id", {row[place] for row in rows if row[place]})}
        return {
            row[0]: _document(row, versions[row[0]], art, said.get(row[0], ()), offered.get(row[0], ()))
            for row in rows
        }

    def natural_keys(self, conn: Connection, keys: Sequence[str]) -> dict[str, tuple[str, ...]]:
        """Names and version, then the ISRC, as for a list that is pasted. An `ID` has none."""
        columns = Travelling(Track, ("id", "match_key", "isrc", "is_id"))
        found: dict[str, tuple[str, ...]] = {}
        for track_id, match_key, isrc, is_id in columns.of(conn, "id", keys):
            named = () if is_id else (f"name {match_key}", *([f"isrc {isrc}"] if isrc else ()))
            found[track_id] = named
        return found

    def ready(self, conn: Connection, documents: Sequence[TrackDocument]) -> Sequence[TrackDocument]:
        return documents

    def add(self, conn: Connection, new: Sequence[TrackDocument], side: Side) -> None:
        now = told_moment(side.now)
        art = put_art(conn, [each.art for each in new if each.art])
        rows = [(*_with_art(each, art), *each.made, 1, now) for each in new]
        _NEW.insert(conn, rows)
        self._add_rows(conn, new)
        credited = {TrackId(UUID(each.key)): credits_of(str(each.made[0])) for each in new}
        TrackRepository(conn).add_credits(credited, side.now)
        if side.remerges:
            remerge(conn, list(credited), side.precedence, side.now)
        place = _OWN_PLACE["is_id"]
        pending = [
            TrackId(UUID(each.key))
            for each in new
            if each.own[1] == MatchState.PENDING and not each.own[place]
        ]
        EnrichmentTaskRepository(conn).enqueue_new(pending, TaskKind.METADATA, side.now)

    def change(self, conn: Connection, changed: Sequence[TrackDocument], side: Side) -> None:
        keys = [each.key for each in changed]
        ids = [TrackId(UUID(key)) for key in keys]
        art = put_art(conn, [each.art for each in changed if each.art])
        now = told_moment(side.now)
        _CHANGED.update(conn, "id", [(*_with_art(each, art), now) for each in changed])
        _SAID.delete(conn, "track_id", keys)
        _OFFERED.delete(conn, "track_id", keys)
        self._add_rows(conn, changed)
        remerge(conn, ids, side.precedence, side.now)
        matched = [
            TrackId(UUID(each.key))
            for each in changed
            if "match" in each.picked and each.own[1] != MatchState.PENDING
        ]
        EnrichmentTaskRepository(conn).cancel(matched, TaskKind.METADATA)
        TrackRepository(conn).touch(ids)

    def delete(self, conn: Connection, keys: Sequence[str], now: datetime) -> set[str]:
        """Deletes those that stand on no list; returns which those were."""
        tracks = TrackRepository(conn)
        free = tracks.without_album(TrackId(UUID(key)) for key in keys)
        tracks.delete(free, now)
        return {each.hex for each in free}

    def _add_rows(self, conn: Connection, documents: Sequence[TrackDocument]) -> None:
        said = ((each.key, *row) for each in documents for row in _rows_said(each))
        _SAID.insert(conn, list(said))
        offered = ((row[0], each.key, *row[2:]) for each in documents for row in each.offered)
        _OFFERED.insert(conn, list(offered))


def put_art(conn: Connection, art: Sequence[Row]) -> dict[str, str]:
    """Makes sure that these pictures are known; returns the id each hash has here."""
    wanted = {row[SHA]: row for row in art}
    known = {row[SHA]: row[0] for row in ART.of(conn, "sha256", wanted)}
    taken = {row[0] for row in ART.of(conn, "id", [row[0] for row in wanted.values()])}
    new = [row for sha, row in wanted.items() if sha not in known and row[0] not in taken]
    ART.insert(conn, new)
    return known | {row[SHA]: row[0] for row in new}


def _with_art(document: TrackDocument, art: Mapping[str, str]) -> Row:
    own = list(document.own)
    own[_OWN_PLACE["art_id"]] = art.get(document.art[SHA]) if document.art else None
    return tuple(own)


def _document(
    row: Row, version: str, art: Mapping[str, Row], said: Iterable[Row], offered: Iterable[Row]
) -> TrackDocument:
    hand: Hand = {}
    hand_at = None
    local: dict[str, Row] = {}
    matched: list[Row] = []
    for each in sorted(said, key=lambda each: each[_SOURCE]):
        source = each[_SOURCE]
        if source == Source.MANUAL:
            hand, hand_at = _hand(each), each[_FETCHED]
        elif source in _LOCAL:
            local[source] = each[1:]
        else:
            matched.append(each[1:])
    size = len(_OWN)
    picture = art.get(row[_OWN_PLACE["art_id"]] or "")
    offers = tuple(sorted(offered, key=lambda each: each[2:4]))
    return TrackDocument(
        row[0], version, row[:size], row[size:], picture, hand, hand_at, local, tuple(matched), offers
    )


def _hand(row: Row) -> Hand:
    _, _, _, fields, _, _, _, origins, chosen_at, _ = row
    origins, chosen_at = json.loads(origins), json.loads(chosen_at)
    return {
        name: (value, origins.get(name), chosen_at.get(name)) for name, value in json.loads(fields).items()
    }


def _rows_said(document: TrackDocument) -> Iterable[Row]:
    own = [_hand_row(document)] if document.hand else []
    return chain(own, document.said.values(), document.matched)


def _hand_row(document: TrackDocument) -> Row:
    fields, origins, chosen_at = ({}, {}, {})  # type: tuple[dict[str, Any], dict[str, str], dict[str, str]]
    for name, (value, origin, at) in document.hand.items():
        fields[name] = value
        if origin is not None:
            origins[name] = origin
        if at is not None:
            chosen_at[name] = at
    texts = (json.dumps(each, separators=(",", ":")) for each in (fields, origins, chosen_at))
    said, came_from, when = texts
    at = document.hand_at
    return (Source.MANUAL.value, None, said, "{}", "{}", "[]", came_from, when, at)
