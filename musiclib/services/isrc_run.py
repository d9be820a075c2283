"""Asks one provider for every track that has an ISRC and no link there, a batch at a time."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from musiclib.db.engine import Database
from musiclib.db.metadata import CandidateRepository
from musiclib.db.records import TrackRecord
from musiclib.db.tracks import TrackRepository
from musiclib.domain.collecting import CollectionPhase
from musiclib.domain.ids import TrackId
from musiclib.domain.text import clean_isrc
from musiclib.errors import BadPayload
from musiclib.services.collection_types import Answers, IsrcProvider, Json, Tally
from musiclib.services.meter import Meter
from musiclib.services.patience import Patience

_log = logging.getLogger(__name__)

_ODD_IN_A_ROW = 3
"""So many answers without sense are the provider's trouble, not that of the tracks asked for."""

Keep = Callable[[Mapping[TrackId, TrackRecord], Answers], None]
"""Writes a batch down in one transaction."""
Fits = Callable[[TrackRecord, Json], bool]


@dataclass
class IsrcRun:
    """One pass over the tracks without a link at `provider`, each exactly once.

    What is found or not leaves the set that is paged through, so the next page begins behind the last track
    of the one before; a run after this one takes what is left, however this one ended.
    """

    db: Database
    provider: str
    api: IsrcProvider
    patience: Patience
    meter: Meter
    tally: Tally
    fits: Fits
    keep: Keep
    batch_size: int
    at_once: int
    asked_since: datetime
    """Tracks that were asked for since are left out."""
    _odd: int = field(default=0, init=False)
    """Answers without sense in a row."""
    _refused: Mapping[TrackId, set[str]] = field(default_factory=dict, init=False)
    """What a person has said the tracks of this batch are not."""

    async def run(self) -> None:
        """Raises `Parked` and errors of the `ProviderError` family; what was answered by then is kept."""
        with self.db.read() as conn:
            self.tally.total = TrackRepository(conn).count_missing_link(self.provider, self.asked_since)
        after: TrackId | None = None
        while batch := self._page(after):
            after = batch[-1].id
            answers: dict[TrackId, Json | None] = {}
            try:
                await self._ask(batch, answers)
            finally:
                if answers:
                    self.keep({each.id: each for each in batch}, answers)

    def _page(self, after: TrackId | None) -> list[TrackRecord]:
        with self.db.read() as conn:
            page = TrackRepository(conn).missing_link(self.provider, self.batch_size, self.asked_since, after)
            self._refused = CandidateRepository(conn).rejected([each.id for each in page], self.provider)
        return page

    async def _ask(self, batch: list[TrackRecord], answers: dict[TrackId, Json | None]) -> None:
        """Ask for each track of a batch, as many at once as the provider takes."""
        waiting = iter(batch)

        async def some() -> None:
            for track in waiting:
                await self._ask_for(track, answers)

        tasks = [asyncio.ensure_future(some()) for _ in range(self.at_once)]
        try:
            await asyncio.gather(*tasks)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _ask_for(self, track: TrackRecord, answers: dict[TrackId, Json | None]) -> None:
        name = f"{track.artist} – {track.title}"
        self.meter.tell(CollectionPhase.ASKING, self.tally, name)
        try:
            found = await self._answer(track)
        except BadPayload as error:
            _log.info("%s: %s", name, error)
            self.tally.fail(f"{name}: {error}")
            self._odd += 1
            if self._odd == _ODD_IN_A_ROW:
                raise
            return
        self._odd = 0
        answers[track.id] = found
        self.tally.found += found is not None
        self.tally.not_found += found is None

    async def _answer(self, track: TrackRecord) -> Json | None:
        isrc = clean_isrc(track.isrc)
        if isrc is None:
            return None  # a person's word, and no ISRC
        refused = self._refused.get(track.id, set())

        def fits(found: Json) -> bool:
            return str(found.get("id")) not in refused and self.fits(track, found)

        return await self.patience.answer(lambda: self.api.search_track_by_isrc(isrc, fits))
