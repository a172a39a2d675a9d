"""A city's own words in sheets, on paper, in the words of indicators and in files that come back: for people, never for programs."""

from __future__ import annotations

import csv
import io
import re

import openpyxl
import pytest
from sqlalchemy import select

from gridops.api.field_terms import NAME
from gridops.domain import terms
from gridops.domain.terms import Wording
from gridops.models import Account, FieldTerm, Posting, RoleGrant, Street
from gridops.services import areas, field_terms
from gridops.services.decisions import sentence_of
from gridops.services.imports.people import import_people
from gridops.services.imports.people_words import in_our_words
from gridops.services.imports.table import Row, Table
from gridops.services.indicators.report import NO_LEAD
from gridops.services.poster_sheets import printed
from gridops.services.story_words import said
from tests.imports.own_files import table
from tests.pdf_text import pages
from tests.small_street import STREET, WEST
from tests.web.importing import check, press_import
from tests.web.test_indicators import twelve  # noqa: F401
from tests.web.test_staff import account, browser  # noqa: F401

ZH, EN = {"Accept-Language": "zh-CN"}, {"Accept-Language": "en"}
WORDS = {
    "category": "事项", "cell": "微格", "ticket": "事件单", "lead": "牵头", "department": "责任单位", "grid_worker": "微格员", "rework": "退办", "extension": "展期",
    "suspension": "挂起", "check": "复核", "on_behalf": "代为办理", "residents_area": "里弄", "street": "镇街", "compound": "住区", "community": "居村"}


@pytest.fixture
def city(app, street, sessions, now):
    with sessions() as session, session.begin():
        session.add_all(FieldTerm(term=term, word=word, changed_at=now) for term, word in WORDS.items())
    app.extensions[NAME].read_at = None
    return street


def headings(answer) -> list[str]:
    assert answer.status_code == 200, answer.text
    if answer.data[:2] == b"PK":
        return [cell.value for cell in next(openpyxl.load_workbook(io.BytesIO(answer.data)).active.iter_rows())]
    return next(csv.reader(io.StringIO(answer.get_data().decode("utf-8-sig"))))


class TestSheets:
    def test_a_list_of_tickets_is_headed_in_the_citys_words_and_keeps_its_keys(self, city, submit, client, log_in):
        clerk = log_in("clerk")
        assert headings(client.get("/api/v1/tickets", headers=clerk | ZH | {"Accept": "text/csv"}))[:8] == [
            "事件单号", "状态", "灯", "类型", "事项", "微格", "镇街", "牵头"]
        assert headings(client.get("/api/v1/tickets", headers=clerk | EN | {"Accept": "text/csv"}))[0] == "Number"
        submit()
        (item,) = client.get("/api/v1/tickets", headers=clerk | ZH).json["items"]
        assert {"number", "lead", "cell", "category"} <= set(item)

    @pytest.mark.parametrize(("path", "word"), [
        ("/suspended.xlsx", "挂起自"), ("/board.csv", "挂起"), ("/indicators.csv", "展期率（按到期时间） %"), ("/indicators.xlsx", "退办率（按到期时间） 分母"),
        ("/comparison.csv", "居村类型")])
    def test_sheets_of_the_pages(self, city, browser, path, word):  # noqa: F811
        leader = browser("leader")
        assert word in headings(leader.client.get(f"{path}?area={STREET}", headers=ZH))

    def test_two_headings_never_become_one(self, app, street, sessions, client, log_in, now):
        """A city that calls the category 状态 keeps both columns, under the usual words."""
        with sessions() as session, session.begin():
            session.add(FieldTerm(term="category", word="状态", changed_at=now))
        app.extensions[NAME].read_at = None
        row = headings(client.get("/api/v1/tickets", headers=log_in("clerk") | ZH | {"Accept": "text/csv"}))
        assert len(row) == len(set(row)) and row[4] == "小类"

    def test_paper(self, city, browser, twelve):  # noqa: F811
        leader = browser("leader")
        answer = leader.client.get("/indicators.pdf?by=cell&day=2026-01-04", headers=ZH)
        assert answer.status_code == 200
        text = " ".join(pages(answer.data))
        assert "展期率" in text and "微格" in text and "延期" not in text


class TestIndicators:
    def test_names_and_formulas_by_page_and_interface(self, city, browser, client, log_in, twelve):  # noqa: F811
        page = browser("leader").client.get("/indicators?by=cell&group=handling&day=2026-01-04", headers=ZH).text
        assert "展期率" in page and "批准过展期 ÷ 应处置" in page and "延期" not in page and "返工" not in page
        found = client.get(f"/api/v1/areas/{STREET}/indicators?from=2026-01-01&to=2026-01-31", headers=log_in("leader") | ZH).json
        named = {one["code"]: one for one in found["indicators"]}
        assert named["rework_rate"]["name"] == "退办率" and named["rework_rate"]["formula"].startswith("复核后退回")
        assert named["on_original_rate"]["formula"].endswith("挂起时间除外")

    def test_who_has_no_organisation(self, city):
        with terms.speaking(Wording.of(WORDS.items())):
            assert said(NO_LEAD, "zh") == "无责任单位" and said(NO_LEAD, "en") == "No organisation"


