"""Residents' pages as a browser without script uses them."""

import re
from datetime import timedelta
from io import BytesIO

import pytest
from PIL import Image
from sqlalchemy import func, select

from gridops.api import limits
from gridops.models import Cell, Evidence, Photo, Place, Report, Ticket
from gridops.services import tickets
from gridops.services.place_terms import index_places
from tests import small_street

FORM = {"kind": "complaint", "description": "楼道里堆满纸箱", "address": "3号楼", "visibility": "protected", "form_key": "k" * 24}
ZH = {"Accept-Language": "zh-CN"}
EN = {"Accept-Language": "en"}


def photo(colour: str = "red") -> BytesIO:
    file = BytesIO()
    Image.new("RGB", (40, 30), colour).save(file, "JPEG")
    file.seek(0)
    return file


def post(client, path, form, **options):
    return client.post(path, data=form, headers=ZH | options.pop("headers", {}), **options)


def sent(client, **changes) -> str:
    """The address of the receipt."""
    answer = post(client, "/report", FORM | changes)
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"]


def only_report(sessions) -> Report:
    with sessions() as session:
        return session.scalars(select(Report)).one()


def count(sessions, model) -> int:
    with sessions() as session:
        return session.scalar(select(func.count()).select_from(model))


@pytest.fixture
def closed(street, sessions, now, clock, submit):
    """A report's code, its matter answered and closed."""
    receipt = submit(kind="consult", category=None, location=None)
    with sessions() as session, session.begin():
        tickets.perform(session, receipt.ticket.number, "answer", {"text": "物业已经清走。"}, actor=street.actors["clerk"], now=now)
    clock.forward(timedelta(hours=1))
    return receipt.code


def status_of(sessions) -> str:
    with sessions() as session:
        return session.scalars(select(Ticket.status)).one()


class TestReporting:
    def test_a_report_gets_a_receipt_with_code_number_and_promise_in_words(self, client, street, sessions):
        page = client.get(sent(client), headers=ZH)
        groups = re.findall(r"<li>(\d{4})</li>", page.text)
        assert len(groups) == 6
        assert "260304-" in page.text
        assert ">3月11日（周三） 10:00 前</time></strong>答复您" in page.text
        assert client.get(f"/t/{''.join(groups)}", headers=ZH).status_code == 200

    def test_what_was_typed_is_what_is_stored(self, client, street, sessions):
        sent(client, description=" 第一行\r\n第二行 ", name="王芳", phone="13800001234", visibility="named")
        report = only_report(sessions)
        assert (report.description, report.address, report.visibility, report.channel) == ("第一行\n第二行", "3号楼", "named", "web")
        assert report.contact_id is not None

    def test_a_point_is_located_and_the_receipt_names_the_cell(self, client, street, sessions):
        where = {name: str(value) for name, value in small_street.IN_WEST.items()}
        assert "西网格" in client.get(sent(client, **where), headers=ZH).text

    def test_a_posters_code_says_where_it_is_and_counts_as_qr(self, client, street, sessions, now):
        with sessions() as session, session.begin():
            session.add(Place(code="LIN-3", kind="compound", name="林荫小区", community_code=small_street.COMMUNITY, households=0))
        page = client.get("/report?place=LIN-3", headers=ZH).text
        assert "林荫小区" in page
        assert "编码这里认不出" in client.get("/report?place=NOWHERE", headers=ZH).text
        assert "菩提居民区" in client.get(sent(client, address="", place_code="LIN-3"), headers=ZH).text
        assert only_report(sessions).channel == "qr"

    def test_an_anonymous_reporter_leaves_no_contact_even_when_one_was_typed(self, client, street, sessions):
        sent(client, visibility="anonymous", name="王芳", phone="13800001234")
        assert only_report(sessions).contact_id is None

    def test_who_cannot_say_where_is_not_turned_away(self, client, street, sessions):
        sent(client, address="", unsure="1")
        assert count(sessions, Report) == 1

    def test_the_same_form_sent_twice_makes_one_report_and_shows_the_same_receipt(self, client, street, sessions):
        assert sent(client) == sent(client)
        assert count(sessions, Report) == 1

    def test_an_old_form_with_new_words_asks_before_it_becomes_a_second_report(self, client, street, sessions):
        sent(client)
        again = post(client, "/report", FORM | {"description": "另一件事"})
        assert again.status_code == 422
        assert "已经提交过" in again.text
        key = re.search(r'name="form_key" value="([^"]+)"', again.text)[1]
        sent(client, description="另一件事", form_key=key)
        assert count(sessions, Report) == 2


