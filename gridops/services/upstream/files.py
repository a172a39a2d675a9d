"""Files of the city: orders, or its own list of them. The same content is taken once, whatever its name."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from gridops.domain.actor import SYSTEM, Actor
from gridops.errors import GridopsError, TooLarge
from gridops.models import Street, UpstreamFile
from gridops.services import alarms
from gridops.services.imports.readers import UnreadableFile, read
from gridops.services.imports.table import ImportReport, Table
from gridops.services.upstream import orders, reconcile
from gridops.vault import Vault

MOST_BYTES = 20 * 1024 * 1024
MOST_ERRORS = 200
MOST_ORDERS = 1000  # in one file: they take five seconds, ten on a busy machine, and a worker's job has twenty


class Taken(NamedTuple):
    """``again``: this content came before, and its report is the one of then."""

    accepted: bool
    report: dict[str, Any]
    again: bool


def take_file(
    session: Session, source: str, kind: str, name: str, content: bytes, *, now: datetime, vault: Vault, actor: Actor = SYSTEM,
) -> Taken:
    """``kind``: orders or list. A refused file may come again, when something here has been mended. Raises NotFound (no profile)."""
    digest = hashlib.sha256(content).digest()
    session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"file/{source}/{digest.hex()}", 0))))
    known = session.scalar(select(UpstreamFile).where(
        UpstreamFile.source == source, UpstreamFile.kind == kind, UpstreamFile.sha256 == digest))
    if known is not None and known.accepted and kind == "orders":  # a list may say today what it said last week
        return Taken(True, known.report, True)
    report = _read(session, source, kind, name, content, actor, now, vault)
    row = known or UpstreamFile(source=source, kind=kind, sha256=digest)
    row.name, row.accepted, row.report, row.came_at = name[:200], not report.errors, _shown(report), now
    session.add(row)
    session.flush()
    _ring(session, source, row, now)
    return Taken(row.accepted, row.report, False)


def _read(session: Session, source: str, kind: str, name: str, content: bytes, actor: Actor, now: datetime, vault: Vault) -> ImportReport:
    try:
        if len(content) > MOST_BYTES:
            raise TooLarge()
        table = read(content, name)
        return _taken(session, source, kind, table, actor, now, vault)
    except (UnreadableFile, TooLarge) as error:
        report = ImportReport()
        report.fault(0, "", error.code, error.text())
        return report


def _taken(session: Session, source: str, kind: str, table: Table, actor: Actor, now: datetime, vault: Vault) -> ImportReport:
    if kind == "orders" and len(table.rows) > MOST_ORDERS:
        report = ImportReport()
        report.fault(0, "", "too_many_rows", f"the file has {len(table.rows)} rows, {MOST_ORDERS} are possible: send it in parts")
        return report
    if kind == "orders":
        return orders.take(session, source, table, actor=actor, now=now, vault=vault)
    return reconcile.take_list(session, source, table, now=now)


def _shown(report: ImportReport) -> dict[str, Any]:
    errors = [{"row": f.row, "column": f.column, "code": f.code, "message": f.message} for f in report.errors[:MOST_ERRORS]]
    counts = {name: getattr(report, name) for name in ("created", "changed", "unchanged")}
    return counts | {"errors": errors, "error_count": len(report.errors), "notes": report.notes[:MOST_ERRORS]}


def _ring(session: Session, source: str, row: UpstreamFile, now: datetime) -> None:
    """Somebody must hear at once that orders did not come in; deadlines run in the city."""
    for street in session.scalars(select(Street.code)):
        subject = f"{source}/{row.kind}/{street}"
        if row.accepted:
            alarms.settle(session, "upstream_file_refused", subject, now=now)
        else:
            facts = {"source": source, "file": row.name, "errors": row.report["error_count"]}
            alarms.raise_alarm(session, "upstream_file_refused", subject, street, facts=facts, now=now)


def fault_of(error: GridopsError) -> dict[str, Any]:
    """A report for what could not even be begun."""
    return {"created": 0, "changed": 0, "unchanged": 0, "notes": [], "error_count": 1,
            "errors": [{"row": 0, "column": "", "code": error.code, "message": error.text()}]}
