"""Closings, counts of each day, weights of scores; and on each clock how it came to its due and whether another went on from it."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0071"
down_revision = "0070"

INSTANT = sa.DateTime(timezone=True)
AREA = sa.String(24, collation="C")
# A closing of before: what it promised then is not known any more, what the ticket says now stands in for it.
EARLIER = """
    INSERT INTO closing (ticket_id, no, closed_at, promised_by, department_id, clock_id, asked)
    SELECT t.id, (tr.facts ->> 'closing_no')::int, tr.at, t.promised_by, a.department_id, k.id,
           (SELECT count(*) FROM report r WHERE r.ticket_id = t.id AND r.withdrawn_at IS NULL)
    FROM trail tr JOIN ticket t ON t.id = tr.ticket_id
    LEFT JOIN round r ON r.ticket_id = t.id AND r.dispatched_at <= tr.at AND (r.ended_at IS NULL OR r.ended_at > tr.at)
    LEFT JOIN assignment a ON a.round_id = r.id AND a.role = 'lead'
    LEFT JOIN LATERAL (
        SELECT c.id FROM clock c WHERE c.ticket_id = t.id AND c.assignment_id = a.id AND c.kind = 'handle' AND c.stopped_at <= tr.at
        ORDER BY c.id DESC LIMIT 1) k ON true
    WHERE tr.status_to = 'closed' AND tr.status_from <> 'closed' AND tr.facts ? 'closing_no'
    ON CONFLICT DO NOTHING
"""
RATED = """
    UPDATE rating SET closing_id = closing.id FROM closing, report
    WHERE report.id = rating.report_id AND closing.ticket_id = report.ticket_id AND closing.no = rating.closing_no
"""
# Of the handle clocks that one organisation had on a ticket, the later ones went on from the earlier where the first limit is the same.
GONE_ON = """
    UPDATE clock SET superseded = true FROM (
        SELECT c.id, lead(c.id) OVER (PARTITION BY c.ticket_id, a.department_id, c.original_due_by ORDER BY c.id) AS later
        FROM clock c JOIN assignment a ON a.id = c.assignment_id WHERE c.kind = 'handle') chain
    WHERE chain.id = clock.id AND chain.later IS NOT NULL
"""


def upgrade() -> None:
    _closing()
    _snapshot()
    _weights()
    op.add_column("clock", sa.Column("superseded", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.add_column("clock", sa.Column("reworks", sa.Integer(), server_default=sa.text("0"), nullable=False))
    op.add_column("clock", sa.Column("extensions", sa.Integer(), server_default=sa.text("0"), nullable=False))
    op.add_column("clock", sa.Column("paused_due_by", INSTANT))
    op.add_column("clock", sa.Column("excused", sa.Interval()))
    op.add_column("rating", _link("closing_id", "closing"))
    op.add_column("rating", sa.Column("counts", sa.Boolean(), server_default=sa.text("true"), nullable=False))
    for statement in (EARLIER, RATED, GONE_ON):
        op.execute(statement)
    op.create_index("ix_clock_kind_due_by", "clock", ["kind", "due_by"], postgresql_where=sa.text(
        "NOT superseded AND status <> 'cancelled' AND kind IN ('handle','contact','dispatch','verify','check','support','rule')"))
    op.create_index("ix_rating_rated_at", "rating", ["rated_at"])
    op.create_index("ix_rating_closing_id", "rating", ["closing_id"])
    op.create_index("ix_ticket_filed_at", "ticket", ["filed_at"], postgresql_where=sa.text("filed_at IS NOT NULL"))


def _closing() -> None:
    op.create_table(
        "closing", _id(), _link("ticket_id", "ticket", nullable=False), sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("closed_at", INSTANT, nullable=False), sa.Column("promised_by", INSTANT), _link("department_id", "department"),
        _link("clock_id", "clock"), sa.Column("asked", sa.Integer(), nullable=False), sa.UniqueConstraint("ticket_id", "no"))
    op.create_index("ix_closing_closed_at", "closing", ["closed_at"])
    op.create_index("ix_closing_clock_id", "closing", ["clock_id"], postgresql_where=sa.text("clock_id IS NOT NULL"))


def _snapshot() -> None:
    op.create_table(
        "indicator_snapshot", _id(), sa.Column("day", sa.Date(), nullable=False), sa.Column("area_code", AREA, nullable=False),
        _link("department_id", "department"), sa.Column("indicator", sa.String(), nullable=False),
        sa.Column("numerator", sa.Integer(), nullable=False), sa.Column("denominator", sa.Integer(), nullable=False),
        sa.Column("taken_at", INSTANT, nullable=False),
        sa.UniqueConstraint("day", "area_code", "department_id", "indicator", postgresql_nulls_not_distinct=True))
    op.create_index("ix_indicator_snapshot_area_day", "indicator_snapshot", ["area_code", "day"])


def _weights() -> None:
    op.create_table(
        "score_weight", _id(), sa.Column("street_code", AREA, nullable=False), sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("weights", JSONB(), nullable=False), sa.Column("active", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("reason", sa.String(), nullable=False), sa.Column("made_at", INSTANT, nullable=False), _link("made_by", "account"),
        sa.UniqueConstraint("street_code", "version"))


def _id() -> sa.Column:
    return sa.Column("id", sa.BigInteger(), sa.Identity(), primary_key=True)


def _link(name: str, target: str, *, nullable: bool = True) -> sa.Column:
    return sa.Column(name, sa.BigInteger(), sa.ForeignKey(f"{target}.id"), nullable=nullable)


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead")
