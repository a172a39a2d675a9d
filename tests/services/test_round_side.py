"""The round side of the lifecycle: transfers, rulings, more time, supports and leaders' orders, through the one door."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from gridops.domain.actor import SYSTEM, Actor
from gridops.errors import Forbidden, Invalid, NotAllowed
from gridops.models import Account, Assignment, Clock, Escalation, Outbox, Person, Photo, Remark, RoleGrant, Supervision, TimeRequest, Trail
from gridops.services import inbox, tickets, trail
from gridops.services.backlog import backlog
from gridops.services.listing import list_tickets
from gridops.services.sweep import sweep
from tests import small_street
from tests.small_street import RUBBISH, STREET

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SLOW = "E0101"  # its second condition gives 15 work days; the enforcement team leads
REASON = {"reason": "等待备件到货"}


@pytest.fixture
def street(session, config, now):
    return small_street.build(session, config, now)


@pytest.fixture
def do(session, street, now):
    """do("sign", ticket, "SANITATION", at=hours): one action by one of the street's people."""

    def act(action, ticket, who="clerk", *, at=0, **body):
        actor = who if isinstance(who, Actor) else street.actors[who]
        return tickets.perform(session, ticket.number, action, body, actor=actor, now=now + timedelta(hours=at))

    return act


@pytest.fixture
def begun(session, street, do, now):
    """begun(SLOW, lead="ENFORCEMENT", condition_no=2): a ticket that its lead has signed at once."""

    def make(category=RUBBISH, lead="SANITATION", *, signed=True, **body):
        ticket = street.submit(session, now, category=category, contact={"name": "王小明", "phone": "13812341234"}).ticket
        do("file", ticket, category=category, **body)
        do("dispatch", ticket, "dispatcher", lead=f"D-{lead}")
        return do("sign", ticket, lead) if signed else ticket

    return make


@pytest.fixture
def photo(session, now):
    def make():
        row = Photo(mime="image/jpeg", width=1, height=1, sha256=b"", content=b"x", thumbnail=b"x", uploaded_at=now)
        session.add(row)
        session.flush()
        return str(row.id)

    return make


def offered(session, ticket, actor, now):
    return set(tickets.allowed_actions(session, ticket, actor, now=now))


def clocks(session, ticket, kind):
    return session.scalars(select(Clock).where(Clock.ticket_id == ticket.id, Clock.kind == kind).order_by(Clock.id)).all()


def last(session, ticket):
    return session.scalars(select(Trail).where(Trail.ticket_id == ticket.id).order_by(Trail.seq.desc()).limit(1)).one()


def light(session, street, ticket, at):
    page = list_tickets(session, street.actors["dispatcher"], {}, now=at)
    return next(item["light"] for item in page.items if item["number"] == ticket.number)


def told(session, now, topic):
    """Who is told of the newest fact of that topic: roles, and organisations by id."""
    row = session.scalars(select(Outbox).where(Outbox.topic == topic).order_by(Outbox.id.desc()).limit(1)).one()
    inbox.tell(session, row, now)
    found = select(inbox.InboxMessage).where(inbox.InboxMessage.outbox_id == row.id)
    return {message.role or message.department_id for message in session.scalars(found)}


