"""What leaves the house by text message, e-mail and webhook: each receiver's message with what became of it, and who wants what."""

from __future__ import annotations

from datetime import time

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from gridops.db import AreaCode, Base
from gridops.models.columns import At, Id, MaybeAt, count, flag, link


class MessageDelivery(Base):
    """One message to one receiver by one way. ``waiting`` until ``due_at``, which a claim moves on so that a lost worker's message comes back.

    ``held``: for the digest at ``due_at``; ``bundled``: in the digest ``digest_id``, whose fate it shares. ``attempts`` counts what was begun: a
    second one after a kill may have arrived twice. ``source_id``: the outbox row that it follows from; None: written with the fact itself.
    """

    __tablename__ = "message_delivery"
    __table_args__ = (
        CheckConstraint("channel IN ('text','email','webhook')", name="channel"),
        CheckConstraint("state IN ('waiting','held','bundled','sent','failed')", name="state"),
        Index("ix_message_delivery_due", "channel", "due_at", postgresql_where=text("state = 'waiting'")),
        Index("ix_message_delivery_held", "due_at", postgresql_where=text("state = 'held'")),
        Index("ix_message_delivery_failed", "area_code", "id", postgresql_where=text("state = 'failed'")),
        Index("ix_message_delivery_area", "area_code", "id"),
        Index("ix_message_delivery_digest_id", "digest_id", postgresql_where=text("digest_id IS NOT NULL")),
        Index("uq_message_delivery_receiver", "source_id", "channel", "account_id", "department_id", "report_id", "webhook_id", unique=True,
              postgresql_nulls_not_distinct=True, postgresql_where=text("source_id IS NOT NULL")),
    )

    id: Mapped[Id]
    channel: Mapped[str]
    topic: Mapped[str]
    source_id: Mapped[int | None] = mapped_column(BigInteger)
    ticket_id: Mapped[int | None] = link("ticket.id", nullable=True, index=True)
    area_code: Mapped[str | None] = mapped_column(AreaCode())
    account_id: Mapped[int | None] = link("account.id", nullable=True)
    department_id: Mapped[int | None] = link("department.id", nullable=True)
    report_id: Mapped[int | None] = link("report.id", nullable=True)
    webhook_id: Mapped[int | None] = link("webhook.id", nullable=True)
    address_cipher: Mapped[bytes | None] = mapped_column(LargeBinary)  # a phone or an e-mail address; forgotten after a month
    subject: Mapped[str | None]  # number and event, nothing of anybody
    text_cipher: Mapped[bytes | None] = mapped_column(LargeBinary)
    locale: Mapped[str | None]
    template_id: Mapped[int | None] = link("message_template.id", nullable=True)  # None: the words that gridops comes with
    urgent: Mapped[bool] = flag()  # neither quiet hours nor a digest hold it
    state: Mapped[str]
    created_at: Mapped[At] = mapped_column(index=True)
    due_at: Mapped[At]
    give_up_by: Mapped[MaybeAt]
    attempts: Mapped[int] = count()
    sent_at: Mapped[MaybeAt]
    error: Mapped[str | None]  # a code, and what the other side answered
    remote_id: Mapped[str | None]
    digest_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("message_delivery.id"))


class MessageSetting(Base):
    """What one log-in or one organisation wants to hear outside the inbox. ``wanted``: group of topics -> ways."""

    __tablename__ = "message_setting"
    __table_args__ = (
        CheckConstraint("num_nonnulls(account_id, department_id) = 1", name="owner"),
        CheckConstraint("(quiet_from IS NULL) = (quiet_until IS NULL)", name="quiet"),
    )

    id: Mapped[Id]
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), unique=True)
    department_id: Mapped[int | None] = mapped_column(ForeignKey("department.id"), unique=True)
    email_cipher: Mapped[bytes | None] = mapped_column(LargeBinary)
    phone_cipher: Mapped[bytes | None] = mapped_column(LargeBinary)
    locale: Mapped[str]
    wanted: Mapped[dict] = mapped_column(JSONB, default=dict, server_default="{}")
    quiet_from: Mapped[time | None]
    quiet_until: Mapped[time | None]
    digest_at: Mapped[time | None]  # None: each message at once
    changed_at: Mapped[At]


class MessageTemplate(Base):
    """A street's own words for an event; the highest version holds. Without ``text`` it is back to the words that gridops comes with."""

    __tablename__ = "message_template"
    __table_args__ = (
        UniqueConstraint("street_code", "audience", "event", "locale", "version"),
        CheckConstraint("audience IN ('resident','staff')", name="audience"),
    )

    id: Mapped[Id]
    street_code: Mapped[str] = mapped_column(AreaCode(), ForeignKey("street.code"))
    audience: Mapped[str]
    event: Mapped[str]
    locale: Mapped[str]
    version: Mapped[int]
    subject: Mapped[str | None]
    text: Mapped[str | None]
    made_at: Mapped[At]
    made_by: Mapped[int | None] = link("account.id", nullable=True)


class MessagePolicy(Base):
    """What a street tells its residents, and when it is quiet. ``off``: events that are not told. ``upstream``: also who came through the city."""

    __tablename__ = "message_policy"

    street_code: Mapped[str] = mapped_column(AreaCode(), ForeignKey("street.code"), primary_key=True)
    off: Mapped[list[str]] = mapped_column(JSONB, default=list, server_default="[]")
    quiet_from: Mapped[time | None]
    quiet_until: Mapped[time | None]
    upstream: Mapped[bool] = flag()
    changed_at: Mapped[At]
    changed_by: Mapped[int | None] = link("account.id", nullable=True)


class MessageRefusal(Base):
    """A phone that wants no messages about steps; what it asks for itself (a one-time code) it still gets."""

    __tablename__ = "message_refusal"

    id: Mapped[Id]
    phone_index: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    via: Mapped[str]  # link, desk
    at: Mapped[At]
    entered_by: Mapped[int | None] = link("account.id", nullable=True)


class Webhook(Base):
    """A program elsewhere that is told facts of an area: numbers and codes, never words of anybody. ``topics`` empty: all."""

    __tablename__ = "webhook"
    __table_args__ = (Index("uq_webhook_name", "name", unique=True, postgresql_where=text("ended_at IS NULL")),)

    id: Mapped[Id]
    name: Mapped[str]
    url: Mapped[str]
    secret_cipher: Mapped[bytes] = mapped_column(LargeBinary)
    area_code: Mapped[str] = mapped_column(AreaCode())
    topics: Mapped[list[str]] = mapped_column(JSONB, default=list, server_default="[]")
    made_at: Mapped[At]
    made_by: Mapped[int | None] = link("account.id", nullable=True)
    ended_at: Mapped[MaybeAt]
