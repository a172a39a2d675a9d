"""A day without a signal: thirty acts and twenty photos wait on the phone, survive closing it, and arrive once each."""

from __future__ import annotations

from collections import Counter

import pytest
from playwright.sync_api import expect
from sqlalchemy import func, select

from gridops.models import Evidence, Photo, Report, Trail
from tests.browser.outposts import card, outpost  # noqa: F401
from tests.browser.phones import kept, log_in, phone, take_photo, until

pytestmark = pytest.mark.browser
ACTS, PHOTOS = 30, 20


@pytest.mark.timeout(600)
def test_thirty_acts_and_twenty_photos_arrive_once_each(player, outpost, tmp_path):  # noqa: F811
    to_verify = [outpost.make("verifying") for _ in range(10)]
    to_check = [outpost.make("handled") for _ in range(10)]
    photos_before = outpost.read(select(func.count()).select_from(Photo))[0]
    with phone(player, tmp_path / "profile", outpost.mast) as context:
        page = log_in(context, "walker")
        kept(page)
        until(page, "caches.open('gridops-today').then(pages => pages.keys()).then(all => all.length > 10)")  # with the pictures
        outpost.mast.down()
        page.reload()
        expect(page.locator("[data-state]")).to_contain_text("没有信号")
        for number, answer in (*((each, "属实") for each in to_verify), *((each, "办好了，通过") for each in to_check)):
            note(page, number, answer)
        for _ in range(ACTS - len(to_verify) - len(to_check)):
            patrol(page)
        expect(page.locator("#tray-title")).to_contain_text(str(ACTS))
        picture = page.locator(f"#t-{to_check[0]} .photos img").first
        assert picture.evaluate("image => image.naturalWidth") > 0
    with phone(player, tmp_path / "profile", outpost.mast) as context:
        page = context.pages[0]
        page.goto("/today")
        expect(page.locator("#tray-title")).to_contain_text(str(ACTS))
        page.goto("/tickets")
        expect(page.get_by_role("heading", name="没有信号")).to_be_visible()
        outpost.mast.lost = lambda number: number % 7 == 3  # done, but the phone hears nothing of it
        outpost.mast.up()
        page = log_in(context, "walker")  # the session ended with the browser
        for _ in range(150):  # longer than the phone waits for one answer
            if page.locator("#tray").is_hidden():
                break
            page.evaluate("dispatchEvent(new Event('online'))")
            page.wait_for_timeout(1000)
        expect(page.locator("#tray")).to_be_hidden()
    arrived(outpost, to_verify, to_check, photos_before)


def note(page, number, answer):
    opened = card(page, number)
    take_photo(opened.locator("form.deed").first)
    opened.get_by_role("button", name=answer, exact=True).click()
    expect(opened.locator(".noted")).to_contain_text(answer)
    opened.locator("summary").first.click()


def patrol(page):
    page.locator("[data-patrol-open]").click()
    page.locator(".matter").first.click()
    page.locator("[data-place]").click()
    page.locator("#patrol .answers button").click()
    expect(page.locator("#patrol")).to_be_hidden()


def arrived(outpost, to_verify, to_check, photos_before):  # noqa: F811
    trail = Counter(outpost.read(select(Trail.action)))
    assert (trail["report_verification"], trail["pass_check"]) == (len(to_verify), len(to_check))
    assert {outpost.status(number) for number in to_verify} == {"reported"} and {outpost.status(number) for number in to_check} == {"closed"}
    assert len(outpost.read(select(Report.id).where(Report.channel == "patrol"))) == ACTS - len(to_verify) - len(to_check)
    assert len(outpost.read(select(Evidence.id).where(Evidence.stage.in_(("verification", "check"))))) == PHOTOS
    assert outpost.read(select(func.count()).select_from(Photo))[0] - photos_before == PHOTOS


def test_what_was_noted_just_before_closing_is_sent_when_the_page_is_opened(player, outpost, tmp_path):  # noqa: F811
    number = outpost.make("verifying")
    with phone(player, tmp_path / "profile", outpost.mast) as context:
        page = log_in(context, "walker")
        card(page, number).get_by_role("button", name="属实", exact=True).click()
        expect(page.locator(".visit .noted")).to_be_visible()
    assert outpost.status(number) == "verifying"
    with phone(player, tmp_path / "profile", outpost.mast) as context:
        page = log_in(context, "walker")
        expect(page.locator("#tray")).to_be_hidden(timeout=15_000)
    assert outpost.status(number) == "reported"


def test_photos_swept_while_the_phone_was_away_go_once_more(player, outpost, tmp_path):  # noqa: F811
    """Sent photos that nothing has claimed are swept after a day; the phone may have lost its signal between photo and act."""
    number = outpost.make("verifying")
    with phone(player, tmp_path / "profile", outpost.mast) as context:
        page = log_in(context, "walker")
        outpost.mast.lost = lambda posted: posted == 1
        opened = card(page, number)
        take_photo(opened.locator("form.deed").first)
        opened.get_by_role("button", name="属实", exact=True).click()
        while not outpost.mast.posts:
            page.wait_for_timeout(200)
        page.wait_for_timeout(500)
        outpost.sweep_photos()
        page.evaluate("dispatchEvent(new Event('online'))")
        expect(page.locator("#tray")).to_be_hidden(timeout=15_000)
    assert outpost.status(number) == "reported"
    assert len(outpost.read(select(Evidence.id))) == 1
