"""The filters of the ticket list, each a condition on Ticket. What a filter says only narrows the caller's scope."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, false, func, or_, select, true
from sqlalchemy.orm import aliased

from gridops.domain.actor import Actor
from gridops.domain.area_codes import COMMUNITY_DIGITS
from gridops.domain.contact import normalise_phone
from gridops.domain.lifecycle import OPEN
from gridops.errors import Forbidden
from gridops.models import Account, Assignment, CategoryVersion, Contact, Department, Rating, Report, Ticket, TimeRequest, UpstreamOrder
from gridops.services import contacts, lights, merging, scope
from gridops.vault import Vault

BEFORE_FILING = ("reported", "verifying")
WALKING_ROLES = ("grid_worker", "grid_leader")
OPEN_WORD = "open"  # beside the statuses: all that are open
WAITS_FOR = {  # role -> statuses that wait for somebody with it
    "clerk": ("reported",), "dispatcher": ("filed", "objected"), "grid_worker": ("verifying", "handled"), "grid_leader": ("handled",),
}


@dataclass(frozen=True)
class Asked:
    actor: Actor
    now: datetime
    vault: Vault | None


def conditions(filters: Mapping[str, Any], asked: Asked) -> list[ColumnElement[bool]]:
    """Filters that are None or empty narrow nothing. Raises Forbidden (``phone``), Invalid ``phone_invalid``, KeyError for an unknown one."""
    given = {name: value for name, value in filters.items() if value not in (None, "", [], ())}
    return [CONDITIONS[name](value, asked) for name, value in given.items()]


def _area(code: str, asked: Asked) -> ColumnElement[bool]:
    return Ticket.area_code.startswith(code, autoescape=True)


def _status(statuses: list[str], asked: Asked) -> ColumnElement[bool]:
    wanted = [status for status in statuses if status != OPEN_WORD]
    return Ticket.status.in_([*wanted, *(OPEN if OPEN_WORD in statuses else ())])


def _light(wanted: list[str], asked: Asked) -> ColumnElement[bool]:
    return lights.lit(wanted, asked.now)


def _category(code: str, asked: Asked) -> ColumnElement[bool]:
    """A category, or a whole class of them."""
    versions = select(CategoryVersion.id).where(or_(CategoryVersion.code == code, CategoryVersion.class_code == code))
    return Ticket.category_version_id.in_(versions)


def _department(code: str, asked: Asked) -> ColumnElement[bool]:
    """In whichever role of the current round."""
    return _in_round(select(Department.id).where(Department.code == code))


def _as_role(role: str, asked: Asked) -> ColumnElement[bool]:
    """The caller's own organisation holds this role of the current round."""
    return _in_round(select(Department.id).where(Department.id.in_(asked.actor.department_ids)), Assignment.role == role)


