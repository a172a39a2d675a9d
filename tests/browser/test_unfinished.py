"""What was half written outlives the page: the phone ends the browser while its camera is open, and nobody else learns of it."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Error, expect
from sqlalchemy import select

from gridops import db
from gridops.models import Evidence, Photo, Report
from tests import waiting_tickets
from tests.browser.outposts import card, outpost, patience  # noqa: F401
from tests.browser.phones import kept, log_in, phone, photo, serious, take_photo, until
from tests.browser.test_staff import enter  # noqa: F401
from tests.filming import film
from tests.small_street import RUBBISH, STREET, WEST

pytestmark = pytest.mark.browser
HERE = {"geolocation": {"longitude": 121.405, "latitude": 31.205, "accuracy": 12}, "permissions": ["geolocation"]}
WORDS = "楼道堆着旧家具，消防门打不开"
NAMED = "承办单位也知道"
RESTORED = "已恢复您上次没有提交的内容"
ON_DEVICE = "JSON.stringify(Object.entries(localStorage)) + JSON.stringify(Object.entries(sessionStorage))"


class Ended:
    """A page whose process ends at once, as a phone does it that needs the memory, and that the browser then makes anew."""

    def __init__(self, page, browser):
        self.elsewhere, self.heard, self.asked = page.context.new_page(), {}, 0
        self.browser = browser.new_browser_cdp_session()
        self.browser.on("Target.receivedMessageFromTarget", lambda told: self._hear(json.loads(told["message"])))
        target = next(each["targetId"] for each in self.browser.send("Target.getTargets")["targetInfos"] if each["url"] == page.url)
        self.session = self.browser.send("Target.attachToTarget", {"targetId": target, "flatten": False})["sessionId"]
        self._post("Page.crash")
        self.elsewhere.wait_for_timeout(1500)
        self._send("Page.reload")

    def _hear(self, told):
        self.heard[told.get("id")] = told

    def _post(self, method, **params):
        self.asked += 1
        message = json.dumps({"id": self.asked, "method": method, "params": params})
        self.browser.send("Target.sendMessageToTarget", {"sessionId": self.session, "message": message})

    def _send(self, method, **params):
        self._post(method, **params)
        for _ in range(100):
            self.elsewhere.wait_for_timeout(50)
            if self.asked in self.heard:
                return self.heard[self.asked]
        raise AssertionError(method)

    def ask(self, expression):
        return self._send("Runtime.evaluate", expression=expression)["result"]["result"].get("value")

    def until(self, expression):
        for _ in range(100):
            if self.ask(expression):
                return
            self.elsewhere.wait_for_timeout(100)
        raise AssertionError(expression)


def write(page, words=WORDS):
    page.goto("/report")
    page.get_by_label("用您自己的话说").fill(words)
    page.wait_for_timeout(600)


def words(page):
    return page.get_by_label("用您自己的话说")


@pytest.fixture
def mobile(player, outpost, tmp_path):  # noqa: F811
    """mobile() -> the phone with its profile: leaving it ends the browser."""
    return lambda: phone(player, tmp_path / "profile", outpost.mast)


def test_an_ended_page_comes_back_with_words_choices_place_and_photos(open_page, chromium, site):
    page = open_page(**HERE)
    page.goto("/report")
    page.get_by_role("radio", name="暴露垃圾").click()
    words(page).fill(WORDS)
    page.get_by_role("button", name="用我现在的位置").click()
    expect(page.get_by_role("status").filter(has_text="西网格")).to_be_visible()
    page.set_input_files("#files", photo())
    expect(page.locator("[data-state=done]")).to_have_count(1)
    page.get_by_role("textbox", name="称呼").fill("王芳")
    page.wait_for_timeout(600)
    ended = Ended(page, chromium)
    ended.until(f"document.querySelector('.restored')?.textContent.includes('{RESTORED}')")
    assert ended.ask("document.getElementById('description').value") == WORDS and ended.ask("document.getElementById('name').value") == ""
    assert ended.ask("document.querySelector('[name=matter]:checked').value") == RUBBISH and ended.ask("document.querySelectorAll('[data-photos] .kept').length") == 1
    ended.until("document.querySelector('[data-spot-text]').textContent.includes('西网格')")
    ended.ask("document.querySelector('form[data-draft] > button:last-of-type').click()")
    ended.until("location.pathname.endsWith('/receipt') && document.readyState === 'complete'")
    with site.fresh.sessions() as session:
        assert session.scalar(select(Report.description)) == WORDS and len(session.scalars(select(Evidence)).all()) == 1
    ended.ask("location.assign('/report')")
    ended.until("location.pathname === '/report' && document.readyState === 'complete'")
    assert ended.ask("document.getElementById('description').value") == "" and ended.ask("document.querySelector('.restored')") is None


@pytest.mark.parametrize(("who", "kind"), [("只有街道知道", "求助"), ("谁也不知道", "求助"), ("承办单位也知道", "举报")])
def test_who_must_not_be_given_away_leaves_nothing_on_the_device(mobile, who, kind):
    """The words stay with this page of this tab: another tab, or the same browser opened anew, knows nothing."""
    with mobile() as context:
        page = context.pages[0]
        page.goto("/report")
        page.locator("#visibility label", has_text=who).click()
        page.locator("#kind label", has_text=kind).click()
        words(page).fill(WORDS)
        page.wait_for_timeout(600)
        assert WORDS not in page.evaluate("JSON.stringify(Object.entries(localStorage))")
        other = context.new_page()
        other.goto("/report")
        expect(words(other)).to_have_value("")
        other.close()
        page.reload()
        expect(page.locator(".restored")).to_contain_text(RESTORED)
        expect(words(page)).to_have_value(WORDS)
        page.goto("/track")
        assert WORDS not in page.evaluate(ON_DEVICE)
        page.goto("/report")
        expect(words(page)).to_have_value("")
    with mobile() as context:
        page = context.pages[0]
        page.goto("/report")
        expect(words(page)).to_have_value("")


def test_a_named_report_outlives_the_browser_without_name_and_numbers(mobile):
    with mobile() as context:
        page = context.pages[0]
        page.goto("/report")
        page.locator("#visibility label", has_text=NAMED).click()
        page.get_by_role("textbox", name="称呼").fill("王芳")
        page.get_by_role("textbox", name="电话").fill("13800001234")
        words(page).fill(WORDS + "，联系 139 1234 5678 或 021-64371234，100弄12号")
        page.wait_for_timeout(600)
        stored = page.evaluate(ON_DEVICE)
        assert WORDS in stored and not any(secret in stored for secret in ("王芳", "13800001234", "5678", "64371234"))
    with mobile() as context:
        page = context.pages[0]
        page.goto("/report")
        expect(page.locator(".restored")).to_contain_text(RESTORED)
        expect(words(page)).to_have_value(WORDS + "，联系 … 或 …，100弄12号")
        page.locator("#visibility label", has_text="只有街道知道").click()
        assert WORDS not in page.evaluate("JSON.stringify(Object.entries(localStorage))")
        page.locator("#visibility label", has_text=NAMED).click()
        assert WORDS in page.evaluate("JSON.stringify(Object.entries(localStorage))")
        page.get_by_role("button", name="放弃").click()
        expect(words(page)).to_have_value("")
        expect(page.locator(".restored")).to_have_count(0)
        assert WORDS not in page.evaluate(ON_DEVICE)
        page.reload()
        expect(words(page)).to_have_value("")


def test_who_is_quicker_than_the_script_is_not_overruled(open_page):
    page = open_page()
    write(page)
    page.locator("#visibility label", has_text=NAMED).click()
    page.route("**/unfinished.js*", lambda route: (page.wait_for_timeout(1500), route.continue_()))
    page.goto("/report", wait_until="commit")
    words(page).fill("路灯不亮")
    expect(page.locator(".restored")).to_be_visible()
    expect(words(page)).to_have_value("路灯不亮")
    expect(page.locator("#visibility input[value=named]")).to_be_checked()


def test_after_a_day_it_is_gone(open_page):
    page = open_page()
    write(page)
    page.locator("#visibility label", has_text=NAMED).click()
    page.evaluate("() => { const name = 'gridops-draft:report'; localStorage[name] = JSON.stringify({...JSON.parse(localStorage[name]), until: Date.now() - 1}); }")
    page.goto("/report")
    expect(words(page)).to_have_value("")
    assert WORDS not in page.evaluate(ON_DEVICE)


def test_what_comes_back_from_the_server_stays_kept_and_what_was_sent_does_not(open_page):
    page = open_page()
    write(page)
    page.locator("#visibility label", has_text=NAMED).click()
    page.get_by_role("button", name="提交").click()
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.locator(".restored")).to_have_count(0)
    assert WORDS in page.evaluate(ON_DEVICE)
    page.goto("/report")
    expect(words(page)).to_have_value(WORDS)
    page.get_by_label("说不清在哪里").check()
    page.get_by_role("button", name="提交").click()
    page.wait_for_url("**/receipt")
    assert WORDS not in page.evaluate(ON_DEVICE)
    page.go_back()
    expect(page.locator(".restored")).to_have_count(0)


def test_a_report_that_did_not_leave_the_phone_is_still_there(open_page):
    page = open_page()
    write(page)
    page.get_by_label("说不清在哪里").check()
    page.context.set_offline(True)
    page.get_by_role("button", name="提交").click()
    page.wait_for_timeout(1500)
    page.context.set_offline(False)
    page.goto("/report")
    expect(words(page)).to_have_value(WORDS)
    expect(page.get_by_label("说不清在哪里")).to_be_checked()
    page.get_by_role("button", name="提交").click()
    page.wait_for_url("**/receipt")
    page.goto("/report")
    expect(words(page)).to_have_value("")


def test_a_browser_that_keeps_nothing_can_report_all_the_same(open_page):
    page = open_page()
    page.add_init_script("for (const name of ['localStorage', 'sessionStorage']) Object.defineProperty(window, name, { get() { throw new Error('forbidden'); } });")
    write(page)
    page.locator("#visibility label", has_text=NAMED).click()
    page.get_by_label("说不清在哪里").check()
    page.get_by_role("button", name="提交").click()
    page.wait_for_url("**/receipt")


def patrol_begun(page):
    page.get_by_role("link", name="巡查上报").click()
    page.locator(".matter", has_text="暴露垃圾").first.click()
    page.locator("#patrol .more summary").click()
    page.locator("#patrol textarea").fill("花坛边，问过 13912345678")
    take_photo(page.locator("#patrol"))
    page.locator("#patrol-photo-film").set_input_files({"name": "V.mp4", "mimeType": "video/mp4", "buffer": film(seconds=2)})
    expect(page.locator("#patrol [data-list] video")).to_have_count(1)
    page.wait_for_timeout(600)


def test_a_patrol_report_with_photo_and_film_outlives_the_browser_also_without_a_signal(mobile, outpost):  # noqa: F811
    with mobile() as context:
        page = log_in(context, "walker")
        kept(page)
        patrol_begun(page)
    outpost.mast.down()
    with mobile() as context:
        page = context.pages[0]
        page.goto("/today")
        expect(page.locator("#patrol .restored")).to_contain_text(RESTORED)
        expect(page.locator("#patrol")).to_be_in_viewport()
        expect(page.locator("#patrol textarea")).to_have_value("花坛边，问过 …")
        expect(page.locator("#patrol [data-list] li")).to_have_count(2)
        assert serious(page) == []
        page.get_by_role("button", name="提交").click()
        expect(page.locator("#patrol")).to_be_hidden()
    outpost.mast.up()
    with mobile() as context:
        page = log_in(context, "walker")
        expect(page.locator("#tray")).to_be_hidden(timeout=20_000)
        expect(page.locator(".restored")).to_have_count(0)
        expect(page.locator("#patrol")).to_be_hidden()
    assert sorted(outpost.rows(select(Photo.mime).join(Evidence, Evidence.photo_id == Photo.id))) == [("image/jpeg",), ("video/mp4",)]


def test_a_closed_sheet_stays_closed_and_keeps_what_was_begun_until_it_is_discarded(mobile):
    with mobile() as context:
        page = log_in(context, "walker")
        patrol_begun(page)
        page.get_by_role("button", name="关闭").click()
        page.wait_for_timeout(300)
        page.reload()
        expect(page.locator("#patrol [data-list] li")).to_have_count(2)
        expect(page.locator("#patrol")).to_be_hidden()
        page.get_by_role("link", name="巡查上报").click()
        page.get_by_role("button", name="放弃").click()
        expect(page.locator("#patrol [data-list] li")).to_have_count(0)
        expect(page.locator("#patrol textarea")).to_have_value("")
        page.wait_for_timeout(300)
        page.reload()
        expect(page.locator("#today[data-made]")).to_be_visible()
        page.wait_for_timeout(500)
        expect(page.locator("#patrol [data-list] li")).to_have_count(0)


def test_a_look_half_done_belongs_to_its_worker_and_goes_when_it_is_noted(mobile, outpost):  # noqa: F811
    outpost.hire("neighbour", WEST)
    number = outpost.make("verifying")
    with mobile() as context:
        page = log_in(context, "walker")
        form = card(page, number).locator("form[data-act=report_verification]")
        form.locator("textarea").fill("两袋，已经散开")
        take_photo(form)
        page.wait_for_timeout(600)
    with mobile() as context:
        page = log_in(context, "neighbour")
        page.wait_for_timeout(500)
        expect(page.locator(".restored")).to_have_count(0)
        context.clear_cookies()
        page = log_in(context, "walker")
        opened = page.locator(f"#t-{number}")
        expect(opened.locator(".restored")).to_contain_text(RESTORED)
        expect(opened.locator("textarea").first).to_have_value("两袋，已经散开")
        opened.get_by_role("button", name="属实", exact=True).click()
        patience(page)
        expect(page.locator("#tray")).to_be_hidden()
        page.reload()
        page.wait_for_timeout(500)
        expect(page.locator(".restored")).to_have_count(0)
    assert outpost.status(number) == "reported" and len(outpost.read(select(Evidence.id))) == 1


def test_logging_out_takes_what_is_half_written_away(mobile, outpost):  # noqa: F811
    number = outpost.make("verifying")
    with mobile() as context:
        page = log_in(context, "walker")
        patrol_begun(page)
        page.get_by_role("button", name="关闭").click()
        page.goto(f"/tickets/{number}")
        comment_on(page, "晚上再看")
        page.goto("/today")
        page.get_by_role("button", name="退出").click()
        page.wait_for_url("**/login")
        until(page, "indexedDB.databases().then(all => !all.some(each => each.name === 'gridops-drafts'))")
        assert "晚上再看" not in page.evaluate(ON_DEVICE)
        page = log_in(context, "walker")
        page.wait_for_timeout(500)
        expect(page.locator(".restored")).to_have_count(0)


def comment_on(page, said):
    form = page.locator("#act-comment")
    if form.get_attribute("open") is None:
        form.locator("summary").first.click()
    form.locator("textarea").first.fill(said)
    page.wait_for_timeout(600)
    return form


def test_an_act_on_the_ticket_page_outlives_the_browser_and_is_gone_when_it_is_done(mobile, outpost):  # noqa: F811
    number = outpost.make("handled")
    with mobile() as context:
        page = log_in(context, "walker")
        page.goto(f"/tickets/{number}")
        form = page.locator("#act-fail_check")
        form.locator("summary").first.click()
        form.locator("textarea").first.fill("还剩一袋")
        form.locator("input[type=file]").set_input_files(photo())
        expect(form.locator("li[data-state=done]")).to_have_count(1)
        page.wait_for_timeout(300)
    with mobile() as context:
        page = log_in(context, "walker")
        page.goto(f"/tickets/{number}")
        form = page.locator("#act-fail_check")
        expect(form.locator(".restored")).to_contain_text(RESTORED)
        expect(form.locator("textarea").first).to_have_value("还剩一袋")
        expect(form.locator(".kept")).to_have_count(1)
        assert serious(page) == []
        form.get_by_role("button", name="核查不通过").click()
        expect(page.get_by_role("status").first).to_contain_text("核查不通过")
        comment_on(page, "先记着")
        page.goto("/today")
        page.goto(f"/tickets/{number}")
        expect(page.locator("#act-comment .restored")).to_be_visible()
        page.locator("#act-comment form").get_by_role("button", name="备注").click()
        expect(page.get_by_role("status").first).to_contain_text("备注")
        expect(page.locator(".restored")).to_have_count(0)
        page.goto("/today")
        page.goto(f"/tickets/{number}")
        expect(page.locator(".restored")).to_have_count(0)
    assert len(outpost.read(select(Evidence.id).where(Evidence.stage == "check"))) == 1


def test_at_a_desk_nothing_is_kept(enter, site, now):  # noqa: F811
    with db.transaction(site.fresh.sessions) as session:
        number = waiting_tickets.handled(session, site.street, now)
    page = enter("clerk", area=STREET)
    page.goto(f"/tickets/{number}")
    comment_on(page, "王芳来过电话")
    assert "王芳" not in page.evaluate(ON_DEVICE)
