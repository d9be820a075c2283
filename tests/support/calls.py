"""Looks a library up at a catalogue over sockets, in a time that passes fast, and counts what it cost."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from musiclib.bootstrap import Library
from musiclib.domain.ids import TrackId
from musiclib.domain.states import MatchState, TaskKind
from musiclib.domain.tracklist.model import ParsedTrack
from musiclib.providers.base import RATES, AnswerCache, Gate
from musiclib.runners.gate import DatabaseAnswers, DatabaseGate
from musiclib.runners.sources import Connect, Sources
from musiclib.services.import_types import ImportRequest, NewAlbum
from musiclib.wiring import providers
from tests.support.catalogue.http import Call
from tests.support.catalogue.model import Release
from tests.support.catalogue.server import Served

KEYLESS = ("deezer", "musicbrainz", "coverart", "itunes")


class FastTime:
    """A clock that runs `factor` times as fast as the real one, and a sleep that keeps to it.

    Only gates go by it: leases and waits of the worker are renewed in real time.
    """

    def __init__(self, factor: float) -> None:
        self.factor = factor
        self._began = time.monotonic()
        self._start = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)

    def clock(self) -> datetime:
        return self._start + timedelta(seconds=(time.monotonic() - self._began) * self.factor)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds / self.factor)


@dataclass(frozen=True)
class Cost:
    """What looking so many tracks up took."""

    tracks: int
    calls: dict[str, int]
    seconds: float
    """As the clock of the gate went."""

    @property
    def a_track(self) -> float:
        return sum(self.calls.values()) / self.tracks


@dataclass(frozen=True)
class World:
    """A library, the catalogue it asks, and the time the gate between them goes by."""

    library: Library
    served: Served
    time: FastTime

    def import_releases(self, releases: Iterable[Release]) -> list[TrackId]:
        """Each as an album of its own, as a person pastes it: names in order, nothing more."""
        made: list[TrackId] = []
        for release in releases:
            rows = tuple(ParsedTrack(each.credit.name, each.title) for each in release.recordings)
            made += self._import(rows, NewAlbum(release.title, release.credit.name))
        return made

    def import_mix(self, releases: Iterable[Release], title: str = "Night shift") -> list[TrackId]:
        """Their first tracks, as one list by a DJ."""
        firsts = [release.recordings[0] for release in releases]
        rows = tuple(ParsedTrack(each.credit.name, each.title) for each in firsts)
        return self._import(rows, NewAlbum(title, "DJ Perigee"))

    def look_up(self, track_ids: Sequence[TrackId]) -> Cost:
        """Do all that waits, and say what it cost for these tracks."""
        self.served.log.clear()
        began = self.time.clock()
        connect = _connecting(self.library, self.time)
        runner = self.library.enrichment_runner(
            lambda update: None, connect=connect, kinds=[TaskKind.METADATA]
        )
        asyncio.run(runner.run(until_idle=True))
        calls = Counter(call.provider for call in self.served.log.calls(*KEYLESS))
        return Cost(len(track_ids), dict(calls), (self.time.clock() - began).total_seconds())

    def matched(self, track_ids: Iterable[TrackId]) -> int:
        rows = self.library.library.load_tracks(track_ids)
        return sum(row.match_state is MatchState.MATCHED for row in rows)

    def over_rate(self, provider: str, window_s: float = 10.0) -> float:
        """The share of a provider's rate that was used in its busiest window; more than 1 is too much.

        The first call of a window and those under way when it begins are not counted against it.
        """
        rate = RATES[provider]
        times = [call.at * self.time.factor for call in self._api_calls(provider)]
        most = max((sum(at <= each < at + window_s for each in times) for at in times), default=0)
        return (most - 1 - rate.concurrency) / (window_s / rate.min_interval_s)

    def _api_calls(self, provider: str) -> list[Call]:
        """Without pictures, which content networks serve."""
        return [each for each in self.served.log.calls(provider) if "/images/" not in each.request.path]

    def _import(self, rows: tuple[ParsedTrack, ...], album: NewAlbum) -> list[TrackId]:
        return list(self.library.imports.commit(ImportRequest(rows, album.title, album)).rows)


def _connecting(library: Library, fast: FastTime) -> Connect:
    """The providers of the settings, behind a gate whose time passes fast."""
    gate = DatabaseGate(library._db, RATES, fast.clock, fast.sleep)
    answers = DatabaseAnswers(library._db, library._clock)
    connected = providers.connect_all(library.settings, library._clock, None)

    def connect(_gate: Gate, _answers: AnswerCache) -> AbstractAsyncContextManager[Sources]:
        return connected(gate, answers)

    return connect
