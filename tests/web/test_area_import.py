"""Streets and communities by page: looked through row by row, imported with one press, and only by who may."""

import io
import json
import re

import pytest
from shapely.geometry import box, mapping
from sqlalchemy import select

from gridops.domain.actor import SYSTEM, Grant
from gridops.models import Cell, Community, SecurityEvent, Street
from gridops.services import accounts
from tests.api.conftest import PASSWORD
from tests.small_street import COMMUNITY, STREET
from tests.web.importing import check, press_import
from tests.web.test_staff import Browser, account, browser  # noqa: F401

IMPORT, OTHER = "/areas/import", "310199002"
NORTH = STREET + "002"


def areas(*features) -> str:
    return json.dumps({"type": "FeatureCollection", "features": [
        {"type": "Feature", "properties": {"code": code, "name": name} | more, "geometry": mapping(shape) if shape else None}
        for code, name, shape, more in features]})


def street(code=OTHER, name="新街道", west=121.42):
    return code, name, box(west, 31.20, west + 0.02, 31.21), {"phone": "021-60000009"}


def community(code, name="新居民区", west=121.42, east=121.43, **more):
    return code, name, box(west, 31.20, east, 31.21), more


@pytest.fixture
def admin(browser, street):  # noqa: F811
    return browser("system_admin")


@pytest.fixture
def office(browser, street):  # noqa: F811
    return browser("grid_office")


def found(sessions, model):
    with sessions() as session:
        return dict(session.execute(select(model.code, model.name)).all())


def look(browser, content, name="areas.geojson", status=200, **form):  # noqa: F811
    return check(browser, IMPORT, content, name, status=status, **({"crs": "wgs84"} | form))


NEW = areas(street(), community(OTHER + "001"), community(OTHER + "002", "二居民区", 121.43, 121.44))


class TestAdministrators:
    def test_a_new_street_is_looked_through_and_then_written(self, admin, sessions):
        page = look(admin, NEW)
        assert "<strong>3</strong>new" in page and "二居民区" in page and OTHER not in found(sessions, Street)
        page = press_import(admin, IMPORT, page)
        assert "Imported" in page and f'href="/grid?street={OTHER}"' in page
        assert found(sessions, Street)[OTHER] == "新街道" and found(sessions, Community)[OTHER + "002"] == "二居民区"
        with sessions() as session:
            assert session.scalars(select(SecurityEvent.facts).where(SecurityEvent.kind == "areas_imported")).all() == [
                {"areas": [OTHER, OTHER + "001", OTHER + "002"]}]
        assert "nothing to import" in look(admin, NEW)

    def test_wrong_rows_are_named_in_the_readers_language(self, admin, sessions):
        crossed = box(121.42, 31.20, 121.44, 31.21)
        content = json.loads(areas(street(), (OTHER + "002", "坏", crossed, {}), ("310199009001", "无街道", box(0, 0, 1, 1), {})))
        ring = content["features"][1]["geometry"]["coordinates"][0]
        ring[1], ring[2] = ring[2], ring[1]
        page = look(admin, json.dumps(content), status=422)
        assert '<td class="figure">2</td>' in page and "Self-intersection at 121.430000 31.205000" in page and OTHER not in found(sessions, Street)
        sent = {"csrf_token": re.search(r'name="csrf_token" value="([^"]+)"', page)[1], "crs": "wgs84", "file": (io.BytesIO(json.dumps(content).encode()), "a.geojson")}
        page = admin.client.post(IMPORT, data=sent, headers={"Accept-Language": "zh-CN"}).text
        assert "（121.430000 31.205000）。" in page and "<td class=\"whole\">边界</td>" in page

    def test_a_street_of_others_is_refused_and_a_new_one_taken(self, admin, browser, sessions):  # noqa: F811
        press_import(admin, IMPORT, look(admin, NEW))
        other = browser("system_admin", OTHER)
        assert f"you may not change {STREET}" in look(other, areas(street(STREET, "改名", 121.40)), status=422)
        assert "<strong>1</strong>changed" in look(other, areas(street(name="改名")))
        assert "<strong>1</strong>new" in look(other, areas(street("310199003", "第三街道", 121.46)))

    def test_what_a_map_would_show_is_said(self, admin):
        page = look(admin, areas(street(), community(OTHER + "001", east=121.435), community(OTHER + "002", "二", 121.43, 121.45), (OTHER + "003", "三", None, {})))
        assert re.search(rf"\d+ m² of {OTHER}002 lie outside the street {OTHER}", page)
        assert re.search(rf"\d+ m² lie both in {OTHER}001 and in {OTHER}002", page)
        assert f"{OTHER}003 has no boundary" in page
        assert f"in {STREET} and in {OTHER}" not in page, "they only touch"

    def test_a_community_stands_in(self, admin, sessions):
        press_import(admin, IMPORT, look(admin, areas(street()), stand_in="1"))
        assert found(sessions, Community)[OTHER + "900"] == "新街道"

    def test_a_table_changes_names_and_says_levels_in_chinese(self, admin, sessions):
        press_import(admin, IMPORT, look(admin, f"编码,层级,名称,户数\n{COMMUNITY},社区,菩提苑,900\n", "areas.csv"))
        with sessions() as session:
            stored = session.get_one(Community, COMMUNITY)
            assert (stored.name, stored.households, stored.boundary is None) == ("菩提苑", 900, False)

    def test_cells_are_left_for_the_draft(self, admin, sessions):
        cell = (COMMUNITY + "009", "九网格", box(121.40, 31.20, 121.41, 31.21), {"level": "cell"})
        page = look(admin, areas(cell, street()))
        assert "1 cell was left out" in page
        press_import(admin, IMPORT, page)
        with sessions() as session:
            assert session.scalar(select(Cell.id).where(Cell.code == COMMUNITY + "009")) is None

    def test_it_stands_in_their_navigation(self, admin, browser):  # noqa: F811
        assert 'href="/areas/import"' in admin.get("/inbox") and 'href="/areas/import"' not in browser("clerk").get("/inbox")


