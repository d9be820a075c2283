"""Learns what the cues of a tempo weigh: `python -m tests.benchmarks.fit_tempo [--seed N] [--pieces N]`.

Plays pieces of known tempo (see `tests.benchmarks.music`), reads the cues of every candidate tempo of each,
and writes `musiclib/analysis/tempo_weights.py`. Learn on other seeds than those `bench_ears` is then run on.

The weights in the repository were learnt on seed 1 and on 590 shorter pieces of another arranger, many
of them harder to tell than most music (no drums, broken patterns, breakdowns): no one arranger's habits
should count.
"""

import argparse
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from musiclib.analysis import tempo_weights
from musiclib.analysis.decode import decode
from musiclib.analysis.rhythm import Pulse, Samples, pulse
from musiclib.analysis.tempo_cues import NAMES, Cues
from tests.benchmarks.music.pieces import pieces
from tests.benchmarks.music.render import cache_folder, render_all

Floats = NDArray[np.float64]

HIDDEN = 12
_EPOCHS, _BATCH, _RATE = 80, 64, 0.01
_DECAY, _DROPPED = 0.01, 0.1
_RIGHT = 0.04
_TABLE = '_HIDDEN = """\n'


@dataclass(frozen=True, slots=True)
class Example:
    """The candidates of one excerpt: their cues (candidates, cues), and 1 for those that are right."""

    cues: Floats
    right: Floats


def examples(samples: Samples, bpm: float) -> Iterator[Example]:
    """The whole excerpt, and its last two thirds; none where the true tempo is no candidate."""
    whole = pulse(samples)
    third = whole.onsets.size // 3
    late = Pulse(whole.onsets[third:], whole.regions[:, third:], whole.centroid, whole.onsets_per_s)
    for each in (whole, late):
        cues = Cues(each)
        candidates = cues.candidates()
        right = (np.abs(candidates / bpm - 1.0) <= _RIGHT).astype(np.float64)
        if right.any():
            yield Example(np.stack([cues.of(float(candidate)) for candidate in candidates]), right)


@dataclass(slots=True)
class _Adam:
    """Adam (Kingma and Ba, 2015) of one array of parameters."""

    value: Floats
    first: Floats
    second: Floats
    steps: int = 0

    @classmethod
    def of(cls, value: Floats) -> "_Adam":
        return cls(value, np.zeros_like(value), np.zeros_like(value))

    def step(self, gradient: Floats, rate: float) -> None:
        self.steps += 1
        self.first += 0.1 * (gradient - self.first)
        self.second += 0.001 * (gradient**2 - self.second)
        mean = self.first / (1.0 - 0.9**self.steps)
        self.value -= rate * mean / (np.sqrt(self.second / (1.0 - 0.999**self.steps)) + 1e-8)


def learn(given: Sequence[Example], seed: int = 0) -> tuple[Floats, Floats, Floats]:
    """HIDDEN, BIAS and OUTPUT for cues as they come."""
    random = np.random.default_rng(seed)
    every = np.concatenate([example.cues for example in given])
    mean, deviation = every.mean(axis=0), every.std(axis=0) + 1e-6
    levelled = [Example((example.cues - mean) / deviation, example.right) for example in given]
    hidden = _Adam.of(random.normal(0.0, len(NAMES) ** -0.5, (len(NAMES), HIDDEN)))
    bias = _Adam.of(np.zeros(HIDDEN))
    output = _Adam.of(random.normal(0.0, HIDDEN**-0.5, HIDDEN))
    for epoch in range(_EPOCHS):
        rate = _RATE * (0.5 + 0.5 * np.cos(np.pi * epoch / _EPOCHS) + 0.01)
        order = random.permutation(len(levelled))
        for start in range(0, len(order), _BATCH):
            batch = [levelled[index] for index in order[start : start + _BATCH]]
            slopes = _slopes(batch, hidden.value, bias.value, output.value, random)
            hidden.step(slopes[0] + _DECAY * hidden.value, rate)
            bias.step(slopes[1], rate)
            output.step(slopes[2] + _DECAY * output.value, rate)
    weights = hidden.value / deviation[:, None]
    return weights, bias.value - mean @ weights, output.value


def _slopes(
    batch: Sequence[Example], hidden: Floats, bias: Floats, output: Floats, random: np.random.Generator
) -> tuple[Floats, Floats, Floats]:
    """Gradients of the mean negative log probability of the right candidates; some cues of each left out."""
    sums = (np.zeros_like(hidden), np.zeros_like(bias), np.zeros_like(output))
    for example in batch:
        kept = (random.random(len(NAMES)) > _DROPPED) / (1.0 - _DROPPED)
        cues = example.cues * kept
        units = np.tanh(cues @ hidden + bias)
        scores = units @ output
        shares = np.exp(scores - scores.max())
        shares /= shares.sum()
        wanted = shares * example.right
        error = (shares - wanted / max(float(wanted.sum()), 1e-12)) / len(batch)
        inner = np.outer(error, output) * (1.0 - units**2)
        for total, slope in zip(sums, (cues.T @ inner, inner.sum(axis=0), units.T @ error), strict=True):
            total += slope
    return sums


def write(path: Path, hidden: Floats, bias: Floats, output: Floats) -> None:
    """Replace the numbers in the module, the strongest unit first."""
    order = np.argsort(-np.abs(output))
    rows = [
        f"{name:14}" + " ".join(f"{value:6.2f}" for value in row)
        for name, row in zip(NAMES, hidden[:, order], strict=True)
    ]
    before, rest = path.read_text("utf-8").split(_TABLE)
    after = rest.split("_OUTPUT = ")[1].split("\n", 1)[1]
    biases, outputs = (" ".join(f"{value:.2f}" for value in values[order]) for values in (bias, output))
    table = "\n".join(rows)
    path.write_text(
        f'{before}{_TABLE}{table}\n"""\n_BIAS = "{biases}"\n_OUTPUT = "{outputs}"\n{after}', "utf-8"
    )


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--pieces", type=int, default=192)
    options = parser.parse_args()
    played = pieces(options.seed, options.pieces)
    paths = render_all(played, cache_folder(), os.cpu_count() or 1)
    given = [
        example
        for piece, path in zip(played, paths, strict=True)
        for excerpt in decode(path).excerpts
        for example in examples(excerpt.samples, piece.bpm)
    ]
    write(Path(tempo_weights.__file__), *learn(given))
    print(f"learnt from {len(given)} examples")


if __name__ == "__main__":
    main()
