"""Orders as they come from the city, in its own columns and words: the same service for files and programs."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from gridops.domain.actor import Actor
from gridops.models import Report, Ticket, UpstreamOrder, UpstreamProfile
from gridops.services.imports.orders import import_orders
from gridops.services.imports.table import ImportReport, Row, Table
from gridops.services.upstream import profiles
from gridops.vault import Vault


def take(session: Session, source: str, table: Table, *, actor: Actor, now: datetime, vault: Vault) -> ImportReport:
    """All or nothing, by the present profile; faults name the city's own columns. Raises NotFound for a source without a profile."""
    return take_by(session, profiles.current(session, source), table, actor=actor, now=now, vault=vault)


def take_by(session: Session, profile: UpstreamProfile, table: Table, *, actor: Actor, now: datetime, vault: Vault) -> ImportReport:
    rules = profile.rules
    report = ImportReport()
    if report.needs(table, *[rules["columns"][name] for name in ("number",) if rules["columns"][name] not in table.columns]):
        report = import_orders(
            session, profiles.mapped(table, rules), now=now, vault=vault, actor=actor, source=profile.source, street=rules["street"],
            timezone=rules["timezone"], crs=rules["crs"], keep=_kept(rules, table), categories=rules["categories"])
    report.errors = [replace(fault, column=rules["columns"].get(fault.column, fault.column)) for fault in report.errors]
    return report


def table_of(orders: list[dict[str, str]]) -> Table:
    """Of a program's list: each order has the columns that it needs."""
    columns = list(dict.fromkeys(name for order in orders for name in order))
    rows = [Row(number, {name: order.get(name, "").strip() for name in columns}) for number, order in enumerate(orders, 1)]
    return Table(columns, rows)


def tickets_of(session: Session, source: str, numbers: list[str]) -> dict[str, str]:
    """External number -> number of the ticket."""
    rows = session.execute(
        select(UpstreamOrder.external_number, Ticket.number).join(Report, Report.id == UpstreamOrder.report_id)
        .join(Ticket, Ticket.id == Report.ticket_id).where(UpstreamOrder.source == source, UpstreamOrder.external_number.in_(numbers)))
    return {number: ticket for number, ticket in rows}


def _kept(rules: dict, table: Table) -> tuple[str, ...]:
    return tuple(name for name in rules["keep"] if name in table.columns and name not in profiles.OURS)
