"""What kind of version words name: a remix, a live take, an edit for the radio.

Kinds that make another recording (`is_other_recording`) are never matched with each other;
kinds that only change length or sound are, at a price.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import NamedTuple

from rapidfuzz import fuzz

from musiclib.domain.similarity import unmatched
from musiclib.domain.text import normalise, split_features, split_version


class Kind(StrEnum):
    REMIX = "remix"
    VIP = "vip"
    DUB = "dub"
    LIVE = "live"
    INSTRUMENTAL = "instrumental"
    ACAPELLA = "acapella"
    ACOUSTIC = "acoustic"
    KARAOKE = "karaoke"
    TRIBUTE = "tribute"
    DEMO = "demo"
    SESSION = "session"
    ORCHESTRAL = "orchestral"
    SPED_UP = "sped_up"
    SLOWED = "slowed"
    REPRISE = "reprise"
    TRANSLATION = "translation"
    EFFECT = "effect"
    FRAGMENT = "fragment"
    MEDLEY = "medley"
    ALTERNATE = "alternate"
    RERECORDED = "rerecorded"
    EXTENDED = "extended"
    RADIO = "radio"
    EDIT = "edit"
    MIXED = "mixed"
    REMASTER = "remaster"
    CLEAN = "clean"
    MONO = "mono"


_LENGTHS = frozenset({Kind.EXTENDED, Kind.RADIO, Kind.EDIT, Kind.MIXED})
_SOUND = frozenset({Kind.REMASTER, Kind.CLEAN, Kind.MONO})
_ITS_OWN = frozenset({Kind.VIP, Kind.LIVE, Kind.ACOUSTIC, Kind.DEMO, Kind.INSTRUMENTAL})
"""Kinds that mostly are the artist's own; naming the artist there says nothing."""

_OF_MANY = frozenset({Kind.ORCHESTRAL, Kind.EFFECT, Kind.FRAGMENT, Kind.ALTERNATE})
"""Kinds whose words mean different things each: an intro is no outro, nor strings a piano."""

_KIND_WORDS: dict[str, str] = {
    Kind.REMIX: "remix remixes remixed rework reworks bootleg mashup flip refix remode "
    "rerub revision retouch interpretation reinterpretation reconstruction rehash remake recut "
    "revamp relick reversion rewerk treatment variation reshape ремикс リミックス 리믹스 混音版",
    Kind.VIP: "vip",
    Kind.DUB: "dub redub dubplate",
    Kind.LIVE: "live vivo directo konzert concierto концерт концертная ライブ ライヴ 现场版 現場版",
    Kind.INSTRUMENTAL: "instrumental instrumentals инструментал",
    Kind.ACAPELLA: "acapella acapellas acappella cappella capella vocals",
    Kind.ACOUSTIC: "acoustic unplugged acustica acustico akustik acoustique акустика акустическая",
    Kind.KARAOKE: "karaoke",
    Kind.TRIBUTE: "tribute cover rendition",
    Kind.DEMO: "demo demos",
    Kind.SESSION: "session sessions",
    Kind.ORCHESTRAL: "orchestral orchestra symphonic piano strings",
    Kind.SPED_UP: "sped nightcore",
    Kind.SLOWED: "slowed",
    Kind.REPRISE: "reprise",
    Kind.TRANSLATION: "translation",
    Kind.EFFECT: "8d loop lofi phonk boosted chopped screwed",
    Kind.FRAGMENT: "interlude skit commentary interview preview teaser snippet intro outro",
    Kind.MEDLEY: "medley",
    Kind.RERECORDED: "rerecorded rerecording",
    Kind.ALTERNATE: "early alternate alternative outtake rehearsal rough stripped",
    Kind.EXTENDED: "extended long 12",
    Kind.RADIO: "radio short single video 7",
    Kind.REMASTER: "remaster remastered remasterizado remasterizada remasterise ремастер リマスター",
    Kind.CLEAN: "clean censored",
    Kind.MONO: "mono",
    Kind.MIXED: "mixed",  # a part of a DJ mix, sold as a track
}  # fmt: skip
_KIND_OF = {word: Kind(kind) for kind, words in _KIND_WORDS.items() for word in words.split()}
_TRIBUTE = re.compile(
    r"made (?:famous|popular) by|as made famous|in the style of|originally performed|tribute to|performed by"
)
_FILLER_WORDS = """original mix edit version album main full explicit bonus track the of at in on from by and
    im a an feat ft up reverb lp ep single unmixed take recorded with inch dj late studio
    stereo length deluxe edition anniversary vinyl digital digitally инструментальная версия запись
    en em ao dal versao versione
    バージョン ヴァージョン ミックス"""
