"""Why a person is asked, and what agrees field by field, for the review page and the command line.

Pure and in English, as `wording`: a front end hands in `tr`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from rapidfuzz import fuzz

from musiclib.domain import similarity
from musiclib.domain.matching import (
    ACCEPT,
    SAME_DURATION_S,
    MatchReason,
    MatchScore,
    Prepared,
    Recording,
    prepare,
    score,
)
from musiclib.domain.provenance import Plain
from musiclib.domain.text import clean_isrc, normalise, split_features, split_version
from musiclib.domain.versions import Kind, parse_version
from musiclib.domain.wording import Translate, no_translation

_CLOSE_DURATION_S = 7.0
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


class Agreement(StrEnum):
    """How a candidate's value stands to ours."""

    EQUAL = "equal"
    CLOSE = "close"
    DIFFERS = "differs"
    NOT_GIVEN = "not_given"
    """The candidate does not say."""
    UNASKED = "unasked"
    """We know nothing to compare it with."""


@dataclass(frozen=True, slots=True)
class FieldComparison:
    field: str
    """title, version, artist, duration_s, isrc, album, label or year."""
    ours: Plain | None
    theirs: Plain | None
    agreement: Agreement
    note: str = ""
    """What the difference is, where a word helps: "93 s longer"."""


def compare_fields(
    query: Mapping[str, Plain],
    candidate: Mapping[str, Plain],
    aliases: Iterable[str] = (),
    tr: Translate = no_translation,
) -> tuple[FieldComparison, ...]:
    """Side by side, always the same fields in the same order. Fields are those of `MERGED_FIELDS`.

    A version in the title counts as the version. `aliases` are other names of the candidate's artist.
    """
    ours, theirs = _recording(query), _recording(candidate, tuple(aliases))
    first, second = prepare(ours), prepare(theirs)
    difference = ""
    if _duration(first, second) in (Agreement.CLOSE, Agreement.DIFFERS):
        difference = _longer(ours, theirs, tr)
    return (
        FieldComparison("title", *_values("title", query, candidate), _title(first, second)),
        FieldComparison("version", _version(ours), _version(theirs), _versions(first, second)),
        FieldComparison("artist", *_values("artist", query, candidate), _artist(first, second)),
        FieldComparison(
            "duration_s", ours.duration_s, theirs.duration_s, _duration(first, second), difference
        ),
        FieldComparison("isrc", first.isrc, second.isrc, _exactly(first.isrc, second.isrc)),
        FieldComparison("album", *_values("album", query, candidate), _alike(ours.album, theirs.album)),
        FieldComparison("label", *_values("label", query, candidate), _named("label", query, candidate)),
        _years(query, candidate, tr),
    )


def agreement_line(compared: Iterable[FieldComparison], tr: Translate = no_translation) -> str:
    """ "7 agree, none differs", "1 agrees, 2 close, 2 differ"."""
    count = Counter(each.agreement for each in compared)
    equal, close, differs = (count[each] for each in (Agreement.EQUAL, Agreement.CLOSE, Agreement.DIFFERS))
    parts = [_counted(equal, tr("none agrees"), tr("1 agrees"), tr("{n} agree"))]
    if close:
        parts.append(tr("{n} close").format(n=close))
    parts.append(_counted(differs, tr("none differs"), tr("1 differs"), tr("{n} differ")))
    return ", ".join(parts)


def _counted(count: int, none: str, one: str, many: str) -> str:
    return (none, one)[count] if count < 2 else many.format(n=count)


def _recording(fields: Mapping[str, Plain], aliases: tuple[str, ...] = ()) -> Recording:
    def text(name: str) -> str | None:
        value = fields.get(name)
        return value if isinstance(value, str) and value else None

    duration = fields.get("duration_s")
    return Recording(
        artist=text("artist") or "",
        title=text("title") or "",
        version=text("version"),
        album=text("album"),
        duration_s=float(duration) if isinstance(duration, int | float) and duration > 0 else None,
        isrc=clean_isrc(text("isrc")),
        artist_aliases=aliases,
    )


def _values(
    name: str, query: Mapping[str, Plain], candidate: Mapping[str, Plain]
) -> tuple[Plain | None, Plain | None]:
    return query.get(name), candidate.get(name)


