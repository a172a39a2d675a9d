"""Models that a street's own closed tickets have taught, in versions."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Index, LargeBinary, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from gridops.db import Base
from gridops.models.columns import At, Id, MaybeAt, link


class LearnedModel(Base):
    """``weights`` are arrays, as learning.model writes them. ``refused``: it was no better on what was held back than what is in use."""

    __tablename__ = "learned_model"
    __table_args__ = (
        CheckConstraint("state IN ('active','retired','refused')", name="state"),
        Index("uq_learned_model_active", "state", unique=True, postgresql_where=text("state = 'active'")),
    )

    id: Mapped[Id]
    version: Mapped[int] = mapped_column(unique=True)
    trained_at: Mapped[At]
    samples: Mapped[int]
    state: Mapped[str]
    measures: Mapped[dict] = mapped_column(JSONB)
    weights: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    activated_at: Mapped[MaybeAt]
    activated_by: Mapped[int | None] = link("account.id", nullable=True)
