"""The mean spectrum of a whole file, and how it is kept.

A header (the format's version in a byte, the sample rate in hertz in four, big-endian), then one byte a band:
`POINTS` bands of equal width from 0 Hz to half the sample rate, each round(-2 * level): steps of 0.5 dB, down
to -127.5 dB. Levels are mean power in dB over that of a full-scale sine in the band.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass

POINTS = 256
FLOOR_DB = -127.5

_VERSION = 1
_HEADER = struct.Struct(">BI")


@dataclass(frozen=True, slots=True)
class Spectrum:
    """Mean levels in dB of `POINTS` equal bands from 0 Hz to half of `sample_rate`."""

    sample_rate: int
    levels_db: tuple[float, ...]

    def frequency_hz(self, band: int) -> float:
        """The middle of a band."""
        return (band + 0.5) * self.sample_rate / (2 * len(self.levels_db))


def pack_spectrum(sample_rate: int, levels_db: Sequence[float]) -> bytes:
    """The kept form. ValueError for another number of bands."""
    if len(levels_db) != POINTS:
        raise ValueError(f"a spectrum has {POINTS} bands")
    steps = (min(255, max(0, round(-2 * max(FLOOR_DB, level)))) for level in levels_db)
    return _HEADER.pack(_VERSION, sample_rate) + bytes(steps)


def unpack_spectrum(data: bytes | None) -> Spectrum | None:
    """None where there is no spectrum, or one of a format this program does not know."""
    if not data or data[0] != _VERSION or len(data) != _HEADER.size + POINTS:
        return None
    _, sample_rate = _HEADER.unpack_from(data)
    return Spectrum(sample_rate, tuple(-step / 2 for step in data[_HEADER.size :]))
