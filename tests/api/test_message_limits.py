"""Where messages over HTTP end: whose they are, what is repeated, what a table and a page of them show."""

from __future__ import annotations

import io

import openpyxl
import pytest
from sqlalchemy import func, select

from gridops.models import MessageDelivery, MessageRefusal
from gridops.services.messages import written
from tests.small_street import STREET, WEST

API = "/api/v1"
SETTINGS, DELIVERIES, REFUSALS, HOOKS = f"{API}/message-settings", f"{API}/message-deliveries", f"{API}/message-refusals", f"{API}/webhooks"
PHONE, EMAIL = "13812341234", "chen@street.example"
SETTING = {"email": EMAIL, "phone": PHONE, "locale": "en", "wanted": {"clock": ["text"]}, "quiet_from": None, "quiet_until": None, "digest_at": "08:00"}
HOOK = {"name": "city", "url": "https://city.example/told", "area": STREET, "topics": []}
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.fixture
def write(sessions, vault, clock, street):
    """A message that failed: its id."""

    def write(**more) -> int:
        with sessions() as session, session.begin():
            row = MessageDelivery(**written.row(
                vault, "email", EMAIL, "words of somebody", topic="ticket.filed", now=clock(), **{"area_code": STREET, "state": "failed"} | more))
            session.add(row)
            session.flush()
            return row.id

    return write


def count(sessions, what) -> int:
    with sessions() as session:
        return session.scalar(select(func.count()).select_from(what))


class TestSettings:
    def test_what_one_saves_nobody_else_reads(self, client, log_in, street):
        unit, other = (street.departments[code].id for code in ("SANITATION", "ENFORCEMENT"))
        own, foreign = log_in("department", department_id=unit), log_in("department", department_id=other)
        for url in (SETTINGS, f"{SETTINGS}?department=D-SANITATION"):
            assert client.put(url, json=SETTING, headers=own).status_code == 200
        for headers in (foreign, log_in("leader"), log_in("system_admin"), log_in("security_admin")):
            mine = client.get(SETTINGS, headers=headers)
            assert EMAIL not in mine.text and PHONE not in mine.text
            for verb, url, body in (("get", "", None), ("put", "", SETTING), ("post", "/trial", None)):
                answer = getattr(client, verb)(f"{SETTINGS}{url}?department=D-SANITATION", headers=headers, **{"json": body} if body else {})
                assert answer.status_code == 404, (verb, url)

    def test_an_organisation_that_there_is_not_looks_like_another_ones(self, client, log_in, street):
        own = log_in("department", department_id=street.departments["SANITATION"].id)
        foreign, missing = (client.get(f"{SETTINGS}?department={code}", headers=own).json["error"] for code in ("D-FIRE", "D-NOWHERE"))
        assert foreign["code"] == missing["code"] == "not_found"

    def test_nothing_is_sent_where_no_address_is_known(self, client, log_in, sessions):
        assert client.post(f"{SETTINGS}/trial", headers=log_in("clerk")).json == {"written": 0}
        assert count(sessions, MessageDelivery) == 0

    def test_a_trial_that_is_repeated_is_sent_once(self, client, log_in, sessions):
        clerk = log_in("clerk")
        client.put(SETTINGS, json=SETTING, headers=clerk)
        first, second = (client.post(f"{SETTINGS}/trial", headers=clerk | {"Idempotency-Key": "once"}) for _ in range(2))
        assert first.json == second.json == {"written": 2} and count(sessions, MessageDelivery) == 2

    @pytest.mark.parametrize("body", [None, [], {}, SETTING | {"wanted": {"clock": "text"}}, SETTING | {"wanted": [["clock", "text"]]},
                                      SETTING | {"digest_at": "8"}, SETTING | {"email": 7}, SETTING | {"locale": "fr"}])
    def test_what_is_no_setting_is_refused(self, client, log_in, body):
        assert client.put(SETTINGS, json=body, headers=log_in("clerk")).status_code in (400, 422)


