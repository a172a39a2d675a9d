"""Synonyms by page and by interface, and the long list of field terms that can be looked through."""

from __future__ import annotations

import re
from time import sleep
from urllib.parse import quote

import pytest
from sqlalchemy import select

from gridops.domain import terms
from gridops.models import CategoryWord
from gridops.services import reading, remembered
from tests.small_street import ILLEGAL_BUILDING, RUBBISH
from tests.web.test_staff import EN, account, browser  # noqa: F401

PAGE, WORD = f"/taxonomy/{RUBBISH}/words", "脏坑坑"
API = f"/api/v1{PAGE}"
ZH = {"Accept-Language": "zh-CN"}
HALF_A_SECOND = remembered.CURRENT_FOR_S + 0.1  # that a process may go on with what it knew


@pytest.fixture
def admin(browser):  # noqa: F811
    return browser("system_admin")


def press(admin, form, *, step="save", status=303):
    return admin.post(PAGE, {"words": WORD, "strength": "decisive", "seen": "off", "step": step} | form, page=PAGE, status=status).text


class TestThePage:
    def test_a_word_is_looked_at_then_kept_then_taken_away(self, admin, submit, sessions):
        submit(description="楼下有个脏坑坑", category=None)
        page = press(admin, {}, step="preview", status=200)
        assert "Tickets looked at: the newest 1. Holding one of the words: 1." in page and "Nothing is kept yet" in page and "Exposed household rubbish" in page
        with sessions() as session:
            assert session.scalars(select(CategoryWord)).all() == []
        press(admin, {})
        page = admin.get(PAGE)
        assert re.search(rf'href="\?word={quote(WORD)}#change">{WORD}</a> <small class="badge plain"[^>]*>own', page) and "system_admin" in page
        assert WORD in admin.get(f"/taxonomy/{RUBBISH}")
        sleep(HALF_A_SECOND)
        with sessions() as session:
            assert reading.read(session, "楼下有个脏坑坑")["categories"][0]["code"] == RUBBISH
        page = admin.get(f"{PAGE}?word={quote(WORD)}")
        assert 'name="seen" value="decisive"' in page and 'value="off"' in page and 'value="usual"' not in page
        press(admin, {"strength": "off", "seen": "decisive"})
        assert WORD not in admin.get(f"/taxonomy/{RUBBISH}") and "not used" in admin.get(PAGE)

    def test_one_that_comes_with_gridops_offers_the_way_back(self, admin):
        page = admin.get(f"{PAGE}?word={quote('暴露垃圾')}")
        assert re.search(r'<option value="usual" selected>', page) and 'name="seen" value="decisive"' in page
        press(admin, {"words": "暴露垃圾", "strength": "off", "seen": "decisive"})
        press(admin, {"words": "暴露垃圾", "strength": "usual", "seen": "off"})
        assert "暴露垃圾" in admin.get(f"/taxonomy/{RUBBISH}")

    def test_anothers_word_is_refused_with_the_way_to_it(self, admin):
        page = press(admin, {"words": "违章搭建"}, status=409)
        assert f"decide for {ILLEGAL_BUILDING} already" in page and f'href="/taxonomy/{ILLEGAL_BUILDING}/words?word={quote("违章搭建")}#change"' in page
        assert 'value="违章搭建"' in page, "what was typed stays"
        page = press(admin, {"words": "违章搭建", "strength": "hint"}, step="preview", status=200)
        assert "speak for another matter too" in page

    @pytest.mark.parametrize("typed", ["", "<script>alert(1)</script>", "一", "长" * 41])
    def test_a_bad_word_comes_back(self, admin, typed):
        for step in ("preview", "save"):
            page = press(admin, {"words": typed}, step=step, status=422)
            assert 'aria-invalid="true"' in page and "<script>alert" not in page

    def test_who_was_slower_is_asked_to_look_again(self, admin):
        press(admin, {})
        page = press(admin, {"strength": "hint"}, status=409)
        assert 'name="seen" value="decisive"' in page

    def test_only_administrators_open_it(self, browser, admin):  # noqa: F811
        clerk = browser("clerk")
        clerk.get(PAGE, 403)
        clerk.post(PAGE, {"words": WORD, "strength": "hint", "step": "save"}, page="/taxonomy", status=403)
        admin.get("/taxonomy/NONE/words", 404)
        assert "/words" not in clerk.get(f"/taxonomy/{RUBBISH}") and PAGE in admin.get(f"/taxonomy/{RUBBISH}")

    def test_the_auditor_reads_of_it(self, admin, browser):  # noqa: F811
        press(admin, {})
        page = browser("audit_admin").get("/security-events")
        assert "words of a category changed" in page and WORD in page


