"""One clock: the deadline of one stage, as a value and what may happen to it.

    start -> running -> pause -> paused -> resume -> running -> stop -> met | missed
             extend, bring_forward, put_off: running -> running        cancel: running, paused -> cancelled

Rules:

* finishing at the due instant itself is on time; late means after it;
* a paused clock has no due instant: it keeps what was left in its limit's own time, negative if it was late, so
  no pause turns a late clock into one that is on time;
* `revision` counts how often the due instant was set anew; an escalation level fires once per revision;
* yellow comes when 80 % of the limit is used up, also after a move: when its last fifth is left.
"""
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import NamedTuple

from gridops.domain.calendar import WorkCalendar, as_utc
from gridops.domain.limits import MICROSECOND, YELLOW_SHARE, Limit, advance, due, elapse, length
from gridops.errors import GridopsError

LIGHTS = ("red", "yellow", "green", "suspended", "none")  # worst first


class ClockError(GridopsError):
    """A step that the clock's status does not allow: a fault of the caller, not of a person."""

    code = "bad_clock_step"


@dataclass(frozen=True, slots=True)
class ClockState:
    """`status` is running, paused, met, missed or cancelled.

    `due_by` and `yellow_at` are None while paused. `remaining` is None while running and after cancelling; while
    paused, met or missed it is what was left in the limit's own time.
    """

    kind: str
    status: str
    started_at: datetime
    due_by: datetime | None
    yellow_at: datetime | None
    limit: Limit
    remaining: timedelta | None = None
    revision: int = 0


def start(
    kind: str,
    limit: Limit,
    now: datetime,
    calendar: WorkCalendar,
    *,
    not_later_than: datetime | None = None,
    share: float = YELLOW_SHARE,
) -> ClockState:
    """A running clock. `not_later_than` is an upstream due; one already past makes a clock that starts late."""
    now = as_utc(now)
    due_by = due(now, limit, calendar)
    if not_later_than is not None:
        due_by = min(due_by, as_utc(not_later_than))
    # Of a limit cut short, the share counts on what is really there.
    yellow_at = advance(now, elapse(now, due_by, limit, calendar) * share, limit, calendar)
    return ClockState(kind, "running", now, due_by, min(yellow_at, due_by), limit)


def remaining(state: ClockState, now: datetime, calendar: WorkCalendar) -> timedelta | None:
    """What is left in the limit's own time: negative exactly when late, None for a cancelled clock."""
    if state.status != "running":
        return state.remaining
    left = elapse(now, state.due_by, state.limit, calendar)
    # A work clock that ran out on Friday has lost no working time by Saturday, yet it is late.
    return min(left, -MICROSECOND) if as_utc(now) > state.due_by else left


def pause(state: ClockState, now: datetime, calendar: WorkCalendar) -> ClockState:
    _need(state, "pause", "running")
    left = remaining(state, now, calendar)
    return replace(state, status="paused", due_by=None, yellow_at=None, remaining=left)


def resume(
    state: ClockState,
    now: datetime,
    calendar: WorkCalendar,
    *,
    at_least: Limit | None = None,
    share: float = YELLOW_SHARE,
) -> ClockState:
    """Running again with what was left, or with `at_least` where that ends later."""
    _need(state, "resume", "paused")
    due_by = advance(now, state.remaining, state.limit, calendar)
    if at_least is not None:
        due_by = max(due_by, due(now, at_least, calendar))
    moved = _with_due(state, due_by, calendar, share)
    # A warning that would lie before the pause ended is due now.
    yellow_at = min(max(moved.yellow_at, as_utc(now)), due_by)
    return replace(moved, status="running", remaining=None, yellow_at=yellow_at)


def extend(
    state: ClockState, by: Limit | timedelta, calendar: WorkCalendar, *, share: float = YELLOW_SHARE
) -> ClockState:
    """Moves the due instant later by a limit, or by a timedelta of the clock's own time."""
    _need(state, "extend", "running")
    if isinstance(by, Limit):
        due_by = due(state.due_by, by, calendar)
    else:
        due_by = advance(state.due_by, by, state.limit, calendar)
    if due_by < state.due_by:
        raise ClockError("an extension does not shorten")
    return _with_due(state, due_by, calendar, share)


