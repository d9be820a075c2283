"""MP3 files of the plain kind, read without mutagen, which takes five times as long for them.

Most of a collection is MP3 with an ID3v2.3 or 2.4 tag in front, so a scan is as fast as this is. Whatever
is not plain (flags, older versions, anything that looks damaged) is left to mutagen, and what is read here
is what mutagen would have read: the tests compare the two on every turn a tag can take.

Structure: ID3v2.3.0 and ID3v2.4.0 (id3.org), ISO 11172-3 2.4.1.3 for the frame header, and the LAME tag
revision 0 for the length without the encoder's delay.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO

from mutagen import id3

_WINDOW = 32 * 1024
_TAIL = 131
"""mutagen looks for an ID3v1 tag from here on; the three bytes before it may be the end of "APE"."""
_MPEG = 8 * 1024
"""Holds four frames of any size."""
_PLAIN_FRAMES = 4
_RATES = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}
_KBPS_1 = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
_KBPS_2 = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
_LAME = re.compile(rb"LAME3\.(?:9[0-9](?!\d)|100)")
_PLAIN_STAMP = re.compile(r"\d{4}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?)?", re.ASCII)
_YEAR = re.compile(r"([0-9]{4})(-[0-9]{2}-[0-9]{2})?\Z")
_DAY_MONTH = re.compile(r"([0-9]{2})([0-9]{2})\Z")
_FRAME_NAME = re.compile(rb"[A-Z][A-Z0-9]{3}")
_READ = frozenset(
    b"TPE1 TIT2 TALB TPE2 TRCK TPOS TDRC TDRL TDOR TORY TSRC TBPM TKEY TPUB TCON TCMP TYER TDAT TIME "
    b"TXXX UFID APIC".split()
)
_LEAST_PICTURE = 16
"""Less hardly holds the name of its kind."""
_STAMPS = frozenset({"TDRC", "TDRL", "TDOR"})
_IN_V1 = ("TIT2", "TPE1", "TALB", "TRCK", "TCON")

Values = dict[str, list[str]]


class _NotPlain(Exception):
    """mutagen knows better."""


@dataclass(frozen=True, slots=True)
class PlainMp3:
    values: Values | None
    """Names of frames as mutagen gives them ("TXXX:BPM") and their texts; None without any tag."""
    has_art: bool
    length: float
    bitrate: int
    sample_rate: int
    channels: int


def read_plain(file: BinaryIO, size: int) -> PlainMp3 | None:
    """Tags and stream facts of an MP3 file; None if mutagen has to read it. OSError as the file raises it."""
    window = _Window(file, size)
    try:
        start, version, values, has_art = _read_id3v2(window)
        length, bitrate, sample_rate, channels = _read_stream(window, start)
        values = _with_v1(window, version, values)
        if version == 3:
            _make_dates_new(values)
        _tidy(values)
    except (_NotPlain, UnicodeDecodeError):
        return None
    known = values if version or values else None
    return PlainMp3(known, has_art, length, bitrate, sample_rate, channels)


class _Window:
    """A part of the file at a time: tags are in front, the pictures between them are passed over."""

    def __init__(self, file: BinaryIO, size: int) -> None:
        self._file = file
        self.size = size
        self._start = 0
        self._bytes = file.read(_WINDOW)

    def at(self, offset: int, length: int, ahead: int = 4096) -> bytes:
        """`length` bytes from `offset` on; less at the end of the file."""
        begin = offset - self._start
        if begin < 0 or begin + length > len(self._bytes):
            self._file.seek(offset)
            self._start, begin = offset, 0
            self._bytes = self._file.read(max(length, ahead))
        return self._bytes[begin : begin + length]


def _read_id3v2(window: _Window) -> tuple[int, int, Values, bool]:
    """Where the audio begins, the version (0 without a tag), the texts, and whether there is a picture."""
    head = window.at(0, 10)
    values: Values = {}
    if len(head) < 10:
        raise _NotPlain
    if head[:3] != b"ID3":
        return 0, 0, values, False
    version = head[3]
    end = 10 + _syncsafe(head[6:10])
    if version not in (3, 4) or head[5] or not 10 < end <= window.size:
        raise _NotPlain
    has_art = False
    for name, content, length in _frames(window, version, end):
        if name == b"APIC":
            has_art = True
            if length < _LEAST_PICTURE:
                raise _NotPlain
        elif length:
            _add_frame(values, name, window.at(content, length), version)
    return end, version, values, has_art


def _frames(window: _Window, version: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Name, place and length of the content of each frame that says something to us."""
    position = 10
    while position + 10 <= end:
        header = window.at(position, 10)
        name = header[:4]
        if name == b"\0\0\0\0":
            return
        length = _syncsafe(header[4:8]) if version == 4 else int.from_bytes(header[4:8])
        content, position = position + 10, position + 10 + length
        if position > end or not _FRAME_NAME.fullmatch(name):
            raise _NotPlain
        if name in _READ:
            if header[8:] != b"\0\0":  # compressed, encrypted...
                raise _NotPlain
            yield name, content, length


