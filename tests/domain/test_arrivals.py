from __future__ import annotations

import pytest

from musiclib.domain.arrivals import objection
from musiclib.domain.file_tags import FileTags
from musiclib.domain.matching import Recording

TRACK = Recording("Kessel & Vroom", "Ventil 7", "Extended Mix", duration_s=393.0)


@pytest.mark.parametrize(
    ("came_s", "told"),
    [
        (393.0, None),
        (400.0, None),
        (386.1, None),
        (352.0, "Came 41 s shorter than the list says."),
        (600.0, "Came 3:27 min longer than the list says."),
    ],
)
def test_a_length_may_differ_by_seven_seconds(came_s: float, told: str | None) -> None:
    assert objection(TRACK, came_s, FileTags()) == told


def test_a_long_track_may_differ_by_two_percent() -> None:
    long = Recording("Mira Voss", "Auftakt", duration_s=3600.0)
    assert objection(long, 3530.0, FileTags()) is None
    assert objection(long, 3527.0, FileTags()) == "Came 73 s shorter than the list says."


def test_who_chose_it_knowing_its_length_is_not_asked_again() -> None:
    assert objection(TRACK, 352.0, FileTags(), promised_s=351.0) is None
    assert objection(TRACK, 300.0, FileTags(), promised_s=351.0) is not None


@pytest.mark.parametrize(
    ("artist", "title", "told"),
    [
        ("Kessel & Vroom", "Ventil 7 (Extended Mix)", None),
        ("KESSEL AND VROOM", "ventil 7", None),
        (None, "Something else", None),
        ("Tessera", "Labyrinth", "Its tags say “Tessera - Labyrinth”."),
        ("Kessel & Vroom", "Ventil 7 (Radio Edit)", None),
        ("Kessel & Vroom", "Ventil 7 (Dub)", "Its tags say “Kessel & Vroom - Ventil 7 (Dub)”."),
    ],
)
def test_foreign_tags_speak_against_it(artist: str | None, title: str, told: str | None) -> None:
    assert objection(TRACK, 393.0, FileTags(artist=artist, title=title)) == told


def test_an_unknown_length_and_no_tags_say_nothing() -> None:
    assert objection(Recording("Mira Voss", "Auftakt"), 12.0, FileTags()) is None


def test_another_edit_by_its_tags_counts_where_the_length_is_unknown() -> None:
    track = Recording("Kessel & Vroom", "Ventil 7", "Extended Mix")
    assert objection(track, 240.0, FileTags(artist="Kessel & Vroom", title="Ventil 7 (Radio Edit)"))
