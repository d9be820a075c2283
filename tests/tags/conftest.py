"""One second of sound in every kind of file."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.sounds import make_sounds


@pytest.fixture(scope="session")
def _made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sounds")
    make_sounds(folder)
    return folder


@pytest.fixture
def sound(_made: Path, tmp_path: Path) -> Callable[[str], Path]:
    """A copy of the second of sound with a suffix, to do with as one likes."""

    def copy(suffix: str) -> Path:
        return Path(shutil.copy(_made / f"sound{suffix}", tmp_path / f"sound{suffix}"))

    return copy
