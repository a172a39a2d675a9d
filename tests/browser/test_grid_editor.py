"""The grid editor in Chromium: drawing, dragging, the keyboard, two editors on one draft."""

from __future__ import annotations

import json
import re
from copy import deepcopy

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from gridops import db
from gridops.domain.actor import SYSTEM
from gridops.models import Cell, Grid
from gridops.services.grid_drafts import coverage, drafting, editing
from gridops.services.shapes import shape_of
from tests.browser.conftest import DESK, PHONE
from tests.browser.test_staff import enter, fits  # noqa: F401
from tests.small_street import COMMUNITY, EAST, STREET, WEST

pytestmark = pytest.mark.browser
NEW = COMMUNITY + "003"
INNER = ".vertex:not(.border):not(.middle)"  # on the edge between the two cells, from south to north


@pytest.fixture
def draft(site, now):
    with db.transaction(site.fresh.sessions) as session:
        return drafting.begin(session, STREET, title="春季调整", actor=SYSTEM, now=now).id


@pytest.fixture
def edit(site, now, draft):
    """Somebody else's edit, through the service."""

    def edit(**body):
        with db.transaction(site.fresh.sessions) as session:
            revision = session.get_one(Grid, draft).revision
            return editing.edit(session, draft, {"expected_revision": revision} | body, actor=SYSTEM, now=now)

    return edit


@pytest.fixture
def editor(enter, draft):  # noqa: F811
    def editor(cell="", viewport=DESK, **options):
        page = enter("grid_office", viewport=viewport, **options)
        page.goto(f"/grid/{draft}?cell={cell}")
        expect(page.locator("#map path.cell").first).to_be_attached()
        expect(page.locator("#problems")).to_be_visible()
        return page

    return editor


def shapes(site, draft):
    with site.fresh.sessions() as session:
        return {cell.code: shape_of(cell.boundary) for cell in session.scalars(select(Cell).where(Cell.grid_id == draft))}


def problems(site, draft):
    with site.fresh.sessions() as session:
        return coverage.coverage(session, session.get_one(Grid, draft))


def spot(page, selector, n=0):
    box = page.locator(selector).nth(n).bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_a_cell_is_split_along_a_line_drawn_on_the_map(editor, site, draft):
    page = editor(WEST)
    page.get_by_role("button", name="沿线拆分").first.click()
    box = page.locator("#map path.cell.chosen").bounding_box()
    across = box["x"] + box["width"] / 3
    page.mouse.click(across, box["y"] - 15)
    page.mouse.click(across, box["y"] + box["height"] + 15)
    page.keyboard.press("Enter")
    expect(page.locator("#said")).to_contain_text("拆分")
    expect(page.locator("#map path.cell")).to_have_count(3)
    assert set(shapes(site, draft)) == {WEST, EAST, NEW}
    assert problems(site, draft)["complete"]


def test_a_cell_is_drawn_and_takes_its_ground_from_the_others(editor, site, draft):
    page = editor()
    page.get_by_role("toolbar").get_by_role("button", name="绘制网格").click()
    x, y = spot(page, "#map path.community")
    for dx, dy in ((-60, -60), (60, -60), (60, 60), (-60, 60)):
        page.mouse.click(x + dx, y + dy)
    page.keyboard.press("Enter")
    expect(page.locator("#map path.cell")).to_have_count(3)
    assert problems(site, draft)["complete"]


def test_two_cells_are_merged_by_keyboard_alone(editor, site, draft):
    page = editor(WEST)
    summary = page.locator("summary", has_text="与相邻网格合并")
    for _ in range(60):
        page.keyboard.press("Tab")
        if summary.evaluate("one => one === document.activeElement"):
            break
    page.keyboard.press("Enter")
    for _ in range(3):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.tagName") == "BUTTON":
            break
    page.keyboard.press("Enter")
    expect(page.locator("#said")).to_contain_text("合并")
    expect(page.locator("#map path.cell")).to_have_count(1)
    assert set(shapes(site, draft)) == {WEST}


