"""Makes folders of tagged audio files as collections have them: many kinds, most with a picture inside."""

from __future__ import annotations

import random
import tempfile
from pathlib import Path
from typing import Any

from mutagen.aiff import AIFF
from mutagen.apev2 import APEv2
from mutagen.asf import ASF
from mutagen.flac import FLAC, Picture
from mutagen.id3 import APIC, ID3, TALB, TBPM, TCON, TDRC, TIT2, TKEY, TPE1, TPE2, TPUB, TRCK, TSRC, TXXX
from mutagen.mp4 import MP4, MP4Cover, MP4FreeForm
from mutagen.oggopus import OggOpus
from mutagen.oggvorbis import OggVorbis
from mutagen.wave import WAVE

from tests.support.sounds import make_sounds

_SHARES = {  # in a hundred files
    ".mp3": 58, ".flac": 20, ".m4a": 8, ".ogg": 3, ".opus": 2, ".alac.m4a": 2, ".aiff": 3, ".wav": 2,
    ".wma": 1, ".wv": 1,
}  # fmt: skip
_PER_ALBUM = 12
_ART_BYTES = 12_000
_GENRES = ("House", "Techno", "Drum & Bass", "Jazz", "Soul", "Ambient")
_KEYS = ("8A", "Am", "F#m", "10B", "Bb maj", "3A")
_LOADED: dict[str, Any] = {
    ".flac": FLAC, ".ogg": OggVorbis, ".opus": OggOpus, ".m4a": MP4, ".aiff": AIFF, ".wav": WAVE, ".wma": ASF,
}  # fmt: skip


def make_files(folder: Path, count: int) -> None:
    """`count` files below `folder`, an album of twelve to each folder; the same ones every time."""
    chance = random.Random(7)
    suffixes = [suffix for suffix, share in _SHARES.items() for _ in range(share)]
    art = b"\xff\xd8\xff\xe0\0\x10JFIF" + chance.randbytes(_ART_BYTES)
    with tempfile.TemporaryDirectory() as name:
        make_sounds(Path(name))
        sounds = {suffix: (Path(name) / f"sound{suffix}").read_bytes() for suffix in _SHARES}
    for number in range(count):
        album, track = divmod(number, _PER_ALBUM)
        suffix = chance.choice(suffixes)
        values = _values(album, track, number)
        place = folder / values["albumartist"] / values["album"]
        place.mkdir(parents=True, exist_ok=True)
        path = place / f"{track + 1:02} {values['title']}.{suffix.rpartition('.')[2]}"
        path.write_bytes(sounds[suffix])
        _tag(path, values, art if chance.random() < 0.8 else None)


def _values(album: int, track: int, number: int) -> dict[str, str]:
    artist = f"Artist {album // 3}" if album % 5 else f"Größe {album // 3}"
    return {
        "artist": artist if track % 4 else f"{artist} feat. Guest {number % 400}",
        "title": f"Title {number}" + (f" (Someone {number % 50} Remix)" if track % 3 == 0 else ""),
        "album": f"Album {album}",
        "albumartist": artist,
        "track": f"{track + 1}/{_PER_ALBUM}",
        "date": f"{1970 + album % 55}-0{1 + album % 9}-11",
        "isrc": f"ZZMLB{album % 100:02}{number % 100_000:05}",
        "bpm": str(90 + number % 60),
        "key": _KEYS[number % len(_KEYS)],
        "label": f"Label {album % 200}",
        "catalog": f"CAT {album:04}",
        "genre": _GENRES[album % len(_GENRES)],
    }


def _tag(path: Path, values: dict[str, str], art: bytes | None) -> None:
    suffix = path.suffix
    if suffix == ".mp3":
        tags = ID3()
        _write_id3(tags, values, art)
        tags.save(path)
    elif suffix == ".wv":
        tags = APEv2()
        tags.update({name.title(): value for name, value in values.items()})
        tags.save(path)
    else:
        audio = _LOADED[suffix](path)
        _write(audio, values, art)
        audio.save()


def _write(audio: Any, values: dict[str, str], art: bytes | None) -> None:
    if isinstance(audio, AIFF | WAVE):
        audio.add_tags()
        _write_id3(audio.tags, values, art)
    elif isinstance(audio, MP4):
        _write_mp4(audio, values, art)
    elif isinstance(audio, ASF):
        named = {"artist": "Author", "title": "Title", "album": "WM/AlbumTitle", "genre": "WM/Genre"}
        audio.update({name: [values[field]] for field, name in named.items()})
    else:
        named = {"track": "tracknumber", "key": "initialkey", "catalog": "catalognumber"}
        audio.update({named.get(field, field): value for field, value in values.items()})
        if art and isinstance(audio, FLAC):
            picture: Any = Picture()
            picture.data, picture.type, picture.mime = art, 3, "image/jpeg"
            audio.add_picture(picture)


def _write_id3(tags: Any, values: dict[str, str], art: bytes | None) -> None:
    frames = {
        "artist": TPE1, "title": TIT2, "album": TALB, "albumartist": TPE2, "track": TRCK, "date": TDRC,
        "isrc": TSRC, "bpm": TBPM, "key": TKEY, "label": TPUB, "genre": TCON,
    }  # fmt: skip
    for field, frame in frames.items():
        tags.add(frame(encoding=3 if not values[field].isascii() else 0, text=[values[field]]))
    tags.add(TXXX(encoding=0, desc="CATALOGNUMBER", text=[values["catalog"]]))
    if art:
        tags.add(APIC(encoding=0, mime="image/jpeg", type=3, desc="", data=art))


def _write_mp4(audio: Any, values: dict[str, str], art: bytes | None) -> None:
    named = {"artist": "\xa9ART", "title": "\xa9nam", "album": "\xa9alb", "albumartist": "aART"}
    named |= {"date": "\xa9day", "genre": "\xa9gen"}
    audio.update({name: [values[field]] for field, name in named.items()})
    audio["trkn"] = [(int(values["track"].split("/")[0]), _PER_ALBUM)]
    for field in ("isrc", "bpm", "label"):
        audio[f"----:com.apple.iTunes:{field.upper()}"] = [MP4FreeForm(values[field].encode())]
    if art:
        audio["covr"] = [MP4Cover(art, MP4Cover.FORMAT_JPEG)]
