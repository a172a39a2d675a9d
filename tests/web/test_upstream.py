"""The pages on orders of the city, as a browser without script uses them."""

from __future__ import annotations

import io
import json
import re

import openpyxl
import pytest
from sqlalchemy import select
from tests.small_street import STREET
from tests.web.test_staff import account, browser  # noqa: F401

from gridops.models import UpstreamAct, UpstreamOrder
from gridops.services import tickets
from gridops.services.upstream import replies
from gridops.services.upstream.known import find_order, ticket_of

HEADER = "工单编号,受理时间,办理时限,诉求标题,诉求内容,所属街道"
ROW = f"D-1,2026-03-03 16:20:00,2026-03-09 17:00:00,楼道堆物,三楼堆满纸箱,{STREET}"


def file_of(*rows: str, name: str = "a.csv") -> dict:
    return {"file": (io.BytesIO("\n".join((HEADER, *rows)).encode()), name)}


@pytest.fixture
def clerk(browser, street):  # noqa: F811
    return browser("clerk")


@pytest.fixture
def taken(clerk):
    return clerk.post("/upstream/files", {"source": "12345", "kind": "orders"}, page="/upstream/lists", status=200, files=file_of(ROW))


@pytest.fixture
def number(taken, sessions) -> str:
    with sessions() as session:
        return ticket_of(session, find_order(session, "12345", "D-1")).number


def acts(sessions) -> list[tuple[str, str]]:
    with sessions() as session:
        return [(act.kind, act.state) for act in session.scalars(select(UpstreamAct).order_by(UpstreamAct.id))]


def test_a_file_brings_orders_and_says_so(clerk, taken):
    assert "new: 1, changed: 0" in taken.text
    again = clerk.post("/upstream/files", {"source": "12345", "kind": "orders"}, page="/upstream/lists", status=200, files=file_of(ROW))
    assert "This file came before" in again.text
    assert "D-1" in clerk.get("/upstream") and "楼道堆物" not in clerk.get("/upstream")


def test_a_bad_file_shows_what_is_wrong_with_it(clerk, street):
    bad = file_of(ROW.replace("2026-03-03 16:20:00", "昨天"))
    shown = clerk.post("/upstream/files", {"source": "12345", "kind": "orders"}, page="/upstream/lists", status=422, files=bad)
    assert "受理时间" in shown.text and "Nothing was imported" in shown.text


def test_several_orders_are_accepted_at_once(clerk, taken, sessions):
    clerk.post("/upstream/accept", {"order": ["12345/D-1"]}, page="/upstream")
    clerk.post("/upstream/accept", {"order": ["12345/D-1"]}, page="/upstream")
    assert acts(sessions) == [("accept", "done")]


def test_the_ticket_shows_the_order_and_takes_what_is_said(clerk, number, sessions):
    page = f"/tickets/{number}"
    assert 'id="order-D-1"' in clerk.get(page)
    said = {"kind": "extension", "text": "需协调", "due_by": "2026-03-16T17:00", "promise": "1"}
    clerk.post("/upstream/orders/12345/D-1/say", said, page=page)
    assert "What did the city answer?" in clerk.get(page)
    clerk.post("/upstream/orders/12345/D-1/decide", {"kind": "extension", "granted": "yes"}, page=page)
    assert acts(sessions) == [("extension", "granted")]
    with sessions() as session:
        assert find_order(session, "12345", "D-1").external_due_by.isoformat() == "2026-03-16T09:00:00+00:00"


def test_what_cannot_be_said_is_refused_in_words(clerk, number, sessions):
    page = f"/tickets/{number}"
    clerk.post("/upstream/orders/12345/D-1/say", {"kind": "return"}, page=page)
    assert 'class="notice error"' in clerk.get(page)
    clerk.post("/upstream/orders/12345/D-1/decide", {"kind": "rehandle", "granted": "yes"}, page=page)
    assert "Nothing of this kind waits" in clerk.get(page)
    assert acts(sessions) == []


def test_only_those_who_speak_with_the_city_see_it(browser, number):  # noqa: F811
    assert "order-D-1" not in browser("grid_worker").get(f"/tickets/{number}")
    browser("grid_worker").get("/upstream", status=403)
    leader = browser("leader").get(f"/tickets/{number}")
    assert "order-D-1" in leader and "/say" not in leader


@pytest.fixture
def closed(number, sessions, street, now):
    with sessions() as session, session.begin():
        ticket = tickets.perform(session, number, "answer", {"text": "已清理"}, actor=street.actors["clerk"], now=now)
        replies.draft_for(session, ticket, now=now)


