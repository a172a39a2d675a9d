"""Staff pages in Chromium: on the phone, by keyboard, with and without script."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from gridops import db
from gridops.domain.actor import SYSTEM, Grant
from gridops.models import Cell, Evidence, Photo, Place, Ticket
from gridops.services import accounts, place_search, tickets
from tests import waiting_tickets
from tests.browser.conftest import DESK, PHONE
from tests.browser.phones import serious
from tests.filming import film
from tests.small_street import COMMUNITY, RUBBISH, STREET, WEST
from tests.web.test_resident import photo

pytestmark = pytest.mark.browser
PASSWORD = "a long enough password"
STARTS = {"grid_worker": "today", "department": "organisation"}


@pytest.fixture
def number(site, now):
    """A ticket dispatched to the sanitation company."""
    with db.transaction(site.fresh.sessions) as session:
        ticket = site.street.submit(session, now, contact={"name": "张建国", "phone": "13812341234"}).ticket
        tickets.perform(session, ticket.number, "file", {"category": RUBBISH}, actor=SYSTEM, now=now)
        tickets.perform(session, ticket.number, "dispatch", {"support": []}, actor=SYSTEM, now=now)
        return ticket.number


@pytest.fixture
def enter(site, open_page, now):
    """enter("clerk") -> a page of somebody with that role, logged in."""

    def enter(role, area=STREET, department=None, **options):
        department_id = site.street.departments[department].id if department else None
        with db.transaction(site.fresh.sessions) as session:
            accounts.create_account(session, f"in-{role}", PASSWORD, name=role, grants=[Grant(role, area, department_id)], actor=SYSTEM, now=now)
        page = open_page(**options)
        page.goto("/login")
        page.get_by_label("用户名").fill(f"in-{role}")
        page.get_by_label("密码", exact=True).fill(PASSWORD)
        page.keyboard.press("Enter")
        expect(page).to_have_url(f"{site.address}/{STARTS.get(role, 'inbox')}")
        return page

    return enter


def status(site, number):
    with site.fresh.sessions() as session:
        return session.scalar(select(Ticket.status).where(Ticket.number == number))


def fits(page):
    return page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_a_department_signs_and_answers_on_the_phone_with_a_photo(enter, site, number):
    page = enter("department", department="SANITATION")
    page.get_by_role("link", name=number).click()
    page.get_by_role("button", name="签收").click()
    expect(page.get_by_role("status").first).to_contain_text("签收")
    form = page.locator("#act-submit_result")
    form.get_by_label("办理结果").select_option("solved")
    form.get_by_label("办理情况").fill("已清运")
    form.locator("input[type=file]").set_input_files({"name": "a.jpg", "mimeType": "image/jpeg", "buffer": photo().read()})
    expect(form.locator("li[data-state=done]")).to_have_count(1)
    form.get_by_role("button", name="提交办理结果").click()
    expect(page.get_by_role("status").first).to_contain_text("提交办理结果")
    assert status(site, number) == "handled"
    with site.fresh.sessions() as session:
        assert len(session.scalars(select(Evidence)).all()) == 1
    picture = page.locator(".photos img").first
    picture.scroll_into_view_if_needed()
    expect(picture).to_have_js_property("complete", True)
    assert picture.evaluate("image => image.naturalWidth") > 0


def test_photos_from_before_and_after_keep_their_places(enter, site, now):
    with db.transaction(site.fresh.sessions) as session:
        number = site.street.submit(session, now).ticket.number
    page = enter("grid_worker", area=WEST)
    page.goto(f"/tickets/{number}")
    page.get_by_text("当场办理", exact=True).first.click()
    form = page.locator("#act-self_handle")
    for part, colour in (("files", "green"), ("files_before", "red")):
        picture = {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": photo(colour).read()}
        form.locator(f"input[name={part}]").set_input_files(picture)
    expect(form.locator("li[data-state=done]")).to_have_count(2)
    form.get_by_label("办理情况").fill("已扫净")
    form.get_by_role("button", name="当场办理").click()
    expect(page.get_by_role("status").first).to_contain_text("当场办理")
    with site.fresh.sessions() as session:
        assert sorted(session.scalars(select(Evidence.stage))) == ["after", "before"]


def test_a_film_on_the_ticket_page_is_sent_ahead_and_shown(enter, site, now, tmp_path):
    """A worker's check; one that is too large says so at once, and the form goes without it."""
    with db.transaction(site.fresh.sessions) as session:
        number = waiting_tickets.handled(session, site.street, now)
    page = enter("grid_worker", area=WEST)
    page.goto(f"/tickets/{number}")
    form = page.locator("#act-pass_check")
    if form.get_attribute("open") is None:
        form.locator("summary").first.click()
    (tmp_path / "large.mp4").write_bytes(bytes(31 * 1024 * 1024))
    form.locator("input[type=file]").set_input_files(tmp_path / "large.mp4")
    expect(form.locator("li[data-state=failed]")).to_contain_text("30 MB")
    form.locator("input[type=file]").set_input_files({"name": "a.mp4", "mimeType": "video/mp4", "buffer": film(seconds=2)})
    expect(form.locator("li[data-state=done] video")).to_have_count(1)
    form.locator("textarea").first.fill("看过了")
    form.get_by_role("button", name="核查通过").click()
    expect(page.get_by_role("status").first).to_contain_text("核查通过")
    with site.fresh.sessions() as session:
        sent, = session.scalars(select(Photo).join(Evidence, Evidence.photo_id == Photo.id).where(Evidence.stage == "check"))
        assert (sent.mime, sent.uploaded_by is not None) == ("video/mp4", True)
    expect(page.locator(".photos .film img").first).to_have_js_property("complete", True)


