"""What is wanted of the sources of audio, and what they offer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from musiclib.domain.ids import AlbumId, TrackId


@dataclass(frozen=True, slots=True)
class WantedTrack:
    """A track of an album whose audio is missing."""

    track_id: TrackId
    artist: str
    title: str
    """With its version in brackets, as it is said: "Second Wind (Extended Mix)"."""
    album: str | None = None
    duration_s: float | None = None
    isrc: str | None = None
    position: int | None = None


@dataclass(frozen=True, slots=True)
class WantedAlbum:
    """An album some of whose tracks are wanted."""

    album_id: AlbumId
    title: str
    artist: str | None
    year: int | None
    total: int
    """How many tracks it has, those that are here among them."""
    tracks: tuple[WantedTrack, ...]


@dataclass(frozen=True, slots=True)
class AudioCandidate:
    """One file a source offers. Plain data: it is stored with the transfer and outlives the program."""

    source: str
    """The id of the source, as `Downloader.id`."""
    ref: str
    """By what the source fetches it. Opaque to everybody else; holds no secret and no signed address."""
    name: str
    """The file's name as the source says it; never a path of ours."""
    title: str
    artist: str = ""
    album: str | None = None
    album_artist: str | None = None
    year: int | None = None
    isrc: str | None = None
    duration_s: float | None = None
    track_number: int | None = None
    disc: int | None = None
    suffix: str = ""
    """The kind of file by its suffix, lower case, without the dot: "flac"."""
    bitrate_kbps: int | None = None
    sample_rate: int | None = None
    size: int | None = None
    """Bytes, where the source says so; it is checked."""
    hashes: Mapping[str, str] = field(default_factory=dict)
    """Lower-case hex by algorithm: "md5", "sha1", "sha256"; checked."""
    release: str | None = None
    """What it lies in there (an item, an album, a folder): candidates of one release belong together."""
    licence: str | None = None
    """Where the source says under which terms: an address."""
    page: str | None = None
    """An address for people."""
    given: bool = False
    """A person named it for this very album (an address, a purchase): names it lacks are taken to agree."""

    @property
    def key(self) -> tuple[str, str]:
        """What it is known by when it is refused, or was chosen."""
        return self.source, self.ref


@dataclass(frozen=True, slots=True)
class RankedCandidate:
    """A candidate for a track, and how good it is."""

    candidate: AudioCandidate
    score: float
    """0-100: how surely it is the recording, as `matching.score`."""
    reasons: tuple[str, ...]
    """Codes of what agrees and what differs, strongest first (`MatchReason`, then `QualityReason`)."""
    release_share: float = 0.0
    """0-1: how much of what is wanted its release has."""
