"""What tickets are searched by for likely repeats."""

from __future__ import annotations

from sqlalchemy import BigInteger, ForeignKey, Index, Integer
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from gridops.db import Base


class TicketLikeness(Base):
    """One row for each ticket whose words were read. ``keys``: learning.likeness.search_keys, no words."""

    __tablename__ = "ticket_likeness"
    __table_args__ = (Index("ix_ticket_likeness_keys", "keys", postgresql_using="gin"),)

    ticket_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("ticket.id", ondelete="CASCADE"), primary_key=True, autoincrement=False)
    keys: Mapped[list[int]] = mapped_column(ARRAY(Integer))
