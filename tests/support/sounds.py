"""A second of sound in every kind of file, made here."""

from __future__ import annotations

import math
import struct
import wave
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

RATE = 48_000
_ENCODED = {  # suffix: encoder, sample format, container
    ".mp3": ("libmp3lame", "s16p", "mp3"),
    ".flac": ("flac", "s16", "flac"),
    ".ogg": ("vorbis", "fltp", "ogg"),
    ".opus": ("libopus", "flt", "ogg"),
    ".m4a": ("aac", "fltp", "ipod"),
    ".alac.m4a": ("alac", "s16p", "ipod"),
    ".aiff": ("pcm_s16be", "s16", "aiff"),
    ".wma": ("wmav2", "fltp", "asf"),
    ".wv": ("wavpack", "s16p", "wv"),
}
KINDS = (*_ENCODED, ".wav", ".mpc")


def make_sounds(folder: Path) -> None:
    """`sound` with each suffix of `KINDS`: a tone of one second, without tags."""
    for suffix, (encoder, sample_format, container) in _ENCODED.items():
        _encode(folder / f"sound{suffix}", encoder, sample_format, container)
    _wav(folder / "sound.wav")
    _musepack(folder / "sound.mpc")


def _encode(path: Path, encoder: str, sample_format: str, container: str) -> None:
    with av.open(str(path), "w", format=container) as out:
        stream = out.add_stream(encoder, rate=RATE, layout="stereo", format=sample_format)
        stream.codec_context.options = {"strict": "experimental"}  # FFmpeg's own Vorbis encoder
        if encoder == "wmav2":
            stream.bit_rate = 128_000
        tone = (np.sin(np.arange(RATE) * math.tau * 440 / RATE) * 8000).astype(np.int16)
        frame = av.AudioFrame.from_ndarray(np.repeat(tone, 2).reshape(1, -1), format="s16", layout="stereo")
        frame.sample_rate, frame.time_base, frame.pts = RATE, Fraction(1, RATE), 0
        resampler = av.AudioResampler(sample_format, "stereo", RATE, stream.codec_context.frame_size or None)
        for piece in [*resampler.resample(frame), *resampler.resample(None)]:
            out.mux(stream.encode(piece))
        out.mux(stream.encode(None))


def _wav(path: Path) -> None:
    with wave.open(str(path), "wb") as out:
        out.setparams((2, 2, RATE, RATE, "NONE", ""))
        out.writeframes(bytes(RATE * 4))


def _musepack(path: Path) -> None:
    """A stream version 7 header (no encoder is to be had): 42 frames of 1152 samples at 48 kHz."""
    path.write_bytes(b"MP+\x07" + struct.pack("<II", 42, 1 << 16) + bytes(2000))
