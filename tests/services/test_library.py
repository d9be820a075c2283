from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from musiclib.bootstrap import Library, open_library
from musiclib.domain.provenance import MERGED_FIELDS, Plain
from musiclib.domain.rows import FieldCard
from musiclib.domain.states import BadgeState, TaskStatus
from musiclib.errors import (
    BadInput,
    ChangedSince,
    DatabaseCorrupt,
    DatabaseReadOnly,
    DatabaseTooNew,
    DiskFull,
    NotInLibrary,
)
from musiclib.services.values import checked_value
from musiclib.settings import Settings
from tests.runners.fakes import PNG
from tests.services.helpers import import_new, listed, titles
from tests.support.library import give_album_art

THREE = "Mira Voss - Auftakt\nKessel & Vroom - Langsam, bitte\nTessera - Labyrinth"


def card(library: Library, track_id: object, name: str) -> FieldCard:
    return next(each for each in library.library.track(track_id).fields if each.name == name)  # type: ignore[arg-type]  # tests pass ids of rows


def test_a_value_set_by_hand_wins_until_it_is_cleared(library: Library) -> None:
    track_id = import_new(library, "Mira Voss - Auftakt [NORD]").rows[0]
    library.library.set_value(track_id, "label", "Mine")
    assert (card(library, track_id, "label").value, card(library, track_id, "label").rule) == (
        "Mine",
        "locked",
    )
    library.library.clear_value(track_id, "label")
    assert (card(library, track_id, "label").value, card(library, track_id, "label").rule) == ("NORD", "only")
    library.library.undo()
    assert card(library, track_id, "label").value == "Mine"
    library.library.undo()
    assert card(library, track_id, "label").value == "NORD"


def test_a_lock_keeps_the_value_in_force(library: Library) -> None:
    track_id = import_new(library, "Mira Voss - Auftakt [NORD]").rows[0]
    library.library.lock(track_id, "label")
    assert (card(library, track_id, "label").value, card(library, track_id, "label").source) == (
        "NORD",
        "manual",
    )
    library.library.choose_value(track_id, "label", "tracklist")
    library.library.clear_value(track_id, "label")
    assert card(library, track_id, "label").source == "tracklist"


def test_an_id_named_by_hand_is_looked_up(library: Library) -> None:
    outcome = import_new(library, "Mira Voss - Auftakt\nID - ID")
    library.library.set_value(outcome.rows[1], "title", "Psi")
    row = library.library.load_tracks(outcome.rows[1:])[0]

    assert (row.is_id, row.badge.state) == (False, BadgeState.QUEUED)
    library.library.undo()
    row = library.library.load_tracks(outcome.rows[1:])[0]
    assert (row.is_id, row.title, row.badge.state) == (True, "ID", BadgeState.NOT_FOUND)
    assert len(library.enrichment.tasks()) == 1


def test_a_removed_album_comes_back_as_it_was(library: Library) -> None:
    outcome = import_new(library, THREE)
    import_new(library, "Tessera - Labyrinth", "Other")
    library.library.set_value(outcome.rows[0], "bpm", 128)
    before = {row.id: (row.title, row.bpm, row.badge) for row in library.library.load_tracks()}
    library.library.remove_album(outcome.album_id)

    assert [row.id for row in library.library.load_tracks()] == [outcome.rows[2]]
    library.library.undo()
    assert listed(library, outcome.album_id)[0] == "Mira Voss - Auftakt"
    assert {row.id: (row.title, row.bpm, row.badge) for row in library.library.load_tracks()} == before
    assert {task.status for task in library.enrichment.tasks()} == {TaskStatus.QUEUED}


def test_tracks_leave_a_list_and_come_back(library: Library) -> None:
    outcome = import_new(library, THREE)
    library.library.remove_tracks_from_album(outcome.album_id, outcome.rows[1:2])
    assert titles(library, outcome.album_id) == ["Auftakt", "Labyrinth"]
    library.library.undo()
    assert titles(library, outcome.album_id) == ["Auftakt", "Langsam, bitte", "Labyrinth"]


def test_the_order_changes_by_hand(library: Library) -> None:
    outcome = import_new(library, THREE)
    first, second, third = outcome.rows
    change = library.library.move_entries(outcome.album_id, [(3, third)], 1)
    assert titles(library, outcome.album_id) == ["Labyrinth", "Auftakt", "Langsam, bitte"]
    library.library.move_entries(outcome.album_id, [(2, first), (1, third)], 4)
    assert titles(library, outcome.album_id) == ["Langsam, bitte", "Labyrinth", "Auftakt"]
    library.library.move_entries(outcome.album_id, [(1, second), (3, first)], 2)
    assert titles(library, outcome.album_id) == ["Langsam, bitte", "Auftakt", "Labyrinth"]
    with pytest.raises(ChangedSince, match="meanwhile"):
        library.library.move_entries(outcome.album_id, [(1, third)], 2)
    with pytest.raises(ChangedSince):
        library.library.undo(change.changeset_id)
    with pytest.raises(BadInput):
        library.library.move_entries(outcome.album_id, [(1, second)], 9)


