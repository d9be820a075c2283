"""Audio files by their names, and their tags: what reads them is imported with the first file.

Mutagen takes a good part of a start, and no file is opened before the window stands.
"""

from __future__ import annotations

from pathlib import Path

from musiclib.domain.file_tags import FileTags

AUDIO_SUFFIXES = frozenset(
    {
        *(".mp3", ".flac", ".ogg", ".oga", ".opus", ".m4a", ".m4b", ".mp4", ".aif", ".aiff", ".aifc"),
        *(".wav", ".wave", ".wma", ".wv", ".mpc", ".ape"),
    }
)
"""Ends of the names of files worth opening: lower case, with the dot."""


def is_audio_name(name: str) -> bool:
    """Whether a file of this name is worth opening."""
    _, dot, suffix = name.rpartition(".")
    return bool(dot) and f".{suffix.lower()}" in AUDIO_SUFFIXES


def read_tags(path: Path) -> FileTags:
    """As `reader.read_tags`."""
    from musiclib.tags import reader

    return reader.read_tags(path)


def read_tags_at(path: str) -> FileTags:
    """As `reader.read_tags_at`."""
    from musiclib.tags import reader

    return reader.read_tags_at(path)


def read_art(path: Path) -> bytes | None:
    """As `reader.read_art`."""
    from musiclib.tags import reader

    return reader.read_art(path)
