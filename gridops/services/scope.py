"""What a person may see, in one place. Out of scope is NotFound (it must look like missing), a wrong role is Forbidden."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, false, or_, select, true
from sqlalchemy.orm import Session

from gridops.domain.actor import Actor
from gridops.domain.permissions import GRID_KEEPERS, INTEGRATION
from gridops.domain.posts import WALKERS
from gridops.errors import NotFound
from gridops.models import Account, Assignment, Report, Round, Ticket

BEFORE_FILING = ("reported", "verifying")
# System, security and audit rights are separable from the street's work: they open no ticket.
WITHOUT_TICKETS = frozenset({"system_admin", "security_admin", "audit_admin", INTEGRATION})


def visible_tickets(actor: Actor) -> ColumnElement[bool]:
    """A condition on Ticket: area prefix of any grant, an assignment in any round for a department, a reporter's own ticket."""
    if actor.kind == "system":
        return true()
    if actor.kind == "reporter":
        return _of_report(actor.report_id)
    if actor.kind == "link":
        return _of_assignment(actor.assignment_id)
    ways = [Ticket.area_code.startswith(area, autoescape=True) for area in sorted(_areas(actor))]
    if actor.department_ids:
        ways.append(_assigned_to(actor.department_ids))
    return or_(false(), *ways)


def reachable_tickets(actor: Actor) -> ColumnElement[bool]:
    """One ticket by its number: visible, or one that the actor himself was sent to, in a neighbour's cell. Lists show the own area only."""
    if actor.kind != "staff" or actor.account_id is None or not actor.roles.intersection(WALKERS):
        return visible_tickets(actor)
    return or_(visible_tickets(actor), sent_to(actor))


def sent_to(actor: Actor) -> ColumnElement[bool]:
    """It is this person's turn to look: before filing, or at the result."""
    person = select(Account.person_id).where(Account.id == actor.account_id).scalar_subquery()
    before = and_(Ticket.status.in_(BEFORE_FILING), Ticket.verifier_id == person)
    return or_(before, and_(Ticket.status == "handled", Ticket.checker_id == person))


def covers(actor: Actor, area_code: str) -> bool:
    """May the actor look into the area at all (lists, backlog, maps)? Departments see their tickets, not areas."""
    return actor.kind == "system" or any(area_code.startswith(area) for area in _areas(actor))


def knows(actor: Actor, area_code: str) -> bool:
    """May the actor see the area's name and shape? Within his own areas and, for the map around him, those above them."""
    granted = {grant.area for grant in actor.grants}
    return actor.kind == "system" or any(area_code.startswith(area) or area.startswith(area_code) for area in granted)


def may_keep_grid(actor: Actor, area_code: str) -> bool:
    """May the actor draw the grid there, and change places, posts and shifts?"""
    return actor.kind == "system" or any(area_code.startswith(area) for area in actor.areas(*GRID_KEEPERS))


def visible_ticket(session: Session, number: str, actor: Actor) -> Ticket:
    """Raises NotFound."""
    ticket = session.scalar(select(Ticket).where(Ticket.number == number, reachable_tickets(actor)))
    if ticket is None:
        raise NotFound()
    return ticket


def _areas(actor: Actor) -> set[str]:
    return {grant.area for grant in actor.grants if grant.role != "department" and grant.role not in WITHOUT_TICKETS}


def _assigned_to(department_ids: frozenset[int]) -> ColumnElement[bool]:
    rounds = select(Round.id).join(Assignment, Assignment.round_id == Round.id)
    return rounds.where(Round.ticket_id == Ticket.id, Assignment.department_id.in_(department_ids)).exists()


def _of_assignment(assignment_id: int | None) -> ColumnElement[bool]:
    of_round = select(Assignment.id).where(Assignment.round_id == Ticket.round_id, Assignment.id == assignment_id)
    return of_round.exists()


def _of_report(report_id: int | None) -> ColumnElement[bool]:
    return select(Report.id).where(Report.ticket_id == Ticket.id, Report.id == report_id).exists()