def test_albums_are_found_by_name_or_id(library: Library) -> None:
    outcome = import_new(library, THREE)
    assert library.library.find_album("hafenklang 042") == outcome.album_id
    assert library.library.find_album(str(outcome.album_id)) == outcome.album_id
    with pytest.raises(NotInLibrary, match="no album"):
        library.library.find_album("Nothing")
    import_new(library, "Ilium - Psi")
    with pytest.raises(NotInLibrary, match="2 albums"):
        library.library.find_album("Hafenklang 042")


def test_history_is_told_newest_first_and_empty_undo_is_said(library: Library) -> None:
    with pytest.raises(NotInLibrary, match="nothing to undo"):
        library.library.undo()
    outcome = import_new(library, THREE)
    library.library.rename_album(outcome.album_id, "Another", "Somebody", 2026)
    kinds = [(entry.kind, entry.undone_at is None) for entry in library.library.history()]
    assert kinds == [("rename_album", True), ("import", True)]
    assert library.library.album(outcome.album_id).album.artist == "Somebody"
    assert library.library.rename_album(outcome.album_id, "Another", "Somebody", 2026).changeset_id is None
    library.library.undo()
    assert library.library.album(outcome.album_id).album.title == "Hafenklang 042"


def test_art_chosen_by_hand_is_kept_once_and_can_be_undone(library: Library) -> None:
    outcome = import_new(library, THREE)
    give_album_art(library, outcome.album_id, PNG)
    art_id = library.library.album(outcome.album_id).album.art_id
    assert art_id is not None
    path = library.art.path_of(art_id)
    assert path is not None
    assert path.read_bytes() == PNG
    with pytest.raises(BadInput, match="picture"):
        give_album_art(library, outcome.album_id, b"no picture")
    library.library.undo()
    assert library.library.album(outcome.album_id).album.art_id is None


@pytest.mark.parametrize(
    ("field", "given_value", "stored"),
    [
        ("key_code", "8A", 21),
        ("bpm", "128,5".replace(",", "."), 128.5),
        ("isrc", "gb-aye-06-01498", "GBAYE0601498"),
        ("genres", "House, Techno", ["House", "Techno"]),
        ("original_year", "1999", 1999),
        ("title", " Psi ", "Psi"),
    ],
)
def test_values_are_brought_into_their_form(field: str, given_value: Plain, stored: Plain) -> None:
    assert checked_value(field, given_value) == stored


@pytest.mark.parametrize(
    ("field", "value"),
    [("bpm", "fast"), ("key_code", 24), ("isrc", "X"), ("title", " "), ("release_date", "June")],
)
def test_values_a_field_cannot_have_are_refused(field: str, value: Plain) -> None:
    with pytest.raises(BadInput, match="cannot be"):
        checked_value(field, value)


@hypothesis_settings(deadline=None)
@given(st.sampled_from(MERGED_FIELDS), st.one_of(st.text(), st.integers(), st.floats(), st.lists(st.text())))
def test_any_value_is_stored_or_refused(field: str, value: Plain) -> None:
    try:
        checked = checked_value(field, value)
    except BadInput:
        return
    assert checked_value(field, checked) == checked


def test_the_doctor_looks_at_everything(library: Library) -> None:
    checks = {check.name: check for check in library.maintenance.doctor()}
    assert checks["database"].ok
    assert checks["av"].ok
    assert checks["network"].ok is None


@pytest.mark.parametrize(("contact", "ok", "told"), [("", None, "not set"), ("me@home", True, "me@home")])
def test_the_doctor_says_whether_a_contact_is_set(
    library: Library, contact: str, ok: bool | None, told: str
) -> None:
    library.use(library.settings.model_copy(update={"online": True, "contact": contact}))
    (found,) = (each for each in library.maintenance.doctor() if each.name == "contact")
    assert found.ok is ok
    assert told in found.detail


def test_a_full_disk_is_said_and_nothing_is_lost(library: Library) -> None:
    first = import_new(library, THREE)
    with library._db.write() as conn:
        pages = conn.exec_driver_sql("PRAGMA page_count").scalar_one()
        conn.exec_driver_sql(f"PRAGMA max_page_count={pages}")
    many = "\n".join(f"Artist {n} - Title {n}" for n in range(3000))
    with pytest.raises(DiskFull, match="Free some space"):
        import_new(library, many, "Large")
    assert [album.id for album in library.library.load_albums()] == [first.album_id]
    with library._db.write() as conn:
        conn.exec_driver_sql("PRAGMA max_page_count=1073741823")
    assert import_new(library, many, "Large").added == 3000


def test_a_library_that_cannot_be_used_says_why(settings: Settings, tmp_path: Path) -> None:
    open_library(settings).close()
    path = settings.data_dir / "library.sqlite3"

    garbled = settings.model_copy(update={"data_dir": tmp_path / "garbled"})
    garbled.data_dir.mkdir()
    (garbled.data_dir / path.name).write_bytes(b"this is no database" * 1000)
    with pytest.raises(DatabaseCorrupt, match="restore"):
        open_library(garbled)

    newer = open_library(settings)
    with newer._db.write() as conn:
        conn.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    newer.close()
    with pytest.raises(DatabaseTooNew, match="Update musiclib"):
        open_library(settings)

    nowhere = settings.model_copy(update={"data_dir": path / "below a file"})
    with pytest.raises(DatabaseReadOnly, match="data-dir"):
        open_library(nowhere)
