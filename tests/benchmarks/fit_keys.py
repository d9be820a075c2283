"""Learns how `musiclib.analysis.tonality` weighs its evidence: `python -m tests.benchmarks.fit_keys`.

Plays pieces of seeds that `bench_ears` is not judged by, most of them with the harmony of any genre, and some
of `musiclib.analysis.synth`, whose tones are no instrument's and which are short. Fits a multinomial logistic
model with a penalty on large weights (the 24 keys share their weights but for the mode, so that each piece
teaches all twelve tonics). Prints how well parts of the pieces are told by a model of the others, and writes
`musiclib/analysis/tonality_model.py`.
"""

import argparse
import dataclasses
import os
import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from random import Random

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from musiclib.analysis import synth, tonality
from musiclib.analysis.engines.base import load_engine
from musiclib.analysis.pitches import hear_pitches
from musiclib.analysis.synth import STYLES, SynthSpec
from musiclib.domain.music_key import MusicalKey
from tests.benchmarks.music.pieces import GENRES, Piece, pieces
from tests.benchmarks.music.render import MissingSounds, mastered, played, sound_fonts

Array = NDArray[np.float64]

_PENALTY = 3.0
_PARTS = 5
_PER_SEED = 192
_PLAIN = 110
_MORE_MINOR = (
    "i iv VII III",
    "i VII III VI",
    "VI VII i i",
    "VI iv i V",
    "i v iv VII",
    "i III iv VI",
    "i VI VII v",
    "im7 VImaj7 IIImaj7 VII",
    "i V i V",
    "i iv V V",
    "i III VII iv",
    "im7 vm7 ivm7 vm7",
    "i VII iv VI",
    "VI VII i v",
    "iv VI i VII",
    "i bII VII i",
    "i i iv iv VI VII i i",
)
_MORE_MAJOR = (
    "vi IV I V",
    "IV I V vi",
    "I vi ii V",
    "I V IV I",
    "I ii IV I",
    "IV I V I",
    "I V vi V",
    "I iii vi V",
    "IV V vi I",
    "I IV ii V",
    "ii IV I V",
    "I7 bVII IV I",
    "Imaj7 iim7 iiim7 IVmaj7",
    "I I V V IV IV I V",
    "I ii V I",
)
_MINOR = (*sorted({text for genre in GENRES for text in genre.minor}), *_MORE_MINOR)
_MAJOR = (*sorted({text for genre in GENRES for text in genre.major}), *_MORE_MAJOR)


def mixed(piece: Piece) -> Piece:
    """Three pieces of five borrow their harmony from anywhere: no genre must be known by its chords."""
    if piece.random("harmony").random() >= 0.6:
        return piece
    genre = dataclasses.replace(piece.genre, minor=_MINOR, major=_MAJOR if piece.genre.major else ())
    return dataclasses.replace(piece, genre=genre)


def evidence(piece: Piece) -> Array:
    """As the analysis hears the piece uncoded."""
    with tempfile.TemporaryDirectory() as place:
        audio = mastered(played(piece, sound_fonts()[piece.sound_font], Path(place)), piece)
    return tonality.evidence(hear_pitches(audio.mean(axis=0), load_engine()))


def plain(number: int) -> tuple[int, Array]:
    """The key and the evidence of a short synthesised piece."""
    random = Random(number)
    key = MusicalKey(random.randrange(12), random.random() < 0.5)
    bpm, seconds = random.uniform(80, 150), random.uniform(14, 36)
    audio = synth.samples(SynthSpec(bpm, key, STYLES[number % len(STYLES)], seconds, 1000 + number))
    return key.code, tonality.evidence(hear_pitches(audio.mean(axis=0), load_engine()))


def fit(told: Array, keys: NDArray[np.int64]) -> Array:
    """The weights for evidence of shape (pieces, 24, kinds), penalised where the kinds are standardised."""
    scale = told.reshape(-1, told.shape[2]).std(axis=0)
    scale[scale == 0] = 1.0
    told = told / scale
    row = np.arange(len(keys))

    def loss(weights: Array) -> tuple[float, Array]:
        shares = probabilities(told, weights)
        surprise = -np.log(shares[row, keys] + 1e-12).sum()
        slope = np.einsum("nk,nkf->f", shares, told) - told[row, keys].sum(axis=0)
        return float(surprise + 0.5 * _PENALTY * weights @ weights), slope + _PENALTY * weights

    found = minimize(loss, np.zeros(told.shape[2]), jac=True, method="L-BFGS-B", options={"maxiter": 500})
    return np.asarray(found.x / scale)


def probabilities(told: Array, weights: Array) -> Array:
    scores = told @ weights
    shares = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(shares / shares.sum(axis=1, keepdims=True))


def crossed(told: Array, keys: NDArray[np.int64]) -> Array:
    """Probabilities for each piece from a model that was fitted to the other parts."""
    part = np.random.default_rng(0).permutation(len(keys)) % _PARTS
    shares = np.zeros((len(keys), 24))
    for number in range(_PARTS):
        weights = fit(told[part != number], keys[part != number])
        shares[part == number] = probabilities(told[part == number], weights)
    return shares


def report(shares: Array, keys: NDArray[np.int64]) -> None:
    right = shares.argmax(axis=1) == keys
    print(f"{len(keys)} pieces, {right.mean():.3f} right; of those told at least so probable:")
    for limit in (0.8, 0.9, 0.93, 0.95, 0.96, 0.97, 0.98, 0.99):
        sure = shares.max(axis=1) >= limit
        print(f"  {limit:.2f}: {sure.mean():.3f} of all, {right[sure].mean():.4f} right")


def write(weights: Array, path: Path) -> None:
    """Only the weights are written anew; what stands above them in the file stays."""
    head = path.read_text(encoding="utf-8").split("WEIGHTS = ")[0]
    rows = "".join(f"        {value:.3f},\n" for value in weights)
    path.write_text(f"{head}WEIGHTS = np.array(\n    [\n{rows}    ]\n)\n", encoding="utf-8")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, nargs="+", default=[201, 202, 203])
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    options = parser.parse_args()
    chosen = [mixed(piece) for seed in options.seeds for piece in pieces(seed, _PER_SEED)]
    try:
        sound_fonts()
    except MissingSounds as error:
        print(error)
        return 2
    with ProcessPoolExecutor(options.processes) as pool:
        learnt = [
            (piece.key.code, found) for piece, found in zip(chosen, pool.map(evidence, chosen), strict=True)
        ]
        rows = [*learnt, *pool.map(plain, range(_PLAIN))]
    told = np.stack([found for _, found in rows])
    keys = np.array([key for key, _ in rows])
    report(crossed(told, keys), keys)
    write(fit(told, keys), Path(tonality.__file__).with_name("tonality_model.py"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
