"""What open tickets are searched by for likely repeats."""

from __future__ import annotations

from sqlalchemy import BigInteger, ForeignKey, Index, Integer
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from gridops.db import Base


class TicketLikeness(Base):
    """One row for each open ticket whose words were read. ``keys``: learning.likeness.search_keys, no words.

    The database takes it away when the ticket ends, its words, community or date change, or it becomes a matter that is never public (a trigger);
    services.repeats enters it again.
    """

    __tablename__ = "ticket_likeness"
    __table_args__ = (Index("ix_ticket_likeness_keys", "keys", postgresql_using="gin", postgresql_with={"fastupdate": "off"}),)

    ticket_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("ticket.id", ondelete="CASCADE"), primary_key=True, autoincrement=False)
    keys: Mapped[list[int]] = mapped_column(ARRAY(Integer))
