"""The categories as staff read them and the administrator keeps them."""

from __future__ import annotations

import io
import re

import openpyxl
import pytest
from sqlalchemy import select

from gridops.domain.actor import SYSTEM, Actor, Grant
from gridops.errors import Conflict, Forbidden, Invalid
from gridops.models import CategoryVersion, DutyRule, SecurityEvent, Street, Ticket
from gridops.services import catalogue, category_tree, understanding
from gridops.services.taxonomy import changing, view
from tests.small_street import GAS, RUBBISH, STREET
from tests.web.importing import check, press_import
from tests.web.test_staff import EN, account, browser, do  # noqa: F401

ADMIN = Actor("staff", "admin", grants=(Grant("system_admin", STREET),))
NAMES = {"name": "楼道垃圾", "name_en": "Rubbish in stairwells"}


@pytest.fixture
def admin(browser):  # noqa: F811
    return browser("system_admin")


def change(admin, code, action, form=None, *, seen=1, status=303):
    page = f"/taxonomy/{code}"
    return admin.post(f"{page}/{action}", {"seen": seen} | (form or {}), page=page, status=status).text


def test_staff_read_the_tree_and_do_not_change_it(browser):  # noqa: F811
    clerk = browser("clerk")
    page = clerk.get("/taxonomy")
    assert "159 categories" in page and len(re.findall(r'href="/taxonomy/[EC]\d+"', page)) == 159
    assert "Exposed household rubbish" in clerk.get("/taxonomy?q=rubbish&flag=self_handle_allowed")
    assert "No category fits" in clerk.get("/taxonomy?q=%3Cscript%3E")
    one = clerk.get(f"/taxonomy/{RUBBISH}")
    assert "Filing conditions" in one and "Words by which it is recognised" in one and "Rename" not in one
    clerk.get("/taxonomy/NONE", 404)
    clerk.post(f"/taxonomy/{RUBBISH}/rename", NAMES | {"seen": 1}, status=403)


def test_a_renamed_category_is_a_new_version_and_tickets_keep_theirs(admin, submit, sessions, do):  # noqa: F811
    number = submit().ticket.number
    do(number, "file", SYSTEM, category=RUBBISH)
    change(admin, RUBBISH, "rename", NAMES)
    with sessions() as session:
        found = catalogue.newest_version(session, RUBBISH)
        old = session.get_one(CategoryVersion, session.scalar(select(Ticket.category_version_id).where(Ticket.number == number)))
        assert (found.name, found.version, old.name, old.version) == ("楼道垃圾", 2, "暴露垃圾", 1)
        assert [c.filing for c in catalogue.conditions(session, found.id)] == [c.filing for c in catalogue.conditions(session, old.id)]
        assert session.scalars(select(SecurityEvent.facts).where(SecurityEvent.kind == "category_changed")).one() == {
            "code": RUBBISH, "act": "renamed", "version": 2}
    assert "changed" in change(admin, RUBBISH, "rename", NAMES | {"name": "别的"}, seen=1, status=409)
    page = admin.get(f"/taxonomy/{RUBBISH}")
    assert "system_admin</span>" in page and "Exposed household rubbish" in page


@pytest.mark.parametrize(("name", "said"), [("", "fill this in"), ("长" * 41, "At most 40"), ("a\nb", "One line"), ("私搭乱建", "goes by this name")])
def test_a_bad_name_comes_back(admin, name, said):
    assert said in change(admin, RUBBISH, "rename", NAMES | {"name": name}, status=422)


def test_markup_in_a_name_is_shown_as_it_is_written(admin):
    change(admin, RUBBISH, "rename", {"name": "<b>x</b>", "name_en": "<script>x"})
    assert "<script>x" not in admin.get("/taxonomy?q=script") and "&lt;script&gt;x" in admin.get("/taxonomy?q=script")


class TestSwitchingOff:
    def test_open_tickets_are_in_the_way_and_closed_ones_are_not(self, admin, submit, street, do):  # noqa: F811
        number = submit().ticket.number
        assert "Open tickets with it: 1." in change(admin, RUBBISH, "off", status=409)
        do(number, "answer", street.actors["clerk"], text="已当场清理")
        change(admin, RUBBISH, "off")

    def test_it_is_chosen_no_more_and_comes_back_with_its_rules(self, admin, sessions, client, street, submit):
        with sessions() as session:
            before = [(r.lead_type, r.coordinate_type, r.supports) for r in session.scalars(select(DutyRule).where(DutyRule.category_code == RUBBISH, DutyRule.valid_to.is_(None)))]
        change(admin, RUBBISH, "off")
        body = {"kind": "complaint", "description": "垃圾成堆没人清", "location": {"lng": 121.405, "lat": 31.205, "crs": "wgs84"}}
        assert client.post("/api/v1/reports", json=body | {"category": RUBBISH}).status_code == 422
        assert client.post("/api/v1/reports", json=body).status_code == 201
        with sessions() as session:
            assert RUBBISH not in str(category_tree.tree(session, locale="zh"))
            assert session.scalars(select(DutyRule).where(DutyRule.category_code == RUBBISH, DutyRule.valid_to.is_(None))).all() == []
        assert "switched off" in admin.get("/taxonomy?flag=off") and "Switch on" in admin.get(f"/taxonomy/{RUBBISH}")
        assert "switched off" in change(admin, RUBBISH, "rename", NAMES, status=409)
        change(admin, RUBBISH, "on")
        with sessions() as session:
            after = [(r.lead_type, r.coordinate_type, r.supports) for r in session.scalars(select(DutyRule).where(DutyRule.category_code == RUBBISH, DutyRule.valid_to.is_(None)))]
        assert after == before != []
        assert client.post("/api/v1/reports", json=body | {"category": RUBBISH}).status_code == 201

    def test_emergencies_stay(self, admin):
        assert "cannot be switched off" in admin.get(f"/taxonomy/{GAS}")
        assert "brings help at once" in change(admin, GAS, "off", status=409)

    def test_words_that_mean_it_are_read_without_it(self, sessions, street, now, submit):
        with sessions() as session, session.begin():
            changing.switch_off(session, RUBBISH, seen=1, actor=ADMIN, now=now)
        number = submit(category=None, description="小区门口暴露垃圾成堆没人清运").ticket.number
        with sessions() as session, session.begin():
            ticket = session.scalars(select(Ticket).where(Ticket.number == number)).one()
            verdict = understanding.understand(session, ticket)
            assert verdict.waits and verdict.body.get("category") != RUBBISH