_FILLERS = frozenset(_FILLER_WORDS.split())
_NOUNS = {
    "edit": "edit", "reedit": "edit", "rework": "rework", "reworks": "rework", "rewerk": "rework",
    "bootleg": "bootleg", "mashup": "mashup", "flip": "flip", "refix": "refix",
}  # fmt: skip
"""What a version with somebody's name calls itself; everything else is a remix."""
SAME_NAMES = 0.85
"""From here on `same_names` are one name, spelt in two ways."""
_MADE_ANEW = frozenset({"mix", "edit"})
"""With a name beside them, words of another recording even on a remaster: 2020 Club Mix Remastered."""
_MAKERS = re.compile(r" (?:and|x|vs|with) ")
_YEAR = re.compile(r"(?:19|20)\d\d")
_LIVE_ALBUM = re.compile(
    r"""(?xi) [-–—:]\s*live\s*$ | (?<!\bwe)(?<!\bi)(?<!\byou)(?<!\bthey)(?<!\bto)(?<!\blong)\s+live\s*$
    | \blive\s+(?:at|from)\s | \blive\s+(?:19|20)\d\d\b | \b(?:unplugged|in\s+concert)\b
    | \b(?:bbc|peel)\s+sessions?\b
    | \blive\s+in\s+(?!the\b|a\b|my\b|your\b|our\b|this\b|love\b|peace\b|colou?r)"""
)
_OF_ALBUMS = frozenset(
    {Kind.LIVE, Kind.ACOUSTIC, Kind.INSTRUMENTAL, Kind.ACAPELLA, Kind.DEMO, Kind.SPED_UP, Kind.SLOWED}
)
"""Kinds that an album may be of as a whole."""


@dataclass(frozen=True, slots=True)
class Version:
    """What version words say: kinds, and the names in them (a remixer, a place), normalised."""

    kinds: frozenset[Kind]
    names: str
    noun: str = ""
    """ "remix", "edit", "rework"... where it is somebody's; a different one may be another version."""
    numbers: frozenset[str] = frozenset()
    """Which take, or the year; not that of a remaster."""
    makers: int = 1
    """How many names there are: "Murk & Dusk Remix" is not the "Murk Remix"."""

    @property
    def other_recording(self) -> frozenset[Kind]:
        """The kinds that make it a recording of its own."""
        return self.kinds - _LENGTHS - _SOUND

    @property
    def length(self) -> frozenset[Kind]:
        return self.kinds & _LENGTHS

    @property
    def sound(self) -> frozenset[Kind]:
        return self.kinds & _SOUND

    def is_by(self, artist: str) -> bool:
        """Whether it is the remix, edit or dub of this (normalised) artist."""
        remix = not self.kinds.isdisjoint((Kind.REMIX, Kind.DUB))
        return remix and f" {artist.removeprefix('dj ')} " in f" {self.names} "

    def is_like(self, other: Version) -> bool:
        """Whether the two may name one recording; how it sounds does not count, nor a date only one tells."""
        told = bool(self.numbers) == bool(other.numbers) or Kind.LIVE not in self.kinds
        return (
            self.kinds - _SOUND == other.kinds - _SOUND
            and self.noun == other.noun
            and (self.numbers == other.numbers or not told)
            and same_names(self, other) >= SAME_NAMES
        )


ORIGINAL = Version(frozenset(), "")


def parse_version(text: str | None, artists: Iterable[str] = ()) -> Version:
    """The kinds and names in version words; no words at all are the original.

    `artists` are the normalised names of the recording's own: "Perigee VIP" by Perigee is the VIP.
    """
    if not text:
        return ORIGINAL
    plain = normalise(split_features(text)[0])
    plain = plain.replace("re edit", "reedit").replace("re record", "rerecord")
    words = plain.split()
    kinds = {_KIND_OF[word] for word in words if word in _KIND_OF}
    if _TRIBUTE.search(plain):
        kinds.add(Kind.TRIBUTE)
    numbers = {word for word in words if _YEAR.fullmatch(word)}
    if words[-1:] and words[-1].isdigit():
        numbers.add(words[-1])
    silent = set(_FILLERS) | _NOUNS.keys()
    if kinds & _ITS_OWN:
        silent |= {word for artist in artists for word in artist.split()}
    silent |= {word for word, kind in _KIND_OF.items() if kind not in _OF_MANY}
    names = [word for word in words if word not in silent and not word.isdigit()]
    # "Murk Mix", "Dixon Edit", "Director's Cut": whatever has a name of its own is another recording.
    anew = Kind.REMASTER not in kinds or not _MADE_ANEW.isdisjoint(words)
    if names and anew and not kinds - _SOUND - _LENGTHS:
        kinds.add(Kind.REMIX)
    elif not names and not kinds - _SOUND and not {"edit", "reedit"}.isdisjoint(words):
        kinds.add(Kind.EDIT)
    noun = next((_NOUNS[word] for word in words if word in _NOUNS), "remix") if Kind.REMIX in kinds else ""
    if Kind.REMASTER in kinds:
        numbers = set()
    makers = 1
    if kinds & {Kind.REMIX, Kind.DUB}:
        groups = (part.split() for part in _MAKERS.split(plain))
        makers = sum(not set(names).isdisjoint(group) for group in groups) or 1
    return Version(frozenset(kinds), " ".join(names), noun, frozenset(numbers), makers)


