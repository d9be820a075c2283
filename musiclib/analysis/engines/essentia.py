"""Chroma by Essentia.

What its users learn the hard way: imported before av, or used to load files beside it, it crashes the process
(both carry an FFmpeg).
"""

import av  # noqa: F401  (must be loaded before essentia, see above)
import essentia
import numpy as np
from numpy.typing import NDArray

from musiclib.analysis.engines.base import MONO_RATE

# Its greeting goes to the terminal otherwise.
essentia.log.infoActive = False
essentia.log.warningActive = False
import essentia.standard as es  # noqa: E402  (greets when imported)

Samples = NDArray[np.float32]

_FRAME = 8192
_HOP = 8192
_BINS_PER_SEMITONE = 3


class EssentiaEngine:
    """Spectral peaks, whitened, into harmonic pitch class profiles."""

    name = "essentia"

    def __init__(self) -> None:
        self._window = es.Windowing(type="hann", size=_FRAME)
        self._spectrum = es.Spectrum(size=_FRAME)
        self._peaks = es.SpectralPeaks(
            sampleRate=MONO_RATE, maxPeaks=60, magnitudeThreshold=1e-4, minFrequency=40, maxFrequency=3500
        )
        self._whitening = es.SpectralWhitening(sampleRate=MONO_RATE, maxFrequency=3500)
        self._hpcp = es.HPCP(
            size=12 * _BINS_PER_SEMITONE,
            sampleRate=MONO_RATE,
            minFrequency=40,
            maxFrequency=3500,
            harmonics=0,
            weightType="cosine",
            normalized="none",
        )

    def estimate_chroma(self, samples: Samples) -> Samples:
        total = np.zeros(12 * _BINS_PER_SEMITONE, dtype=np.float32)
        for start in range(0, samples.size - _FRAME + 1, _HOP):
            frame = samples[start : start + _FRAME]
            spectrum = self._spectrum(self._window(frame))
            frequencies, magnitudes = self._peaks(spectrum)
            if len(frequencies):
                # Whitened, so that a loud bass does not drown the chords above it.
                profile = self._hpcp(frequencies, self._whitening(spectrum, frequencies, magnitudes))
                # Each frame counts by the root of its energy: a loud drop must not outvote the rest.
                total += profile / np.sqrt(max(float(profile.sum()), 1e-9))
        return _fold(total)


def _fold(profile: Samples) -> Samples:
    """Thirds of semitones from A to semitones from C, at the tuning where most of the energy falls."""
    # A semitone's middle third is bin 0 of its row; its flanks are the last of the row before and the next.
    shifts = [np.roll(profile, 1 - shift).reshape(12, _BINS_PER_SEMITONE) for shift in (-1, 0, 1)]
    best = max(shifts, key=lambda rows: float(rows[:, 1].sum()))
    return np.asarray(np.roll(best.sum(axis=1), -3), dtype=np.float32)
