"""Orders of the city over HTTP."""

from __future__ import annotations

import io

import openpyxl
import pytest
from docx import Document
from marshmallow import RAISE
from sqlalchemy import func, select
from tests import small_street

from gridops.api import upstream_examples as examples
from gridops.api import upstream_schemas as schemas
from gridops.models import Ticket, UpstreamAct
from gridops.services import tickets
from gridops.services.upstream import replies
from gridops.services.upstream.known import find_order, ticket_of

URL = "/api/v1/upstream/12345"
ROW = {
    "工单编号": "D-1", "受理时间": "2026-03-03 16:20:00", "办理时限": "2026-03-09 17:00:00", "诉求类型": "投诉举报", "诉求标题": "楼道堆物",
    "诉求内容": "三楼堆满纸箱", "事发地址": "一号路1号", "所属街道": small_street.STREET, "是否保密": "公开"}
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.fixture
def program(log_in, street):
    return log_in("integration")


@pytest.fixture
def clerk(log_in, street):
    return log_in("clerk")


@pytest.fixture
def taken(client, program):
    answer = client.post(f"{URL}/orders", json={"orders": [ROW]}, headers=program)
    assert answer.status_code == 200, answer.json
    return answer.json["items"][0]["ticket"]


def test_a_program_brings_an_order_and_the_same_again_is_the_same_answer(client, program, taken, sessions):
    for key in (None, "k-1", "k-1"):
        again = client.post(f"{URL}/orders", json={"orders": [ROW]}, headers=program | ({"Idempotency-Key": key} if key else {}))
        assert again.json["items"] == [{"number": "D-1", "ticket": taken}]
        assert (again.json["created"], again.json["unchanged"]) == (0, 1)
    with sessions() as session:
        assert session.scalar(select(func.count()).select_from(Ticket)) == 1


def test_what_the_city_changes_is_an_act(client, program, clerk, taken):
    changed = client.post(f"{URL}/orders", json={"orders": [ROW | {"办理时限": "2026-03-20 17:00:00"}]}, headers=program)
    assert changed.json["changed"] == 1
    order = client.get(f"{URL}/orders/D-1", headers=clerk).json
    assert order["due_by"] == "2026-03-09T09:00:00+00:00"
    assert [(act["kind"], act["state"], act["facts"]["changed"]) for act in order["acts"]] == [("update", "asked", ["due_by"])]


def test_bad_orders_are_refused_together_with_each_reason(client, program, sessions):
    answer = client.post(f"{URL}/orders", json={"orders": [ROW, ROW | {"工单编号": "D 2", "受理时间": "昨天"}]}, headers=program)
    assert (answer.status_code, answer.json["error"]["code"]) == (422, "file_refused")
    assert {(error["row"], error["column"]) for error in answer.json["error"]["details"]["errors"]} == {(2, "工单编号"), (2, "受理时间")}
    with sessions() as session:
        assert session.scalar(select(func.count()).select_from(Ticket)) == 0


def test_a_program_sees_nothing_and_speaks_only_for_the_city(client, program, taken):
    assert client.get(f"{URL}/orders", headers=program).status_code == 403
    assert client.get(f"/api/v1/tickets/{taken}", headers=program).status_code == 404
    assert client.put(f"{URL}/orders/D-1/reply", json={"text": "x"}, headers=program).status_code == 403
    assert client.post(f"{URL}/orders/D-1/acts", json={"kind": "accept"}, headers=program).status_code == 422


def test_a_source_without_a_profile_is_not_found(client, program):
    assert client.post("/api/v1/upstream/nowhere/orders", json={"orders": [ROW]}, headers=program).status_code == 404


def test_an_extension_asked_by_the_desk_is_answered_by_the_program(client, program, clerk, taken):
    body = {"order": "D-1", "kind": "extension", "direction": "out", "text": "需协调", "due_by": "2026-03-16T09:00:00Z"}
    asked = client.post(f"/api/v1/tickets/{taken}/actions/record_upstream", json=body, headers=clerk)
    assert asked.status_code == 200, asked.json
    said = client.post(f"{URL}/orders/D-1/acts", json={"kind": "extension", "granted": True, "text": "同意"}, headers=program)
    assert (said.json["state"], said.json["decision_text"]) == ("granted", "同意")
    assert client.get(f"{URL}/orders/D-1", headers=clerk).json["due_by"] == "2026-03-16T09:00:00+00:00"


def test_an_answer_to_nothing_is_refused(client, program, taken):
    answer = client.post(f"{URL}/orders/D-1/acts", json={"kind": "return", "granted": True}, headers=program)
    assert (answer.status_code, answer.json["error"]["code"]) == (409, "nothing_to_decide")
    assert client.post(f"{URL}/orders/D-1/acts", json={"kind": "return"}, headers=program).status_code == 422


def test_the_same_reference_is_taken_once(client, program, taken, sessions):
    said = {"kind": "callback", "satisfied": False, "solved": False, "external_ref": "CB-1"}
    assert [client.post(f"{URL}/orders/D-1/acts", json=said, headers=program).status_code for _ in range(2)] == [200, 200]
    with sessions() as session:
        assert session.scalar(select(func.count()).select_from(UpstreamAct)) == 1


@pytest.fixture
def closed(taken, sessions, street, now):
    with sessions() as session, session.begin():
        ticket = ticket_of(session, find_order(session, "12345", "D-1"))
        tickets.perform(session, ticket.number, "answer", {"text": "已清理"}, actor=street.actors["clerk"], now=now)
        replies.draft_for(session, ticket, now=now)


