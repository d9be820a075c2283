"""The fields of the search language: what each is called, what it takes, and examples of it.

The guide `docs/guides/searching.md`, completion and the parser all follow this table.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum

from musiclib.domain import quality
from musiclib.domain import query_values as read
from musiclib.domain.packs import SEARCHED_AS, Within
from musiclib.domain.query_values import Code, Reader, Unreadable, Value
from musiclib.domain.states import BadgeState, Source

FREE_TEXT = "text"
"""The field of words that name none."""
MISSING, HAS = "missing", "has"


class Kind(StrEnum):
    TEXT = "text"
    NUMBER = "number"
    KEY = "key"
    LENGTH = "length"
    TIME = "time"
    CODE = "code"
    RANK = "rank"
    CHANCE = "chance"


@dataclass(frozen=True, slots=True)
class Field:
    """A field of the language. `offers` are (value, what it means): what completion shows first."""

    name: str
    kind: Kind
    title: str
    example: str
    words: str
    read: Reader
    aliases: tuple[str, ...] = ()
    offers: tuple[tuple[str, str], ...] = ()
    codes: tuple[str, ...] = ()
    looks_far: bool = False
    """Whether an answer takes a look at what every source says of every track: it is not asked for while
    somebody types."""

    @property
    def can_be_missing(self) -> bool:
        """Whether `field:missing` is a question about the field rather than a word to look for."""
        return self.kind not in {Kind.TEXT, Kind.CODE, Kind.RANK, Kind.CHANCE}


def _rank(within: Within, title: str, of: str) -> Field:
    name = SEARCHED_AS[within]
    words = f"its place by popularity {of}, 0 least known to 100 best known"
    offers = ((">=80", "the best known fifth"), ("<30", "the least known three tenths"))
    return Field(name, Kind.RANK, title, f"{name}:>=80", words, read.rank, offers=offers)


def _codes(what: str, known: Mapping[str, str]) -> Reader:
    def read_code(text: str) -> Value:
        plain = text.strip().casefold().replace("-", "_").replace(" ", "_")
        if plain in known:
            return Code(known[plain])
        near = get_close_matches(plain, known, 1)
        raise Unreadable(f"“{text}” is not {what}", known[near[0]] if near else next(iter(known.values())))

    return read_code


THINGS = (
    *("isrc", "bpm", "key", "energy", "lufs", "duration", "year", "popularity"),
    *("version", "album", "label", "genre", "art", "file"),
    *("artist", "title", "date", "catalog", "range", "peak"),
)
"""What a track can have or miss."""

_SOURCES = {each.value: each.value for each in Source if each is not Source.ARTIST}
_STATES = {each.value: each.value.replace("_", "-") for each in BadgeState}
_NEEDS = ("ear",)
CLASHES, ODDITIES = quality.codes("clash"), quality.codes("odd")
_ABOUT = {each.query: each.title for each in quality.FINDINGS} | {
    quality.HAND: "another value is in force than the one set by hand"
}


def _spelt(codes: tuple[str, ...], **others: str) -> dict[str, str]:
    return {**{each.replace("-", "_"): each for each in codes}, **others}


_SOURCE_SPELLINGS = {
    **_SOURCES,
    "tags": "file_tags",
    "file": "file_tags",
    "hand": "manual",
    "mb": "musicbrainz",
}
_THING_SPELLINGS = _spelt(
    THINGS, loudness="lufs", length="duration", tempo="bpm", picture="art", cover="art", genres="genre"
)
_THING_SPELLINGS |= {"release_date": "date", "catalogue": "catalog", "loudness_range": "range"}
_CLASH_SPELLINGS = _spelt(CLASHES, length="duration", tempo="bpm", manual="hand")
_ODD_SPELLINGS = _spelt(ODDITIES, length="duration", tempo="bpm", loudness="lufs", genres="genre")
_NO_VALUE = ("missing", "not known yet")

_ALL = (
    Field("artist", Kind.TEXT, "Artist", 'artist:"four words"', "words of the artist", read.words, ("by",)),
    Field("title", Kind.TEXT, "Title", "title:lagoon", "words of the title or the version", read.words),
    Field("version", Kind.TEXT, "Version", "version:extended", "words of the version", read.words, ("mix",)),
    Field(
        "album",
        Kind.TEXT,
        "Album",
        "album:harbour",
        "words of the release it is on",
        read.words,
        ("release",),
    ),
    Field(
        "in", Kind.TEXT, "In", 'in:"summer set"', "words of an album of this library it stands on", read.words
    ),
    Field("label", Kind.TEXT, "Label", "label:warp", "words of the label", read.words),
    Field(
        "genre",
        Kind.TEXT,
        "Genre",
        "genre:techno,house",
        "words of one of its genres",
        read.words,
        ("genres",),
    ),
    Field("isrc", Kind.TEXT, "ISRC", "isrc:GBAYE06", "part of the ISRC", read.words),
    Field(
        "year",
        Kind.NUMBER,
        "Year",
        "year:1994-1998",
        "the year it first came out: a year, a range, a decade",
        read.year,
        offers=(("2020s", "since 2020"), ("1990s", "1990 to 1999"), _NO_VALUE),
    ),
    Field(
        "bpm",
        Kind.NUMBER,
        "BPM",
        "bpm:120-126",
        "the tempo; half and double tempo are found too, except with := or a comparison",
        read.bpm,
        ("tempo",),
        (("120-126", "and 60-63, 240-252"), ("170-178", "and 85-89"), _NO_VALUE),
    ),
    Field(
        "key",
        Kind.KEY,
        "Key",
        "key:~8A",
        "the key, as 8A, 1m or Am; with ~ every key that mixes with it",
        read.key,
        offers=(("~8A", "mixes with 8A"), ("8A", "A minor"), _NO_VALUE),
    ),
    Field(
        "energy",
        Kind.NUMBER,
        "Energy",
        "energy:>6",
        "the energy, 1 to 10",
        read.energy,
        offers=(("6-10", "lively and up"), ("1-5", "calm"), ("missing", "not measured yet")),
    ),
    Field(
        "lufs",
        Kind.NUMBER,
        "LUFS",
        "lufs:>-8",
        "the integrated loudness; write ranges with two dots: -10..-7",
        read.loudness,
        ("loudness",),
        ((">-8", "loud"), ("<-14", "quiet"), _NO_VALUE),
    ),
    Field(
        "duration",
        Kind.LENGTH,
        "Time",
        "duration:<6m",
        "the length, as 6m, 6m30s or 6:30; a bare number is minutes",
        read.duration,
        ("length", "time"),
        (("<4m", "short"), ("6m-9m", "6 to 9 minutes"), (">20m", "mixes"), _NO_VALUE),
    ),
    Field(
        "popularity",
        Kind.NUMBER,
        "Popularity",
        "popularity:>60",
        "how well known it is, 0 to 100",
        read.popularity,
        ("pop",),
        ((">60", "hits"), ("<30", "deep cuts"), _NO_VALUE),
    ),
    _rank(Within.LIBRARY, "Rank", "in the library"),
    _rank(Within.ARTIST, "Rank for its artist", "among those of its artist"),
    _rank(Within.GENRE, "Rank in its genre", "in its genre, the first one named"),
    _rank(Within.DECADE, "Rank in its decade", "in its decade"),
    Field(
        "added",
        Kind.TIME,
        "Added",
        "added:<7d",
        "when it came into the library: an age (h, d, w, m, y), a day, a month, a year",
        read.added,
        offers=(("today", "since midnight"), ("<7d", "in the last seven days"), (">1y", "over a year ago")),
    ),
    Field(
        "missing",
        Kind.CODE,
        "Missing",
        "missing:isrc",
        "what it has no value of; several with commas: one of them is missing",
        _codes("something a track can miss", _THING_SPELLINGS),
        ("no",),
        tuple((each, f"without {each}") for each in ("isrc", "file", "bpm", "key", "art")),
        THINGS,
    ),
    Field(
        "has",
        Kind.CODE,
        "Has",
        "has:file",
        "what it has a value of",
        _codes("something a track can have", _THING_SPELLINGS),
        ("with",),
        tuple((each, f"with {each}") for each in ("file", "isrc", "bpm", "key", "art")),
        THINGS,
    ),
    Field(
        "source",
        Kind.CODE,
        "Source",
        "source:deezer",
        "a source that says something of the track, in force or not",
        _codes("a source of values", _SOURCE_SPELLINGS),
        ("from",),
        tuple((each, f"known to {each}") for each in ("musicbrainz", "deezer", "spotify")),
        tuple(_SOURCES),
    ),
    Field(
        "state",
        Kind.CODE,
        "State",
        "state:review",
        "the badge it wears",
        _codes("a state", {**_STATES, **{each: each for each in _STATES.values()}}),
        ("is", "badge"),
        (("review", "a decision is open"), ("not-found", "nobody knows it"), ("error", "something failed")),
        tuple(_STATES.values()),
    ),
    Field(
        "needs",
        Kind.CODE,
        "Needs",
        "needs:ear",
        "ear: its tempo or key should be checked by a person",
        _codes("something a track can need", _spelt(_NEEDS)),
        offers=(("ear", "tempo or key in doubt"),),
        codes=_NEEDS,
    ),
    Field(
        "clash",
        Kind.CODE,
        "Contradicts in",
        "clash:bpm",
        "what its sources contradict each other in",
        _codes("something sources can contradict each other in", _CLASH_SPELLINGS),
        offers=tuple((each, _ABOUT[f"clash:{each}"]) for each in CLASHES),
        codes=CLASHES,
        looks_far=True,
    ),
    Field(
        "odd",
        Kind.CODE,
        "Implausible",
        "odd:year",
        "what of it can hardly be right",
        _codes("something that can be implausible", _ODD_SPELLINGS),
        offers=tuple((each, _ABOUT[f"odd:{each}"]) for each in ODDITIES),
        codes=ODDITIES,
        looks_far=True,
    ),
    Field(
        "sample",
        Kind.CHANCE,
        "Sample",
        "sample:20@7",
        "so many of all tracks at random; another number behind @ draws others",
        read.chance,
        offers=(("20@1", "twenty to check by eye"), ("20@2", "twenty others")),
    ),
)
FIELDS: Mapping[str, Field] = {each.name: each for each in _ALL}
"""Every field by its name, in the order in which they are offered."""

_BY_SPELLING = {spelling: each for each in _ALL for spelling in (each.name, *each.aliases)}


def field_called(name: str) -> Field | None:
    """The field of this name or alias, in any case."""
    return _BY_SPELLING.get(name.casefold())


def field_like(name: str) -> Field | None:
    """The field a misspelt name most likely means."""
    near = get_close_matches(name.casefold(), _BY_SPELLING, 1, 0.7)
    return _BY_SPELLING[near[0]] if near else None
