"""Two libraries that were changed apart: what each has after they have exchanged changes."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text, update

from musiclib.bootstrap import Library, open_library
from musiclib.db.artists import ArtistRepository
from musiclib.db.external_data import ExternalDataRepository
from musiclib.db.metadata import AnalysisRepository
from musiclib.db.provider_removal import remove_provider_data
from musiclib.db.schema import Artist, AudioAnalysis
from musiclib.db.sync_albums import AlbumDocuments
from musiclib.db.sync_documents import Documents
from musiclib.db.sync_tracks import TrackDocuments
from musiclib.domain.ids import AlbumId, TrackId
from musiclib.domain.provenance import Plain
from musiclib.domain.states import MergeMode
from musiclib.domain.sync_merge import Part
from musiclib.domain.track_query import parse_query
from musiclib.domain.tracklist.model import ParsedTrack
from musiclib.errors import NotInLibrary
from musiclib.services.import_types import ExistingAlbum, ImportRequest, NewAlbum
from musiclib.services.sync_types import HERE, THERE, SideCounts, SyncOutcome
from musiclib.settings import Settings
from tests.support.database import DIALECTS
from tests.support.library import NOW


@pytest.fixture
def here(data_dir: Path) -> Iterator[Library]:
    library = open_library(Settings(data_dir=data_dir, online=False))
    yield library
    library.close()


@pytest.fixture(params=DIALECTS)
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Of the shared library."""
    if request.param == "postgresql":
        return str(request.getfixturevalue("postgresql").empty_library())
    shutil.copy(request.getfixturevalue("sqlite_template"), tmp_path / "shared.sqlite3")
    return f"sqlite:///{tmp_path / 'shared.sqlite3'}"


@pytest.fixture
def there(address: str, tmp_path: Path) -> Iterator[Library]:
    library = open_library(Settings(data_dir=tmp_path / "there", database_url=address, online=False))
    yield library
    library.close()


def _import(library: Library, title: str, *names: str) -> AlbumId:
    rows = tuple(ParsedTrack(*name.split(" - ")) for name in names)
    done = library.imports.commit(ImportRequest(rows, "\n".join(names), NewAlbum(title)))
    return done.album_id


def _lists(library: Library) -> dict[str, list[str]]:
    """Every album with its list, and every track."""
    names = {row.id: f"{row.artist} - {row.title}" for row in library.library.load_tracks()}
    lists = {
        each.title: [names[entry.track_id] for entry in library.library.album(each.id).entries]
        for each in library.library.load_albums()
    }
    return {**lists, "": sorted(names.values())}


def _find(library: Library, name: str) -> TrackId:
    return library.library.find_track(name)


def _values(library: Library, name: str) -> dict[str, Plain]:
    detail = library.library.track(_find(library, name))
    return {field.name: field.value for field in detail.fields if field.value is not None}


def _set(library: Library, name: str, field: str, value: Plain) -> None:
    library.library.set_value(_find(library, name), field, value)


def _sync(here: Library, address: str) -> SyncOutcome:
    """Exchanges, and again: nothing is left to do then."""
    outcome = here.sync.run(address)
    again = here.sync.run(address)
    assert again.here == again.there == SideCounts()
    return outcome


BLUE, QUAY, LAGOON, NEON = (
    "Ana Krol - Blue",
    "Odd Harbour - Quay",
    "Röyksund - Lagoon",
    "久保田リョウ - ネオン",
)


def test_what_is_on_one_side_comes_to_the_other(here: Library, there: Library, address: str) -> None:
    _import(here, "Mix", BLUE, QUAY)
    _import(there, "Other", LAGOON, NEON, LAGOON)
    here.smart_albums.save("Fast", "bpm:>130")
    there.provenance.prefer("deezer", field="label")
    outcome = _sync(here, address)
    assert (outcome.there.added, outcome.here.added) == (4, 4)
    assert _lists(here) == _lists(there)
    assert _lists(here)["Other"] == [LAGOON, NEON, LAGOON]
    assert [each.name for each in there.smart_albums.list()] == ["Fast"]
    assert here.provenance.preferences() == there.provenance.preferences()
    # What comes unmatched is looked up where it came to; it is searched and sorted like any other.
    assert len(there.enrichment.tasks()) == len(here.enrichment.tasks()) == 4
    for word in ("quay", "röyksund", "ネオン"):
        query = parse_query(word)
        assert there.searching.ids(query) == here.searching.ids(query) != []


