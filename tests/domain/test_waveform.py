from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from musiclib.domain.waveform import (
    MAX_POINTS,
    WaveformPoint,
    brightness_of,
    pack_waveform,
    unpack_waveform,
)

POINT = st.builds(WaveformPoint, st.floats(0, 1), st.floats(0, 1), st.floats(0, 1))


@given(st.lists(POINT, max_size=40))
def test_points_come_back(points: list[WaveformPoint]) -> None:
    back = unpack_waveform(pack_waveform(points))
    assert len(back) == len(points)
    for point, again in zip(points, back, strict=True):
        for value, other in zip(point[:2], again[:2], strict=True):
            assert other**0.5 == pytest.approx(value**0.5, abs=0.002)
        assert again.brightness == pytest.approx(point.brightness, abs=0.002)


def test_a_quiet_passage_is_still_seen_and_an_overshoot_is_full_scale() -> None:
    quiet, over = unpack_waveform(
        pack_waveform([WaveformPoint(0.001, 0.0005, 0.0), WaveformPoint(1.4, 1, 2)])
    )
    assert quiet.peak == pytest.approx(0.001, rel=0.1)
    assert over == (1.0, 1.0, 1.0)


@pytest.mark.parametrize("data", [None, b"", b"\x01\x00", b"\x02\x00\x00\x00", b"\x01" + bytes(5)])
def test_what_is_no_waveform_has_no_points(data: bytes | None) -> None:
    assert unpack_waveform(data) == ()


def test_more_points_than_there_may_be_are_refused() -> None:
    with pytest.raises(ValueError, match="1000 points"):
        pack_waveform([WaveformPoint(0, 0, 0)] * (MAX_POINTS + 1))


def test_brightness_follows_the_octaves() -> None:
    assert [brightness_of(hz) for hz in (0.0, 60.0, 120.0, 60.0 * 2**7, 20_000.0)] == [0, 0, 1 / 7, 1, 1]
