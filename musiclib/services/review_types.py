"""What a person decides upon: tracks whose recording is not sure, and what the sources offer for them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from musiclib.domain.art_ref import ArtRef
from musiclib.domain.ids import AlbumId, ArtId, CandidateId, TrackId
from musiclib.domain.matching import Recording
from musiclib.domain.provenance import Plain
from musiclib.domain.states import MatchState


@dataclass(frozen=True, slots=True)
class ReviewItem:
    """A track in the queue. Candidates that were refused do not count."""

    track_id: TrackId
    artist: str
    title: str
    version: str | None
    art_id: ArtId | None
    state: MatchState
    """REVIEW or NOT_FOUND."""
    candidates: int
    refused: int
    """Candidates that a person has ruled out."""
    best: float | None
    """Score of the best candidate, 0-100."""
    ahead: float | None
    """How many points the next that is another recording is behind; None if none comes close (`MARGIN`)."""
    reasons: tuple[str, ...]
    """Codes of what agrees and differs at the best candidate, strongest first."""
    deferred: bool
    wanted: Recording
    """What the list, the file and the person say."""
    found: Recording | None
    """The best candidate."""


@dataclass(frozen=True, slots=True)
class ReviewCandidate:
    id: CandidateId
    provider: str
    external_id: str
    score: float
    fields: Mapping[str, Plain]
    reasons: tuple[str, ...]
    links: Mapping[str, str]
    art: tuple[ArtRef, ...]
    rejected: bool


@dataclass(frozen=True, slots=True)
class Place:
    """Where the track stands on a list."""

    album_id: AlbumId
    album: str
    position: int
    label: str | None
    start_s: float | None


@dataclass(frozen=True, slots=True)
class ReviewCase:
    item: ReviewItem
    own: Mapping[str, Plain]
    """What the list, the file and the person say: what the candidates are compared with."""
    own_sources: tuple[str, ...]
    places: tuple[Place, ...]
    file_path: str | None
    candidates: tuple[ReviewCandidate, ...]
    """Best first; refused ones last."""


@dataclass(frozen=True, slots=True)
class FieldChange:
    """What a pick would do to a value in force; None: there is or will be none."""

    field: str
    before: Plain | None
    after: Plain | None


@dataclass(frozen=True, slots=True)
class Acceptance:
    """A track and the candidate that accepting all from a score would give it."""

    track_id: TrackId
    candidate_id: CandidateId
    artist: str
    title: str
    version: str | None
    found_artist: str
    found_title: str
    found_version: str | None
    provider: str
    score: float