class TestMistakes:
    @pytest.mark.parametrize(("changes", "said"), [
        ({"description": "  "}, "请简单说说是什么事"),
        ({"description": "长" * 4001}, "最多4000个字"),
        ({"address": ""}, "说不清的话"),
        ({"kind": "revenge"}, "请选一项"),
        ({"phone": "hello"}, "电话号码不正确"),
        ({"lng": "122.9", "lat": "31.2", "crs": "wgs84"}, "不在本系统的街道范围内"),
        ({"lng": "x", "lat": "31.2", "crs": "wgs84"}, "class=\"wrong\""),
        ({"category": "E9999"}, "请选一项"),
    ])
    def test_a_mistake_is_named_and_everything_typed_is_kept(self, client, street, sessions, changes, said):
        answer = post(client, "/report", FORM | {"name": "王芳"} | changes)
        assert answer.status_code == 422
        assert said in answer.text
        assert 'role="alert"' in answer.text
        assert 'value="王芳"' in answer.text
        assert changes.get("description", FORM["description"]).strip() in answer.text
        assert count(sessions, Report) == 0

    def test_html_in_the_text_stays_text(self, client, street):
        page = client.get(sent(client, description="<script>alert(1)</script>").replace("/receipt", ""), headers=ZH)
        assert "<script>alert" not in page.text
        assert "&lt;script&gt;" in page.text

    def test_a_form_of_another_site_is_refused(self, client, street, sessions):
        for header in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "null"}):
            assert post(client, "/report", FORM, headers=header).status_code == 403
        assert count(sessions, Report) == 0

    def test_nul_is_refused_and_nothing_is_written(self, client, street, sessions):
        assert post(client, "/report", FORM | {"description": "a\0b"}).status_code == 400
        assert count(sessions, Report) == 0


def test_that_something_else_needs_a_few_words_is_said_beforehand(client, street):
    page = client.get("/report", headers=ZH).text
    assert re.search(r'name="matter" value="" aria-describedby="else-hint"', page)
    assert re.search(r'id="else-hint">选“其他”时，请写几个字', page)


def test_a_matter_closed_since_it_was_shown_brings_the_form_back_with_what_was_typed(client, street, sessions):
    answer = post(client, "/report", FORM | {"follow": "260304-99999"})
    assert answer.status_code == 409 and "楼道里堆满纸箱" in answer.text
    assert count(sessions, Report) == 0


class TestPhotos:
    def test_photos_of_the_form_become_the_reports(self, client, street, sessions):
        sent(client, files=[(photo(), "a.jpg"), (photo("blue"), "b.jpg")])
        assert count(sessions, Evidence) == 2

    def test_a_good_photo_is_kept_when_the_form_comes_back(self, client, street, sessions):
        answer = post(client, "/report", FORM | {"kind": "", "files": (photo(), "a.jpg")})
        kept = re.findall(r'name="photos" value="([^"]+)"', answer.text)
        assert len(kept) == 1
        sent(client, photos=kept)
        assert count(sessions, Evidence) == count(sessions, Photo) == 1

    def test_a_file_that_is_no_photo_is_named(self, client, street, sessions):
        answer = post(client, "/report", FORM | {"files": (BytesIO(b"hello"), "letter.jpg")})
        assert answer.status_code == 415
        assert "letter.jpg" in answer.text
        assert count(sessions, Report) == 0

    def test_a_form_is_no_way_around_the_limit_on_photos(self, client, street, sessions, monkeypatch):
        monkeypatch.setitem(limits.LIMITS, "photo", limits.Limit(1, limits.MINUTE))
        answer = post(client, "/report", FORM | {"files": [(photo(), "a.jpg"), (photo("blue"), "b.jpg")]})
        assert answer.status_code == 429
        assert count(sessions, Report) == 0
        assert count(sessions, Photo) <= 1

    def test_who_sends_too_many_reports_leaves_no_photos_either(self, client, street, sessions, monkeypatch):
        monkeypatch.setitem(limits.LIMITS, "report", limits.Limit(0, limits.MINUTE))
        monkeypatch.setitem(limits.LIMITS, "photo", limits.Limit(0, limits.MINUTE))
        assert post(client, "/report", FORM | {"files": (photo(), "a.jpg")}).status_code == 429
        assert count(sessions, Photo) == 0

    def test_the_holder_of_the_code_sees_the_photo(self, client, street):
        page = client.get(sent(client, files=(photo(), "a.jpg")).replace("/receipt", ""), headers=ZH)
        address = re.search(r'<img src="(/api/v1/reports/[^"]+)"', page.text)[1]
        assert client.get(address).mimetype == "image/jpeg"


