"""What a leader looks at on Monday: communities of one kind, trends, what is on hold; each on paper, each number a way to its tickets."""

import io
import re
from datetime import timedelta

import openpyxl
import pytest
from sqlalchemy import select

from gridops.domain.kpi import Count
from gridops.models import Community, Supervision, Ticket
from gridops.services.comparison import Kind, Line, _ordered, _together
from tests.pdf_text import pages
from tests.small_street import COMMUNITY, GAS, IN_EAST, RUBBISH, STREET, WEST
from tests.web.test_staff import EN, account, browser, do  # noqa: F401

VIEWS = ("board", "indicators", "comparison", "trends", "suspended")


@pytest.fixture
def leader(browser):  # noqa: F811
    return browser("leader", STREET, name="赵街道")


@pytest.fixture
def neighbour(street, sessions):
    """A second community of the same kind and one of another; the first one has homes."""
    with sessions() as session, session.begin():
        session.get_one(Community, COMMUNITY).households = 1200
        session.add(Community(code=STREET + "002", street_code=STREET, name="榕树居民区", kind="commercial", households=800))
        session.add(Community(code=STREET + "003", street_code=STREET, name="老城居民区", kind="old_town", households=500))


@pytest.fixture
def dispatched(street, submit, do):  # noqa: F811
    def dispatched(**changes):
        number = submit(**changes).ticket.number
        do(number, "file", street.actors["clerk"], category=changes.get("category", RUBBISH))
        return do(number, "dispatch", street.actors["dispatcher"], support=[]).number

    return dispatched


@pytest.fixture
def on_hold(dispatched, street, do, now):  # noqa: F811
    def on_hold(days=20):
        number = dispatched()
        do(number, "sign", street.actors["SANITATION"])
        until = (now + timedelta(days=days)).date().isoformat()
        do(number, "request_suspension", street.actors["SANITATION"], reason="等汛期结束", until=until, next_step="雨停后重铺路面")
        do(number, "approve_suspension", street.actors["dispatcher"], text="同意")
        return number

    return on_hold


def words_of(answer):
    assert answer.status_code == 200 and answer.mimetype == "application/pdf", answer.text
    return [" ".join(text.split()) for text in pages(answer.data)]


# Communities of the same kind

def test_like_stands_beside_like_with_what_the_numbers_are_made_of(leader, neighbour, dispatched):
    for _ in range(12):
        dispatched()
    page = leader.get("/comparison")
    first, second = re.findall(r'aria-labelledby="kind-(\w+)"><h2', page)
    assert (first, second) == ("commercial", "old_town")
    kind = page.split('id="kind-commercial"')[1].split("</section>")[0]
    row = re.search(r'菩提居民区</a></th>(.*?)</tr>', kind, re.S)[1]
    assert re.findall(r'class="figure">(?:<a[^>]*>)?([\d.–]+)', row)[:5] == ["1200", "12", "10.0", "12", "10.0"]
    assert "榕树居民区" in kind and "老城居民区" not in kind and "all of this kind" in kind
    assert "no other community of this kind" in page.split('id="kind-old_town"')[1]


def test_few_cases_have_no_rate(leader, neighbour, dispatched):
    for _ in range(9):
        dispatched()
    row = re.search(r'菩提居民区</a></th>(.*?)</tr>', leader.get("/comparison"), re.S)[1]
    assert re.findall(r'class="figure">(?:<a[^>]*>)?([\d.–]+)', row)[:3] == ["1200", "9", "–"]


def test_every_number_leads_to_exactly_its_tickets(leader, neighbour, dispatched):
    numbers = {dispatched() for _ in range(3)}
    links = re.findall(r'href="(/trends/tickets[^"]+)"', leader.get("/comparison"))
    assert len(links) == 1
    assert set(re.findall(r'href="/tickets/(\d{6}-\d+)"', leader.get(links[0].replace("&amp;", "&")))) == numbers


def test_a_cell_is_not_measured_by_the_homes_of_its_community(browser, neighbour, dispatched):  # noqa: F811
    dispatched()
    page = browser("grid_leader", WEST).get("/comparison")
    assert "There is no community here" in page and "1200" not in page


def line(code, homes, reported, **counts):
    return Line(code, code, homes, reported, 0, 0, {name: Count(*count) for name, count in counts.items()})


def test_the_order_asked_for_puts_who_has_too_few_last():
    lines = [line("a", 1000, 5), line("b", 1000, 20), line("c", 1000, 60), line("d", None, 90)]
    assert [one.code for one in _ordered(lines, "reported")] == ["c", "b", "a", "d"]
    assert [one.code for one in _ordered(lines, "code")] == ["a", "b", "c", "d"]


def test_together_are_sums_and_unknown_homes_make_no_rate():
    lines = [line("a", 1000, 5, resolved_rate=(1, 2)), line("b", 500, 20, resolved_rate=(9, 10))]
    together = _together(lines)
    assert (together.households, together.reported, together.counts["resolved_rate"]) == (1500, 25, Count(10, 12))
    assert together.per_1000("reported") == 16.7
    assert _together([*lines, line("c", None, 3)]).per_1000("reported") is None
    assert Kind("mixed", lines, together).together is together


