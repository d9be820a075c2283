"""Small tables that travel row by row: smart albums, preferred sources, what the parser was taught.

The order of smart albums is each library's own.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from musiclib.db.remerging import set_preference
from musiclib.db.schema import Base, ParserLesson, SmartAlbum, SourcePreference
from musiclib.db.sync_documents import Side
from musiclib.db.sync_rows import Row, Travelling
from musiclib.domain.sync_merge import Part, Pick, digest_of


@dataclass(frozen=True, slots=True)
class PlainDocument:
    key: str
    values: Mapping[str, Any]
    by_hand: tuple[str, ...]
    named_by: str

    @property
    def version(self) -> str:
        return digest_of(tuple(self.values.items()))

    @property
    def title(self) -> str:
        return str(self.values[self.named_by])

    def parts(self) -> dict[str, Part]:
        return {name: Part(digest_of(self.values[name]), True) for name in self.by_hand}

    def shown(self, part: str) -> Any:
        value = self.values[part]
        return json.loads(value) if part == "layout" else value

    def entries(self) -> None:
        return None

    def alike(self, other: PlainDocument) -> bool:
        return True

    def with_picks(
        self, other: PlainDocument, picks: Mapping[str, Pick], theirs: Pick, joined: object
    ) -> PlainDocument:
        taken = {name: other.values[name] for name, pick in picks.items() if pick is theirs}
        return replace(self, values={**self.values, **taken}) if taken else self


class PlainDocuments:
    """They are few: a version is a digest of the row itself."""

    def __init__(
        self,
        kind: str,
        table: type[Base],
        keys: Sequence[str],
        by_hand: Sequence[str],
        named_by: str,
        natural: str | None = None,
    ) -> None:
        """`by_hand` are the columns that count, `natural` the one things made apart know each other by."""
        self.kind = kind
        self._keys = tuple(keys)
        self._by_hand = tuple(by_hand)
        self._named_by = named_by
        self._natural = natural
        rest = [each.name for each in table.__table__.columns if each.name not in keys]
        self._table = Travelling(table, [*keys, *rest])

    def versions(self, conn: Connection, keys: Iterable[str] | None = None) -> dict[str, str]:
        wanted = None if keys is None else set(keys)
        found = self._all(conn)
        return {key: each.version for key, each in found.items() if wanted is None or key in wanted}

    def read(self, conn: Connection, keys: Sequence[str]) -> dict[str, PlainDocument]:
        found = self._all(conn)
        return {key: found[key] for key in keys if key in found}

    def natural_keys(self, conn: Connection, keys: Sequence[str]) -> dict[str, tuple[str, ...]]:
        if self._natural is None:
            return {}
        return {key: (str(each.values[self._natural]),) for key, each in self.read(conn, keys).items()}

    def ready(self, conn: Connection, documents: Sequence[PlainDocument]) -> Sequence[PlainDocument]:
        return documents

    def add(self, conn: Connection, new: Sequence[PlainDocument], side: Side) -> None:
        self._table.insert(conn, [self._row(each) for each in new])

    def change(self, conn: Connection, changed: Sequence[PlainDocument], side: Side) -> None:
        self._table.update(conn, self._keys[0], [self._row(each) for each in changed])

    def delete(self, conn: Connection, keys: Sequence[str], now: datetime) -> set[str]:
        self._table.delete(conn, self._keys[0], keys)
        return set(keys)

    def _all(self, conn: Connection) -> dict[str, PlainDocument]:
        made = (dict(zip(self._table.columns, row, strict=True)) for row in self._table.all(conn))
        documents = (
            PlainDocument(
                "/".join(values[name] for name in self._keys), values, self._by_hand, self._named_by
            )
            for values in made
        )
        return {each.key: each for each in documents}

    def _row(self, document: PlainDocument) -> Row:
        return tuple(document.values[name] for name in self._table.columns)


class PreferenceDocuments(PlainDocuments):
    """Values change with them: the tracks they matter to are merged anew."""

    def add(self, conn: Connection, new: Sequence[PlainDocument], side: Side) -> None:
        for each in new:
            values = each.values
            set_preference(conn, values["artist_key"], values["field"], values["source"], side.now)

    def change(self, conn: Connection, changed: Sequence[PlainDocument], side: Side) -> None:
        self.add(conn, changed, side)

    def delete(self, conn: Connection, keys: Sequence[str], now: datetime) -> set[str]:
        for each in self.read(conn, keys).values():
            set_preference(conn, each.values["artist_key"], each.values["field"], None, now)
        return set(keys)


def plain_documents() -> tuple[PlainDocuments, ...]:
    """In the order in which they are exchanged."""
    return (
        PreferenceDocuments(
            "preference", SourcePreference, ("artist_key", "field"), ("source",), "artist_key"
        ),
        PlainDocuments("lesson", ParserLesson, ("signature",), ("layout",), "signature"),
        PlainDocuments("smart_album", SmartAlbum, ("id",), ("name", "query"), "name", "name"),
    )
