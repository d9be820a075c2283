from __future__ import annotations

import base64
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from mutagen.aiff import AIFF
from mutagen.apev2 import APEv2
from mutagen.asf import ASF, ASFByteArrayAttribute
from mutagen.flac import FLAC, Picture
from mutagen.id3 import (
    APIC,
    ID3,
    TALB,
    TBPM,
    TCMP,
    TCON,
    TDOR,
    TDRC,
    TIT2,
    TKEY,
    TPE1,
    TPE2,
    TPOS,
    TPUB,
    TRCK,
    TSRC,
    TXXX,
    UFID,
)
from mutagen.mp4 import MP4, MP4Cover, MP4FreeForm
from mutagen.oggopus import OggOpus
from mutagen.oggvorbis import OggVorbis
from mutagen.wave import WAVE

from musiclib.domain.file_tags import FileTags
from musiclib.errors import UnreadableAudio
from musiclib.tags.reader import AUDIO_SUFFIXES, read_art, read_tags
from tests.support.sounds import KINDS, RATE
from tests.support.web import png

Sound = Callable[[str], Path]
COVER, BACK = png(300, 300), png(200, 200)
WANTED = {
    "artist": "久保田リョウ; Nia Okafor",
    "title": "Slow Burn (Murk Remix)",
    "album": "Embers",
    "albumartist": "Nia Okafor",
    "track": 3,
    "disc": 2,
    "date": "2024-05-17",
    "isrc": "ZZMLB2400001",
    "bpm": 122.5,
    "key": "8A",
    "label": "Nordlicht",
    "catalog_number": "NOR 041",
    "genres": ("House", "Deep house"),
    "has_art": True,
}
PLAIN = {
    "album": "Embers",
    "date": "2024-05-17",
    "isrc": "zz-mlb-24-00001",
    "label": "Nordlicht",
    "genre": ["House", "Deep house", "house"],
}


def picture(data: bytes, kind: int) -> Any:
    made = Picture()
    made.data, made.type, made.mime = data, kind, "image/png"
    return made


def write_id3(tags: ID3) -> None:
    for frame in (
        TPE1(3, ["久保田リョウ", "Nia Okafor"]),
        TIT2(3, "Slow Burn (Murk Remix)"),
        TALB(3, "Embers"),
        TPE2(3, "Nia Okafor"),
        TRCK(3, "3/12"),
        TPOS(3, "2/2"),
        TDRC(3, "2024-05-17"),
        TSRC(3, "zz-mlb-24-00001"),
        TBPM(3, "122,5"),
        TKEY(3, "8A"),
        TPUB(3, "Nordlicht"),
        TXXX(3, "CATALOGNUMBER", "NOR 041"),
        TCON(3, ["House", "Deep house"]),
        APIC(3, "image/png", 4, "back", BACK),
        APIC(3, "image/png", 3, "front", COVER),
    ):
        tags.add(frame)


def tag_mp3(path: Path) -> None:
    tags = ID3()
    write_id3(tags)
    tags.save(path)


def tag_chunked(path: Path) -> None:
    audio = (AIFF if path.suffix == ".aiff" else WAVE)(path)
    audio.add_tags()
    write_id3(audio.tags)
    audio.save()


def write_vorbis(audio: Any) -> None:
    audio.update(PLAIN)
    audio["artist"] = ["久保田リョウ", "Nia Okafor"]
    audio["title"] = "Slow Burn (Murk Remix)"
    audio["albumartist"] = "Nia Okafor"
    audio["tracknumber"], audio["discnumber"] = "3", "2/2"
    audio["bpm"], audio["INITIALKEY"], audio["catalognumber"] = "122.5", "8A", "NOR 041"


def tag_flac(path: Path) -> None:
    audio = FLAC(path)
    write_vorbis(audio)
    audio.add_picture(picture(BACK, 4))
    audio.add_picture(picture(COVER, 3))
    audio.save()


