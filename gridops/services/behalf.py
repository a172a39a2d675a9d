"""Acting for an organisation without log-in (代办): always with a record of the call, always marked in the trail."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from gridops.domain.actor import Actor
from gridops.errors import Forbidden, Invalid
from gridops.models import Department, Ticket

STAND_INS = ("clerk", "dispatcher")


def resolve(session: Session, ticket: Ticket, actor: Actor, body: dict[str, Any]) -> Actor:
    """The actor as ``on_behalf_of`` of the body says; Invalid without a call record, Forbidden where the organisation logs in itself."""
    code = body.get("on_behalf_of")
    if code is None:
        return actor
    if not actor.roles_at(ticket.area_code).intersection(STAND_INS):
        raise Forbidden("Only a clerk or dispatcher may act for an organisation.", code="may_not_stand_in")
    department = session.scalar(select(Department).where(Department.code == str(code)))
    if department is None:
        raise Invalid(fields={"on_behalf_of": ["There is no organisation with this code."]})
    if department.has_login:
        raise Forbidden("This organisation logs in itself.", code="organisation_logs_in")
    return actor.acting_for(department.id, _call_record(body))


def _call_record(body: dict[str, Any]) -> str:
    record = body.get("call_record")
    if not isinstance(record, str) or not record.strip():
        raise Invalid("Say whom you phoned and when.", code="call_record_missing", fields={"call_record": ["Say whom you phoned and when."]})
    return record.strip()[:500]