def several(page):
    return page.locator("#map path.cell.several")


def cell_at(page, dx):
    """A place inside the western (dx -1) or eastern (1) half of the small street."""
    box = page.locator("#map path.community").bounding_box()
    return box["x"] + box["width"] * (0.5 + dx * 0.3), box["y"] + box["height"] / 2


def test_cells_are_merged_by_shift_and_press_on_the_map(editor, site, draft):
    page = editor()
    page.mouse.click(*cell_at(page, -1))
    expect(page.locator("#map path.cell.chosen")).to_have_count(1)
    page.keyboard.down("Shift")
    page.mouse.click(*cell_at(page, 1))
    page.keyboard.up("Shift")
    expect(several(page)).to_have_count(2)
    expect(page.locator(".cells li.several")).to_have_count(2)
    page.get_by_role("toolbar").get_by_role("button", name="合并 (2)").click()
    expect(page.locator("#said")).to_contain_text("合并")
    expect(page.locator("#map path.cell")).to_have_count(1)
    expect(page.locator(".cells li[id]")).to_have_count(1)
    expect(several(page)).to_have_count(0)
    assert len(shapes(site, draft)) == 1 and problems(site, draft)["complete"]


def test_several_cells_are_chosen_by_touch_and_let_go_again(editor, draft):
    page = editor(viewport=PHONE, has_touch=True)
    merge = page.get_by_role("toolbar").get_by_role("button", name="合并")
    page.locator("#map").scroll_into_view_if_needed()
    page.get_by_role("button", name="选取多个").tap()
    page.touchscreen.tap(*cell_at(page, -1))
    expect(several(page)).to_have_count(1)
    expect(merge).to_be_disabled()
    page.touchscreen.tap(*cell_at(page, 1))
    expect(merge).to_be_enabled()
    page.touchscreen.tap(*cell_at(page, 1))
    expect(several(page)).to_have_count(1)
    page.keyboard.press("Escape")
    expect(several(page)).to_have_count(0)
    expect(page.locator(".cells input:checked")).to_have_count(0)


def test_ticks_of_the_list_are_marked_on_the_map_and_outlive_another_choice(editor, draft):
    page = editor(WEST)
    page.locator(f"#row-{EAST} input").check()
    expect(several(page)).to_have_count(1)
    page.locator(f"#row-{EAST} a").click()
    expect(page.locator("#lists")).to_have_attribute("data-chosen", EAST)
    expect(page.locator(f"#row-{EAST}")).to_have_class(re.compile("several.*chosen|chosen.*several"))
    expect(page.locator(f"#row-{EAST} input")).to_be_checked()


def test_new_rows_stand_in_the_order_of_codes(editor, edit, draft):
    page = editor(WEST)
    page.locator("#now summary", has_text="拆分").click()
    page.locator("#now form", has=page.locator("#parts")).get_by_role("button").click()
    expect(page.locator(".cells li[id]")).to_have_count(3)
    assert [row.get_attribute("id") for row in page.locator(".cells li[id]").all()] == [f"row-{code}" for code in (WEST, EAST, NEW)]
    expect(page.locator("#cells-title")).to_have_text("网格 (3)")
    expect(page.locator("[data-count]")).to_have_text("3")
    page.get_by_role("toolbar").get_by_role("button", name="撤销").click()
    expect(page.locator(".cells li[id]")).to_have_count(2)
    expect(page.locator("[data-count]")).to_have_text("2")


