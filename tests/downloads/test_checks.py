from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from musiclib.downloads.checks import audio_kind, differs, surely_not_audio
from tests.support.fetching import audio

MP3_FRAME = b"\xff\xfb\x90\x00" + bytes(413)  # MPEG 1 layer III, 128 kbit/s, 44.1 kHz: 417 bytes
MP3_LOW = b"\xff\xf3\x40\xc0" + bytes(140)  # MPEG 2 layer III, 32 kbit/s, 22.05 kHz, mono: 104 bytes
ADTS_FRAME = b"\xff\xf1\x50\x80\x02\x1f\xfc" + bytes(9)  # 16 bytes


def _id3(size: int) -> bytes:
    return b"ID3\x04\0\0" + bytes((size >> shift) & 0x7F for shift in (21, 14, 7, 0)) + bytes(size)


@pytest.mark.parametrize(
    ("data", "wanted", "suffix"),
    [
        (audio(1000), "flac", "flac"),
        (audio(1000), "mp3", "flac"),
        (_id3(200_000) + audio(1000), "mp3", "flac"),
        (MP3_FRAME * 5, "mp3", "mp3"),
        (MP3_FRAME * 2, "", "mp3"),
        (b"rubbish \xff\xfb" + bytes(50) + MP3_FRAME * 5, "", "mp3"),
        (_id3(300_000) + MP3_FRAME * 5, "flac", "mp3"),
        (_id3(10) + _id3(20) + MP3_FRAME * 5, "flac", "mp3"),
        (MP3_LOW[:104] * 5, "", "mp3"),
        (ADTS_FRAME * 5, "m4a", "aac"),
        (b"\0\0\0\x20ftypM4A \0\0\0\0", "m4a", "m4a"),
        (b"\0\0\0\x20ftypisom\0\0\0\0", "mp4", "mp4"),
        (b"\0\0\0\x20ftypM4A \0\0\0\0", "flac", "m4a"),
        (b"OggS\0\2" + bytes(22) + b"\x01\x1e\x01vorbis", "", "ogg"),
        (b"OggS\0\2" + bytes(22) + b"\x01\x13OpusHead", "", "opus"),
        (b"OggS\0\2" + bytes(22) + b"\x01\x33\x7fFLAC", "oga", "oga"),
        (b"RIFF\0\0\1\0WAVEfmt ", "wav", "wav"),
        (b"RF64\xff\xff\xff\xffWAVEds64", "", "wav"),
        (b"FORM\0\0\1\0AIFFCOMM", "aif", "aif"),
        (b"FORM\0\0\1\0AIFCCOMM", "", "aiff"),
        (b"wvpk" + bytes(28), "", "wv"),
        (b"MAC \x96\x0f", "", "ape"),
        (b"DSD \x1c", "", "dsf"),
    ],
)
def test_the_content_says_which_kind_it_is(tmp_path: Path, data: bytes, wanted: str, suffix: str) -> None:
    path = tmp_path / "a"
    path.write_bytes(data)
    kind = audio_kind(path)
    assert kind is not None
    assert kind.suffix(wanted) == suffix
    assert not surely_not_audio(data[:512])


@pytest.mark.parametrize(
    "data",
    [
        b"", b"\0", b"f", b"<html>", b"RIFF\0\0\1\0AVI LIST", b"FORM\0\0\1\0ILBM", bytes(5000),
        b"\xff" * 5000, MP3_FRAME[:100] + bytes(5000), _id3(100) + b"<html>", _id3(100), b"ID3", b"PK\3\4",
        b"\xff\xd8\xff\xe0\0\x10JFIF" + bytes(100),
    ],
)  # fmt: skip
def test_what_is_no_audio_has_no_kind(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "a"
    path.write_bytes(data)
    assert audio_kind(path) is None


def test_text_is_known_at_its_beginning() -> None:
    for text in ("\ufeff<!DOCTYPE html>", '{"a": 1}', "Nicht gefunden: Größe unbekannt " * 20, "\n\n<rss>"):
        assert surely_not_audio(text.encode()[:512])
    for data in (bytes(16), b"Odd but binary\0\1\2\3", b"\xff\xfe\x00 \xd8\x00", b"short"):
        assert not surely_not_audio(data)


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ((), False),
        (("md5",), False),
        (("md5", "sha1"), False),
        (("sha256",), True),
        (("sha256", "sha1", "md5"), True),
    ],
)
def test_the_strongest_hash_decides(tmp_path: Path, wrong: tuple[str, ...], told: bool) -> None:
    data = audio(3_000_000)
    (tmp_path / "a").write_bytes(data)
    hashes = {name: hashlib.new(name, data).hexdigest().upper() for name in ("md5", "sha1", "sha256")}
    hashes |= dict.fromkeys(wrong, "0" * 32)
    looked: list[None] = []
    assert differs(tmp_path / "a", hashes, lambda: looked.append(None)) is told
    assert len(looked) == 3


def test_without_a_hash_we_know_there_is_nothing_to_differ_from(tmp_path: Path) -> None:
    assert not differs(tmp_path / "none", {"crc32": "x", "sha1": ""}, lambda: None)
