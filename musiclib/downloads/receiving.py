"""Taking bytes into a part, whoever sends them: bounds, room, the first look, saving, the last checks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from musiclib.domain.states import TransferReason
from musiclib.downloads.answers import Asked, Body
from musiclib.downloads.base import TransferError
from musiclib.downloads.checks import audio_kind, differs, surely_not_audio
from musiclib.downloads.disk import need_room
from musiclib.downloads.expected import Expected, Fetched
from musiclib.downloads.job import Job
from musiclib.downloads.parts import PartFile

_LOOK_BYTES = 512
_SAID_BYTES = 64 * 1024
_CRUMB = 64 * 1024
_MOST_CRUMBS = 16
"""So many answers may be that small: each costs a request."""

Piece = bytes | memoryview | int
"""Bytes, which hold till the next piece is asked for; or how many the sender has added itself."""
Refusal = Callable[[bytes], TransferError | None]
"""Which error the text is that came in place of audio, if its source can read it."""


@dataclass(frozen=True, slots=True)
class Room:
    """How much a file may take."""

    max_file_bytes: int
    reserve_bytes: int
    """So much of the disk is left free."""


class Receiver:
    """Fills one part. Raises `TransferError`, `DiskFull`, `OSError` of the part's disk, and `Stopped`."""

    def __init__(self, part: PartFile, expected: Expected, job: Job, room: Room) -> None:
        self._part = part
        self._expected = expected
        self._job = job
        self._room = room
        self._crumbs = 0
        self._show(part.journal.total)

    @property
    def complete(self) -> bool:
        return self._part.journal.complete

    def asked(self) -> Asked:
        """What is still to come."""
        if not self._part.can_continue:
            self.forget()
        return Asked(self._part.offset, self._part.journal.validator, self._part.journal.total)

    def forget(self) -> None:
        """Begin at 0 next time."""
        self._part.forget()
        self._show(None)

    def fileno(self) -> int:
        """For senders that copy within the system: they yield how many bytes they added."""
        return self._part.fileno()

    def receive(self, body: Body, data: Iterator[Piece], refusal: Refusal | None) -> None:
        """Take the bytes of a body. What came before an error is kept, unless the error says otherwise.

        With `refusal`, a file that begins is looked at before anything is given up for it.
        """
        self._admit(body)
        if refusal is not None and body.start == 0:
            data = self._looked_at(body, data, refusal)
        self._part.begin(body.start, body.total, body.validator)
        try:
            self._take(body, data)
            self._end(body)
        except OSError:
            raise  # a disk that fails is not asked to save
        except BaseException:
            self._part.save()
            raise
        finally:
            self._part.close()

    def finish_as_it_is(self) -> None:
        """All bytes are here: the sender has no more."""
        journal = self._part.journal
        self._part.begin(self._part.offset, self._part.offset, journal.validator)
        try:
            self._part.save(complete=True)
        finally:
            self._part.close()

    def check(self) -> Fetched:
        """The whole file, if it is what was expected."""
        return check(self._part.path, self._expected, self._job)

    def _admit(self, body: Body) -> None:
        if (body.total or 0) > self._room.max_file_bytes:
            raise _too_large(self._room)
        if body.start and self._expected.size not in (None, body.total):
            raise _wrong_size()
        to_come = (body.total or self._expected.size or body.start) - body.start
        need_room(self._part.path.parent, to_come, self._room.reserve_bytes)

    def _looked_at(self, body: Body, data: Iterator[Piece], refusal: Refusal) -> Iterator[Piece]:
        """The same pieces, of which the first are no page and no document. Raises `TransferError`."""
        head = self._gathered(b"", data, _LOOK_BYTES)
        if not head or surely_not_audio(head):
            said = refusal(self._gathered(head, data, _SAID_BYTES)[:_SAID_BYTES])
            # Where audio came before, it is the network that talks, or a server that is being mended.
            raise said or _not_audio(retry=self._part.path.exists())
        if body.total is not None and self._expected.size not in (None, body.total):
            raise _wrong_size()
        return chain((head,), data)

    def _gathered(self, head: bytes, data: Iterator[Piece], count: int) -> bytes:
        while len(head) < count and not isinstance(each := next(data, 0), int):
            self._job.keep_on()
            head += each
        return head

    def _take(self, body: Body, data: Iterator[Piece]) -> None:
        self._show(body.total)
        limit = min(self._room.max_file_bytes, body.total or self._expected.size or self._room.max_file_bytes)
        for each in data:
            self._job.keep_on()
            count = each if isinstance(each, int) else len(each)
            if self._part.offset + count > limit:
                raise _wrong_size() if limit < self._room.max_file_bytes else _too_large(self._room)
            if isinstance(each, int):
                self._part.wrote(each)
            else:
                self._part.write(each)
            self._job.done = self._part.offset
            if self._part.save_if_due():
                need_room(self._part.path.parent, 0, self._room.reserve_bytes)
            self._job.pay(count)

    def _end(self, body: Body) -> None:
        offset, total = self._part.offset, body.total
        if offset == total or (total is None and body.start == 0):
            self._part.save(complete=True)
            return
        self._part.save()
        self._crumbs += offset - body.start < _CRUMB
        if self._crumbs > _MOST_CRUMBS:
            raise TransferError(
                TransferReason.WRONG_RANGE, "The server sends the file in crumbs.", retry=True
            )

    def _show(self, total: int | None) -> None:
        self._job.done = self._part.offset
        self._job.total = total if total is not None else self._expected.size


def check(path: Path, expected: Expected, job: Job) -> Fetched:
    """Whether a file has the size and the hashes that were said, and is audio at all.

    Raises `TransferError`, `OSError`, `Stopped`.
    """
    job.checking = True
    size = path.stat().st_size
    if expected.size not in (None, size):
        raise _wrong_size()
    kind = audio_kind(path)
    if kind is None:
        raise _not_audio(retry=False)
    if differs(path, expected.hashes, job.keep_on):
        raise TransferError(
            TransferReason.WRONG_HASH, "What came is not the file the source speaks of.", restart=True
        )
    return Fetched(path, size, kind.suffix(expected.suffix))


def _wrong_size() -> TransferError:
    return TransferError(
        TransferReason.WRONG_SIZE, "The file has not the size its source says.", restart=True
    )


def _not_audio(*, retry: bool) -> TransferError:
    """`retry`: it was audio before; what is here of it is kept."""
    return TransferError(
        TransferReason.NOT_AUDIO, "What came is no audio file.", retry=retry, restart=not retry
    )


def _too_large(room: Room) -> TransferError:
    return TransferError(
        TransferReason.TOO_LARGE, f"The file is larger than {room.max_file_bytes:,} bytes.", restart=True
    )
