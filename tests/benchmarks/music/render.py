"""Plays pieces with fluidsynth, masters and encodes them; keeps the files in a folder for the next run."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import av
import numpy as np
import soundfile
from numpy.typing import NDArray

from tests.benchmarks.music.arrange import arrange
from tests.benchmarks.music.pieces import SOUND_FONTS, Piece

Samples = NDArray[np.float32]

RATE = 44_100
# Where Debian's packages put them; MUSICLIB_SOUND_FONTS names other folders.
_FOLDERS = ("/usr/share/sounds/sf2", "/usr/share/sounds/sf3")
_PACKAGES = "fluidsynth fluid-soundfont-gm timgm6mb-soundfont musescore-general-soundfont-small"

# Suffix, encoder, sample format, bit rate.
_CODECS: dict[str, tuple[str, str, str, int | None]] = {
    "mp3-128": (".mp3", "libmp3lame", "s16p", 128_000),
    "mp3-192": (".mp3", "libmp3lame", "s16p", 192_000),
    "mp3-320": (".mp3", "libmp3lame", "s16p", 320_000),
    "aac-128": (".m4a", "aac", "fltp", 128_000),
    "opus-96": (".opus", "libopus", "flt", 96_000),
    "flac": (".flac", "flac", "s16", None),
    "wav": (".wav", "pcm_s16le", "s16", None),
}


class MissingSounds(Exception):
    """What is not installed, in a sentence."""


def render_all(pieces: Sequence[Piece], folder: Path, processes: int) -> list[Path]:
    """The pieces' files, in order; those that an earlier run left in `folder` are not made again."""
    fonts = sound_fonts()
    folder.mkdir(parents=True, exist_ok=True)
    with ProcessPoolExecutor(processes) as pool:
        jobs = [pool.submit(_render, piece, fonts[piece.sound_font], folder) for piece in pieces]
        return [job.result() for job in jobs]


def cache_folder() -> Path:
    return Path(tempfile.gettempdir()) / "musiclib-music"


def sound_fonts() -> dict[str, Path]:
    """Where the fonts of `SOUND_FONTS` lie; `MissingSounds` without them or fluidsynth."""
    folders = os.environ.get("MUSICLIB_SOUND_FONTS", os.pathsep.join(_FOLDERS)).split(os.pathsep)
    found = {
        name: path for name in SOUND_FONTS for folder in folders if (path := Path(folder) / name).is_file()
    }
    missing = [name for name in SOUND_FONTS if name not in found]
    if shutil.which("fluidsynth") is None:
        missing.insert(0, "fluidsynth")
    if missing:
        raise MissingSounds(f"Not found: {', '.join(missing)}. On Debian: apt install {_PACKAGES}")
    return found


def _render(piece: Piece, font: Path, folder: Path) -> Path:
    score = arrange(piece)
    suffix = ".ogg" if piece.codec == "vorbis" else _CODECS[piece.codec][0]
    identity = hashlib.blake2b(
        score + f"{piece.codec} {font.name} {piece.seconds} {piece.seed} 1".encode(), digest_size=8
    ).hexdigest()
    path = folder / f"{piece.genre.name.replace(' ', '-')}-{identity}{suffix}"
    if not path.exists():
        with tempfile.TemporaryDirectory(dir=folder) as place:
            audio = mastered(played(piece, font, Path(place)), piece)
            made = Path(place) / path.name
            encode(made, audio, piece.codec)
            made.rename(path)
    return path


def played(piece: Piece, font: Path, place: Path) -> Samples:
    """The piece as fluidsynth plays it: stereo at `RATE`. `place` is a folder for files between."""
    audio = synthesised(arrange(piece), font, place, RATE, piece.random("reverb").uniform(0.1, 0.9))
    return np.ascontiguousarray(audio[:, : round(piece.seconds * RATE) + RATE])


def synthesised(midi: bytes, font: Path, place: Path, rate: int, room: float) -> Samples:
    """Stereo samples of a MIDI file; `room` is the size of the reverberating one."""
    score, raw = place / "score.mid", place / "sound.wav"
    score.write_bytes(midi)
    command = ["fluidsynth", "-ni", "-q", "-g", "0.35", "-r", str(rate), "-O", "float", "-T", "wav"]
    options = ["-o", f"synth.reverb.room-size={room:.2f}", "-o", "synth.dynamic-sample-loading=1"]
    subprocess.run(
        [*command, *options, "-F", str(raw), str(font), str(score)],
        check=True,
        capture_output=True,
        timeout=300,
    )
    audio: Samples = soundfile.read(raw, dtype="float32", always_2d=True)[0].T
    return audio


def mastered(audio: Samples, piece: Piece, rate: int = RATE) -> Samples:
    """Levels as records have them: driven into a soft limiter more or less, some with the noise of vinyl or
    tape beneath, some faded out, some in mono."""
    random = piece.random("mastering")
    noise = np.random.default_rng(random.randrange(1 << 32))
    loudest = float(np.percentile(np.abs(audio), 99.5))
    audio = np.tanh(audio * np.float32(random.uniform(0.5, 1.6) / max(loudest, 1e-6)))
    if random.random() < 0.15:
        audio += noise.normal(0.0, 10 ** (random.uniform(-60, -42) / 20), audio.shape).astype(np.float32)
    if random.random() < 0.3:
        fade = round(random.uniform(2, 6) * rate)
        audio[:, -fade:] *= np.linspace(1.0, 0.0, fade, dtype=np.float32) ** 2
    peak = float(np.abs(audio).max(initial=1e-6))
    audio *= np.float32(random.uniform(0.6, 0.99) / peak)
    if random.random() < 0.06:
        audio[:] = audio.mean(axis=0)
    return audio


def encode(path: Path, audio: Samples, codec: str) -> None:
    """Stereo float samples at `RATE` as a file of that codec."""
    if codec == "vorbis":
        # PyAV's wheels bring no good Vorbis encoder; libsndfile does.
        with soundfile.SoundFile(path, "w", RATE, 2, format="OGG", subtype="VORBIS") as file:
            for start in range(0, audio.shape[1], RATE):
                file.write(audio[:, start : start + RATE].T)
        return
    suffix, encoder, sample_format, bit_rate = _CODECS[codec]
    with av.open(str(path), "w", format="ogg" if suffix == ".opus" else None) as container:
        rate = 48_000 if encoder == "libopus" else RATE
        stream = container.add_stream(encoder, rate=rate, layout="stereo")
        assert isinstance(stream, av.AudioStream)
        stream.codec_context.format = sample_format
        stream.codec_context.options = {"aac_coder": "fast"} if encoder == "aac" else {}
        if bit_rate is not None:
            stream.bit_rate = bit_rate
        resampler = av.AudioResampler(format=sample_format, layout="stereo", rate=rate)
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(audio), "fltp", "stereo")
        frame.sample_rate = RATE
        for piece in [*resampler.resample(frame), *resampler.resample(None)]:
            container.mux(stream.encode(piece))
        container.mux(stream.encode(None))