def bring_forward(
    state: ClockState, not_later_than: datetime, calendar: WorkCalendar, *, share: float = YELLOW_SHARE
) -> ClockState:
    """Moves the due instant earlier for an upstream due that became known; the same state if it is soon enough."""
    _need(state, "bring forward", "running")
    if as_utc(not_later_than) >= state.due_by:
        return state
    return _with_due(state, as_utc(not_later_than), calendar, share)


def put_off(
    state: ClockState, until: datetime, calendar: WorkCalendar, *, share: float = YELLOW_SHARE
) -> ClockState:
    """Moves the due instant later, to a given one; the same state if it is late enough."""
    _need(state, "put off", "running")
    if as_utc(until) <= state.due_by:
        return state
    return _with_due(state, as_utc(until), calendar, share)


def _with_due(state: ClockState, due_by: datetime, calendar: WorkCalendar, share: float) -> ClockState:
    last_part = length(state.limit, calendar) * (1 - share)
    yellow_at = advance(due_by, -last_part, state.limit, calendar)
    return replace(state, due_by=due_by, yellow_at=yellow_at, revision=state.revision + 1)


def stop(state: ClockState, now: datetime, calendar: WorkCalendar) -> ClockState:
    """Met or missed; a paused clock is judged by what it had left when it was paused."""
    _need(state, "stop", "running", "paused")
    left = remaining(state, now, calendar)
    return replace(state, status="met" if left >= timedelta(0) else "missed", remaining=left)


def cancel(state: ClockState) -> ClockState:
    _need(state, "cancel", "running", "paused")
    return replace(state, status="cancelled", remaining=None)


def _need(state: ClockState, step: str, *statuses: str) -> None:
    if state.status not in statuses:
        raise ClockError(f"cannot {step} a clock that is {state.status}")


def light(state: ClockState, now: datetime, *, red_waits: bool = False) -> str:
    """green, yellow, red, suspended or none. `red_waits` while an extension asked for in time is undecided."""
    if state.status != "running":
        return "suspended" if state.status == "paused" else "none"
    now = as_utc(now)
    if now > state.due_by and not red_waits:
        return "red"
    return "yellow" if now >= state.yellow_at else "green"


def worst_light(lights: Iterable[str]) -> str:
    return min(lights, key=LIGHTS.index, default="none")


@dataclass(frozen=True, slots=True)
class Escalation:
    """One row of the escalation table: `action` to the roles `to`, at "yellow" or "due", or `plus` later."""

    level: int
    at: str
    plus: Limit | None
    to: tuple[str, ...]
    action: str


class Alert(NamedTuple):
    level: int
    instant: datetime


def alert_instants(state: ClockState, rows: Sequence[Escalation], calendar: WorkCalendar) -> list[Alert]:
    """Every level of a running clock with its UTC instant, soonest first; none for a clock that stands still."""
    if state.status != "running":
        return []
    alerts = [Alert(row.level, _instant(state, row, calendar)) for row in rows]
    return sorted(alerts, key=lambda alert: (alert.instant, alert.level))


def _instant(state: ClockState, row: Escalation, calendar: WorkCalendar) -> datetime:
    base = state.yellow_at if row.at == "yellow" else state.due_by
    return base if row.plus is None else due(base, row.plus, calendar)


def next_alert(
    state: ClockState, fired_levels: Collection[int], rows: Sequence[Escalation], calendar: WorkCalendar
) -> Alert | None:
    """The soonest level not yet fired in this revision; it fires once its instant has passed (instant < now)."""
    waiting = (alert for alert in alert_instants(state, rows, calendar) if alert.level not in fired_levels)
    return next(waiting, None)


def passed_alerts(
    state: ClockState,
    fired_levels: Collection[int],
    rows: Sequence[Escalation],
    calendar: WorkCalendar,
    now: datetime,
) -> list[Escalation]:
    """The rows to fire now, soonest first: more than one after the sweep stood still."""
    by_level = {row.level: row for row in rows}
    alerts = alert_instants(state, rows, calendar)
    return [by_level[level] for level, instant in alerts if instant < as_utc(now) and level not in fired_levels]
