"""Whole journeys through gunicorn, worker and beat: a resident without log-in at one end, the street's people at the other."""

from __future__ import annotations

import json

from sqlalchemy import func, select

from gridops.models import DeadLetter, Outbox, Report, Ticket
from gridops.services import trail
from tests.running import wait_until
from tests.small_street import RUBBISH, WEST

CONTACT = {"name": "王小明", "phone": "13812341234"}


def handled(town, number: str, **result) -> None:
    sanitation = town["SANITATION"]
    body = {"outcome": "solved", "text": "已清运", "photos": [sanitation.photo()]} | result
    sanitation.do("submit_result", number, **body)


def closed(town, **changes) -> dict:
    """The receipt of a report that went the whole way."""
    receipt = town.report(**changes)
    town["dispatcher"].wait_for(receipt["number"], "dispatched")
    town["SANITATION"].do("sign", receipt["number"])
    town.without_support(receipt["number"])
    handled(town, receipt["number"])
    town["worker_west"].do("pass_check", receipt["number"], text="现场已干净")
    return receipt


def test_from_report_to_rating(town):
    receipt = town.report(contact=CONTACT)
    number, code = receipt["number"], receipt["code"]
    assert (receipt["status"], receipt["cell"]["code"]) == ("reported", WEST)
    ticket = town["dispatcher"].wait_for(number, "dispatched")
    parties = {a["role"]: a["department"]["code"] for a in ticket["round"]["assignments"] if a["role"] != "support"}
    assert parties == {"lead": "D-SANITATION", "coordinate": "D-URBAN_OFFICE"}
    _the_lead_handles_it(town, number)
    _somebody_else_checks_it(town, number)
    _the_resident_rates_it(town, number, code)
    _the_record_is_whole(town, number)


def _the_lead_handles_it(town, number):
    sanitation = town["SANITATION"]
    assert sanitation.ticket(number)["reports"][0]["contact_masked"]["phone"] == "138****1234"
    sanitation.do("sign", number)
    sanitation.do("contact", number, outcome="reached", text="已联系")
    assert sanitation.attempt("submit_result", number, outcome="solved", text="已清运").json()["error"]["code"] == "support_open"
    town.without_support(number)
    assert sanitation.attempt("submit_result", number, outcome="solved", text="已清运").json()["error"]["code"] == "photo_needed"
    handled(town, number)


def _somebody_else_checks_it(town, number):
    assert town["SANITATION"].attempt("pass_check", number, text="我看过了").status_code == 403
    assert town["worker_east"].attempt("pass_check", number, text="不是我的网格").status_code == 404
    assert town["worker_west"].do("pass_check", number, text="现场已干净")["status"] == "closed"


def _the_resident_rates_it(town, number, code):
    story = town.story(code)
    assert (story["status"], story["outcome"], story["lead"], story["can_rate"]) == ("closed", "solved", {"name": "SANITATION 单位"}, True)
    assert not any(word in json.dumps(story, ensure_ascii=False) for word in ("王小明", "13812341234", "run-"))
    rating = {"solved": True, "satisfaction": 5, "called": True}
    assert town.resident("rating", code, **rating).json()["rated"] is True
    again = town.resident("rating", code, **rating)
    assert (again.status_code, again.json()["error"]["code"]) == (409, "already_rated")
    assert town["clerk"].ticket(number)["reports"][0]["rating"]["solved"] is True


def _the_record_is_whole(town, number):
    history = [item for item in town["clerk"].history(number) if item["action"] != "waive_support"]
    steps = [(item["action"], (item["actor"] or {}).get("name"), item["to"]) for item in history]
    assert steps == [
        ("submit", None, "reported"), ("file", None, "filed"), ("dispatch", None, "dispatched"), ("sign", "run-SANITATION", "in_progress"),
        ("contact", "run-SANITATION", "in_progress"), ("submit_result", "run-SANITATION", "handled"),
        ("pass_check", "run-worker_west", "closed"), ("rate", None, "closed"),
    ]
    with town.system.sessions() as session:
        ticket = session.scalars(select(Ticket).where(Ticket.number == number)).one()
        assert trail.verify(session, ticket) == []
    _all_is_done(town)


