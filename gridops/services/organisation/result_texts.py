"""An organisation's own texts for results: kept by its people, chosen at the result's form, never sent by themselves."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from gridops.domain import result_texts as rules
from gridops.domain.actor import Actor
from gridops.domain.lifecycle import OUTCOMES
from gridops.errors import Conflict, Forbidden, Invalid, NotFound
from gridops.models import CategoryVersion, Cell, Community, Department, Place, ResultText, Street, Ticket
from gridops.services.calendars import DEFAULT_ZONE
from gridops.services.indicators import periods

TAKEN = "There is a text of this name already."
FULL = f"No more than {rules.MOST} texts."
NO_CATEGORY = "There is no category with this code."


def listed(session: Session, department_id: int, *, actor: Actor) -> Sequence[ResultText]:
    """By name. Raises Forbidden, NotFound for another organisation's."""
    _check(actor, department_id)
    return session.scalars(select(ResultText).where(ResultText.department_id == department_id).order_by(ResultText.name)).all()


def keep(
    session: Session, department_id: int, given: dict[str, Any], *, text_id: int | None = None, seen: int | None = None, actor: Actor, now: datetime,
) -> ResultText:
    """A new one, or with ``text_id`` a change of that one, whose version ``seen`` the writer started from.

    ``given``: name, text, outcome and category, the last two None for all. Raises Forbidden, NotFound, Conflict, Invalid by field.
    """
    department = _locked(session, department_id, actor)
    kept = _one(session, department_id, text_id) if text_id is not None else ResultText(department_id=department_id, version=0)
    if text_id is not None and kept.version != seen:
        raise Conflict()
    _check_words(session, department, kept, given)
    kept.name, kept.text = given["name"].strip(), given["text"].strip()
    kept.outcome, kept.category_code = given.get("outcome"), given.get("category")
    kept.version, kept.changed_at, kept.changed_by = kept.version + 1, now, actor.account_id
    session.add(kept)
    session.flush()
    return kept


def drop(session: Session, department_id: int, text_id: int, *, actor: Actor) -> None:
    """Dropping what a colleague has dropped is no mistake. Raises Forbidden, NotFound."""
    _locked(session, department_id, actor)
    found = session.get(ResultText, text_id)
    if found is not None and found.department_id == department_id:
        session.delete(found)
        session.flush()


def _check(actor: Actor, department_id: int) -> None:
    if not actor.department_ids:
        raise Forbidden()
    if department_id not in actor.department_ids:
        raise NotFound()


def _locked(session: Session, department_id: int, actor: Actor) -> Department:
    """Names and number of an organisation's texts stand still under its lock; a lock that keeps no ticket from referring to it."""
    _check(actor, department_id)
    return session.scalars(select(Department).where(Department.id == department_id).with_for_update(key_share=True)).one()


def _one(session: Session, department_id: int, text_id: int) -> ResultText:
    query = select(ResultText).where(ResultText.id == text_id, ResultText.department_id == department_id)
    found = session.scalar(query.execution_options(populate_existing=True))
    if found is None:
        raise NotFound()
    return found


def _check_words(session: Session, department: Department, kept: ResultText, given: dict[str, Any]) -> None:
    wrong = rules.problems(given["name"], given["text"], own_phones=(department.phone, department.duty_phone))
    others = session.scalars(select(ResultText.name).where(ResultText.department_id == department.id, ResultText.id.is_distinct_from(kept.id))).all()
    if given["name"].strip() in others:
        wrong.setdefault("name", []).append(TAKEN)
    if kept.id is None and len(others) >= rules.MOST:
        wrong.setdefault("name", []).append(FULL)
    if given.get("outcome") not in (None, *OUTCOMES):
        wrong["outcome"] = ["Not a valid choice."]
    if given.get("category") is not None and not _is_category(session, given["category"]):
        wrong["category"] = [NO_CATEGORY]
    if wrong:
        raise Invalid(fields=wrong)


def _is_category(session: Session, code: str) -> bool:
    meant = (CategoryVersion.code == code) | (CategoryVersion.class_code == code)
    return bool(session.scalar(select(func.count()).where(CategoryVersion.valid_to.is_(None), meant)))


class Offered(NamedTuple):
    """``text`` is filled in for the ticket."""

    id: int
    name: str
    outcome: str | None
    text: str


def offered(session: Session, ticket: Ticket, *, actor: Actor, now: datetime, locale: str = "zh") -> list[Offered]:
    """For the result of a ticket that the actor's organisation leads: those for its category first, then those for all."""
    if ticket.lead_id not in actor.department_ids:
        return []
    category = session.get(CategoryVersion, ticket.category_version_id) if ticket.category_version_id else None
    fits = [category.code, category.class_code] if category else []
    query = select(ResultText).where(
        ResultText.department_id == ticket.lead_id, ResultText.category_code.is_(None) | ResultText.category_code.in_(fits))
    rows = session.scalars(query.order_by(ResultText.category_code.is_(None), ResultText.name)).all()
    facts = _facts(session, ticket, category, now, locale) if rows else {}
    return [Offered(row.id, row.name, row.outcome, rules.filled(row.text, **facts)) for row in rows]


def _facts(session: Session, ticket: Ticket, category: CategoryVersion | None, now: datetime, locale: str) -> dict[str, Any]:
    zone = session.get_one(Street, ticket.street_code).timezone or DEFAULT_ZONE
    return {"place": _where(session, ticket, locale), "day": periods.today(zone, now), "category": _in(category, locale)}


def _where(session: Session, ticket: Ticket, locale: str) -> str:
    """A house or compound by name, else the cell and its community (a number alone says nothing): never an address that somebody typed."""
    if ticket.place_id is not None:
        place = session.get_one(Place, ticket.place_id)
        around = session.get(Place, place.parent_id) if place.parent_id else None
        return f"{around.name if around else ''}{place.name}"
    cell = session.get(Cell, ticket.cell_id) if ticket.cell_id else None
    if cell is None:
        return ""
    community = _in(session.get_one(Community, cell.community_code), locale)
    return f"{_in(cell, locale)}, {community}" if locale.startswith("en") else f"{community}{_in(cell, locale)}"


def _in(named: Cell | Community | CategoryVersion | None, locale: str) -> str:
    if named is None:
        return ""
    return (named.name_en if locale.startswith("en") else None) or named.name
