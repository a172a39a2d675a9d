"""Repeat sites: tickets that came back within thirty days of closing (services.relapse), followed back to where it began."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from gridops.models import Ticket
from gridops.services.hot_issues import issue, voices
from gridops.services.hot_issues.issue import Issue
from gridops.services.hot_issues.voices import Matter

LOOK_BACK = timedelta(days=90)


def repeating(session: Session, code: str, zone: str, *, now: datetime) -> list[Issue]:
    """The sites with a return in the last ninety days, all that happened there included; the most returns first."""
    here = Ticket.area_code.startswith(code, autoescape=True)
    fresh = select(Ticket.id).where(here, Ticket.relapse_of.is_not(None), Ticket.reported_at >= now - LOOK_BACK, Ticket.reported_at <= now)
    earlier = _earlier(session, set(session.scalars(fresh)))
    sites: dict[tuple[int, bool], list[Matter]] = defaultdict(list)
    for matter in voices.matters_of(session, code, zone, earlier.keys() | set(earlier.values())):
        sites[_origin(matter.id, earlier), matter.guarded].append(matter)
    issues = [_site(site, earlier) for site in sites.values()]
    return sorted((each for each in issues if each.returns), key=lambda each: (-each.returns, -each.people, each.key))


def _site(site: list[Matter], earlier: dict[int, int]) -> Issue:
    return issue.of("repeat", site, returns=sum(matter.id in earlier for matter in site))


def _earlier(session: Session, ids: set[int]) -> dict[int, int]:
    """Ticket -> the one that it came back after, as far back as it goes."""
    known: dict[int, int] = {}
    while ids:
        rows = session.execute(select(Ticket.id, Ticket.relapse_of).where(voices.among(Ticket.id, ids), Ticket.relapse_of.is_not(None))).all()
        known |= {row.id: row.relapse_of for row in rows}
        ids = {row.relapse_of for row in rows} - known.keys()
    return known


def _origin(ticket: int, earlier: dict[int, int]) -> int:
    while ticket in earlier:
        ticket = earlier[ticket]
    return ticket
