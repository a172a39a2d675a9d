"""The list of tickets: in the caller's scope, filtered, sorted, page by page with a cursor that stays true while tickets come in."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, Select, func, literal, select, tuple_
from sqlalchemy.orm import Session, aliased

from gridops.db import Instant
from gridops.domain.actor import Actor
from gridops.errors import Invalid
from gridops.models import Cell, Department, Report, Street, Ticket
from gridops.services import catalogue, scope
from gridops.services.filters import Asked, conditions
from gridops.services.lights import light_of
from gridops.vault import Vault

NEVER = datetime(9999, 1, 1, tzinfo=UTC)  # where no clock runs: after all that have a due
SORTS: dict[str, tuple[Any, bool]] = {  # name -> (never null, descending)
    "-reported_at": (Ticket.reported_at, True),
    "reported_at": (Ticket.reported_at, False),
    "due_by": (func.coalesce(Ticket.due_by, NEVER, type_=Instant()), False),
    "-due_by": (func.coalesce(Ticket.due_by, NEVER, type_=Instant()), True),
    "promised_by": (func.coalesce(Ticket.promised_by, NEVER, type_=Instant()), False),
}
DEFAULT_SORT = "-reported_at"
NO_CATEGORY = catalogue.Named(None, None, None)
Row = dict[str, Any]  # of the columns below
AS_THEY_ARE = ("number", "status", "kind", "reported_at", "promised_by", "due_by", "reports", "emergency", "waiting_reason", "relapse", "watched")


@dataclass(frozen=True)
class Page:
    """``items`` as API.md gives them, JSON but for the datetimes; ``next_cursor`` is None on the last page."""

    items: list[dict[str, Any]]
    next_cursor: str | None


def list_tickets(
    session: Session, actor: Actor, filters: Mapping[str, Any], *, now: datetime, limit: int = 50, cursor: str | None = None,
    sort: str = DEFAULT_SORT, vault: Vault | None = None, locale: str = "zh", where: Sequence[ColumnElement[bool]] = (), reach: bool = False,
) -> Page:
    """``filters`` as in services.filters, ``where`` narrows further; ``reach`` adds what the actor was sent to next door.

    One statement, and one more where a category was not met before. Raises Invalid (``cursor``, ``phone``), Forbidden (``phone``).
    """
    column, descending = SORTS[sort]
    within = scope.reachable_tickets(actor) if reach else scope.visible_tickets(actor)
    query = _columns(sort).where(within, *conditions(filters, Asked(actor, now, vault)), *where)
    if cursor:
        query = query.where(_after(cursor, sort))
    order = (column.desc(), Ticket.id.desc()) if descending else (column, Ticket.id)
    rows = _named_rows(session, session.execute(query.order_by(*order).limit(limit + 1)).mappings().all())
    more = len(rows) > limit
    return Page([item(row, now, locale) for row in rows[:limit]], _cursor(rows[limit - 1], sort) if more else None)


def count_tickets(session: Session, actor: Actor, filters: Mapping[str, Any], *, now: datetime, vault: Vault | None = None) -> int:
    query = select(func.count()).select_from(Ticket).where(scope.visible_tickets(actor), *conditions(filters, Asked(actor, now, vault)))
    return session.scalar(query)


def row_of(session: Session, ticket_id: int) -> Row:
    """One ticket's row for ``item``, whoever asks: the caller has checked the scope."""
    return _named_rows(session, [session.execute(_columns(DEFAULT_SORT).where(Ticket.id == ticket_id)).mappings().one()])[0]


def _named_rows(session: Session, rows: Sequence[RowMapping]) -> list[Row]:
    """With the names of categories, which need no join: planning one for each list takes longer than reading the rows."""
    names = catalogue.names_of(session, {row["category_version_id"] for row in rows} - {None})
    return [row | _category(names.get(row["category_version_id"])) for row in map(dict, rows)]


def _category(named: catalogue.Named | None) -> Row:
    return {f"category_{part}": value for part, value in (named or NO_CATEGORY)._asdict().items()}


def item(row: Row, now: datetime, locale: str) -> dict[str, Any]:
    return {
        **{name: row[name] for name in AS_THEY_ARE}, "street": row["street_code"], "street_name": _name(row, "street", locale),
        "category": _named(row, "category", locale), "cell": _named(row, "cell", locale), "lead": _named(row, "lead", locale),
        "light": light_of(row["status"], row["yellow_by"], row["due_by"], now),
    }


def _named(row: Row, what: str, locale: str) -> dict[str, str] | None:
    code = row[f"{what}_code"]
    return {"code": code, "name": _name(row, what, locale)} if code is not None else None


def _name(row: Row, what: str, locale: str) -> str:
    english = row[f"{what}_name_en"] if locale.startswith("en") else None
    return english or row[f"{what}_name"]


@cache
def _columns(sort: str) -> Select:
    """The same for everybody and all day; putting it together takes longer than reading the rows."""
    reports = reports_behind()
    named = [
        column.label(f"{what}_{name}")
        for what, model in (("cell", Cell), ("lead", Department), ("street", Street))
        for name, column in (("code", model.code), ("name", model.name), ("name_en", model.name_en))
    ]
    columns = (
        Ticket.id, Ticket.number, Ticket.status, Ticket.kind, Ticket.category_version_id, Ticket.reported_at, Ticket.promised_by,
        Ticket.yellow_by, Ticket.due_by,
        Ticket.emergency, Ticket.waiting_reason, Ticket.relapse_of.is_not(None).label("relapse"),
        Ticket.watch_id.is_not(None).label("watched"), reports.label("reports"), SORTS[sort][0].label("sorted_by"),
    )
    return (
        select(*columns, *named).join(Street, Street.code == Ticket.street_code)
        .outerjoin(Cell, Cell.id == Ticket.cell_id).outerjoin(Department, Department.id == Ticket.lead_id))


def reports_behind() -> ColumnElement[int]:
    """The ticket's own and those of tickets merged right into it: a count for a list, not the whole family of the ticket's page."""
    child = aliased(Ticket)
    own = select(func.count()).select_from(Report).where(Report.ticket_id == Ticket.id).correlate(Ticket).scalar_subquery()
    joined = select(func.count()).select_from(Report).join(child, child.id == Report.ticket_id)
    return own + joined.where(child.merged_into == Ticket.id).correlate(Ticket).scalar_subquery()


def _cursor(row: Row, sort: str) -> str:
    packed = json.dumps([sort, row["sorted_by"].isoformat(), row["id"]])
    return base64.urlsafe_b64encode(packed.encode()).decode().rstrip("=")


def _after(cursor: str, sort: str) -> ColumnElement[bool]:
    """A cursor holds no rights: scope and filters are asked anew for every page."""
    column, descending = SORTS[sort]
    instant, ticket_id = _unpacked(cursor, sort)
    place, last = tuple_(column, Ticket.id), tuple_(literal(instant, Instant()), literal(ticket_id))
    return place < last if descending else place > last


def _unpacked(cursor: str, sort: str) -> tuple[datetime, int]:
    try:
        made_for, instant, ticket_id = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        at = datetime.fromisoformat(instant).astimezone(UTC)
        if made_for != sort or type(ticket_id) is not int or not 0 < ticket_id < 2**63:
            raise ValueError(cursor)
    except (ValueError, TypeError, OverflowError, RecursionError) as error:
        raise Invalid(fields={"cursor": ["This cursor belongs to another list."]}) from error
    return at, ticket_id
