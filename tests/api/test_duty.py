"""Duty over HTTP: looking, planning, handing over, and numbers that leave a trace."""

from __future__ import annotations

import csv
import io

import pytest
from marshmallow import RAISE
from sqlalchemy import select

from gridops.api import duty_examples as examples
from gridops.api import duty_schemas as schemas
from gridops.models import Posting, SecurityEvent
from gridops.services.duty.phone_book import PHONE
from tests.services.staffing import Staff
from tests.small_street import COMMUNITY, EAST, STREET, WEST

AREAS = "/api/v1/areas"
NIGHT = {"starts_at": "2026-03-06T17:30:00+08:00", "ends_at": "2026-03-07T09:00:00+08:00", "kind": "night"}


@pytest.fixture
def posts(street, sessions) -> dict[str, int]:
    """A worker in the west with a phone, a part-time one for nights in the street."""
    with sessions() as session, session.begin():
        staff = Staff(session)
        west = staff.post(staff.person("west", phone_cipher=street.vault.encrypt("13812345678", purpose=PHONE)))
        night = staff.post("night", area=STREET, part_time=True)
        return {"west": west.id, "night": night.id}


@pytest.fixture
def office(log_in):
    return log_in("grid_office")


@pytest.mark.parametrize(("schema", "example"), [
    (schemas.AreaDutySchema, examples.DUTY), (schemas.VacanciesSchema, examples.VACANCIES), (schemas.ShiftSchema, examples.SHIFT),
    (schemas.PatternSchema, examples.PATTERN), (schemas.PlansSchema, examples.PLANS), (schemas.AbsenceSchema, examples.ABSENCE), (schemas.StandInSchema, examples.STAND_IN),
    (schemas.HandOverNoteSchema, examples.NOTE), (schemas.HandOversSchema, examples.HAND_OVERS), (schemas.PhoneBookSchema, examples.PHONE_BOOK),
])
def test_examples_fit_their_schemas(schema, example):
    assert schema(unknown=RAISE).validate(example) == {}


