"""The indicators once more, from the trail alone: what the rows say must follow from what was done, or one of the two is wrong.

The formulas are written a second time, in Python and on purpose: a fault in one of the two shows as a difference.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import groupby
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from gridops.domain.kpi import Count
from gridops.models import Department, Trail
from gridops.services.indicators.replay import replay
from gridops.services.indicators.told import LIVE, Replay, ToldClock

LEFT_OUT = ("rejected", "referred", "voided", "merged")
TRIES = 3
IN_TIME = {
    "dispatch": "on_time_dispatch_rate", "verify": "on_time_verify_rate", "check": "on_time_check_rate", "support": "on_time_support_rate",
    "rule": "on_time_rule_rate",
}
OF_ORGANISATIONS = ("support", "rule")


class Case(NamedTuple):
    """``numerator`` and ``denominator`` are what it adds to the two. ``at``: the instant that decides the period."""

    indicator: str
    at: datetime
    ticket_id: int
    area: str
    department: int | None
    numerator: int
    denominator: int = 1


def counted(session: Session, area: str, start: datetime, end: datetime) -> dict[tuple[str, int | None], dict[str, Count]]:
    """By (area code, department id), then by indicator."""
    found: dict[tuple[str, int | None], dict[str, Count]] = defaultdict(lambda: defaultdict(Count))
    for case in told_cases(session):
        if start <= case.at < end and case.area.startswith(area) and case.denominator:
            found[case.area, case.department][case.indicator] += Count(case.numerator, case.denominator)
    return found


def told_cases(session: Session) -> Iterator[Case]:
    """Of all tickets. The only other thing read is which code an organisation has."""
    departments = dict(session.execute(select(Department.code, Department.id)).all())
    rows = session.scalars(select(Trail).order_by(Trail.ticket_id, Trail.seq).execution_options(yield_per=1000))
    for _, of_ticket in groupby(rows, key=lambda row: row.ticket_id):
        yield from cases_of(replay(of_ticket), departments)


def cases_of(told: Replay, departments: dict[str, int]) -> Iterator[Case]:
    if told.exempt:
        return
    yield from _filing(told)
    if told.status in LEFT_OUT:
        return
    for clock in told.clocks:
        if not clock.superseded and clock.status != "cancelled" and clock.due_by is not None:
            yield from _of_clock(told, clock, departments)
    yield from _dispatches(told)
    yield from _closings(told)


def _of_clock(told: Replay, clock: ToldClock, departments: dict[str, int]) -> Iterator[Case]:
    if clock.kind == "handle" and not (clock.red_waits and clock.status in LIVE):
        yield from _handling(told, clock, departments)
    elif clock.kind == "contact":
        yield Case("response_rate", clock.due_by, told.ticket_id, told.area, clock.department, _reached(told, clock))
    elif clock.kind in IN_TIME:
        whose = clock.department if clock.kind in OF_ORGANISATIONS else None
        yield Case(IN_TIME[clock.kind], clock.due_by, told.ticket_id, told.area, whose, clock.status == "met")


def _handling(told: Replay, clock: ToldClock, departments: dict[str, int]) -> Iterator[Case]:
    done = clock.status in ("met", "missed")
    closing = next((closing for closing in told.closings if closing.clock is clock), None)
    on_original = done and clock.stopped_at <= clock.original_due_by + clock.excused
    in_promise = closing is not None and closing.promised is not None and closing.at <= closing.promised
    answers = {
        "dispose_rate": done, "on_time_dispose_rate": clock.status == "met", "on_original_rate": on_original, "overdue_open_rate": not done,
        "extension_rate": clock.extensions > 0, "close_rate": closing is not None, "on_time_close_rate": in_promise,
        "rework_rate": clock.reworks > 0,
    }
    for indicator, answer in answers.items():
        yield Case(indicator, clock.due_by, told.ticket_id, told.area, clock.department, answer)
    if clock.round.joint:
        coordinator = departments[clock.round.coordinate]
        yield Case("joint_close_rate", clock.due_by, told.ticket_id, told.area, coordinator, closing is not None)


def _reached(told: Replay, clock: ToldClock) -> bool:
    outcomes = [outcome for whose, at, outcome in told.attempts if whose == clock.department and at <= clock.due_by]
    return "reached" in outcomes or len(outcomes) >= TRIES


def _filing(told: Replay) -> Iterator[Case]:
    if told.filed_at is None or (told.status in LEFT_OUT and told.status != "voided"):
        return
    stays = told.status != "voided"
    yield Case("accurate_file_rate", told.filed_at, told.ticket_id, told.area, None, stays)
    if not stays:
        return
    yield Case("self_found_rate", told.filed_at, told.ticket_id, told.area, None, told.channel == "patrol")
    if told.rounds:
        yield Case("accurate_dispatch_rate", told.filed_at, told.ticket_id, told.area, None, not _sent_elsewhere(told))
    if told.status in ("closed", "archived"):
        yield Case("repeat_rate", told.filed_at, told.ticket_id, told.area, told.lead, told.relapse)


def _sent_elsewhere(told: Replay) -> bool:
    closed_at = told.closings[0].at if told.closings else None
    return any(
        later.lead != told.rounds[0].lead and (closed_at is None or later.at < closed_at) for later in told.rounds[1:])


def _dispatches(told: Replay) -> Iterable[Case]:
    if told.filed_at is None:
        return []
    return [Case("bounce_rate", told.filed_at, told.ticket_id, told.area, sent.lead, sent.upheld) for sent in told.rounds]


def _closings(told: Replay) -> Iterator[Case]:
    for closing in told.closings:
        where = (told.ticket_id, told.area, closing.department)
        yield Case("answer_rate", closing.at, *where, len(closing.ratings), closing.asked)
        for rating in closing.ratings.values():
            if not rating.counts:
                continue
            yield Case("resolved_rate", rating.at, *where, rating.solved)
            if rating.satisfaction is not None:
                yield Case("satisfied_rate", rating.at, *where, rating.satisfaction >= 4)
            if rating.called is not None:
                yield Case("called_rate", rating.at, *where, rating.called)
