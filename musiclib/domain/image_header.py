"""What kind of picture some bytes are and how large, read from the header without decoding.

So a picture that would unpack to gigabytes is refused before anything tries.
"""

from __future__ import annotations

import struct
from typing import NamedTuple

MAX_SIDE = 12_000
MAX_PIXELS = 50_000_000
_JPEG_SIZED = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_JPEG_BARE = frozenset({0x01, *range(0xD0, 0xD8)})


class ImageHeader(NamedTuple):
    mime: str
    width: int
    height: int

    @property
    def acceptable(self) -> bool:
        """Whether it is of a size a cover may have."""
        return (
            0 < self.width <= MAX_SIDE
            and 0 < self.height <= MAX_SIDE
            and self.width * self.height <= MAX_PIXELS
        )


def read_image_header(data: bytes) -> ImageHeader | None:
    """The header of a JPEG, PNG, GIF or WebP picture; None if the bytes are none of these."""
    try:
        if data.startswith(b"\xff\xd8\xff"):
            return _jpeg(data)
        if data.startswith(b"\x89PNG\r\n\x1a\n") and data[12:16] == b"IHDR":
            return ImageHeader("image/png", *struct.unpack_from(">II", data, 16))
        if data[:6] in (b"GIF87a", b"GIF89a"):
            return ImageHeader("image/gif", *struct.unpack_from("<HH", data, 6))
        if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
            return _webp(data)
    except (struct.error, IndexError):
        return None
    return None


def is_cut_off(data: bytes) -> bool:
    """Whether the end of a JPEG picture is missing, of which decoders make grey.

    Of the other kinds they make nothing, so nobody need ask.
    """
    try:
        frame = _frame(data) if data.startswith(b"\xff\xd8\xff") else None
    except (struct.error, IndexError):
        return True
    return frame is not None and data.rfind(b"\xff\xd9") < frame


def _jpeg(data: bytes) -> ImageHeader | None:
    frame = _frame(data)
    if frame is None:
        return None
    height, width = struct.unpack_from(">HH", data, frame + 5)
    return ImageHeader("image/jpeg", width, height)


def _frame(data: bytes) -> int | None:
    """Where the frame header is, after a walk over the segments (ITU T.81, B.2.2)."""
    position = 2
    while position < len(data):
        if data[position] != 0xFF:
            return None
        marker = data[position + 1]
        if marker == 0xFF:  # padding
            position += 1
        elif marker in _JPEG_BARE:
            position += 2
        elif marker in _JPEG_SIZED:
            return position
        elif marker in (0xD9, 0xDA):
            return None
        else:
            position += 2 + struct.unpack_from(">H", data, position + 2)[0]
    return None


def _webp(data: bytes) -> ImageHeader | None:
    """The three forms of the WebP container (RFC 9649, section 2)."""
    form = data[12:16]
    if form == b"VP8 " and data[23:26] == b"\x9d\x01\x2a":
        width, height = struct.unpack_from("<HH", data, 26)
        return ImageHeader("image/webp", width & 0x3FFF, height & 0x3FFF)
    if form == b"VP8L" and data[20] == 0x2F:
        bits = struct.unpack_from("<I", data, 21)[0]
        return ImageHeader("image/webp", (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1)
    if form == b"VP8X":
        width = int.from_bytes(data[24:27], "little") + 1
        height = int.from_bytes(data[27:30], "little") + 1
        return ImageHeader("image/webp", width, height) if len(data) >= 30 else None
    return None
