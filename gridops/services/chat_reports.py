"""What neighbours said in a group chat becomes reports (代录), and a card goes back to the chat that names nobody."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy.orm import Session

from gridops.domain.actor import Actor
from gridops.errors import Forbidden
from gridops.models import CategoryVersion, Ticket
from gridops.services import areas, intake, scope
from gridops.vault import Vault

ROLES = ("clerk", "dispatcher", "grid_leader", "cadre", "grid_worker")
CHANNEL = "chat"


class Told(NamedTuple):
    """One matter: ``cell`` and ``category`` are codes; ``people`` how many spoke of it."""

    words: str
    cell: str
    category: str | None = None
    people: int = 1


class Line(NamedTuple):
    """Of the card: a ticket's public number and, where it is filed, what sort of matter it is. Never a word of anybody."""

    number: str
    category: str | None


def take(session: Session, matters: Sequence[Told], *, actor: Actor, now: datetime, vault: Vault, locale: str = "zh") -> list[Ticket]:
    """All or none. Raises Invalid (a category that is none), Forbidden (a cell that is not the writer's)."""
    return [_report(session, told, actor=actor, now=now, vault=vault, locale=locale) for told in matters]


def _report(session: Session, told: Told, *, actor: Actor, now: datetime, vault: Vault, locale: str) -> Ticket:
    if not scope.covers(actor, told.cell):
        raise Forbidden()
    said = told.words if told.people < 2 else f"{told.words}（群里{told.people}人反映）"
    submission = {"kind": "complaint", "description": said, "cell": told.cell, "category": told.category, "visibility": "protected"}
    return intake.submit(session, submission, actor=actor, now=now, vault=vault, channel=CHANNEL, locale=locale).ticket


def card(session: Session, numbers: Sequence[str], actor: Actor, *, locale: str = "zh") -> list[Line]:
    """In the order asked for. Raises NotFound for a ticket out of scope."""
    return [_line(session, scope.visible_ticket(session, number, actor), locale) for number in numbers]


def _line(session: Session, ticket: Ticket, locale: str) -> Line:
    """A kind that is never public is named by its number alone."""
    version = session.get(CategoryVersion, ticket.category_version_id) if ticket.category_version_id and not ticket.never_public else None
    english = locale.startswith("en") and version is not None and version.name_en
    return Line(ticket.number, (version.name_en if english else version.name) if version else None)


def cells_of(session: Session, actor: Actor) -> list[areas.Area]:
    """Where the writer may report from: the active cells of his areas."""
    return [cell for street in areas.all_streets(session) for cell in areas.descendants(session, street.code, "cell") if scope.covers(actor, cell.code)]
