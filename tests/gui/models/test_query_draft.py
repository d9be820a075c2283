"""A query while it is written: when words become chips, and what the chips say."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from musiclib.domain.music_key import KeyNotation
from musiclib.domain.query_fields import FIELDS
from musiclib.domain.track_query import parse_query
from musiclib.gui.models.query_draft import QueryDraft
from musiclib.gui.models.query_words import term_sentence


def typed(text: str) -> QueryDraft:
    """As if each sign of it was typed at the cursor."""
    draft, cursor = QueryDraft(), 0
    for sign in text:
        words = draft.words[:cursor] + sign + draft.words[cursor:]
        draft, cursor = QueryDraft(draft.chips, words).settled(everything=False, cursor=cursor + 1)
    return draft


@pytest.mark.parametrize(
    ("text", "chips", "words"),
    [
        ("bpm:118-126", [], "bpm:118-126"),
        ("bpm:118-126 ", ["bpm:118-126"], ""),
        ("kessel bpm:118-126 key:~8A vro", ["bpm:118-126", "key:~8A"], "kessel vro"),
        ('-live "exact phrase" x', ["-live", '"exact phrase"'], "x"),
        ('artist:"four words" ', ['artist:"four words"'], ""),
        ("bmp:120 energy:", [], "bmp:120 energy:"),
        ("key:Gb minor ", ["key:Gb minor"], ""),
        ("key:Gb techno ", ["key:Gb"], "techno "),
    ],
)
def test_what_is_written_to_its_end_becomes_a_chip(text: str, chips: list[str], words: str) -> None:
    draft = typed(text)
    assert ([term.source for term in draft.chips], draft.words) == (chips, words)


@given(st.lists(st.sampled_from([*(each.example for each in FIELDS.values()), "kessel", "-live", "bmp:9"])))
def test_no_term_is_lost_or_changed_by_becoming_a_chip(pieces: list[str]) -> None:
    text = " ".join(pieces)
    asked = set(parse_query(text).terms)
    assert set(typed(text).query.terms) == asked
    opened = QueryDraft().of_text(text)
    assert set(opened.query.terms) == asked
    assert set(opened.settled(everything=True, cursor=len(opened.words))[0].query.terms) == asked


def test_a_completion_takes_the_place_of_the_word_under_the_cursor() -> None:
    draft = typed("bpm:118-126 kessel ener")
    start, end = draft.piece_at(len(draft.words))
    assert draft.words[start:end] == "ener"
    assert str(draft.beside(start, end)) == "bpm:118-126 kessel"
    draft, cursor = draft.replaced(start, end, "energy:")
    assert (draft.words, cursor) == ("kessel energy:", 14)
    draft, cursor = draft.replaced(*draft.piece_at(cursor), "energy:6-10")
    assert [term.source for term in draft.chips] == ["bpm:118-126", "energy:6-10"]
    assert (draft.words.strip(), cursor) == ("kessel", 7)
    assert draft.reopened(0).words == "kessel bpm:118-126"


def test_chips_say_what_they_ask_for() -> None:
    text = "bpm:118-126 key:~8A missing:isrc lufs:>-8 added:<7d -source:deezer needs:ear"
    text += " energy:>6 -live has:file clash:bpm odd:year,file sample:20@7"
    said = [term_sentence(term, KeyNotation.CAMELOT) for term in parse_query(text).terms]
    assert said == [
        "BPM 118–126",
        "Key mixes with 8A",
        "Missing ISRC",
        "LUFS > −8",
        "Added in the last 7 days",
        "Source not Deezer",
        "Needs an ear",
        "Energy > 6",
        "not live",
        "Has a file",
        "Contradicts in BPM",
        "Implausible Year or a file",
        "Sample 20@7",
    ]
