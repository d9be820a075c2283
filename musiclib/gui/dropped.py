"""What was dropped on the window, or chosen to be opened."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path


def sorted_out(paths: Sequence[str]) -> tuple[list[str], list[Path], list[str]]:
    """(list files, folders to scan, ZIP files); an audio file stands for its folder.

    What is not there, as a music folder whose disk is away, is left to the scan, which says what to do.
    """
    from musiclib.gui.dialogs.paste_import.file_reading import LIST_SUFFIXES

    lists, folders, zips = [], [], []
    for path in map(Path, paths):
        if path.is_dir():
            folders.append(path)
        elif path.suffix.lower() in LIST_SUFFIXES:
            lists.append(str(path))
        elif path.suffix.lower() == ".zip":
            zips.append(str(path))
        else:
            folders.append(path.parent if path.is_file() else path)
    return lists, list(dict.fromkeys(folders)), zips
