"""Teach it: a divider moved on one line is followed by all lines of the same form, and by no others."""

import json

from musiclib.domain.tracklist.lessons import apply_lesson, learn, line_signature
from musiclib.domain.tracklist.model import Lesson, ParseContext, Span, Verdict
from musiclib.domain.tracklist.parser import parse_tracklist

TEXT = """[00:00] Kaltes Feuer - Oda Brandt [Steinbruch]
[04:10] Aurora (Halden Remix) - Lumo & Pell [Polarkreis]
[09:32] Driftwood - Mt. Sable [Old Dock Records]
a line of another form
"""


def spans(line: str, **values: str) -> list[Span]:
    return [Span(field, at := line.index(value), at + len(value)) for field, value in values.items()]


def pairs(text: str, context: ParseContext) -> list[tuple[str, str]]:
    return [(track.artist, track.title) for track in parse_tracklist(text, context).tracks]


def test_all_like_lines_follow() -> None:
    line = TEXT.splitlines()[0]
    lesson = learn(
        line, spans(line, start="00:00", title="Oda Brandt", artist="Kaltes Feuer", label="Steinbruch")
    )
    found = parse_tracklist(TEXT, ParseContext(hints=(lesson,)))
    assert [(t.artist, t.title) for t in found.tracks] == [
        ("Kaltes Feuer", "Oda Brandt"),
        ("Aurora (Halden Remix)", "Lumo & Pell"),
        ("Driftwood", "Mt. Sable"),
    ]
    assert [t.start_s for t in found.tracks] == [0, 250, 572]
    assert [t.label for t in found.tracks] == ["Steinbruch", "Polarkreis", "Old Dock Records"]
    assert [line.reason for line in found.lines[:3]] == ["taught"] * 3
    assert found.lines[3].verdict is not Verdict.TRACK


def test_lines_of_another_form_keep_their_reading() -> None:
    text = "Oda Brandt - Kaltes Feuer\nLumo | Aurora\nMt. Sable - Driftwood\nHana Mori - Glass\n"
    lesson = learn("Lumo | Aurora", spans("Lumo | Aurora", title="Lumo", artist="Aurora"))
    assert pairs(text, ParseContext(hints=(lesson,))) == [
        ("Oda Brandt", "Kaltes Feuer"),
        ("Aurora", "Lumo"),
        ("Mt. Sable", "Driftwood"),
        ("Hana Mori", "Glass"),
    ]


def test_divider_between_words_without_a_mark() -> None:
    line = "Lumo Aurora borealis"
    lesson = learn(line, spans(line, artist="Lumo", title="Aurora borealis"))
    assert pairs("Lumo Aurora borealis\nHalden Ruins\n", ParseContext(hints=(lesson,))) == [
        ("Lumo", "Aurora borealis"),
        ("Halden", "Ruins"),
    ]


def test_version_is_added_to_the_title() -> None:
    line = "Lumo - Aurora - Halden Remix"
    lesson = learn(line, spans(line, artist="Lumo", title="Aurora", version="Halden Remix"))
    assert pairs(line, ParseContext(hints=(lesson,))) == [("Lumo", "Aurora (Halden Remix)")]


def test_lesson_without_fields_says_no_track() -> None:
    text = "Oda Brandt - Kaltes Feuer\nLumo - Aurora\nsay hello :: to everybody\n"
    found = parse_tracklist(text, ParseContext(hints=(Lesson(line_signature("one two :: three four"), ()),)))
    assert found.lines[2].verdict is Verdict.NOISE
    assert found.lines[2].reason == "taught"
    assert len(found.tracks) == 2


def test_signature_looks_through_words_dashes_and_round_brackets() -> None:
    first = line_signature("01. Oda Brandt - Kaltes Feuer (Halden Remix) [STB 4]")
    assert first == line_signature("12. Lumo, Pell & 50 Hertz – Aurora [Polarkreis]")
    assert first != line_signature("12. Lumo – Aurora")
    assert first != line_signature("Lumo – Aurora [Polarkreis]")


def test_lesson_survives_json() -> None:
    line = "3:45 | Lumo | Aurora"
    lesson = learn(line, spans(line, duration="3:45", artist="Lumo", title="Aurora"))
    again = Lesson.from_dict(json.loads(json.dumps(lesson.as_dict())))
    assert again == lesson
    assert apply_lesson(again, "5:01 | Mt. Sable | Driftwood") == (
        Span("duration", 0, 4),
        Span("artist", 7, 16),
        Span("title", 19, 28),
    )
    assert apply_lesson(again, "Mt. Sable | Driftwood") is None
