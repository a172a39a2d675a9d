"""What else may happen to a ticket's clocks: pauses, more time, a promise that moves, a due that somebody has named."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import ROUND_CEILING, Decimal

from gridops.domain import clocks as rules
from gridops.domain.limits import PLACES, Limit, due
from gridops.models import Assignment, Clock
from gridops.services.clocks import TicketClocks

HOUR = timedelta(hours=1)


def start_until(clocks: TicketClocks, kind: str, now: datetime, due_by: datetime, *, assignment: Assignment | None = None) -> Clock:
    """A clock that ends at an instant which somebody has named, whatever the calendar. ``due_by`` lies after ``now``."""
    hours = Decimal((due_by - now) // timedelta.resolution) / Decimal(HOUR // timedelta.resolution)
    limit = Limit(hours.quantize(Decimal(1).scaleb(-PLACES), ROUND_CEILING), "urgent_hour")
    return clocks.start(kind, now, limit=limit, assignment=assignment, not_later_than=due_by)


def stop(clocks: TicketClocks, row: Clock, now: datetime) -> None:
    """Met when in time, missed when late: for one of several clocks of its kind."""
    clocks.write(row, rules.stop(clocks.state(row), now, clocks.calendar))
    row.stopped_at = now


def cancel(clocks: TicketClocks, row: Clock, now: datetime) -> None:
    clocks.write(row, rules.cancel(clocks.state(row)))
    row.stopped_at = now


def pause(clocks: TicketClocks, rows: Iterable[Clock], now: datetime) -> None:
    for row in rows:
        if row.status == "running":
            clocks.write(row, rules.pause(clocks.state(row), now, clocks.calendar))


def resume(clocks: TicketClocks, rows: Iterable[Clock], now: datetime, *, at_least: Limit | None = None) -> None:
    """``at_least`` is for who was in time: a pause turns no late clock into one that is on time."""
    for row in rows:
        if row.status == "paused":
            least = at_least if row.remaining >= timedelta(0) else None
            clocks.write(row, rules.resume(clocks.state(row), now, clocks.calendar, at_least=least, share=clocks.share))


def due_after_pause(clocks: TicketClocks, row: Clock, now: datetime, until: datetime, *, at_least: Limit) -> datetime:
    """When a running clock would be due if it stood still from ``now`` to ``until``."""
    paused = rules.pause(clocks.state(row), now, clocks.calendar)
    least = at_least if paused.remaining >= timedelta(0) else None
    return rules.resume(paused, until, clocks.calendar, at_least=least, share=clocks.share).due_by


def extend(clocks: TicketClocks, row: Clock) -> None:
    """By one original limit."""
    limit = Limit(row.limit_value, row.limit_unit)
    clocks.write(row, rules.extend(clocks.state(row), limit, clocks.calendar, share=clocks.share))
    row.extensions += 1


def due_if_extended(clocks: TicketClocks, row: Clock) -> datetime:
    return due(row.due_by, Limit(row.limit_value, row.limit_unit), clocks.calendar)


def hold_red(clocks: TicketClocks, row: Clock, waits: bool) -> None:
    row.red_waits = waits
    clocks.schedule(row)


def put_off_promise(clocks: TicketClocks, until: datetime) -> bool:
    """Did the promise move? It never comes nearer here, and a stopped one stays."""
    for row in clocks.of(["promise"]):
        later = rules.put_off(clocks.state(row), until, clocks.calendar, share=clocks.share)
        if row.status == "running" and later.due_by > row.due_by:
            clocks.write(row, later)
            return True
    return False


def bring_promise_forward(clocks: TicketClocks, until: datetime) -> None:
    """A promise that somebody else was given about the same matter holds here too."""
    for row in clocks.of(["promise"]):
        clocks.write(row, rules.bring_forward(clocks.state(row), until, clocks.calendar, share=clocks.share))
