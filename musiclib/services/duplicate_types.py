"""What looking for duplicates gives, and what came of removing files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from musiclib.domain.duplicates import Audio, Group
from musiclib.domain.ids import AlbumId
from musiclib.domain.merging import Conflict
from musiclib.domain.provenance import Plain
from musiclib.domain.rows import FileRow, TrackRow
from musiclib.domain.states import FileState


@dataclass(frozen=True, slots=True)
class Duplicates:
    """What was found, surest first. `notes` are sentences about what could not be looked at."""

    groups: tuple[Group, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Member:
    """One track of a group, as it is laid beside the others."""

    row: TrackRow
    files: tuple[FileRow, ...]
    """The best sounding first."""
    albums: tuple[tuple[AlbumId, str], ...]
    by_hand: Mapping[str, Plain]
    """Field -> what a person set."""
    match_locked: bool
    art_locked: bool


@dataclass(frozen=True, slots=True)
class Case:
    """A group with all that is compared; members in the order of the group, the one to keep first."""

    group: Group
    members: tuple[Member, ...]
    conflicts: tuple[Conflict, ...]
    superfluous: tuple[FileRow, ...]
    """Readable files beside the best one, which no track outside of the group has."""


@dataclass(frozen=True, slots=True)
class Discarded:
    """What came of moving files to the trash."""

    paths: tuple[str, ...]
    failed: tuple[tuple[str, str], ...]
    """(path, why it stays)."""


def audio_of(file: FileRow) -> Audio:
    return Audio(file.state is FileState.OK, file.codec, file.bitrate, file.bit_depth, file.sample_rate)


def best_first(files: Sequence[FileRow]) -> list[FileRow]:
    """The readable, lossless, larger ones first; equal ones by path. A file is named once."""
    distinct = {each.id: each for each in sorted(files, key=lambda file: file.path)}
    return sorted(distinct.values(), key=lambda file: audio_of(file).rank, reverse=True)
