"""Speed and memory of the analysis: `python -m tests.benchmarks.bench_analysis [--music FOLDER]`.

Makes pieces of four minutes as MP3 of 320 kbit/s, FLAC and AAC (or takes the files of FOLDER), decodes them
bare and analyses them in one lane and in two, all in the same run. "x" is seconds of music a second of a
core: processor time, so that others on the machine do not count; the clock's word is told beside it. Then the
memory of a lane for ten minutes and for four hours. Ends with 1 if a figure is past its limit.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np
import psutil
from numpy.typing import NDArray

from musiclib.analysis.pool import AnalysisPool
from musiclib.analysis.synth import SAMPLE_RATE, SynthSpec, samples
from musiclib.domain.music_key import MusicalKey

_PIECES = (
    ("house", 124.0, "mp3"),
    ("breakbeat", 172.0, "flac"),
    ("pop", 104.0, "m4a"),
    ("techno", 134.0, "mp3"),
)
_CODECS = {
    "mp3": ("libmp3lame", "fltp", 320_000, {"compression_level": "9"}),
    "flac": ("flac", "s16", None, {}),
    "m4a": ("aac", "fltp", 256_000, {"aac_coder": "fast"}),
}
_TEN_MINUTES, _FOUR_HOURS = 600.0, 14_400.0
_LEAST_SPEED, _LEAST_SHARE, _LEAST_GAIN = 130.0, 0.35, 1.8
_MOST_MB = {_TEN_MINUTES: 350.0, _FOUR_HOURS: 600.0}


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds of processor and of clock."""

    cpu_s: float
    wall_s: float


def make_music(folder: Path, seconds: float) -> list[Path]:
    """Pieces with the noise of a room and of a console, so that no codec has it easy."""
    paths = []
    for number, (style, bpm, suffix) in enumerate(_PIECES):
        audio = samples(SynthSpec(bpm, MusicalKey.from_code(number * 5), style, seconds, number))
        noise = np.random.default_rng(number).standard_normal(audio.shape, dtype=np.float32)
        path = folder / f"{number}.{suffix}"
        encode(path, np.clip(1.3 * audio + 0.004 * noise, -1.0, 1.0))
        paths.append(path)
    return paths


def encode(path: Path, audio: NDArray[np.float32]) -> None:
    codec, sample_format, bit_rate, options = _CODECS[path.suffix[1:]]
    # Without a header of its length, an MP3 can be repeated to any length.
    extra = {"write_xing": "0", "id3v2_version": "0"} if codec == "libmp3lame" else {}
    with av.open(str(path), "w", options=extra) as container:
        stream = container.add_stream(codec, rate=SAMPLE_RATE, layout="stereo", options=options)
        assert isinstance(stream, av.AudioStream)
        stream.codec_context.format = sample_format
        if bit_rate is not None:
            stream.bit_rate = bit_rate
        resampler = av.AudioResampler(format=sample_format, layout="stereo", rate=SAMPLE_RATE)
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(audio), "fltp", "stereo")
        frame.sample_rate = SAMPLE_RATE
        for piece in resampler.resample(frame):
            container.mux(stream.encode(piece))
        container.mux(stream.encode(None))


def repeated(path: Path, target: Path, times: int) -> Path:
    """The frames of an MP3 over and over."""
    content = path.read_bytes()
    with target.open("wb") as file:
        for _ in range(times):
            file.write(content)
    return target


def duration_s(path: Path) -> float:
    with av.open(str(path)) as container:
        return (container.duration or 0) / 1_000_000


def decode_bare(path: Path) -> None:
    with av.open(str(path)) as container:
        stream = container.streams.audio[0]
        stream.codec_context.thread_count = 1
        for _ in container.decode(stream):
            pass


def time_decoding(paths: list[Path]) -> Cost:
    started, clock = time.process_time(), time.perf_counter()
    for path in paths:
        decode_bare(path)
    return Cost(time.process_time() - started, time.perf_counter() - clock)


