"""Hot issues for people and programs: name, point, tickets, since when and how many people; who they are is not told."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from gridops.domain.actor import Actor
from gridops.errors import NotFound
from gridops.models import Ticket
from gridops.services import areas, scope
from gridops.services.hot_issues import finding, public
from gridops.services.hot_issues.issue import Issue
from gridops.services.hot_issues.names import naming
from gridops.services.hot_issues.voices import among
from gridops.services.hot_issues.words import words_of


def hot_issues(session: Session, code: str, *, actor: Actor, now: datetime, locale: str = "zh") -> dict[str, Any]:
    """{area, hot, surges, repeats} as API.md. Raises NotFound for an area that is none or not wholly in the actor's scope."""
    if not scope.covers(actor, code):
        raise NotFound()
    area = areas.get_area(session, code)
    inside = public.inside(actor, code)
    issues = {kind: [issue for issue in found if inside or not issue.guarded] for kind, found in finding.found(session, code, now=now).items()}
    every = [issue for kind in issues.values() for issue in kind]
    named, status, made = naming(session, every, locale), _statuses(session, every), public.of_tickets(session, area.code)
    words = words_of(session, every)
    hot, surge, repeat = ([_shown(issue, named(issue) | {"words": words.get(issue.key)}, status, made) for issue in issues[kind]] for kind in ("hot", "surge", "repeat"))
    return {"area": {"code": area.code, "name": area.called(locale)}, "hot": hot, "surges": surge, "repeats": repeat}


def _statuses(session: Session, issues: Iterable[Issue]) -> dict[str, str]:
    numbers = {number for issue in issues for number in issue.numbers}
    return {row.number: row.status for row in session.execute(select(Ticket.number, Ticket.status).where(among(Ticket.number, numbers)))}


def _shown(issue: Issue, named: dict[str, Any], status: dict[str, str], made: dict[str, dict[str, Any]]) -> dict[str, Any]:
    point = {"lng": issue.at[0], "lat": issue.at[1], "crs": "wgs84"} if issue.at and not issue.guarded else None
    return {
        "key": issue.key, "kind": issue.kind, "guarded": issue.guarded, **named, "location": point, "people": issue.people, "reports": issue.reports, "since": issue.since,
        "last_reported_at": issue.last, "usual": issue.usual, "returns": issue.returns,
        "tickets": [{"number": number, "status": status[number]} for number in issue.numbers],
        "public_issue": next((made[number] for number in issue.numbers if number in made), None)}
