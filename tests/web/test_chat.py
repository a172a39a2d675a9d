"""A group chat becomes reports, and the card that goes back names nobody."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from gridops.models import Report, Ticket
from tests.api.counting import statements
from tests.small_street import COMMUNITY, DOMESTIC, EAST, RUBBISH, STREET, WEST
from tests.web.test_staff import Browser, account, browser  # noqa: F401

CHAT = """林阿姨 2026/3/4 08:13
3号楼电梯又停了，老人下不来，电话13800001234
周师傅 8:15
2号门口垃圾桶满了三天没人收
老王 8:16
我家也是，电梯坏了
小陈 8:20
楼道里停了四辆电瓶车还在充电
胡伯 8:22
门口路灯不亮好几天了
小李 8:25
下水道往外冒水，味道很大
群主 8:30
收到，谢谢大家
"""
FIVE = ("电梯", "垃圾桶", "电瓶车", "路灯", "下水道")


@pytest.fixture
def cadre(browser):  # noqa: F811
    return browser("cadre", COMMUNITY)


def read(writer: Browser, chat: str = CHAT) -> str:
    return writer.post("/chat/read", {"chat": chat}, page="/chat", status=200).text


def rows(page: str) -> list[str]:
    return re.findall(r'<textarea id="words-\d+"[^>]*>\s*(.*?)</textarea>', page, re.S)


def form(page: str, **changes: str) -> dict[str, str]:
    found = rows(page)
    typed = {"cell": WEST} | {f"words-{place}": words for place, words in enumerate(found)}
    typed |= {f"take-{place}": "1" for place in range(len(found))} | {f"people-{place}": "1" for place in range(len(found))}
    return typed | changes


def report(writer: Browser, typed: dict[str, str], status: int = 303):
    return writer.post("/chat", typed, page="/chat", status=status)


def every(sessions, column) -> list:
    with sessions() as session:
        return list(session.scalars(select(column).order_by(column.class_.id)))


def test_a_chat_with_five_matters_becomes_five_reports(cadre, sessions):
    page = read(cadre)
    assert len(rows(page)) == 5 and all(word in words for word, words in zip(FIVE, rows(page), strict=True))
    assert "林阿姨" not in page and "13800001234" not in page
    card = cadre.get(report(cadre, form(page, **{"people-0": "2"})).location)
    assert every(sessions, Report.channel) == ["chat"] * 5
    assert None not in every(sessions, Report.entered_by) and every(sessions, Report.contact_id) == [None] * 5
    assert "（群里2人反映）" in every(sessions, Report.description)[0]
    assert all(number in card for number in every(sessions, Ticket.number))


def test_a_guessed_category_says_because_of_which_words(cadre):
    page = read(cadre)
    guess = re.search(r'<p class="hint" id="category-0-hint">Guessed: ([^<]+) <small class="soft">\d+ % · because of\s+<q>[^<]*电梯', page)
    assert guess and re.search(rf'id="category-0"[^>]* value="{re.escape(guess[1])} \(', page)
    assert 'aria-describedby="category-0-hint"' in page


def test_after_an_error_the_reason_stays_where_the_guess_does(cadre):
    page = read(cadre)
    categories = dict(re.findall(r'name="(category-\d+)" type="text" value="([^"]*)"', page))
    assert categories["category-0"] and categories["category-2"]
    again = report(cadre, form(page, **categories | {"cell": "nowhere", "category-2": RUBBISH}), status=422).text
    assert 'id="category-0-hint"' in again and 'id="category-2-hint"' not in again


def test_many_matters_ask_the_database_no_more_than_one(cadre, connection):
    said = [f"周师傅 8:{minute}\n{words}" for minute, words in enumerate(("3号楼电梯又停了", "2号门口垃圾桶满了", "门口路灯不亮", "下水道往外冒水"), 10)]
    read(cadre)  # what the process remembers is read once
    counts = []
    for chat in (said[0], "\n".join(said)):
        with statements(connection) as sent:
            page = read(cadre, chat)
        counts.append((len(rows(page)), len(sent)))
    assert [count for count, _sent in counts] == [1, 4] and counts[0][1] == counts[1][1], counts


def test_the_card_leaks_nothing(cadre):
    typed = form(read(cadre), **{"category-1": RUBBISH, "category-0": DOMESTIC})
    said = re.search(r'data-copy="([^"]*)"', cadre.get(report(cadre, typed).location), re.S)[1]
    assert "litter" in said.casefold() or "rubbish" in said.casefold() or "garbage" in said.casefold(), said
    assert len(re.findall(r"\d{6}-\d{5}", said)) == 5
    for secret in (*FIVE, "林阿姨", "老王", "3号楼", "1380", "violence", "Domestic"):
        assert secret not in said, secret
    assert not re.search(r"\d{4}-\d{4}-\d{4}", said), "no tracking code"


def test_the_likeliest_category_stands_there_already(cadre):
    page = read(cadre)
    assert [code for code in re.findall(r'id="category-\d"[^>]*value="[^"]*\((\w+)\)"', page)][:4] == ["E2203", "E0192", "E2303", "C0137"]


def test_what_is_not_ticked_is_not_reported(cadre, sessions):
    typed = form(read(cadre))
    del typed["take-1"]
    report(cadre, typed)
    assert len(every(sessions, Report.id)) == 4


def test_a_second_press_reports_nothing_twice(cadre, sessions):
    typed = form(read(cadre), form_key="k" * 24)
    assert report(cadre, typed).location == report(cadre, typed).location
    assert len(every(sessions, Report.id)) == 5


@pytest.mark.parametrize(("changes", "said"), [
    ({"cell": ""}, "Please choose a cell"), ({"category-2": "没有这种事"}, "Nothing on the list fits"), ({"words-0": ""}, "in a few words"),
    ({"cell": "999999999999999"}, "Nothing on the list fits"), ({"cell": f"{STREET}999999"}, "Nothing on the list fits"),
])
def test_what_is_wrong_is_named_and_everything_typed_is_kept(cadre, sessions, changes, said):
    again = report(cadre, form(read(cadre)) | changes, status=422).text
    assert said in again and "垃圾桶" in again
    assert every(sessions, Report.id) == []


def test_nothing_ticked_is_nothing_reported(cadre, sessions):
    typed = {name: text for name, text in form(read(cadre)).items() if not name.startswith("take-")}
    assert "at least one" in report(cadre, typed, status=422).text and every(sessions, Report.id) == []


def test_a_cell_of_others_cannot_be_chosen(browser, sessions):  # noqa: F811
    worker = browser("grid_worker", WEST)
    report(worker, form(read(worker), cell=EAST), status=422)
    assert every(sessions, Report.id) == []


def test_a_chat_without_a_matter_says_so(cadre):
    assert "No matter was found" in read(cadre, "好的\n收到")


def test_organisations_have_no_group_chat(browser):  # noqa: F811
    browser("department", STREET, "SANITATION").get("/chat", status=403)
