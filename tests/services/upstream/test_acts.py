"""What the city says and what we say: acts of their own, written on the ticket in which the order is handled."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from sqlalchemy import select
from tests import small_street

from gridops.db import transaction
from gridops.domain import upstream
from gridops.domain.actor import SYSTEM
from gridops.errors import Forbidden, Invalid, NotAllowed
from gridops.models import Clock, Objection, Outbox, Rating, Trail, UpstreamAct
from gridops.services import alarms, tickets, trail
from gridops.services.upstream import acts
from gridops.services.upstream.known import find_order, ticket_of

from .conftest import DUE


@pytest.fixture
def order(make_order):
    return make_order()


@pytest.fixture
def say(session, street, now, order):
    """say("return", text="…") -> what the clerk tells the city of the order."""
    return lambda kind, **body: acts.record(session, order, {"kind": kind, "direction": "out"} | body, actor=street.actors["clerk"], now=now)


@pytest.fixture
def told(session, now, order):
    return lambda kind, **body: acts.told(session, order, {"kind": kind} | body, now=now)


def test_a_return_is_the_citys_to_decide_and_no_objection_of_ours(session, order, say, told):
    assert say("accept").state == "done"
    assert say("return", text="不属于本街道").state == "asked"
    assert order.state == "returning"
    with pytest.raises(NotAllowed, match="order_state"):
        say("return", text="再次申请")
    assert told("return", granted=False, text="请继续办理").decision_text == "请继续办理"
    assert order.state == "accepted"
    assert say("return", text="补充材料").state == "asked"
    told("return", granted=True)
    assert order.state == "returned"
    ticket = ticket_of(session, order)
    assert (ticket.status, ticket.bounce_count) == ("reported", 0)
    assert session.scalars(select(Objection)).all() == []


def test_what_is_asked_needs_its_reason_and_its_date(say):
    with pytest.raises(Invalid) as refused:
        say("extension")
    assert set(refused.value.fields) == {"text", "due_by"}


def test_an_extension_moves_the_citys_due_and_the_promise_only_where_it_was_said(session, order, say, told, now):
    ticket = ticket_of(session, order)
    promised = ticket.promised_by
    say("extension", text="需协调产权单位", due_by=(now + 2 * DUE).isoformat())
    with pytest.raises(NotAllowed, match="asked_before"):
        say("extension", text="又一次", due_by=(now + 3 * DUE).isoformat())
    assert (order.external_due_by, ticket.promised_by) == (now + DUE, promised)
    told("extension", granted=True)
    assert (order.external_due_by, ticket.promised_by) == (now + 2 * DUE, promised)
    say("extension", text="仍需时间", due_by=(now + 3 * DUE).isoformat(), promise=True)
    told("extension", granted=True, due_by=(now + 2.5 * DUE).isoformat())
    assert (order.external_due_by, ticket.promised_by, ticket.promise_note) == (now + 2.5 * DUE, now + 2.5 * DUE, "upstream_extended")
    last = session.scalars(select(Trail).where(Trail.ticket_id == ticket.id).order_by(Trail.seq.desc())).first()
    assert last.facts["promise_reason"] == "upstream_extended"
    assert [change["event"] for change in last.facts["clocks"]] == ["moved"]


def test_a_refused_extension_moves_nothing(order, say, told, now):
    say("extension", text="需时间", due_by=(now + 2 * DUE).isoformat(), promise=True)
    told("extension", granted=False)
    assert order.external_due_by == now + DUE


def test_a_sooner_due_that_a_person_takes_over_brings_the_promise_forward(session, street, order, told, now):
    sooner = now + timedelta(hours=5)
    assert told("update", changed=["due_by"], due_by=sooner.isoformat()).state == "asked"
    ticket = ticket_of(session, order)
    assert ticket.promised_by > sooner
    with pytest.raises(Forbidden):
        told("update", granted=True)
    acts.decide(session, order, {"kind": "update", "granted": True}, actor=street.actors["clerk"], now=now)
    assert (order.external_due_by, ticket.promised_by, ticket.promise_note) == (sooner, sooner, "upstream_hurried")
    assert session.scalar(select(Clock.due_by).where(Clock.ticket_id == ticket.id, Clock.kind == "promise")) == sooner


def test_a_second_change_takes_the_place_of_the_first(session, order, told, now):
    told("update", changed=["due_by"], due_by=(now + 2 * DUE).isoformat())
    told("update", changed=["due_by"], due_by=(now + 3 * DUE).isoformat())
    assert [act.state for act in acts.of_order(session, order)] == ["refused", "asked"]


def test_the_same_reference_is_one_act(session, order, told):
    first = told("urge", text="市民来电催办", external_ref="C-1")
    assert told("urge", text="市民来电催办", external_ref="C-1").id == first.id
    assert told("urge", text="再次催办", external_ref="C-2").id != first.id
    assert session.scalars(select(Outbox.topic).where(Outbox.topic == "upstream.acted")).all() == ["upstream.acted"] * 2


def test_the_citys_callback_is_no_rating_of_ours(session, order, told, close):
    ticket = close(ticket_of(session, order))
    act = told("callback", satisfied=False, solved=False)
    assert act.facts == {"satisfied": False, "solved": False}
    assert (ticket.status, session.scalars(select(Rating)).all()) == ("closed", [])


class TestHandledAgain:
    def test_a_person_decides_and_the_reopening_is_not_counted_as_a_residents(self, session, street, order, told, close, now):
        ticket = close(ticket_of(session, order))
        later = now + timedelta(days=20)  # long after the resident's own seven days
        told("rehandle", text="市民不满意")
        assert (order.state, order.turn, ticket.status) == ("rehandling", 1, "closed")
        assert [alarm.kind for alarm in alarms.open_alarms(session, street.actors["clerk"])] == ["upstream_asks"]
        acts.decide(session, order, {"kind": "rehandle", "granted": True, "text": "请再到现场"}, actor=street.actors["clerk"], now=later)
        assert (ticket.status, ticket.reopen_count) == ("in_progress", 0)
        assert alarms.open_alarms(session, street.actors["clerk"]) == []
        steps = session.scalars(select(Trail.action).where(Trail.ticket_id == ticket.id).order_by(Trail.seq.desc()).limit(2)).all()
        assert steps == ["reopen", "decide_upstream"]

    def test_refused_leaves_the_ticket_closed_and_a_reply_owed(self, session, street, order, told, close, now):
        ticket = close(ticket_of(session, order))
        told("rehandle")
        acts.decide(session, order, {"kind": "rehandle", "granted": False, "text": "已解决"}, actor=street.actors["clerk"], now=now)
        assert (ticket.status, order.state, order.turn) == ("closed", "rehandling", 1)

    def test_no_program_decides_it(self, session, order, told, close, now):
        close(ticket_of(session, order))
        told("rehandle")
        with pytest.raises(Forbidden):
            acts.decide(session, order, {"kind": "rehandle", "granted": True}, actor=SYSTEM, now=now)

    def test_a_matter_under_way_goes_on(self, session, street, order, told, now):
        told("rehandle")
        acts.decide(session, order, {"kind": "rehandle", "granted": True}, actor=street.actors["clerk"], now=now)
        assert ticket_of(session, order).status == "reported"


@pytest.mark.parametrize("state", upstream.STATES)
@pytest.mark.parametrize("direction", ["in", "out"])
def test_what_the_table_does_not_list_is_refused(session, street, order, now, state, direction):
    order.state = state
    session.flush()
    listed = {(act.direction, act.kind) for act in upstream.allowed(state)}
    more = {"text": "理由", "due_by": (now + 2 * DUE).isoformat()}
    for kind in upstream.KINDS:
        if (direction, kind) not in listed:
            with pytest.raises((NotAllowed, Invalid)):
                acts.record(session, order, {"kind": kind, "direction": direction} | more, actor=street.actors["clerk"], now=now)
    assert session.scalars(select(UpstreamAct)).all() == []


def test_a_ticket_without_an_order_offers_nothing(session, street, now):
    ticket = street.submit(session, now).ticket
    assert not {"record_upstream", "decide_upstream"} & set(tickets.allowed_actions(session, ticket, street.actors["clerk"], now=now))


def test_a_decision_is_offered_where_something_was_asked_and_never_the_citys_own_question_to_a_program(session, street, order, say, told, now):
    def deciding(actor):
        return "decide_upstream" in tickets.allowed_actions(session, ticket_of(session, order), actor, now=now)

    clerk = street.actors["clerk"]
    assert not deciding(clerk)
    with pytest.raises(NotAllowed, match="nothing_to_decide"):
        acts.decide(session, order, {"kind": "rehandle", "granted": True}, actor=clerk, now=now)
    say("extension", text="等备件", due_by=(now + 2 * DUE).isoformat())
    assert deciding(clerk) and deciding(SYSTEM)
    told("extension", granted=True)
    told("rehandle")
    assert deciding(clerk) and not deciding(SYSTEM)


def test_another_tickets_order_is_refused(session, street, make_order, now):
    make_order("A-1")
    other = ticket_of(session, make_order("A-2"))
    with pytest.raises(Invalid):
        tickets.perform(
            session, other.number, "record_upstream", {"order": "A-1", "kind": "accept", "direction": "out"},
            actor=street.actors["clerk"], now=now)


def test_what_the_caller_has_changed_stays(session, order, say):
    """A ticket that is not written yet when the city's word comes in the same transaction."""
    ticket = ticket_of(session, order)
    ticket.waiting_reason, order.category_text = "no_category", "别的词"
    say("accept")
    assert (ticket.waiting_reason, order.category_text, trail.verify(session, ticket)) == ("no_category", "别的词", [])


