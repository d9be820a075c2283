"""Takes out everything that came from one provider, for who ends the agreement with it.

A person's own decisions stay: which recording a track is, and which candidates were refused (by their ids
alone). The gate's counts stay too: leaving does not give the quota back.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Text, cast, delete, func, or_, select, union, update

from musiclib.db.albums import AlbumRepository
from musiclib.db.library_state import LibraryStateRepository
from musiclib.db.metadata import TrackMetadataRepository
from musiclib.db.schema import (
    Album,
    Art,
    Artist,
    Changeset,
    ExternalData,
    MatchCandidate,
    Track,
    TrackMetadata,
)
from musiclib.db.statements import chunked, raise_tracks
from musiclib.db.tracks import TrackRepository
from musiclib.domain.ids import AlbumId, TrackId
from musiclib.domain.provenance import MERGED_FIELDS

Json = dict[str, Any]

REMOVED = "removed"
"""The key in the library's state."""
_ON_THE_WAY = timedelta(minutes=15)
"""An answer that was asked for before is here by then: no call waits longer for its turn."""
_SAID = [name for name in MERGED_FIELDS if name not in ("artist", "title")]
_FORGOTTEN = {"score": 0.0, "fields": {}, "reasons": [], "album_external_id": None, "links": {}, "art": []}


@dataclass(frozen=True, slots=True)
class Removed:
    """What was taken out. Counts of rows; `pictures` are (sha256, mime) of files nobody shows any more."""

    tracks: tuple[TrackId, ...]
    """Tracks the provider said something about, or whose picture was its."""
    albums: tuple[AlbumId, ...]
    """Albums whose picture was its."""
    values: int
    candidates: int
    answers: int
    pictures: tuple[tuple[str, str], ...]


def remove_provider_data(conn: Connection, provider: str, now: datetime) -> Removed:
    """The tracks are to be merged anew by the caller, and the pictures' files to be deleted."""
    _remember_removal(conn, provider, now)
    said = _ids(conn, select(TrackMetadata.track_id).where(TrackMetadata.source == provider))
    TrackMetadataRepository(conn).drop([TrackId(each) for each in said], provider)
    candidates = _remove_candidates(conn, provider)
    answers = conn.execute(delete(ExternalData).where(ExternalData.provider == provider)).rowcount
    _forget_artist_ids(conn, provider)
    art = conn.execute(select(Art.id, Art.sha256, Art.mime).where(Art.source == provider)).all()
    art_ids = [row.id for row in art]
    tracks, albums = _take_pictures_off(conn, art_ids, now)
    _clean_history(conn, provider, {str(each) for each in art_ids})
    for ids in chunked(art_ids):
        conn.execute(delete(Art).where(Art.id.in_(ids)))
    return Removed(
        tuple(dict.fromkeys([*map(TrackId, said), *tracks])),
        tuple(albums),
        len(said),
        candidates,
        answers,
        tuple((row.sha256, row.mime) for row in art),
    )


def removals(conn: Connection) -> dict[str, str]:
    """Provider -> when its data was last removed: what was asked before must not be written after."""
    return LibraryStateRepository(conn).get(REMOVED) or {}


def was_just_removed(conn: Connection, provider: str, now: datetime) -> bool:
    """Whether an answer that comes now may have been asked for before the provider's data was removed."""
    at = removals(conn).get(provider)
    return at is not None and abs(now - datetime.fromisoformat(at)) < _ON_THE_WAY


def _remember_removal(conn: Connection, provider: str, now: datetime) -> None:
    LibraryStateRepository(conn).put(REMOVED, {**removals(conn), provider: now.isoformat()}, now)


def count_provider_data(conn: Connection, provider: str) -> dict[str, int]:
    """How many tracks, candidates, answers and pictures `remove_provider_data` would concern."""

    def count(rows: Any) -> int:
        return conn.execute(select(func.count()).select_from(rows)).scalar_one()

    art = select(Art.id).where(Art.source == provider)
    shown = select(Track.id).where(Track.art_id.in_(art))
    said = select(TrackMetadata.track_id).where(TrackMetadata.source == provider)
    offered = select(MatchCandidate.id).where(
        MatchCandidate.provider == provider, MatchCandidate.rejected.is_(False)
    )
    kept = select(ExternalData.id).where(ExternalData.provider == provider)
    return {
        "tracks": count(union(said, shown).subquery()),
        "candidates": count(offered.subquery()),
        "answers": count(kept.subquery()),
        "pictures": count(art.subquery()),
    }


