"""From onsets to a tempo: candidates, which of them people would tap and how sure that is, and the beat grid.

Candidates and cues come from `tempo_cues`. What the cues weigh was learnt (`tempo_weights`): a network of one
hidden layer gives each candidate a score, and the softmax of the scores is the candidates' probability, so
that confidence means how often such evidence was right. Nothing depends on the audio engine.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

import numpy as np

from musiclib.analysis import beat_grid, tempo_weights
from musiclib.analysis.rhythm import FRAME_RATE, Pulse
from musiclib.analysis.tempo_cues import Cues

# Nobody taps along to less.
_LEAST_S = 4.0
# Deviation of the onset envelope below which nothing is struck (drones 0.003-0.02, the calmest music 0.08).
_NO_STROKES = 0.025
# Likeness of bars below which there is no tempo, times the root of the number of frames (what is alike by
# chance shrinks so): noise and speech 2-4, music from 9. From the second on nothing is taken off confidence.
_CHANCE, _CLEAR = 5.0, 9.0
# Tempos of short stretches that usually lie further than this from the whole's make a tempo that varies
# (steady music has 0.002 at most, a slow drift of half a percent 0.003), as do beats that usually lie further
# than this from the best grid (share of a beat).
_STEADY = 0.004
_LOOSE = 0.06
_TOLD = 3
_LEAST_SHARE = 0.005
# Excerpts whose tempos are this close hold the same one; rough candidates this close are the same.
_SAME, _NEAR = 0.015, 0.03
_RATIOS = (2.0, 0.5, 3.0, 1.0 / 3.0, 1.5, 2.0 / 3.0, 4.0, 0.25, 4.0 / 3.0, 0.75)
# Of a varying tempo: what confidence is left, and the stretches it is measured in.
_VARYING = 0.3
_STRETCH_S = 12.0
_STRAYS = 0.08
_ATTACK_S = 0.06
_BLUR_S = 0.015


@dataclass(frozen=True, slots=True)
class Tempo:
    """`candidates`: up to three (bpm, confidence), best first, empty where there is no pulse; confidences are
    probabilities, so that together they are at most 1. `beat_start_s`: the first beat of the steady grid, in
    seconds of the file; None without one. `varies`: the tempo is a median, and no grid holds."""

    candidates: tuple[tuple[float, float], ...] = ()
    beat_start_s: float | None = None
    varies: bool = False


@dataclass(frozen=True, slots=True)
class _Heard:
    """One excerpt: probabilities by tempo, best first, and the grid of the best."""

    shares: tuple[tuple[float, float], ...]
    grid: beat_grid.Grid
    varies: bool

    @property
    def bpm(self) -> float:
        return self.shares[0][0]

    def told(self, trust: float) -> tuple[tuple[float, float], ...]:
        return tuple((bpm, round(share * trust, 3)) for bpm, share in self.shares)


def estimate(pulses: Sequence[Pulse], starts_s: Sequence[float], silent_s: float = 0.0) -> Tempo:
    """The tempo of a file, from excerpts that begin at `starts_s`; the first `silent_s` of it are silence."""
    heard = [_hear(pulse) for pulse in pulses]
    found = [each for each in heard if each is not None]
    if not found:
        return Tempo()
    middle = median(each.bpm for each in found)
    level = min(found, key=lambda each: abs(each.bpm - middle))
    apart = [each for each in found if abs(_on_level(each.bpm, level.bpm) / level.bpm - 1.0) > _SAME]
    if len(pulses) == 1 and not level.varies:
        return Tempo(level.told(1.0), _first_beat(level, starts_s[0], silent_s))
    if any(each.varies for each in found) or len(apart) > len(found) // 6:
        bpm = median(_on_level(each.bpm, level.bpm) for each in found)
        return Tempo(_rescaled(level.told(_VARYING), round(bpm, 1)), None, varies=True)
    steady = [each for each in found if each not in apart]
    agreed = len(steady) / len(pulses)
    first = next(index for index, each in enumerate(heard) if each in steady)
    return Tempo(level.told(agreed), _first_beat(steady[0], starts_s[first], silent_s))


def _hear(pulse: Pulse) -> _Heard | None:
    frames = pulse.onsets.size
    if frames < 0.95 * _LEAST_S * FRAME_RATE or float(pulse.onsets.std()) < _NO_STROKES:
        return None
    cues = Cues(pulse)
    candidates = cues.candidates()
    if not candidates.size:
        return None
    clear = float(cues.repeats(candidates).max()) * math.sqrt(frames)
    if clear < _CHANCE:
        return None
    shares = tempo_weights.probabilities(np.stack([cues.of(float(bpm)) for bpm in candidates]))
    shares *= min(1.0, (clear - _CHANCE) / (_CLEAR - _CHANCE))
    order = np.argsort(-shares, kind="stable")
    combs = beat_grid.Combs(cues.onsets)
    grid = beat_grid.fit(cues.onsets, cues.regions, combs.refine(float(candidates[order[0]])))
    stretches = _stretches(cues, grid.bpm)
    strays = median(abs(bpm / grid.bpm - 1.0) for bpm in stretches)
    varies = strays > _STEADY or grid.slide > _LOOSE
    best = round(median(stretches), 1) if varies else grid.bpm
    others = [index for index in order[1:_TOLD] if shares[index] >= _LEAST_SHARE]
    told = (
        (best, float(shares[order[0]])),
        *((_related(float(candidates[index]), best, combs), float(shares[index])) for index in others),
    )
    return _Heard(told, grid, varies)


def _stretches(cues: Cues, bpm: float) -> list[float]:
    """The tempo of each short stretch, on the level of `bpm`."""
    length = round(_STRETCH_S * FRAME_RATE)
    starts = range(0, max(1, cues.onsets.size - length // 2), length // 2)
    return [beat_grid.Combs(cues.onsets[at : at + length]).refine(bpm, _STRAYS) for at in starts]


def _related(bpm: float, best: float, combs: beat_grid.Combs) -> float:
    """A rough candidate made exact: by its ratio to the best where there is a simple one, else by itself."""
    ratio = min(_RATIOS, key=lambda ratio: abs(best * ratio / bpm - 1.0))
    if abs(best * ratio / bpm - 1.0) <= _NEAR:
        return round(best * ratio, 2)
    return round(combs.refine(bpm), 2)


def _on_level(bpm: float, level: float) -> float:
    """A tempo brought by a simple ratio to the metrical level of another."""
    return min((bpm, *(bpm * ratio for ratio in _RATIOS)), key=lambda each: abs(math.log(each / level)))


def _first_beat(heard: _Heard, start_s: float, silent_s: float) -> float:
    """The first beat of the grid that is not before the music begins."""
    beat_s = 60.0 / heard.bpm
    beat = (start_s + heard.grid.phase_s) % beat_s
    if beat_s - beat < _BLUR_S:
        # Music cut at its first beat, which was measured a little before the file.
        beat = 0.0
    # A beat as far before the beginning as a soft attack takes to be heard is the first.
    skipped = max(0, math.ceil((silent_s - _ATTACK_S - beat) / beat_s))
    return round(beat + skipped * beat_s, 3)


def _rescaled(candidates: tuple[tuple[float, float], ...], bpm: float) -> tuple[tuple[float, float], ...]:
    """The same levels around another best tempo."""
    ratio = bpm / candidates[0][0]
    return tuple((round(each * ratio, 1), confidence) for each, confidence in candidates)
