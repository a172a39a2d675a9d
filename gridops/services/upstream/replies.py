"""Each order of the city gets its own reply, however many were merged into one ticket: drafted, looked at by a person, sent."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from gridops.domain.actor import Actor
from gridops.domain.redaction import redact
from gridops.domain.upstream import OWED
from gridops.errors import NotAllowed, NotFound
from gridops.models import Department, Report, Street, Ticket, UpstreamOrder, UpstreamProfile, UpstreamReply
from gridops.services import merging, scope
from gridops.services.story_words import OUTCOME, STATUS
from gridops.services.upstream import acts, profiles
from gridops.services.upstream.known import ticket_of

SETTLED = ("closed", "rejected", "referred")  # the city hears of each of them
PLAIN = "您好，您反映的事项已办理。{result}"  # of a source that has no profile


class Written(NamedTuple):
    """A reply with all that the city's form may ask for."""

    order: UpstreamOrder
    ticket: Ticket
    reply: UpstreamReply
    fields: dict[str, str]


def draft_for(session: Session, ticket: Ticket, *, now: datetime) -> list[UpstreamReply]:
    """For every order that is handled in a settled ticket and waits for its reply. Idempotent."""
    owed = [order for order in orders_of(session, ticket) if order.reply_wanted and order.state in OWED]
    return [draft(session, order, now=now) for order in owed]


def draft(session: Session, order: UpstreamOrder, *, now: datetime) -> UpstreamReply:
    """The reply of the order's present turn. What nobody has approved is written anew from the result as it is now."""
    ticket = ticket_of(session, order)
    reply = of_turn(session, order)
    if reply is not None and (reply.state != "draft" or reply.drafted_at >= (ticket.closed_at or ticket.ended_at or now)):
        return reply
    reply = reply or UpstreamReply(order_id=order.id, turn=order.turn, state="draft")
    reply.text, reply.drafted_at = _filled(session, order, ticket), now
    session.add(reply)
    session.flush()
    return reply


def write(session: Session, order: UpstreamOrder, text: str, *, approve: bool, actor: Actor, now: datetime) -> UpstreamReply:
    """A clerk's own words in place of the draft. Raises NotAllowed ``reply_sent``, ``order_state``."""
    reply = _unsent(session, order, now)
    reply.text, reply.drafted_at = text, now
    reply.state = "approved" if approve else "draft"
    reply.approved_at, reply.approved_by = (now, actor.account_id) if approve else (None, None)
    session.flush()
    return reply


def mark_sent(session: Session, orders: Iterable[UpstreamOrder], *, actor: Actor, now: datetime) -> int:
    """Of approved replies; each is an act of ours on the ticket. Returns how many; what was sent before is not sent again."""
    done = 0
    for order in orders:
        reply = of_turn(session, order, lock=True)
        if reply is None or reply.state == "draft":
            raise NotAllowed("This reply has not been approved.", code="reply_not_approved")
        if reply.state == "approved":
            reply.state, reply.sent_at, reply.sent_by = "sent", now, actor.account_id
            acts.record(session, order, {"kind": "reply", "direction": "out"}, actor=actor, now=now)
            done += 1
    session.flush()
    return done


def waiting(session: Session, actor: Actor, *, source: str, state: str = "approved", limit: int = 500) -> list[Written]:
    """Replies in a state, of tickets that the actor may see."""
    query = (
        select(UpstreamOrder, Ticket, UpstreamReply).join(Report, Report.id == UpstreamOrder.report_id).join(Ticket, Ticket.id == Report.ticket_id)
        .join(UpstreamReply, (UpstreamReply.order_id == UpstreamOrder.id) & (UpstreamReply.turn == UpstreamOrder.turn))
        .where(UpstreamOrder.source == source, UpstreamReply.state == state, scope.visible_tickets(actor))
        .order_by(UpstreamOrder.external_due_by, UpstreamOrder.external_number).limit(limit))
    return [_written(session, order, reply) for order, _, reply in session.execute(query)]


def orders_of(session: Session, ticket: Ticket) -> Sequence[UpstreamOrder]:
    """Of the ticket itself and of all that was merged into it, transitively."""
    query = select(UpstreamOrder).join(Report, Report.id == UpstreamOrder.report_id).where(merging.shown_with(ticket.id))
    return session.scalars(query.order_by(UpstreamOrder.id)).all()


def of_turn(session: Session, order: UpstreamOrder, *, lock: bool = False) -> UpstreamReply | None:
    query = select(UpstreamReply).where(UpstreamReply.order_id == order.id, UpstreamReply.turn == order.turn)
    return session.scalar(query.with_for_update().execution_options(populate_existing=True) if lock else query)


def _unsent(session: Session, order: UpstreamOrder, now: datetime) -> UpstreamReply:
    if order.state not in OWED:
        raise NotAllowed("The order's state does not allow this.", code="order_state")
    draft(session, order, now=now)
    return of_turn(session, order, lock=True)


def _filled(session: Session, order: UpstreamOrder, ticket: Ticket) -> str:
    profile = _profile(session, order.source)
    template = profile.rules["reply"]["template"] if profile else PLAIN
    return template.format(**_fields(session, order, ticket, profile)).strip()


def _written(session: Session, order: UpstreamOrder, reply: UpstreamReply) -> Written:
    ticket = ticket_of(session, order)
    fields = _fields(session, order, ticket, _profile(session, order.source)) | {"text": reply.text}
    return Written(order, ticket, reply, fields)


def _profile(session: Session, source: str) -> UpstreamProfile | None:
    try:
        return profiles.current(session, source)
    except NotFound:
        return None


def _fields(session: Session, order: UpstreamOrder, ticket: Ticket, profile: UpstreamProfile | None) -> dict[str, str]:
    """In the city's time. The result is written by organisations: phones and the like in it go no further."""
    street = session.get(Street, ticket.street_code)
    report = session.get(Report, order.report_id)
    lead = session.get(Department, ticket.lead_id) if ticket.lead_id else None
    zone = profile.rules["timezone"] if profile else street.timezone
    return {
        "number": order.external_number, "ticket": ticket.number, "title": redact(report.description.split("\n", 1)[0])[:60],
        "received_at": _day(report.occurred_at or report.reported_at, zone), "due_by": _day(order.external_due_by, zone),
        "lead": lead.name if lead else street.name,
        "outcome": (OUTCOME[ticket.outcome] if ticket.outcome else STATUS[ticket.status])[0],
        "result": redact(ticket.result_text or ""), "text": "", "handled_at": _day(ticket.handled_at, zone),
        "closed_at": _day(ticket.closed_at or ticket.ended_at, zone), "street": street.name}


def _day(instant: datetime | None, zone: str) -> str:
    return instant.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M") if instant else ""


def shown(reply: UpstreamReply) -> dict[str, Any]:
    return {
        "turn": reply.turn, "state": reply.state, "text": reply.text, "drafted_at": reply.drafted_at, "approved_at": reply.approved_at,
        "sent_at": reply.sent_at}
