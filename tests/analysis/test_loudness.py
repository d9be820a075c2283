"""Loudness and true peak against the signals of EBU Tech 3341, synthesised here."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from musiclib.analysis.decode import decode
from musiclib.analysis.loudness import Loudness
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
    parts = [(-72.0, 10), (-36.0, 10), (-23.0, 60), (-36.0, 10), (-72.0, 10)]
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
        (4, 45.0, -40.0, -40.0),
    ],
)
def test_true_peak_is_found_between_the_samples(
    tmp_path: Path, divisor: int, degrees: float, dbfs: float, expected: float
) -> None:
    """Tech 3341 cases 15 to 19, one louder than full scale and a quiet one: +0.2/-0.4 dB."""
    channel = sine(48_000 / divisor, dbfs, 3, phase=np.radians(degrees))
    peak = measure(tmp_path, both(channel)).true_peak_dbtp
    assert peak is not None
    assert -0.4 <= peak - expected <= 0.2


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
    assert silence == Loudness(integrated_lufs=None, range_lu=None, true_peak_dbtp=None)


def test_too_short_for_a_gating_block(tmp_path: Path) -> None:
    short = measure(tmp_path, both(sine(1000, -10.0, 0.3)))
    assert short.integrated_lufs is None
    assert short.true_peak_dbtp == pytest.approx(-10.0, abs=0.2)


@pytest.mark.parametrize("rate", [8_000, 11_025, 44_100, 96_000, 192_000])
def test_every_sample_rate(tmp_path: Path, rate: int) -> None:
    loudness = measure(tmp_path, both(sine(997, -23.0, 5, rate)), rate=rate)
    assert loudness.integrated_lufs == pytest.approx(-23.0, abs=0.2)
    assert loudness.true_peak_dbtp == pytest.approx(-23.0, abs=0.2)
