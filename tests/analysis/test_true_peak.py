import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from musiclib.analysis.binning import Binner
from musiclib.analysis.true_peak import TruePeakMeter


def peak_of(audio: np.ndarray, bin_size: int = 480, bins: int = 10) -> float:
    """Of samples of shape (channels, n), given in blocks of so many bins."""
    binner, meter = Binner(len(audio), bin_size), TruePeakMeter(len(audio), bin_size)
    block = bin_size * bins
    for start in range(0, audio.shape[1], block):
        meter.feed(binner.binned(audio[:, start : start + block].astype(np.float32)))
    return meter.finish()


def oversampled_peak(audio: np.ndarray) -> float:
    """By a Fourier transform, which knows every point between the samples."""
    padded = np.pad(audio, ((0, 0), (512, 512)))
    spectrum = np.fft.rfft(padded)
    size = padded.shape[1] * 16
    return float(np.abs(np.fft.irfft(spectrum, size)).max() * 16)


@given(st.floats(0.01, 0.22), st.floats(0, 6.28), st.floats(0.001, 8.0))
def test_sine_peaks_at_its_amplitude(frequency: float, phase: float, amplitude: float) -> None:
    t = np.arange(4000)
    # Faded in and out, for a sine that is switched on overshoots.
    tone = amplitude * np.hanning(t.size) * np.sin(2 * np.pi * frequency * t + phase)
    assert peak_of(tone[None]) == pytest.approx(amplitude, rel=0.03)


@given(st.integers(1, 500), st.integers(1, 12))
def test_blocks_and_bins_do_not_matter(bin_size: int, bins: int) -> None:
    audio = np.random.default_rng(7).normal(0, 0.2, (2, 2000))
    assert peak_of(audio, bin_size, bins) == pytest.approx(peak_of(audio), rel=1e-5)


@pytest.mark.parametrize("drive", [0.5, 3.0, 30.0])
def test_nothing_is_overlooked_in_clipped_noise(drive: float) -> None:
    """Only some places are looked at: the highest must be among them, whatever the mastering."""
    random = np.random.default_rng(3)
    spectrum = np.fft.rfft(random.normal(0, 1, (2, 40_000)))
    # Nothing near half the rate, where four points between samples are too few.
    spectrum[:, int(0.8 * spectrum.shape[1]) :] = 0
    noise = np.fft.irfft(spectrum)
    clipped = np.clip(drive * noise / np.abs(noise).max(), -1, 1)
    low = np.fft.rfft(clipped)
    low[:, int(0.8 * low.shape[1]) :] = 0
    audio = np.fft.irfft(low)
    off = 20 * np.log10(peak_of(audio) / oversampled_peak(audio))
    assert -0.3 <= off <= 0.1


def test_never_below_the_samples() -> None:
    audio = np.random.default_rng(8).uniform(-1, 1, (1, 5000))
    assert peak_of(audio) >= np.abs(audio).max()


def test_first_and_last_sample_count() -> None:
    for place in (0, 99):
        audio = np.zeros((1, 100))
        audio[0, place] = -0.5
        assert peak_of(audio) == pytest.approx(0.5, rel=1e-6)
