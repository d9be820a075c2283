"""Learns how `musiclib.analysis.tonality` weighs its evidence: `python -m tests.benchmarks.fit_keys`.

Plays pieces of seeds that `bench_ears` is not judged by (`music.sampler`), most of them with the harmony of
any genre, and some of `musiclib.analysis.synth`, whose tones are no instrument's and which are short. Fits a
multinomial logistic model with a penalty on large weights (the 24 keys share their weights but for the mode,
so that each piece teaches all twelve tonics), and writes `musiclib/analysis/tonality_model.py`.

Each piece is told by a model that was fitted without it (`crossed`). From those probabilities follows, from
which one on a key is told as sure (`least_sure`): the lowest above which no more than one in 250 is wrong,
counting the next mistake in. Unlike 99.5 in a hundred that leaves room for music of other kinds.

What was played is kept in a folder: another fit, of evidence told otherwise, takes a minute.
"""

import argparse
import dataclasses
import os
import sys
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from random import Random

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from musiclib.analysis import synth, tonality
from musiclib.analysis.engines.base import load_engine
from musiclib.analysis.pitches import BINS, FRAME, HOP, Peaks, explain, find_peaks, hear_pitches
from musiclib.analysis.synth import STYLES, SynthSpec
from musiclib.analysis.tonality_evidence import evidence
from musiclib.domain.music_key import MusicalKey
from tests.benchmarks.music.pieces import GENRES, Piece, pieces
from tests.benchmarks.music.render import MissingSounds, cache_folder, sound_fonts
from tests.benchmarks.music.sampler import sampled

Array = NDArray[np.float64]
Keys = NDArray[np.int64]

_SEEDS = range(301, 309)
_PENALTY = 10.0
_PARTS = 5
_WRONG = 0.004
# What hardly ever varies in these pieces may do so in others, and must not weigh all the more for that.
_LEAST_DEVIATION = 0.03
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


def heard(piece: Piece, name: str, folder: Path) -> Array:
    """The evidence of a piece, whose peaks are kept in `folder` under that name."""
    path = folder / "peaks" / f"{name}.npz"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        # Half the rate and half the frame: the same bins.
        spectra = load_engine().spectra(sampled(piece, folder / "sounds"), FRAME // 2, HOP // 2)
        peaks = find_peaks(each[:, :BINS] for each in spectra)
        written = path.with_name(f"{path.stem}.new.npz")
        np.savez(written, **{each.name: getattr(peaks, each.name) for each in dataclasses.fields(Peaks)})
        written.replace(path)
    with np.load(path) as kept:
        peaks = Peaks(kept["frame"], kept["pitch"], kept["magnitude"], int(kept["frames"]))
    return evidence(explain(peaks))


def plain(number: int) -> tuple[int, Array]:
    """The key and the evidence of a short synthesised piece."""
    random = Random(number)
    key = MusicalKey(random.randrange(12), random.random() < 0.5)
    bpm, seconds = random.uniform(80, 150), random.uniform(14, 36)
    audio = synth.samples(SynthSpec(bpm, key, STYLES[number % len(STYLES)], seconds, 1000 + number))
    return key.code, evidence(hear_pitches(audio.mean(axis=0), load_engine()))


def fit(told: Array, keys: Keys) -> Array:
    """The weights for evidence of shape (pieces, 24, kinds), penalised where the kinds are standardised."""
    scale = np.maximum(told.reshape(-1, told.shape[2]).std(axis=0), _LEAST_DEVIATION)
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


def crossed(told: Array, keys: Keys) -> Array:
    """Probabilities for each piece from a model that was fitted to the other parts."""
    part = np.random.default_rng(0).permutation(len(keys)) % _PARTS
    shares = np.zeros((len(keys), 24))
    for number in range(_PARTS):
        weights = fit(told[part != number], keys[part != number])
        shares[part == number] = probabilities(told[part == number], weights)
    return shares


def report(shares: Array, keys: Keys) -> None:
    right = shares.argmax(axis=1) == keys
    print(f"{len(keys)} pieces, {right.mean():.3f} right; of those told at least so probable:")
    for limit in (0.8, 0.9, 0.95, 0.97, 0.98, 0.99, 0.995, 0.998):
        sure = shares.max(axis=1) >= limit
        wrong = np.count_nonzero(sure & ~right)
        print(f"  {limit:.3f}: {sure.mean():.3f} of all, {right[sure].mean():.4f} right, {wrong} wrong")


def least_sure(shares: Array, keys: Keys) -> float:
    """See the module's description."""
    order = np.argsort(-shares.max(axis=1))
    wrong = np.cumsum(shares[order].argmax(axis=1) != keys[order])
    held = np.nonzero(wrong + 1 <= _WRONG * np.arange(1, len(keys) + 1))[0]
    return float(shares[order[held[-1]]].max()) if held.size else 1.0


def write(weights: Array, sure: float, path: Path) -> None:
    """What stands above the numbers in the file stays."""
    head = path.read_text(encoding="utf-8").split("SURE = ")[0]
    rows = np.array_split(weights, len(weights) // 11)
    table = "".join(f"    {' '.join(f'{value:.3f},' for value in row)}\n" for row in rows)
    body = f"SURE = {sure:.3f}\n\n# fmt: off\nWEIGHTS = np.array([\n{table}])\n"
    path.write_text(head + body, encoding="utf-8")


def _learnt(chosen: Sequence[Piece], folder: Path, processes: int) -> tuple[Array, Keys]:
    names = [f"mixed-{piece.seed.replace('/', '-')}" for piece in chosen]
    with ProcessPoolExecutor(processes) as pool:
        played = list(pool.map(heard, chosen, names, [folder] * len(chosen), chunksize=4))
        short = list(pool.map(plain, range(_PLAIN)))
    keys = [piece.key.code for piece in chosen] + [key for key, _ in short]
    return np.stack([*played, *(told for _, told in short)]), np.array(keys)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, nargs="+", default=_SEEDS)
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--folder", type=Path, default=cache_folder(), help="keeps sounds and what was heard")
    options = parser.parse_args()
    try:
        sound_fonts()
    except MissingSounds as error:
        print(error)
        return 2
    chosen = [mixed(piece) for seed in options.seeds for piece in pieces(seed, _PER_SEED)]
    told, keys = _learnt(chosen, options.folder, options.processes)
    shares = crossed(told, keys)
    report(shares, keys)
    write(fit(told, keys), least_sure(shares, keys), Path(tonality.__file__).with_name("tonality_model.py"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
