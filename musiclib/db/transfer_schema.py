"""The tables of the download centre."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Boolean, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from musiclib.db.schema_base import Base, Json, codes_check, index_where, row_id
from musiclib.db.types import PathText
from musiclib.domain.states import TransferState


class Transfer(Base):
    """The wanted state of one download: the audio of a track, from the search to the file in its place."""

    __tablename__ = "transfers"
    __table_args__ = (
        codes_check("state", TransferState),
        index_where("state NOT IN ('done', 'cancelled')", "uq_transfers_open", "track_id", unique=True),
    )

    id: Mapped[UUID] = row_id()
    track_id: Mapped[UUID] = mapped_column(ForeignKey("tracks.id", ondelete="CASCADE"), index=True)
    album_id: Mapped[UUID | None] = mapped_column(ForeignKey("albums.id", ondelete="SET NULL"), index=True)
    """The album it was asked for with."""
    state: Mapped[str] = mapped_column(String(16), index=True)
    reason: Mapped[str | None] = mapped_column(String(32))
    detail: Mapped[str | None]
    state_at: Mapped[datetime]
    priority: Mapped[int] = mapped_column(default=0)
    attempts: Mapped[int] = mapped_column(default=0)
    not_before: Mapped[datetime | None]
    worker_id: Mapped[str | None]
    lease_until: Mapped[datetime | None]
    chosen: Mapped[Json | None]
    """The candidate it is fetched from; None before one was chosen."""
    chosen_by_hand: Mapped[bool] = mapped_column(Boolean, default=False)
    candidates: Mapped[list[Any]] = mapped_column(default=list)
    """What the sources offered, best first."""
    refused: Mapped[list[Any]] = mapped_column(default=list)
    """(source, ref) of what a person, or a check, said it is not."""
    accept_as_is: Mapped[bool] = mapped_column(Boolean, default=False)
    """A person keeps what came although it is not as listed."""
    bytes_total: Mapped[int | None] = mapped_column(BigInteger)
    bytes_done: Mapped[int] = mapped_column(BigInteger, default=0)
    target_path: Mapped[str | None] = mapped_column(PathText())
    """Where the file is, once it is in its place."""
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime] = mapped_column(index=True)
    cleared_at: Mapped[datetime | None]
    """When an ended one left the download centre for its history."""


class DownloadSource(Base):
    """A place audio comes from: a folder, a server. Its password is in the keyring, never here."""

    __tablename__ = "download_sources"

    id: Mapped[UUID] = row_id()
    kind: Mapped[str] = mapped_column(String(32))
    name: Mapped[str]
    config: Mapped[Json] = mapped_column(default=dict)
    enabled: Mapped[bool] = mapped_column(Boolean, default=True)
    position: Mapped[int]
    """Its place in the order of sources: the first is preferred."""
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
