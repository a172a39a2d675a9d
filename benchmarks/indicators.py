"""All indicators of a month, and trends, at 1,000,000 tickets of a year: of a street that has a fiftieth of them, and of one that has all the others.

Every ticket has been dispatched, most are closed and a third rated: with clocks, rounds, closings and ratings about eleven million rows.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from statistics import median
from typing import TypeVar

from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

from benchmarks.load import percentile
from benchmarks.own_servers import Bench, street
from gridops.context import Context
from gridops.db import reading
from gridops.domain.actor import Actor, Grant
from gridops.services import trends
from gridops.services.indicators import periods, report

ALL, SHARE, DEPARTMENTS, TIMES = 1_000_000, 50, 40, 12
LARGE, USUAL = "310500001", "310500002"
FIRST, MONTH, AS_OF = "2025-01-01", date(2025, 11, 1), datetime(2026, 1, 15, tzinfo=UTC)
END = datetime(2025, 12, 31, 12, tzinfo=UTC)
MADE = {"all": ALL, "share": SHARE, "departments": DEPARTMENTS, "first": FIRST}
T = TypeVar("T")
FILL = """
SET session_replication_role = replica;
INSERT INTO street (code, name) VALUES ('310500001', '大街道'), ('310500002', '街道');
INSERT INTO department (id, code, type_code, name) OVERRIDING SYSTEM VALUE
    SELECT 1000000 + n, 'B-' || n, 'SANITATION', '单位' || n FROM generate_series(1, :departments) n;
INSERT INTO ticket (id, number, status, kind, street_code, area_code, description, category_version_id, calendar_version_id, policy_id, workers_wanted, promised_by,
        lead_id, round_id, reported_at, filed_at, dispatched_at, handled_at, closed_at, closing_no, trail_head) OVERRIDING SYSTEM VALUE
    SELECT n, 'B' || n, CASE WHEN n % 20 = 0 THEN 'in_progress' WHEN n % 97 = 0 THEN 'voided' ELSE 'archived' END, 'complaint', s,
           s || lpad((101 + n / 50 % 12)::text, 3, '0') || lpad((1 + n / 600 % 15)::text, 3, '0'),
           '', categories[1 + n % cardinality(categories)], 1, 1, false, t + interval '5 days', 1000001 + n % :departments, n, t, t + interval '8 minutes', t + interval '12 minutes',
           t + interval '2 days', CASE WHEN n % 20 > 0 THEN t + interval '3 days' END, CASE WHEN n % 20 > 0 THEN 1 ELSE 0 END, ''
    FROM (SELECT n, CASE WHEN n % :share = 0 THEN '310500002' ELSE '310500001' END AS s,
                 CAST(:first AS timestamptz) + interval '1 second' * (n::bigint * 31536000 / :all) AS t
          FROM generate_series(1, :all) n) made, (SELECT array_agg(id) AS categories FROM category_version) kinds;
INSERT INTO report (ticket_id, code_index, code_cipher, kind, channel, visibility, locale, description, reported_at)
    SELECT id, int8send(id), '', kind, CASE WHEN id % 9 = 0 THEN 'patrol' ELSE 'web' END, 'named', 'zh', '', reported_at
    FROM ticket WHERE number LIKE 'B%';
INSERT INTO round (id, ticket_id, no, basis, dispatched_at) OVERRIDING SYSTEM VALUE
    SELECT id, id, 1, '{}', dispatched_at FROM ticket WHERE number LIKE 'B%';
INSERT INTO assignment (id, round_id, department_id, role, status) OVERRIDING SYSTEM VALUE
    SELECT 2 * id + part, id, CASE part WHEN 0 THEN lead_id ELSE 1000000 + :departments END,
           CASE part WHEN 0 THEN 'lead' ELSE 'coordinate' END, 'handled'
    FROM ticket, generate_series(0, 1) part WHERE number LIKE 'B%' AND (part = 0 OR lead_id <> 1000000 + :departments);
INSERT INTO assignment (id, round_id, department_id, role, status) OVERRIDING SYSTEM VALUE
    SELECT 3000000 + id, id, 1000002 + lead_id % (:departments - 3), 'support', 'answered' FROM ticket
    WHERE number LIKE 'B%' AND id % 4 = 0 AND 1000002 + lead_id % (:departments - 3) <> lead_id;
