"""Codes for streets whose real ones are not known yet."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import count

from sqlalchemy import select
from sqlalchemy.orm import Session

from gridops.models import Street
from gridops.services.imports.table import ImportReport, Row, Table


def with_codes(session: Session, table: Table, prefix: str, report: ImportReport) -> Table:
    """The n-th street of a name gets the n-th code that name already has, else the next free number."""
    if not (prefix.isdigit() and len(prefix) == 6):
        report.fault(0, "code", "bad_code", "the prefix of provisional codes has six digits")
        return table
    known = session.execute(select(Street.name, Street.code).where(Street.code.startswith(prefix)).order_by(Street.code)).all()
    taken = {code for _, code in known} | {row.cells.get("code") for row in table.rows}
    free = (code for number in count(1) if (code := f"{prefix}{number:03}") not in taken)
    by_name: dict[str, list[str]] = defaultdict(list)
    for name, code in known:
        by_name[name].append(code)
    rows = [_coded(row, by_name, free) for row in table.rows]
    columns = table.columns if "code" in table.columns else ["code", *table.columns]
    return Table(columns, rows, table.notes, table.progress)


def _coded(row: Row, by_name: dict[str, list[str]], free: Iterator[str]) -> Row:
    if row.cells.get("code"):
        return row
    codes = by_name[row.cells.get("name", "")]
    return Row(row.number, {"code": codes.pop(0) if codes else next(free), **row.cells}, row.geometry)
