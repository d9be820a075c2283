"""Where sections begin, and the round of chords that they repeat. Imports numpy; lanes only.

A round of chords says which of them is home only by where it begins (A minor, F, C, G or C, G, A minor, F):
sections tell that, most of which begin with it. So what one beginning shows unclearly is heard in all of
them.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from musiclib.analysis.pitches import COUNT

Array = NDArray[np.float64]

# How far to either side a frame's neighbourhood is compared, how far apart sections begin, and how near the
# ends there is too little to compare (frames of 0.19 s).
_SIDE, _APART, _ROOM = 22, 10, 8.0
# The shortest and the longest round (1.7 to 20 s).
_SHORTEST, _LONGEST = 9, 110
# Of rounds that repeat nearly as well, the shortest counts: each of its multiples repeats, too.
_NEARLY, _LEAST = 0.85, 0.15
_MULTIPLES = range(2, 9)
# How much the piece's own beginning counts beside all the others, how long after it a section must begin to
# be another, and how exactly a beginning is told (frames).
_FIRST, _ANOTHER, _EXACTLY = 0.3, 4, 1.5


@dataclass(frozen=True, slots=True)
class Round:
    """`place`: for each frame, which of the round's `len(starts)` places it falls on; `starts`: how likely
    the round begins at each place."""

    place: NDArray[np.int64]
    starts: Array

    def folded(self, values: Array, weight: Array) -> Array:
        """The weighted mean of all frames of each place."""
        sums = np.zeros((len(self.starts), values.shape[1]))
        whole = np.zeros(len(self.starts))
        np.add.at(sums, self.place, values * weight[:, None])
        np.add.at(whole, self.place, weight)
        return np.asarray(sums / np.maximum(whole, 1e-9)[:, None])

    def around(self, folded: Array, first: int, count: int) -> Array:
        """The mean of `count` places from `first` after the round's start."""
        places = np.arange(len(self.starts))[:, None] + first + np.arange(count)
        return np.asarray(self.starts @ folded[places % len(self.starts)].mean(axis=1))


def changes(notes: Array) -> Array:
    """How much begins or ends to sound at each frame, in which registers, where that is most; else 0."""
    octaves = np.stack([notes[:, low : low + 13].sum(axis=1) for low in range(0, COUNT, 13)], axis=1)
    levels = np.sqrt(octaves)
    levels /= max(float(levels.sum(axis=1).mean()), 1e-12)
    sums = np.cumsum(np.pad(levels, ((1, 0), (0, 0))), axis=0)
    frame = np.arange(len(levels))
    first, last = np.maximum(frame - _SIDE, 0), np.minimum(frame + _SIDE, len(levels))
    before = (sums[frame] - sums[first]) / np.maximum(frame - first, 1)[:, None]
    after = (sums[last] - sums[frame]) / np.maximum(last - frame, 1)[:, None]
    room = np.minimum(1.0, np.minimum(frame - first, last - frame) / _ROOM + 0.01)
    change = np.abs(after - before).sum(axis=1) * room
    change[0] = 0.0
    padded = np.pad(change, _APART)
    highest = np.lib.stride_tricks.sliding_window_view(padded, 2 * _APART + 1).max(axis=1)
    return np.where(change == highest, change, 0.0)


def find_round(chords: Array, change: Array, start: int) -> Round | None:
    """The round of chords (rows of any description) of a piece that sounds from frame `start` and changes as
    `changes` tells; None where nothing repeats."""
    period = _period(_likeness(chords))
    if period is None:
        return None
    places = round(period)
    frame = np.arange(len(chords))
    place = np.minimum((frame / period % 1.0 * places).astype(np.int64), places - 1)
    strength = np.where(frame > start + _ANOTHER, change**2, 0.0)
    strength[start] += _FIRST * (float(strength.sum()) or 1.0)
    begun = np.nonzero(strength)[0]
    off = (np.arange(places)[:, None] - begun / period % 1.0 * places + places / 2) % places - places / 2
    starts = (np.exp(-0.5 * (off / _EXACTLY) ** 2) @ strength[begun]) ** 2
    return Round(place, starts / starts.sum())


def _likeness(chords: Array) -> Array:
    """How like frames are that lie so many frames apart (autocorrelation), 1 for none."""
    count = len(chords)
    size = 1 << (2 * count - 1).bit_length()
    spectrum = np.fft.rfft(chords - chords.mean(axis=0), size, axis=0)
    power = (spectrum.real**2 + spectrum.imag**2).sum(axis=1)
    alike = np.fft.irfft(power, size)[:count] / np.arange(count, 0, -1)
    return np.asarray(alike / max(float(alike[0]), 1e-12))


def _period(alike: Array) -> float | None:
    """Frames after which chords come round."""
    most = min(_LONGEST, len(alike) // 2)
    inner = alike[_SHORTEST:most]
    tops = (inner >= alike[_SHORTEST - 1 : most - 1][: inner.size]) & (
        inner >= alike[_SHORTEST + 1 : most + 1]
    )
    found = np.nonzero(tops & (inner > _LEAST))[0]
    if not found.size:
        return None
    period = float(_SHORTEST + found[inner[found] >= _NEARLY * inner[found].max()][0])
    for times in _MULTIPLES:
        centre = round(period * times)
        if centre + 3 >= 0.75 * len(alike):
            break
        period = _top(alike, centre) / times
    return period


def _top(values: Array, near: int) -> float:
    """Where the highest value within two of `near` lies, between places by a parabola."""
    top = near - 2 + int(np.argmax(values[near - 2 : near + 3]))
    before, here, after = values[top - 1 : top + 2]
    bend = before - 2.0 * here + after
    off = 0.5 * (before - after) / bend if bend < 0.0 else 0.0
    return top + float(np.clip(off, -0.5, 0.5))
