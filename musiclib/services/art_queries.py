"""What providers are asked when a person looks further for pictures of an album or a track."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from musiclib.db.connection import Connection
from musiclib.db.metadata import TrackMetadataRepository
from musiclib.domain.ids import TrackId
from musiclib.domain.provenance import merge
from musiclib.domain.releases import Listed, releases_of
from musiclib.domain.states import Source
from musiclib.providers.base import TrackQuery
from musiclib.services.art_known import Known

_OWN = (Source.MANUAL, Source.TRACKLIST, Source.FILE_TAGS)
_LOOSE_TRACKS = 3
"""A mix has no cover at a provider; those of some of its tracks are offered."""


def queries_for(conn: Connection, known: Known) -> list[TrackQuery]:
    """A release is asked for by one of its tracks, as the answer serves them all; a mix by a few tracks."""
    tracks = [each for each in known.tracks if not each.is_id]
    own = _own_queries(conn, known, [each.id for each in tracks])
    if known.album is None:
        return own
    album = known.album
    listed = [Listed(each.artist, each.album, place) for place, each in enumerate(own, 1)]
    for query, release in zip(own, releases_of(album.title, album.artist, listed), strict=True):
        if release is not None:
            whole = replace(query, album=release.album, album_artist=release.artist)
            return [replace(whole, album_tracks=release.tracks, position=release.position)]
    return own[:_LOOSE_TRACKS]


def _own_queries(conn: Connection, known: Known, ids: Sequence[TrackId]) -> list[TrackQuery]:
    said = TrackMetadataRepository(conn).by_source(ids, _OWN)
    records = {each.id: each for each in known.tracks}
    found = []
    for track_id in ids:
        record = records[track_id]
        own = {name: each.value for name, each in merge(said.get(track_id, {}), _OWN).items()}
        found.append(
            TrackQuery(
                artist=str(own.get("artist", record.artist)),
                title=str(own.get("title", record.title)),
                version=_text(own.get("version")),
                album=_text(own.get("album")),
                duration_s=record.duration_s,
                isrc=_text(own.get("isrc")),
            )
        )
    return found


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None
