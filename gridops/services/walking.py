"""What somebody who walks the grid takes along: the tickets that wait for a look, and around each what is needed to act on the spot.

One's own turn comes first and is complete; what colleagues were asked to do follows as far as there is room. The number of statements
does not grow with what is open, only with what is shown.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from gridops.domain.actor import Actor
from gridops.models import CategoryVersion, Evidence, Photo, Place, Report, Ticket
from gridops.services import listing, scope, tickets
from gridops.services.photos import films
from gridops.services.shown import seen_text

NOT_YET_LOOKED_AT = ("filed", "dispatched", "objected", "in_progress", "suspended")


class Stage(NamedTuple):
    """``acts``: what is done on the spot; ``own`` and ``others`` bound what is shown."""

    key: str
    statuses: tuple[str, ...]
    acts: tuple[str, ...]
    own: int
    others: int


STAGES = (
    Stage("verify", ("verifying",), ("report_verification", "self_handle"), 30, 10),
    Stage("check", ("handled",), ("pass_check", "fail_check", "observe"), 30, 10),
    Stage("mend", ("reported",), ("self_handle",), 0, 12),
    Stage("around", NOT_YET_LOOKED_AT, (), 0, 15),
)


@dataclass
class Visit:
    """One ticket as it is read without a signal. ``item`` is the list's row; ``seq`` the last step that it knows of."""

    item: dict[str, Any]
    own: bool
    version: int = 0
    seq: int = 0
    description: str = ""
    place: str = ""
    address: str = ""
    result_text: str | None = None
    outcome: str | None = None
    check_mode: str | None = None
    category: str | None = None
    self_handle_allowed: bool = False
    photos: list[tuple[str, str, bool]] = field(default_factory=list)  # (id, stage, is it a film)
    may: list[str] = field(default_factory=list)

    @property
    def number(self) -> str:
        return self.item["number"]


class Group(NamedTuple):
    stage: Stage
    visits: list[Visit]
    count: int


def groups(session: Session, actor: Actor, *, now: datetime, locale: str) -> list[Group]:
    """The stages in the order in which they call; empty ones too."""
    found = listed(session, actor, now=now, locale=locale)
    _fill(session, actor, found, now)
    return found


def listed(session: Session, actor: Actor, *, now: datetime, locale: str) -> list[Group]:
    """The same, which tickets alone: for who only asks whether one has come or gone."""
    return [_group(session, actor, stage, now, locale) for stage in STAGES]


def _group(session: Session, actor: Actor, stage: Stage, now: datetime, locale: str) -> Group:
    own = _rows(session, actor, stage, scope.sent_to(actor), stage.own, now, locale) if stage.own else []
    rest = scope.sent_to(actor).is_not(True) if stage.own else None  # null where nobody was chosen yet
    others = _rows(session, actor, stage, rest, stage.others, now, locale)
    shown = [Visit(item, True) for item in own] + [Visit(item, False) for item in others]
    full = len(own) == stage.own or len(others) == stage.others
    count = listing.count_tickets(session, actor, {"status": list(stage.statuses)}, now=now) if full else len(shown)
    return Group(stage, shown, max(count, len(shown)))


def _rows(
    session: Session, actor: Actor, stage: Stage, narrowed: ColumnElement[bool] | None, limit: int, now: datetime, locale: str,
) -> list[dict[str, Any]]:
    where = () if narrowed is None else (narrowed,)
    filters = {"status": list(stage.statuses)}
    return listing.list_tickets(
        session, actor, filters, now=now, limit=limit, sort="due_by", locale=locale, where=where, reach=True).items


def _fill(session: Session, actor: Actor, found: Sequence[Group], now: datetime) -> None:
    numbers = [visit.number for group in found for visit in group.visits]
    rows = {ticket.number: ticket for ticket in session.scalars(select(Ticket).where(Ticket.number.in_(numbers)))}
    around = _Around(session, rows.values())
    for group in found:
        for visit in group.visits:
            ticket = rows[visit.number]
            around.tell(visit, ticket, actor)
            visit.may = tickets.allowed_actions(session, ticket, actor, now=now, among=group.stage.acts) if group.stage.acts else []
            if not visit.self_handle_allowed and visit.category:
                visit.may = [action for action in visit.may if action != "self_handle"]


class _Around:
    """What stands in other tables, each read once for all tickets."""

    def __init__(self, session: Session, shown: Collection[Ticket]):
        ids = [ticket.id for ticket in shown]
        self.places = _names(session, {ticket.place_id for ticket in shown})
        versions = select(CategoryVersion).where(CategoryVersion.id.in_({ticket.category_version_id for ticket in shown} - {None}))
        self.categories = {row.id: row for row in session.scalars(versions)}
        self.addresses = _addresses(session, ids)
        self.photos = _photos(session, ids)

    def tell(self, visit: Visit, ticket: Ticket, actor: Actor) -> None:
        visit.version, visit.seq = ticket.version, ticket.trail_seq
        visit.description = seen_text(ticket.description, ticket, actor)
        visit.result_text, visit.outcome = ticket.result_text, ticket.outcome
        visit.place = self.places.get(ticket.place_id, "")
        visit.address = seen_text(self.addresses.get(ticket.id, ""), ticket, actor)
        visit.photos = self.photos.get(ticket.id, [])
        category = self.categories.get(ticket.category_version_id)
        if category is not None:
            visit.category, visit.check_mode = category.code, category.check_mode
            visit.self_handle_allowed = category.self_handle_allowed


def _names(session: Session, ids: set[int | None]) -> dict[int | None, str]:
    rows = session.execute(select(Place.id, Place.name, Place.address).where(Place.id.in_(ids - {None})))
    return {row.id: " ".join(filter(None, (row.name, row.address))) for row in rows}


def _addresses(session: Session, ids: list[int]) -> dict[int, str]:
    """As the first reporter wrote it."""
    query = select(Report.ticket_id, Report.address).where(Report.ticket_id.in_(ids), Report.address.is_not(None))
    found: dict[int, str] = {}
    for row in session.execute(query.order_by(Report.id)):
        found.setdefault(row.ticket_id, row.address)
    return found


def _photos(session: Session, ids: list[int]) -> dict[int, list[tuple[str, str, bool]]]:
    found: dict[int, list[tuple[str, str, bool]]] = {}
    query = select(Evidence.ticket_id, Evidence.photo_id, Evidence.stage, films()).join(Photo, Photo.id == Evidence.photo_id)
    for ticket_id, photo, stage, film in session.execute(query.where(Evidence.ticket_id.in_(ids)).order_by(Evidence.id)):
        found.setdefault(ticket_id, []).append((str(photo), stage, film))
    return found