class TestTracking:
    def test_a_code_as_it_was_written_down_leads_to_its_report(self, client, submit):
        code = submit().code
        spoken = " ".join(code[i : i + 4] for i in range(0, 24, 4)).replace("0", "零")
        answer = post(client, "/track", {"code": spoken})
        assert answer.status_code == 303
        assert code[:4] in answer.headers["Location"]

    @pytest.mark.parametrize(("typed", "said"), [("12345", "24位数字"), ("0" * 22 + "98", "没有找到")])
    def test_a_wrong_code_says_what_may_be_wrong_and_is_kept(self, client, street, typed, said):
        answer = post(client, "/track", {"code": typed})
        assert answer.status_code == 404
        assert said in answer.text
        assert f'value="{typed}"' in answer.text

    def test_an_unknown_code_in_the_address_is_simply_not_there(self, client, street):
        for path in ("/t/123", "/t/" + "0" * 24, "/t/x/receipt"):
            assert client.get(path, headers=ZH).status_code == 404
        assert post(client, "/t/123/rating", {"solved": "yes", "satisfaction": "5"}).status_code == 404

    def test_the_page_shows_steps_and_never_an_internal_note_or_a_contact(self, client, street, sessions, now, submit):
        receipt = submit(contact={"name": "王芳", "phone": "13800001234"})
        with sessions() as session, session.begin():
            for public, text in ((False, "内部备注"), (True, "已约好时间")):
                tickets.perform(
                    session, receipt.ticket.number, "comment", {"text": text, "public": public}, actor=street.actors["clerk"], now=now)
        page = client.get(f"/t/{receipt.code}", headers=ZH).text
        assert "已约好时间" in page
        assert not [secret for secret in ("内部备注", "王芳", "1380000", "clerk") if secret in page]


class TestAnswering:
    def test_a_rating_is_taken_once(self, client, sessions, closed):
        assert "问题解决了吗" in client.get(f"/t/{closed}", headers=ZH).text
        answer = post(client, f"/t/{closed}/rating", {"solved": "yes", "satisfaction": "5", "called": "no"})
        assert answer.status_code == 303
        page = client.get(answer.headers["Location"], headers=ZH).text
        assert "谢谢您告诉我们" in page
        assert "问题解决了吗" not in page
        assert "请您评价" not in page
        assert post(client, f"/t/{closed}/rating", {"solved": "no", "satisfaction": "1"}).status_code == 409

    def test_a_rating_without_a_choice_is_asked_for_again(self, client, closed):
        answer = post(client, f"/t/{closed}/rating", {"satisfaction": "4", "text": "快一点"})
        assert answer.status_code == 422
        assert "请选一项" in answer.text
        assert "快一点" in answer.text
        assert re.search(r'value="4" checked', answer.text)

    def test_not_solved_takes_the_matter_up_again(self, client, sessions, closed):
        post(client, f"/t/{closed}/rating", {"solved": "no", "satisfaction": "1", "text": "还在"})
        assert status_of(sessions) != "closed"

    def test_a_result_that_was_found_wanting_is_no_answer_any_more(self, client, sessions, closed):
        answer = client.get(f"/t/{closed}").text.split("timeline")[0]
        assert 'class="words"' in answer
        post(client, f"/t/{closed}/rating", {"solved": "no", "satisfaction": "1"})
        assert status_of(sessions) == "filed"  # nobody had led it
        assert 'class="words"' not in client.get(f"/t/{closed}").text.split("timeline")[0]

    def test_a_rated_matter_can_still_be_reopened(self, client, sessions, closed):
        post(client, f"/t/{closed}/rating", {"solved": "yes", "satisfaction": "4"})
        assert "其实没有解决" in client.get(f"/t/{closed}", headers=ZH).text
        assert post(client, f"/t/{closed}/reopen", {"text": "又堆起来了"}).status_code == 303
        assert status_of(sessions) != "closed"

    def test_something_added_shows_on_the_page_with_its_photo(self, client, sessions, submit):
        code = submit().code
        answer = post(client, f"/t/{code}/supplements", {"text": "今天更多了", "files": (photo(), "a.jpg")})
        assert answer.status_code == 303
        assert "今天更多了" in client.get(f"/t/{code}", headers=ZH).text
        assert count(sessions, Evidence) == 1

    def test_nothing_added_is_asked_for_and_the_photo_kept(self, client, submit):
        answer = post(client, f"/t/{submit().code}/supplements", {"text": " ", "files": (photo(), "a.jpg")})
        assert answer.status_code == 422
        assert 'name="photos"' in answer.text


