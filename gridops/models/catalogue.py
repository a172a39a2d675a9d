"""The duty catalogue (派单目录) in versions: drafts that people edit, and what each version that was ever in force said."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from gridops.db import AreaCode, Base
from gridops.models.columns import At, Id, MaybeAt, count, link


class DutyCatalogue(Base):
    """A version of one realm: a street's own rules, or (``street_code`` null) those that hold everywhere.

    ``revision`` counts the edits of a draft: who edits says which one he saw. At most one version of a realm is active.
    """

    __tablename__ = "duty_catalogue"
    __table_args__ = (
        UniqueConstraint("street_code", "version", postgresql_nulls_not_distinct=True),
        CheckConstraint("status IN ('draft','planned','active','retired','discarded')", name="status"),
        Index("uq_duty_catalogue_active", "street_code", unique=True, postgresql_where=text("status = 'active'"), postgresql_nulls_not_distinct=True),
    )

    id: Mapped[Id]
    street_code: Mapped[str | None] = mapped_column(AreaCode(), ForeignKey("street.code"))
    version: Mapped[int]
    status: Mapped[str]
    title: Mapped[str | None]  # why this version was made
    revision: Mapped[int] = count()
    created_at: Mapped[At]
    created_by: Mapped[int | None] = link("account.id", nullable=True)
    planned_for: Mapped[MaybeAt]  # a worker puts it in force then
    activated_at: Mapped[MaybeAt]
    activated_by: Mapped[int | None] = link("account.id", nullable=True)
    retired_at: Mapped[MaybeAt]


class CatalogueRule(Base):
    """A rule as a version says it; columns as those of DutyRule, which are the rules in force."""

    __tablename__ = "catalogue_rule"
    __table_args__ = (
        UniqueConstraint(
            "catalogue_id", "category_code", "area_prefix", "community_kind", name="uq_catalogue_rule_key", postgresql_nulls_not_distinct=True),
    )

    id: Mapped[Id]
    catalogue_id: Mapped[int] = mapped_column(ForeignKey("duty_catalogue.id"))
    category_code: Mapped[str] = mapped_column(ForeignKey("category.code"))
    area_prefix: Mapped[str | None] = mapped_column(AreaCode())
    community_kind: Mapped[str | None]
    lead_type: Mapped[str] = mapped_column(ForeignKey("department_type.code"))
    coordinate_type: Mapped[str] = mapped_column(ForeignKey("department_type.code"))
    supports: Mapped[list[dict]] = mapped_column(JSONB, default=list, server_default="[]")  # [{"type", "duty"|null}]

    version: ClassVar[None] = None  # counted when it comes into force, as a DutyRule


class CatalogueTrial(Base):
    """A dry run: what the tickets of a period would have done under a draft. Worked off by workers, a part at a time."""

    __tablename__ = "catalogue_trial"

    id: Mapped[Id]
    catalogue_id: Mapped[int] = link("duty_catalogue.id", index=True)
    revision: Mapped[int]  # of the draft it was begun with
    first_day: Mapped[date]
    last_day: Mapped[date]
    reached: Mapped[int | None] = link("ticket.id", nullable=True)  # the last ticket that was looked at
    done: Mapped[int] = count()
    total: Mapped[int] = count()
    findings: Mapped[dict] = mapped_column(JSONB, default=dict, server_default="{}")
    asked_at: Mapped[At]
    asked_by: Mapped[int | None] = link("account.id", nullable=True)
    finished_at: Mapped[MaybeAt]
