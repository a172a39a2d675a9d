"""Versions of a realm: what was in force, and drafts of what may be."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, insert, literal, or_, select
from sqlalchemy.orm import Session

from gridops.domain.actor import Actor
from gridops.domain.area_codes import STREET_DIGITS
from gridops.errors import Conflict, Forbidden, NotFound
from gridops.models import CatalogueRule, DutyCatalogue, DutyRule, Street
from gridops.services.duty_catalogue.rules import by_key, parties_of, realm_of

LOCK = 4_207_020  # with the realm: versions of one realm are numbered and put in force one after the other
PROPOSERS = ("dispatcher", "leader", "grid_office")  # of the street; everywhere: the administrators of the system
ACTIVATORS = ("leader",)
OPEN = ("draft", "planned")


class Outdated(Conflict):
    code = "conflict"
    message = "Somebody else has changed this draft."


def may_propose(session: Session, actor: Actor, street: str | None) -> bool:
    return _may(session, actor, street, PROPOSERS)


def may_activate(session: Session, actor: Actor, street: str | None) -> bool:
    """Who proposes does not put in force, unless he leads the street or administers the system."""
    return _may(session, actor, street, ACTIVATORS)


def _may(session: Session, actor: Actor, street: str | None, roles: tuple[str, ...]) -> bool:
    """Rules that hold everywhere belong to the administrators; where there is one street only, to its people as well."""
    if actor.kind == "system" or actor.areas("system_admin"):
        return True
    streets = [street] if street else list(session.scalars(select(Street.code).limit(2)))
    return len(streets) == 1 and any(streets[0].startswith(area) for area in actor.areas(*roles))


def may_see(session: Session, actor: Actor, street: str | None) -> bool:
    """What holds everywhere is read by all staff; a street's own rules by its people."""
    return actor.kind == "system" or street is None or may_propose(session, actor, street) or any(
        street.startswith(grant.area) or grant.area.startswith(street) for grant in actor.grants)


def listed(session: Session, street: str | None) -> Sequence[DutyCatalogue]:
    """Newest first; discarded ones are left out."""
    query = select(DutyCatalogue).where(DutyCatalogue.street_code.is_not_distinct_from(street), DutyCatalogue.status != "discarded")
    return session.scalars(query.order_by(DutyCatalogue.version.desc())).all()


def seen(session: Session, catalogue_id: int, *, actor: Actor) -> DutyCatalogue:
    """Raises NotFound."""
    catalogue = session.get(DutyCatalogue, catalogue_id)
    if catalogue is None or not may_see(session, actor, catalogue.street_code):
        raise NotFound()
    return catalogue


def active(session: Session, street: str | None) -> DutyCatalogue | None:
    return session.scalar(select(DutyCatalogue).where(
        DutyCatalogue.street_code.is_not_distinct_from(street), DutyCatalogue.status == "active"))


def rules_of(session: Session, catalogue: DutyCatalogue) -> Sequence[CatalogueRule]:
    columns = (CatalogueRule.category_code, CatalogueRule.area_prefix.nulls_first(), CatalogueRule.community_kind.nulls_first())
    return session.scalars(select(CatalogueRule).where(CatalogueRule.catalogue_id == catalogue.id).order_by(*columns)).all()


def in_force(session: Session, street: str | None) -> Sequence[DutyRule]:
    """The realm's own rules of this instant."""
    return session.scalars(select(DutyRule).where(DutyRule.valid_to.is_(None), *_of_realm(street)).order_by(DutyRule.id)).all()


def _of_realm(street: str | None) -> tuple:
    if street is not None:
        return (DutyRule.area_prefix.startswith(street, autoescape=True),)
    return (or_(DutyRule.area_prefix.is_(None), func.length(DutyRule.area_prefix) < STREET_DIGITS),)


def hold(session: Session, street: str | None) -> None:
    """Until the end of the transaction nobody else numbers or puts in force a version of this realm."""
    session.execute(select(func.pg_advisory_xact_lock(LOCK, func.hashtext(literal(street or "")))))


