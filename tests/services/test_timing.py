"""Versions of calendars and of the policy, open tickets put on later ones, and appeals against missed clocks."""

from __future__ import annotations

import copy
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from gridops.domain.actor import SYSTEM, Actor, Grant
from gridops.domain.clock_policy import DEFAULT_POLICY
from gridops.errors import Conflict, Forbidden, Invalid, NotAllowed, NotFound
from gridops.models import Account, Clock, ClockRecount, InboxMessage, Outbox, Person, Trail
from gridops.services import inbox, tickets, trail
from gridops.services.timing import appeals, calendar_versions, policy_versions, recount
from tests import small_street
from tests.small_street import ILLEGAL_BUILDING as SLOW
from tests.small_street import STREET

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
OFFICE = [["09:00", "12:00"], ["13:30", "17:30"]]
THURSDAY, SATURDAY = date(2026, 3, 5), date(2026, 3, 7)  # tomorrow, and the next rest day
HOLIDAY = {"day": THURSDAY, "kind": "holiday", "name": "停电检修"}


@pytest.fixture
def street(session, config, now):
    return small_street.build(session, config, now)


@pytest.fixture
def leader(street):
    return street.actors["leader"]


@pytest.fixture
def publish(session, leader, now):
    """publish(days=[…]): a version of the street's own, from what is in force with the days added."""

    def make(added=(), *, actor=leader, at=now, expected=None, **changes):
        before = calendar_versions.in_force(session, STREET)
        kept = {row.day: {"day": row.day, "kind": row.kind, "name": row.name} for row in before.days}
        given = {
            "periods": before.periods, "rest_weekdays": before.rest_weekdays, "known_until": before.known_until,
            "days": list((kept | {row["day"]: row for row in added}).values())}
        return calendar_versions.publish(session, STREET, given | changes, reason="全街道停电", expected=expected, actor=actor, now=at)

    return make


@pytest.fixture
def ticket(session, street, now):
    """Fifteen work days to handle, and a whole one to sign."""
    made = street.submit(session, now, category=SLOW).ticket
    tickets.perform(session, made.number, "file", {"category": SLOW, "condition_no": 2}, actor=SYSTEM, now=now)
    tickets.perform(session, made.number, "dispatch", {}, actor=SYSTEM, now=now)
    return small_street.again(session, made)


def clock_of(session, ticket, kind):
    return session.scalars(select(Clock).where(Clock.ticket_id == ticket.id, Clock.kind == kind).order_by(Clock.id.desc())).first()


def run(session, now):
    """Workers until nothing is asked for any more."""
    while row := session.scalar(select(Outbox).where(Outbox.topic == recount.ASKED, Outbox.done_at.is_(None)).order_by(Outbox.id).limit(1)):
        recount.go_on(session, row.payload["recount"], now=now)
        row.done_at = now
        session.flush()


