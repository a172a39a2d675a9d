"""Messages outside the inbox over HTTP: settings, deliveries, words, refusals, webhooks."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from gridops.models import MessageDelivery, MessageRefusal, Webhook
from gridops.services.messages import written
from tests.small_street import STREET

API = "/api/v1"
SETTING = {"email": "chen@street.example", "phone": None, "locale": "zh", "wanted": {"asked": ["email"]}, "quiet_from": "21:00", "quiet_until": "07:30", "digest_at": None}


class TestSettings:
    URL = f"{API}/message-settings"

    def test_everybody_has_own_ones(self, client, log_in):
        clerk, leader = log_in("clerk"), log_in("leader")
        assert client.get(self.URL, headers=clerk).json["email"] is None
        answer = client.put(self.URL, json=SETTING, headers=clerk)
        assert answer.status_code == 200 and answer.json == SETTING
        assert client.get(self.URL, headers=clerk).json == SETTING
        assert client.get(self.URL, headers=leader).json["email"] is None

    def test_those_of_an_organisation_belong_to_who_works_for_it(self, client, log_in, street):
        own = log_in("department", department_id=street.departments["SANITATION"].id)
        url = f"{self.URL}?department=D-SANITATION"
        assert client.put(url, json=SETTING | {"email": "desk@firm.example"}, headers=own).status_code == 200
        assert client.get(url, headers=own).json["email"] == "desk@firm.example"
        assert client.get(self.URL, headers=own).json["email"] is None
        assert client.get(url, headers=log_in("clerk")).status_code == 404

    @pytest.mark.parametrize(("changes", "field"), [
        ({"email": "nothing"}, "email"), ({"phone": "12"}, "phone"), ({"wanted": {"asked": ["text"]}}, "phone"), ({"quiet_until": None}, "quiet_until"),
        ({"wanted": {"gossip": ["email"]}}, "wanted"), ({"wanted": {"asked": ["pigeon"]}}, "wanted"), ({"quiet_from": "25:00"}, "quiet_from"), ({"colour": "red"}, "colour")])
    def test_what_does_not_fit_is_refused_by_field_and_in_chinese(self, client, log_in, changes, field):
        answer = client.put(self.URL, json=SETTING | changes, headers=log_in("clerk") | {"Accept-Language": "zh"})
        assert answer.status_code == 422 and any(name.split(".")[0] == field for name in answer.json["error"]["fields"]), answer.json
        assert all(not text.isascii() for texts in answer.json["error"]["fields"].values() for text in texts)

    def test_they_can_be_tried(self, client, log_in, sessions):
        clerk = log_in("clerk")
        client.put(self.URL, json=SETTING, headers=clerk)
        assert client.post(f"{self.URL}/trial", headers=clerk).json == {"written": 1}
        (row,) = client.get(f"{API}/message-deliveries", headers=clerk).json["items"]
        assert (row["event"], row["to"], row["state"]) == ("settings.tried", "c****@street.example", "waiting")

    def test_nobody_has_any_without_log_in(self, client):
        assert client.get(self.URL).status_code == 401


@pytest.fixture
def failed(sessions, vault, submit, clock):
    """A text message about a step that was given up: its id, and the report's receipt."""
    receipt = submit(contact={"name": "王", "phone": "13812341234"})
    with sessions() as session, session.begin():
        row = MessageDelivery(**written.row(
            vault, "text", "13812341234", "您的工单已派遣", topic="assigned", now=clock(), ticket_id=receipt.ticket.id, report_id=receipt.report.id,
            area_code=receipt.ticket.area_code, state="failed"))
        row.error = "http_400: no such number"
        session.add(row)
        session.flush()
        return row.id, receipt


