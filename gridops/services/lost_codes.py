"""A lost tracking code is told again to the phone it was filed with: a one-time code by text message proves the phone.

Whether a phone is known shows nowhere: the answer, its status and the rows read and written are the same but for the message.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from hmac import compare_digest
from typing import TypedDict

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from gridops.domain import codes
from gridops.domain.contact import normalise_phone
from gridops.errors import Invalid
from gridops.models import Contact, OneTimeCode, Report, Ticket
from gridops.services import field_terms
from gridops.services.accounts import Refused
from gridops.services.contacts import PHONE
from gridops.services.intake import CODE
from gridops.services.messages import written
from gridops.vault import Vault

PURPOSE = "one-time code"
LIVES = timedelta(minutes=10)
MOST_TRIES = 5
WORDS = {
    "zh": "【gridops】验证码%s，10分钟内有效，用于找回您的查询码。请勿告诉他人。",
    "en": "[gridops] Your code is %s, valid for 10 minutes, to find your tracking codes again. Tell nobody.",
}


class Found(TypedDict):
    code: str
    number: str
    kind: str
    status: str
    reported_at: datetime


def phone_index(vault: Vault, phone: str) -> bytes:
    """Raises Invalid ``phone_invalid``."""
    return vault.blind_index(normalise_phone(phone), purpose=PHONE)


def request_codes(session: Session, vault: Vault, phone: str, *, locale: str, now: datetime) -> None:
    """A message goes out only where a report was filed with this phone. Raises Invalid ``phone_invalid``."""
    number = normalise_phone(phone)
    index = vault.blind_index(number, purpose=PHONE)
    once = codes.new_one_time_code()
    session.add(OneTimeCode(
        phone_index=index, code_index=_code_index(vault, index, once), created_at=now, expires_by=now + LIVES, tries=0))
    if _reports(session, index, limit=1):
        written.to_phone(session, vault, number, field_terms.said(session, WORDS.get(locale, WORDS["zh"])) % once, topic=written.ONE_TIME_CODE, now=now, lasts=LIVES)


def confirm_codes(session: Session, vault: Vault, phone: str, once: str, *, now: datetime) -> list[Found] | Refused:
    """The tracking codes of this phone's reports, the newest first. Five wrong tries spend the one-time code."""
    index = phone_index(vault, phone)
    newest = select(OneTimeCode).where(OneTimeCode.phone_index == index).order_by(OneTimeCode.id.desc()).limit(1)
    sent = session.scalar(newest.with_for_update())
    if sent is None or sent.used_at is not None or sent.expires_by <= now or sent.tries >= MOST_TRIES:
        return _wrong()
    sent.tries += 1
    if not compare_digest(sent.code_index, _code_index(vault, index, once.strip())):
        return _wrong()
    sent.used_at = now
    return [_found(vault, report, ticket) for report, ticket in _reports(session, index, limit=100)]


def _reports(session: Session, index: bytes, *, limit: int) -> list[Row[tuple[Report, Ticket]]]:
    query = select(Report, Ticket).join(Contact, Contact.id == Report.contact_id).join(Ticket, Ticket.id == Report.ticket_id)
    query = query.where(Contact.phone_index == index, Report.redacted_at.is_(None))
    return list(session.execute(query.order_by(Report.reported_at.desc(), Report.id.desc()).limit(limit)))


def _found(vault: Vault, report: Report, ticket: Ticket) -> Found:
    return Found(
        code=vault.decrypt(report.code_cipher, purpose=CODE), number=ticket.number, kind=report.kind, status=ticket.status,
        reported_at=report.reported_at,
    )


def _code_index(vault: Vault, index: bytes, once: str) -> bytes:
    # Bound to the phone: equal codes of two phones do not look equal.
    return vault.blind_index(f"{index.hex()} {once}", purpose=PURPOSE)


def _wrong() -> Refused:
    return Refused(Invalid("The code is wrong or has expired.", code="one_time_code_wrong", fields={"one_time_code": ["one_time_code_wrong"]}))
