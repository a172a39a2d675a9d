"""One click makes a hot issue a public one. Recorded for now: who, when, which area and category, which tickets; residents decide later."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from geo.coords import Wgs84
from gridops.domain.actor import Actor
from gridops.domain.area_codes import STREET_DIGITS
from gridops.errors import Conflict, Forbidden, NotAllowed, NotFound
from gridops.models import PublicIssue, Street
from gridops.services import areas, scope
from gridops.services.hot_issues import finding, names
from gridops.services.hot_issues.issue import Issue
from gridops.services.shapes import stored_point

MAKERS = ("leader", "dispatcher", "cadre")  # who may ask residents to decide; a cadre within the own community
INSIDE = ("leader", "dispatcher", "clerk")  # who hears of what accuses somebody or is never public: as a count in a cell


def make_public(session: Session, code: str, key: str, *, actor: Actor, now: datetime) -> PublicIssue:
    """Raises NotFound (no such area or issue here, or not any more), Forbidden, NotAllowed ``never_public`` or ``no_category``, Conflict ``public_issue_exists``."""
    if not scope.covers(actor, code):
        raise NotFound()
    if not may_make(actor, code):
        raise Forbidden()
    areas.get_area(session, code)
    # Two clicks at once must not make two. Not FOR UPDATE: every new ticket refers to the street's row.
    session.execute(select(Street.code).where(Street.code == code[:STREET_DIGITS]).with_for_update(key_share=True))
    issue = next((issue for kind in finding.found(session, code, now=now).values() for issue in kind if issue.key == key), None)
    if issue is None or (issue.guarded and not inside(actor, code)):
        raise NotFound()
    _refuse(session, issue)
    row = _recorded(session, issue, actor, now)
    session.add(row)
    session.flush()
    return row


def may_make(actor: Actor, code: str) -> bool:
    return any(code.startswith(area) for area in actor.areas(*MAKERS))


def inside(actor: Actor, code: str) -> bool:
    """May the actor hear that something is there which accuses somebody or is never public?"""
    return actor.kind == "system" or any(code.startswith(area) for area in actor.areas(*INSIDE))


def _refuse(session: Session, issue: Issue) -> None:
    """Without a category nobody has yet said that it may be public at all."""
    if issue.guarded:
        raise NotAllowed(code="never_public", message="What accuses somebody or is never public cannot become a public issue.")
    if issue.category is None:
        raise NotAllowed(code="no_category", message="Choose a category first.")
    made = of_tickets(session, issue.area[:STREET_DIGITS])
    if any(number in made for number in issue.numbers):
        raise Conflict(code="public_issue_exists", message="This is a public issue already.")


def _recorded(session: Session, issue: Issue, actor: Actor, now: datetime) -> PublicIssue:
    named = names.naming(session, [issue], "zh")(issue)
    return PublicIssue(
        street_code=issue.area[:STREET_DIGITS], area_code=issue.area, category_code=issue.category, name=named["name"], tickets=issue.numbers,
        people=issue.people, point=stored_point(Wgs84(*issue.at)) if issue.at else None, made_at=now, made_by=actor.account_id)


def of_tickets(session: Session, code: str) -> dict[str, dict[str, Any]]:
    """Ticket number -> {id, made_at} of the public issue that it is part of, in the area's street."""
    rows = session.execute(select(PublicIssue.id, PublicIssue.made_at, PublicIssue.tickets).where(PublicIssue.street_code == code[:STREET_DIGITS]))
    return {number: {"id": row.id, "made_at": row.made_at} for row in rows for number in row.tickets}
