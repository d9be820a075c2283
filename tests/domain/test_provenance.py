from hypothesis import given
from hypothesis import strategies as st

from musiclib.domain.provenance import DEFAULT_PRECEDENCE, MERGED_FIELDS, merge
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
