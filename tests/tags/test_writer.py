from __future__ import annotations

import hashlib
import io
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import av
import mutagen
import pytest
from mutagen.flac import FLAC
from mutagen.id3 import ID3, TIT2, TXXX
from mutagen.mp3 import MP3
from mutagen.mp4 import MP4

from musiclib.domain.tag_fields import Id3Version
from musiclib.tags import writer
from musiclib.tags.reader import read_art, read_tags, read_whole
from musiclib.tags.splices import OtherContent, Splice, back, decode, encode, patched
from musiclib.tags.wanted import Cover, TagsNotWritten, Wanted
from tests.support.sounds import KINDS
from tests.support.web import png
from tests.tags import foreign

Sound = Callable[[str], Path]
COVER = Cover("image/png", 300, 300, png(300, 300))
TEXTS = {
    "artist": ("Nia Okafor & 久保田リョウ",),
    "title": ("Slow Burn (Murk Remix)",),
    "album": ("Embers",),
    "albumartist": ("Nia Okafor",),
    "track": ("3/12",),
    "disc": ("2",),
    "date": ("2024-05-17",),
    "original_date": ("1999",),
    "isrc": ("ZZMLB2400001",),
    "bpm": ("122.5",),
    "key": ("F#m",),
    "key_shown": ("11A",),
    "label": ("Nordlicht",),
    "catalog_number": ("NOR 041",),
    "genres": ("House", "Deep house"),
    "energy": ("7",),
    "comment": ("11A - mine",),
    "recording_mbid": ("0f0f0f0f-0000-4000-8000-0f0f0f0f0f0f",),
    "release_mbid": ("1f0f0f0f-0000-4000-8000-0f0f0f0f0f0f",),
    "track_gain": ("-6.10 dB",),
    "track_peak": ("0.988553",),
    "album_gain": ("-5.90 dB",),
    "album_peak": ("1.012345",),
}
R128 = {"r128_gain": ("-2842",), "r128_album_gain": ("-2790",)}
OWNED = (
    "TIT2 TPE1 TALB TPE2 TRCK TPOS TDRC TYER TDAT TDOR TORY TSRC TBPM TKEY TPUB TCON COMM::deu "
    "TXXX:BPM TXXX:KEY TXXX:CATALOGNUMBER TXXX:EnergyLevel UFID:http://musicbrainz.org "
    "TXXX:REPLAYGAIN TXXX:MusicBrainz ARTIST TITLE ALBUM TRACKNUMBER DISCNUMBER DATE ORIGINALDATE "
    "ISRC BPM KEY INITIALKEY LABEL CATALOGNUMBER GENRE ENERGYLEVEL COMMENT MUSICBRAINZ_ REPLAYGAIN_ "
    "R128_ METADATA_BLOCK_PICTURE ORIGINALYEAR YEAR DISC \xa9ART \xa9nam \xa9alb aART trkn disk "
    "\xa9day tmpo \xa9gen \xa9cmt covr ----:com.apple.iTunes:ISRC ----:com.apple.iTunes:BPM "
    "----:com.apple.iTunes:KEY ----:com.apple.iTunes:initialkey ----:com.apple.iTunes:LABEL "
    "----:com.apple.iTunes:CATALOGNUMBER ----:com.apple.iTunes:ENERGYLEVEL "
    "----:com.apple.iTunes:MusicBrainz ----:com.apple.iTunes:replaygain "
    "----:com.apple.iTunes:ORIGINALDATE WM/ Author MusicBrainz/ Description TRACK"
).upper().split(" ")  # fmt: skip
FOREIGN_WM = "WM/MOOD"


def wanted_for(path: Path) -> Wanted:
    return Wanted(TEXTS | (R128 if path.suffix == ".opus" else {}), COVER)


Stored = tuple[bytes, dict[str, bytes]]


def write(path: Path, wanted: Wanted) -> Stored:
    """As the program does it, but in place; returns what undoes it."""
    before, tags = path.read_bytes(), read_whole(path)
    patch = writer.patch_for(path, tags, wanted)
    path.write_bytes(b"".join(patched(io.BytesIO(before), patch)))
    writer.check_written(path, tags, wanted)
    return encode(back(patch))


