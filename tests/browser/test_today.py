"""The worker's page in a real browser: few taps, a way back, conflicts in words, and readable for everybody."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect, sync_playwright
from sqlalchemy import delete, func, select

from gridops import create_app, db
from gridops.context import Context
from gridops.domain.actor import SYSTEM, Grant
from gridops.models import Account, Evidence, Photo, Report, Ticket
from gridops.services import accounts, tickets
from gridops.vault import Vault
from tests import small_street, waiting_tickets
from tests.browser.phones import PASSWORD, Mast, kept, log_in, phone, photo, serious, take_photo
from tests.services.staffing import Staff
from tests.small_street import EAST, WEST

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def player():
    with sync_playwright() as playwright:
        yield playwright


class Outpost:
    """A street with a worker in its west cell, and a mast that can be switched off."""

    def __init__(self, fresh, now):
        self.fresh, self.now = fresh, now
        with db.transaction(fresh.sessions) as session:
            self.street = small_street.build(session, fresh.config, now)
            self.person = Staff(session).person("Zhang").id
        vault = Vault(fresh.config.vault_keys, fresh.config.secret_key)
        self.mast = Mast(create_app(fresh.config, context=Context(fresh.config, fresh.sessions, vault, lambda: now)))
        self.hire("walker", WEST, self.person)

    def hire(self, username, area, person=None):
        with db.transaction(self.fresh.sessions) as session:
            accounts.create_account(session, username, PASSWORD, name=username, grants=[Grant("grid_worker", area)], actor=SYSTEM, now=self.now)
            session.scalar(select(Account).where(Account.username == username)).person_id = person

    def make(self, kind, **changes):
        """A ticket whose turn is the worker's own."""
        with db.transaction(self.fresh.sessions) as session:
            number = getattr(waiting_tickets, kind)(session, self.street, self.now, **changes)
            ticket = session.scalar(select(Ticket).where(Ticket.number == number))
            ticket.verifier_id = ticket.checker_id = self.person
            return number

    def act(self, number, action, body, actor):
        with db.transaction(self.fresh.sessions) as session:
            tickets.perform(session, number, action, body, actor=self.street.actors[actor], now=self.now)

    def read(self, query):
        with self.fresh.sessions() as session:
            return session.scalars(query).all()

    def sweep_photos(self):
        with db.transaction(self.fresh.sessions) as session:
            session.execute(delete(Photo))

    def status(self, number):
        return self.read(select(Ticket.status).where(Ticket.number == number))[0]


@pytest.fixture
def outpost(fresh, now):
    made = Outpost(fresh, now)
    made.mast.up()
    yield made
    made.mast.down()


@pytest.fixture
def walker(player, outpost, tmp_path):
    """The page of a worker who is logged in, on a phone. A script error fails the test."""
    complaints = []
    with phone(player, tmp_path / "profile", outpost.mast) as context:
        context.on("weberror", lambda error: complaints.append(str(error.error)))
        context.on("console", lambda said: complaints.append(said.text) if "Content Security Policy" in said.text else None)
        yield log_in(context, "walker")
    assert not complaints


def card(page, number):
    found = page.locator(f"#t-{number}")
    if found.get_attribute("open") is None:
        found.locator("summary").first.click()
    return found


def patience(page):
    """The seconds in which a tap may be undone are over, for all that waits."""
    expect(page.locator("[data-toast]")).to_be_visible()
    expect(page.locator("[data-toast]")).to_be_hidden(timeout=12_000)


def test_a_patrol_report_takes_four_taps(walker, outpost):
    taps = 0

    def tap(target):
        nonlocal taps
        target.click()
        taps += 1

    tap(walker.get_by_role("link", name="巡查上报"))
    tap(walker.locator(".matter", has_text="暴露垃圾").first)
    with walker.expect_file_chooser() as chooser:
        tap(walker.locator("#patrol .shoot"))
    chooser.value.set_files(photo())
    tap(walker.get_by_role("button", name="提交"))
    expect(walker.locator("#patrol")).to_be_hidden()
    patience(walker)
    expect(walker.locator("#tray")).to_be_hidden()
    assert taps == 4
    ticket, = outpost.read(select(Ticket))
    assert (ticket.area_code, ticket.point is not None) == (WEST, True)
    assert outpost.read(select(Report.channel)) == ["patrol"] and len(outpost.read(select(Evidence.id))) == 1


