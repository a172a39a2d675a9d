"""Which person verifies and checks: on duty, near, fair turn, never the handler; and everybody else moves on when people change."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select, update

from gridops.domain.actor import Actor, Grant
from gridops.models import Account, Alarm, CategoryVersion, InboxMessage, Outbox, Person, Photo, RoleGrant, Ticket
from gridops.services import listing, outbox, ticket_workers, tickets
from gridops.services.reactions import REACTIONS
from gridops.services.ticket_workers import give_workers, renew_missing
from tests import small_street
from tests.services.staffing import Staff, local
from tests.small_street import COMMUNITY, EAST, IN_EAST, STREET, WEST


@pytest.fixture
def street(session, config, now):
    return small_street.build(session, config, now)


@pytest.fixture
def staff(session, street):
    return Staff(session)


@pytest.fixture
def given(session, street, now):
    """Submits and gives; the names of (verifier, checker)."""

    def given(at=now, **changes):
        ticket = street.submit(session, at, **changes).ticket
        give_workers(session, ticket, at)
        return ticket

    return given


@pytest.fixture
def named(session):
    def named(ticket):
        return tuple(session.get_one(Person, one).name if one else None for one in (ticket.verifier_id, ticket.checker_id))

    return named


def open_alarms(session):
    return set(session.scalars(select(Alarm.subject).where(Alarm.kind == ticket_workers.NOBODY, Alarm.settled_at.is_(None))))


class TestNewTickets:
    def test_many_are_given_together_and_looked_at_once(self, session, street, staff, named, now):
        staff.post("west"), staff.post("east", area=EAST)
        tickets = [street.submit(session, now, location=place).ticket for place in (small_street.IN_WEST, IN_EAST, None) for _ in range(2)]
        assert ticket_workers.somebody_is_wanted(session)
        assert [ticket_workers.give_wanted(session, now, limit=4) for _ in range(3)] == [4, 2, 0]
        assert [named(ticket) for ticket in tickets[:4]] == [("west", "west")] * 2 + [("east", "east")] * 2
        assert not ticket_workers.somebody_is_wanted(session)

    def test_where_nobody_is_an_alarm_rings_and_it_is_not_asked_again(self, session, street, now):
        ticket = street.submit(session, now).ticket
        assert ticket_workers.give_wanted(session, now, limit=10) == 1 and ticket.checker_id is None
        assert open_alarms(session) == {COMMUNITY} and not ticket_workers.somebody_is_wanted(session)

    def test_one_that_has_ended_meanwhile_needs_nobody(self, session, street, staff, now):
        staff.post("west")
        ticket = street.submit(session, now).ticket
        session.execute(update(Ticket).where(Ticket.id == ticket.id).values(status="voided"))
        assert ticket_workers.give_wanted(session, now, limit=10) == 1
        session.refresh(ticket)
        assert ticket.verifier_id is None and not ticket_workers.somebody_is_wanted(session)


class TestNear:
    def test_the_worker_of_the_cell(self, staff, given, named):
        staff.post("street", area=STREET), staff.post("leader", "grid_leader", COMMUNITY), staff.post("east", area=EAST), staff.post("west")
        assert named(given()) == ("west", "west")

    @pytest.mark.parametrize("others, expected", [
        ((("east", EAST), ("community", COMMUNITY), ("street", STREET)), "east"),
        ((("community", COMMUNITY), ("street", STREET)), "community"),
        ((("street", STREET),), "street"),
    ])
    def test_else_the_neighbour_then_the_community_then_the_street(self, staff, given, named, others, expected):
        for name, area in others:
            staff.post(name, area=area)
        assert named(given()) == (expected, expected)

    def test_a_ticket_without_a_cell_goes_to_the_community_or_street(self, staff, given, named):
        staff.post("west"), staff.post("street", area=STREET)
        assert named(given(location=None)) == ("street", "street")

    def test_a_worker_of_another_community_is_not_near(self, session, staff, given, named):
        staff.post("elsewhere", area="310199001002001")
        assert named(given()) == (None, None)


class TestOnDuty:
    def test_at_night_the_night_shift_of_the_street(self, staff, given, named):
        staff.post("west")
        staff.shift(staff.post("night", area=STREET, part_time=True), "2026-03-04 17:30", "2026-03-05 09:00")
        assert named(given(local("2026-03-04 23:00"))) == ("night", "night")

    def test_where_nobody_is_who_comes_next(self, staff, given, named):
        staff.post("street", area=STREET)
        staff.pattern(staff.post("early", area=EAST, part_time=True), "workdays", "07:00", "09:00")
        assert named(given(local("2026-03-04 23:00"))) == ("early", "early")

    def test_the_stand_in_of_who_is_absent(self, staff, given, named):
        absent, stand_in = staff.person("absent"), staff.person("stand-in")
        staff.post(absent), staff.post("east", area=EAST)
        staff.away(absent.id, "2026-03-04 00:00", "2026-03-06 00:00", stand_in)
        assert named(given()) == ("stand-in", "stand-in")

    def test_a_post_whose_hours_nobody_has_said_is_better_than_nobody(self, staff, given, named):
        staff.post("part-time", part_time=True)
        assert named(given()) == ("part-time", "part-time")
        staff.post("street", area=STREET)
        assert named(given()) == ("street", "street")


class TestFairTurn:
    def test_two_workers_of_one_cell_take_turns(self, session, staff, given, named):
        staff.post("one"), staff.post("two")
        found = [named(given())[1] for _ in range(6)]
        assert found.count("one") == found.count("two") == 3

    def test_who_has_fewer_open_tickets_comes_first(self, session, staff, given, named):
        staff.post("one")
        busy = [given() for _ in range(3)]
        staff.post("two")
        assert [named(given())[1] for _ in range(2)] == ["two", "two"]
        assert {named(ticket)[1] for ticket in busy} == {"one"}

    def test_of_equals_who_was_longest_without(self, session, staff, given, named, now):
        staff.post("one", last_turn_at=now - timedelta(hours=1)), staff.post("two", last_turn_at=now - timedelta(days=1))
        assert [named(given()) for _ in range(2)] == [("two", "two"), ("one", "one")]

    def test_the_turn_is_written_down(self, session, staff, given, now):
        post = staff.post("one")
        given()
        session.refresh(post)
        assert post.last_turn_at == now


class TestDuties:
    def test_a_role_with_the_duty_comes_before_the_nearest(self, staff, given, named):
        staff.post("west"), staff.post("cadre", "cadre", COMMUNITY)
        assert named(given()) == ("west", "west")
        staff.duty("cadre", "E01", STREET)
        assert named(given()) == ("cadre", "cadre")
        assert named(given(category="E0502")) == ("west", "west")


    def test_what_an_area_says_of_a_role_replaces_what_the_street_says(self, staff, given, named):
        staff.post("west"), staff.post("cadre", "cadre", COMMUNITY)
        staff.duty("cadre", "E01", STREET), staff.duty("cadre", "E02", COMMUNITY)
        assert named(given()) == ("west", "west")


class TestNeverTheHandler:
    def test_self_handled_is_checked_by_somebody_else(self, session, street, staff, given, named, now):
        west = street.actors["worker_west"]
        staff.post(staff.person("west", account=west.account_id)), staff.post("east", area=EAST)
        ticket = given()
        assert named(ticket) == ("west", "west")
        ticket.handled_by, ticket.self_handled = west.account_id, True
        give_workers(session, ticket, now)
        assert named(ticket) == ("west", "east")

    def test_nor_a_person_who_logs_in_for_the_lead(self, session, street, staff, given, named, now):
        lead = street.departments["SANITATION"]
        staff.post(staff.person("moonlighter", account=street.actors["SANITATION"].account_id)), staff.post("east", area=EAST)
        ticket = given()
        assert named(ticket)[1] == "moonlighter"
        session.add(RoleGrant(account_id=street.actors["SANITATION"].account_id, role="department", area_code=STREET, department_id=lead.id))
        ticket.lead_id = lead.id
        session.flush()
        give_workers(session, ticket, now)
        assert named(ticket)[1] == "east"

    def test_with_two_log_ins_a_person_is_still_one(self, session, street, staff, given, named, now):
        person = staff.person("both", account=street.actors["worker_west"].account_id)
        second = Account(username="second", password_hash="-", name="both again", created_at=now, person_id=person.id)
        session.add(second)
        session.flush()
        staff.post(person), staff.post("east", area=EAST)
        ticket = given()
        ticket.handled_by = second.id
        give_workers(session, ticket, now)
        assert named(ticket)[1] == "east"

    def test_where_only_the_handler_is_left_an_alarm_calls(self, session, street, staff, given, named, now):
        west = street.actors["worker_west"]
        staff.post(staff.person("west", account=west.account_id))
        ticket = given()
        ticket.handled_by = west.account_id
        give_workers(session, ticket, now)
        assert named(ticket) == ("west", None) and open_alarms(session) == {ticket.number}
        staff.post("east", area=EAST)
        assert renew_missing(session, now, limit=10) == 1
        assert named(ticket) == ("west", "east") and open_alarms(session) == set()


class TestNobody:
    def test_a_community_without_anybody_rings_once_and_is_settled_when_somebody_comes(self, session, staff, given, named, now):
        tickets = [given() for _ in range(3)]
        assert {named(ticket) for ticket in tickets} == {(None, None)} and open_alarms(session) == {COMMUNITY}
        assert renew_missing(session, now, limit=10) == 0 and open_alarms(session) == {COMMUNITY}
        staff.post("west")
        assert renew_missing(session, now, limit=10) == 3 and open_alarms(session) == set()
        assert {named(ticket) for ticket in tickets} == {("west", "west")}

    def test_a_ticket_that_nobody_can_help_does_not_keep_others_waiting(self, session, street, staff, given, named, now):
        west = street.actors["worker_west"]
        staff.post(staff.person("west", account=west.account_id))
        stuck, helped = given(), given()
        stuck.handled_by = west.account_id
        helped.checker_id = None
        session.flush()
        assert renew_missing(session, now, limit=1) == 1
        assert (named(stuck), named(helped)) == (("west", None), ("west", "west"))
        assert renew_missing(session, now, limit=1) == 0


class TestRenewal:
    @pytest.fixture
    def one_of_each(self, staff):
        return staff.post("west"), staff.post("east", area=EAST)

    def test_who_stays_keeps_his_tickets(self, session, one_of_each, given, named, now):
        before = [named(given()), named(given(location=IN_EAST))]
        assert before == [("west", "west"), ("east", "east")] and renew_missing(session, now, limit=10) == 0

    def test_who_leaves_hands_them_on(self, session, one_of_each, given, named, now):
        ticket = given()
        session.get_one(Person, one_of_each[0].person_id).left_on = date(2026, 3, 4)
        assert renew_missing(session, now, limit=10) == 1 and named(ticket) == ("east", "east")

    def test_a_post_that_ends_or_moves_hands_them_on(self, session, one_of_each, given, named, now):
        ticket = given()
        one_of_each[0].ends_on = date(2026, 3, 3)
        session.flush()
        assert renew_missing(session, now, limit=10) == 1 and named(ticket) == ("east", "east")

    def test_an_absence_gives_them_to_the_stand_in_and_back(self, session, staff, one_of_each, given, named, now):
        ticket, stand_in = given(), staff.person("stand-in")
        staff.away(one_of_each[0].person_id, "2026-03-04 09:00", "2026-03-06 00:00", stand_in)
        assert renew_missing(session, now, limit=10) == 1 and named(ticket) == ("stand-in", "stand-in")
        assert renew_missing(session, now + timedelta(days=2), limit=10) == 1 and named(ticket) == ("west", "west")

    def test_a_cell_that_gets_its_worker_gets_its_tickets_from_the_neighbour(self, session, staff, given, named, now):
        staff.post("east", area=EAST)
        ticket = given()
        assert named(ticket) == ("east", "east") and renew_missing(session, now, limit=10) == 0
        staff.post("west")
        assert renew_missing(session, now, limit=10) == 1 and named(ticket) == ("west", "west")

    def test_closed_tickets_keep_what_they_had(self, session, street, one_of_each, given, now):
        ticket = given(kind="consult", category=None)
        tickets.perform(session, ticket, "answer", {"text": "已答复"}, actor=street.actors["clerk"], now=now)
        session.get_one(Person, one_of_each[0].person_id).left_on = date(2026, 3, 4)
        assert renew_missing(session, now, limit=10) == 0 and ticket.checker_id == one_of_each[0].person_id

    def test_only_the_street_of_the_change_is_looked_at(self, session, one_of_each, given, now):
        given()
        session.get_one(Person, one_of_each[0].person_id).left_on = date(2026, 3, 4)
        session.flush()
        assert renew_missing(session, now, limit=10, area="310199002") == 0
        assert renew_missing(session, now, limit=10, area=EAST) == 1


class TestReactions:
    """What workers of the queue do about it."""

    @pytest.fixture
    def react(self, session, now):
        def react(at=now):
            while rows := session.scalars(select(Outbox).where(Outbox.done_at.is_(None)).order_by(Outbox.id)).all():
                for row in rows:
                    REACTIONS[row.topic](session, row, at, None)
                    row.done_at = at
                session.flush()
                ticket_workers.give_wanted(session, at, limit=100)

        return react

    @pytest.fixture
    def told(self, session, street):
        """Names of the accounts, or roles, that heard a topic."""
        accounts = {actor.account_id: name for name, actor in street.actors.items()}

        def told(topic):
            messages = session.scalars(select(InboxMessage).where(InboxMessage.topic == topic, InboxMessage.department_id.is_(None)))
            return {message.role or accounts[message.account_id] for message in messages}

        return told

    @pytest.fixture
    def both_log_in(self, street, staff):
        for name, area in (("worker_west", WEST), ("worker_east", EAST)):
            staff.post(staff.person(name, account=street.actors[name].account_id), area=area)

    def handled_on_the_spot(self, session, street, now):
        """Of a category that is looked at on site each time: of the others only a sample is."""
        ticket = street.submit(session, now).ticket
        session.scalars(select(CategoryVersion).where(CategoryVersion.code == small_street.RUBBISH)).one().check_mode = "site"
        photo = Photo(mime="image/png", width=1, height=1, sha256=b"", content=b"", thumbnail=b"", uploaded_at=now)
        other = Photo(mime="image/png", width=1, height=1, sha256=b"", content=b"", thumbnail=b"", uploaded_at=now)
        session.add_all([photo, other])
        session.flush()
        body = {"category": small_street.RUBBISH, "text": "已清走", "photos": [str(photo.id)], "before": [str(other.id)]}
        tickets.perform(session, ticket, "self_handle", body, actor=street.actors["worker_west"], now=now)
        return ticket

    def test_a_report_that_was_understood_has_both(self, session, street, both_log_in, react, named, now):
        ticket = street.submit(session, now).ticket
        react()
        assert ticket.status == "dispatched" and named(ticket) == ("worker_west", "worker_west")

    def test_what_a_worker_handled_another_is_asked_to_check(self, session, street, both_log_in, react, told, named, now):
        ticket = self.handled_on_the_spot(session, street, now)
        react()
        assert named(ticket)[1] == "worker_east"
        assert told("ticket.handled") == {"worker_east", "clerk"}

    def test_without_a_log_in_of_the_checker_the_role_is_told(self, session, street, staff, react, told, now):
        staff.post("east", area=EAST)
        self.handled_on_the_spot(session, street, now)
        react()
        assert told("ticket.handled") == {"grid_worker", "clerk"}

    def test_the_next_checker_is_told_when_the_first_leaves(self, session, street, both_log_in, react, told, named, now):
        ticket = self.handled_on_the_spot(session, street, now)
        react()
        east = session.get_one(Person, ticket.checker_id)
        east.left_on = date(2026, 3, 4)
        third = Staff(session).person("third", account=street.actors["leader"].account_id)
        Staff(session).post(third, area=COMMUNITY)
        outbox.publish(session, "people.changed", now=now, payload={"area": EAST})
        session.flush()
        react()
        assert named(ticket)[1] == "third" and told("ticket.worker_given") == {"leader"}

    def test_a_new_grid_renews_the_workers_of_its_street(self, session, street, staff, react, given, named, now):
        ticket = given()
        staff.post("west")
        outbox.publish(session, "grid.activated", now=now, payload={"street": STREET, "grid": 1})
        session.flush()
        react()
        assert named(ticket) == ("west", "west")


class TestMine:
    """The list "mine" of who goes and looks."""

    def numbers(self, session, actor, now):
        actor = Actor("staff", actor.name, account_id=actor.account_id, grants=(Grant("grid_worker", COMMUNITY),))
        return {item["number"] for item in listing.list_tickets(session, actor, {"mine": True}, now=now).items}

    def test_it_has_what_i_am_to_check_and_not_what_a_colleague_was_asked_to(self, session, street, staff, given, now):
        west, east = street.actors["worker_west"], street.actors["worker_east"]
        staff.post(staff.person("west", account=west.account_id)), staff.post(staff.person("east", account=east.account_id), area=EAST)
        ticket = given()
        session.execute(update(Ticket).where(Ticket.id == ticket.id).values(status="handled"))
        assert self.numbers(session, west, now) == {ticket.number} and self.numbers(session, east, now) == set()

    def test_what_somebody_without_a_log_in_is_to_check_stays_everybodys(self, session, street, staff, given, now):
        staff.post("west")
        ticket = given()
        session.execute(update(Ticket).where(Ticket.id == ticket.id).values(status="handled"))
        assert self.numbers(session, street.actors["worker_east"], now) == {ticket.number}
