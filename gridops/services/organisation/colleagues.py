"""Which person of an organisation works a ticket that it has in hand.

It is the organisation's own affair: no step of the matter, no row in the trail, nothing for others to read, and nobody is kept from
working a ticket that a colleague has. It is given to the organisation's assignment and ends with it.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from gridops.domain.actor import Actor
from gridops.errors import Forbidden, Invalid, NotAllowed
from gridops.models import Account, Assignment, Department, RoleGrant, Ticket
from gridops.services import outbox, scope

GIVEN = "ticket.given"
IN_HAND = ("dispatched", "objected", "in_progress", "suspended", "handled")
OVER = ("answered", "waived", "ended")  # of an assignment
NO_COLLEAGUE = "This is nobody of the organisation."
NOTHING_IN_HAND = "Your organisation has nothing to do on this ticket."


class Own(NamedTuple):
    """One of the actor's organisations, in his language."""

    id: int
    code: str
    name: str


class Colleague(NamedTuple):
    account_id: int
    name: str
    department_id: int


def own(session: Session, actor: Actor, locale: str = "zh") -> list[Own]:
    """In the order of their codes."""
    rows = session.scalars(select(Department).where(Department.id.in_(actor.department_ids)).order_by(Department.code))
    return [Own(row.id, row.code, _called(row, locale)) for row in rows]


def of_organisations(session: Session, department_ids: Collection[int]) -> list[Colleague]:
    """Whoever has a log-in for one of the organisations, by name."""
    query = (
        select(Account.id, Account.name, RoleGrant.department_id).join(RoleGrant, RoleGrant.account_id == Account.id)
        .where(*_works_for(department_ids)).order_by(Account.name, Account.id, RoleGrant.department_id))
    return [Colleague(*row) for row in session.execute(query)]


def _works_for(department_ids: Collection[int]) -> tuple[ColumnElement[bool], ...]:
    return RoleGrant.role == "department", RoleGrant.department_id.in_(department_ids), Account.disabled_at.is_(None)


def is_given() -> ColumnElement[bool]:
    """On Assignment: to somebody who still works for the organisation. Who has left has left it to nobody."""
    query = select(RoleGrant.id).join(Account, Account.id == RoleGrant.account_id).where(
        RoleGrant.account_id == Assignment.given_to, RoleGrant.department_id == Assignment.department_id, RoleGrant.role == "department",
        Account.disabled_at.is_(None))
    return query.correlate(Assignment).exists()


def give(session: Session, number: str, account_id: int | None, *, actor: Actor, now: datetime) -> bool:
    """The colleague works it from now on; None takes it back. False where it was so already: asking twice tells nobody twice.

    Raises Forbidden (no organisation's), NotFound, NotAllowed ``nothing_in_hand``, Invalid ``given_to``.
    """
    if not actor.department_ids:
        raise Forbidden()
    ticket = _locked(session, scope.visible_ticket(session, number, actor))
    assignments = _in_hand(session, ticket, actor)
    if not assignments:
        raise NotAllowed(NOTHING_IN_HAND, code="nothing_in_hand")
    assignment = assignments[0] if account_id is None else _of_colleague(session, assignments, account_id)
    if assignment.given_to == account_id:
        return False
    assignment.given_to, assignment.given_by, assignment.given_at = account_id, actor.account_id, now
    if account_id not in (None, actor.account_id):
        outbox.publish(session, GIVEN, now=now, ticket_id=ticket.id, payload={"account": account_id})
    session.flush()
    return True


def _locked(session: Session, ticket: Ticket) -> Ticket:
    """Rounds begin and end under the ticket's lock, and two who give it to two people go one after the other."""
    query = select(Ticket).where(Ticket.id == ticket.id).with_for_update().execution_options(populate_existing=True)
    return session.scalars(query).one()


def _in_hand(session: Session, ticket: Ticket, actor: Actor) -> list[Assignment]:
    """Of the actor's organisations, the one that leads first."""
    if ticket.status not in IN_HAND or ticket.round_id is None:
        return []
    query = select(Assignment).where(
        Assignment.round_id == ticket.round_id, Assignment.department_id.in_(actor.department_ids), Assignment.status.not_in(OVER))
    found = session.scalars(query.order_by(Assignment.id).execution_options(populate_existing=True)).all()
    return sorted(found, key=lambda row: row.role != "lead")


def _of_colleague(session: Session, assignments: list[Assignment], account_id: int) -> Assignment:
    query = select(RoleGrant.department_id).join(Account, Account.id == RoleGrant.account_id).where(
        Account.id == account_id, *_works_for([row.department_id for row in assignments]))
    own = set(session.scalars(query))
    found = next((row for row in assignments if row.department_id in own), None)
    if found is None:
        raise Invalid(fields={"given_to": [NO_COLLEAGUE]})
    return found


class InHouse(NamedTuple):
    """What one organisation has on one ticket. ``name`` is None where nobody has it."""

    organisation: str
    account_id: int | None
    name: str | None


def of_tickets(session: Session, numbers: Collection[str], actor: Actor, locale: str = "zh") -> dict[str, InHouse]:
    """By number: what the actor's own organisation has in hand, and who of it. One statement."""
    if not actor.department_ids or not numbers:
        return {}
    query = (
        select(Ticket.number, Department, Account.id, Account.name).join(Assignment, Assignment.round_id == Ticket.round_id)
        .join(Department, Department.id == Assignment.department_id)
        .outerjoin(Account, (Account.id == Assignment.given_to) & is_given())
        .where(Ticket.number.in_(numbers), Ticket.status.in_(IN_HAND), Assignment.department_id.in_(actor.department_ids), Assignment.status.not_in(OVER))
        .order_by(Assignment.role == "lead", Assignment.id.desc()))  # the lead comes last and stays
    rows = session.execute(query)
    return {number: InHouse(_called(department, locale), account_id, name) for number, department, account_id, name in rows}


def _called(department: Department, locale: str) -> str:
    return department.name_en if locale.startswith("en") and department.name_en else department.name