class TestTransfer:
    def transfer(self, do, ticket, photo, who="SANITATION", **more):
        return do("request_transfer", ticket, who, reason_code="not_our_duty", text="现场看过，是园林的", photos=[photo()], **more)

    def test_after_a_visit_with_what_was_seen(self, session, begun, do, photo):
        ticket = begun()
        with pytest.raises(Invalid, match="photo_needed"):
            do("request_transfer", ticket, "SANITATION", reason_code="not_our_duty", text="不是我们")
        self.transfer(do, ticket, photo)
        assert (ticket.status, ticket.waiting_reason) == ("objected", "objection")
        assert [clock.status for clock in clocks(session, ticket, "rule")] == ["running"]

    def test_upheld_it_is_a_bounce_and_the_promise_stays(self, session, begun, do, photo):
        ticket = begun()
        promised = ticket.promised_by
        self.transfer(do, ticket, photo)
        do("uphold", ticket, "URBAN_OFFICE", at=1, text="属实")
        assert (ticket.status, ticket.bounce_count, ticket.promised_by) == ("filed", 1, promised)

    def test_overruled_the_lead_goes_on_with_the_old_due_and_the_old_signature(self, session, begun, do, photo, now):
        ticket = begun()
        due = clocks(session, ticket, "handle")[0].due_by
        self.transfer(do, ticket, photo, at=1)
        do("overrule", ticket, "URBAN_OFFICE", at=2, text="养护清单写明由你们负责")
        assert (ticket.status, ticket.signed_at, clocks(session, ticket, "handle")[0].due_by) == ("in_progress", now, due)
        lead = session.scalars(select(Assignment).where(Assignment.round_id == ticket.round_id, Assignment.role == "lead")).one()
        assert (lead.status, lead.signed_by) == ("signed", "person")

    def test_objection_and_transfer_together_once_per_round(self, begun, do, photo):
        ticket = begun(signed=False)
        do("object", ticket, "SANITATION", reason_code="other", text="不是我们")
        do("overrule", ticket, "URBAN_OFFICE", text="是你们")
        with pytest.raises(NotAllowed, match="objected_before"):
            self.transfer(do, ticket, photo)

    def test_after_two_bounces_the_dispatch_stands(self, session, begun, do, photo):
        ticket = begun()
        for lead, following in (("SANITATION", "ENFORCEMENT"), ("ENFORCEMENT", "SANITATION")):
            self.transfer(do, ticket, photo, lead)
            do("uphold", ticket, "URBAN_OFFICE", text="换一家")
            do("dispatch", ticket, "dispatcher", lead=f"D-{following}")
            do("sign", ticket, following)
        with pytest.raises(NotAllowed, match="no_more_objections"):
            self.transfer(do, ticket, photo)
        assert {"object", "request_transfer"}.isdisjoint(tickets.allowed_actions(session, ticket, Actor("staff", "x", grants=()), now=ticket.reported_at))


class TestWhoRules:
    """Nobody gains from his own ruling, by whichever trick."""

    @pytest.fixture
    def objected(self, begun, do):
        return do("object", begun(signed=False), "SANITATION", reason_code="other", text="应由执法队", suggest="D-ENFORCEMENT")

    def second_log_in(self, session, street, first, second):
        person = Person(code="P-2", name="同一人")
        session.add(person)
        session.flush()
        for name in (first, second):
            session.get_one(Account, street.actors[name].account_id).person_id = person.id
        grant = street.actors[first].grants[0]
        session.add(RoleGrant(
            account_id=street.actors[first].account_id, role=grant.role, area_code=grant.area, department_id=grant.department_id))
        session.flush()

    @pytest.mark.parametrize("gains", ["ENFORCEMENT", "SANITATION"])
    def test_not_under_a_second_log_in(self, session, street, objected, do, gains):
        self.second_log_in(session, street, gains, "URBAN_OFFICE")
        for ruling in ("uphold", "overrule"):
            with pytest.raises(Forbidden, match="interested_party"):
                do(ruling, objected, "URBAN_OFFICE", text="我来定")

    @pytest.mark.parametrize("gains", ["ENFORCEMENT", "SANITATION"])
    def test_nor_as_a_dispatcher_who_belongs_to_who_gains(self, street, begun, do, gains):
        ticket = begun(signed=False)
        do("recall", ticket, "dispatcher", text="换统筹")
        do("dispatch", ticket, "dispatcher", lead="D-SANITATION", coordinate="D-GRID_CENTER")
        do("object", ticket, "SANITATION", reason_code="other", text="应由执法队", suggest="D-ENFORCEMENT")
        both = replace(street.actors["dispatcher"], grants=street.actors["dispatcher"].grants + street.actors[gains].grants)
        with pytest.raises(Forbidden, match="interested_party"):
            do("uphold", ticket, both, text="我来定")
        assert do("uphold", ticket, "dispatcher", text="改派").status == "filed"

    def test_nor_on_behalf_of_a_coordinator_without_log_in_by_who_entered_the_objection(self, street, begun, do):
        ticket = begun(signed=False)
        do("recall", ticket, "dispatcher", text="换统筹")
        street.departments["URBAN_OFFICE"].has_login = False
        do("dispatch", ticket, "dispatcher", lead="D-GAS_CO", coordinate="D-URBAN_OFFICE")
        do("object", ticket, "clerk", reason_code="other", text="不是燃气", on_behalf_of="D-GAS_CO", call_record="10:00 值班室")
        behalf = {"on_behalf_of": "D-URBAN_OFFICE", "call_record": "10:05 城运中心"}
        with pytest.raises(Forbidden, match="interested_party"):
            do("uphold", ticket, "clerk", text="同意", **behalf)
        assert do("uphold", ticket, "clerk2", text="同意", **behalf).status == "filed"

    def test_the_centre_as_coordinator_leaves_it_to_the_dispatcher_where_it_gains_itself(self, begun, do):
        ticket = begun(signed=False)
        do("recall", ticket, "dispatcher", text="换统筹")
        do("dispatch", ticket, "dispatcher", lead="D-SANITATION", coordinate="D-GRID_CENTER")
        do("object", ticket, "SANITATION", reason_code="other", text="应由城运中心", suggest="D-GRID_CENTER")
        with pytest.raises(Forbidden, match="interested_party"):
            do("overrule", ticket, "GRID_CENTER", text="不同意")
        assert do("uphold", ticket, "dispatcher", text="同意").status == "filed"


