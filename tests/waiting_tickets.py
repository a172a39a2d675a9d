"""Tickets of the small street that wait for somebody's look."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from gridops.domain.actor import SYSTEM
from gridops.services import photos, tickets
from tests.running import picture
from tests.small_street import RUBBISH, SmallStreet


def verifying(session: Session, street: SmallStreet, now: datetime, **changes) -> str:
    number = street.submit(session, now, **changes).ticket.number
    tickets.perform(session, number, "send_verify", {}, actor=SYSTEM, now=now)
    return number


def handled(session: Session, street: SmallStreet, now: datetime, **changes) -> str:
    number = street.submit(session, now, **changes).ticket.number
    for action, body in (("file", {"category": RUBBISH}), ("dispatch", {"support": []}), ("sign", {})):
        tickets.perform(session, number, action, body, actor=SYSTEM, now=now)
    street.without_support(session, number, now)
    sanitation = street.department_actor("SANITATION")
    after = photos.store(session, picture(), actor=sanitation, now=now).id
    result = {"outcome": "solved", "text": "已清运", "photos": [str(after)]}
    tickets.perform(session, number, "submit_result", result, actor=sanitation, now=now)
    return number
