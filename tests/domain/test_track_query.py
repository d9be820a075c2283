"""The search language, as text."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from musiclib.domain.query_fields import FIELDS, FREE_TEXT
from musiclib.domain.query_values import Age, Code, DayAgo, Days, Keys, Span, Text
from musiclib.domain.track_order import SortKey, order_text, parse_order
from musiclib.domain.track_query import Operator, TrackQuery, parse_query

_PIECES = st.sampled_from(
    [
        *(field.example for field in FIELDS.values()),
        *(f"{field.name}:" for field in FIELDS.values()),
        *('"', "“", "-", ",", ":", "=", "~", " ", "..", "(", "OR", "|", ">", "missing", "key:F# minor"),
    ]
)


@pytest.mark.parametrize(
    ("typed", "canonical"),
    [
        ("Bpm:126–120", "bpm:120-126"),
        ("bpm>=120 tempo:128.0 bpm:..90", "bpm:>=120 bpm:128.0 bpm:<=90"),
        ("bpm:=60-64,90", "bpm:=60-64,90"),
        ("key:am,1m,~f#m key:Gb major -key:Bb", "key:8A,~11A key:2B -key:6B"),
        ("lufs:-10--7 lufs:-9..-12 loudness:−8", "lufs:-10..-7 lufs:-12..-9 lufs:-8"),
        ("year:90s,2001 year:>1990s year:1998-1994", "year:1990s,2001 year:>1990s year:1994-1998"),
        ("duration:<6 length:6:30-7:15 time:1h2m", "duration:<6m duration:6:30-7:15 duration:1h2m"),
        ("added:7d added:>=2W added:yesterday", "added:<7d added:>2w added:yesterday"),
        ("added:2026-10 added:2025-2026", "added:2026-10 added:2025..2026"),
        ("energy:missing key:any bpm:none", "missing:energy has:key missing:bpm"),
        (
            "no:cover with:Loudness is:Not-Found source:tags",
            "missing:art has:lufs state:not-found source:file_tags",
        ),
        ('by:"four  words",tet -genre:=Techno', 'artist:"four words",tet -genre:=Techno'),
        ('Artist - Title, (Extended Mix) 12" -"live at"', 'Artist Title Extended Mix 12″ -"live at"'),
        ('"still typing', '"still typing"'),
        ("twice Twice twice", "twice Twice"),
        ('"bpm:120" "-live" "or"', '"bpm:120" "-live" or'),
        ("title:missing", "title:missing"),
        ("https://example.org", '"https://example.org"'),
    ],
)
def test_canonical_text(typed: str, canonical: str) -> None:
    query = parse_query(typed)
    assert (str(query), query.problems) == (canonical, ())
    assert parse_query(canonical) == query


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("bpm:128", Span(127.5, 128.5, False, True, "128")),
        ("bpm:128.25", Span(128.245, 128.255, False, True, "128.25")),
        ("bpm:>120", Span(120, None, True, False, ">120")),
        ("energy:6", Span(6, 6, False, False, "6")),
        ("year:1990s", Span(1990, 1999, False, False, "1990s")),
        ("year:<=1990s", Span(None, 1999, False, False, "<=1990s")),
        ("duration:6m", Span(330, 390, False, True, "6m")),
        ("duration:6:30", Span(389.5, 390.5, False, True, "6:30")),
        ("key:~8A", Keys((0, 14, 16, 21), "~8A")),
        ("added:<36h", Age(1.5, False, "<36h")),
        ("added:today", DayAgo(0, "today")),
        ("missing:isrc", Code("isrc")),
        ("title:Röyk", Text("Röyk")),
    ],
)
def test_values(typed: str, value: object) -> None:
    (term,) = parse_query(typed).terms
    (read,) = term.values
    if isinstance(read, Span) and isinstance(value, Span):
        assert (read.low, read.high) == (pytest.approx(value.low), pytest.approx(value.high))
        assert (read.low_open, read.high_open, read.text) == (value.low_open, value.high_open, value.text)
    else:
        assert read == value


def test_days_of_a_month() -> None:
    ((feb,), (after,)) = (term.values for term in parse_query("added:2028-02 added:>2027").terms)
    assert isinstance(feb, Days)
    assert (str(feb.first), str(feb.last)) == ("2028-02-01", "2028-02-29")
    assert isinstance(after, Days)
    assert (str(after.first), after.last) == ("2028-01-01", None)


@pytest.mark.parametrize(
    ("typed", "at", "message", "suggestion"),
    [
        ("energie:6", "energie:6", "energie: is not a field; did you mean energy:?", "energy:6"),
        ("mood:dark", "mood:dark", "mood: is not a field, so it is looked for as it stands.", '"mood:dark"'),
        ("bpm:fast", "bpm:fast", "bpm: “fast” is not a tempo. Write it like bpm:120-126.", "bpm:120-126"),
        ("-key:H", "-key:H", "key: “H” is not a key. Write it like -key:8A.", "-key:8A"),
        (
            "state:reviwe",
            "state:reviwe",
            "state: “reviwe” is not a state. Write it like state:review.",
            "state:review",
        ),
        (
            "added:2026-13",
            "added:2026-13",
            "added: “2026-13” is no time. Write it like added:<7d.",
            "added:<7d",
        ),
        (
            "bpm:missing,120",
            "bpm:missing,120",
            "bpm:missing stands alone: it cannot be one of several values.",
            "missing:bpm",
        ),
        (
            "a OR b",
            "OR",
            "There is no OR between terms. Write alternatives behind commas in one term: genre:techno,house.",
            None,
        ),
    ],
)
def test_what_cannot_be_read_is_named_and_the_rest_works(
    typed: str, at: str, message: str, suggestion: str | None
) -> None:
    text = f"lagoon {typed} has:file"
    query = parse_query(text)
    (problem,) = query.problems
    assert (text[problem.start : problem.end], problem.message, problem.suggestion) == (
        at,
        message,
        suggestion,
    )
    assert not problem.unfinished
    assert {"lagoon", "has:file"} <= {str(term) for term in query.terms}
    if suggestion:
        assert not parse_query(text[: problem.start] + suggestion + text[problem.end :]).problems


def test_a_field_without_its_value_is_only_unfinished() -> None:
    query = parse_query("lagoon energy:")
    assert [(each.unfinished, each.start, each.suggestion) for each in query.problems] == [
        (True, 7, "energy:>6")
    ]
    assert str(query) == "lagoon"


@settings(max_examples=60)
@given(st.lists(st.one_of(_PIECES, st.text(max_size=6)), max_size=6).map("".join))
def test_any_text_is_read_and_its_canonical_text_means_the_same(text: str) -> None:
    query = parse_query(text)
    again = parse_query(str(query))
    assert again == query
    assert str(again) == str(query)
    assert again.problems == ()
    for term in query.terms:
        assert text[term.start : term.start + len(term.source)] == term.source
        assert term.field == FREE_TEXT or term.field in FIELDS
        assert term not in query.without(term).terms


def test_chips_and_text_are_one_query() -> None:
    query = parse_query("lagoon  bpm:120-126 energie:3 -live")
    bpm = query.terms[1]
    less = query.without(bpm)
    assert (less.text, str(less)) == ("lagoon energie:3 -live", "lagoon -live")
    more = less.with_term("key:~8A lagoon")
    assert (more.text, str(more)) == ("lagoon energie:3 -live key:~8A", "lagoon -live key:~8A")
    assert (bool(TrackQuery()), bool(less)) == (False, True)
    assert bpm.operator is Operator.FITS


def test_every_field_reads_its_example_and_its_offers() -> None:
    for field in FIELDS.values():
        for text in (field.example, *(f"{field.name}:{value}" for value, _ in field.offers)):
            query = parse_query(text)
            assert query.problems == (), text
            assert {term.field for term in query.terms} <= {field.name, "missing"}
        for code in field.codes:
            assert str(parse_query(f"{field.name}:{code}")) == f"{field.name}:{code}"


def test_order() -> None:
    order = parse_order("bpm, -Added bpm")
    assert order == (SortKey("bpm"), SortKey("added", descending=True))
    assert order_text(order) == "bpm,-added"
    with pytest.raises(ValueError, match="“tempo” is no column"):
        parse_order("tempo")
