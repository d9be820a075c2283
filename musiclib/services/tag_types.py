"""What the writing of tags takes and gives; free of anything heavy, for the window and the command line."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from musiclib.domain.ids import AlbumId, ArtId, FileId, TrackId
from musiclib.domain.tag_fields import TagField
from musiclib.services.changes import Change

Cancelled = Callable[[], bool]
Progress = Callable[[int, int, str], None]
"""Done, of how many, and the name of the file at work."""


@dataclass(frozen=True, slots=True)
class TagSelection:
    """The tracks whose files are to be written: those, or all of an album's."""

    track_ids: Sequence[TrackId] = ()
    album_id: AlbumId | None = None
    """The album whose title, artist and places count; without one, the only one a track stands on."""
    only: frozenset[str] = frozenset()
    """Paths: of all files of the tracks, these alone. Empty: all."""


class CellState(StrEnum):
    CHANGES = "changes"
    SAME = "same"
    NOTHING = "nothing"
    """The library knows nothing of it: what the file says stays."""


@dataclass(frozen=True, slots=True)
class TagCell:
    """One field of one file."""

    field: TagField
    state: CellState
    old: str
    """For people; empty where the file says nothing."""
    new: str = ""
    texts: Mapping[str, tuple[str, ...]] = dataclasses.field(default_factory=dict)
    """The tags that change, by the names of `tags.frames.FIELDS`."""
    art_id: ArtId | None = None


@dataclass(frozen=True, slots=True)
class TagRow:
    """One file and what would be written into it."""

    file_id: FileId
    track_id: TrackId
    path: str
    artist: str
    title: str
    size: int = 0
    mtime_ns: int = 0
    """The file as it was looked at: one that is another by then is not written."""
    cells: tuple[TagCell, ...] = ()
    """One for each field asked for, in their order."""
    problem: str = ""
    """Why nothing can be written."""

    @property
    def changes(self) -> frozenset[TagField]:
        return frozenset(cell.field for cell in self.cells if cell.state is CellState.CHANGES)


@dataclass(frozen=True, slots=True)
class Choice:
    """A row of a preview, with the fields a person left ticked."""

    row: TagRow
    fields: frozenset[TagField]


@dataclass(frozen=True, slots=True)
class Failure:
    """A file that was left as it is, and why."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class TagOutcome:
    """What came of an act: `written` + `same` + failures + `left` are the files asked for."""

    written: int
    same: int
    """Nothing was to be changed in them."""
    failures: tuple[Failure, ...] = ()
    left: int = 0
    """Not begun, as somebody broke it off."""
    change: Change | None = None
    """None where nothing was written."""


@dataclass(frozen=True, slots=True)
class WrittenFile:
    """A file of an act of the history."""

    id: UUID
    path: str
    said: Mapping[str, tuple[str, str]]
    """Field -> old and new, as they were shown."""
