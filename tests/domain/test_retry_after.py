from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from musiclib.domain.retry_after import retry_after

NOW = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("7", 7),
        (" 0 ", 0),
        ("Sat, 21 Nov 2026 08:01:00 GMT", 60),
        ("Sat, 21 Nov 2026 07:00:00 GMT", 0),
        ("99999999999999999999", 14 * 24 * 3600),
        ("Fri, 31 Dec 9999 23:59:59 GMT", 14 * 24 * 3600),
    ],
)
def test_retry_after_forms(value: str, seconds: int) -> None:
    assert retry_after(value, NOW) == NOW + timedelta(seconds=seconds)


@pytest.mark.parametrize("value", [None, "", "soon", "-5", "1.5", "²", "Sat, 99 Nov 2026 08:01:00 GMT"])
def test_retry_after_that_says_nothing(value: str | None) -> None:
    assert retry_after(value, NOW) is None


def test_retry_after_is_aware() -> None:
    found = retry_after("Sat, 21 Nov 2026 08:01:00 -0000", NOW)
    assert found == datetime(2026, 11, 21, 8, 1, tzinfo=UTC)
