"""Why a track was matched as it was, or why a person is asked, in one line.

Pure and in English, as `wording`: a front end hands in `tr`.
"""

from __future__ import annotations

from musiclib.domain.matching import ACCEPT, MatchReason, MatchScore, Recording, prepare
from musiclib.domain.rows import MatchRow
from musiclib.domain.states import MatchState
from musiclib.domain.versions import Kind
from musiclib.domain.wording import Translate, no_translation

_SECONDS_AS_SECONDS = 120

_ONLY_FOUND = (
    (Kind.KARAOKE, "Only a karaoke version found"),
    (Kind.TRIBUTE, "Only a tribute or cover found"),
    (Kind.LIVE, "Only a live version found"),
    (Kind.VIP, "Only a VIP found"),
    (Kind.DUB, "Only a dub found"),
    (Kind.INSTRUMENTAL, "Only an instrumental found"),
    (Kind.ACAPELLA, "Only an a cappella found"),
    (Kind.ACOUSTIC, "Only an acoustic version found"),
    (Kind.DEMO, "Only a demo found"),
    (Kind.REMIX, "Only a remix found"),
    (Kind.MIXED, "Only a part of a DJ mix found"),
    (Kind.EXTENDED, "Only the extended mix found"),
    (Kind.RADIO, "Only the radio edit found"),
    (Kind.EDIT, "Only an edit found"),
)
_BY_REASON = {
    MatchReason.SWAPPED: "Artist and title are swapped",
    MatchReason.NUMBER_DIFFERS: "Another number in the title",
    MatchReason.REMIXER_DIFFERS: "A remix by somebody else",
    MatchReason.VERSION_UNSURE: "Perhaps another version",
    MatchReason.ARTIST_DIFFERS: "Same title by another artist",
    MatchReason.ARTIST_PARTLY: "Artists agree only in part",
    MatchReason.ARTIST_MISSING: "No artist to compare",
    MatchReason.FEATURES_DIFFER: "Other guests",
    MatchReason.SCRIPT_DIFFERS: "Written in another script",
    MatchReason.TITLE_CLOSE: "Title differs by a letter or two",
    MatchReason.TITLE_DIFFERS: "Another title by the same artist",
    MatchReason.ISRC_DIFFERS: "Another ISRC",
    MatchReason.FILE_NAME: "Only the file's name to go by",
}


def why_asked(
    query: Recording,
    best: MatchScore | None,
    ahead: float | None,
    candidates: int,
    accept: float = ACCEPT,
    tr: Translate = no_translation,
) -> str:
    """In one line why no candidate was taken by machine.

    "Only a live version found", "2 candidates, 3 points apart", "ISRC names another artist".
    `ahead` is the lead of the best over the next in points, None without a next.
    """
    if best is None:
        return tr("Nothing found")
    if best.score >= accept and candidates > 1 and ahead is not None:
        return _rivals(candidates, ahead, tr)
    reasons = set(best.reasons)
    if MatchReason.ISRC in reasons and MatchReason.ARTIST_DIFFERS in reasons:
        return tr("ISRC names another artist")
    if MatchReason.ISRC in reasons and MatchReason.TITLE_DIFFERS in reasons:
        return tr("ISRC names another title")
    for reason in best.reasons:
        if words := _words(reason, query, best.recording, tr):
            return words
    return tr("Not sure enough")


def matched_by(match: MatchRow, source: str, tr: Translate = no_translation) -> str:
    """Who decided what the track is, and how surely; "" while nobody has.

    "Matched by hand, stays so", "Matched by machine at Deezer, 97 of 100, 12 ahead of the next".
    `source` is the name of the provider of the match.
    """
    if match.locked:
        return tr("Matched by hand, stays so")
    if match.state is MatchState.REVIEW and match.score is not None:
        best = tr("The best so far is at {source}, {score} of 100")
        return best.format(source=source, score=round(match.score))
    if match.state is not MatchState.MATCHED:
        return ""
    parts = [
        tr("Matched by machine at {source}").format(source=source) if source else tr("Matched by machine")
    ]
    if match.score is not None:
        parts.append(tr("{score} of 100").format(score=round(match.score)))
        if match.margin is not None:
            alone = match.margin >= match.score
            ahead = tr("no other came near") if alone else tr("{n} ahead of the next")
            parts.append(ahead.format(n=round(match.margin)))
    return ", ".join(parts)


def _rivals(candidates: int, ahead: float, tr: Translate) -> str:
    points = round(ahead)
    if points == 0:
        return tr("{n} candidates, same score").format(n=candidates)
    if points == 1:
        return tr("{n} candidates, 1 point apart").format(n=candidates)
    return tr("{n} candidates, {points} points apart").format(n=candidates, points=points)


def _words(reason: MatchReason, query: Recording, found: Recording, tr: Translate) -> str:
    """What a reason says where it is the one that counts; "" if it speaks for the match."""
    if reason in (MatchReason.VERSION_DIFFERS, MatchReason.LENGTH_DIFFERS, MatchReason.KARAOKE):
        return tr(_only_found(query, found))
    if reason in (MatchReason.DURATION_DIFFERS, MatchReason.DURATION_CLOSE):
        return tr("{difference} than the list says").format(difference=_longer(query, found, tr))
    return tr(_BY_REASON[reason]) if reason in _BY_REASON else ""


def _only_found(query: Recording, found: Recording) -> str:
    wanted, there = prepare(query).version, prepare(found).version
    if there.kinds == wanted.kinds:
        return "Another version of that kind"
    for kind, words in _ONLY_FOUND:
        if kind in there.kinds - wanted.kinds:
            return words
    return "Only a studio version found" if Kind.LIVE in wanted.kinds else "Only the original found"


def _longer(query: Recording, found: Recording, tr: Translate) -> str:
    apart = round((found.duration_s or 0) - (query.duration_s or 0))
    if abs(apart) < _SECONDS_AS_SECONDS:
        time = tr("{n} s").format(n=abs(apart))
    else:
        time = f"{abs(apart) // 60}:{abs(apart) % 60:02d}"
    return (tr("{time} longer") if apart > 0 else tr("{time} shorter")).format(time=time)
