"""Vorbis, Opus and FLAC in Ogg: the packet of comments is made anew, all packets of sound stay.

Pages carry a number and a check sum (RFC 3533): where the comments need more pages than before, both of every
page behind them change, and nothing else of it. The gain in the header of an Opus stream is never touched.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from musiclib.tags import writer_vorbis
from musiclib.tags.splices import Kept, Part, Patch, patch_of
from musiclib.tags.wanted import TagsNotWritten, Wanted

_PAGE = struct.Struct("<4sBBqIIIB")
_NUMBER = 18
"""Where the number of a page stands, and the check sum behind it."""
_MOST_SEGMENTS = 255
_ROOM = 1024
_CONTINUED = 1
_SWAPPED = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))


@dataclass(frozen=True, slots=True)
class _Page:
    start: int
    flags: int
    granule: int
    serial: int
    number: int
    segments: bytes

    @property
    def content(self) -> int:
        return self.start + _PAGE.size + len(self.segments)

    @property
    def end(self) -> int:
        return self.content + sum(self.segments)


def patch(file: BinaryIO, wanted: Wanted) -> Patch:
    """Raises `TagsNotWritten` for a stream that is damaged, or laid out against the rules."""
    first = _page(file, 0)
    kind = _read(file, first)
    headers = _header_packets(kind)
    pages, packets = _headers(file, first, headers)
    packets[0] = _comments(packets[0], wanted, kind)
    new = _paged(packets, pages)
    end = pages[-1].end
    if end - pages[0].start != sum(page.end - page.start for page in pages):
        raise TagsNotWritten("Several streams are mixed in it.")
    more = len(new) - len(pages)
    parts: list[Part] = list(new)
    if more:
        return patch_of(
            file, pages[0].start, _size(file), [*parts, *_renumbered(file, end, first.serial, more)]
        )
    return patch_of(file, pages[0].start, end, parts)


def _size(file: BinaryIO) -> int:
    return file.seek(0, 2)


def _header_packets(kind: bytes) -> int:
    """How many packets come between the first one and the sound."""
    if kind.startswith(b"\x01vorbis"):
        return 2
    if kind.startswith(b"OpusHead"):
        return 1
    if kind.startswith(b"\x7fFLAC"):
        return max(1, int.from_bytes(kind[7:9]))
    raise TagsNotWritten("It is an Ogg file of a kind whose tags this program does not write.")


def _page(file: BinaryIO, start: int) -> _Page:
    file.seek(start)
    head = file.read(_PAGE.size)
    if len(head) < _PAGE.size or head[:4] != b"OggS":
        raise TagsNotWritten("Its Ogg pages are damaged.")
    _, _, flags, granule, serial, number, _, count = _PAGE.unpack(head)
    return _Page(start, flags, granule, serial, number, file.read(count))


def _read(file: BinaryIO, page: _Page) -> bytes:
    file.seek(page.content)
    return file.read(page.end - page.content)


def _headers(file: BinaryIO, first: _Page, count: int) -> tuple[list[_Page], list[bytes]]:
    """The pages behind the first one up to the sound, and the packets on them."""
    pages: list[_Page] = []
    packets: list[bytes] = []
    packet, place = b"", first.end
    while len(packets) < count:
        page = _page(file, place)
        place = page.end
        if page.serial != first.serial:
            raise TagsNotWritten("Several streams are mixed in it.")
        pages.append(page)
        content, at = _read(file, page), 0
        for segment in page.segments:
            packet += content[at : at + segment]
            at += segment
            if segment < 255:
                packets.append(packet)
                packet = b""
    if len(packets) > count or packet:
        raise TagsNotWritten("Its sound begins on the page of its comments.")
    return pages, packets


def _comments(packet: bytes, wanted: Wanted, kind: bytes) -> bytes:
    if kind.startswith(b"\x7fFLAC"):
        if packet[:1] not in (b"\x04", b"\x84"):
            raise TagsNotWritten("Its comments are not where they must be.")
        body = b"".join(writer_vorbis.rewritten(packet[4:], wanted, with_cover=True))
        return packet[:1] + len(body).to_bytes(3) + body
    mark = b"OpusTags" if kind.startswith(b"OpusHead") else b"\x03vorbis"
    if not packet.startswith(mark):
        raise TagsNotWritten("Its comments are not where they must be.")
    body, rest = writer_vorbis.rewritten(packet[len(mark) :], wanted, with_cover=True)
    if mark == b"OpusTags" and rest[:1] and rest[0] & 1:  # something to be kept (RFC 7845, section 5.2)
        return mark + body + rest
    new = mark + body + (b"" if mark == b"OpusTags" else b"\x01")
    room = len(packet) - len(new)
    return new + bytes(room if room >= 0 else _ROOM)


def _paged(packets: Sequence[bytes], old: Sequence[_Page]) -> list[bytes]:
    """Pages of these packets: as many as before, if they suffice."""
    segments = [size for packet in packets for size in _lacing(len(packet))]
    body = b"".join(packets)
    count = max(-(-len(segments) // _MOST_SEGMENTS), min(len(old), len(segments)))
    pages, done, place = [], 0, 0
    continued = False
    for nth in range(count):
        some = segments[done : done + min(_MOST_SEGMENTS, len(segments) - done - (count - nth - 1))]
        size = sum(some)
        granule = 0 if min(some) < 255 else -1  # -1: no packet ends here
        head = _PAGE.pack(
            b"OggS",
            0,
            _CONTINUED if continued else 0,
            granule,
            old[0].serial,
            old[0].number + nth,
            0,
            len(some),
        )
        pages.append(_with_sum(head + bytes(some) + body[place : place + size]))
        done, place = done + len(some), place + size
        continued = some[-1] == 255
    return pages


def _lacing(size: int) -> list[int]:
    return [255] * (size // 255) + [size % 255]


def _renumbered(file: BinaryIO, place: int, serial: int, more: int) -> Iterator[Part]:
    """The rest of the file, with the pages of the stream numbered on."""
    end, kept = _size(file), place
    while place < end:
        page = _page(file, place)
        if page.serial == serial:
            file.seek(place)
            raw = bytearray(file.read(page.end - place))
            struct.pack_into("<I", raw, _NUMBER, (page.number + more) & 0xFFFFFFFF)
            yield Kept(kept, place + _NUMBER)
            yield _with_sum(bytes(raw))[_NUMBER : _NUMBER + 8]
            kept = place + _NUMBER + 8
        place = page.end
    yield Kept(kept, end)


def _with_sum(page: bytes) -> bytes:
    """With its CRC: that of zlib, but bits in the other order and nothing inverted."""
    page = page[:22] + bytes(4) + page[26:]
    crc = ~zlib.crc32(page.translate(_SWAPPED), 0xFFFFFFFF) & 0xFFFFFFFF
    return page[:22] + crc.to_bytes(4).translate(_SWAPPED) + page[26:]
