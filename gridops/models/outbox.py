"""What must still happen because of what was committed, its receipts, and what could not be done."""

from __future__ import annotations

from sqlalchemy import BigInteger, ForeignKey, Index, String, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from gridops.db import AreaCode, Base
from gridops.models.columns import At, Id, MaybeAt, count, link


class Outbox(Base):
    """Written in the same transaction as the fact. The handler sets ``done_at`` in the same transaction as its effects."""

    __tablename__ = "outbox"
    __table_args__ = (
        Index("ix_outbox_undone", "queue", "available_at", postgresql_where=text("done_at IS NULL")),
        Index("ix_outbox_done_at", "done_at", postgresql_where=text("done_at IS NOT NULL")),
    )

    id: Mapped[Id]
    topic: Mapped[str]  # a past fact: report.submitted, ticket.filed, ...
    ticket_id: Mapped[int | None] = link("ticket.id", nullable=True)
    payload: Mapped[dict] = mapped_column(JSONB, default=dict, server_default="{}")
    queue: Mapped[str] = mapped_column(String(16))  # urgent, default, low
    created_at: Mapped[At]
    available_at: Mapped[At]  # not before; moved on by back-off
    relayed_at: Mapped[MaybeAt]
    done_at: Mapped[MaybeAt]
    attempts: Mapped[int] = count()


class DeadLetter(Base):
    __tablename__ = "dead_letter"
    __table_args__ = (Index("ix_dead_letter_waiting", "died_at", postgresql_where=text("rerun_at IS NULL")),)

    id: Mapped[Id]
    outbox_id: Mapped[int] = link("outbox.id", index=True)
    topic: Mapped[str]
    error: Mapped[str]
    attempts: Mapped[int]
    died_at: Mapped[At]
    rerun_at: Mapped[MaybeAt]
    rerun_by: Mapped[str | None]


class Heartbeat(Base):
    """One row per process role; ``facts`` of the beat holds the queue depth."""

    __tablename__ = "heartbeat"

    name: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[At]
    facts: Mapped[dict] = mapped_column(JSONB, default=dict, server_default="{}")


class InboxMessage(Base):
    """For a department, or for everybody with a role in an area, or for one account."""

    __tablename__ = "inbox_message"
    __table_args__ = (
        Index("ix_inbox_message_department", "department_id", "at", postgresql_where=text("department_id IS NOT NULL")),
        Index("ix_inbox_message_role", "role", "area_code", "at", postgresql_where=text("role IS NOT NULL")),
        Index("uq_inbox_message_source", "outbox_id", "role", "department_id", "account_id", unique=True,
              postgresql_nulls_not_distinct=True, postgresql_where=text("outbox_id IS NOT NULL")),
    )

    id: Mapped[Id]
    # Done outbox rows are swept after a week, messages stay.
    outbox_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("outbox.id", ondelete="SET NULL"))
    account_id: Mapped[int | None] = link("account.id", nullable=True, index=True)
    department_id: Mapped[int | None] = link("department.id", nullable=True)
    role: Mapped[str | None]
    area_code: Mapped[str | None] = mapped_column(AreaCode())
    ticket_id: Mapped[int | None] = link("ticket.id", nullable=True, index=True)
    topic: Mapped[str]
    facts: Mapped[dict] = mapped_column(JSONB, default=dict, server_default="{}")
    at: Mapped[At]
    read_at: Mapped[MaybeAt]


class Alarm(Base):
    """Something only a person can mend: no rule, no organisation, a tie, nobody reachable."""

    __tablename__ = "alarm"
    __table_args__ = (
        Index("uq_alarm_open", "kind", "subject", unique=True, postgresql_where=text("settled_at IS NULL")),
    )

    id: Mapped[Id]
    kind: Mapped[str]
    subject: Mapped[str]  # what it is about, one open alarm each
    area_code: Mapped[str] = mapped_column(AreaCode(), index=True)
    ticket_id: Mapped[int | None] = link("ticket.id", nullable=True, index=True)
    facts: Mapped[dict] = mapped_column(JSONB, default=dict, server_default="{}")
    raised_at: Mapped[At]
    settled_at: Mapped[MaybeAt]
    settled_by: Mapped[int | None] = link("account.id", nullable=True)
