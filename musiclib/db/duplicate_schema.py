"""What is remembered of duplicates: who is none, and what audio sounds like."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from musiclib.db.schema_base import Base


class NotDuplicate(Base):
    """A person said that the two are two recordings. Each pair stands here both ways round."""

    __tablename__ = "not_duplicates"

    track_id: Mapped[UUID] = mapped_column(ForeignKey("tracks.id", ondelete="CASCADE"), primary_key=True)
    other_id: Mapped[UUID] = mapped_column(
        ForeignKey("tracks.id", ondelete="CASCADE"), primary_key=True, index=True
    )


class Fingerprint(Base):
    """What one file's content sounds like, made once."""

    __tablename__ = "audio_fingerprints"

    content_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    prints: Mapped[bytes]
    """As `domain.fingerprints.words_of` gives it; empty where the audio gave none."""
    sample: Mapped[bytes]
    """As `domain.fingerprints.sample` makes it of that."""
    created_at: Mapped[datetime]
