"""Planning: shifts, patterns, absences; the overview of the night, the week, the hand-over sheet and the phone book."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest
from sqlalchemy import select

from gridops.domain.actor import Actor, Grant
from gridops.errors import Conflict, Forbidden, Invalid, NotFound
from gridops.models import Absence, Alarm, Outbox, SecurityEvent, Shift, ShiftPattern, Ticket
from gridops.services.duty import hand_over, on_duty, overview, phone_book, roster
from gridops.services.duty.week import week
from tests import small_street
from tests.services.staffing import Staff, local
from tests.small_street import COMMUNITY, EAST, STREET, WEST

NIGHT = (local("2026-03-06 17:30"), local("2026-03-07 09:00"))
KEEPER = Actor("staff", "office", grants=(Grant("grid_office", STREET),))
WORKER = Actor("staff", "worker", grants=(Grant("grid_worker", STREET),))
STRANGER = Actor("staff", "stranger", grants=(Grant("grid_office", "310199002"),))


@pytest.fixture
def street(session, config, now):
    return small_street.build(session, config, now)


@pytest.fixture
def staff(session, street):
    return Staff(session)


@pytest.fixture
def plan(session, now):
    def plan(post, starts_at=NIGHT[0], ends_at=NIGHT[1], kind="night", actor=KEEPER):
        return roster.add_shift(session, post.id, starts_at=starts_at, ends_at=ends_at, kind=kind, actor=actor, now=now)

    return plan


@pytest.fixture
def leave(session, now):
    def leave(person_id, starts_at, ends_at, stand_in=None, actor=KEEPER):
        return roster.add_absence(
            session, person_id, starts_at=local(starts_at), ends_at=local(ends_at), stand_in_id=stand_in, actor=actor, now=now)

    return leave


class TestShifts:
    def test_a_planned_night_is_on_duty_and_tells_that_people_changed(self, session, staff, plan):
        plan(staff.post("night", part_time=True))
        assert [one.person for one in on_duty(session, WEST, local("2026-03-06 23:00"))] == ["night"]
        session.flush()
        assert session.scalars(select(Outbox.payload).where(Outbox.topic == "people.changed")).all() == [{"area": WEST}]

    @pytest.mark.parametrize(("starts_at", "ends_at", "code"), [
        (NIGHT[1], NIGHT[0], "shift_times"),
        (NIGHT[0], NIGHT[0] + timedelta(hours=25), "shift_times"),
        (NIGHT[0] + timedelta(hours=1), NIGHT[1], "shift_overlaps"),
        (local("2024-12-31 10:00"), local("2024-12-31 12:00"), "post_not_held"),
    ])
    def test_one_that_cannot_be_is_refused(self, staff, plan, starts_at, ends_at, code):
        post = staff.post("night")
        plan(post)
        with pytest.raises(Invalid) as refused:
            plan(post, starts_at, ends_at)
        assert refused.value.code == code

    def test_the_next_may_begin_when_the_first_ends(self, session, staff, plan):
        post = staff.post("night")
        plan(post), plan(post, NIGHT[1], NIGHT[1] + timedelta(hours=8), "holiday")
        assert len(session.scalars(select(Shift)).all()) == 2

    def test_only_keepers_of_the_grid_there_plan(self, staff, plan):
        post = staff.post("night")
        with pytest.raises(Forbidden):
            plan(post, actor=WORKER)
        with pytest.raises(NotFound):
            plan(post, actor=STRANGER)

    def test_it_can_be_taken_back(self, session, staff, plan, now):
        shift = plan(staff.post("night"))
        with pytest.raises(Forbidden):
            roster.remove_shift(session, shift.id, actor=WORKER, now=now)
        roster.remove_shift(session, shift.id, actor=KEEPER, now=now)
        assert session.scalars(select(Shift)).all() == []


class TestPatterns:
    def test_it_ends_on_a_day_or_was_a_mistake(self, session, staff, now):
        post = staff.post("helper", part_time=True)
        made = [roster.add_pattern(
            session, post.id, days="rest_days", opens=time(9), closes=time(17), starts_on=date(2026, 3, 1), actor=KEEPER, now=now)
            for _ in range(2)]
        roster.end_pattern(session, made[0].id, ends_on=date(2026, 3, 7), actor=KEEPER, now=now)
        roster.end_pattern(session, made[1].id, ends_on=date(2026, 2, 28), actor=KEEPER, now=now)
        assert [row.ends_on for row in session.scalars(select(ShiftPattern))] == [date(2026, 3, 7)]

    @pytest.mark.parametrize("wrong", [{"days": "sometimes"}, {"weekdays": [0]}, {"ends_on": date(2026, 2, 1)}])
    def test_one_that_cannot_be_is_refused(self, session, staff, now, wrong):
        given = {"days": "every_day", "opens": time(9), "closes": time(17), "starts_on": date(2026, 3, 1)} | wrong
        with pytest.raises(Invalid):
            roster.add_pattern(session, staff.post("helper").id, actor=KEEPER, now=now, **given)


class TestAbsences:
    def test_the_stand_in_may_be_named_later(self, session, staff, leave, now):
        post, stand_in = staff.post("west"), staff.person("stand-in")
        absence = leave(post.person_id, "2026-03-04 09:00", "2026-03-06 00:00")
        assert on_duty(session, WEST, now) == []
        roster.set_stand_in(session, absence.id, stand_in.id, actor=KEEPER, now=now)
        assert [one.person for one in on_duty(session, WEST, now)] == ["stand-in"]

    def test_who_is_back_earlier_is_back(self, session, staff, leave, now):
        post = staff.post("west")
        absence = leave(post.person_id, "2026-03-04 09:00", "2026-03-09 00:00")
        roster.end_absence(session, absence.id, actor=KEEPER, now=now)
        assert [one.person for one in on_duty(session, WEST, now)] == ["west"] and absence.ends_at == now

    def test_tickets_change_hands_when_it_begins_and_when_it_ends(self, session, staff, leave, now):
        leave(staff.post("west").person_id, "2026-03-06 09:00", "2026-03-09 00:00")
        session.flush()
        told = session.scalars(select(Outbox.available_at).where(Outbox.topic == "people.changed").order_by(Outbox.available_at)).all()
        assert told == [now, local("2026-03-06 09:00"), local("2026-03-09 00:00")]

    def test_one_that_has_not_begun_goes(self, session, staff, leave, now):
        absence = leave(staff.post("west").person_id, "2026-03-06 09:00", "2026-03-09 00:00")
        roster.end_absence(session, absence.id, actor=KEEPER, now=now)
        assert session.scalars(select(Absence)).all() == []

    def test_one_that_cannot_be_is_refused(self, session, staff, leave):
        post, gone = staff.post("west"), staff.person("gone", left_on=date(2026, 3, 1))
        leave(post.person_id, "2026-03-04 09:00", "2026-03-06 00:00")
        cases = [
            ("2026-03-05 09:00", "2026-03-07 00:00", None), ("2026-03-09 09:00", "2026-03-08 00:00", None),
            ("2026-03-10 09:00", "2026-03-11 00:00", post.person_id), ("2026-03-10 09:00", "2026-03-11 00:00", gone.id)]
        codes = []
        for starts_at, ends_at, stand_in in cases:
            with pytest.raises(Invalid) as refused:
                leave(post.person_id, starts_at, ends_at, stand_in)
            codes.append(refused.value.code)
        assert codes == ["absence_overlaps", "absence_times", "bad_stand_in", "bad_stand_in"]

    def test_only_keepers_enter_it(self, staff, leave):
        post = staff.post("west")
        for actor, error in ((WORKER, Forbidden), (STRANGER, NotFound)):
            with pytest.raises(error):
                leave(post.person_id, "2026-03-04 09:00", "2026-03-06 00:00", actor=actor)


class TestOverview:
    def test_now_and_tonight_by_cell(self, session, staff, plan, now):
        staff.post("west")
        plan(staff.post("night", area=STREET, part_time=True), local("2026-03-04 17:30"), local("2026-03-05 09:00"))
        found = overview.now_and_tonight(session, STREET, now)
        assert found.night == (local("2026-03-04 17:30"), local("2026-03-05 09:00"))
        seen = {row.cell.code: ([one.person for one in row.now], [one.person for one in row.tonight], row.gap) for row in found.cells}
        assert seen == {WEST: (["west"], ["night"], timedelta(0)), EAST: ([], ["night"], timedelta(0))}

    def test_the_hours_that_nobody_watches_are_told(self, session, staff, plan, now):
        plan(staff.post("evening", part_time=True), local("2026-03-04 17:30"), local("2026-03-04 23:00"))
        found = overview.now_and_tonight(session, WEST, now)
        assert found.cells[0].gap == timedelta(hours=10)


class TestWeek:
    def test_it_shows_what_is_not_the_plain_hours(self, session, staff, plan, leave):
        staff.post("plain", area=EAST)
        night, away = staff.post("night", part_time=True), staff.post("away", area=EAST)
        plan(night)
        leave(away.person_id, "2026-03-04 00:00", "2026-03-05 00:00")
        found = week(session, COMMUNITY, date(2026, 3, 2))
        assert [row.held.person for row in found.rows] == ["night", "away"]
        assert [len(day) for day in found.rows[0].days] == [0, 0, 0, 0, 1, 0, 0]
        assert found.rows[0].days[4][0][1].posting_id == night.id
        assert found.rows[1].away == [False, False, True, False, False, False, False]
        assert [held.person for held in found.posts] == ["night", "away", "plain"]


class TestHandOver:
    def test_the_sheet_has_what_is_urgent_promised_and_ringing(self, session, street, staff, now):
        staff.post("west")
        urgent, calm = street.submit(session, now, category=small_street.GAS).ticket, street.submit(session, now).ticket
        soon = street.submit(session, now).ticket
        calm.promised_by, soon.promised_by = now + timedelta(days=5), now + timedelta(hours=5)
        session.add(Alarm(kind="tie", subject=soon.number, area_code=WEST, ticket_id=soon.id, raised_at=now))
        session.flush()
        found = hand_over.sheet(session, STREET, now)
        assert [row["number"] for row in found["urgent"]] == [urgent.number]
        assert soon.number in {row["number"] for row in found["promised"]} and calm.number not in {row["number"] for row in found["promised"]}
        assert [(row["kind"], row["number"]) for row in found["alarms"]] == [("tie", soon.number)]
        assert found["on_duty"][0]["person"] == "west"

    def test_it_is_kept_as_it_was_given(self, session, street, now):
        ticket = street.submit(session, now, category=small_street.GAS).ticket
        row = hand_over.give(session, STREET, "  钥匙在门卫  ", actor=street.actors["clerk"], now=now)
        session.query(Ticket).filter(Ticket.id == ticket.id).update({"emergency": False})
        session.refresh(row)
        assert row.note == "钥匙在门卫" and [one["number"] for one in row.sheet["urgent"]] == [ticket.number]

    def test_two_people_stand_by_it(self, session, street, now):
        row = hand_over.give(session, STREET, "", actor=street.actors["clerk"], now=now)
        with pytest.raises(Forbidden):
            hand_over.take(session, row.id, actor=street.actors["clerk"], now=now)
        hand_over.take(session, row.id, actor=street.actors["clerk2"], now=now)
        with pytest.raises(Conflict):
            hand_over.take(session, row.id, actor=street.actors["leader"], now=now)
        shown = hand_over.shown(session, row)
        assert (shown["given_by"], shown["taken_by"], shown["taken_at"]) == ("clerk", "clerk2", now)

    def test_it_stays_in_its_area(self, session, street, now):
        row = hand_over.give(session, STREET, "", actor=street.actors["clerk"], now=now)
        with pytest.raises(NotFound):
            hand_over.visible(session, row.id, street.actors["worker_west"])
        with pytest.raises(NotFound):
            hand_over.give(session, STREET, "", actor=street.actors["worker_west"], now=now)


class TestPhoneBook:
    @pytest.fixture
    def reachable(self, street, staff):
        cipher = street.vault.encrypt("13812345678", purpose=phone_book.PHONE)
        staff.post(staff.person("west", phone_cipher=cipher))
        staff.post("east", area=EAST)

    def test_opening_the_numbers_of_people_is_written_down(self, session, street, reachable, now):
        found = phone_book.open_people(session, street.vault, STREET, actor=street.actors["dispatcher"], now=now)
        assert [(one.on_duty.person, one.phone) for one in found] == [("west", "13812345678"), ("east", None)]
        session.flush()
        event = session.scalars(select(SecurityEvent).where(SecurityEvent.kind == "phone_book_opened")).one()
        assert event.account_id == street.actors["dispatcher"].account_id and event.facts == {"area": STREET, "people": 1}

    def test_unopened_it_has_no_number_of_a_person(self, session, street, reachable, now):
        assert {one.phone for one in phone_book.people(session, STREET, now)} == {None}

    def test_workers_and_departments_do_not_open_it(self, session, street, reachable, now):
        for name in ("worker_west", "SANITATION"):
            with pytest.raises(Forbidden):
                phone_book.open_people(session, street.vault, WEST, actor=street.actors[name], now=now)

    def test_it_has_the_organisations_of_the_area(self, session, street):
        found = {department.code for department in phone_book.organisations(session, WEST)}
        assert {"D-SANITATION", "D-GAS_CO"} <= found and not phone_book.organisations(session, "310199002")
