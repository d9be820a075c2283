from hypothesis import given
from hypothesis import strategies as st

from musiclib.domain.provenance import (
    ANY_FIELD,
    DEFAULT_PRECEDENCE,
    EVERYWHERE,
    MERGED_FIELDS,
    Agreement,
    SourcePreference,
    agreement,
    merge,
)
from musiclib.domain.states import Source


def test_the_first_source_in_order_wins_field_by_field() -> None:
    merged = merge({"tracklist": {"title": "Dot", "label": "SOL"}, "musicbrainz": {"title": "Dot Pitch"}})
    assert (merged["title"].value, merged["title"].source, merged["title"].rule) == (
        "Dot Pitch",
        "musicbrainz",
        "precedence",
    )
    assert (merged["label"].source, merged["label"].rule) == ("tracklist", "only")


def test_the_order_can_be_changed() -> None:
    values = {"file_tags": {"bpm": 122.0}, "analysis": {"bpm": 121.5}}
    assert merge(values)["bpm"].value == 121.5
    assert merge(values, ("file_tags", "analysis"))["bpm"].value == 122.0


def test_an_unknown_source_comes_last() -> None:
    values = {"zebra": {"bpm": 1.0}, "adder": {"bpm": 2.0}, "tracklist": {"key_code": 3}}
    merged = merge(values)
    assert merged["bpm"].source == "adder"
    assert merged["key_code"].source == "tracklist"


VALUES = {
    "musicbrainz": {"artist": "Mira Voss & Ilium", "title": "Auftakt", "label": "Brainz", "bpm": 120.0},
    "deezer": {"artist": "MIRA VOSS, Ilium", "title": "AUFTAKT", "label": "Deezer"},
    "tracklist": {"artist": "mira voss", "title": "auftakt"},
}


def effective(*preferences: SourcePreference) -> dict[str, tuple[str, str]]:
    merged = merge(VALUES, preferences=preferences)
    return {name: (each.source, each.rule) for name, each in merged.items()}


def test_a_preference_stands_before_the_order_and_says_so() -> None:
    everywhere = SourcePreference(EVERYWHERE, "label", "deezer")
    assert effective(everywhere) == {
        "artist": ("musicbrainz", "precedence"),
        "title": ("musicbrainz", "precedence"),
        "label": ("deezer", "field"),
        "bpm": ("musicbrainz", "only"),
    }
    by_artist = SourcePreference("ilium", ANY_FIELD, "deezer")
    assert effective(by_artist) == {
        "artist": ("deezer", "artist"),
        "title": ("deezer", "artist"),
        "label": ("deezer", "artist"),
        "bpm": ("musicbrainz", "only"),
    }
    assert effective(SourcePreference("tessera", ANY_FIELD, "deezer")) == effective()
    assert effective(SourcePreference("ilium", "label", "spotify")) == effective()


def test_what_is_said_of_less_stands_before_what_is_said_of_more() -> None:
    for_all = SourcePreference(EVERYWHERE, "title", "tracklist")
    of_artist = SourcePreference("mira voss", ANY_FIELD, "deezer")
    of_field = SourcePreference("mira voss", "title", "musicbrainz")
    assert effective(for_all)["title"] == ("tracklist", "field")
    assert effective(for_all, of_artist)["title"] == ("deezer", "artist")
    assert effective(for_all, of_artist, of_field)["title"] == ("musicbrainz", "artist")
    by_hand = merge({**VALUES, "manual": {"title": "Mine"}}, preferences=[of_artist])
    assert (by_hand["title"].value, by_hand["title"].rule) == ("Mine", "locked")


def test_what_was_measured_here_is_given_up_only_for_a_field_that_is_named() -> None:
    values = {
        "tracklist": {"artist": "Mira Voss"},
        "analysis": {"bpm": 121.5},
        "deezer": {"bpm": 121.9, "label": "Nord"},
        "musicbrainz": {"label": "Nordlicht"},
    }
    all_facts = SourcePreference("mira voss", ANY_FIELD, "deezer")
    merged = merge(values, preferences=[all_facts])
    assert (merged["bpm"].source, merged["label"].source) == ("analysis", "deezer")
    tempo = SourcePreference("mira voss", "bpm", "deezer")
    assert merge(values, preferences=[all_facts, tempo])["bpm"].source == "deezer"
    order = ["musicbrainz", "deezer", "analysis"]
    assert merge(values, order, [all_facts])["bpm"].source == "deezer"


def test_values_agree_are_near_or_differ() -> None:
    assert agreement("title", "AUFTAKT", "Auftakt") is Agreement.SAME
    assert agreement("bpm", 128.0, 128.3) is Agreement.NEAR
    assert agreement("key_code", 3, 4) is Agreement.DIFFERS
    assert agreement("genres", ["techno"], ["house"]) is Agreement.DIFFERS


@given(
    st.dictionaries(
        st.sampled_from([*map(str, DEFAULT_PRECEDENCE), "other"]),
        st.dictionaries(st.sampled_from(MERGED_FIELDS), st.integers(), max_size=4),
    ),
    st.permutations(list(map(str, DEFAULT_PRECEDENCE))),
)
def test_a_hand_made_value_always_wins_and_nothing_is_lost(
    values: dict[str, dict[str, int]], order: list[str]
) -> None:
    merged = merge(values, order)
    assert set(merged) == {field for fields in values.values() for field in fields}
    for field, effective in merged.items():
        assert values[effective.source][field] == effective.value
        if field in values.get(Source.MANUAL, {}):
            assert effective.source == Source.MANUAL
            assert effective.rule == "locked"


def test_a_person_can_say_that_there_is_nothing() -> None:
    said = {Source.TRACKLIST: {"title": "Auftakt", "version": "Intro Edit"}, Source.MANUAL: {"version": ""}}
    assert {name: each.value for name, each in merge(said).items()} == {"title": "Auftakt"}
