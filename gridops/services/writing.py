"""Writing a handful of new rows of different tables in one round trip, or those of a whole batch at its end.

The unit of work sends one INSERT per table and waits for each answer; intake, the busiest path, would spend most of its time
waiting. Here the rows become one statement (data-modifying CTEs), remembered by its shape. Foreign keys are checked at the end of
the statement, so the rows may point at each other: every id is known beforehand (``next_ids``).

Within ``deferred`` nothing is sent until the session flushes: then all rows of a table go together, tables in the order of their
foreign keys, and the changed rows of the session after them. A row that waits may still be changed. A session in which nothing
else has changed does not flush, not even before a query: what must find the rows calls ``settle``.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import groupby
from typing import Any

from geoalchemy2 import Geometry, WKBElement
from sqlalchemy import Insert, TextClause, bindparam, event, insert, inspect, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session, make_transient_to_detached

from gridops.db import Base

Shape = tuple[tuple[type[Base], tuple[str, ...]], ...]  # model and the attributes that are set, per row

LATER = "written_when_the_session_flushes"
STOCK = 40  # ids drawn at once for a batch; what is left of them are gaps


@dataclass
class _Later:
    """``upserts``: statement and its rows, after the new ones that they may point at."""

    rows: list[Base] = field(default_factory=list)
    upserts: dict[Insert, list[dict[str, Any]]] = field(default_factory=dict)
    ids: dict[type[Base], list[int]] = field(default_factory=lambda: defaultdict(list))


def insert_together(session: Session, *rows: Base) -> None:
    """Inserts the new objects. Those with an id are persistent in the session afterwards (what the database filled in loads on
    demand); the others, numbered by the database, are only written.
    """
    if LATER in session.info:
        session.info[LATER].rows.extend(rows)
        return
    shape = tuple((type(row), _attributes(row)) for row in rows)
    values = {f"{name}_{place}": _plain(getattr(row, name)) for place, row in enumerate(rows) for name in shape[place][1]}
    session.execute(_statement(shape), values)
    _keep(session, rows)


def insert_each(session: Session, statement: Insert, rows: Sequence[dict[str, Any]]) -> None:
    """Rows with the same keys through one INSERT with its own answer to a conflict; the statement should be the same object each time."""
    if LATER in session.info:
        session.info[LATER].upserts.setdefault(statement, []).extend(rows)
    elif rows:
        session.execute(statement, rows)


def next_ids(session: Session, wanted: Mapping[type[Base], int]) -> dict[type[Base], list[int]]:
    """So many ids for new rows of each table, in one round trip; in a batch from a stock."""
    if LATER in session.info:
        return {model: _from_stock(session, model, count) for model, count in wanted.items()}
    drawn = iter(session.execute(_draw(tuple(model.__tablename__ for model, count in wanted.items() for _ in range(count)))).one())
    return {model: [next(drawn) for _ in range(count)] for model, count in wanted.items()}


@contextmanager
def deferred(session: Session) -> Iterator[None]:
    """Until it ends. What raises inside leaves nothing written: the caller rolls back."""
    session.info[LATER] = _Later()
    try:
        yield
        settle(session)
    finally:
        del session.info[LATER]


def is_deferred(session: Session) -> bool:
    return LATER in session.info


def settle(session: Session) -> None:
    """Sends what waits, so that a query finds it."""
    _write_waiting(session)
    session.flush()


@event.listens_for(Session, "before_flush")
def _before_flush(session: Session, _context: object, _instances: object) -> None:
    _write_waiting(session)


def _write_waiting(session: Session) -> None:
    later: _Later | None = session.info.get(LATER)
    if later is None or not (later.rows or later.upserts):
        return
    rows, later.rows = later.rows, []
    upserts, later.upserts = later.upserts, {}
    for (model, names), own in _by_table(rows).items():
        session.execute(insert(model.__table__), [{_column(model, name): getattr(row, name) for name in names} for row in own])
    _keep(session, rows)
    for statement, values in upserts.items():
        session.execute(statement, values)


def _by_table(rows: Sequence[Base]) -> dict[tuple[type[Base], tuple[str, ...]], list[Base]]:
    found: dict[tuple[type[Base], tuple[str, ...]], list[Base]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: _depth()[type(row).__tablename__]):
        found[type(row), _attributes(row)].append(row)
    return found


@lru_cache(maxsize=1)
def _depth() -> dict[str, int]:
    """Tables by their foreign keys: what is pointed at comes first."""
    return {table.name: place for place, table in enumerate(Base.metadata.sorted_tables)}


@lru_cache(maxsize=512)
def _column(model: type[Base], name: str) -> str:
    return inspect(model).columns[name].name


def _keep(session: Session, rows: Sequence[Base]) -> None:
    for row in (row for row in rows if row.id is not None):
        make_transient_to_detached(row)
        session.add(row)


def _from_stock(session: Session, model: type[Base], count: int) -> list[int]:
    stock = session.info[LATER].ids[model]
    if len(stock) < count:
        drawn = text(f"SELECT nextval('{model.__tablename__}_id_seq') FROM generate_series(1, :count)")
        stock.extend(session.scalars(drawn, {"count": max(count, STOCK)}))
    taken, stock[:count] = stock[:count], []
    return taken


@lru_cache(maxsize=64)
def _draw(tables: tuple[str, ...]) -> TextClause:
    return text("SELECT " + ", ".join(f"nextval('{table}_id_seq')" for table in tables))


def _attributes(row: Base) -> tuple[str, ...]:
    return tuple(sorted(name for name in row.__dict__ if name != "_sa_instance_state"))


def _plain(value: Any) -> Any:
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    return value.desc if isinstance(value, WKBElement) else value


@lru_cache(maxsize=256)
def _statement(shape: Shape) -> TextClause:
    parts = [_insert(model, dict(rows)) for model, rows in groupby(enumerate(shape), key=lambda row: row[1][0])]
    first, last = parts[:-1], parts[-1]
    head = "WITH " + ", ".join(f"row_{place} AS ({part})" for place, part in enumerate(first)) + " " if first else ""
    return text(head + last).bindparams(*(bindparam(f"{name}_{place}") for place, (_, names) in enumerate(shape) for name in names))


def _insert(model: type[Base], rows: Mapping[int, tuple[type[Base], tuple[str, ...]]]) -> str:
    """Rows of one table that follow each other, by their places: those that the database numbers get their ids in this order."""
    columns = inspect(model).columns
    names = sorted({name for _, own in rows.values() for name in own})
    written = (
        ", ".join(_value(columns[name].type, f":{name}_{place}") if name in own else "DEFAULT" for name in names)
        for place, (_, own) in rows.items())
    values = ", ".join(f"({row})" for row in written)
    return f"INSERT INTO {model.__tablename__} ({', '.join(columns[name].name for name in names)}) VALUES {values}"


def _value(kind: Any, parameter: str) -> str:
    """psycopg cannot guess these types from a plain string."""
    if isinstance(kind, Geometry):
        return f"ST_SetSRID(CAST({parameter} AS geometry), {kind.srid})"
    return f"CAST({parameter} AS jsonb)" if isinstance(kind, JSONB) else parameter