def test_a_file_replaces_the_cells_or_says_beside_the_form_what_is_wrong(editor, site, draft):
    page = editor()
    found = page.request.get(f"/api/v1/grids/{draft}/geojson").json()
    cells = [one for one in found["features"] if one["properties"]["level"] == "cell"]
    crossed = deepcopy(cells)
    crossed[1]["geometry"]["coordinates"] = [[[[121.41, 31.20], [121.42, 31.21], [121.42, 31.20], [121.41, 31.21], [121.41, 31.20]]]]
    before = shapes(site, draft)
    page.get_by_role("link", name="从文件读入").click()
    send_file(page, crossed)
    expect(page.locator("#faults")).to_contain_text("边界自相交")
    expect(page.locator("#faults tbody tr")).to_have_count(1)
    expect(page.locator("#faults tbody")).to_contain_text(EAST)
    assert shapes(site, draft) == before
    cells[0]["properties"]["name"] = "来自文件"
    send_file(page, cells)
    expect(page.get_by_role("status").first).to_contain_text("已读入文件：1个网格有变化")
    expect(page.locator(f"#row-{WEST}")).to_contain_text("来自文件")


def test_problems_are_looked_for_after_a_pause_and_once_for_several_edits(editor, edit, draft):
    edit(operation="add_vertex", at=[121.41, 31.205])
    page = editor(WEST)
    asked = []
    page.on("request", lambda sent: asked.append(sent.url) if sent.url.endswith("/problems") else None)
    page.locator(INNER).nth(1).focus()
    for n in range(2, 5):
        page.keyboard.press("ArrowRight")
        expect(page.locator("#lists")).to_have_attribute("data-revision", str(n))
    expect(page.locator("#problems-here")).not_to_have_attribute("aria-busy", "true")
    assert len(asked) < 3


def send_file(page, features):
    content = json.dumps({"type": "FeatureCollection", "features": features}).encode()
    page.locator("#file").set_input_files({"name": "cells.geojson", "mimeType": "application/geo+json", "buffer": content})
    page.get_by_role("button", name="读入文件").click()


def test_a_dragged_vertex_takes_the_neighbour_along_and_undo_brings_it_back(editor, edit, site, draft):
    edit(operation="add_vertex", at=[121.41, 31.205])
    before = shapes(site, draft)
    page = editor(WEST)
    x, y = spot(page, INNER, 1)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 30, y + 5, steps=6)
    page.mouse.move(x + 60, y + 10, steps=6)
    page.mouse.up()
    expect(page.locator("#said")).to_contain_text("移动顶点")
    after = shapes(site, draft)
    assert after[WEST].area > before[WEST].area and after[EAST].area < before[EAST].area
    assert problems(site, draft) == {"complete": True, "gap_m2": 0.0, "overlap_m2": 0.0, "problems": []}
    page.locator("#map").focus()
    page.keyboard.press("Control+z")
    expect(page.locator("#said")).to_contain_text("已撤销上一步")
    assert shapes(site, draft) == before


def test_a_vertex_is_moved_with_the_arrow_keys(editor, edit, site, draft):
    edit(operation="add_vertex", at=[121.41, 31.205])
    page = editor(WEST)
    page.locator(INNER).nth(1).focus()
    page.keyboard.press("Shift+ArrowRight")
    expect(page.locator("#said")).to_contain_text("移动顶点")
    east = max(x for x, y in shapes(site, draft)[WEST].geoms[0].exterior.coords)
    assert (east - 121.41) * 95_300 == pytest.approx(10, abs=0.1)


def test_a_vertex_is_moved_from_the_list_ten_metres_three_times(editor, edit, site, draft):
    edit(operation="add_vertex", at=[121.41, 31.205])
    page = editor(WEST)
    page.locator("#vertices summary").click()
    page.locator("#vertex").select_option(label=page.locator("#vertex option", has_text="31.20500").inner_text())
    page.locator("#metres").select_option("10")
    for n in range(1, 4):
        page.locator("#vertices").get_by_role("button", name="向东").click()
        expect(page.locator("#lists")).to_have_attribute("data-revision", str(n + 1))
        page.locator("#vertex").select_option(label=page.locator("#vertex option", has_text="31.20500").inner_text())
        page.locator("#metres").select_option("10")
    east = max(x for x, y in shapes(site, draft)[WEST].geoms[0].exterior.coords)
    assert (east - 121.41) * 95_300 == pytest.approx(30, abs=0.3)
    assert problems(site, draft)["complete"]


