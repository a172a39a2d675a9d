"""Who said something, when, and on which matter: the reports of a street, each with the ticket that it ended up in and one voice.

A voice is a phone by its blind index, or on patrol the person of the log-in. Whoever left neither cannot be told from the next one: all
such reports on a matter are one voice together, so that nobody makes a matter hot by writing three times without a name.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from geoalchemy2 import WKBElement
from sqlalchemy import ColumnElement, Row, Select, and_, any_, case, func, literal, or_, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from gridops.domain.area_codes import STREET_DIGITS
from gridops.models import Account, CategoryVersion, Contact, Report, Ticket

UNKNOWN: Hashable = ("unknown",)
LEFT_OUT = ("rejected", "referred", "voided")  # counted nowhere, as in the indicators
NO_ISSUE = ("praise",)


@dataclass(frozen=True)
class Said:
    """One report. ``day`` is the street's own."""

    day: date
    at: datetime
    voice: Hashable


@dataclass
class Matter:
    """A ticket that stands for itself, with what was said on it and on all that were merged into it. ``members`` are their numbers.

    ``guarded``: it accuses somebody or is never public, so that only the street's own people may hear that it is there, and how many spoke.
    """

    id: int
    number: str
    area: str
    cell_id: int | None
    place_id: int | None
    point: WKBElement | None
    category: str | None
    reported_at: datetime
    guarded: bool = False
    said: list[Said] = field(default_factory=list)
    members: set[str] = field(default_factory=set)

    @property
    def voices(self) -> set[Hashable]:
        return {each.voice for each in self.said}


def matters(session: Session, code: str, zone: str, *, since: datetime, until: datetime) -> list[Matter]:
    """Of the area, oldest first, with what was said between two instants; what is guarded is among them."""
    return _heard(session, code, zone, and_(Ticket.street_code == code[:STREET_DIGITS], Report.reported_at >= since, Report.reported_at <= until))


def matters_of(session: Session, code: str, zone: str, ids: Iterable[int]) -> list[Matter]:
    """These tickets with all that was ever said on them and on those merged into them."""
    return _heard(session, code, zone, or_(among(Ticket.id, ids), among(Ticket.merged_into, ids)))


def _heard(session: Session, code: str, zone: str, which: ColumnElement[bool]) -> list[Matter]:
    rows = session.execute(_reports().where(which).order_by(Report.reported_at, Report.id)).all()
    masters = _masters(session, {row.ticket_id for row in rows})
    found = _as_matters(session, set(masters.values()), code)
    for row in rows:
        matter = found.get(masters[row.ticket_id])
        if matter is not None:
            matter.said.append(Said(row.reported_at.astimezone(ZoneInfo(zone)).date(), row.reported_at, _voice(row)))
            matter.members.add(row.number)
    return [matter for matter in found.values() if matter.said]


def _reports() -> Select:
    patrol = case((Report.channel == "patrol", Report.entered_by))
    person = func.coalesce(Account.person_id, -Account.id)  # a log-in without a person is somebody, too
    columns = (Report.ticket_id, Report.reported_at, Ticket.number, Contact.phone_index, person.label("walker"))
    return (
        select(*columns).join(Ticket, Ticket.id == Report.ticket_id).outerjoin(Contact, Contact.id == Report.contact_id)
        .outerjoin(Account, Account.id == patrol).where(counted()))


def counted() -> ColumnElement[bool]:
    """Which reports are voices at all: not taken back, and on nothing that ended as no matter of the street's."""
    return and_(Report.withdrawn_at.is_(None), Report.kind.not_in(NO_ISSUE), Ticket.status.not_in(LEFT_OUT))


def _voice(row: Row) -> Hashable:
    if row.phone_index is not None:
        return "phone", bytes(row.phone_index)
    return ("walker", row.walker) if row.walker is not None else UNKNOWN


def _masters(session: Session, ids: set[int]) -> dict[int, int]:
    """Of each ticket the one that it ended up in: what was merged may have been merged again."""
    into: dict[int, int | None] = {}
    wanted = set(ids)
    while wanted:
        rows = session.execute(select(Ticket.id, Ticket.merged_into).where(among(Ticket.id, wanted))).all()
        into.update((row.id, row.merged_into) for row in rows)
        wanted = {row.merged_into for row in rows} - {None} - into.keys()
    return {ticket: _end(ticket, into) for ticket in ids}


def _end(ticket: int, into: dict[int, int | None]) -> int:
    while (master := into[ticket]) is not None:
        ticket = master
    return ticket


def _as_matters(session: Session, ids: Iterable[int], code: str) -> dict[int, Matter]:
    columns = (Ticket.id, Ticket.number, Ticket.area_code, Ticket.cell_id, Ticket.place_id, Ticket.point, CategoryVersion.code, Ticket.reported_at,
               guarded())
    query = (
        select(*columns).outerjoin(CategoryVersion, CategoryVersion.id == Ticket.category_version_id)
        .where(among(Ticket.id, ids), Ticket.area_code.startswith(code, autoescape=True), Ticket.status.not_in(LEFT_OUT))
        .order_by(Ticket.reported_at, Ticket.id))
    return {row.id: Matter(*row) for row in session.execute(query)}


def among(column: Any, values: Iterable[int] | Iterable[str]) -> ColumnElement[bool]:
    """As one array: a busy fortnight has more tickets than a statement has room for parameters."""
    return column == any_(literal(list(values), ARRAY(column.type)))


def guarded() -> ColumnElement[bool]:
    """A condition on Ticket beside its CategoryVersion. What is not filed yet is not, unless it waits because it accuses somebody."""
    accused = Ticket.waiting_reason.is_not_distinct_from("accuses_person")
    return or_(Ticket.never_public, accused, func.coalesce(or_(CategoryVersion.never_public, CategoryVersion.accuses_person), False))


def people(matters: Sequence[Matter]) -> int:
    return len(set().union(*(matter.voices for matter in matters)))
