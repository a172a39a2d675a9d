"""The organisation's desk: its lists, one press that gives many tickets to a colleague, and what is due soon by working time."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from gridops.domain import messages
from gridops.models import Account, Assignment, InboxMessage, Outbox, Ticket
from gridops.services import inbox, tickets
from gridops.services.organisation import colleagues
from tests.small_street import RUBBISH, STREET
from tests.web.test_staff import account, browser, do  # noqa: F401


@pytest.fixture
def dispatched(street, submit, do):  # noqa: F811
    def dispatched():
        number = submit().ticket.number
        do(number, "file", street.actors["clerk"], category=RUBBISH)
        return do(number, "dispatch", street.actors["dispatcher"]).number

    return dispatched


@pytest.fixture
def desk(browser):  # noqa: F811
    return browser("department", STREET, "SANITATION", "王清运")


@pytest.fixture
def colleague(browser, sessions):  # noqa: F811
    """A second person of the same organisation, and the account's id."""
    opened = browser("department", STREET, "SANITATION", "李保洁")
    with sessions() as session:
        return opened, session.scalar(select(Account.id).where(Account.name == "李保洁"))


def ticked(page):
    return set(re.findall(r'name="ticket" value="([^"]+)"', page))


def at(desk, name, who="all"):
    return desk.get(f"/organisation?list={name}&who={who}")


def given(sessions, number, role="lead"):
    with sessions() as session:
        query = select(Assignment.given_to).join(Ticket, Ticket.round_id == Assignment.round_id)
        return session.scalar(query.where(Ticket.number == number, Assignment.role == role))


def test_each_list_holds_its_own(desk, browser, dispatched, street, do):  # noqa: F811
    to_sign, in_hand, objected, asked = (dispatched() for _ in range(4))
    lead = street.actors["SANITATION"]
    do(in_hand, "sign", lead)
    do(objected, "object", lead, reason_code="not_our_duty", text="不属我单位职责")
    do(asked, "sign", lead)
    do(asked, "request_extension", lead, reason="等配件")
    assert ticked(at(desk, "to_sign")) == {to_sign}
    assert ticked(at(desk, "in_hand")) == {in_hand, asked}
    assert ticked(at(desk, "objections")) == {objected}
    assert ticked(at(desk, "more_time")) == {asked}
    others = browser("department", STREET, "PROPERTY")
    assert not ticked(at(others, "in_hand")) | ticked(at(others, "to_sign"))


def test_whoever_decides_on_more_time_finds_it_among_the_tickets_that_wait(browser, dispatched, street, do):  # noqa: F811
    asked, lead = dispatched(), street.actors["SANITATION"]
    do(asked, "sign", lead)
    do(asked, "request_extension", lead, reason="等配件")
    assert asked in browser("dispatcher").get("/tickets?queue=time_asked") and asked not in browser("leader").get("/tickets?queue=long_time_asked")
    waits = {role: "More time asked for" in browser(role, name=f"{role} 2").get("/inbox") for role in ("dispatcher", "leader", "clerk")}
    assert waits == {"dispatcher": True, "leader": True, "clerk": False}
    do(asked, "approve_extension", street.actors["dispatcher"])
    assert asked not in browser("dispatcher", name="dispatcher 3").get("/tickets?queue=time_asked")


def test_whom_an_upheld_objection_names_stands_in_the_form_that_dispatches_anew(browser, dispatched, street, do):  # noqa: F811
    number = dispatched()
    do(number, "object", street.actors["SANITATION"], reason_code="not_our_duty", text="属物业", suggest="D-PROPERTY")
    do(number, "uphold", street.actors["URBAN_OFFICE"], text="属物业")
    page = browser("dispatcher").get(f"/tickets/{number}")
    assert re.search(r'id="dispatch-lead"[^>]*value="[^"]*\(D-PROPERTY\)"', page)


def test_due_soon_is_told_by_the_working_time_left_and_the_least_comes_first(browser, submit, dispatched, street, do, sessions, clock, now):  # noqa: F811
    """To be signed within four working hours: from Wednesday 10:00 until 15:30, the other one an hour later. Thursday 11:00 has four more."""
    later = submit().ticket.number
    do(later, "file", street.actors["clerk"], category=RUBBISH)
    early = dispatched()
    with sessions() as session, session.begin():
        tickets.perform(session, later, "dispatch", {}, actor=street.actors["dispatcher"], now=now + timedelta(hours=1))
    clock.at = now + timedelta(hours=6)  # 16:00
    page = at(browser("department", STREET, "SANITATION"), "due_soon")
    assert re.findall(r'name="ticket" value="([^"]+)"', page) == [early, later]
    assert re.findall(r"<td>([^<]*) <small", page) == ["late by 30 min", "30 min of working time left"]
    clock.at = now + timedelta(hours=25)  # Thursday 11:00
    page = at(browser("department", STREET, "SANITATION"), "due_soon")
    assert re.findall(r"<td>([^<]*) <small", page) == ["late by 4 h", "late by 3 h"]