def test_whoever_comes_second_is_told_and_loads_the_new_state(editor, edit, site, draft):
    page = editor(WEST)
    edit(operation="split", cell=EAST, line=[[121.415, 31.19], [121.415, 31.22]])
    page.locator("summary", has_text="名称与户数").click()
    page.locator("#name").fill("迟到的名称")
    page.locator("form", has=page.locator("[name=operation][value=rename]")).get_by_role("button").click()
    expect(page.locator("#said")).to_contain_text("刚刚修改了此草案（拆分：")
    expect(page.locator("#map path.cell")).to_have_count(2)
    page.get_by_role("button", name="载入最新状态").click()
    expect(page.locator("#map path.cell")).to_have_count(3)
    with site.fresh.sessions() as session:
        assert not session.scalars(select(Cell).where(Cell.name == "迟到的名称")).all()


def test_a_problem_is_shown_on_the_map_and_mended_from_the_list(editor, site, draft):
    with db.transaction(site.fresh.sessions) as session:
        session.delete(session.scalars(select(Cell).where(Cell.grid_id == draft, Cell.code == EAST)).one())
    page = editor()
    before = page.locator("#map path.cell").first.bounding_box()["width"]
    page.get_by_role("link", name="在地图上显示").click()
    expect(page.locator("#map path.problem-frame")).to_have_count(1)
    page.wait_for_function("before => document.querySelector('#map path.cell').getBoundingClientRect().width !== before", arg=before)
    page.goto(f"/grid/{draft}/problems")
    page.get_by_role("link", name="在地图上显示").click()  # from a page of its own it leads to the map
    expect(page.locator("#map path.problem-frame")).to_have_count(1)
    page.get_by_role("button", name="划入该网格").click()
    expect(page.locator("#problems")).to_contain_text("完整，无空白无重叠")
    assert problems(site, draft)["complete"]


@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
def test_no_page_is_wider_than_the_screen(editor, edit, draft, viewport):
    page = editor(WEST, viewport=viewport)
    for path in (f"/grid/{draft}?cell={WEST}", f"/grid/{draft}/problems", f"/grid/{draft}/comparison", "/grid", f"/communities/{COMMUNITY}"):
        page.goto(path)
        page.wait_for_load_state("networkidle")
        assert fits(page), path


def test_the_lists_come_first_on_the_phone(editor):
    page = editor(WEST, viewport=PHONE)
    assert page.locator("#lists").bounding_box()["y"] < page.locator("#map").bounding_box()["y"]


def test_the_maps_of_both_versions_move_together(editor, edit, draft):
    edit(operation="split", cell=EAST, line=[[121.415, 31.19], [121.415, 31.22]])
    page = editor(viewport=DESK)
    page.goto(f"/grid/{draft}/comparison")
    first, second = page.locator("[data-twin]").nth(0), page.locator("[data-twin]").nth(1)
    expect(second.locator("path.differs")).to_have_count(2)
    first.locator(".leaflet-control-zoom-in").click()
    widths = [one.locator("path.community").first.bounding_box()["width"] for one in (first, second)]
    assert widths[0] == pytest.approx(widths[1], abs=1)


def test_a_draft_is_activated_from_the_page(editor, edit, site, draft):
    edit(operation="merge", cells=[WEST, EAST])
    page = editor()
    page.get_by_role("link", name="对比与启用").click()
    expect(page.locator("#moves")).to_be_visible()
    page.get_by_role("button", name="启用").click()
    expect(page.get_by_role("status").first).to_contain_text("新版次已启用")
    with site.fresh.sessions() as session:
        assert session.get_one(Grid, draft).status == "active"
