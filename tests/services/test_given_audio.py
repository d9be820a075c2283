"""Addresses and ZIP files that a person hands over for an album."""

from __future__ import annotations

import asyncio
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from musiclib.bootstrap import Library, open_library
from musiclib.domain.ids import AlbumId
from musiclib.domain.states import TransferState
from musiclib.errors import BadInput, NotInLibrary
from musiclib.settings import Settings
from tests.services.conftest import Clock
from tests.services.helpers import THREE, import_new
from tests.support.audio_server import audio_server
from tests.support.downloads import make_runner, wav

S = TransferState


@pytest.fixture
def library(data_dir: Path, tmp_path: Path, clock: Clock) -> Iterator[Library]:
    settings = Settings(data_dir=data_dir, download_dir=tmp_path / "music", online=True, credentials="file")
    opened = open_library(settings, clock=clock)
    yield opened
    opened.close()


def states(library: Library, album: AlbumId) -> list[TransferState]:
    return [each.state for each in library.downloads.albums([album])[0].transfers]


def chosen(library: Library, album: AlbumId) -> list[str | None]:
    """The name of the file each track is fetched from."""
    names: list[str | None] = []
    for each in library.downloads.albums([album])[0].transfers:
        choices = library.downloads.candidates(each.id) if each.id else ()
        names.append(next((choice.ranked.candidate.name for choice in choices if choice.chosen), None))
    return names


def test_names_tell_and_what_is_left_goes_by_its_place(library: Library) -> None:
    album = import_new(library, THREE).album_id
    given = library.downloads.add_addresses(
        album,
        "https://a.example/03.flac\nTessera - Labyrinth https://a.example/x.mp3\nhttps://a.example/1.wav",
    )
    assert (given.by_name, given.in_order, given.unsure, given.left_over) == (1, 2, 0, ())
    assert chosen(library, album) == ["03.flac", "1.wav", "x.mp3"]
    assert given.asked.row is not None
    assert {each.source_label for each in given.asked.row.transfers} == {"Address"}


def test_too_few_names_leave_the_rest_to_be_found(library: Library) -> None:
    album = import_new(library, THREE).album_id
    given = library.downloads.add_addresses(
        album, "https://a.example/Tessera%20-%20Labyrinth.mp3\nhttps://a.example/cover.jpg"
    )
    assert (given.by_name, given.in_order, given.left_over) == (1, 0, ("cover.jpg",))
    assert states(library, album) == [S.WANTED, S.WANTED, S.QUEUED]
    with pytest.raises(BadInput, match="no web address"):
        library.downloads.add_addresses(album, "nothing of use")


def test_passwords_and_signatures_reach_the_server_and_no_table(
    library: Library, tmp_path: Path, data_dir: Path
) -> None:
    album = import_new(library, "Mira Voss - Auftakt").album_id
    with audio_server() as server:
        server.files["/one.wav?token=hush-hush"] = wav(tmp_path / "made", "Mira Voss", "Auftakt")
        address = server.url("/one.wav?token=hush-hush").replace("http://", "http://mira:swordfish@")
        library.downloads.add_addresses(album, address)
        asyncio.run(make_runner(library).run(until_idle=True))
    assert states(library, album) == [S.DONE]
    kept = b"".join(path.read_bytes() for path in data_dir.glob("library.sqlite3*"))
    assert b"swordfish" not in kept
    assert b"hush-hush" not in kept


def test_addresses_that_differ_only_in_what_is_secret_bring_each_its_own_file(
    library: Library, tmp_path: Path
) -> None:
    with audio_server() as server:
        for title in ("Auftakt", "Nachspiel"):
            album = import_new(library, f"Mira Voss - {title}", title).album_id
            server.files[f"/get?key={title}"] = wav(tmp_path / "made", "Mira Voss", title)
            library.downloads.add_addresses(album, server.url(f"/get?key={title}"))
        asyncio.run(make_runner(library).run(until_idle=True))
    files = {path.stem: path.read_bytes() for path in (tmp_path / "music").rglob("*.wav")}
    assert files == {
        "01 Auftakt": server.files["/get?key=Auftakt"],
        "01 Nachspiel": server.files["/get?key=Nachspiel"],
    }


def test_addresses_wait_while_the_network_is_off(library: Library, tmp_path: Path) -> None:
    album = import_new(library, "Mira Voss - Auftakt").album_id
    with audio_server() as server:
        server.files["/one.wav"] = wav(tmp_path / "made", "Mira Voss", "Auftakt")
        library.downloads.add_addresses(album, server.url("/one.wav"))
        library.use(library.settings.model_copy(update={"online": False}))
        asyncio.run(library.download_runner(lambda update: None).run(until_idle=True))
        assert server.requests("/one.wav") == []
    (waits,) = library.downloads.albums([album])[0].transfers
    assert (waits.state, waits.attempts) == (S.QUEUED, 0)
    assert waits.detail is not None
    assert waits.detail.startswith("The network is switched off")


def test_an_album_comes_out_of_a_zip_that_was_bought(library: Library, tmp_path: Path) -> None:
    album = import_new(library, "Mira Voss - Auftakt\nMira Voss - Nachspiel", "Hafenklang").album_id
    bought = tmp_path / "Mira Voss - Hafenklang.zip"
    with zipfile.ZipFile(bought, "w") as archive:
        for nth, title in enumerate(("Auftakt", "Nachspiel"), 1):
            content = wav(tmp_path / "made", "Mira Voss", title)
            archive.writestr(f"Mira Voss - Hafenklang - {nth:02} {title}.wav", content)
        archive.writestr("cover.jpg", b"no audio")
    given = library.downloads.take_zip(bought)
    assert (given.asked.album_id, given.by_name) == (album, 2)
    asyncio.run(make_runner(library).run(until_idle=True))
    assert states(library, album) == [S.DONE, S.DONE]
    other = tmp_path / "Somebody - Something else.zip"
    bought.rename(other)
    with zipfile.ZipFile(other, "w") as archive:
        archive.writestr("Somebody - Something else - 01 Nothing.wav", b"RIFF")
    with pytest.raises(NotInLibrary, match="Name the album"):
        library.downloads.take_zip(other)
