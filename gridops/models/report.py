"""What people said, their sealed contacts, the city's order behind it, and their ratings."""

from __future__ import annotations

from geoalchemy2 import Geometry
from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, SmallInteger, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from gridops.db import AreaCode, Base
from gridops.models.columns import At, Id, MaybeAt, count, flag, link


class Contact(Base):
    """A reporter's name and phone, encrypted; the blind index lets a clerk find a caller."""

    __tablename__ = "contact"

    id: Mapped[Id]
    name_cipher: Mapped[bytes | None] = mapped_column(LargeBinary)
    phone_cipher: Mapped[bytes | None] = mapped_column(LargeBinary)
    phone_index: Mapped[bytes | None] = mapped_column(LargeBinary, index=True)
    created_at: Mapped[At]


class Report(Base):
    """Immutable except redaction and withdrawal."""

    __tablename__ = "report"
    __table_args__ = (
        CheckConstraint("kind IN ('help','consult','complaint','suggestion','tipoff','praise')", name="kind"),
        CheckConstraint("visibility IN ('named','protected','anonymous')", name="visibility"),
        Index("ix_report_reported_at", "reported_at"), Index("ix_report_patrol", "ticket_id", postgresql_where=text("channel = 'patrol'")),
    )

    id: Mapped[Id]
    ticket_id: Mapped[int] = link("ticket.id", index=True)
    code_index: Mapped[bytes] = mapped_column(LargeBinary, unique=True)  # HMAC of the tracking code
    code_cipher: Mapped[bytes] = mapped_column(LargeBinary)  # to tell it again to the phone it was filed with
    kind: Mapped[str]
    channel: Mapped[str]  # web, api, desk, qr, hotline, import, patrol
    visibility: Mapped[str]
    locale: Mapped[str]
    description: Mapped[str]
    answers: Mapped[dict] = mapped_column(JSONB, default=dict, server_default="{}")
    address: Mapped[str | None]
    place_id: Mapped[int | None] = link("place.id", nullable=True, index=True)
    point = mapped_column(Geometry("POINT", srid=4326, spatial_index=False), nullable=True)
    given_point: Mapped[dict | None] = mapped_column(JSONB)  # as sent: {lng, lat, crs}
    contact_id: Mapped[int | None] = link("contact.id", nullable=True, index=True)
    occurred_at: Mapped[MaybeAt]
    reported_at: Mapped[At]
    entered_by: Mapped[int | None] = link("account.id", nullable=True)  # 代录
    withdrawn_at: Mapped[MaybeAt]
    redacted_at: Mapped[MaybeAt]

    contact: Mapped[Contact | None] = relationship(lazy="raise")
    upstream: Mapped[UpstreamOrder | None] = relationship(back_populates="report", lazy="raise")


class UpstreamOrder(Base):
    """An order of the city's hotline: its own number and due rule beside ours."""

    __tablename__ = "upstream_order"
    __table_args__ = (
        UniqueConstraint("source", "external_number"), Index("ix_upstream_order_report_id", "report_id", unique=True),
        CheckConstraint("state IN ('received','accepted','returning','returned','replied','rehandling','closed')", name="state"),
    )

    id: Mapped[Id]
    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"))
    source: Mapped[str]  # "12345"
    external_number: Mapped[str]
    external_due_by: Mapped[MaybeAt]
    secret: Mapped[bool] = flag()
    reply_wanted: Mapped[bool] = flag(True)
    category_text: Mapped[str | None]
    row: Mapped[dict] = mapped_column(JSONB, default=dict, server_default="{}")  # columns as they came, for export
    state: Mapped[str] = mapped_column(default="received", server_default="received")  # between the city and us: domain.upstream
    turn: Mapped[int] = count()  # how often the city has sent it back to be handled again
    said: Mapped[dict] = mapped_column(JSONB, default=dict, server_default="{}")  # what it last said of each field; words as a keyed hash

    report: Mapped[Report] = relationship(back_populates="upstream", lazy="raise")


class Rating(Base):
    """One per report and closing."""

    __tablename__ = "rating"
    __table_args__ = (
        UniqueConstraint("report_id", "closing_no"), CheckConstraint("satisfaction BETWEEN 1 AND 5", name="satisfaction"),
        Index("ix_rating_street_rated", "street_code", "rated_at"))

    id: Mapped[Id]
    report_id: Mapped[int] = link("report.id")
    closing_no: Mapped[int]
    solved: Mapped[bool]
    satisfaction: Mapped[int | None] = mapped_column(SmallInteger)
    called: Mapped[bool | None]
    text: Mapped[str | None]
    rated_at: Mapped[At]
    taken_by: Mapped[int | None] = link("account.id", nullable=True)  # by phone (record_callback)
    street_code: Mapped[str] = mapped_column(AreaCode())
    closing_id: Mapped[int | None] = link("closing.id", nullable=True, index=True)
    counts: Mapped[bool] = flag(True)  # one voice in rates, however many reports on the matter one caller made


class OneTimeCode(Base):
    """Sent to a phone to prove that a lost tracking code may be told again."""

    __tablename__ = "one_time_code"

    id: Mapped[Id]
    phone_index: Mapped[bytes] = mapped_column(LargeBinary, index=True)
    code_index: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[At]
    expires_by: Mapped[At]
    tries: Mapped[int] = mapped_column(default=0, server_default="0")
    used_at: Mapped[MaybeAt]
