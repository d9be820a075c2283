"""Odd and broken audio: a result or a reason, never a confident number that is wrong.

Through `analyze_file`, as a lane calls it; that a lane outlives what is worse is shown in `test_pool`.
"""

from __future__ import annotations

import io
from pathlib import Path

import av
import numpy as np
import pytest
from mutagen.flac import FLAC, Picture
from numpy.typing import NDArray

from musiclib.analysis.features import HIGH_CONFIDENCE, HIGH_KEY_CONFIDENCE, Analysis
from musiclib.analysis.pool import time_limit_s
from musiclib.analysis.synth import write_audio
from musiclib.analysis.worker import analyze_file
from musiclib.errors import UnreadableAudio
from tests.analysis.sounds import sine, write_float_wav

Audio = NDArray[np.float32]


def claims_no_music(analysis: Analysis) -> bool:
    features = analysis.features
    return features.bpm_confidence < HIGH_CONFIDENCE and features.key_confidence < HIGH_KEY_CONFIDENCE


def level_of(analysis: Analysis) -> tuple[float | None, ...]:
    features = analysis.features
    return features.loudness_lufs, features.loudness_range_lu, features.true_peak_dbtp


def test_silence_has_a_length_and_nothing_else(tmp_path: Path) -> None:
    found = analyze_file(write_float_wav(tmp_path / "a.wav", np.zeros((2, 480_000), np.float32), "stereo"))
    assert level_of(found) == (None, None, None)
    assert (found.features.bpm, found.features.key, found.features.energy) == (None, None, None)
    assert (found.features.silence_start_s, found.features.silence_end_s) == (10.0, 10.0)
    assert (found.features.liveliest_s, found.features.cutoff_hz) == (None, None)


def test_a_long_silence_is_given_its_time() -> None:
    """Twelve hours of silence are three megabytes of FLAC: the size says nothing, the length does."""
    assert time_limit_s(3_000_000, 12 * 3600.0) == 7200.0


@pytest.mark.parametrize("samples", [1, 2, 47, 441, 4_800])
def test_a_few_samples(tmp_path: Path, samples: int) -> None:
    found = analyze_file(write_float_wav(tmp_path / "a.wav", np.full((1, samples), 0.5, np.float32), "mono"))
    assert (found.features.loudness_lufs, found.features.bpm, found.features.key) == (None, None, None)
    # A step from nothing to a half overshoots; it is no less than it.
    assert -6.1 <= (found.features.true_peak_dbtp or 0.0) <= -3.5
    assert found.features.duration_s == pytest.approx(samples / 48_000, abs=0.001)


def test_no_samples_are_a_reason(tmp_path: Path) -> None:
    path = write_float_wav(tmp_path / "a.wav", np.zeros((1, 48), np.float32), "mono")
    # The header alone, which then says itself that nothing follows.
    header = bytearray(path.read_bytes()[: -48 * 4])
    header[-4:] = bytes(4)
    header[4:8] = (len(header) - 8).to_bytes(4, "little")
    path.write_bytes(header)
    with pytest.raises(UnreadableAudio, match=r"no audio|cannot be read"):
        analyze_file(path)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_what_is_no_number_is_silence_and_said(tmp_path: Path, value: float) -> None:
    audio = np.full((2, 240_000), value, np.float32)
    found = analyze_file(write_float_wav(tmp_path / "a.wav", audio, "stereo"))
    assert level_of(found) == (None, None, None)
    assert "no numbers" in (found.features.warning or "")
    audio[:, 30_000:] = sine(997, -20.0, 210_000 / 48_000)
    found = analyze_file(write_float_wav(tmp_path / "b.wav", audio, "stereo"))
    assert found.features.loudness_lufs == pytest.approx(-20.0, abs=0.5)
    assert found.features.true_peak_dbtp == pytest.approx(-20.0, abs=0.3)
    assert "no numbers" in (found.features.warning or "")


def test_samples_far_above_full_scale_have_no_level(tmp_path: Path) -> None:
    audio = 32_768.0 * np.stack([sine(997, -6.0, 2.0)] * 2)
    found = analyze_file(write_float_wav(tmp_path / "a.wav", audio, "stereo"))
    assert level_of(found) == (None, None, None)
    assert "above full scale" in (found.features.warning or "")


