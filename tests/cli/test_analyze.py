from __future__ import annotations

import json
from pathlib import Path

import pytest

from musiclib.analysis.synth import SynthSpec, render
from musiclib.cli.main import run
from musiclib.domain.music_key import MusicalKey


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a piece of 120 BPM and a file that only looks like audio."""
    folder = tmp_path / "music"
    folder.mkdir()
    render(folder / "b.flac", SynthSpec(120.0, MusicalKey(9, minor=True), duration_s=12.0))
    (folder / "a.mp3").write_bytes(b"this is no audio" * 100)
    (folder / "cover.jpg").write_bytes(b"no audio either")
    return folder


def test_one_object_a_line_in_order_and_failures_named(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["--data-dir", str(tmp_path), "analyze", "--json", str(folder)]) == 1
    broken, whole = map(json.loads, capsys.readouterr().out.splitlines())
    assert broken["file"].endswith("a.mp3")
    assert broken["error"]
    assert whole["bpm"] == pytest.approx(120, abs=0.5)
    assert {"loudness_lufs", "true_peak_dbtp", "codec", "sample_rate", "channels", "engine"} <= whole.keys()
    assert {"max_momentary_lufs", "max_short_term_lufs", "silence_end_s", "clipped_samples"} <= whole.keys()
    assert (whole["bitrate_mode"], whole["liveliest_s"] <= 4.0) == ("vbr", True)
    assert whole["encoder"].startswith("Lav")


def test_people_read_lines(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--data-dir", str(tmp_path), "analyze", str(folder / "b.flac")]) == 0
    first, second = capsys.readouterr().out.splitlines()
    assert "120.0 BPM" in first
    assert "LUFS short-term at most" in second
    assert "vbr 44.1 kHz 16 bit 2 channels" in second


def test_a_folder_without_audio_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "empty").mkdir()
    assert run(["--data-dir", str(tmp_path), "analyze", str(tmp_path / "empty")]) == 1
    assert "no audio file" in capsys.readouterr().err
