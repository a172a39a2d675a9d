"""The forms and panels of the round side, as people of the street use them."""

from __future__ import annotations

import re

import pytest

from gridops.domain.actor import SYSTEM
from tests.small_street import RUBBISH
from tests.web.test_staff import account, browser, do, section  # noqa: F401 - fixtures


@pytest.fixture
def number(submit, do, street):  # noqa: F811
    number = submit(category=RUBBISH, contact={"name": "王小明", "phone": "13812341234"}).ticket.number
    do(number, "file", SYSTEM, category=RUBBISH)
    do(number, "dispatch", SYSTEM)
    do(number, "sign", street.actors["SANITATION"])
    return number


def test_more_time_is_asked_for_and_given_by_form(browser, number):  # noqa: F811
    lead, dispatcher = browser("department", department="SANITATION"), browser("dispatcher")
    lead.act(number, "request_extension", {"reason": "等待备件"})
    page = dispatcher.get(f"/tickets/{number}")
    assert "等待备件" in section(page, "requests") and "The lead asks for more time" in page
    assert {"approve_extension", "refuse_extension"} <= set(dispatcher.offered(number))
    dispatcher.act(number, "approve_extension", {"text": "同意"})
    assert "approved" in section(lead.get(f"/tickets/{number}"), "requests")


def test_a_suspension_by_a_date_field_is_read_by_staff_and_by_the_resident(browser, number):  # noqa: F811
    lead, dispatcher = browser("department", department="SANITATION"), browser("dispatcher")
    assert re.search(r'name="until" type="date"', lead.get(f"/tickets/{number}"))
    lead.act(number, "request_suspension", {"until": "2026-03-20", "reason": "等天晴", "next_step": "天晴即清"})
    dispatcher.act(number, "approve_suspension", {})
    page = dispatcher.get(f"/tickets/{number}")
    assert "天晴即清" in page and "Suspended until" in page
    assert "resume" in dispatcher.offered(number)


def test_a_refused_support_is_settled_by_the_coordinator(browser, number):  # noqa: F811
    support, coordinator = browser("department", department="PROPERTY"), browser("department", department="URBAN_OFFICE")
    support.act(number, "refuse_support", {"text": "没有人手"})
    page = coordinator.get(f"/tickets/{number}")
    assert "to settle a refused support" in section(page, "who")
    coordinator.act(number, "return_support", {"text": "请安排"})
    support.act(number, "answer_support", {"text": "已安排"})
    assert "answered" in section(coordinator.get(f"/tickets/{number}"), "who")


def test_the_lead_reads_whose_answer_is_awaited_before_a_result(browser, number):  # noqa: F811
    lead, support = browser("department", department="SANITATION"), browser("department", department="PROPERTY")
    page = lead.get(f"/tickets/{number}")
    assert "Still awaited" in section(page, "do") and "submit_result" not in lead.offered(number)
    assert "Still awaited" not in support.get(f"/tickets/{number}"), "it is the support that is awaited"
    support.act(number, "answer_support", {"text": "已安排"})
    assert "Still awaited" not in lead.get(f"/tickets/{number}") and "submit_result" in lead.offered(number)


def test_an_order_names_its_addressee_from_a_list(browser, number):  # noqa: F811
    leader, lead = browser("leader"), browser("department", department="SANITATION")
    assert 'value="D-SANITATION"' in leader.get(f"/tickets/{number}").split('id="act-supervise"')[1].split("</details>")[0]
    leader.act(number, "supervise", {"level": "2", "addressee": "D-SANITATION", "due_by": "2026-03-06", "text": "限期办结"})
    lead.act(number, "answer_supervision", {"text": "明日完成"})
    leader.act(number, "accept_supervision", {})
    shown = section(leader.get(f"/tickets/{number}"), "orders")
    assert "限期办结" in shown and "明日完成" in shown and "accepted" in shown
    assert number in leader.get("/supervisions?state=accepted") and number not in leader.get("/supervisions")


def test_rounds_that_are_over_stay_on_the_page(browser, number, do, street):  # noqa: F811
    do(number, "recall", street.actors["dispatcher"], text="派错")
    do(number, "dispatch", street.actors["dispatcher"], lead="D-ENFORCEMENT")
    shown = section(browser("clerk").get(f"/tickets/{number}"), "rounds")
    assert "dispatch taken back" in shown and "SANITATION" in shown and "ENFORCEMENT" in shown


def test_the_resident_reads_from_when_to_when_and_why(submit, do, street, client):  # noqa: F811
    receipt = submit(category="E0101")
    number = receipt.ticket.number
    do(number, "file", SYSTEM, category="E0101", condition_no=2)
    do(number, "dispatch", SYSTEM)
    do(number, "sign", street.actors["ENFORCEMENT"])
    do(number, "request_extension", street.actors["ENFORCEMENT"], reason="须走法定程序")
    do(number, "approve_extension", street.actors["dispatcher"])
    story = client.get(f"/api/v1/reports/{receipt.code}").json
    assert story["promised_before"] < story["promised_by"] and story["promise_note"] == "经批准，办理时限延长。"
    page = client.get(f"/t/{receipt.code}", follow_redirects=True).get_data(as_text=True)
    assert "原承诺时间" in page and "须走法定程序" in page
