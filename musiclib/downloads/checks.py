"""Whether bytes are audio at all, of which kind, and those that were promised."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ALGORITHMS: Final = ("sha256", "sha1", "md5")
_MOST_RATIO = 100
_ALWAYS_FINE_BYTES = 1024 * 1024
_HEAD_BYTES = 64 * 1024
_READ_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True)
class AudioKind:
    """A kind of audio file, and the suffixes it may have; the first is the usual one."""

    name: str
    suffixes: tuple[str, ...]

    def suffix(self, wanted: str) -> str:
        """The wanted suffix if it fits the kind, else the usual one."""
        wanted = wanted.lower().lstrip(".")
        return wanted if wanted in self.suffixes else self.suffixes[0]


FLAC = AudioKind("FLAC", ("flac",))
MP3 = AudioKind("MP3", ("mp3",))
AAC = AudioKind("AAC", ("aac",))
MP4 = AudioKind("MP4", ("m4a", "mp4", "m4b", "alac"))
OGG = AudioKind("Ogg", ("ogg", "oga"))
OPUS = AudioKind("Opus", ("opus", "ogg"))
WAV = AudioKind("WAV", ("wav", "wave"))
AIFF = AudioKind("AIFF", ("aiff", "aif", "aifc"))
WAVPACK = AudioKind("WavPack", ("wv",))
APE = AudioKind("Monkey's Audio", ("ape",))
MUSEPACK = AudioKind("Musepack", ("mpc",))
TTA = AudioKind("True Audio", ("tta",))
ASF = AudioKind("Windows Media", ("wma", "asf"))
DSF = AudioKind("DSF", ("dsf",))
DSDIFF = AudioKind("DSDIFF", ("dff",))
MATROSKA = AudioKind("Matroska", ("mka", "webm"))

_ASF_HEADER = bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c")
_BEGINNINGS = (
    (b"fLaC", FLAC),
    (b"wvpk", WAVPACK),
    (b"MAC ", APE),
    (b"MPCK", MUSEPACK),
    (b"MP+", MUSEPACK),
    (b"TTA1", TTA),
    (b"TTA2", TTA),
    (_ASF_HEADER, ASF),
    (b"DSD ", DSF),
    (b"FRM8", DSDIFF),
    (b"\x1a\x45\xdf\xa3", MATROSKA),
)
_MARKS = (b"<", b"{", b"[", b"%PDF", b"PK\x03\x04", b"\x1f\x8b", b"\x89PNG", b"\xff\xd8\xff", b"GIF8")
"""How things begin that are certainly no audio: pages, data, documents, archives, pictures."""

_RATES_1 = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
_RATES_2 = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
_SAMPLES_PER_S = (44100, 48000, 32000)
_FRAMES_IN_A_ROW = 3


def audio_kind(path: Path) -> AudioKind | None:
    """The kind of audio file it is by what is in it; None if it is none we know. Raises `OSError`."""
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
        at = 0
        while tag := _id3_bytes(head):  # some taggers put one before anything
            at += tag
            file.seek(at)
            head = file.read(_HEAD_BYTES)
    return _by_beginning(head) or _mpeg(head)


def surely_not_audio(head: bytes) -> bool:
    """Whether a file that begins so can be given up at once: a page, data, a picture, an archive."""
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    return text.startswith(_MARKS) or (len(head) >= 16 and _is_text(head[:512]))


def grows_too_much(packed: int, unpacked: int) -> bool:
    """Whether so many bytes out of so few cannot be audio, but are made to fill disks."""
    return unpacked > max(_ALWAYS_FINE_BYTES, packed * _MOST_RATIO)


def differs(path: Path, hashes: Mapping[str, str], keep_on: Callable[[], None]) -> bool:
    """Whether a file is not the one with these hashes, lower-case hex by algorithm.

    The strongest of those we know decides. `keep_on` is called often and may raise.
    """
    name = next((each for each in ALGORITHMS if hashes.get(each)), None)
    if name is None:
        return False
    digest = hashlib.new(name, usedforsecurity=False)
    with path.open("rb", buffering=0) as file:
        while data := file.read(_READ_BYTES):
            keep_on()
            digest.update(data)
    return digest.hexdigest() != hashes[name].lower()


def _by_beginning(body: bytes) -> AudioKind | None:
    for beginning, kind in _BEGINNINGS:
        if body.startswith(beginning):
            return kind
    if body[:4] == b"OggS":
        return OPUS if b"OpusHead" in body[:512] else OGG
    if body[4:8] == b"ftyp":
        return MP4
    form = body[8:12]
    if body[:4] in (b"RIFF", b"RF64", b"BW64") and form == b"WAVE":
        return WAV
    if body[:4] == b"FORM" and form in (b"AIFF", b"AIFC"):
        return AIFF
    return None


def _id3_bytes(head: bytes) -> int:
    """How long the ID3v2 tag is that it begins with, 0 if with none (ID3v2.4, 3.1)."""
    if head[:3] != b"ID3" or len(head) < 10:
        return 0
    a, b, c, d = (byte & 0x7F for byte in head[6:10])
    footer = 10 if head[5] & 0x10 else 0
    return 10 + (a << 21 | b << 14 | c << 7 | d) + footer


def _is_text(sample: bytes) -> bool:
    controls = sum(byte < 32 and byte not in b"\t\n\r\f\x1b" for byte in sample)
    if controls:
        return False
    try:
        sample.decode("utf-8")
    except UnicodeDecodeError as error:
        return error.start >= len(sample) - 3  # cut within a letter
    return True


def _mpeg(body: bytes) -> AudioKind | None:
    """MP3 or AAC by several frames in a row, wherever they begin."""
    at = body.find(b"\xff")
    while 0 <= at < len(body) - 4:
        if _frames(body, at, _mp3_frame):
            return MP3
        if _frames(body, at, _adts_frame):
            return AAC
        at = body.find(b"\xff", at + 1)
    return None


def _frames(body: bytes, at: int, length: Callable[[bytes], int]) -> bool:
    for count in range(_FRAMES_IN_A_ROW):
        header = body[at : at + 7]
        if len(header) < 4:
            return count > 0  # a short file, or the end of what we look at
        size = length(header)
        if not size:
            return False
        at += size
    return True


def _mp3_frame(header: bytes) -> int:
    """Bytes of the MPEG audio layer III frame with that header; 0 if it is none."""
    if header[0] != 0xFF or header[1] & 0xE6 != 0xE2:
        return 0
    version, rate, samples = header[1] >> 3 & 3, header[2] >> 4, header[2] >> 2 & 3
    if version == 1 or rate in (0, 15) or samples == 3:
        return 0
    hertz = _SAMPLES_PER_S[samples] >> {3: 0, 2: 1, 0: 2}[version]
    kbps, factor = (_RATES_1[rate], 144) if version == 3 else (_RATES_2[rate], 72)
    return factor * kbps * 1000 // hertz + (header[2] >> 1 & 1)


def _adts_frame(header: bytes) -> int:
    """Bytes of the ADTS frame with that header; 0 if it is none."""
    if len(header) < 7 or header[0] != 0xFF or header[1] & 0xF6 != 0xF0 or header[2] >> 2 & 15 > 12:
        return 0
    size = (header[3] & 3) << 11 | header[4] << 3 | header[5] >> 5
    return size if size > 7 else 0
