"""Gains for players: ReplayGain 2.0 (to -18 LUFS) and those of Opus (to -23 LUFS, RFC 7845, 5.2.1)."""

from __future__ import annotations

import math
from collections.abc import Iterable

REPLAYGAIN_LUFS = -18.0
R128_LUFS = -23.0
_GATE_LU = -10.0
"""How far below the mean a part is so quiet that it does not count (ITU-R BS.1770-4)."""


def gain_text(loudness_lufs: float) -> str:
    """As ReplayGain 2.0 writes it: "-6.12 dB"."""
    return f"{REPLAYGAIN_LUFS - loudness_lufs:.2f} dB"


def r128_text(loudness_lufs: float) -> str:
    """In 256ths of a decibel, as Opus wants it; on top of the gain in the header, which was there when it
    was measured."""
    return str(max(-32768, min(32767, round((R128_LUFS - loudness_lufs) * 256))))


def peak_text(true_peak_dbtp: float) -> str:
    """1 is full scale; a true peak may be above it."""
    return f"{10 ** (true_peak_dbtp / 20):.6f}"


def album_loudness(tracks: Iterable[tuple[float, float]]) -> float | None:
    """The loudness of tracks one after the other, of (LUFS, seconds) of each; None for none.

    The mean of their energies by their lengths. As one measurement over all of them would, it leaves out
    what is more than 10 LU below that mean; but whole tracks, as their parts are not known any more.
    """
    known = [(10 ** (lufs / 10), seconds) for lufs, seconds in tracks if seconds > 0]
    if not known:
        return None
    gate = _mean(known) * 10 ** (_GATE_LU / 10)
    return 10 * math.log10(_mean([each for each in known if each[0] >= gate]))


def _mean(known: list[tuple[float, float]]) -> float:
    return sum(energy * seconds for energy, seconds in known) / sum(seconds for _, seconds in known)