def undo(path: Path, stored: Stored) -> None:
    path.write_bytes(b"".join(patched(io.BytesIO(path.read_bytes()), decode(*stored))))


def foreign_tags(path: Path) -> dict[str, str]:
    """What mutagen finds under names that are not ours."""
    audio: Any = mutagen.File(path)  # type: ignore[attr-defined]
    tags: dict[str, Any] = dict(audio.tags or {})
    return {
        name: repr(value)
        for name, value in tags.items()
        if name.upper() == FOREIGN_WM
        or (name not in ("APIC:", "Cover Art (Front)") and not name.upper().startswith(tuple(OWNED)))
    }


def sound_of(path: Path) -> str:
    """A digest of the packets of sound; of what cannot be demuxed, of all its bytes but the tags'."""
    digest = hashlib.sha256()
    if path.suffix == ".mpc":
        return hashlib.sha256(path.read_bytes()[:2012]).hexdigest()
    with av.open(str(path), metadata_errors="replace") as container:
        for packet in container.demux(container.streams.audio[0]):
            digest.update(bytes(packet))
    return digest.hexdigest()


@pytest.mark.parametrize("kind", foreign.TAGGERS)
def test_every_kind_says_what_was_wanted_and_keeps_all_else(sound: Sound, kind: str) -> None:
    path = sound(kind.removeprefix(".v24"))
    foreign.TAGGERS[kind](path)
    original, others, heard = path.read_bytes(), foreign_tags(path), sound_of(path)
    assert others
    undoing = write(path, wanted_for(path))
    tags = read_tags(path)
    assert (tags.title, tags.bpm, tags.key, tags.genres) == (
        "Slow Burn (Murk Remix)",
        122.5,
        "F#m",
        ("House", "Deep house"),
    )
    assert (tags.track, tags.disc, tags.date, tags.isrc) == (3, 2, "2024-05-17", "ZZMLB2400001")
    assert (tags.track_gain_db, tags.track_peak, tags.album_gain_db) == (-6.1, 0.988553, -5.9)
    assert (tags.recording_mbid, tags.label) == (TEXTS["recording_mbid"][0], "Nordlicht")
    assert read_art(path) == COVER.data
    if ".m4a" in kind:  # all of its pictures are in one atom
        assert [bytes(each) for each in MP4(path)["covr"]] == [COVER.data, foreign.BACK]
    assert foreign_tags(path) == others
    assert sound_of(path) == heard
    # What is written again says it already.
    assert writer.patch_for(path, read_whole(path), wanted_for(path)) == ()
    undo(path, undoing)
    assert path.read_bytes() == original


@pytest.mark.parametrize("kind", KINDS)
def test_files_without_any_tag_get_one_and_lose_it_again(sound: Sound, kind: str) -> None:
    path = sound(kind)
    original, heard = path.read_bytes(), sound_of(path)
    undoing = write(path, wanted_for(path))
    assert read_tags(path).artist == TEXTS["artist"][0]
    assert sound_of(path) == heard
    undo(path, undoing)
    assert path.read_bytes() == original


def test_markers_of_dj_programs_lie_in_the_file_as_they_did(sound: Sound) -> None:
    """Whole frames with their heads, in the order they had; what is behind the sound stays too."""
    path = sound(".mp3")
    foreign.tag_mp3(path)
    before = path.read_bytes()
    frames = _raw_frames(before)
    write(path, wanted_for(path))
    after = path.read_bytes()
    ours = {b"TIT2", b"TPE1", b"COMM"}
    kept = [frame for frame in frames if frame[:4] not in ours or b"iTunNORM" in frame]
    assert [frame for frame in _raw_frames(after) if frame in kept] == kept
    assert {b"GEOB", b"PRIV", b"CHAP", b"CTOC", b"POPM", b"XYZQ", b"MCDI"} <= {frame[:4] for frame in kept}
    assert after[3] == before[3] == 3
    ape = before.index(b"APETAGEX")
    assert after.endswith(before[ape:-128] + after[-128:])
    assert after[-125:-95].rstrip(b"\0") == b"Slow Burn (Murk Remix)"  # the old tag at the end keeps step
    assert after[-35:-31] == b"2024"
    assert ID3(path).getall("TYER") == []  # mutagen has made TDRC of it
    assert b"TYER" in after
    assert b"TDAT" in after


