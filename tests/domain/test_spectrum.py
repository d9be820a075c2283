from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from musiclib.domain.spectrum import FLOOR_DB, POINTS, pack_spectrum, unpack_spectrum


@given(st.lists(st.floats(-200, 0), min_size=POINTS, max_size=POINTS), st.integers(1, 768_000))
def test_levels_come_back_in_half_decibels(levels: list[float], rate: int) -> None:
    spectrum = unpack_spectrum(pack_spectrum(rate, levels))
    assert spectrum is not None
    assert spectrum.sample_rate == rate
    wanted = [max(FLOOR_DB, level) for level in levels]
    assert spectrum.levels_db == pytest.approx(wanted, abs=0.25)


def test_bands_are_of_equal_width() -> None:
    spectrum = unpack_spectrum(pack_spectrum(48_000, [0.0] * POINTS))
    assert spectrum is not None
    assert spectrum.frequency_hz(0) == pytest.approx(46.875)
    assert spectrum.frequency_hz(POINTS - 1) == pytest.approx(24_000 - 46.875)


@pytest.mark.parametrize("data", [None, b"", b"\x01", bytes(5 + POINTS), b"\x01" + bytes(3 + POINTS)])
def test_what_is_no_spectrum_is_none(data: bytes | None) -> None:
    assert unpack_spectrum(data) is None


def test_another_number_of_bands_is_refused() -> None:
    with pytest.raises(ValueError, match="256 bands"):
        pack_spectrum(48_000, [0.0])
