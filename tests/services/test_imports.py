from __future__ import annotations

import gc
import random

import pytest

from musiclib.bootstrap import Library
from musiclib.domain.states import BadgeState, MergeMode, TaskKind
from musiclib.domain.tracklist.model import FieldRange, Lesson, ParsedTrack
from musiclib.domain.tracklist.parser import parse_tracklist
from musiclib.errors import BadInput, ChangedSince, NotInLibrary
from musiclib.services.import_types import Draft, GuessReason, ImportRequest, NewAlbum, RowVerdict
from tests.services.helpers import import_into, import_new, listed, parsed, titles
from tests.support.database import DIALECTS

pytestmark = pytest.mark.parametrize("settings", DIALECTS, indirect=True)

THREE = "Mira Voss - Auftakt\nKessel & Vroom - Langsam, bitte (Original Mix)\nTessera - Labyrinth"
WITH_IDS = "Mira Voss - Auftakt\nID - ID\nTessera - Labyrinth\nID - ID"
ABCD = "A Name - Alpha\nB Name - Beta\nC Name - Gamma\nD Name - Delta"


def test_a_line_however_long_is_imported_and_known_again(library: Library) -> None:
    names = [random.Random(seed).randbytes(3000).hex() for seed in range(2)]
    rows = tuple(ParsedTrack(name, f"{name} (Live)") for name in names)
    first = library.imports.commit(ImportRequest(rows, "x", NewAlbum(names[0], names[1])))
    again = library.imports.commit(ImportRequest(rows, "y", NewAlbum("Other")))
    assert first.rows == again.rows
    assert [row.artist for row in library.library.load_tracks(first.rows)] == names


def test_an_import_makes_album_tracks_and_tasks(library: Library) -> None:
    outcome = import_new(library, THREE)

    assert (outcome.added, outcome.linked, outcome.updated, outcome.unchanged) == (3, 0, 0, 0)
    assert listed(library, outcome.album_id) == [
        "Mira Voss - Auftakt",
        "Kessel & Vroom - Langsam, bitte (Original Mix)",
        "Tessera - Labyrinth",
    ]
    assert {row.badge.state for row in library.library.load_tracks()} == {BadgeState.QUEUED}
    assert {task.kind for task in library.enrichment.tasks()} == {TaskKind.METADATA}
    card = next(card for card in library.library.track(outcome.rows[1]).fields if card.name == "version")
    assert (card.value, card.source) == ("Original Mix", "tracklist")


@pytest.mark.parametrize("collects", [True, False])
def test_an_import_leaves_the_garbage_collector_as_it_was(library: Library, collects: bool) -> None:
    was = gc.isenabled()
    (gc.enable if collects else gc.disable)()
    try:
        import_new(library, THREE)
        assert gc.isenabled() is collects
        with pytest.raises(BadInput):
            import_new(library, "")
        assert gc.isenabled() is collects
    finally:
        (gc.enable if was else gc.disable)()


def test_the_same_list_twice_adds_nothing(library: Library) -> None:
    first = import_new(library, WITH_IDS)
    second = import_new(library, WITH_IDS)
    third = import_into(library, first.album_id, WITH_IDS, MergeMode.APPEND)

    for again in (second, third):
        assert again.album_id == first.album_id
        assert again.changeset_id is None
        assert (again.added, again.linked, again.updated, again.unchanged) == (0, 0, 0, 4)
        assert again.rows == first.rows
    assert len(library.library.load_albums()) == 1
    assert len(library.library.load_tracks()) == 4


def test_the_same_rows_in_other_words_add_nothing(library: Library) -> None:
    first = import_new(library, THREE)
    second = import_new(library, "MIRA VOSS – Auftakt\nVroom, Kessel - Langsam, Bitte\nTessera - Labyrinth")

    assert second.album_id == first.album_id
    assert (second.added, second.updated, second.unchanged) == (0, 0, 3)


def test_tracks_of_the_library_are_linked_not_doubled(library: Library) -> None:
    import_new(library, THREE)
    outcome = import_new(library, "Tessera - Labyrinth\nIlium - Psi", "Another night")

    assert (outcome.added, outcome.linked) == (1, 1)
    assert len(library.library.load_tracks()) == 4


