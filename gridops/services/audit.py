"""The security events as an auditor reads them: newest first, of his areas, and never changed. Nobody else reads them, not even administrators.

An event belongs to the areas of its account (rights it has or had) and of the account it was done to, to that of its ticket, and to the
area it names. What belongs nowhere (a log-in with an unknown name, an account without any right) is shown to every auditor.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Select, and_, case, cast, false, func, or_, select, true
from sqlalchemy.orm import Session

from gridops.domain.actor import Actor
from gridops.errors import Forbidden
from gridops.models import Account, RoleGrant, SecurityEvent, Ticket
from gridops.services import security_events

READERS = ("audit_admin",)
MOST_ROWS = 10_000
RIGHTS = ("role_granted", "role_withdrawn", "role_moved")
_AREA = SecurityEvent.facts["area"].astext
_NAMED = SecurityEvent.facts["subject"].astext
# A fact that is no number (an older version's) must not break the list.
_SUBJECT = case((_NAMED.regexp_match("^[0-9]{1,18}$"), cast(_NAMED, BigInteger)))


def listed(
    session: Session, actor: Actor, *, kind: str | None = None, who: str | None = None, number: str | None = None,
    since: datetime | None = None, until: datetime | None = None, before: int | None = None, limit: int = 50,
) -> list[dict[str, Any]]:
    """``who``: part of a name or user name, of who did it or to whom. ``until`` is not included. Two statements. Raises Forbidden."""
    if not actor.roles.intersection(READERS):
        raise Forbidden()
    query = _of_actor(select(SecurityEvent, Account, Ticket.number), actor)
    query = query.outerjoin(Account, Account.id == SecurityEvent.account_id).outerjoin(Ticket, Ticket.id == SecurityEvent.ticket_id)
    query = query.where(*_filters(kind, who, number, since, until, before)).order_by(SecurityEvent.id.desc()).limit(limit)
    rows = session.execute(query).all()
    names = _subjects(session, [event for event, *_ in rows])
    return [_shown(event, account, of_ticket, names) for event, account, of_ticket in rows]


def kinds(session: Session) -> list[str]:
    """That have happened here. Hops along the index: as many steps as there are kinds."""
    first = select(func.min(SecurityEvent.kind).label("kind")).cte("kinds", recursive=True)
    following = select(func.min(SecurityEvent.kind)).where(SecurityEvent.kind > first.c.kind).scalar_subquery()
    found = first.union_all(select(following).where(first.c.kind.is_not(None)))
    return list(session.scalars(select(found.c.kind).where(found.c.kind.is_not(None))))


def exported(session: Session, actor: Actor, *, now: datetime, **chosen: Any) -> list[dict[str, Any]]:
    """At most 10,000, and that they were taken out is an event of its own. Raises Forbidden."""
    rows = listed(session, actor, limit=MOST_ROWS, **chosen)
    security_events.record(session, "events_exported", now=now, account_id=actor.account_id, rows=len(rows))
    return rows


def _of_actor(query: Select, actor: Actor) -> Select:
    areas = actor.areas(*READERS)
    granted = select(RoleGrant.account_id).where(_within(RoleGrant.area_code, areas))
    once = select(_SUBJECT).where(SecurityEvent.kind.in_(RIGHTS), _within(_AREA, areas), _SUBJECT.is_not(None))
    mine = granted.union(once).subquery()
    nowhere = and_(
        SecurityEvent.ticket_id.is_(None), _AREA.is_(None), or_(_SUBJECT.is_(None), _SUBJECT.not_in(select(RoleGrant.account_id))),
        or_(SecurityEvent.account_id.is_(None), SecurityEvent.account_id.not_in(select(RoleGrant.account_id))))
    return query.where(or_(
        SecurityEvent.account_id.in_(select(mine)), _SUBJECT.in_(select(mine)), _within(_AREA, areas),
        SecurityEvent.ticket_id.in_(select(Ticket.id).where(_within(Ticket.area_code, areas))), nowhere))


def _within(column: Any, areas: Sequence[str]) -> ColumnElement[bool]:
    return or_(false(), *(column.startswith(area, autoescape=True) for area in areas))


def _filters(
    kind: str | None, who: str | None, number: str | None, since: datetime | None, until: datetime | None, before: int | None,
) -> list[ColumnElement[bool]]:
    return [
        SecurityEvent.kind == kind if kind else true(), _by_or_to(who) if who else true(), Ticket.number == number if number else true(),
        SecurityEvent.at >= since if since else true(), SecurityEvent.at < until if until else true(),
        SecurityEvent.id < before if before else true()]


def _by_or_to(who: str) -> ColumnElement[bool]:
    fits = or_(Account.username.contains(who.casefold(), autoescape=True), Account.name.contains(who, autoescape=True))
    numbers = select(Account.id).where(fits).correlate(None)
    return or_(SecurityEvent.account_id.in_(numbers), _SUBJECT.in_(numbers))


def _subjects(session: Session, events: list[SecurityEvent]) -> dict[int, str]:
    wanted = {event.facts["subject"] for event in events if isinstance(event.facts.get("subject"), int)}
    return dict(session.execute(select(Account.id, Account.name).where(Account.id.in_(wanted))).all()) if wanted else {}


def _shown(event: SecurityEvent, account: Account | None, number: str | None, names: dict[int, str]) -> dict[str, Any]:
    subject = event.facts.get("subject")
    return {
        "id": event.id, "at": event.at, "kind": event.kind, "account": _named(account.id, account.name) if account else None,
        "subject": _named(subject, names[subject]) if subject in names else None, "number": number,
        "facts": {key: value for key, value in event.facts.items() if key != "subject"}}


def _named(number: int, name: str) -> dict[str, Any]:
    return {"id": number, "name": name}
