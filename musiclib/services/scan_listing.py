"""Lists the audio files of folders, without opening one."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from musiclib.errors import FolderUnreadable
from musiclib.services.scan_types import BrokenFile
from musiclib.tags.reader import AUDIO_SUFFIXES


@dataclass(frozen=True, slots=True)
class Listed:
    path: str
    size: int
    mtime_ns: int


@dataclass(slots=True)
class Listing:
    """All audio files seen, and the folders below that could not be looked into."""

    files: dict[str, Listed] = field(default_factory=dict)
    unreadable: list[BrokenFile] = field(default_factory=list)

    def hides(self, path: str) -> bool:
        """Whether the file may well be there, in a folder that could not be looked into."""
        return any(path.startswith(str(folder.path) + os.sep) for folder in self.unreadable)


def checked_folders(folders: Iterable[Path]) -> list[Path]:
    """The folders as absolute paths, without those inside another one.

    Raises `FolderUnreadable` for one that is not there or cannot be listed.
    """
    absolute = sorted({Path(os.path.abspath(each)) for each in folders})  # noqa: PTH100 (keeps symbolic links)
    for folder in absolute:
        if not folder.is_dir():
            what = "is not a folder" if folder.exists() else "is not there"
            raise FolderUnreadable(folder, f"{folder} {what}. Check the path, or connect its disk.")
        try:
            with os.scandir(folder) as entries:
                next(entries, None)
        except OSError as error:
            raise FolderUnreadable(
                folder, f"{folder} cannot be read ({error.strerror}). Check who may read it."
            ) from error
    kept: list[Path] = []
    for folder in absolute:
        if not any(folder.is_relative_to(other) for other in kept):
            kept.append(folder)
    return kept


def list_audio(folder: Path, tick: Callable[[int, str], bool]) -> Listing:
    """The audio files in a folder and all below it; hidden ones are left out.

    Symbolic links are followed, loops are not. `tick(files so far, folder)` ends it by returning False.
    """
    listing = Listing()
    seen: set[tuple[int, int]] = set()
    pending = [str(folder)]
    while pending:
        current = pending.pop()
        if not tick(len(listing.files), current):
            break
        try:
            status = os.stat(current)  # noqa: PTH116 (a Path for each of 100,000 files is slow)
            if (status.st_dev, status.st_ino) in seen:
                continue
            seen.add((status.st_dev, status.st_ino))
            pending += _read_folder(current, listing)
        except OSError as error:
            reason = f"The folder cannot be read ({error.strerror})."
            listing.unreadable.append(BrokenFile(Path(current), reason))
    return listing


def _read_folder(folder: str, listing: Listing) -> Iterator[str]:
    below: list[str] = []
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.startswith("."):
                continue
            try:
                if entry.is_dir():
                    below.append(entry.path)
                elif os.path.splitext(entry.name)[1].lower() in AUDIO_SUFFIXES:  # noqa: PTH122 (as above)
                    status = entry.stat()
                    if not stat.S_ISREG(status.st_mode):
                        continue  # opening a pipe would wait for ever
                    listing.files[entry.path] = Listed(entry.path, status.st_size, status.st_mtime_ns)
            except OSError as error:
                # A dangling link, or a file that went away while we looked.
                reason = f"The file cannot be looked at ({error.strerror})."
                listing.unreadable.append(BrokenFile(Path(entry.path), reason))
    return iter(below)
