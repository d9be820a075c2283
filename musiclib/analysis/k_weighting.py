"""The K-weighting of ITU-R BS.1770 for any sample rate. Imports numpy.

A recursive filter goes sample by sample, which numpy cannot. So it is written in its state-space form and
taken `_STEP` samples at a time: what comes out of a step is a matrix times what goes in, plus another times
the state before it, and the states of all pairs of steps follow from each other by doubling. All of that is
matrix products, which cost a third of a loop over samples in C.
"""

import math

import numpy as np
from numpy.typing import NDArray

Block = NDArray[np.float32]
Matrix = NDArray[np.float64]

_STEP = 32
_PAIR = 2 * _STEP
_ORDER = 4
# What is left of a state after so many steps that it is below rounding.
_FORGOTTEN = 1e-12


class KWeighting:
    """Filters consecutive blocks of shape (channels, samples); a block whose length is no multiple of 64 must
    be the last one."""

    def __init__(self, rate: int, channels: int) -> None:
        a, b, c, d = _cascade(rate)
        powers = [np.eye(_ORDER)]
        for _ in range(_PAIR):
            powers.append(powers[-1] @ a)
        response = np.array([d, *(float(c @ power @ b) for power in powers[: _STEP - 1])])
        lags = np.arange(_STEP)[None, :] - np.arange(_STEP)[:, None]
        self._through: Block = np.where(lags >= 0, response[np.abs(lags)], 0.0).astype(np.float32)
        self._of_state: Block = np.stack([c @ power for power in powers[:_STEP]], axis=1).astype(np.float32)
        self._to_state: Block = np.stack([power @ b for power in reversed(powers[:_STEP])]).astype(np.float32)
        self._step: Matrix = powers[_STEP].T.copy()
        self._doublings = _doublings(powers[_PAIR])
        self._state: Matrix = np.zeros((channels, _ORDER))

    def filtered(self, block: Block) -> Block:
        channels, count = block.shape
        if missing := -count % _PAIR:
            block = np.pad(block, ((0, 0), (0, missing)))
        taken = block.reshape(channels, -1, _STEP)
        given = taken @ self._through
        given += self._states(taken) @ self._of_state
        filtered: Block = given.reshape(channels, -1)[:, :count]
        return filtered

    def _states(self, taken: Block) -> Block:
        """The state before each step."""
        # In double precision: rounding stays in the state, where the high-pass keeps it for long.
        added = (taken @ self._to_state).astype(np.float64)
        first, second = added[:, 0::2], added[:, 1::2]
        pairs = np.empty((len(taken), first.shape[1] + 1, _ORDER))
        pairs[:, 0] = self._state
        np.matmul(first, self._step, out=pairs[:, 1:])
        pairs[:, 1:] += second
        distance = 1
        for later in self._doublings:
            if distance >= pairs.shape[1]:
                break
            pairs[:, distance:] += pairs[:, :-distance] @ later
            distance *= 2
        self._state = pairs[:, -1].copy()
        first += pairs[:, :-1] @ self._step
        states = np.empty(added.shape, dtype=np.float32)
        states[:, 0::2], states[:, 1::2] = pairs[:, :-1], first
        return states


def _doublings(once: Matrix) -> list[Matrix]:
    """What 1, 2, 4, 8 … steps do to a state, transposed, until nothing is left of it."""
    found = []
    power = once.T.copy()
    while np.abs(power).max() > _FORGOTTEN:
        found.append(power)
        power = power @ power
    return found


def _cascade(rate: int) -> tuple[Matrix, Matrix, Matrix, float]:
    """Both stages, the second fed by the first: state' = a state + b x, y = c state + d x.

    The analogue filters that give the table of BS.1770 at 48 kHz, as libebur128 derives them, made digital
    for this rate by the bilinear transform.
    """
    (a1, b1, c1, d1), (a2, b2, c2, d2) = _section(*_high_pass(rate)), _section(*_shelf(rate))
    a = np.block([[a1, np.zeros((2, 2))], [np.outer(b2, c1), a2]])
    return a, np.concatenate([b1, b2 * d1]), np.concatenate([d2 * c1, c2]), d1 * d2


def _shelf(rate: int) -> tuple[Matrix, Matrix]:
    k, q = math.tan(math.pi * 1681.974450955533 / rate), 0.7071752369554196
    high = 10.0 ** (3.999843853973347 / 20.0)
    band = high**0.4996667741545416
    numerator = (high + band * k / q + k * k, 2.0 * (k * k - high), high - band * k / q + k * k)
    denominator = (1.0 + k / q + k * k, 2.0 * (k * k - 1.0), 1.0 - k / q + k * k)
    return np.array(numerator) / denominator[0], np.array(denominator) / denominator[0]


def _high_pass(rate: int) -> tuple[Matrix, Matrix]:
    k, q = math.tan(math.pi * 38.13547087602444 / rate), 0.5003270373238773
    denominator = (1.0 + k / q + k * k, 2.0 * (k * k - 1.0), 1.0 - k / q + k * k)
    return np.array([1.0, -2.0, 1.0]), np.array(denominator) / denominator[0]


def _section(numerator: Matrix, denominator: Matrix) -> tuple[Matrix, Matrix, Matrix, float]:
    """Two poles in normal form, where a state turns and shrinks: its powers lose no precision, as those of
    the direct forms do with poles close to 1."""
    _, first, second = denominator
    real, turn = -first / 2.0, math.sqrt(second - first * first / 4.0)
    gain = 1.0 - math.hypot(real, turn)
    one, two = numerator[1:] - denominator[1:] * numerator[0]
    out = np.array([one / gain, (two + one * real) / (gain * turn)])
    return np.array([[real, -turn], [turn, real]]), np.array([gain, 0.0]), out, float(numerator[0])
