"""Spectra by librosa, for systems without an Essentia wheel."""

from collections.abc import Iterator

import librosa
import numpy as np
from numpy.typing import NDArray

from musiclib.analysis.engines.base import MONO_RATE, SPECTRA_AT_ONCE

Samples = NDArray[np.float32]


class LibrosaEngine:
    """NumPy's transform, in blocks: librosa holds whole spectrograms, and a lane must stay small."""

    name = "librosa"

    def warm_up(self) -> None:
        """Go through everything once, so that all of it is compiled."""
        for _ in self.spectra(np.zeros(MONO_RATE, dtype=np.float32), 16_384, 8_192):
            pass

    def spectra(self, samples: Samples, frame: int, hop: int) -> Iterator[Samples]:
        stride = SPECTRA_AT_ONCE * hop
        for start in range(0, samples.size - frame + 1, stride):
            block = samples[start : start + stride - hop + frame]
            complex_ = librosa.stft(block, n_fft=frame, hop_length=hop, window="hann", center=False)
            yield np.ascontiguousarray(np.abs(complex_).T)
