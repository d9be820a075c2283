"""Spectra by Essentia.

What its users learn the hard way: imported before av, or used to load files beside it, it crashes the process
(both carry an FFmpeg).
"""

from collections.abc import Iterator

import av  # noqa: F401  (must be loaded before essentia, see above)
import essentia
import numpy as np
from numpy.typing import NDArray

from musiclib.analysis.engines.base import SPECTRA_AT_ONCE

# Its greeting goes to the terminal otherwise.
essentia.log.infoActive = False
essentia.log.warningActive = False
import essentia.standard as es  # noqa: E402  (greets when imported)

Samples = NDArray[np.float32]


class EssentiaEngine:
    """FFTW's transform, frame by frame."""

    name = "essentia"

    def spectra(self, samples: Samples, frame: int, hop: int) -> Iterator[Samples]:
        window = es.Windowing(type="hann", size=frame, normalized=False, zeroPhase=False)
        spectrum = es.Spectrum(size=frame)
        starts = range(0, samples.size - frame + 1, hop)
        for at in range(0, len(starts), SPECTRA_AT_ONCE):
            block = starts[at : at + SPECTRA_AT_ONCE]
            yield np.stack([spectrum(window(samples[start : start + frame])) for start in block])


def chromaprint(samples: Samples, rate: int) -> str:
    """The compressed Chromaprint of mono samples, in base64. RuntimeError where there are too few."""
    return str(es.Chromaprinter(sampleRate=rate)(samples))