def _raw_frames(raw: bytes) -> list[bytes]:
    place, end, frames = (
        10,
        10 + sum(byte << shift for byte, shift in zip(raw[6:10], (21, 14, 7, 0), strict=True)),
        [],
    )
    while place + 10 <= end and raw[place]:
        size = int.from_bytes(raw[place + 4 : place + 8])
        frames.append(raw[place : place + 10 + size])
        place += 10 + size
    return frames


def test_padding_is_used_before_anything_moves(sound: Sound) -> None:
    path = sound(".mp3")
    tags = ID3()
    tags.add(TIT2(3, "Old"))
    tags.save(path, padding=lambda info: 1000)
    size = path.stat().st_size
    write(path, Wanted({"title": ("New and longer",)}))
    assert path.stat().st_size == size
    assert read_tags(path).title == "New and longer"


def test_tags_of_older_makes_keep_their_make(sound: Sound) -> None:
    """ID3v2.2; ID3v2.3 unsynchronised as a whole; ID3v2.4 with the sizes iTunes once wrote."""
    path = sound(".mp3")
    audio = path.read_bytes()

    def synch(size: int) -> bytes:
        return bytes(size >> shift & 0x7F for shift in (21, 14, 7, 0))

    picture = b"\0PNG\x04\0" + foreign.BACK
    v22 = b"TT2\0\0\5\0Old\0" + b"GEO" + len(foreign.SERATO).to_bytes(3) + foreign.SERATO
    v22 += b"PIC" + len(picture).to_bytes(3) + picture
    path.write_bytes(b"ID3\2\0\0" + synch(len(v22)) + v22 + audio)
    undoing = write(path, Wanted(TEXTS, COVER))
    raw = path.read_bytes()
    assert raw[3] == 2
    assert v22[11:] in raw
    assert read_tags(path).bpm == 122.5
    assert MP3(path).tags.getall("APIC")[1].data == COVER.data
    undo(path, undoing)
    assert path.read_bytes() == b"ID3\2\0\0" + synch(len(v22)) + v22 + audio

    private = b"PRIV" + (8).to_bytes(4) + b"\0\0" + b"me\0\xff\xe0\xff\0x"
    whole = private.replace(b"\xff", b"\xff\0")
    path.write_bytes(b"ID3\3\0\x80" + synch(len(whole)) + whole + audio)
    write(path, Wanted({"title": ("New",)}))
    assert private in path.read_bytes()
    assert MP3(path).tags.getall("PRIV")[0].data == b"\xff\xe0\xff\0x"

    lyrics = b"USLT" + (305).to_bytes(4) + b"\0\0" + b"\3eng\0" + b"la " * 100
    path.write_bytes(b"ID3\4\0\0" + synch(len(lyrics)) + lyrics + audio)
    write(path, Wanted({"title": ("New",)}))
    assert MP3(path).tags.getall("USLT")[0].text == "la " * 100
    assert b"\3eng\0" + b"la " * 100 in path.read_bytes()


@pytest.mark.parametrize("version", Id3Version)
def test_the_version_of_a_new_tag_is_chosen(sound: Sound, version: Id3Version) -> None:
    path = sound(".mp3")
    ID3(path).delete()
    write(path, Wanted({"title": ("Ж",), "date": ("2024-05-17",)}, id3_version=version))
    assert path.read_bytes()[3] == int(version[-1])
    assert (read_tags(path).title, read_tags(path).date) == ("Ж", "2024-05-17")


