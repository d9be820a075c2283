"""Tags as other programs leave them: what is in them must survive our writing byte for byte."""

from __future__ import annotations

import base64
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

from mutagen.aiff import AIFF
from mutagen.apev2 import APEv2
from mutagen.asf import ASF, ASFByteArrayAttribute, ASFUnicodeAttribute
from mutagen.flac import FLAC, Picture
from mutagen.id3 import APIC, CHAP, COMM, CTOC, GEOB, ID3, MCDI, POPM, PRIV, TIT2, TPE1, TXXX, UFID, USLT
from mutagen.mp4 import MP4, MP4Cover, MP4FreeForm
from mutagen.oggopus import OggOpus
from mutagen.oggvorbis import OggVorbis
from mutagen.wave import WAVE

from tests.support.web import png

SERATO = b"\x01\x01" + bytes(range(256)) * 2
"""As binary as its markers: all bytes, zeros and 0xFF followed by anything among them."""
TRAKTOR = b"TRMD" + bytes(range(255, -1, -1))
BACK = png(200, 200)
SERATO_TEXT = base64.b64encode(b"application/octet-stream\0\0Serato Markers_v2\0" + SERATO).decode()


def id3_frames(tags: ID3) -> None:
    for frame in (
        TIT2(3, "Old"),
        TPE1(3, "Nia Okafor"),
        GEOB(0, "application/octet-stream", "", "Serato Markers2", SERATO),
        GEOB(0, "application/octet-stream", "", "Serato Overview", SERATO[::-1]),
        PRIV("TRAKTOR4", TRAKTOR),
        CHAP("ch1", 0, 500, 0xFFFFFFFF, 0xFFFFFFFF, sub_frames=[TIT2(3, "Part 1")]),
        CTOC("toc", 3, ["ch1"]),
        POPM("someone@example.org", 196, 12),
        USLT(1, "eng", "", "words\nand more"),
        COMM(0, "eng", "iTunNORM", " 00000A2B"),
        COMM(1, "deu", "", "mein Kommentar"),
        UFID("http://www.cddb.com/id3/taginfo1.html", b"3CD3N19Q"),
        TXXX(1, "SERATO_PLAYCOUNT", "7"),
        MCDI(b"\0\x01\xff\xfe"),
        APIC(0, "image/png", 4, "back", BACK),
    ):
        tags.add(frame)


def tag_mp3(path: Path, version: int = 3) -> None:
    tags = ID3()
    id3_frames(tags)
    if version == 3:
        tags.update_to_v23()
    tags.save(path, v1=2, v2_version=version)
    ape = APEv2()
    ape["MP3GAIN_MINMAX"] = "080,203"
    v1 = path.read_bytes()[-128:]
    path.write_bytes(path.read_bytes()[:-128])
    ape.save(path)
    path.write_bytes(path.read_bytes() + v1)
    # A frame nobody has ever heard of, in front of all others.
    raw = bytearray(path.read_bytes())
    raw[10:10] = b"XYZQ" + (5).to_bytes(4) + b"\0\0" + b"\x00\xff\xe0\x00x"
    size = int.from_bytes(raw[6:10])
    plain = sum((size >> 8 * i & 0x7F) << 7 * i for i in range(4)) + 15
    raw[6:10] = bytes(plain >> shift & 0x7F for shift in (21, 14, 7, 0))
    path.write_bytes(raw)


def tag_mp3_new(path: Path) -> None:
    tag_mp3(path, 4)


def tag_chunks(path: Path) -> None:
    """A tag in the midst of chunks that samplers and recorders need."""
    big = path.suffix == ".aiff"
    audio: Any = (AIFF if big else WAVE)(path)
    audio.add_tags()
    id3_frames(audio.tags)
    audio.save()
    raw = path.read_bytes()
    order = ">" if big else "<"
    more = b""
    for name, content in (
        (b"cue ", SERATO),
        (b"bext", TRAKTOR + bytes(346)),
        (b"acid", b"odd"),
        (b"LIST", b"INFOISFT\4\0\0\0x\0\0\0"),
    ):
        more += name + struct.pack(order + "I", len(content)) + content + bytes(len(content) % 2)
    path.write_bytes(raw[:4] + struct.pack(order + "I", len(raw) + len(more) - 8) + raw[8:] + more)


