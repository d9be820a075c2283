"""What speaks for a metrical level being the one that people tap: numbers about a candidate tempo.

Everything is read off the auto- and cross-correlations of the onset envelopes, at lags that are simple
multiples and fractions of the candidate's beat. They say what a listener goes by: how far apart the kicks
lie, whether snares answer them (the backbeat: low and mid bands correlate a beat apart, not at the beat),
what the cymbals divide the beat into (2, 3, 4 or 6), how long until all repeats (bars of 3 or 4), and how
many strokes fall into a beat. Tempo itself is three of about a hundred numbers.
"""

import numpy as np
from numpy.typing import NDArray

from musiclib.analysis.rhythm import FRAME_RATE, REGIONS, Envelope, Pulse, local_mean

Floats = NDArray[np.float64]
Spectrum = NDArray[np.complexfloating]

SLOWEST, FASTEST = 46.0, 220.0
_LONGEST_LAG_S = 12.0
_HALF_SECOND = round(FRAME_RATE / 2)

# Lags, in beats, at which each region is compared with itself.
_OWN = {
    "1/6": 1 / 6,
    "1/4": 1 / 4,
    "1/3": 1 / 3,
    "1/2": 1 / 2,
    "2/3": 2 / 3,
    "3/4": 3 / 4,
    "1": 1.0,
    "3/2": 3 / 2,
    "2": 2.0,
    "3": 3.0,
    "4": 4.0,
    "6": 6.0,
    "8": 8.0,
}
# Lags at which one region is compared with what follows in another.
_OTHER = {"0": 0.0, "1/2": 1 / 2, "1": 1.0, "3/2": 3 / 2, "2": 2.0, "3": 3.0, "4": 4.0}
_PAIRS = (("low", "mid"), ("mid", "low"), ("low", "high"))
_ENVELOPES = (*REGIONS, "all")

NAMES: tuple[str, ...] = (
    *(f"{region} {lag}" for region in _ENVELOPES for lag in _OWN),
    *(f"{first}>{second} {lag}" for first, second in _PAIRS for lag in _OTHER),
    *(f"{region} per beat" for region in _ENVELOPES),
    *(f"{region} share" for region in REGIONS),
    "octave",
    "octave^2",
    "octave^3",
)

# Levels at which a repetition may have been found, relative to the one that is tapped.
_RATIOS = (1.0, 2.0, 0.5, 3.0, 1.0 / 3.0, 1.5, 2.0 / 3.0, 4.0, 0.25, 4.0 / 3.0, 0.75)
_OCTAVES = (1.0, 2.0, 0.5)
_PEAKS, _PEAKS_WITH_ALL_RATIOS = 6, 3
# Candidates nearer to each other than this are one.
_APART = 0.025


class Cues:
    """The correlations of one excerpt's onsets. `onsets` and `regions` are the pulse's, less their means over
    the second around."""

    def __init__(self, pulse: Pulse) -> None:
        self.onsets: Envelope = pulse.onsets - local_mean(pulse.onsets, _HALF_SECOND)
        self.regions = [each - local_mean(each, _HALF_SECOND) for each in pulse.regions]
        self._lags = min(self.onsets.size * 3 // 4, round(_LONGEST_LAG_S * FRAME_RATE))
        every = (*self.regions, self.onsets)
        size = 1 << (2 * self.onsets.size - 1).bit_length()
        spectra = {name: np.fft.rfft(each, size) for name, each in zip(_ENVELOPES, every, strict=True)}
        self._own = [self._correlation(spectra[name], spectra[name], size) for name in _ENVELOPES]
        self._other = [self._correlation(spectra[a], spectra[b], size) for a, b in _PAIRS]
        deviations = np.array([float(each.std()) for each in self.regions])
        self._shares = deviations / max(float(deviations.sum()), 1e-9)
        self._rates = np.array([_strokes_per_s(each) for each in every])

    def repeats(self, bpm: Floats) -> Floats:
        """How alike the onsets are one, two, three and four beats later: 1 the same, about 0 by chance."""
        beat = 60.0 * FRAME_RATE / bpm
        own = self._own[-1]
        return (_at(own, beat) + _at(own, 2 * beat) + 0.5 * _at(own, 3 * beat) + _at(own, 4 * beat)) / 3.5

    def candidates(self) -> Floats:
        """Tempos (BPM, to about half a percent) between `SLOWEST` and `FASTEST` at one of which the onsets
        may be tapped: where they repeat best, and the levels around."""
        tempos = np.geomspace(30.0, 480.0, 1200)
        repeats = self.repeats(tempos)
        middle = repeats[1:-1]
        peaks = 1 + np.flatnonzero((middle > repeats[:-2]) & (middle >= repeats[2:]) & (middle > 0.0))
        found: list[float] = []
        for rank, peak in enumerate(peaks[np.argsort(-repeats[peaks], kind="stable")][:_PEAKS]):
            for ratio in _RATIOS if rank < _PEAKS_WITH_ALL_RATIOS else _OCTAVES:
                bpm = float(tempos[peak]) * ratio
                if SLOWEST <= bpm <= FASTEST and all(abs(bpm / known - 1.0) >= _APART for known in found):
                    found.append(bpm)
        return np.array(found)

    def of(self, bpm: float) -> Floats:
        """The cues of one candidate, in the order of `NAMES`."""
        beat = 60.0 * FRAME_RATE / bpm
        octave = np.log2(bpm / 110.0)
        own, other = np.array(tuple(_OWN.values())) * beat, np.array(tuple(_OTHER.values())) * beat
        return np.concatenate(
            [
                *(_at(correlation, own) for correlation in self._own),
                *(_at(correlation, other) for correlation in self._other),
                np.log2(np.maximum(self._rates * 60.0 / bpm, 0.1)),
                self._shares,
                [octave, octave**2, octave**3],
            ]
        )

    def _correlation(self, first: Spectrum, second: Spectrum, size: int) -> Floats:
        """How alike `second` is to what `first` was a lag before, by lag in frames: -1 to 1."""
        frames = self.onsets.size
        product = np.fft.irfft(np.conj(first) * second, size)[: self._lags].astype(np.float64)
        power = np.sqrt(_energy(first, size) * _energy(second, size))
        # Fewer frames overlap at a longer lag; make up for it.
        return np.asarray(product / max(power, 1e-9) * (frames / (frames - np.arange(self._lags))))


def _energy(spectrum: Spectrum, size: int) -> float:
    """Of the signal (Parseval); its mean is about zero."""
    return 2.0 * float(np.sum(np.square(np.abs(spectrum), dtype=np.float64))) / size


def _at(correlation: Floats, lags: Floats) -> Floats:
    """The highest value within a frame of each lag; 0 beyond the end."""
    near = np.clip(np.round(lags).astype(np.int64), 1, correlation.size - 2)
    best = np.maximum(np.maximum(correlation[near - 1], correlation[near]), correlation[near + 1])
    return np.where(lags < correlation.size - 1, best, 0.0)


def _strokes_per_s(envelope: Envelope) -> float:
    """Peaks above one standard deviation."""
    middle = envelope[1:-1]
    peaks = (middle > envelope[:-2]) & (middle >= envelope[2:]) & (middle > float(envelope.std()))
    return float(peaks.sum()) / (envelope.size / FRAME_RATE)
