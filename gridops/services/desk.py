"""A clerk's phone call, all at once: the report taken down (代录), answered or filed, and the tracking code sent to the caller's phone.

The clerk never sees the code: it is the caller's. Without a text message driver it is found again with the phone number.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from gridops.domain import codes
from gridops.domain.actor import Actor
from gridops.domain.contact import normalise_phone
from gridops.services import field_terms, intake, tickets
from gridops.services.messages import written
from gridops.vault import Vault

AT_ONCE = ("answer", "file")
WORDS = {
    "zh": "【gridops】您的反映已登记，工单号%s。查询码%s，可凭码查询进度、评价和补充，请勿告诉他人。",
    "en": "[gridops] Your report is ticket %s. Tracking code %s: follow, rate and add to it. Tell nobody.",
}


def take(
    session: Session, submission: dict[str, Any], *, then: str | None, body: dict[str, Any], actor: Actor, now: datetime, vault: Vault,
    sms: str | None, locale: str = "zh",
) -> intake.Receipt:
    """``then`` is one of AT_ONCE, or None to leave it to the system. Raises what intake.submit and tickets.perform raise."""
    channel = "hotline" if submission.get("upstream") else "desk"
    receipt = intake.submit(session, submission, actor=actor, now=now, vault=vault, channel=channel, locale=locale)
    if then in AT_ONCE:
        tickets.perform(session, receipt.ticket.number, then, body, actor=actor, now=now)
    if sms is not None:
        _send_code(session, vault, receipt, submission, now, locale)
    return receipt


def _send_code(session: Session, vault: Vault, receipt: intake.Receipt, submission: dict[str, Any], now: datetime, locale: str) -> None:
    phone = (submission.get("contact") or {}).get("phone")
    if phone and submission.get("visibility") != "anonymous":
        words = field_terms.said(session, WORDS.get(locale, WORDS["zh"])) % (receipt.ticket.number, codes.format_code(receipt.code))
        written.to_phone(
            session, vault, normalise_phone(phone), words, topic=written.TRACKING_CODE, now=now, ticket_id=receipt.ticket.id, area_code=receipt.ticket.area_code)
