"""What keeps coming up, once somebody was told of it, and what was made a public issue."""

from __future__ import annotations

from geoalchemy2 import Geometry
from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from gridops.db import AreaCode, Base
from gridops.models.columns import At, Id, MaybeAt, link


class HotIssue(Base):
    """Told once while it lasts: found again it is the same row, by any ticket that both have. ``kind`` is as it was first found."""

    __tablename__ = "hot_issue"
    __table_args__ = (
        CheckConstraint("kind IN ('hot','surge','repeat')", name="kind"),
        Index("ix_hot_issue_lasting", "street_code", postgresql_where=text("ended_at IS NULL")),
    )

    id: Mapped[Id]
    kind: Mapped[str]
    street_code: Mapped[str] = mapped_column(AreaCode(), ForeignKey("street.code"))
    area_code: Mapped[str] = mapped_column(AreaCode())
    category_code: Mapped[str | None]
    tickets: Mapped[list[str]] = mapped_column(JSONB)
    found_at: Mapped[At]
    seen_at: Mapped[At]
    ended_at: Mapped[MaybeAt]


class PublicIssue(Base):
    """What residents shall decide on together. ``name`` is category and place, nobody's words. ``tickets`` are the numbers of that day."""

    __tablename__ = "public_issue"
    __table_args__ = (Index("ix_public_issue_area", "area_code", "made_at"),)

    id: Mapped[Id]
    street_code: Mapped[str] = mapped_column(AreaCode(), ForeignKey("street.code"))
    area_code: Mapped[str] = mapped_column(AreaCode())
    category_code: Mapped[str | None]
    name: Mapped[str]
    tickets: Mapped[list[str]] = mapped_column(JSONB)
    people: Mapped[int]
    point = mapped_column(Geometry("POINT", srid=4326, spatial_index=False), nullable=True)
    made_at: Mapped[At]
    made_by: Mapped[int | None] = link("account.id", nullable=True)
