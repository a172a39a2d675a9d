"""Residents hear of each step in their own words, once for each phone, at hours when nobody is woken."""

from __future__ import annotations

from datetime import UTC, datetime, time

import pytest
from sqlalchemy import select

from gridops.domain.codes import format_code
from gridops.models import MessageDelivery, Outbox
from gridops.services import sweep, tickets
from gridops.services.messages import policies
from gridops.services.messages.following import WANTED
from gridops.services.reactions import REACTIONS
from tests.small_street import RUBBISH, STREET


def topics(told, receipt) -> list[str]:
    return [row.topic for row in told.rows(report_id=receipt.report.id)]


def test_a_report_and_its_dispatch_are_told_with_promise_and_link(told):
    receipt = told.report()
    number, link = receipt.ticket.number, f"https://street.example/t/{receipt.code}"
    assert told.texts() == [
        f"【星河街道】已收到您的反映（暴露垃圾），工单{number}。承诺3月11日（周三）10:00前办结。查询进度、评价：{link}",
        f"【星河街道】工单{number}已派给SANITATION 单位办理。承诺3月11日（周三）10:00前办结。查询进度、评价：{link}"]
    assert {told.address(row) for row in told.rows()} == {"13812345678"}


def test_in_english_to_who_reported_in_english(told, session):
    receipt = told.street.submit(session, told.at, contact={"phone": "13812345678"})
    receipt.report.locale = "en"
    told.work()
    assert told.texts()[0] == (
        f"[Xinghe Street] We have received your report (Exposed household rubbish), ticket {receipt.ticket.number}. "
        f"Promised by Wednesday 11 March, 10:00. Follow and rate: https://street.example/t/{receipt.code}")


def test_the_whole_way_is_told_step_by_step(told, in_hand):
    receipt = in_hand()
    ticket = receipt.ticket
    told.do(ticket, "contact", "SANITATION", outcome="reached", text="已联系")
    told.street.without_support(told.session, ticket.number, told.at)
    told.do(ticket, "submit_result", "SANITATION", outcome="solved", text="垃圾已清运", photos=[told.photo()])
    told.do(ticket, "fail_check", "worker_west", text="还有一堆", photos=[told.photo()])
    told.do(ticket, "submit_result", "SANITATION", outcome="solved", text="全部清运", photos=[told.photo()])
    told.do(ticket, "pass_check", "worker_west", text="现场确认", photos=[told.photo()])
    tickets.perform(told.session, ticket.number, "reopen", {"text": "又堆了"}, actor=told.street.reporter_of(receipt), now=told.at)
    told.work()
    assert topics(told, receipt) == ["received", "assigned", "taken_on", "handled", "rework", "handled", "closed", "reopened"]
    closed = told.texts(topic="closed")[0]
    assert "已办结（已解决）。全部清运。请评价是否解决" in closed and "承诺" not in closed, "in time: nothing to explain"


def test_a_late_promise_says_how_late_and_why(told, in_hand, session):
    receipt = in_hand()
    told.after(days=9)  # Friday, promised for Wednesday
    sweep.sweep(session, now=told.at)
    told.work()
    late = told.texts(topic="late")
    assert len(late) == 1 and "抱歉" in late[0]
    assert "承诺3月11日（周三）10:00前办结，已晚2天，因为需要其他单位配合。" in late[0]
    sweep.sweep(session, now=told.at)
    told.work()
    assert len(told.texts(topic="late")) == 1, receipt


def test_a_promise_that_moved_says_from_when_to_when_and_why(told, in_hand):
    receipt = in_hand()
    told.do(receipt.ticket, "request_extension", "SANITATION", reason="等待清运车辆")
    told.do(receipt.ticket, "approve_extension", "dispatcher")
    until = "2026-03-20"
    told.do(receipt.ticket, "request_suspension", "SANITATION", until=until, reason="小区施工封闭", next_step="施工结束后清运")
    told.do(receipt.ticket, "approve_suspension", "dispatcher")
    held = told.texts(topic="on_hold")
    assert len(held) == 1 and "下一步：施工结束后清运。" in held[0]
    assert "原承诺3月11日（周三）10:00前办结，改为3月2" in held[0] and "因暂缓办理，时限顺延。" in held[0]
    assert told.texts(topic="promise_moved") == [], "an extension that leaves the promise where it was is no news"


def test_the_last_word_of_an_ended_report_holds_the_reason(told):
    receipt = told.report(category=None)
    told.do(receipt.ticket, "reject", "clerk", reason_code="no_fact", text="现场多次查看均无此情况")
    assert "未予受理。现场多次查看均无此情况" in told.texts(topic="rejected")[0]


