"""What a batch does to its tickets is what each of its rows alone would have done to them, to the last row of the trail."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from gridops.domain.actor import SYSTEM
from gridops.models import Alarm, Assignment, Clock, Department, InboxMessage, Outbox, PlaceWatch, Round, Ticket, TicketLikeness, Trail
from gridops.services import outbox_relay, tickets, trail
from gridops.services.reactions import AHEAD, REACTIONS, TOGETHER
from gridops.services.writing import deferred, insert_together
from tests import small_street
from tests.services.regridding import NEW_MIDDLE, NORTH, regrid
from tests.small_street import GAS, IN_EAST, RUBBISH

LONG = "三号楼东门口的垃圾桶满了好几天没有人清运味道很大"
CONTACT = {"name": "王小明", "phone": "13812341234"}


@pytest.fixture
def street(session, config, now):
    return small_street.build(session, config, now)


@pytest.fixture
def reported(session, street, now):
    """All kinds side by side: sent out, waiting for each reason, an emergency, one that came back, two of one matter, one to be called."""
    closed = street.submit(session, now - timedelta(days=3)).ticket
    tickets.perform(session, closed.number, "answer", {"outcome": "solved", "text": "已清"}, actor=street.actors["clerk"], now=now - timedelta(days=2))
    kinds = (
        {}, {"category": "C0101"}, {"category": None, "description": "不知道怎么说"}, {"category": GAS}, {"kind": "consult"}, {"category": "E2404"},
        {"description": LONG, "location": IN_EAST}, {"contact": CONTACT}, {"description": LONG + "了", "location": IN_EAST}, {"category": "C0101"},
        {"category": None, "description": "楼上着火了，有人被困", "location": IN_EAST}, {"location": IN_EAST})
    made = [street.submit(session, now, **kind).ticket for kind in kinds]
    session.flush()
    return [ticket.id for ticket in (closed, *made)]


def test_a_batch_does_what_its_rows_would_do_alone(session, reported, now):
    """Twice the same reports, once row by row and once in batches, each undone after it was looked at."""
    alone, together = (_undone(session, reported, now, how) for how in (_one_by_one, _in_batches))
    for name in sorted(alone, reverse=True):
        assert together[name] == alone[name], name
    assert [status for status, *_ in together["tickets"]] == [
        "closed", "dispatched", "filed", "reported", "dispatched", "reported", "reported", "dispatched", "dispatched", "merged", "filed", "reported", "dispatched"]
    assert together["tickets"][1][3] is not None, "it came back"


def test_what_waits_is_written_before_the_session_flushes(session, street, now):
    ticket = street.submit(session, now).ticket
    row = trail.next_row(ticket, action="comment", status_from="reported", actor=SYSTEM, facts={}, now=now)
    with deferred(session):
        insert_together(session, row)
        assert ticket.trail_seq not in session.scalars(select(Trail.seq).where(Trail.ticket_id == ticket.id)).all()
        session.flush()
        assert ticket.trail_seq in session.scalars(select(Trail.seq).where(Trail.ticket_id == ticket.id)).all()
    assert trail.verify(session, ticket) == []


def test_nothing_is_written_where_a_row_of_the_batch_fails(session, reported, now):
    """The caller rolls back and does each alone."""
    ids = _due(session, now)
    reactions = REACTIONS | {"report.submitted": _failing_at(ids[4])}
    with pytest.raises(ZeroDivisionError), session.begin_nested():
        _react(session, ids, now, reactions)
    session.expire_all()
    assert set(session.scalars(select(Ticket.status).where(Ticket.id.in_(reported[1:])))) == {"reported"}
    assert ids[4] in _react(session, ids, now, REACTIONS)


@pytest.mark.parametrize("how", ["_one_by_one", "_in_batches"])
def test_what_was_read_of_the_old_cell_is_read_again_in_the_new_one(session, street, now, how):
    """Located while another grid was being activated: the watch of the cell that it comes to counts."""
    earlier = street.submit(session, now, location=IN_EAST).ticket
    ticket = street.submit(session, now).ticket
    old = ticket.area_code, ticket.cell_id
    regrid(session, NEW_MIDDLE, now)
    session.refresh(ticket)
    assert ticket.area_code == NORTH
    ticket.area_code, ticket.cell_id = old
    watch = PlaceWatch(
        ticket_id=earlier.id, outcome="not_found", area_code=NORTH, category_code=RUBBISH, began_at=now - timedelta(days=1), ends_by=now + timedelta(days=1))
    session.add(watch)
    session.flush()
    globals()[how](session, now)
    session.expire_all()
    assert (ticket.area_code, ticket.status, ticket.watch_id) == (NORTH, "dispatched", watch.id)


def test_three_of_one_matter_in_one_batch_are_one_ticket(session, street, now):
    """The second and the third are merged into what the batch itself has just sent out."""
    made = [street.submit(session, now, description=LONG, location=IN_EAST, contact=CONTACT).ticket for _ in range(3)]
    _in_batches(session, now)
    session.expire_all()
    assert [ticket.status for ticket in made] == ["dispatched", "merged", "merged"]
    assert {ticket.merged_into for ticket in made[1:]} == {made[0].id}
    assert all(trail.verify(session, ticket) == [] for ticket in made)
    took = select(Trail.facts["number"].astext).where(Trail.ticket_id == made[0].id, Trail.action == "take_in")
    assert sorted(session.scalars(took)) == sorted(ticket.number for ticket in made[1:])
    rows = session.scalars(select(Clock).where(Clock.ticket_id.in_([ticket.id for ticket in made[1:]]), Clock.status == "running")).all()
    assert rows == []


def _failing_at(row_id):
    def react(session, row, now, context):
        REACTIONS["report.submitted"](session, row, now, context)
        return 1 / (row.id - row_id)

    return react


def _undone(session, ids, now, how):
    with session.begin_nested() as savepoint:
        how(session, now)
        session.flush()
        session.expire_all()
        seen = _seen(session, ids)
        savepoint.rollback()
    session.expire_all()
    return seen


def _one_by_one(session, now):
    while ids := _due(session, now):
        for row_id in ids:
            outbox_relay.react(session, row_id, REACTIONS, now=now, context=None)


def _in_batches(session, now):
    while ids := _due(session, now):
        done = _react(session, ids, now, REACTIONS)
        for row_id in set(ids) - set(done):
            outbox_relay.react(session, row_id, REACTIONS, now=now, context=None)


def _react(session, ids, now, reactions):
    return outbox_relay.react_together(session, ids, reactions, now=now, context=None, together=TOGETHER, ahead_for=AHEAD)


def _due(session, now):
    """Only what is due now: pages that wait for somebody's silence come later."""
    rows = session.scalars(select(Outbox).where(Outbox.done_at.is_(None), Outbox.available_at <= now).order_by(Outbox.id)).all()
    for row in rows:
        row.relayed_at = now
    session.flush()
    return [row.id for row in rows]


