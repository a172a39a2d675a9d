"""Thirty residents, one matter: each reported by himself, each is answered by himself, and one of them says that it is not solved."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field

import pytest
import requests
from sqlalchemy import func, select

from gridops.context import wall_clock
from gridops.models import Closing, DeadLetter, Outbox, Rating, Report, Ticket, TicketMerge, UpstreamOrder, UpstreamReply
from gridops.services import story, trail
from gridops.services.indicators import agreement
from tests.journeys.conftest import Town
from tests.running import wait_until
from tests.small_street import IN_WEST, STREET

BY_PROGRAM, BY_PAGE, ORDERS = 15, 5, 10
ALL = BY_PROGRAM + BY_PAGE + ORDERS
AGAIN = ("因反映未解决，重新办理", "Reopened: not solved")
HAPPY, UNHAPPY = {"solved": True, "satisfaction": 5, "called": True}, {"solved": False, "satisfaction": 1, "text": "第二天又堆起来了"}


@dataclass
class Matter:
    """``codes``: of those who reported here; whoever phoned the city has none, and is answered by his order's reply."""

    town: Town
    number: str = ""
    codes: list[str] = field(default_factory=list)
    orders: list[str] = field(default_factory=lambda: [f"2026030400{place:04}" for place in range(ORDERS)])
    joined: list[str] = field(default_factory=list)  # the tickets that became one with it

    def stories(self) -> list[dict]:
        """As each of the thirty reads it, or would, had he a code."""
        told = [self.town.story(code) for code in self.codes]
        with self.town.system.sessions() as session:
            phoned = session.scalars(select(Report).join(UpstreamOrder, UpstreamOrder.report_id == Report.id)).all()
            return told + [story.tell(session, report, now=wall_clock(), locale="zh") for report in phoned]

    def indicators(self) -> dict[str, tuple[int, int]]:
        """Of the lead organisation, as the leader reads them."""
        table = self.town["leader"].get(f"areas/{STREET}/indicators", by="department")
        row = next(row for row in table["rows"] if row["code"] == "D-SANITATION")
        return {name: (value["numerator"], value["denominator"]) for name, value in row["values"].items()}

    def undone(self) -> int:
        with self.town.system.sessions() as session:
            return session.scalar(select(func.count()).where(Outbox.done_at.is_(None)))

    def handled_and_checked(self) -> None:
        sanitation = self.town["SANITATION"]
        sanitation.do("submit_result", self.number, outcome="solved", text="已清运", photos=[sanitation.photo()])
        assert self.town["worker_west"].do("pass_check", self.number, text="现场已干净")["status"] == "closed"


@pytest.fixture(scope="module")
def matter(town) -> Matter:
    return Matter(town)


def test_thirty_reporters_of_one_matter(matter):
    _each_reports_by_himself(matter)
    _the_desk_makes_one_matter_of_them(matter)
    matter.handled_and_checked()
    _everybody_reads_the_answer_with_his_own_code(matter)
    _every_order_has_its_own_reply(matter)
    _one_says_not_solved(matter)
    _the_others_are_told(matter)
    matter.handled_and_checked()
    _everybody_is_asked_anew(matter)
    _the_books_are_whole(matter)


def _each_reports_by_himself(matter):
    first = matter.town.report(contact={"phone": "13800000000"})
    matter.number, matter.codes = first["number"], [first["code"]]
    for place in range(1, BY_PROGRAM):
        receipt = matter.town.send({
            "kind": "complaint", "description": f"路口垃圾没人收 {place}", "location": IN_WEST, "contact": {"phone": f"138000000{place:02}"}})
        matter.codes.append(receipt["code"])
        matter.joined.append(receipt["number"])
    matter.codes += [_by_page(matter, place) for place in range(BY_PAGE)]
    matter.joined += [matter.town.story(code)["number"] for code in matter.codes[BY_PROGRAM:]]
    matter.joined += _by_phone_to_the_city(matter)
    assert len(set(matter.joined)) == ALL - 1 and len(set(matter.codes)) == ALL - ORDERS


def _by_page(matter, place) -> str:
    form = {
        "kind": "complaint", "description": f"路口又脏又臭 {place}", "address": "路口", "visibility": "named", "phone": f"137000000{place:02}",
        "form_key": f"{place:024}"}
    answer = requests.post(f"{matter.town.system.url}/report", data=form, timeout=20)
    assert answer.status_code == 200, answer.text
    return "".join(re.findall(r"<li>(\d{4})</li>", answer.text))


def _by_phone_to_the_city(matter) -> list[str]:
    rows = [
        {"工单编号": number, "诉求类型": "投诉举报", "诉求标题": "垃圾堆积", "诉求内容": "路口垃圾堆积", "联系电话": f"13600000{number[-3:]}"}
        for number in matter.orders]
    clerk = matter.town["clerk"]
    answer = clerk.http.post(f"{clerk.url}/api/v1/upstream/12345/orders", json={"orders": rows}, timeout=20)
    assert (answer.status_code, answer.json().get("created")) == (200, ORDERS), answer.text
    return [item["ticket"] for item in answer.json()["items"]]


