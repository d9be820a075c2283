"""Which side of the separator is the artist: evidence of the whole list, then single lines that differ."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from musiclib.domain.tracklist.build import is_unknown
from musiclib.domain.tracklist.names import GIVEN_NAMES
from musiclib.domain.tracklist.vocabulary import (
    COUNTRY_TAG,
    FEATURING,
    JOINER,
    MIX_NAME,
    PERSON_LIKE,
    TITLE_WORD,
    VERSION_TAIL,
)

Pair = tuple[str, str]

_BRACKETED_GUEST = re.compile(r"[(\[](?:feat|ft|featuring)\b", re.IGNORECASE)
_BRACKETED_VERSION = re.compile(
    MIX_NAME.pattern
    + r"|\b(?:acoustic|acc?app?ell?a|unplugged|live (?:at|in|from)|demo|reprise|radio|original)\b",
    re.IGNORECASE,
)
_CLEARLY_TURNED = -1.5  # names read the right way round hardly ever lean so far
_ARTIST_MARKS = re.compile(r" & |, | feat| ft| vs|\(U[KS]|、")
_SAMPLE = 400  # pairs whose words are looked at; more change no decision and cost time


@dataclass(frozen=True, slots=True)
class OrderEvidence:
    """The decision for a list, and what is known of its artists for the lines that go the other way."""

    title_first: bool
    score: float
    """What all rows say together, with the bias: positive for artist first."""
    artists: Counter[str]
    titles: Counter[str]
    brackets: dict[str, bool] = field(default_factory=dict)
    """Whether what begins with a bracket names a mix, of those looked at: the same names come back."""


def decide_order(pairs: Sequence[Pair], known_artist: str | None = None, bias: float = 2.0) -> OrderEvidence:
    """Decide from (left, right) pairs. `bias` is the lead that "artist first" has before any evidence."""
    left = Counter(a.casefold() for a, _ in pairs)
    right = Counter(b.casefold() for _, b in pairs)
    looked_at = pairs[:: len(pairs) // _SAMPLE + 1]
    said = score = bias + sum(_lean(a, b) for a, b in looked_at) + _repetition(left, right, len(pairs))
    if score < 0:
        score = max(score, _without_turned(pairs, bias))
    if known_artist:
        known = known_artist.casefold()
        score += 3 * (left[known] - right[known])
    title_first = score < 0
    artists, titles = (right, left) if title_first else (left, right)
    return OrderEvidence(title_first, said, artists, titles)


def _without_turned(pairs: Sequence[Pair], bias: float) -> float:
    """The score without rows that a bracket shows to be title first, if the others repeat their artists.

    A guest's part pasted in the other order does not turn the whole list.
    """
    rest = [pair for pair in pairs if _bracket_lean(*pair) >= 0]
    if len(rest) < 0.5 * len(pairs) or len(rest) == len(pairs):
        return -1.0
    left = Counter(a.casefold() for a, _ in rest)
    right = Counter(b.casefold() for _, b in rest)
    repeated = _repetition(left, right, len(rest))
    if repeated < 3:
        return -1.0
    return bias + repeated + sum(_lean(a, b) for a, b in rest[:_SAMPLE])


def known_names(pairs: Sequence[Pair]) -> OrderEvidence:
    """What a list of (artist, title) pairs, whose order is decided, says about single lines."""
    artists = Counter(a.casefold() for a, _ in pairs)
    return OrderEvidence(False, 0.0, artists, Counter(t.casefold() for _, t in pairs))


def swapped(pair: Pair, evidence: OrderEvidence) -> bool:
    """Whether this (artist, title) pair, read in the list's order, is the wrong way round."""
    artist, title = pair
    if is_unknown(title):
        return False
    if "(" in artist or "(" in title or "[" in artist or "[" in title:
        on_left = _has_known_bracket(artist, evidence.brackets)
        on_right = _has_known_bracket(title, evidence.brackets)
        if on_left is not on_right:
            return on_left
    if _has_artist_marks(title) and _lean(artist, title) <= _CLEARLY_TURNED:
        return True
    a, t = artist.casefold(), title.casefold()
    known_title = evidence.artists[t]
    known_artist = evidence.artists[a] - 1
    if known_title >= 2 and known_artist <= 0 and a != t:
        return True
    return known_title == 1 and known_artist <= 0 and evidence.titles[a] >= 1 and a != t


def _has_artist_marks(text: str) -> bool:
    """A quick look for what several artists, guests and persons have in their names."""
    return _ARTIST_MARKS.search(text) is not None or text.partition(" ")[0].casefold() in GIVEN_NAMES


def _repetition(left: Counter[str], right: Counter[str], count: int) -> float:
    """Artists come back within a list, titles hardly ever."""
    repeats = (count - len(left)) - (count - len(right))
    both = sum(1 for name in left if name in right)
    return 1.5 * repeats if not both or abs(repeats) > both else 0.75 * repeats


def _bracket_lean(left: str, right: str) -> int:
    """A mix name in a bracket can only stand in a title: +1 when it is on the right, -1 on the left."""
    on_left = _has_mix_bracket(left)
    on_right = _has_mix_bracket(right)
    return on_right - on_left


def _has_mix_bracket(text: str) -> bool:
    at = _bracket_at(text)
    return at > 0 and _BRACKETED_VERSION.search(text, at) is not None


def _has_known_bracket(text: str, known: dict[str, bool]) -> bool:
    """`_has_mix_bracket` with what was found before for the same bracket."""
    at = _bracket_at(text)
    if at <= 0:
        return False
    bracket = text[at:]
    found = known.get(bracket)
    if found is None:
        found = known[bracket] = _has_mix_bracket(text)
    return found


def _bracket_at(text: str) -> int:
    at = text.find("(")
    return at if at >= 0 else text.find("[")


def _middle_version(right: str) -> bool:
    """'Title - Extended Mix - Artist': the part after the first separator only names a version."""
    middle, dash, _ = right.partition(" - ")
    return bool(dash) and VERSION_TAIL.match(middle) is not None


def _lean(left: str, right: str) -> float:
    """Positive: the left side is the artist."""
    if " - " in right and _middle_version(right):
        return -3.0
    return 3.0 * _bracket_lean(left, right) + _artist_look(left) - _artist_look(right)


def _is_person(text: str) -> bool:
    """Two to four words, the first of them a given name."""
    words = text.split()
    return 2 <= len(words) <= 4 and words[0].casefold() in GIVEN_NAMES


def _artist_look(text: str) -> float:
    score = 0.0
    if "(" in text and COUNTRY_TAG.search(text):
        score += 1.5
    joiners = len(JOINER.findall(text.partition("(")[0]))
    score += min(joiners, 2) * 0.6
    if FEATURING.search(text):
        score += -0.8 if _BRACKETED_GUEST.search(text) else 0.8
    if PERSON_LIKE.search(text):
        score += 0.4
    elif text[:1].isalpha() and _is_person(text):
        score += 0.5
    score -= min(len(TITLE_WORD.findall(text)), 2) * 0.4
    if text.endswith(("?", "!")):
        score -= 0.2
    return score
