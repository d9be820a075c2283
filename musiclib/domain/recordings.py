"""Recordings as catalogues describe them, and whether two descriptions are of the same one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from musiclib.domain.matching import MatchScore, Recording, same_recording
from musiclib.domain.provenance import Plain, artist_key, artist_keys
from musiclib.domain.text import split_features


def recording_of(
    fields: Mapping[str, Plain], artist_aliases: Sequence[str] = (), position: int | None = None
) -> Recording:
    """The recording these fields (of `MERGED_FIELDS`) describe."""
    text = {name: value for name, value in fields.items() if isinstance(value, str)}
    duration = fields.get("duration_s")
    return Recording(
        artist=text.get("artist", ""),
        title=text.get("title", ""),
        version=text.get("version"),
        album=text.get("album"),
        duration_s=float(duration) if isinstance(duration, int | float) else None,
        isrc=text.get("isrc"),
        artist_aliases=tuple(artist_aliases),
        position=position,
    )


def shares_an_artist(credit: str, title: str, names: Iterable[str]) -> bool:
    """Whether one of the artists named in a credit, or as a guest in a title, is among `names`.

    >>> shares_an_artist("Kestrel Yard & Ólafur Brandt", "Slow Tide", ["Olafur Brandt"])
    True
    """
    said = {artist_key(credit), *artist_keys(credit), *map(artist_key, split_features(title)[1])} - {""}
    return any(said & {artist_key(name), *artist_keys(name)} for name in names)


def is_the_same(one: Recording, other: Recording) -> bool:
    """Whether two catalogues surely mean one recording: names that agree, and ISRC or length.

    The same ISRC alone is no proof: catalogues give one to two recordings.
    """
    same_isrc = one.isrc and one.isrc == other.isrc
    if not same_isrc and (not one.duration_s or not other.duration_s):
        return False
    return same_recording(MatchScore(100.0, (), one), MatchScore(100.0, (), other))
