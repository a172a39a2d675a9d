"""A city's own words in what leaves the house: in gridops's texts, never in what the city, the resident or an organisation wrote."""

from __future__ import annotations

import pytest

from gridops.domain import terms
from gridops.domain.actor import Actor, Grant
from gridops.models import FieldTerm, RoleGrant
from gridops.services import desk, field_terms, lost_codes
from gridops.services.messages import settings, templates
from gridops.services.messages.preview import preview
from gridops.services.messages.settings import NOTHING
from tests.small_street import COMMUNITY, GAS, RUBBISH, STREET

WORDS = {"ticket": "事件单", "department": "责任单位", "cell": "微格", "check": "复核", "extension": "展期", "lead": "牵头", "tracking_code": "查询号", "street": "镇街"}
EDITOR = Actor("staff", "a", grants=(Grant("leader", STREET),))


@pytest.fixture
def city(told, session):
    """An installation that says WORDS."""
    session.add_all(FieldTerm(term=term, word=word, changed_at=told.at) for term, word in WORDS.items())
    session.flush()
    return told


def test_residents_read_the_citys_words_and_names_stay(city, session):
    receipt = city.report(description="小区里工单堆成山")
    received, assigned = city.texts()
    assert received.startswith("【星河街道】已收到您的反映（暴露垃圾），事件单"), "the name of the street is no field term"
    assert assigned.startswith(f"【星河街道】事件单{receipt.ticket.number}已派给SANITATION 单位办理")
    city.do(receipt.ticket, "sign", "SANITATION")
    assert "工单" not in "".join(city.texts())


def test_in_english_nothing_changes(city, session):
    receipt = city.street.submit(session, city.at, contact={"phone": "13812345678"})
    receipt.report.locale = "en"
    city.work()
    assert f"ticket {receipt.ticket.number}" in city.texts()[0]


def test_what_a_person_wrote_is_told_to_the_letter(city):
    receipt = city.report()
    city.do(receipt.ticket, "comment", "clerk", text="工单已转网格，请居民核查", public=True)
    assert "工单已转网格，请居民核查" in city.texts(topic="note")[0]


def test_a_text_of_the_street_itself_stays_to_the_letter_and_what_is_filled_in_does_not(city, session):
    own = "工单{number}：{promise}承办单位{lead}。{link}"
    known = templates.current(session, STREET, "resident", "assigned", "zh")
    assert known.text.startswith("【{street}】事件单{number}"), "whoever writes one starts from what is told"
    templates.save(session, STREET, "resident", "assigned", "zh", text=own, subject=None, seen=0, actor=EDITOR, now=city.at)
    assert templates.current(session, STREET, "resident", "assigned", "zh").text == own
    receipt = city.report()
    assert city.texts(topic="assigned")[0].startswith(f"工单{receipt.ticket.number}：承诺") and "承办单位SANITATION 单位。" in city.texts(topic="assigned")[0]
    templates.save(session, STREET, "resident", "assigned", "zh", text=None, subject=None, seen=1, actor=EDITOR, now=city.at)
    assert templates.current(session, STREET, "resident", "assigned", "zh").text.startswith("【{street}】事件单{number}")


def test_every_shipped_text_is_said_otherwise(city, session):
    texts = {words.text for words in templates.every(session, STREET) if words.locale == "zh"}
    assert any("事件单" in text for text in texts) and not any("工单" in text for text in texts)
    assert any("工单" in words.text for words in templates.shipped().values()), "what gridops comes with is read once for every installation"


def test_staff_read_them_by_e_mail(city, session):
    actor = city.street.actors["SANITATION"]
    for grant in actor.grants:
        session.add(RoleGrant(account_id=actor.account_id, role=grant.role, area_code=grant.area, department_id=grant.department_id))
    session.flush()
    owner = settings.owner_of(session, actor, None)
    settings.save(session, city.context.vault, owner, NOTHING._replace(email="s@street.example", locale="zh", wanted={"asked": ["email"]}), actor=actor, now=city.at)
    receipt = city.report(category=RUBBISH)
    (row,) = city.rows(channel="email")
    words = city.words(row)
    assert row.subject.startswith(f"事件单{receipt.ticket.number}：") and "状态：已派给责任单位" in words
    assert "菩提居民区 西网格" in words, "names of areas are theirs"


def test_a_preview_says_them_whatever_the_page_is_read_in(city, session):
    shown = preview(session, audience="staff", locale="zh", subject=None, text="工单{number}：{event}，{status}。{area}")
    assert shown.text == "工单260304-00017：已派遣，已派给责任单位。菩提居民区 西网格"
    assert preview(session, audience="staff", locale="en", subject=None, text="{status}").text == "Assigned to an organisation"


def test_codes_and_receipts_by_text_message(city, session):
    city.report(phone="13812345678")
    lost_codes.request_codes(session, city.context.vault, "13812345678", locale="zh", now=city.at)
    assert "找回您的查询号" in city.texts(topic="one_time_code")[0]
    submission = {"kind": "complaint", "description": "灯不亮", "cell": f"{COMMUNITY}001", "contact": {"name": "王", "phone": "13900000009"}}
    desk.take(session, submission, then=None, body={}, actor=city.street.actors["clerk"], now=city.at, vault=city.context.vault, sms="file:/nowhere")
    assert "事件单号" in city.texts(topic="tracking_code")[0] and "查询号" in city.texts(topic="tracking_code")[0]


def test_an_emergency_calls_in_them(city, session):
    for department in city.street.departments.values():
        department.duty_phone = "13900000005"
    city.report(category=GAS, description="楼道里闻到煤气味")
    called = city.texts(topic="emergency.paged")
    assert called and all(text.startswith("【星河街道】紧急事件单") for text in called)


def test_nothing_of_it_is_left_over_for_who_comes_next(city):
    city.report()
    assert terms.present() is terms.AS_SHIPPED and field_terms.known(city.session).said("工单") == "事件单"
