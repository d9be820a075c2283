"""What every metadata provider takes and gives.

A provider turns a `TrackQuery` into candidates. Not finding anything is an empty list; everything
that keeps a provider from answering is one of the `ProviderError` family. What a candidate is worth
is decided elsewhere (`musiclib.domain.matching`), and so is when a provider may call (`Gate`) and
where its answers are kept (`AnswerCache`).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Protocol, runtime_checkable

from musiclib.domain.art_ref import ArtRef
from musiclib.domain.matching import Recording
from musiclib.domain.provenance import Plain
from musiclib.domain.rates import Rate
from musiclib.domain.recordings import recording_of
from musiclib.domain.references import Reference

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class TrackQuery:
    """What is known of a track before anybody is asked."""

    artist: str
    title: str
    version: str | None = None
    album: str | None = None
    duration_s: float | None = None
    isrc: str | None = None
    position: int | None = None
    """1-based place on the album."""
    album_artist: str | None = None
    album_tracks: int | None = None
    """How many tracks the library has of `album`, if that is a release by `album_artist` and no mix:
    then a provider asks for the whole album first, and the answer serves all its tracks."""
    known: Recording | None = None
    """What the track is, once another provider or a person has decided: only the same recording is
    wanted, for what else is known of it."""
    rejected: frozenset[tuple[str, str]] = frozenset()
    """(provider, external id) of candidates a person has refused; never offered again."""

    @property
    def recording(self) -> Recording:
        """What is compared with a candidate."""
        return Recording(
            self.artist,
            self.title,
            self.version,
            self.album,
            self.duration_s,
            self.isrc,
            position=self.position,
        )


@dataclass(frozen=True, slots=True)
class ArtBytes:
    """A picture as it came. `mime` and size are read from the bytes, not from what a server said."""

    data: bytes
    mime: str
    width: int
    height: int
    provider: str
    source_url: str | None


@dataclass(frozen=True, slots=True)
class Candidate:
    """One recording a provider offers for a query."""

    provider: str
    external_id: str
    fields: dict[str, Plain]
    """Names of `provenance.MERGED_FIELDS`; a field the provider does not know is absent."""
    raw: Json
    """The provider's answer about this recording, untouched."""
    raw_key: str
    """Under which `raw` belongs in `external_data`."""
    album_external_id: str | None = None
    art: tuple[ArtRef, ...] = ()
    """Best first."""
    links: tuple[tuple[str, str], ...] = ()
    """(provider, address) of the recording."""
    artist_aliases: tuple[str, ...] = ()
    """Other names of the artist, where the credit is of one artist."""
    artist_ids: tuple[tuple[str, str], ...] = ()
    """(name, id at this provider) of each artist of the credit, in its order."""
    position: int | None = None
    """1-based place on the album, where that has one disc."""

    @property
    def recording(self) -> Recording:
        """What is compared with a query."""
        return recording_of(self.fields, self.artist_aliases, self.position)


@dataclass(frozen=True, slots=True)
class ArtistFacts:
    """What a provider knows of one artist."""

    genres: tuple[str, ...] = ()
    """Most votes first."""
    ids: tuple[tuple[str, str], ...] = ()
    """(provider, id) at other providers."""


RATES: dict[str, Rate] = {
    # One a second for an address; a little slower, so that clocks that differ do no harm.
    "musicbrainz": Rate(1.05, 1),
    "coverart": Rate(1 / 3, 2),
    # 50 calls in 5 seconds for an address; more are refused inside HTTP 200. So 40, as calls that wait for
    # their turn may start late and close together.
    "deezer": Rate(1 / 8, 4),
    # About 20 calls a minute; more are answered by nothing, for half an hour.
    "itunes": Rate(4.0, 1),
    # Neither number is published; accounts were shut out for a day after 800 to 4,000 calls.
    "spotify": Rate(1.0, 1, daily=600),
}
"""Providers that are asked over the network. One that is not named here needs no gate."""
BEATPORT_RATE = Rate(1.0, 1)
"""Beatport is asked only by who has a token; no limits are published. What it said is kept for good."""


@dataclass(frozen=True, slots=True)
class CachedAnswer:
    """A stored answer; `found` is False for one that held nothing."""

    raw: Json
    found: bool


