"""From the notes of a piece to its key. Imports numpy; runs in the analysis lanes only.

Profiles of pitch classes alone mix up keys that share most of their notes. People hear the tonic as well from
the bass, from the chords that come round, and from what begins and ends the sections; each is a piece of
evidence here, and a logistic model weighs them (`tonality_model`, learned by `tests.benchmarks.fit_keys`).
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from musiclib.analysis import tonality_model
from musiclib.analysis.pitches import COUNT, LOWEST, Pitches
from musiclib.domain.hearing import SURE_KEY
from musiclib.domain.music_key import MusicalKey

Array = NDArray[np.float64]

# Profiles of major and minor from the tonic upwards. "bgate" and "edma": A. Faraldo, "Tonality Estimation in
# Electronic Dance Music" (2018), as Essentia has them; "shaath": I. Sha'ath, "Estimation of Key in Digital
# Music Recordings" (2011), from KeyFinder.
_PROFILES = np.array(
    [
        [
            [1.00, 0.00, 0.42, 0.00, 0.53, 0.37, 0.00, 0.77, 0.00, 0.38, 0.21, 0.30],
            [1.00, 0.00, 0.36, 0.39, 0.00, 0.38, 0.00, 0.74, 0.27, 0.00, 0.42, 0.23],
        ],
        [
            [0.165, 0.047, 0.083, 0.067, 0.100, 0.093, 0.053, 0.132, 0.052, 0.074, 0.069, 0.064],
            [0.172, 0.053, 0.076, 0.100, 0.056, 0.085, 0.050, 0.135, 0.075, 0.050, 0.092, 0.055],
        ],
        [
            [6.6, 2.0, 3.5, 2.3, 4.6, 4.0, 2.5, 5.2, 2.4, 3.7, 2.3, 3.4],
            [6.5, 2.7, 3.5, 5.4, 2.6, 3.5, 2.5, 5.2, 4.0, 2.7, 4.3, 3.2],
        ],
    ]
)
_PITCHES = np.arange(COUNT) + LOWEST
# Chords are heard in the middle, the bass below; between 30 and 42 and above 78 they count less and less.
_MIDDLE = np.clip((92 - _PITCHES) / 14.0, 0.0, 1.0) * np.clip((_PITCHES - 30) / 12.0, 0.0, 1.0)
_BASS = np.where(_PITCHES < 58, np.exp(-0.5 * ((_PITCHES - 38) / 9.0) ** 2), 0.0)
# The power that strengths are taken to, so that the loudest note is not all there is.
_QUIETER = 0.8
# How far a phrase's beginning reaches, and how far to either side its neighbourhood is compared (frames).
_BEGINNING, _SIDE, _APART = 6, 22, 10
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
    notes = piece.notes.astype(np.float64) ** _QUIETER
    middle = _folded(notes * _MIDDLE)
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


def evidence(piece: Pitches) -> Array:
    """What speaks for each of the 24 keys, rows by `MusicalKey.code`, in the order of the model's weights."""
    notes = piece.notes.astype(np.float64) ** _QUIETER
    energy = notes.sum(axis=1)
    # A loud drop must not outvote the rest.
    weight = np.minimum(np.sqrt(energy / max(float(np.median(energy[energy > 0])), 1e-12)), 1.5)
    bass = _bass_classes(notes)
    middle = _smooth(_folded(notes * _MIDDLE))
    chords = _chords(middle, bass)
    classes = (middle * (weight / np.maximum(middle.sum(axis=1), 1e-9))[:, None]).sum(axis=0)
    classes /= max(float(classes.sum()), 1e-9)
    lowest = (bass * weight[:, None]).sum(axis=0)
    lowest /= max(float(lowest.sum()), 1e-9)
    history = (chords * weight[:, None]).sum(axis=0) / max(float(weight.sum()), 1e-9)
    beginnings = _beginnings(notes)
    loud = np.nonzero(energy > 0.25 * np.median(energy[energy > 0]))[0]
    ends = np.zeros(len(energy)), np.zeros(len(energy))
    ends[0][loud[0] : loud[0] + 8] = 1.0
    ends[1][max(0, loud[-1] - 8) : loud[-1] + 1] = 1.0
    moments = [(_mean(chords, at), _mean(bass, at)) for at in (beginnings, *ends)]
    rows = [_row(code, classes, lowest, history, moments) for code in range(24)]
    return np.hstack([_fits(classes, lowest), np.array(rows)])


