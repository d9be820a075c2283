"""What can be written into the tags of a file: the fields a person ticks, and the tags of each."""

from __future__ import annotations

from enum import StrEnum


class TagField(StrEnum):
    TITLE = "title"
    ARTIST = "artist"
    ALBUM = "album"
    ALBUM_ARTIST = "album_artist"
    TRACK = "track"
    DISC = "disc"
    DATE = "date"
    ORIGINAL_YEAR = "original_year"
    GENRES = "genres"
    LABEL = "label"
    CATALOG_NUMBER = "catalog_number"
    ISRC = "isrc"
    BPM = "bpm"
    KEY = "key"
    ENERGY = "energy"
    REPLAYGAIN = "replaygain"
    IDS = "ids"
    ART = "art"


class Id3Version(StrEnum):
    """Of the tag a file gets that has none; one that is there keeps its own."""

    V23 = "2.3"
    V24 = "2.4"


class KeyPlace(StrEnum):
    """Where the key stands in the notation a person has chosen, beside the one that all programs read."""

    NOWHERE = "nowhere"
    FIELD = "field"
    COMMENT = "comment"


TAG_FIELD_NAMES = {
    TagField.TITLE: "Title",
    TagField.ARTIST: "Artist",
    TagField.ALBUM: "Album",
    TagField.ALBUM_ARTIST: "Album artist",
    TagField.TRACK: "Track number",
    TagField.DISC: "Disc number",
    TagField.DATE: "Date",
    TagField.ORIGINAL_YEAR: "First released",
    TagField.GENRES: "Genres",
    TagField.LABEL: "Label",
    TagField.CATALOG_NUMBER: "Catalogue number",
    TagField.ISRC: "ISRC",
    TagField.BPM: "BPM",
    TagField.KEY: "Key",
    TagField.ENERGY: "Energy",
    TagField.REPLAYGAIN: "ReplayGain",
    TagField.IDS: "MusicBrainz ids",
    TagField.ART: "Cover art",
}
"""For people."""

DEFAULT_TAG_FIELDS = (
    TagField.BPM,
    TagField.KEY,
    TagField.GENRES,
    TagField.DATE,
    TagField.LABEL,
    TagField.CATALOG_NUMBER,
    TagField.ISRC,
)
"""What a file most often lacks; its names are left as they are until a person asks."""

TAGS_OF = {
    TagField.TITLE: ("title",),
    TagField.ARTIST: ("artist",),
    TagField.ALBUM: ("album",),
    TagField.ALBUM_ARTIST: ("albumartist",),
    TagField.TRACK: ("track",),
    TagField.DISC: ("disc",),
    TagField.DATE: ("date",),
    TagField.ORIGINAL_YEAR: ("original_date",),
    TagField.GENRES: ("genres",),
    TagField.LABEL: ("label",),
    TagField.CATALOG_NUMBER: ("catalog_number",),
    TagField.ISRC: ("isrc",),
    TagField.BPM: ("bpm",),
    TagField.KEY: ("key", "key_shown", "comment"),
    TagField.ENERGY: ("energy",),
    TagField.REPLAYGAIN: (
        *("track_gain", "track_peak", "album_gain", "album_peak"),
        *("r128_gain", "r128_album_gain"),
    ),
    TagField.IDS: ("recording_mbid", "release_mbid"),
    TagField.ART: (),
}
"""The names of tags (`tags.frames.FIELDS`); a picture has none."""