def _all_is_done(town):
    def left() -> tuple[int, int]:
        with town.system.sessions() as session:
            undone = session.scalar(select(func.count()).where(Outbox.done_at.is_(None)))
            return undone, session.scalar(select(func.count()).select_from(DeadLetter))

    wait_until(lambda: left() == (0, 0), why=lambda: (left(), town.system.log()))


def test_not_solved_opens_it_again_once(town):
    receipt = closed(town)
    number, code = receipt["number"], receipt["code"]
    answer = town.resident("rating", code, solved=False, satisfaction=1, text="又堆起来了")
    assert (answer.status_code, answer.json()["status"]) == (200, "in_progress")
    ticket = town["SANITATION"].ticket(number)
    assert (ticket["status"], ticket["counts"]["reopen"]) == ("in_progress", 1)
    assert {clock["kind"]: clock["status"] for clock in ticket["clocks"]}["handle"] == "running"
    handled(town, number)
    town["worker_west"].do("pass_check", number, text="这次干净了")
    second = town.resident("reopen", code, text="还是没解决")
    assert (second.status_code, second.json()["error"]["code"]) == (409, "reopened_before")
    assert town["leader"].do("reopen", number, text="请再办")["status"] == "in_progress"
    handled(town, number)
    town["worker_west"].do("pass_check", number, text="干净")
    assert town.resident("rating", code, solved=True, satisfaction=4).status_code == 200
    _all_is_done(town)


def test_rework_and_a_wrong_dispatch(town):
    number = town.report()["number"]
    town["dispatcher"].wait_for(number, "dispatched")
    assert town["SANITATION"].do("object", number, reason_code="not_our_duty", text="属于物业")["status"] == "objected"
    assert town["clerk"].attempt("uphold", number, text="我来裁定").status_code == 403
    ruled = _ruled(town, number)
    assert ruled["status"] == "filed"
    town["dispatcher"].do("dispatch", number, lead="D-SANITATION")
    town["SANITATION"].do("sign", number)
    town.without_support(number)
    handled(town, number)
    assert town["worker_west"].do("fail_check", number, text="还有一堆")["status"] == "in_progress"
    handled(town, number)
    assert town["worker_west"].do("pass_check", number, text="干净")["status"] == "closed"
    assert town["clerk"].ticket(number)["counts"] == {"bounce": 1, "rework": 1, "reopen": 0}


def _ruled(town, number):
    """The coordinator rules; the dispatcher only where that is not possible."""
    refused = town["dispatcher"].attempt("uphold", number, text="派错了")
    assert refused.json()["error"]["code"] == "coordinator_rules"
    return town["URBAN_OFFICE"].do("uphold", number, text="派错了")


def test_a_consultation_is_answered_at_once(town):
    receipt = town.send({"kind": "consult", "description": "几点收垃圾?"})
    number = receipt["number"]
    assert receipt["cell"] is None
    wait_until(lambda: _waiting(town, number) == "answer_wanted")
    assert town["clerk"].do("answer", number, text="早上七点")["status"] == "closed"
    story = town.story(receipt["code"])
    assert (story["outcome"], story["result_text"]) == ("explained", "早上七点")
    _all_is_done(town)


def _waiting(town, number):
    with town.system.sessions() as session:
        return session.scalar(select(Ticket.waiting_reason).where(Ticket.number == number))


def test_a_report_sent_twice_by_an_offline_phone_is_one(town):
    body = {"kind": "complaint", "description": "同一件事", "category": RUBBISH}
    first, second = (town.send(body, key="phone-in-a-stairwell-0001") for _ in range(2))
    assert first == second
    with town.system.sessions() as session:
        assert session.scalar(select(func.count()).where(Report.description == "同一件事")) == 1