class TestTheInterface:
    def test_read_look_change(self, client, log_in, submit):
        system, clerk = log_in("system_admin"), log_in("clerk")
        submit(description="楼下有个脏坑坑", category=None)
        items = client.get(API, headers=clerk).json["items"]
        assert {"words": "暴露垃圾", "strength": "decisive", "own": False, "changed_at": None, "changed_by": None} in items
        given = {"words": WORD, "strength": "decisive"}
        looked = client.post(f"{API}/preview", json=given, headers=system).json
        assert (looked["tickets"], looked["holding"], looked["clashes"]) == (1, 1, []) and looked["moves"][0]["after"] == RUBBISH
        assert client.post(f"{API}/preview", json=given, headers=clerk).status_code == 403
        answer = client.put(API, json=given | {"seen": "off"}, headers=system)
        assert (answer.status_code, answer.json["own"], answer.json["strength"]) == (200, True, "decisive")
        assert client.put(API, json=given | {"strength": "hint", "seen": "off"}, headers=system).status_code == 409
        assert client.put(API, json=given, headers=clerk).status_code == 403
        sleep(HALF_A_SECOND)
        found = client.post("/api/v1/understand", json={"text": "楼下有个脏坑坑"}, headers=clerk).json
        assert found["categories"][0]["code"] == RUBBISH

    def test_errors_have_stable_codes(self, client, street, log_in):
        system = log_in("system_admin")
        taken = client.put(API, json={"words": "违章搭建", "strength": "decisive"}, headers=system | ZH)
        assert (taken.status_code, taken.json["error"]["code"], taken.json["error"]["details"]) == (409, "word_taken", {"category": ILLEGAL_BUILDING})
        assert ILLEGAL_BUILDING in taken.json["error"]["message"] and "决定词" in taken.json["error"]["message"]
        bad = client.put(API, json={"words": "一", "strength": "decisive"}, headers=system | ZH).json["error"]
        assert (bad["code"], bad["fields"]) == ("invalid", {"words": ["至少两个字符。"]})
        assert client.put(API, json={"words": WORD, "strength": "loud"}, headers=system).status_code == 422
        assert client.put("/api/v1/taxonomy/NONE/words", json={"words": WORD, "strength": "hint"}, headers=system).status_code == 404
        assert client.get("/api/v1/taxonomy/NONE/words", headers=system).status_code == 404


class TestTheListOfFieldTerms:
    def test_it_is_parted_and_every_term_stands_in_it_once(self, admin):
        page = admin.get("/labels")
        assert re.findall(r'href="/labels/(\w+)"', page) and sorted(re.findall(r'href="/labels/(\w+)"', page)) == sorted(terms.TERMS)
        assert page.count("<h2 id=") >= len(terms.GROUPS)
        assert sorted(term for held in terms.GROUPS.values() for term in held) == sorted(terms.TERMS)

    @pytest.mark.parametrize(("q", "found"), [("网格", {"cell", "grid_worker", "grid_leader", "grid_office"}), ("grid w", {"grid_worker"}), ("%3Cb%3E", set()), ("GRID O", {"grid_office"})])
    def test_it_is_looked_through_without_script_and_the_address_keeps_it(self, admin, q, found):
        page = admin.get(f"/labels?q={q}")
        assert set(re.findall(r'href="/labels/(\w+)\?q=', page)) == found
        assert ("No field term fits" in page) == (not found) and "<b>" not in page
        assert f"Terms found: {len(found)} of {len(terms.TERMS)}" in page

    def test_from_a_term_one_comes_back_to_what_was_looked_for(self, admin):
        page = admin.get("/labels/cell?q=%E7%BD%91%E6%A0%BC")
        assert 'href="/labels?q=%E7%BD%91%E6%A0%BC"' in page and 'action="/labels/cell?q=%E7%BD%91%E6%A0%BC"' in page
        answer = admin.post("/labels/cell?q=%E7%BD%91%E6%A0%BC", {"word": "微格", "step": "save", "seen": "网格"}, page="/labels")
        assert answer.headers["Location"].endswith("/labels?q=%E7%BD%91%E6%A0%BC")
        assert "微格" in admin.client.get("/labels?q=%E5%BE%AE%E6%A0%BC", headers=ZH).text, "found by the city's word too"

    def test_what_is_changed_alone_and_an_honest_none(self, admin):
        assert "Every term is shown as gridops says it" in admin.get("/labels?own=1")
        admin.post("/labels/cell", {"word": "微格", "step": "save", "seen": "网格"}, page="/labels")
        assert re.findall(r'href="/labels/(\w+)"', admin.get("/labels?own=1")) == ["cell"]
        assert "No field term fits" in admin.client.get("/labels?q=zzz&own=1", headers=EN).text