def _seen(session, ids):
    own = Ticket.id.in_(ids)
    columns = (Ticket.status, Ticket.version, Ticket.waiting_reason, Ticket.relapse_of, Ticket.due_by, Ticket.yellow_by, Ticket.trail_seq)
    parties = (
        select(Round.ticket_id, Round.no, Round.basis, Assignment.role, Department.code, Assignment.original_due_by)
        .join(Assignment, Assignment.round_id == Round.id).join(Department).where(Round.ticket_id.in_(ids)))
    clocks = select(Clock.ticket_id, Clock.kind, Clock.status, Clock.due_by, Clock.next_alert_at, Clock.stopped_at).where(Clock.ticket_id.in_(ids))
    asked = {
        "tickets": select(*columns).where(own).order_by(Ticket.id),
        "trails": select(Trail.ticket_id, Trail.seq, Trail.action, Trail.facts.op("-")("pages")).where(Trail.ticket_id.in_(ids)).order_by(Trail.ticket_id, Trail.seq),
        "parties": parties.order_by(Round.ticket_id, Assignment.id),
        "clocks": clocks.order_by(Clock.ticket_id, Clock.id),
        "words": select(TicketLikeness.ticket_id, TicketLikeness.keys).order_by(TicketLikeness.ticket_id),
        "alarms": select(Alarm.kind, Alarm.subject, Alarm.facts, Alarm.settled_at).order_by(Alarm.subject, Alarm.kind),
        "messages": select(InboxMessage.ticket_id, InboxMessage.topic, InboxMessage.role, InboxMessage.department_id, InboxMessage.facts).order_by(
            InboxMessage.ticket_id, InboxMessage.topic, InboxMessage.role, InboxMessage.department_id),
        "facts": select(Outbox.ticket_id, Outbox.topic, Outbox.payload["action"], Outbox.queue).order_by(Outbox.ticket_id, Outbox.topic, Outbox.id),
    }
    assert all(trail.verify(session, ticket) == [] for ticket in session.scalars(select(Ticket).where(own)))
    return {name: session.execute(query).all() for name, query in asked.items()}
