"""Looking after the queue: how it stands, trying again, pausing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from musiclib.analysis.features import ANALYSER_VERSION
from musiclib.db import queries
from musiclib.db.albums import AlbumRepository
from musiclib.db.connection import Connection
from musiclib.db.engine import Database
from musiclib.db.enrichment_tasks import EnrichmentTaskRepository
from musiclib.db.files import FileRepository
from musiclib.db.metadata import AnalysisRepository
from musiclib.db.queue import queue_summary, set_all_paused, set_analysis_paused
from musiclib.domain.ids import AlbumId, TrackId
from musiclib.domain.queue import AnalysisPace, Off, QueueSummary
from musiclib.domain.rates import Rate
from musiclib.domain.rows import TaskRow
from musiclib.domain.states import TaskKind, TaskStatus
from musiclib.services.acts import Clock

_ON_THE_ALBUM, _INSPECTED = 4, 5
"""Priorities of what is looked at: before all that waits in line, after what a person asked for."""


class EnrichmentService:
    """Thread-safe; each method is one transaction."""

    def __init__(
        self,
        db: Database,
        clock: Clock,
        rates: Callable[[], Mapping[str, Rate]],
        off: Callable[[], Mapping[str, Off]],
        pace: Callable[[], AnalysisPace],
    ) -> None:
        """`rates` names the providers there are, `off` those that are not asked, `pace` how fast audio may
        be analysed, as it is now."""
        self._db = db
        self._clock = clock
        self._rates = rates
        self._off = off
        self._pace = pace

    def summary(self) -> QueueSummary:
        with self._db.read() as conn:
            return queue_summary(conn, self._clock(), self._rates(), self._off(), self._pace())

    def tasks(
        self,
        status: TaskStatus | None = None,
        kind: TaskKind | None = None,
        track_ids: Iterable[TrackId] | None = None,
        limit: int | None = None,
    ) -> list[TaskRow]:
        """Tasks, the one that changed last first."""
        with self._db.read() as conn:
            return queries.task_rows(conn, status=status, kind=kind, track_ids=track_ids, limit=limit)

    def retry(
        self, track_ids: Iterable[TrackId] | None = None, kind: TaskKind | None = None
    ) -> list[TrackId]:
        """Try again at once what failed or waits; returns the tracks whose badge changed.

        None stands for all tracks, or all kinds.
        """
        with self._db.write() as conn:
            return EnrichmentTaskRepository(conn).retry(track_ids, kind, self._clock())

    def redo(self, track_ids: Iterable[TrackId], kind: TaskKind) -> None:
        """Do the work again even where it is done, before all other work."""
        with self._db.write() as conn:
            EnrichmentTaskRepository(conn).requeue(list(track_ids), kind, self._clock(), priority=10)

    def analyse_again(self, track_ids: Iterable[TrackId]) -> list[TrackId]:
        """Have the files of these tracks analysed before all others; returns the tracks that have one.

        What was measured of the same content by this version of the analyser holds; what a person has chosen
        or locked stays.
        """
        with self._db.read() as conn:
            ids = list(FileRepository(conn).files_of(track_ids))
        self.redo(ids, TaskKind.AUDIO)
        return ids

    def pause_all(self) -> None:
        """No new task is taken, in any process; what runs is finished."""
        with self._db.write() as conn:
            set_all_paused(conn, True, self._clock())

    def resume_all(self) -> None:
        with self._db.write() as conn:
            set_all_paused(conn, False, self._clock())

    def pause_analysis(self) -> None:
        """No new file is analysed, in any process, till `resume_analysis`; look-ups go on."""
        with self._db.write() as conn:
            set_analysis_paused(conn, True, self._clock())

    def resume_analysis(self) -> None:
        with self._db.write() as conn:
            set_analysis_paused(conn, False, self._clock())

    def look_at(self, album_id: AlbumId | None, track_id: TrackId | None) -> None:
        """A person looks at this album and this track: their files are analysed before others.

        What an older version of the analyser measured of the track's file is measured again. All others keep
        what they have until they are looked at, or until somebody asks: nobody's library is analysed anew for
        an update of the program.
        """
        with self._db.read() as conn:
            outdated = track_id is not None and self._is_outdated(conn, track_id)
        if outdated and track_id is not None:
            with self._db.write() as conn:
                EnrichmentTaskRepository(conn).requeue([track_id], TaskKind.AUDIO, self._clock())
        with self._db.read() as conn:
            listed = AlbumRepository(conn).entries(album_id) if album_id is not None else []
            wanted = dict.fromkeys((each.track_id for each in listed), _ON_THE_ALBUM)
            if track_id is not None:
                wanted[track_id] = _INSPECTED
            if not EnrichmentTaskRepository(conn).differ_in_attention(wanted, TaskKind.AUDIO):
                return
        with self._db.write() as conn:
            EnrichmentTaskRepository(conn).set_attention(wanted, TaskKind.AUDIO)

    def _is_outdated(self, conn: Connection, track_id: TrackId) -> bool:
        record = AnalysisRepository(conn).of_track(track_id)
        if record is None or record.analyser_version == str(ANALYSER_VERSION):
            return False
        # What waits or runs is measured anew anyway; what failed would fail again at each look.
        return bool(
            queries.task_rows(conn, status=TaskStatus.DONE, kind=TaskKind.AUDIO, track_ids=[track_id])
        )
