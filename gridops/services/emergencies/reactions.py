"""What follows by itself: calling begins with the dispatch, waves come in their time, inboxes are told, and a review falls due."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from gridops.models import Account, Outbox, Page, Ticket
from gridops.services import told
from gridops.services.emergencies import calling, review
from gridops.services.writing import settle


def _locked(session: Session, row: Outbox) -> Ticket:
    return session.scalars(select(Ticket).where(Ticket.id == row.ticket_id).with_for_update()).one()


def begin(session: Session, row: Outbox, now: datetime, context: Any) -> None:
    """After a dispatch, and where an emergency waits for one: people are called, whoever will be responsible."""
    if session.get_one(Ticket, row.ticket_id).emergency:
        settle(session)
        calling.begin(session, _locked(session, row), now=now, **_means(context))


def wave_due(session: Session, row: Outbox, now: datetime, context: Any) -> None:
    ticket = _locked(session, row)
    calling.wave(session, ticket, row.payload["wave"], now=now, **_means(context))


def paged(session: Session, row: Outbox, now: datetime, context: Any) -> None:
    ticket = session.get_one(Ticket, row.ticket_id)
    pages = session.scalars(select(Page).where(Page.id.in_(row.payload["pages"])).order_by(Page.id)).all()
    people = [page.person_id for page in pages if page.person_id is not None]
    accounts = select(Account.id).where(Account.person_id.in_(people), Account.disabled_at.is_(None)).order_by(Account.id)
    targets = [
        *({"account_id": one, "area_code": ticket.area_code} for one in session.scalars(accounts)),
        *({"department_id": page.department_id, "area_code": ticket.area_code} for page in pages if page.department_id is not None),
        *({"role": page.role, "area_code": ticket.street_code} for page in pages if page.role is not None)]
    told.write(session, row, targets, {"number": ticket.number, "status": ticket.status}, now)


def acknowledged(session: Session, row: Outbox, now: datetime, context: Any) -> None:
    ticket = session.get_one(Ticket, row.ticket_id)
    targets = [{"role": role, "area_code": ticket.street_code} for role in ("dispatcher", "clerk")]
    told.write(session, row, targets, {"number": ticket.number, "status": ticket.status}, now)


def closed(session: Session, row: Outbox, now: datetime, context: Any) -> None:
    ticket = _locked(session, row)
    if ticket.emergency and ticket.status == "closed":
        review.open_review(session, ticket, now=now)


def review_due(session: Session, row: Outbox, now: datetime, context: Any) -> None:
    """Told at once, when it is due, and every day after, until it is done."""
    ticket = session.get_one(Ticket, row.ticket_id)
    if review.remind(session, ticket, now=now):
        told.write(
            session, row, [{"role": "leader", "area_code": ticket.street_code}], {"number": ticket.number, "status": ticket.status}, now)


def _means(context: Any) -> dict[str, Any]:
    """``base``: what a link in a text message begins with. Without a driver for text messages nothing is said to have been sent.

    A history that is played has no context, and sends nothing.
    """
    if not context or context.config.sms is None:
        return {"vault": None, "base": ""}
    return {"vault": context.vault, "base": (context.config.public_url or "").rstrip("/")}
