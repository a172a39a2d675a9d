"""双报到: an in-service party member reports to the community where he lives, takes a duty on there, and his work-place hears of it."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from gridops.domain.actor import Actor
from gridops.domain.contact import normalise_phone
from gridops.domain.posts import holds
from gridops.errors import Conflict, Invalid, NotFound
from gridops.models import CheckIn, DutyClaim, Person, Posting
from gridops.services import areas
from gridops.services.people import access, duties, phones
from gridops.services.people.posts import new_code
from gridops.vault import Vault

CLAIMERS = ("party_member", "volunteer")


def check_in(
    session: Session, community: str, *, name: str, home_organisation: str, phone: str | None = None, on: date, actor: Actor,
    now: datetime, vault: Vault,
) -> CheckIn:
    """Entered, and so confirmed, by staff. Who is known by name and phone is that person. Raises Conflict, Invalid, NotFound, Forbidden."""
    access.check_days(on=on)
    area = areas.find_area(session, community)
    if area is None or area.level != "community":
        raise Invalid("Check-ins are with a community.", code="not_a_community", fields={"community": ["Check-ins are with a community."]})
    access.check_takes_check_ins(actor, community)
    _hold(session, vault, name, phone)
    person = known(session, vault, name, phone) or _new(session, vault, name, phone)
    person.home_organisation = home_organisation
    if session.scalar(select(CheckIn.id).where(CheckIn.person_id == person.id, CheckIn.community_code == community)):
        raise Conflict("This person has checked in here already.", code="checked_in_before")
    found = CheckIn(person_id=person.id, community_code=community, checked_in_on=on, confirmed_by=actor.account_id, confirmed_at=now)
    session.add(found)
    post(session, person, community, on)
    access.publish_changes(session, [community], now=now)
    session.flush()
    return found


def _hold(session: Session, vault: Vault, name: str, phone: str | None) -> None:
    """One at a time enters this person, whatever the community: sent twice he is still one."""
    same = vault.blind_index(f"{name} {normalise_phone(phone) if phone and phone.strip() else ''}", purpose="person.code").hex()
    session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"check_in/{same}", 0))))


def known(session: Session, vault: Vault, name: str, phone: str | None) -> Person | None:
    """Only with the phone: two of one name are two people."""
    if not phone or not phone.strip():
        return None
    number = normalise_phone(phone)
    same = session.scalars(select(Person).where(Person.name == name, Person.phone_cipher.is_not(None)).order_by(Person.id))
    return next((person for person in same if phones.opened(vault, person) == number), None)


def _new(session: Session, vault: Vault, name: str, phone: str | None) -> Person:
    person = Person(code=new_code(), name=name, phone_cipher=phones.sealed(vault, phone))
    session.add(person)
    session.flush()
    return person


def post(session: Session, person: Person, community: str, on: date) -> None:
    """In the roster as a party member of the community, unless posted there as one already."""
    query = select(Posting).where(
        Posting.person_id == person.id, Posting.role == "party_member", Posting.area_code.startswith(community, autoescape=True))
    if not any(holds(post.starts_on, post.ends_on, on) for post in session.scalars(query)):
        session.add(Posting(person_id=person.id, role="party_member", area_code=community, duties=[], starts_on=on))
    person.left_on = None


def thank(session: Session, check_in_id: int, *, actor: Actor, now: datetime) -> CheckIn:
    """A letter of thanks went to the home organisation today. Raises NotFound, Forbidden."""
    found = _kept(session, check_in_id, actor)
    found.thanked_on = access.today_in(session, found.community_code, now)
    return found


def confirm(session: Session, check_in_id: int, *, actor: Actor, now: datetime) -> CheckIn:
    """One that came from a file: whoever was first to say that it is so stays. Raises NotFound, Forbidden."""
    found = _kept(session, check_in_id, actor)
    if found.confirmed_at is None:
        found.confirmed_by, found.confirmed_at = actor.account_id, now
    return found


def _kept(session: Session, check_in_id: int, actor: Actor) -> CheckIn:
    found = session.get(CheckIn, check_in_id, with_for_update=True)
    if found is None:
        raise NotFound()
    access.check_takes_check_ins(actor, found.community_code)
    return found


def claim(
    session: Session, code: str, *, area: str, text: str, class_code: str | None = None, on: date, actor: Actor, now: datetime,
) -> DutyClaim:
    """By a party member or volunteer who serves now. Raises NotFound, Forbidden, Invalid ``may_not_claim``, ``unknown_class``."""
    access.check_days(on=on)
    areas.get_area(session, area)
    access.check_takes_check_ins(actor, area)
    person = access.person_seen(session, code, actor, lock=True)
    if not may_claim(session, person.id, on):
        raise Invalid("Only volunteers and party members claim duties.", code="may_not_claim")
    if class_code:
        duties.check_class(session, class_code)
    made = DutyClaim(person_id=person.id, area_code=area, class_code=class_code, text=text, claimed_on=on)
    session.add(made)
    session.flush()
    return made


def may_claim(session: Session, person_id: int, on: date) -> bool:
    """Does he serve as a volunteer or party member on that day?"""
    held = session.scalars(select(Posting).where(Posting.person_id == person_id, Posting.role.in_(CLAIMERS)))
    return any(holds(one.starts_on, one.ends_on, on) for one in held)


def end_claim(session: Session, claim_id: int, *, done: bool, actor: Actor, now: datetime) -> DutyClaim:
    """Done, or given back for somebody else. Raises NotFound, Forbidden, Conflict."""
    found = session.get(DutyClaim, claim_id)
    if found is None:
        raise NotFound()
    access.check_takes_check_ins(actor, found.area_code)
    if found.done_on or found.released_on:
        raise Conflict("This claim has ended already.", code="claim_ended")
    setattr(found, "done_on" if done else "released_on", access.today_in(session, found.area_code, now))
    return found
