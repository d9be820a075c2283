"""The library by artist and by genre: what its lists show."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from musiclib.domain.ids import ArtId
from musiclib.domain.rows import AlbumRow, TrackRow


class Grouping(StrEnum):
    ARTIST = "artist"
    GENRE = "genre"


@dataclass(frozen=True, slots=True)
class Group:
    """An artist or a genre with the tracks it has."""

    key: str
    """The same as long as the library is not another: the artist's match key, the genre in lower case."""
    name: str
    """As it is spelt most often."""
    tracks: int
    art_id: ArtId | None
    """Of one of its tracks."""
    spellings: tuple[str, ...] = ()
    """Of a genre: every way it is written."""


@dataclass(frozen=True, slots=True)
class GroupDetail:
    """What one group has: the best known of its tracks first, and the albums they stand on."""

    group: Group
    tracks: int
    duration_s: float
    rows: tuple[TrackRow, ...]
    """Of so many tracks as were asked for."""
    albums: tuple[AlbumRow, ...]
