"""Is this the recording that was meant? Scores with reasons, and a decision that asks when unsure.

The score is 0-100. It starts at 100 and pays for every disagreement; some disagreements also cap it,
so that no other agreement can buy them back: a remix is not the original, whatever else is equal.
`score(a, b)` is `score(b, a)` but for what is asked for more narrowly than it is offered: words in
brackets, the place of a live recording.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from rapidfuzz import fuzz

from musiclib.domain import similarity
from musiclib.domain.credits import names_of, work_title
from musiclib.domain.states import MatchState
from musiclib.domain.text import (
    clean_isrc,
    normalise,
    split_artists,
    split_features,
    split_version,
    without_shop_marks,
)
from musiclib.domain.versions import (
    SAME_NAMES,
    Version,
    differences,
    parse_version,
    same_names,
    with_implied,
)

ACCEPT = 85.0
REVIEW = 55.0
MARGIN = 4.0

SAME_DURATION_S = 3.0
"""Two encodings of one recording differ by less; providers round to whole seconds."""
_ROUNDING_S = 1.5


_SAME_NAME_MARK = re.compile(r"\s*\((?:[A-Z]{2,3}|\d{1,2}|ofc|official)\)(?=\s*(?:$|[,&/;]))")
"""What shops put behind names that several artists share: "Perigee (UK)", "Tessera (2)"."""
_NOBODY = frozenset({"", "various artists", "various", "va", "unknown artist", "unknown", "n a"})
_NARROWING = re.compile(
    r"(?i)\((?!(?:with|prod|from|theme)\b|w/|[^()]*\b(?:edition|records|recordings|ost|soundtrack)\b)[^()]+\)"
)
_SOFT_JOIN = re.compile(r" (?:and|with|meets|y|et|e|und) ")
"""Words that join artists as often as they are part of a name."""
_ONE_FEATURE_COST = 5.0
"""More than `MARGIN`: with the guest and without may be two recordings."""


class MatchReason(StrEnum):
    """What agrees and what differs; stored with a candidate, put into words by the front ends."""

    ISRC = "isrc"
    ARTIST = "artist"
    TITLE = "title"
    VERSION = "version"
    DURATION = "duration"
    ALBUM = "album"
    POSITION = "position"
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
    position: int | None = None
    """1-based place on `album`."""


@dataclass(frozen=True, slots=True)
class MatchScore:
    """How well `recording` fits. `reasons` are codes, those that moved the score most first."""

    score: float
    reasons: tuple[MatchReason, ...]
    recording: Recording = field(repr=False)
    context: float = 0.0
    """Points for standing where the query stands (album, position): they decide between equals."""

    @property
    def rank(self) -> float:
        """What is compared with other candidates."""
        return self.score + self.context


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
    narrowed: bool
    """Whether words in brackets may make it another recording: not a guest, a label or an edition."""
    whole: str
    """Title and version in one, as some write them."""
    version: Version
    album: str
    isrc: str | None


class _Ledger:
    """Collects what a comparison costs, the lowest cap, and why."""

    def __init__(self) -> None:
        self.score = 100.0
        self.cap = 100.0
        self.firm_cap = 100.0
        """Not even the same ISRC lifts the score above it."""
        self.context = 0.0
        self._reasons: list[tuple[float, MatchReason]] = []

    def agree(self, reason: MatchReason, weight: float) -> None:
        self._reasons.append((weight, reason))

    def differ(self, reason: MatchReason, cost: float, cap: float = 100.0, firm_cap: float = 100.0) -> None:
        self.score -= cost
        self.cap = min(self.cap, cap)
        self.firm_cap = min(self.firm_cap, firm_cap)
        # A cap outweighs every agreement when the reasons are told.
        self._reasons.append((cost + (100 - cap) * 2, reason))

    def result(self, recording: Recording) -> MatchScore:
        told = sorted(self._reasons, key=lambda each: -each[0])
        score = round(float(max(0.0, min(self.score, self.cap, self.firm_cap, 100.0))), 1)
        reasons = tuple(dict.fromkeys(reason for _, reason in told))
        return MatchScore(score, reasons, recording, self.context)


def prepare(recording: Recording) -> Prepared:
    """Split a recording into the parts that are compared."""
    title, title_features = split_features(without_shop_marks(recording.title))
    title, inner = split_version(title)
    credit, features = split_features(recording.artist)
    title = similarity.with_blanks(work_title(title))
    features += title_features
    version_text = ", ".join(part for part in (inner, recording.version) if part)
    if version_text:
        features += split_features(version_text)[1]
    credit, other_names = names_of(_SAME_NAME_MARK.sub("", credit))
    plain_credit, album = normalise(credit), normalise(recording.album or "")
    artists = _names(part.name for part in split_artists(credit)) if plain_credit not in _NOBODY else ()
    version = parse_version(version_text, artists)
    remixers = [name for name in artists if version.is_by(name)]
    if len(remixers) < len(artists):
        artists = tuple(name for name in artists if name not in remixers)
        features += remixers
    return Prepared(
        recording=recording,
        credit=plain_credit,
        artists=artists,
        aliases=_names((*other_names, *(recording.artist_aliases if len(artists) == 1 else ()))),
        features=_names(features),
        title=normalise(title),
        bare_title=similarity.without_brackets(title),
        narrowed=bool(_NARROWING.search(title)),
        whole=normalise(f"{title} {version_text}"),
        version=with_implied(version, title, plain_credit, recording.album or ""),
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
    if query.title != candidate.title and query.whole == candidate.whole:
        # "Slow Burn Murk Remix" and "Slow Burn (Murk Remix)".
        clearer = min(query, candidate, key=lambda each: (len(each.title), each.title))

        query, candidate = _told_as(clearer, query), _told_as(clearer, candidate)
    _compare_titles(query, candidate, ledger)
    if ledger.score < REVIEW and _is_swapped(query, candidate):
        ledger = _Ledger()
        ledger.differ(MatchReason.SWAPPED, 8, cap=90 if _lasts_as_long(query, candidate) else 80)
    _compare_versions(query, candidate, ledger)
    _compare_durations(query, candidate, ledger)
    _compare_isrcs(query, candidate, ledger)
    _compare_places(query, candidate, ledger)
    return ledger.result(candidate.recording)


def _told_as(other: Prepared, one: Prepared) -> Prepared:
    return replace(one, title=other.title, bare_title=other.bare_title, version=other.version)


def _compare_places(query: Prepared, candidate: Prepared, ledger: _Ledger) -> None:
    if not query.album or not candidate.album or fuzz.token_sort_ratio(query.album, candidate.album) < 90:
        return
    ledger.agree(MatchReason.ALBUM, 3)
    ledger.score += 3
    ledger.cap += 3 if ledger.cap >= 76 else 0
    ledger.context += 5
    ours, theirs = query.recording.position, candidate.recording.position
    if ours and ours == theirs:
        ledger.agree(MatchReason.POSITION, 2)
        ledger.context += 5


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
    best = max(range(len(scores)), key=lambda index: (scores[index].rank, -index))
    chosen = scores[best]
    others = sorted((each for each in scores if each is not chosen), key=lambda each: -each.rank)
    rival = next((each.rank for each in others if not same_recording(each, chosen)), 0.0)
    ahead = round(min(chosen.rank - rival, 100.0), 1)
    if chosen.score < review:
        return Decision(MatchState.NOT_FOUND, best, ahead)
    taken = chosen.score >= accept and ahead >= margin
    return Decision(MatchState.MATCHED if taken else MatchState.REVIEW, best, ahead)


def same_recording(one: MatchScore, other: MatchScore) -> bool:
    """Whether two candidates are one recording that a provider lists twice, or two providers list."""
    first, second = prepare(one.recording), prepare(other.recording)
    apart = _apart(first, second)
    # Fades and gaps between tracks: issues of one recording differ by some seconds.
    longest = max(each.recording.duration_s or 0 for each in (first, second))
    lasts_as_long = apart is None or apart <= max(SAME_DURATION_S, 0.04 * longest)
    same_isrc = first.isrc is not None and first.isrc == second.isrc
    if not first.version.is_like(second.version):
        return False
    if not names_agree(first, second):
        return same_isrc and lasts_as_long and apart is not None
    # A remaster is the recording issued again, with fades and gaps of its own.
    return same_isrc or lasts_as_long or first.version.sound != second.version.sound


def is_another_version(one: Recording, other: Recording) -> bool:
    """Whether two descriptions agree in names and length, and `other` tells that it is live, a remix..."""
    first, second = prepare(one), prepare(other)
    apart = _apart(first, second)
    lasts_the_same = apart is not None and apart <= _ROUNDING_S
    tells_more = first.version.other_recording < second.version.other_recording
    return tells_more and lasts_the_same and names_agree(first, second)


def names_agree(one: Prepared, other: Prepared) -> bool:
    """Whether title and artists are the same but for guests one of them leaves out."""
    if one.title != other.title and (
        similarity.title_similarity(one.title, other.title) < 0.98
        or similarity.numbers_differ(one.title, other.title)
    ):
        return False
    everybody, everybody_else = one.artists + one.features, other.artists + other.features
    return (
        not similarity.missing_from(one.artists, everybody_else)
        or not similarity.missing_from(other.artists, everybody)
        or _is_alias(one, other)
        or _is_alias(other, one)
    )


def _compare_artists(query: Prepared, candidate: Prepared, ledger: _Ledger) -> None:
    if not query.artists or not candidate.artists:
        ledger.differ(MatchReason.ARTIST_MISSING, 25, cap=80)
        return
    if query.credit == candidate.credit or _same_set(query, candidate):
        ledger.agree(MatchReason.ARTIST, 40)
        if query.credit != candidate.credit:
            # Another order is nothing; another letter may be another artist, should there be one.
            ledger.score -= 1 if set(query.artists) == set(candidate.artists) else MARGIN
        if query.features and candidate.features and not _features_agree(query, candidate):
            ledger.differ(MatchReason.FEATURES_DIFFER, 18, cap=84)
        elif bool(query.features) != bool(candidate.features):
            ledger.differ(MatchReason.FEATURES_DIFFER, _ONE_FEATURE_COST)
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
    if (not lacking and not surplus) or _softly(ours) == _softly(theirs):
        ledger.agree(MatchReason.ARTIST, 38)
        ledger.differ(MatchReason.FEATURES_DIFFER, 1)
    elif not lacking or not surplus:
        # Who asks for the artist named first means this one; who names a guest alone may mean another, as
        # may who names more than there are.
        meant = not lacking and _leading_agrees(query, candidate)
        ledger.differ(MatchReason.ARTIST_PARTLY, 10, cap=100 if meant else 84)
    elif len(lacking) < len(query.artists) and len(surplus) < len(candidate.artists):
        ledger.differ(MatchReason.ARTIST_PARTLY, 22, cap=80)
    elif not similarity.comparable(query.credit, candidate.credit):
        ledger.differ(MatchReason.SCRIPT_DIFFERS, 22, cap=78)
    elif _is_by_remixer(query, candidate):
        ledger.differ(MatchReason.ARTIST_PARTLY, 12)
    else:
        alike = fuzz.token_sort_ratio(query.credit, candidate.credit) / 100
        ledger.differ(MatchReason.ARTIST_DIFFERS, 90 * (1 - alike) + 8, cap=50 if alike < 0.75 else 80)


def _is_by_remixer(query: Prepared, candidate: Prepared) -> bool:
    """Whether one of two remixes by the same names only the remixer: "Murk - Slow Burn (Murk Remix)"."""
    one, other = query.version, candidate.version
    return same_names(one, other) >= SAME_NAMES and any(
        all(version.is_by(name) for name in each.artists)
        for each, version in ((query, other), (candidate, one))
    )


def _leading_agrees(query: Prepared, candidate: Prepared) -> bool:
    """Whether the artist named first in the longer credit is a main artist of the other."""
    ours, theirs = query.artists + query.features, candidate.artists + candidate.features
    longer, shorter = (query, candidate) if len(ours) > len(theirs) else (candidate, query)
    return not similarity.missing_from(longer.artists[:1], shorter.artists)


def _softly(names: Sequence[str]) -> frozenset[str]:
    """The names with "A and B" taken for two; a duo's name on both sides comes apart on both."""
    return frozenset(part for name in names for part in _SOFT_JOIN.split(name))


