"""What the system may do with a fresh report by itself, and why it leaves the rest to a person.

It files by what the reporter or the city's order chose; else by the words, where they leave no doubt about the category and that it is a street's matter.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from gridops.models import CategoryVersion, Ticket
from gridops.services import catalogue, merging, reading
from gridops.services.learned import filing, trusted
from gridops.services.learned.levels import LOWEST

ON_SITE = "worker_on_site"
ANSWERED_BY_CLERK = ("consult", "suggestion", "praise")  # an answer is wanted, not a work order


@dataclass(frozen=True)
class Verdict:
    """``waits``: why a person must look (None: file it). ``basis`` is stored with the automatic decision."""

    waits: str | None = None
    body: dict[str, Any] = field(default_factory=dict)
    basis: dict[str, Any] = field(default_factory=dict)


def understand(session: Session, ticket: Ticket) -> Verdict:
    """Filed automatically only where the category is chosen or beyond doubt, nobody is accused, and a work order is wanted.

    Sets ``ticket.understood``. Words that tell of danger make an emergency of it; nothing here ever makes one less.
    """
    chosen = catalogue.version(session, ticket.category_version_id) if ticket.category_version_id is not None else None
    read = ticket.understood = reading.read(session, ticket.description, known_level=_level(ticket, chosen))
    ticket.emergency = ticket.emergency or read["urgency"]["level"] == "emergency"
    if ticket.kind in ANSWERED_BY_CLERK:
        return Verdict(waits="answer_wanted")
    category = chosen or _beyond_doubt(session, ticket, read)
    if category is None:
        return Verdict(waits="perhaps_elsewhere" if _points_elsewhere(read) else "no_category")
    if ticket.emergency and not category.emergency:
        return Verdict(waits="danger_in_words")
    if category.accuses_person:
        return Verdict(waits="accuses_person")
    if category.self_handle_allowed and _found_on_patrol(session, ticket):
        return Verdict(waits=ON_SITE)
    return _file(session, ticket.street_code, category, read if chosen is None else None)


def _level(ticket: Ticket, chosen: CategoryVersion | None) -> str:
    if ticket.emergency:
        return "emergency"
    return "urgent" if chosen is not None and chosen.urgency == "urgent" else "routine"


def _beyond_doubt(session: Session, ticket: Ticket, read: dict[str, Any]) -> CategoryVersion | None:
    """The first suggestion where it is sure enough for the street, sure to be a street's matter, and clerks have rarely thought otherwise of its like."""
    best = next(iter(read["categories"]), None)
    clear = best is not None and best["confidence"] >= LOWEST and read["scope"]["inside"] and not read["scope"]["doubt"]
    if not clear:
        return None
    wanted = filing.threshold(session, ticket.street_code, best["code"])
    sure = wanted is not None and best["confidence"] >= wanted and trusted.may_file(session, best["code"])
    return catalogue.newest_version(session, best["code"]) if sure else None


def _points_elsewhere(read: dict[str, Any]) -> bool:
    return not read["scope"]["inside"] and not read["scope"]["doubt"]


def _found_on_patrol(session: Session, ticket: Ticket) -> bool:
    """The grid worker stands before it and may mend it at once; a clerk files it where that does not happen."""
    return any(report.channel == "patrol" for report in merging.reports_of_family(session, ticket))


def _file(session: Session, street_code: str, category: CategoryVersion, read: dict[str, Any] | None) -> Verdict:
    """The first condition is the category's usual one; the longest is never assumed. ``read``: where the words chose the category."""
    condition = next(iter(catalogue.conditions(session, category.id)), None)
    if condition is None:
        return Verdict(waits="no_filing_condition")
    body = {"category": category.code, "condition_no": condition.condition_no}
    by = {"by": "words", **{name: read["categories"][0][name] for name in ("confidence", "words")}} if read else {"by": "category_chosen"}
    if read:
        by["threshold"] = filing.threshold(session, street_code, category.code)
    return Verdict(body=body, basis={"decided": "file", **by, **body})
