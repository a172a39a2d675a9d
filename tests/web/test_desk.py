"""A phone call at the desk, as a browser without script goes through it."""

import json
import re

import pytest
from sqlalchemy import select

from gridops.models import MessageDelivery, Place, Report, Ticket, UpstreamOrder
from gridops.services import place_search
from tests.api.counting import statements
from tests.small_street import COMMUNITY, EAST, RUBBISH, STREET
from tests.web.test_staff import EN, Browser, account, browser  # noqa: F401

FORM = {"kind": "complaint", "description": "三号楼下垃圾没人清", "phone": "13812341234", "name": "张建国", "visibility": "named", "then": "leave"}
ONLY = "13812341234"


@pytest.fixture
def clerk(browser):  # noqa: F811
    return browser("clerk")


def desk(clerk, status=303, **changes):
    key = re.search(r'name="form_key" value="([^"]+)"', clerk.get("/desk"))[1]
    return clerk.post("/desk", FORM | {"form_key": key} | changes, page="/desk", status=status)


def only(sessions, model):
    with sessions() as session:
        return session.scalars(select(model)).one()


def test_a_report_is_taken_down_for_the_caller(clerk, sessions):
    answer = desk(clerk, cell=f"东网格 ({EAST})", category=f"x ({RUBBISH})")
    report, ticket = only(sessions, Report), only(sessions, Ticket)
    assert (report.channel, report.entered_by is not None) == ("desk", True)
    assert (ticket.status, ticket.area_code) == ("reported", EAST)
    page = clerk.get(answer.headers["Location"])
    assert ticket.number in page and "Promised" in page


def test_the_clerk_never_sees_the_tracking_code(clerk, sessions, vault):
    from gridops.domain import codes
    from gridops.services.intake import CODE

    answer = desk(clerk)
    report, ticket = only(sessions, Report), only(sessions, Ticket)
    code = vault.decrypt(report.code_cipher, purpose=CODE)
    for page in (clerk.get(answer.headers["Location"]), clerk.get(f"/tickets/{ticket.number}")):
        assert code not in page and codes.format_code(code) not in page


def test_a_question_is_answered_and_closed_at_once(clerk, sessions):
    desk(clerk, kind="consult", then="answer", text="垃圾每天七点清运。", outcome="explained")
    ticket = only(sessions, Ticket)
    assert (ticket.status, ticket.outcome, ticket.result_text) == ("closed", "explained", "垃圾每天七点清运。")


def test_a_matter_is_filed_at_once(clerk, sessions):
    desk(clerk, then="file", category=RUBBISH, cell=EAST, condition_no="1")
    assert only(sessions, Ticket).status == "filed"


def test_nothing_typed_is_lost_when_something_is_wrong(clerk, sessions):
    answer = desk(clerk, status=422, then="file", phone="12", cell="no such cell")
    assert "三号楼下垃圾没人清" in answer.text and "张建国" in answer.text
    assert "Choose a category to file it." in answer.text and "Nothing on the list fits" in answer.text
    with sessions() as session:
        assert session.scalars(select(Ticket)).all() == []


def test_the_same_form_sent_twice_is_one_report(clerk, sessions):
    key = re.search(r'name="form_key" value="([^"]+)"', clerk.get("/desk"))[1]
    first, second = (clerk.post("/desk", FORM | {"form_key": key}, page="/desk").headers["Location"] for _ in range(2))
    assert first == second == f"/desk/taken/{only(sessions, Ticket).number}"


def test_a_caller_is_found_by_phone_with_status_and_masked_name(clerk):
    desk(clerk)
    page = clerk.post("/desk/find", {"phone": "138 1234 1234"}, page="/desk", status=200).text
    assert "张**" in page and "138****1234" in page and "张建国" not in page
    assert "Reported" in page and "Promised" in page


def test_an_unknown_caller_and_a_wrong_number_are_told_apart(clerk):
    assert "Nothing was reported with this number yet." in clerk.post("/desk/find", {"phone": "13900001111"}, page="/desk", status=200).text
    assert "This is not a phone number." in clerk.post("/desk/find", {"phone": "12"}, page="/desk", status=422).text


def test_a_compound_is_found_by_part_of_its_name(clerk, sessions):
    with sessions() as session, session.begin():
        session.add(Place(code="P1", kind="compound", name="菩提小区", aliases=["老菩提"], community_code=COMMUNITY, households=300))
        place_search.index_places(session)
    assert json.loads(clerk.get("/places/suggest?q=老菩"))["items"][0]["value"] == "菩提小区 (P1)"
    desk(clerk, place="菩提")
    ticket = only(sessions, Ticket)
    assert ticket.place_id is not None and ticket.area_code == COMMUNITY


