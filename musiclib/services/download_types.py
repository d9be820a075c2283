"""What the download centre's service takes and gives, beside the rows of `domain.transfers`."""

from __future__ import annotations

from dataclasses import dataclass

from musiclib.domain.audio_candidates import RankedCandidate
from musiclib.domain.ids import AlbumId
from musiclib.domain.transfers import DownloadAlbumRow


@dataclass(frozen=True, slots=True)
class AlbumAsked:
    """What came of asking for an album."""

    album_id: AlbumId
    title: str
    asked: int
    """Tracks that are looked for from now on, or again."""
    under_way: int
    """Tracks that had been asked for before."""
    here: int
    """Tracks that have a file."""
    row: DownloadAlbumRow | None
    """None where nothing of it is in the download centre: everything was here."""


@dataclass(frozen=True, slots=True)
class CandidateChoice:
    """One of the files a transfer can be fetched from; `index` is what `choose` takes."""

    index: int
    ranked: RankedCandidate
    source_label: str
    chosen: bool
    refused: bool
    """A person, or a check, said that it is not the track."""


@dataclass(frozen=True, slots=True)
class GivenAudio:
    """What came of addresses or a ZIP file that a person handed over for an album."""

    asked: AlbumAsked
    by_name: int
    """Tracks whose file was known by its name."""
    in_order: int
    """Tracks that got theirs by its place in the list, as no name told."""
    unsure: int
    """Tracks for which a person has to choose."""
    left_over: tuple[str, ...]
    """Names of files that are no track of it, or of one that is here."""
    problems: tuple[str, ...]
    """A sentence for each line that is of no use."""
