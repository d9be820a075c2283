"""Which tracks a person should listen to, and how tempos and keys stand to each other."""

from __future__ import annotations

import pytest

from musiclib.analysis.features import HIGH_CONFIDENCE, HIGH_KEY_CONFIDENCE
from musiclib.domain.hearing import (
    SURE_BPM,
    SURE_KEY,
    Standing,
    doubtful_fields,
    key_standing,
    needs_ear,
    tempo_standing,
)
from musiclib.domain.music_key import MusicalKey

SURE = {"bpm": SURE_BPM, "key_code": SURE_KEY}


def key(text: str) -> int:
    found = MusicalKey.parse(text)
    assert found is not None
    return found.code


@pytest.mark.parametrize(
    ("bpm", "standing"),
    [
        (121.5, Standing.SAME),
        (121.49, Standing.SAME),
        (122, Standing.NEAR),
        (243, Standing.DOUBLE),
        (60.75, Standing.HALF),
        (182.3, Standing.THREE_TO_TWO),
        (81.0, Standing.TWO_TO_THREE),
        (30.4, Standing.QUARTER),
        (126, Standing.DIFFERS),
        (118, Standing.DIFFERS),
    ],
)
def test_a_tempo_stands_to_another_as_it_is_counted(bpm: float, standing: Standing) -> None:
    assert tempo_standing(bpm, 121.5) is standing


@pytest.mark.parametrize(
    ("other", "standing"),
    [
        ("8A", Standing.SAME),
        ("9A", Standing.NEIGHBOUR),
        ("7A", Standing.NEIGHBOUR),
        ("8B", Standing.RELATIVE),
        ("9B", Standing.DIFFERS),
        ("2A", Standing.DIFFERS),
    ],
)
def test_a_key_stands_to_another_by_the_wheel(other: str, standing: Standing) -> None:
    assert key_standing(key(other), key("8A")) is standing
    assert key_standing(key("12A"), key("1A")) is Standing.NEIGHBOUR


@pytest.mark.parametrize(
    ("said", "confidence", "fields"),
    [
        pytest.param({}, {}, (), id="nobody says anything"),
        pytest.param({"file_tags": {"bpm": 128}}, {}, (), id="a tag alone"),
        pytest.param({"analysis": {"bpm": 128.0, "key_code": 3}}, SURE, (), id="sure"),
        pytest.param({"analysis": {"bpm": 128.0}}, {"bpm": SURE_BPM - 0.01}, ("bpm",), id="not sure"),
        pytest.param(
            {"analysis": {"bpm": 128.0}, "deezer": {"bpm": 128.4}},
            {"bpm": 0.1},
            (),
            id="not sure, but somebody says the same",
        ),
        pytest.param(
            {"analysis": {"bpm": 128.0}, "file_tags": {"bpm": 64}},
            {"bpm": 0.1},
            ("bpm",),
            id="an octave apart confirms nothing",
        ),
        pytest.param(
            {"analysis": {"bpm": 128.0}, "file_tags": {"bpm": 64}}, SURE, (), id="an octave apart, but sure"
        ),
        pytest.param({"analysis": {"bpm": 128.0}, "deezer": {"bpm": 85.3}}, SURE, ("bpm",), id="2:3"),
        pytest.param({"deezer": {"bpm": 100}, "file_tags": {"bpm": 128}}, {}, ("bpm",), id="others disagree"),
        pytest.param(
            {"analysis": {"key_code": key("8A")}, "file_tags": {"key_code": key("9A")}},
            SURE,
            (),
            id="a neighbour on the wheel",
        ),
        pytest.param(
            {"analysis": {"key_code": key("8A")}, "file_tags": {"key_code": key("3A")}},
            SURE,
            ("key_code",),
            id="keys that clash",
        ),
        pytest.param(
            {
                "manual": {"bpm": 140},
                "analysis": {"bpm": 128.0, "key_code": 1},
                "deezer": {"bpm": 99},
            },
            {"bpm": 0.0, "key_code": 0.0},
            ("key_code",),
            id="a person has confirmed the tempo, not the key",
        ),
        pytest.param({"analysis": {"bpm": 0.0}, "deezer": {"bpm": 99}}, SURE, ("bpm",), id="no tempo at all"),
    ],
)
def test_an_ear_is_needed_where_machines_are_unsure_or_disagree(
    said: dict[str, dict[str, float]], confidence: dict[str, float], fields: tuple[str, ...]
) -> None:
    assert doubtful_fields(said, confidence) == fields
    assert needs_ear(said, confidence) is bool(fields)


def test_the_analysis_and_the_library_call_the_same_thing_sure() -> None:
    assert (HIGH_CONFIDENCE, HIGH_KEY_CONFIDENCE) == (SURE_BPM, SURE_KEY)
