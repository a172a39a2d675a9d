"""How good the suggestions are in use: the first one beside what the ticket was filed as in the end, by category."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from gridops.models import CategoryVersion, Ticket

FIRST = Ticket.understood["categories"][0]["code"].astext


class Overruled(NamedTuple):
    """Of the tickets filed under the category: how many had another first suggestion."""

    code: str
    name: str
    name_en: str | None
    filed: int
    agreed: int

    @property
    def overruled(self) -> int:
        return self.filed - self.agreed


def by_category(session: Session, area: str = "") -> list[Overruled]:
    """Of an area, all of them by default. Most overruled first; tickets for which the words said nothing count as neither."""
    filed, agreed = func.count(), func.count().filter(FIRST == CategoryVersion.code)
    query = (
        select(CategoryVersion.code, func.max(CategoryVersion.name), func.max(CategoryVersion.name_en), filed, agreed)
        .join(Ticket, Ticket.category_version_id == CategoryVersion.id).where(Ticket.filed_at.is_not(None), FIRST.is_not(None))
        .group_by(CategoryVersion.code).order_by((filed - agreed).desc(), CategoryVersion.code))
    return [Overruled(*row) for row in session.execute(query.where(Ticket.area_code.startswith(area, autoescape=True)))]
