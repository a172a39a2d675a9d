"""Tickets that are one matter. A report stays with the ticket it opened; what happens to it is told by the ticket at the top.

Whoever changes which ticket belongs to which holds the row lock of the one at the top, so a family stands still under that lock.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import CTE, ColumnElement, or_, select
from sqlalchemy.orm import Session

from gridops.domain.actor import Actor
from gridops.errors import Conflict, NotFound
from gridops.models import Report, Ticket
from gridops.services import scope
from gridops.services.remembered import in_batch

LONGEST_CHAIN = 20  # merges into merges
JOINING = ("merge", "unmerge")


def root_of(session: Session, ticket: Ticket) -> Ticket:
    """The ticket that tells what happens: its master's master, or itself."""
    for _ in range(LONGEST_CHAIN):
        if ticket.status != "merged" or ticket.merged_into is None:
            break
        ticket = session.get_one(Ticket, ticket.merged_into)
    return ticket


def family_ids(ticket_id: int) -> CTE:
    """The ticket and all that were merged into it, directly or through another."""
    found = select(Ticket.id).where(Ticket.id == ticket_id).cte("family", recursive=True)
    return found.union(select(Ticket.id).where(Ticket.merged_into == found.c.id))


def families_of(*which: ColumnElement[bool]) -> CTE:
    """(top, id): each ticket for which the conditions hold, with itself and all that were merged into it."""
    asked = select(Ticket.id.label("top"), Ticket.id).where(*which).cte("families", recursive=True)
    return asked.union(select(asked.c.top, Ticket.id).where(Ticket.merged_into == asked.c.id))


def family(session: Session, ticket: Ticket) -> list[Ticket]:
    """The ticket first, then those merged into it, oldest first."""
    ids = family_ids(ticket.id)
    return list(session.scalars(select(Ticket).where(Ticket.id.in_(select(ids.c.id))).order_by(Ticket.id != ticket.id, Ticket.id)))


def reports_of_family(session: Session, ticket: Ticket) -> list[Report]:
    """The ticket's own first. Each has its answer, its rating and, where it came from the city, its number."""
    return in_batch(session, ("reports", ticket.id), lambda: reports_of_families(session, [ticket.id])[ticket.id])


def reports_of_families(session: Session, ticket_ids: Collection[int]) -> dict[int, list[Report]]:
    """By the ticket at the top."""
    families = families_of(Ticket.id.in_(ticket_ids))
    query = select(families.c.top, Report).join(Report, Report.ticket_id == families.c.id)
    found: dict[int, list[Report]] = {ticket_id: [] for ticket_id in ticket_ids}
    for top, report in session.execute(query.order_by(families.c.top, Report.ticket_id != families.c.top, Report.id)):
        found[top].append(report)
    return found


def lock_root(session: Session, ticket_id: int) -> Ticket:
    """The row lock of the ticket at the top. Raises Conflict where it was merged or unmerged at this very moment."""
    session.flush()
    own = session.get_one(Ticket, ticket_id, populate_existing=True)
    root = _locked(session, Ticket.id == root_of(session, own).id)
    if own is not root:
        session.refresh(own)
    if root_of(session, own) is not root:
        raise Conflict()
    return root


def lock(session: Session, number: str, action: str, body: dict[str, Any], actor: Actor) -> Ticket:
    """The ticket that an act is about, locked before anything is read that a decision rests on. Raises NotFound, Conflict.

    What a reporter does is done to the ticket at the top; a merge locks every ticket that it touches.
    """
    session.flush()  # reading afresh must not undo what the caller has changed
    if actor.kind == "reporter":
        return lock_root(session, scope.visible_ticket(session, number, actor).id)
    if action in JOINING:
        _lock_all(session, number, body.get("into"))
    return _locked(session, Ticket.number == number, scope.reachable_tickets(actor))


def _locked(session: Session, *which: ColumnElement[bool]) -> Ticket:
    query = select(Ticket).where(*which)
    ticket = session.scalar(query.with_for_update(of=Ticket).execution_options(populate_existing=True))
    if ticket is None:
        raise NotFound()
    return ticket


def _lock_all(session: Session, number: str, into: Any) -> None:
    """In the order of their ids: of two merges, the one the other way round waits, and neither holds what the other needs."""
    numbers = [name for name in (number, into) if isinstance(name, str)]
    named = session.scalars(select(Ticket).where(Ticket.number.in_(numbers)).execution_options(populate_existing=True)).all()
    ids = {ticket.id for ticket in named} | {root_of(session, ticket).id for ticket in named} | {t.merged_into for t in named} - {None}
    query = select(Ticket).where(Ticket.id.in_(ids)).order_by(Ticket.id)
    session.scalars(query.with_for_update().execution_options(populate_existing=True)).all()


def shown_with(ticket_id: int) -> ColumnElement[bool]:
    """A condition on Report: of the ticket or of one merged into it."""
    ids = family_ids(ticket_id)
    return or_(Report.ticket_id == ticket_id, Report.ticket_id.in_(select(ids.c.id)))