class TestCalendarVersions:
    def test_a_street_gets_its_own_version_and_the_one_before_is_kept(self, session, publish, leader, now):
        publish([HOLIDAY])
        second = publish([{"day": SATURDAY, "kind": "workday", "name": "补班"}], at=now + HOUR)
        assert [(v.version, v.valid_from, v.valid_to) for v in calendar_versions.listed(session, STREET)] == [
            (2, now + HOUR, None), (1, now, now + HOUR)]
        shown = calendar_versions.shown(session, second, actor=leader)
        assert (shown["by"], shown["reason"]) == ("leader", "全街道停电")
        assert {row["day"] for row in shown["days"] if row["own"]} == {THURSDAY, SATURDAY}, "what is not the common calendar's is the street's own"

    def test_what_the_common_calendar_has_and_the_street_leaves_out_is_named(self, session, publish, leader):
        made = publish(periods=[["08:30", "17:00"]])
        common = calendar_versions.statutory(session)
        given = {"periods": made.periods, "rest_weekdays": [6, 7], "known_until": made.known_until, "days": []}
        bare = calendar_versions.publish(session, STREET, given, reason="空", expected=made.id, actor=leader, now=made.valid_from)
        assert {row["day"] for row in calendar_versions.shown(session, bare, actor=leader)["missing"]} == set(common)

    @pytest.mark.parametrize(("changes", "field"), [
        ({"periods": [["09:00", "12:00"], ["11:00", "17:30"]]}, "periods"),
        ({"periods": [["09:00", "08:00"]]}, "periods"),
        ({"periods": []}, "periods"),
        ({"rest_weekdays": [1, 2, 3, 4, 5, 6, 7]}, "rest_weekdays"),
        ({"rest_weekdays": [0]}, "rest_weekdays"),
        ({"days": [HOLIDAY, HOLIDAY | {"kind": "workday"}]}, "days"),
        ({"days": [{"day": date(2026, 3, 1) + number * DAY, "kind": "holiday", "name": None} for number in range(31)]}, "days"),
        ({"days": [{"day": date(2031, 1, 1), "kind": "holiday", "name": None}]}, "days"),
    ])
    def test_nonsense_is_refused(self, publish, changes, field):
        with pytest.raises(Invalid) as refusal:
            publish(**changes)
        assert list(refusal.value.fields) == [field]

    def test_only_who_leads_the_street_or_administers_decides(self, session, street, publish, now):
        with pytest.raises(Forbidden):
            publish([HOLIDAY], actor=street.actors["clerk"])
        with pytest.raises(NotFound):
            publish([HOLIDAY], actor=Actor("staff", "x", account_id=1, grants=(Grant("leader", "310199002"),)))
        assert publish([HOLIDAY], actor=Actor("staff", "x", grants=(Grant("system_admin", ""),))).version == 1

    def test_the_version_that_was_looked_at_must_still_be_in_force(self, session, publish, now):
        looked_at = calendar_versions.in_force(session, STREET).id
        publish([HOLIDAY], expected=looked_at)
        with pytest.raises(Conflict):
            publish([{"day": SATURDAY, "kind": "workday", "name": None}], expected=looked_at)
        with pytest.raises(Conflict) as refusal:
            publish([])
        assert refusal.value.code == "nothing_changed"


class TestRecount:
    def test_a_ticket_keeps_its_calendar_until_somebody_asks(self, session, ticket, publish):
        due = clock_of(session, ticket, "handle").due_by
        publish([HOLIDAY])
        session.refresh(ticket)
        assert clock_of(session, ticket, "handle").due_by == due and recount.waiting(session, STREET) == 1

    def test_a_holiday_moves_the_dues_by_its_working_time_as_the_preview_said(self, session, ticket, publish, leader, now):
        sign, promised = clock_of(session, ticket, "sign"), ticket.promised_by
        before = sign.due_by
        publish([HOLIDAY])
        [seen] = recount.preview(session, STREET, limit=10, actor=leader, now=now + HOUR)
        assert seen["number"] == ticket.number
        recount.ask(session, STREET, expected=recount.target(session, STREET), reason="停电一天", actor=leader, now=now + HOUR)
        run(session, now + HOUR)
        session.expire_all()
        sign = clock_of(session, ticket, "sign")
        assert {row["kind"]: row["new_due_by"] for row in seen["clocks"]}["sign"] == sign.due_by
        # Wednesday 10:00 + one work day was Thursday 10:00; Thursday is no longer worked.
        assert (before, sign.due_by) == (datetime(2026, 3, 5, 2, tzinfo=UTC), datetime(2026, 3, 6, 2, tzinfo=UTC))
        assert ticket.promised_by == promised, "the promise never goes further away by itself"
        assert "promise" not in {row["kind"] for row in seen["clocks"]}

    def test_each_ticket_says_it_once_in_its_trail(self, session, ticket, publish, leader, now):
        publish([HOLIDAY])
        asked = recount.ask(session, STREET, expected=None, reason="停电一天", actor=leader, now=now)
        run(session, now)
        recount.go_on(session, asked.id, now=now)
        rows = session.scalars(select(Trail).where(Trail.ticket_id == ticket.id, Trail.action == recount.ACTION)).all()
        assert len(rows) == 1 and {event["event"] for event in rows[0].facts["clocks"]} == {"moved"}
        assert trail.verify(session, ticket) == []
        assert (asked.status, asked.total, asked.done) == ("done", 1, 1) and asked.moved == len(rows[0].facts["clocks"])
        with pytest.raises(Conflict) as refusal:
            recount.ask(session, STREET, expected=None, reason="再来", actor=leader, now=now)
        assert refusal.value.code == "nothing_changed"

    def test_a_day_worked_for_a_holiday_brings_the_promise_nearer_and_says_why(self, session, ticket, publish, leader, now):
        before = ticket.promised_by
        publish([{"day": SATURDAY, "kind": "workday", "name": "补班"}])
        recount.ask(session, STREET, expected=None, reason="周六补班", actor=leader, now=now)
        run(session, now)
        session.refresh(ticket)
        assert ticket.promised_by < before and ticket.promise_note == "calendar_changed"
        assert clock_of(session, ticket, "promise").due_by == ticket.promised_by

    def test_a_pause_survives_with_what_was_left(self, session, ticket, publish, leader, street, now):
        organisation = street.actors["ENFORCEMENT"]
        tickets.perform(session, ticket.number, "sign", {}, actor=organisation, now=now)
        until = (now + timedelta(days=9)).isoformat()
        tickets.perform(session, ticket.number, "request_suspension", {"reason": "等待备件到货", "until": until, "next_step": "备件到货后修理"}, actor=organisation, now=now + HOUR)
        tickets.perform(session, ticket.number, "approve_suspension", {"text": "同意"}, actor=street.actors["dispatcher"], now=now + HOUR)
        session.expire_all()
        left = clock_of(session, ticket, "handle").remaining
        publish([HOLIDAY], at=now + 2 * HOUR)
        recount.ask(session, STREET, expected=None, reason="停电", actor=leader, now=now + 2 * HOUR)
        run(session, now + 2 * HOUR)
        session.expire_all()
        clock = clock_of(session, ticket, "handle")
        assert (clock.status, clock.remaining) == ("paused", left) and clock.calendar_version_id == ticket.calendar_version_id

    def test_a_newer_version_overtakes_workers_under_way(self, session, ticket, publish, leader, now):
        publish([HOLIDAY])
        asked = recount.ask(session, STREET, expected=None, reason="停电", actor=leader, now=now)
        with pytest.raises(Conflict) as refusal:
            recount.ask(session, STREET, expected=None, reason="停电", actor=leader, now=now)
        assert refusal.value.code == "recount_running"
        publish([{"day": SATURDAY, "kind": "workday", "name": None}], at=now + HOUR)
        run(session, now + HOUR)
        assert session.get(ClockRecount, asked.id).status == "overtaken" and recount.waiting(session, STREET) == 1

    def test_nobody_becomes_late_by_it(self, session, ticket, publish, leader, now):
        """One work day was Thursday 10:00; where only 10:00 to 11:00 is worked it would be Wednesday 11:00, and it is 16:00."""
        before = clock_of(session, ticket, "sign").due_by
        publish(periods=[["10:00", "11:00"]], at=now + 6 * HOUR)
        recount.ask(session, STREET, expected=None, reason="半天", actor=leader, now=now + 6 * HOUR)
        run(session, now + 6 * HOUR)
        session.expire_all()
        assert clock_of(session, ticket, "sign").due_by == before


