"""What the sources are called."""

from __future__ import annotations

from musiclib.domain.states import Source

# The same in every language.
PROPER_NAMES: dict[str, str] = {
    Source.MUSICBRAINZ: "MusicBrainz",
    Source.COVER_ART_ARCHIVE: "Cover Art Archive",
    Source.DEEZER: "Deezer",
    Source.SPOTIFY: "Spotify",
    Source.ITUNES: "iTunes",
    Source.BEATPORT: "Beatport",
}

SOURCE_NAMES: dict[str, str] = {
    **PROPER_NAMES,
    Source.MANUAL: "By hand",
    Source.ANALYSIS: "Local analysis",
    Source.SAMPLE: "Sample catalogue",
    Source.FILE_TAGS: "File tags",
    Source.TRACKLIST: "Tracklist",
    Source.ARTIST: "The artist",
}


def source_in_sentence(source: str) -> str:
    """A source's name within a sentence; the code itself for one that is not known."""
    if source in PROPER_NAMES or source not in SOURCE_NAMES:
        return PROPER_NAMES.get(source, source)
    name = SOURCE_NAMES[source]
    return name[0].lower() + name[1:]
