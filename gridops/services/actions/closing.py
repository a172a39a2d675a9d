"""What is written down of a closing for its ratings and for the indicators: by ticket row and, in the trail, as facts."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import aliased

from gridops.models import Closing, Contact, Rating, Report
from gridops.services.clocks import last_handle_clock
from gridops.services.merging import reports_of_family
from gridops.services.work import Work


def note_closing(work: Work) -> None:
    """Whose result it was, what had been promised, and how many residents are asked. ``ticket.closing_no`` is already the new one."""
    ticket = work.ticket
    handle = last_handle_clock(work.session, ticket, ticket.lead_id) if ticket.lead_id is not None else None
    asked = _asked(work)
    work.session.add(Closing(
        ticket_id=ticket.id, street_code=ticket.street_code, no=ticket.closing_no, closed_at=work.now, promised_by=ticket.promised_by,
        department_id=ticket.lead_id, clock_id=handle.id if handle else None, asked=asked))
    work.facts |= {"asked": asked, "promised": ticket.promised_by.isoformat() if ticket.promised_by else None}


def _asked(work: Work) -> int:
    """The reports behind the ticket, those of tickets merged into it included."""
    return sum(report.withdrawn_at is None for report in reports_of_family(work.session, work.ticket))


def note_rating(work: Work, rating: Rating, report: Report) -> None:
    """One caller's many reports on a matter are one voice: the first of them counts in rates, all of them are kept."""
    closing = select(Closing.id).where(Closing.ticket_id == work.ticket.id, Closing.no == work.ticket.closing_no)
    rating.street_code = work.ticket.street_code
    rating.closing_id = work.session.scalar(closing)
    if rating.id is None:
        rating.counts = not _heard(work, rating, report)
    work.facts |= {"report": report.id, "counts": rating.counts}


def _heard(work: Work, rating: Rating, report: Report) -> bool:
    mine, other = aliased(Contact), aliased(Contact)
    earlier = (
        select(Rating.id).join(Report, Report.id == Rating.report_id).join(other, other.id == Report.contact_id)
        .join(mine, mine.phone_index == other.phone_index)
        .where(Rating.closing_id == rating.closing_id, Rating.counts, Rating.report_id != report.id, mine.id == report.contact_id))
    return work.session.scalar(earlier.limit(1)) is not None
