"""Choosing a picture, over a real library, real files, and sources over sockets."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QGuiApplication, QImage
from pytest_httpserver import HTTPServer
from pytestqt.qtbot import QtBot

from musiclib.bootstrap import Library, open_library
from musiclib.db.metadata import TrackMetadataRepository
from musiclib.db.records import SourceValues
from musiclib.domain.art_ref import ArtRef
from musiclib.domain.ids import AlbumId
from musiclib.domain.rates import Rate
from musiclib.gui import shell as places
from musiclib.gui.context import AppContext
from musiclib.gui.dialogs.art_dialog import ArtDialog
from musiclib.gui.main_window import MainWindow
from musiclib.gui.widgets.art import ArtButton
from musiclib.providers.base import RATES
from musiclib.runners import terms
from musiclib.services.art_types import ArtOf
from musiclib.settings import Settings
from tests.gui.conftest import add_album, load
from tests.support.catalogue.grown import grown
from tests.support.catalogue.http import Response, picture
from tests.support.catalogue.server import Served


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setattr(terms, "RATES", {name: Rate(0.001, 4) for name in RATES})
    with grown(albums=1, tracks=3).serve() as catalogue:
        yield catalogue


@pytest.fixture
def library(served: Served, tmp_path: Path) -> Iterator[Library]:
    """One that may use the network: ours."""
    settings = Settings(data_dir=tmp_path / "data", **served.settings)  # type: ignore[arg-type]
    opened = open_library(settings)
    yield opened
    opened.close()


@pytest.fixture
def album(library: Library, served: Served) -> AlbumId:
    (release,) = served.catalogue.releases
    names = [(each.credit.name, each.title) for each in release.recordings]
    return add_album(library, release.title, names)


def opened(window: MainWindow, qtbot: QtBot, album: AlbumId) -> ArtDialog:
    window._context.shell.choose_art(ArtOf(album), "The album")
    dialog = window.art_dialog
    assert dialog is not None
    qtbot.waitUntil(lambda: not dialog.work.busy)
    return dialog


def tiles(dialog: ArtDialog) -> list[tuple[str, str, str]]:
    rows = range(dialog.model.rowCount())
    found = [tile for row in rows if (tile := dialog.model.tile(row)) is not None]
    return [(each.source, each.size, each.note) for each in found]


def said(dialog: ArtDialog) -> str:
    return dialog._said.text()


def in_force(library: Library, album: AlbumId) -> object:
    return library.library.album(album).album.art_id


def test_an_empty_chooser_says_what_to_do_and_looks_further(
    window: MainWindow, qtbot: QtBot, library: Library, album: AlbumId, served: Served
) -> None:
    dialog = opened(window, qtbot, album)
    assert tiles(dialog) == []
    assert "Look further" in dialog._empty.text()
    served.fault = lambda provider, request: Response(503, b"") if provider == "musicbrainz" else None
    qtbot.keyClick(dialog, Qt.Key.Key_L)
    assert not dialog.further.isEnabled()
    qtbot.waitUntil(lambda: not dialog.work.busy)
    assert dialog.further.isEnabled()
    assert [source for source, _, _ in tiles(dialog)] == ["Deezer", "iTunes"]
    assert tiles(dialog)[0] == ("Deezer", "1000 × 1000", "")
    assert "2 more found" in said(dialog)
    assert "MusicBrainz" in said(dialog)
    assert "Again from" in said(dialog)

    qtbot.keyClick(dialog.view, Qt.Key.Key_Right)
    with qtbot.waitSignal(window._context.shell.toast_wanted) as told:
        qtbot.keyClick(dialog.view, Qt.Key.Key_Return)
    assert "Art of" in told.args[0]
    assert dialog.isHidden()
    qtbot.waitUntil(lambda: in_force(library, album) is not None)
    again = opened(window, qtbot, album)
    assert tiles(again)[0][0::2] == ("iTunes", "In use, your choice")
    told.args[2]()
    qtbot.waitUntil(lambda: in_force(library, album) is None)


def test_pictures_are_dropped_pasted_and_chosen_from_files(
    window: MainWindow, qtbot: QtBot, library: Library, album: AlbumId, httpserver: HTTPServer, tmp_path: Path
) -> None:
    dialog = opened(window, qtbot, album)
    (tmp_path / "own.png").write_bytes(picture(70, 50, 1))
    (tmp_path / "text.png").write_text("no picture")
    dialog.take_file(str(tmp_path / "own.png"))
    qtbot.waitUntil(lambda: tiles(dialog) == [("By hand", "70 × 50", "")])
    dialog.take_file(str(tmp_path / "text.png"))
    qtbot.waitUntil(lambda: "not a picture" in said(dialog))

    httpserver.expect_request("/cover.png").respond_with_data(picture(90, 90, 2))
    httpserver.expect_request("/page").respond_with_data("<html>")
    for path, wanted in (("/cover.png", "Enter uses"), ("/page", "no picture")):
        mime = QMimeData()
        mime.setUrls([QUrl(httpserver.url_for(path))])
        event = QDropEvent(
            QPointF(5, 5),
            Qt.DropAction.CopyAction,
            mime,
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
        )
        dialog.dropEvent(event)
        qtbot.waitUntil(lambda wanted=wanted: wanted in said(dialog))  # type: ignore[misc]
    qtbot.waitUntil(lambda: not dialog.work.busy)
    assert [size for _, size, _ in tiles(dialog)] == ["90 × 90", "70 × 50"]
    assert dialog.view.currentIndex().row() == 0

    image = QImage(32, 24, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.darkCyan)
    QGuiApplication.clipboard().setImage(image)
    dialog.paste()
    qtbot.waitUntil(lambda: dialog.model.rowCount() == 3 and not dialog.work.busy)
    QGuiApplication.clipboard().setText("just words")
    dialog.paste()
    assert "clipboard" in said(dialog)
    dialog.all_tracks.setChecked(True)
    dialog.choose()
    qtbot.waitUntil(lambda: in_force(library, album) is not None)
    assert len({row.art_id for row in library.library.load_tracks()}) == 1


def test_a_damaged_picture_cannot_be_used_and_a_gone_one_leaves(
    window: MainWindow, qtbot: QtBot, library: Library, album: AlbumId, httpserver: HTTPServer, served: Served
) -> None:
    cut = ArtRef("deezer", "url", httpserver.url_for("/cut.png"), 40, 40)
    gone = ArtRef("itunes", "url", httpserver.url_for("/gone.png"))
    httpserver.expect_request("/cut.png").respond_with_data(picture(40, 40, 3)[:-40])
    httpserver.expect_request("/gone.png").respond_with_data("", status=404)
    track = library.library.album(album).entries[0].track_id
    with library._db.write() as conn:
        for ref in (cut, gone):
            said_by = SourceValues(track, ref.provider, {"artist": "X"}, "1", art=(ref,))
            TrackMetadataRepository(conn).put([said_by], datetime.now(UTC))
    dialog = opened(window, qtbot, album)
    assert tiles(dialog) == [("Deezer", "40 × 40", "This picture is damaged.")]
    dialog.choose()
    assert "damaged" in said(dialog)
    assert not dialog.isHidden()
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert dialog.isHidden()
    assert in_force(library, album) is None


def test_the_album_page_leads_to_it(
    window: MainWindow, qtbot: QtBot, context: AppContext, album: AlbumId
) -> None:
    load(qtbot, context)
    window.open_page(places.ALBUM, album)
    (art,) = [each for each in window.page(places.ALBUM).findChildren(ArtButton) if each.isVisible()]
    qtbot.waitUntil(lambda: art.accessibleName() != "")
    qtbot.mouseClick(art, Qt.MouseButton.LeftButton)
    assert window.art_dialog is not None
    assert window.art_dialog.isVisible()
    window.art_dialog.dismiss()
    qtbot.waitUntil(lambda: window.art_dialog is not None and not window.art_dialog.work.busy)
