"""One matter from a resident's phone to closed and back, each person at a page of the real system; pictures of it are kept in test-artefacts/."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import DESK, PHONE
from tests.browser.phones import PASSWORD, kept, serious, take_photo
from tests.journeys.conftest import Town, town  # noqa: F401
from tests.running import picture

pytestmark = pytest.mark.browser
ARTEFACTS = Path(__file__).resolve().parents[2] / "test-artefacts" / "whole-story"
WORDS = "西边路口那一堆，三天了还在"  # no category can be read out of it
HERE = {"geolocation": {"longitude": 121.405, "latitude": 31.205, "accuracy": 12}, "permissions": ["geolocation"]}
PHOTO = {"name": "a.png", "mimeType": "image/png", "buffer": picture()}


class Stage:
    """Everybody's browser on the running system; each picture is numbered as it is taken."""

    def __init__(self, chromium: Browser, town: Town):  # noqa: F811
        self.chromium, self.town, self.taken, self.pages = chromium, town, 0, {}
        ARTEFACTS.mkdir(parents=True, exist_ok=True)

    def open(self, name: str, size: dict[str, int], **options) -> Page:
        context = self.chromium.new_context(base_url=self.town.system.url, viewport=size, locale="zh-CN", **options)
        page = self.pages[name] = context.new_page()
        page.set_default_timeout(15_000)
        return page

    def enter(self, name: str, size: dict[str, int], **options) -> Page:
        page = self.open(name, size, **options)
        page.goto("/login")
        page.get_by_label("用户名").fill(f"run-{name}")
        page.get_by_label("密码", exact=True).fill(PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url(lambda address: "/login" not in address)
        return page

    def shoot(self, page: Page, what: str) -> None:
        """And axe finds nothing serious on what everybody sees here."""
        self.taken += 1
        page.screenshot(path=ARTEFACTS / f"{self.taken:02}-{what}.png", full_page=True)
        assert serious(page) == [], what

    def close(self) -> None:
        for page in self.pages.values():
            page.context.close()


@pytest.fixture
def stage(chromium, town):  # noqa: F811
    opened = Stage(chromium, town)
    yield opened
    opened.close()


def told(page: Page, words: str) -> None:
    expect(page.get_by_role("status").first).to_contain_text(words)


def leader_sees(stage: Stage, number: str, status: str) -> None:
    page = stage.pages.get("leader") or stage.enter("leader", DESK)
    page.goto(f"/tickets/{number}")
    expect(page.locator(".ticket-head")).to_contain_text(status)


@pytest.mark.timeout(300)
def test_from_a_phone_to_closed_and_back(stage):
    code, number = reported(stage)
    leader_sees(stage, number, "待受理")
    filed(stage, number)
    signed_and_handled(stage, number)
    leader_sees(stage, number, "待核查")
    checked_without_a_signal(stage, number)
    leader_sees(stage, number, "已结案")
    not_solved(stage, code)
    leader_sees(stage, number, "办理中")
    handled_again(stage, number)
    solved(stage, code)
    leader_sees(stage, number, "已结案")
    stage.shoot(stage.pages["leader"], "leader-sees-the-end")


def reported(stage: Stage) -> tuple[str, str]:
    page = stage.open("resident", PHONE, **HERE)
    page.goto("/report")
    page.get_by_label("用您自己的话说").fill(WORDS)
    page.get_by_role("button", name="用我现在的位置").click()
    expect(page.get_by_role("status").filter(has_text="西网格")).to_be_visible()
    stage.shoot(page, "resident-reports")
    page.get_by_role("button", name="提交").click()
    page.wait_for_url("**/receipt")
    stage.shoot(page, "receipt")
    code = "".join(page.locator(".code li").all_inner_texts())
    return code, page.locator(".facts .number, dd.number, dd").first.inner_text().strip()


def filed(stage: Stage, number: str) -> None:
    stage.town["clerk"].wait_for(number, "reported")
    page = stage.enter("clerk", DESK)
    stage.shoot(page, "centre-inbox")
    page.goto(f"/tickets/{number}")
    form = page.locator("#act-file")
    form.get_by_label("类别").fill("暴露垃圾 (E0110)")
    stage.shoot(page, "centre-files")
    form.get_by_role("button", name="立案").click()
    told(page, "立案")
    stage.town["dispatcher"].wait_for(number, "dispatched")


def signed_and_handled(stage: Stage, number: str) -> None:
    page = stage.enter("SANITATION", DESK)
    stage.shoot(page, "organisation-desk")
    page.get_by_label(f"工单 {number}").check()
    page.get_by_role("button", name="签收所勾选的").click()
    told(page, number)
    stage.town.without_support(number)
    page.goto(f"/tickets/{number}")
    hand_in(page)
    stage.shoot(page, "organisation-has-handled")


def hand_in(page: Page) -> None:
    form = page.locator("#act-submit_result")
    if form.get_attribute("open") is None:
        form.locator("summary").first.click()
    form.get_by_label("办理结果").select_option("solved")
    form.get_by_label("办理情况").fill("已清运")
    form.locator("input[type=file]").set_input_files(PHOTO)
    expect(form.locator("li[data-state=done]")).to_have_count(1)
    form.get_by_role("button", name="提交办理结果").click()
    told(page, "提交办理结果")


def checked_without_a_signal(stage: Stage, number: str) -> None:
    page = stage.enter("worker_west", PHONE, **HERE)
    kept(page)
    page.context.set_offline(True)
    page.reload()
    card = page.locator(f"#t-{number}")
    card.locator("summary").first.click()
    take_photo(card.locator("form.deed").first)
    card.get_by_role("button", name="办好了，通过", exact=True).click()
    page.wait_for_timeout(9000)  # nothing is sent, and nothing is lost
    page.screenshot(path=ARTEFACTS / "00-worker-without-a-signal.png")
    assert stage.town["clerk"].ticket(number)["status"] == "handled"
    page.context.set_offline(False)
    page.evaluate("dispatchEvent(new Event('online'))")
    stage.town["clerk"].wait_for(number, "closed")
    stage.shoot(page, "worker-has-checked")


def rate(page: Page, code: str, solved: str, satisfied: str) -> None:
    page.goto(f"/t/{code}")
    page.get_by_role("radio", name=solved).check()
    page.get_by_role("radio", name=satisfied, exact=True).check()
    page.get_by_role("button", name="提交评价").click()
    expect(page.get_by_text("谢谢您告诉我们")).to_be_visible()


def not_solved(stage: Stage, code: str) -> None:
    page = stage.pages["resident"]
    page.goto(f"/t/{code}")
    stage.shoot(page, "resident-is-asked")
    rate(page, code, "没有解决", "很不满意")


def handled_again(stage: Stage, number: str) -> None:
    page = stage.pages["SANITATION"]
    page.goto(f"/tickets/{number}")
    hand_in(page)
    worker = stage.pages["worker_west"]
    worker.goto("/today")
    card = worker.locator(f"#t-{number}")
    card.locator("summary").first.click()
    take_photo(card.locator("form.deed").first)
    card.get_by_role("button", name="办好了，通过", exact=True).click()
    stage.town["clerk"].wait_for(number, "closed")


def solved(stage: Stage, code: str) -> None:
    page = stage.pages["resident"]
    rate(page, code, "解决了", "很满意")
    stage.shoot(page, "resident-is-content")
