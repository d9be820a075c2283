"""Tempo and key against music with known answers: `python -m tests.benchmarks.bench_ears [--seed N] ...`.

Plays the set (see `tests.benchmarks.music`), hears it as a lane of `musiclib analyze` does, and prints what
was right. Exit code 1 where a limit does not hold, 2 where fluidsynth or its sound fonts are not installed.
A different seed makes a different set: what holds for one alone was learnt by heart.
"""

import argparse
import json
import multiprocessing
import os
import sys
from collections import defaultdict
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing.synchronize import Lock
from pathlib import Path

from musiclib.analysis import features as limits
from musiclib.analysis import worker
from musiclib.analysis.compiled import keep_compiled_code
from musiclib.analysis.features import AudioFeatures
from musiclib.domain.music_key import MusicalKey
from musiclib.errors import AnalysisError, UnreadableAudio
from tests.benchmarks.music.pieces import Piece, pieces
from tests.benchmarks.music.render import MissingSounds, cache_folder, render_all

# The least share right, of all pieces and of those said to be sure; and the least share that is sure.
NEAR, EXACT, KEY, SURE, SURE_SHARE = 0.97, 0.95, 0.95, 0.995, 0.70
_OCTAVES = (2.0, 0.5, 3.0, 1 / 3, 1.5, 2 / 3, 4.0, 0.25, 4 / 3, 0.75)
_LEAST = 5


@dataclass(frozen=True, slots=True)
class Heard:
    """A piece and what the analysis says of it."""

    piece: Piece
    path: Path
    features: AudioFeatures

    def tempo_within(self, share: float) -> bool:
        """Within this share of the true tempo, whatever the confidence."""
        bpm = self.features.bpm
        return bpm is not None and abs(bpm / self.piece.bpm - 1.0) <= share

    @property
    def tempo_near(self) -> bool:
        return self.tempo_within(0.04)

    @property
    def tempo_exact(self) -> bool:
        bpm = self.features.bpm
        return bpm is not None and abs(bpm - self.piece.bpm) <= 0.1

    @property
    def octave_error(self) -> bool:
        """Right but for a simple ratio: another metrical level was named."""
        bpm = self.features.bpm
        return bpm is not None and any(abs(bpm * ratio / self.piece.bpm - 1.0) <= 0.04 for ratio in _OCTAVES)

    @property
    def beat_error_s(self) -> float | None:
        """From the told grid's first beat to the nearest true beat; None where none is told."""
        start = getattr(self.features, "beat_start_s", None)
        if start is None:
            return None
        period = 60.0 / self.piece.bpm
        off = (start - self.piece.first_beat_s) % period
        return float(min(off, period - off))

    @property
    def key_right(self) -> bool:
        return self.features.musical_key == self.piece.key

    @property
    def key_score(self) -> float:
        """MIREX audio key detection: 1 exact, 0.5 a fifth above, 0.3 relative, 0.2 parallel."""
        told = self.features.musical_key
        return 0.0 if told is None else mirex(self.piece.key, told)


def mirex(true: MusicalKey, told: MusicalKey) -> float:
    """The weights of MIREX's audio key detection, as `mir_eval.key.weighted_score` counts them."""
    if told == true:
        return 1.0
    if told.minor == true.minor:
        return 0.5 if (told.tonic - true.tonic) % 12 == 7 else 0.0
    relative = (true.tonic + (3 if true.minor else 9)) % 12
    return 0.3 if told.tonic == relative else 0.2 if told.tonic == true.tonic else 0.0


def hear(paths: Sequence[Path], engine: str | None, processes: int) -> list[AudioFeatures | AnalysisError]:
    """What a lane says of each file; at ordinary priority and without its time limit, which a machine that
    is busy otherwise would exceed."""
    context = multiprocessing.get_context("spawn")
    arguments = (context.Lock(), engine)
    with ProcessPoolExecutor(processes, context, _prepare, arguments) as pool:
        return list(pool.map(_analyze, paths, [engine] * len(paths)))


def _prepare(alone: Lock, engine: str | None) -> None:
    """As `AnalysisPool` starts its lanes: one after the other, for those engines that compile code."""
    keep_compiled_code()
    with alone:
        worker.prepare(engine)


def _analyze(path: Path, engine: str | None) -> AudioFeatures | AnalysisError:
    try:
        return worker.analyze_file(path, engine).features
    except UnreadableAudio as error:
        return error


def share(found: Sequence[Heard], right: Callable[[Heard], bool]) -> float:
    return sum(map(right, found)) / len(found) if found else 0.0