def _syncsafe(four: bytes) -> int:
    a, b, c, d = four
    if (a | b | c | d) & 0x80:
        raise _NotPlain
    return a << 21 | b << 14 | c << 7 | d


def _add_frame(values: Values, name: bytes, content: bytes, version: int) -> None:
    """Texts of one frame; those of a second one of the same name come behind the first one's."""
    if name == b"UFID":
        owner, _, data = content.partition(b"\0")
        key, texts = f"UFID:{owner.decode('latin-1')}", [data.decode("ascii", "replace")]
    else:
        key = name.decode()
        texts = _texts(content[0], content[1:], version)
        if name == b"TXXX":
            if len(texts) < 2:
                return
            key, texts = f"TXXX:{texts[0]}", texts[1:]
        if not texts:
            return
    if key not in values:
        values[key] = texts
    elif key in _STAMPS or name == b"UFID":
        raise _NotPlain
    else:
        values[key] += [text for text in texts if text not in values[key]]


def _texts(encoding: int, content: bytes, version: int) -> list[str]:
    """The texts of a frame, which end in zeros or stand between them."""
    if not content:
        return []
    if encoding in (0, 3):
        text = content.decode("latin-1" if encoding == 0 else "utf-8")
    elif encoding == 1 and content[:2] == b"\xff\xfe" and not len(content) % 2:
        text = content.decode("utf-16").replace("\0\ufeff", "\0")
        if "\ufeff" in text or "\ufffe" in text:
            raise _NotPlain
    else:
        raise _NotPlain
    if "\0" not in text:
        return [text]
    texts = text.split("\0")
    if not texts[-1]:
        del texts[-1]  # the zero that ends the last one
    if version == 3:
        while len(texts) > 1 and not texts[-1]:
            del texts[-1]  # padding
    return texts


def _with_v1(window: _Window, version: int, values: Values) -> Values:
    """With what an ID3v1 tag at the end says beyond it."""
    if window.size < _TAIL:
        raise _NotPlain
    tail = window.at(window.size - _TAIL, _TAIL)
    place = tail.find(b"TAG")
    if place < 0:
        return values
    if place != _TAIL - 128 or tail.startswith(b"APE"):
        raise _NotPlain
    year = "TYER" if version == 3 else "TDRC"
    if not all(name in values for name in (*_IN_V1, year)):
        parse: Any = id3.ParseID3v1
        found = parse(tail[place:], version or 4) or {}
        for name, frame in found.items():
            if name in (*_IN_V1, year) and name not in values:
                values[name] = [str(text) for text in frame.text]
    return values


def _make_dates_new(values: Values) -> None:
    """Year and day of ID3v2.3 as the one date of ID3v2.4, in mutagen's way."""
    day = values.pop("TDAT", None)
    year = values.pop("TYER", None)
    if values.pop("TIME", None) is not None or len(day or ()) > 1 or len(year or ()) > 1:
        raise _NotPlain
    if year and "TDRC" not in values and (found := _YEAR.match(year[0])):
        stamp, month_day = found.groups()
        if day and (parts := _DAY_MONTH.match(day[0])):
            month_day = f"-{parts[2]}-{parts[1]}"
        values["TDRC"] = [stamp + (month_day or "")]


