"""Writes tags into audio files of every kind: says what bytes of a file change, and changes no other.

Mutagen only reads here. Its own writing (1.48) makes every frame of an ID3v2.3 tag anew, in the order and
the encoding it likes, sorts atoms, APE items and WMA attributes, and drops what it cannot read. So each kind
has a module of ours that takes a tag apart into items and keeps those it does not write.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

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

from musiclib.domain.tag_values import says_already
from musiclib.tags import (
    writer_ape,
    writer_asf,
    writer_chunks,
    writer_flac,
    writer_id3,
    writer_mp4,
    writer_ogg,
)
from musiclib.tags.reader import WholeTags, read_whole
from musiclib.tags.splices import Patch
from musiclib.tags.wanted import TagsNotWritten, Wanted

_WRITERS: dict[Any, Callable[[BinaryIO, Wanted], Patch]] = {
    MP3: writer_id3.patch,
    FLAC: writer_flac.patch,
    OggVorbis: writer_ogg.patch,
    OggOpus: writer_ogg.patch,
    OggFLAC: writer_ogg.patch,
    MP4: writer_mp4.patch,
    AIFF: writer_chunks.patch,
    WAVE: writer_chunks.patch,
    ASF: writer_asf.patch,
    WavPack: writer_ape.patch,
    Musepack: writer_ape.patch,
    MonkeysAudio: writer_ape.patch,
}


def patch_for(path: Path, tags: WholeTags, wanted: Wanted) -> Patch:
    """What bytes of the file change; nothing where it says all that already.

    Raises `TagsNotWritten` with a sentence for the person; OSError as the file does.
    """
    with path.open("rb") as file:
        return _WRITERS[type(tags.audio)](file, wanted)


def check_written(path: Path, before: WholeTags, wanted: Wanted) -> None:
    """Read a file that was written, whatever its name, as any other program would.

    Raises `TagsNotWritten` if it does not say what was wanted, or its sound is not what it was.
    """
    after = read_whole(path)
    missing = [
        name for name, values in wanted.texts.items() if not says_already(name, after.values[name], values)
    ]
    if wanted.cover is not None and after.cover != wanted.cover.data:
        missing.append("cover")
    if missing or type(after.audio) is not type(before.audio) or _sound(after) != _sound(before):
        raise TagsNotWritten(
            f"It could not be read back right ({', '.join(missing) or 'the sound'}), so it was not kept."
        )


def _sound(tags: WholeTags) -> tuple[Any, ...]:
    info = tags.audio.info
    return tuple(getattr(info, name, None) for name in ("length", "sample_rate", "channels"))
