from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer

from musiclib.bootstrap import Library, open_library
from musiclib.domain.audio_sources import SourceRow
from musiclib.domain.ids import SourceId
from musiclib.downloads.base import Downloader, TransferError
from musiclib.errors import BadInput, NotInLibrary
from musiclib.settings import Settings
from tests.support.database import DIALECTS

SECRET = "only the keyring knows"


def names(library: Library) -> list[str]:
    return [each.name for each in library.sources.sources()]


def connected(library: Library) -> tuple[tuple[Downloader, ...], tuple[str, ...]]:
    async def run() -> tuple[tuple[Downloader, ...], tuple[str, ...]]:
        async with library.sources.connect() as found:
            return found.sources, found.troubles

    return asyncio.run(run())


def server(library: Library, url: str = "https://music.example", name: str = "Home") -> SourceRow:
    return library.sources.add("subsonic", name, {"url": url, "user": "ada"}, {"secret": SECRET})


@pytest.mark.parametrize("settings", DIALECTS, indirect=True)
def test_sources_are_added_put_in_order_switched_off_and_removed(library: Library, tmp_path: Path) -> None:
    assert names(library) == ["Music folders", "archive.org"]
    nas = library.sources.add("folder", "  My   NAS ", {"folder": str(tmp_path)}, {})
    home = server(library)
    assert (nas.name, nas.place, home.place, home.built_in) == (
        "My NAS",
        str(tmp_path),
        "music.example",
        False,
    )
    library.sources.move(nas.id, 0)
    assert names(library) == ["My NAS", "Music folders", "archive.org", "Home"]
    library.sources.enable(nas.id, enabled=False)
    assert [each.enabled for each in library.sources.sources()] == [False, True, True, True]
    changed = library.sources.change(home.id, "Away", {"url": "https://music.example/sub"}, {})
    assert (changed.name, changed.place) == ("Away", "music.example")
    library.sources.remove(nas.id)
    assert names(library) == ["Music folders", "archive.org", "Away"]
    with pytest.raises(NotInLibrary):
        library.sources.enable(nas.id, enabled=True)


def test_what_is_switched_on_is_connected_in_its_order(settings: Settings, tmp_path: Path) -> None:
    library = open_library(settings.model_copy(update={"online": True}))
    nas = library.sources.add("folder", "NAS", {"folder": str(tmp_path)}, {})
    server(library)
    library.sources.move(nas.id, 0)
    found, troubles = connected(library)
    assert (found[0].kind, found[0].id) == ("folder", str(nas.id))
    assert [each.label for each in found] == ["NAS", "Music folders", "archive.org", "Home"]
    assert troubles == ()
    library.use(settings)
    assert [each.label for each in connected(library)[0]] == ["NAS", "Music folders"], (
        "servers wait for the network"
    )
    assert {each.trouble for each in library.sources.sources() if each.kind in ("archive", "subsonic")} == {
        "Not asked: the library stays offline."
    }
    library.close()


def test_a_secret_is_kept_with_its_source_and_goes_with_it(library: Library, settings: Settings) -> None:
    home = server(library)
    assert SECRET not in str(library.sources.sources())
    assert SECRET.encode() not in (settings.data_dir / "library.sqlite3").read_bytes()
    kept = settings.data_dir / "credentials.json"
    assert SECRET in kept.read_text()
    library.sources.change(
        home.id, "Home", {"url": "https://music.example", "user": "ada"}, {"secret": "new one"}
    )
    assert "new one" in kept.read_text()
    library.sources.remove(home.id)
    assert "new one" not in kept.read_text()


@pytest.mark.parametrize(
    "url", ["https://other.example", "http://music.example", "https://music.example:8443"]
)
def test_a_password_is_asked_for_anew_when_it_would_go_to_another_server(library: Library, url: str) -> None:
    home = server(library)
    with pytest.raises(BadInput, match="Password or API key is missing"):
        library.sources.change(home.id, "Home", {"url": url}, {})
    assert library.sources.sources()[-1].place == "music.example"
    library.sources.change(home.id, "Home", {"url": url}, {"secret": "another"})


@pytest.mark.parametrize(
    ("kind", "name", "values", "secrets", "told"),
    [
        ("tape", "T", {}, {}, "There are folder, subsonic"),
        ("archive", "T", {}, {}, "there already"),
        ("folder", "", {"folder": "/x"}, {}, "a name of at most"),
        ("folder", "MUSIC FOLDERS", {"folder": "/x"}, {}, "called “MUSIC FOLDERS” already"),
        ("folder", "T", {}, {}, "Folder is missing"),
        ("folder", "T", {"folder": "/x", "path": "/y"}, {}, "has no “path”"),
        ("subsonic", "T", {"url": "music.example"}, {"secret": "s"}, "a whole address"),
        ("subsonic", "T", {"url": "https://a:b@music.example"}, {"secret": "s"}, "no user name, no password"),
        ("subsonic", "T", {"url": "https://m.example"}, {}, "Password or API key is missing"),
        (
            "subsonic",
            "T",
            {"url": "https://m.example", "sign_in": "x"},
            {"secret": "s"},
            "one of auto, password",
        ),
    ],
)
def test_wrong_set_ups_are_refused_with_a_reason(
    library: Library, kind: str, name: str, values: dict[str, str], secrets: dict[str, str], told: str
) -> None:
    with pytest.raises(BadInput, match=told):
        library.sources.add(kind, name, values, secrets)
    assert names(library) == ["Music folders", "archive.org"]


def test_what_belongs_to_musiclib_is_switched_off_not_removed(library: Library) -> None:
    archive = library.sources.sources()[1]
    with pytest.raises(BadInput, match="Switch it off"):
        library.sources.remove(archive.id)


def test_a_source_is_tried_out(settings: Settings, httpserver: HTTPServer, tmp_path: Path) -> None:
    httpserver.expect_request("/advancedsearch.php").respond_with_json({"response": {"docs": []}})
    online = settings.model_copy(update={"online": True, "archive_url": httpserver.url_for("")})
    library = open_library(online)
    (tmp_path / "one.mp3").write_bytes(b"x")
    nas = library.sources.add("folder", "NAS", {"folder": str(tmp_path)}, {})
    gone = library.sources.add("folder", "Gone", {"folder": str(tmp_path / "gone")}, {})

    def by_kind(kind: str) -> SourceId:
        return next(each.id for each in library.sources.sources() if each.kind == kind)

    assert library.sources.test(nas.id) == "NAS: 1 audio file."
    assert library.sources.test(by_kind("archive")) == "archive.org answers."
    with pytest.raises(TransferError, match="Connect its drive"):
        library.sources.test(gone.id)
    library.use(settings)
    with pytest.raises(BadInput, match="stays offline"):
        library.sources.test(by_kind("archive"))
    library.close()
