"""Lists the audio files of folders, without opening one."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from musiclib.errors import FolderUnreadable
from musiclib.services.scan_types import BrokenFile
from musiclib.tags.opening import is_audio_name

_NOT_MUSIC = frozenset(
    {"@eadir", "#recycle", "#snapshot", "$recycle.bin", "system volume information", "lost+found", "__macosx"}
)
"""Folders of systems and network drives that hold no music of a person; in lower case."""
_NOT_THERE = (errno.ENOENT, errno.ENOTDIR)


class Listed(NamedTuple):
    path: str
    size: int
    mtime_ns: int


@dataclass(slots=True)
class Listing:
    """What was seen below a folder."""

    files: dict[str, Listed] = field(default_factory=dict)
    unreadable: list[BrokenFile] = field(default_factory=list)
    """Folders and files that could not be looked at."""
    vanished: list[str] = field(default_factory=list)
    """What went away while it was looked at."""
    dangling: list[str] = field(default_factory=list)
    """Links that lead nowhere."""
    empty: list[str] = field(default_factory=list)
    """Folders in which there is nothing at all: where a disk belongs, or belonged."""
    mounts: list[str] = field(default_factory=list)
    """Folders in which another file system begins."""
    complete: bool = True
    """Whether it was listed to its end, rather than stopped."""

    def hidden(self) -> tuple[str, ...]:
        """Places at which, or below which, files may be that were not seen."""
        return (*(str(each.path) for each in self.unreadable), *self.vanished)


def is_within(path: str, places: tuple[str, ...]) -> bool:
    """Whether a path is one of the places, or lies below one."""
    return path.startswith(places) and any(
        path == place or path.startswith(place + os.sep) for place in places
    )


def usable_folders(folders: Iterable[Path]) -> tuple[list[Path], list[BrokenFile]]:
    """The folders as absolute paths, without those inside another one; and those that cannot be listed.

    Raises `FolderUnreadable` if none can.
    """
    usable: list[Path] = []
    away: list[BrokenFile] = []
    for folder in sorted({Path(os.path.abspath(each)) for each in folders}):  # noqa: PTH100 (keeps symbolic links)
        if any(folder.is_relative_to(other) for other in usable):
            continue
        if (reason := _reason_against(folder)) is None:
            usable.append(folder)
        else:
            away.append(BrokenFile(folder, reason))
    if away and not usable:
        raise FolderUnreadable(away[0].path, away[0].reason)
    return usable, away


def _reason_against(folder: Path) -> str | None:
    if not folder.is_dir():
        what = "is not a folder" if folder.exists() else "is not there"
        return f"{folder} {what}. Check the path, or connect its disk."
    try:
        with os.scandir(folder) as entries:
            next(entries, None)
    except OSError as error:
        return f"{folder} cannot be read ({error.strerror}). Check who may read it."
    return None


def list_audio(folder: Path, tick: Callable[[int, str], bool]) -> Listing:
    """The audio files in a folder and all below it; hidden ones and those of the system are left out.

    Symbolic links are followed, loops are not. `tick(files so far, folder)` ends it by returning False.
    """
    return _Lister(tick).list(str(folder))


class _Lister:
    def __init__(self, tick: Callable[[int, str], bool]) -> None:
        self._tick = tick
        self._listing = Listing()
        self._seen: set[tuple[int, int]] = set()
        self._below: list[tuple[str, int]] = []
        """Folders still to be looked into, and the file system of the folder they are in."""
        self._linked: list[tuple[str, int]] = []
        """The same for links: last, so that what can be reached without one is listed without."""

    def list(self, folder: str) -> Listing:
        try:
            self._below.append((folder, os.stat(folder).st_dev))  # noqa: PTH116 (a Path for each is slow)
        except OSError as error:
            self._cannot(folder, error)
        while self._below or self._linked:
            current, device = (self._below or self._linked).pop()
            if not self._tick(len(self._listing.files), current):
                self._listing.complete = False
                break
            try:
                self._look_into(current, device)
            except OSError as error:
                self._cannot(current, error)
        return self._listing

    def _look_into(self, folder: str, outside: int) -> None:
        status = os.stat(folder)  # noqa: PTH116 (as above)
        if (status.st_dev, status.st_ino) in self._seen:
            return
        self._seen.add((status.st_dev, status.st_ino))
        if status.st_dev != outside:
            self._listing.mounts.append(folder)
        files = self._listing.files
        nothing = True
        with os.scandir(folder) as entries:
            for entry in entries:
                nothing = False
                name = entry.name
                if name[0] == ".":
                    continue
                try:
                    if is_audio_name(name) and not entry.is_dir():
                        found = entry.stat()
                        if stat.S_ISREG(found.st_mode):  # opening a pipe would wait for ever
                            path = entry.path
                            files[path] = Listed(path, found.st_size, found.st_mtime_ns)
                    else:
                        self._note_folder(entry, status.st_dev)
                except OSError as error:
                    self._cannot_look_at(entry, error)
        if nothing:
            self._listing.empty.append(folder)

    def _note_folder(self, entry: os.DirEntry[str], device: int) -> None:
        if entry.is_dir():
            if entry.name.lower() not in _NOT_MUSIC:
                (self._linked if entry.is_symlink() else self._below).append((entry.path, device))
        elif entry.is_symlink() and not os.path.exists(entry.path):  # noqa: PTH110 (as above)
            self._listing.dangling.append(entry.path)

    def _cannot(self, folder: str, error: OSError) -> None:
        reason = f"The folder cannot be read ({error.strerror})."
        self._listing.unreadable.append(BrokenFile(Path(folder), reason))

    def _cannot_look_at(self, entry: os.DirEntry[str], error: OSError) -> None:
        if error.errno in _NOT_THERE and not entry.is_symlink():
            self._listing.vanished.append(entry.path)
            return
        reason = f"The file cannot be looked at ({error.strerror})."
        self._listing.unreadable.append(BrokenFile(Path(entry.path), reason))
