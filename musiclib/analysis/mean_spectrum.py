"""The mean spectrum of a stream, and where it ends as if cut off. Imports numpy."""

import math

import numpy as np
from numpy.typing import NDArray

from musiclib.domain.spectrum import FLOOR_DB, POINTS, pack_spectrum

Block = NDArray[np.float32]
Values = NDArray[np.float64]

_FRAME = 2048
_DB = 10.0 / math.log(10.0)
# One frame in so many: a mean needs no more.
_EVERY = 16
_LEAST_FRAMES = 40
# Frames below this level (RMS, full scale 1) tell nothing of where a spectrum ends.
_QUIET = 1e-3

# A wall: over this width the level falls by so much, and above it stays as far below what is before it.
_WALL_HZ = 700.0
_BESIDE_HZ = 1_000.0
_FALL_DB = 18.0
_LOWEST_HZ = 9_000.0
# Where the level before the wall is in the noise already, nothing can be said.
_FAINT_DB = -118.0
# Every converter ends close to half the rate; that is no cut.
_OWN_END = 0.975


class SpectrumMeter:
    """Feed consecutive blocks of shape (channels, samples); both channels count alike."""

    def __init__(self, rate: int) -> None:
        self._rate = rate
        self._window = np.hanning(_FRAME).astype(np.float32)
        self._power = np.zeros(_FRAME // 2 + 1)
        self._log = np.zeros(_FRAME // 2 + 1)
        self._frames = self._loud = 0

    def feed(self, block: Block) -> None:
        count = block.shape[1] // _FRAME
        frames = block[:, : count * _FRAME].reshape(len(block), count, _FRAME)[:, ::_EVERY]
        if not frames.size:
            return
        windowed = frames.reshape(-1, _FRAME) * self._window
        spectra = np.fft.rfft(windowed)
        power = np.square(spectra.real) + np.square(spectra.imag)
        self._power += power.sum(axis=0, dtype=np.float64)
        self._frames += len(power)
        loud = np.flatnonzero(np.einsum("fn,fn->f", windowed, windowed) > _QUIET**2 * _FRAME)
        if loud.size:
            # The natural one: numpy has no fast logarithm to the base of ten.
            self._log += np.log(np.maximum(power[loud], np.float32(1e-20))).sum(axis=0, dtype=np.float64)
            self._loud += loud.size

    def packed(self) -> bytes:
        """In the format of `domain.spectrum`; empty for less than a frame."""
        if not self._frames:
            return b""
        # Of a full-scale sine, half is power; the window lets 3/8 of it through.
        scale = 2.0 / (self._frames * _FRAME * float(np.sum(np.square(self._window)))) / 0.5
        bands = np.add.reduceat(self._power[:-1], np.arange(POINTS) * (_FRAME // 2 // POINTS)) * scale
        levels = 10.0 * np.log10(np.maximum(bands, 10.0 ** (FLOOR_DB / 10.0)))
        return pack_spectrum(self._rate, levels.tolist())

    def cutoff_hz(self) -> float | None:
        """The frequency of a steep wall above which there is next to nothing, to about 100 Hz."""
        if self._loud < _LEAST_FRAMES:
            return None
        # Mean of logarithms: a few frames that reach higher (clicks, clipping) do not hide the wall.
        levels = _DB * self._log / self._loud - 20.0 * np.log10(float(self._window.sum()) / 2.0)
        per_bin = self._rate / _FRAME
        wall, beside = round(_WALL_HZ / per_bin), round(_BESIDE_HZ / per_bin)
        first = round(_LOWEST_HZ / per_bin)
        last = min(levels.size - wall - 2, round(_OWN_END * levels.size))
        return _wall(levels, range(max(first, beside), last), (wall, beside), per_bin)


def _wall(levels: Values, places: range, widths: tuple[int, int], per_bin: float) -> float | None:
    wall, beside = widths
    # The highest level from here to the end, smoothed, for a single line there (a pilot tone) is no content.
    smooth = np.convolve(levels, np.full(5, 0.2), mode="same")
    above = np.maximum.accumulate(smooth[:-3][::-1])[::-1]
    sums = np.concatenate([[0.0], np.cumsum(levels)])
    best, found = _FALL_DB, None
    for place in places:
        before = float(sums[place] - sums[place - beside]) / beside
        if before < _FAINT_DB or place + wall >= above.size:
            continue
        fall = before - float(above[place + wall])
        # The steepest: of the places before one wall, that closest to its foot.
        if fall > best + (0.5 if found is not None else 0.0):
            best, found = fall, place
    if found is None:
        return None
    before = float(sums[found] - sums[found - beside]) / beside
    after = float(above[min(found + wall, above.size - 1)])
    middle = (before + after) / 2.0
    edge = found - wall + int(np.argmax(smooth[found - wall : found + 2 * wall] < middle))
    return float(round(edge * per_bin / 50.0) * 50)
