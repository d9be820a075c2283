import pytest
from hypothesis import given
from hypothesis import strategies as st

from musiclib.domain.ids import uuid7


@given(st.integers(0, (1 << 48) - 1), st.integers(0, (1 << 74) - 1))
def test_version_variant_and_time_are_where_the_standard_puts_them(ms: int, bits: int) -> None:
    made = uuid7(ms, bits)
    assert made.version == 7
    assert made.variant == "specified in RFC 4122"
    assert made.int >> 80 == ms


@given(st.integers(0, (1 << 48) - 2), st.integers(0, (1 << 74) - 1), st.integers(0, (1 << 74) - 1))
def test_later_ids_sort_later(ms: int, first: int, second: int) -> None:
    assert uuid7(ms, first) < uuid7(ms + 1, second)


def test_a_time_out_of_range_is_refused() -> None:
    with pytest.raises(ValueError, match="out of range"):
        uuid7(-1, 0)