class TestExtension:
    def test_adds_one_original_limit_and_keeps_the_first_due_on_record(self, session, begun, do, now):
        ticket = begun()
        handle = clocks(session, ticket, "handle")[0]
        before = handle.due_by
        do("request_extension", ticket, "SANITATION", at=1, **REASON)
        do("approve_extension", ticket, "dispatcher", at=2)
        assert handle.due_by == now + 25 * HOUR  # Wed 15:30 + four working hours: Thu 11:00
        assert handle.original_due_by == before

    def test_red_waits_everywhere_while_nobody_has_decided(self, session, street, begun, do, now):
        """Wed 15:30 is the due; asked for at 15:00, looked at on Wed 17:00."""
        ticket = begun()
        do("answer_support", ticket, "PROPERTY", at=1, text="已配合")
        assert light(session, street, ticket, now + 7 * HOUR) == "red"
        do("request_extension", ticket, "SANITATION", at=5, **REASON)
        later = now + 7 * HOUR
        assert light(session, street, ticket, later) == "yellow"
        totals = backlog(session, STREET, "community", actor=street.actors["dispatcher"], now=later)["totals"]
        assert (totals["red"], totals["yellow"]) == (0, 1)
        assert not list_tickets(session, street.actors["dispatcher"], {"overdue": True}, now=later).items
        sweep(session, now=later)
        levels = select(Escalation.level).join(Clock, Clock.id == Escalation.clock_id).where(Clock.kind == "handle")
        assert session.scalars(levels).all() == [1]

    def test_refused_it_is_red_at_once_and_escalates_once(self, session, street, begun, do, now):
        ticket = begun()
        do("request_extension", ticket, "SANITATION", at=5, **REASON)
        do("refuse_extension", ticket, "dispatcher", at=7, text="理由不足")
        assert light(session, street, ticket, now + 7 * HOUR) == "red"
        sweep(session, now=now + 7 * HOUR)
        sweep(session, now=now + 7 * HOUR)
        levels = select(Escalation.level).join(Clock, Clock.id == Escalation.clock_id).where(Clock.kind == "handle")
        assert sorted(session.scalars(levels).all()) == [1, 2]

    def test_it_is_judged_by_when_it_was_asked_for(self, session, begun, do, photo):
        """Asked for before 15:30, approved after it: what is submitted at 18:00 is in time."""
        ticket = begun()
        do("answer_support", ticket, "PROPERTY", at=1, text="已配合")
        do("request_extension", ticket, "SANITATION", at=5, **REASON)
        do("approve_extension", ticket, "dispatcher", at=7)
        do("submit_result", ticket, "SANITATION", at=8, outcome="solved", text="好了", photos=[photo()])
        assert clocks(session, ticket, "handle")[0].status == "met"

    def test_but_not_when_the_time_is_over(self, begun, do):
        with pytest.raises(NotAllowed, match="too_late"):
            do("request_extension", begun(), "SANITATION", at=6, **REASON)

    def test_the_second_is_the_leaders_and_there_is_no_third(self, begun, do):
        ticket = begun()
        do("request_extension", ticket, "SANITATION", at=1, **REASON)
        with pytest.raises(NotAllowed, match="request_pending"):
            do("request_extension", ticket, "SANITATION", at=1, **REASON)
        do("approve_extension", ticket, "dispatcher", at=1)
        do("request_extension", ticket, "SANITATION", at=2, **REASON)
        with pytest.raises(Forbidden, match="leader_decides"):
            do("approve_extension", ticket, "dispatcher", at=2)
        do("approve_extension", ticket, "leader", at=2)
        with pytest.raises(NotAllowed, match="no_more_extensions"):
            do("request_extension", ticket, "SANITATION", at=3, **REASON)

    def test_who_decides_is_asked_by_a_message_and_a_clock(self, session, begun, do, now):
        ticket = begun()
        do("request_extension", ticket, "SANITATION", at=1, **REASON)
        assert "dispatcher" in told(session, now, "ticket.extension_requested")
        assert [clock.status for clock in clocks(session, ticket, "decide")] == ["running"]
        do("approve_extension", ticket, "dispatcher", at=2)
        assert [clock.status for clock in clocks(session, ticket, "decide")] == ["met"]
        do("request_extension", ticket, "SANITATION", at=2, **REASON)
        assert "leader" in told(session, now, "ticket.extension_requested")

    def test_a_dispatcher_of_the_leads_own_unit_does_not_decide(self, street, begun, do):
        ticket = begun()
        do("request_extension", ticket, "SANITATION", at=1, **REASON)
        both = replace(street.actors["dispatcher"], grants=street.actors["dispatcher"].grants + street.actors["SANITATION"].grants)
        with pytest.raises(Forbidden, match="interested_party"):
            do("approve_extension", ticket, both, at=1)

    def test_nor_does_who_asked_on_behalf(self, street, session, begun, do, now):
        ticket = street.submit(session, now).ticket
        do("file", ticket, category=RUBBISH)
        do("dispatch", ticket, "dispatcher", lead="D-GAS_CO")
        behalf = {"on_behalf_of": "D-GAS_CO", "call_record": "10:00 值班室"}
        do("sign", ticket, "dispatcher", **behalf)
        do("request_extension", ticket, "dispatcher", **REASON, **behalf)
        with pytest.raises(Forbidden, match="interested_party"):
            do("approve_extension", ticket, "dispatcher")
        assert do("approve_extension", ticket, "leader").status == "in_progress"

    def test_the_promise_stays_where_the_new_due_does_not_pass_it(self, session, begun, do):
        ticket = begun()
        promised = ticket.promised_by
        do("request_extension", ticket, "SANITATION", at=1, **REASON)
        do("approve_extension", ticket, "dispatcher", at=2)
        assert (ticket.promised_by, ticket.promise_note) == (promised, None)
        remark = session.scalars(select(Remark).where(Remark.ticket_id == ticket.id).order_by(Remark.id.desc()).limit(1)).one()
        assert not remark.public

    def test_else_it_moves_and_the_resident_reads_from_when_to_when_and_why(self, session, begun, do):
        ticket = begun(SLOW, "ENFORCEMENT", condition_no=2)
        promised = ticket.promised_by
        do("request_extension", ticket, "ENFORCEMENT", at=1, **REASON)
        do("approve_extension", ticket, "dispatcher", at=2)
        assert ticket.promised_by == clocks(session, ticket, "handle")[0].due_by == clocks(session, ticket, "promise")[0].due_by
        facts = last(session, ticket).facts
        assert (facts["promised_before"], facts["promised_by"], facts["promise_reason"]) == (
            promised.isoformat(), ticket.promised_by.isoformat(), "extended")
        remark = session.scalars(select(Remark).where(Remark.ticket_id == ticket.id).order_by(Remark.id.desc()).limit(1)).one()
        assert (remark.text, remark.public) == (REASON["reason"], True)

    def test_the_result_makes_a_request_pointless(self, session, street, begun, do, photo, now):
        ticket = begun()
        street.without_support(session, ticket.number, now)
        do("request_extension", ticket, "SANITATION", at=1, **REASON)
        do("submit_result", ticket, "SANITATION", at=2, outcome="solved", text="好了", photos=[photo()])
        assert session.scalars(select(TimeRequest.decision)).all() == ["lapsed"]
        assert (ticket.waiting_reason, clocks(session, ticket, "decide")[0].status) == (None, "cancelled")