def test_a_track_is_known_by_what_a_list_called_it(library: Library) -> None:
    first = import_new(library, "Mira Vos - Auftakt")
    library.library.set_value(first.rows[0], "artist", "Mira Voss")
    second = import_new(library, "Mira Vos - Auftakt\nIlium - Psi", "Again misspelt")

    assert (second.rows[0], second.linked) == (first.rows[0], 1)


def test_an_isrc_links_only_if_the_names_agree_somewhere(library: Library) -> None:
    isrc = "GBAYE0601498"
    first = (ParsedTrack("Mira Voss", "Auftakt", isrc=isrc),)
    library.imports.commit(ImportRequest(first, "", NewAlbum("One")))
    second = (
        ParsedTrack("Mira Vos", "Auftakt", isrc=isrc),
        ParsedTrack("Someone", "Else", isrc=isrc),
    )
    outcome = library.imports.commit(ImportRequest(second, "", NewAlbum("Two")))

    assert (outcome.added, outcome.linked) == (1, 1)


def test_a_track_named_twice_on_a_list_is_one_track_at_two_places(library: Library) -> None:
    text = "A Name - Tune\nB Name - Other\nA Name - Tune"
    outcome = import_new(library, text)

    assert (outcome.added, outcome.linked) == (2, 1)
    assert outcome.rows[0] == outcome.rows[2]
    assert titles(library, outcome.album_id) == ["Tune", "Other", "Tune"]
    assert import_into(library, outcome.album_id, text + "\n").unchanged == 3


def test_ids_wait_without_a_task(library: Library) -> None:
    outcome = import_new(library, WITH_IDS)

    waiting = [row.badge for row in library.library.load_tracks() if row.is_id]
    assert [(badge.state, badge.reason) for badge in waiting] == [(BadgeState.NOT_FOUND, "id_waits")] * 2
    assert {task.track_id for task in library.enrichment.tasks()} == {outcome.rows[0], outcome.rows[2]}


def test_an_id_that_got_its_name_fills_its_place(library: Library) -> None:
    first = import_new(library, WITH_IDS)
    text = "Mira Voss - Auftakt\nIlium - Psi\nTessera - Labyrinth\nID - ID"

    preview = library.imports.preview(parse_tracklist(text), first.album_id, text)
    verdicts = [row.verdict for row in preview.rows]
    assert verdicts == [RowVerdict.SAME, RowVerdict.NOW_KNOWN, RowVerdict.SAME, RowVerdict.STILL_ID]
    assert preview.rows[1].was == "ID - ID"

    second = import_into(library, first.album_id, text)
    assert (second.added, second.updated, second.unchanged) == (0, 1, 3)
    assert second.rows == first.rows
    assert listed(library, first.album_id)[1] == "Ilium - Psi"
    row = library.library.load_tracks([first.rows[1]])[0]
    assert (row.is_id, row.badge.state) == (False, BadgeState.QUEUED)

    library.library.undo()
    assert listed(library, first.album_id)[1] == "ID - ID"
    assert library.library.load_tracks([first.rows[1]])[0].is_id


def test_an_id_is_found_by_its_moment_when_lines_moved(library: Library) -> None:
    first = import_new(
        library, "[00:00] A Name - Alpha\n[05:00] ID - ID\n[10:00] ID - ID\n[15:00] B Name - Beta"
    )
    text = "[00:00] A Name - Alpha\n[10:02] C Name - Gamma\n[15:00] B Name - Beta"
    import_into(library, first.album_id, text)

    assert titles(library, first.album_id) == ["Alpha", "ID", "Gamma", "Beta"]


def test_an_id_whose_track_is_in_the_library_gives_way_to_it(library: Library) -> None:
    known = import_new(library, "Ilium - Psi", "Elsewhere").rows[0]
    first = import_new(library, WITH_IDS)
    second = import_into(
        library, first.album_id, "Mira Voss - Auftakt\nIlium - Psi\nTessera - Labyrinth\nID - ID"
    )

    assert second.rows[1] == known
    assert sum(row.is_id for row in library.library.load_tracks()) == 1
    library.library.undo()
    assert listed(library, first.album_id)[1] == "ID - ID"
    assert sum(row.is_id for row in library.library.load_tracks()) == 2


def test_an_id_on_an_unrelated_list_is_not_filled(library: Library) -> None:
    first = import_new(library, "Mira Voss - Auftakt\nID - ID\nTessera - Labyrinth")
    import_into(
        library,
        first.album_id,
        "Leni Brandt - Sonntage\nPerigee - Glasshouse\nIlium - Psi",
        MergeMode.APPEND,
    )

    assert titles(library, first.album_id) == [
        "Auftakt",
        "ID",
        "Labyrinth",
        "Sonntage",
        "Glasshouse",
        "Psi",
    ]


