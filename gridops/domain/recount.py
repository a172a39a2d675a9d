"""A clock judged by another calendar or limit than the one it began with.

    nothing has moved it yet  ->  its limit from its start, on the new calendar; a due that somebody named stays the latest
    it was moved since        ->  what was left of it now, on the new calendar
    it stands still           ->  what was left stays
    it was missed and was moved since, or the new due has passed already  ->  as it is: nobody becomes late by a recount
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from gridops.domain import clocks as rules
from gridops.domain.calendar import WorkCalendar, as_utc
from gridops.domain.clocks import ClockState
from gridops.domain.limits import Limit, advance, due, elapse


def recounted(state: ClockState, old: WorkCalendar, new: WorkCalendar, now: datetime, *, limit: Limit | None = None, share: float) -> ClockState:
    """``limit``: another one than the clock began with. The same state where nothing changes."""
    if state.status != "running":
        return state
    limit = limit or state.limit
    due_by = _due(state, old, new, as_utc(now), limit)
    if due_by == state.due_by or due_by <= as_utc(now) < state.due_by:
        return state
    yellow_at = advance(state.started_at, elapse(state.started_at, due_by, limit, new) * share, limit, new)
    return replace(state, limit=limit, due_by=due_by, yellow_at=min(yellow_at, due_by), revision=state.revision + 1)


def _due(state: ClockState, old: WorkCalendar, new: WorkCalendar, now: datetime, limit: Limit) -> datetime:
    if state.revision == 0:
        fresh = due(state.started_at, limit, new)
        named = state.due_by < due(state.started_at, state.limit, old)
        return min(fresh, state.due_by) if named else fresh
    if now > state.due_by:
        return state.due_by
    return advance(now, rules.remaining(state, now, old), limit, new)
