"""The light of a ticket: that of its worst running clock at this instant. Never stored, for it changes by itself.

An open ticket is exactly one of green, yellow, red and suspended, so the four add up to what is open.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, and_, case, or_

from gridops.domain.lifecycle import OPEN
from gridops.models import Ticket

LIGHTS = ("green", "yellow", "red", "suspended")
NONE = "none"  # closed, archived or ended


def light_of(status: str, yellow_by: datetime | None, due_by: datetime | None, now: datetime) -> str:
    if status not in OPEN:
        return NONE
    if status == "suspended":
        return "suspended"
    if due_by is not None and now > due_by:
        return "red"
    return "yellow" if yellow_by is not None and now >= yellow_by else "green"


def light_column(now: datetime) -> ColumnElement[str]:
    """The same rule in SQL."""
    return case(
        (Ticket.status.not_in(OPEN), NONE),
        (Ticket.status == "suspended", "suspended"),
        (Ticket.due_by < now, "red"),
        (Ticket.yellow_by <= now, "yellow"),
        else_="green",
    )


def lit(wanted: list[str], now: datetime) -> ColumnElement[bool]:
    """A condition on open tickets that the partial index of open tickets can serve."""
    running = and_(Ticket.status.in_(OPEN), Ticket.status != "suspended")
    late = Ticket.due_by < now
    soon = and_(Ticket.yellow_by <= now, or_(Ticket.due_by.is_(None), Ticket.due_by >= now))
    calm = and_(or_(Ticket.yellow_by.is_(None), Ticket.yellow_by > now), or_(Ticket.due_by.is_(None), Ticket.due_by >= now))
    ways = {"red": and_(running, late), "yellow": and_(running, soon), "green": and_(running, calm), "suspended": Ticket.status == "suspended"}
    return or_(*(ways[light] for light in wanted))
