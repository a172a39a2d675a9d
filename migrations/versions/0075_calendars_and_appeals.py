"""Who made a version of the calendar or the policy, and why; open tickets put on a later one; appeals against missed clocks."""

import sqlalchemy as sa
from alembic import op

revision = "0075"
down_revision = "0074"

INSTANT = sa.DateTime(timezone=True)
AREA = sa.String(24, collation="C")


def upgrade() -> None:
    for table in ("calendar_version", "clock_policy"):
        op.add_column(table, sa.Column("made_by", sa.BigInteger(), sa.ForeignKey("account.id", name=f"fk_{table}_made_by_account")))
        op.add_column(table, sa.Column("reason", sa.String()))
    op.add_column("clock", sa.Column("exempt", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    _recount()
    _appeal()


def _recount() -> None:
    op.create_table(
        "clock_recount", _id(), sa.Column("street_code", AREA, sa.ForeignKey("street.code"), nullable=False),
        _link("calendar_version_id", "calendar_version", nullable=False), _link("policy_id", "clock_policy", nullable=False),
        sa.Column("reason", sa.String(), nullable=False), sa.Column("status", sa.String(), nullable=False),
        sa.Column("asked_at", INSTANT, nullable=False), _link("asked_by", "account"), sa.Column("finished_at", INSTANT),
        sa.Column("total", sa.Integer(), nullable=False), _count("done"), _count("moved"),
        sa.Column("reached", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.CheckConstraint("status IN ('running','done','overtaken')", name="status"))
    op.create_index(
        "uq_clock_recount_running", "clock_recount", ["street_code"], unique=True, postgresql_where=sa.text("status = 'running'"))


def _appeal() -> None:
    op.create_table(
        "overdue_appeal", _id(), _link("ticket_id", "ticket", nullable=False), sa.Column("street_code", AREA, nullable=False),
        sa.Column("clock_id", sa.BigInteger(), sa.ForeignKey("clock.id"), nullable=False, unique=True),
        _link("department_id", "department", nullable=False), sa.Column("reason", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False), sa.Column("call_record", sa.String()),
        sa.Column("asked_at", INSTANT, nullable=False), _link("asked_by", "account"),
        _link("first_reviewer", "account"), sa.Column("first_at", INSTANT), sa.Column("first_text", sa.String()),
        _link("second_reviewer", "account"), sa.Column("second_text", sa.String()), sa.Column("decision", sa.String()),
        sa.Column("decided_at", INSTANT), sa.CheckConstraint("decision IN ('approved','refused')", name="decision"),
        sa.CheckConstraint("first_reviewer IS NULL OR first_reviewer <> second_reviewer", name="two_people"))
    op.create_index("ix_overdue_appeal_ticket_id", "overdue_appeal", ["ticket_id"])
    op.create_index(
        "ix_overdue_appeal_undecided", "overdue_appeal", ["street_code", "asked_at"], postgresql_where=sa.text("decision IS NULL"))


def _id() -> sa.Column:
    return sa.Column("id", sa.BigInteger(), sa.Identity(), primary_key=True)


def _link(name: str, target: str, *, nullable: bool = True) -> sa.Column:
    return sa.Column(name, sa.BigInteger(), sa.ForeignKey(f"{target}.id"), nullable=nullable)


def _count(name: str) -> sa.Column:
    return sa.Column(name, sa.Integer(), server_default=sa.text("0"), nullable=False)


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead")
