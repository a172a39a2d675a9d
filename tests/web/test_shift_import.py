"""A plan of shifts by page: a sheet with the posts, looked through, imported with one press."""

import io

import openpyxl
import pytest
from sqlalchemy import select

from gridops.models import Shift
from gridops.services.imports.people import import_people
from tests.imports.own_files import table
from tests.small_street import COMMUNITY, STREET, WEST
from tests.web.importing import check, press_import
from tests.web.test_staff import EN, account, browser  # noqa: F401

IMPORT = f"/duty/import?area={STREET}"
PLAN = "姓名,岗位,班次,日期,开始,结束\n王一,网格员,夜班,2026-03-06,17:30,09:00\n"


@pytest.fixture
def office(browser, sessions, street, now):  # noqa: F811
    with sessions() as session, session.begin():
        assert not import_people(session, table(f"""
            工号,姓名,岗位,网格,到岗日期
            W1,王一,专职网格员,西网格,2026-01-01
            L1,周长,网格长,{COMMUNITY},2026-01-01
            """), now=now, vault=street.vault).errors
    return browser("grid_office")


def shifts(sessions):
    with sessions() as session:
        return session.scalars(select(Shift.kind)).all()


def test_a_plan_is_looked_through_and_then_written(office, sessions):
    page = check(office, IMPORT, PLAN)
    assert "nothing was written yet" in page and "王一" in page and "2026-03-06" in page and "17:30–09:00" in page and shifts(sessions) == []
    assert "Imported" in press_import(office, IMPORT, page)
    assert shifts(sessions) == ["night"]
    assert "17:30–09:00" in office.get(f"/duty/week?area={STREET}&from=2026-03-02")


def test_the_sheet_has_the_posts_and_comes_back_filled(office, sessions):
    chinese = {"Accept-Language": "zh-CN"}
    book = openpyxl.load_workbook(io.BytesIO(office.client.get(f"/duty/shifts.xlsx?area={WEST}", headers=chinese).get_data()))
    rows = list(book.active.iter_rows(values_only=True))
    assert rows[0][:4] == ("工号", "姓名", "岗位", "区域编码") and [row[:4] for row in rows[1:]] == [("W1", "王一", "网格员", WEST)]
    column = {name: number + 1 for number, name in enumerate(rows[0])}
    for name, value in {"班次": "白班", "日期": "2026-03-06", "开始": "08:00", "结束": "12:00"}.items():
        book.active.cell(2, column[name], value)
    written = io.BytesIO()
    book.save(written)
    page = check(office, IMPORT, written.getvalue(), "shifts.xlsx")
    assert "Notes:" not in page
    press_import(office, IMPORT, page)
    assert shifts(sessions) == ["day"]


def test_the_sheet_in_english_is_read_too(office):
    content = office.client.get(f"/duty/shifts.xlsx?area={STREET}", headers=EN).get_data()
    rows = list(openpyxl.load_workbook(io.BytesIO(content)).active.iter_rows(values_only=True))
    assert rows[0][:3] == ("code", "name", "role") and [row[2] for row in rows[1:]] == ["grid_leader", "grid_worker"]
    assert "nothing to import" in check(office, IMPORT, content, "shifts.xlsx"), "rows without a shift plan nothing"


def test_wrong_rows_are_named_in_chinese(office):
    wrong = PLAN + "李四,网格员,夜班,2026-03-06,17:30,09:00\n"
    english = check(office, IMPORT, wrong, status=422)
    assert "李四 has no such post on 2026-03-06" in english
    office.client.set_cookie("language", "zh")
    answer = office.client.post(IMPORT, data={"csrf_token": english.split('name="csrf_token" value="')[1].split('"')[0], "file": (
        io.BytesIO(wrong.encode()), "list.csv")}, headers={"Accept-Language": "zh-CN"})
    assert answer.status_code == 422 and "“李四”在2026-03-06没有这一岗位。" in answer.text


def test_a_plan_that_now_says_something_else_is_shown_again(office, sessions):
    page = check(office, IMPORT, PLAN)
    press_import(office, IMPORT, check(office, IMPORT, PLAN.replace("夜班", "节假日班")))
    assert "please choose it again" in press_import(office, IMPORT, page, status=409), "the newer file took its place"
    page = check(office, IMPORT, PLAN)
    with sessions() as session, session.begin():
        session.query(Shift).delete()
    again = press_import(office, IMPORT, page, status=409)
    assert "has changed since" in again and shifts(sessions) == []


def test_only_for_keepers_and_their_own_posts(office, browser, sessions):  # noqa: F811
    browser("clerk").get("/duty/import", status=403)
    assert "/duty/import" not in browser("clerk").get(f"/duty/week?area={STREET}") and "/duty/import" in office.get("/duty/week")
    of_one_cell = browser("grid_office", WEST)
    leader = PLAN.replace("王一,网格员", "周长,网格长")
    here = f"/duty/import?area={WEST}"
    assert "has no such post" in check(of_one_cell, here, leader, status=422)
    assert "Imported" in press_import(of_one_cell, here, check(of_one_cell, here, PLAN))
    assert office.client.get("/duty/shifts.xlsx?area=310199002").status_code == 404