def _in_round(departments: Select, *more: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(Assignment.round_id == Ticket.round_id, Assignment.department_id.in_(departments), *more)


def _mine(wanted: bool, asked: Asked) -> ColumnElement[bool]:
    """Open, and: with my department, waiting for a role I hold there, for me to verify or check, handled or entered by me."""
    actor = asked.actor
    if not wanted:
        return true()
    ways = [
        and_(Ticket.status.in_(WAITS_FOR[grant.role]), Ticket.area_code.startswith(grant.area, autoescape=True), _nobody_elses(grant.role))
        for grant in actor.grants if grant.role in WAITS_FOR
    ]
    if actor.department_ids:
        ways.append(_in_round(select(Department.id).where(Department.id.in_(actor.department_ids))))
    if actor.account_id is not None:
        ways.append(_goes_and_looks(select(Account.person_id).where(Account.id == actor.account_id).scalar_subquery()))
        ways.append(Ticket.handled_by == actor.account_id)
        ways.append(_reported(Report.entered_by == actor.account_id))
    return and_(Ticket.status.in_(OPEN), or_(false(), *ways))


def _goes_and_looks(person: Any) -> ColumnElement[bool]:
    return or_(
        and_(Ticket.status.in_(BEFORE_FILING), Ticket.verifier_id == person), and_(Ticket.status == "handled", Ticket.checker_id == person))


def _nobody_elses(role: str) -> ColumnElement[bool]:
    """Walkers need not see in their own list what a colleague with a log-in was asked to check."""
    if role not in WALKING_ROLES:
        return true()
    with_log_in = select(Account.person_id).where(Account.person_id.is_not(None), Account.disabled_at.is_(None))
    return or_(Ticket.status != "handled", Ticket.checker_id.is_(None), Ticket.checker_id.not_in(with_log_in))


def _overdue(wanted: bool, asked: Asked) -> ColumnElement[bool]:
    late = lights.lit(["red"], asked.now)
    return late if wanted else ~and_(late, Ticket.due_by.is_not(None))


def _words(text: str, asked: Asked) -> ColumnElement[bool]:
    """The beginning of a number, or all of the words somewhere in the description."""
    words = (Ticket.description.icontains(word, autoescape=True) for word in text.split())
    return or_(Ticket.number.startswith(text.strip(), autoescape=True), and_(*words))


def _phone(phone: str, asked: Asked) -> ColumnElement[bool]:
    """Only for those who may open a contact there: by guessing numbers others could learn who complained."""
    actor = asked.actor
    if not actor.roles & contacts.OPENERS or asked.vault is None:
        raise Forbidden()
    index = asked.vault.blind_index(normalise_phone(phone), purpose=contacts.PHONE)
    there = or_(*(Ticket.area_code.startswith(area, autoescape=True) for area in sorted(set(actor.areas(*contacts.OPENERS)))))
    return and_(there, _reported(Report.contact_id == Contact.id, Contact.phone_index == index))


def _channel(channel: str, asked: Asked) -> ColumnElement[bool]:
    return _reported(Report.channel == channel)


def _external_number(number: str, asked: Asked) -> ColumnElement[bool]:
    return _reported(UpstreamOrder.report_id == Report.id, UpstreamOrder.external_number == number)


def _reported(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(Report.ticket_id == Ticket.id, *conditions)


def _kind(kind: str, asked: Asked) -> ColumnElement[bool]:
    return Ticket.kind == kind


def _unlocated(wanted: bool, asked: Asked) -> ColumnElement[bool]:
    return Ticket.cell_id.is_(None) if wanted else Ticket.cell_id.is_not(None)


def _without_community(wanted: bool, asked: Asked) -> ColumnElement[bool]:
    """Nothing below the street is known."""
    known = func.length(Ticket.area_code) >= COMMUNITY_DIGITS
    return ~known if wanted else known


def _waiting(wanted: bool, asked: Asked) -> ColumnElement[bool]:
    """In the operations centre's queue: a person must look."""
    return Ticket.waiting_reason.is_not(None) if wanted else Ticket.waiting_reason.is_(None)


def _reported_from(instant: datetime, asked: Asked) -> ColumnElement[bool]:
    return Ticket.reported_at >= instant


def _reported_to(instant: datetime, asked: Asked) -> ColumnElement[bool]:
    return Ticket.reported_at < instant


def _relapse(wanted: bool, asked: Asked) -> ColumnElement[bool]:
    """Came back within thirty days of closing."""
    return Ticket.relapse_of.is_not(None) if wanted else Ticket.relapse_of.is_(None)


def _watched(wanted: bool, asked: Asked) -> ColumnElement[bool]:
    """Reported while its spot was being watched."""
    return Ticket.watch_id.is_not(None) if wanted else Ticket.watch_id.is_(None)


def _given_to_me(wanted: bool, asked: Asked) -> ColumnElement[bool]:
    """The caller's organisation has it in its present round and gave it to him."""
    mine = _in_round(select(Department.id).where(Department.id.in_(asked.actor.department_ids)), Assignment.given_to == asked.actor.account_id)
    return and_(Ticket.status.in_(OPEN), mine) if wanted else true()


def _to_call_back(wanted: bool, asked: Asked) -> ColumnElement[bool]:
    """Closed, not by the caller or the own organisation, and somebody who left a way to be reached has not said whether it is solved."""
    families, top = merging.families_of(Ticket.status == "closed", scope.visible_tickets(asked.actor)), aliased(Ticket)
    rated = exists().where(Rating.report_id == Report.id, Rating.closing_no == top.closing_no)
    silent = select(families.c.top).join(top, top.id == families.c.top).join(Report, Report.ticket_id == families.c.id).where(
        Report.contact_id.is_not(None), Report.visibility != "anonymous", Report.withdrawn_at.is_(None), ~rated)
    others = case(
        (Ticket.lead_id.is_(None), Ticket.handled_by.is_distinct_from(asked.actor.account_id)),
        else_=Ticket.lead_id.not_in(asked.actor.department_ids))
    return and_(Ticket.id.in_(silent), others) if wanted else true()


def _time_asked(level: int, asked: Asked) -> ColumnElement[bool]:
    """An extension or a suspension waits for a decision: 1 the dispatcher's, 2 a leader's."""
    return exists().where(TimeRequest.ticket_id == Ticket.id, TimeRequest.decision.is_(None), TimeRequest.level == level)


CONDITIONS: dict[str, Callable[[Any, Asked], ColumnElement[bool]]] = {
    "area": _area, "status": _status, "light": _light, "category": _category, "department": _department, "mine": _mine,
    "as_role": _as_role, "without_community": _without_community,
    "overdue": _overdue, "q": _words, "phone": _phone, "channel": _channel, "external_number": _external_number, "kind": _kind,
    "unlocated": _unlocated, "waiting": _waiting, "reported_from": _reported_from, "reported_to": _reported_to,
    "relapse": _relapse, "watched": _watched, "given_to_me": _given_to_me, "to_call_back": _to_call_back,
    "time_asked": _time_asked,
}