def test_what_was_made_on_both_sides_is_one(here: Library, there: Library, address: str) -> None:
    _import(here, "Mix", BLUE, QUAY)
    _import(there, "Mix", BLUE, QUAY, LAGOON)
    _import(there, "Best of", NEON)
    _import(here, "Best of", LAGOON)
    outcome = _sync(here, address)
    assert outcome.paired == 4  # three tracks and an album
    assert _lists(here) == _lists(there)
    assert _lists(here)["Mix"] == [BLUE, QUAY, LAGOON]
    assert len(here.library.load_albums()) == 3  # two of one name that share nothing
    _set(there, BLUE, "bpm", 124)
    _sync(here, address)
    assert _values(here, BLUE)["bpm"] == 124


def test_changes_of_both_sides_come_together(here: Library, there: Library, address: str) -> None:
    album_id = _import(here, "Mix", BLUE, QUAY, LAGOON)
    _sync(here, address)
    _set(here, BLUE, "bpm", 124)
    _set(there, BLUE, "label", "Warft")
    _set(there, QUAY, "title", "Quayside")
    here.library.rename_album(album_id, title="Summer")
    there.library.remove_tracks_from_album(album_id, [_find(there, LAGOON)])
    there.imports.commit(
        ImportRequest((ParsedTrack("X", "Y"),), "X - Y", ExistingAlbum(album_id, MergeMode.APPEND))
    )
    assert _sync(here, address).conflicts == 0
    for library in (here, there):
        assert {"bpm": 124, "label": "Warft"}.items() <= _values(library, BLUE).items()
        assert _lists(library)["Summer"] == [BLUE, "Odd Harbour - Quayside", "X - Y"]


def test_two_decisions_of_persons_are_a_conflict(here: Library, there: Library, address: str) -> None:
    _import(here, "Mix", BLUE)
    _sync(here, address)
    _set(here, BLUE, "bpm", 124)
    _set(here, BLUE, "label", "Warft")
    _set(there, BLUE, "bpm", 62)
    assert _sync(here, address).conflicts == 1
    [conflict] = here.sync.conflicts()
    assert (conflict.title, conflict.part) == (BLUE, "hand bpm")
    assert (conflict.here, conflict.there) == (124, 62)
    assert [_values(each, BLUE)["bpm"] for each in (here, there)] == [124, 62]
    assert _values(there, BLUE)["label"] == "Warft"
    # Changed since somebody picked a side: it is asked anew.
    here.sync.resolve([conflict.id], HERE)
    _set(there, BLUE, "bpm", 63)
    _sync(here, address)
    [conflict] = here.sync.conflicts()
    assert (conflict.there, conflict.choice) == (63, None)
    here.sync.resolve([conflict.id], THERE)
    assert _sync(here, address).conflicts == 0
    assert [_values(each, BLUE)["bpm"] for each in (here, there)] == [63, 63]
    assert [(each.here, each.there) for each in here.sync.conflicts(settled=True)] == [(124, 63)]
    with pytest.raises(NotInLibrary, match="no such conflict"):
        here.sync.resolve([conflict.id], THERE)


def test_deletions_travel_and_losses_do_not(here: Library, there: Library, address: str) -> None:
    mix, other = _import(here, "Mix", BLUE, QUAY), _import(here, "Other", LAGOON)
    _sync(here, address)
    here.library.remove_album(mix)
    assert _sync(here, address).there.deleted == 3  # its tracks stood nowhere else
    assert _lists(here) == _lists(there)
    # As where a backup from before is put back: gone, but nobody has deleted it.
    with here._db.write() as conn:
        conn.execute(text("DELETE FROM albums"))
        conn.execute(text("DELETE FROM tombstones"))
    assert _sync(here, address).here.added == 1
    assert _lists(here)["Other"] == [LAGOON]
    # Deleted here, renamed there: a person is asked.
    there.library.rename_album(other, title="Evening")
    here.library.remove_album(other)
    assert _sync(here, address).conflicts == 1
    [conflict] = here.sync.conflicts()
    assert conflict.part == "deleted"
    here.library.undo()  # which is an answer too
    assert _sync(here, address).conflicts == 0
    assert _lists(here)["Evening"] == [LAGOON]
    there.library.rename_album(other, title="Night")
    here.library.remove_album(other)
    _sync(here, address)
    here.sync.resolve([each.id for each in here.sync.conflicts()], THERE)
    _sync(here, address)
    assert _lists(here)["Night"] == [LAGOON]


