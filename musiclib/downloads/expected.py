"""What the engine is asked for, and what it hands back."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from musiclib.domain.audio_candidates import AudioCandidate


@dataclass(frozen=True, slots=True)
class Expected:
    """What a candidate is said to be; what comes is held against it."""

    key: str
    """Tells candidates apart: bytes of one are never continued with those of another."""
    size: int | None = None
    hashes: Mapping[str, str] = field(default_factory=dict)
    """Lower-case hex by algorithm; the strongest of `checks.ALGORITHMS` is checked."""
    suffix: str = ""
    """As the source names it; the content decides."""

    @classmethod
    def of(cls, candidate: AudioCandidate) -> Self:
        key = hashlib.sha256(f"{candidate.source}\0{candidate.ref}".encode()).hexdigest()
        return cls(key, candidate.size, dict(candidate.hashes), candidate.suffix)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a transfer is."""

    done: int
    total: int | None
    checking: bool = False
    """All bytes are here and are looked at."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """A whole file whose size, hashes and kind were checked; whether it decodes was not."""

    path: Path
    size: int
    suffix: str
    """By what is in it, without the dot: "flac"."""
    stays: bool = False
    """It is the person's own file and is used where it is; `Engine.place` leaves it there."""
    placed: bool = False
    """It was placed before, and the program ended before that was written down."""
