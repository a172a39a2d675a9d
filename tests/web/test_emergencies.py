"""Emergencies, whistles and meetings by page and over HTTP."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from gridops.db import transaction
from gridops.models import InboxMessage, Outbox, Ticket
from gridops.services.reactions import REACTIONS
from tests.small_street import COMMUNITY, GAS, RUBBISH, WEST
from tests.web.test_staff import EN, account, browser, dispatched, do, section  # noqa: F401 - fixtures

WHISTLE = {"kind": "whistle", "subject": "占道堆物", "spot": "3号楼门口", "meets_at": "2026-03-05T14:00", "area": COMMUNITY, "departments": ["D-ENFORCEMENT", "D-PROPERTY"]}


@pytest.fixture
def react(sessions, now):
    """What workers do with the facts that are due."""

    def react():
        with transaction(sessions) as session:
            while rows := session.scalars(select(Outbox).where(Outbox.done_at.is_(None), Outbox.available_at <= now).order_by(Outbox.id)).all():
                for row in rows:
                    REACTIONS[row.topic](session, row, now, None)
                    row.done_at = now
                session.flush()

    return react


@pytest.fixture
def leak(dispatched, react):  # noqa: F811
    number = dispatched(category=GAS)
    react()
    return number


class TestEmergency:
    def test_the_numbers_to_dial_come_first_and_the_page_looks_again(self, browser, leak):  # noqa: F811
        page = browser("dispatcher").get(f"/emergencies/{leak}")
        content = page.split('<main id="content"')[1]
        assert content.index("tel:110") < content.index("tel:119") < content.index("tel:120") < content.index("<h1>")
        assert f'data-live="/emergencies/{leak}/live"' in page

    def test_who_was_called_acknowledges_and_all_parties_read_the_log(self, browser, leak):  # noqa: F811
        dispatcher, office = browser("dispatcher"), browser("department", department="SANITATION")
        page = f"/emergencies/{leak}"
        dispatcher.post(f"{page}/acknowledge", page=page)
        assert "acknowledged" in section(dispatcher.get(page), "called")
        dispatcher.post(f"{page}/log", {"text": "已通知燃气公司"}, page=page)
        office.get(page, status=404)  # it has no part in it
        assert "已通知燃气公司" in section(browser("clerk").get(page), "log")
        assert "I acknowledge" not in dispatcher.get(page)

    def test_nothing_new_is_not_sent_again(self, browser, leak):  # noqa: F811
        opened = browser("clerk")
        first = opened.client.get(f"/emergencies/{leak}/live", headers=EN)
        assert first.status_code == 200, first.text
        tag = {"If-None-Match": first.headers["ETag"]}
        assert opened.client.get(f"/emergencies/{leak}/live", headers=EN | tag).status_code == 304
        opened.post(f"/emergencies/{leak}/log", {"text": "到场"}, page=f"/emergencies/{leak}")
        assert opened.client.get(f"/emergencies/{leak}/live", headers=EN | tag).status_code == 200

    def test_who_was_not_called_cannot_acknowledge(self, client, log_in, leak):
        answer = client.post(f"/api/v1/emergencies/{leak}/acknowledgement", headers=log_in("clerk"))
        assert (answer.status_code, answer.json["error"]["code"]) == (403, "not_called")

    def test_an_ordinary_ticket_is_none(self, browser, dispatched):  # noqa: F811
        browser("dispatcher").get(f"/emergencies/{dispatched(category=RUBBISH)}", status=404)

    def test_a_wrong_link_is_over(self, client):
        assert client.get("/e/nonsense").status_code == 404 and client.post("/e/nonsense").status_code == 404

    def test_the_list_says_what_nobody_has_acknowledged(self, browser, leak):  # noqa: F811
        assert "nobody has acknowledged" in section(browser("leader").get("/emergencies"), "going")


@pytest.fixture
def leader(browser):  # noqa: F811
    return browser("grid_leader", area=COMMUNITY)


@pytest.fixture
def called(leader):
    answer = leader.post("/meetings", WHISTLE, page="/meetings")
    return answer.headers["Location"]


class TestMeeting:
    def test_only_who_leads_there_blows_the_whistle(self, client, log_in, street):
        body = WHISTLE | {"meets_at": "2026-03-05T06:00:00Z"}
        assert client.post("/api/v1/meetings", json=body, headers=log_in("clerk")).status_code == 403
        assert client.post("/api/v1/meetings", json=body, headers=log_in("grid_leader", area=WEST)).status_code == 403
        assert client.post("/api/v1/meetings", json=body, headers=log_in("grid_leader", area=COMMUNITY)).status_code == 201

    def test_a_refusal_needs_a_reason_and_goes_to_the_leader(self, browser, called, react, sessions):  # noqa: F811
        team = browser("department", department="ENFORCEMENT")
        team.post(f"{called}/answer", {"department": "D-ENFORCEMENT", "answer": "refused"}, page=called, status=422)
        team.post(f"{called}/answer", {"department": "D-ENFORCEMENT", "answer": "refused", "reason": "无执法权"}, page=called)
        team.post(f"{called}/answer", {"department": "D-PROPERTY", "answer": "coming"}, page=called, status=403)
        react()
        with sessions() as session:
            told = session.execute(select(InboxMessage.topic, InboxMessage.role).where(InboxMessage.topic == "meeting.refused")).all()
        assert ("meeting.refused", "leader") in told
        assert "To the meeting" in browser("leader").get("/inbox")

    def test_who_came_and_what_was_decided_is_kept_and_the_next_one_opens_with_it(self, leader, called):
        leader.post(f"{called}/arrive", {"department": "D-ENFORCEMENT", "who": "李队长"}, page=called)
        leader.post(f"{called}/hold", {
            "result": "当场清理", "kind0": "measure", "text0": "加装护栏", "department0": "D-PROPERTY", "due0": "2026-03-10T18:00"}, page=called)
        page = leader.get(called)
        assert "李队长" in page and "stayed away" in page and "加装护栏" in section(page, "result")
        following = leader.post("/meetings", WHISTLE | {"kind": "on_site"}, page="/meetings").headers["Location"]
        opened = leader.get(following)
        assert "加装护栏" in section(opened, "undone")
        measure = re.search(r'name="move(\d+)"', opened)[1]
        leader.post(f"{following}/hold", {"result": "延后", f"move{measure}": "2026-03-20T18:00"}, page=following)
        assert "first due" in leader.get(called)
        leader.post(f"{called}/done", {"measure": measure, "text": "已装"}, page=called)
        assert "已装" in section(leader.get(called), "result")
        leader.post(f"{called}/done", {"measure": measure, "text": "已装"}, page=called, status=409)

    def test_a_result_is_recorded_once(self, leader, called):
        leader.post(f"{called}/hold", {"result": "完成"}, page=called)
        leader.post(f"{called}/hold", {"result": "再来"}, page=called, status=409)

    def test_decisions_become_tickets_and_orders(self, client, log_in, do, dispatched, sessions):  # noqa: F811
        number, leader = dispatched(category=RUBBISH), log_in("leader")
        body = {key: value for key, value in WHISTLE.items() if key != "area"}
        body |= {"kind": "on_site", "ticket": number, "meets_at": "2026-03-05T06:00:00Z"}
        called = client.post("/api/v1/meetings", headers=leader, json=body)
        assert called.status_code == 201, called.json
        due = "2026-03-09T09:00:00Z"
        answer = client.post(f"/api/v1/meetings/{called.json['id']}/result", headers=leader, json={"result": "两件事", "decided": [
            {"kind": "assignment", "text": "限期清运", "ticket": number, "department": "D-SANITATION", "due_by": due},
            {"kind": "ticket", "text": "护栏破损", "category": RUBBISH, "owner": "网格长", "due_by": due}]})
        assert answer.status_code == 200, answer.json
        order, made = answer.json["measures"]
        assert order["ticket"] == number and made["ticket"] not in (None, number)
        history = client.get(f"/api/v1/tickets/{number}/history", headers=leader).json["items"]
        assert [step["action"] for step in history][-3:] == ["call_meeting", "supervise", "hold_meeting"]
        with sessions() as session:
            assert session.scalars(select(Ticket.description).where(Ticket.number == made["ticket"])).one() == "护栏破损"
