"""Idempotency keys (kept 30 days: offline phones) and rate counters (an unlogged table: lost in a crash, no harm)."""

from __future__ import annotations

from sqlalchemy import Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from gridops.db import Base
from gridops.models.columns import At


class IdempotencyKey(Base):
    __tablename__ = "idempotency_key"
    __table_args__ = (Index("ix_idempotency_key_created_at", "created_at"),)

    caller: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    body_hash: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[At]
    status: Mapped[int | None]
    answer: Mapped[bytes | None] = mapped_column(LargeBinary)  # encrypted: it may hold a tracking code


class RateCounter(Base):
    __tablename__ = "rate_counter"
    __table_args__ = {"prefixes": ["UNLOGGED"]}

    bucket: Mapped[str] = mapped_column(primary_key=True)
    window_at: Mapped[At] = mapped_column(primary_key=True)
    hits: Mapped[int]
