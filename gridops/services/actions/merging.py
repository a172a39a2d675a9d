"""Making one matter of two tickets, and taking that back.

The residents of the merged ticket keep their codes, answers and ratings; they read the master's steps. Its clocks end, with what they
had left kept for an unmerge. The earlier of the two promises holds for both.
"""

from __future__ import annotations

from sqlalchemy import false, select

from gridops.domain.lifecycle import OPEN
from gridops.domain.same_place import may_be_one
from gridops.errors import Forbidden, Invalid
from gridops.models import Clock, Ticket, TicketMerge
from gridops.services import clock_moves, merging, outbox, scope, trail
from gridops.services.actions.intake import restart_promise
from gridops.services.clocks import TicketClocks
from gridops.services.shapes import point_of, within
from gridops.services.work import Work

SAME_SPOT_M = 30  # further apart, nobody but a person says that it is one matter
TOOK_IN, LET_GO = "take_in", "let_go"  # rows of the master's trail


def may_merge(work: Work) -> None:
    if work.clocks.of(["supervise"]):
        raise work.refuse("supervised", "A leader's order on this ticket is open: merge the other one into this one.")


def merge(work: Work) -> str:
    ticket, master = work.ticket, _master(work)
    _check(work, master)
    ended = [row.id for row in work.clocks.rows if row.status == "cancelled"]
    work.session.add(TicketMerge(
        ticket_id=ticket.id, into_id=master.id, status_before=ticket.status, clocks=ended, merged_at=work.now,
        merged_by=work.actor.account_id))
    ticket.merged_into, ticket.ended_at, ticket.waiting_reason = master.id, work.now, None
    master.closing_no = max(master.closing_no, ticket.closing_no)  # a report is asked once about each closing
    work.facts |= {"into": master.number, "reports": len(work.reports)}
    work.text = work.body.get("note")
    moved = _promise_the_earlier(work, master)
    _tell_master(work, master, TOOK_IN, {"number": ticket.number, "reports": len(work.reports)} | moved)
    return "merged"


def _master(work: Work) -> Ticket:
    """A ticket that was merged itself stands for its master. Both are locked already."""
    query = select(Ticket).where(Ticket.number == work.body["into"], scope.visible_tickets(work.actor))
    named = work.session.scalar(query)
    if named is None:
        raise Invalid(fields={"into": ["There is no such ticket in your area."]})
    return merging.root_of(work.session, named)


def _check(work: Work, master: Ticket) -> None:
    ticket, about = work.ticket, {"number": master.number, "status": master.status}
    if master.id == ticket.id:
        raise work.refuse("merged_into_itself", "A ticket cannot be merged into itself.", **about)
    if work.actor.kind != "system" and "clerk" not in work.actor.roles_at(master.area_code):
        raise Forbidden(details={"roles": ["clerk"]})
    if master.status not in OPEN:
        raise work.refuse("master_over", "Ticket %(number)s is no longer open.", **about)
    if master.street_code != ticket.street_code:
        raise work.refuse("other_street", "The two tickets are of different streets.")
    if master.never_public != ticket.never_public:
        raise work.refuse("never_public_apart", "A matter that is never public is not merged with one that is.")
    if ticket.emergency and not master.emergency:
        raise work.refuse("emergency_apart", "An emergency is not merged into an ordinary ticket.")
    if work.actor.kind == "system" and not _same_spot(work, master):
        raise work.refuse("other_building", "Only a person merges tickets of different places.")


def _same_spot(work: Work, master: Ticket) -> bool:
    """Whatever decided it: the texts name no two doors, either."""
    ticket = work.ticket
    if not may_be_one(ticket.description, master.description):
        return False
    if ticket.place_id is not None or master.place_id is not None:
        return ticket.place_id == master.place_id
    point = point_of(ticket.point)
    there = Ticket.id == master.id, within(Ticket.point, point, SAME_SPOT_M) if point else false()
    return work.session.scalar(select(Ticket.id).where(*there)) is not None


def _promise_the_earlier(work: Work, master: Ticket) -> dict:
    """What the first of the neighbours was told holds for all of them."""
    earlier = work.ticket.promised_by
    if earlier is None or master.promised_by is None or earlier >= master.promised_by:
        return {}
    clocks = TicketClocks(work.session, master)
    clock_moves.bring_promise_forward(clocks, earlier)
    clocks.refresh_ticket()
    master.promised_by, master.promise_note = earlier, "joined"
    return {"clocks": clocks.changes, "promised_by": earlier.isoformat(), "promise_reason": "joined"}


def _tell_master(work: Work, master: Ticket, action: str, facts: dict) -> None:
    """The master's own history says what came and went, and those who work on it hear of it."""
    role = "clerk" if work.actor.kind == "staff" else None
    row = trail.append(
        work.session, master, action=action, status_from=master.status, actor=work.actor, facts=facts, now=work.now, role=role)
    master.version += 1
    if action == TOOK_IN and work.announce:
        queue = "urgent" if master.emergency else "default"
        outbox.publish(work.session, "ticket.joined", now=work.now, ticket_id=master.id, payload={"action": action, "seq": row.seq}, queue=queue)


def unmerge(work: Work) -> str:
    """Back to where it stood, with what its clocks had left; the promise is the one that was given."""
    ticket, standing = work.ticket, _standing(work)
    master = work.session.get_one(Ticket, standing.into_id)
    standing.undone_at, standing.undone_by = work.now, work.actor.account_id
    ticket.merged_into = ticket.ended_at = None
    ticket.closing_no = max(ticket.closing_no, merging.root_of(work.session, master).closing_no)
    ticket.waiting_reason = "unmerged"
    work.facts["from"] = master.number
    work.text = work.body.get("text")
    for row in work.session.scalars(select(Clock).where(Clock.id.in_(standing.clocks)).order_by(Clock.id)):
        _start_again(work, row)
    _tell_master(work, master, LET_GO, {"number": ticket.number})
    return standing.status_before


def _standing(work: Work) -> TicketMerge:
    return work.session.scalars(select(TicketMerge).where(TicketMerge.ticket_id == work.ticket.id, TicketMerge.undone_at.is_(None))).one()


def _start_again(work: Work, row: Clock) -> None:
    if row.kind == "promise":
        restart_promise(work)
    elif row.kind in work.transition.starts:
        work.clocks.start_again(row, work.now, assignment=None)


EFFECTS = {"merge": merge, "unmerge": unmerge}
GUARDS = {"merge": may_merge}
