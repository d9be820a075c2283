"""Fields and values within a sentence."""

import pytest

from musiclib.domain.field_names import FIELD_NAMES, field_at_start, value_in_words
from musiclib.domain.provenance import MERGED_FIELDS, Plain


def test_every_field_has_a_name_a_person_knows() -> None:
    assert set(FIELD_NAMES) == set(MERGED_FIELDS)
    assert not any("_" in name for name in FIELD_NAMES.values())
    assert [field_at_start(each) for each in ("bpm", "key_code", "isrc")] == ["BPM", "Key", "ISRC"]


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("key_code", 21, "A minor"),
        ("bpm", 118.0, "118"),
        ("duration_s", 358.2, "5:58"),
        ("genres", ["House", "Dub"], "House, Dub"),
        ("label", "Nordlicht", "Nordlicht"),
    ],
)
def test_values_are_written_as_a_person_would(field: str, value: Plain, words: str) -> None:
    assert value_in_words(field, value) == words