class TestSuspension:
    def ask(self, do, ticket, until, who="ENFORCEMENT", at=1):
        return do("request_suspension", ticket, who, at=at, until=until, next_step="材料到货即施工", **REASON)

    @pytest.fixture
    def slow(self, begun):
        return begun(SLOW, "ENFORCEMENT", condition_no=2)

    def test_all_clocks_of_the_round_stand_still_and_the_promise_does_not(self, session, street, slow, do, now):
        self.ask(do, slow, "2026-04-01")
        do("approve_suspension", slow, "dispatcher", at=2, text="同意")
        assert (slow.status, slow.next_step) == ("suspended", "材料到货即施工")
        states = {clock.kind: clock.status for clock in session.scalars(select(Clock).where(Clock.ticket_id == slow.id).order_by(Clock.id))}
        assert {states[kind] for kind in ("handle", "contact", "support")} == {"paused"}
        assert states["promise"] == states["suspension"] == "running"
        assert light(session, street, slow, now + 300 * DAY) == "suspended"

    def test_the_promise_moves_to_when_work_can_be_done_again_with_the_reason(self, session, slow, do):
        """Approved at 12:00 with two working hours used of 15 days; from Wed 1 April 15 days less two hours, Qingming aside."""
        handle = clocks(session, slow, "handle")[0]
        self.ask(do, slow, "2026-04-01")
        do("approve_suspension", slow, "dispatcher", at=2)
        expected = slow.promised_by
        assert slow.promise_note == "suspended" and expected > handle.original_due_by
        remark = session.scalars(select(Remark).where(Remark.ticket_id == slow.id).order_by(Remark.id.desc()).limit(1)).one()
        assert remark.public and "等待备件到货" in remark.text and "材料到货即施工" in remark.text
        do("resume", slow, SYSTEM, at=24 * 28 - 10)
        assert clocks(session, slow, "handle")[0].due_by == slow.promised_by == expected

    def test_the_sweep_resumes_on_the_date_and_only_once(self, session, slow, do, now):
        self.ask(do, slow, "2026-03-10")
        do("approve_suspension", slow, "dispatcher", at=2)
        sweep(session, now=now + 5 * DAY)  # Mon 9 March 10:00
        assert slow.status == "suspended"
        for _ in range(2):
            sweep(session, now=now + 6 * DAY)
        assert (slow.status, slow.suspended_until, slow.next_step) == ("in_progress", None, None)
        steps = session.scalars(select(Trail.actor_kind).where(Trail.ticket_id == slow.id, Trail.action == "resume")).all()
        assert steps == ["system"] and trail.verify(session, slow) == []

    def test_the_lead_may_go_on_earlier(self, session, slow, do, now):
        self.ask(do, slow, "2026-04-01")
        do("approve_suspension", slow, "dispatcher", at=2)
        do("resume", slow, "ENFORCEMENT", at=24, text="提前到货")
        assert session.scalars(select(TimeRequest.resumed_at)).all() == [now + DAY]
        sweep(session, now=now + 40 * DAY)
        assert slow.status == "in_progress"

    def test_what_was_nearly_over_comes_back_with_a_work_day(self, session, begun, do):
        """Four working hours, suspended with half an hour left; resumed on Tuesday 10 March at 10:00, due on Wednesday at 10:00."""
        ticket = begun()
        self.ask(do, ticket, "2026-03-20", "SANITATION")
        do("approve_suspension", ticket, "dispatcher", at=5)
        do("resume", ticket, "dispatcher", at=24 * 6)
        handle = clocks(session, ticket, "handle")[0]
        assert handle.due_by - handle.started_at == 7 * DAY

    def test_a_late_clock_does_not_come_back_on_time(self, session, begun, do, now):
        ticket = begun()
        self.ask(do, ticket, "2026-03-20", "SANITATION", at=7)
        do("approve_suspension", ticket, "dispatcher", at=7)
        do("resume", ticket, "dispatcher", at=24 * 6)
        assert clocks(session, ticket, "handle")[0].due_by < now + 6 * DAY

    def test_beyond_ninety_days_in_all_a_leader_decides(self, session, slow, do):
        self.ask(do, slow, "2026-05-20")
        do("approve_suspension", slow, "dispatcher", at=1)
        do("resume", slow, "dispatcher", at=24 * 60)
        self.ask(do, slow, "2026-06-15", at=24 * 60)
        with pytest.raises(Forbidden, match="leader_decides"):
            do("approve_suspension", slow, "dispatcher", at=24 * 60)
        assert do("approve_suspension", slow, "leader", at=24 * 60).status == "suspended"

    @pytest.mark.parametrize("until", ["2027-03-20", "2026-03-04", "2025-01-01", "soon", "2026-04-01T10:00:00"])
    def test_at_most_a_year_and_never_into_the_past(self, slow, do, until):
        with pytest.raises(Invalid) as refused:
            self.ask(do, slow, until)
        assert list(refused.value.fields) == ["until"]

    def test_an_instant_is_taken_as_it_is(self, slow, do, now):
        self.ask(do, slow, "2026-04-01T10:00:00+08:00")
        do("approve_suspension", slow, "dispatcher", at=1)
        assert slow.suspended_until == now + 28 * DAY

    def test_what_is_over_before_anybody_decided_is_only_refused(self, slow, do):
        self.ask(do, slow, "2026-03-05")
        with pytest.raises(NotAllowed, match="date_passed"):
            do("approve_suspension", slow, "dispatcher", at=48)
        assert do("refuse_suspension", slow, "dispatcher", at=48).status == "in_progress"