class TestFilesThatComeBack:
    """What this installation writes to be filled in says its words, and is read again; so is a file in the usual ones."""

    def test_categories_round_trip(self, city, browser):  # noqa: F811
        admin = browser("system_admin")
        sheet = admin.client.get("/taxonomy.xlsx", headers=ZH)
        book = openpyxl.load_workbook(io.BytesIO(sheet.data))
        rows = book.active
        named = [cell.value for cell in rows[1]]
        assert "事项名称" in named and "牵头类型" in named and "小类名称" not in named
        rows.cell(2, named.index("事项名称") + 1).value = "改名的一项"
        out = io.BytesIO()
        book.save(out)
        page = check(admin, "/taxonomy/import", out.getvalue(), "c.xlsx")
        assert "改名的一项" in page
        assert "Imported" in press_import(admin, "/taxonomy/import", page)

    def test_a_sheet_of_shifts_round_trips_with_the_posts(self, city, browser, sessions, now):  # noqa: F811
        with sessions() as session, session.begin():
            assert not import_people(session, table("""
                工号,姓名,岗位,微格,到岗日期
                W1,王一,微格员,西网格,2026-01-01
                """), now=now, vault=city.vault).errors
            assert session.scalars(select(Posting.role)).all() == ["grid_worker"]
        office = browser("grid_office")
        answer = office.client.get(f"/duty/shifts.xlsx?area={STREET}", headers=ZH)
        sheet = openpyxl.load_workbook(io.BytesIO(answer.data)).active
        assert [cell.value for cell in sheet[2]][2] == "微格员"

    @pytest.mark.parametrize(("path", "word"), [("/people/template.xlsx", "里弄"), ("/places/template.xlsx", "所属住区"), ("/accounts/template.xlsx", "责任单位")])
    def test_empty_sheets(self, city, browser, path, word):  # noqa: F811
        role = {"people": "grid_office", "places": "grid_office", "accounts": "security_admin"}[path.split("/")[1]]
        assert word in headings(browser(role).client.get(path, headers=ZH))

    def test_accounts_by_the_citys_role_and_by_the_usual_one(self, city, browser, sessions):  # noqa: F811
        admin = browser("security_admin")
        lines = f"用户名,姓名,角色,区域\nnew.one,新一,微格员,{WEST}\nnew.two,新二,网格员,{WEST}\n"
        page = check(admin, "/accounts/import", lines)
        press_import(admin, "/accounts/import", page)
        with sessions() as session:
            made = select(RoleGrant.role).join(Account, Account.id == RoleGrant.account_id).where(Account.username.like("new.%"))
            assert session.scalars(made).all() == ["grid_worker", "grid_worker"]

    def test_a_word_of_the_city_wins_over_an_old_synonym(self, city):
        """The people's list reads 区域 as the cell; where the city calls its communities so, it is the community."""
        read = in_our_words(Table(["姓名", "岗位", "区域"], [Row(2, {"姓名": "王", "岗位": "志愿者", "区域": "菩提"})]), Wording.of([("community", "区域")]))
        assert read.rows[0].cells["area"] == "菩提" and read.rows[0].cells["role"] == "volunteer"


def test_a_poster_says_whose_desk_it_is(city, sessions, now):
    with sessions() as session, session.begin():
        session.get_one(Street, STREET).phone = "021-60000000"
        found = [areas.get_area(session, WEST)]
        assert "镇街服务电话" in re.sub(r"<[^>]+>", "", printed(session, found, "svg", base="https://x.example", now=now).decode())


def test_a_workbook_explains_its_columns_in_them_and_keeps_what_programs_read(city, client, log_in):
    book = openpyxl.load_workbook(io.BytesIO(client.get("/api/v1/templates/areas.xlsx", headers=log_in("clerk") | EN).data))
    assert [cell.value for cell in book.worksheets[0][1]][:3] == ["code", "level", "name"]
    assert any("层级：镇街、居村或微格" == cell.value for row in book.worksheets[1].iter_rows() for cell in row)
    assert book.worksheets[0][2][1].value == "社区"


def test_explanations_of_a_dispatch(city, sessions):
    with terms.speaking(Wording.of(WORDS.items())):
        assert sentence_of({"reasons": []}, "zh").startswith("牵头：未找到")
        assert sentence_of({"reasons": []}, "en").startswith("lead: none found")


def test_a_service_out_of_any_request_knows_them(city, sessions):
    with sessions() as session:
        assert field_terms.said(session, "网格员核查工单") == "微格员复核事件单"