@pytest.mark.parametrize(
    ("mode", "order"),
    [
        (MergeMode.MERGE, ["Alpha", "New one", "Beta", "Gamma", "Delta", "New two"]),
        (MergeMode.APPEND, ["Alpha", "Beta", "Gamma", "Delta", "New two", "New one"]),
        (MergeMode.REPLACE_ORDER, ["Delta", "New two", "Alpha", "New one", "Beta", "Gamma"]),
    ],
)
def test_order_after_an_import(library: Library, mode: MergeMode, order: list[str]) -> None:
    album_id = import_new(library, ABCD).album_id
    paste = "D Name - Delta\nX Name - New two\nA Name - Alpha\nX Name - New one"
    outcome = import_into(library, album_id, paste, mode)

    assert titles(library, album_id) == order
    assert (outcome.added, outcome.unchanged) == (2, 2)
    library.library.undo()
    assert titles(library, album_id) == ["Alpha", "Beta", "Gamma", "Delta"]
    assert len(library.library.load_tracks()) == 4


def test_merge_puts_leading_new_rows_before_the_first_known_one(library: Library) -> None:
    album_id = import_new(library, ABCD).album_id
    import_into(library, album_id, "X Name - New\nC Name - Gamma\nD Name - Delta")

    assert titles(library, album_id) == ["Alpha", "Beta", "New", "Gamma", "Delta"]


def test_undo_of_an_import_keeps_what_came_onto_the_list_later(library: Library) -> None:
    album_id = import_new(library, ABCD).album_id
    second = import_into(library, album_id, "A Name - Alpha\nX Name - One\nB Name - Beta")
    import_into(library, album_id, "D Name - Delta\nX Name - Two")
    library.library.undo(second.changeset_id)

    assert titles(library, album_id) == ["Alpha", "Beta", "Gamma", "Delta", "Two"]


def test_a_corrected_line_changes_its_place(library: Library) -> None:
    first = import_new(library, "Mira Voss - Auftakt\nDelphine Aumont - You Again\nTessera - Labyrinth")
    text = "Mira Voss - Auftakt [NORD]\nDelphine Aumont - You, Again\nTessera - Labyrint"
    outcome = import_into(library, first.album_id, text)

    assert outcome.rows == first.rows
    assert (outcome.added, outcome.updated, outcome.unchanged) == (0, 2, 1)
    assert titles(library, first.album_id)[2] == "Labyrint"
    label = next(c for c in library.library.track(first.rows[0]).fields if c.name == "label")
    assert label.value == "NORD"


def test_values_of_a_persons_hand_survive_every_import(library: Library) -> None:
    first = import_new(library, "Mira Voss - Auftakt [NORD]\nTessera - Labyrinth")
    library.library.set_value(first.rows[0], "label", "Mine")
    library.library.set_value(first.rows[1], "title", "My title")
    import_into(library, first.album_id, "Mira Voss - Auftakt [SUED]\nTessera - Labyrinth")

    label = next(c for c in library.library.track(first.rows[0]).fields if c.name == "label")
    assert (label.value, label.source, label.rule) == ("Mine", "manual", "locked")
    assert listed(library, first.album_id)[1] == "Tessera - My title"


def test_undo_takes_the_whole_import_back(library: Library) -> None:
    import_new(library, "Tessera - Labyrinth", "Kept")
    albums, tracks = library.library.load_albums(), library.library.load_tracks()
    outcome = import_new(library, THREE)
    change = library.library.undo(outcome.changeset_id)

    assert change.changeset_id == outcome.changeset_id
    assert [album.id for album in library.library.load_albums()] == [album.id for album in albums]
    assert [row.id for row in library.library.load_tracks()] == [row.id for row in tracks]
    assert len(library.enrichment.tasks()) == 1
    with pytest.raises(ChangedSince):
        library.library.undo(outcome.changeset_id)
    # The very list that was taken back can be imported again.
    assert import_new(library, THREE).added == 2


def test_undo_keeps_what_somebody_needs_since(library: Library) -> None:
    first = import_new(library, THREE)
    second = import_new(library, "Tessera - Labyrinth", "Second")
    library.library.set_value(first.rows[0], "bpm", 128)
    library.library.undo(first.changeset_id)

    left = {row.id for row in library.library.load_tracks()}
    assert left == {first.rows[0], first.rows[2]}
    assert [album.id for album in library.library.load_albums()] == [second.album_id]


