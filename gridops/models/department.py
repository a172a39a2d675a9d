"""Departments, where they are responsible, and the duty rules that name their types."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from gridops.db import AreaCode, Base
from gridops.models.columns import At, Id, MaybeAt, flag, link


class DepartmentType(Base):
    __tablename__ = "department_type"

    code: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    name_en: Mapped[str]
    support_duty: Mapped[str | None]  # what this type does when it supports, unless the rule names something else
    support_duty_en: Mapped[str | None]


class Department(Base):
    __tablename__ = "department"

    id: Mapped[Id]
    code: Mapped[str] = mapped_column(unique=True)
    type_code: Mapped[str] = mapped_column(ForeignKey("department_type.code"), index=True)
    name: Mapped[str]
    name_en: Mapped[str | None]
    phone: Mapped[str | None]  # office hours
    duty_phone: Mapped[str | None]  # reached at night and on holidays
    has_login: Mapped[bool] = flag(True)  # without: a clerk acts for it (代办)
    ended_at: Mapped[MaybeAt]


class Jurisdiction(Base):
    """Where a department is responsible: an area prefix or a place. The most specific wins, a tie is an alarm."""

    __tablename__ = "jurisdiction"
    __table_args__ = (
        CheckConstraint("(area_prefix IS NULL) <> (place_id IS NULL)", name="area_or_place"),
        UniqueConstraint("department_id", "area_prefix", "place_id", postgresql_nulls_not_distinct=True),
    )

    id: Mapped[Id]
    department_id: Mapped[int] = link("department.id", index=True)
    area_prefix: Mapped[str | None] = mapped_column(AreaCode(), index=True)
    place_id: Mapped[int | None] = link("place.id", nullable=True, index=True)


class ResultText(Base):
    """A short text that an organisation keeps for its results; ``category_code`` is a category's or a whole class's, None: for all."""

    __tablename__ = "result_text"
    __table_args__ = (UniqueConstraint("department_id", "name"),)

    id: Mapped[Id]
    department_id: Mapped[int] = link("department.id")
    name: Mapped[str]
    category_code: Mapped[str | None]
    outcome: Mapped[str | None]
    text: Mapped[str]  # with placeholders: gridops.domain.result_texts
    version: Mapped[int] = mapped_column(default=1, server_default="1")
    changed_at: Mapped[At]
    changed_by: Mapped[int | None] = link("account.id", nullable=True)


class DutyRule(Base):
    """category (x area x community kind) -> types in three roles. A changed rule is a new row; decisions name the row they used."""

    __tablename__ = "duty_rule"
    __table_args__ = (
        Index(
            "uq_duty_rule_current", "category_code", "area_prefix", "community_kind", unique=True,
            postgresql_where=text("valid_to IS NULL"), postgresql_nulls_not_distinct=True,
        ),
    )

    id: Mapped[Id]
    category_code: Mapped[str] = mapped_column(ForeignKey("category.code"))
    area_prefix: Mapped[str | None] = mapped_column(AreaCode())
    community_kind: Mapped[str | None]
    version: Mapped[int]
    lead_type: Mapped[str] = mapped_column(ForeignKey("department_type.code"))
    coordinate_type: Mapped[str] = mapped_column(ForeignKey("department_type.code"))
    supports: Mapped[list[dict]] = mapped_column(JSONB, default=list, server_default="[]")  # [{"type", "duty"|null}]
    catalogue_version: Mapped[int | None]  # of the duty catalogue that brought it
    valid_from: Mapped[At]
    valid_to: Mapped[MaybeAt]
