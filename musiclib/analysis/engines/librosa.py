"""Chroma by librosa, for systems without an Essentia wheel."""

from collections.abc import Iterator

import librosa
import numpy as np
from numpy.typing import NDArray

from musiclib.analysis.engines.base import MONO_RATE

Samples = NDArray[np.float32]

_CHROMA_FRAME = 8192
# librosa holds whole spectrograms; half a minute at a time keeps a lane small.
_BLOCK = 30 * MONO_RATE


class LibrosaEngine:
    """The peaks of a long-window spectrum: a constant-Q transform is far slower, and plain bins carry the
    noise of the drums."""

    name = "librosa"

    def warm_up(self) -> None:
        """Go through everything once, so that all of it is compiled."""
        time_s = np.arange(MONO_RATE, dtype=np.float32) / MONO_RATE
        pulse = np.sin(2 * np.pi * 220.0 * time_s) * (time_s % 0.5 < 0.1)
        self.estimate_chroma(pulse.astype(np.float32))

    def estimate_chroma(self, samples: Samples) -> Samples:
        chroma = np.zeros(12, dtype=np.float32)
        for block in _blocks(samples, _CHROMA_FRAME):
            pitches, strengths = librosa.piptrack(
                y=block,
                sr=MONO_RATE,
                n_fft=_CHROMA_FRAME,
                hop_length=_CHROMA_FRAME,
                fmin=40.0,
                fmax=3500.0,
                threshold=0.02,
                center=False,
            )
            chroma += _chroma(pitches, strengths)
        return chroma


def _blocks(samples: Samples, least: int) -> Iterator[Samples]:
    for start in range(0, samples.size, _BLOCK):
        block = samples[start : start + _BLOCK]
        if block.size >= least:
            yield block


def _chroma(pitches: Samples, strengths: Samples) -> Samples:
    """Spectral peaks (frames in columns, 0 where there is none) folded into pitch classes."""
    chroma = np.zeros(12, dtype=np.float64)
    rows, columns = np.nonzero(pitches)
    if not rows.size:
        return chroma.astype(np.float32)
    frequencies = pitches[rows, columns]
    semitones = librosa.hz_to_midi(frequencies) - librosa.pitch_tuning(frequencies)
    # The root of the magnitude, so that a loud bass does not drown the chords above it; each frame counts by
    # the root of its sum, so that a loud drop does not outvote the rest.
    weights = np.sqrt(strengths)
    weights /= np.sqrt(np.maximum(weights.sum(axis=0, keepdims=True), 1e-9))
    off = np.abs(semitones - np.round(semitones))
    np.add.at(chroma, np.round(semitones).astype(np.int64) % 12, weights[rows, columns] * (1.0 - off) ** 2)
    return chroma.astype(np.float32)
