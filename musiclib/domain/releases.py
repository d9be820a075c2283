"""Which of the lists in a library are releases: their tracks can be asked for together.

A list that a person pasted may be a release, a DJ's mix, a chart or an export of a whole collection.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from musiclib.domain.text import normalise, split_artists, split_features

FEWEST_TRACKS = 3
VARIOUS_ARTISTS = "Various Artists"
_ONE_ARTIST = 0.8
"""The share of tracks by one artist that makes a list without an artist that artist's release."""

_normal = lru_cache(maxsize=4096)(normalise)


@dataclass(frozen=True, slots=True)
class Listed:
    """A place on a list, in the words of the list."""

    artist: str
    album: str | None
    """The release the line itself names."""
    position: int


@dataclass(frozen=True, slots=True)
class Release:
    """The release a track is on, as far as the library knows."""

    album: str
    artist: str | None
    tracks: int
    """How many of its tracks the library has."""
    position: int | None
    """1-based place of the track, where the list is the release."""


def releases_of(title: str, artist: str | None, listed: Sequence[Listed]) -> list[Release | None]:
    """For each place of the list called `title` the release it is on, or None if that is not sure.

    Lines that name their releases are grouped by them, from `FEWEST_TRACKS` lines on. The list itself is
    a release if most of its tracks are by `artist`, or nearly all by one artist where it names none.
    """
    found: list[Release | None] = [None] * len(listed)
    groups: dict[str, list[int]] = defaultdict(list)
    for nth, line in enumerate(listed):
        groups[_normal(line.album or "")].append(nth)
    for album, places in groups.items():
        if len(places) < FEWEST_TRACKS:
            continue
        lines = [listed[nth] for nth in places]
        name = lines[0].album if album else title
        by = _artist_of(lines, artist) if album in ("", _normal(title)) else None
        if by is None and album:
            by = _artist_of(lines, None) or VARIOUS_ARTISTS
        if by is None or not name:
            continue
        whole = len(places) == len(listed)
        for nth in places:
            found[nth] = Release(name, by, len(places), listed[nth].position if whole else None)
    return found


def _artist_of(lines: Sequence[Listed], artist: str | None) -> str | None:
    """By whom these tracks are: `artist` if most are, else who made nearly all of them."""
    if artist and (wanted := _normal(artist)):
        theirs = sum(wanted in _names(line.artist) for line in lines)
        return artist if theirs * 2 > len(lines) else None
    counted = Counter(_names(line.artist)[0] for line in lines)
    name, count = counted.most_common(1)[0]
    if not name or count < _ONE_ARTIST * len(lines):
        return None
    return next(_first(line.artist) for line in lines if _names(line.artist)[0] == name)


@lru_cache(maxsize=4096)
def _names(credit: str) -> tuple[str, ...]:
    """The names of a credit, normalised, the first artist first; the whole credit last."""
    parts = split_artists(split_features(credit)[0])
    return (*(_normal(part.name) for part in parts), _normal(credit))


def _first(credit: str) -> str:
    parts = split_artists(split_features(credit)[0])
    return parts[0].name if parts else credit
