"""Speed of the analysis against decoding alone: `python -m tests.benchmarks.bench_analysis [--engine NAME]`.

Makes pieces of four minutes in common formats, decodes them bare and analyses them in one lane and in two,
all in the same run, and prints a table. "x" is seconds of music a second.
"""

import argparse
import asyncio
import resource
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import av

from musiclib.analysis.pool import AnalysisPool
from musiclib.analysis.synth import SynthSpec, render
from musiclib.domain.music_key import MusicalKey

_PIECES = [
    ("house", 124.0, "mp3"),
    ("breakbeat", 172.0, "flac"),
    ("pop", 104.0, "m4a"),
    ("downtempo", 88.0, "mp3"),
]


def make_music(folder: Path, seconds: float) -> list[Path]:
    paths = []
    for number, (style, bpm, suffix) in enumerate(_PIECES):
        path = folder / f"{number}.{suffix}"
        render(path, SynthSpec(bpm, MusicalKey.from_code(number * 5), style, seconds, number))
        paths.append(path)
    return paths


def decode_bare(path: Path) -> None:
    with av.open(str(path)) as container:
        stream = container.streams.audio[0]
        stream.codec_context.thread_count = 1
        for _ in container.decode(stream):
            pass


async def analyse(paths: list[Path], lanes: int, engine: str | None, warm: Path) -> float:
    """Seconds for all files, with the lanes already started."""
    async with AnalysisPool(lanes, engine=engine) as pool:
        await asyncio.gather(*(pool.analyze(warm) for _ in range(lanes)))
        started = time.perf_counter()
        await asyncio.gather(*(pool.analyze(path) for path in paths))
        return time.perf_counter() - started


def best_of(times: int, action: Callable[[], float]) -> float:
    return min(action() for _ in range(times))


def time_decoding(paths: list[Path]) -> float:
    started = time.perf_counter()
    for path in paths:
        decode_bare(path)
    return time.perf_counter() - started


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--engine", choices=("essentia", "librosa"))
    parser.add_argument("--seconds", type=float, default=240.0)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        paths = make_music(Path(folder), options.seconds)
        warm = Path(folder) / "warm.wav"
        render(warm, SynthSpec(120.0, MusicalKey(0, minor=False), "pop", 10.0))
        music = options.seconds * len(paths)
        rows = [("decoding alone, one process", best_of(options.rounds, lambda: time_decoding(paths)))]
        for lanes in (1, 2):
            # Two lanes get the work of one twice, so that both are busy to the end.
            work = paths * lanes
            seconds = best_of(
                options.rounds,
                lambda: asyncio.run(analyse(work, lanes, options.engine, warm)),  # noqa: B023
            )
            rows.append((f"analysis, {lanes} lane{'s' * (lanes > 1)}", seconds / lanes))
        bare = rows[0][1]
        print(f"{len(paths)} files of {options.seconds:.0f} s, engine {options.engine or 'default'}")
        print(f"{'':30} {'files/s':>8} {'x':>7} {'ratio to decoding':>18}")
        for name, seconds in rows:
            print(f"{name:30} {len(paths) / seconds:8.2f} {music / seconds:7.0f} {bare / seconds:18.2f}")
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        print(f"largest lane: {peak:.0f} MB")


if __name__ == "__main__":
    main()