def tag_ogg(path: Path) -> None:
    audio = (OggOpus if path.suffix == ".opus" else OggVorbis)(path)
    write_vorbis(audio)
    audio["metadata_block_picture"] = [
        base64.b64encode(picture(data, kind).write()).decode() for data, kind in ((BACK, 4), (COVER, 3))
    ]
    audio.save()


def tag_m4a(path: Path) -> None:
    audio = MP4(path)
    freeform = "----:com.apple.iTunes:"
    audio["\xa9ART"], audio["aART"] = ["久保田リョウ", "Nia Okafor"], ["Nia Okafor"]
    audio["\xa9nam"], audio["\xa9alb"], audio["\xa9day"] = (
        ["Slow Burn (Murk Remix)"],
        ["Embers"],
        ["2024-05-17"],
    )
    audio["trkn"], audio["disk"], audio["tmpo"] = [(3, 12)], [(2, 2)], [122]
    audio["\xa9gen"], audio["covr"] = ["House; Deep house"], [MP4Cover(COVER, MP4Cover.FORMAT_PNG)]
    for name, value in (("ISRC", "ZZMLB2400001"), ("BPM", "122.5"), ("initialkey", "8A"), ("LABEL", "Nordlicht"), ("CATALOGNUMBER", "NOR 041")):  # fmt: skip  # noqa: E501 (a table)
        audio[freeform + name] = [MP4FreeForm(value.encode())]
    audio.save()


def tag_wma(path: Path) -> None:
    audio = ASF(path)
    audio["Author"], audio["Title"] = ["久保田リョウ", "Nia Okafor"], ["Slow Burn (Murk Remix)"]
    for name, value in (("AlbumTitle", "Embers"), ("AlbumArtist", "Nia Okafor"), ("TrackNumber", "3"), ("PartOfSet", "2/2"), ("Year", "2024-05-17"), ("ISRC", "ZZMLB2400001"), ("BeatsPerMinute", "122.5"), ("InitialKey", "8A"), ("Publisher", "Nordlicht"), ("CatalogNo", "NOR 041")):  # fmt: skip  # noqa: E501 (a table)
        audio["WM/" + name] = [value]
    audio["WM/Genre"] = ["House", "Deep house"]
    texts = "image/png".encode("utf-16-le") + b"\0\0" + "front".encode("utf-16-le") + b"\0\0"
    audio["WM/Picture"] = [ASFByteArrayAttribute(struct.pack("<BI", 3, len(COVER)) + texts + COVER)]
    audio.save()


def tag_ape(path: Path) -> None:
    tags = APEv2()
    tags["Artist"], tags["Genre"] = ["久保田リョウ", "Nia Okafor"], ["House", "Deep house"]
    for name, value in (("Title", "Slow Burn (Murk Remix)"), ("Album", "Embers"), ("Album Artist", "Nia Okafor"), ("Track", "3/12"), ("Disc", "2"), ("Year", "2024-05-17"), ("ISRC", "ZZMLB2400001"), ("BPM", "122.5"), ("InitialKey", "8A"), ("Label", "Nordlicht"), ("CatalogNumber", "NOR 041")):  # fmt: skip  # noqa: E501 (a table)
        tags[name] = value
    tags["Cover Art (Front)"] = b"front.png\0" + COVER
    tags.save(path)


TAGGERS: dict[str, Callable[[Path], None]] = {
    ".mp3": tag_mp3,
    ".flac": tag_flac,
    ".ogg": tag_ogg,
    ".opus": tag_ogg,
    ".m4a": tag_m4a,
    ".alac.m4a": tag_m4a,
    ".aiff": tag_chunked,
    ".wav": tag_chunked,
    ".wma": tag_wma,
    ".wv": tag_ape,
    ".mpc": tag_ape,
}


@pytest.mark.parametrize("suffix", KINDS)
def test_every_kind_gives_the_same_tags_and_its_front_cover(sound: Sound, suffix: str) -> None:
    path = sound(suffix)
    TAGGERS[suffix](path)
    tags = read_tags(path)
    assert {name: getattr(tags, name) for name in WANTED} == WANTED
    assert tags.year == 2024
    assert read_art(path) == COVER
    assert read_art(path, max_bytes=10) is None


