"""One identity per thing: UUID version 7, typed so that mypy tells them apart."""

from __future__ import annotations

from typing import NewType
from uuid import UUID

AlbumId = NewType("AlbumId", UUID)
TrackId = NewType("TrackId", UUID)
FileId = NewType("FileId", UUID)
TaskId = NewType("TaskId", UUID)
ArtId = NewType("ArtId", UUID)
CandidateId = NewType("CandidateId", UUID)
ChangesetId = NewType("ChangesetId", UUID)
ImportId = NewType("ImportId", UUID)
TransferId = NewType("TransferId", UUID)
SmartAlbumId = NewType("SmartAlbumId", UUID)
SourceId = NewType("SourceId", UUID)
"""A place audio comes from, as the person set it up."""

ID_BYTES = 16
"""What each takes in a long list of ids that is one piece of bytes."""


def uuid7(unix_ms: int, random_bits: int) -> UUID:
    """A version 7 UUID (RFC 9562, section 5.7) of a time and 74 random bits.

    Sorts by time, so rows made together lie together in the index.
    """
    if not 0 <= unix_ms < 1 << 48:
        raise ValueError(f"unix_ms out of range: {unix_ms}")
    rand_a = (random_bits >> 62) & 0xFFF
    rand_b = random_bits & ((1 << 62) - 1)
    return UUID(int=(unix_ms << 80) | (0x7 << 76) | (rand_a << 64) | (0b10 << 62) | rand_b)