def test_every_reporter_behind_one_matter_hears_with_the_own_number_and_code(told, session):
    first = told.report(phone="13800000001")
    others = [told.report(phone=f"1380000000{digit}", category=None) for digit in (2, 3)]
    for other in others:
        told.do(other.ticket, "merge", "clerk", into=first.ticket.number)
    caught_up = [told.rows(report_id=other.report.id, topic="assigned") for other in others]
    assert [len(rows) for rows in caught_up] == [1, 1], "who joins a matter that has a lead hears of it"
    told.do(first.ticket, "sign", "SANITATION")
    rows = told.rows(topic="taken_on")
    assert [told.address(row) for row in rows] == ["13800000001", "13800000002", "13800000003"]
    for row, receipt in zip(rows, (first, *others), strict=True):
        assert receipt.ticket.number in told.words(row) and receipt.code in told.words(row)


def test_one_phone_hears_once_however_often_it_reported(told, session):
    first, again = told.report(), told.report(category=None)
    told.do(again.ticket, "merge", "clerk", into=first.ticket.number)
    told.do(first.ticket, "sign", "SANITATION")
    assert len(told.rows(topic="taken_on")) == 1


@pytest.mark.parametrize("changes", [{"visibility": "anonymous"}, {"phone": None}])
def test_who_gave_no_phone_or_no_name_hears_nothing(told, changes):
    told.report(**changes)
    assert told.rows(channel="text") == []


def test_a_phone_that_refuses_hears_nothing_more_until_it_wants_to_again(told, in_hand, session):
    receipt = in_hand()
    before = len(told.rows())
    phone_index = told.context.vault.blind_index("13812345678", purpose="contact phone")
    policies.refuse(session, phone_index, via="link", now=told.at)
    policies.refuse(session, phone_index, via="link", now=told.at)
    told.do(receipt.ticket, "comment", "clerk", text="明天清运", public=True)
    assert len(told.rows()) == before
    policies.accept_again(session, phone_index)
    told.do(receipt.ticket, "comment", "clerk", text="后天清运", public=True)
    assert told.texts(topic="note") == [told.texts()[-1]] and "办理说明：后天清运" in told.texts()[-1]


def test_an_internal_note_is_told_to_no_resident(told, in_hand):
    receipt = in_hand()
    before = len(told.rows(channel="text"))
    told.do(receipt.ticket, "comment", "clerk", text="内部", public=False)
    assert len(told.rows(channel="text")) == before


def test_at_night_a_step_waits_for_the_morning_but_the_receipt_does_not(told):
    told.at = datetime(2026, 3, 4, 15, 0, tzinfo=UTC)  # 23:00 in Shanghai
    told.report()
    received, assigned = told.rows(channel="text")
    assert received.due_at == told.at
    assert assigned.due_at == datetime(2026, 3, 5, 0, 0, tzinfo=UTC)


def test_a_street_says_which_steps_it_tells_and_when_it_is_quiet(told, session):
    policies.save(session, STREET, off=["assigned"], quiet_from=time(9), quiet_until=time(12), upstream=False, actor=told.street.actors["leader"], now=told.at)
    receipt = told.report()
    told.do(receipt.ticket, "sign", "SANITATION")
    assert [(row.topic, row.due_at.hour) for row in told.rows(channel="text")] == [("received", 2), ("taken_on", 4)]


@pytest.mark.parametrize(("upstream", "secret", "told_of"), [(False, False, 0), (True, False, 2), (True, True, 0)])
def test_who_came_through_the_city_hears_only_where_the_street_says_so(told, session, upstream, secret, told_of):
    policies.save(session, STREET, off=[], quiet_from=None, quiet_until=None, upstream=upstream, actor=told.street.actors["leader"], now=told.at)
    order = {"source": "12345", "external_number": "20260304001", "secret": secret}
    receipt = told.street.submit(session, told.at, contact={"phone": "13812345678"}, upstream=order)
    told.work()
    assert len(told.rows(report_id=receipt.report.id)) == told_of


def test_told_again_it_is_told_once(told, session):
    told.report()
    before = [(row.id, row.topic) for row in told.rows()]
    for row in session.scalars(select(Outbox).where(Outbox.topic == WANTED)).all():
        REACTIONS[WANTED](session, row, told.at, told.context)
    assert [(row.id, row.topic) for row in told.rows()] == before


def test_without_a_driver_nothing_is_written_and_nothing_claimed(told):
    told.context.config.__dict__["sms"] = None
    told.report()
    assert told.rows(channel="text") == []


def test_without_a_public_address_the_code_is_told_once(told, session):
    told.context.config.__dict__["public_url"] = None
    receipt = told.report(category=RUBBISH)
    received, assigned = told.texts()
    assert f"查询码{format_code(receipt.code)}" in received
    assert receipt.code not in assigned.replace("-", "") and "可凭查询码在受理页面查看。" in assigned


def test_no_message_holds_a_name_or_anothers_words(told, session):
    receipt = told.report(description="张三家门口总有垃圾，电话13900000000", phone="13812345678")
    told.do(receipt.ticket, "sign", "SANITATION")
    for row in session.scalars(select(MessageDelivery)):
        words = told.words(row)
        assert "张三" not in words and "13900000000" not in words and "王小明" not in words
