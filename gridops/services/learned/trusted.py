"""May the words still file a category by themselves? Not where clerks have filed such tickets otherwise too often."""

from __future__ import annotations

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from gridops.models import CategoryVersion, Ticket
from gridops.services import remembered

LOOKED_AT, FEWEST = 200, 10  # the newest of a category; below that nothing is known yet
MOST_OVERRULED = 0.05  # of 20 filed by themselves one may be wrong


def may_file(session: Session, code: str) -> bool:
    return remembered.in_batch(session, ("words_may_file", code), lambda: _may_file(session, code))


def stopped(session: Session) -> frozenset[str]:
    """The categories that clerks have overruled too often."""
    by_words = select(text("automatic ->> 'category'")).select_from(Ticket).where(text("automatic ->> 'by' = 'words'")).distinct()
    return frozenset(code for code in session.scalars(by_words) if not _may_file(session, code))


def _may_file(session: Session, code: str) -> bool:
    newest = (
        select(Ticket.category_version_id).where(text("automatic ->> 'by' = 'words'"), text("automatic ->> 'category' = :code"))
        .order_by(Ticket.id.desc()).limit(LOOKED_AT).subquery())
    agreed = func.count().filter(CategoryVersion.code == code)
    query = select(func.count(), agreed).select_from(newest).join(CategoryVersion, CategoryVersion.id == newest.c.category_version_id)
    filed, kept = session.execute(query, {"code": code}).one()
    return filed < FEWEST or filed - kept <= MOST_OVERRULED * filed