def test_a_value_is_written_where_it_was_read_from(sound: Sound) -> None:
    path = sound(".flac")
    audio = FLAC(path)
    audio.clear()
    audio["Album Artist"], audio["Key"], audio["ORGANIZATION"] = "A", "8A", "L"
    audio.save()
    write(path, Wanted({"albumartist": ("B",), "key": ("Am",), "label": ("M",), "key_shown": ("9A",)}))
    assert [(name, value) for name, value in FLAC(path).tags] == [
        ("Album Artist", "B"), ("Key", "9A"), ("ORGANIZATION", "M"), ("INITIALKEY", "Am"),
    ]  # fmt: skip


def test_sound_that_moves_is_found_again(sound: Sound, tmp_path: Path) -> None:
    """M4A with its index in front: the tables are put right; Ogg: its pages are numbered on."""
    slow = sound(".m4a")
    path = tmp_path / "fast.m4a"
    with (
        av.open(str(slow)) as source,
        av.open(str(path), "w", format="mp4", options={"movflags": "faststart"}) as out,
    ):
        stream = out.add_stream_from_template(source.streams.audio[0])
        for packet in source.demux(source.streams.audio[0]):
            if packet.dts is not None:
                packet.stream = stream
                out.mux(packet)
    assert path.read_bytes().index(b"moov") < path.read_bytes().index(b"mdat")
    ogg = Path(shutil.copy(sound(".ogg"), tmp_path / "large.ogg"))
    large = Cover("image/png", 300, 300, png(300, 300) + bytes(200_000))
    for each in (path, ogg):
        heard, original = sound_of(each), each.read_bytes()
        undoing = write(each, Wanted(TEXTS, large))
        assert sound_of(each) == heard
        assert len(each.read_bytes()) > len(original) + 200_000
        undo(each, undoing)
        assert each.read_bytes() == original
    assert MP4(path).info.length == pytest.approx(1.0, abs=0.1)


def test_a_damaged_tag_is_left_alone(sound: Sound) -> None:
    path = sound(".mp3")
    frame = b"TIT2" + (4000).to_bytes(4) + b"\0\0\0Old"
    path.write_bytes(b"ID3\3\0\0\0\0\0" + bytes((len(frame),)) + frame + path.read_bytes())
    tags = read_whole(path)
    with pytest.raises(TagsNotWritten, match="damaged"):
        writer.patch_for(path, tags, Wanted({"title": ("New",)}))
    wav = sound(".wav")
    wav.write_bytes(wav.read_bytes()[:-1000])
    with pytest.raises(TagsNotWritten, match="cut off"):
        writer.patch_for(wav, read_whole(wav), Wanted({"title": ("New",)}))


def test_what_cannot_be_read_back_is_told(sound: Sound) -> None:
    path = sound(".flac")
    with pytest.raises(TagsNotWritten, match="title, cover"):
        writer.check_written(path, read_whole(path), Wanted({"title": ("x",)}, COVER))


def test_an_exact_tempo_beside_a_whole_one_counts_only_while_the_two_agree(sound: Sound) -> None:
    path = sound(".mp3")
    write(path, Wanted({"bpm": ("124.5",)}))
    tags = ID3(path)
    assert (str(tags["TBPM"]), str(tags["TXXX:BPM"]), read_tags(path).bpm) == ("125", "124.5", 124.5)
    tags["TBPM"].text = ["140"]
    tags.save(path)
    assert read_tags(path).bpm == 140
    tags.add(TXXX(3, "BPM", "fast"))
    tags.save(path)
    assert read_tags(path).bpm == 140
    write(path, Wanted({"bpm": ("130",)}))
    assert (str(ID3(path)["TXXX:BPM"]), read_tags(path).bpm) == ("130", 130)


def test_a_patch_does_not_touch_a_file_with_other_bytes() -> None:
    patch = (Splice(2, b"cd", b"X"), Splice(5, b"", b"YZ"))
    assert b"".join(patched(io.BytesIO(b"abcdef"), patch)) == b"abXeYZf"
    assert b"".join(patched(io.BytesIO(b"abXeYZf"), back(patch))) == b"abcdef"
    for other in (b"abCdef", b"abc", b"abcd"):
        with pytest.raises(OtherContent):
            b"".join(patched(io.BytesIO(other), patch))