def test_each_change_of_what_travels_is_told_by_a_revision(here: Library) -> None:
    album_id = _import(here, "Mix", BLUE, QUAY)
    _, blue = (row.id for row in here.library.load_tracks())
    acts: tuple[Callable[[], object], ...] = (
        lambda: here.library.set_value(blue, "bpm", 124),
        lambda: here.library.lock(blue, "title"),
        here.library.undo,
        here.library.redo,
        lambda: here.library.clear_value(blue, "bpm"),
        lambda: here.library.set_value(blue, "artist", "Ana"),
        lambda: here.library.rename_album(album_id, title="Summer"),
        lambda: here.library.remove_tracks_from_album(album_id, [blue]),
        here.library.undo,
        lambda: _import(here, "Other", BLUE, LAGOON),
    )
    for nth, act in enumerate(acts):
        before = _documents(here)
        act()
        after = _documents(here)
        told = {key for key, (version, _) in after.items() if before.get(key, ("", {}))[0] != version}
        changed = {key for key, (_, parts) in after.items() if before.get(key, ("", None))[1] != parts}
        assert changed, nth
        assert changed <= told, nth


def _documents(library: Library) -> dict[str, tuple[str, Mapping[str, Part]]]:
    """Version and parts of everything."""
    with library._db.read() as conn:
        kinds: tuple[Documents[Any], ...] = (TrackDocuments(), AlbumDocuments({}))
        found = [each for kind in kinds for each in kind.read(conn, list(kind.versions(conn))).values()]
    return {each.key: (each.version, each.parts()) for each in found}


def test_answers_and_measurements_travel_and_the_newer_counts(
    here: Library, there: Library, address: str
) -> None:
    early, late = NOW - timedelta(days=9), NOW - timedelta(days=2)
    _import(here, "Mix", BLUE)
    _import(there, "Other", BLUE)
    for library, at, number in ((here, early, 1), (there, late, 2)):
        with library._db.write() as conn:
            answers = ExternalDataRepository(conn)
            answers.put("deezer", "track/1", {"n": number}, at)
            answers.put("deezer", f"track/of {number}", {"n": number}, at)
            AnalysisRepository(conn).put(
                f"{number:064}", "1", "essentia", {"bpm": 120.0 + number}, at, b"\0\xff"
            )
            artist = ArtistRepository(conn).all()[0]
            conn.execute(
                update(Artist).where(Artist.id == artist.id).values(genres=[f"g{number}"], fetched_at=at)
            )
    _sync(here, address)
    for library in (here, there):
        with library._db.read() as conn:
            found = ExternalDataRepository(conn).get_many("deezer", ["track/1", "track/of 1", "track/of 2"])
            assert {name: each.raw["n"] for name, each in found.items()} == {
                "track/1": 2,
                "track/of 1": 1,
                "track/of 2": 2,
            }
            waves = conn.execute(select(AudioAnalysis.waveform)).scalars().all()
            assert [bytes(each or b"") for each in waves] == [b"\0\xff"] * 2
            assert AnalysisRepository(conn).get(f"{1:064}", "1") == {"bpm": 121.0}
            assert [each.genres for each in ArtistRepository(conn).all()] == [["g2"]]
    # Who has taken a provider's data out does not get it back.
    with there._db.write() as conn:
        remove_provider_data(conn, "deezer", NOW)
    with here._db.write() as conn:
        ExternalDataRepository(conn).put("deezer", "track/3", {"n": 3}, late)
    here.sync.run(address)
    with there._db.read() as conn:
        assert ExternalDataRepository(conn).get_many("deezer", ["track/1", "track/3"]) == {}