class TestLocalOnes:
    def test_it_starts_as_its_standard_and_can_be_filed_and_dispatched(self, admin, sessions, do, submit):  # noqa: F811
        change(admin, RUBBISH, "refine", NAMES)
        own = f"{RUBBISH}-1"
        assert "Belongs to" in admin.get(f"/taxonomy/{own}") and own in admin.get(f"/taxonomy/{RUBBISH}")
        number = submit(category=own).ticket.number
        do(number, "file", SYSTEM, category=own)
        do(number, "dispatch", SYSTEM)
        with sessions() as session:
            assert session.scalar(select(Ticket.status).where(Ticket.number == number)) == "dispatched"
            assert catalogue.newest_version(session, own).extra[view.STANDARD] == RUBBISH
        assert "local category itself" in change(admin, own, "refine", {"name": "一", "name_en": "one"}, status=409)

    def test_names_are_told_apart(self, session, street, now):
        changing.refine(session, RUBBISH, **NAMES, actor=ADMIN, now=now)
        with pytest.raises(Invalid):
            changing.refine(session, RUBBISH, **NAMES, actor=ADMIN, now=now)
        assert changing.refine(session, RUBBISH, "另一", "another", actor=ADMIN, now=now).code == f"{RUBBISH}-2"


def test_only_who_administers_all_streets_changes_what_they_share(session, street, now):
    session.add(Street(code="310199002", name="月河街道"))
    session.flush()
    with pytest.raises(Forbidden, match="not_whole"):
        changing.switch_off(session, RUBBISH, seen=1, actor=ADMIN, now=now)
    wide = Actor("staff", "admin", grants=(Grant("system_admin", "310199"),))
    changing.switch_off(session, RUBBISH, seen=1, actor=wide, now=now)
    with pytest.raises(Conflict):
        changing.switch_on(session, RUBBISH, seen=2, actor=wide, now=now)


class TestTables:
    @pytest.mark.parametrize("headers", [EN, {"Accept-Language": "zh"}])
    def test_what_was_taken_out_and_brought_back_changes_nothing(self, admin, headers):
        blob = admin.client.get("/taxonomy.csv", headers=headers).data
        page = check(admin, "/taxonomy/import", blob)
        assert "<strong>0</strong>new" in page and "<strong>0</strong>changed" in page and "<strong>159</strong>" in page

    def test_a_changed_table_is_shown_first_then_imported(self, admin, sessions):
        book = openpyxl.load_workbook(io.BytesIO(admin.client.get("/taxonomy.xlsx", headers=EN).data))
        sheet = book.active
        columns = [cell.value for cell in sheet[1]]
        rows = [row for row in sheet.iter_rows(min_row=2) if row[columns.index("code")].value == RUBBISH]
        for row in rows:
            row[columns.index("name_zh")].value = "散落垃圾"
        rows[0][columns.index("limit")].value = "7"
        out = io.BytesIO()
        book.save(out)
        page = check(admin, "/taxonomy/import", out.getvalue(), "categories.xlsx")
        assert f"<code>{RUBBISH}</code> 散落垃圾" in page and "<strong>1</strong>changed" in page
        press_import(admin, "/taxonomy/import", page)
        with sessions() as session:
            found = view.latest(session, RUBBISH)
            assert (found.name, found.version, float(found.conditions[0].limit_value)) == ("散落垃圾", 2, 7.0) and found.made_by
            assert session.scalars(select(SecurityEvent.facts).where(SecurityEvent.kind == "taxonomy_imported")).one() == {"created": 0, "changed": 1}

    def test_bad_rows_are_named(self, admin):
        blob = admin.client.get("/taxonomy.csv", headers=EN).data.decode("utf-8-sig")
        broken = blob.replace(",routine,", ",whenever,", 1)
        assert "whenever" in check(admin, "/taxonomy/import", broken, status=422)
        assert "Nothing was imported" in check(admin, "/taxonomy/import", "code\nE0101\n", status=422)


def test_the_api_renames_switches_and_refines(client, street, log_in):
    system, clerk = log_in("system_admin"), log_in("clerk")
    assert len(client.get("/api/v1/taxonomy", headers=clerk).json["items"]) == 159
    path = f"/api/v1/taxonomy/{RUBBISH}"
    renamed = client.patch(path, json={"seen": 1, "name": "散落垃圾"}, headers=system)
    assert (renamed.status_code, renamed.json["name"], renamed.json["version"]) == (200, "散落垃圾", 2)
    assert client.patch(path, json={"seen": 1, "off": True}, headers=system).status_code == 409
    assert client.patch(path, json={"seen": 2, "off": True}, headers=system).json["off"] is True
    assert client.patch(path, json={"seen": 2, "off": False, "name": "暴露垃圾"}, headers=system).json["version"] == 4
    assert client.post(f"{path}/local", json=NAMES, headers=system).json["code"] == f"{RUBBISH}-1"
    assert client.post(f"{path}/local", json=NAMES, headers=clerk).status_code == 403
