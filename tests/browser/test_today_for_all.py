"""The worker's page for everybody: read out, in large text, by keyboard, in the dark, without TLS, without script."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect
from sqlalchemy import func, select

from gridops.models import Ticket
from tests.browser.outposts import card, outpost, patience, walker  # noqa: F401
from tests.browser.phones import log_in, phone, serious

pytestmark = pytest.mark.browser


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