class TestSupport:
    def state(self, session, ticket):
        rows = select(Assignment.status).where(Assignment.round_id == ticket.round_id, Assignment.role == "support")
        return session.scalars(rows).all(), [clock.status for clock in clocks(session, ticket, "support")]

    def test_its_clock_is_half_the_limit_from_the_dispatch_on_and_stops_at_the_answer(self, session, begun, do, now):
        ticket = begun()
        assert clocks(session, ticket, "support")[0].due_by == now + 2 * HOUR
        do("answer_support", ticket, "PROPERTY", at=1, text="已告知业主")
        assert self.state(session, ticket) == (["answered"], ["met"])

    def test_no_result_while_a_support_is_open(self, begun, do, photo):
        ticket = begun()
        body = {"outcome": "solved", "text": "好了", "photos": [photo()]}
        with pytest.raises(NotAllowed, match="support_open"):
            do("submit_result", ticket, "SANITATION", at=1, **body)
        do("refuse_support", ticket, "PROPERTY", at=1, text="没有人手")
        with pytest.raises(NotAllowed, match="support_open"):
            do("submit_result", ticket, "SANITATION", at=1, **body)
        do("waive_support", ticket, "URBAN_OFFICE", at=1, text="不需要了")
        assert do("submit_result", ticket, "SANITATION", at=1, **body).status == "handled"

    def test_a_refusal_is_the_coordinators_to_do_with_a_clock_of_its_own(self, session, street, begun, do, now):
        ticket = begun()
        do("refuse_support", ticket, "PROPERTY", at=1, text="没有人手")
        assert self.state(session, ticket) == (["refused"], ["paused"])
        assert [clock.status for clock in clocks(session, ticket, "rule")] == ["running"]
        assert street.departments["URBAN_OFFICE"].id in told(session, now, "ticket.support_refused")
        do("return_support", ticket, "URBAN_OFFICE", at=2, text="请安排人员")
        assert self.state(session, ticket) == (["returned"], ["running"])
        assert [clock.status for clock in clocks(session, ticket, "rule")] == ["met"]
        assert street.departments["PROPERTY"].id in told(session, now, "ticket.support_returned")
        with pytest.raises(NotAllowed, match="support_settled"):
            do("refuse_support", ticket, "PROPERTY", at=3, text="还是不行")
        do("answer_support", ticket, "PROPERTY", at=3, text="已安排")

    def test_silence_escalates_to_it_and_to_the_coordinator(self, session, street, begun, do, now):
        begun()
        sweep(session, now=now + 3 * HOUR)
        rows = session.scalars(select(Outbox).where(Outbox.topic == "clock.escalated").order_by(Outbox.id)).all()
        late = next(row for row in rows if row.payload["clock"] == "support" and row.payload["level"] == 2)
        inbox.tell(session, late, now)
        found = session.scalars(select(inbox.InboxMessage).where(inbox.InboxMessage.outbox_id == late.id)).all()
        departments = street.departments
        assert {row.role or row.department_id for row in found} == {"dispatcher", departments["PROPERTY"].id, departments["URBAN_OFFICE"].id}

    def test_the_dispatcher_steps_in_only_where_somebody_was_silent(self, begun, do):
        ticket = begun()
        with pytest.raises(Forbidden, match="coordinator_rules"):
            do("waive_support", ticket, "dispatcher", at=1, text="不等了")
        assert do("waive_support", ticket, "dispatcher", at=3, text="不等了").status == "in_progress"

    def test_of_several_one_must_be_named(self, session, street, begun, do, now):
        ticket = street.submit(session, now, category=small_street.GAS).ticket
        do("file", ticket, category=small_street.GAS)
        do("dispatch", ticket, "dispatcher", lead="D-SANITATION")
        do("sign", ticket, "SANITATION")
        with pytest.raises(Invalid) as refused:
            do("waive_support", ticket, "EMERGENCY_OFFICE", text="不需要")
        assert list(refused.value.fields) == ["department"]
        do("waive_support", ticket, "EMERGENCY_OFFICE", text="不需要", department="D-FIRE")
        assert last(session, ticket).facts["support"] == "D-FIRE"

    def test_a_refusal_outlives_a_transfer_that_was_overruled(self, session, begun, do, photo):
        ticket = begun()
        do("refuse_support", ticket, "PROPERTY", text="没有人手")
        do("request_transfer", ticket, "SANITATION", reason_code="other", text="不是我们", photos=[photo()])
        do("overrule", ticket, "URBAN_OFFICE", text="是你们")
        assert [clock.status for clock in clocks(session, ticket, "rule")] == ["cancelled", "met", "running"]

    def test_nor_does_a_late_ruling_on_it_disturb_a_refused_support(self, session, begun, do, photo):
        """Ruled at 17:30 where 15:30 was the due; the clock of a refused support stands still and is not moved."""
        ticket = begun()
        do("refuse_support", ticket, "PROPERTY", text="没有人手")
        do("request_transfer", ticket, "SANITATION", reason_code="other", text="不是我们", photos=[photo()])
        do("overrule", ticket, "URBAN_OFFICE", at=7.5, text="是你们")
        assert self.state(session, ticket) == (["refused"], ["paused"])

    def test_nor_does_the_end_of_a_suspension(self, session, begun, do):
        ticket = begun()
        do("refuse_support", ticket, "PROPERTY", text="没有人手")
        do("request_suspension", ticket, "SANITATION", until="2026-03-20", next_step="天晴即清", **REASON)
        do("approve_suspension", ticket, "dispatcher")
        do("resume", ticket, "dispatcher", at=24)
        assert self.state(session, ticket) == (["refused"], ["paused"])
        assert clocks(session, ticket, "rule")[0].status == "running"

    @pytest.mark.parametrize("role", ["lead", "coordinate", "support"])
    def test_the_database_knows_one_lead_one_coordinator_and_nobody_twice(self, session, street, begun, role):
        other = "SANITATION" if role == "support" else "FIRE"
        row = Assignment(round_id=begun().round_id, department_id=street.departments[other].id, role=role, status="assigned")
        session.add(row)
        with pytest.raises(IntegrityError):
            session.flush()
        session.rollback()


