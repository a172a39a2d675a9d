"""Whom an emergency was told to and who answered, and the review that follows it."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from gridops.db import Base
from gridops.models.columns import At, Id, MaybeAt, link


class Page(Base):
    """One person, organisation or role called to one emergency, once. Those of a wave are called at the same time."""

    __tablename__ = "page"
    __table_args__ = (
        CheckConstraint("num_nonnulls(person_id, department_id, role) = 1", name="called"),
        CheckConstraint("channel IN ('text_message','inbox','phone')", name="channel"),
        CheckConstraint("(acknowledged_at IS NULL) = (acknowledged_via IS NULL)", name="acknowledged"),
        UniqueConstraint("ticket_id", "person_id", "department_id", "role", postgresql_nulls_not_distinct=True),
    )

    id: Mapped[Id]
    ticket_id: Mapped[int] = link("ticket.id")
    wave: Mapped[int]
    person_id: Mapped[int | None] = link("person.id", nullable=True)
    department_id: Mapped[int | None] = link("department.id", nullable=True)
    role: Mapped[str | None]
    channel: Mapped[str]  # phone: nobody can be told by machine, a clerk calls
    token_index: Mapped[bytes | None] = mapped_column(LargeBinary, unique=True)  # of the link in the text message
    paged_at: Mapped[At]
    called_at: Mapped[MaybeAt]  # a clerk's last call
    call_outcome: Mapped[str | None]  # reached, no_answer, wrong_number
    acknowledged_at: Mapped[MaybeAt]
    acknowledged_via: Mapped[str | None]  # login, link, call
    acknowledged_by: Mapped[int | None] = link("account.id", nullable=True)


class EmergencyReview(Base):
    """What was learnt from an emergency after it closed. ``timeline``: the log as it stood when the review was finished."""

    __tablename__ = "emergency_review"
    __table_args__ = (Index("ix_emergency_review_open", "due_by", postgresql_where=text("finished_at IS NULL")),)

    id: Mapped[Id]
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"), unique=True)
    opened_at: Mapped[At]
    due_by: Mapped[At]
    owner_id: Mapped[int | None] = link("account.id", nullable=True)  # None: the leaders of the street
    findings: Mapped[str | None]
    timeline: Mapped[list | None] = mapped_column(JSONB)
    finished_at: Mapped[MaybeAt]
    finished_by: Mapped[int | None] = link("account.id", nullable=True)
