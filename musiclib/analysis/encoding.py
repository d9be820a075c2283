"""How a file was encoded: constant or variable bit rate, by its packets, and by which program.

Standard library and mutagen only.
"""

import statistics
from array import array
from collections.abc import Mapping, Sequence
from pathlib import Path

_CBR, _VBR = "cbr", "vbr"
# A reservoir lets encoders of constant bit rate lend bits between frames; over a second little of it is left.
_STEADY = 0.03
_LENDING = frozenset({"aac", "wmav1", "wmav2"})
_LEAST_PACKETS = 20
_LONGEST_NAME = 100
# Formats whose vendor string FFmpeg does not tell.
_WITH_VENDOR = frozenset({"flac", "ogg"})


class PacketSizes:
    """The sizes of a stream's packets in order, four bytes each."""

    def __init__(self) -> None:
        self._sizes = array("L")

    def add(self, size: int) -> None:
        self._sizes.append(size)

    def __len__(self) -> int:
        return len(self._sizes)

    def bitrate(self, seconds: float) -> int:
        """Bits a second, where the packets play so long."""
        return round(sum(self._sizes) * 8 / seconds)

    def bitrate_mode(self, codec: str, duration_s: float) -> str | None:
        """ "cbr" where all packets are alike, but for a byte of padding and the last one, or, of formats that
        lend bits between packets, where no second takes more than another; else "vbr". None for too few
        packets to tell."""
        sizes = self._sizes[:-1]
        if len(sizes) < _LEAST_PACKETS or duration_s <= 0:
            return None
        if max(sizes) - min(sizes) <= 1:
            return _CBR
        if codec not in _LENDING:
            return _VBR
        # The first packets fill the reservoir.
        return _CBR if _steady(sizes[_LEAST_PACKETS // 4 :], round(len(sizes) / duration_s)) else _VBR


def _steady(sizes: "array[int]", per_s: int) -> bool:
    if per_s < 1 or len(sizes) < 4 * per_s:
        return False
    seconds = [sum(sizes[at : at + per_s]) for at in range(0, len(sizes) - per_s + 1, per_s)]
    return statistics.pstdev(seconds) <= _STEADY * statistics.fmean(seconds)


def encoder_name(path: Path, container_format: str, told: Sequence[Mapping[str, str]]) -> str | None:
    """The encoder as it names itself: in the stream's metadata, then in the container's, as FFmpeg tells them
    (LAME's header, iTunes' ©too atom), or as the vendor of Vorbis comments."""
    names = [metadata.get("encoder") or metadata.get("ENCODER") for metadata in told]
    if names[:1] == [None] and container_format in _WITH_VENDOR:
        names.insert(0, _vendor(path))
    plain = ("".join(each for each in name if each.isprintable()).strip() for name in names if name)
    named = [name for name in plain if name]
    # A header has room for nine letters: the container may tell more of the same.
    found = max((name for name in named if name.startswith(named[0])), key=len, default=None)
    return None if found is None else found[:_LONGEST_NAME]


def _vendor(path: Path) -> str | None:
    import mutagen

    try:
        file = mutagen.File(path)
    except (mutagen.MutagenError, OSError, ValueError):
        return None
    return getattr(getattr(file, "tags", None), "vendor", None)
