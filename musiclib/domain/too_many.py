"""Tempos that occur suspiciously often: an analyser that does not know what to say says them.

Music is made at whole tempos far more often than between them, so a tempo is compared with those of the same
tenth around it: 161.5 with 155.5 to 167.5, 128.0 with 122.0 to 134.0.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from statistics import median

BIN_BPM = 2
_PEERS = tuple(10 * step for step in (-6, -5, -4, -3, -2, -1, 1, 2, 3, 4, 5, 6))
_LEAST, _LEAST_SHARE = 20, 0.001
_TIMES, _TIMES_WHOLE = 5, 12
_MOST_SHOWN = 5


@dataclass(frozen=True, slots=True)
class TooMany:
    """One tempo that too many tracks have, in tenths of a BPM, and who says it of most of them."""

    tenths: int
    tracks: int
    source: str | None = None
    """The source that says it most often; None: none says it, as after a value was merged otherwise."""
    from_source: int = 0
    """Of how many of the tracks."""

    @property
    def bpm(self) -> float:
        return self.tenths / 10

    @property
    def query(self) -> str:
        return f"bpm:={self.bpm:.1f}"


def suspicious(tenths: Mapping[int, int]) -> tuple[int, ...]:
    """Which tempos, in tenths of a BPM, too many tracks have; the worst first. `tenths` counts the tracks."""
    least = max(_LEAST, _LEAST_SHARE * sum(tenths.values()))
    found: list[tuple[float, int]] = []
    for tenth, count in tenths.items():
        usual = median(tenths.get(tenth + step, 0) for step in _PEERS)
        whole = tenth % 10 == 0
        # Where nobody else has a whole tempo, the library is too small or too uniform to tell.
        if count < least or (whole and not usual):
            continue
        times = count / max(usual, 1)
        if times >= (_TIMES_WHOLE if whole else _TIMES):
            found.append((times, tenth))
    return tuple(tenth for _, tenth in sorted(found, reverse=True)[:_MOST_SHOWN])
