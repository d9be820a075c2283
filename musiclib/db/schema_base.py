"""What all tables share: the declarative base, kinds of columns, constraints and partial indexes."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, Index, LargeBinary, MetaData, Uuid, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from musiclib.db.identities import new_id
from musiclib.db.types import CleanText, SqliteTime, UtcDateTime

Json = dict[str, Any]


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012 (SQLAlchemy reads it from the class)
        UUID: Uuid(),
        datetime: UtcDateTime().with_variant(SqliteTime(), "sqlite"),
        Json: JSON(none_as_null=True),
        list[Any]: JSON(none_as_null=True),
        str: CleanText(),
        bytes: LargeBinary(),
    }


def row_id() -> Mapped[UUID]:
    return mapped_column(primary_key=True, default=new_id)


def codes_check(name: str, codes: type[StrEnum]) -> CheckConstraint:
    listed = ", ".join(f"'{code.value}'" for code in codes)
    return CheckConstraint(f"{name} IN ({listed})", name=name)


def index_of_some(table: str, column: str) -> Index:
    """An index of a column that is mostly empty: what has no value costs nothing."""
    return index_where(f"{column} IS NOT NULL", f"ix_{table}_{column}", column)


def index_where(condition: str, name: str, *columns: Any, unique: bool = False) -> Index:
    where = text(condition)
    return Index(name, *columns, unique=unique, sqlite_where=where, postgresql_where=where)