def test_a_patrol_without_photo_notes_the_place_at_the_tap_only(walker, outpost):
    walker.evaluate("void (navigator.geolocation.getCurrentPosition = ((real) => (...all) => (window.asked = (window.asked ?? 0) + 1, real.apply(navigator.geolocation, all)))(navigator.geolocation.getCurrentPosition))")
    walker.get_by_role("link", name="巡查上报").click()
    walker.locator(".matter", has_text="暴露垃圾").first.click()
    assert walker.evaluate("window.asked") is None
    walker.get_by_role("button", name="只记位置").click()
    expect(walker.locator("[data-spot]")).to_contain_text("12米")
    walker.get_by_role("button", name="提交").click()
    patience(walker)
    assert walker.evaluate("window.asked") == 1
    assert outpost.read(select(Ticket.area_code)) == [WEST]


def test_a_mistap_is_undone_and_nothing_is_sent(walker, outpost):
    number = outpost.make("verifying")
    walker.reload()
    card(walker, number).get_by_role("button", name="不属实").click()
    expect(walker.locator(".visit .noted")).to_contain_text("不属实")
    walker.get_by_role("button", name="撤销").click()
    expect(walker.locator("[data-toast-text]")).to_have_text("已撤销，没有发送。")
    expect(walker.locator("#tray")).to_be_hidden()
    walker.wait_for_timeout(9000)
    assert outpost.status(number) == "verifying" and outpost.mast.posts == 0
    walker.locator(f"#t-{number}").get_by_role("button", name="属实", exact=True).click()
    patience(walker)
    expect(walker.locator("#tray")).to_be_hidden()
    assert outpost.status(number) == "reported"
    expect(walker.locator(f"#verify #t-{number}")).to_have_count(0)


def test_mended_on_the_spot_with_photos_from_before_and_after(walker, outpost, now):
    with db.transaction(outpost.fresh.sessions) as session:
        number = outpost.street.submit(session, now).ticket.number
    walker.reload()
    form = card(walker, number).locator("form[data-act=self_handle]")
    walker.locator(f"#t-{number} .mend > summary").click()
    form.get_by_role("button", name="我已处理好").click()
    expect(form.locator("[data-wrong]")).to_have_text("这里需要照片。")
    for part in form.locator("[data-snap]").all():
        take_photo(part)
    form.get_by_role("button", name="我已处理好").click()
    patience(walker)
    expect(walker.locator("#tray")).to_be_hidden()
    assert outpost.status(number) == "handled"
    assert sorted(outpost.read(select(Evidence.stage))) == ["after", "before"]


def test_what_was_closed_meanwhile_is_explained_and_kept(walker, outpost):
    number = outpost.make("handled")
    walker.reload()
    kept(walker)
    outpost.mast.down()
    form = card(walker, number)
    form.locator("textarea").first.fill("三号门前还有两袋")
    take_photo(form)
    form.get_by_role("button", name="没办好").click()
    outpost.act(number, "pass_check", {"text": "看过照片"}, "clerk2")
    outpost.mast.up()
    patience(walker)
    walker.evaluate("dispatchEvent(new Event('online'))")
    told = walker.locator(".acts li[data-state=stuck]")
    expect(told).to_contain_text("clerk2：核查通过并办结")
    expect(told).to_contain_text("现在的状态：已结案")
    expect(told).to_contain_text("三号门前还有两袋")
    expect(told.get_by_role("button", name="仍然发送")).to_have_count(0)
    walker.reload()
    expect(told).to_contain_text("clerk2：核查通过并办结")
    walker.on("dialog", lambda dialog: dialog.accept())
    told.get_by_role("button", name="放弃").click()
    expect(walker.locator("#tray")).to_be_hidden()
    assert outpost.status(number) == "closed"


def test_a_mere_comment_meanwhile_asks_and_is_sent_all_the_same(walker, outpost):
    number = outpost.make("handled")
    walker.reload()
    card(walker, number).get_by_role("button", name="办好了，通过").click()
    outpost.act(number, "comment", {"text": "再看看"}, "clerk")
    told = walker.locator(".acts li[data-state=stuck]")
    expect(told).to_contain_text("再看看", timeout=15_000)
    assert outpost.status(number) == "handled"
    told.get_by_role("button", name="仍然发送").click()
    expect(walker.locator("#tray")).to_be_hidden()
    assert outpost.status(number) == "closed"


