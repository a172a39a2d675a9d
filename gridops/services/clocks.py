"""The clock rows of a ticket: starting, stopping and moving them by the rules of gridops.domain.clocks.

Every row is judged by the calendar and policy versions frozen on its ticket.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from gridops.domain import clock_policy
from gridops.domain import clocks as rules
from gridops.domain.calendar import WorkCalendar
from gridops.domain.clock_policy import promise_limit
from gridops.domain.limits import Limit, due, elapse
from gridops.models import Assignment, Clock, Ticket
from gridops.services import calendars
from gridops.services.remembered import in_batch

LIVE = ("running", "paused")
NOBODYS = ("rating", "suspension")  # their end is no failure of anybody


class Live(NamedTuple):
    """``departments``: by assignment, of those that bind one."""

    rows: list[Clock]
    departments: dict[int, int]


class TicketClocks:
    """The live clocks of one ticket, its calendar and policy.

    ``started`` collects the kinds begun, for the lifecycle's check; ``changes`` what the act did to each clock, for the trail:
    [{kind, event, department_id, due_by, original_due_by}], event started, met, missed, cancelled, paused, resumed or moved. A
    department has at most one live clock of a kind, so the pair names the clock.
    """

    def __init__(self, session: Session, ticket: Ticket, rows: list[Clock] | None = None):
        self.session = session
        self.ticket = ticket
        self.calendar: WorkCalendar = calendars.calendar_for(session, ticket.calendar_version_id, street_code=ticket.street_code)
        self.policy = calendars.policy_for(session, ticket.policy_id)
        self.rows, self.departments = self._live() if rows is None else Live(rows, {})
        self.keeps = rows is None  # the caller of ``of_new`` writes the rows itself
        self.started: set[str] = set()
        self.changes: list[dict[str, Any]] = []

    @classmethod
    def of_new(cls, session: Session, ticket: Ticket) -> TicketClocks:
        """For a ticket that is not in the database yet: nothing is read, and the rows are not added to the session."""
        return cls(session, ticket, rows=[])

    @property
    def share(self) -> float:
        return self.policy["yellow_share"]

    def of(self, kinds: Iterable[str]) -> list[Clock]:
        return [row for row in self.rows if row.kind in kinds and row.status in LIVE]

    def start(
        self, kind: str, now: datetime, *, handle_limit: Limit | None = None, limit: Limit | None = None,
        assignment: Assignment | None = None, not_later_than: datetime | None = None,
    ) -> Clock:
        limit = limit or clock_policy.limit_for(
            self.policy, kind, emergency=self.ticket.emergency, handle_limit=handle_limit, start=now, calendar=self.calendar)
        state = rules.start(kind, limit, now, self.calendar, not_later_than=not_later_than, share=self.share)
        return self._add(state, assignment, original_due_by=state.due_by)

    def start_again(self, earlier: Clock, now: datetime, *, assignment: Assignment | None, at_least: Limit | None = None) -> Clock:
        """A new row with what was left on an earlier one: the same organisation back, or rework."""
        paused = rules.ClockState(
            earlier.kind, "paused", now, None, None, Limit(earlier.limit_value, earlier.limit_unit), earlier.remaining or timedelta(0))
        state = rules.resume(paused, now, self.calendar, at_least=at_least, share=self.share)
        row = self._add(state, assignment, original_due_by=earlier.original_due_by)
        row.reworks, row.extensions, row.excused = earlier.reworks, earlier.extensions, earlier.excused
        earlier.superseded = True
        return row

    def stop(self, kinds: Iterable[str], now: datetime) -> None:
        for row in self.of(kinds):
            self.write(row, rules.stop(self.state(row), now, self.calendar))
            row.stopped_at = now

    def cancel(self, kinds: Iterable[str], now: datetime) -> None:
        """What was left is kept, in case the same organisation comes back."""
        for row in self.of(kinds):
            left = rules.remaining(self.state(row), now, self.calendar)
            self.write(row, rules.cancel(self.state(row)))
            row.remaining, row.stopped_at = left, now

    def excuse_late_ruling(self, kinds: Iterable[str], ruling: Clock, now: datetime) -> None:
        """Overruled: the original due stays, moved only by the time that the ruling was late."""
        if ruling.due_by is None or now <= ruling.due_by:
            return
        for row in (row for row in self.of(kinds) if row.status == "running"):
            state = self.state(row)
            late = elapse(ruling.due_by, now, state.limit, self.calendar)
            self.write(row, rules.extend(state, late, self.calendar, share=self.share))
            excuse(row, state.due_by)

    def hurry_promise(self, now: datetime) -> datetime | None:
        """What turns out to be an emergency is promised as one: the new instant, or None where the promise was soon enough."""
        limit = promise_limit(self.policy, self.ticket.kind, emergency=True)
        for row in self.of(["promise"]):
            sooner = rules.bring_forward(self.state(row), due(now, limit, self.calendar), self.calendar, share=self.share)
            if row.status == "running" and sooner.due_by < row.due_by:
                self.write(row, sooner)
                return row.due_by
        return None

    def schedule(self, row: Clock) -> None:
        """Sets the instant at which the sweep must look at this clock again."""
        if row.status != "running":
            row.next_alert_at = None
            return
        alert = rules.next_alert(self.state(row), range(1, row.alerts_fired + 1), self._rows_for(row), self.calendar)
        row.next_alert_at = alert.instant if alert else None

    def escalations(self, kind: str) -> list[rules.Escalation]:
        return clock_policy.escalations(self.policy, kind, emergency=self.ticket.emergency)

    def passed(self, row: Clock, now: datetime) -> list[rules.Escalation]:
        return rules.passed_alerts(self.state(row), range(1, row.alerts_fired + 1), self._rows_for(row), self.calendar, now)

    def _rows_for(self, row: Clock) -> list[rules.Escalation]:
        """Nothing escalates while an extension asked for in time is undecided; warnings go on."""
        found = self.escalations(row.kind)
        return [step for step in found if step.at == "yellow"] if row.red_waits else found

    def refresh_ticket(self) -> None:
        """The ticket carries the earliest instants of its running clocks, so that lists and boards need no join."""
        running = [row for row in self.rows if row.status == "running" and row.kind not in NOBODYS]
        self.ticket.yellow_by = min((row.yellow_at for row in running), default=None)
        self.ticket.due_by = min((row.due_by for row in running if not row.red_waits), default=None)

    def _live(self) -> Live:
        """In a batch every act on the ticket has the same list, so that one sees what the act before it began."""
        ticket_id = self.ticket.id
        return in_batch(self.session, ("clocks", ticket_id), lambda: live_of(self.session, [ticket_id])[ticket_id])

    def _add(self, state: rules.ClockState, assignment: Assignment | None, *, original_due_by: datetime) -> Clock:
        row = Clock(
            ticket_id=self.ticket.id, street_code=self.ticket.street_code, assignment_id=assignment.id if assignment else None, kind=state.kind,
            limit_value=state.limit.value, limit_unit=state.limit.unit, calendar_version_id=self.ticket.calendar_version_id,
            started_at=state.started_at, original_due_by=original_due_by, revision=0, alerts_fired=0, red_waits=False)
        if assignment is not None:
            self.departments[assignment.id] = assignment.department_id
        self.write(row, state)
        self.rows.append(row)
        if self.keeps:
            self.session.add(row)
        self.started.add(state.kind)
        return row

    def write(self, row: Clock, state: rules.ClockState) -> None:
        """The row as the rules say it is now; what happened to it is noted for the trail."""
        event = _event(row.status, state.status)
        if row.revision != state.revision:
            row.alerts_fired = 0  # each level may fire once per revision
        if event == "paused":
            row.paused_due_by = row.due_by
        row.status, row.due_by, row.yellow_at = state.status, state.due_by, state.yellow_at
        if event == "resumed" and row.paused_due_by is not None:
            excuse(row, row.paused_due_by)
            row.paused_due_by = None
        row.remaining, row.revision = state.remaining, state.revision
        self._note(row, event)
        self.schedule(row)

    def _note(self, row: Clock, event: str) -> None:
        self.changes.append({
            "kind": row.kind, "event": event, "department_id": self.departments.get(row.assignment_id),
            "due_by": row.due_by.isoformat() if row.due_by else None, "original_due_by": row.original_due_by.isoformat()})

    def state(self, row: Clock) -> rules.ClockState:
        return rules.ClockState(
            row.kind, row.status, row.started_at, row.due_by, row.yellow_at, Limit(row.limit_value, row.limit_unit),
            row.remaining, row.revision)


def live_of(session: Session, ticket_ids: Collection[int]) -> dict[int, Live]:
    query = (
        select(Clock, Assignment.department_id).outerjoin(Assignment, Assignment.id == Clock.assignment_id)
        .where(Clock.ticket_id.in_(ticket_ids), Clock.status.in_(LIVE)).order_by(Clock.id))
    found = {ticket_id: Live([], {}) for ticket_id in ticket_ids}
    for clock, department in session.execute(query):
        found[clock.ticket_id].rows.append(clock)
        if clock.assignment_id is not None:
            found[clock.ticket_id].departments[clock.assignment_id] = department
    return found


def excuse(row: Clock, due_before: datetime) -> None:
    """It is due later, and not by the organisation's own doing: the first limit is judged with that much more."""
    if row.due_by is not None:
        row.excused = (row.excused or timedelta(0)) + (row.due_by - due_before)


def _event(before: str | None, after: str) -> str:
    if before is None:
        return "started"
    if before == after:
        return "moved"
    return "resumed" if after == "running" else after


def last_handle_clock(session: Session, ticket: Ticket, department_id: int) -> Clock | None:
    """The newest ended handle clock that this organisation had on this ticket, in whichever round."""
    return session.scalar(
        select(Clock).join(Assignment, Assignment.id == Clock.assignment_id)
        .where(Clock.ticket_id == ticket.id, Clock.kind == "handle", Clock.status.not_in(LIVE), Assignment.department_id == department_id)
        .order_by(Clock.id.desc()).limit(1))
