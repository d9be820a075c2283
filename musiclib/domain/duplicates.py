"""Duplicates: tracks that are one recording, and which of them is kept.

Tracks that may be one are put together by their ISRC, by what their audio sounds like, or by their names.
Then each pair has to stand up: a remix, an edit, a live take or another length is never a duplicate of its
original, whatever they share. What speaks against a pair without ruling it out is a doubt, and a group with
a doubt is merged only by a person. In a group every one fits every other; what a person called two
recordings stays apart.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations

from musiclib.domain.file_tags import LOSSLESS_CODECS
from musiclib.domain.folding import folded
from musiclib.domain.ids import AlbumId, TrackId
from musiclib.domain.matching import SAME_DURATION_S, Prepared, Recording, names_agree, prepare

MOST_ALIKE = 100
"""What more tracks share than this is a placeholder, and no sign of anything."""
KEPT_WORDS = (
    "Kept is the track you have decided most about, then the one with the best audio (lossless, then more "
    "bits), then the one that most is known of, then the one on most albums, then the oldest."
)


class By(StrEnum):
    """What brought two tracks together."""

    ISRC = "isrc"
    FINGERPRINT = "fingerprint"
    TAGS = "tags"


class Doubt(StrEnum):
    NAMES = "names_differ"
    ISRC = "isrc_differs"
    LENGTH = "length_unknown"
    ALBUM = "same_album"


DOUBT_WORDS: Mapping[Doubt, str] = {
    Doubt.NAMES: "the names differ",
    Doubt.ISRC: "the ISRCs differ",
    Doubt.LENGTH: "a length is not known",
    Doubt.ALBUM: "they stand on one album",
}
Pair = tuple[TrackId, TrackId]
"""The smaller id first."""


def pair_of(one: TrackId, other: TrackId) -> Pair:
    return (one, other) if one < other else (other, one)


@dataclass(frozen=True, slots=True)
class Clue:
    """What tracks are put together by: little, as it is read of every track of a library."""

    id: TrackId
    isrc: str | None
    match_key: str


@dataclass(frozen=True, slots=True)
class Audio:
    """The best file of a track."""

    readable: bool
    codec: str | None = None
    bitrate: int | None = None
    """bit/s."""
    bit_depth: int | None = None
    sample_rate: int | None = None

    @property
    def rank(self) -> tuple[bool, bool, int, int, int]:
        """Greater is better: what can be read, what is lossless, more depth, more samples, more bits."""
        lossless = self.codec in LOSSLESS_CODECS
        finer = (self.bit_depth or 0, self.sample_rate or 0) if lossless else (0, 0)
        return self.readable, lossless, *finer, self.bitrate or 0


@dataclass(frozen=True, slots=True)
class Copy:
    """One of several tracks that may be one recording, and what decides which is kept."""

    id: TrackId
    recording: Recording
    decided: int
    """How much of it a person decided: values, the match, the picture."""
    audio: Audio | None
    known: int
    """How many fields have a value."""
    albums: frozenset[AlbumId]

    @property
    def worth(self) -> tuple[object, ...]:
        """Sorts the one to keep first, by `KEPT_WORDS`. Ids go up with time."""
        audio = (False, False, 0, 0, 0) if self.audio is None else self.audio.rank
        return (
            -self.decided,
            self.audio is None,
            *(-int(each) for each in audio),
            -self.known,
            -len(self.albums),
            self.id,
        )


@dataclass(frozen=True, slots=True)
class Group:
    """Tracks that are taken for one recording; the first is the one to keep."""

    tracks: tuple[TrackId, ...]
    by: tuple[By, ...]
    doubts: tuple[Doubt, ...] = ()

    @property
    def sure(self) -> bool:
        """Whether it may be merged without a look."""
        return not self.doubts


def together(clues: Iterable[Clue], by: Collection[By]) -> Iterator[tuple[By, list[TrackId]]]:
    """Tracks with the same ISRC, or the same artist and title; each at most in one set of a kind."""
    alike: dict[tuple[By, str], list[TrackId]] = defaultdict(list)
    for clue in clues:
        if By.ISRC in by and clue.isrc:
            alike[By.ISRC, clue.isrc].append(clue.id)
        if By.TAGS in by and (name := _name(clue.match_key)):
            alike[By.TAGS, name].append(clue.id)
    for (kind, _), ids in alike.items():
        if 1 < len(ids) <= MOST_ALIKE:
            yield kind, ids


def _name(match_key: str) -> str:
    """Artist and title of a key as `text.match_key` makes it: versions are compared with more care."""
    artist, _, rest = match_key.partition("|")
    title = rest.rpartition("|")[0]
    return f"{artist}|{title}" if artist and title else ""


def groups(
    copies: Mapping[TrackId, Copy],
    sets: Iterable[tuple[By, Sequence[TrackId]]],
    apart: Collection[Pair] = (),
) -> list[Group]:
    """Who is one recording, of the tracks put together in `sets`; `apart` are pairs that are not.

    The surest groups come first, then by artist and title.
    """
    prepared = {each.id: prepare(each.recording) for each in copies.values()}
    evidence: dict[Pair, set[By]] = defaultdict(set)
    for kind, ids in sets:
        for one, other in combinations((each for each in ids if each in copies), 2):
            evidence[pair_of(one, other)].add(kind)
    doubts: dict[Pair, frozenset[Doubt]] = {}
    for (one, other), kinds in evidence.items():
        against = None if (one, other) in apart else _doubts(prepared[one], prepared[other], kinds)
        if against is not None:
            doubts[one, other] = against | _same_album(copies[one], copies[other])
    found = [_group(copies, members, evidence, doubts) for members in _members(doubts)]

    def place(group: Group) -> tuple[int, str, str, TrackId]:
        kept = copies[group.tracks[0]]
        return len(group.doubts), folded(kept.recording.artist), folded(kept.recording.title), kept.id

    return sorted(found, key=place)


def _doubts(one: Prepared, other: Prepared, by: Collection[By]) -> frozenset[Doubt] | None:
    """What speaks against two being one; None if they surely are not."""
    ours, theirs = one.version, other.version
    if not ours.is_like(theirs) or ours.sound != theirs.sound:
        return None
    known = one.recording.duration_s, other.recording.duration_s
    apart = abs(known[0] - known[1]) if known[0] and known[1] else None
    if apart is not None and apart > SAME_DURATION_S:
        return None
    found: set[Doubt] = set()
    if not one.artists or not other.artists or not names_agree(one, other):
        if apart is None or By.TAGS in by:
            return None
        found.add(Doubt.NAMES)
    if apart is None and By.FINGERPRINT not in by:
        found.add(Doubt.LENGTH)
    if one.isrc and other.isrc and one.isrc != other.isrc:
        found.add(Doubt.ISRC)
    return frozenset(found)


def _same_album(one: Copy, other: Copy) -> frozenset[Doubt]:
    """A list rarely has one recording twice, but often two of one name."""
    return frozenset({Doubt.ALBUM}) if one.albums & other.albums else frozenset()


def _members(pairs: Mapping[Pair, frozenset[Doubt]]) -> list[list[TrackId]]:
    """Sets in which everybody is paired with everybody; pairs without a doubt come together first."""
    place: dict[TrackId, list[TrackId]] = {}
    for one, other in sorted(pairs, key=lambda pair: (len(pairs[pair]), pair)):
        ours, theirs = place.get(one, [one]), place.get(other, [other])
        if ours is theirs:
            continue
        if all(pair_of(here, there) in pairs for here in ours for there in theirs):
            joined = [*ours, *theirs]
            place.update(dict.fromkeys(joined, joined))
    return list({id(each): each for each in place.values()}.values())


def _group(
    copies: Mapping[TrackId, Copy],
    members: Sequence[TrackId],
    evidence: Mapping[Pair, Collection[By]],
    doubts: Mapping[Pair, frozenset[Doubt]],
) -> Group:
    pairs = [pair_of(one, other) for one, other in combinations(members, 2)]
    by = {kind for pair in pairs for kind in evidence[pair]}
    found = {doubt for pair in pairs for doubt in doubts[pair]}
    ordered = sorted((copies[each] for each in members), key=lambda copy: copy.worth)
    return Group(
        tuple(each.id for each in ordered),
        tuple(each for each in By if each in by),
        tuple(each for each in Doubt if each in found),
    )
