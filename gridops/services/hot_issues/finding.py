"""The hot issues, surges and repeat sites of an area, counted at this instant from its reports."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from gridops.models import Cell, Ticket
from gridops.services import areas
from gridops.services.calendars import DEFAULT_ZONE
from gridops.services.hot_issues import hot, surges
from gridops.services.hot_issues.issue import Issue
from gridops.services.hot_issues.repeats import repeating
from gridops.services.hot_issues.voices import Matter, matters

MOST = 50  # of each kind: who has more has another problem


def found(session: Session, code: str, *, now: datetime) -> dict[str, list[Issue]]:
    """By kind (hot, surge, repeat), the gravest first, those that are guarded after the others. Raises NotFound where there is no such area; who may
    look, and at the guarded ones, is the caller's matter.
    """
    location = areas.location_of(session, code)
    zone = location.street.timezone or DEFAULT_ZONE
    today = now.astimezone(ZoneInfo(zone)).date()
    heard = matters(session, code, zone, since=now - (surges.WEEKS + 1) * surges.WEEK - timedelta(days=1), until=now)
    weeks = _weeks_known(session, location.street.code, now)
    lineages, returned = _lineages(session, heard), repeating(session, code, zone, now=now)
    found: dict[str, list[Issue]] = {"hot": [], "surge": [], "repeat": []}
    for guarded in (False, True):
        alike = [matter for matter in heard if matter.guarded is guarded]
        found["hot"] += hot.hot(_since(alike, today - hot.LOOK_BACK))[:MOST]
        found["surge"] += surges.surging(alike, lineages, today, weeks)[:MOST]
        found["repeat"] += [site for site in returned if site.guarded is guarded][:MOST]
    return found


def _since(heard: Iterable[Matter], first: date) -> list[Matter]:
    cut = (replace(matter, said=[each for each in matter.said if each.day >= first]) for matter in heard)
    return [matter for matter in cut if matter.said]


def _weeks_known(session: Session, street: str, now: datetime) -> int:
    """Whole weeks before the last one of which the street has reports at all, as many as count."""
    here = Ticket.area_code.startswith(street, autoescape=True)
    if session.scalar(select(select(Ticket.id).where(here, Ticket.reported_at <= now - (surges.WEEKS + 1) * surges.WEEK).exists())):
        return surges.WEEKS  # the usual case: answered by the first row met, where a minimum would read them all
    first = session.scalar(select(func.min(Ticket.reported_at)).where(here))
    return max(0, (now - first) // surges.WEEK - 1) if first else 0


def _lineages(session: Session, heard: Iterable[Matter]) -> dict[int, uuid.UUID]:
    cells = {matter.cell_id for matter in heard if matter.cell_id is not None}
    return {row.id: row.lineage for row in session.execute(select(Cell.id, Cell.lineage).where(Cell.id.in_(cells)))}
