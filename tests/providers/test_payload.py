from __future__ import annotations

from typing import Any

import pytest

from musiclib.providers.payload import number


@pytest.mark.parametrize(
    ("value", "read"),
    [(396000, 396000.0), ("396000", 396000.0), ("396.5", 396.5), (0, 0.0), ("6:36", None), (True, None)],
)
def test_numbers_may_come_as_text(value: Any, read: float | None) -> None:
    assert number(value) == read
