"""A window's context over a real library in a temporary folder."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QMainWindow
from pytestqt.qtbot import QtBot

from musiclib.bootstrap import Library, open_library
from musiclib.gui.commands import CommandQueue
from musiclib.gui.context import AppContext
from musiclib.gui.preferences import Preferences
from musiclib.gui.pulse import Pulse
from musiclib.gui.shell import Shell
from musiclib.gui.stores import AlbumStore, TrackStore
from musiclib.gui.theme import Theme
from musiclib.gui.thumbnails import Thumbnails
from musiclib.gui.tokens import Tokens
from musiclib.settings import Settings


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    opened = open_library(Settings(data_dir=tmp_path / "data", online=False))
    yield opened
    opened.close()


@pytest.fixture
def context(qapp: QApplication, library: Library) -> Iterator[AppContext]:
    theme = Theme(Tokens.load(), "light")
    theme.apply(qapp)
    commands = CommandQueue()
    albums = AlbumStore()
    art = Thumbnails(theme, library.art.path_of)
    made = AppContext(
        library=library,
        commands=commands,
        tracks=TrackStore(),
        albums=albums,
        theme=theme,
        art=art,
        preferences=Preferences(library.settings, lambda _: None, commands),
        shell=Shell(),
        pulse=Pulse(theme, albums),
        now=lambda: datetime.now(UTC),
    )
    yield made
    art.request_stop()
    art.wait(3000)
    commands.request_stop()
    assert commands.wait(3000)


@pytest.fixture
def window(qtbot: QtBot) -> QMainWindow:
    made = QMainWindow()
    qtbot.addWidget(made)
    made.resize(1440, 900)
    made.show()
    return made
