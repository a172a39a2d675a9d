"""The roster and the pages of people: gaps in words, forms that change, phones behind a reason, a list looked at before it is taken."""

import re

import pytest
from sqlalchemy import select

from gridops.models import CheckIn, DutyClaim, Person, Posting, SecurityEvent
from gridops.services.imports.people import import_people
from tests.imports.own_files import table
from tests.small_street import COMMUNITY, EAST, STREET, WEST
from tests.web.importing import check, press_import
from tests.web.test_staff import account, browser  # noqa: F401


@pytest.fixture
def people(sessions, street, now):
    with sessions() as session, session.begin():
        assert not import_people(session, table("""
            工号,姓名,电话,岗位,网格,工作单位
            W1,王一,13812345678,专职网格员,西网格,
            V1,赵春,13912345678,志愿者,菩提居民区,第一中学
            """), now=now, vault=street.vault).errors


@pytest.fixture
def office(browser, people):  # noqa: F811
    return browser("grid_office")


def row(page, name):
    return re.search(rf'<tr class="level-\w+"><th scope="row"><a [^>]+>{name}</a>.*?</tr>', page, re.S)[0]


def number(sessions, code="W1"):
    with sessions() as session:
        return session.scalar(select(Posting.id).join(Person, Person.id == Posting.person_id).where(Person.code == code).order_by(Posting.id.desc()))


def test_gaps_are_said_in_words(office):
    page = office.get("/people")
    assert row(page, "西网格").count("vacant</strong>") == 3
    assert row(page, "东网格").count("vacant</strong>") == 4
    assert "王一" in row(page, "西网格") and "13812345678" not in page
    assert "2</strong>of 2 cells" in page
    assert "王一" not in office.get(f"/people?area={EAST}")


def test_filters(office):
    assert "东网格</a></th>" not in office.get("/people?role=volunteer")
    assert 'href="/people/W1"' in office.get("/people?q=王")
    assert "Nobody of this name" in office.get("/people?q=李")


def test_a_phone_is_shown_once_and_with_a_reason(office, sessions):
    page = office.get("/people/W1")
    assert "138****5678" in page and "13812345678" not in page
    assert "13812345678" in office.post("/people/W1/phone", {"reason": "夜间漏水"}, page="/people/W1", status=200).text
    office.post("/people/W1/phone", {"reason": " "}, page="/people/W1", status=422)
    with sessions() as session:
        assert session.scalar(select(SecurityEvent.facts["reason"].astext).where(SecurityEvent.kind == "staff_phone_opened")) == "夜间漏水"


def test_a_person_is_entered_moves_and_leaves(office, sessions):
    form = {"name": "钱二", "code": "W2", "role": "grid_worker", "area": EAST, "starts_on": "2026-03-01", "phone": "13800000002"}
    office.post("/people/new", form, page="/people/new")
    assert "already" not in office.get("/people/W2")
    office.post("/people/W2/move", {"post": number(sessions, "W2"), "area": WEST, "on": "2026-03-04"}, page="/people/W2")
    assert "钱二" in row(office.get("/people"), "西网格")
    office.post("/people/W2/add_post", {"role": "volunteer", "area": COMMUNITY, "starts_on": "2026-03-04"}, page="/people/W2")
    office.post("/people/W2/claim", {"area": WEST, "text": "巡查楼道"}, page="/people/W2")
    assert "巡查楼道" in office.get("/people/W2")
    office.post("/people/W2/confirm", {"post": number(sessions, "W2")}, page="/people/W2")
    office.post("/people/W2/change", {"name": "钱贰"}, page="/people/W2")
    office.post("/people/W2/end", {"post": number(sessions, "W2"), "last_day": "2026-03-10"}, page="/people/W2")
    office.post("/people/W2/leave", {"last_day": "2026-03-03"}, page="/people/W2")
    page = office.get("/people/W2")
    assert "has left" in page and "钱贰" in page and "138****0002" in page


def test_what_is_wrong_comes_back_with_what_was_typed(office):
    answer = office.post("/people/new", {"name": "钱二", "role": "grid_worker", "area": EAST, "starts_on": "soon"}, page="/people/new", status=422)
    assert "not a date" in answer.text and 'value="钱二"' in answer.text
    again = office.post("/people/W1/add_post", {"role": "grid_worker", "area": WEST, "starts_on": "2026-03-04"}, page="/people/W1", status=422)
    assert "holds this post already" in again.text


def test_a_cadre_enters_check_ins_of_his_community_and_thanks(browser, people, sessions):  # noqa: F811
    cadre = browser("cadre", COMMUNITY)
    page = cadre.get("/people/new")
    assert "Check-in of a party member" in page and "With a post" not in page
    form = {"kind": "check_in", "community": COMMUNITY, "name": "孙党", "home_organisation": "区图书馆", "on": "2026-03-01"}
    where = cadre.post("/people/new", form, page="/people/new").headers["Location"]
    assert "区图书馆" in cadre.get(where)
    with sessions() as session:
        no = session.scalar(select(CheckIn.id))
    letter = f"/people/check-ins/{no}/letter"
    assert "To 区图书馆:" in cadre.get(letter)
    cadre.post(f"/people/check-ins/{no}/thanks", page=letter)
    assert "Sent on" in cadre.get(letter)


