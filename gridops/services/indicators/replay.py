"""One ticket's history told again by its trail alone: its clocks, rounds, closings, ratings and attempts to reach the reporter.

Nothing but trail rows is read. Where a fact is missing the number that needs it would differ from the rows', and a test says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from gridops.models import Trail
from gridops.services.indicators.told import LIVE, Replay, ToldClock, ToldClosing, ToldRating, ToldRound

WITHOUT_LEAD = ("reported", "verifying", "filed", "rejected", "referred", "voided", "merged")
CATEGORISING = ("file", "recategorise", "self_handle")
NEW_MATTER = ("reopen",)  # a handle clock that it starts goes on from no other
NOT_ITS_DOING = ("overrule", "recount_clocks")  # a ruling that came late; a changed calendar


def replay(rows: Iterable[Trail]) -> Replay:
    """``rows`` of one ticket in the order of their ``seq``."""
    told: Replay | None = None
    for row in rows:
        told = told or Replay(row.ticket_id)
        _read(told, row)
    if told is None:
        raise ValueError("a ticket without a trail")
    return told


def _read(told: Replay, row: Trail) -> None:
    facts = row.facts
    told.area = facts.get("area") or facts.get("cell") or told.area
    if row.action in CATEGORISING:
        told.relapse = "relapse_of" in facts
    if row.action == "dispatch":
        _dispatched(told, row)
    for event in facts.get("clocks", ()):
        _clock(told, row, event)
    if row.action in ACTS:
        ACTS[row.action](told, row)
    if "request_lapsed" in facts:
        _decided(told, row)
    told.status = row.status_to
    told.lead = None if row.status_to in WITHOUT_LEAD else told.lead
    if "closing_no" in facts and row.status_to == "closed" and row.status_from != "closed":
        _closed(told, row)


def _dispatched(told: Replay, row: Trail) -> None:
    lead = next(event["department_id"] for event in row.facts["clocks"] if event["kind"] == "handle" and event["event"] == "started")
    told.lead = lead
    told.rounds.append(ToldRound(row.at, lead, row.facts["coordinate"], bool(row.facts["support"])))


def _clock(told: Replay, row: Trail, event: dict[str, Any]) -> None:
    due_by = _instant(event["due_by"])
    if event["event"] == "started":
        _started(told, row, event, due_by)
        return
    clock = told.last_clock(event["kind"], event["department_id"])
    if clock is None:
        return
    happened = event["event"]
    if happened == "paused":
        clock.paused_due_by = clock.due_by
    elif happened == "resumed" and clock.paused_due_by is not None:
        clock.excused, clock.paused_due_by = clock.excused + (due_by - clock.paused_due_by), None
    elif happened == "moved" and row.action in NOT_ITS_DOING:
        clock.excused += due_by - clock.due_by
    clock.due_by, clock.original_due_by = due_by, _instant(event["original_due_by"])
    clock.status = {"resumed": "running", "moved": clock.status}.get(happened, happened)
    if clock.status not in LIVE:
        clock.stopped_at = row.at


def _started(told: Replay, row: Trail, event: dict[str, Any], due_by: datetime | None) -> None:
    kind, department = event["kind"], event["department_id"]
    clock = ToldClock(kind, department, due_by, _instant(event["original_due_by"]), told.rounds[-1] if told.rounds else None)
    earlier = told.last_clock(kind, department)
    if kind == "handle" and earlier is not None and row.action not in NEW_MATTER:
        earlier.superseded = True
        clock.reworks, clock.extensions, clock.excused = earlier.reworks, earlier.extensions, earlier.excused
        clock.reworks += row.action == "fail_check"
    told.clocks.append(clock)


def _closed(told: Replay, row: Trail) -> None:
    clock = told.last_clock("handle", told.lead, ended=True) if told.lead is not None else None
    told.closings.append(ToldClosing(row.at, _instant(row.facts.get("promised")), told.lead, clock, row.facts.get("asked", 0)))


def _submitted(told: Replay, row: Trail) -> None:
    told.channel = row.facts["channel"]


def _filed(told: Replay, row: Trail) -> None:
    told.filed_at = row.at


def _moved(told: Replay, row: Trail) -> None:
    told.area = row.facts["to"]


def _upheld(told: Replay, row: Trail) -> None:
    told.rounds[-1].upheld = True


def _contacted(told: Replay, row: Trail) -> None:
    told.attempts.append((told.lead, row.at, row.facts["outcome"]))


def _rated(told: Replay, row: Trail) -> None:
    facts, closing = row.facts, told.closings[-1]
    rating = ToldRating(row.at, facts["solved"], facts.get("satisfaction"), facts.get("called"), facts["counts"])
    closing.ratings[facts["report"]] = rating


def _asked_for_time(told: Replay, row: Trail) -> None:
    told.last_clock("handle", told.lead).red_waits = True


def _decided(told: Replay, row: Trail) -> None:
    for clock in told.clocks:
        clock.red_waits = False


def _appeal_decided(told: Replay, row: Trail) -> None:
    told.exempt = told.exempt or row.facts["decision"] == "approved"


def _extended(told: Replay, row: Trail) -> None:
    _decided(told, row)
    told.last_clock("handle", told.lead).extensions += 1


ACTS: dict[str, Callable[[Replay, Trail], None]] = {
    "submit": _submitted, "file": _filed, "self_handle": _filed, "regrid": _moved, "uphold": _upheld, "contact": _contacted, "rate": _rated,
    "record_callback": _rated, "request_extension": _asked_for_time, "approve_extension": _extended, "refuse_extension": _decided,
    "decide_appeal": _appeal_decided,
}


def _instant(said: str | None) -> datetime | None:
    return datetime.fromisoformat(said) if said else None
