"""What the album editor shows: the album's list and its folders' files in four buckets."""

from __future__ import annotations

from dataclasses import dataclass

from musiclib.domain.ids import AlbumId, ArtId, FileId, TrackId
from musiclib.domain.states import Bucket


@dataclass(frozen=True, slots=True)
class BucketCard:
    """A place on the list (`track_id`) or an extra file (`file_id`); exactly one of them is set."""

    bucket: Bucket | None
    """None while nobody has looked the track up."""
    track_id: TrackId | None
    file_id: FileId | None
    position: int | None
    """1-based place on the list; None for an extra file."""
    label: str | None
    """The position as pasted."""
    artist: str
    title: str
    version: str | None
    score: float | None
    """0-100, of the accepted match or the best candidate."""
    reasons: tuple[str, ...]
    """Codes of what differs at the best candidate (`domain.matching`), or of why nothing was found."""
    detail: str | None
    """A sentence where the codes are not enough."""
    locked: bool
    is_id: bool
    candidates: int
    """How many candidates can be looked at; rejected ones do not count."""
    duration_s: float | None
    start_s: float | None
    art_id: ArtId | None
    path: str | None
    """Of the track's file or of the extra file."""
    codec: str | None
    bitrate: int | None


@dataclass(frozen=True, slots=True)
class Buckets:
    """`matched + review + not_found` are the places on the list; each in list order."""

    album_id: AlbumId
    title: str
    matched: tuple[BucketCard, ...]
    review: tuple[BucketCard, ...]
    not_found: tuple[BucketCard, ...]
    extra: tuple[BucketCard, ...]
    pending: tuple[BucketCard, ...] = ()
    """Places nobody has looked up yet; the front end shows them as "still looking"."""

    def of(self, bucket: Bucket) -> tuple[BucketCard, ...]:
        by_bucket = {
            Bucket.MATCHED: self.matched,
            Bucket.REVIEW: self.review,
            Bucket.NOT_FOUND: self.not_found,
            Bucket.EXTRA: self.extra,
        }
        return by_bucket[bucket]