def test_direct_current_is_no_sound(tmp_path: Path) -> None:
    tone = sine(997, -30.0, 4.0)
    plain = analyze_file(write_float_wav(tmp_path / "a.wav", np.stack([tone] * 2), "stereo")).features
    offset = analyze_file(write_float_wav(tmp_path / "b.wav", np.stack([tone + 0.5] * 2), "stereo")).features
    assert plain.max_short_term_lufs == pytest.approx(-30.0, abs=0.1)
    # Switched on, it is a click of its own.
    assert offset.max_short_term_lufs == pytest.approx(-30.0, abs=1.0)
    assert offset.true_peak_dbtp == pytest.approx(-5.2, abs=0.4)
    still = np.full((2, 96_000), 0.5, np.float32)
    found = analyze_file(write_float_wav(tmp_path / "c.wav", still, "stereo"))
    assert found.features.silence_end_s == pytest.approx(1.8, abs=0.2)
    assert claims_no_music(found)


@pytest.mark.parametrize(
    ("rate", "layout", "channels"), [(8_000, "mono", 1), (192_000, "stereo", 2), (48_000, "7.1", 8)]
)
def test_unusual_formats(tmp_path: Path, rate: int, layout: str, channels: int) -> None:
    tone = sine(997, -20.0, 4.0, rate)
    audio = np.zeros((channels, tone.size), np.float32)
    audio[: min(2, channels)] = tone
    found = analyze_file(write_float_wav(tmp_path / "a.wav", audio, layout, rate)).features
    assert (found.sample_rate, found.channels) == (rate, channels)
    assert found.loudness_lufs == pytest.approx(-20.0, abs=0.2)
    assert found.true_peak_dbtp == pytest.approx(-20.0, abs=0.2)


def test_channels_nobody_named(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    tone = (32_767 * sine(997, -20.0, 2.0)).astype("<i2")
    data = np.stack([tone] * 8, axis=1).tobytes()
    fmt = b"fmt " + (16).to_bytes(4, "little") + np.array([1, 8], "<u2").tobytes()
    fmt += np.array([48_000, 48_000 * 16], "<u4").tobytes() + np.array([16, 16], "<u2").tobytes()
    chunk = b"WAVE" + fmt + b"data" + len(data).to_bytes(4, "little") + data
    path.write_bytes(b"RIFF" + len(chunk).to_bytes(4, "little") + chunk)
    found = analyze_file(path).features
    assert found.channels == 8
    assert found.true_peak_dbtp == pytest.approx(-20.0, abs=0.2)
    assert found.loudness_lufs is not None


def test_a_wrong_ending_is_read_for_what_it_is(tmp_path: Path) -> None:
    write_audio(tmp_path / "a.flac", np.stack([sine(440, -20.0, 2.0, 44_100)] * 2), 44_100)
    (tmp_path / "a.flac").rename(tmp_path / "a.mp3")
    assert analyze_file(tmp_path / "a.mp3").features.codec == "flac"


def test_a_rate_that_changes_midway_is_measured_as_one(tmp_path: Path) -> None:
    parts = []
    for rate in (44_100, 48_000):
        write_audio(tmp_path / "part.mp3", np.stack([sine(997, -20.0, 4.0, rate)] * 2), rate)
        parts.append((tmp_path / "part.mp3").read_bytes())
    (tmp_path / "both.mp3").write_bytes(b"".join(parts))
    found = analyze_file(tmp_path / "both.mp3").features
    assert found.duration_s == pytest.approx(8.0, abs=0.3)
    assert found.loudness_lufs == pytest.approx(-20.0, abs=0.5)


def test_an_enormous_picture_is_not_unpacked(tmp_path: Path) -> None:
    """100 megapixels of one colour: a hundred kilobytes here, 300 MB if anybody decoded them."""
    write_audio(tmp_path / "a.flac", np.stack([sine(440, -20.0, 2.0, 44_100)] * 2), 44_100)
    stored = io.BytesIO()
    with av.open(stored, "w", format="image2pipe") as container:
        stream = container.add_stream("png", rate=1)
        assert isinstance(stream, av.VideoStream)
        stream.width = stream.height = 10_000
        stream.pix_fmt = "monob"
        frame = av.VideoFrame(10_000, 10_000, "monob")
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    file, picture = FLAC(tmp_path / "a.flac"), Picture()
    picture.data, picture.mime, picture.type = stored.getvalue(), "image/png", 3
    picture.width = picture.height = 10_000
    file.add_picture(picture)
    file.save()
    found = analyze_file(tmp_path / "a.flac").features
    assert (found.codec, found.duration_s) == ("flac", 2.0)