def _row(
    code: int, classes: Array, lowest: Array, history: Array, moments: Sequence[tuple[Array, Array]]
) -> list[float]:
    """Evidence for one key but for profiles: its mode, bass, tonic where phrases begin and end, the share of
    each chord and of each pitch class by their distance from the tonic."""
    tonic, minor = code % 12, code >= 12
    row = [float(minor), lowest[tonic], lowest[(tonic + 7) % 12]]
    for chord, bass in moments:
        row += [chord[tonic] + chord[tonic + 12], chord[code], bass[tonic]]
    steps = np.concatenate(
        [np.roll(history[:12], -tonic), np.roll(history[12:], -tonic), np.roll(classes, -tonic)]
    )
    nothing = np.zeros(steps.size)
    return [*row, *(nothing if minor else steps), *(steps if minor else nothing)]


def _fits(classes: Array, lowest: Array) -> Array:
    """Correlations with the profiles, of all notes with each and of the bass with the last."""
    columns = []
    for heard, profile in ((classes, 0), (classes, 1), (classes, 2), (lowest, 2)):
        turned = [np.roll(_PROFILES[profile, code // 12], code % 12) for code in range(24)]
        columns.append(_correlations(np.array(turned), heard))
    return np.array(columns).T


def _correlations(profiles: Array, heard: Array) -> Array:
    profiles = profiles - profiles.mean(axis=1, keepdims=True)
    heard = heard - heard.mean()
    size = np.linalg.norm(profiles, axis=1) * max(float(np.linalg.norm(heard)), 1e-12)
    return np.asarray(profiles @ heard / size)


def _folded(strengths: Array) -> Array:
    """Pitches (columns) into pitch classes from C."""
    classes = np.zeros((len(strengths), 12))
    for column, pitch in enumerate(_PITCHES):
        classes[:, pitch % 12] += strengths[:, column]
    return classes


def _smooth(values: Array) -> Array:
    """The mean of three frames."""
    padded = np.pad(values, ((1, 1), (0, 0)), mode="edge")
    return np.asarray((padded[:-2] + padded[1:-1] + padded[2:]) / 3.0)


def _bass_classes(notes: Array) -> Array:
    """Shares of the pitch classes in the bass of each frame; their sum is less than one where it is faint."""
    highest = np.maximum(notes.max(axis=1, keepdims=True), 1e-12)
    classes = _smooth(_folded((notes / highest * _BASS) ** 2))
    return np.asarray(classes / np.maximum(classes.sum(axis=1, keepdims=True), 0.15))


def _chords(middle: Array, bass: Array) -> Array:
    """Probabilities of the 24 triads in each frame: likeness to their notes, and their root in the bass."""
    triads = np.zeros((24, 12))
    for code in range(24):
        for step, strength in ((0, 1.0), (3 if code >= 12 else 4, 1.0), (7, 0.8)):
            triads[code, (code + step) % 12] = strength
    triads /= np.linalg.norm(triads, axis=1, keepdims=True)
    likeness = middle / np.maximum(np.linalg.norm(middle, axis=1, keepdims=True), 1e-9) @ triads.T
    scores = 10.0 * likeness + 2.0 * np.tile(bass, (1, 2))
    shares = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(shares / shares.sum(axis=1, keepdims=True))


def _beginnings(notes: Array) -> Array:
    """A weight for each frame: high just after other registers begin to sound, as where sections begin."""
    octaves = np.stack([notes[:, low : low + 13].sum(axis=1) for low in range(0, COUNT, 13)], axis=1)
    levels = np.sqrt(octaves)
    levels /= max(float(levels.sum(axis=1).mean()), 1e-12)
    sums = np.cumsum(np.pad(levels, ((1, 0), (0, 0))), axis=0)
    frame = np.arange(len(levels))
    first, last = np.maximum(frame - _SIDE, 0), np.minimum(frame + _SIDE, len(levels))
    before = (sums[frame] - sums[first]) / np.maximum(frame - first, 1)[:, None]
    after = (sums[last] - sums[frame]) / np.maximum(last - frame, 1)[:, None]
    # Close to the ends there is too little to compare.
    room = np.minimum(1.0, np.minimum(frame - first, last - frame) / 8.0 + 0.01)
    change = np.abs(after - before).sum(axis=1) * room
    change[0] = 0.0
    weights = np.zeros(len(levels))
    for at in np.nonzero(change)[0]:
        if change[at] == change[max(0, at - _APART) : at + _APART + 1].max():
            weights[at + 1 : at + 1 + _BEGINNING] += change[at] ** 2
    return weights


def _mean(values: Array, weights: Array) -> Array:
    return np.asarray(weights @ values / max(float(weights.sum()), 1e-12))
