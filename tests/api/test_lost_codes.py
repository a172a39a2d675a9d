from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from gridops.models import MessageDelivery
from gridops.services.messages import written

URL = "/api/v1/lost-codes"
PHONE = "13812341234"


@pytest.fixture
def message(sessions, vault):
    """The last text message: (phone, six digits), None where none was written."""

    def message():
        with sessions() as session:
            row = session.scalars(select(MessageDelivery).order_by(MessageDelivery.id.desc())).first()
        if row is None:
            return None
        words = vault.decrypt(row.text_cipher, purpose=written.TEXT)
        return vault.decrypt(row.address_cipher, purpose=written.ADDRESS), re.search(r"\d{6}", words)[0]

    return message


def confirm(client, once, phone=PHONE):
    return client.post(f"{URL}/confirm", json={"phone": phone, "one_time_code": once})


def test_the_codes_of_a_phone_are_told_to_that_phone(client, submit, message):
    receipts = [submit(contact={"name": "王", "phone": "138 1234 1234"}) for _ in range(2)]
    submit(contact={"name": "李", "phone": "13900000000"})
    assert client.post(URL, json={"phone": "+86 13812341234"}).status_code == 202
    phone, once = message()
    assert phone == PHONE
    answer = confirm(client, once)
    assert answer.status_code == 200
    assert {row["code"] for row in answer.json["items"]} == {receipt.code for receipt in receipts}


def test_an_unknown_phone_gets_the_same_answer_and_no_message(client, submit, message):
    submit(contact={"phone": PHONE})
    known, unknown = (client.post(URL, json={"phone": phone}) for phone in (PHONE, "13900000000"))
    assert (known.status_code, known.json) == (unknown.status_code, unknown.json)
    assert message()[0] == PHONE
    wrong = confirm(client, "000000", "13900000000"), confirm(client, "x", "13700000000")
    assert {(answer.status_code, answer.json["error"]["code"]) for answer in wrong} == {(422, "one_time_code_wrong")}


def test_a_code_counts_once_and_ten_minutes(client, submit, message, clock):
    submit(contact={"phone": PHONE})
    client.post(URL, json={"phone": PHONE})
    _, once = message()
    assert confirm(client, once).status_code == 200
    assert confirm(client, once).status_code == 422
    client.post(URL, json={"phone": PHONE})
    clock.forward(timedelta(minutes=10))
    assert confirm(client, message()[1]).status_code == 422


def test_five_wrong_tries_spend_the_code(client, submit, message):
    submit(contact={"phone": PHONE})
    client.post(URL, json={"phone": PHONE})
    _, once = message()
    wrong = "000000" if once != "000000" else "111111"
    assert [confirm(client, wrong).status_code for _ in range(5)] == [422] * 5
    assert confirm(client, once).status_code == 422


def test_three_requests_an_hour_for_one_phone_known_or_not(client, clock):
    statuses = [client.post(URL, json={"phone": PHONE}).status_code for _ in range(4)]
    assert statuses == [202, 202, 202, 429]
    clock.forward(timedelta(hours=1))
    assert client.post(URL, json={"phone": PHONE}).status_code == 202
