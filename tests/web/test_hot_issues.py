"""The page of hot issues, its map, and the one click that makes a public issue."""

import re

import pytest

from gridops.domain.actor import SYSTEM
from gridops.models import PublicIssue
from gridops.services import tickets
from tests.api.test_hot_issues import hot  # noqa: F401
from tests.small_street import COMMUNITY, EAST, STREET, WEST
from tests.web.test_staff import account, browser  # noqa: F401


@pytest.fixture
def leader(browser):  # noqa: F811
    return browser("leader")


def test_it_names_the_matter_and_links_its_tickets(leader, hot):  # noqa: F811
    page = leader.get("/hot-issues")
    assert "菩提居民区 西网格 · Exposed household rubbish" in page and "3 people" in page
    assert set(hot) <= set(re.findall(r'href="/tickets/(\d{6}-\d{5})"', page))
    assert "1381234" not in page and "王小明" not in page


def test_in_chinese_first(leader, hot):  # noqa: F811
    page = leader.client.get("/hot-issues", headers={"Accept-Language": "zh"}).text
    assert "热点问题" in page and "多人反映同一件事" in page and "3 人" in page and "暴露垃圾" in page


def test_nothing_hot_is_said_and_no_map_is_drawn(leader):
    page = leader.get("/hot-issues")
    assert page.count("None at present.") == 3 and "data-map" not in page


def test_the_map_has_its_points(leader, hot):  # noqa: F811
    address = re.search(r'data-points="([^"]+)"', leader.get("/hot-issues"))[1]
    feature, = leader.client.get(address).json["features"]
    key = feature["properties"]["to"].removeprefix("#")
    assert feature["geometry"]["coordinates"] == pytest.approx([121.405, 31.205]) and f'id="{key}"' in leader.get("/hot-issues")


def test_the_board_and_the_navigation_lead_there(leader):
    page = leader.get("/board")
    assert f'href="/hot-issues?area={STREET}"' in page and 'href="/hot-issues"' in page


def test_one_click_makes_it_public_and_the_button_is_gone(leader, hot, sessions):  # noqa: F811
    key = re.search(r'name="issue" value="([^"]+)"', leader.get("/hot-issues"))[1]
    leader.post("/hot-issues", {"area": STREET, "issue": key}, page="/hot-issues")
    page = leader.get("/hot-issues")
    assert "public issue" in page and 'name="issue"' not in page
    leader.post("/hot-issues", {"area": STREET, "issue": key}, page="/inbox", status=409)
    with sessions() as session:
        assert session.query(PublicIssue).count() == 1


def test_a_clerk_looks_on(browser, hot):  # noqa: F811
    clerk = browser("clerk")
    page = clerk.get("/hot-issues")
    assert "3 people" in page and 'name="issue"' not in page


def test_everybody_sees_the_own_area_only(browser, hot):  # noqa: F811
    cadre = browser("cadre", area=COMMUNITY)
    assert "3 people" in cadre.get("/hot-issues")
    cadre.get(f"/hot-issues?area={STREET}", status=404)
    keeper = browser("grid_leader", area=EAST)
    assert "3 people" not in keeper.get("/hot-issues")
    keeper.get(f"/hot-issues?area={WEST}", status=404)


@pytest.mark.parametrize("role", ["grid_worker", "system_admin"])
def test_others_have_no_such_page(browser, role):  # noqa: F811
    browser(role).get("/hot-issues", status=403)


def test_what_accuses_somebody_stands_there_for_the_leader_without_button_or_point(leader, browser, submit, sessions, now):  # noqa: F811
    made = [submit(contact={"phone": f"1381234000{person}"}, description="楼上每晚拍球").ticket.number for person in range(3)]
    with sessions() as session, session.begin():
        for number in made:
            tickets.perform(session, number, "file", {"category": "E2107"}, actor=SYSTEM, now=now)
    page = leader.get("/hot-issues")
    assert "inside only" in page and "3 people" in page and "拍球" not in page and 'name="issue"' not in page and "data-map" not in page
    assert browser("grid_leader", WEST).get("/hot-issues").count("None at present.") == 3
