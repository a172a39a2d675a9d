"""Words of a city on pages and in messages of the interface."""

from __future__ import annotations

import threading
from time import perf_counter

import pytest
from sqlalchemy import event, select, text

from gridops import db
from gridops.api.field_terms import NAME, worded
from gridops.domain.actor import SYSTEM, Actor, Grant
from gridops.domain.terms import Wording
from gridops.errors import Conflict, Forbidden, GridopsError, Invalid
from gridops.models import FieldTerm, SecurityEvent, Street
from gridops.services import field_terms
from tests.small_street import STREET
from tests.web.test_staff import account, browser  # noqa: F401

ZH = {"Accept-Language": "zh"}


@pytest.fixture
def admin(browser):  # noqa: F811
    return browser("system_admin")


def test_a_word_is_seen_first_then_kept_and_said_everywhere(app, client, admin, browser, log_in):  # noqa: F811
    preview = admin.post("/labels/grid_worker", {"word": "网格管理员", "step": "preview"}, page="/labels", status=200).text
    assert "网格管理员" in preview and "Nothing is kept yet" in preview
    assert "网格管理员" not in client.get("/labels", headers=ZH).text
    leader = browser("leader")
    before = leader.client.get("/people", headers=ZH).text
    admin.post("/labels/grid_worker", {"word": "网格管理员", "step": "save", "seen": "网格员"}, page="/labels")
    after = leader.client.get("/people", headers=ZH).text
    assert "网格员" in before and "网格管理员" in after and "网格员" not in after
    assert "Grid worker" in leader.client.get("/people", headers={"Accept-Language": "en"}).text
    admin.post("/labels/grid_worker", {"step": "usual", "word": "x"}, page="/labels")
    assert "网格管理员" not in leader.client.get("/people", headers=ZH).text


def test_messages_of_the_api_say_it_too(client, street, log_in):
    system, clerk = log_in("system_admin"), log_in("clerk")
    answer = client.put("/api/v1/field-terms/category", json={"word": "事项", "seen": "小类"}, headers=system)
    assert (answer.status_code, answer.json["own"]) == (200, "事项")
    refused = client.post("/api/v1/reports", json={"kind": "complaint", "description": "x", "category": "NONE"}, headers=ZH)
    assert "没有该事项。" in str(refused.json)
    assert client.put("/api/v1/field-terms/category", json={"word": "类", "seen": "小类"}, headers=system).status_code == 409
    assert client.put("/api/v1/field-terms/category", json={"word": "<b>"}, headers=system).json["error"]["fields"]
    assert client.put("/api/v1/field-terms/nothing", json={"word": "类"}, headers=system).status_code == 404
    assert client.put("/api/v1/field-terms/category", json={"word": None}, headers=clerk).status_code == 403
    assert client.put("/api/v1/field-terms/category", json={"word": None}, headers=system).json["own"] is None
    assert client.get("/api/v1/field-terms", headers=clerk).json["items"][0]["usual"] == "街道"


@pytest.mark.parametrize("word", ["", " ", "<script>", "长" * 13, "主统筹", "网 格"])
def test_a_bad_word_comes_back(admin, sessions, word):
    page = admin.post("/labels/lead", {"word": word, "step": "save"}, page="/labels", status=422).text
    assert 'aria-invalid="true"' in page and "<script>alert" not in page
    with sessions() as session:
        assert session.scalars(select(FieldTerm)).all() == []


def test_the_database_takes_no_markup_either(session):
    with pytest.raises(Exception, match="plain_word"):
        session.execute(text("INSERT INTO field_term VALUES ('cell', '<b>', now(), NULL)"))


class TestTheService:
    @pytest.fixture
    def system(self):
        return Actor("staff", "a", account_id=None, grants=(Grant("system_admin", "310199"),))

    def test_two_terms_never_share_a_word(self, session, street, system, now):
        field_terms.replace(session, "lead", "牵头单位", seen="主负责", actor=system, now=now)
        with pytest.raises(Invalid):
            field_terms.replace(session, "coordinate", "牵头单位", seen=None, actor=system, now=now)
        with pytest.raises(Invalid):
            field_terms.replace(session, "coordinate", "主负责", seen=None, actor=system, now=now)
        with pytest.raises(Conflict):
            field_terms.replace(session, "lead", "主办单位", seen="主负责", actor=system, now=now)
        session.flush()
        assert session.scalars(select(SecurityEvent.facts).where(SecurityEvent.kind == "label_changed")).all() == [{"term": "主负责", "word": "牵头单位"}]

    def test_only_who_administers_all_streets(self, session, street, now):
        session.add(Street(code="310199002", name="月河街道", timezone="Asia/Shanghai"))
        session.flush()
        of_one = Actor("staff", "a", grants=(Grant("system_admin", STREET),))
        with pytest.raises(Forbidden, match="not_whole"):
            field_terms.replace(session, "lead", "牵头单位", seen=None, actor=of_one, now=now)
        for role in ("security_admin", "leader"):
            with pytest.raises(Forbidden):
                field_terms.replace(session, "lead", "牵头单位", seen=None, actor=Actor("staff", "a", grants=(Grant(role, "310199"),)), now=now)


def test_pages_ask_for_it_once_in_ten_seconds_and_only_in_chinese(app, connection, client, street):
    asked = []
    event.listen(connection, "before_cursor_execute", lambda conn, cursor, statement, *more: asked.append(statement) if "field_term" in statement else None)
    client.get("/", headers={"Accept-Language": "en"})
    assert asked == []
    for _ in range(5):
        client.get("/", headers=ZH)
    assert len(asked) == 1
    app.extensions[NAME].read_at -= 11
    client.get("/", headers=ZH)
    assert len(asked) == 2


def test_what_was_known_is_said_while_the_database_is_away(app, client, street, monkeypatch):
    known = app.extensions[NAME]
    known.wording, known.read_at = Wording.of([("cell", "微网格")]), None
    from sqlalchemy.exc import OperationalError

    def away(session):
        raise OperationalError("x", None, Exception())

    monkeypatch.setattr(field_terms, "wording", away)
    assert client.get("/login", headers=ZH).status_code == 200
    assert known.wording.said("网格") == "微网格"


def test_a_catalogue_in_other_words_is_made_quickly(app):
    from flask_babel import get_translations

    with app.test_request_context(headers=ZH):
        usual = get_translations()
        began = perf_counter()
        made = worded(usual, Wording.of([("cell", "微网格"), ("ticket", "事件单")]))
        took = perf_counter() - began
    print(f"{len(usual._catalog)} entries in {took * 1000:.1f} ms")
    assert took < 1 and len(made._catalog) == len(usual._catalog)
    assert made.gettext("Tickets") == "事件单"


def test_two_who_write_at_once_do_not_share_a_word(make_fresh, now):
    fresh = make_fresh()
    start, outcomes = threading.Barrier(2), []

    def write(term):
        start.wait()
        try:
            with db.transaction(fresh.sessions) as session:
                field_terms.replace(session, term, "牵头单位", seen=None, actor=SYSTEM, now=now)
            outcomes.append("kept")
        except GridopsError as error:
            outcomes.append(error.code)

    threads = [threading.Thread(target=write, args=(term,)) for term in ("lead", "coordinate")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["invalid", "kept"]
