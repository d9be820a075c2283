"""What names a recording or an artist at a provider: links and ids, read and written."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote

from musiclib.domain.states import Source
from musiclib.domain.text import clean_isrc

_MBID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_PATTERNS = (
    (Source.MUSICBRAINZ, re.compile(rf"(?:musicbrainz\.org/recording/)?({_MBID})", re.IGNORECASE)),
    (
        Source.SPOTIFY,
        re.compile(r"(?:spotify\.com/(?:intl-\w+/)?track/|spotify:track:)([0-9A-Za-z]{22})"),
    ),
    (Source.DEEZER, re.compile(r"deezer\.com/(?:\w{2}/)?track/(\d{1,15})")),
    (
        Source.ITUNES,
        re.compile(r"\.apple\.com/\S*?(?:[?&]i=|/song/(?:[^/?\s]+/)?)(\d{1,15})"),
    ),
)
_ARTIST_PAGES: dict[str, str] = {
    Source.MUSICBRAINZ: "https://musicbrainz.org/artist/{}",
    Source.DEEZER: "https://www.deezer.com/artist/{}",
    Source.SPOTIFY: "https://open.spotify.com/artist/{}",
    Source.ITUNES: "https://music.apple.com/artist/{}",
}
_OTHER_MUSICBRAINZ = re.compile(r"musicbrainz\.org/(?!recording/)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Reference:
    """The `external_id` of a recording at `provider`, or its ISRC (then `provider` is None)."""

    provider: str | None
    external_id: str


def parse_reference(text: str) -> Reference | None:
    """The recording a pasted text names, or None. Addresses of releases and artists name no recording."""
    pasted = text.strip()
    if isrc := clean_isrc(pasted):
        return Reference(None, isrc)
    for provider, pattern in _PATTERNS:
        found = pattern.search(pasted)
        if found and not _OTHER_MUSICBRAINZ.search(pasted):
            external_id = found[1].lower() if provider == Source.MUSICBRAINZ else found[1]
            return Reference(provider, external_id)
    return None


def artist_page(provider: str, external_id: str) -> str | None:
    """The address of an artist's page at a provider, if its form is known."""
    form = _ARTIST_PAGES.get(provider)
    return form.format(quote(external_id, safe="")) if form else None