def test_logged_out_in_between_the_queue_stays_and_belongs_to_its_owner(walker, outpost):
    outpost.hire("colleague", EAST)
    number = outpost.make("verifying")
    walker.reload()
    kept(walker)
    walker.context.clear_cookies()
    card(walker, number).get_by_role("button", name="属实", exact=True).click()
    patience(walker)
    expect(walker.locator("[data-login]")).to_contain_text("您已退出登录")
    assert outpost.status(number) == "verifying"
    log_in(walker.context, "colleague")
    expect(walker.locator("[data-others]")).to_contain_text("walker的1件")
    walker.get_by_role("button", name="退出").click()
    walker.wait_for_url("**/login")
    assert walker.evaluate("caches.open('gridops-today').then(pages => pages.keys()).then(all => all.length)") == 0
    log_in(walker.context, "walker")
    expect(walker.locator("#tray")).to_be_hidden()
    assert outpost.status(number) == "reported"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["zh-CN", "en-GB"])
def test_axe_finds_nothing_serious(player, outpost, tmp_path, language, scheme):
    numbers = [outpost.make("verifying"), outpost.make("handled"), outpost.make("handled")]
    with phone(player, tmp_path / "profile", outpost.mast, locale=language, color_scheme=scheme) as context:
        page = log_in(context, "walker")
        for number in numbers:
            card(page, number)
        assert serious(page) == []
        card(page, numbers[2]).locator(".answers button").first.click()
        page.locator("[data-toast]").wait_for()
        assert serious(page) == []
        outpost.act(numbers[2], "pass_check", {"text": "看过照片"}, "clerk2")
        page.locator(".acts li[data-state=stuck] ul").wait_for(timeout=15_000)
        assert serious(page) == []
        page.locator("[data-patrol-open]").click()
        assert serious(page) == []
        page.goto("/today/offline")
        assert serious(page) == []


@pytest.mark.parametrize("size", [(390, 844), (320, 640), (1440, 900)])
def test_it_fits_also_in_large_text_and_everything_is_a_finger_high(walker, outpost, size):
    numbers = [outpost.make("verifying"), outpost.make("handled")]
    walker.set_viewport_size({"width": size[0], "height": size[1]})
    walker.reload()
    walker.get_by_role("button", name="大字").click()
    for number in numbers:
        card(walker, number)
    assert walker.evaluate("document.documentElement.scrollWidth <= innerWidth")
    found = walker.locator("main button:visible, main select:visible, main summary:visible, main a.button:visible, .jump a:visible, main label.button:visible")
    heights = found.evaluate_all("all => all.map(one => [one.textContent.trim(), one.getBoundingClientRect().height])")
    assert [each for each in heights if each[1] < 43.5] == []


def test_without_tls_it_works_and_says_what_does_not(player, outpost, tmp_path):
    number = outpost.make("verifying")
    args = ("--host-resolver-rules=MAP grid.example 127.0.0.1",)
    with phone(player, tmp_path / "profile", outpost.mast, args, base_url=f"http://grid.example:{outpost.mast.port}", permissions=[]) as context:
        page = log_in(context, "walker")
        assert page.evaluate("isSecureContext") is False
        expect(page.locator("[data-insecure]")).to_contain_text("未加密")
        card(page, number).get_by_role("button", name="属实", exact=True).click()
        patience(page)
        expect(page.locator("#tray")).to_be_hidden()
    assert outpost.status(number) == "reported"


def test_the_whole_way_by_keyboard(walker, outpost):
    number = outpost.make("verifying")
    walker.reload()
    walker.locator(f"#t-{number} > summary").focus()
    walker.keyboard.press("Enter")
    for _ in range(20):
        walker.keyboard.press("Tab")
        if walker.evaluate("document.activeElement.value") == "true":
            break
    walker.keyboard.press("Enter")
    patience(walker)
    expect(walker.locator("#tray")).to_be_hidden()
    assert outpost.status(number) == "reported"


def test_without_script_a_worker_still_answers(player, outpost, tmp_path):
    number = outpost.make("verifying")
    with phone(player, tmp_path / "profile", outpost.mast, java_script_enabled=False) as context:
        page = log_in(context, "walker")
        card(page, number).get_by_role("button", name="属实", exact=True).click()
        expect(page).to_have_url(f"{outpost.mast.address}/today")
    assert outpost.status(number) == "reported"
    assert outpost.read(select(func.count()).select_from(Ticket)) == [1]
