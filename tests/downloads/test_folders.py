from __future__ import annotations

import asyncio
import os
from pathlib import Path
from uuid import UUID

import pytest

from musiclib.domain.audio_candidates import AudioCandidate, WantedAlbum, WantedTrack
from musiclib.domain.audio_choice import Rules, Verdict, choose
from musiclib.domain.file_tags import FileTags
from musiclib.domain.ids import AlbumId, TrackId
from musiclib.domain.states import TransferReason
from musiclib.downloads.base import TransferError
from musiclib.downloads.folders import Folders

ALBUM = WantedAlbum(
    AlbumId(UUID(int=9)),
    "Two Rooms",
    "Ada Quist",
    2024,
    2,
    tuple(
        WantedTrack(TrackId(UUID(int=n)), "Ada Quist", title)
        for n, title in ((1, "First Light"), (2, "Dusk"))
    ),
)
TAGS = {
    "01.flac": FileTags(artist="Ada Quist", title="First Light", album="Two Rooms", track=1, codec="flac",
                        bitrate=901_000, duration_s=241.0),
    "02 Dusk.m4a": FileTags(artist="Ada Quist", title="Dusk", codec="alac"),
}  # fmt: skip


class Shelf:
    """A source over a folder; knows which files were opened."""

    def __init__(self, *folders: Path) -> None:
        self.opened: list[str] = []
        self.now = 0.0
        self.source = Folders(
            "home", "Home NAS", folders, self._read, {".flac", ".m4a", ".mp3"}, monotonic=lambda: self.now
        )

    def _read(self, path: Path) -> FileTags | None:
        self.opened.append(path.name)
        return None if path.read_bytes() == b"broken" else TAGS.get(path.name, FileTags())

    def find(self) -> list[AudioCandidate]:
        return asyncio.run(self.source.find(ALBUM))


def put(folder: Path, name: str, content: bytes = b"audio") -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def test_files_are_found_by_their_name_or_their_folder_and_no_other_is_opened(tmp_path: Path) -> None:
    first = put(tmp_path, "Ada/Two Rooms (2024)/01.flac")
    put(tmp_path, "mixed/02 Dusk.m4a")
    put(tmp_path, "mixed/Ada Quist - First Light.mp3")
    put(tmp_path, "mixed/Dusk broken.mp3", b"broken")
    put(tmp_path, "mixed/Something Else.mp3")
    put(tmp_path, "mixed/First Light.txt")
    put(tmp_path, ".hidden/First Light.mp3")
    put(tmp_path, "mixed/._First Light.mp3")
    put(tmp_path, "mixed/First Light.flac", b"")
    shelf = Shelf(tmp_path)
    found = {each.name: each for each in shelf.find()}
    assert set(found) == {"01.flac", "02 Dusk.m4a", "Ada Quist - First Light.mp3"}
    assert "Something Else.mp3" not in shelf.opened
    light = found["01.flac"]
    assert (light.title, light.artist, light.bitrate_kbps, light.size) == ("First Light", "Ada Quist", 901, 5)
    assert found["02 Dusk.m4a"].suffix == "alac"
    assert asyncio.run(shelf.source.origin(light)).path == first
    choices = choose(ALBUM, list(found.values()), Rules(("flac", "alac", "mp3")))
    assert [(each.verdict, each.ranked[0].candidate.name) for each in choices.values()] == [
        (Verdict.SURE, "01.flac"),
        (Verdict.SURE, "02 Dusk.m4a"),
    ]


def test_a_listing_is_kept_for_a_while(tmp_path: Path) -> None:
    put(tmp_path, "First Light.mp3")
    shelf = Shelf(tmp_path)
    assert len(shelf.find()) == 1
    put(tmp_path, "Dusk.mp3")
    assert len(shelf.find()) == 1
    shelf.now = 121.0
    assert len(shelf.find()) == 2


def test_a_drive_that_is_not_connected_is_told_and_tried_again_later(tmp_path: Path) -> None:
    with pytest.raises(TransferError, match=r"Connect its drive") as caught:
        Shelf(tmp_path / "gone").find()
    assert (caught.value.reason, caught.value.retry) == (TransferReason.FOLDER_MISSING, True)


def test_only_files_of_its_own_folders_are_given(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    outside = AudioCandidate("home", str(put(tmp_path, "out/First Light.mp3")), "x.mp3", "First Light")
    with pytest.raises(TransferError):
        asyncio.run(Shelf(tmp_path / "in").source.origin(outside))
    above = AudioCandidate("home", f"{tmp_path}/in/../out/First Light.mp3", "x.mp3", "First Light")
    with pytest.raises(TransferError):
        asyncio.run(Shelf(tmp_path / "in").source.origin(above))


@pytest.mark.skipif(os.name == "nt", reason="names on Windows are text")
def test_a_name_that_is_no_text_comes_back_as_it_was(tmp_path: Path) -> None:
    path = put(tmp_path, os.fsdecode(b"First Light \xff.mp3"))
    shelf = Shelf(tmp_path)
    (found,) = shelf.find()
    assert found.ref.isascii()
    assert asyncio.run(shelf.source.origin(found)).path == path
