"""Taking a report from any channel: located in the request, written with its ticket, clocks, trail and outbox in one transaction.

Understanding, filing and dispatching happen later in a worker. Redis may be down: the report is safe.

This is the busiest path: ids are drawn in one round trip, and everything new is written in a second one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from gridops.domain import codes
from gridops.domain.actor import Actor
from gridops.domain.clock_policy import promise_limit
from gridops.errors import Invalid
from gridops.learning.protection import protection
from gridops.models import Contact, Evidence, Outbox, Photo, Report, Ticket, Trail, UpstreamOrder
from gridops.services import calendars, catalogue, contacts, outbox, trail
from gridops.services.catalogue import CategoryFacts
from gridops.services.clocks import TicketClocks
from gridops.services.photos import usable
from gridops.services.spots import Spot, find_spot
from gridops.services.writing import insert_together
from gridops.vault import Vault

CODE = "tracking code"  # purpose of the vault's cipher and blind index
DRAW = text(
    "SELECT nextval('ticket_number') AS number, nextval('ticket_id_seq') AS ticket, nextval('report_id_seq') AS report,"
    " nextval('contact_id_seq') AS contact, (SELECT revision FROM area_revision) AS areas"
)


@dataclass(frozen=True)
class Receipt:
    """What the reporter gets. ``code`` is the bearer secret and is shown nowhere else."""

    code: str
    ticket: Ticket
    report: Report
    spot: Spot


class Drawn(NamedTuple):
    """Ids for what will be written, and the revision of the areas to locate in. A refused report leaves a gap in the numbers."""

    number: int
    ticket: int
    report: int
    contact: int
    areas: UUID


class Said(NamedTuple):
    """The report as it came, with all that is known around it."""

    submission: dict[str, Any]
    spot: Spot
    category: CategoryFacts | None
    ids: Drawn
    actor: Actor
    now: datetime
    channel: str
    locale: str


def submit(
    session: Session, submission: dict[str, Any], *, actor: Actor, now: datetime, vault: Vault, channel: str, locale: str = "zh",
) -> Receipt:
    """``submission`` as POST /api/v1/reports takes it (validated), plus optional ``upstream`` {source, external_number,
    external_due_by, secret, reply_wanted, category_text, row} of an import or the desk, the desk's ``cell``, and ``street`` for
    reports without any place.

    Raises Invalid: ``outside`` (point in no street; details: nearest, distance_m), unknown place, category or photo.
    """
    session.flush()
    drawn = Drawn(*session.execute(DRAW).one())
    spot = find_spot(session, submission, drawn.areas)
    category = _category(session, submission.get("category"))
    said = Said(submission, spot, category, drawn, actor, now, channel, locale)
    code = codes.new_code()
    contact = _contact(said, vault)
    ticket = _ticket(session, said)
    report = _report(said, code, vault, contact)
    clocks = _clocks(session, said, ticket)
    insert_together(session, *([contact] if contact else []), ticket, report, *clocks.rows, *_record(said, ticket, clocks))
    _upstream(session, submission, report)
    attach_photos(session, submission.get("photos") or [], ticket, report, actor, now)
    return Receipt(code, ticket, report, spot)


def _category(session: Session, code: str | None) -> CategoryFacts | None:
    if code is None:
        return None
    found = catalogue.current_category(session, code)
    if found is None:
        raise Invalid(code="category_unknown", fields={"category": ["There is no category with this code."]})
    return found


def _ticket(session: Session, said: Said) -> Ticket:
    """Version 1 in ``reported``. The category is the reporter's word until somebody files it."""
    spot, category, submission = said.spot, said.category, said.submission
    day = said.now.astimezone(ZoneInfo(spot.street.timezone)).strftime("%y%m%d")
    return Ticket(
        id=said.ids.ticket, number=f"{day}-{said.ids.number:05d}", version=1, status="reported", kind=submission["kind"],
        street_code=spot.street.code, area_code=spot.area_code, cell_id=spot.cell.id if spot.cell else None, place_id=spot.place_id,
        point=spot.point,
        description=submission["description"], category_version_id=category.id if category else None,
        emergency=bool(category and category.emergency), never_public=bool(category and category.never_public), reported_at=said.now,
        calendar_version_id=calendars.current_calendar_id(session, spot.street.code), policy_id=calendars.current_policy_id(session),
        trail_seq=0, trail_head=b"")


