"""Small real audio files with tags."""

from __future__ import annotations

import wave
from pathlib import Path

from mutagen.id3 import APIC, TALB, TIT2, TPE1, TPE2, TRCK, TSRC
from mutagen.wave import WAVE

_FRAMES = {"artist": TPE1, "title": TIT2, "album": TALB, "albumartist": TPE2, "track": TRCK, "isrc": TSRC}


def write_wav(path: Path, seconds: float = 1.0, *, art: bytes | None = None, **tags: str) -> Path:
    """A silent WAV file; tags are named artist, title, album, albumartist, track, isrc."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(bytes(2 * round(8000 * seconds)))
    if tags:
        audio = WAVE(path)
        audio.add_tags()
        for name, value in tags.items():
            audio.tags.add(_FRAMES[name](encoding=3, text=[value]))
        if art is not None:
            audio.tags.add(APIC(encoding=3, mime="image/png", type=3, data=art))
        audio.save()
    return path
