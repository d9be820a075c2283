"""Column types that behave alike on SQLite and PostgreSQL."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import DateTime, Dialect, Text, TypeDecorator
from sqlalchemy.dialects import sqlite

# Bytes of a file name that are no UTF-8 reach us as lone surrogates (PEP 383), which no database takes.
_TO_STORED = {0xDC00 + byte: 0x10DC00 + byte for byte in range(0x80, 0x100)}
_FROM_STORED = {stored: code for code, stored in _TO_STORED.items()}


class UtcDateTime(TypeDecorator[datetime]):
    """An aware UTC datetime; a naive one is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value if value is None else _utc(value)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value if value is None else value.astimezone(UTC)


class SqliteTime(sqlite.DATETIME):
    """The same on SQLite, which knows no zones: text of one length, so that it sorts by time.

    Thousands of rows of an import share one moment, hence the caches.
    """

    cache_ok = True

    def __init__(self) -> None:
        # SQLAlchemy leaves this one without types.
        super().__init__(timezone=True)  # type: ignore[no-untyped-call]

    def bind_processor(self, dialect: Dialect) -> Any:
        return _time_to_text

    def result_processor(self, dialect: Dialect, coltype: object) -> Any:
        return _text_to_time


def _utc(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise ValueError("times in the database are aware; got a naive one")
    return value.astimezone(UTC)


@lru_cache(maxsize=1024)
def _time_to_text(value: datetime | None) -> str | None:
    return value if value is None else _utc(value).strftime("%Y-%m-%d %H:%M:%S.%f")


@lru_cache(maxsize=1024)
def _text_to_time(value: str | None) -> datetime | None:
    return value if value is None else datetime.fromisoformat(value).replace(tzinfo=UTC)


def clean_text(value: str | None) -> str | None:
    if value is None or (value.isascii() and "\0" not in value):
        return value
    return value.replace("\0", "").encode("utf-16", "surrogatepass").decode("utf-16", "replace")


class CleanText(TypeDecorator[str]):
    """Any text at all: NUL, which PostgreSQL refuses, is left out, and a lone surrogate, which is no
    character and comes from clipboards and broken JSON, becomes U+FFFD."""

    impl = Text
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Any:
        # Rather than `process_bind_param`, which is called through another function for each value.
        return clean_text


class PathText(TypeDecorator[str]):
    """A path of the file system; bytes that are no text are kept in a private range of Unicode."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return value if value is None or value.isascii() else value.translate(_TO_STORED)

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        return value if value is None or value.isascii() else value.translate(_FROM_STORED)