def test_a_report_without_any_place_stays_in_the_clerks_street(clerk, sessions):
    desk(clerk)
    ticket = only(sessions, Ticket)
    assert (ticket.street_code, ticket.area_code, ticket.cell_id) == (STREET, STREET, None)


def test_an_order_of_the_hotline_keeps_its_number_and_due(clerk, sessions):
    desk(clerk, external_number="20260304001", external_due_by="2026-03-04T17:00")
    assert only(sessions, UpstreamOrder).external_number == "20260304001"
    assert only(sessions, Ticket).promised_by.isoformat() == "2026-03-04T09:00:00+00:00"
    assert "This order was entered before." in desk(clerk, status=422, external_number="20260304001").text


def test_an_anonymous_callers_number_is_not_kept(clerk, sessions):
    desk(clerk, visibility="anonymous")
    assert only(sessions, Report).contact_id is None


def test_with_a_text_message_driver_the_code_goes_to_the_callers_phone(street, make_fresh, account, vault, config, sessions, clock):  # noqa: F811
    from dataclasses import replace

    from gridops import create_app
    from gridops.context import Context
    from gridops.services.messages.written import ADDRESS

    with_sms = replace(config, sms="file:/nonexistent")
    opened = Browser(create_app(with_sms, context=Context(with_sms, sessions, vault, clock)))
    opened.client.post("/login", data={"username": account("clerk"), "password": "a long enough password"}, headers=EN)
    answer = desk(opened)
    assert vault.decrypt(only(sessions, MessageDelivery).address_cipher, purpose=ADDRESS) == ONLY
    assert "as a text message" in opened.get(answer.headers["Location"])


def test_the_desk_is_for_clerks_and_dispatchers(browser):  # noqa: F811
    browser("department", department="SANITATION").get("/desk", status=403)


def test_the_cursor_stands_where_the_clerk_types_next(clerk):
    def focused(page):
        return re.findall(r'id="([\w-]+)"[^>]*autofocus', page)

    assert focused(clerk.get("/desk")) == ["caller-phone"]
    assert focused(clerk.post("/desk/find", {"phone": "138 1234 1234"}, page="/desk", status=200).text) == ["description"]


class TestWhatTheWordsSuggest:
    def ask(self, who, words, status=200):
        answer = who.client.post("/desk/likely", data={"description": words}, headers=EN)
        assert answer.status_code == status, answer.text
        return answer.text

    def test_a_category_with_the_words_that_decided(self, clerk):
        found = self.ask(clerk, "路口井盖松动，走过去会晃")
        assert re.search(r'data-take="[^"]+\(C0123\)" aria-pressed="false"', found)
        assert re.search(r"\d+ % · because of\s+<q>[^<]*井盖", found) and 'data-said="The words suggest: ' in found

    def test_danger_and_what_belongs_elsewhere(self, clerk):
        assert re.search(r'badge red">[^<]+</span> <q>', self.ask(clerk, "五楼有人要跳楼，快来人"))
        assert "Perhaps no matter of a street" in self.ask(clerk, "公积金贷款审批了三个月还没放款，怎么提取住房公积金")

    def test_nothing_where_nothing_is_said(self, clerk):
        assert self.ask(clerk, "  ") == "" and "data-take" not in self.ask(clerk, "啊")

    def test_too_much_is_refused(self, clerk):
        assert "At most 4000 characters." in self.ask(clerk, "井盖" * 2001, 422)

    def test_it_is_for_who_takes_calls(self, app, browser):  # noqa: F811
        self.ask(browser("department", department="SANITATION"), "井盖松动", 403)
        assert Browser(app).client.post("/desk/likely", data={"description": "井盖松动"}, headers=EN).status_code == 303

    def test_it_keeps_nothing_and_asks_the_database_little(self, clerk, sessions, connection):
        self.ask(clerk, "井盖松动")  # what the process remembers is read once
        with statements(connection) as sent:
            self.ask(clerk, "小区垃圾桶满溢好几天没人清运，下水道也有点臭，楼道里还停着电瓶车充电，3号楼电梯又停了")
        assert len(sent) <= 8 and not [text for text in sent if not text.startswith("SELECT")], sent
        with sessions() as session:
            assert session.scalars(select(Report)).all() == []

    def test_a_page_without_script_is_as_before(self, clerk):
        page = clerk.get("/desk")
        assert re.search(r'<div id="likely"[^>]* hidden></div>', page) and 'data-likely="/desk/likely"' in page
