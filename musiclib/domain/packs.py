"""Packs: the best known, the middle or the least known part of a library, by a rule that can be read.

Popularity stands on one scale, 0 to 100. How well known a track is *for* an artist, a genre or a decade is
its percentile there: the share of the group's tracks of known popularity that are less known, those that
are equally known counted half. So equal tracks have equal percentiles, and a whole group of equals stands in
the middle. A group of fewer than `LEAST` says nothing. A track of unknown popularity has no percentile:
it is in no pack, never taken for an obscure one, and counted.

A pack is balanced. It takes one track of each group in turn, the groups with the best known tracks first,
and so many of one artist at most. And a share of it (`familiar`) is better known than half of the library:
where the percentiles give fewer, the least known of the pack make way for the familiar tracks that come
nearest to them.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import zip_longest
from math import ceil

from musiclib.domain.ids import TrackId

LEAST = 3
"""Of one or two tracks of known popularity none is a hit and none a deep cut."""
_FAMILIAR = 50.0
"""The percentile of the whole library from which on a track is familiar."""


class Within(StrEnum):
    """What a track is compared with."""

    LIBRARY = "library"
    ARTIST = "artist"
    GENRE = "genre"
    DECADE = "decade"


@dataclass(frozen=True, slots=True)
class PackRule:
    """Which tracks a pack takes. Raises ValueError, with a sentence, for what makes no sense."""

    within: Within = Within.ARTIST
    low: int = 80
    high: int = 100
    """Percentiles; `low` belongs to the pack, `high` does not. None reaches 100."""
    tracks: int = 30
    """At most so many."""
    each: int = 3
    """At most so many of one artist."""
    familiar: int = 25
    """Per cent of the pack that are to be better known than half of the library."""
    least: int = LEAST
    """Groups with fewer tracks of known popularity say nothing about any of them."""

    def __post_init__(self) -> None:
        if not 0 <= self.low < self.high <= 100:
            raise ValueError("The percentiles run from a lower to a higher number, from 0 to 100: 80-100.")
        if not 1 <= self.tracks <= 10_000:
            raise ValueError("A pack has 1 to 10000 tracks.")
        if not 1 <= self.each <= 10_000:
            raise ValueError("Of one artist there can be 1 to 10000 tracks.")
        if not 0 <= self.familiar <= 100:
            raise ValueError("The familiar share is 0 to 100 per cent.")
        if not 1 <= self.least <= 10_000:
            raise ValueError("A group has at least 1 track.")

    def takes(self, percentile: float) -> bool:
        return self.low <= percentile < self.high

    def __str__(self) -> str:
        """The text that `parse_rule` reads."""
        return (
            f"within:{self.within} percent:{self.low}-{self.high} tracks:{self.tracks} "
            f"each:{self.each} familiar:{self.familiar} least:{self.least}"
        )


class Preset(StrEnum):
    TOP_HITS = "top-hits"
    DEEP_CUTS = "deep-cuts"
    EASY = "easy"
    MEDIUM = "medium"
    HARD = "hard"


PRESETS: Mapping[Preset, PackRule] = {
    Preset.TOP_HITS: PackRule(Within.ARTIST, 80, 100),
    Preset.DEEP_CUTS: PackRule(Within.ARTIST, 0, 30),
    Preset.EASY: PackRule(Within.GENRE, 67, 100),
    Preset.MEDIUM: PackRule(Within.GENRE, 33, 67),
    Preset.HARD: PackRule(Within.GENRE, 0, 33),
}
PRESET_NAMES: Mapping[Preset, str] = {
    Preset.TOP_HITS: "Top hits",
    Preset.DEEP_CUTS: "Deep cuts",
    Preset.EASY: "Easy",
    Preset.MEDIUM: "Medium",
    Preset.HARD: "Hard",
}

_NUMBERS = ("tracks", "each", "familiar", "least")


def parse_rule(text: str, base: PackRule) -> PackRule:
    """`base` with what the text says otherwise: `within:genre percent:0-30 tracks:20 each:2`.

    Raises ValueError with a sentence for a word that is none of a rule's.
    """
    said: dict[str, int | Within] = {}
    for word in text.split():
        name, colon, value = word.partition(":")
        if name == "within" and value in set(Within):
            said["within"] = Within(value)
        elif name == "percent":
            low, _, high = value.removesuffix("%").partition("-")
            said |= {"low": _number(word, low), "high": _number(word, high)}
        elif name in _NUMBERS and colon:
            said[name] = _number(word, value.removesuffix("%"))
        else:
            raise ValueError(f"“{word}” is no part of a rule. Write it like {base}.")
    return PackRule(**{name: getattr(base, name) for name in PackRule.__slots__} | said)


def _number(word: str, text: str) -> int:
    if not (text.isascii() and text.isdigit()):
        raise ValueError(f"“{word}” lacks a number. Write percent:80-100, tracks:30.")
    return int(text)


@dataclass(frozen=True, slots=True)
class Rated:
    """A track and what it is compared by; `popularity` 0 to 100, None where nobody says.

    `artist` is the first of its credit, `genre` the first of its genres; "" and None: not known.
    """

    id: TrackId
    popularity: int | None
    artist: str = ""
    genre: str = ""
    decade: int | None = None

    def group(self, within: Within) -> str:
        """What it is compared with; "" if that is not known."""
        if within is Within.ARTIST:
            return self.artist
        if within is Within.GENRE:
            return self.genre
        if within is Within.DECADE:
            return "" if self.decade is None else str(self.decade)
        return "library"


@dataclass(frozen=True, slots=True)
class PackTrack:
    id: TrackId
    popularity: int
    percentile: float
    """Within its group, 0 to 100."""
    familiar: bool
    """Better known than half of the library."""
    balancing: bool
    """Outside of the rule's percentiles: it is here because it is familiar."""