def _report(said: Said, code: str, vault: Vault, contact: Contact | None) -> Report:
    submission, spot = said.submission, said.spot
    return Report(
        id=said.ids.report, ticket_id=said.ids.ticket, code_index=vault.blind_index(code, purpose=CODE),
        code_cipher=vault.encrypt(code, purpose=CODE), kind=submission["kind"], channel=said.channel, visibility=_visibility(said),
        locale=said.locale, description=submission["description"], answers=submission.get("answers") or {},
        address=submission.get("address"), place_id=spot.place_id, point=spot.point, given_point=submission.get("location"),
        contact_id=contact.id if contact else None, occurred_at=submission.get("occurred_at"), reported_at=said.now,
        entered_by=said.actor.account_id)


def _visibility(said: Said) -> str:
    secret = (said.submission.get("upstream") or {}).get("secret") or (said.category is not None and said.category.protect_reporter)
    return at_least_protected(said.submission.get("visibility") or "named", said.submission["description"], secret=bool(secret))


def at_least_protected(chosen: str, words: str, *, secret: bool) -> str:
    """Categories, orders of the city (``secret``) and complaints about staff or organisations protect their reporters unless these ask for more.

    Nothing is ever loosened.
    """
    return "protected" if chosen == "named" and (secret or protection("", words)) else chosen


def _contact(said: Said, vault: Vault) -> Contact | None:
    given = said.submission.get("contact") or {}
    if not (given.get("name") or given.get("phone")):
        return None
    contact = contacts.sealed(vault, given.get("name"), given.get("phone"), said.now)
    contact.id = said.ids.contact
    return contact


def _upstream(session: Session, submission: dict[str, Any], report: Report) -> None:
    if submission.get("upstream"):
        session.add(UpstreamOrder(report_id=report.id, **submission["upstream"]))
        session.flush()


def attach_photos(session: Session, photos: list, ticket: Ticket, report: Report, actor: Actor, now: datetime) -> None:
    """With the report that they came with. Raises Invalid ``photo_unknown``."""
    wanted = list(dict.fromkeys(photos))
    if not wanted:
        return
    if set(session.scalars(select(Photo.id).where(Photo.id.in_(wanted), usable(actor)))) != set(wanted):
        raise Invalid("A photo is unknown or already used.", code="photo_unknown", fields={"photos": ["A photo is unknown or already used."]})
    session.add_all(Evidence(ticket_id=ticket.id, report_id=report.id, photo_id=photo, stage="report", at=now) for photo in wanted)


def _clocks(session: Session, said: Said, ticket: Ticket) -> TicketClocks:
    """The promise is what the resident is told, never later than the city's own due."""
    clocks = TicketClocks.of_new(session, ticket)
    clocks.start("accept", said.now)
    upstream_due = (said.submission.get("upstream") or {}).get("external_due_by")
    promise = clocks.start("promise", said.now, limit=promise_limit(clocks.policy, ticket.kind, emergency=ticket.emergency), not_later_than=upstream_due)
    ticket.promised_by = promise.due_by
    clocks.refresh_ticket()
    return clocks


def _record(said: Said, ticket: Ticket, clocks: TicketClocks) -> tuple[Trail, Outbox]:
    category = said.category.code if said.category else None
    facts = {"kind": ticket.kind, "channel": said.channel, "area": ticket.area_code, "category": category, "clocks": clocks.changes}
    facts |= {"place_by_address": said.spot.by_address} if said.spot.by_address else {}
    row = trail.next_row(ticket, action="submit", status_from=None, actor=said.actor, facts=facts, now=said.now)
    queue = "urgent" if ticket.emergency else "default"
    fact = outbox.fact("report.submitted", now=said.now, ticket_id=ticket.id, payload={"report": said.ids.report}, queue=queue)
    return row, fact


def find_report(session: Session, vault: Vault, typed: str) -> Report | None:
    """The report behind a tracking code as somebody typed or read it out; None for anything else."""
    code = codes.parse_code(typed)
    return session.scalar(select(Report).where(Report.code_index == vault.blind_index(code, purpose=CODE))) if code else None