def _tidy(values: Values) -> None:
    """Dates and genres as mutagen spells them."""
    if (original := values.pop("TORY", None)) is not None and "TDOR" not in values:
        values["TDOR"] = ["\0".join(original)]
    stamp: Any = id3.ID3TimeStamp
    for name in _STAMPS & values.keys():
        values[name] = [text if _PLAIN_STAMP.fullmatch(text) else str(stamp(text)) for text in values[name]]
    if "TCON" in values and not all(_is_plain_genre(text) for text in values["TCON"]):
        make: Any = id3.TCON
        frame = make(encoding=3, text=values["TCON"])
        frame.genres = frame.genres  # as mutagen does while it loads
        values["TCON"] = list(frame.genres)


def _is_plain_genre(text: str) -> bool:
    return not (
        not text or text[0] == "(" or text[0].isdecimal() or text in ("CR", "RX") or not text.isprintable()
    )


# --- the stream -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Header:
    """A frame of MPEG audio, layer III."""

    bitrate: int
    sample_rate: int
    channels: int
    samples: int
    length: int
    """In bytes."""
    side: int
    """Where a Xing header would stand."""


def _read_stream(window: _Window, start: int) -> tuple[float, int, int, int]:
    """Length in seconds, bits a second, sample rate and channels."""
    mpeg = window.at(start, min(_MPEG, max(0, window.size - start)), _MPEG)
    first = _header(mpeg, 0)
    if mpeg[first.side : first.side + 4] in (b"Xing", b"Info"):
        length, bitrate = _of_xing(mpeg, first)
        return length, bitrate, first.sample_rate, first.channels
    position, each = 0, first
    for _ in range(_PLAIN_FRAMES):
        each = _header(mpeg, position)
        if len(mpeg) < position + each.side + 200 or mpeg[position + 36 : position + 40] == b"VBRI":
            raise _NotPlain
        if mpeg[position + each.side : position + each.side + 4] in (b"Xing", b"Info"):
            raise _NotPlain
        position += each.length
    length = 8 * (window.size - start) / float(first.bitrate)
    return length, first.bitrate, first.sample_rate, first.channels


def _header(mpeg: bytes, at: int) -> _Header:
    if len(mpeg) < at + 4 or mpeg[at] != 0xFF or mpeg[at + 1] & 0xE6 != 0xE2:
        raise _NotPlain
    version = mpeg[at + 1] >> 3 & 3
    rate, kbps = mpeg[at + 2] >> 2 & 3, mpeg[at + 2] >> 4
    if version == 1 or rate == 3 or kbps in (0, 15):
        raise _NotPlain
    mono = mpeg[at + 3] >> 6 == 3
    samples = 1152 if version == 3 else 576
    bitrate = (_KBPS_1 if version == 3 else _KBPS_2)[kbps] * 1000
    sample_rate = _RATES[version][rate]
    length = samples // 8 * bitrate // sample_rate + (mpeg[at + 2] >> 1 & 1)
    side = (21 if mono else 36) if version == 3 else (13 if mono else 21)
    return _Header(bitrate, sample_rate, 1 if mono else 2, samples, length, side)


def _of_xing(mpeg: bytes, first: _Header) -> tuple[float, int]:
    """Length and bit rate by the header an encoder leaves in the first frame."""
    position = first.side + 8
    flags = int.from_bytes(mpeg[first.side + 4 : position])
    if len(mpeg) < position + 4 + 4 + 100 + 4 + 9 + 27 or flags & 3 != 3:
        raise _NotPlain
    frames = int.from_bytes(mpeg[position : position + 4])
    audio = max(0, int.from_bytes(mpeg[position + 4 : position + 8]) - first.length)
    position += 8 + (100 if flags & 4 else 0) + (4 if flags & 8 else 0)
    samples = first.samples * frames
    if not samples:
        raise _NotPlain
    # Half to even, as mutagen rounds.
    bitrate = round(audio * 8 * first.sample_rate / float(samples))
    delay, padding = _delays(mpeg[position : position + 36])
    return max(0, samples - delay - padding) / first.sample_rate, bitrate


def _delays(lame: bytes) -> Sequence[int]:
    """Samples the encoder put before and behind the music."""
    if not lame.startswith((b"LAME", b"L3.99")):
        return 0, 0
    if not _LAME.match(lame) or lame[9] >> 4 or lame.startswith(b"LAME3.90"):
        raise _NotPlain
    both = int.from_bytes(lame[21:24])
    return both >> 12, both & 0xFFF