@pytest.mark.parametrize(
    ("suffix", "codec", "bit_depth"),
    [
        (".mp3", "mp3", None), (".flac", "flac", 16), (".ogg", "vorbis", None), (".opus", "opus", None),
        (".m4a", "aac", None), (".alac.m4a", "alac", 16), (".aiff", "pcm", 16), (".wav", "pcm", 16),
        (".wma", "wma", None), (".wv", "wavpack", 16), (".mpc", "musepack", None),
    ],
)  # fmt: skip
def test_stream_facts_without_any_tag(sound: Sound, suffix: str, codec: str, bit_depth: int | None) -> None:
    path = sound(suffix)
    tags = read_tags(path)
    assert (tags.codec, tags.bit_depth) == (codec, bit_depth)
    assert tags.duration_s == pytest.approx(1.0, abs=0.12)
    assert tags.sample_rate == RATE
    assert tags.channels == 2
    assert tags.bitrate is not None
    assert tags.bitrate > 1000
    assert (tags.artist, tags.title, tags.genres, tags.has_art) == (None, None, (), False)
    assert read_art(path) is None


@pytest.mark.parametrize("name", ["INITIALKEY", "initialkey", "InitialKey", "INITIAL_KEY"])
def test_made_up_names_count_in_any_case(sound: Sound, name: str) -> None:
    mp3, m4a = sound(".mp3"), sound(".m4a")
    tags = ID3()
    tags.add(TXXX(3, name, "Am"))
    tags.save(mp3)
    audio = MP4(m4a)
    audio["----:com.apple.iTunes:" + name] = [MP4FreeForm(b"Am")]
    audio.save()
    assert read_tags(mp3).key == read_tags(m4a).key == "Am"


def test_id3v1_is_read(sound: Sound) -> None:
    path = sound(".mp3")
    ID3().save(path, v1=0)
    title, artist, album = (text.encode().ljust(30, b"\0") for text in ("Slow Burn", "Nia Okafor", "Embers"))
    path.write_bytes(
        path.read_bytes() + b"TAG" + title + artist + album + b"2024" + bytes(28) + b"\0\x03\x23"
    )
    tags = read_tags(path)
    assert (tags.artist, tags.title, tags.album, tags.date, tags.track) == (
        "Nia Okafor", "Slow Burn", "Embers", "2024", 3,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("name", "value", "field", "expected"),
    [
        ("bpm", "0", "bpm", None),
        ("bpm", "fast", "bpm", None),
        ("bpm", "nan", "bpm", None),
        ("tempo", "174", "bpm", 174.0),
        ("date", "0000", "date", None),
        ("date", "17.05.2024", "date", "2024"),
        ("date", "2024-13-40", "date", "2024"),
        ("year", "1987", "date", "1987"),
        ("tracknumber", "A1", "track", None),
        ("tracknumber", "07", "track", 7),
        ("isrc", "unknown", "isrc", None),
        ("initial_key", "F#m", "key", "F#m"),
        ("organization", "Nordlicht", "label", "Nordlicht"),
        ("title", "  \0 ", "title", None),
        ("title", "x" * 9000, "title", "x" * 2000),
    ],
)
def test_odd_values_are_read_or_left_out(
    sound: Sound, name: str, value: str, field: str, expected: object
) -> None:
    path = sound(".flac")
    audio = FLAC(path)
    audio[name] = value
    audio.save()
    assert getattr(read_tags(path), field) == expected


def test_name_that_lies_does_not_matter(sound: Sound) -> None:
    for real in (".flac", ".ogg", ".opus", ".m4a", ".wav", ".aiff", ".wma", ".wv"):
        path = sound(real)
        assert read_tags(path.rename(path.with_suffix(".mp3"))).codec != "mp3"
    path = sound(".mp3")
    assert read_tags(path.rename(path.with_suffix(".flac"))).codec == "mp3"


