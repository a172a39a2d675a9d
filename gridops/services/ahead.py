"""What the reports and dispatches of a batch will ask for, read for all of their tickets in one statement each.

The tickets are locked before: nobody else changes what is read here before the batch ends, and the batch itself changes these same objects.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy.orm import Session

from gridops.models import Ticket
from gridops.services import alarms, clocks, jurisdictions, merging, parties, relapse, watches
from gridops.services.remembered import tell
from gridops.services.shapes import point_of


def read(session: Session, tickets: Collection[Ticket]) -> None:
    if not tickets:
        return
    ids = [ticket.id for ticket in tickets]
    _tell(session, "ticket", ids, {ticket.id: ticket for ticket in tickets})
    _tell(session, "clocks", ids, clocks.live_of(session, ids))
    rounds = [ticket.round_id for ticket in tickets if ticket.round_id is not None]
    _tell(session, "parties", rounds, parties.of_rounds(session, rounds))
    fresh = [ticket for ticket in tickets if ticket.status == "reported"]
    if fresh:
        _of_fresh(session, fresh)


def _of_fresh(session: Session, tickets: list[Ticket]) -> None:
    """What filing and dispatching look at."""
    ids = [ticket.id for ticket in tickets]
    _tell(session, "reports", ids, merging.reports_of_families(session, ids))
    _tell(session, "earlier", ids, relapse.earlier_of(session, ids))
    _tell(session, "watches", ids, watches.around(session, ids))
    _tell(session, "alarmed", ids, alarms.alarmed(session, ids))
    spots = {jurisdictions.asked(ticket.area_code, point) for ticket in tickets if ticket.place_id is None and (point := point_of(ticket.point))}
    _tell(session, "compounds", spots, jurisdictions.compounds_near(session, spots))


def _tell(session: Session, what: str, keys: Collection[Any], found: Mapping[Any, Any]) -> None:
    for key in keys:
        tell(session, (what, key), found[key])

