"""What follows from each published fact: run by workers, each in one transaction with the outbox row's receipt.

Every reaction is idempotent: it asks the ticket's present state first, for a row may be delivered again.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from gridops.domain.actor import SYSTEM
from gridops.domain.messages import TOLD
from gridops.errors import NotAllowed
from gridops.models import CategoryVersion, Outbox, Ticket, Trail
from gridops.services import alarms, inbox, joining, outbox, relapse, remembered, repeats, sampling, ticket_workers, tickets
from gridops.services.duty_catalogue import activation as catalogue
from gridops.services.duty_catalogue import trial
from gridops.services.emergencies import reactions as emergencies
from gridops.services.grid_drafts import activation
from gridops.services.hot_issues import alerts
from gridops.services.meetings import reactions as meetings
from gridops.services.messages import following
from gridops.services.organisation import colleagues
from gridops.services.regrid import tickets as regrid
from gridops.services.timing import recount
from gridops.services.understanding import ON_SITE, understand
from gridops.services.upstream import replies

NOT_CHECKED = {True: "self_handled", False: "check_mode none"}
RENEWED_AT_ONCE = 500  # tickets; a transaction of workers lasts some seconds at most
Reaction = Callable[[Session, Outbox, datetime, Any], None]


def report_submitted(session: Session, row: Outbox, now: datetime, context: Any) -> None:
    """Join what is surely told already, file and dispatch where it is sure, else the operations centre's queue with the reason."""
    ticket = _ticket(session, row)
    regrid.catch_up(session, ticket, now=now)  # it was located while another grid was being activated
    if ticket.status != "reported" or ticket.waiting_reason is not None:
        return
    verdict = understand(session, ticket)
    repeats.remember(session, ticket)
    if verdict.waits != ON_SITE and joining.join(session, ticket, now=now):
        return
    if verdict.waits is not None:
        ticket.waiting_reason = verdict.waits
        _look_back(session, ticket)
        inbox.tell(session, row, now)  # nobody is told of what needs nobody
        emergencies.begin(session, row, now, context)
        return
    ticket.automatic = verdict.basis
    tickets.perform(session, ticket, "file", verdict.body, actor=SYSTEM, now=now, announce=False)
    if not _dispatch(session, ticket, now):
        session.add(tickets.done(ticket, "file", seq=ticket.trail_seq, now=now))


def _look_back(session: Session, ticket: Ticket) -> None:
    """For the clerk who looks at it; filing does it by itself."""
    if ticket.category_version_id is not None:
        relapse.look_back(session, ticket, session.get_one(CategoryVersion, ticket.category_version_id).code)


def ticket_filed(session: Session, row: Outbox, now: datetime, context: Any) -> None:
    """Filed by a person, or sent back to dispatch: the duty rules dispatch where they can."""
    ticket = _ticket(session, row)
    ticket_workers.give_workers(session, ticket, now)  # another cell or category may be another person's
    if ticket.status == "filed" and (ticket.waiting_reason is not None or not _dispatch(session, ticket, now)):
        inbox.tell(session, row, now)  # nobody is told of what needs nobody
        emergencies.begin(session, row, now, context)  # whoever will be responsible, somebody must know tonight


def _dispatch(session: Session, ticket: Ticket, now: datetime) -> bool:
    """No rule, no organisation or a tie is an alarm for a person, never silence: then False."""
    try:
        tickets.perform(session, ticket, "dispatch", {}, actor=SYSTEM, now=now)
    except NotAllowed as refusal:
        ticket.waiting_reason = refusal.code
        _alarm(session, ticket, refusal, now)
        return False
    return True


def _alarm(session: Session, ticket: Ticket, refusal: NotAllowed, now: datetime) -> None:
    facts = {name: found for name, found in (refusal.details or {}).items() if name == "problems"}
    alarms.raise_alarm(session, refusal.code, subject=ticket.number, area_code=ticket.area_code, ticket_id=ticket.id, facts=facts, now=now)


def ticket_handled(session: Session, row: Outbox, now: datetime, context: Any) -> None:
    """What nobody need check closes at once, in the system's name: by its category, or because it is outside the sample."""
    ticket = _ticket(session, row)
    ticket_workers.give_workers(session, ticket, now)  # never who handled it
    inbox.tell(session, row, now)
    if ticket.status == "handled" and sampling.needs_no_check(session, ticket):
        tickets.perform(session, ticket, "pass_check", {"text": NOT_CHECKED[ticket.self_handled]}, actor=SYSTEM, now=now)


def ticket_came_back(session: Session, row: Outbox, now: datetime, context: Any) -> None:
    """Open again: an ended one had kept the cell that it stood in, and there may be a new grid since."""
    ticket = _ticket(session, row)
    regrid.follow(session, ticket.street_code, now=now, only=[ticket.id])
    repeats.remember(session, ticket)
    ticket_workers.give_workers(session, ticket, now)
    inbox.tell(session, row, now)


def people_or_grid_changed(session: Session, row: Outbox, now: datetime, context: Any) -> None:
    """Whose people have left, moved, or are away: their tickets get somebody else. What does not fit into one transaction is asked for again."""
    area = row.payload.get("area") or row.payload.get("street") or ""
    if ticket_workers.renew_missing(session, now, limit=RENEWED_AT_ONCE, area=area) >= RENEWED_AT_ONCE:
        outbox.publish(session, row.topic, now=now, payload=row.payload)


def grid_activated(session: Session, row: Outbox, now: datetime, context: Any) -> None:
    """Reports that were still being written during the activation stand in a cell that has retired: they follow."""
    regrid.follow(session, row.payload["street"], now=now)
    people_or_grid_changed(session, row, now, context)