def test_a_check_in_from_a_file_is_confirmed_on_the_list(browser, people, sessions, street, now):  # noqa: F811
    with sessions() as session, session.begin():
        member = session.scalar(select(Person).where(Person.code == "V1"))
        session.add(CheckIn(person_id=member.id, community_code=COMMUNITY, checked_in_on=now.date()))
        session.add(DutyClaim(person_id=member.id, area_code=COMMUNITY, text="巡查楼道", claimed_on=now.date()))
    leader, cadre = browser("grid_leader"), browser("cadre", COMMUNITY)
    waiting = "/people/check-ins?confirmed=0"
    assert "巡查楼道" in leader.get(waiting) and "not yet</strong>" in leader.get(waiting) and "/confirm" not in leader.get(waiting)
    where = re.search(r'action="(/people/check-ins/\d+/confirm)"', cadre.get(waiting))[1]
    leader.post(where, page=waiting, status=403)
    cadre.post(where, {"area": COMMUNITY}, page=waiting)
    assert "赵春" not in cadre.get(waiting).split('id="claims"')[0]
    assert re.search(r"cadre <small[^>]*>\S", cadre.get("/people/check-ins?confirmed=1"))
    assert "巡查楼道" in cadre.get("/people/claims.csv") and "第一中学" in cadre.get("/people/check-ins.csv")


def test_who_may_not_change_sees_no_forms_and_is_refused(browser, people, sessions):  # noqa: F811
    leader = browser("grid_leader")
    assert 'action="/people/W1/move"' not in leader.get("/people/W1")
    leader.post("/people/W1/leave", {"last_day": "2026-03-03"}, page="/people/W1", status=403)
    browser("grid_worker").get("/people", status=403)
    browser("grid_office", "310199002").get("/people/W1", status=404)


def said(page):
    """What a checked list does -> rows without their staff numbers."""
    tables = re.findall(r'aria-labelledby="(comes|moves|goes|leaves)">.*?<tbody>(.*?)</tbody>', page, re.S)
    return {name: [[re.sub(r"<[^>]+>", "", cell) for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row)[1:]] for row in body.split("</tr>")[:-1]]
            for name, body in tables}


def test_who_moves_is_shown_with_the_old_and_the_new_post(office):
    preview = check(office, "/people/import", "工号,姓名,岗位,网格\nW1,王一,网格长,东网格", complete=COMMUNITY)
    assert said(preview)["moves"] == [["王一", "Grid worker 菩提居民区 西网格", "Grid leader 菩提居民区 东网格"]]


def test_a_list_is_looked_at_before_it_is_taken(office, sessions):
    preview = check(office, "/people/import", "姓名,岗位,网格\n新人,专职网格员,西网格", complete=STREET)
    assert "nothing was written yet" in preview and said(preview) == {
        "comes": [["新人"]], "goes": [["赵春", "Volunteer 菩提居民区"], ["王一", "Grid worker 菩提居民区 西网格"]], "leaves": [["赵春"], ["王一"]]}
    assert "新人" not in office.get("/people")
    assert "Imported" in press_import(office, "/people/import", preview)
    page = office.get("/people")
    assert "新人" in page and "王一" not in page


def test_a_list_that_now_says_something_else_is_shown_again(office):
    preview = check(office, "/people/import", "姓名,岗位,网格\n新人,专职网格员,西网格", complete=STREET)
    office.post("/people/W1/leave", {"last_day": "2026-03-03"}, page="/people/W1")
    again = press_import(office, "/people/import", preview, status=409)
    assert "has changed since" in again and said(again)["leaves"] == [["赵春"]]
    assert "新人" not in office.get("/people")
    assert "Imported" in press_import(office, "/people/import", again)


def test_a_wrong_list_is_named_row_by_row(office):
    page = check(office, "/people/import", "姓名,岗位,网格\n新人,国王,西网格", status=422)
    assert "Nothing was imported. Errors: 1" in page and 'name="kept"' not in page


def test_the_matrix_is_ticked_and_lower_areas_inherit(office):
    page = office.get("/people/duties")
    code = re.search(r'name="cadre" value="(\w+)"', page)[1]
    office.post("/people/duties", {"area": STREET, "cadre": code}, page="/people/duties")
    below = office.get(f"/people/duties?area={WEST}")
    assert re.search(rf'name="cadre" value="{code}" checked', below) and "from above" in below


def test_sheets_go_out_with_phones_only_with_a_reason(office):
    assert "13812345678" not in office.get(f"/people.csv?area={STREET}")
    office.post("/people.xlsx", {"area": STREET, "reason": ""}, page="/people", status=422)
    assert office.post("/people.xlsx", {"area": STREET, "reason": "防汛值守"}, page="/people", status=200).data[:2] == b"PK"
    assert office.client.get("/people/template.xlsx").data[:2] == b"PK"