@dataclass(frozen=True, slots=True)
class Pack:
    """What a rule gives: the tracks, the best known first, and what became of all others.

    asked for = `fitting` + `elsewhere` + `ungrouped` + `unknown`.
    """

    rule: PackRule
    tracks: tuple[PackTrack, ...]
    fitting: int
    """Tracks inside the percentiles, also those for which there was no room."""
    elsewhere: int
    """Tracks outside of them."""
    ungrouped: int
    """Tracks of known popularity without a group, or in one that is too small."""
    unknown: int
    """Tracks of unknown popularity."""

    @property
    def familiar(self) -> int:
        return sum(each.familiar for each in self.tracks)

    @property
    def familiar_wanted(self) -> int:
        return _share(self.rule, len(self.tracks))

    @property
    def balancing(self) -> int:
        return sum(each.balancing for each in self.tracks)


def percentiles(values: Sequence[int]) -> list[float]:
    """Of each value, the share of all that are smaller, equal ones (itself among them) counted half; 0-100.

    `db.popularity` says the same in SQL.
    """
    counts = Counter(values)
    below: dict[int, int] = {}
    smaller = 0
    for value in sorted(counts):
        below[value] = smaller
        smaller += counts[value]
    return [100.0 * (below[value] + counts[value] / 2) / len(values) for value in values]


def make_pack(rule: PackRule, library: Iterable[Rated], wanted: Collection[TrackId] | None = None) -> Pack:
    """The pack of a rule. Percentiles count the whole library; `wanted` are the tracks to take from."""
    everything = list(library)
    known = [each for each in everything if each.popularity is not None]
    placed = _placed(rule, known)
    asked = None if wanted is None else frozenset(wanted)
    of = {each.id: each for each in everything if asked is None or each.id in asked}
    there = [each for each in placed if each.id in of]
    fitting = [each for each in there if rule.takes(each.percentile)]
    others = [each for each in there if not rule.takes(each.percentile)]
    picked = _balanced(rule, _in_turn(rule, fitting, of), [*fitting, *others], of)
    popular = sum(each.popularity is not None for each in of.values())
    return Pack(
        rule,
        tuple(sorted(picked, key=_best_known)),
        len(fitting),
        len(others),
        popular - len(there),
        len(of) - popular,
    )


def _best_known(track: PackTrack) -> tuple[int, str]:
    return -track.popularity, track.id.hex


def _share(rule: PackRule, tracks: int) -> int:
    return ceil(rule.familiar * tracks / 100)


def _placed(rule: PackRule, known: Sequence[Rated]) -> list[PackTrack]:
    """Every track that its group is large enough to say something about."""
    said = [each.popularity or 0 for each in known]
    in_library = dict(zip((each.id for each in known), percentiles(said), strict=True))
    groups: dict[str, list[Rated]] = defaultdict(list)
    for each in known:
        if group := each.group(rule.within):
            groups[group].append(each)
    placed: list[PackTrack] = []
    for members in groups.values():
        if len(members) < rule.least:
            continue
        places = percentiles([each.popularity or 0 for each in members])
        placed += [
            PackTrack(
                each.id,
                each.popularity or 0,
                place,
                in_library[each.id] >= _FAMILIAR,
                not rule.takes(place),
            )
            for each, place in zip(members, places, strict=True)
        ]
    return placed


def _in_turn(rule: PackRule, fitting: Iterable[PackTrack], of: Mapping[TrackId, Rated]) -> list[PackTrack]:
    """One of each group after the other, until the pack is full."""
    groups: dict[str, list[PackTrack]] = defaultdict(list)
    for each in sorted(fitting, key=_best_known):
        groups[of[each.id].group(rule.within)].append(each)
    if rule.low + rule.high < 100:
        for members in groups.values():
            members.reverse()
    turns = sorted(groups.values(), key=lambda members: min(map(_best_known, members)))
    picked: list[PackTrack] = []
    artists: Counter[str] = Counter()
    for turn in zip_longest(*turns):
        for each in turn:
            if len(picked) == rule.tracks:
                return picked
            if each is not None and _has_room(rule, artists, artist := _artist(each, of)):
                picked.append(each)
                artists[artist] += 1
    return picked