def test_undo_refuses_when_the_album_was_renamed_since(library: Library) -> None:
    outcome = import_new(library, THREE)
    library.library.rename_album(outcome.album_id, "Another title")

    with pytest.raises(ChangedSince, match="Another title"):
        library.library.undo(outcome.changeset_id)
    assert len(listed(library, outcome.album_id)) == 3


def test_the_guess_knows_list_tracks_and_title(library: Library) -> None:
    first = import_new(library, THREE)
    same_list = library.imports.preview(parse_tracklist(THREE), text=THREE).guess
    assert same_list is not None
    assert (same_list.album_id, same_list.reason) == (first.album_id, GuessReason.SAME_LIST)

    longer = THREE + "\nIlium - Psi"
    preview = library.imports.preview(parse_tracklist(longer), text=longer)
    assert preview.guess is not None
    assert (preview.guess.reason, preview.guess.agreeing) == (GuessReason.SAME_TRACKS, 3)
    assert sum(preview.counts().values()) == 4
    assert preview.count(RowVerdict.SAME) == 3
    assert preview.count(RowVerdict.LINKED, new=True) == 3

    other = "Leni Brandt - Sonntage\nPerigee - Glasshouse"
    assert library.imports.preview(parse_tracklist(other), text=other).guess is None


def test_a_chosen_target_wins_over_the_guess(library: Library) -> None:
    import_new(library, THREE)
    other = import_new(library, "Leni Brandt - Sonntage", "Other")
    preview = library.imports.preview(parse_tracklist(THREE), other.album_id, THREE)

    assert (preview.target, preview.guess) == (other.album_id, None)


def test_nothing_to_import_is_said(library: Library) -> None:
    with pytest.raises(BadInput, match="no track"):
        library.imports.commit(ImportRequest((), "", NewAlbum("X")))
    with pytest.raises(BadInput, match="title"):
        library.imports.commit(ImportRequest(parsed(THREE), THREE, NewAlbum("  ")))
    gone = import_new(library, THREE)
    library.library.remove_album(gone.album_id)
    with pytest.raises(NotInLibrary):
        import_into(library, gone.album_id, THREE)


def test_text_no_database_takes_is_stored_without_it(library: Library) -> None:
    rows = (ParsedTrack("Mira\0 Voss", "Auf\udcfftakt"),)
    outcome = library.imports.commit(ImportRequest(rows, "Mira\0 - \udcff", NewAlbum("T\0itle")))

    assert listed(library, outcome.album_id) == ["Mira Voss - Auf?takt"]


def test_drafts_are_kept_and_become_the_import(library: Library) -> None:
    draft = library.imports.new_draft("Mira Voss -")
    library.imports.save_draft(draft)
    library.imports.save_draft(Draft(draft.id, THREE, {"title": "Later"}))
    (kept,) = library.imports.drafts()
    assert (kept.text, kept.options) == (THREE, {"title": "Later"})

    library.imports.commit(ImportRequest(parsed(THREE), THREE, NewAlbum("Later"), draft_id=kept.id))
    assert library.imports.drafts() == []


def test_lessons_come_back_as_they_were_taught(library: Library) -> None:
    lesson = Lesson("w - w", (FieldRange("title", 0, 0, 0, -1), FieldRange("artist", 1, 0, 1, -1)))
    library.imports.save_lesson(lesson)
    assert library.imports.lessons() == (lesson,)
    library.imports.forget_lesson(lesson.signature)
    assert library.imports.lessons() == ()


@pytest.mark.parametrize(
    ("heading", "lines", "title"),
    [
        (
            "Ada Abend - Canyon Feather",
            "1. Indigo Ladder 4:40\n2. Drift 4:17\n3. Basin 7:41",
            "Canyon Feather",
        ),
        ("Nadja Quell @ Old Dock, Hull 2021-05-01", THREE, "Nadja Quell @ Old Dock, Hull 2021-05-01"),
    ],
)
def test_an_albums_page_gives_its_title_without_its_artist(
    library: Library, heading: str, lines: str, title: str
) -> None:
    preview = library.imports.preview(parse_tracklist(f"{heading}\n\n{lines}"))
    assert preview.suggested_title == title