def test_what_is_ticked_is_given_and_the_colleague_hears_of_it_once(desk, colleague, dispatched, sessions, now):
    other, account_id = colleague
    numbers = [dispatched() for _ in range(3)]
    for _ in range(2):  # a double press
        desk.post("/organisation/give", {"ticket": numbers[:2], "given_to": account_id})
    assert "2 given" in desk.get("/inbox")
    assert ticked(at(other, "to_sign", "mine")) == set(numbers[:2]) and ticked(at(desk, "to_sign", "nobody")) == {numbers[2]}
    assert "李保洁" in at(desk, "to_sign")
    with sessions() as session:
        rows = session.scalars(select(Outbox).where(Outbox.topic == colleagues.GIVEN)).all()
        assert len(rows) == 2
        for row in rows:
            inbox.tell(session, row, now)
        assert set(session.scalars(select(InboxMessage.account_id).where(InboxMessage.topic == colleagues.GIVEN))) == {account_id}
    assert colleagues.GIVEN in messages.TOLD and colleagues.GIVEN not in messages.HOOKABLE
    assert "Given to you" in other.get("/inbox") and "given_to_me" in other.get("/tickets")
    assert set(re.findall(r'href="/tickets/(\d{6}-\d+)"', other.get("/tickets?given_to_me=1"))) == set(numbers[:2])


def test_who_is_of_another_organisation_is_not_given_anything(desk, browser, dispatched, sessions):  # noqa: F811
    number = dispatched()
    browser("department", STREET, "PROPERTY", "别家")
    with sessions() as session:
        stranger = session.scalar(select(Account.id).where(Account.name == "别家"))
    for bad in (stranger, 10**15, "x", "-1", "١"):
        desk.post("/organisation/give", {"ticket": [number], "given_to": bad})
        assert "nobody of the organisation" in desk.get("/inbox"), bad
    desk.post("/organisation/give", {"ticket": [number], "given_to": ""})
    assert "Choose who shall work it" in desk.get("/inbox") and given(sessions, number) is None


def test_what_is_refused_is_explained_and_stops_nobody(desk, colleague, dispatched, street, do, sessions):  # noqa: F811
    other, account_id = colleague
    over, foreign, own = dispatched(), "260304-99999", dispatched()
    do(over, "recall", street.actors["dispatcher"], text="派错了")
    desk.post("/organisation/give", {"ticket": [over, foreign, own], "given_to": account_id})
    page = desk.get("/inbox")
    assert f"1 given: {own}" in page and f"{over}: " in page and f"{foreign}: " in page
    assert given(sessions, own) == account_id


def test_it_is_taken_back_and_who_has_left_has_nothing(desk, colleague, dispatched, sessions, now):
    other, account_id = colleague
    number = dispatched()
    desk.post("/organisation/give", {"ticket": [number], "given_to": account_id})
    desk.post("/organisation/give", {"ticket": [number], "given_to": "nobody"})
    assert given(sessions, number) is None and "1 taken back" in desk.get("/inbox")
    desk.post("/organisation/give", {"ticket": [number], "given_to": account_id})
    with sessions() as session, session.begin():
        session.get_one(Account, account_id).disabled_at = now
    assert ticked(at(desk, "to_sign", "nobody")) == {number} and "李保洁" not in at(desk, "to_sign")


def test_nobody_else_reads_who_of_an_organisation_works_a_ticket(desk, colleague, browser, dispatched):  # noqa: F811
    number = dispatched()
    desk.post("/organisation/give", {"ticket": [number], "given_to": colleague[1]})
    assert "李保洁 works it." in desk.get(f"/tickets/{number}")
    for role in ("clerk", "leader"):
        assert "李保洁" not in browser(role).get(f"/tickets/{number}")
    coordinator = browser("department", STREET, "URBAN_OFFICE")
    assert "李保洁" not in coordinator.client.get(f"/tickets/{number}").text


def test_only_organisations_have_this_desk(browser):  # noqa: F811
    clerk = browser("clerk")
    clerk.get("/organisation", status=403)
    clerk.post("/organisation/give", {"ticket": ["260304-00001"], "given_to": "1"})
    assert "Your role does not allow this" in clerk.get("/inbox")


def test_more_than_a_hundred_are_refused(desk, colleague, dispatched):
    dispatched()
    desk.post("/organisation/give", {"ticket": [f"260304-{no:05}" for no in range(101)], "given_to": colleague[1]})
    assert "maximum length 100" in desk.get("/inbox")


def test_back_leads_only_to_our_own_pages(desk, dispatched):
    number = dispatched()
    answer = desk.post("/inbox/sign", {"ticket": [number], "back": "//evil.example/x"})
    assert answer.headers["Location"] == "/inbox"


