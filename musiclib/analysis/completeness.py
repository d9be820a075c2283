"""How much of a file is there, by what its own header says.

FFmpeg takes the length of WAV, AIFF, MP3 and Ogg files from what it finds, so that a cut file looks whole
to it. Standard library only.
"""

import struct
from pathlib import Path
from typing import BinaryIO

# What programs write that cannot go back to fill the size in: all ones, or nearly two gigabytes.
_UNKNOWN_SIZE = 0x7FFF_0000
_SIZE_OF = {b"RIFF": "<I", b"FORM": ">I"}
_MOST_CHUNKS = 64
_OGG_PAGE = b"OggS"
_OGG_END = 0x04
# The longest page there is: header, segment table and 255 full segments.
_OGG_PAGE_BYTES = 27 + 255 + 255 * 255


def present_share(path: Path) -> float:
    """Bytes that are there over bytes the header promises; 1.0 where it promises nothing.

    RIFF and AIFF by the sizes of their outer chunk and of the one that holds the audio; MP3 by the byte
    count of a Xing or Info header. OSError where the file cannot be read.
    """
    size = path.stat().st_size
    with path.open("rb") as file:
        start = file.read(10)
        if len(start) == 10 and start[:4] in (b"RIFF", b"FORM"):
            return min(_share(0, start[:8], size), _audio_share(file, start[:4], size))
        offset = _id3_length(start)
        file.seek(offset)
        promised = _xing_bytes(file.read(512))
    return min(1.0, (size - offset) / promised) if promised else 1.0


def _audio_share(file: BinaryIO, form: bytes, size: int) -> float:
    """The same of the chunk that holds the audio; 1.0 if there is none, or it is far down the file."""
    at = 12
    for _ in range(_MOST_CHUNKS):
        file.seek(at)
        header = file.read(8)
        if len(header) < 8:
            break
        if header[:4] in (b"data", b"SSND"):
            return _share(at, header, size)
        (length,) = struct.unpack(_SIZE_OF[form], header[4:])
        at += 8 + length + length % 2
    return 1.0


def _share(at: int, header: bytes, size: int) -> float:
    """How much is there of the chunk with this header, at `at` in a file of `size` bytes."""
    order = ">I" if header[:4] in (b"FORM", b"SSND") else "<I"
    (promised,) = struct.unpack(order, header[4:])
    return 1.0 if not 0 < promised < _UNKNOWN_SIZE else min(1.0, (size - at) / (promised + 8))


def ends_early(path: Path) -> bool:
    """Whether an Ogg file's last page is not marked as the end of its stream. OSError as above."""
    with path.open("rb") as file:
        if file.read(4) != _OGG_PAGE:
            return False
        file.seek(max(0, path.stat().st_size - _OGG_PAGE_BYTES))
        end = file.read()
    last = end.rfind(_OGG_PAGE)
    return last < 0 or last + 5 >= len(end) or not end[last + 5] & _OGG_END


def _id3_length(start: bytes) -> int:
    """Length of an ID3v2 tag in bytes, 0 without one: four bytes of seven bits each, and its header."""
    if len(start) < 10 or start[:3] != b"ID3":
        return 0
    length = 0
    for byte in start[6:10]:
        length = length << 7 | byte & 0x7F
    return length + 10


def _xing_bytes(frame: bytes) -> int:
    """The byte count in the first frame of an MP3, 0 where it tells none."""
    if len(frame) < 4 or frame[0] != 0xFF or frame[1] & 0xE0 != 0xE0:
        return 0
    at = max(frame.find(b"Xing", 0, 200), frame.find(b"Info", 0, 200))
    if at < 0 or at + 16 > len(frame):
        return 0
    flags, frames, count = struct.unpack(">III", frame[at + 4 : at + 16])
    # Flag 1: a frame count stands first, flag 2: a byte count follows.
    if not flags & 2:
        return 0
    return int(count if flags & 1 else frames)