def test_a_ticket_is_signed_with_the_keyboard_alone(enter, site, number):
    page = enter("department", department="SANITATION", viewport=DESK)
    page.goto(f"/tickets/{number}")
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent") == "签收" and page.evaluate("document.activeElement.tagName") == "BUTTON":
            break
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").first).to_contain_text("签收")
    assert status(site, number) == "in_progress"


@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
def test_no_page_is_wider_than_the_screen(enter, number, viewport):
    page = enter("clerk", viewport=viewport)
    for path in ("/inbox", "/tickets", f"/tickets/{number}", "/desk", "/board", "/board?by=community", "/hot-issues"):
        page.goto(path)
        page.wait_for_load_state("networkidle")
        assert fits(page), path


def test_targets_for_fingers_are_large_enough(enter, number):
    page = enter("clerk")
    for path in ("/inbox", f"/tickets/{number}", "/desk"):
        page.goto(path)
        heights = page.locator("main button:visible, main select:visible, main summary:visible, nav a:visible").evaluate_all(
            "found => found.filter(one => !one.closest('.leaflet-container')).map(one => [one.textContent.trim(), one.getBoundingClientRect().height])")
        assert [each for each in heights if each[1] < 43.5] == [], path


def test_the_backlogs_cells_are_drawn_and_lead_to_their_tickets(enter, number, site):
    page = enter("leader", viewport=DESK)
    page.goto("/board")
    expect(page.locator("path.cell.tone-green")).to_have_count(1)
    expect(page.locator("path.tone-none, path.cell")).not_to_have_count(0)
    page.locator("path.cell.tone-green").click(position={"x": 40, "y": 40})
    page.wait_for_url("**/tickets?**")
    assert f"area={WEST}" in page.url
    expect(page.get_by_role("link", name=number)).to_be_visible()


def test_a_name_with_html_in_it_stays_text_on_the_map(enter, number, site):
    with db.transaction(site.fresh.sessions) as session:
        session.scalars(select(Cell).where(Cell.code == WEST)).one().name = "<b id=smuggled>西</b>"
    page = enter("leader", viewport=DESK)
    page.goto("/board")
    page.locator("path.cell").first.wait_for()
    for shape in page.locator("path.cell").all():
        shape.hover(force=True, position={"x": 12, "y": 12})  # the middle may be a ticket's point
        expect(page.locator(".leaflet-tooltip")).to_have_count(1)
        if "smuggled" in page.locator(".leaflet-tooltip").inner_text():
            return
    raise AssertionError("the name is read as HTML")


def test_the_backlog_is_complete_without_script(enter, number):
    page = enter("leader", java_script_enabled=False)
    page.goto("/board")
    expect(page.locator("table.board")).to_contain_text("西网格")
    expect(page.locator(".map")).to_be_hidden()


def test_a_clerk_takes_a_call_down_with_lists_that_follow_the_typing(enter, site):
    with db.transaction(site.fresh.sessions) as session:
        session.add(Place(code="P1", kind="compound", name="菩提小区", community_code=COMMUNITY, households=300))
        place_search.index_places(session)
    page = enter("clerk", viewport=DESK)
    page.goto("/desk")
    page.get_by_label("什么事").fill("垃圾没人清")
    page.get_by_label("小区或楼栋").press_sequentially("菩提区")
    page.get_by_role("option", name="菩提小区").click()
    expect(page.get_by_label("小区或楼栋")).to_have_value("菩提小区 (P1)")
    expect(page.locator("#condition_no")).to_be_hidden()
    page.get_by_label("立案并派单").check()
    page.locator("#category").fill(RUBBISH)
    page.locator("#category").press("Tab")
    expect(page.locator("#condition_no option")).not_to_have_count(1)
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("已登记")
    with site.fresh.sessions() as session:
        taken = session.scalars(select(Ticket)).one()
        assert (taken.status, taken.area_code) == ("filed", COMMUNITY)


def test_the_same_page_speaks_english(enter, number):
    page = enter("clerk")
    page.goto(f"/tickets/{number}")
    page.get_by_role("link", name="English").click()
    expect(page).to_have_url(re.compile(f"/tickets/{number}$"))
    expect(page.get_by_role("heading", name="What you can do")).to_be_visible()


@pytest.mark.timeout(180)
def test_categories_are_suggested_while_a_clerk_types_and_the_own_choice_stays(enter):
    page = enter("clerk", viewport=DESK)
    page.goto("/desk")
    category, aloud = page.locator("#category"), page.locator("#likely-said")
    category.fill(RUBBISH)
    page.locator("#description").press_sequentially("路口井盖松动，走过去会晃")
    first = page.locator("#likely [data-take]").first
    expect(first).to_be_visible()
    expect(page.locator("#likely q").first).to_contain_text("井盖")
    expect(aloud).to_contain_text("按文字建议：")
    expect(category).to_have_value(RUBBISH)
    page.keyboard.press("Tab")
    expect(first).to_be_focused()
    page.keyboard.press("Enter")
    chosen = first.get_attribute("data-take")
    expect(category).to_have_value(chosen)
    expect(first).to_have_attribute("aria-pressed", "true")
    expect(page.locator("#condition_no option:not([value=''])").first).to_be_attached()
    assert serious(page) == []
    said = aloud.text_content()
    page.locator("#description").fill("三号楼电梯又停了，老人下不来")
    expect(aloud).not_to_have_text(said)
    expect(category).to_have_value(chosen)
    page.locator("#description").fill("")
    expect(page.locator("#likely")).to_be_hidden()
