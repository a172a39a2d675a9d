"""Street, community, grid version, cell: codes nest by prefix (9, 12, 15 digits)."""

from __future__ import annotations

import uuid

from geoalchemy2 import Geometry
from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, UUID
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
    colour: Mapped[str | None]  # "#0b5a4e", of its posters
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
    """One version of a street's cells; at most one is active.

    ``revision`` counts the edits of a draft: who edits says which one he saw. ``reasons``: what was found wrong and let stand on
    purpose, [{"kind", "subject", "reason", "by", "at"}]. ``undone_at``, ``undone_by``, ``undone_cells``: the undo that came last, as long
    as no edit has followed it.
    """

    __tablename__ = "grid"
    __table_args__ = (
        UniqueConstraint("street_code", "version"),
        Index("uq_grid_active", "street_code", unique=True, postgresql_where=text("status = 'active'")),
    )

    id: Mapped[Id]
    street_code: Mapped[str] = mapped_column(AreaCode(), ForeignKey("street.code"))
    version: Mapped[int]
    status: Mapped[str]  # draft, active, retired, discarded
    title: Mapped[str | None]  # why this version was drawn
    based_on: Mapped[int | None] = link("grid.id", nullable=True)  # the version that was active when the draft was begun
    revision: Mapped[int] = count()
    reasons: Mapped[list[dict]] = mapped_column(JSONB, default=list, server_default="[]")
    undone_at: Mapped[MaybeAt]
    undone_by: Mapped[int | None] = link("account.id", nullable=True)
    undone_cells: Mapped[list[str]] = mapped_column(JSONB, default=list, server_default="[]")
    created_at: Mapped[At]
    created_by: Mapped[int | None] = link("account.id", nullable=True)
    planned_for: Mapped[MaybeAt]  # a worker activates it then
    activated_at: Mapped[MaybeAt]
    activated_by: Mapped[int | None] = link("account.id", nullable=True)
    retired_at: Mapped[MaybeAt]


class GridEdit(Base):
    """One step on a draft, with what undoing it needs. ``before``: the cells that it changed or removed; ``added``: codes it made."""

    __tablename__ = "grid_edit"
    __table_args__ = (UniqueConstraint("grid_id", "seq"),)

    id: Mapped[Id]
    grid_id: Mapped[int] = mapped_column(ForeignKey("grid.id"))
    seq: Mapped[int]
    at: Mapped[At]
    account_id: Mapped[int | None] = link("account.id", nullable=True)
    operation: Mapped[str]  # split, merge, move_vertex, draw, reshape, assign, rename, cut, replace
    facts: Mapped[dict] = mapped_column(JSONB, default=dict, server_default="{}")
    before: Mapped[list[dict]] = mapped_column(JSONB, default=list, server_default="[]")
    added: Mapped[list[str]] = mapped_column(JSONB, default=list, server_default="[]")


class Cell(Base):
    __tablename__ = "cell"
    __table_args__ = (UniqueConstraint("grid_id", "code"), Index("ix_cell_code", "code"))

    id: Mapped[Id]
    grid_id: Mapped[int] = link("grid.id")
    community_code: Mapped[str] = mapped_column(AreaCode(), ForeignKey("community.code"), index=True)
    code: Mapped[str] = mapped_column(AreaCode())
    lineage: Mapped[uuid.UUID] = mapped_column(UUID(as_uuid=True), default=uuid.uuid4, index=True)
    descends_from: Mapped[list[str]] = mapped_column(JSONB, default=list, server_default="[]")  # lineages whose ground it took over
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
    ended_at: Mapped[MaybeAt]  # pulled down, or entered by mistake: found no more, tickets keep it


class PlaceTerm(Base):
    """One thing a place is called, with its character bigrams: what the search by name and address asks."""

    __tablename__ = "place_term"
    __table_args__ = (Index("ix_place_term_grams", "grams", postgresql_using="gin", postgresql_with={"fastupdate": "off"}),)

    id: Mapped[Id]
    place_id: Mapped[int] = mapped_column(ForeignKey("place.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str]  # name, alias, address
    term: Mapped[str]  # normalised
    grams: Mapped[list[str]] = mapped_column(ARRAY(Text))


class Poster(Base):
    """A printed code: of a place, or of a cell by lineage. ``point`` finds the cell that took its ground over."""

    __tablename__ = "poster"
    __table_args__ = (
        CheckConstraint("(place_id IS NULL) <> (cell_lineage IS NULL)", name="place_or_cell"),
        UniqueConstraint("place_id"),
        UniqueConstraint("cell_lineage"),
    )

    id: Mapped[Id]
    token: Mapped[str] = mapped_column(unique=True)
    place_id: Mapped[int | None] = link("place.id", nullable=True)
    cell_lineage: Mapped[uuid.UUID | None] = mapped_column(UUID(as_uuid=True))
    community_code: Mapped[str] = mapped_column(AreaCode(), ForeignKey("community.code"), index=True)
    point = mapped_column(Geometry("POINT", srid=4326, spatial_index=False), nullable=True)
    created_at: Mapped[At]
    printed_at: Mapped[MaybeAt]
    scans: Mapped[int] = count()


class AreaRevision(Base):
    """One row, renewed by triggers with every change of street, community, grid and cell: says whether an index in memory is still true."""

    __tablename__ = "area_revision"

    id: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    revision: Mapped[uuid.UUID] = mapped_column(UUID(as_uuid=True))
