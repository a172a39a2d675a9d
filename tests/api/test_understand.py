"""What the system would make of a text, asked by a program."""

import pytest
from sqlalchemy import func, select

from gridops.models import Ticket
from tests.small_street import IN_WEST, RUBBISH

URL = "/api/v1/understand"


@pytest.fixture
def ask(client, log_in):
    clerk = log_in("clerk")

    def ask(text, status=200, **more):
        answer = client.post(URL, json={"text": text} | more, headers=clerk)
        assert answer.status_code == status, answer.text
        return answer.json

    return ask


def test_a_category_with_its_reasons_and_nothing_stored(ask, sessions, submit):
    number = submit().ticket.number
    found = ask("路口垃圾没人收，垃圾堆在路口好几天", location=IN_WEST)
    assert found["categories"][0]["code"] in (RUBBISH, "E0192", "E0111") and found["categories"][0]["reasons"]
    assert (found["scope"], found["refer_to"], found["urgency"]) == ("in", None, "routine")
    assert [one["number"] for one in found["similar"]] == [number] and found["similar"][0]["score"] > 0
    with sessions() as session:
        assert session.scalar(select(func.count(Ticket.id))) == 1


def test_what_is_no_matter_of_a_street_says_where_to(ask):
    found = ask("公积金贷款审批了三个月还没放款，怎么提取住房公积金")
    assert found["scope"] == "out" and found["refer_to"]["text"] and found["refer_to"]["refer_to"]


def test_danger_and_protection_come_with_the_words(ask):
    found = ask("楼道里闻到煤气味，燃气泄漏了，投诉物业公司不作为")
    assert found["urgency"] == "emergency" and found["dangers"][0]["said"] and found["protect"][0]["reason"]


@pytest.mark.parametrize("text", ["", "   ", "x" * 4001])
def test_a_text_that_is_none_is_refused(ask, text):
    assert ask(text, status=422)["error"]["fields"]["text"]


def test_only_for_staff(client, street):
    assert client.post(URL, json={"text": "垃圾"}).status_code == 401
