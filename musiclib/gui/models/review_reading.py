"""What the review page shows besides the track in hand, read in one go off the GUI thread."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from musiclib.domain.states import MatchState
from musiclib.services.review import ReviewService
from musiclib.services.review_types import ReviewItem


@dataclass(frozen=True, slots=True)
class QueueReading:
    state: MatchState
    items: Sequence[ReviewItem]
    waiting: Mapping[MatchState, int]
    """How long both queues are."""
    settled: int
    """Tracks decided upon today."""
    took_s: float


def read_queue(review: ReviewService, state: MatchState, now: datetime) -> QueueReading:
    """`now` says what today is, where the person is."""
    began = time.perf_counter()
    morning = now.astimezone().replace(hour=0, minute=0, second=0, microsecond=0)
    items, settled = review.queue(state), review.decided_since(morning.astimezone(UTC))
    return QueueReading(state, items, review.waiting(), settled, time.perf_counter() - began)
