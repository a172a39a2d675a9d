"""What residents bring most, as a dozen buttons: from the newest tickets, filled up with what every street knows."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from gridops.models import CategoryVersion, Ticket

MOST, LOOKED_AT = 12, 3000
# For a street that has just begun: cars, e-bikes, noise, things thrown from high floors, rubble, stairwells, lifts, rubbish, drains, fire lanes, leaks, dogs.
USUAL = ("E2104", "E2303", "E2107", "E2101", "E2108", "E2301", "E2203", "E0110", "E2206", "E0496", "E2204", "E0184")


class Matter(NamedTuple):
    code: str
    name: str


def newest(session: Session, *, locale: str = "zh") -> list[Matter]:
    """At most twelve current categories, the most frequent of the last three thousand reports first; none that accuses a person."""
    found = list(session.execute(_counted()))
    known = {row.code for row in found}
    found += [row for row in sorted(session.execute(_usual()), key=lambda row: USUAL.index(row.code)) if row.code not in known]
    return [Matter(row.code, row.name_en if locale.startswith("en") else row.name) for row in found[:MOST]]


def _counted() -> Select:
    last = select(Ticket.category_version_id).order_by(Ticket.reported_at.desc()).limit(LOOKED_AT).subquery()
    old, current = CategoryVersion.__table__.alias("old"), CategoryVersion.__table__.alias("current")
    return (
        select(current.c.code, current.c.name, current.c.name_en)
        .select_from(last).join(old, old.c.id == last.c.category_version_id).join(current, current.c.code == old.c.code)
        .where(current.c.valid_to.is_(None), ~current.c.accuses_person)
        .group_by(current.c.code, current.c.name, current.c.name_en).order_by(func.count().desc(), current.c.code).limit(MOST))


def _usual() -> Select:
    columns = (CategoryVersion.code, CategoryVersion.name, CategoryVersion.name_en)
    return select(*columns).where(CategoryVersion.valid_to.is_(None), CategoryVersion.code.in_(USUAL))
