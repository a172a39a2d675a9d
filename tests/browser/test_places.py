"""Suggestions in Chromium: by finger and by keyboard, on a resident's phone and at the desk."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from gridops import db
from gridops.models import Place, Ticket
from gridops.services import areas, place_search
from tests.browser.test_staff import enter  # noqa: F401
from tests.small_street import COMMUNITY, EAST

pytestmark = pytest.mark.browser


@pytest.fixture
def tower(site):
    with db.transaction(site.fresh.sessions) as session:
        for code, name, address in (("T1", "聚科大厦", "桂平路333号"), ("T2", "聚科花园", "桂平路35弄")):
            session.add(Place(
                code=code, kind="building", name=name, address=address, community_code=COMMUNITY, households=0,
                cell_lineage=areas.find_area(session, EAST).lineage))
        place_search.index_places(session)


def test_a_resident_chooses_what_is_suggested_and_is_in_its_cell(open_page, site, tower):
    page = open_page()
    page.goto("/report")
    page.get_by_label("用您自己的话说").fill("路口垃圾堆了三天")
    page.locator("#address").press_sequentially("聚大厦")
    page.get_by_role("option", name="聚科大厦").click()
    expect(page.locator("#address")).to_have_value("聚科大厦，桂平路333号")
    expect(page.locator("[name=chosen_place]")).to_have_value("T1")
    page.get_by_role("button", name="提交").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("已收到")
    with site.fresh.sessions() as session:
        ticket = session.scalars(select(Ticket)).one()
        assert (ticket.area_code, session.get(Place, ticket.place_id).code) == (EAST, "T1")


def test_typing_on_after_a_choice_takes_it_back(open_page, tower):
    page = open_page()
    page.goto("/report")
    page.locator("#address").press_sequentially("聚科")
    page.get_by_role("option", name="聚科大厦").click()
    page.locator("#address").press_sequentially("对面")
    expect(page.locator("[name=chosen_place]")).to_have_value("")


def test_by_keyboard_alone(open_page, tower):
    page = open_page()
    page.goto("/report")
    field = page.locator("#address")
    field.press_sequentially("聚科")
    expect(page.locator(".suggestions [role=option]")).to_have_count(2)
    field.press("ArrowDown")
    field.press("ArrowDown")
    chosen = page.locator("[role=option][aria-selected=true]").get_attribute("id")
    expect(field).to_have_attribute("aria-activedescendant", chosen)
    field.press("Enter")
    expect(field).to_have_value("聚科花园，桂平路35弄")
    expect(page.locator(".suggestions")).to_be_hidden()
    field.press_sequentially("x")
    field.fill("聚科")
    expect(page.locator(".suggestions [role=option]").first).to_be_visible()
    field.press("Escape")
    expect(page.locator(".suggestions")).to_be_hidden()


def test_staff_search_while_typing(enter, tower):  # noqa: F811
    page = enter("grid_worker")
    page.goto("/places")
    page.get_by_label("名称或地址").press_sequentially("聚大厦")
    page.get_by_role("link", name="聚科大厦").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("聚科大厦")
    expect(page.locator(".map path.place, .map path").first).to_be_visible()
