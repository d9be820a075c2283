"""The library by artist and by genre."""

from dataclasses import replace

import pytest

from musiclib.bootstrap import Library
from musiclib.domain.groups import Group, Grouping
from musiclib.domain.ids import TrackId
from musiclib.domain.tracklist.model import ParsedTrack
from musiclib.services.import_types import ImportRequest, NewAlbum
from tests.support.database import DIALECTS


def groups(library: Library, grouping: Grouping) -> dict[str, tuple[int, Group]]:
    return {each.name: (each.tracks, each) for each in library.groups.all(grouping)}


@pytest.fixture
def titles(library: Library) -> dict[str, TrackId]:
    names = [("Kessel & Vroom", "Achse"), ("Kessel", "Rohr"), ("Lagoa", "Rio"), ("Lagoa", "Mar")]
    rows = tuple(
        ParsedTrack(artist=artist, title=title, position=str(place))
        for place, (artist, title) in enumerate(names, 1)
    )
    library.imports.commit(ImportRequest(rows, "pasted text", NewAlbum("Nachtlinie")))
    library.imports.commit(ImportRequest(rows[2:3], "pasted text", NewAlbum("Zweite")))
    return {row.title: row.id for row in library.library.load_tracks()}


@pytest.mark.parametrize("settings", DIALECTS, indirect=True)
def test_artists_are_those_of_the_credits(library: Library, titles: dict[str, TrackId]) -> None:
    artists = groups(library, Grouping.ARTIST)
    assert {name: count for name, (count, _) in artists.items()} == {"Kessel": 2, "Vroom": 1, "Lagoa": 2}
    library.library.set_value(titles["Mar"], "popularity", 60)
    library.library.set_value(titles["Mar"], "duration_s", 300.0)
    detail = library.groups.detail(Grouping.ARTIST, artists["Lagoa"][1], 10)
    assert (detail.tracks, detail.duration_s) == (2, 300.0)
    assert [row.title for row in detail.rows] == ["Mar", "Rio"]
    assert [row.title for row in detail.albums] == ["Nachtlinie", "Zweite"]
    assert len(library.groups.detail(Grouping.ARTIST, artists["Lagoa"][1], 1).rows) == 1
    gone = library.groups.detail(Grouping.ARTIST, Group("nobody", "Nobody", 1, None), 10)
    assert (gone.tracks, gone.rows, gone.albums) == (0, (), ())


@pytest.mark.parametrize("settings", DIALECTS, indirect=True)
def test_genres_that_differ_in_case_are_one(library: Library, titles: dict[str, TrackId]) -> None:
    for title, named in (
        ("Achse", ["Techno", "Dub"]),
        ("Rohr", ["techno"]),
        ("Rio", ["Techno"]),
        ("Mar", ["Ambient"]),
    ):
        library.library.set_value(titles[title], "genres", named)
    genres = groups(library, Grouping.GENRE)
    assert {name: count for name, (count, _) in genres.items()} == {"Techno": 3, "Dub": 1, "Ambient": 1}
    techno = genres["Techno"][1]
    assert set(techno.spellings) == {"Techno", "techno"}
    detail = library.groups.detail(Grouping.GENRE, replace(techno, tracks=0), 10)
    assert detail.tracks == 3
    assert {row.title for row in detail.rows} == {"Achse", "Rohr", "Rio"}