class TestDeliveries:
    def test_pages_follow_each_other_newest_first(self, client, log_in, write):
        made, clerk = [write() for _ in range(5)], log_in("clerk")
        first = [row["id"] for row in client.get(f"{DELIVERIES}?limit=3", headers=clerk).json["items"]]
        rest = [row["id"] for row in client.get(f"{DELIVERIES}?limit=3&before={first[-1]}", headers=clerk).json["items"]]
        assert first + rest == made[::-1]

    def test_filters_and_what_is_no_filter(self, client, log_in, write):
        write(), write(state="sent")
        clerk = log_in("clerk")
        assert [row["state"] for row in client.get(f"{DELIVERIES}?state=sent&channel=email", headers=clerk).json["items"]] == ["sent"]
        assert client.get(f"{DELIVERIES}?channel=text", headers=clerk).json["items"] == []
        for wrong in ("state=lost", "channel=pigeon", "limit=0", "limit=201", "before=0", "before=x", "colour=red"):
            assert client.get(f"{DELIVERIES}?{wrong}", headers=clerk).status_code == 422, wrong

    def test_as_a_workbook_without_words_or_addresses(self, client, log_in, write):
        write()
        answer = client.get(DELIVERIES, headers=log_in("leader") | {"Accept": XLSX})
        cells = [str(cell) for row in openpyxl.load_workbook(io.BytesIO(answer.data)).active.values for cell in row]
        assert "c****@street.example" in cells and not any(EMAIL in cell or "words of somebody" in cell for cell in cells)

    def test_another_area_is_out_of_sight(self, client, log_in, write):
        whole, west = write(), write(area_code=WEST)
        for role in ("clerk", "dispatcher", "leader", "system_admin"):
            assert [row["id"] for row in client.get(DELIVERIES, headers=log_in(role, WEST)).json["items"]] == [west], role
        assert client.post(f"{DELIVERIES}/{whole}/again", headers=log_in("clerk", WEST)).status_code == 404

    def test_an_organisations_own_can_be_sent_again_by_it(self, client, log_in, write, street):
        unit = street.departments["SANITATION"].id
        made, own = write(area_code=None, department_id=unit), log_in("department", department_id=unit)
        (row,) = client.get(DELIVERIES, headers=own).json["items"]
        assert (row["id"], row["can_again"]) == (made, True)
        assert client.post(f"{DELIVERIES}/{made}/again", headers=own).json["state"] == "waiting"

    @pytest.mark.parametrize("state", ["waiting", "held", "bundled", "sent"])
    def test_only_what_failed_goes_again(self, client, log_in, write, state):
        answer = client.post(f"{DELIVERIES}/{write(state=state)}/again", headers=log_in("clerk"))
        assert (answer.status_code, answer.json["error"]["code"], answer.json["error"]["details"]) == (409, "not_failed", {"state": state})

    def test_sending_again_twice_by_one_key_is_once(self, client, log_in, write):
        made, clerk = write(), log_in("clerk") | {"Idempotency-Key": "again-1"}
        first, second = (client.post(f"{DELIVERIES}/{made}/again", headers=clerk) for _ in range(2))
        assert first.status_code == second.status_code == 200 and first.json == second.json


class TestRefusals:
    @pytest.mark.parametrize(("role", "status"), [
        ("clerk", 204), ("dispatcher", 204), ("leader", 403), ("grid_office", 403), ("grid_worker", 403), ("system_admin", 403), ("audit_admin", 403)])
    def test_the_desk_alone_takes_them_down(self, client, log_in, sessions, role, status):
        assert client.post(REFUSALS, json={"phone": PHONE, "refuse": True}, headers=log_in(role)).status_code == status
        assert count(sessions, MessageRefusal) == (status == 204)

    def test_without_a_log_in_nobody_refuses_for_others(self, client):
        assert client.post(REFUSALS, json={"phone": PHONE, "refuse": True}).status_code == 401

    @pytest.mark.parametrize("body", [{}, {"phone": PHONE}, {"phone": PHONE, "refuse": "yes"}, {"phone": PHONE, "refuse": None}])
    def test_it_is_yes_or_no(self, client, log_in, sessions, body):
        assert client.post(REFUSALS, json=body, headers=log_in("clerk")).status_code == 422
        assert count(sessions, MessageRefusal) == 0

    def test_a_wrong_code_chooses_nothing(self, client, street):
        assert client.post(f"{API}/reports/0000-0000-0000-0000/messages", json={"wanted": False}).status_code == 404


class TestWebhooks:
    def test_a_name_is_taken_until_its_webhook_ends(self, client, log_in, street):
        admin = log_in("system_admin")
        made = client.post(HOOKS, json=HOOK, headers=admin).json
        taken = client.post(HOOKS, json=HOOK, headers=admin | {"Accept-Language": "zh"})
        assert (taken.status_code, taken.json["error"]["fields"]) == (422, {"name": ["名称已被使用。"]})
        assert client.delete(f"{HOOKS}/{made['id']}", headers=admin).status_code == 204
        assert client.post(HOOKS, json=HOOK, headers=admin).status_code == 201

    def test_one_of_another_area_is_out_of_sight(self, client, log_in, street):
        made = client.post(HOOKS, json=HOOK, headers=log_in("system_admin")).json
        west = log_in("system_admin", WEST)
        assert client.get(HOOKS, headers=west).json["items"] == []
        assert client.post(f"{HOOKS}/{made['id']}/trial", headers=west).status_code == 404
        assert client.delete(f"{HOOKS}/{made['id']}", headers=west).status_code == 404
        assert client.post(HOOKS, json=HOOK | {"name": "two"}, headers=west).status_code == 404

    def test_an_ended_one_is_not_tried(self, client, log_in, street, sessions):
        admin = log_in("system_admin")
        made = client.post(HOOKS, json=HOOK, headers=admin).json
        client.delete(f"{HOOKS}/{made['id']}", headers=admin)
        assert client.post(f"{HOOKS}/{made['id']}/trial", headers=admin).status_code == 404
        assert count(sessions, MessageDelivery) == 0

    def test_an_area_that_there_is_not_is_refused(self, client, log_in, street):
        assert client.post(HOOKS, json=HOOK | {"area": f"{STREET}999"}, headers=log_in("system_admin")).status_code == 404
