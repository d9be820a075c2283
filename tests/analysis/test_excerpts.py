import numpy as np
import pytest

from musiclib.analysis.engines.base import MONO_RATE
from musiclib.analysis.excerpts import ExcerptBuffer


def test_keeps_a_short_file_whole() -> None:
    buffer = ExcerptBuffer(2.0, MONO_RATE)
    buffer.add(np.ones(MONO_RATE, np.float32))
    buffer.add(np.zeros(MONO_RATE, np.float32))
    (whole,) = buffer.taken()
    assert whole.start_s == 0.0
    assert whole.samples.size == 2 * MONO_RATE
    assert whole.samples.sum() == MONO_RATE


def test_keeps_the_middle_of_a_long_file() -> None:
    buffer = ExcerptBuffer(600.0, MONO_RATE)
    for second in range(600):
        buffer.add(np.full(MONO_RATE, second, np.float32))
    (middle,) = buffer.taken()
    assert middle.start_s == 240.0
    assert middle.samples.size == 120 * MONO_RATE
    assert (middle.samples[0], middle.samples[-1]) == (240.0, 359.0)


def test_spreads_pieces_over_a_mix_and_no_more() -> None:
    buffer = ExcerptBuffer(1800.0, MONO_RATE)
    for second in range(1800):
        if buffer.wants(MONO_RATE):
            buffer.add(np.full(MONO_RATE, second, np.float32))
        else:
            buffer.skip(MONO_RATE)
    pieces = buffer.taken()
    assert [round(float(piece.samples[0])) for piece in pieces] == [120, 420, 720, 1020, 1320, 1620]
    assert [piece.start_s for piece in pieces] == [120, 420, 720, 1020, 1320, 1620]
    assert {piece.samples.size for piece in pieces} == {60 * MONO_RATE}


@pytest.mark.parametrize("rate", [8_000, 48_000, 192_000])
def test_brings_every_rate_to_one(rate: int) -> None:
    buffer = ExcerptBuffer(3.0, rate)
    tone = np.sin(2 * np.pi * 440 * np.arange(3 * rate) / rate).astype(np.float32)
    for start in range(0, tone.size, 12_800):
        buffer.add(tone[start : start + 12_800])
    (whole,) = buffer.taken()
    assert whole.samples.size == pytest.approx(3 * MONO_RATE, abs=64)
    spectrum = np.abs(np.fft.rfft(whole.samples[: 2 * MONO_RATE]))
    assert int(np.argmax(spectrum)) == 880
