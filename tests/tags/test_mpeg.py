"""The lean reader of MP3 files says what mutagen says, or nothing."""

from __future__ import annotations

import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from mutagen.id3 import APIC, ID3, TCON, TDRC, TIT2, TPE1, TRCK, TXXX, UFID

from musiclib.errors import UnreadableAudio
from musiclib.tags import reader

Sound = Callable[[str], Path]
_MBID = "0b1c2d3e-4f50-4a6b-8c7d-9e0f1a2b3c4d"
_TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\n"), max_size=12)
_GENRES = st.sampled_from(["House", "(17)", "17", "(4)Eurodisco", "((Foo)", "RX", "255", "(RX)(CR)", ""])
_DATES = st.sampled_from(["2024-05-17", "2024", "2024-05-17T12:00", "17/05/2024", "05", "24-5-1", "", "x"])
_NAMED = st.fixed_dictionaries(
    {},
    optional={
        "TIT2": st.lists(_TEXTS, min_size=1, max_size=3),
        "TPE1": st.lists(_TEXTS, min_size=1, max_size=3),
        "TRCK": st.sampled_from([["3/12"], ["3"], ["/12"], ["0"]]),
        "TCON": st.lists(_GENRES, min_size=1, max_size=3),
        "TDRC": st.lists(_DATES, min_size=1, max_size=2),
        "TXXX": st.lists(_TEXTS, min_size=1, max_size=2),
    },
)
_CLASSES: dict[str, Any] = {"TIT2": TIT2, "TPE1": TPE1, "TRCK": TRCK, "TCON": TCON, "TDRC": TDRC}


def same_or_nothing(path: Path) -> bool:
    """Whether the lean reader took the file; fails if it says anything else than mutagen."""
    plain = reader._plain_mp3(str(path))
    if plain is not None:
        assert plain == reader._by_mutagen(path)
    return plain is not None


def small(path: Path) -> bytes:
    """The sound's first frames, with a length that is told by its header."""
    return path.read_bytes()[:6000]


@pytest.mark.parametrize("version", [3, 4])
@pytest.mark.parametrize("v1", [0, 2])
def test_common_tags_are_read_without_mutagen(sound: Sound, version: int, v1: int) -> None:
    path = sound(".mp3")
    for encoding in (1, 3):
        tags = ID3()
        tags.add(TIT2(encoding, "久保田リョウ"))
        tags.add(TPE1(encoding, ["Nia Okafor", "Größe"]))
        tags.add(TDRC(encoding, "2024-05-17"))
        tags.add(TCON(encoding, ["House", "(4)"]))
        tags.add(TXXX(encoding, "MusicBrainz Album Id", _MBID))
        tags.add(UFID("http://musicbrainz.org", _MBID.encode()))
        tags.add(TXXX(encoding, "REPLAYGAIN_TRACK_GAIN", "-7.25 dB"))
        tags.add(APIC(encoding, "image/png", 3, "x", bytes(70_000)))
        if version == 3:
            tags.update_to_v23()
        tags.save(path, v1=v1, v2_version=version, v23_sep=None)
        assert same_or_nothing(path)
        read = reader.read_tags(path)
        assert (read.title, read.date, read.has_art) == ("久保田リョウ", "2024-05-17", True)
        assert (read.recording_mbid, read.release_mbid, read.track_gain_db) == (_MBID, _MBID, -7.25)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    values=_NAMED, version=st.sampled_from([3, 4]), encoding=st.sampled_from([0, 1, 2, 3]), v1=st.booleans()
)
def test_any_tag_gives_what_mutagen_gives(
    sound: Sound, values: dict[str, list[str]], version: int, encoding: int, v1: bool
) -> None:
    path = sound(".mp3")
    path.write_bytes(small(path))
    tags = ID3()
    for name, texts in values.items():
        written = [text.encode("latin-1", "replace").decode("latin-1") for text in texts]
        shown = written if encoding == 0 else texts
        if name == "TXXX":
            tags.add(TXXX(encoding=encoding, desc=shown[0], text=shown[1:]))
        else:
            tags.add(_CLASSES[name](encoding=encoding, text=shown))
    if version == 3:
        tags.update_to_v23()
    tags.save(path, v1=2 if v1 else 0, v2_version=version, v23_sep=None)
    same_or_nothing(path)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=st.data())
def test_damage_is_left_to_mutagen(sound: Sound, data: st.DataObject) -> None:
    path = sound(".mp3")
    path.write_bytes(small(path))
    tags = ID3()
    for name, texts in {"TIT2": ["Ember"], "TPE1": ["Nia", "Ö"], "TRCK": ["3/12"], "TCON": ["House"]}.items():
        tags.add(_CLASSES[name](encoding=data.draw(st.sampled_from([1, 3])), text=texts))
    tags.save(path, v1=2, v2_version=data.draw(st.sampled_from([3, 4])), padding=lambda _: 24)
    content = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.one_of(st.integers(0, 200), st.integers(len(content) - 131, len(content) - 1)))
        content[place] = data.draw(st.sampled_from([0, 1, 0x20, 0x41, 0x7F, 0x80, 0xFF]))
    path.write_bytes(content[: data.draw(st.one_of(st.just(len(content)), st.integers(0, len(content))))])
    try:
        same_or_nothing(path)
    except UnreadableAudio:
        pytest.fail("the lean reader took what mutagen refuses")


def frame(kbps: int, rate: int = 0, *, mono: bool = False) -> bytes:
    """A silent frame of MPEG 1, layer III."""
    index = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320).index(kbps)
    head = bytes([0xFF, 0xFB, index << 4 | rate << 2, 0xC0 if mono else 0])
    return head + bytes(144 * kbps * 1000 // (44100, 48000, 32000)[rate] - 4)


@pytest.mark.parametrize(
    ("encoder", "seconds"),
    [(b"LAME3.100", 1.0), (b"LAME3.99r", 1.0), (b"Lavf58.29", 1.04), (b"LAME3.88 ", 1.04)],
)
def test_length_without_the_encoders_delay(tmp_path: Path, encoder: bytes, seconds: float) -> None:
    path = tmp_path / "x.mp3"
    frames = round(seconds * 44100 / 1152) + 1
    tail = encoder.ljust(9, b"\0") + bytes(12) + (576 << 12 | 1000).to_bytes(3) + bytes(12)
    xing = b"Info" + struct.pack(">III", 3, frames, 417 * frames) + tail
    first = frame(128)
    path.write_bytes(first[:36] + xing + first[36 + len(xing) :] + frame(128) * frames)
    taken = same_or_nothing(path)
    assert taken is (encoder != b"LAME3.88 ")
    assert reader.read_tags(path).duration_s == pytest.approx(seconds, abs=0.06)


@pytest.mark.parametrize("mono", [True, False])
def test_length_of_one_bit_rate_by_the_size(tmp_path: Path, mono: bool) -> None:
    path = tmp_path / "x.mp3"
    path.write_bytes(frame(192, 1, mono=mono) * 50)
    assert same_or_nothing(path)
    read = reader.read_tags(path)
    assert (read.duration_s, read.bitrate, read.channels) == (1.2, 192_000, 1 if mono else 2)
    path.write_bytes(frame(192, 1, mono=mono) * 3 + bytes(4000))
    assert not same_or_nothing(path)
