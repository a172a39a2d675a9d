"""Append-only history, hash-chained per ticket. It holds no contact and no resident's text (those are in remark and report)."""

from __future__ import annotations

from sqlalchemy import ForeignKey, LargeBinary, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from gridops.db import Base
from gridops.models.columns import At, Id, link


class Trail(Base):
    __tablename__ = "trail"
    __table_args__ = (UniqueConstraint("ticket_id", "seq"),)

    id: Mapped[Id]
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"))
    seq: Mapped[int]
    at: Mapped[At]
    action: Mapped[str]
    status_from: Mapped[str | None]
    status_to: Mapped[str]
    actor_kind: Mapped[str]  # staff, reporter, link, system
    account_id: Mapped[int | None] = link("account.id", nullable=True)
    actor_role: Mapped[str | None]
    on_behalf_of: Mapped[int | None] = link("department.id", nullable=True)
    facts: Mapped[dict] = mapped_column(JSONB, default=dict, server_default="{}")
    hash: Mapped[bytes] = mapped_column(LargeBinary)


class TrailSeal(Base):
    """An hour's heads under one hash: a row changed or cut later no longer fits."""

    __tablename__ = "trail_seal"

    id: Mapped[Id]
    sealed_at: Mapped[At]
    first_id: Mapped[int]
    last_id: Mapped[int]
    rows: Mapped[int]
    hash: Mapped[bytes] = mapped_column(LargeBinary)