class TestSupervision:
    def order(self, do, ticket, addressee="D-SANITATION", **more):
        return do("supervise", ticket, "leader", level=2, addressee=addressee, due_by="2026-03-06", text="限期报结果", **more)

    def test_to_the_end(self, session, street, begun, do, now):
        ticket = begun()
        self.order(do, ticket)
        assert told(session, now, "ticket.supervised") == {street.departments["SANITATION"].id}
        do("answer_supervision", ticket, "SANITATION", at=1, text="明天完成")
        assert told(session, now, "ticket.supervision_answered") == {"leader"}
        do("return_supervision", ticket, "leader", at=2, text="说清楚几点")
        do("answer_supervision", ticket, "SANITATION", at=3, text="明天十点")
        do("accept_supervision", ticket, "leader", at=4)
        row = session.scalars(select(Supervision)).one()
        assert (row.status, row.returned, row.answer) == ("accepted", 1, "明天十点")
        assert [clock.status for clock in clocks(session, ticket, "supervise")] == ["met", "met"]

    def test_a_date_ends_with_its_day_in_the_street(self, session, begun, do, now):
        ticket = self.order(do, begun())
        assert clocks(session, ticket, "supervise")[0].due_by == now + 2 * DAY + 14 * HOUR - timedelta(minutes=1)

    def test_an_answer_that_is_late_is_red_and_goes_to_the_leader(self, session, street, begun, do, now):
        self.order(do, begun())
        sweep(session, now=now + 3 * DAY)
        rows = session.scalars(select(Outbox).where(Outbox.topic == "clock.escalated").order_by(Outbox.id)).all()
        late = next(row for row in rows if row.payload["clock"] == "supervise" and row.payload["level"] == 2)
        inbox.tell(session, late, now)
        found = session.scalars(select(inbox.InboxMessage).where(inbox.InboxMessage.outbox_id == late.id)).all()
        assert {row.role or row.department_id for row in found} == {"leader", street.departments["SANITATION"].id}

    def test_several_at_once_each_to_its_own(self, session, begun, do):
        ticket = begun()
        self.order(do, ticket)
        self.order(do, ticket, "dispatcher")
        with pytest.raises(NotAllowed, match="nothing_ordered"):
            do("answer_supervision", ticket, "clerk", text="我来答")
        do("answer_supervision", ticket, "dispatcher", text="已协调")
        rows = session.scalars(select(Supervision).order_by(Supervision.id)).all()
        assert [row.status for row in rows] == ["ordered", "answered"]
        assert sorted(clock.status for clock in clocks(session, ticket, "supervise")) == ["met", "running"]

    def test_an_organisation_that_has_left_is_answered_for_by_the_dispatcher(self, begun, do):
        ticket = self.order(do, begun())
        do("recall", ticket, "dispatcher", text="派错")
        assert do("answer_supervision", ticket, "dispatcher", text="已改派").status == "filed"

    @pytest.mark.parametrize("addressee", ["D-FIRE", "nobody", "reporter"])
    def test_who_has_no_part_is_not_addressed(self, begun, do, addressee):
        with pytest.raises(Invalid) as refused:
            self.order(do, begun(), addressee)
        assert list(refused.value.fields) == ["addressee"]

    def test_only_by_a_leader(self, begun, do):
        with pytest.raises(Forbidden):
            do("supervise", begun(), "dispatcher", level=1, addressee="lead", due_by="2026-03-06", text="快")

    def test_nobody_takes_his_own_answer(self, session, street, begun, do, now):
        ticket = self.order(do, begun(), "dispatcher")
        leader, dispatcher = street.actors["leader"], street.actors["dispatcher"]
        both = replace(dispatcher, grants=dispatcher.grants + leader.grants)
        do("answer_supervision", ticket, both, text="已协调")
        with pytest.raises(Forbidden, match="interested_party"):
            do("accept_supervision", ticket, both)
        assert not {"accept_supervision", "return_supervision"} & offered(session, ticket, both, now)
        assert do("accept_supervision", ticket, "leader").status == "in_progress"

    def test_whoever_names_none_takes_the_oldest_that_is_not_his_own(self, session, street, begun, do, now):
        ticket = self.order(do, self.order(do, begun(), "dispatcher"))
        leader, dispatcher = street.actors["leader"], street.actors["dispatcher"]
        both = replace(dispatcher, grants=dispatcher.grants + leader.grants)
        do("answer_supervision", ticket, both, text="已协调")
        do("answer_supervision", ticket, "SANITATION", text="明天完成")
        assert "accept_supervision" in offered(session, ticket, both, now)
        do("accept_supervision", ticket, both)
        assert session.scalars(select(Supervision.status).order_by(Supervision.id)).all() == ["answered", "accepted"]

    def test_a_date_that_is_a_slip_of_the_keyboard_is_refused(self, begun, do):
        for due_by in ("2062-03-06", "9999-12-31"):
            with pytest.raises(Invalid) as refused:
                do("supervise", begun(), "leader", level=1, addressee="lead", due_by=due_by, text="快")
            assert list(refused.value.fields) == ["due_by"]

    def test_closing_ends_its_clock(self, session, street, begun, do, photo, now):
        ticket = self.order(do, begun())
        street.without_support(session, ticket.number, now)
        do("submit_result", ticket, "SANITATION", at=1, outcome="solved", text="好了", photos=[photo()])
        do("pass_check", ticket, "worker_west", at=2, text="干净")
        assert clocks(session, ticket, "supervise")[0].status == "cancelled"
