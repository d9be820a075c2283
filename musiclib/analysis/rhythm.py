"""Onsets, tempo candidates and brightness from mono samples. Imports numpy; runs in the analysis lanes only.

An engine names one tempo; beat trackers find the pulse but often take its half or double. Here the pulse is
measured to a fraction of a BPM, and the metrical levels around it are weighed against each other, so that
every engine ends in the same candidates with comparable confidences.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from musiclib.analysis.engines.base import MIN_TEMPO_S, MONO_RATE

Samples = NDArray[np.float32]
Envelope = NDArray[np.float32]

HOP = 512
_FRAME = 2048
_BANDS = 28
_CHUNK = 512
_LEVEL = 0.1
# Deviation of the onset envelope below which nothing is struck (a drone has 0.0003, a calm pad 0.02).
_NO_BEAT = 0.002
# Likeness of bars below which there is no tempo to tell. Bars of noise are alike by chance, the more so the
# fewer frames there are: its best candidates reach about 6 over the root of their number.
_IRREGULAR = 0.1
_CHANCE = 8.0

SLOWEST, FASTEST = 50.0, 210.0
# How much more a tempo counts for being the one the engine named.
_TRUST = 1.25
# Levels at which a tracker may have locked in, relative to the tempo a listener would tap.
_RATIOS = (1.0, 2.0, 0.5, 1.5, 2.0 / 3.0, 3.0, 1.0 / 3.0, 0.75, 4.0 / 3.0)


@dataclass(frozen=True, slots=True)
class Pulse:
    """`onsets`: strength of change per frame (`rate` frames a second); `centroid`: mean log2 of the spectral
    centroid in hertz; `onsets_per_s`: how many of the changes are notes or strokes of their own."""

    onsets: Envelope
    rate: float
    centroid: float
    onsets_per_s: float


def pulse(samples: Samples) -> Pulse:
    """Spectral flux over logarithmic bands (as in Böck's SuperFlux, without the vibrato filter)."""
    frames = max(0, (samples.size - _FRAME) // HOP + 1)
    envelope = np.zeros(max(frames, 1), dtype=np.float32)
    if not frames:
        return Pulse(envelope, MONO_RATE / HOP, 0.0, 0.0)
    views = np.lib.stride_tricks.sliding_window_view(samples, _FRAME)[::HOP]
    window = np.hanning(_FRAME).astype(np.float32)
    frequencies = np.fft.rfftfreq(_FRAME, 1.0 / MONO_RATE).astype(np.float32)
    bands = _band_matrix(frequencies)
    # Levelled, so that the logarithm below bends quiet and loud masters alike.
    window *= np.float32(_LEVEL / max(float(np.sqrt(np.mean(np.square(samples)))), 1e-6))
    before = np.zeros(_BANDS, dtype=np.float32)
    weight = centre = 0.0
    for start in range(0, frames, _CHUNK):
        spectrum = np.abs(np.fft.rfft(views[start : start + _CHUNK] * window))
        loudness = spectrum.sum(axis=1)
        centroid = spectrum @ frequencies / np.maximum(loudness, 1e-9)
        centre += float(np.dot(np.log2(np.maximum(centroid, 20.0)), loudness))
        weight += float(loudness.sum())
        levels = np.log1p(spectrum @ bands)
        change = np.diff(levels, axis=0, prepend=before[None, :])
        envelope[start : start + len(levels)] = np.maximum(change, 0.0).mean(axis=1)
        before = levels[-1]
    envelope[0] = 0.0
    return Pulse(
        envelope,
        MONO_RATE / HOP,
        centre / weight if weight > 0 else 0.0,
        _onset_rate(envelope, MONO_RATE / HOP),
    )


def _band_matrix(frequencies: NDArray[np.float32]) -> NDArray[np.float32]:
    edges = np.geomspace(30.0, 15_000.0, _BANDS + 1)
    place = np.searchsorted(edges, frequencies) - 1
    matrix = np.zeros((frequencies.size, _BANDS), dtype=np.float32)
    for band in range(_BANDS):
        inside = place == band
        if not inside.any():
            inside[np.argmin(np.abs(frequencies - edges[band]))] = True
        matrix[inside, band] = 1.0 / inside.sum()
    return matrix


def _onset_rate(envelope: Envelope, rate: float) -> float:
    """Peaks that stand out from the second around them, per second."""
    reach = round(rate / 2)
    if envelope.size < 3 * reach:
        return 0.0
    around = np.convolve(envelope, np.full(2 * reach + 1, 1.0 / (2 * reach + 1)), mode="same")
    threshold = 1.3 * around + 0.1 * float(envelope.mean()) + 0.01
    middle = envelope[1:-1]
    peaks = (middle > envelope[:-2]) & (middle >= envelope[2:]) & (middle > threshold[1:-1])
    return float(peaks.sum()) / (envelope.size / rate)


def rank_tempos(beats: Pulse, heard: float | None) -> tuple[tuple[float, float], ...]:
    """Up to three (bpm, confidence), best first, from what the engine `heard` (BPM, or None).

    Confidences are the candidates' shares, scaled by how regular the pulse is at all; empty without a pulse.
    """
    envelope = beats.onsets - beats.onsets.mean()
    if float(envelope.std()) < _NO_BEAT or envelope.size < 0.95 * MIN_TEMPO_S * beats.rate:
        return ()
    levels = _Levels(beats, _autocorrelation(envelope))
    spectrum = _Spectrum(envelope, beats.rate)
    scores: dict[float, float] = {}
    for seed, trust in ((heard, _TRUST), (levels.strongest(), 1.0)):
        if seed:
            for bpm, score in levels.around(spectrum.refine(seed), trust).items():
                near = next((known for known in scores if abs(known / bpm - 1.0) < 0.01), bpm)
                scores[near] = max(score, scores.get(near, 0.0))
    if not scores:
        return ()
    best = sorted(scores, key=lambda bpm: -scores[bpm])[:3]
    regular = levels.regularity(best[0])
    if regular < max(_IRREGULAR, _CHANCE / math.sqrt(envelope.size)):
        return ()
    # Shares are sharpened: a level half as salient as the best is a much poorer answer, not half as good.
    whole = sum(score**2 for score in scores.values())
    return tuple((round(bpm, 2), round(regular * scores[bpm] ** 2 / whole, 3)) for bpm in best)


class _Levels:
    """Weighs metrical levels: how well the onsets repeat at a tempo, and how likely people tap it."""

    def __init__(self, beats: Pulse, correlation: NDArray[np.float64]) -> None:
        self._beats = beats
        self._correlation = correlation

    def score(self, bpm: float) -> float:
        salience = sum(max(0.0, self._after(bpm, count)) for count in (1, 2, 4)) / 3.0
        return salience * _prior(bpm) * _density(self._beats.onsets_per_s * 60.0 / bpm)

    def strongest(self) -> float:
        """The best tempo of a search over the whole range, for when the engine lost the pulse."""
        return max((float(bpm) for bpm in np.geomspace(SLOWEST, FASTEST, 400)), key=self.score)

    def around(self, base: float, trust: float) -> dict[float, float]:
        """Scores of the levels around a tempo, the tempo's own multiplied by `trust`."""
        tempos = {ratio: base * ratio for ratio in _RATIOS}
        scores = {
            bpm: self.score(bpm) * (trust if ratio == 1.0 else 1.0)
            for ratio, bpm in tempos.items()
            if SLOWEST <= bpm <= FASTEST
        }
        return {bpm: score for bpm, score in scores.items() if score > 0.0}

    def regularity(self, bpm: float) -> float:
        """0-1: how alike the onsets are a bar later."""
        return min(1.0, 1.6 * max(0.0, self._after(bpm, 4)))

    def _after(self, bpm: float, beats: int) -> float:
        index = round(beats * 60.0 / bpm * self._beats.rate)
        if not 1 <= index < self._correlation.size - 1:
            return 0.0
        return float(self._correlation[index - 1 : index + 2].max())


def _prior(bpm: float) -> float:
    """How often people tap a tempo: log-normal around 118 BPM, about an octave wide."""
    return math.exp(-0.5 * (math.log2(bpm / 118.0) / 0.75) ** 2)


def _density(onsets_per_beat: float) -> float:
    """Between the beats of a tapped tempo there is seldom nothing and seldom more than sixteenths."""
    return math.exp(-0.5 * (math.log2(max(onsets_per_beat, 0.1) / 2.5) / 0.9) ** 2)


def _autocorrelation(envelope: Envelope) -> NDArray[np.float64]:
    size = 1 << (2 * envelope.size - 1).bit_length()
    power = np.abs(np.fft.rfft(envelope, size)) ** 2
    correlation = np.fft.irfft(power)[: envelope.size // 2].astype(np.float64)
    correlation /= max(float(correlation[0]), 1e-12)
    # Fewer frames overlap at a longer lag; make up for it.
    return correlation * (envelope.size / (envelope.size - np.arange(correlation.size)))


class _Spectrum:
    """The Fourier transform of the onset envelope at any frequency: a steady beat is a comb in it."""

    def __init__(self, envelope: Envelope, rate: float) -> None:
        self._size = 1 << (4 * envelope.size - 1).bit_length()
        self._magnitude = np.abs(np.fft.rfft(envelope * np.hanning(envelope.size), self._size))
        self._rate = rate

    def comb(self, bpm: NDArray[np.float64]) -> NDArray[np.float64]:
        """Summed magnitude of the first overtones of each tempo."""
        total = np.zeros_like(bpm)
        bins = np.arange(self._magnitude.size)
        for overtone in (1, 2, 4, 8):
            place = overtone * bpm / 60.0 / self._rate * self._size
            total += np.interp(place, bins, self._magnitude, right=0.0)
        return total

    def refine(self, bpm: float) -> float:
        """The best tempo within 3 % of `bpm`; 0.005 BPM steps around the peak of a coarser search."""
        coarse = bpm * np.linspace(0.97, 1.03, 601)
        peak = float(coarse[int(np.argmax(self.comb(coarse)))])
        fine = peak + np.arange(-0.1, 0.1, 0.005)
        return float(fine[int(np.argmax(self.comb(fine)))])
