"""What became of messages, for those who answer for it: receivers masked, words opened to nobody, what failed sent again."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, false, func, or_, select
from sqlalchemy.orm import Session

from gridops.domain.actor import Actor
from gridops.domain.contact import STARS, mask_phone
from gridops.errors import NotAllowed, NotFound
from gridops.models import Account, Department, MessageDelivery, Report, Ticket, Webhook
from gridops.services.contacts import OPENERS
from gridops.services.messages import written
from gridops.vault import Vault

SEERS = ("clerk", "dispatcher", "leader", "system_admin")
SENDERS = ("clerk", "dispatcher", "system_admin")
STATES = ("waiting", "held", "bundled", "sent", "failed")


class Shown(NamedTuple):
    """``receiver``: a log-in, an organisation or a program by name, a resident by the number of the report's own ticket. ``to``: the address, masked."""

    delivery: MessageDelivery
    receiver: str
    to: str
    number: str | None
    can_again: bool


def listed(
    session: Session, vault: Vault, actor: Actor, *, state: str | None = None, channel: str | None = None, number: str | None = None,
    before: int | None = None, limit: int = 50,
) -> list[Shown]:
    """Newest first; ``before``: the last id of the page before."""
    return [_shown(vault, actor, *row) for row in session.execute(_query(actor, state, channel, number, before).limit(limit))]


def of_ticket(session: Session, vault: Vault, ticket: Ticket, actor: Actor) -> list[Shown]:
    """What residents behind this ticket were told, oldest first; nothing for whoever does not answer for it."""
    if not actor.roles_at(ticket.area_code).intersection(SEERS):
        return []
    query = _query(actor, None, None, ticket.number, None).where(MessageDelivery.report_id.is_not(None))
    return [_shown(vault, actor, *row) for row in session.execute(query.limit(200))][::-1]


def unheard(rows: list[Shown]) -> bool:
    """Is there a resident whose last message has failed? ``rows``: oldest first."""
    last = {row.delivery.report_id: row.delivery.state for row in rows if row.delivery.state in ("sent", "failed")}
    return "failed" in last.values()


def to_owner(session: Session, vault: Vault, actor: Actor, owner: Account | Department, *, limit: int) -> list[Shown]:
    """To one log-in or one organisation, which is the actor's own (settings.owner_of), newest first."""
    column = MessageDelivery.account_id if isinstance(owner, Account) else MessageDelivery.department_id
    query = _shown_rows(column == owner.id)
    return [_shown(vault, actor, *row) for row in session.execute(query.limit(limit))]


def again(session: Session, delivery_id: int, *, actor: Actor, now: datetime) -> MessageDelivery:
    """What failed is tried again from the beginning. Raises NotFound; NotAllowed where it has not failed, its words are forgotten, or
    it came in a digest, which is sent again as a whole."""
    query = select(MessageDelivery).where(MessageDelivery.id == delivery_id, _mine(actor, SENDERS)).with_for_update()
    row = session.scalar(query.execution_options(populate_existing=True))
    if row is None:
        raise NotFound()
    if not _can_again(row):
        raise NotAllowed("This message cannot be sent again.", code="not_failed", details={"state": row.state})
    row.state, row.due_at, row.attempts, row.give_up_by = "waiting", now, 0, None
    session.flush()
    return row


def _query(actor: Actor, state: str | None, channel: str | None, number: str | None, before: int | None):
    query = _shown_rows(_mine(actor, SEERS))
    for column, wanted in ((MessageDelivery.state, state), (MessageDelivery.channel, channel), (Ticket.number, number)):
        query = query.where(column == wanted) if wanted else query
    return query.where(MessageDelivery.id < before) if before is not None else query


def _shown_rows(which: ColumnElement[bool]):
    """(message, name of the receiver, number of the ticket, visibility of the reporter), newest first."""
    own = Ticket.__table__.alias("own")
    name = func.coalesce(Account.name, Department.name, Webhook.name, own.c.number)
    return (
        select(MessageDelivery, name, Ticket.number, Report.visibility).outerjoin(Ticket, Ticket.id == MessageDelivery.ticket_id)
        .outerjoin(Account, Account.id == MessageDelivery.account_id).outerjoin(Department, Department.id == MessageDelivery.department_id)
        .outerjoin(Webhook, Webhook.id == MessageDelivery.webhook_id).outerjoin(Report, Report.id == MessageDelivery.report_id)
        .outerjoin(own, own.c.id == Report.ticket_id).where(which).order_by(MessageDelivery.id.desc()))


def _mine(actor: Actor, roles: tuple[str, ...]) -> ColumnElement[bool]:
    """Of the areas that one answers for, and what was sent to oneself."""
    areas = [MessageDelivery.area_code.startswith(area, autoescape=True) for area in sorted(set(actor.areas(*roles)))]
    if actor.account_id is not None:
        areas.append(MessageDelivery.account_id == actor.account_id)
    if actor.department_ids:
        areas.append(and_(MessageDelivery.department_id.in_(actor.department_ids), MessageDelivery.area_code.is_(None)))
    return or_(false(), *areas)


def _shown(vault: Vault, actor: Actor, row: MessageDelivery, name: str | None, number: str | None, visibility: str | None) -> Shown:
    to = _masked(vault, row) if _may_see_mask(actor, row, visibility) else ""
    return Shown(row, name or "", to, number, _can_again(row) and _may_send(actor, row))


def _can_again(row: MessageDelivery) -> bool:
    return row.state == "failed" and row.text_cipher is not None and row.digest_id is None


def _may_send(actor: Actor, row: MessageDelivery) -> bool:
    of_area = row.area_code is not None and any(row.area_code.startswith(area) for area in actor.areas(*SENDERS))
    of_unit = row.area_code is None and row.department_id in actor.department_ids
    return of_area or of_unit or (actor.account_id is not None and row.account_id == actor.account_id)


def _may_see_mask(actor: Actor, row: MessageDelivery, visibility: str | None) -> bool:
    """Of a reporter who is protected only those who may open his contact see even the mask (services.contacts)."""
    return visibility in (None, "named") or bool(actor.roles_at(row.area_code or "") & OPENERS)


def _masked(vault: Vault, row: MessageDelivery) -> str:
    if row.address_cipher is None:
        return ""
    address = vault.decrypt(row.address_cipher, purpose=written.ADDRESS)
    if row.channel == "text":
        return mask_phone(address)
    name, _, domain = address.partition("@")
    return f"{name[:1]}{STARS}@{domain}"
