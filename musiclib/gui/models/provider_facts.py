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


_WHOSE: dict[str, tuple[str, str]] = {
    Source.DEEZER: ("Track data and covers marked Deezer are provided by Deezer.", "https://www.deezer.com/"),
    Source.MUSICBRAINZ: (
        "An open encyclopedia of music, made by its users. Its core data are free for everybody (CC0).",
        "https://musicbrainz.org/",
    ),
    Source.COVER_ART_ARCHIVE: (
        "Covers gathered by MusicBrainz and kept by the Internet Archive. They belong to who made them.",
        "https://coverartarchive.org/",
    ),
    Source.ITUNES: ("Covers marked iTunes are provided courtesy of iTunes.", "https://music.apple.com/"),
}
KEYLESS = tuple(name for name in PROVIDERS if name in _WHOSE)
"""Those that want no account."""


def whose(provider: str) -> tuple[str, str]:
    """(whose data a keyless provider's are, in a sentence; its address)."""
    words, address = _WHOSE[provider]
    return translate(words), address