INSERT INTO clock (id, ticket_id, assignment_id, kind, status, limit_value, limit_unit, calendar_version_id, started_at, due_by,
        original_due_by, stopped_at, street_code)
        OVERRIDING SYSTEM VALUE
    SELECT 4 * id + part, id, CASE WHEN part < 2 THEN 2 * id END, (ARRAY['handle','contact','dispatch','check'])[part + 1],
           CASE WHEN part < 2 AND status = 'in_progress' THEN 'running' WHEN id % 11 = 0 THEN 'missed' ELSE 'met' END, 5, 'work_day', 1,
           dispatched_at, due, due, CASE WHEN status <> 'in_progress' THEN handled_at END, street_code
    FROM (SELECT *, dispatched_at + (ARRAY[5, 1, 0, 3])[part + 1] * interval '1 day' AS due
          FROM ticket, generate_series(0, 3) part WHERE number LIKE 'B%') made;
INSERT INTO contact_attempt (ticket_id, department_id, outcome, text, attempted_at)
    SELECT id, lead_id, CASE WHEN id % 5 = 0 THEN 'no_answer' ELSE 'reached' END, '', dispatched_at + interval '3 hours'
    FROM ticket WHERE number LIKE 'B%';
INSERT INTO closing (id, ticket_id, no, closed_at, promised_by, department_id, clock_id, asked, street_code) OVERRIDING SYSTEM VALUE
    SELECT id, id, 1, closed_at, promised_by, lead_id, 4 * id, 1, street_code FROM ticket WHERE number LIKE 'B%' AND closed_at IS NOT NULL;
INSERT INTO rating (report_id, closing_no, solved, satisfaction, called, rated_at, closing_id, street_code)
    SELECT r.id, 1, t.id % 10 > 1, 1 + t.id % 5, t.id % 3 > 0, t.closed_at + interval '1 day', t.id, t.street_code
    FROM ticket t JOIN report r ON r.ticket_id = t.id
    WHERE t.number LIKE 'B%' AND t.closed_at IS NOT NULL AND t.id % 3 = 0;
SET session_replication_role = origin;
"""


def run() -> list[tuple[str, str]]:
    with street() as (bench, _):
        _fill(bench)
        context = bench.context()
        rows = [_timed(context, code, by) for code in (USUAL, LARGE) for by in ("department", "cell")]
        rows += [_looked_back(context, unit, by) for unit, by in (("week", "class"), ("month", "category"), ("month", "cell"))]
        context.bind.dispose()
    return rows


def _fill(bench: Bench) -> None:
    owner = create_engine(bench.config.owner_database_url)
    with owner.begin() as connection:
        for statement in FILL.split(";\n"):
            if statement.strip():
                connection.execute(text(statement), MADE)
    with owner.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE"))
    owner.dispose()


def _timed(context: Context, code: str, by: str) -> tuple[str, str]:
    period = periods.month(MONTH, "Asia/Shanghai")
    table, waits = _waited(context, lambda session: report.table(session, code, period, by=by, actor=_leader(code), now=AS_OF))
    due = table.totals["dispose_rate"].denominator
    has = ALL // SHARE if code == USUAL else ALL - ALL // SHARE
    return (f"all indicators of a month at {ALL:,} tickets, of a street with {has:,} ({due:,} due in it), by {by}, median (goal < 1 s)",
            _said(waits))


def _looked_back(context: Context, unit: str, by: str) -> tuple[str, str]:
    found, waits = _waited(context, lambda session: trends.trend(session, LARGE, unit=unit, by=by, actor=_leader(LARGE), now=END))
    return f"trends of {len(found.periods)} {unit}s by {by}, {sum(found.reported):,} tickets of one street in them", _said(waits)


def _leader(code: str) -> Actor:
    return Actor("staff", "leader", account_id=1, grants=(Grant("leader", code),))


def _waited(context: Context, read: Callable[[Session], T]) -> tuple[T, list[float]]:
    """The last answer, and how long each took, in seconds."""
    waits = []
    for _ in range(TIMES):
        with reading(context.sessions) as session:
            start = time.perf_counter()
            answer = read(session)
            waits.append(time.perf_counter() - start)
    return answer, waits


def _said(waits: list[float]) -> str:
    return f"{median(waits) * 1000:.0f} ms  (p95 {percentile(waits, 0.95) * 1000:.0f} ms)"
