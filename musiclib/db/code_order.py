"""Texts compared and sorted by code point, whatever the language of a PostgreSQL database is.

In most languages spaces and slashes hardly count and small letters stand before capitals: a range of paths
would be another one there, and lists would come in another order than from SQLite.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement


class in_code_order(FunctionElement[str]):  # noqa: N801 (reads as a function, as SQLAlchemy's own do)
    """A column of text for `order_by`, `<` and `>`. The columns of `search_schema` are so by themselves."""

    inherit_cache = True

    def __init__(self, column: Any) -> None:
        super().__init__(column)
        self.type = column.type


@compiles(in_code_order)
def _plain(element: in_code_order, compiler: SQLCompiler, **options: Any) -> str:
    return str(compiler.process(next(iter(element.clauses)), **options))


@compiles(in_code_order, "postgresql")
def _collated(element: in_code_order, compiler: SQLCompiler, **options: Any) -> str:
    return f'{_plain(element, compiler, **options)} COLLATE "C"'
