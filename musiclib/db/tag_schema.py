"""The journal of tags that were written into files."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, Boolean, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from musiclib.db.schema_base import Base, Json, codes_check, index_where, row_id
from musiclib.db.types import PathText
from musiclib.domain.states import TagWriteState

UNFINISHED = "NOT in_history"
UNSETTLED = "state NOT IN ('written', 'undone')"


class TagWrite(Base):
    """One file that was written: its two contents are known by hashes, and each is made of the other."""

    __tablename__ = "tag_writes"
    __table_args__ = (
        codes_check("state", TagWriteState),
        index_where(UNFINISHED, "ix_tag_writes_unfinished", "run_id"),
        index_where(UNSETTLED, "ix_tag_writes_unsettled", "state"),
    )

    id: Mapped[UUID] = row_id()
    run_id: Mapped[UUID] = mapped_column(index=True)
    """The act it is part of; the history gets to know of that one at its end."""
    in_history: Mapped[bool] = mapped_column(Boolean, default=False)
    file_id: Mapped[UUID | None] = mapped_column(ForeignKey("files.id", ondelete="SET NULL"), index=True)
    path: Mapped[str] = mapped_column(PathText())
    state: Mapped[str] = mapped_column(String(16))
    worker_id: Mapped[str]
    """Who writes; of a dead one the journal is put in order by whoever comes next."""
    hash_before: Mapped[str] = mapped_column(String(64))
    hash_after: Mapped[str] = mapped_column(String(64))
    mtime_before_ns: Mapped[int] = mapped_column(BigInteger)
    patch: Mapped[bytes]
    """From the content before to the one after (`tags.splices.encode`); large pieces are in `tag_pieces`."""
    said: Mapped[Json]
    """Field -> [old, new], as the preview showed them."""
    begun_at: Mapped[datetime]
    """When somebody began to write it, or to take that back."""


class TagPiece(Base):
    """Bytes that many writes have in common: the pictures of an album's files."""

    __tablename__ = "tag_pieces"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    content: Mapped[bytes]