def with_implied(version: Version, title: str, artist: str, album: str) -> Version:
    """The version with what the rest of a recording says of it; `artist` is normalised.

    Karaoke and tribute makers name themselves in the artist, karaoke also in the album, not in the title
    (on an album of tributes everybody plays as themselves); nor does an album call each of its tracks live.
    A medley of "One / Other" is the same without the word.
    """
    kinds = set(version.kinds)
    if "karaoke" in artist or "karaoke" in normalise(album):
        kinds.add(Kind.KARAOKE)
    if _TRIBUTE.search(artist) or "tribute" in artist.split():
        kinds.add(Kind.TRIBUTE)
    if not version.other_recording:
        kinds |= _OF_ALBUMS & parse_version(split_version(album)[1]).kinds
        kinds |= {Kind.LIVE} if _LIVE_ALBUM.search(album) else set()
    if "/" in title:
        kinds.discard(Kind.MEDLEY)
    return version if kinds == version.kinds else replace(version, kinds=frozenset(kinds))


class Difference(NamedTuple):
    """One way in which versions differ: its cost of 100 points, and what no other agreement buys back."""

    reason: str
    """A value of `matching.MatchReason`."""
    cost: float
    cap: float = 100.0
    firm_cap: float = 100.0
    """A cap that not even the same ISRC lifts."""


def differences(one: Version, other: Version, lasts_as_long: bool) -> list[Difference]:
    """What sets `other` apart from `one`, which was asked for; nothing if they are one.

    Symmetric but for live ones: who asks for no place is content with any, not the other way round.
    `lasts_as_long`: both durations are known and agree.
    """
    ours, theirs = one.other_recording, other.other_recording
    if ours != theirs:
        found = [_other_recording(ours, theirs)]
    elif ours and (named := _names_differ(one, other, lasts_as_long)):
        found = [named]
    elif not ours and one.numbers != other.numbers:
        # "2005 Mix": the same song mixed anew, or a year somebody added.
        found = [_unsure(lasts_as_long)]
    elif one.length != other.length:
        unsure = Difference("length_differs", 16, cap=80, firm_cap=84)
        found = [Difference("length_differs", 5) if lasts_as_long else unsure]
    else:
        found = []
    if one.sound != other.sound or (not found and one.numbers != other.numbers):
        found.append(Difference("version_unsure", 2))
    return found


def _other_recording(ours: frozenset[Kind], theirs: frozenset[Kind]) -> Difference:
    apart = ours ^ theirs
    if apart & {Kind.KARAOKE, Kind.TRIBUTE}:
        return Difference("karaoke", 40, cap=30)
    if ours and theirs and apart <= {Kind.REMIX, Kind.DUB, Kind.SESSION, Kind.LIVE}:
        # "Live session" and "Session", "Dub" and "Dub Remix": perhaps one, perhaps two.
        return Difference("version_differs", 25, cap=70 if ours & theirs else 50)
    return Difference("version_differs", 35, cap=50)


def _names_differ(one: Version, other: Version, lasts_as_long: bool) -> Difference | None:
    """Who remixed or where it was played, of versions of the same kinds."""
    remix = Kind.REMIX in one.kinds or Kind.DUB in one.kinds
    if same_names(one, other) < SAME_NAMES:
        if one.names and other.names:
            return Difference("remixer_differs" if remix else "version_differs", 35, cap=50)
        # One says "Remix", the other whose; one says "Live", the other where.
        if Kind.LIVE in one.kinds and not one.names and not one.numbers:
            return Difference("version_unsure", 6)  # any place will do
        return Difference("version_unsure", 18, cap=78) if remix else _unsure(lasts_as_long)
    if one.numbers and other.numbers and one.numbers.isdisjoint(other.numbers):
        return Difference("version_differs", 35, cap=50)
    if one.noun != other.noun or (remix and one.numbers != other.numbers):
        # "Murk Edit" and "Murk Remix": one told in two ways, or two.
        return _unsure(lasts_as_long)
    return None


def _unsure(lasts_as_long: bool) -> Difference:
    return Difference("version_unsure", 9, cap=91 if lasts_as_long else 84)


def same_names(one: Version, other: Version) -> float:
    """How alike the names in two versions are, 0-1; 1 where neither has any.

    Less of a name may be the same one, but not one of two makers, nor one with another word.
    """
    if one.names == other.names:
        return 1.0
    if not one.names or not other.names:
        return 0.0
    words, others = _name_words(one), _name_words(other)
    left, right = unmatched(words, others), unmatched(others, words)
    if _initials(left, right):
        return SAME_NAMES
    if left and right:
        return min(fuzz.token_sort_ratio(one.names, other.names) / 100, SAME_NAMES - 0.01)
    ratio = fuzz.token_set_ratio if one.makers == other.makers else fuzz.token_sort_ratio
    return ratio(one.names, other.names) / 100 if words != others else 1.0


def _name_words(version: Version) -> set[str]:
    """The words of its names, whether or not they own it: Murk's Dub, Murk Dub."""
    return {word.removesuffix("s") if len(word) > 3 else word for word in version.names.split()}


def _initials(left: set[str], right: set[str]) -> bool:
    """Whether a word each stands alone, one the other's first letter."""
    return len(left) == len(right) == 1 and any(
        len(one) == 1 and other.startswith(one) for one, other in ((*left, *right), (*right, *left))
    )