@pytest.mark.parametrize("suffix", sorted(AUDIO_SUFFIXES))
@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"x",
        b"Just some text, no music.\n" * 50,
        bytes(4096),
        b"<html></html>",
        b"ID3\x04\0\0\0\0\x7f\x7f",
    ],
)
def test_what_is_no_audio_is_told_in_one_sentence(tmp_path: Path, suffix: str, content: bytes) -> None:
    path = tmp_path / f"song{suffix}"
    path.write_bytes(content)
    for read in (read_tags, read_art):
        with pytest.raises(UnreadableAudio, match=f"song{suffix} ") as caught:
            read(path)
        assert "Traceback" not in str(caught.value)
        assert len(str(caught.value)) < 300


def test_files_that_cannot_be_opened(tmp_path: Path) -> None:
    with pytest.raises(UnreadableAudio, match="cannot be opened"):
        read_tags(tmp_path / "gone.mp3")
    (tmp_path / "folder.mp3").mkdir()
    with pytest.raises(UnreadableAudio, match="cannot be opened"):
        read_tags(tmp_path / "folder.mp3")


def info_list(*entries: tuple[bytes, bytes]) -> bytes:
    content = b"INFO"
    for name, value in entries:
        content += name + struct.pack("<I", len(value)) + value + bytes(len(value) % 2)
    return b"LIST" + struct.pack("<I", len(content)) + content


def with_chunk(path: Path, chunk: bytes) -> Path:
    content = path.read_bytes() + b"junk\x03\0\0\0abc\0" + chunk
    path.write_bytes(content[:4] + struct.pack("<I", len(content) - 8) + content[8:])
    return path


def test_info_list_of_a_wav_is_read(sound: Sound) -> None:
    chunk = info_list(
        (b"INAM", b"Slow Burn\0"), (b"IART", "Röyksopp".encode("cp1252")), (b"IPRD", "夜".encode()),
        (b"ICRD", b"2024-05-17"), (b"ITRK", b"7"), (b"IGNR", b"House"), (b"IXYZ", b"?"), (b"ICMT", b""),
    )  # fmt: skip
    tags = read_tags(with_chunk(sound(".wav"), chunk))
    assert (tags.title, tags.artist, tags.album) == ("Slow Burn", "Röyksopp", "夜")
    assert (tags.date, tags.track, tags.genres) == ("2024-05-17", 7, ("House",))


@pytest.mark.parametrize("cut", range(0, 60, 7))
def test_cut_info_list_does_no_harm(sound: Sound, cut: int) -> None:
    chunk = info_list((b"INAM", b"Slow Burn"), (b"IART", b"Nia Okafor and many others"))
    assert read_tags(with_chunk(sound(".wav"), chunk[:cut])).duration_s == 1.0


def test_wav_without_sound_is_unreadable(tmp_path: Path) -> None:
    path = tmp_path / "none.wav"
    header = b"WAVEfmt " + struct.pack("<IHHIIHH", 16, 1, 2, RATE, RATE * 4, 4, 16) + b"data" + bytes(4)
    path.write_bytes(b"RIFF" + struct.pack("<I", len(header)) + header)
    with pytest.raises(UnreadableAudio, match="holds no audio"):
        read_tags(path)


@pytest.mark.parametrize("suffix", KINDS)
@given(data=st.data())
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_damage_gives_tags_or_one_error(sound: Sound, suffix: str, data: st.DataObject) -> None:
    path = sound(suffix)
    TAGGERS[suffix](path)
    content = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(0, 5))):
        content[data.draw(st.integers(0, min(len(content), 3000) - 1))] = data.draw(st.integers(0, 255))
    path.write_bytes(content[: data.draw(st.integers(0, len(content)))])
    for read in (read_tags, read_art):
        try:
            found = read(path)
        except UnreadableAudio:
            continue
        assert found is None or isinstance(found, bytes | FileTags)


