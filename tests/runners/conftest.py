"""A library in a folder of its own, real time, and providers and analysers made for the test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from musiclib.bootstrap import Library, open_library
from musiclib.settings import Settings


@pytest.fixture
def settings(data_dir: Path) -> Settings:
    return Settings(data_dir=data_dir, online=True, poll_interval_s=0.05, analysis_lanes=2)


@pytest.fixture
def library(settings: Settings) -> Iterator[Library]:
    opened = open_library(settings)
    yield opened
    opened.close()
