"""A library whose albums are fetched, and a server with their audio."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from musiclib.bootstrap import Library, open_library
from musiclib.settings import Settings
from tests.runners.downloads.helpers import NAMES
from tests.services.conftest import Clock
from tests.support.audio_server import AudioServer, audio_server
from tests.support.downloads import Shelf


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def library(
    request: pytest.FixtureRequest, data_dir: Path, tmp_path: Path, clock: Clock
) -> Iterator[Library]:
    """On SQLite; `parametrize("library", DIALECTS, indirect=True)` asks for both databases."""
    postgresql = getattr(request, "param", "sqlite") == "postgresql"
    url = request.getfixturevalue("postgresql").empty_library() if postgresql else None
    settings = Settings(data_dir=data_dir, database_url=url, download_dir=tmp_path / "music", online=False)
    opened = open_library(settings, clock=clock)
    yield opened
    opened.close()


@pytest.fixture
def server() -> Iterator[AudioServer]:
    with audio_server() as shelf:
        yield shelf


@pytest.fixture
def shelf(server: AudioServer, tmp_path: Path) -> Shelf:
    shelf = Shelf(server)
    for artist, title in NAMES:
        shelf.put(tmp_path / "shelf", artist, title)
    return shelf
