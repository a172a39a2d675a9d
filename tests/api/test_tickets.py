"""Staff over HTTP: the list, one ticket, its history, actions, contacts."""

from __future__ import annotations

import csv
import io
import json
from datetime import timedelta

import openpyxl
import pytest
from sqlalchemy import select

from gridops.api.ticket_schemas import ItemsSchema
from gridops.domain.actor import SYSTEM
from gridops.models import Department, Photo, SecurityEvent, Trail
from gridops.services import tickets
from gridops.services.listing import list_tickets
from tests.api.counting import statements
from tests.small_street import EAST, GAS, IN_EAST, RUBBISH, STREET, WEST

URL = "/api/v1/tickets"
CONTACT = {"name": "王小明", "phone": "13812341234"}
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.fixture
def do(sessions, street, now):
    def act(action, receipt, who="clerk", *, at=0, **body):
        with sessions() as session, session.begin():
            return tickets.perform(
                session, receipt.ticket.number, action, body, actor=street.actors[who], now=now + timedelta(hours=at))

    return act


@pytest.fixture
def photo(sessions, now):
    def make() -> str:
        with sessions() as session, session.begin():
            row = Photo(mime="image/jpeg", width=1, height=1, sha256=b"", content=b"x", thumbnail=b"x", uploaded_at=now)
            session.add(row)
            session.flush()
            return str(row.id)

    return make


@pytest.fixture
def dispatched(submit, do):
    receipt = submit(contact=CONTACT)
    do("file", receipt, category=RUBBISH)
    do("dispatch", receipt, "dispatcher")
    return receipt


@pytest.fixture
def without_support(sessions, street, now):
    def settle(number) -> None:
        with sessions() as session, session.begin():
            street.without_support(session, number, now)

    return settle


@pytest.fixture
def closed(dispatched, do, photo, without_support):
    do("sign", dispatched, "SANITATION")
    without_support(dispatched.ticket.number)
    do("submit_result", dispatched, "SANITATION", at=1, outcome="solved", text="已清运", photos=[photo()])
    do("pass_check", dispatched, "worker_west", at=2, text="干净")
    return dispatched


@pytest.fixture
def clerk(log_in, street):
    return log_in("clerk")


@pytest.fixture
def dispatcher(log_in, street):
    return log_in("dispatcher")


@pytest.fixture
def sanitation(log_in, street):
    return log_in("department", STREET, street.departments["SANITATION"].id)


@pytest.fixture
def numbers(client, clerk):
    """numbers(status="filed") -> the numbers that the list gives, in its order."""

    def ask(headers=None, **query):
        answer = client.get(URL, query_string=query, headers=headers or clerk)
        assert answer.status_code == 200, answer.json
        return [row["number"] for row in answer.json["items"]]

    return ask


def path(receipt, *rest):
    return "/".join((URL, receipt if isinstance(receipt, str) else receipt.ticket.number, *rest))


