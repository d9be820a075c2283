"""A provider whose answers a test decides, and analysers that run in the real lanes."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import AsyncIterator, Callable, Collection
from contextlib import asynccontextmanager
from pathlib import Path

from musiclib.analysis.features import Analysis, AudioFeatures, TempoCandidate
from musiclib.domain.art_ref import ArtRef
from musiclib.domain.provenance import Plain
from musiclib.domain.references import Reference
from musiclib.domain.spectrum import POINTS, pack_spectrum
from musiclib.domain.waveform import WaveformPoint, pack_waveform
from musiclib.errors import UnreadableAudio
from musiclib.providers.base import (
    AnswerCache,
    ArtBytes,
    ArtistFacts,
    Candidate,
    Gate,
    MetadataProvider,
    TrackQuery,
)
from musiclib.runners.sources import Connect, Sources

PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x02\x00\x00\x00\x90wS\xde"
    b"\x00\x00\x00\x0cIDATx\x9cc\xf8\xcf\xc0\x00\x00\x03\x01\x01\x00\xc9\xfe\x92\xef\x00\x00\x00\x00IEND\xaeB`\x82"
)


def candidate(
    query: TrackQuery,
    external_id: str | None = None,
    duration_s: float = 200.0,
    provider: str = "fake",
    art: tuple[ArtRef, ...] | None = None,
    **fields: Plain,
) -> Candidate:
    """A recording named like the query."""
    return Candidate(
        provider=provider,
        external_id=external_id or f"{query.artist}/{query.title}",
        fields={
            "artist": query.artist,
            "title": query.title,
            **({"isrc": "GBAYE0601498"} if external_id is None else {}),
            "label": "Fake",
            "duration_s": duration_s,
            **fields,
        },
        raw={"id": 1},
        raw_key=f"recording/{query.artist}/{query.title}",
        art=(ArtRef(provider, "release", "1"),) if art is None else art,
        links=((provider, f"https://{provider}.example/1"),),
        artist_ids=((query.artist, f"{provider}-{query.artist}"),),
    )


class FakeProvider:
    """Calls `answer` for each query; remembers the queries."""

    def __init__(
        self, answer: Callable[[TrackQuery], list[Candidate]], delay_s: float = 0.0, name: str = "fake"
    ) -> None:
        self.name = name
        self.answer = answer
        self._delay_s = delay_s
        self.asked: list[TrackQuery] = []

    async def search(self, query: TrackQuery) -> list[Candidate]:
        self.asked.append(query)
        await asyncio.sleep(self._delay_s)
        return self.answer(query)

    async def by_reference(self, reference: Reference) -> list[Candidate]:
        known = [candidate for query in self.asked for candidate in self.answer(query)]
        return [each for each in known if each.external_id == reference.external_id]


class FakeArt:
    """Serves one picture; remembers for which references."""

    def __init__(self, trouble: Exception | None = None, name: str = "fake", nothing: bool = False) -> None:
        self.name = name
        self.trouble = trouble
        self.nothing = nothing
        self.asked: list[ArtRef] = []

    async def fetch_art(self, candidate: Candidate) -> ArtBytes | None:
        self.asked += candidate.art
        if self.trouble is not None:
            raise self.trouble
        if self.nothing:
            return None
        return ArtBytes(PNG, "image/png", 1, 1, self.name, f"https://{self.name}.example/front")


class FakeArtists:
    """Gives every artist one genre; remembers what it was asked for at once."""

    name = "fake"

    def __init__(self) -> None:
        self.asked: list[list[str]] = []

    async def artists(self, ids: Collection[str]) -> dict[str, ArtistFacts]:
        self.asked.append(sorted(ids))
        return {
            each: ArtistFacts(("electronic",), (("elsewhere", each),)) for each in ids if "Nobody" not in each
        }


def connecting(provider: MetadataProvider, art: FakeArt | None = None) -> Connect:
    return connecting_to(Sources((provider,), {art.name: art} if art else {}))


def connecting_to(sources: Sources) -> Connect:
    @asynccontextmanager
    async def connect(gate: Gate, answers: AnswerCache) -> AsyncIterator[Sources]:
        yield sources

    return connect


def analyse(path: Path, engine: str | None) -> Analysis:
    """Measures nothing, quickly; what the file's name says happens."""
    with path.with_suffix(".count").open("a") as journal:
        journal.write("x")
    if "crash" in path.name:
        os.abort()
    if "hang" in path.name:
        time.sleep(60)
    if "broken" in path.name:
        raise UnreadableAudio(f"{path.name} holds no audio.")
    if "bug" in path.name:
        raise ZeroDivisionError("by zero")
    features = AudioFeatures(
        duration_s=200.0,
        codec="flac",
        sample_rate=44100,
        channels=2,
        engine="fake",
        bpm=128.0,
        bpm_confidence=0.2 if "unsure" in path.name else 0.99,
        bpm_candidates=(TempoCandidate(128.0, 0.7), TempoCandidate(85.3, 0.2), TempoCandidate(64.0, 0.1)),
        key="A minor",
        key_confidence=0.99,
        energy=7,
        loudness_lufs=-9.5,
        loudness_range_lu=4.0,
        true_peak_dbtp=-0.3,
    )
    waveform = pack_waveform([WaveformPoint(1.0, 0.25, 0.5)] * 2)
    return Analysis(features, waveform, pack_spectrum(44100, [-60.0] * POINTS))


ANALYSE = "tests.runners.fakes:analyse"
