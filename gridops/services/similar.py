"""Open tickets nearby that may be the same matter, for somebody about to report it: numbers, distances and dates, never a word of another's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Row, Select, and_, false, func, select
from sqlalchemy.orm import Session

from geo.coords import Wgs84
from gridops.domain.lifecycle import OPEN
from gridops.domain.wording import WORDLESS
from gridops.learning.likeness import Print, alike_each, print_of
from gridops.models import CategoryVersion, Ticket
from gridops.services.listing import reports_behind
from gridops.services.repeats import WORDS
from gridops.services.shapes import on_ground, within

NEAR_M, BACK, MOST = 100, timedelta(days=30), 5
READ = 200  # the nearest are compared by their words; more stand at no spot
_REPORTS = reports_behind().label("reports")
ROUGH_M = 10  # distances are told in steps: an exact one would point at a door


@dataclass(frozen=True)
class Similar:
    """``category``: {code, name} or None while nobody has filed it; ``reports``: how many have told of it; ``score``: 0 to 2, words and category."""

    number: str
    category: dict[str, str] | None
    distance_m: int
    reported_at: datetime
    reports: int
    score: float


def open_to_all(*, category_joined: bool = False) -> ColumnElement[bool]:
    """Tickets whose existence anybody may learn: open, not of a kind that is never public, accusing nobody."""
    filed_as = select(CategoryVersion.id).where(CategoryVersion.id == Ticket.category_version_id, CategoryVersion.accuses_person).correlate(Ticket)
    accuses = func.coalesce(CategoryVersion.accuses_person, false()) if category_joined else filed_as.exists()
    return and_(Ticket.status.in_(OPEN), ~Ticket.never_public, ~accuses)


def similar(
    session: Session, point: Wgs84, *, area: str, now: datetime, category: str | None = None, text: str | None = None, locale: str = "zh",
) -> list[Similar]:
    """The likeliest first, at most five, within 100 m and 30 days. ``area``: the street that the point lies in.

    The same category, or a text that is alike; without either, whatever is near.
    """
    rows = session.execute(_near(point, area, now)).all()
    said = print_of(text) if text and text != WORDLESS else None
    rated = [(rate, row) for row, rate in zip(rows, _likeness(rows, category, said), strict=True) if rate > 0]
    rated.sort(key=lambda found: (-found[0], found[1].distance, found[1].number))
    return [_shown(row, rate, locale) for rate, row in rated[:MOST]]


def _near(point: Wgs84, area: str, now: datetime) -> Select:
    distance = func.ST_Distance(on_ground(Ticket.point), on_ground(point))
    columns = (
        Ticket.number, Ticket.description, Ticket.reported_at, CategoryVersion.code, CategoryVersion.name, CategoryVersion.name_en,
        distance.label("distance"), _REPORTS)
    return (
        select(*columns).outerjoin(CategoryVersion, CategoryVersion.id == Ticket.category_version_id)
        .where(Ticket.area_code.startswith(area, autoescape=True), open_to_all(category_joined=True), Ticket.reported_at > now - BACK, within(Ticket.point, point, NEAR_M))
        .order_by(distance).limit(READ))


def _likeness(rows: Sequence[Row], category: str | None, said: Print | None) -> list[float]:
    """Of each row; 0 for what is no candidate."""
    if not category and said is None:
        return [1.0] * len(rows)
    words = alike_each(said, ["" if row.description == WORDLESS else row.description for row in rows]) if said is not None else [0.0] * len(rows)
    same = [category is not None and row.code == category for row in rows]
    return [alike + kind if kind or alike >= WORDS else 0.0 for alike, kind in zip(words, same, strict=True)]


def _shown(row: Row, rate: float, locale: str) -> Similar:
    english = locale.startswith("en") and row.name_en
    category = {"code": row.code, "name": row.name_en if english else row.name} if row.code else None
    return Similar(row.number, category, round(row.distance / ROUGH_M) * ROUGH_M, row.reported_at, row.reports, round(rate, 3))

