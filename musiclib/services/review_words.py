"""Why a track waits for a person, in one line for the queue and the command line."""

from __future__ import annotations

from musiclib.domain.match_words import why_asked
from musiclib.domain.matching import ACCEPT, MatchReason, MatchScore
from musiclib.domain.states import MatchState
from musiclib.domain.wording import Translate, no_translation
from musiclib.services.review_types import ReviewItem

_KNOWN = {str(reason): reason for reason in MatchReason}


def why_waiting(item: ReviewItem, accept: float = ACCEPT, tr: Translate = no_translation) -> str:
    """`accept` is the score from which on a match is taken without asking."""
    if item.state is MatchState.NOT_FOUND:
        return _nobody(item, tr)
    if item.found is None or item.best is None:
        return tr("No candidate is left")
    reasons = tuple(_KNOWN[code] for code in item.reasons if code in _KNOWN)
    best = MatchScore(item.best, reasons, item.found)
    return why_asked(item.wanted, best, item.ahead, item.candidates, accept, tr)


def _nobody(item: ReviewItem, tr: Translate) -> str:
    if item.candidates:
        return tr("No source found it; what was offered before is kept")
    if (refused := item.refused) == 1:
        return tr("1 candidate ruled out")
    return tr("{n} candidates ruled out").format(n=refused) if refused else tr("No source knows it")
