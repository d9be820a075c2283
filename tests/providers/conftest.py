from __future__ import annotations

import pytest

from tests.support.web import World


@pytest.fixture
def world() -> World:
    return World()
