"""Calendar and clock policy versions; tickets freeze the version they started with."""

from __future__ import annotations

from datetime import date

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from gridops.db import AreaCode, Base
from gridops.models.columns import At, Id, MaybeAt, count, link


class CalendarVersion(Base):
    """Of one street, or (street_code null) the default of all. ``periods``: [["09:00","12:00"], ...] of the standard day."""

    __tablename__ = "calendar_version"
    __table_args__ = (
        UniqueConstraint("street_code", "version", postgresql_nulls_not_distinct=True),
        Index("uq_calendar_version_current", "street_code", unique=True,
              postgresql_where=text("valid_to IS NULL"), postgresql_nulls_not_distinct=True),
    )

    id: Mapped[Id]
    street_code: Mapped[str | None] = mapped_column(AreaCode(), ForeignKey("street.code"))
    version: Mapped[int]
    periods: Mapped[list[list[str]]] = mapped_column(JSONB)
    rest_weekdays: Mapped[list[int]] = mapped_column(JSONB)  # ISO weekday numbers, Monday = 1
    known_until: Mapped[date]
    valid_from: Mapped[At]
    valid_to: Mapped[MaybeAt]
    made_by: Mapped[int | None] = link("account.id", nullable=True)
    reason: Mapped[str | None]

    days: Mapped[list[CalendarDay]] = relationship(order_by="CalendarDay.day", lazy="selectin", cascade="all")


class CalendarDay(Base):
    __tablename__ = "calendar_day"

    calendar_version_id: Mapped[int] = link("calendar_version.id", primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    kind: Mapped[str]  # holiday, workday (调休)
    name: Mapped[str | None]


class ClockPolicy(Base):
    """Limits of all stages and the escalation rows, as gridops.domain.clocks.DEFAULT_POLICY describes them."""

    __tablename__ = "clock_policy"

    id: Mapped[Id]
    version: Mapped[int] = mapped_column(unique=True)
    rules: Mapped[dict] = mapped_column(JSONB)
    valid_from: Mapped[At]
    valid_to: Mapped[MaybeAt]
    made_by: Mapped[int | None] = link("account.id", nullable=True)
    reason: Mapped[str | None]


class ClockRecount(Base):
    """Open tickets of a street are put on a calendar and a policy that came after them: who wanted it, why, and how far workers are."""

    __tablename__ = "clock_recount"
    __table_args__ = (
        CheckConstraint("status IN ('running','done','overtaken')", name="status"),
        Index("uq_clock_recount_running", "street_code", unique=True, postgresql_where=text("status = 'running'")),
    )

    id: Mapped[Id]
    street_code: Mapped[str] = mapped_column(AreaCode(), ForeignKey("street.code"))
    calendar_version_id: Mapped[int] = link("calendar_version.id")
    policy_id: Mapped[int] = link("clock_policy.id")
    reason: Mapped[str]
    status: Mapped[str]  # overtaken: a newer version came before the workers were through
    asked_at: Mapped[At]
    asked_by: Mapped[int | None] = link("account.id", nullable=True)
    finished_at: Mapped[MaybeAt]
    total: Mapped[int]
    done: Mapped[int] = count()  # tickets looked at
    moved: Mapped[int] = count()  # clocks whose due is another one now
    reached: Mapped[int] = mapped_column(BigInteger, server_default=text("0"), default=0)  # the last ticket looked at
