"""Loudness and true peak against the signals of EBU Tech 3341, synthesised here."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from musiclib.analysis.decode import decode
from musiclib.analysis.loudness import Loudness, channel_weights
from tests.analysis.sounds import sine, write_float_wav

Audio = NDArray[np.float32]


def measure(folder: Path, audio: Audio, layout: str = "stereo", rate: int = 48_000) -> Loudness:
    return decode(write_float_wav(folder / "tone.wav", audio, layout, rate)).loudness


def both(channel: Audio) -> Audio:
    return np.stack([channel, channel])


@pytest.mark.parametrize("level", [-23.0, -33.0])
def test_stereo_sine_is_as_loud_as_its_level(tmp_path: Path, level: float) -> None:
    """Tech 3341 cases 1 and 2."""
    loudness = measure(tmp_path, both(sine(1000, level, 20)))
    assert loudness.integrated_lufs == pytest.approx(level, abs=0.1)
    assert loudness.range_lu == pytest.approx(0.0, abs=0.1)
    assert loudness.true_peak_dbtp == pytest.approx(level, abs=0.2)


def test_mono_is_heard_from_two_loudspeakers(tmp_path: Path) -> None:
    mono = sine(1000, -23.0, 10)
    assert measure(tmp_path, mono[None, :], "mono").integrated_lufs == pytest.approx(-23.0, abs=0.1)


def test_quiet_parts_are_gated(tmp_path: Path) -> None:
    """Tech 3341 case 4: -72, -36, -23, -36, -72 dBFS."""
    parts = [(-72.0, 5), (-36.0, 5), (-23.0, 30), (-36.0, 5), (-72.0, 5)]
    channel = np.concatenate([sine(1000, level, seconds) for level, seconds in parts])
    assert measure(tmp_path, both(channel)).integrated_lufs == pytest.approx(-23.0, abs=0.1)


def test_surround_channels_weigh_more_and_lfe_nothing(tmp_path: Path) -> None:
    """Tech 3341 case 6: 5.0 content of -28, -24 (centre) and -30 dBFS (surrounds) is -23 LUFS."""
    levels = {"FL": -28.0, "FR": -28.0, "FC": -24.0, "LFE": -10.0, "BL": -30.0, "BR": -30.0}
    audio = np.stack([sine(1000, level, 20) for level in levels.values()])
    assert measure(tmp_path, audio, "5.1").integrated_lufs == pytest.approx(-23.0, abs=0.1)


def test_loudness_range_is_the_step_between_two_levels(tmp_path: Path) -> None:
    """Tech 3342 case 1."""
    channel = np.concatenate([sine(1000, -20.0, 20), sine(1000, -30.0, 20)])
    assert measure(tmp_path, both(channel)).range_lu == pytest.approx(10.0, abs=1.0)


@pytest.mark.parametrize(
    ("divisor", "degrees", "dbfs", "expected"),
    [
        (4, 0.0, -6.02, -6.0),
        (4, 45.0, -6.02, -6.0),
        (6, 60.0, -6.02, -6.0),
        (8, 67.5, -6.02, -6.0),
        (4, 45.0, 3.0, 3.0),
        (8, 10.0, 12.0, 12.0),
        (4, 45.0, -40.0, -40.0),
    ],
)
def test_true_peak_is_found_between_the_samples(
    tmp_path: Path, divisor: int, degrees: float, dbfs: float, expected: float
) -> None:
    """Tech 3341 cases 15 to 19, one far above full scale and a quiet one: +0.2/-0.4 dB."""
    channel = sine(48_000 / divisor, dbfs, 3, phase=np.radians(degrees))
    peak = measure(tmp_path, both(channel)).true_peak_dbtp
    assert peak is not None
    assert -0.4 <= peak - expected <= 0.2


@pytest.mark.parametrize("offset", range(4))
def test_true_peak_of_one_period_between_the_samples(tmp_path: Path, offset: int) -> None:
    """Tech 3341 cases 20 to 23: one period of full scale in a tone of half, made at four times the rate and
    decimated from each of four places: 0 dBTP, +0.2/-0.4 dB."""
    t = np.arange(4 * 48_000) / (4 * 48_000)
    tone = 0.5 * np.sin(2 * np.pi * 8_000 * t)
    period = slice(96_000, 96_000 + 4 * 6)
    tone[period] *= 2.0
    # Whatever the switch made above half the final rate is not there after decimation.
    spectrum = np.fft.rfft(tone * np.hanning(tone.size) ** 0.05)
    spectrum[20_000:] = 0.0
    limited = np.fft.irfft(spectrum)
    limited /= np.abs(limited).max()
    peak = measure(tmp_path, both(limited[offset::4].astype(np.float32))).true_peak_dbtp
    assert peak is not None
    assert -0.4 <= peak <= 0.2


@pytest.mark.parametrize("layout", ["mono", "5.1"])
def test_true_peak_is_that_of_the_highest_channel(tmp_path: Path, layout: str) -> None:
    channels = {"mono": 1, "5.1": 6}[layout]
    audio = np.stack([sine(12_000, -20.0, 1, phase=np.pi / 4)] * channels)
    audio[channels // 2] = sine(12_000, -3.0, 1, phase=np.pi / 4)
    assert measure(tmp_path, audio, layout).true_peak_dbtp == pytest.approx(-3.0, abs=0.2)


def test_loudest_moment_is_found_wherever_it_begins(tmp_path: Path) -> None:
    """Tech 3341 cases 10 and 13: a tone as long as the window, at every place: ten windows a second miss
    up to half of a decibel."""
    for place, (seconds, name) in enumerate(
        [(0.4, "max_momentary_lufs"), (0.4, "max_momentary_lufs"), (3.0, "max_short_term_lufs")]
    ):
        silence = np.zeros(round((0.15 + 0.37 * place) * 48_000), np.float32)
        t = np.arange(round(seconds * 48_000)) / 48_000
        tone = (10 ** (-23 / 20) * np.sin(2 * np.pi * 1000 * t)).astype(np.float32)
        channel = np.concatenate([silence, tone, np.zeros(48_000, np.float32)])
        loudness = measure(tmp_path, both(channel))
        assert getattr(loudness, name) == pytest.approx(-23.0, abs=0.1)


def test_momentary_loudness_of_a_pulse_train_is_steady(tmp_path: Path) -> None:
    """Tech 3341 case 12: 0.18 s at -20 dBFS and 0.22 s at -30 dBFS in turn are -23 LUFS, always."""
    t = np.arange(5 * 48_000) / 48_000
    level = np.where(t % 0.4 < 0.18, 10 ** (-20 / 20), 10 ** (-30 / 20))
    loudness = measure(tmp_path, both((level * np.sin(2 * np.pi * 1000 * t)).astype(np.float32)))
    assert loudness.max_momentary_lufs == pytest.approx(-23.0, abs=0.1)


def test_back_channels_of_seven_stand_behind() -> None:
    """BS.1770-5: 1.41 between 60 and 120 degrees; beside side channels the back ones are at 135."""
    names = ("FL", "FR", "FC", "LFE", "BL", "BR", "SL", "SR")
    assert channel_weights(names).tolist() == [1.0, 1.0, 1.0, 0.0, 1.0, 1.0, 1.41, 1.41]
    assert channel_weights(names[:6]).tolist() == [1.0, 1.0, 1.0, 0.0, 1.41, 1.41]
    assert channel_weights(("FC",)).tolist() == [2.0]


def test_peak_of_the_very_last_samples_counts(tmp_path: Path) -> None:
    channel = sine(997, -30.0, 2.05)
    channel[-480:] += sine(997, -6.0, 0.01)
    peak = measure(tmp_path, both(channel)).true_peak_dbtp
    assert peak is not None
    assert peak > -14.0


def test_padding_at_the_end_does_not_lower_the_loudness(tmp_path: Path) -> None:
    loud = both(sine(1000, -20.0, 0.45))
    assert measure(tmp_path, loud).integrated_lufs == pytest.approx(-20.0, abs=0.25)


def test_silence_has_no_loudness(tmp_path: Path) -> None:
    silence = measure(tmp_path, np.zeros((2, 96_000), dtype=np.float32))
    assert silence == Loudness()


def test_too_short_for_a_gating_block(tmp_path: Path) -> None:
    short = measure(tmp_path, both(sine(1000, -10.0, 0.3)))
    assert short.integrated_lufs is None
    assert short.true_peak_dbtp == pytest.approx(-10.0, abs=0.2)


@pytest.mark.parametrize("rate", [8_000, 11_025, 44_100, 96_000, 192_000])
def test_every_sample_rate(tmp_path: Path, rate: int) -> None:
    loudness = measure(tmp_path, both(sine(997, -23.0, 5, rate)), rate=rate)
    assert loudness.integrated_lufs == pytest.approx(-23.0, abs=0.2)
    assert loudness.true_peak_dbtp == pytest.approx(-23.0, abs=0.2)
