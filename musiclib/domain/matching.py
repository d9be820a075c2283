"""Is this the recording that was meant? Scores with reasons, and a decision that asks when unsure.

The score is 0-100. It starts at 100 and pays for every disagreement; some disagreements also cap it,
so that no other agreement can buy them back: a remix is not the original, whatever else is equal.
`score(a, b).score == score(b, a).score`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from rapidfuzz import fuzz

from musiclib.domain import similarity
from musiclib.domain.states import MatchState
from musiclib.domain.text import clean_isrc, normalise, split_artists, split_features, split_version
from musiclib.domain.versions import Kind, Version, disguise, parse_version, same_names

ACCEPT = 85.0
REVIEW = 55.0
MARGIN = 4.0

SAME_DURATION_S = 3.0
"""Two encodings of one recording differ by less; providers round to whole seconds."""


_SAME_NAME_MARK = re.compile(r"\s*\((?:[A-Z]{2,3}|\d{1,2}|ofc|official)\)(?=\s*(?:$|[,&/;]))")
"""What shops put behind names that several artists share: "Perigee (UK)", "Tessera (2)"."""


class MatchReason(StrEnum):
    """What agrees and what differs; stored with a candidate, put into words by the front ends."""

    ISRC = "isrc"
    ARTIST = "artist"
    TITLE = "title"
    VERSION = "version"
    DURATION = "duration"
    ALBUM = "album"
    ISRC_DIFFERS = "isrc_differs"
    ARTIST_DIFFERS = "artist_differs"
    ARTIST_PARTLY = "artist_partly"
    ARTIST_MISSING = "artist_missing"
    FEATURES_DIFFER = "features_differ"
    SCRIPT_DIFFERS = "script_differs"
    TITLE_DIFFERS = "title_differs"
    TITLE_CLOSE = "title_close"
    NUMBER_DIFFERS = "number_differs"
    VERSION_DIFFERS = "version_differs"
    VERSION_UNSURE = "version_unsure"
    REMIXER_DIFFERS = "remixer_differs"
    LENGTH_DIFFERS = "length_differs"
    KARAOKE = "karaoke"
    DURATION_DIFFERS = "duration_differs"
    DURATION_CLOSE = "duration_close"
    SWAPPED = "swapped"
    FILE_NAME = "file_name"


@dataclass(frozen=True, slots=True)
class Recording:
    """What is known of a recording, by a list, a file or a provider."""

    artist: str
    title: str
    version: str | None = None
    """May also still be in the title."""
    album: str | None = None
    duration_s: float | None = None
    isrc: str | None = None
    artist_aliases: tuple[str, ...] = ()
    """Other names of the artist, in other scripts too; only for a credit of one artist."""


@dataclass(frozen=True, slots=True)
class MatchScore:
    """How well `recording` fits. `reasons` are codes, those that moved the score most first."""

    score: float
    reasons: tuple[MatchReason, ...]
    recording: Recording = field(repr=False)


@dataclass(frozen=True, slots=True)
class Decision:
    """`state` is MATCHED, REVIEW or NOT_FOUND; `best` the index of the best score, if there is any.

    `ahead` is how far the best is ahead of the next that is another recording, in points.
    """

    state: MatchState
    best: int | None
    ahead: float


@dataclass(frozen=True, slots=True)
class Prepared:
    """A recording taken apart for comparing; make it once where one is scored against many."""

    recording: Recording
    credit: str
    artists: tuple[str, ...]
    aliases: tuple[str, ...]
    features: tuple[str, ...]
    title: str
    bare_title: str
    """Without its brackets; "" if it has none."""
    version: Version
    album: str
    isrc: str | None


class _Ledger:
    """Collects what a comparison costs, the lowest cap, and why."""

    def __init__(self) -> None:
        self.score = 100.0
        self.cap = 100.0
        self._reasons: list[tuple[float, MatchReason]] = []

    def agree(self, reason: MatchReason, weight: float) -> None:
        self._reasons.append((weight, reason))

    def differ(self, reason: MatchReason, cost: float, cap: float = 100.0) -> None:
        self.score -= cost
        self.cap = min(self.cap, cap)
        # A cap outweighs every agreement when the reasons are told.
        self._reasons.append((cost + (100 - cap) * 2, reason))

    def result(self, recording: Recording) -> MatchScore:
        told = sorted(self._reasons, key=lambda each: -each[0])
        score = round(float(max(0.0, min(self.score, self.cap, 100.0))), 1)
        return MatchScore(score, tuple(dict.fromkeys(reason for _, reason in told)), recording)


def prepare(recording: Recording) -> Prepared:
    """Split a recording into the parts that are compared."""
    title, title_features = split_features(recording.title)
    title, inner = split_version(title)
    credit, features = split_features(recording.artist)
    features += title_features
    version_text = ", ".join(part for part in (inner, recording.version) if part)
    if version_text:
        features += split_features(version_text)[1]
    credit = _SAME_NAME_MARK.sub("", credit)
    plain_credit, album = normalise(credit), normalise(recording.album or "")
    version = parse_version(version_text)
    if hidden := disguise(plain_credit, album):
        version = Version(version.kinds | hidden, version.names)
    return Prepared(
        recording=recording,
        credit=plain_credit,
        artists=_names(part.name for part in split_artists(credit)),
        aliases=_names(recording.artist_aliases),
        features=_names(features),
        title=normalise(title),
        bare_title=similarity.without_brackets(title),
        version=version,
        album=album,
        isrc=clean_isrc(recording.isrc),
    )


def _names(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for each in names if (name := normalise(each))))


def score(query: Recording, candidate: Recording) -> MatchScore:
    """How well `candidate` is what `query` asks for, 0-100, and why."""
    return score_prepared(prepare(query), prepare(candidate))


def score_prepared(query: Prepared, candidate: Prepared) -> MatchScore:
    """As `score`, of recordings taken apart before."""
    ledger = _Ledger()
    _compare_artists(query, candidate, ledger)
    _compare_titles(query, candidate, ledger)
    if ledger.score < REVIEW and _is_swapped(query, candidate):
        ledger = _Ledger()
        ledger.differ(MatchReason.SWAPPED, 8, cap=80)
    _compare_versions(query.version, candidate.version, _apart(query, candidate), ledger)
    _compare_durations(query, candidate, ledger)
    _compare_isrcs(query, candidate, ledger)
    if query.album and candidate.album and fuzz.token_sort_ratio(query.album, candidate.album) >= 90:
        ledger.agree(MatchReason.ALBUM, 3)
        ledger.score += 3
        ledger.cap += 3 if ledger.cap >= 76 else 0
    return ledger.result(candidate.recording)


def decide(
    scores: Sequence[MatchScore], accept: float = ACCEPT, review: float = REVIEW, margin: float = MARGIN
) -> Decision:
    """Take the best, ask, or give up.

    Taken is a best score of at least `accept` that is `margin` ahead of the next recording; one that is
    the same recording (same ISRC, or same names and about the same length) does not make it unsure.
    Among equal scores the first wins, so providers' own order counts.
    """
    if not scores:
        return Decision(MatchState.NOT_FOUND, None, 0.0)
    best = max(range(len(scores)), key=lambda index: (scores[index].score, -index))
    chosen = scores[best]
    others = sorted((each for each in scores if each is not chosen), key=lambda each: -each.score)
    rival = next((each.score for each in others if not same_recording(each, chosen)), 0.0)
    ahead = chosen.score - rival
    if chosen.score < review:
        return Decision(MatchState.NOT_FOUND, best, ahead)
    taken = chosen.score >= accept and ahead >= margin
    return Decision(MatchState.MATCHED if taken else MatchState.REVIEW, best, ahead)


def same_recording(one: MatchScore, other: MatchScore) -> bool:
    """Whether two candidates are one recording that a provider lists twice."""
    first, second = prepare(one.recording), prepare(other.recording)
    if first.isrc and first.isrc == second.isrc:
        return True
    if (first.artists, first.title) != (second.artists, second.title):
        return False
    if first.version.apart_from_sound != second.version.apart_from_sound:
        return False
    if first.version.sound != second.version.sound:
        return True  # a remaster is the recording issued again, with fades and gaps of its own
    apart = _apart(first, second)
    # Fades and gaps between tracks: issues of one recording differ by some seconds.
    return apart is None or apart <= max(10.0, 0.04 * (first.recording.duration_s or 0))


def _compare_artists(query: Prepared, candidate: Prepared, ledger: _Ledger) -> None:
    if not query.artists or not candidate.artists:
        ledger.differ(MatchReason.ARTIST_MISSING, 25, cap=80)
        return
    if query.credit == candidate.credit or _same_set(query, candidate):
        ledger.agree(MatchReason.ARTIST, 40)
        if query.credit != candidate.credit:
            ledger.score -= 1
        if query.features and candidate.features and not _features_agree(query, candidate):
            ledger.differ(MatchReason.FEATURES_DIFFER, 18, cap=84)
        elif bool(query.features) != bool(candidate.features):
            ledger.differ(MatchReason.FEATURES_DIFFER, 1)
        return
    if _is_alias(query, candidate) or _is_alias(candidate, query):
        ledger.agree(MatchReason.ARTIST, 36)
        ledger.score -= 2
        return
    _compare_unlike_artists(query, candidate, ledger)


def _compare_unlike_artists(query: Prepared, candidate: Prepared, ledger: _Ledger) -> None:
    ours, theirs = query.artists + query.features, candidate.artists + candidate.features
    lacking = similarity.missing_from(query.artists, theirs)
    surplus = similarity.missing_from(candidate.artists, ours)
    if not lacking and not surplus:
        ledger.agree(MatchReason.ARTIST, 38)
        ledger.differ(MatchReason.FEATURES_DIFFER, 1)
    elif not lacking or not surplus:
        ledger.differ(MatchReason.ARTIST_PARTLY, 10)
    elif len(lacking) < len(query.artists) and len(surplus) < len(candidate.artists):
        ledger.differ(MatchReason.ARTIST_PARTLY, 22, cap=80)
    elif not similarity.comparable(query.credit, candidate.credit):
        ledger.differ(MatchReason.SCRIPT_DIFFERS, 22, cap=78)
    else:
        alike = fuzz.token_sort_ratio(query.credit, candidate.credit) / 100
        ledger.differ(MatchReason.ARTIST_DIFFERS, 90 * (1 - alike) + 8, cap=50 if alike < 0.75 else 80)


def _is_alias(one: Prepared, other: Prepared) -> bool:
    """Whether the one artist of `one` is another name of the one artist of `other`."""
    single = len(one.artists) == len(other.artists) == 1
    return single and not similarity.missing_from(one.artists, other.aliases)


def _same_set(query: Prepared, candidate: Prepared) -> bool:
    return not similarity.missing_from(query.artists, candidate.artists) and not similarity.missing_from(
        candidate.artists, query.artists
    )


def _features_agree(query: Prepared, candidate: Prepared) -> bool:
    return not similarity.missing_from(query.features, candidate.features + candidate.artists) or not (
        similarity.missing_from(candidate.features, query.features + query.artists)
    )


def _compare_titles(query: Prepared, candidate: Prepared, ledger: _Ledger) -> None:
    alike = similarity.title_similarity(query.title, candidate.title)
    subtitle = False
    if alike < 0.95 and (query.bare_title or candidate.bare_title):
        bare = similarity.title_similarity(
            query.bare_title or query.title, candidate.bare_title or candidate.title
        )
        one_sided = not (query.bare_title and candidate.bare_title)
        subtitle = one_sided and bare * 0.92 > alike
        alike = bare * 0.92 if subtitle else alike
    if similarity.numbers_differ(query.title, candidate.title):
        ledger.differ(MatchReason.NUMBER_DIFFERS, 30, cap=50)
    elif alike >= 0.98:
        ledger.agree(MatchReason.TITLE, 40)
        ledger.score -= 100 * (1 - alike)
    elif not similarity.comparable(query.title, candidate.title):
        read = fuzz.ratio(similarity.latin(query.title), similarity.latin(candidate.title))
        # Letters say nothing here; without a length that agrees there is nothing to go by.
        apart = _apart(query, candidate)
        unknown = (35, 78) if apart is not None and apart <= SAME_DURATION_S else (60, 78)
        ledger.differ(MatchReason.SCRIPT_DIFFERS, *((6, 94) if read >= 85 else unknown))
    elif alike >= 0.85:
        # One letter makes another word of a short title: Halo, Hallo.
        short = not subtitle and min(len(query.title), len(candidate.title)) <= 8
        ledger.differ(MatchReason.TITLE_CLOSE, 100 * (1 - alike), cap=84 if short else 100)
    else:
        ledger.differ(MatchReason.TITLE_DIFFERS, 130 * (1 - alike), cap=84 if alike >= 0.7 else 50)


def _is_swapped(query: Prepared, candidate: Prepared) -> bool:
    return (
        similarity.title_similarity(query.credit, candidate.title) >= 0.95
        and similarity.title_similarity(query.title, candidate.credit) >= 0.95
    )


def _compare_versions(query: Version, candidate: Version, apart: float | None, ledger: _Ledger) -> None:
    ours, theirs = query.other_recording, candidate.other_recording
    if ours != theirs:
        _other_recording(ours ^ theirs, ours, theirs, ledger)
    elif ours and not _same_version_names(query, candidate, apart, ledger):
        return
    elif query.length != candidate.length:
        if apart is not None and apart <= SAME_DURATION_S:
            ledger.differ(MatchReason.LENGTH_DIFFERS, 5)
        else:
            ledger.differ(MatchReason.LENGTH_DIFFERS, 16, cap=80)
    elif query.kinds:
        ledger.agree(MatchReason.VERSION, 30)
    if query.sound != candidate.sound:
        ledger.differ(MatchReason.VERSION_UNSURE, 2)


def _other_recording(
    apart: frozenset[Kind], ours: frozenset[Kind], theirs: frozenset[Kind], ledger: _Ledger
) -> None:
    if apart & {Kind.KARAOKE, Kind.TRIBUTE}:
        ledger.differ(MatchReason.KARAOKE, 40, cap=30)
    elif ours and theirs and apart <= {Kind.REMIX, Kind.DUB, Kind.SESSION, Kind.LIVE}:
        # "Live session" and "Session", "Dub" and "Dub Remix": perhaps one, perhaps two.
        ledger.differ(MatchReason.VERSION_DIFFERS, 25, cap=70 if ours & theirs else 50)
    else:
        ledger.differ(MatchReason.VERSION_DIFFERS, 35, cap=50)


def _same_version_names(query: Version, candidate: Version, apart: float | None, ledger: _Ledger) -> bool:
    """Compare who remixed or where it was played; False once that has decided."""
    alike = same_names(query, candidate)
    remix = Kind.REMIX in query.kinds or Kind.DUB in query.kinds
    if alike >= 0.85:
        return True
    if not query.names or not candidate.names:
        # One says "Live", the other where: the same if it lasts as long, else perhaps.
        sure = apart is not None and apart <= SAME_DURATION_S
        ledger.differ(MatchReason.VERSION_UNSURE, 18 if remix else 9, cap=78 if remix else 91 if sure else 84)
    else:
        ledger.differ(MatchReason.REMIXER_DIFFERS if remix else MatchReason.VERSION_DIFFERS, 35, cap=50)
    return False


def _apart(query: Prepared, candidate: Prepared) -> float | None:
    """Seconds between the durations; None if either is unknown."""
    ours, theirs = query.recording.duration_s, candidate.recording.duration_s
    return abs(ours - theirs) if ours and theirs else None


def _compare_durations(query: Prepared, candidate: Prepared, ledger: _Ledger) -> None:
    apart = _apart(query, candidate)
    if apart is None:
        return
    if apart <= SAME_DURATION_S:
        ledger.agree(MatchReason.DURATION, 25)
    elif apart <= 7:
        ledger.differ(MatchReason.DURATION_CLOSE, (apart - SAME_DURATION_S) / 2)
    elif apart <= 15:
        ledger.differ(MatchReason.DURATION_DIFFERS, apart - 4)
    else:
        ledger.differ(MatchReason.DURATION_DIFFERS, min(apart - 4, 40), cap=76 if apart <= 45 else 60)


def _compare_isrcs(query: Prepared, candidate: Prepared, ledger: _Ledger) -> None:
    """The same ISRC is strong evidence, never proof: catalogues hold wrong ones."""
    if not query.isrc or not candidate.isrc:
        return
    if query.isrc != candidate.isrc:
        # Reissues get new codes, so a different one alone says little.
        ledger.differ(MatchReason.ISRC_DIFFERS, 4)
        return
    ledger.agree(MatchReason.ISRC, 50)
    if ledger.cap >= 76:
        ledger.score = max(ledger.score, 92.0)
        ledger.cap = 100.0
    else:
        ledger.score = max(ledger.score, REVIEW + 5)
        ledger.cap = max(ledger.cap, REVIEW + 10)
