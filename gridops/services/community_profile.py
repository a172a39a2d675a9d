"""What a community is: its kind, how many live there, how large it is, and how much is open for each thousand homes.

Communities of the same kind are shown beside it, in the order of their codes: to ask how others do it, never to rank.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from geo.shapes import area_m2
from gridops.domain.actor import Actor
from gridops.errors import Forbidden, Invalid, NotFound
from gridops.models import Cell, Community, Grid, Place
from gridops.services import areas, scope
from gridops.services.backlog import backlog
from gridops.services.cell_ground import HOUSES
from gridops.services.imports.areas import KINDS
from gridops.services.shapes import shape_of

CHANGEABLE = ("kind", "households", "population")
MOST = 10_000_000  # people in one community: more is a slip of the keyboard


def profile(session: Session, code: str, *, actor: Actor, now: datetime, locale: str = "zh") -> dict[str, Any]:
    """{code, name, name_en, street, kind, households, population, area_m2, open, per_1000_households, cells: […], alike: […]}.

    Areas in square metres, None where nothing is drawn; the load None where households are unknown. Raises NotFound.
    """
    community = _known(session, code, actor)
    by_cell = backlog(session, code, "cell", actor=actor, now=now, locale=locale)
    street = areas.location_of(session, code).street
    return _facts(community, by_cell["totals"]["open"], locale) | {
        "name_en": community.name_en, "population": community.population, "street": {"code": street.code, "name": street.called(locale)},
        "cells": _cells(session, community, by_cell["rows"]), "alike": _alike(session, community, actor, now, locale),
    }


def street_profile(session: Session, street_code: str, *, actor: Actor, now: datetime, locale: str = "zh") -> list[dict[str, Any]]:
    """The street's communities that the actor may look into, in the order of their codes, as in ``alike``, each with its cells."""
    query = select(Community).where(Community.street_code == street_code).order_by(Community.code)
    found = [community for community in session.scalars(query) if scope.covers(actor, community.code)]
    asked = [street_code] if scope.covers(actor, street_code) else [community.code for community in found]
    by_cell = [row for code in asked for row in backlog(session, code, "cell", actor=actor, now=now, locale=locale)["rows"]]
    open_in = {row["code"]: row["open"] for code in asked for row in backlog(session, code, "community", actor=actor, now=now)["rows"]}
    return [_facts(row, open_in.get(row.code, 0), locale) | {"cells": _cells(session, row, by_cell)} for row in found]


def change_profile(session: Session, code: str, values: Mapping[str, Any], *, actor: Actor) -> Community:
    """``values``: of CHANGEABLE; None where it is not known. Raises NotFound, Forbidden, Invalid."""
    community = _known(session, code, actor)
    if not scope.may_keep_grid(actor, code):
        raise Forbidden()
    wrong = {name: ["invalid_choice" if name == "kind" else "bad_number"] for name, value in values.items() if not _fits(name, value)}
    if wrong:
        raise Invalid(fields=wrong)
    for name in CHANGEABLE:
        if name in values:
            setattr(community, name, values[name])
    session.flush()
    return community


def _fits(name: str, value: Any) -> bool:
    if value is None:
        return True
    return value in KINDS if name == "kind" else isinstance(value, int) and 0 <= value <= MOST


def _known(session: Session, code: str, actor: Actor) -> Community:
    community = session.get(Community, code)
    if community is None or not scope.covers(actor, code):
        raise NotFound()
    return community


def _facts(community: Community, open_tickets: int, locale: str) -> dict[str, Any]:
    english = locale.startswith("en") and community.name_en
    return {
        "code": community.code, "name": community.name_en if english else community.name, "kind": community.kind,
        "households": community.households, "area_m2": _size(community.boundary), "open": open_tickets,
        "per_1000_households": _load(open_tickets, community.households),
    }


def _size(stored: Any) -> float | None:
    return round(area_m2(shape_of(stored)), 1) if stored is not None else None


def _load(open_tickets: int, households: int | None) -> float | None:
    return round(open_tickets * 1000 / households, 1) if households else None


def _cells(session: Session, community: Community, backlog_rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Active ones. Households as stated for the cell, else those of its buildings."""
    open_in = {row["code"]: row["open"] for row in backlog_rows}
    named = {row["code"]: row["name"] for row in backlog_rows}
    query = select(Cell).join(Grid, Grid.id == Cell.grid_id).where(Grid.status == "active", Cell.community_code == community.code)
    counted = _households_of_buildings(session, community.code)
    found = []
    for cell in session.scalars(query.order_by(Cell.code)):
        homes = cell.households if cell.households is not None else counted.get(cell.lineage)
        found.append({
            "code": cell.code, "name": named.get(cell.code, cell.name), "households": homes, "area_m2": _size(cell.boundary),
            "open": open_in.get(cell.code, 0), "per_1000_households": _load(open_in.get(cell.code, 0), homes)})
    return found


def _households_of_buildings(session: Session, community_code: str) -> dict[Any, int]:
    """Lineage of a cell -> households, where its buildings tell."""
    query = select(Place.cell_lineage, func.sum(Place.households)).where(
        Place.community_code == community_code, Place.kind.in_(HOUSES), Place.ended_at.is_(None), Place.cell_lineage.is_not(None))
    return {lineage: households for lineage, households in session.execute(query.group_by(Place.cell_lineage)) if households}


def _alike(session: Session, community: Community, actor: Actor, now: datetime, locale: str) -> list[dict[str, Any]]:
    """Others of the same kind that the actor may look into; of the same street, whose desk and year they share."""
    if community.kind is None:
        return []
    query = select(Community).where(
        Community.street_code == community.street_code, Community.kind == community.kind, Community.code != community.code)
    others = [other for other in session.scalars(query.order_by(Community.code)) if scope.covers(actor, other.code)]
    return [_facts(other, _open(session, other.code, actor, now), locale) for other in others]


def _open(session: Session, code: str, actor: Actor, now: datetime) -> int:
    return backlog(session, code, "community", actor=actor, now=now)["totals"]["open"]
