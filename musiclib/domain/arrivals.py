"""Is what came what the list says? Judged by its length and by its own tags, before it enters the library."""

from __future__ import annotations

from musiclib.domain.file_matching import from_tags
from musiclib.domain.file_tags import FileTags
from musiclib.domain.matching import REVIEW, MatchReason, Recording, prepare, score_prepared

LENGTH_TOLERANCE_S = 7.0
LENGTH_TOLERANCE = 0.02
"""Fades, gaps and encoders make lengths differ: by seven seconds, or 2 % where that is more."""
_ANOTHER = frozenset({MatchReason.VERSION_DIFFERS, MatchReason.REMIXER_DIFFERS, MatchReason.KARAOKE})


def objection(track: Recording, came_s: float, tags: FileTags, promised_s: float | None = None) -> str | None:
    """What speaks against it, as a sentence; None if nothing does.

    `promised_s` is the length of the candidate where a person chose it knowing that length: it then counts
    rather than that of the list. Tags that do not name both artist and title say nothing.
    """
    return _length_objection(promised_s or track.duration_s, came_s) or _tags_objection(track, tags)


def _length_objection(listed_s: float | None, came_s: float) -> str | None:
    if not listed_s:
        return None
    apart = came_s - listed_s
    if abs(apart) <= max(LENGTH_TOLERANCE_S, LENGTH_TOLERANCE * listed_s):
        return None
    return f"Came {_lasting(abs(apart))} {'longer' if apart > 0 else 'shorter'} than the list says."


def _tags_objection(track: Recording, tags: FileTags) -> str | None:
    said = from_tags(tags)
    if said is None:
        return None
    match = score_prepared(prepare(track), prepare(said))
    # "Radio Edit" says nothing against a file that lasts as long as the extended mix of the list.
    other_edit = MatchReason.LENGTH_DIFFERS in match.reasons and not track.duration_s
    if match.score >= REVIEW and not other_edit and not _ANOTHER.intersection(match.reasons):
        return None
    return f"Its tags say “{said.artist} - {said.title}”."


def _lasting(seconds: float) -> str:
    whole = round(seconds)
    if whole < 120:
        return f"{whole} s"
    minutes, rest = divmod(whole, 60)
    return f"{minutes}:{rest:02} min"
