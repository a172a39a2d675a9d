"""Taking a report from any channel: located in the request, written with its ticket, clocks, trail and outbox in one transaction.

Understanding, filing and dispatching happen later in a worker. Redis may be down: the report is safe.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from geoalchemy2 import WKBElement
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from geo.coords import parse_point, to_wgs84
from geo.errors import GeoError
from gridops.domain import codes
from gridops.domain.actor import Actor
from gridops.domain.clock_policy import promise_limit
from gridops.errors import Invalid
from gridops.models import CategoryVersion, Cell, Evidence, Grid, Photo, Place, Report, Street, Ticket, UpstreamOrder
from gridops.services import areas, calendars, contacts, outbox, trail
from gridops.services.clocks import TicketClocks
from gridops.services.shapes import stored_point
from gridops.vault import Vault

CODE = "tracking code"  # purpose of the vault's cipher and blind index
NUMBER = text("SELECT nextval('ticket_number')")


@dataclass(frozen=True)
class Receipt:
    """What the reporter gets. ``code`` is the bearer secret and is shown nowhere else."""

    code: str
    ticket: Ticket
    report: Report


@dataclass(frozen=True)
class Spot:
    """Where it is, as deep as is known: ``area_code`` is a cell's, community's or street's."""

    street: Street
    area_code: str
    cell_id: int | None = None
    place_id: int | None = None
    point: WKBElement | None = None


def submit(session: Session, submission: dict[str, Any], *, actor: Actor, now: datetime, vault: Vault, channel: str, locale: str = "zh") -> Receipt:
    """``submission`` as POST /api/v1/reports takes it (validated), plus optional ``upstream`` {source, external_number,
    external_due_by, secret, reply_wanted, category_text, row} of an import and ``street`` for reports without any place.

    Raises Invalid: ``outside`` (point in no street; details: nearest, distance_m), unknown place, category or photo.
    """
    spot = _spot(session, submission)
    category = _category(session, submission.get("category"))
    ticket = _open_ticket(session, submission, spot, category, now)
    code = codes.new_code()
    report = _report(session, submission, ticket, spot, code, actor=actor, now=now, vault=vault, channel=channel, locale=locale)
    _upstream(session, submission, report)
    _photos(session, submission.get("photos") or [], ticket, report, now)
    _start_clocks(session, submission, ticket, now)
    _record(session, ticket, report, category, actor, now)
    return Receipt(code, ticket, report)


def _spot(session: Session, submission: dict[str, Any]) -> Spot:
    if submission.get("location"):
        return _at_point(session, submission["location"])
    if submission.get("place_code"):
        return _at_place(session, submission["place_code"])
    return _nowhere(session, submission.get("street"))


def _at_point(session: Session, location: dict[str, Any]) -> Spot:
    try:
        point = to_wgs84(parse_point(location["lng"], location["lat"], location["crs"]))
    except GeoError as error:
        raise Invalid(str(error), code=error.code, fields={"location": [str(error)]}) from error
    found = areas.locate(session, point)
    if isinstance(found, areas.Outside):
        raise _outside(found)
    street = session.get(Street, found.street.code)
    cell_id = found.cell.id if found.cell else None
    return Spot(street, found.area_code, cell_id, point=stored_point(point))


def _outside(found: areas.Outside) -> Invalid:
    nearest = {"code": found.nearest.code, "name": found.nearest.name} if found.nearest else None
    return Invalid(
        "This place is in none of our streets.", code="outside", fields={"location": ["This place is in none of our streets."]},
        details={"nearest": nearest, "distance_m": found.distance_m})


def _at_place(session: Session, code: str) -> Spot:
    place = session.scalar(select(Place).where(Place.code == code))
    if place is None:
        raise Invalid(code="place_unknown", fields={"place_code": ["There is no such place."]})
    cell = _cell_of(session, place)
    street = session.get(Street, areas.location_of(session, place.community_code).street.code)
    return Spot(street, cell.code if cell else place.community_code, cell.id if cell else None, place.id, place.point)


def _cell_of(session: Session, place: Place) -> Cell | None:
    """By lineage, so that a poster printed years ago still leads to the right cell."""
    if place.cell_lineage is None:
        return None
    query = select(Cell).join(Grid, Grid.id == Cell.grid_id).where(Cell.lineage == place.cell_lineage, Grid.status == "active")
    return session.scalar(query)


def _nowhere(session: Session, street_code: str | None) -> Spot:
    """Nothing is lost: shown as unlocated in the street named, or in the one that takes such reports."""
    query = select(Street).order_by(Street.takes_unlocated.desc(), Street.code).limit(1)
    if street_code is not None:
        query = query.where(Street.code == street_code)
    street = session.scalar(query)
    if street is None:
        raise Invalid(code="street_unknown", fields={"street": ["There is no such street."]})
    return Spot(street, street.code)


