from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from musiclib.domain.image_header import ImageHeader, is_cut_off, read_image_header

PNG = b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sII", 13, b"IHDR", 640, 480)
GIF = b"GIF89a" + struct.pack("<HH", 640, 480)
JPEG = (
    b"\xff\xd8\xff\xe0\x00\x04ab"  # a segment to pass over
    b"\xff\xff\xc2\x00\x11\x08" + struct.pack(">HH", 480, 640)
)
WEBP_LOSSY = b"RIFF....WEBPVP8 ....\0\0\0\x9d\x01\x2a" + struct.pack("<HH", 640 | 0x4000, 480)
WEBP_LOSSLESS = b"RIFF....WEBPVP8L....\x2f" + struct.pack("<I", 639 | 479 << 14)
WEBP_EXTENDED = b"RIFF....WEBPVP8X....\0\0\0\0" + (639).to_bytes(3, "little") + (479).to_bytes(3, "little")


@pytest.mark.parametrize(
    ("data", "mime"),
    [
        (PNG, "image/png"),
        (GIF, "image/gif"),
        (JPEG, "image/jpeg"),
        (WEBP_LOSSY, "image/webp"),
        (WEBP_LOSSLESS, "image/webp"),
        (WEBP_EXTENDED, "image/webp"),
    ],
)
def test_size_is_read_from_the_header_and_cut_ones_are_none(data: bytes, mime: str) -> None:
    assert read_image_header(data + b"pixels") == ImageHeader(mime, 640, 480)
    assert read_image_header(data) == ImageHeader(mime, 640, 480)
    assert all(read_image_header(data[:length]) is None for length in range(len(data)))


@pytest.mark.parametrize(
    ("width", "height", "fine"),
    [(1, 1, True), (7000, 7000, True), (0, 10, False), (12_001, 1, False), (10_000, 10_000, False)],
)
def test_covers_have_a_largest_size(width: int, height: int, fine: bool) -> None:
    assert ImageHeader("image/png", width, height).acceptable is fine


@given(st.sampled_from([b"", PNG[:16], GIF[:6], JPEG[:3], WEBP_LOSSY[:12]]), st.binary(max_size=200))
def test_any_bytes_end(start: bytes, rest: bytes) -> None:
    header = read_image_header(start + rest)
    assert header is None or header.width >= 0


def test_a_jpeg_without_its_end_is_cut_off() -> None:
    def segment(marker: int, body: bytes) -> bytes:
        return bytes((0xFF, marker)) + (len(body) + 2).to_bytes(2, "big") + body

    frame = segment(0xC0, b"\x08\x00\x10\x00\x10\x01\x01\x11\x00")
    within = segment(0xE1, b"Exif\0\0\xff\xd8" + frame + b"\xff\xd9")
    whole = b"\xff\xd8" + within + frame + segment(0xDA, b"\x01\x01\x00\x00\x3f\x00") + b"scan\xff\xd9padding"
    assert not is_cut_off(whole)
    assert is_cut_off(whole[: whole.rindex(b"\xff\xd9")])
    assert not is_cut_off(b"\x89PNG\r\n\x1a\n")
