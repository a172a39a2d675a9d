"""A resident with a phone: one minute, three fields, no account."""

import itertools
import re

import pytest
from PIL import Image
from playwright.sync_api import expect
from sqlalchemy import func, select

from gridops import db
from gridops.models import Evidence, Report, Ticket
from gridops.services import tickets
from tests import small_street
from tests.browser.conftest import DESK, PHONE

pytestmark = pytest.mark.browser
HERE = {"geolocation": {"longitude": 121.405, "latitude": 31.205, "accuracy": 12}, "permissions": ["geolocation"]}
SEA = {"geolocation": {"longitude": 122.9, "latitude": 31.2, "accuracy": 12}, "permissions": ["geolocation"]}
PAGES = ("/", "/report", "/track", "/lost-code", "/responsible", "/responsible?area=310199001001001&category=E0110", "/nowhere")


def count(site, model) -> int:
    with site.fresh.sessions() as session:
        return session.scalar(select(func.count()).select_from(model))


def fill_in(page) -> None:
    page.goto("/report")
    page.get_by_label("用您自己的话说").fill("路口垃圾堆了三天")


def test_a_report_with_position_and_photo_ends_in_a_receipt(open_page, site, tmp_path):
    Image.new("RGB", (3000, 2000), "green").save(tmp_path / "a.jpg")
    page = open_page(**HERE)
    fill_in(page)
    page.get_by_role("button", name="用我现在的位置").click()
    expect(page.get_by_role("status").filter(has_text="西网格")).to_be_visible()
    page.set_input_files("#files", tmp_path / "a.jpg")
    expect(page.locator("[data-state=done]")).to_have_count(1)
    page.get_by_role("button", name="提交").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("已收到")
    expect(page.locator(".code li")).to_have_count(6)
    expect(page.get_by_text("西网格")).to_be_visible()
    assert count(site, Evidence) == 1


def test_a_finger_on_the_map_without_any_tiles_chooses_the_spot(open_page):
    page = open_page()
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    fill_in(page)
    page.get_by_role("button", name="在图上指出来").click()
    expect(page.locator("path.leaflet-interactive, .leaflet-overlay-pane path").first).to_be_visible()
    page.locator("#map").click(position={"x": 120, "y": 160})
    expect(page.locator("[data-spot-text]")).to_contain_text("星河街道")
    assert page.locator("[name=lng]").input_value().startswith("121.4")
    assert all(url.startswith((page.url.split("/report")[0], "data:", "blob:")) for url in asked)


def test_a_position_outside_is_not_kept(open_page):
    page = open_page(**SEA)
    fill_in(page)
    page.get_by_role("button", name="用我现在的位置").click()
    expect(page.locator("[data-spot-text]")).to_contain_text("不在本系统")
    assert page.locator("[name=lng]").input_value() == ""


def test_a_mistake_comes_back_with_everything_typed_and_the_focus_on_what_is_wrong(open_page):
    page = open_page()
    fill_in(page)
    page.get_by_role("textbox", name="称呼").fill("王芳")
    page.get_by_role("button", name="提交").click()
    expect(page.get_by_role("alert")).to_be_focused()
    expect(page.get_by_label("用您自己的话说")).to_have_value("路口垃圾堆了三天")
    expect(page.get_by_role("textbox", name="称呼")).to_have_value("王芳")


def test_two_presses_send_one_report(open_page, site):
    page = open_page()
    fill_in(page)
    page.get_by_label("说不清在哪里").check()
    page.get_by_role("button", name="提交").dblclick()
    page.wait_for_url("**/receipt")
    assert count(site, Report) == 1


def test_everything_works_without_script(open_page, site):
    page = open_page(java_script_enabled=False)
    fill_in(page)
    expect(page.get_by_role("button", name="用我现在的位置")).to_be_hidden()
    page.get_by_label("地址或位置描述").fill("3号楼")
    page.get_by_role("button", name="提交").click()
    page.get_by_role("link", name="查看办理进度").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("已收到")
    page.get_by_text("我要补充").click()
    page.get_by_label("有什么新情况").fill("又多了")
    page.get_by_role("button", name="提交补充").click()
    expect(page.get_by_text("又多了")).to_be_visible()


