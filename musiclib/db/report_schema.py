"""The tables of the data-quality report: what was measured when, and when providers had to be left alone."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import Float, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from musiclib.db.schema_base import Base, Json, row_id


class QualityReport(Base):
    """One report as it was measured; `numbers` is `domain.report.stored`."""

    __tablename__ = "quality_reports"

    id: Mapped[UUID] = row_id()
    measured_at: Mapped[datetime] = mapped_column(index=True)
    took_s: Mapped[float] = mapped_column(Float)
    tracks: Mapped[int]
    numbers: Mapped[Json]


class ProviderPause(Base):
    """Once that a provider was not to be asked for a while: a rate limit, a quota, or no answer."""

    __tablename__ = "provider_pauses"
    __table_args__ = (Index("ix_provider_pauses_begun_at", "begun_at"),)

    id: Mapped[UUID] = row_id()
    provider: Mapped[str] = mapped_column(String(32))
    begun_at: Mapped[datetime]
    until: Mapped[datetime]
    code: Mapped[str] = mapped_column(String(32))
    """One of `states.Reason`."""
    reason: Mapped[str]
    """Why, as a sentence that names no time."""