class TestKeepers:
    def test_the_communities_of_an_empty_street(self, admin, browser, sessions):  # noqa: F811
        press_import(admin, IMPORT, look(admin, areas(street())))
        office = browser("grid_office", OTHER)
        assert 'href="/areas/import"' in office.get(f"/grid?street={OTHER}")
        page = look(office, NEW)
        assert "<strong>2</strong>new" in page and "<strong>1</strong>as they were" in page
        assert "Imported" in press_import(office, IMPORT, page)

    def test_no_street_and_nothing_of_others(self, office):
        page = look(office, areas(street(), community(OTHER + "001")), status=422)
        assert f"you may not change {OTHER}</td>" in page and f"you may not change {OTHER}001</td>" in page
        assert f"you may not change {STREET}</td>" in look(office, areas(street(STREET, "改名", 121.40)), status=422)

    def test_a_community_that_is_cut_already_is_told_of(self, office):
        page = look(office, areas(community(COMMUNITY, "菩提居民区", 121.40, 121.415)))
        assert f"{COMMUNITY} has cells, which stay as they are" in page and "another" in page

    def test_not_for_others(self, browser, street):  # noqa: F811
        for role in ("clerk", "dispatcher", "security_admin", "grid_worker"):
            browser(role).get(IMPORT, status=403)


def test_the_first_street_of_all(app, sessions, now):
    with sessions() as session, session.begin():
        accounts.create_account(session, "first", PASSWORD, name="管理员", grants=[Grant("system_admin", STREET[:6])], actor=SYSTEM, now=now)
    first = Browser(app)
    assert first.client.post("/login", data={"username": "first", "password": PASSWORD}).status_code == 303
    first.get("/grid", status=404)
    page = press_import(first, IMPORT, look(first, NEW, stand_in="1"))
    assert "Imported" in page and "新街道" in first.get(f"/grid?street={OTHER}")
