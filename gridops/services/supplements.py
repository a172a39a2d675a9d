"""A resident adds something to a report: words and photos that its staff and this reporter see, no other resident.

Not an action of the lifecycle: nothing changes but the ticket's trail, and its staff are told.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from gridops.domain.actor import reporter
from gridops.domain.lifecycle import ENDS
from gridops.errors import NotAllowed
from gridops.models import Remark, Report
from gridops.services import merging, outbox, trail
from gridops.services.actions import evidence
from gridops.services.work import Work

OVER = ("archived", *ENDS)


def add(session: Session, report: Report, text: str, photos: list[UUID], *, now: datetime) -> None:
    """Raises NotAllowed (archived or ended), Invalid ``photo_unknown``."""
    ticket = merging.lock_root(session, report.ticket_id)
    if ticket.status in OVER or report.withdrawn_at is not None:
        raise NotAllowed(details={"status": ticket.status, "version": ticket.version, "allowed_actions": []})
    work = Work(session, ticket, reporter(report.id), now, facts={"report": report.id})
    evidence.attach(work, photos, "supplement", public=False, report_id=report.id)
    row = trail.append(
        session, ticket, action="supplement", status_from=ticket.status, actor=work.actor, facts=work.facts, now=now, role="reporter")
    session.add(Remark(ticket_id=ticket.id, trail_seq=row.seq, text=text, public=False))
    outbox.publish(
        session, "report.supplemented", now=now, ticket_id=ticket.id, payload={"report": report.id, "seq": row.seq},
        queue="urgent" if ticket.emergency else "default")
    session.flush()
