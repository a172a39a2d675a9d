"""A category renamed, switched off and on again, or refined by a local one. Each is a new version, or the end of one, with its author."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from gridops.domain.actor import Actor
from gridops.domain.lifecycle import OPEN
from gridops.errors import Conflict, Invalid
from gridops.models import Category, CategoryVersion, DutyRule, FilingCondition, Ticket
from gridops.services import installation, security_events
from gridops.services.imports.taxonomy import STANDARD
from gridops.services.taxonomy import view

LOCK = 4_207_016  # one change at a time: names are compared with all others
LONGEST_NAME, MOST_LOCAL = 40, 99
EMPTY, TOO_LONG, NOT_PLAIN = "Please fill this in.", "At most 40 characters.", "One line only."
TAKEN = "Another category goes by this name."
_KEPT_BY_ITSELF = ("id", "version", "valid_from", "valid_to", "made_by", "ended_by")
_OF_RULE = ("area_prefix", "community_kind", "lead_type", "coordinate_type", "supports", "catalogue_version")


def rename(session: Session, code: str, name: str, name_en: str, *, seen: int, actor: Actor, now: datetime) -> CategoryVersion:
    """``seen``: the version that the writer saw. Raises Forbidden, NotFound, Invalid, Conflict (also ``category_off``)."""
    known = _begin(session, code, actor, seen=seen)
    if known.valid_to is not None:
        raise Conflict(code="category_off")
    named = _named(session, name, name_en, but=code)
    if (known.name, known.name_en) == (named["name"], named["name_en"]):
        return known
    known.valid_to = now
    session.flush()
    return _record(session, _copy(session, known, named, actor, now), "renamed", actor, now)


def switch_off(session: Session, code: str, *, seen: int, actor: Actor, now: datetime) -> CategoryVersion:
    """Nobody can choose it any more; its duty rules rest. Raises Forbidden, NotFound, Conflict: ``category_in_use``, ``category_emergency``."""
    known = _begin(session, code, actor, seen=seen)
    if known.valid_to is not None:
        return known
    if known.emergency:
        raise Conflict(code="category_emergency")
    using = open_tickets(session, code)
    if using:
        raise Conflict(code="category_in_use", details={"tickets": using})
    known.valid_to, known.ended_by = now, actor.account_id
    for rule in session.scalars(select(DutyRule).where(DutyRule.category_code == code, DutyRule.valid_to.is_(None))):
        rule.valid_to = now
    session.flush()
    return _record(session, known, "switched off", actor, now)


def switch_on(session: Session, code: str, *, seen: int, actor: Actor, now: datetime) -> CategoryVersion:
    """As it was, with the duty rules that it had. Raises Forbidden, NotFound, Conflict, Invalid where its name was given to another."""
    known = _begin(session, code, actor, seen=seen)
    if known.valid_to is None:
        return known
    _named(session, known.name, known.name_en, but=code)
    for rule in session.scalars(select(DutyRule).where(DutyRule.category_code == code, DutyRule.valid_to == known.valid_to)).all():
        _copy_rule(session, rule, code, now)
    return _record(session, _copy(session, known, {}, actor, now), "switched on", actor, now)


def refine(session: Session, code: str, name: str, name_en: str, *, actor: Actor, now: datetime) -> CategoryVersion:
    """A local category that belongs to ``code``: its attributes, conditions and duty rules, a name of its own.

    Raises Forbidden, NotFound, Invalid, Conflict: ``category_off``, ``category_local`` (it is local itself), ``category_full``.
    """
    known = _begin(session, code, actor, seen=None)
    if known.valid_to is not None:
        raise Conflict(code="category_off")
    if STANDARD in known.extra:
        raise Conflict(code="category_local")
    named = _named(session, name, name_en, but=None)
    own = _next_code(session, code)
    session.add(Category(code=own))
    session.flush()
    for rule in session.scalars(select(DutyRule).where(DutyRule.category_code == code, DutyRule.valid_to.is_(None))).all():
        _copy_rule(session, rule, own, now)
    made = _copy(session, known, named | {"code": own, "extra": known.extra | {STANDARD: code}}, actor, now)
    return _record(session, made, "refined", actor, now)


def open_tickets(session: Session, code: str) -> int:
    of_code = select(CategoryVersion.id).where(CategoryVersion.code == code)
    return session.scalar(select(func.count()).select_from(Ticket).where(Ticket.category_version_id.in_(of_code), Ticket.status.in_(OPEN)))


def _begin(session: Session, code: str, actor: Actor, *, seen: int | None) -> CategoryVersion:
    installation.check_administers(session, actor)
    session.execute(select(func.pg_advisory_xact_lock(LOCK)))
    known = view.latest(session, code, lock=True)
    if seen is not None and seen != known.version:
        raise Conflict()
    return known


def _named(session: Session, name: str, name_en: str, *, but: str | None) -> dict[str, str]:
    """Raises Invalid. Two categories of one name could not be told apart where people choose by name."""
    given = {"name": name.strip(), "name_en": name_en.strip()}
    wrong = {field: [problem] for field, text in given.items() if (problem := _problem(text))}
    for field, text in given.items():
        column = getattr(CategoryVersion, field)
        others = select(CategoryVersion.id).where(func.lower(column) == text.lower(), CategoryVersion.valid_to.is_(None), CategoryVersion.code != (but or ""))
        if field not in wrong and session.scalar(select(others.exists())):
            wrong[field] = [TAKEN]
    if wrong:
        raise Invalid(fields=wrong)
    return given


def _problem(text: str) -> str | None:
    if not text:
        return EMPTY
    return TOO_LONG if len(text) > LONGEST_NAME else None if text.isprintable() else NOT_PLAIN


def _copy(session: Session, known: CategoryVersion, changes: dict[str, Any], actor: Actor, now: datetime) -> CategoryVersion:
    columns = {column.key for column in CategoryVersion.__table__.columns} - set(_KEPT_BY_ITSELF)
    values = {name: getattr(known, name) for name in columns} | changes
    number = session.scalar(select(func.max(CategoryVersion.version)).where(CategoryVersion.code == values["code"])) or 0
    made = CategoryVersion(**values, version=number + 1, valid_from=now, made_by=actor.account_id)
    made.conditions = [_copy_condition(condition) for condition in known.conditions]
    session.add(made)
    session.flush()
    return made


def _copy_condition(known: FilingCondition) -> FilingCondition:
    columns = {column.key for column in FilingCondition.__table__.columns} - {"id", "category_version_id"}
    return FilingCondition(**{name: getattr(known, name) for name in columns})


def _copy_rule(session: Session, known: DutyRule, code: str, now: datetime) -> None:
    number = session.scalar(select(func.max(DutyRule.version)).where(
        DutyRule.category_code == code, DutyRule.area_prefix.is_not_distinct_from(known.area_prefix),
        DutyRule.community_kind.is_not_distinct_from(known.community_kind))) or 0
    session.add(DutyRule(category_code=code, version=number + 1, valid_from=now, **{name: getattr(known, name) for name in _OF_RULE}))
    session.flush()


def _next_code(session: Session, code: str) -> str:
    known = set(session.scalars(select(Category.code).where(Category.code.startswith(f"{code}-", autoescape=True))))
    free = next((number for number in range(1, MOST_LOCAL + 1) if f"{code}-{number}" not in known), None)
    if free is None:
        raise Conflict(code="category_full")
    return f"{code}-{free}"


def _record(session: Session, version: CategoryVersion, act: str, actor: Actor, now: datetime) -> CategoryVersion:
    security_events.record(session, "category_changed", now=now, account_id=actor.account_id, code=version.code, act=act, version=version.version)
    return version
