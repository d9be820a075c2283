"""The index of the search follows every kind of change, in the transaction that makes it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from musiclib.bootstrap import Library
from musiclib.db.enrichment_tasks import EnrichmentTaskRepository
from musiclib.db.files import FileRepository
from musiclib.db.metadata import TrackMetadataRepository
from musiclib.db.records import FileFacts, FileLink, SourceValues
from musiclib.domain.ids import TrackId
from musiclib.domain.states import FileState, MergeMode, Source, TaskKind
from musiclib.domain.track_query import parse_query
from tests.services.conftest import Clock
from tests.services.helpers import import_into, import_new
from tests.support.database import DIALECTS

LIST = "Mira Voss - Auftakt\nKessel & Vroom - Langsam, bitte (Live)\nTessera - Labyrinth\n坂本 - 夜明け"


def _rows(library: Library) -> list[Any]:
    with library._db.read() as conn:
        facts = "SELECT * FROM track_facts f JOIN track_names n ON n.number = f.number ORDER BY f.number"
        assert conn.exec_driver_sql("SELECT count(*) FROM search_due").scalar_one() == 0
        return list(map(tuple, conn.exec_driver_sql(facts)))


def _check(library: Library) -> None:
    """Making the index anew changes nothing, and every word is found in those tracks that have it."""
    before = _rows(library)
    with library._db.write() as conn:
        conn.exec_driver_sql("INSERT INTO search_due SELECT id FROM tracks")
    assert _rows(library) == before
    rows = library.library.load_tracks()
    assert len(before) == len(rows)
    texts = {row.id: f"{row.artist}\n{row.title}\n{row.version}".casefold() for row in rows}
    for word in ("mira", "voss", "auf", "in", "夜", "live", "lab", "new name", "langsam, bitte", "zzz", "ss"):
        found = set(library.searching.ids(parse_query(f'"{word}"')))
        assert found == {track_id for track_id, text in texts.items() if word in text}, word


def _count(library: Library, query: str) -> int:
    return library.searching.count(parse_query(query))


def _offer_file(library: Library, track_id: TrackId, clock: Clock) -> None:
    with library._db.write() as conn:
        files = FileRepository(conn)
        file_id = files.put([FileFacts("/music/a.mp3", 1, 1)], clock())["/music/a.mp3"]
        files.link([FileLink(track_id, file_id, 90.0)], clock())


@pytest.mark.parametrize("settings", DIALECTS, indirect=True)
def test_every_change_is_found(library: Library, clock: Clock) -> None:
    album = import_new(library, LIST).album_id
    _check(library)
    first, second, third, _ = library.searching.ids(parse_query(""))
    library.library.set_value(first, "title", "New Name")
    assert (_count(library, "auftakt"), _count(library, "new name")) == (0, 1)
    _check(library)
    library.library.undo()
    assert (_count(library, "auftakt"), _count(library, "new name")) == (1, 0)
    library.library.set_value(first, "bpm", 124.0)
    assert _count(library, "bpm:62") == 1
    _offer_file(library, first, clock)
    assert _count(library, "has:file") == 1
    with library._db.write() as conn:
        file_id = FileRepository(conn).by_paths(["/music/a.mp3"])["/music/a.mp3"].id
        FileRepository(conn).set_state([file_id], FileState.MISSING)
        EnrichmentTaskRepository(conn).claim("w", [TaskKind.METADATA], 1, clock(), clock.now - clock.now)
        TrackMetadataRepository(conn).put([SourceValues(third, Source.DEEZER, {"isrc": "X"})], clock())
    assert [_count(library, each) for each in ("has:file", "state:running", "source:deezer")] == [0, 1, 1]
    _check(library)
    import_into(library, album, "Mira Voss - Auftakt\nNew - Track", MergeMode.MERGE)
    _check(library)
    library.library.remove_tracks_from_album(album, [second])
    assert _count(library, "langsam") == 0
    _check(library)
    library.library.undo()
    assert _count(library, "langsam") == 1
    _check(library)
    library.library.remove_album(album)
    _check(library)
    library.library.undo()
    assert _count(library, "") == 5
    _check(library)


def test_what_another_program_changed_is_made_good_with_the_next_write(
    library: Library, clock: Clock, data_dir: Path
) -> None:
    import_new(library, LIST)
    with closing(sqlite3.connect(data_dir / "library.sqlite3")) as conn, conn:
        conn.execute("UPDATE tracks SET title = 'New Name' WHERE title = 'Auftakt'")
    with library._db.write():
        pass
    assert (_count(library, "auftakt"), _count(library, "new name")) == (0, 1)
    _check(library)
