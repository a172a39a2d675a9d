"""The one-ticket link: what opens, what may be done, and when it ends."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from gridops.domain.actor import SYSTEM
from gridops.models import AssignmentLink, Trail
from tests.small_street import GAS
from tests.web.test_resident import photo
from tests.web.test_staff import account, browser, do  # noqa: F401 - fixtures

ORIGIN = {"Origin": "http://localhost"}


@pytest.fixture
def number(submit, do):  # noqa: F811
    number = submit(category=GAS, visibility="protected", contact={"name": "王小明", "phone": "13812341234"}, description="我是王小明13812341234，家里有燃气味").ticket.number
    do(number, "file", SYSTEM, category=GAS)
    do(number, "dispatch", SYSTEM)
    return number


@pytest.fixture
def link(log_in, client, number):
    """link(hours=72) -> (path of the page, id)"""
    clerk = log_in("clerk")

    def make(**more):
        answer = client.post(f"/api/v1/tickets/{number}/links", json={"department": "D-GAS_CO"} | more, headers=clerk)
        assert answer.status_code == 201, answer.json
        return "/o/" + answer.json["url"].rsplit("/", 1)[1], answer.json["id"]

    return make


@pytest.fixture
def phone(app):
    """A browser without any log-in."""
    return app.test_client()


def offered(page, path):
    return re.findall(rf'action="{path}/(\w+)"', page)


def test_it_opens_one_ticket_without_saying_who_complained(phone, link):
    path, _ = link()
    page = phone.get(path)
    assert page.status_code == 200 and page.headers["Cache-Control"] == "no-store"
    text = page.get_data(as_text=True)
    assert "燃气味" in text and "GAS_CO" in text and "no-referrer" in text
    assert "13812341234" not in text and "138****1234" not in text
    assert offered(text, path) == ["sign", "object"]


def test_the_whole_part_of_an_organisation_with_photos_marked_in_the_trail(phone, link, number, sessions, street, now):
    path, _ = link()
    steps = (
        ("sign", {}), ("contact", {"outcome": "reached", "text": "已联系"}),
        ("submit_result", {"outcome": "solved", "text": "已更换接头", "files": (photo(), "a.jpg")}))
    for action, form in steps:
        if action == "submit_result":
            with sessions() as session, session.begin():
                street.without_support(session, number, now)
        answer = phone.post(f"{path}/{action}", data=form, headers=ORIGIN)
        assert answer.status_code == 303, answer.get_data(as_text=True)
    with sessions() as session:
        rows = session.scalars(select(Trail).where(Trail.actor_kind == "link").order_by(Trail.seq)).all()
        assert [row.action for row in rows] == [action for action, _ in steps]
        assert {(row.on_behalf_of, row.account_id) for row in rows} == {(street.departments["GAS_CO"].id, None)}
        assert rows[0].facts["signed_by"] == "link" and rows[2].facts["photos"] == 1


def test_staff_read_that_it_was_done_by_link(phone, link, number, browser):  # noqa: F811
    path, _ = link()
    phone.post(f"{path}/sign", headers=ORIGIN)
    assert "One-ticket link" in browser("clerk").get(f"/tickets/{number}")


def test_nothing_else_may_be_done_with_it(phone, link, number):
    path, _ = link()
    for action in ("recall", "dispatch", "uphold", "pass_check", "comment"):
        assert phone.post(f"{path}/{action}", data={"text": "x"}, headers=ORIGIN).status_code in (403, 409), action
    assert phone.post(f"{path}/explode", headers=ORIGIN).status_code == 404
    assert phone.get(f"/tickets/{number}").status_code in (302, 303)


def test_another_site_cannot_send_its_forms(phone, link):
    assert phone.post(f"{link()[0]}/sign", headers={"Origin": "https://elsewhere.example"}).status_code == 403


@pytest.mark.parametrize("ending", ["expires", "revoked", "replaced", "round over"])
def test_it_ends(phone, link, number, do, clock, street, client, log_in, ending):  # noqa: F811
    path, link_id = link(hours=24)
    if ending == "expires":
        clock.forward(timedelta(hours=25))
    elif ending == "revoked":
        assert client.delete(f"/api/v1/tickets/{number}/links/{link_id}", headers=log_in("dispatcher")).status_code == 204
    elif ending == "replaced":
        link()
    else:
        do(number, "recall", street.actors["dispatcher"], text="派错")
    assert phone.get(path).status_code == 404
    assert phone.post(f"{path}/sign", headers=ORIGIN).status_code == 404
    assert phone.get(path + "x").status_code == 404


def test_the_token_is_not_in_the_database(link, sessions):
    token = link()[0].removeprefix("/o/")
    with sessions() as session:
        row = session.scalars(select(AssignmentLink)).one()
        assert token.encode() not in row.token_index and len(row.token_index) == 32


@pytest.mark.parametrize(("who", "department", "status"), [
    ("grid_worker", "D-GAS_CO", 403), ("leader", "D-GAS_CO", 403), ("clerk", "D-FIRE", 403), ("clerk", "D-SANITATION", 422), ("clerk", "nobody", 422),
])
def test_only_clerks_make_it_and_only_for_a_party_without_log_in(client, log_in, number, who, department, status):
    answer = client.post(f"/api/v1/tickets/{number}/links", json={"department": department}, headers=log_in(who))
    assert answer.status_code == status


def test_the_clerk_makes_and_ends_it_by_page(browser, number, phone):  # noqa: F811
    clerk = browser("clerk")
    page = f"/tickets/{number}"
    made = clerk.post(f"{page}/links", {"department": "D-GAS_CO", "hours": "24"}, page=page, status=200).text
    path = re.search(r"/o/[\w-]+", made)[0]
    assert phone.get(path).status_code == 200
    shown = clerk.get(page)
    assert path not in shown
    link_id = re.search(rf"{page}/links/(\d+)/revoke", shown)[1]
    clerk.post(f"{page}/links/{link_id}/revoke", page=page)
    assert phone.get(path).status_code == 404


def test_a_wrong_field_keeps_what_was_typed(phone, link):
    path, _ = link()
    answer = phone.post(f"{path}/object", data={"text": "不是我们的管线"}, headers=ORIGIN)
    assert answer.status_code == 422 and "不是我们的管线" in answer.get_data(as_text=True)


def test_it_is_rate_limited(phone, street):
    answers = [phone.get("/o/guessed").status_code for _ in range(61)]
    assert answers == [404] * 60 + [429]
