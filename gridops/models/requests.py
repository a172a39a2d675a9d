"""What is asked for on a ticket under way: more time (and the decision), a leader's orders, and the way in for who has no log-in."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Index, LargeBinary, text
from sqlalchemy.orm import Mapped, mapped_column

from gridops.db import Base
from gridops.models.columns import At, Id, MaybeAt, count, link


class TimeRequest(Base):
    """A lead's wish for an extension or a suspension. One at a time is undecided on a ticket."""

    __tablename__ = "time_request"
    __table_args__ = (
        CheckConstraint("kind IN ('extension','suspension')", name="kind"),
        CheckConstraint("decision IN ('approved','refused','lapsed')", name="decision"),
        CheckConstraint("(decision IS NULL) = (decided_at IS NULL)", name="decided"),
        Index("uq_time_request_undecided", "ticket_id", unique=True, postgresql_where=text("decision IS NULL")),
    )

    id: Mapped[Id]
    ticket_id: Mapped[int] = link("ticket.id", index=True)
    assignment_id: Mapped[int] = link("assignment.id", index=True)
    kind: Mapped[str]
    level: Mapped[int]  # 1: the dispatcher decides, 2: a leader
    reason: Mapped[str]
    until: Mapped[MaybeAt]  # of a suspension
    next_step: Mapped[str | None]  # of a suspension, in words for residents
    requested_at: Mapped[At]
    requested_by: Mapped[int | None] = link("account.id", nullable=True)
    decision: Mapped[str | None]  # lapsed: the round ended or the result came before anybody decided
    decision_text: Mapped[str | None]
    decided_at: Mapped[MaybeAt]
    decided_by: Mapped[int | None] = link("account.id", nullable=True)
    resumed_at: Mapped[MaybeAt]  # of an approved suspension


class Supervision(Base):
    """A leader's order on a ticket: who must answer, by when, and whether the answer was accepted. Several may run at once."""

    __tablename__ = "supervision"
    __table_args__ = (
        CheckConstraint("level BETWEEN 1 AND 3", name="level"),
        CheckConstraint("status IN ('ordered','answered','accepted')", name="status"),
        CheckConstraint("(role IS NULL) <> (department_id IS NULL)", name="addressee"),
        Index("ix_supervision_unaccepted", "due_by", postgresql_where=text("status <> 'accepted'")),
    )

    id: Mapped[Id]
    ticket_id: Mapped[int] = link("ticket.id", index=True)
    level: Mapped[int]
    role: Mapped[str | None]  # the addressee: a role of the ticket, or
    department_id: Mapped[int | None] = link("department.id", nullable=True)
    status: Mapped[str]  # ordered (also after an answer was sent back), answered, accepted
    text: Mapped[str]
    due_by: Mapped[At]
    ordered_at: Mapped[At]
    ordered_by: Mapped[int | None] = link("account.id", nullable=True)
    clock_id: Mapped[int] = link("clock.id")  # of the present turn
    answer: Mapped[str | None]
    answered_at: Mapped[MaybeAt]
    answered_by: Mapped[int | None] = link("account.id", nullable=True)
    returned: Mapped[int] = count()
    accepted_at: Mapped[MaybeAt]


class AssignmentLink(Base):
    """Lets an organisation without log-in act on one ticket. The token itself is not stored, only what it can be found by."""

    __tablename__ = "assignment_link"

    id: Mapped[Id]
    assignment_id: Mapped[int] = link("assignment.id", index=True)
    token_index: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    made_at: Mapped[At]
    made_by: Mapped[int | None] = link("account.id", nullable=True)
    expires_by: Mapped[At]
    revoked_at: Mapped[MaybeAt]
    used_at: Mapped[MaybeAt]  # for the last time
