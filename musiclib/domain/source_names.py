"""The names of the sources that are proper names, and so are the same in every language."""

from __future__ import annotations

from musiclib.domain.states import Source

PROPER_NAMES: dict[str, str] = {
    Source.MUSICBRAINZ: "MusicBrainz",
    Source.COVER_ART_ARCHIVE: "Cover Art Archive",
    Source.DEEZER: "Deezer",
    Source.SPOTIFY: "Spotify",
    Source.ITUNES: "iTunes",
}
