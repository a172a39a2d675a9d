"""A sweep of 1,000 due clocks among 100,000 open ones, and among 1,000,000: to committed escalations, trail and outbox rows."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import timedelta
from statistics import median

from sqlalchemy import Engine, create_engine, func, select, text
from sqlalchemy.orm import Session

from benchmarks.own_servers import street
from gridops.context import Context, wall_clock
from gridops.db import reading, transaction
from gridops.domain.actor import SYSTEM
from gridops.models import Clock, Escalation, Outbox, Ticket, Trail
from gridops.services import tickets
from tests.small_street import RUBBISH, SmallStreet
from workers import chores

SIZES, DUE, ROUNDS = (100_000, 1_000_000), 1_000, 2
# Copies of one dispatched ticket and its running clocks, none of which is due for years.
COPY_TICKETS = """
    INSERT INTO ticket ({columns}) SELECT {values} FROM ticket t, generate_series(CAST(:first AS int), CAST(:last AS int)) AS n WHERE t.id = :id
"""
COPY_CLOCKS = """
    INSERT INTO clock (ticket_id, street_code, kind, status, limit_value, limit_unit, calendar_version_id, started_at, yellow_at, due_by,
                       original_due_by, revision, alerts_fired, next_alert_at)
    SELECT copy.id, c.street_code, c.kind, c.status, c.limit_value, c.limit_unit, c.calendar_version_id, c.started_at, c.yellow_at, c.due_by,
           c.original_due_by, c.revision, c.alerts_fired, c.next_alert_at + interval '3 years' + random() * interval '3 years'
    FROM clock c, ticket copy WHERE c.ticket_id = :id AND c.status = 'running' AND copy.number BETWEEN :from AND :to
"""


def run() -> list[tuple[str, str]]:
    with street() as (bench, built):
        context, owner = bench.context(), create_engine(bench.config.owner_database_url)
        times = {}
        for size in SIZES:
            _fill(context, owner, built, size)
            times[size] = [_swept(context, built) for _ in range(ROUNDS)]
        owner.dispose()
        context.bind.dispose()
    small, large = (median(times[size]) for size in SIZES)
    spread = {size: f"({min(times[size]):.2f}–{max(times[size]):.2f} in {ROUNDS} rounds)" for size in SIZES}
    return [
        (f"sweep of {DUE:,} due among {SIZES[0]:,} open clocks", f"{small:.2f} s  {spread[SIZES[0]]}"),
        (f"sweep of {DUE:,} due among {SIZES[1]:,} open clocks", f"{large:.2f} s  {spread[SIZES[1]]}"),
        ("ten times as many open ÷ as many (flat: about 1)", f"{large / small:.2f}"),
    ]


def _dispatched(session: Session, built: SmallStreet) -> Ticket:
    ticket = built.submit(session, wall_clock()).ticket
    tickets.perform(session, ticket.number, "file", {"category": RUBBISH}, actor=SYSTEM, now=wall_clock())
    return tickets.perform(session, ticket.number, "dispatch", {}, actor=SYSTEM, now=wall_clock())


def _fill(context: Context, owner: Engine, built: SmallStreet, size: int) -> None:
    """Up to so many running clocks. What was published on the way is nobody's work here."""
    with transaction(context.sessions) as session:
        ticket = _dispatched(session, built).id
    with owner.begin() as connection:
        open_now = connection.scalar(select(func.count()).where(Clock.status == "running"))
        each = connection.scalar(select(func.count()).where(Clock.status == "running", Clock.ticket_id == ticket))
        known = connection.scalar(select(func.max(Ticket.id)))
        last = known + -(-(size - open_now) // each)
        columns = [column.name for column in Ticket.__table__.columns if column.name != "id"]
        values = ["'copy-' || lpad(n::text, 9, '0')" if name == "number" else f"t.{name}" for name in columns]
        where = {"first": known + 1, "last": last, "id": ticket}
        connection.execute(text(COPY_TICKETS.format(columns=", ".join(columns), values=", ".join(values))), where)
        names = {"from": f"copy-{known + 1:09}", "to": f"copy-{last:09}", "id": ticket}
        connection.execute(text(COPY_CLOCKS), names)
        connection.execute(text("UPDATE clock SET next_alert_at = next_alert_at + interval '3 years' WHERE ticket_id = :id"), {"id": ticket})
    with owner.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE ticket, clock"))


def _swept(context: Context, built: SmallStreet) -> float:
    """Seconds for ``DUE`` sign windows that have ended: each fires, and the ticket counts as signed."""
    with transaction(context.sessions) as session:
        ids = [_dispatched(session, built).id for _ in range(DUE)]
        others = text("UPDATE clock SET next_alert_at = next_alert_at + interval '3 years' WHERE ticket_id = ANY(:ids) AND kind <> 'sign'")
        session.execute(others, {"ids": ids})
        later = max(session.scalars(select(Clock.due_by).where(Clock.ticket_id.in_(ids), Clock.kind == "sign"))) + timedelta(minutes=1)
    before = _written(context)
    start = time.perf_counter()
    chores.sweep(replace(context, now=lambda: later))
    took = time.perf_counter() - start
    written = {name: count - before[name] for name, count in _written(context).items()}
    if not (written["signed"] == DUE and written["escalation"] >= DUE and written["trail"] == DUE and written["outbox"] >= DUE):
        raise SystemExit(f"the sweep wrote {written}")
    return took


def _written(context: Context) -> dict[str, int]:
    with reading(context.sessions) as session:
        counts = {model.__tablename__: session.scalar(select(func.count()).select_from(model)) for model in (Escalation, Trail, Outbox)}
        return counts | {"signed": session.scalar(select(func.count()).where(Trail.action == "sign"))}
