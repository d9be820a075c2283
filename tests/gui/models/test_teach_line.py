"""Dividers on one line: where they may stand and what the parts hold then."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from musiclib.domain.tracklist.model import Span
from musiclib.domain.tracklist.parser import parse_tracklist
from musiclib.gui.models.teach_line import TeachLine

LINE = "[41:15] Delphine Aumont - The Night Porters - You, Again (Club Version)"


def read(text: str) -> TeachLine:
    line = parse_tracklist(f"[1:00] A Name - A Tune\n{text}\n[59:00] B Name - B Tune").lines[1]
    return TeachLine.of(text, line.spans)


def words(line: TeachLine) -> list[tuple[str | None, str]]:
    return [(part.field, line.words(index)) for index, part in enumerate(line.parts)]


def test_a_divider_steps_word_by_word_and_drops_the_dash() -> None:
    line = read(LINE)
    assert words(line)[1:] == [
        ("artist", "Delphine Aumont"),
        ("title", "The Night Porters - You, Again (Club Version)"),
    ]
    for _ in range(3):
        line = line.stepped(1, 1)

    assert words(line)[1:] == [
        ("artist", "Delphine Aumont - The Night Porters"),
        ("title", "You, Again (Club Version)"),
    ]


def test_a_step_back_undoes_a_step() -> None:
    line = read(LINE).stepped(1, 1)
    assert line.stepped(1, 1).stepped(1, -1) == line


def test_a_divider_never_empties_a_part() -> None:
    line = read(LINE)
    for _ in range(30):
        line = line.stepped(1, 1)
    assert words(line)[2] == ("title", "Version)")
    for _ in range(30):
        line = line.stepped(1, -1)
    assert words(line)[1] == ("artist", "Delphine")


def test_a_part_is_split_at_its_bracket_and_joined_again() -> None:
    line = read(LINE).stepped(1, 1).stepped(1, 1).stepped(1, 1)
    split = line.split(2)

    assert words(split)[2:] == [("title", "You, Again"), ("version", "(Club Version)")]
    assert split.joined(2).spans() == line.spans()


def test_two_parts_change_their_names() -> None:
    line = read(LINE).named(1, "title")
    assert [part.field for part in line.parts] == ["start", "title", "artist"]


def test_a_part_that_is_not_used_is_not_taught() -> None:
    line = read(LINE).named(0, None)
    assert [span.field for span in line.spans()] == ["artist", "title"]


def test_a_line_that_holds_nothing_can_be_taught_from_scratch() -> None:
    line = TeachLine.of("  Some Name / Some Tune ", ())
    assert words(line) == [(None, "Some Name / Some Tune")]

    line = line.split(0)

    assert words(line) == [("artist", "Some Name"), ("title", "Some Tune")]
    assert line.spans() == (Span("artist", 2, 11), Span("title", 14, 23))


@given(st.text(alphabet="ab -/(1", min_size=1, max_size=40), st.lists(st.sampled_from([1, -1]), max_size=8))
def test_parts_stay_in_order_and_inside_the_line(text: str, steps: list[int]) -> None:
    line = TeachLine.of(text, ()).split(0)
    for step in steps:
        if len(line.parts) > 1:
            line = line.stepped(0, step)
    edges = [edge for part in line.parts for edge in (part.start, part.end)]
    assert edges == sorted(edges)
    assert all(0 <= edge <= len(text) for edge in edges)
