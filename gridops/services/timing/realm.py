"""Who may see and decide what clocks are judged by."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from gridops.domain.actor import Actor
from gridops.errors import Forbidden, NotFound
from gridops.models import Street

DECIDERS = ("leader",)  # of the street; what holds everywhere: the administrators of the system


def may_see(session: Session, actor: Actor, street: str | None) -> bool:
    """What holds everywhere is read by all staff; a street's own by its people."""
    return actor.kind == "system" or street is None or bool(actor.areas("system_admin")) or any(
        street.startswith(grant.area) or grant.area.startswith(street) for grant in actor.grants)


def may_decide(session: Session, actor: Actor, street: str | None) -> bool:
    """Where there is one street only, what holds everywhere is its leader's as well."""
    if actor.kind == "system" or actor.areas("system_admin"):
        return True
    streets = [street] if street else list(session.scalars(select(Street.code).limit(2)))
    return len(streets) == 1 and any(streets[0].startswith(area) for area in actor.areas(*DECIDERS))


def see(session: Session, actor: Actor, street: str | None) -> None:
    """Raises NotFound: no such street in scope."""
    if (street is not None and session.get(Street, street) is None) or not may_see(session, actor, street):
        raise NotFound()


def decide(session: Session, actor: Actor, street: str | None) -> None:
    """Raises NotFound, Forbidden."""
    see(session, actor, street)
    if not may_decide(session, actor, street):
        raise Forbidden()