def test_a_program_never_speaks_for_us(session, order, now):
    with pytest.raises(Forbidden):
        acts.record(session, order, {"kind": "accept", "direction": "out"}, actor=SYSTEM, now=now)


def test_what_the_city_says_while_two_matters_are_made_one_lands_on_one_of_them(fresh, now):
    """Ten words on an order against the merge of its ticket: none is lost, every chain is whole."""
    with transaction(fresh.sessions) as session:
        street = small_street.build(session, fresh.config, now)
        orders = [{"source": "12345", "external_number": f"R-{no}"} for no in (1, 2)]
        first, second = [street.submit(session, now, upstream=order).ticket.number for order in orders]
    failed: list[BaseException] = []

    def work(place: int) -> None:
        try:
            with transaction(fresh.sessions) as session:
                if place == 5:
                    tickets.perform(session, second, "merge", {"into": first}, actor=street.actors["clerk"], now=now)
                else:
                    acts.told(session, find_order(session, "12345", "R-2"), {"kind": "urge", "external_ref": f"U-{place}"}, now=now)
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=work, args=(place,)) for place in range(10)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert failed == []
    with transaction(fresh.sessions) as session:
        assert len(session.scalars(select(UpstreamAct)).all()) == 9
        assert list(trail.verify_all(session)) == []
        assert len(session.scalars(select(Trail.id).where(Trail.action == "record_upstream")).all()) == 9