def _is_alias(one: Prepared, other: Prepared) -> bool:
    """Whether the one artist of `one` is another name of the artist of `other`."""
    return len(one.artists) == 1 and not similarity.missing_from(one.artists, other.aliases)


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
        read = similarity.title_similarity(*map(similarity.romanised, (query.title, candidate.title)))
        # Letters say nothing here; without a length that agrees there is nothing to go by.
        unknown = (35, 78) if _lasts_as_long(query, candidate) else (60, 78)
        ledger.differ(MatchReason.SCRIPT_DIFFERS, *((6, 94) if read >= 0.85 else unknown))
    elif alike >= 0.85:
        # One letter makes another word of a short title: Halo, Hallo.
        short = not subtitle and min(len(query.title), len(candidate.title)) <= 8
        # Catalogues add subtitles; what a person adds in brackets may be a version.
        asked = subtitle and query.narrowed and not _lasts_as_long(query, candidate)
        ledger.differ(MatchReason.TITLE_CLOSE, 100 * (1 - alike), cap=84 if short or asked else 100)
    else:
        ledger.differ(MatchReason.TITLE_DIFFERS, 130 * (1 - alike), cap=84 if alike >= 0.7 else 50)


def _is_swapped(query: Prepared, candidate: Prepared) -> bool:
    return (
        similarity.title_similarity(query.credit, candidate.title) >= 0.95
        and similarity.title_similarity(query.title, candidate.credit) >= 0.95
    )


def _compare_versions(query: Prepared, candidate: Prepared, ledger: _Ledger) -> None:
    found = differences(query.version, candidate.version, _lasts_as_long(query, candidate))
    for each in found:
        ledger.differ(MatchReason(each.reason), each.cost, each.cap, each.firm_cap)
    if not found and query.version.kinds:
        ledger.agree(MatchReason.VERSION, 30)


def _apart(query: Prepared, candidate: Prepared) -> float | None:
    """Seconds between the durations; None if either is unknown."""
    ours, theirs = query.recording.duration_s, candidate.recording.duration_s
    return abs(ours - theirs) if ours and theirs else None


def _lasts_as_long(query: Prepared, candidate: Prepared) -> bool:
    """Whether both durations are known and agree."""
    apart = _apart(query, candidate)
    return apart is not None and apart <= SAME_DURATION_S


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
        cap = 76 if apart <= 45 else 60
        ledger.differ(MatchReason.DURATION_DIFFERS, min(apart - 4, 40), cap, firm_cap=84)


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
