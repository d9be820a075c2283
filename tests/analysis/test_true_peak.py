import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from musiclib.analysis.true_peak import TruePeakMeter


def peak_of(audio: np.ndarray, block: int = 4800) -> float:
    meter = TruePeakMeter(audio.shape[1])
    padded = np.concatenate([audio, np.zeros((24, audio.shape[1]))])
    for start in range(0, len(padded), block):
        meter.feed(padded[start : start + block])
    return meter.peak


@given(st.floats(0.01, 0.22), st.floats(0, 6.28), st.floats(0.001, 8.0))
def test_sine_peaks_at_its_amplitude(frequency: float, phase: float, amplitude: float) -> None:
    t = np.arange(4000)
    # Faded in and out, for a sine that is switched on overshoots.
    tone = amplitude * np.hanning(t.size) * np.sin(2 * np.pi * frequency * t + phase)
    assert peak_of(tone[:, None]) == pytest.approx(amplitude, rel=0.03)


@given(st.integers(1, 700))
def test_blocks_do_not_matter(block: int) -> None:
    audio = np.random.default_rng(7).normal(0, 0.2, (2000, 2))
    assert peak_of(audio, block) == pytest.approx(peak_of(audio), rel=1e-6)


def test_never_below_the_samples() -> None:
    audio = np.random.default_rng(8).uniform(-1, 1, (5000, 1))
    assert peak_of(audio) >= np.abs(audio).max()


def test_what_is_no_number_is_left_out() -> None:
    audio = np.full((200, 1), 0.25)
    audio[50], audio[80] = np.nan, -np.inf
    assert 0.25 <= peak_of(audio) < 0.5
