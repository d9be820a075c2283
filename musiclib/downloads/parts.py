"""The two files of a transfer on its way: `<id>.part`, the bytes, and `<id>.json`, the journal.

The journal is the truth: only so many bytes of the part count as it says, and it says so after they were
fsynced. What stands behind its offset is cut off. Blocking; used from the transfer's own thread.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Self

from musiclib.downloads.disk import sync_file, sync_folder
from musiclib.downloads.expected import Expected

INCOMING: Final = ".incoming"
"""The folder below the download folder where files are until they are whole."""
JOURNAL_EVERY_S = 1.0
_JOURNAL_SHARE = 10
"""Where saving is slow it comes less often: it takes a tenth of the time at most."""
_VERSION = 1
_MAX_JOURNAL_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True)
class Placing:
    """Where the file was about to be moved, and how to know it again: a move keeps size and time."""

    target: str
    size: int
    mtime_ns: int


@dataclass(frozen=True, slots=True)
class Journal:
    """What is known of a part file."""

    key: str
    """Of which candidate it is (`Expected.key`)."""
    size: int | None = None
    hashes: Mapping[str, str] = field(default_factory=dict)
    """What the candidate was said to be when it was begun."""
    offset: int = 0
    """So many bytes are surely on the disk."""
    total: int | None = None
    validator: str | None = None
    """The strong validator of what was begun, for If-Range; None: it cannot be continued."""
    complete: bool = False
    placing: Placing | None = None
    owner: str = ""
    """Which library it belongs to, as several may have the same download folder."""

    def is_of(self, expected: Expected) -> bool:
        return (
            self.key == expected.key and self.size == expected.size and dict(self.hashes) == expected.hashes
        )


def read_journal(path: Path) -> Journal | None:
    """None where there is none, or none that can be believed. Raises `OSError` of a disk that fails."""
    try:
        with path.open("rb") as file:
            raw = file.read(_MAX_JOURNAL_BYTES + 1)
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        return None
    try:
        return _journal(json.loads(raw))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def write_journal(path: Path, journal: Journal, *, durable: bool = False) -> None:
    """Put it in the place of the former in one step. `durable`: it outlives a power cut for certain.

    Without, a former one may come back, which says less of the same bytes.
    """
    data = {"version": _VERSION, **dataclasses.asdict(journal), "hashes": dict(journal.hashes)}
    new = path.with_suffix(".json.new")
    with new.open("wb") as file:
        file.write(json.dumps(data).encode())
        file.flush()
        sync_file(file.fileno())
    new.replace(path)
    if durable:
        sync_folder(path.parent)


def _journal(raw: Any) -> Journal:
    if raw["version"] != _VERSION:
        raise ValueError("a journal of another version")
    placing = raw["placing"]
    journal = Journal(
        key=_text(raw["key"]),
        size=_count(raw["size"]),
        hashes={_text(name): _text(value) for name, value in raw["hashes"].items()},
        offset=_count(raw["offset"]) or 0,
        total=_count(raw["total"]),
        validator=None if raw["validator"] is None else _text(raw["validator"]),
        complete=raw["complete"] is True,
        placing=None
        if placing is None
        else Placing(_text(placing["target"]), int(placing["size"]), int(placing["mtime_ns"])),
        owner=_text(raw["owner"]),
    )
    if journal.total is not None and journal.offset > journal.total:
        raise ValueError("more bytes than there are")
    return journal


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("not a text")
    return value


def _count(value: Any) -> int | None:
    if value is None:
        return None
    if type(value) is not int or value < 0:
        raise ValueError("not a number of bytes")
    return value


class PartFile:
    """The part and the journal of one transfer. Nothing is written before `begin`."""

    def __init__(
        self,
        incoming: Path,
        name: str,
        expected: Expected,
        *,
        owner: str = "",
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.path = incoming / f"{name}.part"
        self.journal_path = incoming / f"{name}.json"
        self._expected = expected
        self._owner = owner
        self._monotonic = monotonic
        self._fd: int | None = None
        self._save_at = 0.0
        self.journal = self._fresh()
        self.offset = 0
        """Where the next byte goes."""

    def load(self) -> Self:
        """Read what is there. What cannot be continued counts as nothing: it is dropped by `begin`."""
        journal = read_journal(self.journal_path)
        if journal is not None and journal.is_of(self._expected) and self._holds(journal):
            self.journal = dataclasses.replace(journal, owner=self._owner)
        else:
            self.forget()
        self.offset = self.journal.offset
        return self

    def forget(self) -> None:
        """Count what is there as nothing; `begin` has then to start at 0."""
        self.journal = self._fresh()
        self.offset = 0

    @property
    def can_continue(self) -> bool:
        return self.journal.complete or (self.offset > 0 and self.journal.validator is not None)

    def begin(self, start: int, total: int | None, validator: str | None) -> None:
        """Be ready for bytes from `start`: 0, or where it stands.

        Starting anew is made durable before a byte is written, lest new bytes are taken for old ones.
        """
        if start not in (0, self.offset):
            raise ValueError(f"the part is at {self.offset}, not at {start}")
        if start == 0:
            self._start_anew(total, validator)
        else:
            self.journal = dataclasses.replace(self.journal, total=total, validator=validator)
            self._open()
        self._save_at = self._monotonic() + JOURNAL_EVERY_S

    def write(self, data: bytes | memoryview) -> None:
        """Add bytes. Raises `OSError`; what was written before it stays."""
        fd = self._opened()
        view = memoryview(data)
        while view:
            written = os.write(fd, view)
            self.offset += written
            view = view[written:]

    def wrote(self, count: int) -> None:
        """So many bytes were added through `fileno`."""
        self.offset += count

    def fileno(self) -> int:
        return self._opened()

    def save_if_due(self) -> bool:
        """Save, if it was a second or more since. Returns whether it was saved."""
        now = self._monotonic()
        if now < self._save_at:
            return False
        self.save()
        after = self._monotonic()
        self._save_at = after + max(JOURNAL_EVERY_S, (after - now) * _JOURNAL_SHARE)
        return True

    def save(self, *, complete: bool = False) -> None:
        """Bytes to the disk, then the journal. Raises `FileNotFoundError` if the part was removed."""
        fd = self._opened()
        if not os.path.samestat(os.fstat(fd), self.path.stat()):
            raise FileNotFoundError(f"{self.path.name} was put away by somebody else")
        sync_file(fd)
        self.journal = dataclasses.replace(
            self.journal,
            offset=self.offset,
            complete=complete,
            total=self.offset if complete else self.journal.total,
        )
        write_journal(self.journal_path, self.journal)

    def close(self) -> None:
        if self._fd is not None:
            fd, self._fd = self._fd, None
            os.close(fd)

    def _fresh(self) -> Journal:
        return Journal(
            self._expected.key, self._expected.size, dict(self._expected.hashes), owner=self._owner
        )

    def _holds(self, journal: Journal) -> bool:
        """Whether the part has the bytes the journal speaks of, and may be written to."""
        try:
            stat = self.path.stat(follow_symlinks=False)
        except (FileNotFoundError, NotADirectoryError):
            return journal.offset == 0
        if journal.complete:
            return stat.st_size == journal.offset
        return stat.st_size >= journal.offset and stat.st_nlink == 1

    def _start_anew(self, total: int | None, validator: str | None) -> None:
        self.close()
        self.forget()
        self.journal = dataclasses.replace(self.journal, total=total, validator=validator)
        known = self.journal_path.exists()
        write_journal(self.journal_path, self.journal, durable=known)
        # Not cut to nothing: the bytes may have a second name by now, in the library.
        self.path.unlink(missing_ok=True)
        self._open()

    def _opened(self) -> int:
        if self._fd is None:
            raise ValueError("the part was not begun")
        return self._fd

    def _open(self) -> None:
        self.close()
        flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
        fd = os.open(self.path, flags, 0o666)
        try:
            if os.fstat(fd).st_nlink > 1:
                raise FileExistsError(f"{self.path.name} has another name too")
            os.ftruncate(fd, self.offset)
            os.lseek(fd, self.offset, os.SEEK_SET)
        except BaseException:
            os.close(fd)
            raise
        self._fd = fd


def remove_files(incoming: Path, name: str) -> None:
    """All that a transfer has there; the journal last, as it tells whose the rest is."""
    for suffix in (".part", ".link", ".json.new", ".json"):
        with contextlib.suppress(FileNotFoundError, NotADirectoryError):
            (incoming / f"{name}{suffix}").unlink()
