"""Who is called to an emergency: several at once, then the next ones every ten minutes until somebody acknowledges.

First wave: the organisations of the round, whoever is on duty nearest, and the dispatchers. Then those on duty over a wider area, wave by
wave; last the leader, and an alarm. A wave is written, and its successor asked for, in one transaction under the ticket's lock.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from gridops.domain.actor import SYSTEM
from gridops.domain.contact import normalise_phone
from gridops.domain.lifecycle import OPEN
from gridops.domain.posts import ROLES
from gridops.errors import Invalid
from gridops.models import Account, Assignment, CategoryVersion, Department, Page, Person, Ticket
from gridops.services import alarms, areas, field_terms, outbox, trail
from gridops.services.duty import on_duty
from gridops.services.duty.phone_book import PHONE
from gridops.services.messages import written
from gridops.vault import Vault

PATIENCE = timedelta(minutes=10)
UNANSWERED = "emergency_unanswered"  # the alarm when the list is at its end
PAGED, WAVE_DUE = "emergency.paged", "emergency.wave_due"
PURPOSE = "page"
TOKEN_BYTES = 18
MOBILE_DIGITS = 11
WORDS = "【%(street)s】紧急工单%(number)s（%(category)s），%(where)s。%(how)s 危险时先拨110、119、120。"
BY_LINK, BY_HAND = "请立即确认：%s", "请立即登录确认，或回电街道值班室。"


class Called(NamedTuple):
    """One of the three is set."""

    person_id: int | None = None
    department_id: int | None = None
    role: str | None = None


def begin(session: Session, ticket: Ticket, *, now: datetime, vault: Vault | None, base: str) -> int:
    """The first wave; for a later dispatch the organisations that were not yet called. How many are called. The ticket is locked.

    Without ``vault`` (the past of a demonstration) nobody gets a text message.
    """
    if not ticket.emergency or ticket.status not in OPEN:
        return 0
    last = last_wave(session, ticket)
    if last == 0:
        return wave(session, ticket, 1, now=now, vault=vault, base=base)
    fresh = [one for one in _organisations(session, ticket) if one not in _called(session, ticket)]
    _page(session, ticket, last, fresh, now, vault, base)
    return len(fresh)


def wave(session: Session, ticket: Ticket, number: int, *, now: datetime, vault: Vault | None, base: str) -> int:
    """Once, however often it is asked for; none after somebody acknowledged. How many are called."""
    if number <= last_wave(session, ticket) or ticket.status not in OPEN or answered(session, ticket):
        return 0
    known = _called(session, ticket)
    fresh = [one for one in _next(session, ticket, now, known) if one not in known]
    if not fresh:
        alarms.raise_alarm(session, UNANSWERED, ticket.number, ticket.area_code, ticket.id, now=now)
        return 0
    _page(session, ticket, number, fresh, now, vault, base)
    outbox.publish(
        session, WAVE_DUE, now=now, ticket_id=ticket.id, payload={"wave": number + 1}, queue="urgent", available_at=now + PATIENCE)
    return len(fresh)


def answered(session: Session, ticket: Ticket) -> bool:
    """Has anybody acknowledged, or the lead signed?"""
    said = select(Page.id).where(Page.ticket_id == ticket.id, Page.acknowledged_at.is_not(None)).limit(1)
    return ticket.signed_at is not None or session.scalar(said) is not None


def last_wave(session: Session, ticket: Ticket) -> int:
    return session.scalar(select(func.max(Page.wave)).where(Page.ticket_id == ticket.id)) or 0


def _called(session: Session, ticket: Ticket) -> set[Called]:
    rows = session.execute(select(Page.person_id, Page.department_id, Page.role).where(Page.ticket_id == ticket.id))
    return {Called(*row) for row in rows}


def _next(session: Session, ticket: Ticket, now: datetime, known: set[Called]) -> list[Called]:
    groups = _groups(session, ticket, now)
    if not known:
        return [*_organisations(session, ticket), *next(groups, ()), Called(role="dispatcher")]
    return next((group for group in groups if not known.issuperset(group)), [Called(role="leader")])


def _groups(session: Session, ticket: Ticket, now: datetime) -> Iterator[list[Called]]:
    """Those on duty whose posts cover the spot, the nearest areas first."""
    found = on_duty(session, ticket.area_code, now, roles=ROLES)
    for length in sorted({len(one.area_code) for one in found}, reverse=True):
        yield list(dict.fromkeys(Called(person_id=one.person_id) for one in found if len(one.area_code) == length))


def _organisations(session: Session, ticket: Ticket) -> list[Called]:
    parties = select(Assignment.department_id).where(Assignment.round_id == ticket.round_id).order_by(Assignment.id)
    return [Called(department_id=one) for one in session.scalars(parties)]


def _page(session: Session, ticket: Ticket, number: int, called: list[Called], now: datetime, vault: Vault | None, base: str) -> None:
    rows = [_one(session, ticket, number, one, now, vault, base) for one in called]
    if not rows:
        return
    session.add_all(rows)
    session.flush()
    facts = {"wave": number, "pages": [row.id for row in rows], "people": _codes(session, rows), "departments": _departments(session, rows)}
    row = trail.append(session, ticket, action="page", status_from=ticket.status, actor=SYSTEM, facts=facts, now=now, role="system")
    outbox.publish(session, PAGED, now=now, ticket_id=ticket.id, payload={"action": "page", "seq": row.seq, "pages": facts["pages"]}, queue="urgent")
    session.flush()


def _one(session: Session, ticket: Ticket, number: int, called: Called, now: datetime, vault: Vault | None, base: str) -> Page:
    row = Page(ticket_id=ticket.id, wave=number, paged_at=now, channel="inbox", **called._asdict())
    phone = _mobile(session, called, vault) if vault else None
    if vault and phone:
        token = secrets.token_urlsafe(TOKEN_BYTES)
        row.channel, row.token_index = "text_message", index_of(vault, token)
        written.to_phone(
            session, vault, phone, _words(session, ticket, BY_LINK % f"{base}/e/{token}" if base else field_terms.said(session, BY_HAND)), topic=PAGED, now=now,
            ticket_id=ticket.id, area_code=ticket.area_code)
    elif not _logs_in(session, called):
        row.channel = "phone"
    return row


def index_of(vault: Vault, token: str) -> bytes:
    return vault.blind_index(token, purpose=PURPOSE)


def _mobile(session: Session, called: Called, vault: Vault) -> str | None:
    """A number that takes text messages."""
    said: str | None = None
    if called.person_id is not None:
        cipher = session.get_one(Person, called.person_id).phone_cipher
        said = vault.decrypt(cipher, purpose=PHONE) if cipher else None
    elif called.department_id is not None:
        said = session.get_one(Department, called.department_id).duty_phone
    try:
        phone = normalise_phone(said) if said else ""
    except Invalid:
        return None
    return phone if phone.startswith("1") and len(phone) == MOBILE_DIGITS else None


def _logs_in(session: Session, called: Called) -> bool:
    if called.person_id is not None:
        return session.scalar(select(Account.id).where(Account.person_id == called.person_id, Account.disabled_at.is_(None)).limit(1)) is not None
    return called.role is not None or session.get_one(Department, called.department_id).has_login


def _words(session: Session, ticket: Ticket, how: str) -> str:
    category = session.get(CategoryVersion, ticket.category_version_id) if ticket.category_version_id else None
    return field_terms.said(session, WORDS) % {
        "street": areas.area_name(session, ticket.street_code), "number": ticket.number, "category": category.name if category else "未分类",
        "where": areas.path_name(session, ticket.area_code), "how": how}


def _codes(session: Session, rows: list[Page]) -> list[str]:
    people = [row.person_id for row in rows if row.person_id is not None]
    return list(session.scalars(select(Person.code).where(Person.id.in_(people)).order_by(Person.id)))


def _departments(session: Session, rows: list[Page]) -> list[str]:
    named = [row.department_id for row in rows if row.department_id is not None]
    return list(session.scalars(select(Department.code).where(Department.id.in_(named)).order_by(Department.id)))