class TestDeliveries:
    URL = f"{API}/message-deliveries"

    def test_who_answers_for_the_street_sees_them_masked_and_without_words(self, client, log_in, failed):
        answer = client.get(f"{self.URL}?state=failed", headers=log_in("clerk"))
        (row,) = answer.json["items"]
        assert (row["to"], row["receiver"], row["number"], row["can_again"]) == ("138****1234", failed[1].ticket.number, failed[1].ticket.number, True)
        assert "13812341234" not in answer.text and "已派遣" not in answer.text

    def test_as_a_table(self, client, log_in, failed):
        answer = client.get(self.URL, headers=log_in("leader") | {"Accept": "text/csv"})
        assert answer.status_code == 200 and "138****1234" in answer.text and "13812341234" not in answer.text

    def test_others_see_nothing_of_them(self, client, log_in, failed, street):
        for headers in (log_in("grid_worker"), log_in("department", department_id=street.departments["SANITATION"].id)):
            assert client.get(self.URL, headers=headers).json["items"] == []
            assert client.post(f"{self.URL}/{failed[0]}/again", headers=headers).status_code == 404

    def test_what_failed_is_sent_again_and_nothing_else(self, client, log_in, failed):
        clerk = log_in("clerk")
        again = client.post(f"{self.URL}/{failed[0]}/again", headers=clerk)
        assert again.status_code == 200 and (again.json["state"], again.json["attempts"]) == ("waiting", 0)
        refused = client.post(f"{self.URL}/{failed[0]}/again", headers=clerk)
        assert (refused.status_code, refused.json["error"]["code"]) == (409, "not_failed")

    def test_a_leader_looks_on(self, client, log_in, failed):
        leader = log_in("leader")
        assert [row["can_again"] for row in client.get(self.URL, headers=leader).json["items"]] == [False]
        assert client.post(f"{self.URL}/{failed[0]}/again", headers=leader).status_code == 404


class TestWords:
    URL = f"{API}/message-templates"
    ONE = f"{API}/message-templates/{STREET}/resident/rejected/zh"

    def test_a_street_has_its_own_words_and_can_go_back(self, client, log_in, street):
        leader = log_in("leader")
        given = {"text": "【{street}】工单{number}不予受理：{words}", "seen": 0}
        answer = client.put(self.ONE, json=given, headers=leader)
        assert answer.status_code == 200 and (answer.json["version"], answer.json["own"], answer.json["text"]) == (1, True, given["text"])
        refused = client.put(self.ONE, json=given, headers=leader)
        assert (refused.status_code, refused.json["error"]["code"]) == (409, "conflict")
        back = client.put(self.ONE, json={"text": None, "seen": 1}, headers=leader)
        assert (back.json["version"], back.json["own"]) == (2, False) and back.json["text"] != given["text"]
        rows = client.get(f"{self.URL}/{STREET}", headers=leader).json
        assert next(row for row in rows["items"] if (row["event"], row["locale"]) == ("rejected", "zh")) == back.json
        assert "promise" in rows["placeholders"]["resident"]

    @pytest.mark.parametrize("text", ["", "  ", "工单{number", "{words.__class__}", "{password}", "{number!r}", "{0}", "{}"])
    def test_a_template_that_cannot_be_filled_is_refused(self, client, log_in, street, text):
        answer = client.put(self.ONE, json={"text": text, "seen": 0}, headers=log_in("leader"))
        assert (answer.status_code, answer.json["error"]["code"]) == (422, "template") and answer.json["error"]["fields"]["text"]

    def test_it_is_shown_before_anybody_gets_it(self, client, log_in):
        given = {"audience": "resident", "locale": "zh", "text": "【{street}】工单{number}：{promise}"}
        answer = client.post(f"{API}/message-previews", json=given, headers=log_in("clerk")).json
        assert answer["problems"] == {} and answer["text"].startswith("【星河街道】工单") and "晚了" in answer["text"] or "已晚" in answer["text"]
        assert client.post(f"{API}/message-previews", json=given | {"text": "{x}"}, headers=log_in("clerk")).json["problems"]["text"]

    def test_who_does_not_lead_the_street_does_not_change_its_words(self, client, log_in, street):
        for role in ("clerk", "dispatcher"):
            assert client.put(self.ONE, json={"text": "x", "seen": 0}, headers=log_in(role)).status_code == 403
            assert client.put(f"{API}/message-policies/{STREET}", json={"off": [], "quiet_from": None, "quiet_until": None, "upstream": True}, headers=log_in(role)).status_code == 403

    def test_there_is_no_such_event(self, client, log_in, street):
        answer = client.put(f"{self.URL}/{STREET}/resident/gossip/zh", json={"text": "x", "seen": 0}, headers=log_in("leader"))
        assert answer.status_code == 404

    def test_what_residents_are_told_at_all(self, client, log_in, street):
        url, leader = f"{API}/message-policies/{STREET}", log_in("leader")
        assert client.get(url, headers=leader).json == {"street": STREET, "off": [], "quiet_from": "21:00", "quiet_until": "08:00", "upstream": False}
        given = {"off": ["taken_on", "verifying"], "quiet_from": None, "quiet_until": None, "upstream": True}
        assert client.put(url, json=given, headers=leader).status_code == 200
        assert client.get(url, headers=leader).json == given | {"street": STREET, "off": ["verifying", "taken_on"]}
        assert client.put(url, json=given | {"quiet_from": "21:00"}, headers=leader).status_code == 422


