"""A ticket's steps as its staff read them: the trail's rows with the words that were written at each."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from gridops.domain.actor import Actor
from gridops.models import Account, Department, Remark, Ticket, Trail
from gridops.services.ticket_detail import seen_text


LINK = ("单件链接", "One-ticket link")


def history(session: Session, ticket: Ticket, actor: Actor, *, locale: str) -> list[dict[str, Any]]:
    """Oldest first, as API.md gives it, and: seq, facts, public (may residents read the note?), call_record.

    ``actor`` is None where the system acted; a reporter has no name here.
    """
    query = (
        select(
            Trail.seq, Trail.at, Trail.action, Trail.status_from, Trail.status_to, Trail.actor_kind, Trail.actor_role, Trail.facts,
            Account.name.label("account"), Department.code.label("department_code"), Department.name.label("department_name"),
            Department.name_en.label("department_name_en"), Remark.text, Remark.public, Remark.call_record)
        .outerjoin(Account, Account.id == Trail.account_id).outerjoin(Department, Department.id == Trail.on_behalf_of)
        .outerjoin(Remark, (Remark.ticket_id == Trail.ticket_id) & (Remark.trail_seq == Trail.seq))
        .where(Trail.ticket_id == ticket.id).order_by(Trail.seq))
    return [_step(row, locale) | _words(row, ticket, actor) for row in session.execute(query)]


def _step(row: Row, locale: str) -> dict[str, Any]:
    return {
        "seq": row.seq, "at": row.at, "actor": _actor(row, locale), "action": row.action, "from": row.status_from, "to": row.status_to,
        "public": bool(row.public), "facts": row.facts,
    }


def _words(row: Row, ticket: Ticket, actor: Actor) -> dict[str, str | None]:
    """A record of a call may name the reporter's number as well as the organisation's."""
    return {
        name: seen_text(text, ticket, actor) if text else None for name, text in (("note", row.text), ("call_record", row.call_record))}


def _actor(row: Row, locale: str) -> dict[str, Any] | None:
    if row.actor_kind == "system":
        return None
    name = LINK[locale.startswith("en")] if row.actor_kind == "link" else row.account
    return {"name": name, "role": row.actor_role or row.actor_kind, "on_behalf_of": _department(row, locale)}


def _department(row: Row, locale: str) -> dict[str, str] | None:
    if row.department_code is None:
        return None
    english = row.department_name_en if locale.startswith("en") else None
    return {"code": row.department_code, "name": english or row.department_name}
