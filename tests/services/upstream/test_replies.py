"""Each order gets its own reply, however many stand behind one ticket."""

from __future__ import annotations

import io
from datetime import timedelta

import openpyxl
import pytest
from docx import Document
from sqlalchemy import func, select

from gridops.domain.actor import SYSTEM, reporter
from gridops.errors import NotAllowed
from gridops.models import Outbox, Trail, UpstreamAct, UpstreamReply
from gridops.services import tickets
from gridops.services.reactions import REACTIONS
from gridops.services.upstream import acts, profiles, replies, reply_sheets
from gridops.services.upstream.known import ticket_of


@pytest.fixture
def merged(session, make_order, do):
    """Thirty orders: the tickets of twenty-nine were merged into that of the first, one of them through another."""
    orders = [make_order(f"A-{number}") for number in range(1, 31)]
    first, second, *others = [ticket_of(session, order) for order in orders]
    do("merge", others[0], into=second.number)
    for ticket in (second, *others[1:]):
        do("merge", ticket, into=first.number)
    return orders


def react(session, ticket, now, topic="ticket.closed"):
    row = session.scalars(select(Outbox).where(Outbox.ticket_id == ticket.id, Outbox.topic == topic).order_by(Outbox.id.desc())).first()
    REACTIONS[topic](session, row, now, None)


def test_thirty_orders_on_one_ticket_are_thirty_replies(session, street, merged, close, now):
    ticket = close(ticket_of(session, merged[29]))
    react(session, ticket, now)
    react(session, ticket, now)
    assert session.scalar(select(func.count()).select_from(UpstreamReply)) == 30
    clerk = street.actors["clerk"]
    for order in merged:
        text = replies.of_turn(session, order).text
        assert f"工单{order.external_number}）" in text and "SANITATION 单位" in text and "已解决" in text
        replies.write(session, order, text, approve=True, actor=clerk, now=now)
    written = replies.waiting(session, clerk, source="12345")
    assert len({one.order.external_number for one in written}) == 30
    assert replies.mark_sent(session, merged, actor=clerk, now=now) == 30
    assert replies.mark_sent(session, merged, actor=clerk, now=now) == 0
    assert {order.state for order in merged} == {"replied"}
    told = session.scalars(select(Trail.facts["order"].astext).where(Trail.ticket_id == ticket.id, Trail.action == "record_upstream")).all()
    assert sorted(told) == sorted(order.external_number for order in merged)


def test_one_of_thirty_says_not_solved_and_the_matter_reopens_once(session, street, merged, close, do, now):
    """The reopening is one, every order keeps the reply that was sent, and none is owed a second one that the city did not ask for."""
    clerk, ticket = street.actors["clerk"], close(ticket_of(session, merged[0]))
    for order in merged:
        replies.write(session, order, "已办理", approve=True, actor=clerk, now=now)
    replies.mark_sent(session, merged, actor=clerk, now=now)
    body = {"solved": False, "satisfaction": 1, "text": "没有解决"}
    tickets.perform(session, ticket, "rate", body, actor=reporter(merged[7].report_id), now=now + timedelta(hours=5))
    assert (ticket.status, ticket.reopen_count) == ("in_progress", 1)
    assert replies.draft_for(session, ticket, now=now) == []
    assert {order.state for order in merged} == {"replied"}


@pytest.fixture
def order(make_order):
    return make_order()


def test_a_phone_in_the_result_goes_no_further(session, order, close, now):
    close(ticket_of(session, order))
    text = replies.draft(session, order, now=now).text
    assert "13812345678" not in text and "已清运" in text


def test_nothing_is_sent_that_nobody_has_approved(session, street, order, close, now):
    close(ticket_of(session, order))
    replies.draft(session, order, now=now)
    with pytest.raises(NotAllowed, match="reply_not_approved"):
        replies.mark_sent(session, [order], actor=street.actors["clerk"], now=now)
    assert session.scalars(select(UpstreamAct)).all() == []


