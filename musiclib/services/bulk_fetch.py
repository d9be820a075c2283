"""The first phase of a run: asks providers what they know of many tracks, and writes nothing but a file.

Answers are kept as those of every look-up are, so what was answered once is not asked again: a fetch that was
stopped, or that a provider has put off, goes on where it was when it is started once more.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from musiclib.db.bulk_states import HeldTrack, all_track_ids, held_tracks
from musiclib.db.engine import Database
from musiclib.domain.bulk_csv import fetched_csv
from musiclib.domain.bulk_plan import SPOTIFY_ID, Offer, fingerprint
from musiclib.domain.ids import TrackId
from musiclib.domain.provenance import Plain, artist_keys
from musiclib.domain.references import Reference
from musiclib.domain.states import Source
from musiclib.domain.text import clean_isrc
from musiclib.errors import BadInput, CapabilityForbidden, ProviderError, RateLimited
from musiclib.providers.base import BatchProvider, Candidate, MetadataProvider
from musiclib.services.acts import Clock
from musiclib.services.review import OpenProviders
from musiclib.services.text_files import write_text

BLOCK = 50
"""Tracks asked for together: so many a provider may take in one request."""
ARTIST_DIFFERS = "artist_differs"
_ASKED = (Source.SPOTIFY, Source.DEEZER)
_SCALES = {Source.SPOTIFY.value: "0-100", Source.DEEZER.value: "0-100 of a rank of 0-1000000"}
_AT_ONCE = 8
_LOOK_S = 0.2
"""How often somebody who wants to stop is looked for."""
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class FetchProgress:
    done: int
    total: int
    current: str


@dataclass(frozen=True, slots=True)
class Finding:
    """What the providers know of one track."""

    track_id: TrackId
    row: Mapping[str, Plain | None]
    """Column of the CSV file -> value."""
    offers: Mapping[str, tuple[Offer, ...]]


@dataclass(frozen=True, slots=True)
class Fetched:
    findings: tuple[Finding, ...]
    at: datetime
    asked: tuple[str, ...]
    """Providers that were asked."""
    left: int = 0
    """Tracks nobody could be asked about yet."""
    notes: tuple[str, ...] = ()
    """Why a provider did not answer."""

    @property
    def offers(self) -> dict[TrackId, Mapping[str, tuple[Offer, ...]]]:
        return {each.track_id: each.offers for each in self.findings if each.offers}


@dataclass
class _Asking:
    """One fetch: who is asked, and who has had enough."""

    providers: dict[str, MetadataProvider]
    resting: dict[str, str] = field(default_factory=dict)
    """Provider -> why it is not asked any more."""
    turns: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(_AT_ONCE))

    def rest(self, error: ProviderError) -> None:
        until = (
            f" It may be asked again at {error.until:%H:%M} (UTC)." if isinstance(error, RateLimited) else ""
        )
        self.resting.setdefault(error.provider, f"{error}{until}")


class BulkFetchService:
    """Thread-safe; a fetch runs in the thread that calls it, and asks at the gate all look-ups go through."""

    def __init__(self, db: Database, clock: Clock, open_providers: OpenProviders) -> None:
        self._db = db
        self._clock = clock
        self._open_providers = open_providers

    def fetch(
        self,
        track_ids: Iterable[TrackId] | None = None,
        tell: Callable[[FetchProgress], object] = lambda _: None,
        stopped: Callable[[], bool] = lambda: False,
    ) -> Fetched:
        """Ask Spotify and Deezer, as far as they are signed in and switched on, about tracks (None: all).

        `tell` is called after each block of tracks; as soon as `stopped` says so the fetch ends with what
        there is. Raises `BadInput` if nobody may be asked.
        """
        with self._db.read() as conn:
            ids = all_track_ids(conn) if track_ids is None else list(dict.fromkeys(track_ids))
        return asyncio.run(self._fetch(ids, tell, stopped))

    def save(self, fetched: Fetched, place: Path) -> Path:
        """Write what was found as CSV into a folder, or a file of that name; returns the file."""
        if place.is_dir():
            place = place / f"spotify_enrichment_{fetched.at.astimezone():%Y%m%d_%H%M%S}.csv"
        write_text(place, fetched_csv([each.row for each in fetched.findings]))
        return place

    async def _fetch(
        self, ids: Sequence[TrackId], tell: Callable[[FetchProgress], object], stopped: Callable[[], bool]
    ) -> Fetched:
        findings: list[Finding] = []
        total = len(ids)
        async with self._open_providers() as providers:
            asking = _Asking({each.name: each for each in providers if each.name in _ASKED})
            if not asking.providers:
                raise BadInput(
                    "Nobody may be asked: in the settings the network is switched off, or both Spotify and "
                    "Deezer are."
                )
            for first in range(0, len(ids), BLOCK):
                with self._db.read() as conn:
                    held = held_tracks(conn, ids[first : first + BLOCK], (), ())
                total -= len(ids[first : first + BLOCK]) - len(held)
                found = await _unless(stopped, _ask_block(asking, list(held.values())))
                if found is None:
                    break
                findings += found
                current = next(reversed(held.values())).state.title if held else ""
                tell(FetchProgress(min(first + BLOCK, len(ids)), len(ids), current))
        left, notes = total - len(findings), tuple(asking.resting.values())
        return Fetched(tuple(findings), self._clock(), tuple(asking.providers), left, notes)


async def _unless(stopped: Callable[[], bool], work: Awaitable[T]) -> T | None:
    """What it comes to, or None as soon as it is stopped: a block may wait long for its turns."""
    task = asyncio.ensure_future(work)
    while not task.done():
        if stopped():
            task.cancel()
            await asyncio.wait({task})
            return None
        await asyncio.wait({task}, timeout=_LOOK_S)
    return task.result()


async def _ask_block(asking: _Asking, tracks: Sequence[HeldTrack]) -> list[Finding]:
    known = {name: await _known_by_id(asking, name, tracks) for name in asking.providers}
    found = await asyncio.gather(*(_ask_track(asking, each, known) for each in tracks))
    return [each for each in found if each is not None]


async def _known_by_id(asking: _Asking, name: str, tracks: Sequence[HeldTrack]) -> Mapping[str, Candidate]:
    """The recordings of a block a provider knows by an id of its own, in one request where it takes many."""
    provider = asking.providers[name]
    ids = [row.external_id for each in tracks if (row := each.rows.get(name)) and row.external_id]
    if not ids or name in asking.resting or not isinstance(provider, BatchProvider):
        return {}
    try:
        return await provider.by_ids(ids)
    except CapabilityForbidden:
        return {}  # one after the other, then
    except ProviderError as error:
        asking.rest(error)
        return {}


async def _ask_track(
    asking: _Asking, track: HeldTrack, known: Mapping[str, Mapping[str, Candidate]]
) -> Finding | None:
    """None if no provider could be asked."""
    answers: dict[str, tuple[Candidate, str]] = {}
    answered = False
    for name in asking.providers:
        row = track.rows.get(name)
        external_id = row.external_id if row else None
        if external_id is not None and external_id in known[name]:
            answers[name] = known[name][external_id], ""
            answered = True
            continue
        reference = _reference(track, name, external_id)
        if reference is None:
            answered = True
            continue
        found = await _ask(asking, name, reference)
        answered = answered or found is not None
        best = _best(found or [], track, by_isrc=reference.provider is None)
        if best is not None:
            answers[name] = best
    return _finding(track, answers) if answered else None


def _reference(track: HeldTrack, name: str, external_id: str | None) -> Reference | None:
    if external_id:
        return Reference(name, external_id)
    isrc = clean_isrc(track.columns["isrc"])
    return Reference(None, isrc) if isrc else None


async def _ask(asking: _Asking, name: str, reference: Reference) -> list[Candidate] | None:
    if name in asking.resting:
        return None
    async with asking.turns:
        if name in asking.resting:
            return None
        try:
            return await asking.providers[name].by_reference(reference)
        except ProviderError as error:
            asking.rest(error)
            return None


def _best(found: Sequence[Candidate], track: HeldTrack, *, by_isrc: bool) -> tuple[Candidate, str] | None:
    """The first by one of the track's artists; where there is none, the first, with that doubt.

    Labels give an ISRC to several recordings, and by mistake to somebody else's.
    """
    if not found or not by_isrc:
        return (found[0], "") if found else None
    ours = set(artist_keys(track.state.artist))
    for each in found:
        if ours & set(artist_keys(str(each.fields.get("artist", "")))):
            return each, ""
    return found[0], ARTIST_DIFFERS


def _finding(track: HeldTrack, answers: Mapping[str, tuple[Candidate, str]]) -> Finding:
    state = track.state
    row: dict[str, Plain | None] = {
        "track_id": str(state.id),
        "artist": state.artist,
        "title": state.title,
        "seen": fingerprint(state),
        "sure": 100,
        "doubt": next((doubt for _, doubt in answers.values() if doubt), None),
    }
    offers: dict[str, list[Offer]] = {}
    for name, (candidate, doubt) in answers.items():
        for each in ("isrc", "popularity"):
            if (value := candidate.fields.get(each)) is not None:
                offers.setdefault(each, []).append(Offer(value, name, 100, doubt))
        if name == Source.SPOTIFY:
            row[SPOTIFY_ID] = candidate.external_id
            offers[SPOTIFY_ID] = [Offer(candidate.external_id, name, 100, doubt)]
    for offer in offers.get("popularity", ()):
        if offer.source == Source.SPOTIFY:
            row["spotify_popularity"] = offer.value
        else:
            row |= {
                "popularity": offer.value,
                "popularity_source": offer.source,
                "popularity_scale": _SCALES.get(offer.source),
            }
    if isrcs := offers.get("isrc"):
        row |= {"isrc": isrcs[0].value, "isrc_source": isrcs[0].source}
    return Finding(state.id, row, {name: tuple(each) for name, each in offers.items()})
