"""A pasted list with a person's edits over it: what counts, what is kept, what adds up."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from musiclib.domain.tracklist.lessons import learn
from musiclib.domain.tracklist.model import Span
from musiclib.domain.tracklist.parser import parse_tracklist
from musiclib.gui.models.import_draft import (
    Draft,
    DraftState,
    Mark,
    UndoStack,
    changed_rows,
    lay_edits,
    swapped,
    swapped_all,
)

MIX = """Mira Voss @ Hafenklang 042

[0:00] Mira Voss - Auftakt (Intro Edit) [NORDLICHT]
[3:12] Kessel & Vroom - Zwischen den Jahren [DIAL EAST]
[16:05] w/ Odd Harbour - Paper Lanterns
[17:30] ID - ID
[41:15] Delphine Aumont - The Night Porters - You, Again
1:10:09 Half Past Nothing / Ottoline Wray Trio
"""


def draft_of(text: str, state: DraftState | None = None) -> Draft:
    state = state or DraftState()
    return lay_edits(parse_tracklist(text, state.context(())), state)


def test_each_line_gets_a_mark_and_the_sums_add_up() -> None:
    draft = draft_of(MIX)

    assert draft.marks[0] is Mark.HEADING
    assert draft.marks[1] is Mark.BLANK
    assert draft.marks[5] is Mark.ID
    assert draft.marks[7] is Mark.UNSURE
    sums = draft.sums
    assert (sums.total, sums.sure, sums.unsure, sums.ids, sums.not_tracks) == (8, 4, 1, 1, 2)


@given(st.text(alphabet="AB -\n[]1:?ID/|,", max_size=300))
def test_the_sums_add_up_for_any_text(text: str) -> None:
    sums = draft_of(text).sums
    assert sums.total == sums.sure + sums.unsure + sums.ids + sums.not_tracks + sums.left_out
    assert sums.total == len(text.splitlines())


def test_the_version_stands_apart_and_a_joined_track_names_its_leader() -> None:
    rows = draft_of(MIX).rows

    assert (rows[0].title, rows[0].version) == ("Auftakt", "Intro Edit")
    assert rows[2].with_row == 2


def test_an_edit_stays_with_its_line_when_lines_come_above_it() -> None:
    row = draft_of(MIX).rows[1]
    state = DraftState().edited(row.key, {"artist": "Kessel and Vroom", "start_s": 200.0})

    rows = draft_of("Somebody - Something\n" + MIX, state).rows

    edited = [row for row in rows if row.edited]
    assert [row.track.artist for row in edited] == ["Kessel and Vroom"]
    assert edited[0].track.start_s == 200.0
    assert edited[0].edited == {"artist", "start_s"}


def test_equal_lines_are_edited_one_by_one() -> None:
    text = "A Side - Tune\nB Side - Other\nA Side - Tune\nC Side - More"
    row = draft_of(text).rows[2]

    rows = draft_of(text, DraftState().edited(row.key, {"title": "Tune again"})).rows

    assert [row.track.title for row in rows] == ["Tune", "Other", "Tune again", "More"]


def test_naming_an_id_makes_it_a_track() -> None:
    row = draft_of(MIX).rows[3]
    assert row.mark is Mark.ID

    named = draft_of(MIX, DraftState().edited(row.key, {"artist": "Tiefbau", "title": "Grund"})).rows[3]

    assert named.mark is Mark.SURE
    assert not named.track.is_id


def test_an_edit_of_the_names_settles_a_doubt() -> None:
    draft = draft_of(MIX)
    (doubt,) = draft.doubts
    key = draft.rows[doubt].key

    assert draft_of(MIX, DraftState().edited(key, {"artist": "Ottoline"})).doubts == []
    assert draft_of(MIX, DraftState().edited(key, {"label": "X"})).doubts == [doubt]


def test_rows_left_out_are_not_imported_and_can_be_taken_back() -> None:
    draft = draft_of(MIX)
    keys = [row.key for row in draft.rows[:2]]

    state = DraftState().toggled(keys)
    out = draft_of(MIX, state)

    assert out.sums.left_out == 2
    assert len(out.to_import().tracks) == len(draft.rows) - 2
    lines = [line for line in out.to_import().lines if line.track is not None]
    assert [line.track for line in lines] == list(range(len(draft.rows) - 2))
    assert draft_of(MIX, state.toggled(keys)).sums.left_out == 0


def test_one_row_and_all_rows_can_be_swapped() -> None:
    draft = draft_of(MIX)

    one = draft_of(MIX, swapped(draft.rows[1:2], DraftState())).rows
    assert (one[1].track.artist, one[1].track.title) == ("Zwischen den Jahren", "Kessel & Vroom")
    assert one[0].track.artist == "Mira Voss"

    rows = draft_of(MIX, swapped_all(draft, DraftState())).rows
    assert rows[0].track.title == "Mira Voss"
    assert rows[1].track.artist == "Zwischen den Jahren"


def test_swapping_back_gives_the_first_reading() -> None:
    draft = draft_of(MIX)
    turned = swapped_all(draft, DraftState())

    back = draft_of(MIX, swapped_all(draft_of(MIX, turned), turned))

    assert [row.track for row in back.rows] == [row.track for row in draft.rows]


def test_a_lesson_re_reads_all_like_lines_and_says_how_many() -> None:
    text = "\n".join(f"Artist {n} - Alias {n} - Song {n}" for n in range(5)) + "\nPlain - Tune"
    before = draft_of(text)
    line = "Artist 0 - Alias 0 - Song 0"
    artist, title = line.rindex(" - "), line.rindex(" - ") + 3

    lesson = learn(line, [Span("artist", 0, artist), Span("title", title, len(line))])
    after = draft_of(text, DraftState().taught(lesson))

    assert after.rows[3].track.artist == "Artist 3 - Alias 3"
    assert changed_rows(before, after) == (5, 1)


def test_a_draft_survives_json() -> None:
    draft = draft_of(MIX)
    state = DraftState(order="title_artist").edited(draft.rows[0].key, {"title": "X", "start_s": None})
    state = state.toggled([draft.rows[1].key]).taught(learn("A - B", [Span("title", 0, 1)]))

    assert DraftState.from_dict(json.loads(json.dumps(state.as_dict()))) == state


def test_undo_and_redo_step_through_the_states() -> None:
    stack = UndoStack()
    first = draft_of(MIX).rows[0].key
    stack.push(stack.state.edited(first, {"title": "X"}))
    edited = stack.state

    assert not stack.push(edited)
    assert stack.undo()
    assert stack.state == DraftState()
    assert not stack.undo()
    assert stack.redo()
    assert stack.state == edited
    stack.undo()
    stack.push(DraftState(order="title_only"))
    assert not stack.can_redo
