"""Orders of the city's hotline as a person enters them: one number, one ticket."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from gridops.errors import Conflict
from gridops.models import Report, Ticket, UpstreamOrder


def refuse_known(session: Session, source: str, external_number: str) -> None:
    """Raises Conflict ``order_known`` (details: the ticket's number). Of two at once the second waits here for the first."""
    session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"{source}/{external_number}", 0))))
    number = session.scalar(
        select(Ticket.number).join(Report, Report.ticket_id == Ticket.id).join(UpstreamOrder, UpstreamOrder.report_id == Report.id)
        .where(UpstreamOrder.source == source, UpstreamOrder.external_number == external_number))
    if number is not None:
        raise Conflict("This order was entered before.", code="order_known", details={"number": number})
