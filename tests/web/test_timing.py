"""The calendar, recounts and appeals as a browser without script uses them."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from gridops.domain.actor import SYSTEM
from gridops.services import tickets
from tests.small_street import ILLEGAL_BUILDING, STREET
from tests.web.test_staff import account, browser  # noqa: F401


@pytest.fixture
def ticket(street, submit, sessions, now):
    number = submit(category=ILLEGAL_BUILDING).ticket.number
    with sessions() as session, session.begin():
        tickets.perform(session, number, "file", {"category": ILLEGAL_BUILDING, "condition_no": 2}, actor=SYSTEM, now=now)
        tickets.perform(session, number, "dispatch", {}, actor=SYSTEM, now=now)
    return number


def form_of(page):
    """The edit form as it stands on the page, for a test to change."""
    days = re.findall(r'name="day" value="([^"]*)"', page)
    kinds = [re.search(r'value="(\w+)" selected', select)[1] for select in re.findall(r'<select name="kind".*?</select>', page, re.S)]
    return {
        "street": STREET, "year": "2026", "expected": re.search(r'name="expected" value="(\d+)"', page)[1], "day": days, "kind": kinds,
        "name": re.findall(r'name="name" value="([^"]*)"', page), "opens": re.findall(r'name="opens" value="([^"]*)"', page),
        "closes": re.findall(r'name="closes" value="([^"]*)"', page), "rest": ["6", "7"],
        "known_until": re.search(r'name="known_until" type="date" value="([^"]+)"', page)[1], "reason": "全街道停电"}


def test_a_day_is_added_and_open_tickets_are_put_on_it(browser, street, ticket):  # noqa: F811
    leader = browser("leader")
    page = leader.get(f"/calendar?street={STREET}&year=2026")
    assert "春节" in page and "This street has none of its own" in page
    form = form_of(page)
    form["day"][form["day"].index("")] = "2026-03-05"
    made = leader.post("/calendar", form, status=303)
    page = leader.get(made.headers["Location"])
    assert "全街道停电" in page and re.search(r'class="day holiday own"[^>]*>5<', page)
    assert page.count('class="day holiday"') > 20, "the statutory days are still there, and are no days of the street's own"
    seen = leader.get(f"/calendar/recount?street={STREET}")
    assert ticket in seen and "Would be due" in seen
    aim = {name: re.search(rf'name="{name}" value="(\d+)"', seen)[1] for name in ("calendar", "policy")}
    leader.post("/calendar/recount", aim | {"street": STREET, "reason": "停电一天"}, status=303)
    assert "under way" in leader.get(f"/calendar/recount?street={STREET}")


def test_what_is_wrong_comes_back_with_what_was_typed(browser, street):  # noqa: F811
    leader = browser("leader")
    form = form_of(leader.get(f"/calendar?street={STREET}&year=2026")) | {"opens": ["09:00", "11:00"], "closes": ["12:00", "17:00"]}
    page = leader.post("/calendar", form, status=422).text
    assert "do not overlap" in page and 'value="11:00"' in page and "全街道停电" in page


def test_who_does_not_decide_reads_only(browser, street):  # noqa: F811
    page = browser("dispatcher").get(f"/calendar?street={STREET}")
    assert "Put the new version in force" not in page and "Working hours" in page


def test_an_appeal_goes_from_the_ticket_to_two_reviewers(browser, street, ticket, sessions, now):  # noqa: F811
    actor, later = street.actors["ENFORCEMENT"], now + timedelta(days=40)
    with sessions() as session, session.begin():
        tickets.perform(session, ticket, "sign", {}, actor=actor, now=now)
        street.without_support(session, ticket, now)
        tickets.perform(session, ticket, "contact", {"outcome": "reached", "text": "已联系"}, actor=actor, now=now)
        tickets.perform(session, ticket, "submit_result", {"outcome": "explained", "text": "已清"}, actor=actor, now=later)
        tickets.perform(session, ticket, "pass_check", {"text": "看过"}, actor=street.actors["clerk"], now=later)
    own = browser("department", department="ENFORCEMENT")
    missed = re.search(r'name="clock" value="(\d+)"', own.get(f"/tickets/{ticket}"))[1]
    own.post(f"/tickets/{ticket}/appeals", {"clock": missed, "reason": "waited_for_others", "text": "等候燃气公司三天"}, status=303)
    assert "waits: 0 of 2 have looked" in own.get(f"/tickets/{ticket}")
    for role, said in (("grid_office", "属实"), ("leader", "同意")):
        reviewer = browser(role)
        path = re.search(r'action="(/appeals/\d+)"', reviewer.get("/appeals"))[1]
        reviewer.post(path, {"approve": "yes", "text": said}, status=303)
    assert "upheld: not counted" in own.get("/appeals?state=decided")


def form_fields(page):
    """What a browser would send of the policy's form as it stands on the page."""
    inputs = re.findall(r'<input class="short" name="([^"]+)" value="([^"]*)"|<input name="([^"]+\.to)" value="([^"]*)"', page)
    form = {}
    for name, value, other, text in inputs:
        form.setdefault(name or other, []).append(value if name else text)
    for name, options in re.findall(r'<select name="([^"]+)"[^>]*>(.*?)</select>', page, re.S):
        chosen = re.search(r'value="(\w+)" selected', options) or re.search(r'value="(\w+)"', options)
        form.setdefault(name, []).append(chosen[1])
    return form | {"expected": re.search(r'name="expected" value="(\d+)"', page)[1], "reason": "两小时联系"}


def test_a_limit_is_changed_and_the_version_says_what(browser, street):  # noqa: F811
    leader = browser("leader")
    form = form_fields(leader.get("/clocks"))
    assert leader.post("/clocks", form, status=409).text.count("This is what is in force"), "what is sent back unchanged changes nothing"
    form |= {"clocks.contact.limit.value": "2", "clocks.contact.limit.unit": "work_hour"}
    leader.post("/clocks", form, status=303)
    page = leader.get("/clocks")
    assert "两小时联系" in page and "What this version changed" in page and page.count("<code>") == 1 and "clocks.contact.limit" in page


def test_a_policy_that_cannot_be_right_comes_back(browser, street):  # noqa: F811
    leader = browser("leader")
    form = form_fields(leader.get("/clocks")) | {"clocks.sign.limit.value": "-3"}
    page = leader.post("/clocks", form, status=422).text
    assert "A limit has a value above nothing" in page and 'value="-3"' in page
    assert "Put the new version in force" not in browser("dispatcher").get("/clocks")