def test_a_closed_matter_asks_whether_it_is_solved(open_page, site, now):
    with db.transaction(site.fresh.sessions) as session:
        receipt = site.street.submit(session, now, kind="consult", category=None)
    with db.transaction(site.fresh.sessions) as session:
        tickets.perform(session, receipt.ticket.number, "answer", {"text": "已经清走。"}, actor=site.street.actors["clerk"], now=now)
    page = open_page()
    page.goto("/track")
    page.get_by_label("查询码").fill(receipt.code)
    page.get_by_role("button", name="查询").click()
    page.get_by_text("没有解决").click()
    page.get_by_text("很不满意").click()
    page.get_by_role("button", name="提交评价").click()
    expect(page.get_by_text("谢谢您告诉我们")).to_be_visible()
    with site.fresh.sessions() as session:
        assert session.scalars(select(Ticket.status)).one() == "filed"


def test_the_language_switch_keeps_the_page(open_page):
    page = open_page()
    page.goto("/responsible?area=" + small_street.WEST)
    page.get_by_role("link", name="English").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Who is responsible here?")
    assert small_street.WEST in page.url


def test_the_keyboard_reaches_the_content_first(open_page):
    page = open_page(viewport=DESK)
    page.goto("/report")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="跳到正文")).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("#content")).to_be_focused()


SMALL_TARGETS = """() => [...document.querySelectorAll('main a, main button, main input:not([type=hidden]), main select, header a')].filter((thing) => {
  const box = (thing.closest('label.choice, .matters label') || thing).getBoundingClientRect();
  const inText = thing.tagName === 'A' && getComputedStyle(thing).display === 'inline';
  return box.width && !inText && (box.height < 43.5 || box.width < 43.5);
}).map((thing) => thing.outerHTML.slice(0, 120))"""
UNLABELLED = """() => [...document.querySelectorAll('main input:not([type=hidden]), main select, main textarea')]
  .filter((thing) => !thing.labels.length && !thing.getAttribute('aria-label')).map((thing) => thing.outerHTML)"""
PALE = """() => {
  const numbers = (colour) => { const c = document.createElement('canvas').getContext('2d', {willReadFrequently: true}); c.fillStyle = colour; c.fillRect(0, 0, 1, 1); return [...c.getImageData(0, 0, 1, 1).data]; };
  const light = (rgb) => { const [r, g, b] = rgb.map((v) => (v /= 255) <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4); return .2126 * r + .7152 * g + .0722 * b; };
  const ground = (thing) => { for (; thing; thing = thing.parentElement) { const c = numbers(getComputedStyle(thing).backgroundColor); if (c[3] === 255) return c.slice(0, 3); } return [255, 255, 255]; };
  return [...document.querySelectorAll('body *')].filter((thing) => [...thing.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim()) && thing.getClientRects().length && !thing.matches('option, optgroup, script, style'))
    .map((thing) => { const [a, b] = [light(numbers(getComputedStyle(thing).color).slice(0, 3)), light(ground(thing))]; return [(Math.max(a, b) + .05) / (Math.min(a, b) + .05), thing.outerHTML.slice(0, 100)]; })
    .filter(([ratio]) => ratio < 4.5);
}"""


def test_pages_are_readable_labelled_and_large_enough_to_touch(open_page):
    for scheme in ("light", "dark"):
        page = open_page(color_scheme=scheme)
        for path in PAGES:
            page.goto(path)
            assert page.evaluate(PALE) == [], path
            assert page.evaluate(UNLABELLED) == [], path
            assert page.evaluate(SMALL_TARGETS) == [], path
            assert page.evaluate("document.querySelectorAll('h1').length") == 1, path
    page.evaluate("document.querySelector('h1').style.color = '#555'")  # the measure itself works
    assert page.evaluate(PALE)


def test_nothing_runs_over_the_edge(open_page):
    for viewport, locale in itertools.product((PHONE, DESK), ("zh-CN", "en-GB")):
        page = open_page(viewport=viewport, locale=locale)
        for path in PAGES:
            page.goto(path)
            assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"], path


def test_a_printed_receipt_has_the_code_and_no_buttons(open_page):
    page = open_page()
    fill_in(page)
    page.get_by_label("说不清在哪里").check()
    page.get_by_role("button", name="提交").click()
    page.wait_for_url("**/receipt")
    page.emulate_media(media="print")
    assert re.fullmatch(r"(\d{4}\s*){6}", page.locator(".code").inner_text())
    expect(page.get_by_role("button", name="打印")).to_be_hidden()
    expect(page.locator("p.print-only")).to_be_visible()
    expect(page.locator(".promise .print-only")).to_have_text("2026年3月11日")
    expect(page.locator(".promise .print-only")).to_be_visible()
