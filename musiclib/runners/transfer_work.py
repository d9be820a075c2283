"""Does the work of one transfer: searches for its candidates; fetches, checks and places the chosen one."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from musiclib.db.connection import Connection
from musiclib.db.engine import Database
from musiclib.db.records import FileFacts
from musiclib.db.transfer_records import ListedAlbum, ListedTrack, OfferedCandidate, TransferRecord
from musiclib.db.wanted import listed_album
from musiclib.domain.arrivals import objection
from musiclib.domain.audio_choice import Choice, Rules, Verdict
from musiclib.domain.file_names import NameFields, relative_path
from musiclib.domain.file_tags import FileTags
from musiclib.domain.ids import TrackId
from musiclib.domain.matching import Recording
from musiclib.domain.states import FileState, TransferReason
from musiclib.domain.transfers import MOST_TRIES
from musiclib.downloads.base import Downloader, TransferError
from musiclib.downloads.expected import Expected, Fetched, Progress
from musiclib.errors import AnalysisError, DatabaseBusy, DiskFull
from musiclib.runners.audio_work import Analyser
from musiclib.runners.finding import Found, find
from musiclib.runners.transfer_outcome import (
    End,
    Outcome,
    another_or_none,
    back_off,
    bug,
    in_trouble,
    of_error,
)

if TYPE_CHECKING:
    from musiclib.downloads.engine import Engine

VARIOUS = "Various Artists"
"""Who an album without an artist of its own is by, in the names of its files."""
_OFFLINE = "The network is switched off in the settings. It goes on once it is on again."
_ASK_AGAIN_OFFLINE = timedelta(minutes=5)
_HEADWAY = 64 * 1024
"""So many bytes more than ever before begin the count of tries anew: a server that gives some bytes and
breaks off is given up in the end."""
_log = logging.getLogger(__name__)

Ended = tuple[TransferRecord, Outcome]
"""A transfer as it was claimed, and what came of it."""


class Arrivals(Protocol):
    """How a file that has come enters the library."""

    def facts_at(self, path: Path) -> FileFacts:
        """What a scan would learn of it. Blocking; `OSError`."""

    def tags_of(self, facts: FileFacts) -> FileTags:
        """Its tags among those facts."""

    def take_in(
        self, conn: Connection, track_id: TrackId, facts: FileFacts, score: float, now: datetime
    ) -> None:
        """Link it to its track, have its tags speak and its sound measured."""


@dataclass(frozen=True, slots=True)
class DownloadDesk:
    """What a runner works with; opened in its loop and closed with it."""

    sources: Sequence[Downloader]
    """In the order they are preferred."""
    given: Sequence[Downloader]
    """Of what a person handed over; nothing can be searched for there."""
    engine: Engine
    checker: Analyser
    """Decodes a file from end to end, in a child process."""
    arrivals: Arrivals
    rules: Rules
    template: str
    """Names files, as `domain.file_names`."""
    at_once: int
    """Files that move at the same time."""
    folder: Path
    """Where files are placed."""
    online: bool = True
    """Without it the sources that need the network are missing, and what was chosen there waits."""


class TransferWork:
    """Belongs to one loop. Nothing is written here: what came of it is an `Outcome`."""

    def __init__(self, db: Database, desk: DownloadDesk, clock: Callable[[], datetime]) -> None:
        self._db = db
        self._desk = desk
        self._clock = clock
        self._sources = {each.id: each for each in (*desk.sources, *desk.given)}

    async def search(self, transfers: Sequence[TransferRecord]) -> list[Ended]:
        """Search for all that is wanted of one album."""
        album = self._album(transfers[0])
        if album is None or not self._desk.sources:
            return [(each, _nowhere(bool(self._desk.sources))) for each in transfers]
        refused = {each.track_id: each.refused for each in transfers}
        found = await find(album.wanting(set(refused)), self._desk.sources, self._desk.rules, refused)
        return [(each, self._chosen(each, found)) for each in transfers]

    async def move(self, transfer: TransferRecord, on_progress: Callable[[Progress], None]) -> list[Ended]:
        """Fetch the chosen candidate, check it and put it in its place."""
        before = transfer.bytes_done
        got_on = False

        def told(progress: Progress) -> None:
            nonlocal got_on
            got_on = got_on or progress.done >= before + _HEADWAY
            on_progress(progress)

        return [(transfer, await self._guarded(transfer, told, lambda: got_on))]

    async def _guarded(
        self, transfer: TransferRecord, told: Callable[[Progress], None], got_on: Callable[[], bool]
    ) -> Outcome:
        try:
            return await self._moved(transfer, told)
        except TransferError as error:
            accept = self._desk.rules.accept
            return of_error(transfer, error, self._clock(), accept, got_on=got_on() and not error.restart)
        except DiskFull as error:
            return in_trouble(transfer, TransferReason.DISK_FULL, str(error), self._clock())
        except DatabaseBusy as error:
            return in_trouble(transfer, TransferReason.BUG, str(error), self._clock())
        except Exception as error:  # noqa: BLE001 (one transfer's bug must not stop the others)
            _log.exception("transfer %s failed", transfer.id)
            return bug(error)

    async def _moved(self, transfer: TransferRecord, told: Callable[[Progress], None]) -> Outcome:
        assert transfer.chosen is not None
        candidate = transfer.chosen.ranked.candidate
        source = self._sources.get(candidate.source)
        if source is None and not self._desk.online:
            later = self._clock() + _ASK_AGAIN_OFFLINE
            tries = max(0, transfer.attempts - 1)
            return Outcome(End.LATER, TransferReason.UNREACHABLE, _OFFLINE, later, tries)
        if source is None:
            said = f"{transfer.chosen.source_label} was removed or is switched off. Choose another source."
            return another_or_none(transfer, TransferReason.SOURCE_MISSING, said, self._desk.rules.accept)
        origin = await source.origin(candidate)
        fetched = await self._desk.engine.fetch(transfer.id, origin, Expected.of(candidate), told)
        album = self._album(transfer)
        track = (
            next((each for each in album.tracks if each.track_id == transfer.track_id), None)
            if album
            else None
        )
        if album is None or track is None:
            return Outcome(End.FAILED, TransferReason.NO_SOURCE, "It is on the album no more.")
        told(Progress(fetched.size, fetched.size, checking=True))
        if not (fetched.placed or transfer.accept_as_is):
            against = await self._check(transfer, track, fetched)
            if against is not None:
                return against
        name = relative_path(self._desk.template, _fields(album, track), "")
        path = await self._desk.engine.place(transfer.id, fetched, str(name))
        try:
            facts = await asyncio.to_thread(self._desk.arrivals.facts_at, path)
        except asyncio.CancelledError:
            await self._desk.engine.take_back(fetched, path)
            raise
        return Outcome(End.DONE, path=path, facts=facts, ours=not fetched.stays)

    async def _check(self, transfer: TransferRecord, track: ListedTrack, fetched: Fetched) -> Outcome | None:
        """Decode it from end to end, compare its length and tags with the list; None: all is well."""
        assert transfer.chosen is not None
        candidate = transfer.chosen.ranked.candidate
        length_s = candidate.duration_s or track.duration_s
        try:
            heard = await self._desk.checker.analyze(fetched.path, duration_s=length_s)
        except AnalysisError as error:
            return await self._unreadable(transfer, str(error))
        facts = await asyncio.to_thread(self._desk.arrivals.facts_at, fetched.path)
        if facts.state is not FileState.OK:
            return await self._unreadable(transfer, facts.reason or "It cannot be read.")
        promised_s = candidate.duration_s if transfer.chosen_by_hand else None
        recording = Recording(
            track.artist, track.title, track.version, duration_s=track.duration_s, isrc=track.isrc
        )
        against = objection(
            recording, heard.features.duration_s, self._desk.arrivals.tags_of(facts), promised_s
        )
        return None if against is None else Outcome(End.ASK, TransferReason.NOT_AS_LISTED, against)

    async def _unreadable(self, transfer: TransferRecord, said: str) -> Outcome:
        """It came whole, or so it seems: once more from the first byte, then it is the source's fault."""
        said = said.replace(f"{transfer.id}.part", "The file").replace("“The file”", "The file")
        error = TransferError(TransferReason.UNREADABLE_AUDIO, said, restart=True)
        await self._desk.engine.discard(transfer.id)
        return of_error(transfer, error, self._clock(), self._desk.rules.accept, got_on=False)

    def _chosen(self, transfer: TransferRecord, found: Found) -> Outcome:
        choice = found.choices.get(transfer.track_id, Choice(Verdict.NONE, ()))
        offers = tuple(OfferedCandidate(each, self._label(each.candidate.source)) for each in choice.ranked)
        if choice.verdict is Verdict.SURE:
            return Outcome(End.FOUND, chosen=offers[0], candidates=offers)
        if choice.verdict is Verdict.ASK:
            return Outcome(End.ASK, TransferReason.UNSURE, candidates=offers)
        if not found.failed:
            return _nowhere(any_source=True)
        name, error = found.failed[0]
        said = f"{name} could not be asked: {error}"
        if transfer.attempts >= MOST_TRIES:
            return Outcome(End.FAILED, TransferReason.NO_SOURCE, said)
        until = self._clock() + back_off(error.reason, transfer.attempts)
        return Outcome(End.LATER, error.reason, said, max(until, error.until or until))

    def _label(self, source_id: str) -> str:
        return self._sources[source_id].label if source_id in self._sources else source_id

    def _album(self, transfer: TransferRecord) -> ListedAlbum | None:
        if transfer.album_id is None:
            return None
        with self._db.read() as conn:
            return listed_album(conn, transfer.album_id)


def _nowhere(any_source: bool) -> Outcome:
    said = None if any_source else "No source is set up. Add one in the settings."
    return Outcome(End.FAILED, TransferReason.NO_SOURCE, said)


def _fields(album: ListedAlbum, track: ListedTrack) -> NameFields:
    artists = {each.artist for each in album.tracks}
    return NameFields(
        title=track.whole_title,
        artist=track.artist,
        album=album.title,
        albumartist=album.artist or (VARIOUS if len(artists) > 1 else track.artist),
        year=album.year,
        track=track.position,
        disc=track.disc,
        label=track.label,
        isrc=track.isrc,
    )