def _ids(conn: Connection, query: Any) -> list[UUID]:
    return list(conn.execute(query).scalars())


def _remove_candidates(conn: Connection, provider: str) -> int:
    of_provider = MatchCandidate.provider == provider
    raise_tracks(conn, _ids(conn, select(MatchCandidate.track_id).where(of_provider).distinct()))
    refused = MatchCandidate.rejected.is_(True)
    blanked = conn.execute(update(MatchCandidate).where(of_provider, refused).values(_FORGOTTEN)).rowcount
    return blanked + conn.execute(delete(MatchCandidate).where(of_provider, ~refused)).rowcount


def _forget_artist_ids(conn: Connection, provider: str) -> None:
    query = select(Artist.id, Artist.external_ids)
    named = cast(Artist.external_ids, Text).contains(f'"{provider}"')
    for artist_id, ids in conn.execute(query.where(named)).all():
        left = {name: value for name, value in ids.items() if name != provider}
        conn.execute(update(Artist).where(Artist.id == artist_id).values(external_ids=left))


def _take_pictures_off(
    conn: Connection, art_ids: Collection[UUID], now: datetime
) -> tuple[list[TrackId], list[AlbumId]]:
    tracks: list[TrackId] = []
    albums: list[AlbumId] = []
    for ids in chunked(art_ids):
        tracks += map(TrackId, _ids(conn, select(Track.id).where(Track.art_id.in_(ids))))
        albums += map(AlbumId, _ids(conn, select(Album.id).where(Album.art_id.in_(ids))))
    TrackRepository(conn).set_art(tracks, None, now)
    for album_id in albums:
        AlbumRepository(conn).set_art(album_id, None, now)
    return tracks, albums


def _clean_history(conn: Connection, provider: str, art_ids: Collection[str]) -> None:
    """Undoing an earlier act must neither bring values back nor show a picture that is gone."""
    payload = cast(Changeset.payload, Text)
    concerned = payload.contains(f'"{provider}"')
    if art_ids:
        concerned = or_(concerned, payload.contains('"art_id"'))
    for changeset_id, kept in conn.execute(select(Changeset.id, Changeset.payload).where(concerned)).all():
        changes = kept.get("changes", [])
        theirs = {each["key"][0] for each in changes if _is_of(each, provider)}
        left = [_without(each, art_ids, theirs) for each in changes if not _is_of(each, provider)]
        if left != changes:
            clean = {**kept, "changes": left}
            conn.execute(update(Changeset).where(Changeset.id == changeset_id).values(payload=clean))


def _is_of(change: Mapping[str, Any], provider: str) -> bool:
    """Whether a change of a changeset is of a row that holds the provider's data."""
    if change["table"] == TrackMetadata.__tablename__:
        return provider in change["key"]
    if change["table"] != MatchCandidate.__tablename__:
        return False
    return provider in ((change["before"] or {}).get("provider"), (change["after"] or {}).get("provider"))


def _without(change: Mapping[str, Any], art_ids: Collection[str], theirs: Collection[str]) -> Json:
    """The change without the pictures, and without effective values of tracks the provider spoke of.

    Those are merged anew when the change is undone.
    """

    def clean(row: Mapping[str, Any] | None) -> Json | None:
        if row is None:
            return None
        left = dict(row)
        if left.get("art_id") in art_ids:
            left |= {"art_id": None, "art_locked": False}
        if change["table"] == Track.__tablename__ and change["key"][0] in theirs and "artist" in left:
            left |= dict.fromkeys(_SAID)
            left.pop("search_text", None)  # of a version that kept all the words of a track in one column
        return left

    return {**change, "before": clean(change["before"]), "after": clean(change["after"])}
