from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from musiclib.bootstrap import Library
from musiclib.domain.tracklist.parser import parse_tracklist
from musiclib.gui.snapshot import SIZE, PictureNotSaved, save
from musiclib.services.import_types import ImportRequest, NewAlbum


def test_the_window_is_drawn_with_the_largest_album(
    qapp: QApplication, library: Library, tmp_path: Path
) -> None:
    settings = library.settings
    empty, filled = tmp_path / "empty.png", tmp_path / "filled.png"
    save(settings, empty)
    text = "Ada Quist - First Light\nNoor Hale - Second Wind"
    library.imports.commit(ImportRequest(parse_tracklist(text).tracks, text, NewAlbum("A Night")))
    save(settings, filled)
    assert QImage(str(filled)).size() == SIZE
    assert QImage(str(filled)) != QImage(str(empty))


def test_a_place_that_cannot_be_written_is_told(qapp: QApplication, library: Library, tmp_path: Path) -> None:
    with pytest.raises(PictureNotSaved, match="cannot be written"):
        save(library.settings, tmp_path / "none" / "window.png")