def begin(session: Session, street: str | None, *, title: str | None = None, actor: Actor, now: datetime) -> DutyCatalogue:
    """A draft that says what is in force. Raises NotFound (no such street in scope), Forbidden."""
    if street is not None and (session.get(Street, street) is None or not may_see(session, actor, street)):
        raise NotFound()
    if not may_propose(session, actor, street):
        raise Forbidden()
    keep_up(session, street, now=now)
    draft = _new(session, street, "draft", title=title, actor=actor, now=now)
    _copy(session, draft, street)
    return draft


def keep_up(session: Session, street: str | None, *, now: datetime, title: str | None = None) -> DutyCatalogue | None:
    """What imports or a new grid changed becomes a version of its own, so that every state that was in force can be read again."""
    hold(session, street)
    current = active(session, street)
    known = {key: parties_of(rule) for key, rule in by_key(rules_of(session, current)).items()} if current is not None else {}
    found = {key: parties_of(rule) for key, rule in by_key(in_force(session, street)).items()}
    if known == found:
        return current
    if current is not None:
        current.status, current.retired_at = "retired", now
        session.flush()
    fresh = _new(session, street, "active", title=title, actor=None, now=now)
    fresh.activated_at = now
    _copy(session, fresh, street)
    for rule in in_force(session, street):
        rule.catalogue_version = rule.catalogue_version or fresh.version
    session.flush()
    return fresh


def keep_up_all(session: Session, *, now: datetime, title: str | None = None) -> None:
    """Every realm that has rules or a version."""
    prefixes = session.scalars(select(DutyRule.area_prefix).where(DutyRule.valid_to.is_(None)).distinct())
    realms = {realm_of(prefix) for prefix in prefixes} | set(session.scalars(select(DutyCatalogue.street_code).distinct()))
    for street in sorted(realms, key=lambda code: code or ""):
        keep_up(session, street, now=now, title=title)


def _new(
    session: Session, street: str | None, status: str, *, title: str | None, actor: Actor | None, now: datetime,
) -> DutyCatalogue:
    hold(session, street)
    newest = session.scalar(select(func.max(DutyCatalogue.version)).where(DutyCatalogue.street_code.is_not_distinct_from(street))) or 0
    made = DutyCatalogue(
        street_code=street, version=newest + 1, status=status, title=title, created_at=now, created_by=actor.account_id if actor else None)
    session.add(made)
    session.flush()
    return made


def _copy(session: Session, catalogue: DutyCatalogue, street: str | None) -> None:
    names = ("category_code", "area_prefix", "community_kind", "lead_type", "coordinate_type", "supports")
    source = select(literal(catalogue.id), *(getattr(DutyRule, name) for name in names)).where(DutyRule.valid_to.is_(None), *_of_realm(street))
    session.execute(insert(CatalogueRule).from_select(["catalogue_id", *names], source))


def draft_for_change(session: Session, catalogue_id: int, *, expected_revision: int | None, actor: Actor) -> DutyCatalogue:
    """The draft under its row lock. Raises NotFound, Forbidden, Conflict: not_a_draft, conflict (details: revision)."""
    seen(session, catalogue_id, actor=actor)
    draft = session.scalars(
        select(DutyCatalogue).where(DutyCatalogue.id == catalogue_id).with_for_update().execution_options(populate_existing=True)).one()
    if not may_propose(session, actor, draft.street_code):
        raise Forbidden()
    if draft.status not in OPEN:
        raise Conflict("This version is no draft any more.", code="not_a_draft", details={"status": draft.status})
    if expected_revision is not None and expected_revision != draft.revision:
        raise Outdated(details={"revision": draft.revision})
    return draft


def discard(session: Session, catalogue_id: int, *, expected_revision: int | None, actor: Actor) -> DutyCatalogue:
    draft = draft_for_change(session, catalogue_id, expected_revision=expected_revision, actor=actor)
    draft.status, draft.planned_for = "discarded", None
    session.flush()
    return draft
