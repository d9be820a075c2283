"""What the repository of transfers takes and gives: frozen, plain, and independent of SQL."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from musiclib.domain.audio_candidates import AudioCandidate, RankedCandidate, WantedAlbum, WantedTrack
from musiclib.domain.ids import AlbumId, TrackId, TransferId
from musiclib.domain.states import TransferReason, TransferState


@dataclass(frozen=True, slots=True)
class OfferedCandidate:
    """A candidate as it is stored with a transfer, where it outlives its source."""

    ranked: RankedCandidate
    source_label: str
    """The source's name for people at the time."""

    @property
    def key(self) -> tuple[str, str]:
        """By what it is refused."""
        return self.ranked.candidate.source, self.ranked.candidate.ref


@dataclass(frozen=True, slots=True)
class TransferRecord:
    """A transfer with what the runner and the service need of it."""

    id: TransferId
    track_id: TrackId
    album_id: AlbumId | None
    state: TransferState
    reason: TransferReason | None
    detail: str | None
    priority: int
    attempts: int
    not_before: datetime | None
    worker_id: str | None
    chosen: OfferedCandidate | None
    chosen_by_hand: bool
    candidates: tuple[OfferedCandidate, ...]
    refused: frozenset[tuple[str, str]]
    accept_as_is: bool
    bytes_total: int | None
    bytes_done: int
    target_path: str | None
    created_at: datetime
    cleared_at: datetime | None


def plain_offer(offer: OfferedCandidate) -> dict[str, Any]:
    """JSON-plain; what is empty is left out."""
    ranked, candidate = offer.ranked, offer.ranked.candidate
    said = {each.name: getattr(candidate, each.name) for each in fields(candidate)}
    said["hashes"] = dict(candidate.hashes)
    return {
        "candidate": {name: value for name, value in said.items() if value not in (None, "", {})},
        "score": ranked.score,
        "reasons": list(ranked.reasons),
        "release_share": ranked.release_share,
        "label": offer.source_label,
    }


def offer_of(stored: Mapping[str, Any]) -> OfferedCandidate:
    """The reverse of `plain_offer`. Fields of newer versions are left out."""
    known = {each.name for each in fields(AudioCandidate)}
    said = {name: value for name, value in stored["candidate"].items() if name in known}
    candidate = AudioCandidate(**({"title": "", "name": "", **said}))
    ranked = RankedCandidate(
        candidate, stored["score"], tuple(stored["reasons"]), stored.get("release_share", 0.0)
    )
    return OfferedCandidate(ranked, stored["label"])


@dataclass(frozen=True, slots=True)
class ListedTrack:
    """A track at its place on an album's list, with all that finding and naming its file needs."""

    track_id: TrackId
    position: int
    disc: int
    artist: str
    title: str
    version: str | None
    duration_s: float | None
    isrc: str | None
    label: str | None

    @property
    def whole_title(self) -> str:
        """With its version in brackets, as it is said."""
        return f"{self.title} ({self.version})" if self.version else self.title


@dataclass(frozen=True, slots=True)
class ListedAlbum:
    """An album some of whose tracks are wanted."""

    id: AlbumId
    title: str
    artist: str | None
    year: int | None
    tracks: tuple[ListedTrack, ...]
    """The whole list, each track once."""

    def wanting(self, track_ids: Collection[TrackId]) -> WantedAlbum:
        """What the sources are asked for, if these tracks are wanted."""
        tracks = tuple(
            WantedTrack(
                each.track_id,
                each.artist,
                each.whole_title,
                self.title,
                each.duration_s,
                each.isrc,
                each.position,
            )
            for each in self.tracks
            if each.track_id in track_ids
        )
        return WantedAlbum(self.id, self.title, self.artist, self.year, len(self.tracks), tracks)
