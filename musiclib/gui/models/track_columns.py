"""What the columns of track tables are called, say and sort by."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import QCoreApplication

from musiclib.domain.music_key import KeyNotation
from musiclib.domain.rows import TrackRow
from musiclib.domain.track_order import SORT_COLUMNS
from musiclib.gui import wording


class TrackColumn(StrEnum):
    POSITION = "position"
    ART = "art"
    TITLE = "title"
    VERSION = "version"
    ARTIST = "artist"
    ALBUM = "album"
    BPM = "bpm"
    KEY = "key"
    ENERGY = "energy"
    LUFS = "lufs"
    TIME = "time"
    POPULARITY = "popularity"
    YEAR = "year"
    ADDED = "added"
    LABEL = "label"
    GENRE = "genre"
    ISRC = "isrc"
    FORMAT = "format"
    STATE = "state"
    TEMPO_STEP = "tempo_step"
    WHY = "why"
    """How far the tempo lies from that of another track, and why the two go together."""


NUMERIC = frozenset(
    {
        TrackColumn.POSITION,
        TrackColumn.BPM,
        TrackColumn.LUFS,
        TrackColumn.TIME,
        TrackColumn.POPULARITY,
        TrackColumn.YEAR,
        TrackColumn.TEMPO_STEP,
    }
)
LEAVE_FIRST = (
    TrackColumn.FORMAT,
    TrackColumn.ISRC,
    TrackColumn.ADDED,
    TrackColumn.POPULARITY,
    TrackColumn.YEAR,
    TrackColumn.LUFS,
    TrackColumn.ENERGY,
    TrackColumn.GENRE,
    TrackColumn.LABEL,
    TrackColumn.ALBUM,
    TrackColumn.VERSION,
    TrackColumn.ARTIST,
)
"""The order in which columns give way in a narrow window."""


@dataclass(frozen=True, slots=True)
class TrackLayout:
    """The columns of one table with their widths; a share above zero takes part of what is left."""

    columns: tuple[tuple[TrackColumn, int, float], ...]
    row_height: str
    """Name of a size in the tokens."""
    version_under_title: bool
    hidden: frozenset[TrackColumn] = frozenset()
    """Columns a person has to choose before they are shown."""


ALBUM_LAYOUT = TrackLayout(
    (
        (TrackColumn.POSITION, 44, 0),
        (TrackColumn.TITLE, 180, 1),
        (TrackColumn.ARTIST, 150, 0.25),
        (TrackColumn.BPM, 58, 0),
        (TrackColumn.KEY, 56, 0),
        (TrackColumn.ENERGY, 76, 0),
        (TrackColumn.LUFS, 58, 0),
        (TrackColumn.TIME, 52, 0),
        (TrackColumn.POPULARITY, 74, 0),
        (TrackColumn.STATE, 124, 0),
    ),
    "row_tall",
    version_under_title=True,
)
LIBRARY_LAYOUT = TrackLayout(
    (
        (TrackColumn.ART, 44, 0),
        (TrackColumn.TITLE, 150, 1),
        (TrackColumn.VERSION, 110, 0.6),
        (TrackColumn.ARTIST, 120, 0.6),
        (TrackColumn.ALBUM, 110, 0.6),
        (TrackColumn.BPM, 66, 0),
        (TrackColumn.KEY, 56, 0),
        (TrackColumn.ENERGY, 76, 0),
        (TrackColumn.LUFS, 58, 0),
        (TrackColumn.TIME, 52, 0),
        (TrackColumn.POPULARITY, 74, 0),
        (TrackColumn.YEAR, 50, 0),
        (TrackColumn.ADDED, 96, 0),
        (TrackColumn.LABEL, 110, 0.4),
        (TrackColumn.GENRE, 110, 0.4),
        (TrackColumn.ISRC, 116, 0),
        (TrackColumn.FORMAT, 84, 0),
        (TrackColumn.STATE, 124, 0),
    ),
    "row",
    version_under_title=False,
    hidden=frozenset(
        {
            TrackColumn.ADDED,
            TrackColumn.LABEL,
            TrackColumn.GENRE,
            TrackColumn.ISRC,
            TrackColumn.FORMAT,
        }
    ),
)


def title(column: TrackColumn, with_version: bool = False) -> str:
    """The words in the header."""
    title_words = "Title and version" if with_version else "Title"
    text = {
        TrackColumn.POSITION: "#",
        TrackColumn.ART: "",
        TrackColumn.TITLE: title_words,
        TrackColumn.VERSION: "Version",
        TrackColumn.ARTIST: "Artist",
        TrackColumn.ALBUM: "Album",
        TrackColumn.BPM: "BPM",
        TrackColumn.KEY: "Key",
        TrackColumn.ENERGY: "Energy",
        TrackColumn.LUFS: "LUFS",
        TrackColumn.TIME: "Time",
        TrackColumn.POPULARITY: "Pop.",
        TrackColumn.YEAR: "Year",
        TrackColumn.ADDED: "Added",
        TrackColumn.LABEL: "Label",
        TrackColumn.GENRE: "Genre",
        TrackColumn.ISRC: "ISRC",
        TrackColumn.FORMAT: "File",
        TrackColumn.STATE: "State",
        TrackColumn.TEMPO_STEP: "Tempo",
        TrackColumn.WHY: "Why",
    }[column]
    return QCoreApplication.translate("TrackColumns", text) if text else ""


def long_title(column: TrackColumn) -> str:
    """The words in a menu, where there is room for all of them."""
    long = {TrackColumn.POPULARITY: "Popularity", TrackColumn.LUFS: "Loudness (LUFS)"}
    text = long.get(column)
    return QCoreApplication.translate("TrackColumns", text) if text else title(column)


_TEXTS: dict[TrackColumn, Callable[[TrackRow], str]] = {
    TrackColumn.ART: lambda row: "",
    TrackColumn.TITLE: lambda row: row.title,
    TrackColumn.VERSION: lambda row: row.version or "",
    TrackColumn.ARTIST: lambda row: row.artist or wording.MISSING,
    TrackColumn.ALBUM: lambda row: row.album or wording.MISSING,
    TrackColumn.BPM: lambda row: wording.bpm(row.bpm),
    TrackColumn.ENERGY: lambda row: wording.plain(row.energy),
    TrackColumn.LUFS: lambda row: wording.loudness(row.loudness_lufs),
    TrackColumn.TIME: lambda row: wording.duration(row.duration_s),
    TrackColumn.POPULARITY: lambda row: wording.plain(row.popularity),
    TrackColumn.YEAR: lambda row: wording.plain(row.year),
    TrackColumn.ADDED: lambda row: wording.short_date(row.added_at),
    TrackColumn.LABEL: lambda row: row.label or wording.MISSING,
    TrackColumn.GENRE: lambda row: ", ".join(row.genres) or wording.MISSING,
    TrackColumn.ISRC: lambda row: row.isrc or wording.MISSING,
    TrackColumn.FORMAT: lambda row: wording.audio_format(row.codec, row.bitrate) or wording.MISSING,
}


def text(row: TrackRow, column: TrackColumn, notation: KeyNotation) -> str:
    """What a cell says; a missing value is an en dash. Position and state are the model's to say."""
    if column is TrackColumn.KEY:
        return wording.key(row.key_code, notation)
    return _TEXTS[column](row)


SORT_KEYS: dict[TrackColumn, str] = {
    **{column: column.value for column in TrackColumn if column.value in SORT_COLUMNS},
    TrackColumn.TIME: "duration",
    TrackColumn.FORMAT: "file",
}
"""What each column is called in an order of tracks."""
