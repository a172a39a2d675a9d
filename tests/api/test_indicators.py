"""Indicators over HTTP: numbers with their tickets, each to whom they belong."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest

from gridops.services import tickets
from gridops.services.indicators import snapshots
from tests.small_street import COMMUNITY, EAST, ILLEGAL_BUILDING, IN_EAST, STREET, WEST

URL = f"/api/v1/areas/{STREET}/indicators"
LEAD = {"lead": "D-SANITATION", "coordinate": "D-GRID_CENTER", "support": []}


@pytest.fixture
def handled(sessions, street, now, submit):
    """handled(12, closed=10): so many tickets of the western cell handed in one after the other, the first of them closed and rated."""

    def make(count, *, closed=0, lead="SANITATION", **changes):
        made = [submit(contact={"phone": f"139000000{place:02}"}, **changes) for place in range(count)]
        with sessions() as session, session.begin():
            for place, receipt in enumerate(made):
                _handle(session, street, receipt, now, lead, closed=place < closed)
        return made

    return make


def _handle(session, street, receipt, now, lead, *, closed):
    acts = [
        ("file", "clerk", {"category": ILLEGAL_BUILDING}), ("dispatch", "dispatcher", LEAD | {"lead": f"D-{lead}"}), ("sign", lead, {}),
        ("contact", lead, {"outcome": "reached", "text": "已联系"}), ("submit_result", lead, {"outcome": "solved", "text": "已处理"})]
    acts += [("pass_check", "worker_west", {"text": "属实"}), ("rate", None, {"solved": True, "satisfaction": 5})] if closed else []
    for minutes, (action, who, body) in enumerate(acts):
        actor = street.actors[who] if who else street.reporter_of(receipt)
        tickets.perform(session, receipt.ticket.number, action, body, actor=actor, now=now + timedelta(minutes=minutes))


@pytest.fixture
def later(clock):
    clock.forward(timedelta(days=20))


@pytest.fixture
def ask(client, log_in, later):
    def get(role="leader", path="", headers=None, **query):
        who = log_in(role, **(headers or {}))
        answer = client.get(URL + path, query_string={"from": "2026-03-01", "to": "2026-03-31"} | query, headers=who)
        assert answer.status_code == 200, answer.json
        return answer.json

    return get


def test_numbers_stand_with_what_they_are_made_of(handled, ask):
    handled(12, closed=10)
    found = ask(by="department")
    assert found["totals"]["dispose_rate"] == {"numerator": 12, "denominator": 12, "rate": 1.0}
    assert found["totals"]["close_rate"] == {"numerator": 10, "denominator": 12, "rate": 0.8333}
    assert found["totals"]["resolved_rate"] == {"numerator": 10, "denominator": 10, "rate": 1.0}
    assert [row["code"] for row in found["rows"]] == ["D-SANITATION"]
    named = {row["code"]: row for row in found["indicators"]}
    assert named["on_time_dispose_rate"]["beside"] == "on_original_rate" and named["dispose_rate"]["base"] == "due_by"


def test_too_few_are_only_counted(handled, ask):
    handled(9, closed=4)
    totals = ask(by="community")["totals"]
    assert totals["dispose_rate"] == {"numerator": 9, "denominator": 9, "rate": None}
    assert totals["resolved_rate"] == {"numerator": 4, "denominator": 4, "rate": None}


def test_rows_of_areas_add_up(handled, ask):
    handled(3), handled(2, location=IN_EAST)
    found = ask(by="cell")
    assert {row["code"]: row["values"]["dispose_rate"]["denominator"] for row in found["rows"]} == {WEST: 3, EAST: 2}
    assert ask(by="community")["rows"][0]["code"] == COMMUNITY
    assert found["totals"]["dispose_rate"]["denominator"] == 5


@pytest.mark.parametrize(("row", "part", "count"), [("D-SANITATION", "numerator", 1), ("D-SANITATION", "denominator", 3), (None, "denominator", 5)])
def test_behind_each_number_stand_its_tickets(handled, ask, row, part, count):
    handled(3, closed=1), handled(2, lead="URBAN_OFFICE")
    query = {"by": "department", "row": row} if row else {}
    found = ask(path="/tickets", indicator="close_rate", part=part, **query)
    assert len(found["items"]) == count


def test_an_organisation_sees_its_own(handled, ask, street, client, log_in):
    handled(3), handled(2, lead="URBAN_OFFICE")
    own = {"department_id": street.departments["SANITATION"].id}
    found = ask("department", by="department", headers=own)
    assert [row["code"] for row in found["rows"]] == ["D-SANITATION"]
    assert found["totals"]["dispose_rate"]["denominator"] == 3
    assert "on_time_dispatch_rate" not in found["totals"]
    assert len(ask("department", path="/tickets", headers=own, indicator="dispose_rate", part="denominator")["items"]) == 3
    others = {"from": "2026-03-01", "to": "2026-03-31", "indicator": "dispose_rate", "part": "numerator", "by": "department", "row": "D-URBAN_OFFICE"}
    assert client.get(f"{URL}/tickets", query_string=others, headers=log_in("department", **own)).status_code == 404


def test_another_streets_leader_sees_nothing(client, log_in, handled, later):
    assert client.get(URL, headers=log_in("leader", area="310199002")).status_code == 404


def test_what_has_not_fallen_due_is_not_counted(handled, client, log_in):
    handled(3)
    found = client.get(URL, query_string={"by": "department"}, headers=log_in("leader")).json
    assert found["totals"]["dispose_rate"]["denominator"] == 0


def test_as_a_sheet(handled, client, log_in, later):
    handled(12)
    answer = client.get(
        URL, query_string={"from": "2026-03-01", "to": "2026-03-31"}, headers=log_in("leader") | {"Accept": "text/csv", "Accept-Language": "en"})
    rows = list(csv.DictReader(io.StringIO(answer.text.lstrip("\ufeff"))))
    assert [row["Code"] for row in rows] == ["D-SANITATION", STREET]
    assert (rows[1]["Handled (by due date), numerator"], rows[1]["Handled (by due date), %"]) == ("12", "100.0")


@pytest.mark.parametrize("query", [{"from": "2026-03-02", "to": "2026-03-01"}, {"from": "2024-01-01", "to": "2026-03-01"}, {"by": "person"}])
def test_periods_and_rows_that_make_no_sense(client, log_in, street, query):
    assert client.get(URL, query_string=query, headers=log_in("leader")).status_code == 422


def test_kept_days_add_up_to_the_month(handled, ask, sessions, clock):
    handled(12, closed=10)
    with sessions() as session, session.begin():
        assert snapshots.take_daily(session, clock()) > 0
        assert snapshots.take_daily(session, clock()) == 0  # once a day
    for by in ("department", "community", "cell"):
        rows, days = ask(by=by), ask(by=by, source="days")
        assert days["source"] == "days" and days["as_of"].startswith("2026-03-24")
        assert (days["totals"], days["rows"]) == (rows["totals"], rows["rows"])


class TestScores:
    WEIGHTS = f"/api/v1/areas/{STREET}/score-weights"

    def test_they_are_off_until_a_leader_turns_them_on(self, handled, ask, client, log_in):
        handled(12, closed=10)
        assert "scores" not in ask(by="department")["rows"][0]
        made = client.post(self.WEIGHTS, json={"active": True, "reason": "联席会议通过"}, headers=log_in("leader"))
        assert made.status_code == 201 and made.json["version"] == 1
        scores = ask(by="department")["rows"][0]["scores"]
        assert scores["lead"] == {"points": 97.5, "grade": "A"}  # two of twelve are not closed: 15 of 100 weigh 10/12

    def test_only_a_leader(self, client, log_in, street):
        assert client.post(self.WEIGHTS, json={"active": True, "reason": "x"}, headers=log_in("dispatcher")).status_code == 403

    def test_residents_weigh_thirty_or_more(self, client, log_in, street):
        weights = client.get(self.WEIGHTS, headers=log_in("leader")).json["defaults"]
        weights["lead"] |= {"satisfied_rate": 5, "on_time_dispose_rate": 35}
        refused = client.post(self.WEIGHTS, json={"weights": weights, "active": True, "reason": "x"}, headers=log_in("leader"))
        assert refused.status_code == 422 and list(refused.json["error"]["fields"]) == ["weights.lead"]

    def test_what_a_clerk_did_for_an_organisation_is_not_scored(self, handled, ask, client, log_in, sessions, street, now, submit):
        handled(12, closed=10)
        client.post(self.WEIGHTS, json={"active": True, "reason": "x"}, headers=log_in("leader"))
        receipt = submit()
        with sessions() as session, session.begin():
            for action, who, body in (("file", "clerk", {"category": ILLEGAL_BUILDING}), ("dispatch", "dispatcher", LEAD | {"lead": "D-GAS_CO"})):
                tickets.perform(session, receipt.ticket.number, action, body, actor=street.actors[who], now=now)
        rows = {row["code"]: row for row in ask(by="department")["rows"]}
        assert "scores" not in rows["D-GAS_CO"] and "scores" in rows["D-SANITATION"]
