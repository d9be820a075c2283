"""Tracks that may be one recording, made without what would find them to be one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from musiclib.bootstrap import Library
from musiclib.db.effective import credits_of, remerge
from musiclib.db.enrichment_tasks import EnrichmentTaskRepository
from musiclib.db.files import FileRepository
from musiclib.db.identities import new_id
from musiclib.db.metadata import TrackMetadataRepository
from musiclib.db.records import FileFacts, FileLink, NewTrack, SourceValues
from musiclib.db.tracks import TrackRepository
from musiclib.domain.ids import TrackId
from musiclib.domain.provenance import DEFAULT_PRECEDENCE, Plain
from musiclib.domain.states import Source, TaskKind
from musiclib.domain.text import match_key


def add_copy(
    library: Library, clock: Callable[[], datetime], title: str = "Auftakt", file: str = "", **said: Plain
) -> TrackId:
    """A track that a list names, with a file of a codec ("flac") and what else the list says."""
    track_id = TrackId(new_id())
    fields: dict[str, Plain] = {"artist": "Mira Voss", "title": title, "duration_s": 300.0, **said}
    version = fields.get("version")
    key = match_key(str(fields["artist"]), title, str(version) if version else None)
    with library._db.write() as conn:
        tracks = TrackRepository(conn)
        tracks.add([NewTrack(track_id, key, {"artist": str(fields["artist"]), "title": title})], clock())
        tracks.add_credits({track_id: credits_of(str(fields["artist"]))}, clock())
        TrackMetadataRepository(conn).put([SourceValues(track_id, Source.TRACKLIST, fields)], clock())
        remerge(conn, [track_id], DEFAULT_PRECEDENCE, clock())
        EnrichmentTaskRepository(conn).enqueue([track_id], TaskKind.METADATA, clock())
        if file:
            files = FileRepository(conn)
            path = f"/music/{track_id}.{file}"
            ids = files.put([FileFacts(path, 9, 9, key, codec=file, bitrate=320_000)], clock())
            files.link([FileLink(track_id, ids[path], 95.0)], clock())
    return track_id
