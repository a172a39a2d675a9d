"""The intake side of the lifecycle: looking before filing, one matter of two tickets, taking back, voiding by two, coming back, and checks."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from gridops.domain.actor import SYSTEM, Actor, Grant
from gridops.errors import Forbidden, Invalid, NotAllowed, NotFound
from gridops.models import (
    Account, Clock, InboxMessage, Observation, Outbox, Person, Photo, Place, PlaceWatch, Posting, Rating, TicketMerge, Trail, Verification,
)
from gridops.services import inbox, merging, sampling, story, supplements, tickets, trail
from gridops.services.listing import list_tickets
from tests import small_street
from tests.small_street import DOMESTIC, GAS, IN_EAST, RUBBISH, WEST

PARKING, MEDIATION, FIRE_LANE = "E0409", "E2401", "E0101"


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
def submit(street, session, now):
    def make(at=0, **changes):
        return street.submit(session, now + timedelta(hours=at), **changes)

    return make


@pytest.fixture
def ticket(submit):
    return submit(contact={"name": "王小明", "phone": "13812341234"}).ticket


@pytest.fixture
def photo(session, now):
    def make():
        row = Photo(mime="image/jpeg", width=1, height=1, sha256=b"", content=b"x", thumbnail=b"x", uploaded_at=now)
        session.add(row)
        session.flush()
        return str(row.id)

    return make


@pytest.fixture
def handle(do, photo, street, session, now):
    """Files, dispatches, signs and submits a result; ``lead`` by the duty rules or as named."""

    def go(ticket, category=RUBBISH, at=0, outcome="solved", lead="SANITATION", **dispatch):
        do("file", ticket, at=at, category=category)
        do("dispatch", ticket, "dispatcher", at=at, **({"lead": f"D-{lead}", "support": []} | dispatch))
        do("sign", ticket, lead, at=at)
        return do("submit_result", ticket, lead, at=at + 1, outcome=outcome, text="已处理", photos=[photo()])

    return go


def clocks(session, ticket, kind):
    return session.scalars(select(Clock).where(Clock.ticket_id == ticket.id, Clock.kind == kind).order_by(Clock.id)).all()


class TestVerification:
    def test_the_clock_for_accepting_stands_still_and_the_looking_has_its_own(self, session, ticket, do):
        do("send_verify", ticket)
        accept, verify = clocks(session, ticket, "accept")[0], clocks(session, ticket, "verify")[0]
        assert (ticket.status, accept.status, verify.status) == ("verifying", "paused", "running")

    def test_what_was_found_stands_in_the_clerks_queue(self, session, ticket, do, photo, now):
        do("send_verify", ticket)
        left = clocks(session, ticket, "accept")[0].remaining
        do("report_verification", ticket, "worker_west", at=1, finding="true", text="确有垃圾", photos=[photo()])
        accept = clocks(session, ticket, "accept")[0]
        assert (ticket.status, ticket.waiting_reason) == ("reported", "verified_true")
        assert (accept.status, accept.due_by) == ("running", now + timedelta(hours=1) + left)
        assert session.scalars(select(Verification)).one().finding == "true"
        assert trail.verify(session, ticket) == []

    def test_a_worker_of_another_cell_does_not_even_see_it(self, ticket, do):
        do("send_verify", ticket)
        with pytest.raises(NotFound):
            do("report_verification", ticket, "worker_east", finding="gone", text="没有看到")

    def test_who_was_sent_from_the_next_cell_says_what_he_saw_and_nothing_else(self, session, street, ticket, do, now):
        person = Person(code="E-1", name="邻格")
        session.add(person)
        session.flush()
        session.get_one(Account, street.actors["worker_east"].account_id).person_id = person.id
        do("send_verify", ticket)
        ticket.verifier_id = person.id
        session.flush()
        assert tickets.allowed_actions(session, ticket, street.actors["worker_east"], now=now) == ["report_verification", "self_handle", "comment"]
        do("report_verification", ticket, "worker_east", finding="gone", text="没有看到")
        ticket.verifier_id = None
        session.flush()
        with pytest.raises(NotFound):
            do("comment", ticket, "worker_east", text="再看一眼", public=False)

    def test_the_desk_does_not_look_on_site(self, ticket, do):
        do("send_verify", ticket)
        with pytest.raises(Forbidden):
            do("report_verification", ticket, finding="true", text="应该有")

    def test_called_off(self, session, ticket, do):
        do("send_verify", ticket)
        do("cancel_verify", ticket, text="反映人来电说明")
        assert (ticket.status, ticket.waiting_reason) == ("reported", "verification_cancelled")
        assert clocks(session, ticket, "verify")[0].status == "cancelled"
        do("send_verify", ticket)  # and again
        assert len(session.scalars(select(Verification)).all()) == 2

    def test_who_was_sent_is_told_and_the_steward_of_the_house_before(self, session, street, ticket, do, now):
        worker = self._person(session, "W-1", "陈网格", now, role="grid_worker", area_code=WEST)
        place = Place(code="B-1", kind="building", name="1号楼", community_code=small_street.COMMUNITY)
        session.add(place)
        session.flush()
        steward = self._person(session, "S-1", "楼管", now, role="building_steward", place_id=place.id)
        ticket.place_id = place.id
        do("send_verify", ticket, worker="W-1")
        assert ticket.verifier_id == worker.person_id
        row = session.scalars(select(Outbox).where(Outbox.topic == "ticket.verification_sent")).one()
        inbox.tell(session, row, now)
        told = session.scalars(select(InboxMessage.account_id).where(InboxMessage.outbox_id == row.id).order_by(InboxMessage.id)).all()
        assert told == [steward.id, worker.id]

    def _person(self, session, code, name, now, **post):
        person = Person(code=code, name=name)
        session.add(person)
        session.flush()
        account = Account(username=f"u-{code}", password_hash="-", name=name, person_id=person.id, created_at=now)
        session.add_all([account, Posting(person_id=person.id, starts_on=now.date(), duties=[], **post)])
        session.flush()
        return account

    def test_nobody_is_sent_who_is_not_posted_there(self, session, ticket, do, now):
        session.add(Person(code="X-9", name="外人"))
        session.flush()
        with pytest.raises(Invalid) as wrong:
            do("send_verify", ticket, worker="X-9")
        assert "worker" in wrong.value.fields

    def test_what_the_worker_mends_on_the_spot_needs_no_report(self, session, ticket, do, photo):
        do("send_verify", ticket)
        do("self_handle", ticket, "worker_west", category=RUBBISH, text="已清理", before=[photo()], photos=[photo()])
        assert ticket.status == "handled"
        assert {clocks(session, ticket, kind)[0].status for kind in ("accept", "verify")} == {"met"}
        assert session.scalars(select(Verification)).one().found_at is not None


class TestMerging:
    @pytest.fixture
    def master(self, submit):
        return submit(description="路口有垃圾").ticket

    def test_the_child_stands_behind_the_master(self, session, ticket, master, do):
        do("merge", ticket, into=master.number)
        assert (ticket.status, ticket.merged_into) == ("merged", master.id)
        assert [t.id for t in merging.family(session, master)] == [master.id, ticket.id]
        assert [r.ticket_id for r in merging.reports_of_family(session, master)] == [master.id, ticket.id]
        assert not [c for c in session.scalars(select(Clock).where(Clock.ticket_id == ticket.id)) if c.status == "running"]
        assert trail.verify(session, ticket) == trail.verify(session, master) == []

    def test_its_resident_reads_the_masters_steps_and_never_the_word(self, session, street, submit, master, do, now):
        receipt = submit()
        do("merge", receipt.ticket, into=master.number)
        do("file", master, category=RUBBISH)
        do("dispatch", master, "dispatcher")
        told = story.tell(session, receipt.report, now=now, locale="zh")
        assert (told["number"], told["status"]) == (receipt.ticket.number, "dispatched")
        assert "合并" not in str(told)

    def test_one_not_solved_of_thirty_reopens_and_is_counted_once(self, session, street, submit, do, handle, now):
        receipts = [submit(description=f"垃圾{no}") for no in range(30)]
        master = receipts[0].ticket
        for receipt in receipts[1:]:
            do("merge", receipt.ticket, into=master.number)
        handle(master)
        do("pass_check", master, "worker_west", at=2, text="干净了")
        do("rate", receipts[7].ticket, street.reporter_of(receipts[7]), at=3, solved=True, satisfaction=5)
        do("rate", receipts[8].ticket, street.reporter_of(receipts[8]), at=3, solved=False, satisfaction=1)
        assert (master.status, master.reopen_count) == ("in_progress", 1)
        with pytest.raises(NotAllowed):
            do("rate", receipts[9].ticket, street.reporter_of(receipts[9]), at=3, solved=False, satisfaction=1)
        assert master.reopen_count == 1
        assert session.scalars(select(Rating.report_id)).all() == [receipts[7].report.id, receipts[8].report.id]
        listed = list_tickets(session, street.actors["clerk"], {"status": ["in_progress"]}, now=now).items
        assert [(item["number"], item["reports"]) for item in listed] == [(master.number, 30)]

    def test_each_report_is_called_by_itself(self, session, street, ticket, master, do, handle):
        do("merge", ticket, into=master.number)
        handle(master)
        do("pass_check", master, "worker_west", at=2, text="干净了")
        do("record_callback", master, at=3, solved=True, report=2)
        assert session.scalars(select(Rating)).one().report_id == merging.reports_of_family(session, ticket)[0].id

    def test_unmerged_it_stands_where_it_stood_with_what_was_left(self, session, ticket, master, do, now):
        do("file", ticket, category=RUBBISH)
        promised = ticket.promised_by
        do("merge", ticket, at=0.1, into=master.number)
        left = clocks(session, ticket, "dispatch")[0].remaining
        do("unmerge", ticket, at=3, text="两处不同的垃圾")
        assert (ticket.status, ticket.merged_into, ticket.promised_by) == ("filed", None, promised)
        assert [c.status for c in clocks(session, ticket, "dispatch")] == ["cancelled", "running"]
        assert clocks(session, ticket, "promise")[-1].due_by == promised
        again = clocks(session, ticket, "dispatch")[-1]
        assert again.due_by <= now + timedelta(hours=3, seconds=left.total_seconds() + 5400)  # the lunch break does not count
        assert [t.id for t in merging.family(session, master)] == [master.id]

    def test_into_a_merged_one_means_its_master(self, session, submit, ticket, master, do):
        third = submit(description="第三个").ticket
        do("merge", ticket, into=master.number)
        do("merge", third, into=ticket.number)
        assert third.merged_into == master.id

    def test_a_master_may_be_merged_itself_and_everybody_follows(self, session, submit, ticket, master, do):
        grand = submit(description="最早的").ticket
        do("merge", ticket, into=master.number)
        do("merge", master, into=grand.number)
        assert {t.id for t in merging.family(session, grand)} == {grand.id, master.id, ticket.id}
        assert merging.root_of(session, ticket).id == grand.id

    def test_nothing_goes_round(self, ticket, master, do):
        do("merge", ticket, into=master.number)
        with pytest.raises(NotAllowed, match="merged_into_itself"):
            do("merge", master, into=ticket.number)

    def test_the_sooner_promise_holds_for_both(self, session, submit, ticket, do, now):
        later = submit(at=30, description="又一个").ticket
        promised = ticket.promised_by
        do("merge", ticket, at=31, into=later.number)
        assert (later.promised_by, later.promise_note) == (promised, "joined")
        row = session.scalars(select(Trail).where(Trail.ticket_id == later.id, Trail.action == "take_in")).one()
        assert row.facts["promise_reason"] == "joined" and row.facts["clocks"][0]["event"] == "moved"

    @pytest.mark.parametrize(("child", "into", "code"), [
        ({"category": DOMESTIC}, {}, "never_public_apart"), ({"category": GAS}, {}, "emergency_apart"),
    ])
    def test_what_is_kept_apart(self, submit, do, child, into, code):
        one, other = submit(**child).ticket, submit(**into).ticket
        with pytest.raises(NotAllowed, match=code):
            do("merge", one, into=other.number)

    def test_not_into_what_is_over(self, ticket, master, do):
        do("reject", master, reason_code="no_fact", text="未发现")
        with pytest.raises(NotAllowed, match="master_over"):
            do("merge", ticket, into=master.number)

    def test_the_system_never_merges_across_places(self, session, submit, ticket, now):
        near, far = submit().ticket, submit(location=IN_EAST).ticket
        with pytest.raises(NotAllowed, match="other_building"):
            tickets.perform(session, ticket.number, "merge", {"into": far.number}, actor=SYSTEM, now=now)
        tickets.perform(session, ticket.number, "merge", {"into": near.number}, actor=SYSTEM, now=now)
        assert ticket.merged_into == near.id

    def test_both_must_be_the_clerks(self, session, street, ticket, submit, do):
        far = submit(location=IN_EAST).ticket
        of_west = Actor("staff", "west", account_id=street.actors["clerk"].account_id, grants=(Grant("clerk", WEST),))
        with pytest.raises(Invalid) as wrong:
            do("merge", ticket, of_west, into=far.number)
        assert "into" in wrong.value.fields

    def test_what_a_resident_adds_reaches_who_works_on_it(self, session, street, submit, master, do, now):
        receipt = submit()
        do("merge", receipt.ticket, into=master.number)
        supplements.add(session, receipt.report, "还有一堆", [], now=now)
        assert session.scalars(select(Trail.ticket_id).where(Trail.action == "supplement")).one() == master.id

    def test_those_who_work_on_the_master_hear_of_it(self, session, ticket, master, do):
        do("merge", ticket, into=master.number)
        row = session.scalars(select(Outbox).where(Outbox.topic == "ticket.joined")).one()
        assert row.ticket_id == master.id
        assert session.scalars(select(TicketMerge)).one().undone_at is None


class TestWithdrawing:
    def test_the_only_report_ends_the_matter(self, session, street, submit, do):
        receipt = submit()
        do("withdraw", receipt.ticket, street.reporter_of(receipt), reason="已自行解决")
        assert receipt.ticket.status == "voided"
        assert not [c for c in session.scalars(select(Clock).where(Clock.ticket_id == receipt.ticket.id)) if c.status == "running"]

    def test_a_neighbours_report_stands(self, session, street, submit, do, now):
        first, second = submit(), submit()
        do("merge", second.ticket, into=first.ticket.number)
        do("withdraw", second.ticket, street.reporter_of(second), reason="不用了")
        assert first.ticket.status == "reported"
        told = story.tell(session, second.report, now=now, locale="zh")
        assert (told["status"], told["can_withdraw"]) == ("voided", False)
        assert "撤回" not in str(story.tell(session, first.report, now=now, locale="zh"))

    def test_an_emergency_is_looked_at_all_the_same(self, street, submit, do):
        receipt = submit(category=GAS)
        do("withdraw", receipt.ticket, street.reporter_of(receipt), reason="不用了")
        assert receipt.ticket.status == "reported" and receipt.report.withdrawn_at is not None

    def test_once(self, street, submit, do):
        receipt = submit(category=GAS)
        do("withdraw", receipt.ticket, street.reporter_of(receipt), reason="不用了")
        with pytest.raises(Forbidden):
            do("withdraw", receipt.ticket, street.reporter_of(receipt), reason="不用了")


class TestVoiding:
    def test_two_people(self, ticket, do):
        do("request_void", ticket, reason="测试误录")
        with pytest.raises(Forbidden, match="second_person"):
            do("approve_void", ticket)
        do("approve_void", ticket, "clerk2", text="此件为误录。")
        assert (ticket.status, ticket.result_text) == ("voided", "此件为误录。")

    def test_two_log_ins_of_one_person_are_one_person(self, session, street, ticket, do):
        person = Person(code="P-1", name="一人")
        session.add(person)
        session.flush()
        for who in ("clerk", "clerk2"):
            session.get_one(Account, street.actors[who].account_id).person_id = person.id
        do("request_void", ticket, reason="测试误录")
        with pytest.raises(Forbidden, match="second_person"):
            do("refuse_void", ticket, "clerk2")

    def test_refused_it_goes_on_and_may_be_asked_again(self, ticket, do):
        do("request_void", ticket, reason="测试误录")
        do("refuse_void", ticket, "dispatcher", text="确有其事")
        assert ticket.status == "reported"
        do("request_void", ticket, reason="仍是误录")
        with pytest.raises(NotAllowed, match="void_requested"):
            do("request_void", ticket, "clerk2", reason="误录")

    def test_nobody_approves_what_nobody_asked_for(self, ticket, do):
        with pytest.raises(NotAllowed, match="nothing_requested"):
            do("approve_void", ticket)


class TestComingBack:
    @pytest.fixture
    def closed(self, ticket, do, handle):
        def go(outcome="solved"):
            handle(ticket, outcome=outcome)
            return do("pass_check", ticket, "worker_west", at=2, text="看过了")

        return go

    def test_within_thirty_days_at_the_same_spot(self, session, street, submit, closed, do, now):
        old = closed()
        new = do("file", submit(at=24).ticket, at=24, category=RUBBISH)
        assert new.relapse_of == old.id
        found = list_tickets(session, street.actors["clerk"], {"relapse": True}, now=now).items
        assert [(item["number"], item["relapse"]) for item in found] == [(new.number, True)]
        row = session.scalars(select(Trail).where(Trail.ticket_id == new.id, Trail.action == "file")).one()
        assert row.facts["relapse_of"] == old.number

    @pytest.mark.parametrize(("hours", "changes"), [
        (24 * 31 + 3, {}), (24, {"location": {"lng": 121.406, "lat": 31.205, "crs": "wgs84"}}), (24, {"category": FIRE_LANE}),
    ])
    def test_not_later_farther_or_something_else(self, submit, closed, do, hours, changes):
        closed()
        new = submit(at=hours, **changes).ticket
        do("file", new, at=hours, category=changes.get("category", RUBBISH))
        assert new.relapse_of is None

    def test_without_a_culprit_the_spot_is_watched(self, session, submit, closed, do, now):
        old = closed("no_culprit")
        watch = session.scalars(select(PlaceWatch)).one()
        assert (watch.ticket_id, watch.ends_by - watch.began_at) == (old.id, timedelta(days=30))
        new = do("file", submit(at=24, location=IN_EAST | {"lng": 121.4061}).ticket, at=24, category=RUBBISH)
        assert (new.watch_id, new.relapse_of) == (watch.id, None)

    def test_what_was_solved_needs_no_watch(self, session, closed):
        closed()
        assert session.scalars(select(PlaceWatch)).all() == []


class TestChecks:
    def test_parking_is_looked_at_twice_some_hours_apart(self, session, ticket, do, handle):
        handle(ticket, category=PARKING, lead="ENFORCEMENT")
        with pytest.raises(NotAllowed, match="look_again"):
            do("pass_check", ticket, "worker_west", at=2, text="没有车")
        do("observe", ticket, "worker_west", at=2, text="没有车")
        with pytest.raises(NotAllowed, match="look_again"):
            do("pass_check", ticket, "worker_west", at=3, text="没有车")
        do("pass_check", ticket, "worker_west", at=4, text="还是没有车")
        assert ticket.status == "closed"

    def test_looks_at_a_result_that_was_sent_back_count_no_more(self, session, ticket, do, handle, photo):
        handle(ticket, category=PARKING, lead="ENFORCEMENT")
        do("observe", ticket, "worker_west", at=2, text="没有车")
        do("fail_check", ticket, "worker_west", at=5, text="又停了")
        do("submit_result", ticket, "ENFORCEMENT", at=6, outcome="solved", text="再次清理", photos=[])
        with pytest.raises(NotAllowed, match="look_again"):
            do("pass_check", ticket, "worker_west", at=8, text="没有车")

    def test_a_call_reaches_somebody_or_is_tried_three_times(self, session, ticket, do, handle):
        handle(ticket, category=MEDIATION, lead="POLICE")
        with pytest.raises(Invalid, match="call_needed"):
            do("pass_check", ticket, at=2, text="应该好了")
        for hour in (2, 3):
            do("observe", ticket, at=hour, text="无人接听", call="no_answer")
        with pytest.raises(Invalid, match="call_needed"):
            do("pass_check", ticket, at=4, text="应该好了")
        do("pass_check", ticket, at=4, text="三次未接通", call="no_answer")
        assert ticket.status == "closed"
        assert len(session.scalars(select(Observation)).all()) == 2

    def test_reached_is_enough(self, ticket, do, handle):
        handle(ticket, category=MEDIATION, lead="POLICE")
        assert do("pass_check", ticket, at=2, text="双方已和解", call="reached").status == "closed"

    def test_where_nobody_left_a_number_nobody_is_called(self, submit, do, handle):
        ticket = submit(category=MEDIATION).ticket
        handle(ticket, category=MEDIATION, lead="POLICE")
        assert do("pass_check", ticket, at=2, text="已回访邻里").status == "closed"

    def test_a_desk_does_not_see_a_site(self, session, ticket, do):
        person = Person(code="W-7", name="陈网格")
        session.add(person)
        session.flush()
        ticket.checker_id = person.id
        do("file", ticket, category=FIRE_LANE)
        do("dispatch", ticket, "dispatcher", lead="D-ENFORCEMENT", support=[])
        do("sign", ticket, "ENFORCEMENT")
        do("submit_result", ticket, "ENFORCEMENT", at=1, outcome="solved", text="已拆除")
        with pytest.raises(Invalid, match="site_check_needed"):
            do("pass_check", ticket, at=2, text="应该好了")
        assert do("pass_check", ticket, "worker_west", at=2, text="现场已拆除").status == "closed"

    def test_only_what_takes_several_looks_is_observed(self, ticket, do, handle):
        handle(ticket)
        with pytest.raises(NotAllowed, match="nothing_to_observe"):
            do("observe", ticket, "worker_west", at=2, text="干净")

    def test_of_what_was_handled_on_the_spot_a_stable_share_is_looked_at(self, session, submit, do, photo):
        drawn = []
        for no in range(60):
            ticket = submit(description=f"垃圾{no}").ticket
            do("self_handle", ticket, "worker_west", category=RUBBISH, text="已清理", before=[photo()], photos=[photo()])
            drawn.append(sampling.needs_no_check(session, ticket))
            assert sampling.needs_no_check(session, ticket) == drawn[-1]
        assert 2 <= drawn.count(False) <= 28  # one in five, within what chance allows in one of a million runs
