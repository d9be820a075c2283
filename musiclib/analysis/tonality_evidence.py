"""What in the notes of a piece speaks for each of the 24 keys. Imports numpy; lanes only.

Profiles of pitch classes alone mix up keys that share most of their notes. People hear the tonic as well from
the bass, from the chords that come round, from those that lead to it, and from what begins and ends sections,
rounds and the piece; each is a piece of evidence here, told from the tonic upwards.
"""

import numpy as np
from numpy.typing import NDArray

from musiclib.analysis.form import Round, changes, find_round
from musiclib.analysis.pitches import COUNT, LOWEST, Pitches

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
# A loud drop must not outvote the rest; what is fainter than this share of the median is no music yet.
_LOUDEST, _FAINT = 1.5, 0.25
# How far the beginning of a section and of the piece reaches, the end of either, that of a round (frames).
_BEGINNING, _FIRST, _LAST, _OF_ROUND = 6, 8, 8, 5
# A chord is compared with those so many frames before and after: half a second each.
_LEADS = 3
_BASS_IN_ROUND = 0.7


def compressed(notes: NDArray[np.float32]) -> Array:
    """Strengths of `Pitches.notes` with less between loud and faint."""
    return notes.astype(np.float64) ** _QUIETER


def middle_classes(notes: Array) -> Array:
    """Strengths of the pitch classes from C in the register of chords, frame by frame."""
    return _folded(notes * _MIDDLE)


def evidence(piece: Pitches) -> Array:
    """Shape (24, kinds): rows by `MusicalKey.code`, in the order of the model's weights.

    Correlations with the profiles (bgate, edma and shaath with all notes, shaath with the bass); minor; and,
    once for major keys and once for minor ones, with zeros for the other mode, what `_aspects` gives and
    which chords lead to the tonic's.
    """
    notes = compressed(piece.notes)
    energy = notes.sum(axis=1)
    median = max(float(np.median(energy[energy > 0])), 1e-12)
    weight = np.minimum(np.sqrt(energy / median), _LOUDEST)
    bass = _bass_classes(notes)
    middle = _smooth(middle_classes(notes))
    chords = _chords(middle, bass)
    classes = _shares(middle / np.maximum(middle.sum(axis=1, keepdims=True), 1e-9), weight)
    lowest = _shares(bass, weight)
    loud = np.nonzero(energy > _FAINT * median)[0]
    moments = _moments(notes, np.hstack([chords, bass]), weight, (int(loud[0]), int(loud[-1])))
    history = weight @ chords / max(float(weight.sum()), 1e-9)
    aspects = np.concatenate([classes, lowest, history, *moments])
    rows = _turned(aspects, _leading(chords * weight[:, None]))
    return np.hstack([_fits(classes, lowest), rows])


def _turned(aspects: Array, leading: Array) -> Array:
    """Groups of twelve from each tonic upwards, and what leads to its chord; for either mode."""
    groups = aspects.reshape(-1, 12)
    sources = leading.reshape(2, 12, 24)
    rows = []
    for code in range(24):
        tonic, minor = code % 12, code >= 12
        own = np.concatenate([groups, sources[:, :, code]])
        own = np.roll(own, -tonic, axis=1).ravel()
        nothing = np.zeros(own.size)
        rows.append(np.concatenate([[float(minor)], *((nothing, own) if minor else (own, nothing))]))
    return np.array(rows)


def _moments(notes: Array, sounding: Array, weight: Array, ends: tuple[int, int]) -> list[Array]:
    """Chords and bass (columns of `sounding`) where sections begin and just before, in the first seconds and
    in the last, where the round of chords begins and just before."""
    change = changes(notes)
    count, (start, end) = len(notes), ends
    after, before, first, last = (np.zeros(count) for _ in range(4))
    for at in np.nonzero(change)[0]:
        after[at + 1 : at + 1 + _BEGINNING] += change[at] ** 2
        before[max(0, at - _LAST) : max(0, at - 1)] += change[at] ** 2
    first[start : start + _FIRST] = 1.0
    last[max(0, end - _LAST) : end + 1] = 1.0
    told = [at @ sounding / max(float(at.sum()), 1e-12) for at in (after, before, first, last)]
    likeness = sounding * weight[:, None] * np.repeat([1.0, _BASS_IN_ROUND], [24, 12])
    turn = find_round(likeness, change, start)
    return told + (told[:2] if turn is None else _of_round(turn, sounding, weight))


def _of_round(turn: Round, sounding: Array, weight: Array) -> list[Array]:
    folded = turn.folded(sounding, weight)
    return [turn.around(folded, 1, _OF_ROUND), turn.around(folded, -1 - _OF_ROUND, _OF_ROUND)]


def _leading(chords: Array) -> Array:
    """How often each of the 24 chords (rows) is followed by each other one; the sum is 1."""
    pairs = chords[: -2 * _LEADS].T @ chords[2 * _LEADS :]
    np.fill_diagonal(pairs, 0.0)
    return np.asarray(pairs / max(float(pairs.sum()), 1e-9))


def _shares(values: Array, weight: Array) -> Array:
    sums = weight @ values
    return np.asarray(sums / max(float(sums.sum()), 1e-9))


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
