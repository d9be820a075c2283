"""Ways to fill a library and to let its worker run."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from musiclib.bootstrap import Library
from musiclib.db.enrichment_tasks import EnrichmentTaskRepository
from musiclib.db.files import FileRepository
from musiclib.db.records import FileFacts, FileLink
from musiclib.domain.ids import TrackId
from musiclib.domain.queue import QueueSummary
from musiclib.domain.rows import TaskRow, TrackRow
from musiclib.domain.states import TaskKind
from musiclib.domain.tracklist.model import ParsedTrack
from musiclib.runners.enrichment import EnrichmentRunner
from musiclib.runners.sources import Connect
from musiclib.runners.updates import RunnerUpdate
from musiclib.services.import_types import ImportOutcome, ImportRequest, NewAlbum
from tests.runners.fakes import ANALYSE


def import_tracks(library: Library, *names: str, title: str = "A night") -> ImportOutcome:
    rows = tuple(ParsedTrack(*name.split(" - ", 1)) for name in names)
    return library.imports.commit(ImportRequest(rows, "\n".join(names), NewAlbum(title)))


def give_file(library: Library, track_id: TrackId, path: Path, content: bytes = b"sound") -> None:
    """Link a file to a track and queue its analysis, as a scan does."""
    path.write_bytes(content)
    now = datetime.now(UTC)
    with library._db.write() as conn:
        ids = FileRepository(conn).put([FileFacts(str(path), len(content), 1)], now)
        FileRepository(conn).link([FileLink(track_id, ids[str(path)], 100.0)], now)
        EnrichmentTaskRepository(conn).enqueue([track_id], TaskKind.AUDIO, now)


def make_runner(
    library: Library, connect: Connect, on_change: Callable[[RunnerUpdate], None] = lambda update: None
) -> EnrichmentRunner:
    return library.enrichment_runner(on_change, connect=connect, analyse=ANALYSE)


def run_until_idle(
    library: Library, connect: Connect, on_change: Callable[[RunnerUpdate], None] = lambda update: None
) -> QueueSummary:
    return asyncio.run(make_runner(library, connect, on_change).run(until_idle=True))


def only_task(library: Library, kind: TaskKind = TaskKind.METADATA) -> TaskRow:
    (task,) = library.enrichment.tasks(kind=kind)
    return task


def only_track(library: Library) -> TrackRow:
    (row,) = library.library.load_tracks()
    return row
