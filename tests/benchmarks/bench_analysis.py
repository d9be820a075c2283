"""Speed of the analysis against decoding alone: `python -m tests.benchmarks.bench_analysis [--engine NAME]`.

Makes pieces of four minutes in common formats, decodes them bare and analyses them in one lane and in two,
all in the same run, and prints a table. "x" is seconds of music a second.
"""

import argparse
import asyncio
import tempfile
import time
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


def peak_mb(pid: int) -> float:
    """Most memory a process has had, in MB; 0 where the system does not tell it this way."""
    status = Path(f"/proc/{pid}/status")
    if not status.exists():
        return 0.0
    return next(float(line.split()[1]) / 1024 for line in status.open() if line.startswith("VmHWM"))


async def analyse(paths: list[Path], lanes: int, engine: str | None, warm: Path) -> tuple[float, float]:
    """Seconds for all files, with the lanes already started, and the memory of the largest lane."""
    async with AnalysisPool(lanes, engine=engine) as pool:
        await asyncio.gather(*(pool.analyze(warm) for _ in range(lanes)))
        started = time.perf_counter()
        await asyncio.gather(*(pool.analyze(path) for path in paths))
        return time.perf_counter() - started, max(peak_mb(pid) for pid in pool.pids)


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
        bare = min(time_decoding(paths) for _ in range(options.rounds))
        rows = [("decoding alone, one process", bare)]
        memory = 0.0
        for lanes in (1, 2):
            # Two lanes get the work of one twice, so that both are busy to the end.
            work = paths * lanes
            runs = [asyncio.run(analyse(work, lanes, options.engine, warm)) for _ in range(options.rounds)]
            rows.append((f"analysis, {lanes} lane{'s' * (lanes > 1)}", min(runs)[0] / lanes))
            memory = max(memory, *(peak for _, peak in runs))
        print(f"{len(paths)} files of {options.seconds:.0f} s, engine {options.engine or 'default'}")
        print(f"{'':30} {'files/s':>8} {'x':>7} {'ratio to decoding':>18}")
        for name, seconds in rows:
            print(f"{name:30} {len(paths) / seconds:8.2f} {music / seconds:7.0f} {bare / seconds:18.2f}")
        print(f"largest lane: {memory:.0f} MB")


if __name__ == "__main__":
    main()
