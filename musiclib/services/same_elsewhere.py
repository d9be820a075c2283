"""What a person says of a candidate holds for the same recording at the other sources too."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from musiclib.db.metadata import CandidateRepository
from musiclib.db.records import CandidateRecord
from musiclib.domain.ids import TrackId
from musiclib.domain.recordings import is_the_same, recording_of


def same_elsewhere(one: CandidateRecord, offered: Iterable[CandidateRecord]) -> list[CandidateRecord]:
    """Candidates of other sources that are surely the same recording; a look-up judges alike."""
    recording = recording_of(one.fields)
    return [
        each
        for each in offered
        if each.provider != one.provider and is_the_same(recording, recording_of(each.fields))
    ]


def allow_again(repository: CandidateRepository, track_id: TrackId, ones: Sequence[CandidateRecord]) -> None:
    """Take the refusal off candidates of a track, and off the same recordings elsewhere."""
    offered = repository.of([track_id]).get(track_id, [])
    same = [each for one in ones for each in same_elsewhere(one, offered)]
    repository.set_rejected([each.id for each in (*ones, *same)], False)
