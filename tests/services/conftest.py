"""A library on a real SQLite file, with a clock that tests can move."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from musiclib.bootstrap import Library, open_library
from musiclib.settings import Settings


class Clock:
    """Starts at a fixed moment and passes a millisecond with every look, so that order is kept."""

    def __init__(self) -> None:
        self.now = datetime(2026, 6, 17, 12, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.now += timedelta(milliseconds=1)
        return self.now

    def pass_by(self, **time: float) -> None:
        self.now += timedelta(**time)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def settings(request: pytest.FixtureRequest, data_dir: Path) -> Settings:
    """On a SQLite file; `parametrize("settings", DIALECTS, indirect=True)` asks for both databases."""
    url = None
    if getattr(request, "param", "sqlite") == "postgresql":
        url = request.getfixturevalue("postgresql").empty_library()
    return Settings(data_dir=data_dir, database_url=url, online=False)


@pytest.fixture
def library(settings: Settings, clock: Clock) -> Iterator[Library]:
    opened = open_library(settings, clock=clock)
    yield opened
    opened.close()
