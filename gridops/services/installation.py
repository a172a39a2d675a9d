"""What all streets of an installation share is changed by who administers all of them."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from gridops.domain.actor import Actor
from gridops.errors import Forbidden
from gridops.models import Street

ADMINISTRATORS = ("system_admin",)


def check_administers(session: Session, actor: Actor) -> None:
    """Raises Forbidden; ``not_whole`` for an administrator of some of the streets."""
    if actor.kind == "system":
        return
    if not actor.roles.intersection(ADMINISTRATORS):
        raise Forbidden()
    if not administers(session, actor):
        raise Forbidden(code="not_whole")


def administers(session: Session, actor: Actor) -> bool:
    areas = actor.areas(*ADMINISTRATORS)
    return bool(areas) and all(code.startswith(areas) for code in session.scalars(select(Street.code)))
