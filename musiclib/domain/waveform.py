"""The overview of a whole file that is drawn as its waveform, and how it is kept.

A header byte (the format's version), then three bytes a point, in order of time, each point the same share of
the file's length:

    peak, RMS    round(255 * sqrt(amplitude)), full scale 255 and everything above it too: a quiet intro
                 at -60 dBFS is still 8 steps high, where bytes of plain amplitude would show nothing
    brightness   round(255 * log2(f / 60 Hz) / 7), clipped: 0 is 60 Hz, 255 is 7.7 kHz; f is the signal's
                 mean frequency, of its energy. A point of silence has 0
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import NamedTuple

MAX_POINTS = 1_000

_VERSION = 1
_DARKEST_HZ = 60.0
_OCTAVES = 7.0


class WaveformPoint(NamedTuple):
    """`peak` and `rms` 0-1 of full scale, linear; `brightness` 0 (bass alone) to 1 (hi-hats alone)."""

    peak: float
    rms: float
    brightness: float


def pack_waveform(points: Iterable[WaveformPoint]) -> bytes:
    """The kept form of up to `MAX_POINTS` points; b"" without any. ValueError for more."""
    packed = bytearray([_VERSION])
    for peak, rms, brightness in points:
        packed += bytes((_root_byte(peak), _root_byte(rms), _byte(brightness)))
    if len(packed) > 1 + 3 * MAX_POINTS:
        raise ValueError(f"a waveform has at most {MAX_POINTS} points")
    return bytes(packed) if len(packed) > 1 else b""


def unpack_waveform(data: bytes | None) -> tuple[WaveformPoint, ...]:
    """The points; none where there is no waveform, or one of a format this program does not know."""
    if not data or data[0] != _VERSION or len(data) % 3 != 1:
        return ()
    return tuple(
        WaveformPoint((data[at] / 255) ** 2, (data[at + 1] / 255) ** 2, data[at + 2] / 255)
        for at in range(1, len(data), 3)
    )


def brightness_of(frequency_hz: float) -> float:
    """0-1 on the scale of octaves above."""
    if frequency_hz <= _DARKEST_HZ:
        return 0.0
    return min(1.0, math.log2(frequency_hz / _DARKEST_HZ) / _OCTAVES)


def _root_byte(amplitude: float) -> int:
    return _byte(math.sqrt(max(0.0, amplitude)))


def _byte(value: float) -> int:
    return round(255 * min(1.0, max(0.0, value)))
