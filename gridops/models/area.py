"""Street, community, grid version, cell: codes nest by prefix (9, 12, 15 digits)."""

from __future__ import annotations

import uuid

from geoalchemy2 import Geometry
from sqlalchemy import ForeignKey, Index, SmallInteger, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB, UUID
from sqlalchemy.orm import Mapped, mapped_column

from gridops.db import AreaCode, Base
from gridops.models.columns import At, Id, MaybeAt, count, flag, link


def shape():
    """WGS-84 multipolygon. The index is made by the migration; ownership of a point is decided by geo, never here."""
    return mapped_column(Geometry("MULTIPOLYGON", srid=4326, spatial_index=False), nullable=True)


class Street(Base):
    __tablename__ = "street"

    code: Mapped[str] = mapped_column(AreaCode(), primary_key=True)
    name: Mapped[str]
    name_en: Mapped[str | None]
    timezone: Mapped[str] = mapped_column(server_default="Asia/Shanghai", default="Asia/Shanghai")
    phone: Mapped[str | None]  # the desk, shown to everybody
    takes_unlocated: Mapped[bool] = flag()  # reports without any place come here
    boundary = shape()


class Community(Base):
    __tablename__ = "community"

    code: Mapped[str] = mapped_column(AreaCode(), primary_key=True)
    street_code: Mapped[str] = mapped_column(AreaCode(), ForeignKey("street.code"), index=True)
    name: Mapped[str]
    name_en: Mapped[str | None]
    kind: Mapped[str | None]  # commercial, public_sold, converted_village, mixed, old_town, relocation
    households: Mapped[int | None]
    population: Mapped[int | None]
    boundary = shape()


class Grid(Base):
    """One version of a street's cells; at most one is active."""

    __tablename__ = "grid"
    __table_args__ = (
        UniqueConstraint("street_code", "version"),
        Index("uq_grid_active", "street_code", unique=True, postgresql_where=text("status = 'active'")),
    )

    id: Mapped[Id]
    street_code: Mapped[str] = mapped_column(AreaCode(), ForeignKey("street.code"))
    version: Mapped[int]
    status: Mapped[str]  # draft, active, retired
    created_at: Mapped[At]
    activated_at: Mapped[MaybeAt]
    retired_at: Mapped[MaybeAt]


class Cell(Base):
    __tablename__ = "cell"
    __table_args__ = (UniqueConstraint("grid_id", "code"), Index("ix_cell_code", "code"))

    id: Mapped[Id]
    grid_id: Mapped[int] = link("grid.id")
    community_code: Mapped[str] = mapped_column(AreaCode(), ForeignKey("community.code"), index=True)
    code: Mapped[str] = mapped_column(AreaCode())
    lineage: Mapped[uuid.UUID] = mapped_column(UUID(as_uuid=True), default=uuid.uuid4, index=True)
    name: Mapped[str]
    name_en: Mapped[str | None]
    households: Mapped[int | None]
    boundary = shape()


class Place(Base):
    """A compound (of a community, may span cells), building or yard (of a cell, by lineage: it survives a new grid)."""

    __tablename__ = "place"

    id: Mapped[Id]
    code: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]  # compound, building, yard
    name: Mapped[str]
    aliases: Mapped[list[str]] = mapped_column(JSONB, default=list, server_default="[]")
    address: Mapped[str | None]
    community_code: Mapped[str] = mapped_column(AreaCode(), ForeignKey("community.code"), index=True)
    cell_lineage: Mapped[uuid.UUID | None] = mapped_column(UUID(as_uuid=True), index=True)
    parent_id: Mapped[int | None] = link("place.id", nullable=True, index=True)
    households: Mapped[int] = count()
    point = mapped_column(Geometry("POINT", srid=4326, spatial_index=False), nullable=True)
    boundary = shape()


class AreaRevision(Base):
    """One row, renewed by triggers with every change of street, community, grid and cell: says whether an index in memory is still true."""

    __tablename__ = "area_revision"

    id: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    revision: Mapped[uuid.UUID] = mapped_column(UUID(as_uuid=True))
