"""The pages of indicators: each number leads to the tickets it counts, and weights are a leader's matter."""

import re
from datetime import timedelta

import pytest

from gridops.services import tickets
from tests.small_street import ILLEGAL_BUILDING, STREET, WEST
from tests.web.test_staff import account, browser  # noqa: F401

LEAD = {"lead": "D-SANITATION", "coordinate": "D-GRID_CENTER", "support": []}


@pytest.fixture
def twelve(sessions, street, now):
    """Twelve of the western cell, handed in two months ago; two of them late."""
    begin = now - timedelta(days=60)
    acts = (("file", "clerk", {"category": ILLEGAL_BUILDING}), ("dispatch", "dispatcher", LEAD), ("sign", "SANITATION", {}))
    with sessions() as session, session.begin():
        made = [street.submit(session, begin).ticket.number for _ in range(12)]
        for place, number in enumerate(made):
            for minute, (action, who, body) in enumerate(acts):
                tickets.perform(session, number, action, body, actor=street.actors[who], now=begin + timedelta(minutes=minute))
            handed_in = begin + (timedelta(days=40) if place < 2 else timedelta(hours=1))
            tickets.perform(
                session, number, "submit_result", {"outcome": "solved", "text": "已处理"}, actor=street.actors["SANITATION"], now=handed_in)
    return made


def followed(reader, page, pattern):
    link = re.search(pattern, page, re.S)[1].replace("&amp;", "&")
    return set(re.findall(r'href="/tickets/(\d{6}-\d{5})"', reader.get(link)))


def test_numbers_open_their_tickets(browser, twelve):  # noqa: F811
    leader = browser("leader")
    page = leader.get("/indicators?by=cell&group=handling&day=2026-01-04")
    assert "10" in page and "83.3 %" in page
    row = re.search(r'<th scope="row">西网格</th>.*?</tr>', page, re.S)[0]
    on_time = r'href="(/indicators/tickets\?[^"]*indicator=on_time_dispose_rate[^"]*part=numerator[^"]*)"'
    assert followed(leader, row, on_time) == set(twelve[2:])
    assert followed(leader, row, on_time.replace("numerator", "denominator")) == set(twelve)


def test_an_empty_month_says_so(browser, street):  # noqa: F811
    assert "Nothing fell due in this time" in browser("leader").get("/indicators?day=2025-01-01")


@pytest.mark.parametrize("address", ["/indicators?day=nonsense&by=person&unit=year&group=x", "/indicators?unit=week", "/indicators.csv"])
def test_whatever_is_asked_for(browser, street, address):  # noqa: F811
    assert browser("leader").get(address)


def test_an_organisation_sees_its_own(browser, street, twelve):  # noqa: F811
    page = browser("department", department="SANITATION").get("/indicators?day=2026-01-04&group=handling")
    assert "your own organisation" in page and "SANITATION 单位" in page and "Dispatched on time" not in page


def test_a_worker_has_no_such_page(browser, street):  # noqa: F811
    assert browser("grid_worker", area=WEST).get("/indicators", status=403)


class TestWeights:
    GOOD = {
        "lead.on_time_dispose_rate": 25, "lead.close_rate": 15, "lead.rework_rate": 15, "lead.response_rate": 10, "lead.resolved_rate": 20,
        "lead.satisfied_rate": 15, "coordinate.on_time_rule_rate": 50, "coordinate.joint_close_rate": 50, "support.on_time_support_rate": 100,
        "active": "1", "reason": "联席会议通过"}

    def test_a_leader_turns_scores_on(self, browser, street):  # noqa: F811
        leader = browser("leader")
        assert "Scores are off" in leader.get("/indicators/weights")
        leader.post(f"/indicators/weights?area={STREET}", self.GOOD, page="/indicators/weights")
        page = leader.get("/indicators/weights")
        assert "Scores are on" in page and "联席会议通过" in page

    def test_what_may_not_be_is_refused_beside_the_role(self, browser, street):  # noqa: F811
        bad = self.GOOD | {"lead.satisfied_rate": 5, "lead.close_rate": 25}
        answer = browser("leader").post(f"/indicators/weights?area={STREET}", bad, page="/indicators/weights", status=422)
        assert "The residents&#39; answers weigh 30 or more." in answer.text

    def test_others_may_only_read(self, browser, street):  # noqa: F811
        assert "Keep as a new version" not in browser("clerk").get("/indicators/weights")