class TestLooking:
    def test_friday_17_31_is_the_night_shift(self, client, posts, office):
        assert client.post("/api/v1/shifts", json=NIGHT | {"posting": posts["night"]}, headers=office).status_code == 201
        answer = client.get(f"{AREAS}/{STREET}/duty", query_string={"at": "2026-03-06T17:31:00+08:00"}, headers=office).json
        assert answer["night"] == {"since": "2026-03-06T09:30:00+00:00", "until": "2026-03-07T01:00:00+00:00"}
        assert {cell["code"]: [one["person"] for one in cell["now"]] for cell in answer["cells"]} == {WEST: ["night"], EAST: ["night"]}
        assert [(one["person"], one["basis"]) for one in answer["on_duty"]] == [("night", "shift")]

    def test_now_is_the_default(self, client, posts, office):
        answer = client.get(f"{AREAS}/{WEST}/duty", headers=office).json
        assert [one["person"] for one in answer["cells"][0]["now"]] == ["west"] and answer["cells"][0]["gap_s"] == 15.5 * 3600

    def test_vacancies_as_json_and_as_a_table(self, client, posts, office):
        items = client.get(f"{AREAS}/{COMMUNITY}/vacancies", headers=office).json["items"]
        assert ("no_worker", EAST) in [(item["kind"], item["area"]["code"]) for item in items]
        sheet = client.get(f"{AREAS}/{COMMUNITY}/vacancies", headers=office | {"Accept": "text/csv"})
        rows = list(csv.DictReader(io.StringIO(sheet.get_data().decode("utf-8-sig"))))
        assert len(rows) == len(items) and EAST in {row["区域编码"] for row in rows}

    @pytest.mark.parametrize("at", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"])
    def test_an_instant_beyond_all_calendars_is_refused(self, client, posts, office, at):
        assert client.get(f"{AREAS}/{STREET}/duty", query_string={"at": at}, headers=office).status_code == 422

    @pytest.mark.parametrize("path", ["duty", "vacancies", "hand-overs", "phone-book"])
    def test_another_streets_people_and_departments_see_nothing(self, client, street, posts, log_in, path):
        department = street.departments["SANITATION"].id
        for headers in (log_in("grid_office", area="310199002"), log_in("department", department_id=department)):
            assert client.get(f"{AREAS}/{STREET}/{path}", headers=headers).status_code == 404


class TestPlanning:
    @pytest.mark.parametrize(("role", "status"), [("grid_office", 201), ("leader", 201), ("clerk", 403), ("grid_worker", 403)])
    def test_keepers_of_the_grid_plan(self, client, posts, log_in, role, status):
        assert client.post("/api/v1/shifts", json=NIGHT | {"posting": posts["night"]}, headers=log_in(role)).status_code == status

    def test_a_shift_is_taken_back(self, client, posts, office):
        made = client.post("/api/v1/shifts", json=NIGHT | {"posting": posts["night"]}, headers=office).json["id"]
        assert client.delete(f"/api/v1/shifts/{made}", headers=office).status_code == 204
        assert client.delete(f"/api/v1/shifts/{made}", headers=office).status_code == 404

    def test_what_is_planned_is_listed_with_its_ids(self, client, posts, office):
        made = client.post("/api/v1/shifts", json=NIGHT | {"posting": posts["night"]}, headers=office).json["id"]
        away = {"person": "west", "starts_at": "2026-03-05T09:00:00+08:00", "ends_at": "2026-03-06T00:00:00+08:00", "stand_in": "night"}
        client.post("/api/v1/absences", json=away, headers=office)
        found = client.get(f"{AREAS}/{STREET}/shifts", headers=office).json
        assert [(row["id"], row["person"]) for row in found["shifts"]] == [(made, "night")]
        assert [(row["person_code"], row["stand_in_code"]) for row in found["absences"]] == [("west", "night")]
        assert client.get(f"{AREAS}/{WEST}/shifts", headers=office).json["shifts"] == []
        later = client.get(f"{AREAS}/{STREET}/shifts", query_string={"since": "2026-03-08T00:00:00+08:00"}, headers=office).json
        assert later["shifts"] == later["absences"] == []

    @pytest.mark.parametrize("query", [
        {"since": "2026-03-08T00:00:00Z", "until": "2026-03-07T00:00:00Z"}, {"until": "2036-03-07T00:00:00Z"},
        {"since": "9999-12-30T00:00:00Z"}, {"since": "0001-01-01T00:00:00Z"}])
    def test_a_span_that_cannot_be_is_refused(self, client, posts, office, query):
        assert client.get(f"{AREAS}/{STREET}/shifts", query_string=query, headers=office).status_code == 422

    def test_what_cannot_be_is_named_in_chinese(self, client, posts, office):
        wrong = NIGHT | {"posting": posts["night"], "ends_at": "2026-03-06T09:00:00+08:00"}
        answer = client.post("/api/v1/shifts", json=wrong, headers=office)
        assert (answer.status_code, answer.json["error"]["code"]) == (422, "shift_times")
        assert answer.json["error"]["fields"] == {"ends_at": ["结束早于开始。"]}

    def test_a_pattern_begins_and_ends(self, client, posts, office):
        body = {"posting": posts["night"], "days": "every_day", "opens": "09:00", "closes": "18:00", "starts_on": "2026-03-01"}
        made = client.post("/api/v1/shift-patterns", json=body, headers=office).json["id"]
        names = lambda: [one["person"] for one in client.get(f"{AREAS}/{EAST}/duty", headers=office).json["cells"][0]["now"]]  # noqa: E731
        assert names() == ["night"]
        assert client.delete(f"/api/v1/shift-patterns/{made}", headers=office).status_code == 204 and names() == []

    def test_an_absence_with_a_stand_in(self, client, posts, office):
        body = {"person": "west", "starts_at": "2026-03-04T09:00:00+08:00", "ends_at": "2026-03-06T00:00:00+08:00"}
        made = client.post("/api/v1/absences", json=body, headers=office).json["id"]
        assert client.patch(f"/api/v1/absences/{made}", json={"stand_in": "night"}, headers=office).status_code == 200
        now = client.get(f"{AREAS}/{WEST}/duty", headers=office).json["cells"][0]["now"]
        assert [(one["person"], one["stands_in_for"]) for one in now] == [("night", "west")]
        assert client.delete(f"/api/v1/absences/{made}", headers=office).status_code == 204
        unknown = client.post("/api/v1/absences", json=body | {"stand_in": "nobody"}, headers=office)
        assert (unknown.status_code, list(unknown.json["error"]["fields"])) == (422, ["stand_in"])

    def test_a_post_that_is_not_there_is_404(self, client, posts, office):
        assert client.post("/api/v1/shifts", json=NIGHT | {"posting": 2**62}, headers=office).status_code == 404


class TestHandOver:
    def test_given_by_one_and_taken_by_another(self, client, street, posts, log_in):
        first, second = log_in("clerk"), log_in("dispatcher")
        made = client.post(f"{AREAS}/{STREET}/hand-overs", json={"note": "钥匙在门卫"}, headers=first)
        assert made.status_code == 201 and {"urgent", "promised", "alarms", "on_duty"} == set(made.json["sheet"])
        taking = f"/api/v1/hand-overs/{made.json['id']}/taking"
        assert client.post(taking, headers=first).json["error"]["code"] == "own_hand_over"
        assert client.post(taking, headers=second).json["taken_by"] == "dispatcher"
        assert client.post(taking, headers=log_in("leader")).json["error"]["code"] == "already_taken_over"
        items = client.get(f"{AREAS}/{STREET}/hand-overs", headers=first).json["items"]
        assert [(item["note"], item["taken_by"]) for item in items] == [("钥匙在门卫", "dispatcher")]

    def test_volunteers_give_no_shift(self, client, street, log_in):
        assert client.post(f"{AREAS}/{STREET}/hand-overs", json={}, headers=log_in("volunteer")).status_code == 403


class TestPhoneBook:
    def phones(self, answer):
        return {one["person"]: one["phone"] for one in answer.json["people"]}

    def test_numbers_of_people_are_opened_and_that_is_written_down(self, client, sessions, posts, log_in):
        clerk = log_in("clerk")
        assert self.phones(client.get(f"{AREAS}/{STREET}/phone-book", headers=clerk)) == {"west": None}
        assert self.phones(client.post(f"{AREAS}/{STREET}/phone-book", headers=clerk)) == {"west": "13812345678"}
        with sessions() as session:
            assert session.scalars(select(SecurityEvent.facts).where(SecurityEvent.kind == "phone_book_opened")).all() == [
                {"area": STREET, "people": 1}]

    def test_a_worker_reads_organisations_only(self, client, posts, log_in):
        worker = log_in("grid_worker")
        answer = client.get(f"{AREAS}/{STREET}/phone-book", headers=worker)
        assert "D-SANITATION" in {row["code"] for row in answer.json["organisations"]}
        assert client.post(f"{AREAS}/{STREET}/phone-book", headers=worker).status_code == 403


def test_a_ticket_names_who_checks_it(client, sessions, submit, posts, log_in):
    from gridops.services import ticket_workers
    from gridops.models import Ticket

    number = submit().ticket.number
    with sessions() as session, session.begin():
        ticket = session.scalars(select(Ticket).where(Ticket.number == number)).one()
        ticket_workers.give_workers(session, ticket, ticket.reported_at)
        assert session.get_one(Posting, posts["west"]).last_turn_at is not None
    answer = client.get(f"/api/v1/tickets/{number}", headers=log_in("clerk")).json
    assert (answer["verifier"], answer["checker"]) == ({"name": "west"}, {"name": "west"})
