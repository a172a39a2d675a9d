"""One number, one order: whoever enters orders waits here for whoever is entering the same ones."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from gridops.errors import Conflict, NotFound
from gridops.models import Report, Ticket, UpstreamOrder
from gridops.services import merging

SHARES = 256  # of a source's numbers: a transaction holds at most so many locks, however long its file


def refuse_known(session: Session, source: str, external_number: str) -> None:
    """Raises Conflict ``order_known`` (details: the ticket's number). Of two at once the second waits here for the first."""
    hold(session, source, [external_number])
    number = session.scalar(
        select(Ticket.number).join(Report, Report.ticket_id == Ticket.id).join(UpstreamOrder, UpstreamOrder.report_id == Report.id)
        .where(UpstreamOrder.source == source, UpstreamOrder.external_number == external_number))
    if number is not None:
        raise Conflict("This order was entered before.", code="order_known", details={"number": number})


def hold(session: Session, source: str, numbers: Iterable[str]) -> None:
    """Until the end of the transaction nobody else enters these orders. Always in one order, so that no two wait for each other."""
    for key in sorted({f"{source}/{sha256(number.encode()).digest()[0] % SHARES}" for number in numbers}):
        session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(key, 0))))


def find_order(session: Session, source: str, external_number: str) -> UpstreamOrder:
    """Raises NotFound."""
    query = select(UpstreamOrder).where(UpstreamOrder.source == source, UpstreamOrder.external_number == external_number)
    order = session.scalar(query)
    if order is None:
        raise NotFound()
    return order


def ticket_of(session: Session, order: UpstreamOrder) -> Ticket:
    """The ticket in which the order is handled: what its report was merged into, if it was."""
    return merging.root_of(session, _own_ticket(session, order))


def locked_ticket_of(session: Session, order: UpstreamOrder) -> Ticket:
    """Its row locked. A merge that came in between, or one taken back, leads on to the other ticket."""
    session.flush()  # reading afresh must not undo what the caller has changed
    own = _own_ticket(session, order)
    while True:
        seen = merging.root_of(session, own)
        locked = session.scalars(select(Ticket).where(Ticket.id == seen.id).with_for_update().execution_options(populate_existing=True)).one()
        session.refresh(own)
        if merging.root_of(session, own) is locked:
            return locked


def _own_ticket(session: Session, order: UpstreamOrder) -> Ticket:
    return session.scalars(select(Ticket).join(Report, Report.ticket_id == Ticket.id).where(Report.id == order.report_id)).one()
