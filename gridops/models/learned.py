"""Models that a street's own closed tickets have taught, in versions; the runs that made them; and what the words may do with them."""

from __future__ import annotations

from datetime import time
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, Numeric, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from gridops.db import AreaCode, Base
from gridops.models.columns import At, Id, MaybeAt, link


class LearnedModel(Base):
    """``weights`` are arrays, as learning.model writes them; ``trial`` the same, learned without what was held back: only that can be held against
    another version there. ``refused``: it was worse on what was held back than what is in use.
    """

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
    trial: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    activated_at: Mapped[MaybeAt]
    activated_by: Mapped[int | None] = link("account.id", nullable=True)


class LearningRun(Base):
    """One at a time. ``attempts`` tells a worker that was taken for dead that another one has begun anew. ``outcome``: services.learned.runs."""

    __tablename__ = "learning_run"
    __table_args__ = (
        CheckConstraint("cause IN ('schedule','person','command')", name="cause"),
        CheckConstraint("state IN ('waiting','running','ended')", name="state"),
        CheckConstraint("(state = 'ended') = (ended_at IS NOT NULL AND outcome IS NOT NULL)", name="ended"),
        Index("uq_learning_run_open", text("(true)"), unique=True, postgresql_where=text("state <> 'ended'")),
    )

    id: Mapped[Id]
    cause: Mapped[str]
    state: Mapped[str]
    asked_at: Mapped[At]
    asked_by: Mapped[int | None] = link("account.id", nullable=True)
    begun_at: Mapped[MaybeAt]
    ended_at: Mapped[MaybeAt]
    attempts: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    stage: Mapped[str | None]
    outcome: Mapped[str | None]
    version: Mapped[int | None]


class LearningSchedule(Base):
    """One row. ``weekday``: 1 is Monday, None never. ``next_at`` None: not yet reckoned from the other columns."""

    __tablename__ = "learning_schedule"
    __table_args__ = (CheckConstraint("id = 1", name="one"), CheckConstraint("weekday BETWEEN 1 AND 7", name="weekday"))

    id: Mapped[int] = mapped_column(primary_key=True)
    weekday: Mapped[int | None]
    at: Mapped[time]
    timezone: Mapped[str]
    next_at: Mapped[MaybeAt]
    changed_at: Mapped[MaybeAt]
    changed_by: Mapped[int | None] = link("account.id", nullable=True)


class FilingRule(Base):
    """From which share the words file a category by themselves in a street, while ``ended_at`` is None; ``threshold`` None: never."""

    __tablename__ = "filing_rule"
    __table_args__ = (
        CheckConstraint("threshold BETWEEN 0.5 AND 1", name="threshold"),
        Index("uq_filing_rule_present", "street_code", "category_code", unique=True, postgresql_where=text("ended_at IS NULL")),
    )

    id: Mapped[Id]
    street_code: Mapped[str] = mapped_column(AreaCode(), ForeignKey("street.code"))
    category_code: Mapped[str]
    threshold: Mapped[Decimal | None] = mapped_column(Numeric(4, 3))
    set_at: Mapped[At]
    set_by: Mapped[int | None] = link("account.id", nullable=True)
    ended_at: Mapped[MaybeAt]
    ended_by: Mapped[int | None] = link("account.id", nullable=True)
