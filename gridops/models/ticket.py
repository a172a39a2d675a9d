"""The work item, its dispatch rounds, and what people did in them. Only services.tickets.perform() writes ``status``."""

from __future__ import annotations

import uuid

from geoalchemy2 import Geometry
from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB, UUID
from sqlalchemy.orm import Mapped, mapped_column, relationship

from gridops.db import AreaCode, Base
from gridops.models.columns import At, Id, MaybeAt, count, flag, link

OPEN = "status NOT IN ('closed','archived','rejected','referred','merged','voided')"


class Ticket(Base):
    """``yellow_by`` and ``due_by`` are the earliest of its running clocks (the light follows from them and the present instant).

    A clock whose extension was asked for in time and is undecided gives no ``due_by``: red waits, and yellow is as far as it goes.
    """

    __tablename__ = "ticket"
    __table_args__ = (
        CheckConstraint(
            "status IN ('reported','verifying','filed','dispatched','objected','in_progress','suspended','handled','closed',"
            "'archived','rejected','referred','merged','voided')", name="status"),
        Index("ix_ticket_open_area", "area_code", "due_by", postgresql_where=text(OPEN)),
        Index("ix_ticket_area_reported", "area_code", "reported_at"),
        Index("ix_ticket_reported_at", "reported_at"),
        Index("ix_ticket_street_filed", "street_code", "filed_at", postgresql_where=text("filed_at IS NOT NULL")),
        Index("ix_ticket_workers_wanted", "id", postgresql_where=text("workers_wanted")),
        Index("ix_ticket_open_verifier", "verifier_id", postgresql_where=text(OPEN)),
        Index("ix_ticket_open_checker", "checker_id", postgresql_where=text(OPEN)),
        Index("ix_ticket_relapse_of", "relapse_of", postgresql_where=text("relapse_of IS NOT NULL")),
        Index("ix_ticket_watch_id", "watch_id", postgresql_where=text("watch_id IS NOT NULL")),
        Index("ix_ticket_closed_place", "place_id", "closed_at", postgresql_where=text("closed_at IS NOT NULL")),
        Index("ix_ticket_filed_by_words", text("(automatic ->> 'category')"), "id", postgresql_where=text("automatic ->> 'by' = 'words'")),
        Index("ix_ticket_closed_area", "area_code", "closed_at", postgresql_where=text("closed_at IS NOT NULL")),
        Index("ix_ticket_open_point", text("geography(point)"), postgresql_using="gist", postgresql_where=text(OPEN)),
        Index("ix_ticket_closed_point", text("geography(point)"), postgresql_using="gist", postgresql_where=text("closed_at IS NOT NULL")),
    )

    id: Mapped[Id]
    number: Mapped[str] = mapped_column(unique=True)
    version: Mapped[int] = mapped_column(default=1, server_default="1")
    status: Mapped[str]
    kind: Mapped[str]
    street_code: Mapped[str] = mapped_column(AreaCode(), ForeignKey("street.code"))
    area_code: Mapped[str] = mapped_column(AreaCode())  # deepest known: cell, community or street code
    cell_id: Mapped[int | None] = link("cell.id", nullable=True, index=True)
    place_id: Mapped[int | None] = link("place.id", nullable=True, index=True)
    point = mapped_column(Geometry("POINT", srid=4326, spatial_index=False), nullable=True)
    description: Mapped[str]  # of the first report, redacted with it
    category_version_id: Mapped[int | None] = link("category_version.id", nullable=True, index=True)
    condition_id: Mapped[int | None] = link("filing_condition.id", nullable=True)
    emergency: Mapped[bool] = flag()
    never_public: Mapped[bool] = flag()
    calendar_version_id: Mapped[int] = link("calendar_version.id")
    policy_id: Mapped[int] = link("clock_policy.id")
    waiting_reason: Mapped[str | None]  # why a person must look: shown in the operations centre's queue
    understood: Mapped[dict | None] = mapped_column(JSONB)  # what the words of the first report say, as services.reading gives it
    automatic: Mapped[dict | None] = mapped_column(JSONB)  # what the last automatic decision was based on
    promised_by: Mapped[MaybeAt]
    promise_note: Mapped[str | None]
    suspended_until: Mapped[MaybeAt]
    next_step: Mapped[str | None]  # what follows a suspension, in words for residents
    yellow_by: Mapped[MaybeAt]
    due_by: Mapped[MaybeAt]
    outcome: Mapped[str | None]
    result_text: Mapped[str | None]  # the answer residents read
    self_handled: Mapped[bool] = flag()
    lead_id: Mapped[int | None] = link("department.id", nullable=True, index=True)
    round_id: Mapped[int | None] = mapped_column(ForeignKey("round.id", use_alter=True))
    handled_by: Mapped[int | None] = link("account.id", nullable=True)
    verifier_id: Mapped[int | None] = link("person.id", nullable=True)  # who goes and looks before filing
    checker_id: Mapped[int | None] = link("person.id", nullable=True)  # who goes and looks after disposal: never the handler
    workers_wanted: Mapped[bool] = flag(True)  # nobody has yet looked for the two
    bounce_count: Mapped[int] = count()
    rework_count: Mapped[int] = count()
    reopen_count: Mapped[int] = count()
    closing_no: Mapped[int] = count()
    merged_into: Mapped[int | None] = link("ticket.id", nullable=True, index=True)
    relapse_of: Mapped[int | None] = link("ticket.id", nullable=True)  # closed less than 30 days before, same spot and category
    watch_id: Mapped[int | None] = mapped_column(ForeignKey("place_watch.id", use_alter=True))  # its spot was being looked at with more care
    reported_at: Mapped[At]
    filed_at: Mapped[MaybeAt]
    dispatched_at: Mapped[MaybeAt]
    signed_at: Mapped[MaybeAt]
    handled_at: Mapped[MaybeAt]
    closed_at: Mapped[MaybeAt]
    ended_at: Mapped[MaybeAt]  # rejected, referred, merged, voided
    trail_seq: Mapped[int] = count()
    trail_head: Mapped[bytes] = mapped_column(LargeBinary, server_default=text("''::bytea"), default=b"")