def _the_desk_makes_one_matter_of_them(matter):
    """One comes by way of another; the last ones come when the organisation is at work already."""
    town, clerk = matter.town, matter.town["clerk"]
    town["dispatcher"].wait_for(matter.number, "dispatched")
    by_another, *others = matter.joined
    clerk.do("merge", by_another, into=others[0])
    for number in others[:20]:
        assert clerk.do("merge", number, into=matter.number)["status"] == "merged"
    town["SANITATION"].do("sign", matter.number)
    for number in others[20:]:
        clerk.do("merge", number, into=matter.number)
    assert clerk.attempt("merge", by_another, into=matter.number).status_code == 409
    assert len(town["SANITATION"].ticket(matter.number)["reports"]) == ALL
    town["SANITATION"].do("contact", matter.number, outcome="reached", text="已联系")
    town.without_support(matter.number)


def _everybody_reads_the_answer_with_his_own_code(matter):
    told = matter.stories()
    assert len({one["number"] for one in told}) == ALL
    assert {(one["status"], one["outcome"], one["result_text"], one["can_rate"], one["rated"]) for one in told} == {
        ("closed", "solved", "已清运", True, False)}
    assert not any(word in str(told) for word in ("merge", "并案", "1380000", "1360000"))


def _every_order_has_its_own_reply(matter):
    clerk = matter.town["clerk"]
    wait_until(lambda: len(_replies(clerk, "draft")) == ORDERS, why=matter.town.system.log)
    for number, reply in _replies(clerk, "draft").items():
        assert re.findall(r"工单(\d+)", reply["text"]) == [number] and "已清运" in reply["text"]
        answer = clerk.http.put(
            f"{clerk.url}/api/v1/upstream/12345/orders/{number}/reply", json={"text": reply["text"], "approve": True}, timeout=20)
        assert answer.status_code == 200, answer.text
    assert sorted(_replies(clerk, "approved")) == matter.orders
    for sent in (ORDERS, 0):
        answer = clerk.http.post(f"{clerk.url}/api/v1/upstream/12345/replies/sent", json={"numbers": matter.orders}, timeout=20)
        assert answer.json() == {"sent": sent}


def _replies(clerk, state) -> dict[str, dict]:
    return {item["number"]: item["reply"] for item in clerk.get("upstream/12345/replies", state=state)["items"]}


def _one_says_not_solved(matter):
    """Three are content before; whoever says it after him finds the matter open again."""
    for code in matter.codes[:3]:
        assert matter.town.resident("rating", code, **HAPPY).status_code == 200
    answer = matter.town.resident("rating", matter.codes[-1], **UNHAPPY)
    assert (answer.status_code, answer.json()["status"]) == (200, "in_progress")
    late = matter.town.resident("rating", matter.codes[5], **UNHAPPY)
    assert (late.status_code, late.json()["error"]["code"]) == (409, "not_allowed")
    assert matter.town["clerk"].ticket(matter.number)["counts"]["reopen"] == 1
    found = matter.indicators()
    assert (found["resolved_rate"], found["satisfied_rate"]) == ((3, 4), (3, 4))


def _the_others_are_told(matter):
    told = matter.stories()
    assert Counter(sum(step["text"] in AGAIN for step in one["steps"]) for one in told) == {1: ALL}
    assert {(one["status"], one["can_rate"], one["outcome"]) for one in told} == {("in_progress", False, None)}
    assert UNHAPPY["text"] not in str([one for one in told if one["number"] != matter.town.story(matter.codes[-1])["number"]])


def _everybody_is_asked_anew(matter):
    """Also who was content with the first result; the second "not solved" is the leader's to decide."""
    assert {(one["status"], one["can_rate"], one["rated"]) for one in matter.stories()} == {("closed", True, False)}
    assert matter.town.resident("rating", matter.codes[-1], **HAPPY).status_code == 200
    again = matter.town.resident("reopen", matter.codes[0], text="还是不行")
    assert (again.status_code, again.json()["error"]["code"]) == (409, "reopened_before")
    found = matter.indicators()
    assert (found["resolved_rate"], found["satisfied_rate"]) == ((4, 5), (4, 5))
    wait_until(lambda: matter.undone() == 0, why=matter.town.system.log)
    assert sorted(_replies(matter.town["clerk"], "sent")) == matter.orders and not _replies(matter.town["clerk"], "draft")


def _the_books_are_whole(matter):
    acts = Counter(step["action"] for step in matter.town["clerk"].history(matter.number))
    assert (acts["reopen"], acts["rate"], acts["pass_check"], acts["take_in"]) == (1, 5, 2, ALL - 2)
    assert acts["record_upstream"] == ORDERS
    with matter.town.system.sessions() as session:
        every = session.scalars(select(Ticket)).all()
        assert [fault for ticket in every for fault in trail.verify(session, ticket)] == []
        assert Counter(ticket.status for ticket in every) == {"merged": ALL - 1, "closed": 1}
        assert Counter(ticket.reopen_count for ticket in every) == {0: ALL - 1, 1: 1}
        assert session.execute(select(Closing.no, Closing.asked).order_by(Closing.no)).all() == [(1, ALL), (2, ALL)]
        assert Counter(session.scalars(select(Rating.counts))) == {True: 5}
        kept = [session.scalar(select(func.count()).select_from(kind)) for kind in (TicketMerge, UpstreamReply, DeadLetter)]
        assert kept == [ALL - 1, ORDERS, 0]
        begun = min(ticket.reported_at for ticket in every)
        assert list(agreement.differences(session, STREET, begun, wall_clock())) == []
