"""Packs: percentiles, the rule as text, and balance, for any library."""

from __future__ import annotations

from collections import Counter
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from musiclib.domain.ids import TrackId
from musiclib.domain.packs import (
    PRESETS,
    Pack,
    PackRule,
    Preset,
    Rated,
    Within,
    make_pack,
    pack_words,
    parse_rule,
    percentiles,
    rule_words,
    search_of,
)
from musiclib.domain.track_query import parse_query

_LIBRARIES = st.lists(
    st.tuples(
        st.one_of(st.none(), st.integers(0, 100), st.sampled_from([0, 50, 50, 51])),
        st.sampled_from(["", "a", "b", "c"]),
        st.sampled_from(["", "dub"]),
        st.sampled_from([None, 1990]),
    ),
    max_size=40,
).map(lambda rows: [Rated(_id(nth), *row) for nth, row in enumerate(rows)])
_RULES = st.builds(
    lambda within, ends, tracks, each, familiar, least: PackRule(
        within, min(ends), max(ends), tracks, each, familiar, least
    ),
    st.sampled_from(Within),
    st.tuples(st.integers(0, 49), st.integers(50, 100)),
    st.integers(1, 12),
    st.integers(1, 4),
    st.integers(0, 100),
    st.integers(1, 4),
)


def _id(number: int) -> TrackId:
    return TrackId(UUID(int=number))


def _pack(rule: PackRule, *tracks: tuple[int | None, str]) -> tuple[Pack, list[int]]:
    """The pack of tracks with (popularity, artist), and their popularities in its order."""
    made = make_pack(rule, [Rated(_id(nth), *each) for nth, each in enumerate(tracks)])
    return made, [each.popularity for each in made.tracks]


@given(st.lists(st.integers(0, 100), min_size=1, max_size=40))
def test_percentiles_follow_the_values_and_equal_ones_are_equal(values: list[int]) -> None:
    places = percentiles(values)
    assert all(0 < place < 100 for place in places)
    assert sum(places) / len(places) == pytest.approx(50)
    for (one, place), (other, elsewhere) in zip(
        zip(values, places, strict=True), list(zip(values, places, strict=True))[1:], strict=False
    ):
        assert (one < other) == (place < elsewhere)


@given(_RULES, _LIBRARIES)
def test_any_pack_keeps_its_rule(rule: PackRule, library: list[Rated]) -> None:
    pack, known = make_pack(rule, library), {each.id: each for each in library}
    ids = [each.id for each in pack.tracks]
    assert len(set(ids)) == len(ids) <= rule.tracks
    assert all(known[each.id].popularity == each.popularity for each in pack.tracks)  # none is unknown
    assert all(rule.takes(each.percentile) is not each.balancing for each in pack.tracks)
    assert all(each.familiar for each in pack.tracks if each.balancing)
    of_artist = Counter(known[each].artist for each in ids if known[each].artist)
    assert max(of_artist.values(), default=0) <= rule.each
    assert pack.fitting + pack.elsewhere + pack.ungrouped + pack.unknown == len(library)
    assert pack == make_pack(rule, list(library)), "the same library gives the same pack"
    assert pack_words(pack)


@given(_RULES, _LIBRARIES)
def test_a_pack_is_balanced_as_far_as_there_are_tracks(rule: PackRule, library: list[Rated]) -> None:
    pack, known = make_pack(rule, library), {each.id: each for each in library}
    if pack.familiar >= pack.familiar_wanted:
        return
    everything = make_pack(PackRule(rule.within, 0, 100, 10_000, 10_000, 0, rule.least), library)
    has = {each.id for each in pack.tracks}
    artists = Counter(known[each].artist for each in has)
    leaving = {known[each.id].artist for each in pack.tracks if not each.familiar}
    for each in everything.tracks:
        artist = known[each.id].artist
        full = bool(artist) and artists[artist] >= rule.each
        assert not each.familiar or each.id in has or (full and artist not in leaving)


@given(_RULES)
def test_a_rule_is_read_again_from_its_text(rule: PackRule) -> None:
    assert parse_rule(str(rule), PRESETS[Preset.EASY]) == rule
    assert rule_words(rule)
    assert parse_query(search_of(rule)).problems == ()


def test_a_rule_that_makes_no_sense_says_why() -> None:
    base = PRESETS[Preset.DEEP_CUTS]
    assert parse_rule("within:genre percent:10-20% each:1", base) == PackRule(Within.GENRE, 10, 20, each=1)
    for text, words in (
        ("percent:80-20", "from a lower to a higher"),
        ("percent:80", "lacks a number"),
        ("tracks:0", "1 to 10000 tracks"),
        ("within:mood", "no part of a rule"),
        ("familiar:²", "lacks a number"),
        ("loud", "no part of a rule"),
    ):
        with pytest.raises(ValueError, match=words):
            parse_rule(text, base)


def test_deep_cuts_are_not_all_obscure_and_nobody_fills_the_pack() -> None:
    famous = [(popularity, "famous") for popularity in (90, 80, 70, 60, 50)]
    obscure = [(popularity, "obscure") for popularity in (9, 8, 7, 6, 5)]
    rule = PackRule(low=0, high=40, tracks=4, each=2, familiar=50)
    pack, found = _pack(rule, *famous, *obscure)
    assert found == [60, 50, 6, 5]  # the least known of both, the well known artist first
    assert (pack.familiar, pack.balancing) == (2, 0)
    pack, found = _pack(PackRule(Within.LIBRARY, 0, 30, 4, 4, familiar=50), *famous, *obscure)
    assert found == [60, 50, 7]  # the least known make way for what comes nearest
    assert (pack.balancing, pack.fitting) == (2, 3)
    assert "2 from outside for the balance" in pack_words(pack)


def test_unknown_popularity_is_never_obscure_and_small_groups_say_nothing() -> None:
    rule = PackRule(low=0, high=30, familiar=0)
    pack, found = _pack(rule, (None, "a"), (0, "a"), (40, "a"), (60, "a"), (1, "b"), (2, "b"), (3, ""))
    assert found == [0]
    assert (pack.unknown, pack.ungrouped) == (1, 3)
    assert "1 of unknown popularity are left out" in pack_words(pack)
    assert _pack(rule)[1] == []
    assert _pack(rule, (7, "a"), (7, "a"), (7, "a"))[1] == [], "equal tracks are all in the middle"