def _presence(ours: object, theirs: object) -> Agreement | None:
    """NOT_GIVEN or UNASKED where a side is missing; None if both are there."""
    if not ours:
        return Agreement.UNASKED
    return None if theirs else Agreement.NOT_GIVEN


def _exactly(ours: str | None, theirs: str | None) -> Agreement:
    return _presence(ours, theirs) or (Agreement.EQUAL if ours == theirs else Agreement.DIFFERS)


def _alike(ours: str | None, theirs: str | None) -> Agreement:
    if (missing := _presence(ours, theirs)) or ours is None or theirs is None:
        return missing or Agreement.UNASKED
    one, other = normalise(ours), normalise(theirs)
    if one == other:
        return Agreement.EQUAL
    return Agreement.CLOSE if fuzz.token_sort_ratio(one, other) >= 85 else Agreement.DIFFERS


def _named(name: str, query: Mapping[str, Plain], candidate: Mapping[str, Plain]) -> Agreement:
    ours, theirs = query.get(name), candidate.get(name)
    return _alike(str(ours) if ours else None, str(theirs) if theirs else None)


def _title(ours: Prepared, theirs: Prepared) -> Agreement:
    if missing := _presence(ours.title, theirs.title):
        return missing
    first, second = (split_version(split_features(each.recording.title)[0])[0] for each in (ours, theirs))
    return _of(score(Recording("artist", first), Recording("artist", second)))


def _artist(ours: Prepared, theirs: Prepared) -> Agreement:
    if missing := _presence(ours.artists, theirs.artists):
        return missing
    if ours.credit == theirs.credit and ours.features == theirs.features:
        return Agreement.EQUAL

    def named(each: Prepared) -> Recording:
        guests = f" feat. {', '.join(each.features)}" if each.features else ""
        credit = ", ".join(each.artists)
        return Recording(credit + guests, "title", artist_aliases=each.recording.artist_aliases)

    agreement = _of(score(named(ours), named(theirs)))
    if agreement is Agreement.EQUAL and not similarity.comparable(ours.credit, theirs.credit):
        return Agreement.CLOSE
    return agreement


def _of(found: MatchScore, close: float = 75) -> Agreement:
    if found.score > 98:
        return Agreement.EQUAL
    return Agreement.CLOSE if found.score >= close else Agreement.DIFFERS


def _version(recording: Recording) -> str | None:
    return recording.version or split_version(recording.title)[1]


def _versions(ours: Prepared, theirs: Prepared) -> Agreement:
    wanted, there = _version(ours.recording), _version(theirs.recording)
    if not wanted and not there:
        return Agreement.UNASKED
    if wanted and not there and not parse_version(wanted).is_like(theirs.version):
        return Agreement.NOT_GIVEN
    if ours.version == theirs.version:
        return Agreement.EQUAL
    found = score(Recording("artist", "title", wanted), Recording("artist", "title", there))
    return _of(found, close=82)


def _duration(ours: Prepared, theirs: Prepared) -> Agreement:
    first, second = ours.recording.duration_s, theirs.recording.duration_s
    if (missing := _presence(first, second)) or first is None or second is None:
        return missing or Agreement.UNASKED
    apart = abs(first - second)
    if apart <= SAME_DURATION_S:
        return Agreement.EQUAL
    return Agreement.CLOSE if apart <= _CLOSE_DURATION_S else Agreement.DIFFERS


def _years(query: Mapping[str, Plain], candidate: Mapping[str, Plain], tr: Translate) -> FieldComparison:
    ours, theirs = _year(query), _year(candidate)
    agreement = _presence(ours, theirs) or (Agreement.EQUAL if ours == theirs else Agreement.DIFFERS)
    later = ours is not None and theirs is not None and theirs > ours
    return FieldComparison("year", ours, theirs, agreement, tr("later issue") if later else "")


def _year(fields: Mapping[str, Plain]) -> int | None:
    year = fields.get("original_year")
    if isinstance(year, int):
        return year
    date = str(fields.get("release_date") or "")[:4]
    return int(date) if date.isdigit() else None