class TestTheList:
    def test_an_item_says_what_a_desk_needs(self, client, clerk, dispatched):
        row = client.get(URL, headers=clerk).json["items"][0]
        assert (row["status"], row["kind"], row["light"], row["reports"]) == ("dispatched", "complaint", "green", 1)
        assert (row["category"]["code"], row["cell"], row["street"]) == (RUBBISH, {"code": WEST, "name": "西网格"}, STREET)
        assert row["lead"] == {"code": "D-SANITATION", "name": "SANITATION 单位"}
        assert row["promised_by"] and row["due_by"] and row["reported_at"]

    def test_it_is_what_its_schema_would_make_of_it(self, client, clerk, dispatched, submit, do, sessions, street, now):
        """It is answered without going through the schema."""
        submit(category=None)
        do("file", submit(location=IN_EAST), category=GAS)
        with sessions() as session:
            page = list_tickets(session, street.actors["clerk"], {}, now=now, limit=2)
        answered = client.get(f"{URL}?limit=2", headers=clerk).json
        assert answered == ItemsSchema().dump(page) and answered["next_cursor"] and ItemsSchema().validate(answered) == {}

    @pytest.mark.parametrize(("query", "found"), [
        ({"area": WEST}, {"west", "gas"}), ({"area": STREET}, {"west", "east", "gas", "lost"}), ({"area": "99"}, set()),
        ({"status": "dispatched"}, {"west"}), ({"status": "dispatched,filed"}, {"west", "gas"}), ({"status": "open"}, {"west", "east", "gas", "lost"}),
        ({"status": "closed"}, set()), ({"category": GAS}, {"gas"}), ({"category": "01"}, {"west", "east"}),
        ({"department": "D-SANITATION"}, {"west"}), ({"department": "D-NOBODY"}, set()), ({"kind": "consult"}, {"lost"}),
        ({"q": "井盖"}, {"east"}), ({"q": "井盖 路口"}, set()), ({"q": "%"}, set()), ({"phone": "138-1234-1234"}, {"west"}),
        ({"phone": "13800000000"}, set()), ({"channel": "api"}, {"west", "east", "gas", "lost"}), ({"channel": "desk"}, set()),
        ({"unlocated": "true"}, {"lost"}), ({"external_number": "x"}, set()), ({"mine": "true"}, {"east", "lost"}),
        ({"reported_from": "2026-03-04T02:00:00Z"}, {"west", "east", "gas", "lost"}), ({"reported_to": "2026-03-04T10:00:00+08:00"}, set()),
        ({"light": "green"}, {"west", "east", "gas", "lost"}), ({"overdue": "true"}, set()), ({"light": "red,yellow"}, set()),
    ])
    def test_filters_narrow(self, numbers, submit, dispatched, do, query, found):
        gas = submit(category=GAS, description="闻到煤气味")
        do("file", gas, category=GAS)
        receipts = {
            "west": dispatched, "east": submit(location=IN_EAST, description="井盖松动"), "gas": gas,
            "lost": submit(kind="consult", location=None, category=None, description="几点上班"),
        }
        assert set(numbers(**query)) == {receipts[name].ticket.number for name in found}

    def test_a_number_is_found_by_its_beginning(self, numbers, dispatched):
        assert numbers(q=dispatched.ticket.number[:-1]) == [dispatched.ticket.number]

    def test_lights_follow_the_clock(self, numbers, dispatched, clock, log_in):
        clock.at = dispatched.ticket.promised_by + timedelta(days=30)
        later = log_in("clerk")
        assert numbers(later, light="red") == numbers(later, overdue="true") == [dispatched.ticket.number]
        assert numbers(later, light="green,yellow,suspended") == numbers(later, overdue="false") == []

    @pytest.mark.parametrize("sort", ["-reported_at", "reported_at", "due_by", "-due_by", "promised_by"])
    def test_pages_give_each_ticket_once_while_others_come_in(self, client, clerk, submit, clock, street, sessions, now, sort):
        for minute in range(7):
            with sessions() as session, session.begin():
                street.submit(session, now + timedelta(minutes=minute // 2))
        whole = [row["number"] for row in client.get(URL, query_string={"sort": sort}, headers=clerk).json["items"]]
        seen, query = [], {"sort": sort, "limit": 3}
        while query:
            page = client.get(URL, query_string=query, headers=clerk).json
            seen += [row["number"] for row in page["items"]]
            submit()
            query = {"sort": sort, "limit": 3, "cursor": page["next_cursor"]} if page["next_cursor"] and len(seen) < 30 else None
        assert [number for number in seen if number in whole] == whole

    def test_a_page_holds_a_hundred_at_most(self, client, clerk, street, sessions, now):
        with sessions() as session, session.begin():
            for _ in range(101):
                street.submit(session, now)
        page = client.get(URL, query_string={"limit": 100000}, headers=clerk).json
        assert (len(page["items"]), page["next_cursor"] is not None) == (100, True)

    @pytest.mark.parametrize("query", [
        {"cursor": "x"}, {"cursor": "WyJkdWVfYnkiLCAiMjAyNiIsIDFd"}, {"cursor": "W1tbW1tb" * 20}, {"status": "lost"}, {"light": "blue"},
        {"sort": "number"}, {"limit": 0}, {"limit": "x"}, {"area": "31%"}, {"area": "31\n"}, {"mine": "perhaps"}, {"reported_from": "2026"},
        {"colour": "red"}, {"phone": "x"}, {"q": ""},
    ])
    def test_bad_filters_are_named(self, client, clerk, query):
        answer = client.get(URL, query_string=query, headers=clerk)
        assert answer.status_code == 422, answer.json
        assert answer.json["error"]["fields"]

    def test_it_takes_few_statements_however_long_it_is(self, client, clerk, dispatched, submit, engine):
        for _ in range(5):
            submit()
        with statements(engine) as sent:
            client.get(URL, headers=clerk)
        assert len(sent) <= 8, sent

    def test_without_log_in_it_is_401(self, client, street):
        assert client.get(URL).status_code == 401


class TestScope:
    def test_another_street_sees_nothing(self, client, log_in, dispatched, numbers):
        stranger = log_in("clerk", "310199002")
        assert numbers(stranger) == numbers(stranger, area=STREET) == []
        for rest in ((), ("history",)):
            assert client.get(path(dispatched, *rest), headers=stranger).status_code == 404
        assert client.post(path(dispatched, "actions", "comment"), json={"text": "x"}, headers=stranger).status_code == 404
        assert client.post(path(dispatched, "reports", "1", "contact"), json={"reason": "call"}, headers=stranger).status_code == 404

    def test_a_department_sees_its_own_tickets_only(self, numbers, sanitation, dispatched, submit):
        submit()
        assert numbers(sanitation) == numbers(sanitation, mine="true") == [dispatched.ticket.number]

    def test_a_worker_sees_his_cell(self, numbers, log_in, submit, street):
        west, _ = submit(), submit(location=IN_EAST)
        assert numbers(log_in("grid_worker", WEST)) == [west.ticket.number]
        assert numbers(log_in("grid_worker", EAST)) != [west.ticket.number]

    @pytest.mark.parametrize("role", ["system_admin", "security_admin", "audit_admin"])
    def test_administrators_see_no_tickets(self, numbers, log_in, dispatched, role):
        assert numbers(log_in(role)) == []

    @pytest.mark.parametrize("role", ["department", "leader", "grid_worker"])
    def test_only_the_desk_searches_by_phone(self, client, log_in, street, role):
        headers = log_in(role, STREET, street.departments["SANITATION"].id if role == "department" else None)
        assert client.get(URL, query_string={"phone": "13812341234"}, headers=headers).status_code == 403


class TestOneTicket:
    def test_it_is_shown_in_full(self, client, clerk, dispatched, now):
        shown = client.get(path(dispatched), headers=clerk).json
        assert (shown["version"], shown["description"], shown["outcome"], shown["evidence"]) == (3, "垃圾堆在路口", None, [])
        assert shown["reports"][0] | {
            "channel": "api", "kind": "complaint", "visibility": "named", "contact_masked": {"name": "王**", "phone": "138****1234"},
            "external_number": None, "external_due_by": None, "entered_by": None} == shown["reports"][0]
        lead, coordinate = shown["round"]["assignments"][:2]
        assert (shown["round"]["no"], lead["role"], lead["status"], coordinate["role"]) == (1, "lead", "assigned", "coordinate")
        assert lead["department"] == {"code": "D-SANITATION", "name": "SANITATION 单位"}
        handle = next(row for row in shown["clocks"] if row["kind"] == "handle")
        assert (handle["status"], handle["light"], handle["due_by"]) == ("running", "green", lead["due_by"])
        assert handle["remaining_s"] > 0
        assert "comment" in shown["allowed_actions"] and "dispatch" not in shown["allowed_actions"]

    def test_the_remaining_time_is_working_time(self, client, clerk, dispatched, clock):
        def left():
            clocks = client.get(path(dispatched), headers=clerk).json["clocks"]
            return next(row["remaining_s"] for row in clocks if row["kind"] == "promise")

        before = left()
        clock.forward(timedelta(minutes=30))
        assert before - left() == 1800

    def test_what_is_late_is_below_nothing(self, client, log_in, dispatched, clock):
        clock.forward(timedelta(days=30))
        clocks = client.get(path(dispatched), headers=log_in("clerk")).json["clocks"]
        running = [row for row in clocks if row["status"] == "running"]
        assert running and all(row["light"] == "red" and row["remaining_s"] < 0 for row in running)
        assert all(row["light"] == "none" and row["remaining_s"] >= 0 for row in clocks if row["status"] == "met")

    @pytest.mark.parametrize("visibility", ["protected", "anonymous"])
    def test_a_unit_never_sees_who_complained_about_it(self, client, sanitation, clerk, submit, do, visibility):
        receipt = submit(contact=CONTACT, visibility=visibility, description="请打13812341234找我", address="电话13812341234")
        do("file", receipt, category=RUBBISH)
        do("dispatch", receipt, "dispatcher")
        text = json.dumps(client.get(path(receipt), headers=sanitation).json, ensure_ascii=False)
        assert "1234" not in text and "王" not in text
        assert client.get(path(receipt), headers=clerk).json["reports"][0]["contact_masked"]["phone"] == "138****1234"

    def test_a_number_hides_nowhere_among_the_answers(self, client, clerk, submit, log_in):
        receipt = submit(answers={"texts": ["找 13812341234", "下午"], "number": 13812341234, "floor": 3, "often": True, "none": None})
        hidden = {"texts": ["找 ***", "下午"], "number": "***", "floor": 3, "often": True, "none": None}
        assert client.get(path(receipt), headers=log_in("volunteer")).json["reports"][0]["answers"] == hidden
        assert client.get(path(receipt), headers=clerk).json["reports"][0]["answers"]["number"] == 13812341234

    @pytest.mark.parametrize(("role", "read"), [("clerk", "找 13812341234 核实"), ("grid_worker", "找 *** 核实"), ("volunteer", "找 *** 核实")])
    def test_numbers_in_the_words_are_for_those_who_may_open_contacts(self, client, log_in, street, submit, role, read):
        receipt = submit(description="找 13812341234 核实")
        shown = client.get(path(receipt), headers=log_in(role)).json
        assert (shown["description"], shown["reports"][0]["description"]) == (read, read)

    def test_statements_do_not_grow_with_what_the_ticket_has(self, client, clerk, closed, engine):
        client.get(path(closed), headers=clerk)
        with statements(engine) as sent:
            client.get(path(closed), headers=clerk)
        assert len(sent) <= 23, len(sent)

    def test_the_history_says_who_did_what(self, client, clerk, closed):
        items = client.get(path(closed, "history"), headers=clerk).json["items"]
        items = [row for row in items if row["action"] != "waive_support"]
        assert [row["action"] for row in items] == ["submit", "file", "dispatch", "sign", "submit_result", "pass_check"]
        assert items[0]["actor"] == {"name": None, "role": "reporter", "on_behalf_of": None}
        assert items[1]["actor"] == {"name": "clerk", "role": "clerk", "on_behalf_of": None}
        assert (items[4]["from"], items[4]["to"], items[4]["note"], items[4]["public"]) == ("in_progress", "handled", "已清运", True)

    def test_the_system_has_no_name(self, client, clerk, submit, session, now):
        receipt = submit()
        tickets.perform(session, receipt.ticket.number, "file", {"category": RUBBISH}, actor=SYSTEM, now=now)
        session.commit()
        assert client.get(path(receipt, "history"), headers=clerk).json["items"][-1]["actor"] is None

    @pytest.mark.parametrize("number", ["260304-99999", "x", "%00", "😀", "a" * 500])
    def test_an_unknown_number_is_404(self, client, clerk, number):
        assert client.get(f"{URL}/{number}", headers=clerk).status_code == 404


class TestActing:
    def test_the_whole_way(self, client, log_in, clerk, dispatcher, sanitation, submit, photo, clock):
        receipt = submit(contact=CONTACT)
        worker = log_in("grid_worker", WEST)
        way = [
            ("file", clerk, {"category": RUBBISH}, "filed"), ("dispatch", dispatcher, {"support": []}, "dispatched"), ("sign", sanitation, {}, "in_progress"),
            ("contact", sanitation, {"outcome": "reached", "text": "约好了"}, "in_progress"),
            ("submit_result", sanitation, {"outcome": "solved", "text": "已清运", "photos": [photo()]}, "handled"),
            ("pass_check", worker, {"text": "干净"}, "closed"),
            ("record_callback", clerk, {"solved": True, "satisfaction": 5, "called": True}, "closed"),
        ]
        for action, headers, body, status in way:
            clock.forward(timedelta(minutes=5))
            answer = client.post(path(receipt, "actions", action), json=body, headers=headers)
            assert (answer.status_code, answer.json.get("status")) == (200, status), answer.json
        assert answer.json["reports"][0]["rating"]["by_phone"] is True

    def test_allowed_actions_are_exactly_what_is_allowed(self, client, clerk, dispatcher, sanitation, dispatched):
        for headers in (clerk, dispatcher, sanitation):
            allowed = client.get(path(dispatched), headers=headers).json["allowed_actions"]
            for action in ("file", "dispatch", "sign", "object", "recall", "submit_result", "comment", "archive"):
                answer = client.post(path(dispatched, "actions", action), json={"nonsense": 1}, headers=headers)
                assert (answer.status_code == 422) == (action in allowed), (action, answer.json)

    def test_the_wrong_role_is_403(self, client, sanitation, dispatched):
        answer = client.post(path(dispatched, "actions", "recall"), json={"text": "x"}, headers=sanitation)
        assert (answer.status_code, answer.json["error"]["code"]) == (403, "forbidden")

    def test_the_wrong_status_is_409_with_what_is_possible(self, client, dispatcher, dispatched):
        answer = client.post(path(dispatched, "actions", "dispatch"), json={}, headers=dispatcher)
        assert (answer.status_code, answer.json["error"]["code"]) == (409, "not_allowed")
        details = answer.json["error"]["details"]
        assert (details["status"], details["version"]) == ("dispatched", 3)
        assert "recall" in details["allowed_actions"]

    def test_a_lost_race_is_409_conflict(self, client, dispatcher, dispatched):
        answer = client.post(path(dispatched, "actions", "recall"), json={"text": "x", "expected_version": 2}, headers=dispatcher)
        assert (answer.status_code, answer.json["error"]["code"]) == (409, "conflict")
        assert answer.json["error"]["details"]["version"] == 3

    @pytest.mark.parametrize(("action", "body", "field"), [
        ("file", {}, "category"), ("file", {"category": "E9999"}, "category"), ("file", {"category": RUBBISH, "condition_no": 99}, "condition_no"),
        ("file", {"category": RUBBISH, "expected_version": "1"}, "expected_version"), ("file", {"category": RUBBISH, "cell": "1"}, "cell"),
        ("file", {"category": RUBBISH, "colour": 1}, "colour"), ("comment", {"text": " "}, "text"), ("comment", {"text": "a\0"}, "text"),
        ("comment", [], "body"), ("comment", {"text": "x", "public": "perhaps"}, "public"),
    ])
    def test_bad_bodies_are_named(self, client, clerk, submit, action, body, field):
        answer = client.post(path(submit(), "actions", action), json=body, headers=clerk)
        assert (answer.status_code, list(answer.json["error"]["fields"])) == (422, [field]), answer.json

    def test_an_unknown_action_is_404(self, client, clerk, submit):
        answer = client.post(path(submit(), "actions", "explode"), json={}, headers=clerk)
        assert (answer.status_code, answer.json["error"]["code"]) == (404, "unknown_action")

    def test_two_tickets_become_one_matter_and_two_again(self, client, clerk, submit):
        master, child = submit().ticket.number, submit().ticket.number
        answer = client.post(path(child, "actions", "merge"), json={"into": master}, headers=clerk)
        assert (answer.status_code, answer.json["status"], answer.json["merged_into"]) == (200, "merged", master)
        shown = client.get(path(master), headers=clerk).json
        assert (shown["merged"], [report["ticket"] for report in shown["reports"]]) == ([child], [None, child])
        answer = client.post(path(child, "actions", "unmerge"), json={"text": "两处"}, headers=clerk)
        assert (answer.json["status"], answer.json["merged_into"]) == ("reported", None)

    def test_into_nothing_is_named(self, client, clerk, submit):
        answer = client.post(path(submit(), "actions", "merge"), json={"into": "x"}, headers=clerk)
        assert (answer.status_code, list(answer.json["error"]["fields"])) == (422, ["into"])

    def test_somebody_is_sent_and_the_finding_is_shown(self, client, clerk, log_in, submit):
        number, worker = submit().ticket.number, log_in("grid_worker", area=WEST)
        assert client.post(path(number, "actions", "send_verify"), json={}, headers=clerk).json["status"] == "verifying"
        body = {"finding": "gone", "text": "已无垃圾"}
        answer = client.post(path(number, "actions", "report_verification"), json=body, headers=worker)
        assert (answer.status_code, answer.json["verification"]["finding"], answer.json["waiting_reason"]) == (200, "gone", "verified_gone")

    def test_a_ticket_is_voided_by_two(self, client, clerk, log_in, submit):
        number, dispatcher = submit().ticket.number, log_in("dispatcher")
        asked = client.post(path(number, "actions", "request_void"), json={"reason": "误录"}, headers=clerk)
        assert asked.json["void_request"]["reason"] == "误录" and "approve_void" not in asked.json["allowed_actions"]
        assert client.post(path(number, "actions", "approve_void"), json={}, headers=dispatcher).json["status"] == "voided"

    def test_a_replayed_key_acts_once(self, client, clerk, submit, session):
        receipt, headers = submit(), clerk | {"Idempotency-Key": "0123456789abcdef0"}
        one, two = (client.post(path(receipt, "actions", "comment"), json={"text": "x"}, headers=headers) for _ in range(2))
        assert one.json == two.json
        assert len(session.scalars(select(Trail).where(Trail.action == "comment")).all()) == 1

    def test_a_clerk_acts_for_an_organisation_without_log_in_and_the_log_proves_it(self, client, clerk, dispatcher, submit):
        receipt = submit(category=GAS, description="闻到煤气味")
        client.post(path(receipt, "actions", "file"), json={"category": GAS}, headers=clerk)
        answer = client.post(path(receipt, "actions", "dispatch"), json={"lead": "D-GAS_CO"}, headers=dispatcher)
        assert answer.status_code == 200, answer.json
        behalf = {"on_behalf_of": "D-GAS_CO", "call_record": "02:05 打值班电话,李师傅接"}
        answer = client.post(path(receipt, "actions", "sign"), json=behalf, headers=clerk)
        assert answer.json["round"]["assignments"][0]["signed_by"] == "call"
        step = client.get(path(receipt, "history"), headers=clerk).json["items"][-1]
        assert step["actor"]["on_behalf_of"]["code"] == "D-GAS_CO"
        assert (step["actor"]["name"], step["call_record"]) == ("clerk", behalf["call_record"])

    def test_organisations_read_no_number_out_of_the_record_of_a_call(self, client, log_in, street, clerk, submit, do):
        receipt = submit(category=GAS, description="闻到煤气味")
        do("file", receipt, category=GAS)
        do("dispatch", receipt, "dispatcher", lead="D-GAS_CO", coordinate="D-EMERGENCY_OFFICE")
        do("sign", receipt, on_behalf_of="D-GAS_CO", call_record="打住户 13812341234 不通")
        office = log_in("department", STREET, street.departments["EMERGENCY_OFFICE"].id)
        read = [client.get(path(receipt, "history"), headers=headers).json["items"][-1]["call_record"] for headers in (clerk, office)]
        assert read == ["打住户 13812341234 不通", "打住户 *** 不通"]


class TestOpeningAContact:
    def test_a_clerk_reads_it_and_it_is_written_down(self, client, clerk, dispatched, session):
        answer = client.post(path(dispatched, "reports", "1", "contact"), json={"reason": "核实地址"}, headers=clerk)
        assert (answer.status_code, answer.json) == (200, {"name": "王小明", "phone": "13812341234"})
        assert session.scalar(select(SecurityEvent).where(SecurityEvent.kind == "contact_opened")) is not None
        assert client.get(path(dispatched, "history"), headers=clerk).json["items"][-1]["action"] == "open_contact"

    @pytest.mark.parametrize(("body", "status"), [({}, 422), ({"reason": " "}, 422), ({"reason": "x", "all": True}, 422)])
    def test_it_needs_a_reason(self, client, clerk, dispatched, body, status):
        assert client.post(path(dispatched, "reports", "1", "contact"), json=body, headers=clerk).status_code == status

    def test_others_may_not(self, client, log_in, dispatched):
        answer = client.post(path(dispatched, "reports", "1", "contact"), json={"reason": "neugierig"}, headers=log_in("leader"))
        assert answer.status_code == 403

    @pytest.mark.parametrize("no", ["0", "2", "99999999999999999999999"])
    def test_there_is_no_other_report(self, client, clerk, dispatched, no):
        assert client.post(path(dispatched, "reports", no, "contact"), json={"reason": "call"}, headers=clerk).status_code == 404


class TestTables:
    def test_csv_is_safe_in_a_spreadsheet(self, client, clerk, dispatched, sessions, street):
        with sessions() as session, session.begin():
            session.get_one(Department, street.departments["SANITATION"].id).name = "=HYPERLINK(1)"
        answer = client.get(URL, headers=clerk | {"Accept": "text/csv"})
        assert (answer.status_code, answer.mimetype) == (200, "text/csv")
        row = next(csv.DictReader(io.StringIO(answer.get_data().decode("utf-8-sig"))))
        assert (row["工单号"], row["主负责"], row["反映时间"]) == (dispatched.ticket.number, "'=HYPERLINK(1)", "2026-03-04 10:00")

    def test_xlsx_in_english(self, client, clerk, dispatched):
        answer = client.get(URL, headers=clerk | {"Accept": XLSX, "Accept-Language": "en"})
        heading, row = openpyxl.load_workbook(io.BytesIO(answer.get_data())).active.values
        assert (heading[0], row[0], answer.mimetype) == ("Number", dispatched.ticket.number, XLSX)
        assert answer.headers["Content-Disposition"] == 'attachment; filename="tickets.xlsx"'

    def test_a_browser_gets_json(self, client, clerk, dispatched):
        answer = client.get(URL, headers=clerk | {"Accept": "text/html,application/xml;q=0.9,*/*;q=0.8"})
        assert answer.is_json
