from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from musiclib.domain.matching import Recording
from musiclib.providers.base import TrackQuery
from musiclib.providers.lucene import (
    any_of,
    any_phrase,
    escaped,
    has_phrases,
    phrase_key,
    recording_queries,
    release_queries,
)


@pytest.mark.parametrize(
    ("term", "expected"),
    [
        ("AC/DC", r"ac\/dc"),
        ("Me AND You OR Not", "me and you or not"),
        ('(What\'s) "It"? [a*b~c^d:e\\f]', r"\(what's\) \"it\"\? \[a\*b\~c\^d\:e\\f\]"),
        ("a+b-c & d || e !", r"a\+b\-c \& d \|\| e \!"),
        ("  two   words ", "two words"),
        ("!!!", ""),
        ("", ""),
        ("夜明け", "夜明け"),
    ],
)
def test_terms_are_escaped(term: str, expected: str) -> None:
    assert escaped(term) == expected


@pytest.mark.parametrize(
    ("query", "terms"),
    [
        (TrackQuery("", ""), []),
        (TrackQuery("Nia", "?!"), []),
        (TrackQuery("!!!", "Pardon My Freedom"), ["recording:(pardon my freedom)"]),
        (
            TrackQuery("Nia", "Slow (Original Mix)", "Murk Remix"),
            [
                "recording:(slow murk remix) AND artist:(nia)",
                'recording:"slow murk remix" OR (recording:(nia) AND artist:(slow murk remix))',
            ],
        ),
        (
            TrackQuery("Nia feat. Bo", "Slow (feat. Ann)"),
            [
                "recording:(slow) AND artist:(nia)",
                'recording:"slow" OR (recording:(nia) AND artist:(slow))',
            ],
        ),
    ],
)
def test_queries_are_never_empty(query: TrackQuery, terms: list[str]) -> None:
    assert recording_queries(query.recording) == terms


@given(st.text(max_size=40), st.text(max_size=40), st.none() | st.text(max_size=20))
def test_any_name_makes_a_balanced_query(artist: str, title: str, version: str | None) -> None:
    for term in recording_queries(Recording(artist, title, version)):
        plain = term.replace("\\\\", "").replace("\\(", "").replace("\\)", "")
        assert plain.count("(") == plain.count(")") >= 1


def test_albums_are_asked_for_with_their_length_first() -> None:
    assert release_queries("Kinetic (Sand)", "Low Tide", 9) == [
        r"release:(kinetic \(sand\)) AND artist:(low tide) AND tracks:9",
        r"release:(kinetic \(sand\)) AND artist:(low tide)",
    ]
    assert release_queries("Sand", "", None) == ["release:(sand)"]
    assert release_queries("?!", "Low Tide", 9) == []


def test_any_of_several() -> None:
    assert any_of("isrc", ["A"]) == "isrc:A"
    assert any_of("isrc", ["A", "B"]) == "isrc:(A OR B)"


def test_phrases_of_several_recordings() -> None:
    sand = phrase_key(Recording("Low Tide & Nia feat. Bo", "The Sand (Psi) (Nia Remix) [feat. Bo]"))
    halo = phrase_key(Recording("AC/DC", "Halo: 2"))
    assert any_phrase([sand]) == 'recording:"sand" AND artist:"low tide"'
    assert any_phrase([sand, halo]) == (
        '(recording:"sand" AND artist:"low tide") OR (recording:"halo 2" AND artist:"ac dc")'
    )
    assert has_phrases(sand, "Sand (Nia Remix)", "Low Tide and Nia")
    assert not has_phrases(sand, "Sand", "High Tide")
    assert not has_phrases(halo, "Halo", "AC/DC")
    assert phrase_key(Recording("", "Sand")) == phrase_key(Recording("!!!", "Sand")) == ""
