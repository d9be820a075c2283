"""What a thing that travels between libraries is to those that carry it, whatever table it is kept in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, Self, TypeVar

from sqlalchemy import Connection

from musiclib.db.schema import Album, Track
from musiclib.db.sync_rows import Travelling, fetch
from musiclib.domain.sync_merge import Entry, Part, Pick


@dataclass(frozen=True, slots=True)
class Side:
    """How one of the two libraries is written."""

    now: datetime
    precedence: Sequence[str]
    remerges: bool
    """Its order of sources is another one than that of the documents that come."""


class Document(Protocol):
    """One thing as it is in one library."""

    @property
    def key(self) -> str: ...
    @property
    def version(self) -> str: ...
    @property
    def title(self) -> str:
        """For a person."""
        ...

    def parts(self) -> Mapping[str, Part]: ...
    def shown(self, part: str) -> Any:
        """A part for a person to see, as plain JSON."""
        ...

    def entries(self) -> Sequence[Entry] | None:
        """The part `list`, where it has one that can be joined with another."""
        ...

    def alike(self, other: Self) -> bool:
        """Whether two that were made apart, and share a natural key, are the same thing."""
        ...

    def with_picks(
        self, other: Self, picks: Mapping[str, Pick], theirs: Pick, joined: Sequence[Entry] | None
    ) -> Self:
        """This one with the parts for which `theirs` is picked as `other` has them, and a joined list."""
        ...


D = TypeVar("D", bound=Document)


class Documents(Protocol[D]):
    """All things of a kind in one library. Keys are texts: ids as 32 hexadecimal digits."""

    kind: str

    def versions(self, conn: Connection, keys: Iterable[str] | None = None) -> dict[str, str]:
        """Of each thing (or of those of these keys) what is another text after each change."""
        ...

    def read(self, conn: Connection, keys: Sequence[str]) -> dict[str, D]:
        """Those that are there."""
        ...

    def natural_keys(self, conn: Connection, keys: Sequence[str]) -> dict[str, tuple[str, ...]]:
        """What things made apart may know each other by, the surest first."""
        ...

    def ready(self, conn: Connection, documents: Sequence[D]) -> Sequence[D]:
        """Those of which all they need is in this library, so that they can be written there."""
        ...

    def add(self, conn: Connection, new: Sequence[D], side: Side) -> None: ...
    def change(self, conn: Connection, changed: Sequence[D], side: Side) -> None:
        """Have these in the place of those of the same keys."""
        ...

    def delete(self, conn: Connection, keys: Sequence[str], now: datetime) -> set[str]:
        """Returns those that are gone now; others are needed here."""
        ...


def versions_of(conn: Connection, table: type[Album | Track], keys: Iterable[str] | None) -> dict[str, str]:
    """The revision, then the time of the last change: that one tells where a library was set back."""
    columns = Travelling(table, ("id", "revision", "updated_at"))
    rows = columns.all(conn) if keys is None else columns.of(conn, "id", keys)
    return {track_id: f"{revision} {at}" for track_id, revision, at in rows}


def buried(conn: Connection, kind: str) -> set[str]:
    """The keys of what was deleted on purpose."""
    place = "?" if conn.dialect.name == "sqlite" else "%s"
    return {row[0] for row in fetch(conn, f"SELECT key FROM tombstones WHERE kind = {place}", (kind,))}
