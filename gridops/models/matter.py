"""How a matter comes in: what a worker found on site, which tickets are one, what is to be voided, and which places are looked at again."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from gridops.db import AreaCode, Base
from gridops.models.columns import At, Id, MaybeAt, link


class Verification(Base):
    """Somebody was sent to look before the ticket is filed. One at a time is under way on a ticket."""

    __tablename__ = "verification"
    __table_args__ = (
        CheckConstraint("finding IN ('true','false','gone')", name="finding"),
        CheckConstraint("(finding IS NULL) = (found_at IS NULL)", name="found"),
        Index("uq_verification_under_way", "ticket_id", unique=True, postgresql_where=text("found_at IS NULL AND cancelled_at IS NULL")),
    )

    id: Mapped[Id]
    ticket_id: Mapped[int] = link("ticket.id", index=True)
    person_id: Mapped[int | None] = link("person.id", nullable=True)  # none: whoever walks there
    sent_at: Mapped[At]
    sent_by: Mapped[int | None] = link("account.id", nullable=True)
    finding: Mapped[str | None]  # true, false, gone: no longer there
    found_at: Mapped[MaybeAt]
    found_by: Mapped[int | None] = link("account.id", nullable=True)
    cancelled_at: Mapped[MaybeAt]


class TicketMerge(Base):
    """``ticket_id`` was merged into ``into_id``; ``clocks`` are the ids of those that this ended and an unmerge starts again."""

    __tablename__ = "ticket_merge"
    __table_args__ = (
        CheckConstraint("ticket_id <> into_id", name="other"),
        Index("uq_ticket_merge_standing", "ticket_id", unique=True, postgresql_where=text("undone_at IS NULL")),
    )

    id: Mapped[Id]
    ticket_id: Mapped[int] = link("ticket.id", index=True)
    into_id: Mapped[int] = link("ticket.id", index=True)
    status_before: Mapped[str]
    clocks: Mapped[list[int]] = mapped_column(JSONB)
    merged_at: Mapped[At]
    merged_by: Mapped[int | None] = link("account.id", nullable=True)
    undone_at: Mapped[MaybeAt]
    undone_by: Mapped[int | None] = link("account.id", nullable=True)


class VoidRequest(Base):
    """Two people void a ticket: one asks, another decides."""

    __tablename__ = "void_request"
    __table_args__ = (
        CheckConstraint("decision IN ('approved','refused')", name="decision"),
        CheckConstraint("(decision IS NULL) = (decided_at IS NULL)", name="decided"),
        Index("uq_void_request_undecided", "ticket_id", unique=True, postgresql_where=text("decision IS NULL")),
    )

    id: Mapped[Id]
    ticket_id: Mapped[int] = link("ticket.id", index=True)
    reason: Mapped[str]
    asked_at: Mapped[At]
    asked_by: Mapped[int | None] = link("account.id", nullable=True)
    decision: Mapped[str | None]
    decided_at: Mapped[MaybeAt]
    decided_by: Mapped[int | None] = link("account.id", nullable=True)


class PlaceWatch(Base):
    """Where a matter ended without anybody to hold to it: its place, or its cell and category, is looked at with more care for a while."""

    __tablename__ = "place_watch"
    __table_args__ = (Index("ix_place_watch_area", "area_code", "ends_by"),)

    id: Mapped[Id]
    ticket_id: Mapped[int] = link("ticket.id", index=True)  # that ended so
    outcome: Mapped[str]
    area_code: Mapped[str] = mapped_column(AreaCode())
    place_id: Mapped[int | None] = link("place.id", nullable=True, index=True)
    category_code: Mapped[str | None]  # counts only where there is no place
    began_at: Mapped[At]
    ends_by: Mapped[At]


class Observation(Base):
    """One look or call on the way to the check of a result: parking and noise vanish, and not everybody answers the phone."""

    __tablename__ = "observation"
    __table_args__ = (CheckConstraint("call IN ('reached','no_answer','wrong_number')", name="call"),)

    id: Mapped[Id]
    ticket_id: Mapped[int] = link("ticket.id", index=True)
    observed_at: Mapped[At]
    account_id: Mapped[int | None] = link("account.id", nullable=True)
    call: Mapped[str | None]  # none: a look
