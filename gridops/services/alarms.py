"""Things that only a person can mend: no rule, no organisation, a tie, nobody reachable. One open alarm per kind and subject."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, false, or_, select, text, true, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from gridops.domain.actor import Actor
from gridops.models import Alarm
from gridops.services import remembered

# They mend alarms; other roles have no use for them.
MENDERS = ("dispatcher", "clerk", "grid_office", "grid_leader", "leader")
# What a dispatch by whomever puts right; a resident's "not solved" it does not.
MENDED_BY_DISPATCH = ("no_organisation", "no_category", "no_rule", "no_department", "tie", "committee_may_not_lead")


def raise_alarm(
    session: Session, kind: str, subject: str, area_code: str, ticket_id: int | None = None, facts: dict[str, Any] | None = None,
    *, now: datetime,
) -> int:
    """The id of the open alarm: a new one, or the one there is, whose facts are renewed and whose ``raised_at`` stays."""
    row = insert(Alarm).values(
        kind=kind, subject=subject, area_code=area_code, ticket_id=ticket_id, facts=facts or {}, raised_at=now)
    row = row.on_conflict_do_update(
        index_elements=["kind", "subject"], index_where=text("settled_at IS NULL"),
        set_={"facts": row.excluded.facts, "area_code": row.excluded.area_code})
    remembered.tell(session, ("alarmed", ticket_id), True)
    return session.execute(row.returning(Alarm.id)).scalar_one()


def settle(session: Session, kind: str, subject: str, *, now: datetime, settled_by: int | None = None) -> bool:
    """False where there was none open."""
    return _settle(session, (Alarm.kind == kind, Alarm.subject == subject), now, settled_by) > 0


def settle_for_ticket(
    session: Session, ticket_id: int, *, now: datetime, settled_by: int | None = None, kinds: Collection[str] = MENDED_BY_DISPATCH,
) -> int:
    """How many were settled."""
    if not remembered.in_batch(session, ("alarmed", ticket_id), lambda: True):
        return 0
    return _settle(session, (Alarm.ticket_id == ticket_id, Alarm.kind.in_(kinds)), now, settled_by)


def alarmed(session: Session, ticket_ids: Collection[int]) -> dict[int, bool]:
    """Which have an open alarm."""
    found = set(session.scalars(select(Alarm.ticket_id).where(Alarm.settled_at.is_(None), Alarm.ticket_id.in_(ticket_ids))))
    return {ticket_id: ticket_id in found for ticket_id in ticket_ids}


def _settle(session: Session, which: tuple[ColumnElement[bool], ...], now: datetime, settled_by: int | None) -> int:
    settled = update(Alarm).where(Alarm.settled_at.is_(None), *which).values(settled_at=now, settled_by=settled_by)
    return len(session.execute(settled.returning(Alarm.id)).all())


def open_alarms(session: Session, actor: Actor, *, limit: int = 200) -> list[Alarm]:
    """Those of the areas in which the actor can mend something, oldest first."""
    query = select(Alarm).where(Alarm.settled_at.is_(None), _seen_by(actor)).order_by(Alarm.raised_at, Alarm.id).limit(limit)
    return list(session.scalars(query))


def _seen_by(actor: Actor) -> ColumnElement[bool]:
    if actor.kind == "system":
        return true()
    return or_(false(), *(Alarm.area_code.startswith(area, autoescape=True) for area in sorted(set(actor.areas(*MENDERS)))))
