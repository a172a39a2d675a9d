"""The worker's page in a real browser: few taps, a way back, and conflicts in words."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from gridops import db
from gridops.models import Evidence, Photo, Report, Ticket
from tests.browser.outposts import card, outpost, patience, walker  # noqa: F401
from tests.browser.phones import kept, log_in, phone, photo, take_photo
from tests.filming import film
from tests.small_street import EAST, WEST

pytestmark = pytest.mark.browser
PLAYS = """async link => {
  const film = Object.assign(document.createElement('video'), {src: link.href, muted: true});
  await new Promise((done, failed) => Object.assign(film, {onloadedmetadata: done, onerror: failed}));
  await film.play();
  return film.duration;
}"""


def test_a_patrol_report_takes_four_taps(walker, outpost):
    taps = 0

    def tap(target):
        nonlocal taps
        target.click()
        taps += 1

    tap(walker.get_by_role("link", name="巡查上报"))
    tap(walker.locator(".matter", has_text="暴露垃圾").first)
    with walker.expect_file_chooser() as chooser:
        tap(walker.locator("#patrol .shoot").first)
    chooser.value.set_files(photo())
    tap(walker.get_by_role("button", name="提交"))
    expect(walker.locator("#patrol")).to_be_hidden()
    patience(walker)
    expect(walker.locator("#tray")).to_be_hidden()
    assert taps == 4
    ticket, = outpost.read(select(Ticket))
    assert (ticket.area_code, ticket.point is not None) == (WEST, True)
    assert outpost.read(select(Report.channel)) == ["patrol"] and len(outpost.read(select(Evidence.id))) == 1


def test_the_shortcut_of_the_home_screen_opens_the_patrol_at_once(walker):
    walker.goto("/today#patrol")
    expect(walker.get_by_role("button", name="提交")).to_be_visible()
    walker.keyboard.press("Escape")
    expect(walker.locator("#patrol")).to_be_hidden()
    expect(walker.get_by_role("link", name="巡查上报")).to_be_focused()


def test_a_patrol_without_photo_notes_the_place_at_the_tap_only(walker, outpost):
    walker.evaluate("void (navigator.geolocation.getCurrentPosition = ((real) => (...all) => (window.asked = (window.asked ?? 0) + 1, real.apply(navigator.geolocation, all)))(navigator.geolocation.getCurrentPosition))")
    walker.get_by_role("link", name="巡查上报").click()
    walker.locator(".matter", has_text="暴露垃圾").first.click()
    assert walker.evaluate("window.asked") is None
    walker.get_by_role("button", name="只记位置").click()
    expect(walker.locator("[data-spot]")).to_contain_text("12米")
    walker.get_by_role("button", name="提交").click()
    patience(walker)
    expect(walker.locator("#tray")).to_be_hidden()
    assert walker.evaluate("window.asked") == 1
    assert outpost.read(select(Ticket.area_code)) == [WEST]


def test_what_is_refused_is_read_and_not_covered_by_the_button_below(walker):
    walker.set_viewport_size({"width": 390, "height": 480})
    walker.get_by_role("link", name="巡查上报").click()
    walker.locator("#patrol").get_by_text("我要补充").click()
    walker.get_by_role("button", name="提交").click()
    said = walker.locator("#patrol [data-wrong]")
    expect(said).to_be_in_viewport(ratio=1)
    assert said.evaluate("line => { const box = line.getBoundingClientRect(); return document.elementFromPoint(box.left + 5, box.top + box.height / 2) === line; }")


def test_what_is_mended_at_once_is_reported_and_handled_in_one_go(walker, outpost):
    walker.get_by_role("link", name="巡查上报").click()
    walker.locator(".matter", has=walker.locator("[data-mendable]")).first.click()
    take_photo(walker.locator("#patrol .pair .snap"))
    take_photo(walker.locator("#patrol [data-mended] .snap"))
    walker.get_by_role("button", name="提交").click()
    expect(walker.locator(".acts li")).to_have_count(2)
    patience(walker)
    expect(walker.locator("#tray")).to_be_hidden()
    assert outpost.read(select(Ticket.status)) == ["handled"]
    assert sorted(outpost.read(select(Evidence.stage))) == ["after", "before"]


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


def test_a_short_film_waits_on_the_phone_like_a_photo(walker, outpost, tmp_path):
    """One that is too large for the server is not taken up at all, and says so at once."""
    number = outpost.make("verifying")
    walker.reload()
    own = card(walker, number).locator("form[data-act=report_verification]")
    own.locator("input[accept='video/*']").set_input_files({"name": "VID_1.mp4", "mimeType": "video/mp4", "buffer": film(seconds=2)})
    expect(own.locator("[data-list] video")).to_have_count(1)
    said = []
    walker.once("dialog", lambda dialog: (said.append(dialog.message), dialog.dismiss()))
    (tmp_path / "VID_2.mp4").write_bytes(bytes(31 * 1024 * 1024))
    own.locator("input[accept='video/*']").set_input_files(tmp_path / "VID_2.mp4")
    expect(own.locator("[data-list] video")).to_have_count(1)
    assert "30 MB" in said[0]
    own.get_by_role("button", name="属实", exact=True).click()
    patience(walker)
    expect(walker.locator("#tray")).to_be_hidden()
    kept, = outpost.read(select(Photo.mime).join(Evidence, Evidence.photo_id == Photo.id))
    assert kept == "video/mp4"
    walker.goto(f"/tickets/{number}")
    expect(walker.get_by_role("img", name="短视频（核实）").first).to_be_visible()


def test_a_film_from_before_and_a_photo_from_after_survive_closing_without_a_signal(player, outpost, tmp_path, now):
    with db.transaction(outpost.fresh.sessions) as session:
        number = outpost.street.submit(session, now).ticket.number
    with phone(player, tmp_path / "profile", outpost.mast) as context:
        page = log_in(context, "walker")
        kept(page)
        outpost.mast.down()
        form = card(page, number).locator("form[data-act=self_handle]")
        page.locator(f"#t-{number} .mend > summary").click()
        before, after = form.locator("[data-snap=before]"), form.locator("[data-snap=photos]")
        before.locator("input[accept='video/*']").set_input_files({"name": "VID_1.mp4", "mimeType": "video/mp4", "buffer": film(seconds=2)})
        expect(before.locator("[data-list] video")).to_have_count(1)
        take_photo(after)
        form.get_by_role("button", name="我已处理好").click()
        expect(page.locator(".visit .noted")).to_be_visible()
    outpost.mast.up()
    with phone(player, tmp_path / "profile", outpost.mast) as context:
        page = log_in(context, "walker")
        expect(page.locator("#tray")).to_be_hidden(timeout=20_000)
        assert outpost.status(number) == "handled"
        films = select(Evidence.stage, Photo.mime).join(Photo, Evidence.photo_id == Photo.id)
        assert sorted(outpost.rows(films)) == [("after", "image/jpeg"), ("before", "video/mp4")]
        page.goto(f"/tickets/{number}")
        expect(page.get_by_role("img", name="短视频（办理前）").first).to_be_visible()
        assert page.locator(".photos .film").first.evaluate(PLAYS) > 1


def test_a_patrol_report_with_a_film_alone(walker, outpost):
    walker.get_by_role("link", name="巡查上报").click()
    walker.locator(".matter", has_text="暴露垃圾").first.click()
    with walker.expect_file_chooser() as chooser:
        walker.locator("#patrol .shoot.film").first.click()
    chooser.value.set_files({"name": "VID_1.mp4", "mimeType": "video/mp4", "buffer": film(seconds=2)})
    expect(walker.locator("#patrol video")).to_have_count(1)
    expect(walker.locator("[data-spot]")).to_contain_text("位置")
    walker.get_by_role("button", name="提交").click()
    patience(walker)
    expect(walker.locator("#tray")).to_be_hidden()
    assert outpost.rows(select(Evidence.stage, Photo.mime).join(Photo, Evidence.photo_id == Photo.id)) == [("report", "video/mp4")]


def test_the_date_of_an_overdue_ticket_does_not_cut_the_place(player, outpost, tmp_path):
    outpost.now -= timedelta(days=9)
    number = outpost.make("verifying", address="安福坊3号楼 青梧路628弄3号")
    with phone(player, tmp_path / "profile", outpost.mast, locale="en-GB") as context:
        page = log_in(context, "walker")
        expect(page.locator(f"#t-{number} .due")).to_contain_text("Feb (")
        where = page.locator(f"#t-{number} .where")
        assert where.evaluate("place => place.scrollHeight <= place.clientHeight && place.scrollWidth <= place.clientWidth")
        assert page.evaluate("document.documentElement.scrollWidth") <= 390


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
