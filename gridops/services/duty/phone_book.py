"""The duty phone book: numbers of organisations for all staff, and of the people on duty for those who must reach them at night.

Numbers of people are encrypted; reading them is written down as a security event.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from gridops.domain.actor import Actor
from gridops.domain.area_codes import COMMUNITY_DIGITS
from gridops.domain.posts import ROLES
from gridops.errors import Forbidden
from gridops.models import Department, Jurisdiction, Person, Place
from gridops.services import areas, security_events
from gridops.services.duty import overview
from gridops.services.duty.held import read
from gridops.services.duty.presence import OnDuty, at_instant
from gridops.vault import Vault

PHONE = "person.phone"  # purpose of the vault, as the import of people writes it
READERS = ("clerk", "dispatcher", "grid_office", "grid_leader", "leader")


@dataclass(frozen=True)
class Reached:
    """``phone`` is None where none is known, or the book was not opened."""

    on_duty: OnDuty
    phone: str | None


def organisations(session: Session, area_code: str) -> list[Department]:
    """Those with a number that are responsible anywhere in the area, by name."""
    near = or_(
        Jurisdiction.area_prefix.startswith(area_code, autoescape=True),
        Jurisdiction.area_prefix.in_([area_code[:digits] for digits in range(1, len(area_code) + 1)]),
        Place.community_code.startswith(area_code[:COMMUNITY_DIGITS], autoescape=True))
    there = select(Jurisdiction.department_id).outerjoin(Place, Place.id == Jurisdiction.place_id).where(near)
    reachable = or_(Department.phone.is_not(None), Department.duty_phone.is_not(None))
    return list(session.scalars(
        select(Department).where(Department.ended_at.is_(None), reachable, Department.id.in_(there)).order_by(Department.name, Department.code)))


def people(session: Session, area_code: str, now: datetime) -> list[Reached]:
    """Everybody on duty in the area, over it or below, without numbers."""
    return [Reached(one, None) for one in _on_duty(session, area_code, now)]


def may_open(actor: Actor, area_code: str) -> bool:
    return bool(actor.roles_at(area_code).intersection(READERS))


def open_people(session: Session, vault: Vault, area_code: str, *, actor: Actor, now: datetime) -> list[Reached]:
    """With their numbers. Raises Forbidden, NotFound (area)."""
    areas.get_area(session, area_code)
    if not may_open(actor, area_code):
        raise Forbidden()
    found = _on_duty(session, area_code, now)
    phones = _phones(session, vault, {one.person_id for one in found})
    security_events.record(session, "phone_book_opened", now=now, account_id=actor.account_id, area=area_code, people=len(phones))
    return [Reached(one, phones.get(one.person_id)) for one in found]


def _on_duty(session: Session, area_code: str, now: datetime) -> list[OnDuty]:
    found = at_instant(read(session, area_code, now, now, ROLES), now)
    near = (one for one in found if one.area_code.startswith(area_code) or area_code.startswith(one.area_code))
    return sorted(overview.distinct(near), key=lambda one: (one.area_code, ROLES.index(one.role), one.person))


def _phones(session: Session, vault: Vault, people_ids: Iterable[int]) -> dict[int, str]:
    rows = session.execute(select(Person.id, Person.phone_cipher).where(Person.id.in_(list(people_ids)), Person.phone_cipher.is_not(None)))
    return {row.id: vault.decrypt(row.phone_cipher, purpose=PHONE) for row in rows}