def peak_mb(pid: int) -> float:
    """Most memory a process has had, in MB; 0 where the system does not tell it this way."""
    status = Path(f"/proc/{pid}/status")
    if not status.exists():
        return 0.0
    return next(float(line.split()[1]) / 1024 for line in status.open() if line.startswith("VmHWM"))


def cpu_s(pid: int) -> float:
    times = psutil.Process(pid).cpu_times()
    return times.user + times.system


async def analyse(paths: list[Path], lanes: int, engine: str | None, warm: Path) -> Cost:
    """Of all files, with the lanes already started."""
    async with AnalysisPool(lanes, engine=engine) as pool:
        await asyncio.gather(*(pool.analyze(warm) for _ in range(lanes)))
        before = sum(cpu_s(pid) for pid in pool.pids)
        started = time.perf_counter()
        await asyncio.gather(*(pool.analyze(path) for path in paths))
        return Cost(sum(cpu_s(pid) for pid in pool.pids) - before, time.perf_counter() - started)


async def memory(path: Path, engine: str | None) -> float:
    """Of a lane that was given this file and no other."""
    async with AnalysisPool(1, engine=engine) as pool:
        await pool.analyze(path)
        return max(peak_mb(pid) for pid in pool.pids)


def cheapest(costs: list[Cost]) -> Cost:
    return Cost(min(cost.cpu_s for cost in costs), min(cost.wall_s for cost in costs))


def speed(paths: list[Path], warm: Path, options: argparse.Namespace) -> bool:
    music = sum(duration_s(path) for path in paths)
    bare = cheapest([time_decoding(paths) for _ in range(options.rounds)])
    one, two = (
        cheapest(
            [asyncio.run(analyse(paths * lanes, lanes, options.engine, warm)) for _ in range(options.rounds)]
        )
        for lanes in (1, 2)
    )
    print(f"{len(paths)} files, {music / 60:.0f} min of music, engine {options.engine or 'default'}")
    print(f"{'':28}{'x per core':>11}{'of decoding':>13}{'x by clock':>12}")
    for name, cost, times in (
        ("decoding alone", bare, 1),
        ("analysis, one lane", one, 1),
        ("analysis, two lanes", two, 2),
    ):
        per_core = times * music / cost.cpu_s
        share = times * bare.cpu_s / cost.cpu_s
        print(f"{name:28}{per_core:11.0f}{share:13.2f}{times * music / cost.wall_s:12.0f}")
    gain, by_clock = 4.0 * one.cpu_s / two.cpu_s, 2.0 * one.wall_s / two.wall_s
    print(
        f"two lanes do {gain:.2f} x the work of one a second of two free cores; by the clock {by_clock:.2f} x"
    )
    fast = music / one.cpu_s >= _LEAST_SPEED and bare.cpu_s / one.cpu_s >= _LEAST_SHARE
    return fast and gain >= _LEAST_GAIN


def sizes(piece: Path, folder: Path, engine: str | None) -> bool:
    within = True
    length = duration_s(piece)
    for seconds, most in _MOST_MB.items():
        long = repeated(piece, folder / "long.mp3", max(1, round(seconds / length)))
        started = time.perf_counter()
        peak = asyncio.run(memory(long, engine))
        took = time.perf_counter() - started
        print(
            f"a lane with a file of {seconds / 3600:.2f} h: {peak:.0f} MB (at most {most:.0f}), {took:.0f} s"
        )
        within &= peak <= most
    return within


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--engine", choices=("essentia", "librosa"))
    parser.add_argument("--music", type=Path, help="a folder of audio files to take instead")
    parser.add_argument("--seconds", type=float, default=240.0)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        made = make_music(folder, options.seconds)
        given = sorted(path for path in options.music.iterdir() if path.is_file()) if options.music else made
        warm = folder / "warm.flac"
        encode(warm, samples(SynthSpec(120.0, MusicalKey(0, minor=False), "pop", 10.0)))
        right = speed(given, warm, options)
        right &= sizes(made[0], folder, options.engine)
    print("Within all limits." if right else "Past a limit.")
    return 0 if right else 1


if __name__ == "__main__":
    sys.exit(main())
