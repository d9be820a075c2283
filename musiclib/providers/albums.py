"""Which album of a provider's answer is the one the library has."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from rapidfuzz import fuzz

from musiclib.domain import similarity
from musiclib.domain.text import normalise, split_artists, split_features
from musiclib.providers.base import Json

_KIND = re.compile(r"\s+-\s+(?:single|ep)$", re.IGNORECASE)
_EDITION = re.compile(
    r"[(\[][^()\[\]]*\b(?:edition|version|remaster(?:ed)?|deluxe)\b[^()\[\]]*[)\]]", re.IGNORECASE
)
_ALIKE = 88.0


class AlbumOffer(NamedTuple):
    """One album of an answer. `tracks` is None where the provider does not count them."""

    title: str
    artist: str
    tracks: int | None
    answer: Json


def album_title(title: str) -> str:
    """The title without the " - Single" or " - EP" that shops add to it."""
    return _KIND.sub("", title) or title


def choose_album(
    title: str, artist: str, tracks: int | None, offers: Iterable[AlbumOffer]
) -> AlbumOffer | None:
    """The offer with this title, by this artist, whose number of tracks comes nearest; None if none has both.

    Editions count as the album. One with less than half of the tracks is a single of the same name.
    """
    fitting = [
        (_distance(tracks, offer.tracks), -_alike(title, offer.title), index, offer)
        for index, offer in enumerate(offers)
        if _same_title(title, offer.title)
        and _same_artist(artist, offer.artist)
        and not (tracks and offer.tracks and offer.tracks * 2 < tracks)
    ]
    return min(fitting, default=(0, 0, 0, None))[3]


def _distance(ours: int | None, theirs: int | None) -> int:
    """Tracks it lacks weigh more than tracks the library does not have."""
    if not ours or not theirs:
        return 0
    return theirs - ours if theirs >= ours else 3 * (ours - theirs)


def _alike(one: str, other: str) -> float:
    return fuzz.token_sort_ratio(normalise(one), normalise(other))


def _same_title(one: str, other: str) -> bool:
    first, second = (normalise(_EDITION.sub(" ", album_title(each))) for each in (one, other))
    return fuzz.token_sort_ratio(first, second) >= _ALIKE and not similarity.numbers_differ(first, second)


def _same_artist(one: str, other: str) -> bool:
    if not one or normalise(one) == normalise(other):
        return True
    first, second = _names(one), _names(other)
    return not similarity.missing_from(first, second) or not similarity.missing_from(second, first)


def _names(credit: str) -> list[str]:
    return [normalise(part.name) for part in split_artists(split_features(credit)[0])]
