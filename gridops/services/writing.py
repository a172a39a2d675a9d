"""Writing a handful of new rows of different tables in one round trip.

The unit of work sends one INSERT per table and waits for each answer; intake, the busiest path, would spend most of its time
waiting. Here the rows become one statement (data-modifying CTEs), remembered by its shape. Foreign keys are checked at the end of
the statement, so the rows may point at each other: every id is known beforehand (``next_ids``).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from itertools import groupby
from typing import Any

from geoalchemy2 import Geometry, WKBElement
from sqlalchemy import TextClause, bindparam, inspect, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session, make_transient_to_detached

from gridops.db import Base

Shape = tuple[tuple[type[Base], tuple[str, ...]], ...]  # model and the attributes that are set, per row


def insert_together(session: Session, *rows: Base) -> None:
    """Inserts the new objects. Those with an id are persistent in the session afterwards (what the database filled in loads on
    demand); the others, numbered by the database, are only written.
    """
    shape = tuple((type(row), _attributes(row)) for row in rows)
    values = {f"{name}_{place}": _plain(getattr(row, name)) for place, row in enumerate(rows) for name in shape[place][1]}
    session.execute(_statement(shape), values)
    for row in (row for row in rows if row.id is not None):
        make_transient_to_detached(row)
        session.add(row)


def next_ids(session: Session, wanted: Mapping[type[Base], int]) -> dict[type[Base], list[int]]:
    """So many ids for new rows of each table, in one round trip."""
    drawn = iter(session.execute(_draw(tuple(model.__tablename__ for model, count in wanted.items() for _ in range(count)))).one())
    return {model: [next(drawn) for _ in range(count)] for model, count in wanted.items()}


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
