"""Whistles (吹哨报到) and on-site meetings (现场办公会): who was called where, who came, and what was decided."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from gridops.db import AreaCode, Base
from gridops.models.columns import At, Id, MaybeAt, link


class Meeting(Base):
    """On a ticket, a place, or a spot in words. Both kinds call organisations to a place and time."""

    __tablename__ = "meeting"
    __table_args__ = (
        CheckConstraint("kind IN ('whistle','on_site')", name="kind"),
        CheckConstraint("(held_at IS NULL) = (result IS NULL)", name="held"),
        Index("ix_meeting_area", "area_code", "meets_at"),
    )

    id: Mapped[Id]
    kind: Mapped[str]
    area_code: Mapped[str] = mapped_column(AreaCode())
    ticket_id: Mapped[int | None] = link("ticket.id", nullable=True, index=True)
    place_id: Mapped[int | None] = link("place.id", nullable=True, index=True)
    spot: Mapped[str]  # where to come to
    subject: Mapped[str]
    meets_at: Mapped[At]
    called_at: Mapped[At]
    called_by: Mapped[int | None] = link("account.id", nullable=True)
    result: Mapped[str | None]
    held_at: Mapped[MaybeAt]  # when its result was recorded
    held_by: Mapped[int | None] = link("account.id", nullable=True)


class MeetingParty(Base):
    """One organisation called. Late is who arrived after the time; who neither came nor refused stayed away."""

    __tablename__ = "meeting_party"
    __table_args__ = (
        UniqueConstraint("meeting_id", "department_id"),
        CheckConstraint("answer IN ('coming','refused')", name="answer"),
        CheckConstraint("answer <> 'refused' OR reason IS NOT NULL", name="reason"),
    )

    id: Mapped[Id]
    meeting_id: Mapped[int] = link("meeting.id")
    department_id: Mapped[int] = link("department.id", index=True)
    answer: Mapped[str | None]
    reason: Mapped[str | None]
    answered_at: Mapped[MaybeAt]
    arrived_at: Mapped[MaybeAt]
    arrived: Mapped[str | None]  # who came for it


class Measure(Base):
    """What a meeting or a review decided: with an owner and a date. A date moves by decision of a later meeting only."""

    __tablename__ = "measure"
    __table_args__ = (
        CheckConstraint("num_nonnulls(meeting_id, review_id) = 1", name="decided"),
        CheckConstraint("kind IN ('measure','ticket','assignment')", name="kind"),
        CheckConstraint("num_nonnulls(department_id, owner) = 1", name="owner"),
        Index("ix_measure_undone", "due_by", postgresql_where=text("done_at IS NULL")),
    )

    id: Mapped[Id]
    meeting_id: Mapped[int | None] = link("meeting.id", nullable=True, index=True)
    review_id: Mapped[int | None] = link("emergency_review.id", nullable=True, index=True)
    kind: Mapped[str]  # ticket: a new one; assignment: an order or a dispatch on one there was
    text: Mapped[str]
    department_id: Mapped[int | None] = link("department.id", nullable=True, index=True)
    owner: Mapped[str | None]  # where no organisation owns it
    ticket_id: Mapped[int | None] = link("ticket.id", nullable=True)
    decided_at: Mapped[At]
    due_by: Mapped[At]
    original_due_by: Mapped[At]
    moved_in: Mapped[int | None] = link("meeting.id", nullable=True)
    done_at: Mapped[MaybeAt]
    done_by: Mapped[int | None] = link("account.id", nullable=True)
    done_text: Mapped[str | None]
