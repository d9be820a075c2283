"""Waveform, silence, clipping, spectrum and the liveliest place of signals made for it."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from musiclib.analysis.binning import Binner
from musiclib.analysis.clipping import ClippingMeter
from musiclib.analysis.metering import Measured, Meters
from musiclib.domain.spectrum import unpack_spectrum
from musiclib.domain.waveform import unpack_waveform
from tests.analysis.sounds import sine

Audio = NDArray[np.float32]
RATE = 44_100


def measured(audio: Audio, rate: int = RATE) -> Measured:
    """Of samples of shape (channels, n)."""
    meters = Meters(rate, ("FL", "FR")[: len(audio)])
    for start in range(0, audio.shape[1], meters.block_length):
        meters.feed(np.ascontiguousarray(audio[:, start : start + meters.block_length]))
    return meters.finish()


def noise(seconds: float, level: float = 0.1, seed: int = 1) -> Audio:
    return np.random.default_rng(seed).normal(0, level, (2, round(seconds * RATE))).astype(np.float32)


def low_passed(audio: Audio, hz: float) -> Audio:
    """With nothing at all above a frequency."""
    spectrum = np.fft.rfft(audio)
    spectrum[:, round(hz * audio.shape[1] / RATE) :] = 0.0
    return np.fft.irfft(spectrum, audio.shape[1]).astype(np.float32)


def falling(audio: Audio, db_per_octave: float) -> Audio:
    """With a slope above 1 kHz, as music has."""
    spectrum = np.fft.rfft(audio)
    octaves = np.log2(np.maximum(np.fft.rfftfreq(audio.shape[1], 1 / RATE), 1_000.0) / 1_000.0)
    return np.fft.irfft(spectrum * 10 ** (-db_per_octave * octaves / 20), audio.shape[1]).astype(np.float32)


class TestWaveform:
    def test_shows_levels_and_brightness_in_their_places(self) -> None:
        low, high = sine(60, -6.0, 5, RATE), sine(7_000, -26.0, 5, RATE)
        points = unpack_waveform(measured(np.stack([np.concatenate([low, high])] * 2)).waveform)
        assert len(points) == 1_000
        early, late = points[200], points[800]
        assert early.peak == pytest.approx(0.5, rel=0.05)
        assert early.rms == pytest.approx(0.35, rel=0.3)
        assert late.peak == pytest.approx(0.05, rel=0.05)
        assert early.brightness < 0.1 < 0.9 < late.brightness

    def test_a_short_file_has_a_point_each_hundredth(self) -> None:
        assert len(unpack_waveform(measured(noise(0.5)).waveform)) == 50
        assert len(unpack_waveform(measured(noise(0.001)).waveform)) == 1


class TestSilence:
    def test_is_measured_at_both_ends(self) -> None:
        quiet = np.full((2, RATE), 1e-4, np.float32)
        found = measured(np.concatenate([quiet, noise(3), quiet, quiet], axis=1))
        assert found.silence_start_s == pytest.approx(1.0, abs=0.03)
        assert found.silence_end_s == pytest.approx(2.0, abs=0.05)

    def test_a_fade_that_can_be_heard_is_none(self) -> None:
        found = measured(noise(2) * np.linspace(1.0, 0.02, 2 * RATE, dtype=np.float32))
        assert (found.silence_start_s, found.silence_end_s) == (0.0, 0.0)


class TestClipping:
    def test_counts_flat_tops_of_each_channel(self) -> None:
        audio = noise(3)
        audio[0, 1_000:1_005] = 1.0
        # Across the seam of two blocks.
        audio[1, 128 * 441 - 2 : 128 * 441 + 3] = -1.0
        audio[1, 90_000:90_002] = 1.0
        assert measured(audio).clipped_samples == 10

    def test_a_normalised_peak_is_no_clipping(self) -> None:
        audio = noise(1)
        audio[0, 500] = 1.0
        assert measured(audio).clipped_samples == 0

    @pytest.mark.parametrize(("size", "bin_size"), [(1, 1), (2, 1), (3, 3), (8, 4), (60, 5)])
    def test_blocks_do_not_matter(self, size: int, bin_size: int) -> None:
        random = np.random.default_rng(5)
        audio = np.where(random.random((2, 60)) < 0.6, 1.0, 0.2).astype(np.float32)
        binner, meter = Binner(2, bin_size), ClippingMeter(2)
        for start in range(0, 60, size):
            meter.feed(binner.binned(audio[:, start : start + size]))
        runs = ["".join("x" if sample == 1.0 else "." for sample in channel).split(".") for channel in audio]
        assert meter.count == sum(len(run) for channel in runs for run in channel if len(run) >= 3)


class TestSpectrum:
    def test_a_tone_stands_where_it_is_at_its_level(self) -> None:
        spectrum = unpack_spectrum(measured(np.stack([sine(5_000, -20.0, 4, RATE)] * 2)).spectrum)
        assert spectrum is not None
        band = int(np.argmax(spectrum.levels_db))
        assert spectrum.frequency_hz(band) == pytest.approx(5_000, abs=90)
        assert spectrum.levels_db[band] == pytest.approx(-20.0, abs=1.0)
        assert spectrum.levels_db[200] < -90.0

    @pytest.mark.parametrize("hz", [16_000.0, 19_000.0, 20_000.0])
    def test_a_wall_is_found(self, hz: float) -> None:
        audio = low_passed(falling(noise(20), 6.0), hz)
        # As it lies in a file of 16 bits.
        assert measured((np.round(audio * 32_767) / 32_768).astype(np.float32)).cutoff_hz == pytest.approx(
            hz, abs=150
        )

    @pytest.mark.parametrize("slope", [0.0, 6.0, 18.0])
    def test_a_slope_is_no_wall(self, slope: float) -> None:
        assert measured(falling(noise(20), slope)).cutoff_hz is None

    def test_nothing_is_said_of_a_tone_or_of_a_second(self) -> None:
        assert measured(np.stack([sine(440, -6.0, 20, RATE)] * 2)).cutoff_hz is None
        assert measured(low_passed(noise(1), 16_000)).cutoff_hz is None


class TestLiveliest:
    def test_strokes_count_beside_loudness(self) -> None:
        pad = 0.5 * noise(20)
        strokes = pad[:, : 10 * RATE] * (np.arange(10 * RATE) % (RATE // 2) < RATE // 8)
        found = measured(np.concatenate([pad, 1.6 * strokes, pad], axis=1))
        assert found.liveliest_s == pytest.approx(21.0, abs=1.6)

    def test_the_loud_part_is_livelier_than_the_quiet_one(self) -> None:
        found = measured(np.concatenate([0.1 * noise(15), noise(10), 0.1 * noise(15)], axis=1))
        assert found.liveliest_s == pytest.approx(16.0, abs=1.3)

    def test_a_short_file_is_lively_from_its_start(self) -> None:
        assert measured(noise(5)).liveliest_s == 0.0