def test_a_clerks_words_stay_until_the_matter_was_handled_again(session, street, order, do, close, now):
    clerk, ticket = street.actors["clerk"], close(ticket_of(session, order))
    later = now + timedelta(hours=4)
    replies.write(session, order, "我的话", approve=False, actor=clerk, now=later)
    assert replies.draft(session, order, now=later).text == "我的话"
    do("reopen", ticket, hours=5, text="又出现")
    do("submit_result", ticket, "SANITATION", hours=6, outcome="partly", text="部分清运")
    do("pass_check", ticket, "worker_west", hours=7, text="现场已看")
    assert "部分清运" in replies.draft(session, order, now=now + timedelta(hours=8)).text


@pytest.mark.parametrize(("action", "reason", "words"), [("reject", "no_fact", "未予受理"), ("refer", "court", "已转请有权机关办理")])
def test_what_is_not_taken_up_is_answered_as_well(session, order, do, now, action, reason, words):
    ticket = do(action, ticket_of(session, order), reason_code=reason, text="不在受理范围。")
    react(session, ticket, now, f"ticket.{ticket.status}")
    text = replies.of_turn(session, order).text
    assert words in text and "不在受理范围。" in text


def test_an_order_that_wants_no_reply_gets_no_draft(session, make_order, close, now):
    order = make_order("B-1", reply_wanted=False)
    ticket = close(ticket_of(session, order))
    assert replies.draft_for(session, ticket, now=now) == []


def test_handled_again_is_a_new_turn_with_a_reply_of_its_own(session, street, order, close, now):
    clerk = street.actors["clerk"]
    close(ticket_of(session, order))
    replies.write(session, order, "第一次", approve=True, actor=clerk, now=now)
    replies.mark_sent(session, [order], actor=clerk, now=now)
    with pytest.raises(NotAllowed, match="order_state"):
        replies.write(session, order, "改口", approve=True, actor=clerk, now=now)
    acts.told(session, order, {"kind": "rehandle"}, now=now)
    replies.write(session, order, "第二次", approve=True, actor=clerk, now=now)
    replies.mark_sent(session, [order], actor=clerk, now=now)
    assert session.scalars(select(UpstreamReply.text).order_by(UpstreamReply.turn)).all() == ["第一次", "第二次"]


class TestTheCitysForm:
    @pytest.fixture
    def written(self, session, street, make_order, close, now):
        for number in ("A-1", "A-2"):
            order = make_order(number)
            close(ticket_of(session, order))
            replies.write(session, order, f"=答复{number}\x0b", approve=True, actor=street.actors["clerk"], now=now)
        return replies.waiting(session, street.actors["clerk"], source="12345")

    def test_as_a_workbook_it_has_the_citys_columns_and_no_formula(self, session, written):
        content = reply_sheets.printed(profiles.current(session, "12345"), written, "xlsx")
        rows = list(openpyxl.load_workbook(io.BytesIO(content)).active.iter_rows(values_only=True))
        assert rows[0] == ("工单编号", "诉求标题", "办理单位", "办理结果", "答复内容", "办结时间")
        assert [row[0] for row in rows[1:]] == ["A-1", "A-2"]
        assert rows[1][4].startswith("'=")
        assert rows[1][5] == "2026-03-04 13:00"

    def test_as_a_word_document_each_has_its_page(self, session, written):
        document = Document(io.BytesIO(reply_sheets.printed(profiles.current(session, "12345"), written, "docx")))
        assert [table.cell(0, 1).text for table in document.tables] == ["A-1", "A-2"]
        assert [table.cell(4, 1).text for table in document.tables] == ["=答复A-1", "=答复A-2"]
        assert [p.text for p in document.paragraphs if p.text.strip()] == ["12345热线工单办理情况回复单"] * 2

    def test_another_citys_form_is_another_profile(self, session, written, now):
        rules = profiles.current(session, "12345").rules
        columns = [["编号", "number"], ["回复", "text"]]
        profile = profiles.save(session, "12345", "外市", rules | {"reply": rules["reply"] | {"columns": columns}}, actor=SYSTEM, now=now)
        rows = list(openpyxl.load_workbook(io.BytesIO(reply_sheets.printed(profile, written, "xlsx"))).active.iter_rows(values_only=True))
        assert rows[0] == ("编号", "回复")
