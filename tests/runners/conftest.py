"""A library in a folder of its own, real time, and providers and analysers made for the test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from musiclib.bootstrap import Library, open_library
from musiclib.settings import Settings


@pytest.fixture
def settings(request: pytest.FixtureRequest, data_dir: Path) -> Settings:
    """On a SQLite file; `parametrize("settings", DIALECTS, indirect=True)` asks for both databases."""
    postgresql = getattr(request, "param", "sqlite") == "postgresql"
    url = request.getfixturevalue("postgresql").empty_library() if postgresql else None
    return Settings(data_dir=data_dir, database_url=url, online=True, poll_interval_s=0.05, analysis_lanes=2)


@pytest.fixture
def library(settings: Settings) -> Iterator[Library]:
    opened = open_library(settings)
    yield opened
    opened.close()