class TestRefusals:
    def test_the_holder_of_the_code_says_no_more_and_again(self, client, submit, sessions):
        code = submit(contact={"phone": "13812341234"}).code
        assert client.get(f"{API}/reports/{code}").json["messages_wanted"] is True
        for wanted, rows in ((False, 1), (False, 1), (True, 0)):
            answer = client.post(f"{API}/reports/{code}/messages", json={"wanted": wanted})
            assert answer.status_code == 200 and answer.json["messages_wanted"] is wanted
            with sessions() as session:
                assert len(session.scalars(select(MessageRefusal)).all()) == rows

    def test_without_a_phone_there_is_nothing_to_choose(self, client, submit):
        code = submit().code
        assert client.get(f"{API}/reports/{code}").json["messages_wanted"] is None
        answer = client.post(f"{API}/reports/{code}/messages", json={"wanted": False})
        assert (answer.status_code, answer.json["error"]["code"]) == (409, "no_phone")

    def test_the_desk_takes_it_down_for_a_caller(self, client, submit, log_in):
        code = submit(contact={"phone": "13812341234"}).code
        given = {"phone": "+86 138 1234 1234", "refuse": True}
        assert client.post(f"{API}/message-refusals", json=given, headers=log_in("clerk")).status_code == 204
        assert client.get(f"{API}/reports/{code}").json["messages_wanted"] is False
        assert client.post(f"{API}/message-refusals", json=given, headers=log_in("leader")).status_code == 403
        assert client.post(f"{API}/message-refusals", json=given | {"phone": "1"}, headers=log_in("clerk")).status_code == 422


class TestWebhooks:
    URL = f"{API}/webhooks"
    GIVEN = {"name": "市平台", "url": "https://city.example/told", "area": STREET, "topics": ["ticket.closed"]}

    def test_the_secret_is_told_once(self, client, log_in, street, sessions):
        admin = log_in("system_admin")
        made = client.post(self.URL, json=self.GIVEN, headers=admin)
        assert made.status_code == 201 and made.json["secret"].startswith("whsec_")
        listed = client.get(self.URL, headers=admin)
        assert "secret" not in listed.text and listed.json["items"][0]["name"] == "市平台"
        assert client.post(f"{self.URL}/{made.json['id']}/trial", headers=admin).json == {"written": 1}
        assert client.delete(f"{self.URL}/{made.json['id']}", headers=admin).status_code == 204
        with sessions() as session:
            assert session.scalars(select(Webhook)).one().ended_at is not None

    def test_it_is_for_who_administers_the_system(self, client, log_in, street):
        for role in ("leader", "clerk", "security_admin"):
            assert client.get(self.URL, headers=log_in(role)).status_code == 403
            assert client.post(self.URL, json=self.GIVEN, headers=log_in(role)).status_code == 403

    @pytest.mark.parametrize("changes", [{"url": "file:///etc/passwd"}, {"url": "http://u:p@x.example"}, {"topics": ["gossip"]}, {"name": " "}])
    def test_one_that_cannot_work_is_refused(self, client, log_in, street, changes):
        assert client.post(self.URL, json=self.GIVEN | changes, headers=log_in("system_admin")).status_code == 422

    def test_there_is_none_beyond_ones_area(self, client, log_in, street):
        assert client.post(self.URL, json=self.GIVEN | {"area": "310199002"}, headers=log_in("system_admin")).status_code == 404
        assert client.delete(f"{self.URL}/999", headers=log_in("system_admin")).status_code == 404
