"""How a city's platform writes its orders, what was said between it and us, our replies, and where its list and ours differ."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from gridops.db import Base
from gridops.models.columns import At, Id, MaybeAt, link


class UpstreamProfile(Base):
    """One version of how a source writes: rows are never changed, a newer one takes over."""

    __tablename__ = "upstream_profile"
    __table_args__ = (
        UniqueConstraint("source", "version"),
        Index("uq_upstream_profile_current", "source", unique=True, postgresql_where=text("valid_to IS NULL")),
    )

    id: Mapped[Id]
    source: Mapped[str]  # "12345"
    version: Mapped[int]
    name: Mapped[str]
    rules: Mapped[dict] = mapped_column(JSONB)  # as services.upstream.profiles.RulesSchema reads it
    valid_from: Mapped[At]
    valid_to: Mapped[MaybeAt]
    made_by: Mapped[int | None] = link("account.id", nullable=True)


class UpstreamAct(Base):
    """One word between the city's platform and us about an order. ``in``: theirs; ``out``: ours."""

    __tablename__ = "upstream_act"
    __table_args__ = (
        CheckConstraint("direction IN ('in','out')", name="direction"),
        CheckConstraint("kind IN ('accept','return','extension','reply','rehandle','callback','urge','close','update')", name="kind"),
        CheckConstraint("state IN ('asked','granted','refused','done')", name="state"),
        Index(
            "uq_upstream_act_external_ref", "order_id", "kind", "external_ref", unique=True,
            postgresql_where=text("external_ref IS NOT NULL")),
        Index("uq_upstream_act_asked", "order_id", "kind", "direction", unique=True, postgresql_where=text("state = 'asked'")),
    )

    id: Mapped[Id]
    order_id: Mapped[int] = link("upstream_order.id", index=True)
    direction: Mapped[str]
    kind: Mapped[str]
    state: Mapped[str]  # asked until somebody decides
    text: Mapped[str | None]
    facts: Mapped[dict] = mapped_column(JSONB, default=dict, server_default="{}")  # due_by, promise, satisfied, solved, changed
    external_ref: Mapped[str | None]
    at: Mapped[At]
    account_id: Mapped[int | None] = link("account.id", nullable=True)
    decided_at: Mapped[MaybeAt]
    decided_by: Mapped[int | None] = link("account.id", nullable=True)
    decision_text: Mapped[str | None]


class UpstreamReply(Base):
    """Our answer to one order, for each turn: after re-handling a new one."""

    __tablename__ = "upstream_reply"
    __table_args__ = (
        UniqueConstraint("order_id", "turn"),
        CheckConstraint("state IN ('draft','approved','sent')", name="state"),
        Index("ix_upstream_reply_unsent", "state", postgresql_where=text("state <> 'sent'")),
    )

    id: Mapped[Id]
    order_id: Mapped[int] = link("upstream_order.id")
    turn: Mapped[int]
    state: Mapped[str]
    text: Mapped[str]
    drafted_at: Mapped[At]
    approved_at: Mapped[MaybeAt]
    approved_by: Mapped[int | None] = link("account.id", nullable=True)
    sent_at: Mapped[MaybeAt]
    sent_by: Mapped[int | None] = link("account.id", nullable=True)


class UpstreamFile(Base):
    """A file or list that came: the same content of a source is taken once."""

    __tablename__ = "upstream_file"
    __table_args__ = (UniqueConstraint("source", "kind", "sha256"), CheckConstraint("kind IN ('orders','list')", name="kind"))

    id: Mapped[Id]
    source: Mapped[str]
    kind: Mapped[str]
    name: Mapped[str]
    sha256: Mapped[bytes] = mapped_column(LargeBinary)
    accepted: Mapped[bool]
    report: Mapped[dict] = mapped_column(JSONB)  # counts, errors, notes
    came_at: Mapped[At]


class UpstreamList(Base):
    """The city's own list of our orders as it last came, and when it was last held against ours."""

    __tablename__ = "upstream_list"
    __table_args__ = (Index("ix_upstream_list_source_id", "source", "id"),)

    id: Mapped[Id]
    source: Mapped[str]
    rows: Mapped[list] = mapped_column(JSONB)  # [{number, due_by, state}]
    came_at: Mapped[At]
    compared_at: Mapped[MaybeAt]


class UpstreamDifference(Base):
    """Where the two lists do not say the same. Open until they do, or until somebody writes why it is right so."""

    __tablename__ = "upstream_difference"
    __table_args__ = (
        CheckConstraint("kind IN ('missing_here','missing_there','other_due','other_state','unreplied')", name="kind"),
        Index("uq_upstream_difference_open", "source", "external_number", "kind", unique=True, postgresql_where=text("settled_at IS NULL")),
    )

    id: Mapped[Id]
    source: Mapped[str]
    external_number: Mapped[str]
    kind: Mapped[str]
    facts: Mapped[dict] = mapped_column(JSONB, default=dict, server_default="{}")  # {ours, theirs}
    found_at: Mapped[At]
    settled_at: Mapped[MaybeAt]
    settled_by: Mapped[int | None] = link("account.id", nullable=True)  # null: both lists agree again
    note: Mapped[str | None]
