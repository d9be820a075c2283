import json
import subprocess
import sys
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from musiclib.analysis.features import (
    ANALYSER_VERSION,
    AudioFeatures,
    KeyCandidate,
    TempoCandidate,
    as_json,
    energy_level,
)
from musiclib.domain.music_key import MusicalKey
from musiclib.errors import AnalysisTimedOut

FEATURES = AudioFeatures(
    duration_s=40.0,
    codec="flac",
    sample_rate=44_100,
    channels=2,
    engine="essentia",
    bpm=124.0,
    bpm_confidence=0.9,
    bpm_candidates=(TempoCandidate(124.0, 0.9), TempoCandidate(62.0, 0.1)),
    key="A minor",
    key_confidence=0.8,
    key_candidates=(KeyCandidate("A minor", 0.8),),
    energy=7,
    loudness_lufs=-9.5,
    loudness_range_lu=4.2,
    true_peak_dbtp=0.3,
    bitrate=900_000,
    bit_depth=16,
    content_hash="ab" * 20,
)


def test_comes_back_from_json() -> None:
    data = json.loads(json.dumps(FEATURES.as_dict()))
    assert AudioFeatures.from_dict(data) == FEATURES
    assert data["analyser_version"] == ANALYSER_VERSION


def test_fields_of_a_newer_version_are_left_out() -> None:
    assert AudioFeatures.from_dict({**FEATURES.as_dict(), "danceability": 3}) == FEATURES


def test_key_in_other_notations() -> None:
    assert FEATURES.camelot == "8A"
    assert FEATURES.musical_key == MusicalKey(9, minor=True)
    assert AudioFeatures(duration_s=1, codec="x", sample_rate=1, channels=1, engine="x").camelot is None


def test_line_of_the_command() -> None:
    line = as_json("a.flac", FEATURES)
    assert line["file"] == "a.flac"
    assert line["bpm_candidates"] == [124.0, 62.0]
    assert (line["key"], line["camelot"]) == ("A minor", "8A")
    assert "error" not in line
    assert "warning" not in line


def test_line_of_a_failed_file() -> None:
    assert as_json("a.flac", AnalysisTimedOut("It took too long.")) == {
        "file": "a.flac",
        "error": "It took too long.",
        "error_code": "analysis_timed_out",
    }


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"cutoff_hz": 16_000.0}, "made from an MP3"),
        ({"cutoff_hz": 20_100.0}, "made from an MP3"),
        ({"cutoff_hz": 21_500.0}, None),
        ({"cutoff_hz": None}, None),
        ({"cutoff_hz": 22_000.0, "sample_rate": 96_000}, "from a lower rate"),
        ({"cutoff_hz": 16_000.0, "codec": "mp3", "bit_depth": None, "bitrate": 320_000}, "poorer file"),
        ({"cutoff_hz": 16_000.0, "codec": "mp3", "bit_depth": None, "bitrate": 128_000}, None),
        ({"cutoff_hz": 20_100.0, "codec": "mp3", "bit_depth": None, "bitrate": 320_000}, None),
    ],
)
def test_an_early_end_of_the_spectrum_is_told_with_care(changes: dict[str, Any], said: str | None) -> None:
    hint = replace(FEATURES, **changes).origin_hint
    assert (hint is None) if said is None else (said in (hint or "") and "may have been" in (hint or ""))


def test_energy_at_the_ends_of_its_scale() -> None:
    assert energy_level(-40.0, 0.0, 7.0) == 1
    assert energy_level(-5.0, 9.0, 13.0) == 10


@given(st.floats(-70, 5), st.floats(0, 30), st.floats(0, 15), st.floats(0, 10))
def test_energy_grows_with_each_of_its_parts(loud: float, busy: float, bright: float, more: float) -> None:
    level = energy_level(loud, busy, bright)
    assert 1 <= level <= 10
    assert energy_level(loud + more, busy, bright) >= level
    assert energy_level(loud, busy + more, bright) >= level
    assert energy_level(loud, busy, bright + more) >= level


@pytest.mark.parametrize("module", ["pool", "features", "synth", "worker"])
def test_importing_costs_no_heavy_library(module: str) -> None:
    code = (
        f"import sys, musiclib.analysis.{module}\n"
        "heavy = {'numpy', 'av', 'essentia', 'librosa', 'PySide6', 'sqlalchemy'} & set(sys.modules)\n"
        "assert not heavy, heavy"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
