"""What indicators are counted from beside the tickets themselves: each closing, the counts of each day, and the weights of scores."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from gridops.db import AreaCode, Base
from gridops.models.columns import At, Id, MaybeAt, flag, link


class Closing(Base):
    """One time that a ticket was closed: what had been promised, whose result it was, how many residents were asked."""

    __tablename__ = "closing"
    __table_args__ = (
        UniqueConstraint("ticket_id", "no"),
        Index("ix_closing_street_closed", "street_code", "closed_at"),
        Index("ix_closing_clock_id", "clock_id", postgresql_where=text("clock_id IS NOT NULL")),
    )

    id: Mapped[Id]
    ticket_id: Mapped[int] = link("ticket.id")
    street_code: Mapped[str] = mapped_column(AreaCode())
    no: Mapped[int]
    closed_at: Mapped[At]
    promised_by: Mapped[MaybeAt]
    department_id: Mapped[int | None] = link("department.id", nullable=True)  # the lead's; none where nobody was sent
    clock_id: Mapped[int | None] = link("clock.id", nullable=True)  # the handle clock that the result ended
    asked: Mapped[int]  # residents behind the ticket who may rate


class IndicatorSnapshot(Base):
    """The counts of one day in one area for one organisation, as they were known at ``taken_at``. Rows with nothing due are not kept."""

    __tablename__ = "indicator_snapshot"
    __table_args__ = (
        UniqueConstraint("day", "area_code", "department_id", "indicator", postgresql_nulls_not_distinct=True),
        Index("ix_indicator_snapshot_area_day", "area_code", "day"),
    )

    id: Mapped[Id]
    day: Mapped[date]  # of the street
    area_code: Mapped[str] = mapped_column(AreaCode())  # deepest known, as on the ticket
    department_id: Mapped[int | None] = link("department.id", nullable=True)
    indicator: Mapped[str]
    numerator: Mapped[int]
    denominator: Mapped[int]
    taken_at: Mapped[At]


class ScoreWeight(Base):
    """One version of a street's weights: {role: {indicator: weight}}. The newest counts; without any, scores are off."""

    __tablename__ = "score_weight"
    __table_args__ = (UniqueConstraint("street_code", "version"),)

    id: Mapped[Id]
    street_code: Mapped[str] = mapped_column(AreaCode())
    version: Mapped[int]
    weights: Mapped[dict] = mapped_column(JSONB)
    active: Mapped[bool] = flag()
    reason: Mapped[str]
    made_at: Mapped[At]
    made_by: Mapped[int | None] = link("account.id", nullable=True)