class TestFrame:
    def test_a_reader_gets_no_cookie_and_assets_are_fetched_once(self, client, street):
        page = client.get("/report", headers=ZH)
        assert "Set-Cookie" not in page.headers
        for address in re.findall(r'(?:src|href)="(/static/[^"]+)"', page.text):
            with client.get(address) as answer:
                assert (answer.status_code, "immutable" in answer.headers["Cache-Control"]) == (200, True), address

    def test_a_page_holds_no_inline_script_or_style(self, client, submit):
        for path in ("/", "/report", "/track", f"/t/{submit().code}", f"/t/{submit().code}/receipt", "/responsible", "/lost-code"):
            page = client.get(path, headers=ZH).text
            assert not re.search(r"<script(?![^>]* src=)|<style| style=| on\w+=", page), path


class TestLanguage:
    def test_the_browsers_language_decides_until_the_reader_does(self, client, street):
        assert "我要反映" in client.get("/", headers=ZH).text
        assert "Report something" in client.get("/", headers=EN).text
        answer = client.get("/language/en?next=/report?kind=praise", headers=ZH)
        assert answer.headers["Location"] == "/report?kind=praise"
        assert 'lang="en"' in client.get("/report", headers=ZH).text

    @pytest.mark.parametrize("next_", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)"])
    def test_the_switch_sends_nobody_elsewhere(self, client, street, next_):
        assert client.get("/language/zh", query_string={"next": next_}).headers["Location"] == "/"


class TestResponsible:
    def test_an_area_and_a_category_name_organisations_and_a_number_to_call(self, client, street):
        page = client.get(f"/responsible?area={small_street.WEST}&category={small_street.RUBBISH}", headers=ZH).text
        assert "SANITATION 单位" in page
        assert 'href="tel:021-61111111"' in page

    def test_a_point_outside_and_an_unreadable_one_are_told(self, client, street):
        assert "12345" in client.get("/responsible?lng=10&lat=10&crs=wgs84", headers=ZH).text
        assert "位置读不出来" in client.get("/responsible?lng=abc&lat=1&crs=wgs84", headers=ZH).text

    def test_by_place_poster_name_or_address(self, client, street, sessions, now):
        with sessions() as session, session.begin():
            lineage = session.scalar(select(Cell.lineage).where(Cell.code == small_street.EAST))
            place = Place(
                code="LIN-3", kind="building", name="林荫小区3号楼", address="林荫路5弄3号", community_code=small_street.COMMUNITY,
                cell_lineage=lineage, households=0)
            session.add(place)
            session.flush()
            index_places(session, [place.id])
            token = small_street.hang(session, place, now).token
        for asked in ("place=LIN-3", f"poster={token}", "q=林荫路5弄3号"):
            page = client.get(f"/responsible?{asked}", headers=ZH).text
            assert "东网格" in page and "今晚" in page and "林荫小区3号楼" in page
        page = client.get("/responsible?q=林荫", headers=ZH).text
        assert 'href="/responsible?place=LIN-3"' in page and "东网格</p>" not in page
        again = client.get(f"/responsible?q=&area=&place=&here=LIN-3&category={small_street.RUBBISH}", headers=ZH).text
        assert "SANITATION 单位" in again and "林荫小区3号楼" in again
        assert "没有叫这个名称的地方" in client.get("/responsible?q=月球基地", headers=ZH).text
        assert client.get("/responsible?poster=nosuchone", headers=ZH).status_code == 404

    def test_outlines_hold_borders_and_names_only(self, client, street):
        features = client.get("/outlines.json").json["features"]
        assert {feature["properties"]["level"] for feature in features} == {"street", "community", "cell"}