def grid_planned(session: Session, row: Outbox, now: datetime, context: Any) -> None:
    activation.activate_planned(session, row.payload["grid"], now=now)


def catalogue_planned(session: Session, row: Outbox, now: datetime, context: Any) -> None:
    catalogue.activate_planned(session, row.payload["catalogue"], row.payload["revision"], now=now)


def catalogue_trial_asked(session: Session, row: Outbox, now: datetime, context: Any) -> None:
    trial.go_on(session, row.payload["trial"], now=now)


def clock_recount_asked(session: Session, row: Outbox, now: datetime, context: Any) -> None:
    recount.go_on(session, row.payload["recount"], now=now)


def tell(session: Session, row: Outbox, now: datetime, context: Any) -> None:
    inbox.tell(session, row, now)


def ticket_closed(session: Session, row: Outbox, now: datetime, context: Any) -> None:
    """Each order of the city behind it waits for its own reply."""
    inbox.tell(session, row, now)
    ticket = _ticket(session, row)
    if ticket.status in replies.SETTLED:
        replies.draft_for(session, ticket, now=now)
    emergencies.closed(session, row, now, context)


def ticket_dispatched(session: Session, row: Outbox, now: datetime, context: Any) -> None:
    inbox.tell(session, row, now)
    emergencies.begin(session, row, now, context)


def upstream_acted(session: Session, row: Outbox, now: datetime, context: Any) -> None:
    """What the city says; our own word to it is no news to us."""
    facts = session.scalar(select(Trail.facts).where(Trail.ticket_id == row.ticket_id, Trail.seq == row.payload["seq"]))
    if facts["direction"] == "in" or facts["state"] in ("granted", "refused"):
        inbox.tell(session, row, now)


def _ticket(session: Session, row: Outbox) -> Ticket:
    """Locked: what a reaction decides on does not change under its feet."""
    return remembered.in_batch(session, ("ticket", row.ticket_id), lambda: _lock(session, row.ticket_id))


def _lock(session: Session, ticket_id: int) -> Ticket:
    return session.scalars(select(Ticket).where(Ticket.id == ticket_id).with_for_update()).one()


_HERE: dict[str, Reaction] = {
    "report.submitted": report_submitted,
    "ticket.filed": ticket_filed,
    "ticket.dispatched": ticket_dispatched,
    "ticket.handled": ticket_handled,
    "ticket.reopened": ticket_came_back,
    "ticket.reinstated": ticket_came_back,
    "ticket.unmerged": ticket_came_back,
    following.WANTED: following.follow,
    "ticket.closed": ticket_closed,
    "ticket.rejected": ticket_closed,
    "ticket.referred": ticket_closed,
    "upstream.acted": upstream_acted,
    "upstream.received": tell,
    "emergency.paged": emergencies.paged,
    "emergency.wave_due": emergencies.wave_due,
    "emergency.acknowledged": emergencies.acknowledged,
    "emergency.review_due": emergencies.review_due,
    "whistle.blown": meetings.called,
    "meeting.called": meetings.called,
    "whistle.answered": meetings.answered,
    "meeting.refused": meetings.answered,
    "meeting.decided": meetings.decided,
    "people.changed": people_or_grid_changed,
    "grid.activated": grid_activated,
    alerts.FOUND: alerts.found,
    activation.PLANNED: grid_planned,
    catalogue.PLANNED: catalogue_planned,
    catalogue.ACTIVATED: tell,
    trial.ASKED: catalogue_trial_asked,
    recount.ASKED: clock_recount_asked,
    **{
        topic: tell
        for topic in (
            "ticket.signed", "ticket.objected", "ticket.upheld", "ticket.overruled", "ticket.recalled",
            "ticket.contacted", "ticket.returned", "ticket.rated", "ticket.archived", ticket_workers.GIVEN, colleagues.GIVEN,
            "ticket.verification_sent", "ticket.verified", "ticket.verification_cancelled", "ticket.joined", "ticket.merged",
            "ticket.withdrawn", "ticket.void_requested", "ticket.voided", "ticket.void_refused", "ticket.observed",
            "ticket.commented", "clock.escalated", "report.supplemented",
            "ticket.extension_requested", "ticket.extension_approved", "ticket.extension_refused", "ticket.suspension_requested",
            "ticket.suspended", "ticket.suspension_refused", "ticket.resumed", "ticket.support_answered", "ticket.support_refused",
            "ticket.support_waived", "ticket.support_returned", "ticket.supervised", "ticket.supervision_answered",
            "ticket.supervision_accepted", "ticket.supervision_returned", "ticket.appealed", "ticket.appeal_decided",
        )
    },
}


def _and_elsewhere(reaction: Reaction) -> Reaction:
    """What is told in the house is told outside, too. A history that is played has no context, and tells nobody."""

    def react(session: Session, row: Outbox, now: datetime, context: Any) -> None:
        reaction(session, row, now, context)
        if context is not None:
            following.ask(session, row, now=now, context=context)

    return react


REACTIONS: dict[str, Reaction] = {topic: _and_elsewhere(reaction) if topic in TOLD else reaction for topic, reaction in _HERE.items()}

# These touch one ticket and nothing else, so that many may share a transaction: what moves other tickets would wait for them while it
# holds its own.
# What these read of their ticket was read ahead for the whole batch, so that what they write may wait for its end; before any other the
# session is settled.
AHEAD = frozenset({"report.submitted", "ticket.dispatched"})
TOGETHER = frozenset(
    {"report.submitted", "ticket.filed", "ticket.dispatched", following.WANTED} | {topic for topic, reaction in _HERE.items() if reaction is tell})