class TestPolicy:
    """The table of clocks across a change of the policy: begun before -> old limit; begun after -> new; recounted -> new from its start."""

    @pytest.fixture
    def longer(self):
        rules = copy.deepcopy(DEFAULT_POLICY)
        rules["clocks"]["sign"]["limit"] = {"value": 2, "unit": "work_day"}
        return rules

    def admin(self, session):
        return Actor("staff", "x", grants=(Grant("system_admin", ""),))

    def test_from_the_old_limit_to_the_new_one(self, session, ticket, street, leader, longer, now):
        made = policy_versions.publish(session, longer, reason="签收放宽", expected=None, actor=self.admin(session), now=now)
        assert (made.version, policy_versions.compare(DEFAULT_POLICY, longer)) == (2, [
            {"path": "clocks.sign.limit", "before": {"value": 1, "unit": "work_day"}, "after": {"value": 2, "unit": "work_day"}}])
        fresh = street.submit(session, now, location=small_street.IN_EAST, category=SLOW).ticket
        tickets.perform(session, fresh.number, "file", {"category": SLOW, "condition_no": 2}, actor=SYSTEM, now=now)
        tickets.perform(session, fresh.number, "dispatch", {}, actor=SYSTEM, now=now)
        thursday, friday = datetime(2026, 3, 5, 2, tzinfo=UTC), datetime(2026, 3, 6, 2, tzinfo=UTC)
        assert (clock_of(session, ticket, "sign").due_by, clock_of(session, fresh, "sign").due_by) == (thursday, friday)

    def test_limits_that_end_with_handling_stay_when_recounted(self, session, ticket, leader, longer, now):
        policy_versions.publish(session, longer, reason="签收放宽", expected=None, actor=self.admin(session), now=now)
        recount.ask(session, STREET, expected=None, reason="按新时限", actor=leader, now=now)
        run(session, now)
        session.refresh(ticket)
        assert ticket.policy_id == policy_versions.in_force(session).id and recount.waiting(session, STREET) == 0

    @pytest.mark.parametrize(("path", "value"), [
        ("clocks.sign.limit.value", 0), ("clocks.sign.limit.unit", "moons"), ("yellow_share", 1.5), ("clocks.handle.handle_share", 9),
        ("escalation.default.rows", []), ("escalation.suspension.rows", [{"level": 2, "at": "due", "plus": None, "to": ["leader"], "action": "warn"}]),
        ("escalation.default.rows", [{"level": 1, "at": "due", "plus": None, "to": ["nobody"], "action": "warn"}]),
        ("check.looks", 0), ("promise.help", None), ("clocks.sign.limit.value", "1e999999"),
        ("escalation.default.rows", [{"level": True, "at": "due", "plus": None, "to": [["leader"]], "action": "warn"}]),
        ("escalation.default.rows", [{"level": 1, "at": "due", "plus": None, "to": [["leader"]], "action": ["warn"]}]),
    ])
    def test_nonsense_is_refused(self, session, street, path, value, now):
        rules = copy.deepcopy(DEFAULT_POLICY)
        *way, last = path.split(".")
        row = rules
        for name in way:
            row = row[name]
        row[last] = value
        with pytest.raises(Invalid) as refusal:
            policy_versions.publish(session, rules, reason="x", expected=None, actor=self.admin(session), now=now)
        assert path.startswith(next(iter(refusal.value.fields)).split(".")[0])

    def test_levels_rise_and_the_default_policy_is_in_order(self, session, street, now):
        rules = copy.deepcopy(DEFAULT_POLICY)
        rules["escalation"]["default"]["rows"].reverse()
        with pytest.raises(Invalid) as refusal:
            policy_versions.publish(session, rules, reason="x", expected=None, actor=self.admin(session), now=now)
        assert list(refusal.value.fields) == ["escalation.default.rows"]
        with pytest.raises(Conflict):
            policy_versions.publish(session, copy.deepcopy(DEFAULT_POLICY), reason="x", expected=None, actor=self.admin(session), now=now)