def _category(session: Session, code: str | None) -> CategoryVersion | None:
    if code is None:
        return None
    found = session.scalar(select(CategoryVersion).where(CategoryVersion.code == code, CategoryVersion.valid_to.is_(None)))
    if found is None:
        raise Invalid(code="category_unknown", fields={"category": ["There is no category with this code."]})
    return found


def _open_ticket(session: Session, submission: dict[str, Any], spot: Spot, category: CategoryVersion | None, now: datetime) -> Ticket:
    """Version 1 in ``reported``. The category is the reporter's word until somebody files it."""
    serial = session.execute(NUMBER).scalar_one()
    day = now.astimezone(ZoneInfo(spot.street.timezone)).strftime("%y%m%d")
    ticket = Ticket(
        number=f"{day}-{serial:05d}", version=1, status="reported", kind=submission["kind"], street_code=spot.street.code,
        area_code=spot.area_code, cell_id=spot.cell_id, place_id=spot.place_id, point=spot.point, description=submission["description"],
        category_version_id=category.id if category else None, emergency=bool(category and category.emergency),
        never_public=bool(category and category.never_public), reported_at=now,
        calendar_version_id=calendars.current_calendar_id(session, spot.street.code), policy_id=calendars.current_policy_id(session),
        trail_seq=0, trail_head=b"")
    session.add(ticket)
    session.flush()
    return ticket


def _report(session, submission, ticket, spot, code, *, actor, now, vault, channel, locale) -> Report:
    report = Report(
        ticket_id=ticket.id, code_index=vault.blind_index(code, purpose=CODE), code_cipher=vault.encrypt(code, purpose=CODE),
        kind=submission["kind"], channel=channel, visibility=_visibility(submission, ticket, session), locale=locale,
        description=submission["description"], answers=submission.get("answers") or {}, address=submission.get("address"),
        place_id=spot.place_id, point=spot.point, given_point=submission.get("location"),
        contact_id=_contact(session, vault, submission.get("contact"), now), occurred_at=submission.get("occurred_at"),
        reported_at=now, entered_by=actor.account_id)
    session.add(report)
    session.flush()
    return report


def _visibility(submission: dict[str, Any], ticket: Ticket, session: Session) -> str:
    """Categories that protect their reporters do so unless the reporter asks for more; nobody's choice is ever loosened."""
    chosen = submission.get("visibility") or "named"
    if chosen == "named" and ticket.category_version_id and session.get(CategoryVersion, ticket.category_version_id).protect_reporter:
        return "protected"
    return chosen


def _contact(session: Session, vault: Vault, contact: dict[str, Any] | None, now: datetime) -> int | None:
    if not contact or not (contact.get("name") or contact.get("phone")):
        return None
    return contacts.store(session, vault, contact.get("name"), contact.get("phone"), now).id


def _upstream(session: Session, submission: dict[str, Any], report: Report) -> None:
    if submission.get("upstream"):
        session.add(UpstreamOrder(report_id=report.id, **submission["upstream"]))
        session.flush()


def _photos(session: Session, photos: list, ticket: Ticket, report: Report, now: datetime) -> None:
    wanted = list(dict.fromkeys(photos))
    if not wanted:
        return
    known = set(session.scalars(select(Photo.id).where(Photo.id.in_(wanted))))
    used = set(session.scalars(select(Evidence.photo_id).where(Evidence.photo_id.in_(wanted))))
    if known - used != set(wanted):
        raise Invalid("A photo is unknown or already used.", code="photo_unknown", fields={"photos": ["A photo is unknown or already used."]})
    session.add_all(Evidence(ticket_id=ticket.id, report_id=report.id, photo_id=photo, stage="report", at=now) for photo in wanted)


def _start_clocks(session: Session, submission: dict[str, Any], ticket: Ticket, now: datetime) -> None:
    """The promise is what the resident is told, never later than the city's own due."""
    clocks = TicketClocks(session, ticket, fresh=True)
    clocks.start("accept", now)
    upstream_due = (submission.get("upstream") or {}).get("external_due_by")
    promise = clocks.start("promise", now, limit=promise_limit(clocks.policy, ticket.kind), not_later_than=upstream_due)
    ticket.promised_by = promise.due_by
    clocks.refresh_ticket()


def _record(session: Session, ticket: Ticket, report: Report, category: CategoryVersion | None, actor: Actor, now: datetime) -> None:
    facts = {"kind": ticket.kind, "channel": report.channel, "area": ticket.area_code, "category": category.code if category else None}
    trail.append(session, ticket, action="submit", status_from=None, actor=actor, facts=facts, now=now)
    outbox.publish(
        session, "report.submitted", now=now, ticket_id=ticket.id, payload={"report": report.id},
        queue="urgent" if ticket.emergency else "default")
    session.flush()


def find_report(session: Session, vault: Vault, typed: str) -> Report | None:
    """The report behind a tracking code as somebody typed or read it out; None for anything else."""
    code = codes.parse_code(typed)
    return session.scalar(select(Report).where(Report.code_index == vault.blind_index(code, purpose=CODE))) if code else None
