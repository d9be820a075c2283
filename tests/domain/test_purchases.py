from __future__ import annotations

from uuid import UUID

import pytest

from musiclib.domain.audio_candidates import WantedAlbum, WantedTrack
from musiclib.domain.audio_choice import Rules, Verdict, choose
from musiclib.domain.ids import AlbumId, TrackId
from musiclib.domain.purchases import KnownAlbum, Purchase, album_of, purchase_of, purchased_file


def brought(*names: str, file_stem: str = "bundle") -> Purchase:
    return purchase_of([purchased_file(name, name, 10, "zip") for name in names], file_stem)


@pytest.mark.parametrize(
    ("member", "told"),
    [
        ("Ada Quist - Two Rooms - 03 First Light.flac", ("First Light", "Ada Quist", "Two Rooms", 3, None)),
        ("Two Rooms/03 First Light.mp3", ("First Light", None, None, 3, None)),
        ("CD2\\2-07. Dusk.wav", ("Dusk", None, None, 7, 2)),
        ("Ada Quist - First Light.flac", ("Ada Quist - First Light", None, None, None, None)),
        ("1999.flac", ("1999", None, None, None, None)),
        ("../../../etc/03 x.flac", ("x", None, None, 3, None)),
    ],
)
def test_names_tell_title_and_place(member: str, told: tuple[object, ...]) -> None:
    found = purchased_file("r", member, 10, "zip")
    assert (found.title, found.album_artist, found.album, found.track_number, found.disc) == told
    assert "/" not in found.name
    assert found.given


def test_tracks_of_an_artist_and_of_a_compilation_are_recognised() -> None:
    def sure(artist: str, *names: str) -> list[Verdict]:
        titles = ("First Light", "Dusk (Dub)")
        tracks = tuple(WantedTrack(TrackId(UUID(int=n)), artist, title) for n, title in enumerate(titles))
        album = WantedAlbum(AlbumId(UUID(int=9)), "Two Rooms", None, None, 2, tracks)
        return [each.verdict for each in choose(album, brought(*names).candidates, Rules(("flac",))).values()]

    both = [Verdict.SURE, Verdict.SURE]
    assert (
        sure("Ada Quist", *(f"Ada Quist - Two Rooms - 0{n}.flac" for n in ("1 First Light", "2 Dusk (Dub)")))
        == both
    )
    compiled = ("1 Ada Quist - First Light", "2 Ada Quist - Dusk (Dub)")
    assert sure("Ada Quist", *(f"Various Artists - Comp - 0{name}.flac" for name in compiled)) == both
    assert sure("Ada Quist", "01 First Light.flac", "02 Dusk (Dub).flac") == both
    assert sure("Ada Quist", "01 First Light.flac", "02 Dusk.flac") == [Verdict.SURE, Verdict.NONE]


def test_the_album_is_known_by_its_names() -> None:
    albums = [
        KnownAlbum(AlbumId(UUID(int=1)), "Two Rooms", "Ada Quist"),
        KnownAlbum(AlbumId(UUID(int=2)), "Two Rooms", "Somebody Else"),
        KnownAlbum(AlbumId(UUID(int=3)), "Tessellate", None),
    ]
    assert album_of(brought("Ada Quist - Two Rooms - 03 First Light.flac"), albums) == albums[0].id
    assert album_of(brought("03 x.flac", file_stem="Ada Quist - Two Rooms"), albums) == albums[0].id
    assert album_of(brought("03 x.flac", file_stem="Tessellate"), albums) == albums[2].id
    assert album_of(brought("03 x.flac", file_stem="Two Rooms"), albums) is None, "two of that name"
    assert album_of(brought("03 x.flac", file_stem="download (1)"), albums) is None
    assert album_of(brought("x.flac"), []) is None
