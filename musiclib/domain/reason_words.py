"""What agrees and what differs between a track and a recording, in words.

In English; a front end translates them. Reasons of newer versions are told by their codes.
"""

from __future__ import annotations

from collections.abc import Iterable

from musiclib.domain.audio_choice import QualityReason
from musiclib.domain.matching import MatchReason

AGREES: dict[str, str] = {
    MatchReason.ISRC: "same ISRC",
    MatchReason.ARTIST: "same artist",
    MatchReason.TITLE: "same title",
    MatchReason.VERSION: "same version",
    MatchReason.DURATION: "same length",
    MatchReason.ALBUM: "same album",
    QualityReason.LOSSLESS: "lossless",
    QualityReason.WHOLE_RELEASE: "the whole release is there",
}
DIFFERS: dict[str, str] = {
    MatchReason.ISRC_DIFFERS: "another ISRC",
    MatchReason.ARTIST_DIFFERS: "another artist",
    MatchReason.ARTIST_PARTLY: "title alike, artist shorter",
    MatchReason.ARTIST_MISSING: "no artist in the line",
    MatchReason.FEATURES_DIFFER: "other guests",
    MatchReason.SCRIPT_DIFFERS: "written in another script",
    MatchReason.TITLE_DIFFERS: "another title",
    MatchReason.TITLE_CLOSE: "title nearly alike",
    MatchReason.NUMBER_DIFFERS: "another number in the title",
    MatchReason.VERSION_DIFFERS: "another version",
    MatchReason.VERSION_UNSURE: "remix or original",
    MatchReason.REMIXER_DIFFERS: "another remixer",
    MatchReason.LENGTH_DIFFERS: "an edit of another length",
    MatchReason.KARAOKE: "a karaoke version",
    MatchReason.DURATION_DIFFERS: "another length",
    MatchReason.DURATION_CLOSE: "nearly the same length",
    MatchReason.SWAPPED: "artist and title swapped",
    MatchReason.FILE_NAME: "known by its file name only",
    QualityReason.FORMAT_NOT_TAKEN: "a kind of file you do not take unasked",
    QualityReason.LOW_BITRATE: "fewer kilobits than you take unasked",
    QualityReason.TAKEN_BY_ANOTHER: "taken for another track",
}


def in_words(reasons: Iterable[str]) -> str:
    """The reasons of a match as a phrase, in their order."""
    return ", ".join(AGREES.get(code) or DIFFERS.get(code) or code.replace("_", " ") for code in reasons)