def vorbis_comments(audio: Any) -> None:
    audio["title"], audio["ARTIST"] = "Old", "Nia Okafor"
    audio["SERATO_MARKERS_V2"] = SERATO_TEXT
    audio["SERATO_ANALYSIS"], audio["Odd Name"] = "AAAA", ["one", "", "two\nlines"]
    audio["comment"] = "mine"


def tag_flac(path: Path) -> None:
    audio = FLAC(path)
    vorbis_comments(audio)
    picture: Any = Picture()  # type: ignore[no-untyped-call]
    picture.type, picture.mime, picture.data = 4, "image/png", BACK
    audio.add_picture(picture)
    audio.save()
    raw = path.read_bytes()
    application = b"\x02" + (4 + len(TRAKTOR)).to_bytes(3) + b"NITR" + TRAKTOR
    seek = b"\x03" + (18).to_bytes(3) + bytes(16) + b"\x10\0"
    track = bytes(8) + b"\1" + bytes(26) + b"\1" + bytes(12)
    lead_out = bytes(8) + b"\xaa" + bytes(27)
    tracks = b"\2" + track + lead_out
    cue = b"\x05" + (395 + len(tracks)).to_bytes(3) + b"0012345678905".ljust(395, b"\0") + tracks
    first = 4 + 4 + int.from_bytes(raw[5:8])
    path.write_bytes(raw[:first] + application + seek + cue + raw[first:])


def tag_ogg(path: Path) -> None:
    audio = (OggOpus if path.suffix == ".opus" else OggVorbis)(path)
    vorbis_comments(audio)
    audio.save()


def tag_m4a(path: Path) -> None:
    audio = MP4(path)
    audio["\xa9nam"], audio["\xa9ART"] = "Old", "Nia Okafor"
    audio["----:com.serato.dj:markersv2"] = [MP4FreeForm(SERATO_TEXT.encode())]
    audio["----:com.apple.iTunes:iTunNORM"] = [MP4FreeForm(b" 00000A2B")]
    audio["----:com.apple.iTunes:cdec"] = [MP4FreeForm(TRAKTOR, 0)]
    audio["covr"] = [MP4Cover(png(100, 100), MP4Cover.FORMAT_PNG), MP4Cover(BACK, MP4Cover.FORMAT_PNG)]
    audio["\xa9too"], audio["cpil"], audio["rate"] = "someone's encoder", True, ["80"]
    audio.save()


def tag_wma(path: Path) -> None:
    audio = ASF(path)
    audio["Title"], audio["Author"], audio["Copyright"] = "Old", "Nia Okafor", "(c) 1999"
    audio["WM/Mood"] = ["dark", ASFUnicodeAttribute("darker", language=0, stream=1)]
    audio["Serato"] = [ASFByteArrayAttribute(SERATO)]
    audio["Large"] = [ASFByteArrayAttribute(bytes(70_000))]
    audio.save()


def tag_ape(path: Path) -> None:
    tags = APEv2()
    tags["Title"], tags["Artist"] = "Old", "Nia Okafor"
    tags["MP3GAIN_MINMAX"], tags["Odd"] = "080,203", ["one", "two"]
    tags["Markers"] = SERATO
    tags.save(path)
    if path.suffix == ".mpc":
        path.write_bytes(path.read_bytes() + b"TAG" + b"Old".ljust(125, b"\0"))


TAGGERS: dict[str, Callable[[Path], None]] = {
    ".mp3": tag_mp3,
    ".v24.mp3": tag_mp3_new,
    ".flac": tag_flac,
    ".ogg": tag_ogg,
    ".opus": tag_ogg,
    ".m4a": tag_m4a,
    ".alac.m4a": tag_m4a,
    ".aiff": tag_chunks,
    ".wav": tag_chunks,
    ".wma": tag_wma,
    ".wv": tag_ape,
    ".mpc": tag_ape,
}
