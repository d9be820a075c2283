"""Everything that is measured of the samples themselves, in one pass over blocks. Imports numpy."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from musiclib.analysis.binning import Binner
from musiclib.analysis.clipping import ClippingMeter
from musiclib.analysis.loudness import BIN_RATE, Loudness, LoudnessMeter
from musiclib.analysis.mean_spectrum import SpectrumMeter
from musiclib.analysis.overview import WaveformMeter, liveliest_start_s, silence
from musiclib.analysis.true_peak import TruePeakMeter

Block = NDArray[np.float32]

# Bins in a block: after as much decoding every call is a cold one, so they must be few.
_BINS = 256
# Below the least step of 24 bits: the dither of silence, or rounding.
_SILENT = 1e-7
# 60 dB over full scale: integers that were stored as floats, or garbage; no level of it means anything.
_ABSURD = 1_000.0


@dataclass(frozen=True, slots=True)
class Measured:
    """Fields as of `AudioFeatures`; `waveform` and `spectrum` in the formats of `domain`."""

    loudness: Loudness
    silence_start_s: float | None
    silence_end_s: float | None
    clipped_samples: int
    cutoff_hz: float | None
    liveliest_s: float | None
    waveform: bytes
    spectrum: bytes
    warning: str | None


class Meters:
    """Feed blocks of `block_length` samples, shape (channels, samples); only the last may be shorter."""

    def __init__(self, rate: int, names: Sequence[str]) -> None:
        self._rate = rate
        self._bin = max(1, rate // BIN_RATE)
        self.block_length = self._bin * _BINS
        self._samples = 0
        self._binner = Binner(len(names), self._bin)
        self._loudness = LoudnessMeter(rate, names)
        self._true_peak = TruePeakMeter(len(names), self._bin)
        self._waveform = WaveformMeter(rate, len(names), self._bin)
        self._clipping = ClippingMeter(len(names))
        self._spectrum = SpectrumMeter(rate)

    def feed(self, block: Block) -> Block:
        """Measures a block; returns it with whatever is no number as silence."""
        count = block.shape[1]
        self._samples += count
        binned = self._binner.binned(block)
        self._true_peak.feed(binned)
        self._clipping.feed(binned)
        self._waveform.feed(binned)
        self._loudness.feed(binned.block)
        clean = binned.block[:, :count]
        self._spectrum.feed(clean)
        return clean

    def finish(self) -> Measured:
        bins = self._samples // self._bin
        peak = self._true_peak.finish()
        if peak > _ABSURD:
            return self._nothing("Its samples are far above full scale; their level cannot be told.")
        loudness = self._loudness.finish(round(20.0 * math.log10(peak), 2) if peak > _SILENT else None, bins)
        energies = self._loudness.energies()
        ends = silence(energies, self._samples / self._rate)
        return Measured(
            loudness=loudness,
            silence_start_s=ends.start_s,
            silence_end_s=ends.end_s,
            clipped_samples=self._clipping.count,
            cutoff_hz=self._spectrum.cutoff_hz(),
            liveliest_s=liveliest_start_s(energies),
            waveform=self._waveform.packed(max(1, bins)),
            spectrum=self._spectrum.packed(),
            warning="Some of its samples are no numbers; they count as silence."
            if self._binner.strange
            else None,
        )

    def _nothing(self, warning: str) -> Measured:
        return Measured(Loudness(), None, None, 0, None, None, b"", b"", warning)