def table(found: Sequence[Heard]) -> list[tuple[str, float, float]]:
    """Rows of (what, share, the least it may be; 0 where it only informs)."""
    sure_tempo = [one for one in found if one.features.bpm_confidence >= limits.HIGH_CONFIDENCE]
    sure_key = [one for one in found if one.features.key_confidence >= limits.HIGH_KEY_CONFIDENCE]
    started = [error for one in found if (error := one.beat_error_s) is not None]
    return [
        ("BPM within 4 %", share(found, lambda one: one.tempo_near), NEAR),
        ("BPM within 0.1", share(found, lambda one: one.tempo_exact), EXACT),
        ("BPM octave errors", share(found, lambda one: one.octave_error), 0.0),
        ("BPM right where sure", share(sure_tempo, lambda one: one.tempo_near), SURE),
        ("BPM within 0.1 where sure", share(sure_tempo, lambda one: one.tempo_exact), 0.0),
        ("BPM sure", len(sure_tempo) / len(found), SURE_SHARE),
        ("grid within 35 ms of a beat", sum(error <= 0.035 for error in started) / len(found), 0.0),
        ("key exact", share(found, lambda one: one.key_right), KEY),
        ("key by MIREX's weights", sum(one.key_score for one in found) / len(found), 0.0),
        ("key right where sure", share(sure_key, lambda one: one.key_right), SURE),
        ("key sure", len(sure_key) / len(found), SURE_SHARE),
    ]


def print_table(found: Sequence[Heard]) -> bool:
    """Prints the rows; do all limits hold?"""
    held = True
    for name, value, least in table(found):
        short = value < least
        held = held and not short
        print(f"  {name:30} {value:6.3f}" + (f"  (at least {least:.3f})" if least else "") + " <<" * short)
    return held


def print_worst(found: Sequence[Heard]) -> None:
    genres: dict[str, list[Heard]] = defaultdict(list)
    for one in found:
        genres[one.piece.genre.name].append(one)
    print(f"  {'worst genres':20} {'pieces':>6} {'BPM 4%':>7} {'BPM 0.1':>8} {'key':>6}")
    rows = [
        (name, [share(ones, right) for right in (_near, _exact, _key)], len(ones))
        for name, ones in genres.items()
    ]
    for name, shares, count in sorted(rows, key=lambda row: sum(row[1]))[:10]:
        print(f"  {name:20} {count:6} {shares[0]:7.2f} {shares[1]:8.2f} {shares[2]:6.2f}")


def _near(one: Heard) -> bool:
    return one.tempo_near


def _exact(one: Heard) -> bool:
    return one.tempo_exact


def _key(one: Heard) -> bool:
    return one.key_right


def print_wrong(found: Sequence[Heard]) -> None:
    for one in found:
        piece, told = one.piece, one.features
        if not (one.tempo_exact and one.key_right):
            print(
                f"  {piece.number:3} {piece.genre.name:18} {piece.codec:8} {piece.cents:+4.0f} ct  "
                f"{piece.bpm:6.2f} -> {told.bpm or 0:6.2f} ({told.bpm_confidence:.2f})  "
                f"{piece.key.name:9} -> {told.key or '-':9} ({told.key_confidence:.2f})  {one.path.name}"
            )


def as_line(one: Heard) -> str:
    """A piece as JSON, for evaluations of one's own."""
    truth = {
        "genre": one.piece.genre.name,
        "bpm": one.piece.bpm,
        "key": one.piece.key.name,
        "first_beat_s": one.piece.first_beat_s,
        "codec": one.piece.codec,
    }
    return json.dumps({"file": str(one.path), "truth": truth, "heard": one.features.as_dict()})


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=192)
    parser.add_argument("--engine", choices=("essentia", "librosa"))
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--folder", type=Path, default=cache_folder(), help="keeps the played music")
    parser.add_argument("--wrong", action="store_true", help="list each piece that was heard wrong")
    parser.add_argument("--json", type=Path, help="write truth and result of each piece, a line each")
    return parser.parse_args()


def main() -> int:
    options = _options()
    chosen = pieces(options.seed, options.count)
    try:
        paths = render_all(chosen, options.folder, options.processes)
    except MissingSounds as error:
        print(error)
        return 2
    heard = hear(paths, options.engine, options.processes)
    found = [
        Heard(piece, path, features)
        for piece, path, features in zip(chosen, paths, heard, strict=True)
        if isinstance(features, AudioFeatures)
    ]
    failed = [error for error in heard if isinstance(error, AnalysisError)]
    print(f"{len(found)} pieces of seed {options.seed}, engine {options.engine or 'default'}")
    for error in failed:
        print(f"  failed: {error}")
    if not found:
        return 1
    if options.json is not None:
        options.json.write_text("".join(as_line(one) + "\n" for one in found))
    if options.wrong:
        print_wrong(found)
    held = print_table(found)
    print_worst(found)
    return 0 if held and not failed else 1


if __name__ == "__main__":
    sys.exit(main())
