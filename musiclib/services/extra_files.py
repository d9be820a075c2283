"""Files that a person says are tracks of a list."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from musiclib.db.effective import credits_of
from musiclib.db.enrichment_tasks import EnrichmentTaskRepository
from musiclib.db.files import FileRepository
from musiclib.db.identities import new_id
from musiclib.db.records import FileRecord, NewTrack
from musiclib.db.tracks import TrackRepository
from musiclib.domain.ids import FileId, TrackId
from musiclib.domain.matching import Recording
from musiclib.domain.provenance import Plain
from musiclib.domain.rows import AlbumEntry
from musiclib.domain.states import TaskKind
from musiclib.domain.text import match_key, split_version
from musiclib.providers.file_tags import tag_fields
from musiclib.services.act_record import Act
from musiclib.services.file_facts import tags_of
from musiclib.services.file_matcher import FileMatch, readings
from musiclib.services.import_rows import storable
from musiclib.services.scan_tracks import link_files


def tracks_of_files(
    act: Act, file_ids: Sequence[FileId], precedence: Sequence[str], track_id: TrackId | None = None
) -> list[AlbumEntry]:
    """Link files by hand, to `track_id` or each to a new track; returns places for a list."""
    files = FileRepository(act.conn).get_many(file_ids)
    entries: list[AlbumEntry] = []
    for file_id in file_ids:
        if (file := files.get(file_id)) is None:
            continue
        target = track_id or _new_track(act, file)
        found = [(file, FileMatch(target, 100.0))]
        link_files(act.conn, found, precedence, lambda: act.now, by_hand=True)
        entries.append(AlbumEntry(target, 0, None, 1, None))
    return entries


def _new_track(act: Act, file: FileRecord) -> TrackId:
    track_id = TrackId(new_id())
    read = next(iter(readings(tags_of(file), Path(file.path).stem)), None)
    recording = read or Recording("", storable(Path(file.path).stem))
    title, version = split_version(recording.title)
    values: dict[str, Plain] = {**tag_fields(tags_of(file)), "artist": recording.artist, "title": title}
    if version is not None:
        values["version"] = version
    key = match_key(recording.artist, title, version)
    tracks = TrackRepository(act.conn)
    tracks.add([NewTrack(track_id, key, values)], act.now)
    tracks.set_credits({track_id: credits_of(recording.artist)}, act.now)
    EnrichmentTaskRepository(act.conn).enqueue([track_id], TaskKind.METADATA, act.now)
    act.made_tracks.append(track_id)
    return track_id
