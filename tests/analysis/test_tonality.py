"""What is said of the key of tones, drums and noise; whole pieces are heard in `test_worker`."""

import numpy as np
import pytest
from numpy.typing import NDArray

from musiclib.analysis.engines.base import MONO_RATE, installed_engines, load_engine
from musiclib.analysis.pitches import hear_pitches
from musiclib.analysis.synth import SynthSpec, samples
from musiclib.analysis.tonality import rank_keys
from musiclib.domain.hearing import SURE_KEY
from musiclib.domain.music_key import MusicalKey

Samples = NDArray[np.float32]


def heard(audio: Samples, engine: str = installed_engines()[0]) -> list[tuple[str, float]]:
    pitches = hear_pitches(audio.astype(np.float32), load_engine(engine))
    return [(key.name, confidence) for key, confidence in rank_keys([pitches])]


def round_of(*chords: tuple[float, ...], cents: float = 0.0) -> Samples:
    """Each chord (MIDI pitches, the first an octave lower as well) for a second and a half, four times."""
    t = np.arange(round(1.5 * MONO_RATE)) / MONO_RATE
    out = []
    for chord in chords:
        hertz = [440.0 * 2 ** ((pitch - 69 + cents / 100) / 12) for pitch in (chord[0] - 12, *chord)]
        tones = [np.sin(2 * np.pi * tone * number * t) / number for tone in hertz for number in range(1, 6)]
        out.append(np.sum(tones, axis=0) * np.exp(-t) * np.minimum(1.0, t / 0.01) * 0.05)
    return np.tile(np.concatenate(out), 4).astype(np.float32)


C_MAJOR, F_MAJOR, G_MAJOR = (48.0, 60.0, 64.0, 67.0), (53.0, 60.0, 65.0, 69.0), (55.0, 59.0, 62.0, 67.0)
A_MINOR, D_MINOR, E_MINOR = (57.0, 60.0, 64.0), (50.0, 57.0, 62.0, 65.0), (52.0, 59.0, 64.0, 67.0)


@pytest.mark.parametrize(
    ("chords", "name"),
    [
        ((C_MAJOR, F_MAJOR, G_MAJOR, C_MAJOR), "C major"),
        ((A_MINOR, D_MINOR, E_MINOR, A_MINOR), "A minor"),
        ((D_MINOR, A_MINOR, E_MINOR, A_MINOR), "A minor"),
        ((C_MAJOR, G_MAJOR, A_MINOR, F_MAJOR), "C major"),
    ],
)
@pytest.mark.parametrize("cents", [-25.0, 0.0, 25.0])
def test_relative_keys_are_told_apart_in_any_tuning(
    chords: tuple[tuple[float, ...], ...], name: str, cents: float
) -> None:
    found = heard(round_of(*chords, cents=cents))
    assert found[0][0] == name, found
    assert 0.0 < sum(confidence for _, confidence in found) <= 1.0 + 1e-3


def test_candidates_are_in_order() -> None:
    confidences = [confidence for _, confidence in heard(round_of(A_MINOR, F_MAJOR, C_MAJOR, G_MAJOR))]
    assert len(confidences) == 3
    assert confidences == sorted(confidences, reverse=True)


def test_engines_agree() -> None:
    """Within 0.01 in confidence: the spectra differ by rounding alone."""
    audio = samples(SynthSpec(124.0, MusicalKey(9, minor=True), "house", 20.0)).mean(axis=0)
    told = [heard(audio, engine) for engine in installed_engines()]
    assert [name for name, _ in told[0][:1]] == ["A minor"]
    for other in told[1:]:
        assert other[0][0] == told[0][0][0]
        assert other[0][1] == pytest.approx(told[0][0][1], abs=0.01)


def no_keys() -> dict[str, Samples]:
    random = np.random.default_rng(3)
    t = np.arange(12 * MONO_RATE) / MONO_RATE
    stroke = np.exp(-(t % 0.5) * 18)
    noise = random.normal(0.0, 0.2, t.size)
    hum = 2 * ((110.0 * t) % 1.0) - 1
    return {
        "silence": 0 * t,
        "noise": noise,
        "falling noise": np.cumsum(noise) * 0.01,
        "drums": np.sin(2 * np.pi * 58 * t) * stroke + noise * np.exp(-((t + 0.25) % 0.5) * 30),
        "drone": 0.3 * hum,
        "siren": np.sin(2 * np.pi * (300 * t + 40 * np.sin(2 * np.pi * 0.4 * t))),
        "blip": np.ones(1),
        "second": noise[:MONO_RATE],
        "not a number": np.nan_to_num(np.full(MONO_RATE, np.nan)),
    }


@pytest.mark.parametrize("name", no_keys())
def test_no_key_is_claimed_where_there_is_none(name: str) -> None:
    found = heard(no_keys()[name].astype(np.float32))
    assert not found or found[0][1] < SURE_KEY / 2, found
