"""From the notes of a piece to its key. Imports numpy; runs in the analysis lanes only.

A logistic model (`tonality_model`, learned by `tests.benchmarks.fit_keys`) weighs what `tonality_evidence`
hears for each key.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from musiclib.analysis import tonality_model
from musiclib.analysis.pitches import Pitches
from musiclib.analysis.tonality_evidence import compressed, evidence, middle_classes
from musiclib.domain.hearing import SURE_KEY
from musiclib.domain.music_key import MusicalKey

Array = NDArray[np.float64]

# Between the first of these and the second, what sounds becomes music that can have a key. Deviation of the
# pitch classes over their mean: 0.2 for noise, 0.45 and more for music. `Pitches.in_tune`: up to 0.11 for
# drums, none for noise, 0.2 and more for 99 pieces of a hundred. The fourth pitch class by the first: 0.06
# for the overtones of a drone, 0.15 and more for 99 of a hundred.
_CONTRAST = (0.28, 0.45)
_IN_TUNE = (0.12, 0.2)
_FULLNESS = (0.06, 0.12)
_LEAST_FRAMES = 6


def rank_keys(heard: Sequence[Pitches]) -> tuple[tuple[MusicalKey, float], ...]:
    """Up to three (key, confidence), best first, of the pieces of one track; empty without tones.

    Confidences are the model's probabilities, bent so that those which prove right 99.5 times in a hundred
    are at `SURE_KEY` and above; lower where it is doubtful that there is a key at all.
    """
    tonal = [(piece, much) for piece in heard if (much := _tonal(piece)) > 0.0]
    if not tonal:
        return ()
    whole = sum(much for _, much in tonal)
    scores = sum(evidence(piece) @ tonality_model.WEIGHTS * (much / whole) for piece, much in tonal)
    shares = np.exp(scores - np.max(scores))
    shares /= shares.sum()
    best = np.argsort(-shares)[:3]
    sure = _confidence(float(shares[best[0]]))
    sure *= max(much for _, much in tonal)
    scale = sure / float(shares[best[0]])
    return tuple((MusicalKey.from_code(int(code)), round(float(shares[code]) * scale, 3)) for code in best)


def _confidence(probability: float) -> float:
    """Straight from 0 to `SURE_KEY`, and from there to 1."""
    return float(np.interp(probability, (0.0, tonality_model.SURE, 1.0), (0.0, SURE_KEY, 1.0)))


def _tonal(piece: Pitches) -> float:
    """0-1: is this music that can have a key?"""
    if len(piece.notes) < _LEAST_FRAMES or not piece.notes.any():
        return 0.0
    middle = middle_classes(compressed(piece.notes))
    classes = np.sort((middle / np.maximum(middle.sum(axis=1, keepdims=True), 1e-9)).sum(axis=0))
    if classes[-1] <= 0.0:
        return 0.0
    return (
        _ramp(float(classes.std() / classes.mean()), _CONTRAST)
        * _ramp(piece.in_tune, _IN_TUNE)
        * _ramp(float(classes[-4] / classes[-1]), _FULLNESS)
    )


def _ramp(value: float, limits: tuple[float, float]) -> float:
    return min(1.0, max(0.0, (value - limits[0]) / (limits[1] - limits[0])))
