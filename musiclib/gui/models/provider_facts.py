"""What each source on the network gives, and whose data it is."""

from __future__ import annotations

from musiclib.domain.states import Source
from musiclib.gui.wording import translate

PROVIDERS = (Source.DEEZER, Source.MUSICBRAINZ, Source.SPOTIFY, Source.COVER_ART_ARCHIVE, Source.ITUNES)
"""In the order they are asked."""

_GIVES: dict[str, str] = {
    Source.DEEZER: "Names, ISRC, dates, labels, genres, popularity, covers",
    Source.MUSICBRAINZ: "Names, ISRC, first years, labels, catalogue numbers, genres, artists",
    Source.SPOTIFY: "Names, ISRC, dates, covers up to 640 pixels; needs an account",
    Source.COVER_ART_ARCHIVE: "Covers of what MusicBrainz has found, in full size",
    Source.ITUNES: "A cover where nobody else has one",
}


def gives(provider: str) -> str:
    """What it is asked for, in a line."""
    return translate(_GIVES[provider])
