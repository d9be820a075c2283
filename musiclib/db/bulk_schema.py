"""The table of runs over many tracks: an act that would be too large for the payload of its changeset."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from musiclib.db.schema_base import Base


class RunImage(Base):
    """One track before and after a run, as `bulk_images` writes it; goes with its changeset."""

    __tablename__ = "run_images"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012 (SQLAlchemy reads it from the class)

    changeset_id: Mapped[UUID] = mapped_column(
        ForeignKey("changesets.id", ondelete="CASCADE"), primary_key=True
    )
    track_id: Mapped[UUID] = mapped_column(primary_key=True)
    """No foreign key: what becomes of a track later is no part of the run."""
    image: Mapped[str]
