"""One stage's deadline on a ticket or assignment. Everything future lives here, nothing in Redis."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Interval, Numeric, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from gridops.db import AreaCode, Base
from gridops.models.columns import At, Id, MaybeAt, count, flag, link


# What indicators count: the last clock of a piece of work, unless nobody owes it any more.
COUNTED = (
    "NOT superseded AND status <> 'cancelled' AND kind IN ('handle','contact','dispatch','verify','check','support','rule')")


class Clock(Base):
    __tablename__ = "clock"
    __table_args__ = (
        Index("ix_clock_next_alert", "next_alert_at", postgresql_where=text("status = 'running' AND next_alert_at IS NOT NULL")),
        Index("ix_clock_ticket_id", "ticket_id"),
        Index("ix_clock_counted", "street_code", "kind", "due_by", postgresql_where=text(COUNTED)),
    )

    id: Mapped[Id]
    ticket_id: Mapped[int] = link("ticket.id")
    street_code: Mapped[str] = mapped_column(AreaCode())  # the ticket's, which never changes
    assignment_id: Mapped[int | None] = link("assignment.id", nullable=True, index=True)
    kind: Mapped[str]  # accept, dispatch, sign, contact, handle, support, rule, decide, suspension, supervise, check, rating, promise
    status: Mapped[str]  # running, paused, met, missed, cancelled
    limit_value: Mapped[Decimal] = mapped_column(Numeric(10, 4))
    limit_unit: Mapped[str]
    calendar_version_id: Mapped[int] = link("calendar_version.id")
    started_at: Mapped[At]
    yellow_at: Mapped[MaybeAt]  # none while paused
    due_by: Mapped[MaybeAt]
    original_due_by: Mapped[At]
    remaining: Mapped[timedelta | None] = mapped_column(Interval)  # own time left when it was paused, stopped or cancelled
    stopped_at: Mapped[MaybeAt]
    revision: Mapped[int] = count()
    alerts_fired: Mapped[int] = count()  # highest level fired in this revision
    next_alert_at: Mapped[MaybeAt]
    red_waits: Mapped[bool] = flag()  # an extension asked for in time is undecided
    superseded: Mapped[bool] = flag()  # another clock went on from this one: the same organisation back, or rework
    reworks: Mapped[int] = count()  # these three with the clocks that it went on from
    extensions: Mapped[int] = count()
    excused: Mapped[timedelta | None] = mapped_column(Interval)  # later due that is not the organisation's doing: suspended, ruled late
    paused_due_by: Mapped[MaybeAt]  # while paused: when it was due before
    exempt: Mapped[bool] = flag()  # missed, and an appeal was upheld: it stays missed, and no indicator counts it


class Escalation(Base):
    """Each fires once per (clock, revision, level)."""

    __tablename__ = "escalation"
    __table_args__ = (UniqueConstraint("clock_id", "revision", "level"),)

    id: Mapped[Id]
    clock_id: Mapped[int] = link("clock.id")
    ticket_id: Mapped[int] = link("ticket.id", index=True)
    revision: Mapped[int]
    level: Mapped[int]
    addressee: Mapped[str]
    fired_at: Mapped[At]


class OverdueAppeal(Base):
    """An organisation says that a missed clock was not its fault: once for each clock, after closing, looked at by two people."""

    __tablename__ = "overdue_appeal"
    __table_args__ = (
        CheckConstraint("decision IN ('approved','refused')", name="decision"),
        CheckConstraint("first_reviewer IS NULL OR first_reviewer <> second_reviewer", name="two_people"),
        Index("ix_overdue_appeal_undecided", "street_code", "asked_at", postgresql_where=text("decision IS NULL")),
    )

    id: Mapped[Id]
    ticket_id: Mapped[int] = link("ticket.id", index=True)
    street_code: Mapped[str] = mapped_column(AreaCode())
    clock_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("clock.id"), unique=True)
    department_id: Mapped[int] = link("department.id")
    reason: Mapped[str]
    text: Mapped[str]
    call_record: Mapped[str | None]  # of whoever appealed for an organisation without log-in
    asked_at: Mapped[At]
    asked_by: Mapped[int | None] = link("account.id", nullable=True)
    first_reviewer: Mapped[int | None] = link("account.id", nullable=True)
    first_at: Mapped[MaybeAt]
    first_text: Mapped[str | None]
    second_reviewer: Mapped[int | None] = link("account.id", nullable=True)
    second_text: Mapped[str | None]
    decision: Mapped[str | None]
    decided_at: Mapped[MaybeAt]
