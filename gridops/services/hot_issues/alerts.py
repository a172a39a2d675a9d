"""Each hour the leader's inbox hears of what has become hot: once for each issue, however often it is found again while it lasts.

A matter that is hot, surges and comes back is one piece of news: it is known by any ticket of it that was told before, under whatever category.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from gridops.models import HotIssue, Outbox
from gridops.services import areas, outbox, told
from gridops.services.hot_issues import finding
from gridops.services.hot_issues.issue import Issue

FOUND = "hot_issue.found"
QUIET = timedelta(days=7)  # so long not found: it is over, and would be news again
RETURNS = 2  # of a site, before somebody is called: once may be chance


def watch(session: Session, now: datetime) -> int:
    """Of all streets. How many are new; one caller at a time (the housekeeping's lock)."""
    return sum(_watch_street(session, street.code, now) for street in areas.all_streets(session))


def _watch_street(session: Session, street: str, now: datetime) -> int:
    lasting, fresh = _lasting(session, street), 0
    for issue in (each for kind in finding.found(session, street, now=now).values() for each in kind if worth_telling(each)):
        known = next((row for row in lasting if _same(row, issue)), None)
        if known is None:
            lasting.append(_tell(session, street, issue, now))
            fresh += 1
        else:
            known.tickets, known.category_code, known.seen_at = sorted({*known.tickets, *issue.numbers}), issue.category, now
    for row in lasting:
        row.ended_at = now if row.seen_at < now - QUIET else None
    return fresh


def worth_telling(issue: Issue) -> bool:
    return issue.kind != "repeat" or (issue.returns or 0) >= RETURNS


def _lasting(session: Session, street: str) -> list[HotIssue]:
    return list(session.scalars(select(HotIssue).where(HotIssue.street_code == street, HotIssue.ended_at.is_(None)).order_by(HotIssue.id)))


def _same(row: HotIssue, issue: Issue) -> bool:
    return not set(row.tickets).isdisjoint(issue.numbers)


def _tell(session: Session, street: str, issue: Issue, now: datetime) -> HotIssue:
    row = HotIssue(
        kind=issue.kind, street_code=street, area_code=issue.area, category_code=issue.category, tickets=issue.numbers, found_at=now, seen_at=now)
    session.add(row)
    session.flush()
    outbox.publish(session, FOUND, now=now, payload={"hot_issue": row.id, "key": issue.key, "people": issue.people, "guarded": issue.guarded})
    return row


def found(session: Session, row: Outbox, now: datetime, context: Any) -> None:
    """Reaction: the street's leaders, and the grid leaders of the smallest area that holds all of it; of what is guarded the leaders alone."""
    issue = session.get(HotIssue, row.payload["hot_issue"])
    if issue is None:
        return
    facts = {"hot_issue": issue.id, "key": row.payload["key"], "category": issue.category_code, "people": row.payload["people"]}
    targets = [{"role": "leader", "area_code": issue.street_code}]
    if not row.payload.get("guarded"):
        targets.append({"role": "grid_leader", "area_code": issue.area_code})
    told.write(session, row, targets, facts, now)