def _artist(track: PackTrack, of: Mapping[TrackId, Rated]) -> str:
    """Who it counts for; a track without an artist counts for itself."""
    return of[track.id].artist or track.id.hex


def _has_room(rule: PackRule, artists: Mapping[str, int], artist: str) -> bool:
    return artists.get(artist, 0) < rule.each


def _balanced(
    rule: PackRule, picked: list[PackTrack], there: Iterable[PackTrack], of: Mapping[TrackId, Rated]
) -> list[PackTrack]:
    """As many familiar tracks as the rule wants, if there are so many."""
    lacking = _share(rule, len(picked)) - sum(each.familiar for each in picked)
    if lacking <= 0:
        return picked
    has = {each.id for each in picked}
    spare = [each for each in there if each.familiar and each.id not in has]
    spare.sort(key=lambda each: (_distance(rule, each), *_best_known(each)))
    artists = Counter(_artist(each, of) for each in picked)
    leaving = sorted((each for each in picked if not each.familiar), key=_best_known)
    gone: set[TrackId] = set()
    come: list[PackTrack] = []
    for each in spare:
        if len(come) == lacking:
            break
        artist = _artist(each, of)
        place = len(leaving) - 1
        if not _has_room(rule, artists, artist):
            # Only in the place of another one by the same artist.
            place = next((at for at in range(place, -1, -1) if _artist(leaving[at], of) == artist), -1)
        if place < 0:
            continue
        left = leaving.pop(place)
        artists[_artist(left, of)] -= 1
        artists[artist] += 1
        gone.add(left.id)
        come.append(each)
    return [each for each in picked if each.id not in gone] + come


def _distance(rule: PackRule, track: PackTrack) -> float:
    """How far it lies outside of the rule's percentiles."""
    if not track.balancing:
        return 0.0
    return rule.low - track.percentile if track.percentile < rule.low else track.percentile - rule.high


_COMPARED = {
    Within.LIBRARY: "the library",
    Within.ARTIST: "their artist",
    Within.GENRE: "their genre (the first one named)",
    Within.DECADE: "their decade",
}


def rule_words(rule: PackRule) -> str:
    """The rule as sentences."""
    if rule.high == 100 and rule.low > 0:
        part = f"The best known {100 - rule.low} %"
    elif rule.low == 0 and rule.high < 100:
        part = f"The least known {rule.high} %"
    elif rule.low == 0:
        part = "All tracks of known popularity"
    else:
        part = f"From {rule.low} to {rule.high} % of the way from the least to the best known"
    size = "at most 1 track" if rule.tracks == 1 else f"at most {rule.tracks} tracks"
    sentence = f"{part} of {_COMPARED[rule.within]}, {size}, {rule.each} of one artist"
    if rule.within is not Within.LIBRARY and rule.least > 1:
        sentence += f"; only where {rule.least} or more are known there"
    if not rule.familiar:
        return f"{sentence}."
    return f"{sentence}. At least {rule.familiar} % of the pack are better known than half of the library."


def pack_words(pack: Pack) -> str:
    """What became of it, as sentences; the numbers add up."""
    count = len(pack.tracks)
    inside = f"{count - pack.balancing} of the {pack.fitting} inside the percentiles"
    outside = f", {pack.balancing} from outside for the balance" if pack.balancing else ""
    words = [f"{count} track{'s' if count != 1 else ''}: {inside}{outside}."]
    if pack.familiar < pack.familiar_wanted:
        words.append(
            f"Only {pack.familiar} of them are better known than half of the library, not "
            f"{pack.familiar_wanted}: there are no more to take."
        )
    if pack.ungrouped:
        words.append(f"{pack.ungrouped} cannot be compared: their group is too small or not known.")
    if pack.unknown:
        words.append(f"{pack.unknown} of unknown popularity are left out; they may be anything.")
    return " ".join(words)


def search_of(rule: PackRule) -> str:
    """The search that finds what is inside the rule's percentiles; size and balance no search can keep."""
    name = SEARCHED_AS[rule.within]
    ends = [f"{name}:>={rule.low}"] if rule.low > 0 else []
    if rule.high < 100:
        ends.append(f"{name}:<{rule.high}")
    return " ".join(ends) or "has:popularity"


SEARCHED_AS: Mapping[Within, str] = {
    Within.LIBRARY: "rank",
    Within.ARTIST: "artistrank",
    Within.GENRE: "genrerank",
    Within.DECADE: "decaderank",
}
"""The field of the search language that asks for the percentile."""
