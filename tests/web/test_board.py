"""The backlog page."""

import re

import pytest

from tests import small_street
from tests.small_street import COMMUNITY, EAST, STREET, WEST
from tests.web.test_staff import account, browser  # noqa: F401


@pytest.fixture
def leader(browser):  # noqa: F811
    return browser("leader")


@pytest.fixture
def three_open(submit):
    """One west, one east, one nowhere."""
    return [submit(**changes).ticket.number for changes in ({}, {"location": small_street.IN_EAST}, {"location": None})]


def row(page, code):
    return re.search(rf'<tr data-area="{code}".*?</tr>', page, re.S)[0]


def followed(leader, link):
    return set(re.findall(r'href="/tickets/(\d{6}-\d{5})"', leader.get(link.replace("&amp;", "&"))))


def test_each_number_links_to_the_tickets_it_counts(leader, three_open):
    page = leader.get("/board?by=cell")
    west, east, nowhere = three_open
    for code, number in ((WEST, west), (EAST, east)):
        link = re.search(r'<a href="(/tickets[^"]+)">1', row(page, code))[1]
        assert followed(leader, link) == {number}
    link = re.search(r'<em>.*?<a href="(/tickets[^"]+)">1', page, re.S)[1]
    assert followed(leader, link) == {nowhere}


def test_by_community_the_unlocated_are_those_without_community(leader, three_open):
    page = leader.get("/board?by=community")
    assert ">2<" in row(page, COMMUNITY)
    link = re.search(r'<em>.*?<a href="(/tickets[^"]+)">1', page, re.S)[1]
    assert followed(leader, link) == {three_open[2]}


def test_the_totals_are_all_open_tickets(leader, three_open):
    page = leader.get("/board")
    link = re.search(r'<li><a href="(/tickets[^"]+)"><strong>3</strong>', page)[1]
    assert followed(leader, link) == set(three_open)


def test_a_cell_takes_the_colour_of_its_worst_light(leader, three_open, clock):
    from datetime import timedelta

    clock.forward(timedelta(minutes=40))  # the accept clock is over, the session is not
    assert 'data-tone="red"' in row(leader.get("/board"), WEST)


def test_the_table_comes_as_csv_and_xlsx(leader, three_open):
    answer = leader.client.get(f"/board.csv?area={STREET}&by=cell", headers={"Accept-Language": "en"})
    assert answer.mimetype == "text/csv" and "西网格" in answer.text
    assert leader.client.get("/board.xlsx").data[:2] == b"PK"


def test_the_polygons_come_with_the_pages_log_in(leader):
    shapes = leader.client.get(re.search(r'data-map="([^"]+)"', leader.get("/board"))[1]).json
    assert {WEST, EAST} <= {feature["properties"]["code"] for feature in shapes["features"]}


def test_a_cells_worker_sees_his_cell_only(browser, three_open):  # noqa: F811
    worker = browser("grid_worker", area=WEST)
    page = worker.get("/board")
    assert WEST in page and EAST not in page
    worker.get(f"/board?area={STREET}", status=404)


def test_a_department_has_no_board(browser):  # noqa: F811
    browser("department", department="SANITATION").get("/board", status=403)