@dataclass(frozen=True, slots=True)
class Kept:
    """How long answers are good."""

    found: timedelta = timedelta(days=90)
    missed: timedelta = timedelta(days=14)


KEPT = Kept()
ANSWERS_KEPT: dict[str, Kept] = dict.fromkeys(RATES, KEPT) | {
    # Their terms allow no more.
    "spotify": Kept(found=timedelta(days=30)),
}
"""By provider. What is older is not only asked anew, but deleted."""


class Gate(Protocol):
    """Lets calls to a provider through at its rate, over all processes that share a library.

    Entering waits for a turn, and raises `RateLimited` while the provider is blocked. One that is raised
    inside is the provider's own word: the gate remembers it, for all processes and over a restart.
    """

    def slot(self, provider: str) -> AbstractAsyncContextManager[None]: ...


class AnswerCache(Protocol):
    """Keeps every answer, hit or miss, so that asking again costs no call."""

    def get(self, provider: str, key: str, kept: Kept = KEPT) -> CachedAnswer | None:
        """The answer stored under `key`, or None if there is none that is still good."""
        ...

    def put(self, provider: str, key: str, raw: Json, found: bool) -> None: ...


class MetadataProvider(Protocol):
    """Finds recordings."""

    @property
    def name(self) -> str:
        """The code under which its values and answers are stored (`states.Source`)."""
        ...

    async def search(self, query: TrackQuery) -> list[Candidate]:
        """Candidates in the provider's own order; empty if it knows none.

        Raises an error of the `ProviderError` family if the provider gave no answer.
        """
        ...

    async def by_reference(self, reference: Reference) -> list[Candidate]:
        """What a pasted link, id or ISRC names; empty if it names nothing this provider knows.

        Raises as `search`. Costs no track search.
        """
        ...


@runtime_checkable
class CompletingProvider(Protocol):
    """A `MetadataProvider` that knows more of a recording than its search tells."""

    async def complete(self, candidate: Candidate, lacking: Collection[str]) -> Candidate:
        """The candidate with more fields, at the cost of one call (none where it is known already).

        `lacking` names the fields (`MERGED_FIELDS`) nobody has given yet: if the call could fill none of
        them it is not made. Fields that are there stay as they are. Raises as `search`.
        """
        ...


@runtime_checkable
class BatchProvider(Protocol):
    """A `MetadataProvider` that tells of many recordings in one request."""

    async def by_ids(self, external_ids: Collection[str]) -> Mapping[str, Candidate]:
        """What it knows under these ids; those it does not know are absent.

        Raises as `search`, and `CapabilityForbidden` where only one may be asked for at a time.
        """
        ...


@runtime_checkable
class ArtistProvider(Protocol):
    """Knows artists by the ids of `Candidate.artist_ids`."""

    @property
    def name(self) -> str: ...

    async def artists(self, ids: Collection[str]) -> dict[str, ArtistFacts]:
        """What is known of these artists, by id; ids the provider does not know are absent.

        Asks for many at once, and for none it has answered before. Raises as `search`.
        """
        ...


class ArtProvider(Protocol):
    """Fetches the pictures it is named for in `ArtRef.provider`.

    A reference of kind "url" holds the address of the picture itself: http or https, good for as long as
    the candidate is kept, without a signature or token. It is fetched without credentials.
    """

    @property
    def name(self) -> str: ...

    async def fetch_art(self, candidate: Candidate) -> ArtBytes | None:
        """The first picture of `candidate.art` this provider has, or None.

        Bounded in bytes and pixels. Raises an error of the `ProviderError` family if the provider
        gave no answer.
        """
        ...


@runtime_checkable
class ArtChooser(Protocol):
    """An `ArtProvider` that lets a person choose among its pictures."""

    @property
    def name(self) -> str: ...

    async def pictures(self, candidate: Candidate) -> list[ArtRef]:
        """All pictures it has for a candidate, best first, with their size where it is told."""
        ...

    async def fetch_picture(self, ref: ArtRef) -> ArtBytes | None:
        """The very picture `ref` names, or None if it is gone. Bounded and raising as `fetch_art`."""
        ...
