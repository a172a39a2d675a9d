"""The one door: the table is walked, the rules hold, and one report goes the whole way."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from gridops.domain.actor import SYSTEM, Actor, Grant, reporter
from gridops.domain.lifecycle import ACTIONS, STATUSES
from gridops.domain.permissions import TICKET_ROLES
from gridops.errors import Conflict, Forbidden, Invalid, NotAllowed, NotFound
from gridops.models import Account, Assignment, Clock, Outbox, Person, Photo, Rating, Remark, Report, Trail
from gridops.services import tickets, trail
from gridops.services.work import Work
from tests import small_street
from tests.small_street import RUBBISH


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
def ticket(street, session, now):
    return street.submit(session, now, contact={"name": "王小明", "phone": "13812341234"}).ticket


@pytest.fixture
def dispatched(ticket, do):
    do("file", ticket, category=RUBBISH)
    return do("dispatch", ticket, "dispatcher")


@pytest.fixture
def photo(session, now):
    def make():
        row = Photo(mime="image/jpeg", width=1, height=1, sha256=b"", content=b"x", thumbnail=b"x", uploaded_at=now)
        session.add(row)
        session.flush()
        return str(row.id)

    return make


@pytest.fixture
def handled(session, street, dispatched, do, photo, now):
    do("sign", dispatched, "SANITATION")
    street.without_support(session, dispatched.number, now)
    return do("submit_result", dispatched, "SANITATION", at=1, outcome="solved", text="已清运", photos=[photo()])


@pytest.fixture
def closed(handled, do):
    return do("pass_check", handled, "worker_west", at=2, text="现场已干净")


def offered(session, ticket, actor, now):
    return set(tickets.allowed_actions(session, ticket, actor, now=now))


def clocks(session, ticket, kind):
    return session.scalars(select(Clock).where(Clock.ticket_id == ticket.id, Clock.kind == kind).order_by(Clock.id)).all()


class TestTheTable:
    @pytest.mark.parametrize("status", STATUSES)
    def test_what_is_not_listed_is_refused(self, session, street, ticket, now, status):
        """The clerk, dispatcher, leader and worker of the whole street in one person: only the table can refuse."""
        everybody = Actor("staff", "everybody", account_id=street.actors["clerk"].account_id, grants=tuple(
            Grant(role, small_street.STREET) for role in ("clerk", "dispatcher", "leader", "grid_worker")))
        ticket.status = status
        session.flush()
        for row in ACTIONS.values():
            if status in row.sources:
                continue
            with pytest.raises((NotAllowed, Forbidden)):
                tickets.perform(session, ticket.number, row.action, {}, actor=everybody, now=now)
            assert (ticket.status, ticket.version) == (status, 1)

    def test_nothing_is_offered_that_the_table_does_not_list(self, session, street, ticket, now):
        for status in STATUSES:
            ticket.status = status
            session.flush()
            for actor in street.actors.values():
                for action in tickets.allowed_actions(session, ticket, actor, now=now):
                    assert status in ACTIONS[action].sources

    @pytest.mark.parametrize("status", STATUSES)
    def test_who_is_not_listed_is_refused_whatever_the_status(self, session, street, ticket, now, status):
        """Every action x status x role: one role at a time, over the whole street. Only what the table lists gets past it."""
        ticket.status = status
        session.flush()
        account = street.actors["clerk"].account_id
        actors = [Actor("staff", role, account_id=account, grants=(Grant(role, small_street.STREET),)) for role in TICKET_ROLES]
        for actor in [*actors, SYSTEM, reporter(session.scalars(select(Report.id)).one())]:
            may = Work(session, ticket, actor, now).capacities
            for row in ACTIONS.values():
                if may.intersection(row.roles) and status in row.sources:
                    continue
                with pytest.raises((NotAllowed, Forbidden)) as refusal:
                    tickets.perform(session, ticket.number, row.action, {}, actor=actor, now=now)
                assert isinstance(refusal.value, NotAllowed) == bool(may.intersection(row.roles)), (actor.name, row.action)
                assert (ticket.status, ticket.version) == (status, 1)

    def test_an_unknown_action_is_not_found(self, ticket, do):
        with pytest.raises(NotFound, match="unknown_action"):
            do("explode", ticket)


class TestTheWholeWay:
    def test_from_report_to_rated(self, session, street, ticket, do, photo, now):
        do("file", ticket, category=RUBBISH)
        assert (ticket.status, ticket.version) == ("filed", 2)
        do("dispatch", ticket, "dispatcher")
        assert ticket.lead_id == street.departments["SANITATION"].id
        do("sign", ticket, "SANITATION", at=0.5)
        do("contact", ticket, "SANITATION", at=0.6, outcome="reached", text="已电话联系")
        do("answer_support", ticket, "PROPERTY", at=0.7, text="已告知业主")
        do("submit_result", ticket, "SANITATION", at=1, outcome="solved", text="已清运", photos=[photo()])
        do("pass_check", ticket, "worker_west", at=2, text="现场已干净")
        report = session.scalars(select(Report)).one()
        do("rate", ticket, Actor("reporter", "reporter", report_id=report.id), at=3, solved=True, satisfaction=5, called=True)
        tickets.perform(session, ticket.number, "archive", {}, actor=SYSTEM, now=now + timedelta(days=8))
        assert ticket.status == "archived"
        assert trail.verify(session, ticket) == []
        actions = session.scalars(select(Trail.action).where(Trail.ticket_id == ticket.id).order_by(Trail.seq)).all()
        expected = "submit file dispatch sign contact answer_support submit_result pass_check rate archive"
        assert actions == expected.split()
        assert all(c.status != "running" for c in session.scalars(select(Clock).where(Clock.ticket_id == ticket.id)))

    def test_every_step_is_published_once(self, session, closed):
        topics = session.scalars(select(Outbox.topic).where(Outbox.ticket_id == closed.id).order_by(Outbox.id)).all()
        steps = [topic.removeprefix("ticket.") for topic in topics if topic != "ticket.support_waived"]
        assert steps == ["report.submitted", "filed", "dispatched", "signed", "handled", "closed"]

    def test_the_trail_holds_no_words_of_anybody(self, session, closed):
        rows = session.scalars(select(Trail).where(Trail.ticket_id == closed.id)).all()
        assert not any("已清运" in str(row.facts) or "垃圾" in str(row.facts) for row in rows)
        assert "已清运" in session.scalars(select(Remark.text).where(Remark.ticket_id == closed.id, Remark.public)).all()


class TestFiling:
    @pytest.mark.parametrize("number", [0, -1, 7, 2**31, 10**30])
    def test_a_condition_that_the_category_has_not_is_refused(self, session, ticket, do, number):
        with pytest.raises(Invalid) as refused:
            do("file", ticket, category=RUBBISH, condition_no=number)
        assert list(refused.value.fields) == ["condition_no"] and ticket.status == "reported"


class TestDispatch:
    def test_three_roles_with_a_named_duty_for_each_support(self, session, street, dispatched):
        rows = session.scalars(select(Assignment).where(Assignment.round_id == dispatched.round_id)).all()
        by_role = {row.role: row for row in rows}
        assert by_role["lead"].department_id == street.departments["SANITATION"].id
        assert by_role["coordinate"].department_id == street.departments["URBAN_OFFICE"].id
        assert all(row.duty for row in rows if row.role == "support")

    def test_clocks_start_at_dispatch_not_at_sign_in(self, session, dispatched, do, now):
        do("sign", dispatched, "SANITATION", at=0.5)
        handle = clocks(session, dispatched, "handle")[0]
        assert handle.started_at == now

    def test_the_dispatcher_may_name_another_lead(self, street, ticket, do):
        do("file", ticket, category=RUBBISH)
        do("dispatch", ticket, "dispatcher", lead="D-ENFORCEMENT")
        assert ticket.lead_id == street.departments["ENFORCEMENT"].id

    def test_without_a_category_nothing_is_dispatched(self, street, session, now, do):
        closed = do("answer", street.submit(session, now, kind="consult", category=None).ticket, text="请看公告")
        reopened = do("reopen", closed, text="没有看懂")
        with pytest.raises(NotAllowed, match="no_category"):
            do("dispatch", reopened, "dispatcher")

    def test_recall_is_not_a_bounce(self, dispatched, do):
        do("recall", dispatched, "dispatcher", text="派错了")
        assert (dispatched.status, dispatched.lead_id, dispatched.bounce_count) == ("filed", None, 0)


class TestObjections:
    def object(self, do, ticket, who="SANITATION"):
        return do("object", ticket, who, reason_code="not_our_duty", text="不是我们管")

    def test_the_coordinator_rules_and_a_new_round_begins(self, session, dispatched, do):
        self.object(do, dispatched)
        do("uphold", dispatched, "URBAN_OFFICE", text="确实不是")
        assert (dispatched.status, dispatched.bounce_count) == ("filed", 1)
        do("dispatch", dispatched, "dispatcher", lead="D-ENFORCEMENT")
        assert len(clocks(session, dispatched, "handle")) == 2

    def test_overruled_means_the_original_due(self, session, dispatched, do):
        before = clocks(session, dispatched, "handle")[0].due_by
        self.object(do, dispatched)
        do("overrule", dispatched, "URBAN_OFFICE", at=1, text="就是你们管")
        assert dispatched.status == "in_progress"
        assert clocks(session, dispatched, "handle")[0].due_by == before

    def test_a_late_ruling_is_not_the_leads_fault(self, session, dispatched, do):
        """Ruled five hours after the objection where four are allowed. Wed 10:00 + 4 working hours = 15:30; ruled 16:30."""
        before = clocks(session, dispatched, "handle")[0].due_by
        self.object(do, dispatched)
        do("overrule", dispatched, "URBAN_OFFICE", at=6.5, text="就是你们管")
        assert clocks(session, dispatched, "handle")[0].due_by > before

    def test_only_one_objection_per_round(self, session, dispatched, do):
        self.object(do, dispatched)
        do("overrule", dispatched, "URBAN_OFFICE", text="就是你们管")
        dispatched.status = "dispatched"
        session.flush()
        with pytest.raises(NotAllowed, match="objected_before"):
            self.object(do, dispatched)

    def test_an_emergency_that_nobody_signed_cannot_be_objected_to_any_more(self, street, session, now, do):
        ticket = street.submit(session, now, category="E2309").ticket
        do("file", ticket, category="E2309")
        do("dispatch", ticket, "dispatcher", lead="D-ENFORCEMENT")
        with pytest.raises(NotAllowed, match="window_over"):
            do("object", ticket, "ENFORCEMENT", at=1, reason_code="not_our_duty", text="不是我们管")

    def test_two_bounces_are_enough(self, dispatched, do):
        for lead in ("SANITATION", "ENFORCEMENT"):
            self.object(do, dispatched, lead)
            do("uphold", dispatched, "URBAN_OFFICE", text="换一家")
            do("dispatch", dispatched, "dispatcher", lead="D-ENFORCEMENT" if lead == "SANITATION" else "D-SANITATION")
        with pytest.raises(NotAllowed, match="no_more_objections"):
            self.object(do, dispatched)

    def test_the_dispatcher_leaves_the_ruling_to_a_named_coordinator(self, dispatched, do):
        self.object(do, dispatched)
        with pytest.raises(Forbidden, match="coordinator_rules"):
            do("uphold", dispatched, "dispatcher", text="我来定")

    def test_unless_the_coordinator_would_gain(self, dispatched, do):
        do("object", dispatched, "SANITATION", reason_code="not_our_duty", text="应由城管办", suggest="D-URBAN_OFFICE")
        with pytest.raises(Forbidden, match="interested_party"):
            do("overrule", dispatched, "URBAN_OFFICE", text="不同意")
        do("uphold", dispatched, "dispatcher", text="同意")

    def test_who_objected_for_an_organisation_without_log_in_does_not_rule_on_it(self, street, ticket, do):
        do("file", ticket, category=RUBBISH)
        do("dispatch", ticket, "dispatcher", lead="D-GAS_CO", coordinate="D-GRID_CENTER")
        do("object", ticket, "dispatcher", reason_code="other", text="不是燃气管", on_behalf_of="D-GAS_CO", call_record="10:00 值班室")
        for ruling in ("uphold", "overrule"):
            with pytest.raises(Forbidden, match="interested_party"):
                do(ruling, ticket, "dispatcher", text="我来定")
        colleague = replace(street.actors["dispatcher"], account_id=street.actors["leader"].account_id)
        assert do("uphold", ticket, colleague, text="改派").status == "filed"

    def test_the_same_organisation_back_gets_what_it_had_left(self, session, dispatched, do):
        self.object(do, dispatched)
        do("uphold", dispatched, "URBAN_OFFICE", at=1, text="换一家")
        do("dispatch", dispatched, "dispatcher", at=24, lead="D-SANITATION")
        first, second = clocks(session, dispatched, "handle")
        assert first.remaining == timedelta(hours=3)
        assert second.due_by == second.started_at + timedelta(hours=4.5)  # Thu 10:00, three hours with the midday pause
        assert second.original_due_by == first.original_due_by


class TestCheck:
    def test_nor_does_the_handler_under_a_second_log_in(self, session, street, handled, do, now):
        person = Person(code="P-1", name="王师傅")
        session.add(person)
        session.flush()
        second = replace(street.actors["worker_west"], account_id=street.actors["clerk2"].account_id)
        for actor in (street.actors["SANITATION"], second):
            session.get_one(Account, actor.account_id).person_id = person.id
        session.flush()
        with pytest.raises(Forbidden):
            do("pass_check", handled, second, at=2, text="好了")
        assert do("pass_check", handled, "worker_west", at=2, text="好了").status == "closed"

    def test_the_handler_does_not_check_its_own_result(self, handled, do):
        with pytest.raises(Forbidden):
            do("pass_check", handled, "SANITATION", text="我们自己看过了")

    def test_a_worker_of_another_cell_does_not_even_see_it(self, handled, do):
        with pytest.raises(NotFound):
            do("pass_check", handled, "worker_east", text="看过了")

    def test_a_clerk_who_entered_the_result_does_not_check_it(self, street, session, now, do):
        ticket = street.submit(session, now, category=small_street.GAS).ticket
        do("file", ticket, category=small_street.GAS)
        do("dispatch", ticket, "dispatcher")
        behalf = {"on_behalf_of": "D-GAS_CO", "call_record": "02:05 致电值班员"}
        do("sign", ticket, "clerk", **behalf)
        street.without_support(session, ticket.number, now)
        do("submit_result", ticket, "clerk", outcome="solved", text="已关阀抢修", **behalf)
        with pytest.raises(Forbidden):
            do("pass_check", ticket, "clerk", text="ok")
        do("pass_check", ticket, "clerk2", text="回访属实")
        row = session.scalars(select(Trail).where(Trail.ticket_id == ticket.id, Trail.action == "submit_result")).one()
        assert row.on_behalf_of == street.departments["GAS_CO"].id
        assert row.account_id == street.actors["clerk"].account_id

    def test_rework_gets_at_least_four_work_hours(self, session, handled, do):
        do("fail_check", handled, "worker_west", at=3, text="还有一半没清")
        assert (handled.status, handled.rework_count) == ("in_progress", 1)
        handle = clocks(session, handled, "handle")[-1]
        assert handle.due_by == handle.started_at + timedelta(hours=4.5)  # Wed 13:00, four working hours from 13:30, is 17:30


class TestBehalf:
    def test_needs_a_call_record(self, dispatched, do):
        with pytest.raises(Invalid, match="call_record_missing"):
            do("sign", dispatched, "clerk", on_behalf_of="D-GAS_CO")

    def test_not_for_an_organisation_that_logs_in(self, dispatched, do):
        with pytest.raises(Forbidden, match="organisation_logs_in"):
            do("sign", dispatched, "clerk", on_behalf_of="D-SANITATION", call_record="x")

    def test_not_by_a_grid_worker(self, dispatched, do):
        with pytest.raises(Forbidden, match="may_not_stand_in"):
            do("sign", dispatched, "worker_west", on_behalf_of="D-GAS_CO", call_record="x")


class TestAfterwards:
    def rater(self, session, ticket):
        report = session.scalars(select(Report).where(Report.ticket_id == ticket.id)).one()
        return Actor("reporter", "reporter", report_id=report.id)

    def test_not_solved_reopens_and_tells_the_same_lead(self, session, street, closed, do):
        do("rate", closed, self.rater(session, closed), at=3, solved=False, satisfaction=1, text="还是脏")
        assert (closed.status, closed.reopen_count) == ("in_progress", 1)
        assert closed.lead_id == street.departments["SANITATION"].id
        assert closed.promise_note == "reopened"

    def test_the_second_time_the_leader_decides(self, session, closed, do, photo):
        rater = self.rater(session, closed)
        do("rate", closed, rater, at=3, solved=False, satisfaction=1)
        do("submit_result", closed, "SANITATION", at=4, outcome="solved", text="又清了一遍", photos=[photo()])
        do("pass_check", closed, "worker_west", at=5, text="干净了")
        do("rate", closed, rater, at=6, solved=False, satisfaction=1)
        assert closed.status == "closed"
        with pytest.raises(NotAllowed, match="reopened_before"):
            do("reopen", closed, "clerk", at=6, text="再来")
        do("reopen", closed, "leader", at=7, text="重办")
        assert closed.status == "in_progress"

    def test_one_rating_per_closing(self, session, closed, do, now):
        rater = self.rater(session, closed)
        do("rate", closed, rater, at=3, solved=True, satisfaction=4)
        with pytest.raises(Conflict, match="already_rated"):
            do("rate", closed, rater, at=4, solved=True, satisfaction=5)
        assert "rate" not in offered(session, closed, rater, now)

    def test_the_reporters_own_word_counts_more_than_what_a_clerk_took_down(self, session, closed, do, now):
        do("record_callback", closed, "clerk", at=3, solved=True, satisfaction=5)
        assert "rate" in offered(session, closed, self.rater(session, closed), now)
        do("rate", closed, self.rater(session, closed), at=4, solved=False, satisfaction=1)
        assert closed.status == "in_progress"
        assert [(r.solved, r.taken_by) for r in session.scalars(select(Rating))] == [(False, None)]

    def test_nobody_is_called_who_wants_to_stay_unknown(self, street, session, now, do):
        ticket = street.submit(session, now, kind="consult", visibility="anonymous").ticket
        do("answer", ticket, text="见公告")
        with pytest.raises(NotAllowed, match="nobody_to_call"):
            do("record_callback", ticket, "clerk2", solved=True, report=1)
        assert "record_callback" not in offered(session, ticket, street.actors["clerk2"], now)

    def test_after_seven_days_it_stays_closed(self, session, closed, do):
        with pytest.raises(NotAllowed, match="too_late"):
            do("reopen", closed, "clerk", at=24 * 8, text="再来")

    def test_an_answer_that_did_not_help_gets_a_new_date_too(self, ticket, do):
        do("answer", ticket, text="请看公告")
        promised = ticket.promised_by
        do("reopen", ticket, "clerk2", at=48, text="没有用")
        assert (ticket.status, ticket.waiting_reason, ticket.promise_note) == ("filed", "reopened", "reopened")
        assert ticket.promised_by > promised

    def test_who_answered_does_not_ask_whether_it_helped(self, ticket, do):
        do("answer", ticket, text="请看公告")
        with pytest.raises(Forbidden, match="own_result"):
            do("record_callback", ticket, solved=True)
        do("record_callback", ticket, "clerk2", solved=True)

    def test_a_clerk_of_the_leads_own_unit_does_not_call_back(self, street, closed, do):
        clerk, unit = street.actors["clerk"], street.actors["SANITATION"]
        both = Actor("staff", "both", account_id=clerk.account_id, grants=clerk.grants + unit.grants)
        with pytest.raises(Forbidden, match="own_result"):
            do("record_callback", closed, both, at=3, solved=True)

    def test_a_stranger_does_not_rate(self, closed, do):
        with pytest.raises(NotFound):
            do("rate", closed, Actor("reporter", "reporter", report_id=0), solved=True, satisfaction=5)

    def test_reject_and_reinstate_keep_the_promise(self, ticket, do):
        promised = ticket.promised_by
        do("reject", ticket, reason_code="no_fact", text="现场没有发现")
        do("reinstate", ticket, at=24, text="有新照片")
        assert (ticket.status, ticket.promised_by) == ("reported", promised)

    def test_after_thirty_days_nothing_is_reinstated(self, ticket, do):
        do("refer", ticket, reason_code="other_authority", text="请向供电公司反映", refer_to="供电公司")
        with pytest.raises(NotAllowed, match="too_late"):
            do("reinstate", ticket, at=24 * 31)


class TestRaces:
    def test_an_old_version_loses(self, ticket, do):
        do("file", ticket, category=RUBBISH)
        with pytest.raises(Conflict) as lost:
            do("file", ticket, category=RUBBISH, expected_version=1)
        assert lost.value.details["status"] == "filed"
        assert "dispatch" not in lost.value.details["allowed_actions"]

    def test_two_at_once_on_the_real_database(self, fresh, now):
        import threading

        with fresh.sessions() as session, session.begin():
            street = small_street.build(session, fresh.config, now)
            number = street.submit(session, now).ticket.number
        outcomes, start = [], threading.Barrier(8)

        def act(action, body):
            start.wait()
            try:
                with fresh.sessions() as session, session.begin():
                    tickets.perform(session, number, action, body, actor=street.actors["clerk"], now=now, expected_version=1)
                outcomes.append(action)
            except (Conflict, NotAllowed) as error:
                outcomes.append(error.details["status"])

        bodies = [("file", {"category": RUBBISH}), ("reject", {"reason_code": "no_fact", "text": "没有"})] * 4
        threads = [threading.Thread(target=act, args=pair) for pair in bodies]
        [thread.start() for thread in threads]
        [thread.join() for thread in threads]
        won = [outcome for outcome in outcomes if outcome in ("file", "reject")]
        assert len(won) == 1
        assert set(outcomes) - set(won) == {"filed" if won == ["file"] else "rejected"}