def test_a_draft_is_mended_approved_downloaded_and_sent(clerk, closed, sessions):
    assert "已清理" in clerk.get("/upstream/replies")
    empty = clerk.post("/upstream/orders/12345/D-1/reply", {"text": " ", "step": "approve"}, page="/upstream/replies", status=422)
    assert "1 to 4000" in empty.text
    clerk.post("/upstream/orders/12345/D-1/reply", {"text": "您好，已清理。", "step": "approve"}, page="/upstream/replies")
    answer = clerk.client.get("/upstream/replies/12345.xlsx")
    assert openpyxl.load_workbook(io.BytesIO(answer.data)).active["E2"].value == "您好，已清理。"
    assert clerk.client.get("/upstream/replies/12345.docx").data.startswith(b"PK")
    clerk.post("/upstream/replies/12345/sent", {"number": ["D-1"]}, page="/upstream/replies")
    with sessions() as session:
        assert session.scalar(select(UpstreamOrder.state)) == "replied"


def test_differences_are_shown_and_settled_with_a_note(clerk, taken):
    content = {"file": (io.BytesIO("工单编号,办理时限,工单状态\nD-1,2026-03-10 17:00:00,待签收\nX-1,,办理中".encode()), "l.csv")}
    clerk.post("/upstream/files", {"source": "12345", "kind": "list"}, page="/upstream/lists", status=200, files=content)
    page = clerk.get("/upstream/lists")
    assert "Another due" in page and "Missing here" in page
    for path in re.findall(r"/upstream/differences/12345/\d+/settle", page):
        clerk.post(path, {"note": "已电话确认"}, page="/upstream/lists")
    assert "Both lists say the same." in clerk.get("/upstream/lists")


class TestSources:
    @pytest.fixture
    def admin(self, browser, street):  # noqa: F811
        return browser("system_admin")

    @pytest.fixture
    def form(self, admin):
        """What the page shows, as the form would send it back."""
        page = admin.get("/upstream/sources/12345")
        inputs = dict(re.findall(r'<input (?:id="[^"]*" )?name="([^"]+)" value="([^"]*)"', page))
        areas = re.findall(r'<textarea id="[^"]*" name="([^"]+)"[^>]*>\n(.*?)</textarea>', page, re.DOTALL)
        return {name: value for name, value in inputs.items() if name != "csrf_token"} | dict(areas) | {"crs": ""}

    def test_the_form_sent_back_unchanged_is_no_new_version(self, admin, form):
        admin.post("/upstream/sources", form | {"step": "save"}, page="/upstream/sources/12345")
        assert "Version 1 is in use" in admin.get("/upstream/sources/12345")

    def test_a_change_is_a_new_version_and_a_bad_one_is_shown_beside_its_field(self, admin, form):
        admin.post("/upstream/sources", form | {"step": "save", "column-content": "内容"}, page="/upstream/sources/12345")
        assert "Version 2 is in use" in admin.get("/upstream/sources/12345")
        bad = admin.post("/upstream/sources", form | {"step": "save", "categories": "垃圾 = E9999"}, page="/upstream/sources/12345", status=422)
        assert "There is no category E9999" in bad.text and "垃圾 = E9999" in bad.text

    def test_an_example_file_is_tried_and_nothing_is_written(self, admin, form, sessions):
        tried = admin.post("/upstream/sources", form | {"step": "try"}, page="/upstream/sources/12345", status=200, files=file_of(ROW))
        assert "This file would be taken in" in tried.text and "三楼堆满纸箱" in tried.text
        with sessions() as session:
            assert session.scalars(select(UpstreamOrder)).all() == []

    def test_a_source_goes_out_and_in_as_json(self, admin):
        exported = json.loads(admin.client.get("/upstream/sources/12345.json").data) | {"source": "suzhou"}
        content = {"file": (io.BytesIO(json.dumps(exported).encode()), "suzhou.json")}
        admin.post("/upstream/sources", {"step": "import"}, page="/upstream/sources", files=content)
        assert "suzhou" in admin.get("/upstream/sources")
        for bad in (b"{", b"[]", b'{"source": "x"}'):
            admin.post("/upstream/sources", {"step": "import"}, page="/upstream/sources", status=422, files={"file": (io.BytesIO(bad), "x.json")})

    def test_a_clerk_changes_none(self, clerk):
        clerk.get("/upstream/sources", status=403)
