"""Fingerprints of audio files: made once for each content, compared by what they share."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path

from musiclib.analysis.fingerprint import can_fingerprint
from musiclib.analysis.pool import AnalysisPool
from musiclib.analysis.worker import content_hash
from musiclib.db.connection import Connection
from musiclib.db.engine import Database
from musiclib.db.files import FileRepository
from musiclib.db.fingerprints import FileToHear, FingerprintRepository
from musiclib.domain.fingerprints import SAME_SOUND, likeness, may_be_same
from musiclib.domain.ids import TrackId
from musiclib.errors import AnalysisError
from musiclib.services.acts import Clock
from musiclib.services.hearing_types import HearingOutcome, HearingProgress

_MAKER = "musiclib.analysis.fingerprint:fingerprint_audio"
_LIMIT_S = 60.0
_NONE = (
    "Fingerprints cannot be made here: neither Essentia nor the program fpcalc (Chromaprint) is installed. "
    "ISRC and names work without."
)


class FingerprintService:
    """Thread-safe; not for the GUI thread: files are read."""

    def __init__(self, db: Database, clock: Clock, maker: str = _MAKER) -> None:
        """`maker` names the function that the children call, as for `AnalysisPool`."""
        self._db, self._clock, self._maker = db, clock, maker

    def lacking(self) -> int:
        """How many readable files of tracks have no fingerprint yet."""
        with self._db.read() as conn:
            return len(FingerprintRepository(conn).to_hear())

    def make(
        self, tell: Callable[[HearingProgress], None], stop: Callable[[], bool] = lambda: False
    ) -> HearingOutcome:
        """Make the fingerprints that are lacking, some files at once, until `stop` says so.

        Raises `AnalysisError` where nothing is installed to make them.
        """
        with self._db.read() as conn:
            files = FingerprintRepository(conn).to_hear()
        if files and not can_fingerprint():
            raise AnalysisError(_NONE)
        return asyncio.run(self._make(files, tell, stop))

    async def _make(
        self,
        files: Sequence[FileToHear],
        tell: Callable[[HearingProgress], None],
        stop: Callable[[], bool],
    ) -> HearingOutcome:
        left, failed = list(reversed(files)), list[tuple[str, str]]()

        async def work(pool: AnalysisPool) -> None:
            while left and not stop():
                file = left.pop()
                tell(HearingProgress(len(files) - len(left) - 1, len(files), Path(file.path).name))
                try:
                    await self._hear(pool, file)
                except AnalysisError as error:
                    failed.append((file.path, str(error)))

        async with AnalysisPool(analyse=self._maker) as pool:
            await asyncio.gather(*(work(pool) for _ in range(pool.lanes)))
        return HearingOutcome(len(files) - len(left) - len(failed), len(left), tuple(failed))

    async def _hear(self, pool: AnalysisPool, file: FileToHear) -> None:
        path = Path(file.path)
        hashed = file.content_hash
        if hashed is None:
            hashed = await asyncio.to_thread(_hash_of, path)
        made = await pool.analyze(path, limit_s=_LIMIT_S)
        with self._db.write() as conn:
            if file.content_hash is None:
                FileRepository(conn).set_content_hash(file.id, hashed)
            FingerprintRepository(conn).put(hashed, made.fingerprint, self._clock())


def _hash_of(path: Path) -> str:
    try:
        return content_hash(path)
    except OSError as error:
        raise AnalysisError(f"“{path.name}” cannot be read: {error.strerror}.") from error


def sounding_alike(conn: Connection) -> list[list[TrackId]]:
    """Tracks whose files have the same content, or sound the same; pairs, or sets of one content."""
    repository = FingerprintRepository(conn)
    tracks_of: dict[str, list[TrackId]] = defaultdict(list)
    for track_id, hashed in repository.heard_tracks():
        tracks_of[hashed].append(track_id)
    alike = [list(dict.fromkeys(ids)) for ids in tracks_of.values() if len(set(ids)) > 1]
    kept = [(hashed, each) for hashed, each in repository.samples() if hashed in tracks_of]
    pairs = [(kept[one][0], kept[other][0]) for one, other in may_be_same([each for _, each in kept])]
    prints = repository.prints({hashed for pair in pairs for hashed in pair})
    for one, other in pairs:
        if likeness(prints[one], prints[other]) >= SAME_SOUND:
            alike += [[here, there] for here in tracks_of[one] for there in tracks_of[other] if here != there]
    return alike
