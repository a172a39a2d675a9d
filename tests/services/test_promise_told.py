"""What a resident reads of the promise after two dispatches anew, one extension and one suspension: which date, and why it moved."""

from __future__ import annotations

from datetime import timedelta

import pytest

from gridops.services import story, tickets
from tests import small_street
from tests.small_street import RUBBISH


@pytest.fixture
def street(session, config, now):
    return small_street.build(session, config, now)


def test_it_never_restarts_and_each_move_is_explained(session, street, now):
    receipt = street.submit(session, now)
    ticket = receipt.ticket

    def do(action, who, days, **body):
        tickets.perform(session, ticket.number, action, body, actor=street.actors[who], now=now + timedelta(days=days))

    def told(days):
        session.refresh(ticket)
        return story.tell(session, receipt.report, now=now + timedelta(days=days), locale="zh")

    first = told(0)["promised_by"]
    do("file", "clerk", 0, category=RUBBISH)
    do("dispatch", "dispatcher", 0.01, lead="D-SANITATION", coordinate="D-URBAN_OFFICE", support=[])
    do("object", "SANITATION", 0.02, reason_code="not_our_duty", text="非本单位职责")
    do("uphold", "URBAN_OFFICE", 0.03, text="改派")
    do("dispatch", "dispatcher", 0.04, lead="D-ENFORCEMENT", coordinate="D-URBAN_OFFICE", support=[])
    do("recall", "dispatcher", 0.05, text="派错")
    do("dispatch", "dispatcher", 0.06, lead="D-SANITATION", coordinate="D-URBAN_OFFICE", support=[])
    do("sign", "SANITATION", 0.07)
    assert told(0.1)["promised_by"] == first, "dispatched anew twice, promised once"
    do("request_extension", "SANITATION", 0.08, reason="等待清运车辆")
    do("approve_extension", "dispatcher", 0.09)
    extended = told(0.1)
    until = (now + timedelta(days=12)).date().isoformat()
    do("request_suspension", "SANITATION", 0.1, until=until, reason="小区施工封闭", next_step="施工结束后清运")
    do("approve_suspension", "dispatcher", 0.11)
    held = told(0.2)
    do("resume", "dispatcher", 12.2)
    resumed = told(12.3)
    assert held["promised_by"] > first and held["promise_note"] == "因暂缓办理，时限顺延。"
    assert held["promised_before"] and held["suspended_until"] and held["next_step"] == "施工结束后清运"
    assert extended["promised_by"] >= first and resumed["promised_by"] >= held["promised_by"]
    texts = [step["text"] for step in resumed["steps"]]
    assert [text for text in texts if text.startswith("已派给")] == [f"已派给{name} 单位办理" for name in ("SANITATION", "ENFORCEMENT", "SANITATION")]
    assert any("办理时限已延长" in text for text in texts) and any(text.startswith("暂缓办理") and "施工结束后清运" in text for text in texts)
    assert texts[-1] == "继续办理"
