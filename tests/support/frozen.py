"""Libraries as released versions wrote them. Each release adds one and none is ever written again:

python -m tests.support.frozen 0.2.0
"""

from __future__ import annotations

import sys
from datetime import timedelta
from pathlib import Path

from musiclib.db import migrate
from musiclib.db.albums import AlbumRepository
from musiclib.db.art import ArtRepository
from musiclib.db.changesets import ChangesetRepository
from musiclib.db.connection import Connection
from musiclib.db.engine import Database
from musiclib.db.enrichment_tasks import EnrichmentTaskRepository
from musiclib.db.external_data import ExternalDataRepository
from musiclib.db.files import FileRepository
from musiclib.db.identities import new_id, new_ids
from musiclib.db.imports import ImportRepository, LessonRepository
from musiclib.db.metadata import (
    AnalysisRepository,
    CandidateRepository,
    TrackMetadataRepository,
)
from musiclib.db.provider_state import ProviderStateRepository
from musiclib.db.records import ArtFacts, Credit, FileFacts, FileLink, NewCandidate, NewTrack, SourceValues
from musiclib.db.tracks import TrackRepository
from musiclib.domain.ids import AlbumId, ArtId, ImportId, TrackId
from musiclib.domain.rows import AlbumEntry
from musiclib.domain.states import MatchState, Reason, Source, TaskKind
from tests.support.library import NOW, WHOLE

FOLDER = Path(__file__).parents[1] / "fixtures" / "db"
NAMES = [("Boards of Canada", "Roygbiv"), ("Björk", "Jóga"), ("ID", "ID"), ("坂本龍一", "美貌の青空")]


def frozen_files() -> list[Path]:
    return sorted(FOLDER.glob("*.sqlite3"))


def freeze(path: Path) -> None:
    """Write a library with something in every table this version uses."""
    db = Database.open(f"sqlite:///{path}")
    migrate.upgrade(db, path.parent)
    ids = [TrackId(each) for each in new_ids(len(NAMES))]
    with db.write() as conn:
        art = ArtRepository(conn).put(ArtFacts("ab" * 32, "sample", "image/png", 500, 500), NOW)
        _add_tracks(conn, ids, art)
        album = _add_album(conn, ids, art)
        _add_files(conn, ids, album)
        _add_tasks(conn, ids)
        _add_findings(conn, ids)
        _add_the_rest(conn, ids, album)
    db.close()


def _add_tracks(conn: Connection, ids: list[TrackId], art: ArtId) -> None:
    tracks = TrackRepository(conn)
    named = list(zip(ids, NAMES, strict=True))
    tracks.add(
        [
            NewTrack(
                each, f"{artist} {title}", {"artist": artist, "title": title} | WHOLE, is_id=artist == "ID"
            )
            for each, (artist, title) in named
        ],
        NOW,
    )
    tracks.set_credits({each: [Credit(artist, artist.casefold())] for each, (artist, _) in named}, NOW)
    tracks.set_art(ids, art, NOW)
    tracks.set_match(ids[:1], MatchState.MATCHED, 98.5, NOW, locked=True)


def _add_album(conn: Connection, ids: list[TrackId], art: ArtId) -> AlbumId:
    album = AlbumId(new_id())
    albums = AlbumRepository(conn)
    albums.add(album, "A Mix", "Somebody", "a mix", NOW, year=2026, origin="pasted")
    places = [AlbumEntry(each, nth, f"{nth:02}", 1, nth * 300.0) for nth, each in enumerate(ids, 1)]
    albums.append(album, places, NOW)
    albums.set_art(album, art, NOW)
    return album


def _add_files(conn: Connection, ids: list[TrackId], album: AlbumId) -> None:
    """A file for each track, and one more that was left out of the album."""
    files = FileRepository(conn)
    facts = [
        FileFacts(f"/music/{nth} caf\udce9.flac", nth, nth, tags={"title": "x"})
        for nth in range(len(ids) + 1)
    ]
    file_ids = list(files.put(facts, NOW).values())
    files.link(
        [FileLink(track, file_id, 91.0) for track, file_id in zip(ids, file_ids[:-1], strict=True)], NOW
    )
    files.set_content_hash(file_ids[0], "cd" * 32)
    AlbumRepository(conn).leave_out(album, file_ids[-1:], NOW)


def _add_tasks(conn: Connection, ids: list[TrackId]) -> None:
    tasks = EnrichmentTaskRepository(conn)
    tasks.enqueue(ids, TaskKind.METADATA, NOW)
    tasks.enqueue(ids, TaskKind.AUDIO, NOW)
    first, second, third = tasks.claim("a", [TaskKind.METADATA], 3, NOW, timedelta(minutes=1))
    tasks.finish(first.id, "a", NOW, Reason.FOUND)
    tasks.fail(second.id, "a", NOW, Reason.BAD_PAYLOAD, "not as documented")
    tasks.postpone(third.id, "a", NOW + timedelta(hours=1), Reason.RATE_LIMITED)


def _add_findings(conn: Connection, ids: list[TrackId]) -> None:
    TrackMetadataRepository(conn).put(
        [
            SourceValues(each, source, {"title": title}, "x", {"title": 0.9}, {"x": "https://x"})
            for each, (_, title) in zip(ids, NAMES, strict=True)
            for source in (Source.TRACKLIST, Source.MANUAL)
        ],
        NOW,
    )
    for each in ids:
        CandidateRepository(conn).put(each, [NewCandidate("sample", "s", 90.0, {"title": "x"})], NOW)
    ExternalDataRepository(conn).put("sample", "s", {"title": "x"}, NOW)
    AnalysisRepository(conn).put("cd" * 32, "1", "librosa", {"bpm": 124.0}, NOW)


def _add_the_rest(conn: Connection, ids: list[TrackId], album: AlbumId) -> None:
    ImportRepository(conn).save_done(ImportId(new_id()), "ef" * 32, "A - B", {}, {}, album, NOW)
    ImportRepository(conn).save_draft(ImportId(new_id()), "01" * 32, "C - D", {}, {}, NOW)
    LessonRepository(conn).save("W - W", {"split": 1}, NOW)
    ChangesetRepository(conn).add("import", "Imported 4 tracks", {"made": []}, NOW, ids)
    ProviderStateRepository(conn).reserve("musicbrainz", 1.0, NOW)


if __name__ == "__main__":
    target = FOLDER / f"{sys.argv[1]}.sqlite3"
    if target.exists():
        sys.exit(f"{target} is frozen")
    freeze(target)
