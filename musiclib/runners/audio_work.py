"""Has a track's file measured, once per content and version of the analyser."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from musiclib.analysis.features import ANALYSER_VERSION, Analysis, AudioFeatures
from musiclib.analysis.worker import content_hash
from musiclib.db.connection import Connection
from musiclib.db.effective import remerge
from musiclib.db.engine import Database
from musiclib.db.files import FileRepository
from musiclib.db.metadata import AnalysisRepository, TrackMetadataRepository
from musiclib.db.records import ClaimedTask, FileRecord, SourceValues
from musiclib.domain.provenance import Plain
from musiclib.domain.states import FileState, Reason, Source
from musiclib.errors import AnalysisError, UnreadableAudio
from musiclib.runners.outcome import Ending, Outcome, done, failed

_CRASHES = frozenset({Reason.ANALYSER_CRASHED, Reason.ANALYSIS_TIMED_OUT})
_VERSION = str(ANALYSER_VERSION)


class Analyser(Protocol):
    """What an `AnalysisPool` does for the runner."""

    async def analyze(
        self, path: Path, *, duration_s: float | None = None, limit_s: float | None = None
    ) -> Analysis: ...


class AudioWork:
    """Audio tasks, several at once. Holds no transaction while a lane works."""

    def __init__(self, db: Database, analyser: Analyser, precedence: Sequence[str]) -> None:
        self._db = db
        self._analyser = analyser
        self._precedence = precedence

    async def do(self, task: ClaimedTask) -> Outcome:
        with self._db.read() as conn:
            files = FileRepository(conn).files_of([task.track_id]).get(task.track_id, [])
        if not files:
            return done(Reason.NO_FILE)
        file = files[0]
        others = any(each.state is FileState.OK for each in files[1:])
        try:
            hashed = await asyncio.to_thread(content_hash, Path(file.path))
        except OSError as error:
            return self._unreachable(file, error, others=others)
        features = self._known(hashed)
        fresh = None
        if features is None:
            try:
                fresh = await self._analyser.analyze(Path(file.path), duration_s=file.duration_s)
            except AnalysisError as error:
                return self._of_error(task, file, hashed, error, others=others)
            features = fresh.features
        write = self._writer(task, file, features, hashed, fresh)
        return done(Reason.FOUND, write, features.warning)

    def _known(self, hashed: str) -> AudioFeatures | None:
        """What was measured of this content before, under whatever path it lay."""
        with self._db.read() as conn:
            stored = AnalysisRepository(conn).get(hashed, _VERSION)
        return AudioFeatures.from_dict(stored) if stored else None

    def _writer(
        self,
        task: ClaimedTask,
        file: FileRecord,
        features: AudioFeatures,
        hashed: str,
        fresh: Analysis | None,
    ) -> Callable[[Connection, datetime], None]:
        def write(conn: Connection, now: datetime) -> None:
            content = _content_now(conn, file, hashed)
            FileRepository(conn).set_content_hash(file.id, content)
            if fresh is not None:
                AnalysisRepository(conn).put(
                    content,
                    _VERSION,
                    features.engine,
                    features.as_dict(),
                    now,
                    fresh.waveform,
                    fresh.spectrum,
                )
            fields, confidence = measured(features)
            said = SourceValues(task.track_id, Source.ANALYSIS, fields, content, confidence)
            TrackMetadataRepository(conn).put([said], now)
            remerge(conn, [task.track_id], self._precedence, now)

        return write

    def _unreachable(self, file: FileRecord, error: OSError, *, others: bool) -> Outcome:
        """The file is gone, or somebody may not read it: a scan finds either kind again."""
        if isinstance(error, FileNotFoundError | NotADirectoryError):
            state, reason = FileState.MISSING, Reason.FILE_MISSING
            next_step = "Bring the file back and scan its folder."
        else:
            state, reason = FileState.BROKEN, Reason.UNREADABLE_AUDIO
            next_step = "Check its disk and who may read it, then scan its folder."
        said = f"{file.path} cannot be read ({error.strerror}). {next_step}"

        def write(conn: Connection, now: datetime) -> None:
            FileRepository(conn).set_state([file.id], state, said)

        if others:
            return Outcome(Ending.LATER, Reason.RETRY, said, write, keep_attempt=False)
        return failed(reason, said, write)

    def _of_error(
        self, task: ClaimedTask, file: FileRecord, hashed: str, error: AnalysisError, *, others: bool
    ) -> Outcome:
        if isinstance(error, UnreadableAudio):

            def write(conn: Connection, now: datetime) -> None:
                FileRepository(conn).set_state([file.id], FileState.BROKEN, str(error))
                FileRepository(conn).set_content_hash(file.id, hashed)  # this content: no scan tries it again

            if others:
                # The next best file is measured, now that this one is known to be broken.
                return Outcome(Ending.LATER, Reason.RETRY, str(error), write, keep_attempt=False)
            return failed(Reason.UNREADABLE_AUDIO, str(error), write)
        reason = Reason(error.code)
        if task.reason in _CRASHES:
            said = f"{error} It was left alone after the second time; try it again by hand."
            return failed(Reason.QUARANTINED, said)
        # Once more at once: who runs the queue to its end must not leave before it is known.
        return Outcome(Ending.LATER, reason, str(error))


def _content_now(conn: Connection, file: FileRecord, hashed: str) -> str:
    """The hash of what was measured; of what the file is now, if its tags were written meanwhile."""
    now = FileRepository(conn).get(file.id)
    written = now is not None and now.content_hash not in (None, file.content_hash)
    return now.content_hash or hashed if now is not None and written else hashed


def measured(features: AudioFeatures) -> tuple[dict[str, Plain], dict[str, float]]:
    """The measurements under the names of `MERGED_FIELDS`, and how sure they are (0-1)."""
    key = features.musical_key
    values: dict[str, Any] = {
        "duration_s": round(features.duration_s, 3),
        "bpm": features.bpm,
        "key_code": key.code if key else None,
        "energy": features.energy,
        "loudness_lufs": features.loudness_lufs,
        "loudness_range_lu": features.loudness_range_lu,
        "true_peak_dbtp": features.true_peak_dbtp,
    }
    fields = {name: value for name, value in values.items() if value is not None}
    sure = {"bpm": features.bpm_confidence, "key_code": features.key_confidence}
    return fields, {name: value for name, value in sure.items() if name in fields}
