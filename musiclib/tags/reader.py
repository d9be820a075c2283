"""Reads tags, stream facts and embedded art of audio files with mutagen.

The kind of a file is told by its first bytes and only then by its name. Whatever a damaged file makes
mutagen do ends in `UnreadableAudio` with a reason a person can read.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from mutagen import MutagenError
from mutagen.aiff import AIFF
from mutagen.asf import ASF
from mutagen.flac import FLAC
from mutagen.monkeysaudio import MonkeysAudio
from mutagen.mp3 import MP3
from mutagen.mp4 import MP4
from mutagen.musepack import Musepack
from mutagen.oggflac import OggFLAC
from mutagen.oggopus import OggOpus
from mutagen.oggvorbis import OggVorbis
from mutagen.wave import WAVE
from mutagen.wavpack import WavPack

from musiclib.domain.file_tags import LOSSLESS_CODECS, FileTags
from musiclib.domain.text import clean_isrc
from musiclib.errors import UnreadableAudio
from musiclib.tags import frames, mpeg
from musiclib.tags.letters import with_letters_mended
from musiclib.tags.riff import read_info

_BY_SUFFIX: dict[str, Any] = {
    ".mp3": MP3,
    ".flac": FLAC,
    ".ogg": OggVorbis,
    ".oga": OggVorbis,
    ".opus": OggOpus,
    ".m4a": MP4,
    ".m4b": MP4,
    ".mp4": MP4,
    ".aif": AIFF,
    ".aiff": AIFF,
    ".aifc": AIFF,
    ".wav": WAVE,
    ".wave": WAVE,
    ".wma": ASF,
    ".wv": WavPack,
    ".mpc": Musepack,
    ".ape": MonkeysAudio,
}
AUDIO_SUFFIXES = frozenset(_BY_SUFFIX)
"""Ends of the names of files worth opening: lower case, with the dot."""


_CODECS: dict[Any, str] = {
    MP3: "mp3", FLAC: "flac", OggVorbis: "vorbis", OggOpus: "opus", OggFLAC: "flac", AIFF: "pcm", WAVE: "pcm",
    ASF: "wma", WavPack: "wavpack", Musepack: "musepack", MonkeysAudio: "ape",
}  # fmt: skip
_IN_INFO = ("artist", "title", "album", "date", "genres", "track")
_OPUS_RATE = 48_000
"""What Opus decodes to, whatever went in (RFC 7845, section 5.1)."""
_HEAD = 128
_DATE = re.compile(r"(?<!\d)((?:1[89]|20)\d\d)(?:-(0[1-9]|1[0-2])(?:-(0[1-9]|[12]\d|3[01]))?)?(?!\d)")
_FIRST_NUMBER = re.compile(r"\d{1,4}")
_MBID = re.compile(r"(?i)[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_DECIBELS = re.compile(r"\s*([+-]?\d{1,2}(?:[.,]\d{1,8})?)\s*(?:[dD][bB])?\s*", re.ASCII)
_R128 = re.compile(r"[+-]?\d{1,5}", re.ASCII)
_R128_TO_REPLAYGAIN = 5.0


def read_tags(path: Path) -> FileTags:
    """The tags and stream facts of an audio file.

    Raises `UnreadableAudio` if the file cannot be opened, is no audio file of a kind we know, is
    damaged, or holds no audio. A tag that makes no sense (bpm "fast", date "0000") is left out.
    """
    return read_tags_at(str(path))


def read_tags_at(path: str) -> FileTags:
    """As `read_tags`; a scan has no need of a `Path` for each file."""
    if path[-4:].lower() == ".mp3" and (tags := _plain_mp3(path)) is not None:
        return tags
    return _by_mutagen(Path(path))


def _plain_mp3(path: str) -> FileTags | None:
    """None where mutagen has to look at it, if only to say what is wrong."""
    try:
        with open(path, "rb", buffering=0) as file:  # noqa: PTH123 (as above)
            size = os.fstat(file.fileno()).st_size
            read = mpeg.read_plain(file, size)
    except OSError:
        return None
    if read is None or read.length <= 0:
        return None
    return _file_tags(
        frames.of_id3(read.values or {}),
        duration=read.length,
        codec="mp3",
        bitrate=_positive(read.bitrate) or int(size * 8 / read.length),
        sample_rate=read.sample_rate,
        channels=read.channels,
        has_art=read.has_art,
    )


def _by_mutagen(path: Path) -> FileTags:
    audio, size = _open(path)
    info = audio.info
    duration = float(getattr(info, "length", 0.0) or 0.0)
    if duration <= 0:
        raise UnreadableAudio(f"{path.name} holds no audio. It may be cut off; copy or download it again.")
    codec = _codec(audio)
    return _file_tags(
        _values(audio, path),
        duration=duration,
        codec=codec,
        bitrate=_positive(getattr(info, "bitrate", 0)) or int(size * 8 / duration),
        sample_rate=_OPUS_RATE if codec == "opus" else _positive(getattr(info, "sample_rate", 0)),
        channels=_positive(getattr(info, "channels", 0)),
        bit_depth=_positive(getattr(info, "bits_per_sample", 0)) if codec in LOSSLESS_CODECS else None,
        has_art=frames.has_art(audio),
    )


def _file_tags(
    values: dict[str, list[str]],
    *,
    duration: float,
    codec: str,
    bitrate: int | None,
    sample_rate: int | None,
    channels: int | None,
    bit_depth: int | None = None,
    has_art: bool,
) -> FileTags:
    values = with_letters_mended(values)
    first = {name: found[0] for name, found in values.items() if found}
    track, disc = first.get("track"), first.get("disc")
    return FileTags(
        artist="; ".join(dict.fromkeys(values["artist"])) or None,
        title=first.get("title"),
        album=first.get("album"),
        albumartist="; ".join(values["albumartist"]) or None,
        track=_number(track),
        disc=_number(disc),
        date=_date(values["date"]),
        isrc=next((isrc for each in values["isrc"] if (isrc := clean_isrc(each))), None),
        bpm=_tempo(first.get("bpm"), first.get("bpm_exact")),
        key=first.get("key"),
        label=first.get("label"),
        catalog_number=first.get("catalog_number"),
        genres=_genres(values["genres"]),
        track_total=_total(track, first.get("track_total")),
        disc_total=_total(disc, first.get("disc_total")),
        original_date=_date(values["original_date"]),
        compilation=first.get("compilation", "").lower() in ("1", "true", "yes"),
        recording_mbid=_mbid(first.get("recording_mbid")),
        release_mbid=_mbid(first.get("release_mbid")),
        track_gain_db=_track_gain(first),
        album_gain_db=_decibels(first.get("album_gain")),
        track_peak=_peak(first.get("track_peak")),
        duration_s=round(duration, 3),
        codec=codec,
        bitrate=bitrate,
        sample_rate=sample_rate,
        channels=channels,
        bit_depth=bit_depth,
        has_art=has_art,
    )


@dataclass(frozen=True, slots=True)
class WholeTags:
    """The tags of a file as they are written there."""

    audio: Any
    """As mutagen has opened it; its type tells the kind of file."""
    codec: str
    values: Mapping[str, list[str]]
    """Every field of `frames.FIELDS`; the tempo is the exact one, where that is beside it."""
    cover: bytes | None
    """The embedded front cover, as `read_art` gives it."""


def read_whole(path: Path) -> WholeTags:
    """All that this program knows of in the tags of a file. Raises `UnreadableAudio` as `read_tags` does."""
    audio, _ = _open(path)
    try:
        values, cover = _values(audio, path), frames.front_cover(audio, frames.MAX_ART_BYTES)
    except (OSError, UnreadableAudio):
        raise
    except Exception as error:
        raise _damaged(path, error) from error
    if (tempo := _tempo(*(next(iter(values[name]), None) for name in ("bpm", "bpm_exact")))) is not None:
        values = values | {"bpm": [str(tempo)]}
    return WholeTags(audio, _codec(audio), with_letters_mended(values), cover)


def read_art(path: Path, max_bytes: int = frames.MAX_ART_BYTES) -> bytes | None:
    """The embedded front cover, or the first picture if none is marked so; None if there is none.

    A picture larger than `max_bytes` counts as none. The bytes are not checked to be an image.
    Raises `UnreadableAudio` as `read_tags` does.
    """
    audio, _ = _open(path)
    try:
        return frames.front_cover(audio, max_bytes)
    except Exception as error:
        raise _damaged(path, error) from error


def _open(path: Path) -> tuple[Any, int]:
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD)
            if not head:
                raise UnreadableAudio(f"{path.name} is empty. Copy or download it again.")
            kind = _kind(head, path.suffix.lower())
            if kind is None or head.startswith(b"ID3"):
                kind = _kind_after_id3(file, head) or kind
            if kind is None:
                raise UnreadableAudio(f"{path.name} is not an audio file of a kind this program knows.")
            return _load(kind, file, path), file.seek(0, 2)
    except OSError as error:
        raise UnreadableAudio(f"{path.name} cannot be opened: {error.strerror or error}.") from error


def _values(audio: Any, path: Path) -> dict[str, list[str]]:
    values = frames.read(audio)
    if not isinstance(audio, WAVE) or all(values[name] for name in _IN_INFO):
        return values
    # A WAV file can have tags that mutagen does not know.
    try:
        return {name: values[name] or found for name, found in read_info(path).items()}
    except OSError as error:
        raise UnreadableAudio(f"{path.name} cannot be opened: {error.strerror or error}.") from error


def _load(kind: Any, file: BinaryIO, path: Path) -> Any:
    file.seek(0)
    try:
        return kind(file)
    except (MutagenError, OSError) as error:
        if isinstance(error.__cause__, OSError) and error.__cause__.errno:
            raise error.__cause__ from error
        raise _damaged(path, error) from error
    except Exception as error:
        raise _damaged(path, error) from error


def _damaged(path: Path, error: Exception) -> UnreadableAudio:
    said = " ".join(str(error).replace(repr(str(path)), "it").split())[:120] or type(error).__name__
    return UnreadableAudio(f"{path.name} is damaged or not what its name says ({said}).")


def _kind(head: bytes, suffix: str) -> Any:
    """The mutagen class for a file that starts with `head`; the name decides where the bytes do not."""
    if head.startswith(b"OggS"):
        return _ogg_kind(head)
    for magic, kind in (
        (b"fLaC", FLAC), (b"wvpk", WavPack), (b"MPCK", Musepack), (b"MP+", Musepack),
        (b"MAC ", MonkeysAudio), (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", ASF),
    ):  # fmt: skip
        if head.startswith(magic):
            return kind
    if head[4:8] == b"ftyp":
        return MP4
    if head[:4] == b"RIFF" and head[8:12] == b"WAVE":
        return WAVE
    if head[:4] == b"FORM" and head[8:11] == b"AIF":
        return AIFF
    if head[:1] == b"\xff" and len(head) > 1 and head[1] & 0xE6 > 0xE0:
        return MP3
    # MP3 may begin with rubbish, and some taggers put ID3 before anything.
    return _BY_SUFFIX.get(suffix)


def _kind_after_id3(file: BinaryIO, head: bytes) -> Any:
    """The kind of what follows an ID3 tag, whose length is in four bytes of seven bits (ID3v2.4, 3.1)."""
    if not head.startswith(b"ID3") or len(head) < 10:
        return None
    length = 0
    for byte in head[6:10]:
        length = length << 7 | byte & 0x7F
    file.seek(10 + length)
    return _kind(file.read(_HEAD), "")


def _ogg_kind(head: bytes) -> Any:
    if b"OpusHead" in head:
        return OggOpus
    return OggFLAC if b"\x7fFLAC" in head else OggVorbis


def _codec(audio: Any) -> str:
    if isinstance(audio, MP4):
        info: Any = audio.info
        codec = str(info.codec)
        return "aac" if codec.startswith("mp4a") else codec.lower()
    return _CODECS[type(audio)]


def _positive(value: Any) -> int | None:
    return int(value) if value and value > 0 else None


def _number(text: str | None) -> int | None:
    """The 3 of "3/12"; vinyl sides ("A1") are no numbers."""
    return int(found[0]) if text and (found := _FIRST_NUMBER.match(text)) else None


def _total(text: str | None, said: str | None) -> int | None:
    """The 12 of "3/12", or what another tag says."""
    after = text.partition("/")[2] if text else ""
    return _number(after.strip() or said) or None


def _mbid(text: str | None) -> str | None:
    return text.lower() if text and _MBID.fullmatch(text) else None


def _track_gain(first: Mapping[str, str]) -> float | None:
    """ReplayGain, or what Opus has in its place: 256ths of a decibel to -23 LUFS (RFC 7845, 5.2.1)."""
    if (gain := _decibels(first.get("track_gain"))) is not None:
        return gain
    r128 = first.get("r128_gain", "")
    if not _R128.fullmatch(r128):
        return None
    return round(int(r128) / 256 + _R128_TO_REPLAYGAIN, 2)


def _decibels(text: str | None) -> float | None:
    found = _DECIBELS.fullmatch(text) if text else None
    return round(float(found[1].replace(",", ".")), 2) if found else None


def _peak(text: str | None) -> float | None:
    try:
        peak = float((text or "").replace(",", "."))
    except ValueError:
        return None
    return round(peak, 6) if 0 < peak < 100 else None


def _date(texts: list[str]) -> str | None:
    found = [match[0] for text in texts if (match := _DATE.search(text))]
    return max(found, key=len, default=None)


def _bpm(text: str | None) -> float | None:
    try:
        bpm = float((text or "").replace(",", "."))
    except ValueError:
        return None
    return round(bpm, 2) if 20 <= bpm <= 400 else None


def _tempo(said: str | None, exact: str | None) -> float | None:
    """Where a tag has whole numbers only, the exact tempo is beside it; unless that is out of date."""
    whole, tempo = _bpm(said), _bpm(exact)
    return tempo if tempo and (not whole or abs(tempo - whole) < 1) else whole


def _genres(texts: list[str]) -> tuple[str, ...]:
    found: dict[str, str] = {}
    for text in texts:
        for part in text.split(";"):
            if part.strip():
                found.setdefault(part.strip().casefold(), part.strip())
    return tuple(found.values())