class TestAppeals:
    GIVEN = {"reason": "waited_for_others", "text": "现场由燃气公司封闭三天，无法进入"}

    @pytest.fixture
    def closed(self, session, ticket, street, now):
        """Handled forty days after dispatch, then closed."""
        later = now + 40 * DAY
        organisation = street.actors["ENFORCEMENT"]
        tickets.perform(session, ticket.number, "sign", {}, actor=organisation, now=now)
        tickets.perform(session, ticket.number, "contact", {"outcome": "reached", "text": "已联系"}, actor=organisation, now=now)
        street.without_support(session, ticket.number, now)
        tickets.perform(session, ticket.number, "submit_result", {"outcome": "explained", "text": "已清"}, actor=organisation, now=later)
        tickets.perform(session, ticket.number, "pass_check", {"text": "看过照片"}, actor=street.actors["clerk"], now=later)
        return small_street.again(session, ticket)

    @pytest.fixture
    def reviewers(self, session, street, now):
        accounts = [Account(username=f"reviewer{n}", password_hash="-", name=f"复核{n}", created_at=now) for n in range(2)]
        session.add_all(accounts)
        session.flush()
        return [Actor("staff", row.name, account_id=row.id, grants=(Grant("grid_office", STREET),)) for row in accounts]

    def test_two_people_agree_and_the_clock_stays_missed(self, session, closed, street, reviewers, now):
        organisation = street.actors["ENFORCEMENT"]
        [(clock, _)] = appeals.may_be_appealed(session, closed, organisation)
        made = appeals.appeal(session, closed.number, clock.id, self.GIVEN, actor=organisation, now=now + 41 * DAY)
        first, second = reviewers
        assert appeals.review(session, made.id, approve=True, text="属实", actor=first, now=now + 41 * DAY).decision is None
        with pytest.raises(Forbidden) as refusal:
            appeals.review(session, made.id, approve=True, text="再看", actor=first, now=now + 41 * DAY)
        assert refusal.value.code == "may_not_review"
        assert appeals.review(session, made.id, approve=True, text="同意", actor=second, now=now + 42 * DAY).decision == "approved"
        session.refresh(clock)
        assert (clock.status, clock.exempt) == ("missed", True)
        [shown] = appeals.listed(session, first, state="decided")
        assert [review["text"] for review in shown["reviews"]] == ["属实", "同意"] and not shown["may_review"]
        assert trail.verify(session, small_street.again(session, closed)) == []

    def test_two_log_ins_of_one_person_are_not_two_people(self, session, closed, street, reviewers, now):
        person = Person(code="P-1", name="甲")
        session.add(person)
        session.flush()
        for reviewer in reviewers:
            session.get(Account, reviewer.account_id).person_id = person.id
        session.flush()
        made = appeals.appeal(
            session, closed.number, clock_of(session, closed, "handle").id, self.GIVEN, actor=street.actors["ENFORCEMENT"], now=now + 41 * DAY)
        appeals.review(session, made.id, approve=True, text="属实", actor=reviewers[0], now=now + 41 * DAY)
        with pytest.raises(Forbidden) as refusal:
            appeals.review(session, made.id, approve=True, text="同意", actor=reviewers[1], now=now + 41 * DAY)
        assert refusal.value.code == "may_not_review"

    def test_once_for_each_clock_after_closing_by_who_missed_it(self, session, ticket, closed, street, now):
        organisation = street.actors["ENFORCEMENT"]
        clock = clock_of(session, closed, "handle")
        with pytest.raises(Forbidden):
            appeals.appeal(session, closed.number, clock.id, self.GIVEN, actor=street.actors["clerk"], now=now)
        appeals.appeal(session, closed.number, clock.id, self.GIVEN, actor=organisation, now=now + 41 * DAY)
        with pytest.raises(Conflict) as refusal:
            appeals.appeal(session, closed.number, clock.id, self.GIVEN, actor=organisation, now=now + 41 * DAY)
        assert refusal.value.code == "appealed_already" and appeals.may_be_appealed(session, closed, organisation) == []

    def test_not_before_closing_and_not_about_a_clock_that_was_met(self, session, ticket, street, now):
        organisation = street.actors["ENFORCEMENT"]
        with pytest.raises(NotFound):
            appeals.appeal(session, ticket.number, clock_of(session, ticket, "handle").id, self.GIVEN, actor=organisation, now=now)
        clock_of(session, ticket, "handle").status = "missed"
        session.flush()
        with pytest.raises(NotAllowed) as refusal:
            appeals.appeal(session, ticket.number, clock_of(session, ticket, "handle").id, self.GIVEN, actor=organisation, now=now)
        assert refusal.value.code == "not_closed"

    def test_who_ruled_on_the_dispatch_does_not_decide_and_the_first_refusal_ends_it(self, session, closed, street, reviewers, now):
        dispatcher, organisation = street.actors["dispatcher"], street.actors["ENFORCEMENT"]
        made = appeals.appeal(session, closed.number, clock_of(session, closed, "handle").id, self.GIVEN, actor=organisation, now=now + 41 * DAY)
        trail.append(session, closed, action="dispatch", status_from="filed", actor=dispatcher, facts={}, now=now)
        session.flush()
        for actor, code in ((dispatcher, "may_not_review"), (street.actors["clerk"], "forbidden")):
            with pytest.raises(Forbidden) as refusal:
                appeals.review(session, made.id, approve=True, text="好", actor=actor, now=now)
            assert refusal.value.code == code
        assert appeals.review(session, made.id, approve=False, text="已提前告知", actor=reviewers[0], now=now).decision == "refused"
        assert not clock_of(session, closed, "handle").exempt
        with pytest.raises(Conflict):
            appeals.review(session, made.id, approve=True, text="好", actor=reviewers[1], now=now)

    def test_each_hears_of_it(self, session, closed, street, reviewers, now):
        organisation = street.actors["ENFORCEMENT"]
        made = appeals.appeal(session, closed.number, clock_of(session, closed, "handle").id, self.GIVEN, actor=organisation, now=now)
        appeals.review(session, made.id, approve=False, text="不成立", actor=reviewers[0], now=now)
        for row in session.scalars(select(Outbox).where(Outbox.topic.in_(["ticket.appealed", "ticket.appeal_decided"]))).all():
            inbox.tell(session, row, now)
        told = session.execute(select(InboxMessage.topic, InboxMessage.role, InboxMessage.department_id).where(InboxMessage.topic.like("ticket.appeal%"))).all()
        assert sorted(map(str, told)) == sorted(map(str, [
            ("ticket.appealed", "dispatcher", None), ("ticket.appealed", "leader", None),
            ("ticket.appeal_decided", None, street.departments["ENFORCEMENT"].id)]))
