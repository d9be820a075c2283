"""Runs over many tracks: planned, applied whole or not at all, and taken back, on both databases."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from musiclib.bootstrap import Library
from musiclib.db.effective import remerge
from musiclib.db.engine import Database
from musiclib.db.metadata import TrackMetadataRepository
from musiclib.db.records import SourceValues
from musiclib.db.schema import Base
from musiclib.db.tracks import TrackRepository
from musiclib.domain.bulk_plan import CellState
from musiclib.domain.ids import TrackId
from musiclib.domain.provenance import DEFAULT_PRECEDENCE
from musiclib.domain.states import Source
from musiclib.domain.track_query import parse_query
from musiclib.errors import BadInput, ChangedSince, NotInLibrary
from musiclib.services.bulk_runs import ChangedTracks
from tests.support.database import DIALECTS
from tests.support.library import NOW, WHOLE, add_tracks

pytestmark = pytest.mark.parametrize("settings", DIALECTS, indirect=True)

SPOTIFY = "4uLU6hMCjMI75M1A2tKU{:02d}"
_OF_THE_HISTORY = {"changesets", "changeset_tracks", "run_images"}
"""The act itself stays in the history, marked as taken back, so that it can be done again."""
_BACKUP = "backed_up"
"""When the library was backed up last: it still was, whatever became of the run."""
_COUNTERS = {"tracks": {"revision", "updated_at"}}
"""They only ever rise: windows and other machines see by them that a track is another one again."""


W, L, A, K, S = CellState.WRITE, CellState.LEFT_OUT, CellState.ASKS, CellState.LOCKED, CellState.SAME


def tables(db: Database) -> dict[str, list[dict[str, Any]]]:
    """Every row of every table, but for what a run that was taken back leaves on purpose."""
    found = {}
    with db.read() as conn:
        for table in Base.metadata.sorted_tables:
            if table.name in _OF_THE_HISTORY:
                continue
            rows = [
                {k: v for k, v in row.items() if k not in _COUNTERS.get(table.name, ())}
                for row in conn.execute(table.select()).mappings()
                if row.get("key") != _BACKUP
            ]
            found[table.name] = sorted(rows, key=repr)
    return found


def say(db: Database, track_id: TrackId, source: str, external_id: str | None = None, **fields: Any) -> None:
    with db.write() as conn:
        TrackMetadataRepository(conn).put([SourceValues(track_id, source, fields, external_id)], NOW)
        remerge(conn, [track_id], DEFAULT_PRECEDENCE, NOW)


@pytest.fixture
def tracks(library: Library) -> list[TrackId]:
    """Six tracks: bare, known to Deezer, locked by hand, the same already, whole but for ISRC, matched."""
    db = library._db
    ids = add_tracks(db, 6)
    say(db, ids[1], Source.DEEZER, "77", popularity=40, label="Low Tide", genres=["House"])
    say(db, ids[2], Source.MANUAL, isrc="GBAYE0000009", popularity=12)
    say(db, ids[3], Source.SPOTIFY, SPOTIFY.format(4), popularity=50)
    measured = {name: value for name, value in WHOLE.items() if name != "isrc"}
    say(db, ids[4], Source.FILE_TAGS, **measured, artist="Artist 5", title="Title 5")
    say(db, ids[5], Source.DEEZER, "88", isrc="QZES70000001", label='Old \\N\t"1"')
    return ids


def fetched(tmp_path: Path, ids: list[TrackId]) -> Path:
    path = tmp_path / "spotify_enrichment_20261121_120000.csv"
    lines = ["track_id,spotify_id,spotify_popularity,isrc"]
    for nth, each in enumerate(ids, 1):
        popularity = 50 if nth == 4 else 60 + nth
        lines.append(f"{each},{SPOTIFY.format(nth)},{popularity},GBAYE00000{nth:02d}")
    path.write_text("\n".join(lines))
    return path


def states(plan: Any, field: str) -> list[CellState]:
    return [CellState(each) for each in plan.column(field).states]


def values(library: Library, track_id: TrackId) -> dict[str, Any]:
    with library._db.read() as conn:
        return TrackRepository(conn).values([track_id])[track_id]


def found(library: Library, words: str) -> list[TrackId]:
    return library.searching.ids(parse_query(words))


def index_rows(db: Database) -> Iterator[list[Any]]:
    with db.read() as conn:
        for table in ("track_facts", "track_names"):
            yield sorted(conn.execute(text(f"SELECT * FROM {table}")).all(), key=repr)


def all_made_anew(db: Database) -> None:
    with db.write() as conn:
        conn.execute(text("INSERT INTO search_due (track_id) SELECT id FROM tracks"))


def test_a_run_is_planned_applied_and_taken_back(
    library: Library, tracks: list[TrackId], tmp_path: Path
) -> None:
    db, runs = library._db, library.bulk_runs
    before = tables(db)
    plan = runs.plan_file(fetched(tmp_path, tracks)).plan
    assert states(plan, "popularity") == [W, L, K, S, W, W]
    assert states(plan, "isrc") == [W, W, K, W, W, A]
    assert states(plan, "spotify_id") == [W, W, W, S, W, W]
    assert sum(plan.count(state) for state in CellState) == plan.cells == 18
    assert tables(db) == before

    plan.column("popularity").tick(1, True)
    plan.column("isrc").tick(5, True)
    done = runs.apply(plan)
    assert (done.tracks, done.cells) == (6, 14)
    assert [values(library, tracks[n])["popularity"] for n in range(6)] == [61, 62, 12, 50, 65, 66]
    assert [values(library, tracks[n])["isrc"] for n in (0, 2, 5)] == [
        "GBAYE0000001",
        "GBAYE0000009",
        "GBAYE0000006",
    ]
    # What was chosen against another source stays chosen; merging all anew changes nothing.
    with db.write() as conn:
        assert remerge(conn, tracks, DEFAULT_PRECEDENCE, NOW) == []
    followed = list(index_rows(db))
    all_made_anew(db)
    assert list(index_rows(db)) == followed
    assert found(library, "gbaye0000005") == [tracks[4]]
    assert library.library.history()[0].kind == "bulk_run"

    after = tables(db)
    library.library.undo()
    assert tables(db) == before
    library.library.redo()
    assert tables(db) == after
    runs.revert()
    assert tables(db) == before
    assert found(library, "gbaye0000005") == []
    followed = list(index_rows(db))
    all_made_anew(db)
    assert list(index_rows(db)) == followed
    with pytest.raises(NotInLibrary):
        runs.revert()


def test_a_row_that_changed_since_the_plan_stops_the_whole_run(
    library: Library, tracks: list[TrackId], tmp_path: Path
) -> None:
    db, runs = library._db, library.bulk_runs
    path = fetched(tmp_path, tracks)
    plan = runs.plan_file(path).plan
    saved = tmp_path / "plan.csv"
    runs.save(plan, saved)
    library.library.set_value(tracks[0], "label", "Harbour Own")
    before = tables(db)
    for stale in (plan, runs.plan_file(saved).plan):
        with pytest.raises(ChangedSince, match="Artist 1 - Title 1"):
            runs.apply(stale)
    assert tables(db) == before
    fresh = runs.plan_file(path).plan
    assert runs.apply(fresh).cells == fresh.count(CellState.WRITE)


def test_a_plan_is_ticked_in_a_spreadsheet(library: Library, tracks: list[TrackId], tmp_path: Path) -> None:
    runs = library.bulk_runs
    saved = tmp_path / "plan.csv"
    runs.save(runs.plan_file(fetched(tmp_path, tracks)).plan, saved)
    rows = list(csv.DictReader(io.StringIO(saved.read_text("utf-8-sig"))))
    assert [row["popularity_write"] for row in rows] == ["yes", "no", "locked", "same", "yes", "yes"]
    assert (rows[1]["popularity"], rows[1]["popularity_new"]) == ("40", "62")
    rows[1]["popularity_write"], rows[4]["popularity_write"] = "YES", "No"
    rows[0]["popularity_new"], rows[0]["popularity_source"] = "99,0", "By hand"
    edited = io.StringIO()
    writer = csv.DictWriter(edited, list(reversed(rows[0])), delimiter=";")
    writer.writeheader()
    writer.writerows(rows)
    saved.write_bytes(("sep=;\r\n" + edited.getvalue()).encode("utf-16"))
    plan = runs.plan_file(saved).plan
    runs.apply(plan)
    assert [values(library, tracks[n])["popularity"] for n in (0, 1, 4)] == [99, 62, None]
    assert library.library.track(tracks[0]).row.popularity == 99


def test_taking_back_asks_about_what_was_changed_since(
    library: Library, tracks: list[TrackId], tmp_path: Path
) -> None:
    db, runs = library._db, library.bulk_runs
    before = tables(db)
    runs.apply(runs.plan_file(fetched(tmp_path, tracks)).plan)
    library.library.set_value(tracks[0], "popularity", 7)
    say(db, tracks[4], Source.MUSICBRAINZ, "mb", isrc="GBAYE7777777", label="Harbour Own")
    with pytest.raises(ChangedTracks, match="Artist 1 - Title 1” and “Artist 5 - Title 5” were") as asked:
        runs.revert()
    assert (asked.value.things, asked.value.total) == ({tracks[0], tracks[4]}, 6)
    with pytest.raises(ChangedSince, match="This cannot be undone: “Artist 1"):
        library.library.undo(runs.runs()[0].id)
    runs.revert(changed="keep")
    assert values(library, tracks[0])["popularity"] == 7
    assert values(library, tracks[4])["isrc"] == "GBAYE7777777"
    assert values(library, tracks[1])["isrc"] is None
    changed = {str(tracks[n]) for n in (0, 4)}
    for table in ("tracks", "track_metadata"):
        key = "id" if table == "tracks" else "track_id"
        kept = [row for row in tables(db)[table] if str(row[key]) not in changed]
        assert kept == [row for row in before[table] if str(row[key]) not in changed]


def test_stored_sources_are_weighed_against_what_is_in_force(library: Library, tracks: list[TrackId]) -> None:
    db, runs = library._db, library.bulk_runs
    say(db, tracks[0], Source.MUSICBRAINZ, "m", label="Dial East Rec", genres=["House"], original_year=2024)
    say(db, tracks[0], Source.DEEZER, "d", label="Dial East", release_date="2023-04-01")
    say(db, tracks[0], Source.ITUNES, "i", label="Dial East", genres=["Deep house"])
    plan = runs.plan_tracks(tracks[:1], ("label", "original_year", "genres"), sure=0)
    assert [states(plan, each)[0] for each in ("label", "original_year", "genres")] == [
        CellState.WRITE,
        CellState.LEFT_OUT,
        CellState.LEFT_OUT,
    ]
    plan.column("original_year").tick(0, True)
    runs.apply(plan)
    found = values(library, tracks[0])
    assert (found["label"], found["original_year"], found["genres"]) == ("Dial East", 2023, ["House"])
    card = library.library.track(tracks[0])
    assert card is not None
    again = runs.plan_tracks(tracks[:1], ("label",), sure=0)
    assert states(again, "label") == [CellState.LOCKED]


def test_what_cannot_be_done_is_said(library: Library, tracks: list[TrackId], tmp_path: Path) -> None:
    runs = library.bulk_runs
    path = tmp_path / "mine.csv"
    path.write_text(f"track_id,popularity\n{tracks[0]},101\n{tracks[1]},7.5\n")
    with pytest.raises(BadInput, match=r"Line 2: popularity is “101”.*\n.*Line 3: popularity is “7.5”"):
        runs.plan_file(path)
    gone = TrackId(tracks[0].__class__(int=7))
    path.write_text(f"track_id,popularity\n{gone},50\n{tracks[3]},50\n")
    read = runs.plan_file(path)
    assert read.missing == ((2, gone),)
    with pytest.raises(BadInput, match="Nothing is ticked"):
        runs.apply(read.plan)
    with pytest.raises(BadInput, match="cannot be read"):
        runs.plan_file(tmp_path / "none.csv")


def test_after_a_run_changes_are_noted_as_before(
    library: Library, tracks: list[TrackId], tmp_path: Path
) -> None:
    """PostgreSQL notes nothing while a run is written: it renews the index itself."""
    runs = library.bulk_runs
    runs.apply(runs.plan_file(fetched(tmp_path, tracks)).plan)
    library.library.set_value(tracks[0], "label", "Harbour Own")
    assert found(library, "harbour own") == [tracks[0]]
    runs.revert()
    library.library.set_value(tracks[1], "label", "Nordlicht")
    assert found(library, "nordlicht") == [tracks[1]]
