"""The promise to the resident moves only later, only past what was approved, and only with a reason the resident reads."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select

from gridops.models import UpstreamOrder
from gridops.services import clock_moves
from gridops.services.work import Work


def put_off(work: Work, until: datetime, note: str) -> bool:
    """``note`` is a code of story_words.PROMISE_NOTE. Did the promise move? Never past the due of the city's own order."""
    ticket = work.ticket
    until = min(filter(None, (until, _upstream_due(work))))
    before = ticket.promised_by
    if before is None or until <= before:
        return False
    clock_moves.put_off_promise(work.clocks, until)
    ticket.promised_by, ticket.promise_note = until, note
    work.facts |= {"promised_before": before.isoformat(), "promised_by": until.isoformat(), "promise_reason": note}
    return True


def _upstream_due(work: Work) -> datetime | None:
    orders = UpstreamOrder.report_id.in_([report.id for report in work.reports])
    return work.session.scalar(select(func.min(UpstreamOrder.external_due_by)).where(orders))