def test_a_reply_is_written_approved_fetched_and_sent(client, clerk, closed):
    assert client.get(f"{URL}/replies?state=draft", headers=clerk).json["items"][0]["reply"]["state"] == "draft"
    early = client.post(f"{URL}/replies/sent", json={"numbers": ["D-1"]}, headers=clerk)
    assert early.json["error"]["code"] == "reply_not_approved"
    written = client.put(f"{URL}/orders/D-1/reply", json={"text": "您好，已清理。", "approve": True}, headers=clerk)
    assert written.json["state"] == "approved"
    sheet = client.get(f"{URL}/replies", headers=clerk | {"Accept": SHEET})
    assert openpyxl.load_workbook(io.BytesIO(sheet.data)).active["E2"].value == "您好，已清理。"
    word = client.get(f"{URL}/replies", headers=clerk | {"Accept": WORD})
    assert Document(io.BytesIO(word.data)).tables[0].cell(4, 1).text == "您好，已清理。"
    assert client.post(f"{URL}/replies/sent", json={"numbers": ["D-1"]}, headers=clerk).json == {"sent": 1}
    order = client.get(f"{URL}/orders/D-1", headers=clerk).json
    assert (order["state"], order["reply"]["state"]) == ("replied", "sent")


def test_the_list_shows_what_is_owed_and_as_a_table(client, clerk, taken):
    items = client.get(f"{URL}/orders?owed=true", headers=clerk).json["items"]
    assert [(item["number"], item["ticket"], item["state"], item["late"]) for item in items] == [("D-1", taken, "received", False)]
    lines = client.get(f"{URL}/orders", headers=clerk | {"Accept": "text/csv"}).data.decode("utf-8-sig").splitlines()
    assert lines[0].startswith("来件编号,") and lines[1].startswith("D-1,12345,received,2026-03-09 17:00,")


def test_the_citys_list_names_differences_and_a_clerk_settles_one(client, program, clerk, taken):
    rows = [{"工单编号": "D-1", "办理时限": "2026-03-09 17:00:00", "工单状态": "已办结"}, {"工单编号": "X-1", "工单状态": "办理中"}]
    found = client.post(f"{URL}/list", json={"rows": rows}, headers=program).json["items"]
    assert [(one["number"], one["kind"], one["ours"], one["theirs"]) for one in found] == [
        ("X-1", "missing_here", None, "accepted"), ("D-1", "other_state", "received", "closed")]
    settled = client.post(f"{URL}/differences/{found[0]['id']}/settle", json={"note": "外街道工单"}, headers=clerk)
    assert [one["number"] for one in settled.json["items"]] == ["D-1"]
    again = client.post(f"{URL}/differences/{found[0]['id']}/settle", json={"note": "再次"}, headers=clerk)
    assert again.json["error"]["code"] == "difference_settled"


def test_another_streets_clerk_finds_nothing(client, log_in, taken):
    stranger = log_in("clerk", "310199009")
    assert client.get(f"{URL}/orders/D-1", headers=stranger).status_code == 404
    assert client.get(f"{URL}/orders", headers=stranger).json["items"] == []
    assert client.post(f"{URL}/orders/D-1/acts", json={"kind": "urge"}, headers=stranger).status_code == 404


def test_another_streets_program_says_nothing_here(client, log_in, taken):
    stranger, whole_county = log_in("integration", "310199009"), log_in("integration", "310199")
    assert client.post(f"{URL}/orders/D-1/acts", json={"kind": "urge"}, headers=stranger).status_code == 404
    assert client.post(f"{URL}/orders/D-1/acts", json={"kind": "urge"}, headers=whole_county).status_code == 200


def test_a_profile_is_read_changed_and_refused_by_name(client, log_in, clerk, street):
    admin = log_in("system_admin")
    listed = client.get("/api/v1/upstream/profiles", headers=admin).json["items"]
    assert [one["source"] for one in listed] == ["12345", "fuzhou"]
    rules = listed[0]["rules"]
    assert client.put("/api/v1/upstream/profiles/12345", json={"name": "本市", "rules": rules}, headers=admin).json["version"] == 2
    bad = client.put("/api/v1/upstream/profiles/12345", json={"name": "本市", "rules": rules | {"categories": {"x": "E9999"}}}, headers=admin)
    assert set(bad.json["error"]["fields"]) == {"categories"}
    assert client.put("/api/v1/upstream/profiles/12345", json={"name": "本市", "rules": rules}, headers=clerk).status_code == 403


@pytest.mark.parametrize(("schema", "example"), [
    (schemas.UpstreamIncomingSchema, examples.INCOMING), (schemas.UpstreamTakenSchema, examples.TAKEN), (schemas.UpstreamOrderSchema, examples.ORDER),
    (schemas.UpstreamOrdersSchema, examples.LISTED), (schemas.UpstreamSaidSchema, examples.SAID), (schemas.UpstreamActSchema, examples.ACT),
    (schemas.UpstreamRepliesSchema, examples.REPLIES), (schemas.UpstreamDifferencesSchema, examples.DIFFERENCES),
    (schemas.UpstreamListSchema, examples.LIST), (schemas.UpstreamProfileSchema, examples.PROFILE)])
def test_every_example_fits_its_schema(schema, example):
    schema(unknown=RAISE).load(example)
