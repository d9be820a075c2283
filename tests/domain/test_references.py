"""What a person may paste to name a recording."""

from __future__ import annotations

import pytest

from musiclib.domain.references import Reference, artist_page, parse_reference

MBID = "0a1b2c3d-1111-4222-8333-444455556666"


@pytest.mark.parametrize(
    ("pasted", "found"),
    [
        ("ZZ-MLB-26-00010", Reference(None, "ZZMLB2600010")),
        (MBID.upper(), Reference("musicbrainz", MBID)),
        (f"https://musicbrainz.org/recording/{MBID}#relations", Reference("musicbrainz", MBID)),
        (
            "https://open.spotify.com/track/4cOdK2wGLETKBW3PvgPWqT?si=1",
            Reference("spotify", "4cOdK2wGLETKBW3PvgPWqT"),
        ),
        (
            "https://open.spotify.com/intl-de/track/4cOdK2wGLETKBW3PvgPWqT",
            Reference("spotify", "4cOdK2wGLETKBW3PvgPWqT"),
        ),
        ("spotify:track:4cOdK2wGLETKBW3PvgPWqT", Reference("spotify", "4cOdK2wGLETKBW3PvgPWqT")),
        ("https://www.deezer.com/fr/track/3135556", Reference("deezer", "3135556")),
        (
            "https://music.apple.com/us/album/a-name/1440650428?i=1440650711",
            Reference("itunes", "1440650711"),
        ),
        (f"https://musicbrainz.org/release/{MBID}", None),
        ("https://open.spotify.com/album/4cOdK2wGLETKBW3PvgPWqT", None),
        ("https://www.deezer.com/album/302127", None),
        ("", None),
        ("Nia Okafor - Slow Burn", None),
    ],
)
def test_references(pasted: str, found: Reference | None) -> None:
    assert parse_reference(pasted) == found


def test_an_artist_has_a_page_where_its_form_is_known() -> None:
    assert artist_page("musicbrainz", MBID) == f"https://musicbrainz.org/artist/{MBID}"
    assert artist_page("deezer", "27?x=/y") == "https://www.deezer.com/artist/27%3Fx%3D%2Fy"
    assert artist_page("sample", "1") is None
