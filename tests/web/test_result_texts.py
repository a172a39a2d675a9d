"""Texts that an organisation keeps for its results: kept and changed by its people, put into the result's form, never personal."""

import re
from datetime import date

import pytest
from sqlalchemy import select

from gridops.domain import result_texts as rules
from gridops.models import ResultText
from tests.small_street import RUBBISH, STREET
from tests.web.test_staff import account, browser, do  # noqa: F401

PLAIN = {"of": "D-SANITATION", "name": "已清运", "text": "{地点}的垃圾已于{日期}清运完毕。", "outcome": "solved", "category": RUBBISH}


@pytest.fixture
def desk(browser):  # noqa: F811
    return browser("department", STREET, "SANITATION")


@pytest.fixture
def in_hand(street, submit, do):  # noqa: F811
    number = submit().ticket.number
    do(number, "file", street.actors["clerk"], category=RUBBISH)
    do(number, "dispatch", street.actors["dispatcher"], support=[])
    return do(number, "sign", street.actors["SANITATION"]).number


def keep(desk, status=303, **changes):
    return desk.post("/organisation/texts", PLAIN | changes, page="/organisation/texts", status=status)


def kept(sessions):
    with sessions() as session:
        return session.scalars(select(ResultText).order_by(ResultText.name)).all()


def test_a_text_is_kept_changed_and_dropped(desk, sessions):
    keep(desk)
    one, = kept(sessions)
    assert (one.name, one.outcome, one.category_code, one.version) == ("已清运", "solved", RUBBISH, 1)
    page = desk.get(f"/organisation/texts?text_id={one.id}")
    assert "已清运" in page and f'name="seen" value="{one.version}"' in page
    keep(desk, text_id=one.id, seen=1, name="清运完毕", outcome="", category="")
    one, = kept(sessions)
    assert (one.name, one.outcome, one.category_code, one.version) == ("清运完毕", None, None, 2)
    keep(desk, text_id=one.id, seen=1, name="旧页面", status=409)
    for _ in range(2):
        desk.post("/organisation/texts", {"of": "D-SANITATION", "text_id": one.id, "step": "drop"}, page="/organisation/texts")
    assert kept(sessions) == []


@pytest.mark.parametrize(("changes", "said"), [
    ({"name": ""}, "Missing data"), ({"text": "  "}, "Missing data"), ({"name": "长" * 41}, "maximum length 40"), ({"text": "长" * 501}, "maximum length 500"),
    ({"text": "{电话}"}, "no placeholder"), ({"text": "{日期"}, "brace"), ({"text": "{日期:%Y}"}, "no placeholder"), ({"text": "{date.year}"}, "no placeholder"),
    ({"text": "请致电13812345678"}, "name, phone"), ({"text": "住户张三先生已确认"}, "name, phone"), ({"text": "3号楼402室已处理"}, "name, phone"),
    ({"outcome": "perfect"}, "valid choice"), ({"category": "Z9999"}, "Nothing on the list"),
])
def test_what_cannot_be_kept_says_why_and_leaves_nothing(desk, sessions, changes, said):
    answer = keep(desk, status=422, **changes)
    assert said in answer.text and kept(sessions) == []
    assert (changes.get("text", PLAIN["text"]).strip() or "已清运") in answer.text  # what was typed is still there


def test_the_organisations_own_phone_may_stand_in_it(desk, sessions):
    keep(desk, text="如有疑问请致电021-61111111。")
    assert len(kept(sessions)) == 1


def test_names_are_its_own_and_their_number_is_bounded(desk, sessions, now, street):
    keep(desk)
    assert "name already" in keep(desk, status=422).text
    with sessions() as session, session.begin():
        session.add_all(ResultText(department_id=street.departments["SANITATION"].id, name=f"n{no}", text="x", changed_at=now) for no in range(rules.MOST - 1))
    assert "No more than 60" in keep(desk, status=422, name="再一条").text


def test_others_neither_see_nor_change_them(desk, browser, sessions):  # noqa: F811
    keep(desk)
    one, = kept(sessions)
    other = browser("department", STREET, "PROPERTY")
    assert "已清运" not in other.get("/organisation/texts")
    own = {"of": "D-PROPERTY", "text_id": one.id, "seen": 1, "name": "改", "text": "改", "outcome": "", "category": ""}
    other.post("/organisation/texts", own, page="/organisation/texts", status=404)
    other.post("/organisation/texts", PLAIN, page="/organisation/texts", status=404)
    other.post("/organisation/texts", {"of": "D-PROPERTY", "text_id": one.id, "step": "drop"}, page="/organisation/texts")
    browser("clerk").get("/organisation/texts", status=403)
    assert [text.name for text in kept(sessions)] == ["已清运"]


def test_one_is_offered_filled_in_and_put_in_without_script(desk, in_hand, sessions):
    keep(desk)
    keep(desk, name="只说明", outcome="explained", category="E0502", text="燃气事项")
    page = desk.get(f"/tickets/{in_hand}")
    offered = re.findall(r'data-text="([^"]*)"', page)
    assert offered == ["西网格, 菩提居民区的垃圾已于3月4日清运完毕。"]  # nothing of another category
    form = {"result_text": next(text.id for text in kept(sessions) if text.name == "已清运"), "text": "现场已拍照。", "outcome": ""}
    answer = desk.post(f"/tickets/{in_hand}/result-text", form, page=f"/tickets/{in_hand}", status=200)
    assert "现场已拍照。\n西网格, 菩提居民区的垃圾已于3月4日清运完毕。" in answer.text
    assert '<option value="solved" selected' in answer.text
    assert "In progress" in desk.get(f"/tickets/{in_hand}")  # nothing was submitted
    answer = desk.post(f"/tickets/{in_hand}/result-text", {"text": "已办"}, page=f"/tickets/{in_hand}", status=200)
    assert "Choose a text first" in answer.text and "已办" in answer.text


def test_a_door_never_comes_in_with_the_place():
    text = rules.filled("{地点}已处理", place="3号楼402室", day=date(2026, 3, 4), category="")
    assert "402" not in text


def test_an_english_text_has_an_english_date():
    assert rules.filled("Cleared on {date} at {place}.", place="West Cell", day=date(2026, 3, 4), category="") == "Cleared on 4 March at West Cell."
