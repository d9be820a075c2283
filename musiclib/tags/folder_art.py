"""Pictures that lie beside audio files."""

from __future__ import annotations

from pathlib import Path

_NAMES = ("cover", "front", "folder", "albumart", "album", "artwork", "art")
"""What pictures of albums are called, the surest first; all players and taggers agree on the first three."""
_OF_WINDOWS = "albumart_"
"""How the names begin that Windows Media Player makes up."""
_SUFFIXES = (".jpg", ".jpeg", ".png", ".webp")


def pictures_beside(folder: Path) -> list[Path]:
    """The pictures of a folder that are called like an album's, in any case; the surest first."""
    try:
        files = [path for path in folder.iterdir() if path.suffix.lower() in _SUFFIXES]
    except OSError:
        return []
    ranked = [(rank, path) for path in files if (rank := _rank(path.stem.lower())) is not None]
    return [path for _, path in sorted(ranked, key=lambda each: (each[0], each[1].name))]


def _rank(name: str) -> int | None:
    if name in _NAMES:
        return _NAMES.index(name)
    if not name.startswith(_OF_WINDOWS):
        return None
    return len(_NAMES) + name.endswith("_small")
