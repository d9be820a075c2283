"""The tables of an exchange with a shared library: see `musiclib.services.sync` for what they are for."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import DDL, ForeignKey, String, event
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.schema import ExecutableDDLElement

from musiclib.db.schema_base import Base, Json, row_id


class Tombstone(Base):
    """That something was deleted on purpose: what is missing without one was lost, and comes back."""

    __tablename__ = "tombstones"

    kind: Mapped[str] = mapped_column(String(16), primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    deleted_at: Mapped[datetime]


class SyncPeer(Base):
    """A shared library this one has exchanged changes with."""

    __tablename__ = "sync_peers"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    """That library's own, whatever its address."""
    address: Mapped[str]
    """Without a password."""
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    """When all was last exchanged; earlier than `started_at`: the last exchange was broken off."""
    outcome: Mapped[Json] = mapped_column(default=dict)
    seen: Mapped[Json] = mapped_column(default=dict)
    """What tells that a table of answers has not changed since."""


class SyncLink(Base):
    """What is the same thing here and there, and what both sides had of it when they last agreed."""

    __tablename__ = "sync_links"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012 (SQLAlchemy reads it from the class)

    peer_id: Mapped[UUID] = mapped_column(ForeignKey("sync_peers.id", ondelete="CASCADE"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(16), primary_key=True)
    here_key: Mapped[str] = mapped_column(primary_key=True)
    there_key: Mapped[str]
    here_version: Mapped[str]
    there_version: Mapped[str]
    base: Mapped[Json]
    """Part -> digest, and what is needed of it to join lists."""


class SyncConflict(Base):
    """Two decisions of persons about one part. Each side keeps its own until one is picked."""

    __tablename__ = "sync_conflicts"

    id: Mapped[UUID] = row_id()
    peer_id: Mapped[UUID] = mapped_column(ForeignKey("sync_peers.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(String(16))
    here_key: Mapped[str]
    part: Mapped[str]
    title: Mapped[str]
    """Of what it is a part, in words."""
    here: Mapped[Json]
    """`digest`, and `value` for a person to see."""
    there: Mapped[Json]
    found_at: Mapped[datetime]
    choice: Mapped[str | None] = mapped_column(String(8))
    """Whose value a person has picked: it counts from the next exchange on."""
    settled_at: Mapped[datetime | None]
    """From then on it is history."""


KEYS = {
    "tracks": ("track", "{row}.id"),
    "albums": ("album", "{row}.id"),
    "smart_albums": ("smart_album", "{row}.id"),
    "source_preferences": ("preference", "{row}.artist_key || '/' || {row}.field"),
    "parser_lessons": ("lesson", "{row}.signature"),
}
"""Tables whose deletions travel, with the kind and the key of what their rows are."""


def tombstone_triggers() -> list[str]:
    """For SQLite. Only of deletions: what is inserted or changed tells so by its revision."""
    made: list[str] = []
    for table, (kind, key) in KEYS.items():
        now = "strftime('%Y-%m-%d %H:%M:%f', 'now') || '000'"
        body = f"INSERT OR REPLACE INTO tombstones VALUES ('{kind}', {key.format(row='old')}, {now})"
        made.append(f"CREATE TRIGGER buried_{table} AFTER DELETE ON {table} BEGIN {body}; END")
    return made


def _listen() -> None:
    for statement in tombstone_triggers():
        # SQLAlchemy leaves this one without types.
        made: ExecutableDDLElement = DDL(statement.replace("%", "%%"))  # type: ignore[no-untyped-call]
        event.listen(Base.metadata, "after_create", made.execute_if(dialect="sqlite"))


_listen()
