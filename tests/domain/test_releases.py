from musiclib.domain.releases import VARIOUS_ARTISTS, Listed, Release, releases_of


def lines(*artists: str, album: str | None = None) -> list[Listed]:
    return [Listed(artist, album, place) for place, artist in enumerate(artists, 1)]


def test_a_list_mostly_by_its_artist_is_a_release() -> None:
    listed = lines("Mira Voss", "Mira Voss feat. Ilium", "Mira Voss & Tessera", "Ilium")
    found = releases_of("Tidewater", "Mira Voss", listed)
    assert found == [Release("Tidewater", "Mira Voss", 4, place) for place in (1, 2, 3, 4)]


def test_a_list_by_one_artist_is_a_release_of_that_artist() -> None:
    (first, *_) = releases_of("Tidewater", None, lines("Mira Voss", "mira voss", "Mira Voss & Ilium"))
    assert first == Release("Tidewater", "Mira Voss", 3, 1)


def test_a_mix_a_chart_and_a_few_tracks_are_none() -> None:
    mixed = lines("Mira Voss", "Ilium", "Tessera", "Mira Voss", "Oru")
    assert releases_of("Night shift", "DJ Perigee", mixed) == [None] * 5
    assert releases_of("Chart", None, mixed) == [None] * 5
    assert releases_of("Two songs", "Ilium", lines("Ilium", "Ilium")) == [None] * 2


def test_lines_that_name_their_releases_are_grouped_by_them() -> None:
    listed = [
        *lines("Mira Voss", "Mira Voss", "Mira Voss", "Mira Voss & Ilium", "Oru", album="Tidewater"),
        *lines("Ilium", "Oru", "Tessera", album="Summer Sampler"),
        *lines("Ilium", "Ilium", album="Only Two"),
        Listed("Ilium", None, 11),
    ]
    found = releases_of("Everything I own", None, listed)
    assert found[:5] == [Release("Tidewater", "Mira Voss", 5, None)] * 5
    assert found[5:8] == [Release("Summer Sampler", VARIOUS_ARTISTS, 3, None)] * 3
    assert found[8:] == [None] * 3


def test_the_artist_of_the_list_counts_where_the_lines_name_the_list() -> None:
    listed = lines("Ilium", "Ilium", "Ilium", album="Psi")
    assert releases_of("Psi", "Ilium", listed)[0] == Release("Psi", "Ilium", 3, 1)
    assert releases_of("PSI", "DJ Perigee", listed)[0] == Release("Psi", "Ilium", 3, 1)