def test_reading_leaves_the_file_alone(sound: Sound) -> None:
    path = sound(".mp3")
    tag_mp3(path)
    before, stat = path.read_bytes(), path.stat()
    read_tags(path)
    read_art(path)
    assert path.read_bytes() == before
    assert path.stat().st_mtime_ns == stat.st_mtime_ns


IDS = {"recording": "0b1c2d3e-4f50-4a6b-8c7d-9e0f1a2b3c4d", "release": "1b1c2d3e-4f50-4a6b-8c7d-9e0f1a2b3c4d"}
MORE = {
    "original_date": "1998-11",
    "compilation": True,
    "recording_mbid": IDS["recording"],
    "release_mbid": IDS["release"],
    "track_gain_db": -7.25,
    "track_total": 12,
}


def more_vorbis(path: Path) -> None:
    audio: Any = FLAC(path)
    audio["tracknumber"], audio["tracktotal"], audio["originaldate"] = "3", "12", "1998-11"
    audio["compilation"], audio["replaygain_track_gain"] = "1", "-7.25 dB"
    audio["musicbrainz_trackid"], audio["musicbrainz_albumid"] = IDS["recording"].upper(), IDS["release"]
    audio.save()


def more_mp4(path: Path) -> None:
    audio: Any = MP4(path)
    audio["trkn"], audio["cpil"] = [(3, 12)], True
    freeform = {
        "originaldate": "1998-11", "replaygain_track_gain": "-7,25",
        "MusicBrainz Track Id": IDS["recording"], "MusicBrainz Album Id": IDS["release"],
    }  # fmt: skip
    for name, value in freeform.items():
        audio[f"----:com.apple.iTunes:{name}"] = [MP4FreeForm(value.encode())]
    audio.save()


def more_id3(path: Path) -> None:
    audio: Any = AIFF(path)
    audio.add_tags()
    for frame in (
        TRCK(3, "3/12"),
        TDOR(3, "1998-11"),
        TCMP(3, "1"),
        UFID("http://musicbrainz.org", IDS["recording"].encode()),
        TXXX(3, "MusicBrainz Album Id", IDS["release"]),
        TXXX(3, "replaygain_track_gain", "-7.25 dB"),
    ):
        audio.tags.add(frame)
    audio.save()


@pytest.mark.parametrize(
    ("suffix", "write"), [(".flac", more_vorbis), (".m4a", more_mp4), (".aiff", more_id3)]
)
def test_totals_first_release_identities_and_gain(
    sound: Sound, suffix: str, write: Callable[[Path], None]
) -> None:
    path = sound(suffix)
    write(path)
    read = read_tags(path)
    assert {name: getattr(read, name) for name in MORE} == MORE


def test_gain_of_opus_is_told_as_that_of_others(sound: Sound) -> None:
    path = sound(".opus")
    audio: Any = OggOpus(path)
    audio["R128_TRACK_GAIN"] = "-512"
    audio.save()
    assert read_tags(path).track_gain_db == 3.0


@pytest.mark.parametrize(
    ("meant", "encoding", "other"),
    [
        ("Кино", "cp1251", "Группа крови"),
        ("Größe", "utf-8", "Über Nacht"),
        ("久保田リョウ", "cp932", "スロー"),
        ("Don’t Stop", "cp1252", "Plain"),
    ],
)
def test_letters_taken_for_latin_1_are_put_back(sound: Sound, meant: str, encoding: str, other: str) -> None:
    path = sound(".mp3")
    tags = ID3()
    for frame, text in ((TPE1, meant), (TIT2, other)):
        tags.add(frame(0, text.encode(encoding).decode("latin-1")))
    tags.save(path)
    read = read_tags(path)
    assert (read.artist, read.title) == (meant, other)


@pytest.mark.parametrize("name", ["Größe", "Mötley Crüe", "Sigur Rós", "ÀÉÈ", "Ñu", "Кино", "Ænima Þú"])
def test_letters_that_are_meant_stay(sound: Sound, name: str) -> None:
    path = sound(".mp3")
    tags = ID3()
    tags.add(TPE1(3, name))
    tags.save(path)
    assert read_tags(path).artist == name
