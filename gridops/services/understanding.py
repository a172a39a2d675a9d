"""What the system may do with a fresh report by itself, and why it leaves the rest to a person.

This version files by what the reporter or the city's order chose; suggestions from the text come with the learning layer.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from gridops.models import CategoryVersion, Report, Ticket
from gridops.services import catalogue

ANSWERED_BY_CLERK = ("consult", "suggestion", "praise")  # an answer is wanted, not a work order


@dataclass(frozen=True)
class Verdict:
    """``waits``: why a person must look (None: file it). ``basis`` is stored with the automatic decision."""

    waits: str | None = None
    body: dict[str, Any] = field(default_factory=dict)
    basis: dict[str, Any] = field(default_factory=dict)


def understand(session: Session, ticket: Ticket) -> Verdict:
    """Filed automatically only where a category was chosen, nobody is accused, and a work order is wanted."""
    if ticket.kind in ANSWERED_BY_CLERK:
        return Verdict(waits="answer_wanted")
    if ticket.category_version_id is None:
        return Verdict(waits="no_category")
    category = catalogue.version(session, ticket.category_version_id)
    if category.accuses_person:
        return Verdict(waits="accuses_person")
    if category.self_handle_allowed and _found_on_patrol(session, ticket):
        return Verdict(waits="worker_on_site")
    return _file(session, category)


def _found_on_patrol(session: Session, ticket: Ticket) -> bool:
    """The grid worker stands before it and may mend it at once; a clerk files it where that does not happen."""
    return session.scalar(select(Report.id).where(Report.ticket_id == ticket.id, Report.channel == "patrol").limit(1)) is not None


def _file(session: Session, category: CategoryVersion) -> Verdict:
    """The first condition is the category's usual one; the longest is never assumed."""
    condition = next(iter(catalogue.conditions(session, category.id)), None)
    if condition is None:
        return Verdict(waits="no_filing_condition")
    body = {"category": category.code, "condition_no": condition.condition_no}
    return Verdict(body=body, basis={"decided": "file", "by": "category_chosen", **body})