class Round(Base):
    """One dispatch. ``basis`` says in full why these organisations: rule, version, jurisdiction, by whom."""

    __tablename__ = "round"
    __table_args__ = (UniqueConstraint("ticket_id", "no"), Index("ix_round_later", "ticket_id", postgresql_where=text("no > 1")))

    id: Mapped[Id]
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"))
    no: Mapped[int]
    basis: Mapped[dict] = mapped_column(JSONB)
    duty_rule_id: Mapped[int | None] = link("duty_rule.id", nullable=True)
    dispatched_at: Mapped[At]
    ended_at: Mapped[MaybeAt]
    end_reason: Mapped[str | None]

    assignments: Mapped[list[Assignment]] = relationship(order_by="Assignment.id", lazy="raise")


class Assignment(Base):
    """One organisation in one role in one round."""

    __tablename__ = "assignment"
    __table_args__ = (
        UniqueConstraint("round_id", "department_id"),
        CheckConstraint("role IN ('lead','coordinate','support')", name="role"),
        Index("uq_assignment_lead", "round_id", unique=True, postgresql_where=text("role = 'lead'")),
        Index("ix_assignment_support", "round_id", postgresql_where=text("role = 'support'")),
        Index("uq_assignment_coordinate", "round_id", unique=True, postgresql_where=text("role = 'coordinate'")),
        Index("ix_assignment_given_to", "given_to", postgresql_where=text("given_to IS NOT NULL")),
    )

    id: Mapped[Id]
    round_id: Mapped[int] = link("round.id")
    department_id: Mapped[int] = link("department.id", index=True)
    role: Mapped[str]
    duty: Mapped[str | None]  # the support's sub-duty
    status: Mapped[str]  # assigned, signed, objected, answered, refused, waived, handled, ended
    signed_at: Mapped[MaybeAt]
    signed_by: Mapped[str | None]  # person, deemed, call, link
    ended_at: Mapped[MaybeAt]
    original_due_by: Mapped[MaybeAt]  # "on the original limit"
    given_to: Mapped[int | None] = link("account.id", nullable=True)  # the person of the organisation who works it
    given_by: Mapped[int | None] = link("account.id", nullable=True)
    given_at: Mapped[MaybeAt]


class Objection(Base):
    """Refusal (object) or transfer request of a lead, and its ruling."""

    __tablename__ = "objection"

    id: Mapped[Id]
    ticket_id: Mapped[int] = link("ticket.id", index=True)
    assignment_id: Mapped[int] = link("assignment.id", index=True)
    kind: Mapped[str]  # object, transfer
    reason_code: Mapped[str]
    text: Mapped[str]
    suggested_id: Mapped[int | None] = link("department.id", nullable=True)
    objected_at: Mapped[At]
    ruling: Mapped[str | None]  # upheld, overruled
    ruling_text: Mapped[str | None]
    ruled_by: Mapped[int | None] = link("account.id", nullable=True)
    ruled_at: Mapped[MaybeAt]


class ContactAttempt(Base):
    __tablename__ = "contact_attempt"

    id: Mapped[Id]
    ticket_id: Mapped[int] = link("ticket.id", index=True)
    department_id: Mapped[int | None] = link("department.id", nullable=True)
    outcome: Mapped[str]  # reached, no_answer, wrong_number
    text: Mapped[str]
    attempted_at: Mapped[At]
    account_id: Mapped[int | None] = link("account.id", nullable=True)


class Remark(Base):
    """Free text of one step: answers, reasons, results, comments. Kept apart from the trail, which holds no such text."""

    __tablename__ = "remark"
    __table_args__ = (UniqueConstraint("ticket_id", "trail_seq"),)

    id: Mapped[Id]
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"))
    trail_seq: Mapped[int]
    text: Mapped[str]
    public: Mapped[bool] = flag()
    call_record: Mapped[str | None]  # who was phoned when a clerk acted for an organisation


class Photo(Base):
    """Cleaned and re-encoded; ``id`` cannot be guessed. Unclaimed photos are swept after a day. Also a short film: then ``mime`` begins with video/."""

    __tablename__ = "photo"

    id: Mapped[uuid.UUID] = mapped_column(UUID(as_uuid=True), primary_key=True, default=uuid.uuid4)
    mime: Mapped[str]
    width: Mapped[int]
    height: Mapped[int]
    sha256: Mapped[bytes] = mapped_column(LargeBinary)
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    thumbnail: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    uploaded_at: Mapped[At]
    uploaded_by: Mapped[int | None] = link("account.id", nullable=True)


class Evidence(Base):
    """A photo in its place: of a report, of a supplement, before or after disposal, of a check."""

    __tablename__ = "evidence"

    id: Mapped[Id]
    ticket_id: Mapped[int] = link("ticket.id", index=True)
    report_id: Mapped[int | None] = link("report.id", nullable=True, index=True)
    photo_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("photo.id"), unique=True)
    stage: Mapped[str]  # report, supplement, verification, before, after, check
    trail_seq: Mapped[int | None]
    public: Mapped[bool] = flag()
    at: Mapped[At]
