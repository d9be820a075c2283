"""Fingerprints of real files."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from musiclib.analysis.engines.base import MONO_RATE
from musiclib.analysis.fingerprint import can_fingerprint, fingerprint_audio
from musiclib.analysis.synth import write_audio
from musiclib.domain.fingerprints import SAME_SOUND, likeness
from musiclib.errors import UnreadableAudio
from tests.analysis.sounds import sine


def _tune(seed: int) -> NDArray[np.float32]:
    """Nine seconds of notes."""
    notes = np.random.default_rng(seed).choice([220, 277, 330, 415, 523, 622, 740, 880], 36)
    tune = np.concatenate([sine(float(each), -6.0, 0.25, MONO_RATE) for each in notes])
    return np.stack([tune, tune])


def test_two_encodings_of_one_recording_sound_the_same(tmp_path: Path) -> None:
    assert can_fingerprint()
    one, other = _tune(1), _tune(2)
    for name, audio in (("a.flac", one), ("b.mp3", one), ("c.flac", other)):
        write_audio(tmp_path / name, audio, MONO_RATE, {})
    flac, mp3, another = (
        fingerprint_audio(tmp_path / name).fingerprint for name in ("a.flac", "b.mp3", "c.flac")
    )
    assert likeness(flac, mp3) > SAME_SOUND
    assert likeness(flac, another) < SAME_SOUND
    (tmp_path / "d.flac").write_bytes(b"fLaC" + b"\0" * 40)
    with pytest.raises(UnreadableAudio, match=r"d\.flac"):
        fingerprint_audio(tmp_path / "d.flac")
