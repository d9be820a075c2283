"""Pictures for views: small copies on disk, and tiles where a file is damaged."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtGui import QColor, QImage, QPixmap
from pytestqt.qtbot import QtBot

from musiclib.domain.ids import ArtId
from musiclib.gui.context import AppContext
from musiclib.gui.painting.decoding import decoded, encoded
from musiclib.gui.thumbnails import Thumbnails
from tests.gui.conftest import add_album
from tests.support.library import give_album_art


def cover(side: int, kind: str = "") -> bytes:
    """A picture of noise, so that it is no smaller than a real one."""
    small = QImage(side // 4, side // 4, QImage.Format.Format_RGB32)
    for y in range(small.height()):
        for x in range(small.width()):
            small.setPixelColor(x, y, QColor.fromRgb((x * 2654435761 + y * 40503) & 0xFFFFFF))
    return encoded(small.scaled(side, side), kind)


def art_of(context: AppContext, data: bytes) -> ArtId:
    library = context.library
    album_id = add_album(library, "Hafenklang", [("Mira Voss", "Auftakt")])
    give_album_art(library, album_id, data)
    art_id = library.library.album(album_id).album.art_id
    assert art_id is not None
    return art_id


def drawn(qtbot: QtBot, context: AppContext, art_id: ArtId | None, side: int = 160) -> QPixmap:
    thumbnails = Thumbnails(context.theme, context.library.art)
    try:
        with qtbot.waitSignal(thumbnails.ready):
            assert thumbnails.get(art_id, "Hafenklang", side, 1.0) is None
        made = thumbnails.get(art_id, "Hafenklang", side, 1.0)
        assert made is not None
        return made
    finally:
        thumbnails.request_stop()
        assert thumbnails.wait(30_000)


def copies(context: AppContext) -> list[Path]:
    return sorted(each for each in (context.library.settings.art_dir / "thumbs").rglob("*") if each.is_file())


def test_a_small_copy_is_made_once_and_used(qtbot: QtBot, context: AppContext) -> None:
    art_id = art_of(context, cover(800))
    tile = drawn(qtbot, context, None).toImage()
    first = drawn(qtbot, context, art_id).toImage()
    assert first != tile
    (copy,) = copies(context)
    assert copy.name.endswith("-192")
    shown = decoded(copy.read_bytes(), 1000)
    assert shown is not None
    assert shown.width() == 192

    original = context.library.art.path_of(art_id)
    assert original is not None
    original.unlink()
    assert drawn(qtbot, context, art_id).toImage() != tile, "the copy serves"
    copy.write_bytes(copy.read_bytes()[:900])
    assert drawn(qtbot, context, art_id).toImage() == tile, "nothing is left to draw"


def test_a_damaged_copy_is_made_anew(qtbot: QtBot, context: AppContext) -> None:
    art_id = art_of(context, cover(800))
    drawn(qtbot, context, art_id)
    (copy,) = copies(context)
    whole = copy.read_bytes()
    copy.write_bytes(b"\xff\xd8\xff nonsense")
    drawn(qtbot, context, art_id)
    assert copy.read_bytes() == whole


@pytest.mark.parametrize("kind", ["jpg", "png"])
def test_a_cut_off_picture_is_drawn_as_a_tile(qtbot: QtBot, context: AppContext, kind: str) -> None:
    data = cover(400, kind)
    assert decoded(data, 100) is not None
    art_id = art_of(context, data[: len(data) // 2])
    assert drawn(qtbot, context, art_id).toImage() == drawn(qtbot, context, None).toImage()
    assert copies(context) == []


def test_what_is_looked_at_is_made_and_what_was_scrolled_past_is_not(
    qtbot: QtBot, context: AppContext
) -> None:
    thumbnails = Thumbnails(context.theme, context.library.art, cache_bytes=40 * 96 * 96 * 4)
    made: list[str] = []
    thumbnails.ready.connect(lambda _art, title: made.append(title))
    try:
        for number in range(1000):
            thumbnails.get(None, f"Album {number}", 96, 1.0)
        thumbnails.prepare(None, "Next", 96, 1.0)
        qtbot.waitUntil(lambda: "Album 999" in made and "Album 860" in made, timeout=20_000)
        # Several are made at once, and end in any order.
        assert max(made.index("Album 999"), made.index("Album 998")) < made.index("Album 900")
        assert "Album 500" not in made
        assert len(made) <= 170
        assert thumbnails.get(None, made[0], 96, 1.0) is None, "the oldest left for the newer ones"
        assert thumbnails.get(None, made[-1], 96, 1.0) is not None
    finally:
        thumbnails.request_stop()
        assert thumbnails.wait(30_000)