# Trends

def test_the_rows_add_up_and_each_number_is_a_list(leader, dispatched):
    rubbish = {dispatched() for _ in range(3)}
    dispatched(category=GAS, location=IN_EAST)
    for by, rows in (("category", 2), ("class", 2), ("community", 1), ("cell", 2)):
        page = leader.get(f"/trends?by={by}&unit=week")
        body = re.search(r"<tbody>(.*?)</tbody>", page, re.S)[1]
        assert body.count("<tr>") == rows and sum(map(int, re.findall(r"<strong>(\d+)</strong>", body))) == 4, by
        assert "<tfoot>" in page and 'data-drawn="whole"' in page
    page = leader.get("/trends?by=category")
    link = next(link for link in re.findall(r'href="(/trends/tickets[^"]+)"', page) if f"row={RUBBISH}" in link)
    assert set(re.findall(r'href="/tickets/(\d{6}-\d+)"', leader.get(link.replace("&amp;", "&")))) == rubbish


def test_days_that_are_none_are_no_list(leader):
    for first, last in (("2026-03-01", "2026-02-01"), ("x", "2026-03-01"), ("2020-01-01", "2026-03-01"), ("0001-01-01", "0001-01-02")):
        leader.get(f"/trends/tickets?area={STREET}&first={first}&last={last}", status=404)
    leader.get("/trends?area=999999999", status=404)


def test_nobody_looks_beyond_his_area(browser):  # noqa: F811
    cadre = browser("cadre", STREET + "002")
    for view in ("comparison", "trends", "suspended"):
        cadre.get(f"/{view}?area={STREET}", status=404)
        browser("department", STREET, "SANITATION").get(f"/{view}", status=403)


# On hold

def test_what_is_on_hold_says_since_when_why_and_what_comes_next(leader, on_hold, browser, clock, now):  # noqa: F811
    number = on_hold()
    clock.at = now + timedelta(days=16)
    page = browser("leader").get("/suspended")
    row = page.split(f'href="/tickets/{number}"')[1].split("</tr>")[0]
    assert "16 days" in row and "等汛期结束" in row and "雨停后重铺路面" in row and "in 4 days" in row


def test_one_press_orders_an_answer_and_a_second_one_does_not(leader, on_hold, sessions, browser):  # noqa: F811
    number = on_hold()
    form = {"ticket": number, "back": "/suspended"}
    assert leader.get(f"/tickets/{number}").count('action="/supervisions"') == 1
    assert 'action="/supervisions"' in leader.get("/suspended")
    leader.post("/supervisions", form, page="/suspended")
    page = leader.get("/suspended")
    assert "an answer is ordered" in page and 'action="/supervisions"' not in page
    leader.post("/supervisions", form, page="/inbox")  # from a page that was open before
    assert "waits for its answer already" in leader.get("/suspended")
    assert 'action="/supervisions"' not in leader.get(f"/tickets/{number}")  # one waits for its answer
    with sessions() as session:
        order, = session.scalars(select(Supervision).join(Ticket, Ticket.id == Supervision.ticket_id).where(Ticket.number == number))
        assert (order.level, order.status, order.department_id is not None) == (1, "ordered", True)
    clerk = browser("clerk")
    clerk.post("/supervisions", form)
    assert "Your role does not allow this" in clerk.get("/inbox")


# On paper

@pytest.mark.parametrize("view", VIEWS)
def test_each_view_is_a_pdf_with_its_scope_its_time_and_who_exported_it(leader, neighbour, on_hold, view):
    on_hold()
    written = words_of(leader.client.get(f"/{view}.pdf?area={STREET}", headers=EN))
    first = written[0]
    assert "Scope: Xinghe Street" in first and "Time: " in first and "2026" in first
    for no, text in enumerate(written, 1):
        assert "Exported by 赵街道 on 4 Mar 2026 10:00 (Asia/Shanghai)" in text and f"page {no} of {len(written)}" in text


@pytest.mark.parametrize("view", VIEWS)
def test_each_view_is_a_spreadsheet_too(leader, neighbour, on_hold, view):
    on_hold()
    answer = leader.client.get(f"/{view}.xlsx?area={STREET}", headers=EN)
    assert answer.status_code == 200 and openpyxl.load_workbook(io.BytesIO(answer.data)).active.max_row > 1
    assert leader.client.get(f"/{view}.csv?area={STREET}", headers=EN).data.startswith(b"\xef\xbb\xbf")


def test_chinese_is_written_in_chinese_letters(leader, neighbour, on_hold):
    on_hold()
    answer = leader.client.get("/comparison.pdf", headers={"Accept-Language": "zh-CN"})
    text = "".join(words_of(answer))
    assert "菩提居民区" in text and "榕树居民区" in text and "商品房" in text and "赵街道" in text


def test_on_paper_a_cell_stands_with_its_community(leader, on_hold):
    on_hold()
    assert "菩提居民区 西网格" in " ".join(words_of(leader.client.get("/board.pdf?by=cell", headers={"Accept-Language": "zh-CN"})))
