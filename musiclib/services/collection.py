"""Collection runs: what providers know of many tracks, fetched or read from files, then made use of.

A run takes what is left, a batch at a time; each batch is one transaction. So a run that was stopped, killed
or parked is gone on with by starting it again, and starting it twice asks for nothing twice.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVar

from musiclib.db.connection import Connection
from musiclib.db.engine import Database
from musiclib.db.external_data import ExternalDataRepository, not_found
from musiclib.db.provider_removal import removals
from musiclib.db.provider_state import ProviderStateRepository, as_seen_at
from musiclib.db.records import NewExternal, TrackRecord
from musiclib.db.tracks import TrackRepository
from musiclib.domain.collecting import CollectionOutcome, CollectionPhase, Ending
from musiclib.domain.forecast import Limits, served
from musiclib.domain.ids import TrackId
from musiclib.domain.matching import score
from musiclib.domain.rates import Rate
from musiclib.domain.recordings import shares_an_artist
from musiclib.domain.source_names import PROPER_NAMES
from musiclib.domain.states import Source
from musiclib.errors import BadInput, ProviderError
from musiclib.providers import beatport_answers, spotify_answers
from musiclib.services.acts import Clock
from musiclib.services.collected_values import CollectedValues, Said, recording_of_track
from musiclib.services.collection_types import (
    Answers,
    Json,
    OpenIsrcProvider,
    Sleep,
    Stop,
    Tally,
    Told,
    never,
    told_nobody,
)
from musiclib.services.data_processing import DataProcessingService
from musiclib.services.isrc_run import Fits, IsrcRun
from musiclib.services.meter import Meter
from musiclib.services.patience import Parked, Patience
from musiclib.services.saved_tables import read_saved
from musiclib.settings import SettingsInForce

T = TypeVar("T")

WAITS_S = 120.0
"""A run waits so long for one answer; what takes longer is told, and the run ends."""
_LOOK_S = 0.1
_AT_ONCE = 250
"""Saved records that are written down together, and answers that are processed together."""


@dataclass(frozen=True)
class Providers:
    """How the providers of collection runs are opened, and how often each may be asked."""

    spotify: OpenIsrcProvider
    beatport: OpenIsrcProvider
    rates: Callable[[], Mapping[str, Rate]]


class CollectionService:
    """Its runs are coroutines for an event loop of their own: they write to the database in it."""

    def __init__(
        self,
        db: Database,
        settings: SettingsInForce,
        clock: Clock,
        precedence: Sequence[str],
        providers: Providers,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self._db = db
        self._settings = settings
        self._clock = clock
        self._providers = providers
        self._sleep = sleep
        self._values = CollectedValues(precedence)
        self._processing = DataProcessingService(lambda: settings.now.accept_score, self._values)

    async def enrich_tracks_with_spotify_data(
        self, progress: Told = told_nobody, stop: Stop = never, *, waits_s: float = WAITS_S
    ) -> CollectionOutcome:
        """Look up at Spotify, by ISRC, every track that has one and no link there yet.

        An answer counts as found if at least one artist is the same. It is kept as it came and said of the
        track; what was not found is noted, and looked for again after `not_found_retry_days`.
        Raises `KnownError` only where nothing could be begun; else the outcome tells.
        """
        accept = self._settings.now.accept_score

        def keep(conn: Connection, asked: Mapping[TrackId, TrackRecord], answers: Answers) -> None:
            now = self._clock()
            found = {track_id: raw for track_id, raw in answers.items() if raw is not None}
            records = [
                NewExternal(str(raw["id"]), raw, track_id, parser_version=0)
                for track_id, raw in found.items()
            ]
            records += [not_found(track_id) for track_id in answers if track_id not in found]
            ExternalDataRepository(conn).bulk_upsert(Source.SPOTIFY, records, now)
            said = {
                track_id: Said(each, score(recording_of_track(asked[track_id]), each.recording).score)
                for track_id, raw in found.items()
                if (each := spotify_answers.candidate_of(raw)) is not None
            }
            self._values.say(conn, Source.SPOTIFY, asked, said, accept, now)

        return await self._by_isrc(
            Source.SPOTIFY, self._providers.spotify, _fits_spotify, keep, progress, stop, waits_s
        )

    async def collect_beatport_tracks_raw(
        self,
        progress: Told = told_nobody,
        stop: Stop = never,
        *,
        files: Sequence[Path] = (),
        waits_s: float = WAITS_S,
    ) -> CollectionOutcome:
        """Keep Beatport's raw answers, to be processed afterwards.

        With `files` (JSON or CSV a person has saved) nobody is asked; else Beatport is, by ISRC, for every
        track that has one and of which it has not told yet, with the person's own token. Raises as
        `enrich_tracks_with_spotify_data`; a file that cannot be read is named in the outcome.
        """
        if files:
            return await self._from_files(files, progress, stop)

        def keep(conn: Connection, asked: Mapping[TrackId, TrackRecord], answers: Answers) -> None:
            records = [
                not_found(track_id) if raw is None else NewExternal(str(raw["id"]), raw, track_id)
                for track_id, raw in answers.items()
            ]
            ExternalDataRepository(conn).bulk_upsert(Source.BEATPORT, records, self._clock())

        return await self._by_isrc(
            Source.BEATPORT, self._providers.beatport, _fits_beatport, keep, progress, stop, waits_s
        )

    async def process_unprocessed_beatport_tracks(
        self, progress: Told = told_nobody, stop: Stop = never, *, again: bool = False
    ) -> CollectionOutcome:
        """Read what is kept of Beatport and say it of the tracks it fits. Needs no network.

        Takes what is new and what an older parser has read; with `again` everything, as tracks may have
        come since that it fits. Found are answers of which a track is in the library.
        """
        version = self._processing.version
        with self._db.write() as conn:
            external = ExternalDataRepository(conn)
            if again:
                external.process_again(Source.BEATPORT)
            tally = Tally(external.count_unprocessed(Source.BEATPORT, version))
        meter = Meter(progress, time.monotonic, lambda left: None)

        async def work() -> None:
            after = None
            while True:
                with self._db.write() as conn:
                    batch = ExternalDataRepository(conn).unprocessed(
                        Source.BEATPORT, _AT_ONCE, version, after
                    )
                    if not batch:
                        return
                    self._processing.process(conn, batch, tally, self._clock())
                after = batch[-1].id
                meter.tell(CollectionPhase.PROCESSING, tally)
                await asyncio.sleep(0)

        return await self._ended(work, tally, meter, stop)

    async def _by_isrc(
        self,
        provider: Source,
        opened: OpenIsrcProvider,
        fits: Fits,
        keep: Callable[[Connection, Mapping[TrackId, TrackRecord], Answers], None],
        progress: Told,
        stop: Stop,
        waits_s: float,
    ) -> CollectionOutcome:
        settings, began, tally = self._settings.now, self._clock(), Tally()
        meter = Meter(progress, time.monotonic, lambda left: self._seconds_for(provider, left))
        meter.tell(CollectionPhase.COUNTING, tally)

        def written(asked: Mapping[TrackId, TrackRecord], answers: Answers) -> None:
            with self._db.write() as conn:
                _refuse_if_removed(conn, provider, began)
                still = _unchanged(conn, asked, answers)
                keep(conn, asked, still)

        async def work() -> None:
            async with opened() as api:
                patience = Patience(
                    settings.spotify_api_error_sleep_s,
                    waits_s,
                    self._clock,
                    self._sleep,
                    lambda until, why: meter.waits(tally, until, why),
                )
                run = IsrcRun(
                    self._db,
                    provider,
                    api,
                    patience,
                    meter,
                    tally,
                    fits,
                    written,
                    settings.spotify_search_batch_size,
                    self._providers.rates()[provider].concurrency,
                    began - timedelta(days=settings.not_found_retry_days),
                )
                await run.run()

        return await self._ended(work, tally, meter, stop)

    async def _from_files(self, files: Sequence[Path], progress: Told, stop: Stop) -> CollectionOutcome:
        tally = Tally()
        meter = Meter(progress, time.monotonic, lambda left: None)

        async def work() -> None:
            for file in files:
                meter.tell(CollectionPhase.READING, tally, file.name)
                try:
                    saved = read_saved(file)
                except BadInput as error:
                    tally.fail(str(error))
                    continue
                for problem in saved.problems:
                    tally.fail(f"{file.name}: {problem}")
                for start in range(0, len(saved.records), _AT_ONCE):
                    some = saved.records[start : start + _AT_ONCE]
                    with self._db.write() as conn:
                        ExternalDataRepository(conn).bulk_upsert(Source.BEATPORT, some, self._clock())
                    tally.found += len(some)
                    meter.tell(CollectionPhase.READING, tally, file.name)
                    await asyncio.sleep(0)

        return await self._ended(work, tally, meter, stop)

    async def _ended(
        self, work: Callable[[], Awaitable[None]], tally: Tally, meter: Meter, stop: Stop
    ) -> CollectionOutcome:
        """Do it, and say what became of it."""
        ending, until, message = Ending.DONE, None, None
        try:
            if not await _unless_stopped(work(), stop):
                ending = Ending.STOPPED
        except Parked as parked:
            ending, until, message = Ending.PARKED, parked.until, str(parked)
        except ProviderError as error:
            ending, message = Ending.BROKEN_OFF, str(error)
        return CollectionOutcome(
            ending,
            tally.done,
            tally.found,
            tally.not_found,
            tally.failed,
            max(0, (tally.total or 0) - tally.done),
            meter.seconds,
            until,
            message,
            tuple(tally.problems),
        )

    def _seconds_for(self, provider: str, calls: int) -> float | None:
        """How long a provider takes for so many calls, by what is known of its limits."""
        rate = self._providers.rates().get(provider)
        if rate is None:
            return None
        now = self._clock()
        with self._db.read() as conn:
            state = ProviderStateRepository(conn).get(provider)
        state = as_seen_at(state, now) if state else None
        allowance = rate.allowance(state.learnt(rate.daily) if state else None)
        limits = Limits(
            rate.min_interval_s,
            state.blocked_until if state else None,
            allowance,
            state.calls if state else {},
        )
        return (served(calls, limits, now) - now).total_seconds() if calls else 0.0


async def _unless_stopped(work: Awaitable[None], stop: Stop) -> bool:
    """Whether it came to its end; a person who stops it need not wait for a call or a pause."""
    task = asyncio.ensure_future(work)
    try:
        while not (await asyncio.wait([task], timeout=_LOOK_S))[0]:
            if stop():
                task.cancel()
    finally:
        task.cancel()  # without effect once it is done
    try:
        await task
    except asyncio.CancelledError:
        return False
    return True


def _fits_spotify(track: TrackRecord, found: Json) -> bool:
    names = [str(each.get("name")) for each in found.get("artists") or [] if isinstance(each, dict)]
    return spotify_answers.ident_of(found) is not None and shares_an_artist(track.artist, track.title, names)


def _fits_beatport(track: TrackRecord, found: Json) -> bool:
    names = beatport_answers.artist_names(found)
    return beatport_answers.is_track(found) and shares_an_artist(track.artist, track.title, names)


def _unchanged(conn: Connection, asked: Mapping[TrackId, TrackRecord], answers: Answers) -> Answers:
    """The answers for tracks that are there still, with the ISRC they were asked for by."""
    now = TrackRepository(conn).get_many(answers)
    return {
        track_id: raw
        for track_id, raw in answers.items()
        if track_id in now and now[track_id].isrc == asked[track_id].isrc
    }


def _refuse_if_removed(conn: Connection, provider: str, began: datetime) -> None:
    """Who takes a provider's data out does not want back what was asked for before."""
    at = removals(conn).get(provider)
    if at is not None and datetime.fromisoformat(at) >= began:
        name = PROPER_NAMES[provider]
        raise ProviderError(provider, f"{name}'s data was taken out of the library meanwhile.")
