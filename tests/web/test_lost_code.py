"""The lost tracking code, through pages."""

import re

import pytest

from gridops import create_app
from gridops.context import Context
from gridops.models import MessageDelivery
from gridops.services.messages import written

PHONE = "13800001234"
ZH = {"Accept-Language": "zh-CN"}


@pytest.fixture
def with_messages(config, sessions, vault, clock, tmp_path):
    from dataclasses import replace

    told = replace(config, sms=f"file:{tmp_path}/sms")
    return create_app(told, context=Context(told, sessions, vault, clock)).test_client()


def test_without_text_messages_the_page_names_the_desk(client, street):
    page = client.get("/lost-code", headers=ZH).text
    assert "021-60000000" in page
    assert 'name="phone"' not in page


def test_the_phone_gets_a_one_time_code_and_it_opens_the_list(with_messages, submit, sessions, vault):
    receipt = submit(contact={"phone": PHONE})
    assert "六位数字" in with_messages.post("/lost-code", data={"phone": PHONE}, headers=ZH).text
    with sessions() as session:
        words = vault.decrypt(session.query(MessageDelivery).one().text_cipher, purpose=written.TEXT)
    once = re.search(r"\d{6}", words)[0]
    page = with_messages.post("/lost-code/confirm", data={"phone": PHONE, "one_time_code": once}, headers=ZH).text
    assert receipt.ticket.number in page
    assert "".join(re.findall(r"<li>(\d{4})</li>", page)) == receipt.code


def test_a_wrong_one_time_code_opens_nothing(with_messages, submit):
    submit(contact={"phone": PHONE})
    with_messages.post("/lost-code", data={"phone": PHONE}, headers=ZH)
    answer = with_messages.post("/lost-code/confirm", data={"phone": PHONE, "one_time_code": "x"}, headers=ZH)
    assert answer.status_code == 422
    assert not re.findall(r"<li>(\d{4})</li>", answer.text)


def test_an_unknown_phone_gets_the_same_answer(with_messages, street):
    known = with_messages.post("/lost-code", data={"phone": PHONE}, headers=ZH)
    assert known.status_code == 200
    assert "六位数字" in known.text


def test_what_is_no_phone_number_is_told_and_kept(with_messages, street):
    answer = with_messages.post("/lost-code", data={"phone": "hello"}, headers=ZH)
    assert answer.status_code == 422
    assert 'value="hello"' in answer.text
